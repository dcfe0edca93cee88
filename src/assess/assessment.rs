//! An assessment: every scorecard of a period, with every finding behind it.

use super::bearer::{Bearers, CardKey};
use super::derive::{aggregate_over, derive};
use super::finding::Finding;
use super::judge::{Judgement, judge};
use super::open::{Open, OpenEffect};
use super::row::JudgedRow;
use super::scorecard::Scorecard;
use super::settle::{Relief, Settlement};
use crate::calendar::Period;
use crate::clause::{Record, Rulebook};
use crate::decision::{End, Returned};
use crate::diagnostic::{Diagnostic, Place};
use crate::fact::{Aggregate, Value};
use crate::intake::{Intake, Rows, SetAside};
use crate::language::Text;
use crate::policy::{Cell, Inconsistent, Kind, Pack, Terms};
use chrono::{NaiveDate, NaiveTime};
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
    pub rows: BTreeMap<usize, Vec<JudgedRow>>,
    /// Every finding, in judging order, then by date, row, clause and card.
    pub findings: Vec<Finding>,
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
}

/// The kinds already done, while the later ones are judged.
#[derive(Default)]
struct Progress {
    rows: BTreeMap<usize, Vec<JudgedRow>>,
    waiting: Vec<Finding>,
    settled: Vec<Finding>,
    relief: BTreeMap<usize, Vec<Relief>>,
    open: Vec<Open>,
    cards: Vec<Scorecard>,
}

impl Progress {
    /// Drops what looked open to its clause, but can change nothing: another finding already counts as much.
    fn close_settled(&mut self) {
        let (settled, cards) = (&self.settled, &self.cards);
        self.open.retain_mut(|open| {
            open.effects.retain(|effect| {
                settled.iter().any(|finding| {
                    finding.kind == open.kind
                        && finding.row == open.row
                        && finding.clause == open.clause
                        && finding.card == effect.card
                        && !finding.is_certain()
                }) && !is_settled(cards, effect)
            });
            !open.effects.is_empty()
        });
    }
}

/// Whether a veto, a floor or a ceiling has settled the account an effect is on.
fn is_settled(cards: &[Scorecard], effect: &OpenEffect) -> bool {
    let card = cards.iter().find(|card| Some(&card.key) == effect.card.as_ref());
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
        let mut progress = Progress::default();
        let mut totals = Totals::default();
        let mut set_aside = Vec::new();
        let mut remarks = Vec::new();
        for (position, kind) in inputs.pack.policy.kinds.iter().enumerate() {
            let rows = if kind.is_card() {
                inputs.card_rows(position, kind, &progress).map_err(|fault| vec![*fault])?
            } else {
                let mut intake = inputs.rows.remove(&kind.name).unwrap_or_default();
                totals.read = totals.read.saturating_add(intake.read);
                totals.outside = totals.outside.saturating_add(intake.outside);
                let rows = inputs.table_rows(kind, &intake.rows).map_err(|fault| vec![*fault])?;
                let rows = inputs.consistent(kind, rows, &mut intake.set_aside, &mut remarks)?;
                totals.judged = totals.judged.saturating_add(rows.len());
                set_aside.append(&mut intake.set_aside);
                rows
            };
            inputs.judge_kind(position, kind, rows, &mut progress).map_err(|fault| vec![*fault])?;
        }
        totals.set_aside = set_aside.len();
        let unborne = std::mem::take(&mut progress.waiting);
        progress.settled.extend(unborne);
        progress.close_settled();
        Ok(Self {
            period: inputs.period,
            as_of: inputs.as_of,
            findings: Self::in_order(progress.settled, &mut progress.cards),
            rows: progress.rows,
            scorecards: progress.cards,
            open: progress.open,
            set_aside,
            remarks,
            totals,
        })
    }

    fn in_order(mut findings: Vec<Finding>, cards: &mut [Scorecard]) -> Vec<Finding> {
        findings.sort_by(|a, b| {
            (a.kind, a.at, &a.record, &a.clause, &a.card, a.line)
                .cmp(&(b.kind, b.at, &b.record, &b.clause, &b.card, b.line))
        });
        let mut by_card: BTreeMap<&CardKey, Vec<usize>> = BTreeMap::new();
        for (position, finding) in findings.iter().enumerate() {
            if let Some(card) = &finding.card {
                by_card.entry(card).or_default().push(position);
            }
        }
        for card in cards {
            card.findings = by_card.remove(&card.key).unwrap_or_default();
        }
        findings
    }

    /// Whether anything is open: exit code 4.
    pub fn is_provisional(&self) -> bool {
        self.scorecards.iter().any(Scorecard::is_provisional) || self.unborne().next().is_some()
    }

    /// Findings whose role nobody holds.
    pub fn unborne(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.card.is_none())
    }

    /// The card of that key.
    pub fn card(&self, key: &CardKey) -> Option<&Scorecard> {
        self.scorecards.iter().find(|card| card.key == *key)
    }

    /// The row of a finding.
    pub fn row_of(&self, finding: &Finding) -> Option<&JudgedRow> {
        self.rows.get(&finding.kind)?.get(finding.row)
    }
}

