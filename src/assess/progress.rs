//! Judging kind by kind: whom the rows lead to, what the clauses find, and what the cards settle at.

use super::bearer::{Bearers, Holding, Led};
use super::entry::Entry;
use super::field::Field;
use super::history::{History, Past};
use super::judge::Court;
use super::leads::{CardLeads, OfCards};
use super::look::Look;
use super::open::{Open, OpenEffect};
use super::raise::{self, Raising};
use super::roster::{Enrolled, Enrolment, Roster};
use super::row::JudgedRows;
use super::scorecard::Scorecard;
use super::settle::{Batch, Relief, Settlement};
use super::{Inputs, card_facts};
use crate::clause::Clause;
use crate::diagnostic::Diagnostic;
use crate::fact::{Aggregate, Columns, Origin, Value};
use crate::policy::{Kind, Policy, Role, Rows};
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The kinds already done, while the later ones are judged.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) roster: Arc<Roster>,
    pub(super) rows: BTreeMap<usize, JudgedRows>,
    /// Rows from before the period.
    pub(super) before: BTreeMap<usize, JudgedRows>,
    /// What cards settled at before, by kind.
    pub(super) past: BTreeMap<usize, Past>,
    pub(super) entries: Vec<Entry>,
    /// The positions of the findings of every card.
    of_cards: Vec<Vec<usize>>,
    relief: BTreeMap<usize, Vec<Relief>>,
    pub(super) open: Vec<Open>,
    /// The identifiers of raised rows.
    raised: BTreeSet<String>,
    /// Rows that were raised and not made, and why.
    pub(super) unmade: Vec<Diagnostic>,
    pub(super) cards: Vec<Scorecard>,
}

impl Progress {
    /// The rows of a kind that later ones can look at.
    pub(super) fn field<'f>(&'f self, policy: &'f Policy, kind: &str) -> Option<Field<'f>> {
        let (position, kind) = policy.kind(kind)?;
        let first = self.cards.partition_point(|card| card.key.kind < position);
        let last = self.cards.partition_point(|card| card.key.kind <= position);
        Some(Field {
            kind,
            before: self.before.get(&position),
            now: self.rows.get(&position),
            cards: self.cards.get(first..last).unwrap_or_default(),
            past: self.past.get(&position),
        })
    }

    fn new(roster: Roster) -> Self {
        let of_cards = vec![Vec::new(); roster.keys().len()];
        Self { roster: Arc::new(roster), of_cards, ..Self::default() }
    }

    fn enter(&mut self, entries: Vec<Entry>) {
        let before = self.entries.len();
        if self.entries.is_empty() {
            self.entries = entries;
        } else {
            self.entries.extend(entries);
        }
        self.index(before);
    }

    /// Notes for every card the findings from a position on.
    fn index(&mut self, start: usize) {
        for (position, entry) in self.entries.iter().enumerate().skip(start) {
            let card = entry.card().and_then(|card| usize::try_from(card).ok());
            if let Some(of_card) = card.and_then(|card| self.of_cards.get_mut(card)) {
                of_card.push(position);
            }
        }
    }

    /// Drops vetoes and grades that relief has lifted, and gives every card its findings.
    fn close(&mut self) {
        if self.entries.par_iter().any(Entry::is_lifted) {
            self.entries.retain(|entry| !entry.is_lifted());
            self.of_cards.iter_mut().for_each(Vec::clear);
            self.index(0);
        }
        for (card, findings) in self.cards.iter_mut().zip(std::mem::take(&mut self.of_cards)) {
            card.findings = findings;
        }
    }

    /// Drops what looked open to its clause, but can change nothing: another finding already counts as much.
    fn close_settled(&mut self, clauses: &[Clause]) {
        if self.open.is_empty() {
            return;
        }
        let mut uncertain: BTreeSet<(usize, &str, Option<u32>)> = BTreeSet::new();
        let relieved: BTreeSet<&str> =
            self.open.iter().flat_map(|open| &open.relieves).map(String::as_str).collect();
        let mut found: BTreeSet<(usize, String)> = BTreeSet::new();
        for entry in &self.entries {
            let Some(clause) = clauses.get(entry.clause()) else { continue };
            if !entry.is_certain() {
                uncertain.insert((entry.row(), &clause.name, entry.card()));
            }
            if relieved.contains(clause.name.as_str()) {
                found.insert((entry.row(), clause.name.clone()));
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
            open.relieves.retain(|on| found.contains(&(row, on.clone())));
            !open.effects.is_empty() || !open.relieves.is_empty()
        });
    }
}

