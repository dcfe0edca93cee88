//! What is known of a number: exactly one value, or the bounds it lies between.
//!
//! Arithmetic on intervals is sound: whatever the operands turn out to be inside their bounds, the
//! result lies inside the result's bounds. Where nothing is unknown it is plain exact arithmetic.

use crate::amount;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A number with a lower and an upper bound; `None` is unbounded on that side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The number is at least this.
    pub low: Option<Decimal>,
    /// The number is at most this.
    pub high: Option<Decimal>,
}

/// Why a calculation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticFault {
    /// More digits than an exact decimal can hold.
    Overflow,
    /// A division by zero, or by something that may be zero only.
    DivisionByZero,
}

type Calculated = Result<Interval, ArithmeticFault>;

impl Interval {
    /// Nothing is known of the number.
    pub const UNKNOWN: Self = Self { low: None, high: None };

    /// Exactly `value`.
    pub fn exactly(value: Decimal) -> Self {
        Self { low: Some(value), high: Some(value) }
    }

    /// Between `low` and `high`, both included.
    pub fn between(low: Decimal, high: Decimal) -> Self {
        Self { low: Some(low), high: Some(high) }
    }

    /// The value, where it is known.
    pub fn exact(self) -> Option<Decimal> {
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => Some(low),
            _ => None,
        }
    }

    /// The smallest interval holding both.
    pub fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
        }
    }

    /// Whether every number it may be is beyond [`amount::LARGEST`].
    pub fn is_beyond_counting(self) -> bool {
        self.low.is_some_and(|low| low > amount::LARGEST)
            || self.high.is_some_and(|high| high < Decimal::ZERO.saturating_sub(amount::LARGEST))
    }

    /// The same without a bound that is beyond [`amount::LARGEST`].
    pub fn countable(self) -> Self {
        let kept = |bound: Option<Decimal>| bound.filter(|bound| amount::is_countable(*bound));
        Self { low: kept(self.low), high: kept(self.high) }
    }

    /// Whether `value` lies inside.
    pub fn contains(self, value: Decimal) -> bool {
        self.low.is_none_or(|low| low <= value) && self.high.is_none_or(|high| value <= high)
    }

    /// How the two compare, where every possible value compares the same way.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        if let (Some(a), Some(b)) = (self.exact(), other.exact()) {
            return Some(a.cmp(&b));
        }
        if self.high.zip(other.low).is_some_and(|(high, low)| high < low) {
            return Some(Ordering::Less);
        }
        if self.low.zip(other.high).is_some_and(|(low, high)| low > high) {
            return Some(Ordering::Greater);
        }
        None
    }

    /// Whether the relation `holds` for all, for none, or for some of the possible values (`None`).
    pub fn decide(self, relation: Relation, other: Self) -> Option<bool> {
        if let Some(ordering) = self.compare(other) {
            return Some(relation.holds(ordering));
        }
        let never_above = self.high.zip(other.low).is_some_and(|(high, low)| high <= low);
        let never_below = self.low.zip(other.high).is_some_and(|(low, high)| low >= high);
        match relation {
            Relation::LessOrEqual if never_above => Some(true),
            Relation::Greater if never_above => Some(false),
            Relation::GreaterOrEqual if never_below => Some(true),
            Relation::Less if never_below => Some(false),
            _ => None,
        }
    }

    /// The sum of both.
    pub fn plus(self, other: Self) -> Calculated {
        if let (Some(a), Some(b)) = (self.exact(), other.exact()) {
            return a.checked_add(b).map(Self::exactly).ok_or(ArithmeticFault::Overflow);
        }
        let side = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).and_then(|(a, b)| a.checked_add(b));
        Ok(Self { low: side(self.low, other.low), high: side(self.high, other.high) })
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Calculated {
        self.plus(other.negate())
    }

    /// The number with the other sign.
    pub fn negate(self) -> Self {
        Self { low: self.high.map(opposite), high: self.low.map(opposite) }
    }

    /// The product.
    pub fn times(self, other: Self) -> Calculated {
        if self.exact() == Some(Decimal::ZERO) || other.exact() == Some(Decimal::ZERO) {
            return Ok(Self::exactly(Decimal::ZERO));
        }
        let (known, by) = if self.exact().is_some() { (other, self) } else { (self, other) };
        known.corners(by, Decimal::checked_mul)
    }

    /// The quotient.
    pub fn over(self, other: Self) -> Calculated {
        if other.exact().is_some_and(|divisor| divisor.is_zero()) {
            return Err(ArithmeticFault::DivisionByZero);
        }
        if other.contains(Decimal::ZERO) {
            return Ok(Self::UNKNOWN);
        }
        self.corners(other, Decimal::checked_div)
    }

    fn corners(self, other: Self, operation: fn(Decimal, Decimal) -> Option<Decimal>) -> Calculated {
        let (Some(a), Some(b), Some(c), Some(d)) = (self.low, self.high, other.low, other.high) else {
            let scaled = other.exact().map(|factor| self.scaled(factor, operation));
            return Ok(scaled.unwrap_or(Self::UNKNOWN));
        };
        if a == b && c == d {
            return operation(a, c).map(Self::exactly).ok_or(ArithmeticFault::Overflow);
        }
        let mut result: Option<Self> = None;
        for (left, right) in [(a, c), (a, d), (b, c), (b, d)] {
            // too large only where the operands come near their bounds
            let Some(corner) = operation(left, right).map(Self::exactly) else { return Ok(Self::UNKNOWN) };
            result = Some(result.map_or(corner, |hull| hull.hull(corner)));
        }
        Ok(result.unwrap_or(Self::UNKNOWN))
    }

    /// The product with, or the quotient by, a number that is known and not zero: an open end stays open.
    fn scaled(self, factor: Decimal, operation: fn(Decimal, Decimal) -> Option<Decimal>) -> Self {
        let side = |bound: Option<Decimal>| bound.and_then(|bound| operation(bound, factor));
        let (low, high) =
            if factor.is_sign_negative() { (self.high, self.low) } else { (self.low, self.high) };
        Self { low: side(low), high: side(high) }
    }

    /// The remainder of a division; it is known only where both numbers are.
    pub fn remainder(self, other: Self) -> Calculated {
        match (self.exact(), other.exact()) {
            (_, Some(divisor)) if divisor.is_zero() => Err(ArithmeticFault::DivisionByZero),
            (Some(value), Some(divisor)) => {
                value.checked_rem(divisor).map(Self::exactly).ok_or(ArithmeticFault::Overflow)
            }
            _ => Ok(Self::UNKNOWN),
        }
    }

    /// The smaller of two numbers.
    pub fn min(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: nearer(self.high, other.high, Decimal::min),
        }
    }

    /// The larger of two numbers.
    pub fn max(self, other: Self) -> Self {
        Self {
            low: nearer(self.low, other.low, Decimal::max),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
        }
    }

    /// The number without its sign.
    pub fn abs(self) -> Self {
        let zero = Self::exactly(Decimal::ZERO);
        let magnitude = self.max(self.negate());
        if self.contains(Decimal::ZERO) {
            Self { low: Some(Decimal::ZERO), ..magnitude }
        } else {
            magnitude.max(zero)
        }
    }

    /// The result of a function that never falls where its argument rises.
    pub fn rising(self, function: impl Fn(Decimal) -> Decimal) -> Self {
        match self.exact() {
            Some(value) => Self::exactly(function(value)),
            None => Self { low: self.low.map(&function), high: self.high.map(&function) },
        }
    }
}

