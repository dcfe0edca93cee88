//! What stands in a line of a bulletin, for a reader and for a program.

use super::candidate::Tally;
use crate::amount::{self, RoundingMode, Unit};
use crate::fact::{FactType, Value};
use crate::language::{Language, Text};
use chrono::{NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its name in data: that of the fact, role or account.
    pub key: String,
    /// What a reader calls it.
    pub title: Text,
    /// Whether it holds numbers, which line up on the right.
    pub is_number: bool,
    /// Whether it only draws what another column says, and stands in no data.
    pub is_drawn: bool,
}

/// What stands in a line under a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// As a reader sees it.
    pub shown: Text,
    /// As data files carry it; empty where nothing is known.
    pub plain: String,
}

/// What marks a figure that still runs.
pub(super) const RUNNING: &str = "…";

/// Blocks of the longest bar.
const BAR: u32 = 20;

impl Heading {
    pub(super) fn text(key: impl Into<String>, title: Text) -> Self {
        Self { key: key.into(), title, is_number: false, is_drawn: false }
    }

    pub(super) fn number(key: impl Into<String>, title: Text) -> Self {
        Self { is_number: true, ..Self::text(key, title) }
    }

    /// The column of bars.
    pub(super) fn bar() -> Self {
        Self { is_drawn: true, ..Self::text("bar", Text::same("")) }
    }
}

impl Cell {
    /// The same words in every language.
    pub(super) fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { shown: Text::same(text.clone()), plain: text }
    }

    /// Nothing.
    pub fn none() -> Self {
        Self { shown: Text::same("—"), plain: String::new() }
    }

    /// The value of a fact.
    pub(super) fn value(kind: &FactType, value: &Value) -> Self {
        if *value == Value::Missing {
            return Self::none();
        }
        let shown = match (kind, value) {
            // a limit ends with its last day
            (_, Value::Moment(moment)) if is_end_of_day(*moment) => Text::same(moment.date().to_string()),
            (FactType::Number { unit: unit @ Unit::Hours, .. }, Value::Number(hours)) => {
                let hours = RoundingMode::HalfUp.round(*hours, 1);
                Text::new(unit.show(hours, Language::Zh), unit.show(hours, Language::En))
            }
            // it runs on: the figure is what it came to so far
            (_, Value::Running(so_far)) => {
                let so_far = Self::value(kind, &Value::Number(*so_far)).shown;
                Text::new(format!("{}{RUNNING}", so_far.zh), format!("{}{RUNNING}", so_far.en))
            }
            _ => Text::new(kind.show(value, Language::Zh), kind.show(value, Language::En)),
        };
        let mut plain = FactType::plain(value);
        if matches!(value, Value::Running(_)) {
            plain.push_str(RUNNING);
        }
        Self { shown, plain }
    }

    /// An amount between bounds.
    pub(super) fn amount(unit: &Unit, (low, high): (Option<Decimal>, Option<Decimal>)) -> Self {
        // the heading says what points are of
        let shown_in = if *unit == Unit::Points { &Unit::None } else { unit };
        let side = |bound: Option<Decimal>, language| {
            bound.map_or_else(|| "?".to_owned(), |bound| shown_in.show(bound, language))
        };
        let plain = |bound: Option<Decimal>| bound.map(|bound| unit.plain(bound)).unwrap_or_default();
        if low == high && low.is_some() {
            return Self {
                shown: Text::new(side(low, Language::Zh), side(low, Language::En)),
                plain: plain(low),
            };
        }
        let shown = |language| format!("{}–{}", side(low, language), side(high, language));
        Self {
            shown: Text::new(shown(Language::Zh), shown(Language::En)),
            plain: format!("{}..{}", plain(low), plain(high)),
        }
    }

    /// A number of rows, of which some may not belong to it.
    pub(super) fn count(tally: Tally) -> Self {
        let number = |count: usize| Some(Decimal::from(count));
        Self::amount(&Unit::None, (number(tally.certain), number(tally.possible)))
    }

    /// A share of a whole.
    pub(super) fn share(share: Decimal) -> Self {
        Self { shown: Text::same(amount::percent_aligned(share)), plain: amount::plain(share) }
    }

    /// A change between bounds, with its sign.
    pub(super) fn change(low: Decimal, high: Decimal) -> Self {
        if low == high {
            return Self { shown: Text::same(amount::signed(low)), plain: amount::plain(low) };
        }
        let (from, to) = (amount::signed(low), amount::signed(high));
        Self {
            shown: Text::new(format!("{from} 至 {to}"), format!("{from} to {to}")),
            plain: format!("{}..{}", amount::plain(low), amount::plain(high)),
        }
    }

    /// A bar as long as a part is of the largest.
    pub(super) fn bar(part: Decimal, largest: Decimal) -> Self {
        let length = part.checked_mul(Decimal::from(BAR)).and_then(|part| part.checked_div(largest));
        let length = length.unwrap_or_default().ceil();
        let blocks = (0..BAR).filter(|block| Decimal::from(*block) < length);
        Self { shown: Text::same(blocks.map(|_| '█').collect::<String>()), plain: String::new() }
    }
}

/// Whether a moment is the last second of its day, which is how the end of a day is written.
pub(super) fn is_end_of_day(moment: NaiveDateTime) -> bool {
    NaiveTime::from_hms_opt(23, 59, 59) == Some(moment.time())
}
