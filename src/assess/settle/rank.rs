//! The rank of every card among its peers, when all of them are settled; a range where anything of it is open.

use super::peers::{Extent, Peers, Standing};
use crate::assess::row::JudgedRows;
use crate::assess::scorecard::{Bounds, Rank, Scorecard, Veto};
use crate::fact::{FactType, Facts as _};
use crate::policy::{Best, Kind, Ranking, Ties, Vacant, Vetoed};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The group of peers each card belongs to; `None` where that is open.
pub(super) fn groups(
    kind: &Kind,
    ranking: &Ranking,
    rows: &JudgedRows,
    cards: &[Scorecard],
) -> Vec<Option<usize>> {
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let group = |(row, card): (usize, &Scorecard)| {
        let of = |name: &String| {
            if kind.schema.get(name).is_some() {
                let value = card.record.value(name);
                return value.is_exact().then(|| FactType::plain(&value));
            }
            let role = kind.roles.iter().position(|role| role.name == *name)?;
            let subjects = rows.subjects(role, row);
            let is_open = subjects.is_empty() && kind.roles.get(role)?.vacant == Vacant::Undetermined;
            (!is_open).then(|| subjects.join(" "))
        };
        let common: Vec<String> = ranking.among.iter().map(of).collect::<Option<_>>()?;
        let next = known.len();
        Some(*known.entry(common).or_insert(next))
    };
    cards.iter().enumerate().map(group).collect()
}

/// Ranks every card.
pub(super) fn rank(ranking: &Ranking, groups: &[Option<usize>], cards: &mut [Scorecard]) {
    let open: Vec<Standing> = cards.iter().map(|card| Standing::of(ranking, card)).collect();
    let so_far: Vec<Standing> = cards.iter().map(|card| Standing::so_far(ranking, card)).collect();
    let (open_groups, groups_so_far) =
        (in_groups(ranking, groups, &open, true), in_groups(ranking, groups, &so_far, false));
    let all = Peers::of(ranking.vetoed, &open.iter().map(|standing| (*standing, false)).collect::<Vec<_>>());
    for (place, card) in cards.iter_mut().enumerate() {
        let (Some(open), Some(so_far)) = (open.get(place), so_far.get(place)) else { continue };
        if ranking.vetoed == Vetoed::Out && card.veto == Veto::Stands {
            continue;
        }
        let group = groups.get(place).copied().flatten();
        let ((peers, now), (size, size_now)) = match group
            .and_then(|group| open_groups.get(&group).zip(groups_so_far.get(&group)))
        {
            Some((peers, now)) => {
                ((placed(ranking, peers, open), placed(ranking, now, so_far).0), (peers.size(), now.size().0))
            }
            // a card whose peers are not known may be first among few or last among all
            None => {
                let most = placed(ranking, &all, open).1;
                (((Decimal::ONE, most), Decimal::ONE), ((1, all.size().1), 1))
            }
        };
        let is_small = |size: usize| ranking.smallest.is_some_and(|least| Decimal::from(size) < least);
        if is_small(size.1) {
            continue;
        }
        let may_be_out = ranking.vetoed == Vetoed::Out && card.veto == Veto::Possible;
        card.rank = Some(Rank {
            place: Bounds { low: Some(peers.0), so_far: now, high: Some(peers.1) },
            peers: counted(size, size_now),
            group,
            is_certain: !is_small(size.0) && !may_be_out,
        });
    }
}

/// The first and the last place that each of some figures can have among them; those that are level share the higher one.
pub fn places(best: Best, figures: &[Bounds]) -> Vec<(usize, usize)> {
    let standing = |figure: &Bounds| Standing::between(best, (figure.low, figure.high), Veto::None);
    let standings: Vec<Standing> = figures.iter().map(standing).collect();
    let all: Vec<(Standing, bool)> = standings.iter().map(|standing| (*standing, true)).collect();
    let peers = Peers::of(Vetoed::Last, &all);
    let place = |standing: &Standing| {
        let (least, most) = peers.above(standing);
        (least.saturating_add(1), most.saturating_add(1))
    };
    standings.iter().map(place).collect()
}

/// The cards of every group, with those that may belong to any.
pub(super) fn in_groups(
    ranking: &Ranking,
    groups: &[Option<usize>],
    standings: &[Standing],
    with_loose: bool,
) -> BTreeMap<usize, Peers> {
    let loose = || groups.iter().zip(standings).filter(|(group, _)| group.is_none() && with_loose);
    let mut members: BTreeMap<usize, Vec<(Standing, bool)>> = BTreeMap::new();
    for (group, standing) in groups.iter().zip(standings) {
        if let Some(group) = group {
            members.entry(*group).or_default().push((*standing, true));
        }
    }
    let peers = members.into_iter().map(|(group, mut members)| {
        members.extend(loose().map(|(_, standing)| (*standing, false)));
        (group, Peers::of(ranking.vetoed, &members))
    });
    peers.collect()
}

/// The first and the last place a card can have.
fn placed(ranking: &Ranking, peers: &Peers, card: &Standing) -> (Decimal, Decimal) {
    let after = |(least, most): Extent| {
        let next = |count: usize| Decimal::from(count).saturating_add(Decimal::ONE);
        (next(least), next(most))
    };
    let (above, level) = (peers.above(card), peers.not_below(card, true));
    match ranking.ties {
        Ties::Skipped => after(above),
        Ties::Follows => after(peers.figures_above(card)),
        Ties::Mean => {
            let half = Decimal::new(5, 1);
            let mean = |a: Decimal, b: Decimal| a.saturating_add(b).checked_mul(half).unwrap_or(b);
            let (first, last) = (after(above), after(level));
            (mean(first.0, last.0), mean(first.1, last.1))
        }
    }
}

fn counted((least, most): Extent, so_far: usize) -> Bounds {
    let count = |count: usize| Decimal::from(count.max(1));
    Bounds { low: Some(count(least)), so_far: count(so_far), high: Some(count(most)) }
}
