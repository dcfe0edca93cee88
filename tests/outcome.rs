//! What a clause comes to on a row, as any answerer says it, and whether one answer stands for another.

use renze::clause::Record;
use renze::decision::{Deed, Effect, End, Expression, Node, Path, Question, Returned, Tree};
use renze::fact::{FactType, Facts as _};
use renze::interval::Interval;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

/// What a clause did to one role, with the amount as a number: two workings of one amount are one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Done {
    pub(crate) role: String,
    pub(crate) deed: String,
    pub(crate) amount: Option<Bounds>,
    pub(crate) reason: Option<String>,
    pub(crate) line: usize,
}

/// A number, as far as it is known.
pub(crate) type Bounds = (Option<Decimal>, Option<Decimal>);

const NOTHING: Bounds = (Some(Decimal::ZERO), Some(Decimal::ZERO));

/// How a clause can end for a row.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) done: Vec<Done>,
    pub(crate) end: String,
    pub(crate) number: Option<Bounds>,
    /// Something on the way is worked out from a number that is not known: it may turn out to be a fault.
    pub(crate) may_fail: bool,
}

impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Outcome {}

impl PartialOrd for Outcome {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Outcome {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |of: &Self| (of.done.clone(), of.end.clone(), of.number);
        if self.done.is_empty() && other.done.is_empty() {
            return (&self.end, self.number).cmp(&(&other.end, other.number));
        }
        key(self).cmp(&key(other))
    }
}

/// Every way a clause can end for a row, each once, in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcomes(pub(crate) Vec<Outcome>);

impl Outcomes {
    pub(crate) fn add(&mut self, outcome: Outcome) {
        match self.0.binary_search(&outcome) {
            Ok(same) => self.0[same].may_fail |= outcome.may_fail,
            Err(place) => self.0.insert(place, outcome),
        }
    }
}

impl fmt::Debug for Outcomes {
    /// A finding a line.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for outcome in &self.0 {
            let number = outcome.number.map(shown).unwrap_or_default();
            write!(to, "\n  {} {number}{}", outcome.end, if outcome.may_fail { " (may fail)" } else { "" })?;
            for Done { role, deed, amount, reason, line } in &outcome.done {
                let amount = amount.map(shown).unwrap_or_default();
                write!(to, "\n    line {line}: {deed} {role} {amount} {}", reason.as_deref().unwrap_or(""))?;
            }
        }
        Ok(())
    }
}

fn shown((low, high): Bounds) -> String {
    let side = |side: Option<Decimal>| side.map_or_else(|| "?".to_owned(), |side| side.to_string());
    if low == high && low.is_some() { side(low) } else { format!("{}..{}", side(low), side(high)) }
}

impl FromIterator<Outcome> for Outcomes {
    fn from_iter<T: IntoIterator<Item = Outcome>>(outcomes: T) -> Self {
        let mut all = Self::default();
        outcomes.into_iter().for_each(|outcome| all.add(outcome));
        all
    }
}

impl Outcome {
    pub(crate) fn is_undetermined(&self) -> bool {
        self.end == "undetermined"
    }

    /// Neither guilty nor innocent, after this was done.
    pub(crate) fn undetermined(done: Vec<Done>) -> Self {
        Self { done, end: "undetermined".to_owned(), number: None, may_fail: false }
    }
}

pub(crate) fn bounds(expression: &Expression, row: &Record) -> Option<Bounds> {
    let found = expression.evaluate(row).ok()?;
    Some((found.low.map(|low| low.normalize()), found.high.map(|high| high.normalize())))
}

/// The number a deed is about.
pub(crate) fn number_of(deed: &Deed) -> Option<&Expression> {
    match deed {
        Deed::Enter { amount: number, .. } | Deed::Mitigate { factor: number, .. } => Some(number),
        Deed::Veto | Deed::Grade { .. } | Deed::Raise { .. } | Deed::Exempt { .. } => None,
    }
}

/// What was done, up to the first amount that cannot be worked out for the row.
pub(crate) fn outcome(path: &Path, row: &Record) -> Outcome {
    let may_fail = may_fail(path, row);
    Outcome { may_fail, ..done(&path.effects, &path.end, row) }
}

