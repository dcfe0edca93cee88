//! What cards settle at together, worked out again card by card: ranks and quotas.

use super::{Settled, Spread, bounds};
use renze::assess::{Assessment, Bounds, Scorecard, Veto};
use renze::fact::{FactType, Facts as _, Value};
use renze::policy::{Best, Cut, Kind, Quota, Ranking, Terms, Ties, Vacant, Vetoed};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Place, number of peers, and whether it is ranked for certain.
type Place = Option<(Bounds, Bounds, bool)>;

/// A card among others: its figure with the better one higher, its veto, and its group where that is known.
#[derive(Clone, Debug)]
struct Peer {
    figure: Spread,
    veto: Veto,
    group: Option<String>,
}

/// How one card can stand to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Above,
    Level,
    Below,
    Apart,
}

/// Every way in which a card can stand to another that is ranked.
fn ways(rule: &Ranking, other: &Peer, own: &Peer) -> Vec<Stands> {
    let struck = |veto: Veto| match veto {
        Veto::None => vec![false],
        Veto::Possible => vec![false, true],
        Veto::Stands => vec![true],
    };
    let mut ways = Vec::new();
    if other.group.is_none() || own.group.is_none() || other.group != own.group {
        ways.push(Stands::Apart);
    }
    if other.group.is_some() && own.group.is_some() && other.group != own.group {
        return ways;
    }
    for theirs in struck(other.veto) {
        for mine in struck(own.veto) {
            match (rule.vetoed, theirs, mine) {
                (Vetoed::Out, _, true) => {}
                (Vetoed::Out, true, false) => ways.push(Stands::Apart),
                (Vetoed::Last, true, true) => ways.push(Stands::Level),
                (Vetoed::Last, true, false) => ways.push(Stands::Below),
                (Vetoed::Last, false, true) => ways.push(Stands::Above),
                (_, false, false) => {
                    let ([low, _, high], [least, _, most]) = (other.figure, own.figure);
                    let all = [(high > least, Stands::Above), (low < most, Stands::Below)];
                    ways.extend(all.into_iter().filter(|(can, _)| *can).map(|(_, way)| way));
                    if low.max(least) <= high.min(most) {
                        ways.push(Stands::Level);
                    }
                }
            }
        }
    }
    ways
}

/// How many others are so at the least, and at the most.
fn count(rule: &Ranking, own: usize, peers: &[Peer], is: &dyn Fn(Stands) -> bool) -> [usize; 2] {
    let others = peers.iter().enumerate().filter(|(place, _)| *place != own);
    let ways: Vec<Vec<Stands>> = others.map(|(_, other)| ways(rule, other, &peers[own])).collect();
    let surely = ways.iter().filter(|ways| ways.iter().all(|way| is(*way))).count();
    [surely, ways.iter().filter(|ways| ways.iter().any(|way| is(*way))).count()]
}

fn exact(peer: &Peer) -> Option<Decimal> {
    (peer.figure[0] == peer.figure[2] && peer.veto == Veto::None).then_some(peer.figure[0])
}

/// The first and the last place a card can have.
fn place(rule: &Ranking, own: usize, peers: &[Peer]) -> [Decimal; 2] {
    let above = count(rule, own, peers, &|way| way == Stands::Above);
    let level = count(rule, own, peers, &|way| [Stands::Above, Stands::Level].contains(&way));
    let others = || peers.iter().enumerate().filter(|(place, _)| *place != own).map(|(_, other)| other);
    let end = |end: usize| match rule.ties {
        Ties::Skipped => Decimal::from(above[end]),
        Ties::Mean => Decimal::from(above[end] + level[end]) / Decimal::TWO,
        Ties::Follows => {
            let is_above = |other: &&Peer| {
                let ways = ways(rule, other, &peers[own]);
                let is = |way: &Stands| *way == Stands::Above;
                if end == 0 { ways.iter().all(is) } else { ways.iter().any(is) }
            };
            let figures: BTreeSet<Decimal> = others().filter(is_above).filter_map(exact).collect();
            let open = others().filter(is_above).filter(|other| exact(other).is_none()).count();
            // of figures that are open at least one is another, and at most each of them
            Decimal::from(if end == 0 { figures.len().max(above[0].min(1)) } else { figures.len() + open })
        }
    };
    [end(0) + Decimal::ONE, end(1) + Decimal::ONE]
}

