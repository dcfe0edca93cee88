//! What stands in the bulletins of a pack, daily, weekly or monthly: one topic after another.

use super::pack::Report;
use super::role::word;
use super::{Kind, Policy};
use crate::document::Section;
use crate::fact::{FactType, Value};
use crate::language::Text;
use chrono::TimeDelta;
use rust_decimal::prelude::ToPrimitive as _;

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

/// How many earlier spans stand in a trend where the pack does not say.
const SPANS: [(Cadence, usize); 3] = [(Cadence::Daily, 7), (Cadence::Weekly, 4), (Cadence::Monthly, 3)];
/// Nobody reads more columns than these.
const MOST_SPANS: usize = 12;
/// Groups of fewer people than these let a reader guess who is who.
const SMALLEST_GROUP: usize = 5;
/// Longer lists are data, and stand in files.
const MOST_LINES: usize = 10_000;

impl Cadence {
    /// Every cadence with its name.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Daily, "daily"), (Self::Weekly, "weekly"), (Self::Monthly, "monthly")];

    /// What packs and data call it.
    pub fn key(self) -> &'static str {
        Self::ALL.iter().find(|(own, _)| *own == self).map_or("", |(_, key)| key)
    }

    fn spans(self) -> usize {
        SPANS.iter().find(|(own, _)| *own == self).map_or(1, |(_, spans)| *spans)
    }
}

impl Topic {
    pub(super) fn read(section: &Section<'_>) -> Option<Self> {
        section.required("in");
        let cadences = Cadence::ALL.map(|(cadence, key)| (key, cadence));
        let cadence = word(section, "in", &cadences)?;
        let title = section.required("title").and_then(|title| title.title());
        let note = section.get("note").and_then(|note| note.title()).unwrap_or_default();
        let form = read_form(section, cadence);
        let criteria = section.texts("where").iter().map(|written| Criterion::read(written)).collect();
        let dated = section.text("on").map_or(Reach::Dated, Reach::On);
        let reach = word(section, "within", &[("ever", ())]).map_or(dated, |()| Reach::Ever);
        section.finish();
        let (kind, form) = form?;
        Some(Self { cadence, title: title?, note, kind, criteria, reach, form })
    }

    /// Whether it looks at rows from before the assessed period.
    pub(super) fn looks_back(&self) -> bool {
        self.reach == Reach::Ever
            || matches!(self.form, Form::Trend(_) | Form::Pareto(_))
            || self.cadence == Cadence::Weekly
    }

    /// Reports every name that is none.
    pub(super) fn check(&self, policy: &Policy, report: &Report<'_>) {
        let at = "topic";
        let Some((_, kind)) = policy.kind(&self.kind) else {
            let known = policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
            let (zh, en) =
                (format!("没有考核对象 `{}`", self.kind), format!("there is no kind `{}`", self.kind));
            return report(at, zh, en, &self.kind, known);
        };
        for name in self.unknown(kind) {
            let (zh, en) = (
                format!("{} 没有 `{name}` 这一事实、角色或科目", kind.title.zh),
                format!("'{}' has no fact, role or account `{name}`", kind.title.en),
            );
            report(at, zh, en, name, names(kind));
        }
        for (wrong, zh, en) in self.criteria.iter().filter_map(|criterion| criterion.fault(kind)) {
            report(at, zh, en, wrong, Vec::new());
        }
        let is_moment = |name: &str| kind.schema.get(name).is_none_or(|fact| fact.kind == FactType::Moment);
        for name in self.moments().filter(|name| !is_moment(name)) {
            let (zh, en) = (format!("`{name}` 不是时间"), format!("`{name}` is no time"));
            report(at, zh, en, name, Vec::new());
        }
        if let Form::Ranking(standings) = &self.form {
            let is_account = kind.account(&standings.by).is_some();
            if !kind.is_card() || !is_account {
                let (zh, en) = (
                    format!("排名须按记分卡的科目，`{}` 不是 {} 的科目", standings.by, kind.title.zh),
                    format!(
                        "a ranking goes by an account of cards; `{}` is none of '{}'",
                        standings.by, kind.title.en
                    ),
                );
                report(
                    at,
                    zh,
                    en,
                    &standings.by,
                    kind.accounts.iter().map(|own| own.name.as_str()).collect(),
                );
            }
        }
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

    /// The names that the kind does not know.
    fn unknown<'t>(&'t self, kind: &Kind) -> Vec<&'t str> {
        let known = names(kind);
        let facts = self.facts().filter(|name| kind.schema.get(name).is_none());
        facts.chain(self.shown().filter(|name| !known.contains(name))).collect()
    }
}

