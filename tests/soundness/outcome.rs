//! What a clause comes to on a row: as the rules of the table say it, and as a path gives it.

use chrono::NaiveDateTime;
use renze::clause::Record;
use renze::decision::{Deed, Effect, End, Path};
use renze::fact::Value;
use renze::interval::Interval;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A row of which everything is known, as the rules of the table read it.
pub(crate) struct Row(pub(super) BTreeMap<String, Value>);

impl Row {
    fn value(&self, fact: &str) -> &Value {
        self.0.get(fact).unwrap_or_else(|| panic!("the clause never names `{fact}`"))
    }

    /// Whether the fact has a value; only a clause that asks `known` is told of gaps.
    pub(crate) fn has(&self, fact: &str) -> bool {
        *self.value(fact) != Value::Missing
    }

    pub(crate) fn is(&self, fact: &str) -> bool {
        *self.value(fact) == Value::Bool(true)
    }

    pub(crate) fn word(&self, fact: &str) -> &str {
        match self.value(fact) {
            Value::Word(word) | Value::Text(word) => word,
            other => panic!("`{fact}` is {other:?}"),
        }
    }

    pub(crate) fn number(&self, fact: &str) -> Decimal {
        match self.value(fact) {
            Value::Number(number) => *number,
            other => panic!("`{fact}` is {other:?}"),
        }
    }

    pub(crate) fn time(&self, fact: &str) -> NaiveDateTime {
        match self.value(fact) {
            Value::Moment(moment) => *moment,
            other => panic!("`{fact}` is {other:?}"),
        }
    }
}

/// What a clause comes to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    done: Vec<Done>,
    pub(super) undetermined: bool,
    /// Something is worked out on the way, for no finding, that is not known yet: it may turn out to be a fault.
    pub(super) may_fail: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Done {
    role: String,
    what: String,
    amount: Interval,
    reason: String,
}

/// No finding.
pub(crate) fn nothing() -> Outcome {
    Outcome::default()
}

/// Neither guilty nor innocent.
pub(crate) fn undetermined() -> Outcome {
    Outcome { undetermined: true, ..Outcome::default() }
}

/// So many points are taken from the handler.
pub(crate) fn deduct(points: impl Into<Decimal>) -> Outcome {
    nothing().deduct(points)
}

/// The handler is vetoed.
pub(crate) fn veto() -> Outcome {
    nothing().done("handler", "veto", Interval::UNKNOWN)
}

pub(crate) fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        (&self.done, self.undetermined) == (&other.done, other.undetermined)
    }
}

impl Outcome {
    fn done(mut self, role: &str, what: &str, amount: Interval) -> Self {
        let (role, what) = (role.to_owned(), what.to_owned());
        self.done.push(Done { role, what, amount, reason: String::new() });
        self
    }

    /// And so many points more.
    pub(crate) fn deduct(self, points: impl Into<Decimal>) -> Self {
        let points: Decimal = points.into();
        if points.is_zero() {
            return self;
        }
        self.done("handler", "points", Interval::exactly(-points))
    }

    /// And so many points from whoever else it is.
    pub(crate) fn deduct_from(self, role: &str, points: Decimal) -> Self {
        if points.is_zero() { self } else { self.done(role, "points", Interval::exactly(-points)) }
    }

    /// With this reason.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.done.last_mut().unwrap().reason = reason.into();
        self
    }

    pub(super) fn of(path: &Path, row: &Record) -> Self {
        if matches!(path.end, End::Undetermined(_))
            || path.calculations.iter().any(|number| number.evaluate(row).is_err())
        {
            return undetermined();
        }
        let mut outcome = nothing();
        outcome.may_fail = path
            .calculations
            .iter()
            .any(|number| !matches!(number.evaluate(row), Ok(known) if known.exact().is_some()));
        for Effect { deed, role, reason, .. } in &path.effects {
            let (what, amount) = match deed {
                Deed::Enter { account, amount } => match amount.evaluate(row) {
                    Ok(amount) => (account.clone(), amount),
                    Err(_) => return undetermined(),
                },
                Deed::Veto => ("veto".to_owned(), Interval::UNKNOWN),
                other => panic!("no clause of the table does {other:?}"),
            };
            if amount.exact().is_some_and(|exact| exact.is_zero()) {
                continue;
            }
            outcome = outcome.done(role, &what, amount);
            if let Some(reason) = reason.as_ref().and_then(|reason| reason.with(row).ok()) {
                outcome = outcome.because(reason.show());
            }
        }
        outcome
    }

    /// Whether an outcome with every number known is one of those this stands for.
    pub(super) fn stands_for(&self, known: &Self) -> bool {
        let inexact = |done: &Done| done.what != "veto" && done.amount.exact().is_none();
        if known.undetermined {
            // a division by a number that may be zero is open until the number is known
            return self.undetermined || self.may_fail || self.done.iter().any(inexact);
        }
        let mut left = known.done.iter().peekable();
        let all = self.done.iter().all(|open| {
            let same = |done: &&Done| {
                let inside = done.amount.exact().is_some_and(|exact| open.amount.contains(exact));
                (&done.role, &done.what) == (&open.role, &open.what)
                    && (inside || done.amount == open.amount)
                    && (inexact(open) || done.reason == open.reason || open.reason.contains('…'))
            };
            left.next_if(same).is_some() || (inexact(open) && open.amount.contains(Decimal::ZERO))
        });
        !self.undetermined && all && left.next().is_none()
    }
}