/// The cards as they stand so far; those without a group have no peers yet.
fn so_far(peers: &[Peer]) -> Vec<Peer> {
    let now = |(place, peer): (usize, &Peer)| Peer {
        figure: [peer.figure[1]; 3],
        veto: if peer.veto == Veto::Stands { Veto::Stands } else { Veto::None },
        group: Some(peer.group.clone().unwrap_or_else(|| format!("alone {place}"))),
    };
    peers.iter().enumerate().map(now).collect()
}

fn size(rule: &Ranking, own: usize, peers: &[Peer]) -> [usize; 2] {
    let others = count(rule, own, peers, &|way| way != Stands::Apart);
    // whoever may be vetoed is a peer for certain only where that does not take it out
    let own_is_sure = peers[own].veto == Veto::None || rule.vetoed == Vetoed::Last;
    [others[0] + usize::from(own_is_sure), others[1] + 1]
}

/// Ranks the cards of a kind, and applies its quotas to their grades.
pub(super) fn settle(
    kind: &Kind,
    terms: &Terms,
    (assessment, cards): (&Assessment, &[&Scorecard]),
    settled: &mut [(Settled, Vec<Spread>)],
) -> Vec<Place> {
    let Some(rule) = &kind.ranking else { return vec![None; cards.len()] };
    let by = kind.accounts.iter().position(|account| account.name == rule.by).unwrap();
    let group = |card: &Scorecard| {
        let common = rule.among.iter().map(|name| {
            let row = assessment.rows_of(card.key.kind).find(|row| row.id == card.key.subject).unwrap();
            match (kind.schema.get(name), card.record.value(name)) {
                (
                    Some(_),
                    Value::Missing | Value::Undetermined(_) | Value::Between(_) | Value::Running(_),
                ) => None,
                (Some(_), value) => Some(FactType::plain(&value)),
                (None, _)
                    if row.bearers[name].is_empty()
                        && kind.role(name).unwrap().vacant == Vacant::Undetermined =>
                {
                    None
                }
                (None, _) => Some(format!("{:?}", row.bearers[name])),
            }
        });
        common.collect::<Option<Vec<String>>>().map(|common| common.join(" "))
    };
    let peer = |(card, (settled, balances)): (&&Scorecard, &(Settled, Vec<Spread>))| {
        let [low, now, high] = balances[by];
        let figure = if rule.best == Best::Highest { [low, now, high] } else { [-high, -now, -low] };
        Peer { figure, veto: settled.veto, group: group(card) }
    };
    let peers: Vec<Peer> = cards.iter().zip(settled.iter()).map(peer).collect();
    let now = so_far(&peers);
    let rank = |own: usize| {
        let (ends, sizes) = (place(rule, own, &peers), size(rule, own, &peers));
        let is_small = |size: usize| rule.smallest.is_some_and(|least| Decimal::from(size) < least);
        let is_out = peers[own].veto != Veto::None && rule.vetoed == Vetoed::Out;
        if (peers[own].veto == Veto::Stands && is_out) || is_small(sizes[1]) {
            return None;
        }
        let counted = |size: usize| Decimal::from(size.max(1));
        let sizes_now = size(rule, own, &now)[0];
        let peers = [counted(sizes[0]), counted(sizes_now), counted(sizes[1])];
        let place = [ends[0], place(rule, own, &now)[0], ends[1]];
        Some((place, peers, !is_small(sizes[0]) && !is_out))
    };
    let ranks: Vec<Option<(Spread, Spread, bool)>> = (0..peers.len()).map(rank).collect();
    for quota in &kind.quotas {
        let among = Among { kind, rule, terms, quota, ranks: &ranks };
        among.apply((&peers, &now), settled);
    }
    ranks
        .into_iter()
        .map(|rank| rank.map(|(place, peers, sure)| (bounds(place), bounds(peers), sure)))
        .collect()
}

