//! Cards that are held against each other: how many of them stand above one, at least and at most.

use crate::assess::scorecard::{Bounds, Scorecard, Veto};
use crate::policy::{Best, Ranking, Vetoed};
use rust_decimal::Decimal;

/// At least, and at most.
pub(super) type Extent = (usize, usize);

/// Where a card stands: the higher the better, whatever the policy counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// Between what its figure lies; `None` where nothing bounds it.
    pub(super) low: Option<Decimal>,
    pub(super) high: Option<Decimal>,
    pub(super) veto: Veto,
}

/// The figures of some cards, sorted, so that any of them can be placed without looking at each other one.
#[derive(Debug)]
pub(super) struct Peers {
    vetoed: Vetoed,
    /// The least of each card that surely belongs here and is surely not vetoed; what has no least stands above nothing.
    lows: Vec<Decimal>,
    /// The most of each card that may belong here unvetoed; what has no most is counted apart.
    highs: Vec<Decimal>,
    endless: usize,
    /// Different figures that are known exactly, of those that surely and that may belong here.
    exact: (Vec<Decimal>, Vec<Decimal>),
    /// The most of each card whose figure is open.
    open: Vec<Decimal>,
    /// Cards that surely belong here and are vetoed or may be, and those that may belong here and are vetoed.
    surely: usize,
    surely_plain: usize,
    struck: Extent,
}

impl Standing {
    /// Where a card stands.
    pub(super) fn of(ranking: &Ranking, card: &Scorecard) -> Self {
        let nothing = Bounds { low: None, so_far: Decimal::ZERO, high: None };
        let settled = card.balance(&ranking.by).map_or(nothing, |balance| balance.settled);
        Self::between(ranking.best, (settled.low, settled.high), card.veto)
    }

    /// Where a card stands so far.
    pub(super) fn so_far(ranking: &Ranking, card: &Scorecard) -> Self {
        let figure = card.balance(&ranking.by).map(|balance| balance.settled.so_far);
        let veto = if card.veto == Veto::Stands { Veto::Stands } else { Veto::None };
        Self::between(ranking.best, (figure, figure), veto)
    }

    /// Where whatever lies between two figures stands.
    pub(super) fn between(best: Best, (low, high): (Option<Decimal>, Option<Decimal>), veto: Veto) -> Self {
        let turned = |bound: Option<Decimal>| bound.map(|bound| Decimal::ZERO.saturating_sub(bound));
        match best {
            Best::Highest => Self { low, high, veto },
            Best::Lowest => Self { low: turned(high), high: turned(low), veto },
        }
    }

    fn exact(&self) -> Option<Decimal> {
        self.low.filter(|_| self.low == self.high && self.veto == Veto::None)
    }
}

impl Peers {
    /// Some cards, each with whether it surely belongs to them.
    pub(super) fn of(vetoed: Vetoed, cards: &[(Standing, bool)]) -> Self {
        let sorted = |figures: &mut dyn Iterator<Item = Decimal>| {
            let mut figures: Vec<Decimal> = figures.collect();
            figures.sort_unstable();
            figures
        };
        let distinct = |mut figures: Vec<Decimal>| {
            figures.dedup();
            figures
        };
        let count = |is: &dyn Fn(&Standing, bool) -> bool| {
            cards.iter().filter(|(standing, sure)| is(standing, *sure)).count()
        };
        let stands = |standing: &Standing| standing.veto == Veto::Stands;
        let plain = || cards.iter().filter(|(standing, sure)| *sure && standing.veto == Veto::None);
        let any = || cards.iter().map(|(standing, _)| standing).filter(|standing| !stands(standing));
        Self {
            vetoed,
            lows: sorted(&mut plain().filter_map(|(standing, _)| standing.low)),
            highs: sorted(&mut any().filter_map(|standing| standing.high)),
            endless: any().filter(|standing| standing.high.is_none()).count(),
            exact: (
                distinct(sorted(&mut plain().filter_map(|(standing, _)| standing.exact()))),
                distinct(sorted(&mut any().filter_map(Standing::exact))),
            ),
            open: sorted(
                &mut any().filter(|standing| standing.exact().is_none()).filter_map(|standing| standing.high),
            ),
            surely: count(&|_, sure| sure),
            surely_plain: count(&|standing, sure| sure && standing.veto == Veto::None),
            struck: (
                count(&|standing, sure| sure && standing.veto != Veto::None),
                count(&|standing, _| stands(standing)),
            ),
        }
    }

