//! An assessment: every scorecard of a period, with every finding behind it.

use super::bearer::{Bearers, CardKey, Holding, Led};
use super::derive::{Derivation, Leads, aggregate_over};
use super::entry::Entry;
use super::finding::Finding;
use super::judge::Court;
use super::open::{Open, OpenEffect};
use super::roster::{Enrolment, Roster};
use super::row::{JudgedRow, JudgedRows};
use super::scorecard::Scorecard;
use super::settle::{Batch, Capped, Relief, Settlement};
use crate::calendar::Period;
use crate::clause::{Clause, Rulebook, Trees};
use crate::decision::{End, Returned};
use crate::diagnostic::{Diagnostic, Place};
use crate::fact::{Aggregate, Columns, Origin, Value};
use crate::intake::{Intake, Rows, SetAside};
use crate::language::Text;
use crate::policy::{Cell, Inconsistent, Kind, Pack, Policy, Terms};
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
    /// Facts typed by hand, which are not worked out: for `try` and scenarios.
    pub given: BTreeSet<String>,
    /// Cards typed by hand, by kind: for `try` and scenarios.
    pub cards: BTreeMap<String, Vec<Value>>,
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
}

/// The result.
pub struct Assessment {
    /// The period.
    pub period: Period,
    /// The assessment date.
    pub as_of: NaiveDate,
    /// Every judged row, by kind, in order of time and identifier.
    pub rows: BTreeMap<usize, JudgedRows>,
    /// Every card, in judging order, then by subject.
    pub scorecards: Vec<Scorecard>,
    /// What is still open.
    pub open: Vec<Open>,
    /// Rows that were not judged.
    pub set_aside: Vec<SetAside>,
    /// Rows that were judged though their facts do not fit together.
    pub remarks: Vec<Diagnostic>,
    /// Control totals.
    pub totals: Totals,
    /// Every finding, in judging order, then by date, row, clause and card.
    pub(super) entries: Vec<Entry>,
    pub(super) roster: Arc<Roster>,
    pub(super) policy: Arc<Policy>,
    pub(super) clauses: Arc<Vec<Clause>>,
    pub(super) trees: Arc<Trees>,
}

/// The kinds already done, while the later ones are judged.
struct Progress {
    roster: Arc<Roster>,
    rows: BTreeMap<usize, JudgedRows>,
    entries: Vec<Entry>,
    relief: BTreeMap<usize, Vec<Relief>>,
    open: Vec<Open>,
    cards: Vec<Scorecard>,
}

impl Progress {
    /// Drops what looked open to its clause, but can change nothing: another finding already counts as much.
    fn close_settled(&mut self, clauses: &[Clause]) {
        let mut uncertain: BTreeSet<(usize, &str, Option<u32>)> = BTreeSet::new();
        for entry in self.entries.iter().filter(|entry| !entry.is_certain()) {
            if let Some(clause) = clauses.get(entry.clause()) {
                uncertain.insert((entry.row(), &clause.name, entry.card()));
            }
        }
        let (roster, cards) = (&self.roster, &self.cards);
        self.open.retain_mut(|open| {
            let (row, clause) = (open.row, &open.clause);
            open.effects.retain(|effect| {
                let place = effect.card.as_ref().and_then(|card| roster.find(card));
                let number = place.and_then(|place| u32::try_from(place).ok());
                uncertain.contains(&(row, clause, number)) && !is_settled(cards, place, effect)
            });
            !open.effects.is_empty()
        });
    }
}

/// Whether a veto, a floor or a ceiling has settled the account an effect is on.
fn is_settled(cards: &[Scorecard], place: Option<usize>, effect: &OpenEffect) -> bool {
    let card = place.and_then(|place| cards.get(place));
    let balance = card.and_then(|card| card.balance(&effect.entry.as_ref()?.0));
    balance.is_some_and(|balance| balance.settled.is_settled())
}