struct Among<'a> {
    kind: &'a Kind,
    rule: &'a Ranking,
    terms: &'a Terms,
    quota: &'a Quota,
    ranks: &'a [Option<(Spread, Spread, bool)>],
}

impl Among<'_> {
    /// Whether each card that has the grade keeps it: at the worst, and at the best.
    fn keeps(&self, peers: &[Peer], holds: &[Option<bool>], ends: [usize; 2]) -> Vec<Option<[bool; 2]>> {
        let before =
            |way: Stands| way == Stands::Above || (self.quota.ties == Cut::AllOut && way == Stands::Level);
        let keeps = |own: usize| {
            let (place, sizes, _) = (holds[own], self.ranks[own]?.1, ());
            place?;
            let others = (0..peers.len()).filter(|other| *other != own && holds[*other].is_some());
            let ways =
                others.map(|other| (ways(self.rule, &peers[other], &peers[own]), holds[other] == Some(true)));
            let ways: Vec<(Vec<Stands>, bool)> = ways.collect();
            let may = ways.iter().filter(|(ways, _)| ways.iter().any(|way| before(*way))).count();
            let surely =
                ways.iter().filter(|(ways, sure)| *sure && ways.iter().all(|way| before(*way))).count();
            let places = ends.map(|end| self.quota.places(sizes[end], self.terms).unwrap());
            Some([Decimal::from(may + 1) <= places[0], Decimal::from(surely + 1) <= places[1]])
        };
        (0..peers.len()).map(keeps).collect()
    }

    fn apply(&self, (peers, now): (&[Peer], &[Peer]), settled: &mut [(Settled, Vec<Spread>)]) {
        let rule = self.kind.grade.as_ref().unwrap();
        let (grade, below) = (&self.quota.grade, rule.below(&self.quota.grade).unwrap().to_owned());
        let is_free = |own: usize| self.ranks[own].is_some() && peers[own].veto != Veto::Stands;
        let holders = |holds: &dyn Fn(usize, &[String]) -> Option<bool>| {
            let all = settled.iter().enumerate();
            let all = all.map(|(own, (settled, _))| holds(own, &settled.grades).filter(|_| is_free(own)));
            all.collect::<Vec<Option<bool>>>()
        };
        let holds = holders(&|own, grades| {
            let sure = grades.len() == 1 && self.ranks[own].is_some_and(|rank| rank.2);
            grades.contains(grade).then_some(sure)
        });
        let holds_now = holders(&|_, grades| (grades.first() == Some(grade)).then_some(true));
        let (open, so_far) = (self.keeps(peers, &holds, [0, 2]), self.keeps(now, &holds_now, [1, 1]));
        for (own, (settled, _)) in settled.iter_mut().enumerate() {
            let Some([surely, possibly]) = open[own] else { continue };
            // a card of which it is not known whether it is ranked, or with whom, may keep it
            let known = self.ranks[own].is_some_and(|rank| rank.2) && peers[own].group.is_some();
            let first = match so_far[own] {
                Some([true, _]) => grade.clone(),
                Some(_) if peers[own].group.is_some() => below.clone(),
                Some(_) => grade.clone(),
                None => settled.grades[0].clone(),
            };
            let surely = surely && peers[own].group.is_some();
            let mut grades: Vec<String> = settled.grades.clone();
            if !surely && !grades.contains(&below) {
                grades.push(below.clone());
            }
            if !surely && !possibly && known {
                grades.retain(|own| own != grade);
            }
            grades.sort_by_key(|name| (*name != first, rule.position(name)));
            settled.grades = grades;
        }
    }
}
