//! An assessment: every scorecard of a period, with every finding behind it.

use super::bearer::{Bearers, CardKey};
use super::between::Between;
use super::contradiction;
use super::derive::{Counting, Derivation};
use super::entry::Entry;
use super::field::{Field, counted_on};
use super::finding::Finding;
use super::history::Past;
use super::look::Look;
use super::open::Open;
use super::raise::Raised;
use super::roster::Roster;
use super::row::{JudgedRow, JudgedRows};
use super::scorecard::Scorecard;
use super::settle::Guard;
use super::tally::Tally;
use super::withholding::Withholding;
use crate::calendar::Period;
use crate::clause::{Clause, Rulebook, Trees};
use crate::decision::{End, Returned};
use crate::diagnostic::{Diagnostic, Place};
use crate::fact::{Aggregate, Value, Window};
use crate::intake::{Earlier, Intake, SetAside};
use crate::language::Text;
use crate::policy::{Inconsistent, Kind, Pack, Policy};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything an assessment is made from.
pub struct Inputs<'a> {
    /// The policy.
    pub pack: &'a Pack,
    /// Its compiled clauses.
    pub rules: &'a Rulebook,
    /// Who bears.
    pub bearers: Bearers<'a>,
    /// The period.
    pub period: Period,
    /// The assessment date.
    pub as_of: NaiveDate,
    /// The rows of each table kind, by the kind's name.
    pub rows: BTreeMap<String, Intake>,
    /// What is typed by hand, by kind: for `try` and scenarios.
    pub typed: BTreeMap<String, Typed>,
    /// The pay of persons typed by hand, for scenarios; none where it is said not to be known.
    pub pay: BTreeMap<String, Option<Decimal>>,
    /// Earlier assessments that something may look back on.
    pub earlier: Arc<[Earlier]>,
}

/// What is typed by hand of the rows or cards of a kind.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The facts of each row or card that stand as typed and are not worked out, by its identifier.
    pub given: BTreeMap<String, BTreeSet<String>>,
    /// The facts of each card, by its subject.
    pub cards: BTreeMap<String, Vec<Value>>,
    /// The facts of cards that are not typed.
    pub ordinary: Vec<Value>,
}

/// How many rows there were and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows read.
    pub read: usize,
    /// Rows judged.
    pub judged: usize,
    /// Rows set aside.
    pub set_aside: usize,
    /// Rows of another period.
    pub outside: usize,
    /// Rows that have not ended, where the pack carries those over or leaves them out.
    pub open: usize,
    /// Rows that belong to no kind.
    pub unpicked: usize,
}

impl Totals {
    /// What is known when a table was read.
    fn of(intake: &Intake) -> Self {
        let unpicked = intake.unpicked.iter().fold(0_usize, |sum, (_, rows)| sum.saturating_add(*rows));
        let read = intake.read.saturating_add(unpicked);
        Self { read, outside: intake.outside, open: intake.open, unpicked, ..Self::default() }
    }

    /// What is known when the rows of the period are told from those that are only looked back on.
    fn judge(
        &mut self,
        judged: Option<&JudgedRows>,
        before: Option<&JudgedRows>,
        open: impl Fn(&JudgedRows) -> usize,
    ) {
        self.judged = judged.map_or(0, JudgedRows::len);
        let open = before.map_or(0, open);
        self.open = self.open.saturating_add(open);
        let closed = before.map_or(0, JudgedRows::len).saturating_sub(open);
        self.outside = self.outside.saturating_add(closed);
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            read: self.read.saturating_add(other.read),
            judged: self.judged.saturating_add(other.judged),
            set_aside: self.set_aside.saturating_add(other.set_aside),
            outside: self.outside.saturating_add(other.outside),
            open: self.open.saturating_add(other.open),
            unpicked: self.unpicked.saturating_add(other.unpicked),
        }
    }
}

