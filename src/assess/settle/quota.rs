//! Quotas: of those who have a grade only so many keep it, in the order of their ranks; the others get the next lower.

use super::peers::{Peers, Standing};
use crate::assess::scorecard::{Demotion, Scorecard, Veto};
use crate::policy::{Cut, Kind, Quota, Ranking, Terms};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What becomes of a card that has the grade.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Surely,
    Perhaps,
    Not,
}

/// The cards of a kind, with the groups in which they are ranked.
pub(super) struct Ranked<'r> {
    pub(super) kind: &'r Kind,
    pub(super) ranking: &'r Ranking,
    pub(super) terms: &'r Terms,
    pub(super) groups: &'r [Option<usize>],
}

/// Applies every quota, that of the better grade first: who loses one grade may be too many for the next.
pub(super) fn apply(ranked: &Ranked<'_>, cards: &mut [Scorecard]) {
    let Some(grade) = &ranked.kind.grade else { return };
    let mut quotas: Vec<&Quota> = ranked.kind.quotas.iter().collect();
    quotas.sort_by_key(|quota| grade.position(&quota.grade));
    for quota in quotas {
        let Some(below) = grade.below(&quota.grade) else { continue };
        let open = ranked.kept(quota, cards, false);
        let so_far = ranked.kept(quota, cards, true);
        let lost = cards.iter_mut().zip(open).zip(so_far);
        for ((card, kept), (now, places)) in lost.map(|((card, (kept, _)), so_far)| ((card, kept), so_far)) {
            let Some(kept) = kept else { continue };
            let mut grades = std::mem::take(&mut card.grades);
            if now == Some(Kept::Not) {
                let (from, to) = (quota.grade.clone(), below.to_owned());
                card.demoted.push(Demotion { from, to, places });
            }
            if kept != Kept::Surely && !grades.iter().any(|grade| grade == below) {
                grades.push(below.to_owned());
            }
            if kept == Kept::Not {
                grades.retain(|grade| *grade != quota.grade);
            }
            // the grade that stands so far stands first
            let first = match now {
                Some(Kept::Not) => below.to_owned(),
                Some(_) => quota.grade.clone(),
                None => grades.first().cloned().unwrap_or_default(),
            };
            grades.sort_by_key(|name| (*name != first, grade.position(name)));
            card.grades = grades;
        }
    }
}

impl Ranked<'_> {
    /// What becomes of each card that has the grade, with how many places there are.
    fn kept(&self, quota: &Quota, cards: &[Scorecard], so_far: bool) -> Vec<(Option<Kept>, Decimal)> {
        let holds: Vec<Option<bool>> = cards.iter().map(|card| self.holds(quota, card, so_far)).collect();
        let standing = |card: &Scorecard| match so_far {
            true => Standing::so_far(self.ranking, card),
            false => Standing::of(self.ranking, card),
        };
        let standings: Vec<Standing> = cards.iter().map(standing).collect();
        let holders = self.holders(&holds, &standings, so_far);
        let each = cards.iter().zip(&holds).zip(&standings).enumerate();
        each.map(|(place, ((card, holds), standing))| {
            let (Some(is_sure), Some(rank)) = (*holds, &card.rank) else { return (None, Decimal::ZERO) };
            let peers = &rank.peers;
            let (least, most) = match so_far {
                true => (peers.so_far, peers.so_far),
                false => (peers.low.unwrap_or_default(), peers.high.unwrap_or(Decimal::MAX)),
            };
            let places = (quota.places(least, self.terms), quota.places(most, self.terms));
            let (Some(fewest), Some(most)) = places else { return (Some(Kept::Perhaps), Decimal::ZERO) };
            let group = self.groups.get(place).copied().flatten();
            let Some(holders) = group.and_then(|group| holders.get(&group)) else {
                return (Some(Kept::Perhaps), fewest);
            };
            let before = match quota.ties {
                Cut::AllIn => holders.above(standing),
                Cut::AllOut => holders.not_below(standing, is_sure),
            };
            let number = |before: usize| Decimal::from(before).saturating_add(Decimal::ONE);
            let is_ranked = so_far || rank.is_certain;
            let kept = match (number(before.1) <= fewest, number(before.0) > most && is_ranked) {
                (true, _) => Kept::Surely,
                (_, true) => Kept::Not,
                _ => Kept::Perhaps,
            };
            (Some(kept), fewest)
        })
        .collect()
    }

    /// Whether a card has the grade: surely, perhaps; none where it has not, or where a veto has set its grade.
    fn holds(&self, quota: &Quota, card: &Scorecard, so_far: bool) -> Option<bool> {
        let of_veto = self.kind.veto.as_ref().is_some_and(|veto| veto.grade.is_some());
        if card.rank.is_none() || (card.veto == Veto::Stands && of_veto) {
            return None;
        }
        if so_far {
            return (card.grades.first() == Some(&quota.grade)).then_some(true);
        }
        let is_sure = card.grades.len() == 1 && card.rank.is_some_and(|rank| rank.is_certain);
        card.grades.contains(&quota.grade).then_some(is_sure)
    }

    fn holders(
        &self,
        holds: &[Option<bool>],
        standings: &[Standing],
        so_far: bool,
    ) -> BTreeMap<usize, Peers> {
        let mut members: BTreeMap<usize, Vec<(Standing, bool)>> = BTreeMap::new();
        let mut loose = Vec::new();
        for ((group, holds), standing) in self.groups.iter().zip(holds).zip(standings) {
            match (group, holds) {
                (Some(group), Some(sure)) => members.entry(*group).or_default().push((*standing, *sure)),
                (None, Some(_)) if !so_far => loose.push((*standing, false)),
                _ => {}
            }
        }
        let peers = members.into_iter().map(|(group, mut members)| {
            members.extend(&loose);
            (group, Peers::of(self.ranking.vetoed, &members))
        });
        peers.collect()
    }
}
