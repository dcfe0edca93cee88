//! Exact decimals: how they are read, rounded and written. No binary float exists where an amount passes.

use crate::language::{Language, narrow};
use rust_decimal::{Decimal, RoundingStrategy};

/// What an amount is counted in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// A bare number.
    None,
    /// Points of a score.
    Points,
    /// Money, in yuan.
    Yuan,
    /// A share of one, written in percent: `0.3` is `30 %`.
    Percent,
    /// Hours of a clock.
    Hours,
    /// Minutes of a clock.
    Minutes,
    /// Days, by date.
    Days,
    /// Anything else the pack names.
    Named(String),
}

impl Unit {
    /// The unit a pack means by `word`: `分`, `元`, `%`, `小时`, or any other word as it stands.
    pub fn named(word: &str) -> Self {
        match word {
            "" => Self::None,
            "分" | "points" => Self::Points,
            "元" | "yuan" | "CNY" => Self::Yuan,
            "%" => Self::Percent,
            "小时" | "hours" | "h" => Self::Hours,
            "分钟" | "minutes" => Self::Minutes,
            "天" | "days" => Self::Days,
            other => Self::Named(other.to_owned()),
        }
    }

    /// The amount as a reader sees it: `¥1,234.50`, `30 %`, `12.5 h`.
    pub fn show(&self, value: Decimal, language: Language) -> String {
        match (self, language) {
            (Self::None, _) => grouped(value, None),
            (Self::Points, Language::Zh) => format!("{} 分", grouped(value, None)),
            (Self::Points, Language::En) if value.abs() == Decimal::ONE => {
                format!("{} point", grouped(value, None))
            }
            (Self::Points, Language::En) => format!("{} points", grouped(value, None)),
            (Self::Yuan, _) => money(value),
            (Self::Percent, _) => percent(value),
            (Self::Hours, Language::Zh) => format!("{} 小时", grouped(value, None)),
            (Self::Hours, Language::En) => format!("{} h", grouped(value, None)),
            (Self::Minutes, Language::Zh) => format!("{} 分钟", grouped(value, None)),
            (Self::Minutes, Language::En) => format!("{} min", grouped(value, None)),
            (Self::Days, Language::Zh) => format!("{} 天", grouped(value, None)),
            (Self::Days, Language::En) if value.abs() == Decimal::ONE => {
                format!("{} day", grouped(value, None))
            }
            (Self::Days, Language::En) => format!("{} days", grouped(value, None)),
            (Self::Named(word), _) => format!("{} {word}", grouped(value, None)),
        }
    }

    /// The amount as data files carry it: money with two places, all else without trailing zeros.
    pub fn plain(&self, value: Decimal) -> String {
        match self {
            Self::Yuan => fixed(value, 2),
            _ => plain(value),
        }
    }

    /// The word data files carry for the unit.
    pub fn code(&self) -> &str {
        match self {
            Self::None => "",
            Self::Points => "points",
            Self::Yuan => "CNY",
            Self::Percent => "%",
            Self::Hours => "hours",
            Self::Minutes => "minutes",
            Self::Days => "days",
            Self::Named(word) => word,
        }
    }
}

/// Where and how amounts are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// Which way a tie goes.
    pub mode: RoundingMode,
    /// Decimal places kept.
    pub places: u32,
    /// The step of settlement at which it happens.
    pub at: RoundingStep,
}

/// Which way a number between two grains goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingMode {
    /// 四舍五入: ties away from zero.
    HalfUp,
    /// Ties to the even neighbour (ISO 80000-1, rule A).
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// The step of settlement that rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingStep {
    /// Each finding is rounded.
    Finding,
    /// The settled balance of a card is rounded.
    Card,
}

impl Rounding {
    /// `value` with the rounding's places.
    pub fn round(self, value: Decimal) -> Decimal {
        self.mode.round(value, self.places)
    }
}

