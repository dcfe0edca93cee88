//! What is withheld from one person's pay in a month: under the wage guard no more than may be, and the rest later or never.

use super::CardKey;
use crate::interval::Interval;
use crate::language::Text;
use crate::policy::Rest;
use rust_decimal::Decimal;

/// What is withheld from one person's pay, of everything that all of the person's cards are charged in the period and of
/// what the period before carried on. Balances are what they are beside it: a guard erases nothing.
///
/// Every amount is money in yuan, not below zero. One that is open lies between its bounds, `high` being `None` where
/// nothing bounds it; [`Interval::exact`] is the amount where it is settled. `owed` = `taken` + `carried_on` + `waived`, to the
/// cent wherever they are settled. What the person is paid is in none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withholding {
    /// The person's code.
    pub person: String,
    /// The person's name.
    pub name: Text,
    /// What each of the person's cards is charged, in judging order; those that are charged nothing are left out.
    pub charges: Vec<(CardKey, Interval)>,
    /// What the period before carried on.
    pub carried_in: Interval,
    /// What is withheld from this period's pay.
    pub taken: Interval,
    /// What is owed and not withheld.
    pub(super) left: Interval,
    /// What becomes of that.
    pub(super) rest: Rest,
    /// What is known of the limit.
    pub limit: Limit,
}

/// What is known of the most that may be withheld. Not how much it is, and not which of the two bounds it is: pay could
/// be read off that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It is known.
    Known,
    /// The person is not in the organisation in the period: there is no pay to withhold from.
    NoPay,
    /// The person's pay is not given: how much is withheld stays open.
    PayNotGiven,
    /// The share or the minimum wage is not in force on the period's last day: how much is withheld stays open.
    NotInForce,
}

impl Withholding {
    /// The names of its amounts, as data files and scenarios have them.
    pub const AMOUNTS: [&str; 6] = ["charged", "carried_in", "owed", "taken", "carried_on", "waived"];

    /// Its amounts, each with its name.
    pub fn amounts(&self) -> [(&'static str, Interval); 6] {
        let [charged, carried_in, owed, taken, carried_on, waived] = Self::AMOUNTS;
        [
            (charged, self.charged()),
            (carried_in, self.carried_in),
            (owed, self.owed()),
            (taken, self.taken),
            (carried_on, self.carried_on()),
            (waived, self.waived()),
        ]
    }

    /// What is charged in the period.
    pub fn charged(&self) -> Interval {
        sum(self.charges.iter().map(|(_, charge)| *charge))
    }

    /// What is owed: what is charged, and what was carried on before.
    pub fn owed(&self) -> Interval {
        sum([self.charged(), self.carried_in])
    }

    /// What is owed in the next period.
    pub fn carried_on(&self) -> Interval {
        if self.rest == Rest::Carry { self.left } else { Interval::exactly(Decimal::ZERO) }
    }

    /// What nobody asks for any more.
    pub fn waived(&self) -> Interval {
        if self.rest == Rest::Waive { self.left } else { Interval::exactly(Decimal::ZERO) }
    }

    /// Whether any amount of it is open: do not pay out by it.
    pub fn is_provisional(&self) -> bool {
        [self.owed(), self.taken, self.left].iter().any(|amount| amount.exact().is_none())
    }
}

/// The sum of amounts.
pub(super) fn sum(amounts: impl IntoIterator<Item = Interval>) -> Interval {
    let add = |sum: Interval, amount| sum.plus(amount).unwrap_or(Interval::UNKNOWN);
    amounts.into_iter().fold(Interval::exactly(Decimal::ZERO), add)
}