/// The result.
pub struct Assessment {
    /// The period.
    pub period: Period,
    /// The assessment date.
    pub as_of: NaiveDate,
    /// Every judged row, by kind, in order of time and identifier.
    pub rows: BTreeMap<usize, JudgedRows>,
    /// Rows from before the period that something looks back on, by kind.
    pub before: BTreeMap<usize, JudgedRows>,
    /// What cards of each kind settled at before.
    pub past: BTreeMap<usize, Past>,
    /// The earlier assessments it looked back on.
    pub earlier: Arc<[Earlier]>,
    /// Every card, in judging order, then by subject.
    pub scorecards: Vec<Scorecard>,
    /// What is still open.
    pub open: Vec<Open>,
    /// Rows that were not judged.
    pub set_aside: Vec<SetAside>,
    /// How many rows of which file belong to no kind.
    pub unpicked: Vec<(String, usize)>,
    /// Rows that were judged though their facts do not fit together.
    pub remarks: Vec<Diagnostic>,
    /// Control totals.
    pub totals: Totals,
    /// The same of each kind of rows that a table holds: they add up to the totals.
    pub sources: BTreeMap<usize, Totals>,
    /// What the findings come to.
    pub tally: Tally,
    /// Every finding, in judging order, then by date, row, clause and card.
    pub(super) entries: Vec<Entry>,
    pub(super) withholdings: Vec<Withholding>,
    pub(super) roster: Arc<Roster>,
    pub(super) policy: Arc<Policy>,
    pub(super) clauses: Arc<Vec<Clause>>,
    pub(super) trees: Arc<Trees>,
}

impl Assessment {
    /// Assesses a period.
    ///
    /// # Errors
    /// A clause that can never work, or rows whose facts contradict each other where the pack says to stop.
    pub fn run(inputs: Inputs<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut inputs = inputs;
        let mut sources: BTreeMap<usize, Totals> = BTreeMap::new();
        let (mut set_aside, mut remarks) = (Vec::new(), Vec::new());
        let mut unpicked: Vec<(String, usize)> = Vec::new();
        let mut tables = BTreeMap::new();
        for (position, kind) in inputs.pack.policy.kinds.iter().enumerate() {
            if kind.table().is_none() {
                continue;
            }
            let mut intake = inputs.rows.remove(&kind.name).unwrap_or_default();
            let mut source = Totals::of(&intake);
            unpicked.append(&mut intake.unpicked);
            let rows = JudgedRows::of_table(inputs.pack, kind, std::mem::take(&mut intake.rows));
            let rows = inputs.table_rows(kind, rows, &tables).map_err(|fault| vec![*fault])?;
            let rows = inputs.consistent(kind, rows, &tables, (&mut intake.set_aside, &mut remarks))?;
            source.set_aside = intake.set_aside.len();
            set_aside.append(&mut intake.set_aside);
            sources.insert(position, source);
            tables.insert(position, rows);
        }
        let (tables, before) = inputs.split(tables);
        sources.iter_mut().for_each(|(position, source)| {
            source
                .judge(tables.get(position), before.get(position), |rows| inputs.open_rows(*position, rows));
        });
        let totals = sources.values().fold(Totals::default(), Totals::plus);
        let mut progress = inputs.judge(tables, before).map_err(|fault| vec![*fault])?;
        remarks.append(&mut progress.unmade);
        let policy = &inputs.pack.policy;
        remarks.extend(contradiction::of_grades(&progress.entries, &progress.roster, policy));
        let guard = Guard {
            policy,
            terms: &inputs.pack.terms(inputs.period.last),
            bearers: inputs.bearers,
            period: inputs.period,
            earlier: &inputs.earlier,
            pay: &inputs.pay,
        };
        let withholdings = guard.withhold(&progress.cards);
        let (clauses, trees) = inputs.rules.shared();
        let tally =
            Tally::of(&progress.entries, (&inputs.pack.policy, &progress.roster), &clauses, &progress.rows);
        Ok(Self {
            period: inputs.period,
            as_of: inputs.as_of,
            rows: progress.rows,
            before: progress.before,
            past: progress.past,
            earlier: inputs.earlier,
            scorecards: progress.cards,
            open: progress.open,
            set_aside,
            unpicked,
            remarks,
            totals,
            sources,
            tally,
            entries: progress.entries,
            withholdings,
            roster: progress.roster,
            policy: Arc::clone(&inputs.pack.policy),
            clauses,
            trees,
        })
    }