impl RoundingMode {
    /// The mode a pack names, if there is one of that name.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "half_up" => Some(Self::HalfUp),
            "half_even" => Some(Self::HalfEven),
            "down" => Some(Self::Down),
            "up" => Some(Self::Up),
            _ => None,
        }
    }

    /// `value` rounded to `places` decimal places.
    pub fn round(self, value: Decimal, places: u32) -> Decimal {
        let strategy = match self {
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::Down => RoundingStrategy::ToZero,
            Self::Up => RoundingStrategy::AwayFromZero,
        };
        value.round_dp_with_strategy(places, strategy)
    }
}

/// No number of a policy, a table or a finding is larger than this in either direction, so that sums of millions of them
/// are exact: a decimal keeps 28 digits.
pub const LARGEST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// Whether a number is no larger than [`LARGEST`] in either direction.
pub fn is_countable(number: Decimal) -> bool {
    number.abs() <= LARGEST
}

/// Reads a decimal as people write it in a policy: `12`, `0.5`, `1,234.50`, `30%`. Percent is a share of one.
///
/// Nothing is rounded in silence: a number with more digits than can be kept exactly is refused, and one beyond
/// [`LARGEST`].
pub fn read(text: &str) -> Option<(Decimal, Option<Unit>)> {
    written(text).filter(|(number, _)| is_countable(*number))
}

/// Whether a text is a number, but one beyond [`LARGEST`].
pub fn is_too_large(text: &str) -> bool {
    written(text).is_some_and(|(number, _)| !is_countable(number))
}

fn written(text: &str) -> Option<(Decimal, Option<Unit>)> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), Some(Unit::Percent)),
        None => (text, None),
    };
    let mut digits = number.strip_prefix(['\u{a5}', '\u{ffe5}']).unwrap_or(number).trim_start().to_owned();
    if digits.contains(',') {
        if !thousands_are_grouped(&digits) {
            return None;
        }
        digits.retain(|character| character != ',');
    }
    let plain_digits = digits.strip_prefix('-').unwrap_or(&digits);
    let shape_is_plain = plain_digits.starts_with(|c: char| c.is_ascii_digit())
        && plain_digits.ends_with(|c: char| c.is_ascii_digit())
        && plain_digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !shape_is_plain {
        return None;
    }
    let value = Decimal::from_str_exact(&digits).ok()?;
    match unit {
        Some(Unit::Percent) => {
            Some((value.checked_mul(Decimal::new(1, 2))?.normalize(), Some(Unit::Percent)))
        }
        unit => Some((value, unit)),
    }
}

/// Reads a decimal as people type it into a cell: as [`read`] does, and also in full-width characters (`１２３`, `１０％`) and
/// with its unit behind it (`120 元`), where that is the unit of what is read.
pub fn read_cell(text: &str, unit: &Unit) -> Option<Decimal> {
    if let Some((number, _)) = read(text) {
        return Some(number);
    }
    let plain: String = text.chars().map(narrow).collect();
    let plain = plain.trim();
    let number = plain.trim_end_matches(|letter: char| !letter.is_ascii_digit() && letter != '%');
    let word = plain.get(number.len()..).unwrap_or_default().trim();
    let fits = match word {
        "" => true,
        "元" => matches!(unit, Unit::Yuan | Unit::None),
        word => Unit::named(word) == *unit,
    };
    fits.then(|| read(number).map(|(number, _)| number))?
}

fn thousands_are_grouped(digits: &str) -> bool {
    let whole = digits.split('.').next().unwrap_or_default();
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && groups.all(|group| group.len() == 3)
        && !digits.split('.').nth(1).unwrap_or_default().contains(',')
}

/// A decimal without trailing zeros and never in scientific notation.
pub fn plain(value: Decimal) -> String {
    let value = value.normalize();
    if value.is_zero() { "0".to_owned() } else { value.to_string() }
}