impl Assessment {
    /// Assesses a period.
    ///
    /// # Errors
    /// A clause that can never work, or rows whose facts contradict each other where the pack says to stop.
    pub fn run(inputs: Inputs<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut inputs = inputs;
        let mut totals = Totals::default();
        let (mut set_aside, mut remarks) = (Vec::new(), Vec::new());
        let mut tables = BTreeMap::new();
        for (position, kind) in inputs.pack.policy.kinds.iter().enumerate() {
            if kind.is_card() {
                continue;
            }
            let mut intake = inputs.rows.remove(&kind.name).unwrap_or_default();
            totals.read = totals.read.saturating_add(intake.read);
            totals.outside = totals.outside.saturating_add(intake.outside);
            let rows = std::mem::take(&mut intake.rows);
            let rows = inputs.table_rows(kind, rows).map_err(|fault| vec![*fault])?;
            let rows = inputs.consistent(kind, rows, &mut intake.set_aside, &mut remarks)?;
            totals.judged = totals.judged.saturating_add(rows.len());
            set_aside.append(&mut intake.set_aside);
            tables.insert(position, rows);
        }
        totals.set_aside = set_aside.len();
        let progress = inputs.judge(tables).map_err(|fault| vec![*fault])?;
        let (clauses, trees) = inputs.rules.shared();
        Ok(Self {
            period: inputs.period,
            as_of: inputs.as_of,
            rows: progress.rows,
            scorecards: progress.cards,
            open: progress.open,
            set_aside,
            remarks,
            totals,
            entries: progress.entries,
            roster: progress.roster,
            policy: Arc::clone(&inputs.pack.policy),
            clauses,
            trees,
        })
    }

    /// Every finding, in judging order, then by date, row, clause and card.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        let finding = |(position, entry)| Finding { entry, position, assessment: self };
        self.entries.iter().enumerate().map(finding)
    }

    /// The finding of that position.
    pub fn finding(&self, position: usize) -> Option<Finding<'_>> {
        Some(Finding { entry: self.entries.get(position)?, position, assessment: self })
    }

    /// The findings of a card, in order.
    pub fn findings_of<'a>(&'a self, card: &'a Scorecard) -> impl Iterator<Item = Finding<'a>> {
        card.findings.iter().filter_map(|position| self.finding(*position))
    }

    /// Whether anything is open: exit code 4.
    pub fn is_provisional(&self) -> bool {
        self.scorecards.iter().any(Scorecard::is_provisional) || self.unborne().next().is_some()
    }

    /// Findings whose role nobody holds.
    pub fn unborne(&self) -> impl Iterator<Item = Finding<'_>> {
        self.findings().filter(|finding| finding.card().is_none())
    }

    /// The card of that key.
    pub fn card(&self, key: &CardKey) -> Option<&Scorecard> {
        self.scorecards.get(self.roster.find(key)?)
    }

    /// The judged rows of a kind.
    pub fn rows_of(&self, kind: usize) -> impl Iterator<Item = JudgedRow> {
        self.rows.get(&kind).into_iter().flat_map(JudgedRows::iter)
    }
}