    /// Every finding, in judging order, then by date, row, clause and card.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.entries.iter().map(|entry| Finding { entry, assessment: self })
    }

    /// How many findings there are.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The finding of that position.
    pub fn finding(&self, position: usize) -> Option<Finding<'_>> {
        Some(Finding { entry: self.entries.get(position)?, assessment: self })
    }

    /// The findings of a card, in order.
    pub fn findings_of<'a>(&'a self, card: &'a Scorecard) -> impl Iterator<Item = Finding<'a>> {
        self.at_positions(&card.findings)
    }

    /// How many of the rows that were not judged are still to be mended: of the others somebody decided that they do not count.
    pub fn to_mend(&self) -> usize {
        self.set_aside.iter().filter(|aside| !aside.is_decided()).count()
    }

    /// Whether anything is open: exit code 4.
    pub fn is_provisional(&self) -> bool {
        self.scorecards.iter().any(Scorecard::is_provisional)
            || self.unborne().next().is_some()
            || self.withholdings.iter().any(Withholding::is_provisional)
    }

    /// What is withheld from whose pay, by the person's code: of everybody who owes anything, or may. Empty where the policy
    /// has no wage guard.
    pub fn withholdings(&self) -> &[Withholding] {
        &self.withholdings
    }

    /// What is withheld from the pay of the person of that code; none where the person owes nothing, or the policy has no
    /// wage guard.
    pub fn withholding(&self, person: &str) -> Option<&Withholding> {
        let place = self.withholdings.binary_search_by(|own| own.person.as_str().cmp(person)).ok()?;
        self.withholdings.get(place)
    }

    pub(super) fn at_positions<'a>(&'a self, positions: &'a [usize]) -> impl Iterator<Item = Finding<'a>> {
        positions.iter().filter_map(|position| self.finding(*position))
    }

    /// The card of that key.
    pub fn card(&self, key: &CardKey) -> Option<&Scorecard> {
        self.scorecards.get(self.roster.find(key)?)
    }

    /// The card that a raised row belongs to.
    pub fn card_of(&self, raised: &Raised) -> Option<&CardKey> {
        self.roster.key(raised.card)
    }

    /// The judged rows of a kind.
    pub fn rows_of(&self, kind: usize) -> impl Iterator<Item = JudgedRow> {
        self.rows.get(&kind).into_iter().flat_map(JudgedRows::iter)
    }
}