impl Inputs<'_> {
    fn table_rows(&self, kind: &Kind, rows: &Rows) -> Result<Vec<JudgedRow>, Box<Diagnostic>> {
        let mut judged = Vec::new();
        for row in rows.iter() {
            let terms = self.pack.terms(row.at.date());
            let record = Record {
                kind: kind.name.clone(),
                schema: Arc::clone(&kind.schema),
                values: row.values.clone(),
            };
            let none = |_: &Aggregate| Value::Missing;
            let record = derive(self.rules, record, &terms, self.as_of, &self.given, &none)?;
            let bearers = self.bearers.of_row(&self.pack.policy, kind, &row);
            judged.push(JudgedRow {
                id: row.id,
                at: row.at,
                place: (row.file, row.row),
                record: Arc::new(record),
                bearers,
                terms,
            });
        }
        Ok(judged)
    }

    /// Applies the pack's rules over readable facts: what contradicts itself stops, leaves, or is reported.
    fn consistent(
        &self,
        kind: &Kind,
        rows: Vec<JudgedRow>,
        set_aside: &mut Vec<SetAside>,
        remarks: &mut Vec<Diagnostic>,
    ) -> Result<Vec<JudgedRow>, Vec<Diagnostic>> {
        let mut stopped = Vec::new();
        let mut kept = Vec::new();
        for row in rows {
            let place = Place::Cell { file: row.place.0.clone(), row: row.place.1, column: String::new() };
            let mut leaves = Vec::new();
            for rule in &kind.consistency {
                let Some(definition) = self.rules.definition(&kind.name, &rule.by) else { continue };
                let paths =
                    self.rules.decide(definition, &row.record, &row.terms).map_err(|fault| vec![*fault])?;
                let broken =
                    paths.iter().all(|path| path.end == End::Returned(Returned::Value(Value::Bool(true))));
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
                kept.push(row);
            } else {
                set_aside.push(SetAside { id: row.id, place, reasons: leaves });
            }
        }
        if stopped.is_empty() { Ok(kept) } else { Err(stopped) }
    }

    /// A row for every card of a kind: everybody in force, and whoever the judged rows lead to.
    fn card_rows(
        &self,
        position: usize,
        kind: &Kind,
        progress: &Progress,
    ) -> Result<Vec<JudgedRow>, Box<Diagnostic>> {
        let day = self.period.last;
        let terms = self.pack.terms(day);
        let mut subjects: BTreeSet<String> = self.bearers.subjects(kind, &self.period).into_keys().collect();
        let led = progress.rows.values().flatten().flat_map(|row| row.bearers.values().flatten());
        subjects.extend(led.filter(|card| card.kind == position).map(|card| card.subject.clone()));
        if self.cards.contains_key(&kind.name) {
            subjects.insert(kind.name.clone());
        }
        let mut rows = Vec::new();
        for subject in subjects {
            let key = CardKey { kind: position, subject: subject.clone() };
            let values = match self.cards.get(&kind.name) {
                Some(values) => values.clone(),
                None => vec![Value::Missing; kind.schema.facts().len()],
            };
            let record = Record { kind: kind.name.clone(), schema: Arc::clone(&kind.schema), values };
            let aggregate = |declared: &Aggregate| {
                let Some((place, over)) = self.pack.policy.kind(&declared.over) else {
                    return Value::Missing;
                };
                let rows = progress.rows.get(&place).map_or(&[][..], Vec::as_slice);
                aggregate_over(declared, rows, (over, &kind.name), &key)
            };
            let record = derive(self.rules, record, &terms, self.as_of, &self.given, &aggregate)?;
            rows.push(JudgedRow {
                bearers: self.bearers.of_card(&self.pack.policy, kind, &subject, day),
                id: subject,
                at: day.and_time(NaiveTime::MIN),
                place: (String::new(), 0),
                record: Arc::new(record),
                terms: Arc::clone(&terms),
            });
        }
        Ok(rows)
    }

    fn judge_kind(
        &self,
        position: usize,
        kind: &Kind,
        rows: Vec<JudgedRow>,
        progress: &mut Progress,
    ) -> Result<(), Box<Diagnostic>> {
        let clauses: Vec<_> = self.rules.clauses().iter().filter(|clause| clause.kind == kind.name).collect();
        let mut judgement = Judgement::default();
        for (index, row) in rows.iter().enumerate() {
            // a card is judged by what is in force on its last day
            let day = if kind.is_card() { self.period.last } else { row.at.date() };
            for clause in clauses.iter().filter(|clause| clause.days.contains(day)) {
                judge(&self.pack.policy, self.rules, clause, (position, index), row, &mut judgement)?;
            }
        }
        progress.rows.insert(position, rows);
        progress.relief.insert(position, judgement.relief);
        progress.open.extend(judgement.open);
        progress.waiting.extend(judgement.findings);
        if kind.is_card() {
            self.settle_kind(position, kind, progress);
        }
        Ok(())
    }

    /// Settles the cards of a kind: every clause that can reach them has been judged by now.
    fn settle_kind(&self, position: usize, kind: &Kind, progress: &mut Progress) {
        let reaches = |finding: &Finding| finding.card.as_ref().is_some_and(|card| card.kind == position);
        let (here, later): (Vec<Finding>, Vec<Finding>) =
            std::mem::take(&mut progress.waiting).into_iter().partition(reaches);
        progress.waiting = later;
        let titles = |clause: &str| {
            self.rules.clause(clause).map_or_else(|| Text::same(clause), |clause| clause.title.clone())
        };
        let settlement = Settlement {
            policy: &self.pack.policy,
            rows: &progress.rows,
            relief: &progress.relief,
            titles: &titles,
            terms: self.pack.terms(self.period.last),
        };
        let findings = settlement.settle_findings(here);
        let mut by_card: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &findings {
            if let Some(card) = &finding.card {
                by_card.entry(&card.subject).or_default().push(finding);
            }
        }
        let holds = self.bearers.subjects(kind, &self.period);
        let mut cards = Vec::new();
        for row in progress.rows.get(&position).into_iter().flatten() {
            let of_card = by_card.get(row.id.as_str()).map_or(&[][..], Vec::as_slice);
            let settled = settlement.settle_card(kind, of_card);
            let of = holds.get(&row.id).into_iter().flatten();
            cards.push(Scorecard {
                key: CardKey { kind: position, subject: row.id.clone() },
                name: self.bearers.name(&self.pack.policy, &row.id),
                of: of.map(|id| self.bearers.name(&self.pack.policy, id)).collect(),
                record: Arc::clone(&row.record),
                weight: kind.weight.as_ref().and_then(|name| settlement.terms.number(name)),
                coefficient: coefficient(kind, &settlement.terms, &settled.grades),
                balances: settled.balances,
                veto: settled.veto,
                grades: settled.grades,
                findings: Vec::new(),
            });
        }
        progress.cards.extend(cards);
        progress.settled.extend(findings);
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