impl Inputs<'_> {
    fn table_rows(&self, kind: &Kind, rows: Rows) -> Result<JudgedRows, Box<Diagnostic>> {
        let mut rows = JudgedRows::of_table(self.pack, kind, rows);
        self.derivation(kind, &|_, _| Value::Missing).fill(&mut rows)?;
        Ok(rows)
    }

    fn derivation<'d>(
        &'d self,
        kind: &'d Kind,
        aggregate: &'d (dyn Fn(&Aggregate, usize) -> Value + Sync),
    ) -> Derivation<'d> {
        Derivation { rules: self.rules, kind, as_of: self.as_of, given: &self.given, aggregate }
    }

    /// Applies the pack's rules over readable facts: what contradicts itself stops, leaves, or is reported.
    fn consistent(
        &self,
        kind: &Kind,
        rows: JudgedRows,
        set_aside: &mut Vec<SetAside>,
        remarks: &mut Vec<Diagnostic>,
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
                    format!("{}:{}", row.id, definition.title.zh),
                    format!("{}: {}", row.id, definition.title.en),
                );
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
        if stopped.is_empty() { Ok(rows.select(self.pack, kind, &kept)) } else { Err(stopped) }
    }

    /// Finds out whom every row leads to, then judges kind by kind.
    fn judge(&self, tables: BTreeMap<usize, JudgedRows>) -> Result<Progress, Box<Diagnostic>> {
        let mut enrolment = Enrolment::default();
        let mut holdings = self.enrol(&tables, &mut enrolment);
        let (roster, positions) = enrolment.close();
        let mut progress = Progress {
            roster: Arc::new(roster),
            rows: BTreeMap::new(),
            entries: Vec::new(),
            relief: BTreeMap::new(),
            open: Vec::new(),
            cards: Vec::new(),
        };
        let mut tables = tables;
        for (position, kind) in self.pack.policy.kinds.iter().enumerate() {
            let rows = if kind.is_card() {
                self.card_rows(position, kind, &progress)?
            } else {
                tables.remove(&position).unwrap_or_default()
            };
            let held = holdings.remove(&position).unwrap_or_default();
            let held = held.into_iter().map(|holding| holding.placed(&positions)).collect();
            let rows = rows.led(kind, held, Arc::clone(&progress.roster));
            self.judge_kind(position, kind, rows, &mut progress)?;
        }
        progress.close_settled(self.rules.clauses());
        progress.entries.retain(|entry| !entry.is_lifted());
        let mut of_cards: Vec<Vec<usize>> = vec![Vec::new(); progress.cards.len()];
        for (position, entry) in progress.entries.iter().enumerate() {
            if let Some(of_card) = entry.card().and_then(|card| of_cards.get_mut(usize::try_from(card).ok()?))
            {
                of_card.push(position);
            }
        }
        for (card, findings) in progress.cards.iter_mut().zip(of_cards) {
            card.findings = findings;
        }
        Ok(progress)
    }

    /// Every card of the assessment: everybody in force, and whoever the rows lead to.
    fn enrol(
        &self,
        tables: &BTreeMap<usize, JudgedRows>,
        enrolment: &mut Enrolment,
    ) -> BTreeMap<usize, Vec<Holding>> {
        let policy = &self.pack.policy;
        let mut holdings = BTreeMap::new();
        for (position, kind) in policy.kinds.iter().enumerate() {
            let held = if kind.is_card() {
                for subject in self.bearers.subjects(kind, &self.period).into_keys() {
                    enrolment.enrol(position, &subject);
                }
                if self.cards.contains_key(&kind.name) {
                    enrolment.enrol(position, &kind.name);
                }
                let subjects: Vec<String> = enrolment.subjects(position).map(str::to_owned).collect();
                let led = Led::Cards(&subjects, self.period.last);
                self.bearers.resolve(policy, kind, &led, enrolment)
            } else {
                match tables.get(&position).and_then(JudgedRows::table) {
                    Some(rows) => self.bearers.resolve(policy, kind, &Led::Table(rows), enrolment),
                    None => Vec::new(),
                }
            };
            holdings.insert(position, held);
        }
        holdings
    }

    /// A row for every card of a kind.
    fn card_rows(
        &self,
        position: usize,
        kind: &Kind,
        progress: &Progress,
    ) -> Result<JudgedRows, Box<Diagnostic>> {
        let mut leads: BTreeMap<(String, Option<String>), Leads> = BTreeMap::new();
        for fact in kind.schema.facts() {
            let Origin::Aggregate(declared) = &fact.origin else { continue };
            let way = (declared.over.clone(), declared.role.clone());
            if let Some((place, over)) = self.pack.policy.kind(&declared.over)
                && let Some(rows) = progress.rows.get(&place)
            {
                leads
                    .entry(way)
                    .or_insert_with(|| Leads::new(rows, declared.role.as_deref(), (over, &kind.name)));
            }
        }
        let cards = progress.roster.of_kind(position);
        let keys = progress.roster.keys().get(cards.clone()).unwrap_or_default();
        let subjects: Vec<String> = keys.iter().map(|key| key.subject.clone()).collect();
        let mut facts = Columns::new(Arc::clone(&kind.schema), subjects.len());
        for (place, value) in self.cards.get(&kind.name).into_iter().flatten().enumerate() {
            (0..subjects.len()).for_each(|row| facts.set(place, row, value.clone()));
        }
        let aggregate = |declared: &Aggregate, row: usize| {
            let way = (declared.over.clone(), declared.role.clone());
            let over = self.pack.policy.kind(&declared.over).and_then(|(place, _)| progress.rows.get(&place));
            match (leads.get(&way), over, u32::try_from(cards.start.saturating_add(row))) {
                (Some(leads), Some(rows), Ok(card)) => aggregate_over(declared, rows, leads, card),
                _ => Value::Missing,
            }
        };
        let mut rows = JudgedRows::of_cards(self.pack, kind, (subjects, facts), self.period.last);
        self.derivation(kind, &aggregate).fill(&mut rows)?;
        Ok(rows)
    }

    fn judge_kind(
        &self,
        position: usize,
        kind: &Kind,
        rows: JudgedRows,
        progress: &mut Progress,
    ) -> Result<(), Box<Diagnostic>> {
        let clauses = self.rules.clauses().iter().enumerate();
        let clauses: Vec<_> = clauses.filter(|(_, clause)| clause.position == position).collect();
        let court = Court {
            policy: &self.pack.policy,
            rules: self.rules,
            roster: &progress.roster,
            kind,
            rows: &rows,
        };
        let judgement = court.judge_all(&clauses)?;
        progress.rows.insert(position, rows);
        progress.relief.insert(position, judgement.relief);
        progress.open.extend(judgement.open);
        progress.entries.extend(judgement.entries);
        if kind.is_card() {
            self.settle_kind(position, kind, progress);
        }
        Ok(())
    }

    /// Settles the cards of a kind: every clause that can reach them has been judged by now.
    fn settle_kind(&self, position: usize, kind: &Kind, progress: &mut Progress) {
        let of_kind = progress.roster.of_kind(position);
        let here = |entry: &Entry| {
            entry.card().and_then(|card| usize::try_from(card).ok()).filter(|card| of_kind.contains(card))
        };
        let positions = progress.entries.iter().enumerate().filter(|(_, entry)| here(entry).is_some());
        let positions: Vec<usize> = positions.map(|(position, _)| position).collect();
        let settlement = Settlement {
            policy: &self.pack.policy,
            clauses: self.rules.clauses(),
            rows: &progress.rows,
            relief: &progress.relief,
            terms: self.pack.terms(self.period.last),
        };
        let Capped(Batch { entries, positions }) =
            settlement.settle_findings(Batch { entries: &mut progress.entries, positions });
        let mut of_cards: Vec<Vec<&Entry>> = vec![Vec::new(); of_kind.len()];
        for entry in positions.iter().filter_map(|position| entries.get(*position)) {
            let place = here(entry).and_then(|card| card.checked_sub(of_kind.start));
            if let Some(of_card) = place.and_then(|place| of_cards.get_mut(place)) {
                of_card.push(entry);
            }
        }
        let holds = self.bearers.subjects(kind, &self.period);
        let mut cards = Vec::new();
        let rows = progress.rows.get(&position);
        for (row, card) in of_kind.clone().enumerate() {
            let Some(key) = progress.roster.keys().get(card) else { continue };
            let Some(record) = rows.and_then(|rows| rows.record(row)) else { continue };
            let settled = settlement.settle_card(kind, of_cards.get(row).map_or(&[][..], Vec::as_slice));
            let of = holds.get(&key.subject).into_iter().flatten();
            cards.push(Scorecard {
                key: key.clone(),
                name: self.bearers.name(&self.pack.policy, &key.subject),
                of: of.map(|id| self.bearers.name(&self.pack.policy, id)).collect(),
                record,
                weight: kind.weight.as_ref().and_then(|name| settlement.terms.number(name)),
                coefficient: coefficient(kind, &settlement.terms, &settled.grades),
                balances: settled.balances,
                veto: settled.veto,
                grades: settled.grades,
                findings: Vec::new(),
            });
        }
        progress.cards.extend(cards);
    }
}

/// The coefficient of a grade that is settled.
fn coefficient(kind: &Kind, terms: &Terms, grades: &[String]) -> Option<Decimal> {
    let ([grade], Some(name)) = (grades, &kind.coefficient) else { return None };
    match terms.table(name)?.cell_of_word(grade)? {
        Cell::Number(value) => Some(*value),
        Cell::Word(_) => None,
    }
}