impl Criterion {
    fn read(written: &str) -> Self {
        let (asked, holds) = match written.strip_prefix("not ") {
            Some(asked) => (asked.trim(), false),
            None => (written.trim(), true),
        };
        let known = asked.strip_prefix("known(").and_then(|rest| rest.strip_suffix(')'));
        let (fact, test) = match (known, asked.split_once(" is ")) {
            (Some(fact), _) => (fact, Test::IsKnown),
            (None, Some((fact, word))) => (fact, Test::IsWord(word.trim().to_owned())),
            (None, None) => (asked, Test::IsTrue),
        };
        Self { fact: fact.trim().to_owned(), test, holds }
    }

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

    /// What is wrong with it for facts of a kind: the word that is, and why.
    fn fault(&self, kind: &Kind) -> Option<(&str, String, String)> {
        let fact = kind.schema.get(&self.fact)?;
        let name = &self.fact;
        match (&self.test, &fact.kind) {
            (Test::IsTrue, FactType::Bool { .. }) | (Test::IsKnown, _) => None,
            (Test::IsTrue, _) => Some((
                name,
                format!("where：`{name}` 不是是非事实"),
                format!("where: `{name}` is not a yes-or-no fact"),
            )),
            (Test::IsWord(word), kind) if kind.word(word).is_some() => None,
            (Test::IsWord(word), _) => Some((
                word,
                format!("where：`{name}` 没有「{word}」这个词"),
                format!("where: `{name}` is never `{word}`"),
            )),
        }
    }
}

/// Everything of a kind that a topic may show.
fn names(kind: &Kind) -> Vec<&str> {
    let facts = kind.schema.names();
    let roles = kind.roles.iter().map(|role| role.name.as_str());
    let accounts = kind.accounts.iter().map(|account| account.name.as_str());
    facts.chain(roles).chain(accounts).chain(kind.is_card().then_some("grade")).collect()
}

/// The kind that a topic is about, and its form.
fn read_form(section: &Section<'_>, cadence: Cadence) -> Option<(String, Form)> {
    let most = || count(section, "most", MOST_LINES);
    if let Some(kind) = section.text("list") {
        section.required("columns");
        let ahead = section.text("ahead").and_then(|written| {
            let ahead = read_ahead(&written);
            if ahead.is_none() {
                let message = Text::new(
                    format!("`ahead` 的「{written}」应写作 \"2 days\" 或 \"24 hours\""),
                    format!("`ahead` is `{written}`: write it as \"2 days\" or \"24 hours\""),
                );
                section.fault("P127", message);
            }
            ahead
        });
        let listing = Listing {
            columns: section.texts("columns"),
            order: section.text("order"),
            reverse: section.get("reverse").and_then(|entry| entry.flag()).unwrap_or_default(),
            most: most(),
            due: section.text("due"),
            ahead,
        };
        return Some((kind, Form::List(listing)));
    }
    if let Some(kind) = section.text("trend") {
        let spans = count(section, "spans", MOST_SPANS).unwrap_or_else(|| cadence.spans());
        return Some((kind, Form::Trend(Trend { by: section.text("by"), spans })));
    }
    if let Some(kind) = section.text("pareto") {
        let by = section.required_text("by")?;
        let least = count(section, "least", MOST_LINES).unwrap_or(1);
        return Some((kind, Form::Pareto(Pareto { by, least, most: most() })));
    }
    if let Some(kind) = section.text("ranking") {
        let by = section.required_text("by")?;
        let masked = section.get("masked").and_then(|entry| entry.flag()).unwrap_or_default();
        let (group, least) = (section.text("group"), count(section, "least", MOST_LINES));
        if !masked && (group.is_some() || least.is_some()) {
            let message = Text::new(
                "`group` 和 `least` 只用于 masked = true 的排名",
                "`group` and `least` are for a ranking with masked = true",
            );
            section.fault("P130", message);
        }
        let masked = masked.then_some(Mask { group, least: least.unwrap_or(SMALLEST_GROUP) });
        let standings = Standings { by, columns: section.texts("columns"), most: most(), masked };
        return Some((kind, Form::Ranking(standings)));
    }
    section.fault(
        "P128",
        Text::new(
            "栏目须有 list、trend、pareto、ranking 之一，写明对象",
            "a topic needs one of list, trend, pareto, ranking, with the kind it is about",
        ),
    );
    None
}

/// A whole number from 1 to a limit.
fn count(section: &Section<'_>, key: &str, limit: usize) -> Option<usize> {
    let entry = section.get(key)?;
    let (number, _) = entry.number()?;
    let count = number.to_usize().filter(|count| (1..=limit).contains(count) && number.fract().is_zero());
    if count.is_none() {
        let message = Text::new(
            format!("`{key}` 须为 1 至 {limit} 的整数"),
            format!("`{key}` is a whole number from 1 to {limit}"),
        );
        entry.fault("P129", message);
    }
    count
}

fn read_ahead(written: &str) -> Option<TimeDelta> {
    let (number, unit) = written.split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number| (0..=10_000).contains(number))?;
    match unit {
        "hour" | "hours" => TimeDelta::try_hours(number),
        "day" | "days" => TimeDelta::try_days(number),
        _ => None,
    }
}