/// A decimal with exactly `places` places; digits beyond them are shown, not lost.
pub fn fixed(value: Decimal, places: u32) -> String {
    let mut value = value.normalize();
    if value.is_zero() {
        value = Decimal::ZERO;
    }
    if value.scale() < places {
        value.rescale(places);
    }
    value.to_string()
}

/// Money as reports show it: `¥1,234.50`.
pub fn money(value: Decimal) -> String {
    let sign = if value.is_sign_negative() && !value.is_zero() { "−" } else { "" };
    format!("{sign}¥{}", grouped(value.abs(), Some(2)))
}

/// A share of one as reports show it: `97.44 %`, or `30 %` where it is whole.
pub fn percent(share: Decimal) -> String {
    let value = share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share);
    format!("{} %", plain(RoundingMode::HalfUp.round(value, 2)).replace('-', "−"))
}

/// A share of one in percent, always with two places, so that a column of them lines up.
pub fn percent_aligned(share: Decimal) -> String {
    let value = share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share);
    format!("{} %", fixed(RoundingMode::HalfUp.round(value, 2), 2))
}

/// A signed change, with the typographic minus: `−15`, `+3`, `0`.
pub fn signed(value: Decimal) -> String {
    if value.is_zero() {
        "0".to_owned()
    } else if value.is_sign_negative() {
        format!("−{}", plain(value.abs()))
    } else {
        format!("+{}", plain(value))
    }
}

fn grouped(value: Decimal, places: Option<u32>) -> String {
    let text = match places {
        Some(places) => fixed(value, places),
        None => plain(value),
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut reversed = String::new();
    for (position, digit) in whole.chars().rev().enumerate() {
        if position > 0 && position.is_multiple_of(3) {
            reversed.push(',');
        }
        reversed.push(digit);
    }
    let whole: String = reversed.chars().rev().collect();
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A decimal given in a test.
#[cfg(test)]
fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_policies_write_them() {
        assert_eq!(read("30%"), Some((decimal("0.3"), Some(Unit::Percent))));
        assert_eq!(read("1,234.50"), Some((decimal("1234.50"), None)));
        assert_eq!(read("-0.5"), Some((decimal("-0.5"), None)));
        for wrong in ["", "1e3", "1,23", "12,3456", "½", "1.", ".5", "--1", "1.2.3", "+1", "NaN"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read("0.12345678901234567890123456789012"), None, "more digits than can be kept");
    }

    #[test]
    fn amounts_are_read_as_people_type_them_into_cells() {
        for (cell, unit, expected) in [
            ("１２３", Unit::None, Some("123")),
            ("１，２３４．５０", Unit::Yuan, Some("1234.50")),
            ("￥1,234.50", Unit::Yuan, Some("1234.50")),
            ("¥ 1,234.50", Unit::Yuan, Some("1234.50")),
            ("120.50元", Unit::Yuan, Some("120.50")),
            ("120.50 元", Unit::None, Some("120.50")),
            ("１０％", Unit::None, Some("0.1")),
            ("−5\u{a0}", Unit::None, Some("-5")),
            ("3 小时", Unit::Hours, Some("3")),
            ("3 元", Unit::Hours, None),
            ("120元5角", Unit::Yuan, None),
            ("3万元", Unit::Yuan, None),
            ("1e3", Unit::None, None),
        ] {
            assert_eq!(read_cell(cell, &unit), expected.map(decimal), "{cell}");
        }
    }

    #[test]
    fn amounts_are_written_for_people_and_for_data() {
        assert_eq!(money(decimal("18900")), "¥18,900.00");
        assert_eq!(money(decimal("-1234567.5")), "−¥1,234,567.50");
        assert_eq!(percent(decimal("0.9744")), "97.44 %");
        assert_eq!(Unit::Yuan.plain(decimal("1234.5")), "1234.50");
        assert_eq!(Unit::Points.plain(decimal("3.00")), "3");
        assert_eq!(plain(decimal("-0")), "0");
    }
}