impl Inputs<'_> {
    fn table_rows(
        &self,
        kind: &Kind,
        mut rows: JudgedRows,
        tables: &BTreeMap<usize, JudgedRows>,
    ) -> Result<JudgedRows, Box<Diagnostic>> {
        let field = |name: &str| {
            let (place, over) = self.pack.policy.kind(name)?;
            Some(Field { kind: over, before: None, now: tables.get(&place), cards: &[], past: None })
        };
        let counting = |declared: &Aggregate, rows: &JudgedRows| {
            let own = Field { kind, before: None, now: Some(rows), cards: &[], past: None };
            let of = |name: &str| if name == kind.name { Some(own) } else { field(name) };
            let Some(field) = of(&declared.over) else { return Ok(vec![Value::Missing; rows.len()]) };
            self.between(declared, (kind, rows), field, &of)
        };
        self.derivation(kind, &counting).fill(&mut rows)?;
        Ok(rows)
    }

    /// An aggregate of rows over rows they have something in common with.
    pub(super) fn between<'f>(
        &self,
        declared: &Aggregate,
        own: (&Kind, &JudgedRows),
        field: Field<'_>,
        of: &dyn Fn(&str) -> Option<Field<'f>>,
    ) -> Result<Vec<Value>, Box<Diagnostic>> {
        let since = match &declared.window {
            Window::Since(kind) => of(kind),
            _ => None,
        };
        let look = Look { rules: self.rules, field, aggregate: declared };
        let (policy, bearers) = (&*self.pack.policy, self.bearers);
        Between { look, policy, bearers, own, since }.values()
    }

    /// The rows of the period, and those from before it.
    fn split(
        &self,
        tables: BTreeMap<usize, JudgedRows>,
    ) -> (BTreeMap<usize, JudgedRows>, BTreeMap<usize, JudgedRows>) {
        let (mut now, mut before) = (BTreeMap::new(), BTreeMap::new());
        for (position, rows) in tables {
            let kind = self.pack.policy.kinds.get(position);
            let inside = |row: &usize| {
                let day = kind.and_then(|kind| counted_on(kind, &rows, *row));
                day.is_some_and(|day| self.period.contains(day))
            };
            let (inside, outside): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(inside);
            match kind {
                Some(kind) if !outside.is_empty() => {
                    now.insert(position, rows.select(self.pack, kind, &inside));
                    before.insert(position, rows.select(self.pack, kind, &outside));
                }
                _ => drop(now.insert(position, rows)),
            }
        }
        (now, before)
    }

    /// How many of the rows that something looks back on have not ended, where the pack says what becomes of those.
    fn open_rows(&self, position: usize, rows: &JudgedRows) -> usize {
        let kind = self.pack.policy.kinds.get(position).filter(|kind| kind.unended().is_some());
        kind.map_or(0, |kind| (0..rows.len()).filter(|row| counted_on(kind, rows, *row).is_none()).count())
    }

    pub(super) fn derivation<'d>(&'d self, kind: &'d Kind, aggregate: &'d Counting<'d>) -> Derivation<'d> {
        let given = self.typed.get(&kind.name).map(|typed| &typed.given);
        Derivation { rules: self.rules, kind, as_of: self.as_of, given, aggregate }
    }

    /// Applies the pack's rules over readable facts: what contradicts itself stops, leaves, or is reported.
    fn consistent(
        &self,
        kind: &Kind,
        rows: JudgedRows,
        tables: &BTreeMap<usize, JudgedRows>,
        (set_aside, remarks): (&mut Vec<SetAside>, &mut Vec<Diagnostic>),
    ) -> Result<JudgedRows, Vec<Diagnostic>> {
        if kind.consistency.is_empty() {
            return Ok(rows);
        }
        let mut stopped = Vec::new();
        let mut kept = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            let place = Place::Cell { file: row.place.0.clone(), row: row.place.1, column: String::new() };
            let mut leaves = Vec::new();
            for rule in &kind.consistency {
                let Some(definition) = self.rules.definition(&kind.name, &rule.by) else { continue };
                let paths =
                    self.rules.decide(definition, &row.record, &row.terms).map_err(|fault| vec![*fault])?;
                let broken = paths
                    .iter()
                    .all(|taken| taken.path.end == End::Returned(Returned::Value(Value::Bool(true))));
                if !broken {
                    continue;
                }
                let said = Text::new(
                    format!("{}：{}", row.id, definition.title.zh),
                    format!("{}: {}", row.id, definition.title.en),
                );
                // a row typed alone has no number
                let said = if row.id.is_empty() { definition.title.clone() } else { said };
                match rule.action {
                    Inconsistent::Stop => stopped.push(Diagnostic::error("R030", said).at(place.clone())),
                    Inconsistent::SetAside => {
                        leaves.push(Diagnostic::warning("R031", said).at(place.clone()))
                    }
                    Inconsistent::Report => remarks.push(Diagnostic::warning("R032", said).at(place.clone())),
                }
            }
            if leaves.is_empty() {
                kept.push(position);
            } else {
                set_aside.push(SetAside { id: row.id, place, reasons: leaves });
            }
        }
        if !stopped.is_empty() {
            return Err(stopped);
        }
        if kept.len() == rows.len() {
            return Ok(rows);
        }
        // what looks at other rows must not see those that left
        let rows = rows.select(self.pack, kind, &kept);
        self.table_rows(kind, rows, tables).map_err(|fault| vec![*fault])
    }
}
