//! What is known of a row while a situation is drafted: the same as assessing it would find, without judging anything.

use crate::calendar::{Period, end_of};
use crate::clause::{Record, Rulebook};
use crate::decision::{End, Path, Returned, Step};
use crate::fact::{Fact, FactType, Origin, Value};
use crate::policy::{Kind, Pack, Rows, Terms};
use crate::scenario::Situation;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The facts typed so far.
pub(super) type Typed = BTreeMap<String, Value>;

/// The most rows drafted for one situation.
const DRAFTS: usize = 20_000;
/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// What stays the same while situations of one kind and day are drafted.
pub(super) struct Scene<'a> {
    pub(super) pack: &'a Pack,
    pub(super) rules: &'a Rulebook,
    pub(super) kind: &'a Kind,
    pub(super) on: NaiveDate,
    /// The moment of the row where no other is typed.
    pub(super) at: NaiveDateTime,
    pub(super) terms: Arc<Terms>,
    now: NaiveDateTime,
    /// The facts that anything wanted depends on: others are not worked out.
    needed: BTreeSet<String>,
    /// How many more rows may be drafted.
    budget: Cell<usize>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        pack: &'a Pack,
        rules: &'a Rulebook,
        kind: &str,
        on: NaiveDate,
        wanted: &[Step],
    ) -> Option<Self> {
        let (_, kind) = pack.policy.kind(kind)?;
        let last = Period::parse(&on.format("%Y-%m").to_string()).map_or(on, |period| period.last);
        let terms = pack.terms(if kind.is_card() { last } else { on });
        let (at, now, budget) = (on.and_hms_opt(9, 0, 0)?, end_of(last), Cell::new(DRAFTS));
        let mut scene = Self { pack, rules, kind, on, at, terms, now, needed: BTreeSet::new(), budget };
        for fact in wanted.iter().flat_map(|step| step.question.facts()) {
            scene.need(&fact);
        }
        for rule in &kind.consistency {
            scene.need_for(&rule.by);
        }
        Some(scene)
    }

    fn need(&mut self, fact: &str) {
        if !self.needed.insert(fact.to_owned()) {
            return;
        }
        if let Some(Origin::Definition(by)) = self.kind.schema.get(fact).map(|fact| &fact.origin) {
            self.need_for(by);
        }
    }

    /// Everything a definition may read: what its tree asks and works with, or any fact where it has no tree.
    fn need_for(&mut self, by: &str) {
        let definition = self.rules.definition(&self.kind.name, by);
        let tree = definition.and_then(|definition| self.rules.tree(definition, &self.terms));
        let facts: Vec<String> = match tree {
            Some(tree) => {
                let of_path = |path: &Arc<Path>| {
                    let asked = path.steps.iter().flat_map(|step| step.question.facts());
                    asked.chain(super::numbers_of(path)).collect::<Vec<_>>()
                };
                tree.paths().iter().flat_map(of_path).collect()
            }
            None => self.kind.schema.names().map(str::to_owned).collect(),
        };
        for fact in facts {
            self.need(&fact);
        }
    }

    /// Whether the work one situation may cost has been done.
    pub(super) fn is_exhausted(&self) -> bool {
        self.budget.get() == 0
    }

    /// Whether a fact is the row's own date.
    pub(super) fn is_date(&self, fact: &str) -> bool {
        matches!(&self.kind.rows, Rows::Table { at, .. } if at == fact)
    }

    /// Whether a fact is worked out from others, and never typed.
    pub(super) fn is_defined(&self, fact: &Fact) -> bool {
        matches!(fact.origin, Origin::Definition(_)) && fact.ordinary.is_none()
    }

    /// The row with these facts typed, and everything else ordinary or worked out.
    pub(super) fn record(&self, typed: &Typed) -> Record {
        self.budget.set(self.budget.get().saturating_sub(1));
        let facts = self.kind.schema.facts();
        let untyped = |fact: &Fact| {
            if self.is_date(&fact.name) {
                return Value::Moment(self.at);
            }
            fact.ordinary.clone().or(fact.blank.clone()).unwrap_or(Value::Missing)
        };
        let value = |fact: &Fact| typed.get(&fact.name).cloned().unwrap_or_else(|| untyped(fact));
        let mut record = Record {
            kind: self.kind.name.clone(),
            schema: Arc::clone(&self.kind.schema),
            values: facts.iter().map(value).collect(),
        };
        for (position, fact) in facts.iter().enumerate() {
            let value = match &fact.origin {
                _ if typed.contains_key(&fact.name) => continue,
                Origin::Clock(clock)
                    if fact.ordinary.is_none()
                        || [&clock.from, &clock.to].iter().all(|end| typed.contains_key(*end)) =>
                {
                    clock.run(&record, self.now)
                }
                Origin::Due(due) if fact.ordinary.is_none() => {
                    due.run(&record, |name| self.terms.number(name))
                }
                _ if fact.ordinary.is_some() => continue,
                Origin::Aggregate(declared) => declared.alone(self.kind.is_card()),
                Origin::Definition(by) if self.needed.contains(&fact.name) => self.define(by, &record),
                Origin::Definition(_)
                | Origin::Column(_)
                | Origin::Carried(_)
                | Origin::Clock(_)
                | Origin::Due(_) => continue,
            };
            if let Some(slot) = record.values.get_mut(position) {
                *slot = value;
            }
        }
        record
    }

    fn define(&self, by: &str, record: &Record) -> Value {
        let unknown = || Value::Undetermined(Arc::from([]));
        let mut value: Option<Value> = None;
        for path in self.paths_of(by, record) {
            let returned = match path.end {
                End::Returned(Returned::Value(returned)) => returned,
                End::Returned(Returned::Number(number)) => {
                    number.value.exact().map_or(Value::Between(number.value), Value::Number)
                }
                End::Done | End::Undetermined(_) => return unknown(),
            };
            match &value {
                Some(known) if *known != returned => return unknown(),
                _ => value = Some(returned),
            }
        }
        value.unwrap_or_else(unknown)
    }

    /// The paths that a row allows through a definition.
    pub(super) fn paths_of(&self, by: &str, record: &Record) -> Vec<Path> {
        let Some(definition) = self.rules.definition(&self.kind.name, by) else { return Vec::new() };
        if let Some(tree) = self.rules.tree(definition, &self.terms)
            && let Ok(reached) = tree.reached(record)
        {
            let of_row = |index: usize| tree.paths().get(index)?.of_row(record);
            if let Some(paths) = reached.into_iter().map(of_row).collect::<Option<Vec<_>>>() {
                return paths;
            }
        }
        let taken = self.rules.decide(definition, &Arc::new(record.clone()), &self.terms);
        let taken = taken.unwrap_or_default().into_iter();
        taken.map(|taken| Arc::unwrap_or_clone(taken.path)).collect()
    }

    /// The situation with these facts typed.
    pub(super) fn situation(&self, typed: &Typed) -> Situation {
        let written = |value: &Value| match value {
            Value::Missing => "missing".to_owned(),
            Value::Moment(moment) => crate::calendar::show_moment(*moment),
            value => FactType::plain(value),
        };
        Situation {
            kind: self.kind.name.clone(),
            on: self.on,
            facts: typed.iter().map(|(name, value)| (name.clone(), written(value))).collect(),
        }
    }

    /// The same facts with a clock and its end replaced by the two moments between which it runs: typed apart from
    /// each other they would tell two stories.
    pub(super) fn by_moments(&self, typed: &Typed) -> Option<Typed> {
        let mut changed = None;
        for fact in self.kind.schema.facts() {
            let Origin::Clock(clock) = &fact.origin else { continue };
            if !clock.is_plain() {
                continue;
            }
            let ends_typed = typed.contains_key(&clock.to) || typed.contains_key(&clock.from);
            let (Some(Value::Number(length)), true) = (typed.get(&fact.name), ends_typed) else { continue };
            if matches!(typed.get(&clock.to), Some(Value::Missing)) {
                continue;
            }
            let from = match typed.get(&clock.from) {
                Some(Value::Moment(from)) => *from,
                _ => self.at,
            };
            let facts: &mut Typed = changed.get_or_insert_with(|| typed.clone());
            facts.remove(&fact.name);
            facts.insert(clock.from.clone(), Value::Moment(from));
            facts.insert(clock.to.clone(), Value::Moment(after(from, *length)?));
        }
        changed
    }
}

/// So many hours after a moment.
pub(super) fn after(moment: NaiveDateTime, hours: Decimal) -> Option<NaiveDateTime> {
    let seconds = hours.checked_mul(Decimal::from(HOUR))?.round().to_i64()?;
    moment.checked_add_signed(TimeDelta::try_seconds(seconds)?)
}