fn done(effects: &[Effect], end: &End, row: &Record) -> Outcome {
    let mut done = Vec::new();
    for effect in effects {
        let deed = match &effect.deed {
            Deed::Enter { account, .. } => format!("enter {account}"),
            Deed::Veto => "veto".to_owned(),
            Deed::Grade { grade, how } => format!("{how:?} {grade}"),
            Deed::Raise { kind } => format!("raise {kind}"),
            Deed::Exempt { clause } => format!("exempt {clause}"),
            Deed::Mitigate { clause, .. } => format!("mitigate {clause}"),
        };
        let amount = number_of(&effect.deed).map(|number| bounds(number, row));
        if amount == Some(None) {
            return Outcome::undetermined(done);
        }
        let amount = amount.flatten();
        // an amount of exactly nothing is no finding, whoever finds out that it is nothing
        if amount == Some(NOTHING) && matches!(effect.deed, Deed::Enter { .. }) {
            continue;
        }
        let reason = match effect.reason.as_ref().map(|reason| reason.with(row)) {
            None => None,
            Some(Ok(reason)) => Some(reason.show()),
            Some(Err(_)) => return Outcome::undetermined(done),
        };
        done.push(Done { role: effect.role.clone(), deed, amount, reason, line: effect.line });
    }
    let (end, number) = match end {
        End::Done => ("done".to_owned(), None),
        End::Undetermined(_) => return Outcome::undetermined(done),
        End::Returned(Returned::Value(value)) => (FactType::plain(value), None),
        End::Returned(Returned::Number(number)) => match bounds(number, row) {
            Some(number) => ("a number".to_owned(), Some(number)),
            None => return Outcome::undetermined(done),
        },
    };
    Outcome { done, end, number, may_fail: false }
}

/// Whether anything on a path is worked out from a number that the row does not say.
fn may_fail(path: &Path, row: &Record) -> bool {
    let is_open = |number: &Expression| {
        let mut open = false;
        if matches!(number.node, Node::Apply(..)) {
            number.visit(&mut |part| {
                if let Node::Fact(name) = &part.node {
                    open |= row.value(name).interval().exact().is_none();
                }
            });
        }
        open
    };
    let asked = path.steps.iter().any(|step| match &step.question {
        Question::Compare(_, left, right) => is_open(left) || is_open(right),
        Question::Band { input, .. } => is_open(input),
        _ => false,
    });
    asked
        || path.calculations.iter().any(|number| is_open(number))
        || path.effects.iter().filter_map(|effect| number_of(&effect.deed)).any(is_open)
        || matches!(&path.end, End::Returned(Returned::Number(number)) if is_open(number))
}

pub(crate) fn of_paths(paths: &[Path], row: &Record) -> Outcomes {
    paths.iter().map(|path| outcome(path, row)).collect()
}

pub(crate) fn of_tree(tree: &Tree, row: &Record) -> Outcomes {
    let reached = tree.reached(row).unwrap().into_iter();
    reached.map(|path| outcome(&tree.paths()[path], row)).collect()
}

/// Whether every number of `found` lies within that of `allowed`, all else being the same.
pub(crate) fn lies_within(found: &Outcome, allowed: &Outcome) -> bool {
    let same_end = found.end == allowed.end && inside(&found.number, &allowed.number);
    // a division by a number that may be zero is open until the number is known
    let failed = found.is_undetermined() && allowed.may_fail;
    (same_end || failed) && all_within(&found.done, &allowed.done, failed)
}

fn all_within(found: &[Done], allowed: &[Done], failed: bool) -> bool {
    // how many of `found` may be accounted for so far
    let mut counts = BTreeSet::from([0_usize]);
    for open in allowed {
        if failed && counts.contains(&found.len()) {
            return true;
        }
        let is_it = |done: &Done| {
            (&done.role, &done.deed, done.line) == (&open.role, &open.deed, open.line)
                && inside(&done.amount, &open.amount)
                && says(done.reason.as_deref(), open.reason.as_deref())
        };
        // a zero amount leaves no trace, so an unsure one may be absent
        let is_nothing = open.deed.starts_with("enter") && inside(&Some(NOTHING), &open.amount);
        let mut next = if is_nothing { counts.clone() } else { BTreeSet::new() };
        let taken = counts.iter().filter(|count| found.get(**count).is_some_and(is_it));
        next.extend(taken.map(|count| count.saturating_add(1)));
        counts = next;
    }
    counts.contains(&found.len())
}

fn inside(found: &Option<Bounds>, allowed: &Option<Bounds>) -> bool {
    match (found, allowed) {
        (Some((low, high)), Some(allowed)) => {
            let allowed = Interval { low: allowed.0, high: allowed.1 };
            low.is_some_and(|low| allowed.contains(low)) && high.is_some_and(|high| allowed.contains(high))
        }
        (None, None) => true,
        _ => false,
    }
}

/// Whether a reason is the other one with every number filled in.
fn says(found: Option<&str>, open: Option<&str>) -> bool {
    let (Some(found), Some(open)) = (found, open) else { return found == open };
    let Some((first, rest)) = open.split_once('…') else { return found == open };
    let Some(mut left) = found.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('…').unwrap_or(("", rest));
    for part in middle.split('…') {
        let Some((_, behind)) = left.split_at_checked(left.find(part).unwrap_or(left.len())) else {
            return false;
        };
        let Some(behind) = behind.strip_prefix(part) else { return false };
        left = behind;
    }
    left.ends_with(last)
}
