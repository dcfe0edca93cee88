//! What stands in the bulletins of a pack, daily, weekly or monthly: one topic after another.

mod check;
mod read;

use crate::fact::Value;
use crate::language::Text;
use chrono::TimeDelta;

/// How often a bulletin comes (日监控、周通报、月分析).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cadence {
    /// Of a day.
    Daily,
    /// Of a week, from Monday to Sunday.
    Weekly,
    /// Of the period of a book.
    Monthly,
}

/// One topic of a bulletin.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Which of all topics in the file it is, from 0.
    pub(super) place: usize,
    /// The bulletin it stands in.
    pub cadence: Cadence,
    /// Its heading.
    pub title: Text,
    /// What the reader must know of it: by what criteria something is in it.
    pub note: Text,
    /// The kind whose rows or cards it is about.
    pub kind: String,
    /// What must be so of a row or card for it to be in.
    pub criteria: Vec<Criterion>,
    /// Which rows of all that are known are looked at.
    pub reach: Reach,
    /// In which form it is shown.
    pub form: Form,
}

/// What must be so of a row, or must not be: `upheld`, `not known(closed)`, `queue is project`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// The fact.
    pub fact: String,
    /// What is asked of it.
    pub test: Test,
    /// Whether it must be so; else it must not.
    pub holds: bool,
}

/// What is asked of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Whether it is true.
    IsTrue,
    /// Whether it is known.
    IsKnown,
    /// Whether it is this word.
    IsWord(String),
}

/// Which rows of all that are known are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those whose own date falls into the day, week or period.
    Dated,
    /// Those of which this moment does.
    On(String),
    /// All up to its last day.
    Ever,
}

/// In which form a topic is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line each.
    List(Listing),
    /// How many there were, day by day, week by week or period by period.
    Trend(Trend),
    /// How many there are of each sort, the most frequent first, with shares and running shares.
    Pareto(Pareto),
    /// Cards in the order of a balance.
    Ranking(Standings),
}

/// A line for each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The facts and roles shown.
    pub columns: Vec<String>,
    /// The fact by which they are ordered; that of the rows where there is none.
    pub order: Option<String>,
    /// Whether the largest and latest come first.
    pub reverse: bool,
    /// No more than these.
    pub most: Option<usize>,
    /// The moment by which something must have happened.
    pub due: Option<String>,
    /// Only those that are due within this time, or were already.
    pub ahead: Option<TimeDelta>,
}

/// How many there were, span by span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// The fact or role that sorts them; without one a single line.
    pub by: Option<String>,
    /// How many earlier days, weeks or periods stand beside the own one.
    pub spans: usize,
}

/// How many there are of each sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pareto {
    /// The fact or role that sorts them.
    pub by: String,
    /// Sorts of fewer are left out.
    pub least: usize,
    /// No more sorts than these.
    pub most: Option<usize>,
}

/// Cards in the order of a balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standings {
    /// The account.
    pub by: String,
    /// Facts of the cards that stand beside it.
    pub columns: Vec<String>,
    /// No more than these.
    pub most: Option<usize>,
    /// For publication: nobody is named, and small groups are not told apart.
    pub masked: Option<Mask>,
}

/// How a ranking is made fit for publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// The kind of member above a card that is its group; none where no groups are told apart.
    pub group: Option<String>,
    /// Groups of fewer are not told apart.
    pub least: usize,
}

impl Cadence {
    /// Every cadence with its name.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Daily, "daily"), (Self::Weekly, "weekly"), (Self::Monthly, "monthly")];

    /// What packs and data call it.
    pub fn key(self) -> &'static str {
        Self::ALL.iter().find(|(own, _)| *own == self).map_or("", |(_, key)| key)
    }
}

impl Topic {
    /// Whether it looks at rows from before the assessed period.
    pub(super) fn looks_back(&self) -> bool {
        self.reach == Reach::Ever
            || matches!(self.form, Form::Trend(_) | Form::Pareto(_))
            || self.cadence == Cadence::Weekly
    }

    /// The moments it goes by.
    fn moments(&self) -> impl Iterator<Item = &str> {
        let on = if let Reach::On(name) = &self.reach { Some(name.as_str()) } else { None };
        let due = if let Form::List(listing) = &self.form { listing.due.as_deref() } else { None };
        on.into_iter().chain(due)
    }

    /// Every fact, role and account that it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.facts().chain(self.shown())
    }

    /// The facts that decide what is in it.
    fn facts(&self) -> impl Iterator<Item = &str> {
        self.criteria.iter().map(|criterion| criterion.fact.as_str()).chain(self.moments())
    }

    /// The facts, roles and accounts that it shows or sorts by.
    fn shown(&self) -> impl Iterator<Item = &str> {
        let (columns, by): (&[String], Option<&String>) = match &self.form {
            Form::List(listing) => (&listing.columns, listing.order.as_ref()),
            Form::Trend(trend) => (&[], trend.by.as_ref()),
            Form::Pareto(pareto) => (&[], Some(&pareto.by)),
            Form::Ranking(standings) => (&standings.columns, Some(&standings.by)),
        };
        columns.iter().chain(by).map(String::as_str)
    }
}

impl Criterion {
    /// Whether it is met; `None` where that is open.
    pub fn is_met(&self, value: &Value) -> Option<bool> {
        let is_so = match (&self.test, value) {
            (Test::IsKnown, value) => value.known()?,
            (Test::IsTrue, Value::Bool(flag)) => *flag,
            (Test::IsWord(word), Value::Word(own)) => **own == **word,
            _ => return None,
        };
        Some(is_so == self.holds)
    }
}