fn opposite(mut value: Decimal) -> Decimal {
    if !value.is_zero() {
        value.set_sign_negative(value.is_sign_positive());
    }
    value
}

fn nearer(
    a: Option<Decimal>,
    b: Option<Decimal>,
    choose: fn(Decimal, Decimal) -> Decimal,
) -> Option<Decimal> {
    match (a, b) {
        (Some(a), Some(b)) => Some(choose(a, b)),
        (known, None) | (None, known) => known,
    }
}

/// A comparison of two numbers or moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 6] =
        [Self::Equal, Self::Unequal, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];

    /// The operator as a clause writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether it holds for two values in this order.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Unequal => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The relation that holds with the two sides exchanged.
    pub fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same @ (Self::Equal | Self::Unequal) => same,
        }
    }

    /// The relation that holds exactly where this one does not.
    pub fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Interval};

    #[test]
    fn a_number_of_which_one_bound_is_known_keeps_it_when_scaled() {
        let at_least = |low: i64| Interval { low: Some(Decimal::from(low)), high: None };
        let at_most = |high: i64| Interval { low: None, high: Some(Decimal::from(high)) };
        let exactly = |value: i64| Interval::exactly(Decimal::from(value));
        assert_eq!(at_least(2).times(exactly(3)), Ok(at_least(6)));
        assert_eq!(exactly(-3).times(at_least(2)), Ok(at_most(-6)));
        assert_eq!(at_most(8).over(exactly(-2)), Ok(at_least(-4)));
        assert_eq!(at_least(0).times(at_least(2)), Ok(Interval::UNKNOWN));
    }
}
