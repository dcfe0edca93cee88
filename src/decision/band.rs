//! A range of numbers, each end with or without its bound: a row of a table, or what a path has learned of a number.

use crate::interval::{Interval, Relation};
use rust_decimal::Decimal;

/// A range of numbers: from one bound to the other, each with or without the bound itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// The lower bound, and whether it belongs to the band.
    pub low: Option<(Decimal, bool)>,
    /// The upper bound, and whether it belongs to the band.
    pub high: Option<(Decimal, bool)>,
}

impl Band {
    /// Every number.
    pub const ALL: Self = Self { low: None, high: None };

    /// The numbers that stand in a relation to a bound; none where they are not one range.
    pub fn of(relation: Relation, bound: Decimal) -> Option<Self> {
        let (without, with) = (Some((bound, false)), Some((bound, true)));
        Some(match relation {
            Relation::Equal => Self { low: with, high: with },
            Relation::Unequal => return None,
            Relation::Less => Self { low: None, high: without },
            Relation::LessOrEqual => Self { low: None, high: with },
            Relation::Greater => Self { low: without, high: None },
            Relation::GreaterOrEqual => Self { low: with, high: None },
        })
    }

    /// Whether a number lies in the band.
    pub fn contains(&self, value: Decimal) -> bool {
        let above = self.low.is_none_or(|(low, included)| value > low || (included && value == low));
        let below = self.high.is_none_or(|(high, included)| value < high || (included && value == high));
        above && below
    }

    /// Every number between two bounds.
    pub fn closed(interval: Interval) -> Self {
        Self { low: interval.low.map(|low| (low, true)), high: interval.high.map(|high| (high, true)) }
    }

    /// Whether any number between two bounds may lie in the band.
    pub fn meets(&self, interval: Interval) -> bool {
        !self.intersect(&Self::closed(interval)).is_empty()
    }

    /// The numbers in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let low = match (self.low, other.low) {
            (Some(a), Some(b)) => Some(if a.0 > b.0 || (a.0 == b.0 && !a.1) { a } else { b }),
            (a, b) => a.or(b),
        };
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(if a.0 < b.0 || (a.0 == b.0 && !a.1) { a } else { b }),
            (a, b) => a.or(b),
        };
        Self { low, high }
    }

    /// The same range without a number, where that is one of its ends.
    #[must_use]
    pub fn except(&self, number: Decimal) -> Self {
        let without = |end: (Decimal, bool)| if end.0 == number { (number, false) } else { end };
        Self { low: self.low.map(without), high: self.high.map(without) }
    }

    /// Whether no number lies in it.
    pub fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Some((low, with_low)), Some((high, with_high))) => {
                low > high || (low == high && !(with_low && with_high))
            }
            _ => false,
        }
    }

    /// The same numbers of so many decimal places, with bounds that belong to it: above 2 whole is from 3.
    #[must_use]
    pub fn at_grain(&self, places: Option<u32>) -> Self {
        let Some(places) = places else { return self.clone() };
        let grain = Decimal::try_new(1, places).unwrap_or(Decimal::ONE);
        let low = self.low.map(|(low, included)| {
            let up = low.round_dp_with_strategy(places, rust_decimal::RoundingStrategy::ToPositiveInfinity);
            let next = if up == low && !included { low.saturating_add(grain) } else { up };
            (next, true)
        });
        let high = self.high.map(|(high, included)| {
            let down =
                high.round_dp_with_strategy(places, rust_decimal::RoundingStrategy::ToNegativeInfinity);
            let next = if down == high && !included { high.saturating_sub(grain) } else { down };
            (next, true)
        });
        Self { low, high }
    }

    /// The numbers of the band that lie in none of `others`, as ranges from the lowest on.
    pub fn outside(&self, others: &[Self], places: Option<u32>) -> Vec<Self> {
        let mut others: Vec<Self> = others.iter().map(|other| other.at_grain(places)).collect();
        others.retain(|other| !other.is_empty());
        others.sort_by_key(|other| other.low.map(|(low, included)| (low, !included)));
        let mut rest = self.at_grain(places);
        let mut gaps = Vec::new();
        for other in others {
            let before = Self { low: None, high: other.low.map(|(low, included)| (low, !included)) };
            if other.low.is_some() {
                let gap = rest.intersect(&before).at_grain(places);
                if !gap.is_empty() {
                    gaps.push(gap);
                }
            }
            let Some((high, included)) = other.high else { return gaps };
            rest = rest.intersect(&Self { low: Some((high, !included)), high: None }).at_grain(places);
        }
        if !rest.is_empty() {
            gaps.push(rest);
        }
        gaps
    }
}