/// Whether a veto, a floor or a ceiling has settled the account or the grade an effect is on.
fn is_settled(cards: &[Scorecard], place: Option<usize>, effect: &OpenEffect) -> bool {
    let card = place.and_then(|place| cards.get(place));
    let balance = card.and_then(|card| card.balance(&effect.entry.as_ref()?.0));
    let is_graded = effect.grade.is_some() && card.is_some_and(|card| card.grades.len() <= 1);
    is_graded || balance.is_some_and(|balance| balance.settled.is_settled())
}

impl Inputs<'_> {
    /// Finds out whom every row leads to, then judges kind by kind.
    pub(super) fn judge(
        &self,
        tables: BTreeMap<usize, JudgedRows>,
        before: BTreeMap<usize, JudgedRows>,
    ) -> Result<Progress, Box<Diagnostic>> {
        let mut enrolment = Enrolment::default();
        let mut holdings = self.enrol((&tables, &before), &mut enrolment);
        let (roster, positions) = enrolment.close();
        let mut progress = Progress::new(roster);
        for (position, rows) in before {
            let Some(kind) = self.pack.policy.kinds.get(position) else { continue };
            let mut cards = Enrolled::new(&progress.roster);
            let held = match rows.table() {
                Some(table) => self.bearers.resolve(&self.pack.policy, kind, &Led::Table(table), &mut cards),
                None => Vec::new(),
            };
            let strangers = cards.strangers();
            let rows = rows.led(kind, held, Arc::clone(&progress.roster)).with_strangers(strangers);
            progress.before.insert(position, rows);
        }
        self.recall(&mut progress);
        let mut tables = tables;
        let mut raising = Raising::new(self.pack, self.bearers, self.period, self.rules.clauses());
        for (position, kind) in self.pack.policy.kinds.iter().enumerate() {
            if kind.rows == Rows::Raised {
                self.judge_raised((position, kind), &mut progress, &mut raising)?;
                continue;
            }
            let rows = if kind.is_card() {
                self.card_rows(position, kind, &progress)?
            } else {
                tables.remove(&position).unwrap_or_default()
            };
            let held = holdings.remove(&position).unwrap_or_default();
            let held = held.into_iter().map(|holding| holding.placed(&positions)).collect();
            let rows = rows.led(kind, held, Arc::clone(&progress.roster));
            self.judge_kind((position, kind, 0), rows, &mut progress, (&mut raising, None))?;
        }
        progress.unmade = raising.unmade;
        self.settle_without_card(&mut progress);
        progress.close_settled(self.rules.clauses());
        progress.close();
        Ok(progress)
    }

    /// Brings in what earlier assessments say of cards and raised rows.
    fn recall(&self, progress: &mut Progress) {
        let history = History {
            pack: self.pack,
            bearers: self.bearers,
            earlier: &self.earlier,
            assessed: self.period,
            roster: &progress.roster,
        };
        let kinds = self.pack.policy.kinds.iter().enumerate();
        let found: Vec<_> = kinds.filter_map(|(place, kind)| Some((place, history.of(kind)?))).collect();
        for (place, (rows, past)) in found {
            progress.before.insert(place, rows);
            progress.past.insert(place, past);
        }
    }

    /// Every card of the assessment: everybody in force, and whoever the rows lead to.
    fn enrol(
        &self,
        (tables, before): (&BTreeMap<usize, JudgedRows>, &BTreeMap<usize, JudgedRows>),
        enrolment: &mut Enrolment,
    ) -> BTreeMap<usize, Vec<Holding>> {
        let policy = &self.pack.policy;
        let mut holdings = BTreeMap::new();
        for (position, kind) in policy.kinds.iter().enumerate() {
            let held = if !kind.is_due(&self.period) {
                kind.roles.iter().map(|_| Holding::default()).collect()
            } else if kind.is_card() {
                for subject in self.bearers.subjects(kind, &kind.period_of(&self.period)).into_keys() {
                    enrolment.enrol(position, &subject);
                }
                for subject in self.typed.get(&kind.name).into_iter().flat_map(|typed| typed.cards.keys()) {
                    enrolment.enrol(position, subject);
                }
                // whoever has a card of an earlier kind with the same subjects has one of this kind too
                let alike = policy.kinds.iter().enumerate().take(position);
                let alike = alike.filter(|(_, other)| other.is_card() && other.subjects() == kind.subjects());
                for (other, _) in alike {
                    let known: Vec<String> = enrolment.subjects(other).map(str::to_owned).collect();
                    for subject in &known {
                        enrolment.enrol(position, subject);
                    }
                }
                let day = self.period.last;
                let subjects: Vec<(String, NaiveDate)> =
                    enrolment.subjects(position).map(|id| (id.to_owned(), day)).collect();
                let led = Led::Cards(&subjects);
                self.bearers.resolve(policy, kind, &led, enrolment)
            } else {
                self.bearers.enrol_raised(policy, kind, enrolment);
                let earlier = before.get(&position).and_then(JudgedRows::table);
                if let (Bearers::Typed(_), Some(rows)) = (&self.bearers, earlier) {
                    // rows typed by hand name everybody there is, those from before the period too
                    self.bearers.resolve(policy, kind, &Led::Table(rows), enrolment);
                }
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
        let cards = progress.roster.of_kind(position);
        let keys = progress.roster.keys().get(cards.clone()).unwrap_or_default();
        let subjects: Vec<String> = keys.iter().map(|key| key.subject.clone()).collect();
        let mut facts = Columns::new(Arc::clone(&kind.schema), subjects.len());
        if let Some(typed) = self.typed.get(&kind.name) {
            for (row, subject) in subjects.iter().enumerate() {
                let values = typed.cards.get(subject).unwrap_or(&typed.ordinary);
                let values = values.iter().cloned().enumerate();
                values.for_each(|(place, value)| facts.set(place, row, value));
            }
        }
        let period = kind.period_of(&self.period);
        let offset = self.pack.policy.offset;
        card_facts::fill(self.bearers, (kind, &period), offset, &subjects, &mut facts);
        let mut leads: BTreeMap<(String, Option<String>), CardLeads> = BTreeMap::new();
        for fact in kind.schema.facts() {
            let Origin::Aggregate(declared) = &fact.origin else { continue };
            let way = (declared.over.clone(), declared.role.clone());
            if let Some(field) = progress.field(&self.pack.policy, &declared.over) {
                let to = (&*self.pack.policy, kind);
                let new = || CardLeads::new(&field, declared.role.as_deref(), to, &progress.roster);
                leads.entry(way).or_insert_with(new);
            }
        }
        let counting = |declared: &Aggregate, rows: &JudgedRows| {
            let way = (declared.over.clone(), declared.role.clone());
            let of = |name: &str| progress.field(&self.pack.policy, name);
            let (Some(field), Some(leads)) = (of(&declared.over), leads.get(&way)) else {
                return Ok(vec![Value::Missing; rows.len()]);
            };
            if declared.is_between_rows() {
                return self.between(declared, (kind, rows), field, &of);
            }
            let look = Look { rules: self.rules, field, aggregate: declared };
            let counted = OfCards { look, leads, kind, rows, first: cards.start, assessed: self.period };
            counted.values(self.pack.policy.grid())
        };
        let subjects = subjects.into_iter().map(|id| (id, self.period.last)).collect();
        let mut rows = JudgedRows::of_cards(self.pack, kind, subjects, facts);
        self.derivation(kind, &counting).fill(&mut rows)?;
        Ok(rows)
    }

    pub(super) fn judge_kind(
        &self,
        (position, kind, first): (usize, &Kind, usize),
        rows: JudgedRows,
        progress: &mut Progress,
        (raising, level): (&mut Raising<'_>, Option<usize>),
    ) -> Result<(), Box<Diagnostic>> {
        let clauses = self.rules.clauses().iter().enumerate();
        let clauses: Vec<_> = clauses.filter(|(_, clause)| clause.position == position).collect();
        let court = Court {
            policy: &self.pack.policy,
            rules: self.rules,
            roster: &progress.roster,
            kind,
            rows: &rows,
            first,
        };
        let mut judgement = court.judge_all(&clauses)?;
        raise::identify(&mut judgement.raised, &mut progress.raised);
        raising.take(judgement.raised, &rows, level);
        progress.rows.insert(position, rows);
        progress.relief.entry(position).or_default().extend(judgement.relief);
        progress.open.extend(judgement.open);
        progress.enter(judgement.entries);
        if kind.is_card() {
            self.settle_kind(position, kind, progress);
        }
        Ok(())
    }

    /// Settles what no card counts: what is borne outside, under relief and caps; what nobody bears, as far as its amount
    /// does not hang on who should.
    fn settle_without_card(&self, progress: &mut Progress) {
        let policy = &self.pack.policy;
        let is_outside = |entry: &Entry| {
            let clause = self.rules.clauses().get(entry.clause());
            let kind = clause.and_then(|clause| policy.kinds.get(clause.position));
            kind.and_then(|kind| kind.roles.get(entry.role())).is_some_and(Role::is_outside)
        };
        let (mut outside, mut unborne) = (Vec::new(), Vec::new());
        for (position, entry) in progress.entries.iter().enumerate() {
            if entry.card().is_none_or(|card| progress.roster.key(card).is_none()) {
                if is_outside(entry) { &mut outside } else { &mut unborne }.push(position);
            }
        }
        if outside.is_empty() && unborne.is_empty() {
            return;
        }
        let settlement = Settlement {
            policy,
            clauses: self.rules.clauses(),
            rows: &progress.rows,
            relief: &progress.relief,
            terms: self.pack.terms(self.period.last),
        };
        settlement.settle_findings(Batch { entries: &mut progress.entries, positions: outside });
        settlement.settle_unborne(Batch { entries: &mut progress.entries, positions: unborne });
    }

    /// Settles the cards of a kind: every clause that can reach them has been judged by now.
    fn settle_kind(&self, position: usize, kind: &Kind, progress: &mut Progress) {
        let of_kind = progress.roster.of_kind(position);
        let of_cards = progress.of_cards.get(of_kind.clone()).unwrap_or_default();
        let mut positions = of_cards.concat();
        positions.par_sort_unstable();
        let settlement = Settlement {
            policy: &self.pack.policy,
            clauses: self.rules.clauses(),
            rows: &progress.rows,
            relief: &progress.relief,
            terms: self.pack.terms(self.period.last),
        };
        let capped = settlement.settle_findings(Batch { entries: &mut progress.entries, positions });
        let holds = self.bearers.subjects(kind, &kind.period_of(&self.period));
        let (rows, keys) = (progress.rows.get(&position), progress.roster.keys());
        let card = |(row, findings): (usize, &Vec<usize>)| {
            let key = keys.get(of_kind.start.saturating_add(row))?;
            let findings = capped.of_card(findings);
            let record = rows?.record(row)?;
            let settled = settlement.settle_card(kind, &record, &findings);
            let of = holds.get(&key.subject).into_iter().flatten();
            Some(Scorecard {
                key: key.clone(),
                name: self.bearers.name(&self.pack.policy, &key.subject),
                of: of.map(|id| self.bearers.name(&self.pack.policy, id)).collect(),
                record,
                weight: kind.weight.as_ref().and_then(|name| settlement.terms.number(name)),
                coefficient: None,
                balances: settled.balances,
                veto: settled.veto,
                grades: settled.grades,
                by_table: settled.by_table,
                rank: None,
                demoted: Vec::new(),
                findings: Vec::new(),
                standing: findings.standing,
            })
        };
        let mut cards: Vec<Scorecard> = of_cards.par_iter().enumerate().filter_map(card).collect();
        if let Some(rows) = rows {
            settlement.settle_together(kind, rows, &mut cards);
        }
        progress.cards.extend(cards);
    }
}
