//! Shares of one amount that come to the amount again, to its last unit: what is left over goes where most was cut off.

use crate::amount::RoundingMode;
use crate::interval::{ArithmeticFault, Interval};
use rust_decimal::Decimal;

/// One of several shares of an amount, in the grain of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Its position among the shares.
    pub place: usize,
    /// How many there are.
    pub of: usize,
    /// Decimal places kept.
    pub places: u32,
    /// Which way the whole amount is rounded.
    pub mode: RoundingMode,
}

impl Share {
    /// The share of an amount; the shares are parts of one that add up to it.
    pub(super) fn of(self, amount: Interval, shares: &[Decimal]) -> Result<Interval, ArithmeticFault> {
        if let Some(amount) = amount.exact() {
            return self.exactly(amount, shares).map(Interval::exactly);
        }
        let own = shares.get(self.place).copied().unwrap_or_default();
        // with a larger amount a single share may fall by a unit, but never below what is cut off
        let cut = |amount: Decimal| -> Result<Decimal, ArithmeticFault> {
            let whole = self.mode.round(amount.abs(), self.places);
            let exact = whole.checked_mul(own).ok_or(ArithmeticFault::Overflow)?;
            Ok(RoundingMode::Down.round(exact, self.places))
        };
        let (negative, grain) = (|amount: Decimal| amount < Decimal::ZERO, self.grain());
        let low = |amount: Decimal| -> Result<Decimal, ArithmeticFault> {
            let cut = cut(amount)?;
            Ok(if negative(amount) { Decimal::ZERO.saturating_sub(cut.saturating_add(grain)) } else { cut })
        };
        let high = |amount: Decimal| -> Result<Decimal, ArithmeticFault> {
            let cut = cut(amount)?;
            Ok(if negative(amount) { Decimal::ZERO.saturating_sub(cut) } else { cut.saturating_add(grain) })
        };
        Ok(Interval { low: amount.low.map(low).transpose()?, high: amount.high.map(high).transpose()? })
    }

    fn grain(self) -> Decimal {
        Decimal::try_new(1, self.places).unwrap_or(Decimal::ONE)
    }

    fn exactly(self, amount: Decimal, shares: &[Decimal]) -> Result<Decimal, ArithmeticFault> {
        let (whole, grain) = (self.mode.round(amount.abs(), self.places), self.grain());
        let mut cut = Vec::with_capacity(shares.len());
        for share in shares {
            let exact = whole.checked_mul(*share).ok_or(ArithmeticFault::Overflow)?;
            let down = RoundingMode::Down.round(exact, self.places);
            cut.push((exact.saturating_sub(down), down));
        }
        let mut rest = cut.iter().fold(whole, |rest, (_, down)| rest.saturating_sub(*down));
        let mut order: Vec<usize> = (0..cut.len()).collect();
        // the largest remainder first; of equals the one that is named first
        order.sort_by_key(|place| std::cmp::Reverse(cut.get(*place).map(|(remainder, _)| *remainder)));
        let mut own = cut.get(self.place).map_or(Decimal::ZERO, |(_, down)| *down);
        for place in order {
            if rest < grain {
                break;
            }
            rest = rest.saturating_sub(grain);
            if place == self.place {
                own = own.saturating_add(grain);
            }
        }
        Ok(if amount < Decimal::ZERO { Decimal::ZERO.saturating_sub(own) } else { own })
    }
}

#[cfg(test)]
mod tests {
    use super::Share;
    use crate::amount::RoundingMode;
    use crate::interval::Interval;
    use rust_decimal::Decimal;

    fn all(amount: &str, shares: &[&str]) -> Vec<String> {
        let amount: Decimal = amount.parse().unwrap();
        let shares: Vec<Decimal> = shares.iter().map(|share| share.parse().unwrap()).collect();
        (0..shares.len())
            .map(|place| {
                let share = Share { place, of: shares.len(), places: 2, mode: RoundingMode::HalfUp };
                let exact = share.of(Interval::exactly(amount), &shares).unwrap().exact().unwrap();
                // bounds around the amount hold what the amount itself comes to
                for width in ["0.01", "3", "250"] {
                    let width: Decimal = width.parse().unwrap();
                    let around =
                        Interval::between(amount.saturating_sub(width), amount.saturating_add(width));
                    let bounds = share.of(around, &shares).unwrap();
                    assert!(bounds.contains(exact), "{exact} is not within {bounds:?}");
                }
                exact.normalize().to_string()
            })
            .collect()
    }

    #[test]
    fn shares_come_to_the_whole_again_and_ties_go_to_the_earlier_name() {
        assert_eq!(all("100", &["0.7", "0.3"]), ["70", "30"]);
        assert_eq!(all("0.01", &["0.5", "0.5"]), ["0.01", "0"]);
        assert_eq!(all("0.05", &["0.5", "0.5"]), ["0.03", "0.02"]);
        assert_eq!(all("100", &["0.3333", "0.3333", "0.3334"]), ["33.33", "33.33", "33.34"]);
        // 0.333, 0.333 and 0.334 cents over: the largest remainder is the last
        assert_eq!(all("10", &["0.3333", "0.3333", "0.3334"]), ["3.33", "3.33", "3.34"]);
        assert_eq!(all("-0.05", &["0.5", "0.5"]), ["-0.03", "-0.02"]);
    }

    #[test]
    fn what_takes_nothing_away_shares_nothing_below_zero() {
        let shares = ["0.7", "0.3"].map(|share| share.parse::<Decimal>().unwrap());
        for place in 0..2 {
            let share = Share { place, of: 2, places: 2, mode: RoundingMode::HalfUp };
            let bounds = share.of(Interval::between(Decimal::ZERO, Decimal::TEN), &shares).unwrap();
            assert_eq!(bounds.low, Some(Decimal::ZERO));
        }
    }
}
