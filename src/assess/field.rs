//! The rows an aggregate looks at: those of the assessed period, and those from before it.

use super::history::Past;
use super::row::JudgedRows;
use super::scorecard::{Bounds, Scorecard, Veto};
use crate::clause::Record;
use crate::fact::{Covers, Facts as _, Span, Value};
use crate::intake::Rows;
use crate::interval::Interval;
use crate::policy::{self, Kind, Terms};
use chrono::{NaiveDate, NaiveDateTime};
use std::sync::Arc;

/// All rows of a kind that can be looked at.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) kind: &'a Kind,
    /// Rows from before the period.
    pub(super) before: Option<&'a JudgedRows>,
    /// Rows of the period; all of them while a table's facts are worked out.
    pub(super) now: Option<&'a JudgedRows>,
    /// The settled cards of a kind of cards, in the order of its rows.
    pub(super) cards: &'a [Scorecard],
    /// What is known of the kind from earlier assessments.
    pub(super) past: Option<&'a Past>,
}

/// One row of a [`Field`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// Of the rows from before the period.
    Before(usize),
    /// Of the rows of the period.
    Now(usize),
}

impl<'a> Field<'a> {
    fn place(&self, spot: Spot) -> Option<(&'a JudgedRows, usize)> {
        match spot {
            Spot::Before(row) => Some((self.before?, row)),
            Spot::Now(row) => Some((self.now?, row)),
        }
    }

    /// How far back its table is complete, where that is said.
    pub(super) fn covers(&self) -> Option<&'a Covers> {
        let of = |rows: Option<&'a JudgedRows>| rows.and_then(JudgedRows::table).and_then(Rows::covers);
        of(self.now).or_else(|| of(self.before))
    }

    /// Brings rows into the order of time and identifier.
    pub(super) fn in_order(&self, mut spots: Vec<(Spot, bool)>) -> Vec<(Spot, bool)> {
        spots.sort_by(|(a, _), (b, _)| (self.at(*a), self.id(*a)).cmp(&(self.at(*b), self.id(*b))));
        spots
    }

    /// The date of a row.
    pub(super) fn at(&self, spot: Spot) -> NaiveDateTime {
        self.place(spot).map(|(rows, row)| rows.at(row)).unwrap_or_default()
    }

    /// What identifies a row.
    pub(super) fn id(&self, spot: Spot) -> &'a str {
        self.place(spot).map_or("", |(rows, row)| rows.id(row))
    }

    /// Whether a row is there whatever the open facts turn out to be.
    pub(super) fn is_certain(&self, spot: Spot) -> bool {
        self.place(spot).is_some_and(|(rows, row)| rows.is_certain(row))
    }

    /// The day by which a row falls into a period; `None` where it falls into none yet.
    pub(super) fn counted_on(&self, spot: Spot) -> Option<NaiveDate> {
        let (rows, row) = self.place(spot)?;
        counted_on(self.kind, rows, row)
    }

    /// Everything known of a row.
    pub(super) fn record(&self, spot: Spot) -> Option<Arc<Record>> {
        let (rows, row) = self.place(spot)?;
        rows.record(row)
    }

    /// The parameters in force on the date of a row.
    pub(super) fn terms(&self, spot: Spot) -> Option<&'a Arc<Terms>> {
        let (rows, row) = self.place(spot)?;
        rows.terms(row)
    }

    /// A fact of a row; of a settled card also its balances, its grade and whether it is vetoed.
    pub(super) fn value(&self, spot: Spot, name: &str) -> Value {
        let settled = match spot {
            Spot::Now(row) => self.cards.get(row).and_then(|card| settled(self.kind, card, name)),
            Spot::Before(row) => self.past.and_then(|past| past.settled.get(row)?.get(name).cloned()),
        };
        let Some((rows, row)) = self.place(spot) else { return Value::Missing };
        match settled {
            Some(value) => value,
            None => rows.facts().row(row).value(name),
        }
    }

    /// Whether the row is in force on a day; `None` where that is not known.
    pub(super) fn is_valid(&self, spot: Spot, day: NaiveDate) -> Option<bool> {
        let lasts = self.kind.lasts.as_ref()?;
        let begins = self.at(spot).date();
        if day < begins {
            return Some(false);
        }
        let until = lasts.until.as_ref().map(|until| self.value(spot, until));
        match (until, &lasts.otherwise) {
            (Some(Value::Moment(until)), _) => Some(day <= until.date()),
            (None | Some(Value::Missing), Some(length)) => {
                Some(length.last_day(begins).is_none_or(|last| day <= last))
            }
            // its last day is said, and could not be worked out
            _ => None,
        }
    }

    /// Whether a row lies in the days of a window.
    pub(super) fn lies_in(&self, spot: Spot, span: &Span) -> bool {
        self.counted_on(spot).is_some_and(|day| span.contains(day))
    }
}

/// The day by which a row falls into a period.
pub(super) fn counted_on(kind: &Kind, rows: &JudgedRows, row: usize) -> Option<NaiveDate> {
    if let Some(raised) = rows.raised().get(row) {
        return Some(raised.counted_on);
    }
    let ended = match &kind.rows {
        policy::Rows::Table { counted_at: Some(fact), .. } => match rows.facts().row(row).value(fact) {
            Value::Moment(moment) => Some(moment.date()),
            _ => None,
        },
        _ => None,
    };
    kind.counted_day(rows.at(row).date(), ended)
}

/// What a card settled at, under a name a pack uses.
fn settled(kind: &Kind, card: &Scorecard, name: &str) -> Option<Value> {
    let number = |bounds: Bounds| {
        let interval = Interval { low: bounds.low, high: bounds.high };
        interval.exact().map_or(Value::Between(interval), Value::Number)
    };
    if let Some(balance) = card.balance(name) {
        return Some(number(balance.settled));
    }
    if !kind.settles(name) {
        return None;
    }
    match name {
        "rank" | "peers" => Some(match &card.rank {
            Some(rank) if !rank.is_certain => Value::Undetermined(Arc::from([])),
            Some(rank) => number(if name == "rank" { rank.place } else { rank.peers }),
            None => Value::Missing,
        }),
        "grade" => Some(match card.grades.as_slice() {
            [grade] => Value::Word(Arc::from(grade.as_str())),
            [] => Value::Missing,
            _ => Value::Undetermined(Arc::from([])),
        }),
        "vetoed" => Some(match card.veto {
            Veto::None => Value::Bool(false),
            Veto::Stands => Value::Bool(true),
            Veto::Possible => Value::Undetermined(Arc::from([])),
        }),
        _ => None,
    }
}