    /// How many of them are ranked.
    pub(super) fn size(&self) -> Extent {
        let unvetoed = self.highs.len().saturating_add(self.endless);
        match self.vetoed {
            Vetoed::Out => (self.surely_plain, unvetoed),
            Vetoed::Last => (self.surely, unvetoed.saturating_add(self.struck.1)),
        }
    }

    /// How many others stand above a card of theirs.
    pub(super) fn above(&self, card: &Standing) -> Extent {
        let others = self.unvetoed_others(card);
        if card.veto == Veto::Stands {
            return (self.surely_plain, others);
        }
        let least = card.high.map_or(0, |high| beyond(&self.lows, |low| low > high));
        (least, if self.may_be_last(card) { others } else { self.reaching(card, |high, low| high > low) })
    }

    /// How many others stand above a card of theirs, which surely belongs to them or may, or level with it.
    pub(super) fn not_below(&self, card: &Standing, is_sure: bool) -> Extent {
        let others = self.unvetoed_others(card);
        if card.veto == Veto::Stands {
            let least = self.struck.0.saturating_sub(usize::from(is_sure));
            let most = self.struck.1.saturating_sub(1);
            return (self.surely_plain.saturating_add(least), others.saturating_add(most));
        }
        let own = usize::from(is_sure && card.exact().is_some());
        let least = card.high.map_or(0, |high| beyond(&self.lows, |low| low >= high));
        // an open veto on the card may put it level with those that are vetoed
        let most = if self.may_be_last(card) {
            others.saturating_add(self.struck.1)
        } else {
            self.reaching(card, |high, low| high >= low)
        };
        (least.saturating_sub(own), most)
    }

    /// How many different figures stand above that of a card of theirs.
    pub(super) fn figures_above(&self, card: &Standing) -> Extent {
        let (least, _) = self.above(card);
        let (surely, may) = &self.exact;
        if card.veto == Veto::Stands {
            let endless = self.endless.saturating_add(self.open.len());
            return (surely.len().max(least.min(1)), may.len().saturating_add(endless));
        }
        let lower = card.high.map_or(0, |high| beyond(surely, |figure| figure > high));
        let from = |figures: &[Decimal]| match (self.may_be_last(card), card.low) {
            (false, Some(low)) => beyond(figures, |figure| figure > low),
            _ => figures.len(),
        };
        // an open figure of its own may lie above its own least
        let is_wide = card.low.is_none() || card.low != card.high;
        let own = usize::from(card.exact().is_none() && (is_wide || self.may_be_last(card)));
        let upper = from(may).saturating_add(from(&self.open)).saturating_add(self.endless);
        (lower.max(least.min(1)), upper.saturating_sub(own))
    }

    /// Whether an open veto may put a card behind all that are not vetoed.
    fn may_be_last(&self, card: &Standing) -> bool {
        card.veto == Veto::Possible && self.vetoed == Vetoed::Last
    }

    fn unvetoed_others(&self, card: &Standing) -> usize {
        let all = self.highs.len().saturating_add(self.endless);
        all.saturating_sub(usize::from(card.veto != Veto::Stands))
    }

    /// How many others may reach a card's least.
    fn reaching(&self, card: &Standing, reaches: impl Fn(Decimal, Decimal) -> bool) -> usize {
        let Some(low) = card.low else { return self.unvetoed_others(card) };
        let own = card.high.is_none_or(|high| reaches(high, low));
        let reached = beyond(&self.highs, |high| reaches(high, low)).saturating_add(self.endless);
        reached.saturating_sub(usize::from(own))
    }
}

/// How many of some sorted figures satisfy what only the higher ones do.
fn beyond(figures: &[Decimal], does: impl Fn(Decimal) -> bool) -> usize {
    figures.len().saturating_sub(figures.partition_point(|figure| !does(*figure)))
}
