//! Rows of any kinds typed by hand, and what they come to together.

use super::Situation;
use super::withheld::carried_of;
use crate::assess::{Assessment, Bearers, Inputs, Typed, TypedRoles};
use crate::calendar::Period;
use crate::clause::Rulebook;
use crate::diagnostic::Diagnostic;
use crate::document::{Entry, Section};
use crate::fact::{Covers, FactType, Origin, Value};
use crate::intake::{self, Earlier, EarlierCard, Intake, Row};
use crate::language::Text;
use crate::policy::{Kind, Pack, Rows};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows and cards typed by hand.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The day on which what has no day of its own happened.
    pub on: NaiveDate,
    /// The period; where none is given the pack's own that holds the day.
    pub period: Option<Period>,
    /// The rows and cards.
    pub rows: Vec<TypedRow>,
    /// What cards settled at in earlier periods.
    pub earlier: Arc<[Earlier]>,
    /// The pay of persons, none where it is not known; whoever is not named has nothing withheld.
    pub pay: BTreeMap<String, Option<Decimal>>,
}

/// One row or card typed by hand.
#[derive(Clone, Debug, Default)]
pub struct TypedRow {
    /// Its kind.
    pub kind: String,
    /// The subject of a card; the kind's name where none is typed.
    pub subject: Option<String>,
    /// The number of a row that stands among others and types none.
    pub number: Option<String>,
    /// Facts as typed; those not given are the pack's ordinary ones.
    pub facts: BTreeMap<String, String>,
    /// Whom its roles name; a role not given is a bearer of its own.
    pub roles: BTreeMap<String, Vec<String>>,
}

impl From<&Situation> for Scene {
    fn from(situation: &Situation) -> Self {
        let (kind, facts) = (situation.kind.clone(), situation.facts.clone());
        Self {
            on: situation.on,
            period: None,
            rows: vec![TypedRow { kind, facts, ..TypedRow::default() }],
            earlier: [].into(),
            pay: BTreeMap::new(),
        }
    }
}

impl Scene {
    /// The rows a scenario gives: under the name of each kind one, or a list of them.
    pub(super) fn rows_of(section: &Section<'_>, pack: &Pack) -> Vec<TypedRow> {
        let mut rows = Vec::new();
        for kind in &pack.policy.kinds {
            let Some(entry) = section.named(&kind.name) else { continue };
            if entry.is_table() {
                rows.extend(TypedRow::read(&entry, kind, None));
                continue;
            }
            for (place, row) in entry.list().unwrap_or_default().iter().enumerate() {
                let number = place.saturating_add(1).to_string();
                rows.extend(TypedRow::read(row, kind, Some(number)));
            }
        }
        rows
    }

    /// What a scenario says of earlier periods: `{ period = "2026-09", person = { A = { points = 97 } } }`; figures
    /// alone are those of the kind's only card.
    pub(super) fn earlier_of(section: &Section<'_>, pack: &Pack) -> Arc<[Earlier]> {
        let entries = section.list("earlier");
        let read = |entry: &Entry<'_>| {
            let section = entry.section()?;
            let period = super::read_period(&section.required("period")?)?;
            let mut cards = Vec::new();
            for kind in pack.policy.kinds.iter().filter(|kind| kind.is_card()) {
                let figures = section.named(&kind.name).and_then(|own| own.section());
                let figures = figures.map(|own| own.entries()).unwrap_or_default();
                let mut alone = BTreeMap::new();
                for figure in figures {
                    if figure.is_table() {
                        let own = figure.section().map(|own| own.entries()).unwrap_or_default();
                        let own = own.iter().filter_map(|own| Some((own.name().to_owned(), own.typed()?)));
                        cards.push(EarlierCard {
                            kind: kind.name.clone(),
                            subject: figure.name().to_owned(),
                            figures: own.collect(),
                        });
                    } else {
                        alone.extend(figure.typed().map(|typed| (figure.name().to_owned(), typed)));
                    }
                }
                if !alone.is_empty() {
                    let (name, subject) = (kind.name.clone(), kind.name.clone());
                    cards.push(EarlierCard { kind: name, subject, figures: alone });
                }
            }
            let carried_on = carried_of(&section, pack);
            section.finish();
            Some(Earlier { period, cards, raised: Vec::new(), carried_on })
        };
        entries.iter().filter_map(read).collect()
    }

    /// The kinds given, by their places in the judging order.
    pub(super) fn kinds(&self, pack: &Pack) -> BTreeSet<usize> {
        self.rows.iter().filter_map(|row| pack.policy.kind(&row.kind)).map(|(position, _)| position).collect()
    }

    /// The kind that is judged last of those given.
    fn main(&self, pack: &Pack) -> Option<usize> {
        self.kinds(pack).last().copied()
    }

    /// Assesses the rows; the second is the kind that is judged last of those given.
    ///
    /// # Errors
    /// Facts that a kind does not have or that cannot be read.
    pub fn assess(&self, pack: &Pack, rules: &Rulebook) -> Result<(Assessment, usize), Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let mut typed: BTreeMap<String, Typed> = BTreeMap::new();
        let mut tables: BTreeMap<String, intake::Rows> = BTreeMap::new();
        let mut roles = TypedRoles::new();
        let mut last = self.on;
        for row in &self.rows {
            let Some((_, kind)) = pack.policy.kind(&row.kind) else {
                let name = &row.kind;
                let message =
                    Text::new(format!("没有 `{name}` 这类对象"), format!("there is no kind `{name}`"));
                faults.push(Diagnostic::error("S002", message));
                continue;
            };
            match row.values(pack, kind, self.on) {
                Ok(values) => {
                    last = counted_of(kind, &values).map_or(last, |at| last.max(at.date()));
                    let id = row.put(kind, values, self.on, (&mut typed, &mut tables));
                    roles.insert((kind.name.clone(), id), row.roles.clone());
                }
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        // what the pack says of a table holds of rows typed by hand too
        for kind in &pack.policy.kinds {
            let Some(table) = kind.table() else { continue };
            if let Some(from) = pack.policy.tables.get(table).and_then(|shape| shape.covers) {
                let rows = tables.entry(kind.name.clone()).or_insert_with(|| intake::Rows::new(kind));
                rows.cover(Covers { files: table.to_owned(), from });
            }
        }
        for kind in pack.policy.kinds.iter().filter(|kind| kind.is_card()) {
            let ordinary = TypedRow::default().values(pack, kind, self.on)?;
            typed.entry(kind.name.clone()).or_default().ordinary = ordinary;
        }
        let on = if self.rows.len() == 1 { last } else { self.on };
        let period = self.period.unwrap_or_else(|| pack.policy.grid().containing(on));
        let assessment = Assessment::run(Inputs {
            pack,
            rules,
            bearers: Bearers::Typed(&roles),
            period,
            as_of: period.last,
            rows: tables.into_iter().map(|(kind, rows)| (kind, intake(rows))).collect(),
            typed,
            pay: self.pay.clone(),
            earlier: Arc::clone(&self.earlier),
        })?;
        Ok((assessment, self.main(pack).unwrap_or_default()))
    }
}

/// Rows typed by hand in the order in which rows of a file are judged.
fn intake(rows: intake::Rows) -> Intake {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| (rows.at().get(*a), rows.id(*a)).cmp(&(rows.at().get(*b), rows.id(*b))));
    Intake { read: rows.len(), rows: rows.select(&order), ..Intake::default() }
}

impl TypedRow {
    /// Reads a row: its facts, whom its roles name, and for a card its subject.
    fn read(entry: &Entry<'_>, kind: &Kind, number: Option<String>) -> Option<Self> {
        let section = entry.section()?;
        let mut row = Self { kind: kind.name.clone(), number, ..Self::default() };
        let of_card: &[&str] = if kind.is_card() { &["subject"] } else { &[] };
        row.subject = of_card.iter().find_map(|key| section.text(key));
        for fact in section.entries_beside(of_card) {
            let name = fact.name();
            if kind.schema.get(name).is_none() && kind.role(name).is_some() {
                let named = if fact.is_text() { fact.text().into_iter().collect() } else { texts(&fact) };
                row.roles.insert(name.to_owned(), named);
            } else {
                row.facts.insert(name.to_owned(), fact.typed()?);
            }
        }
        Some(row)
    }

    /// Puts the row among the others of its kind; its identifier.
    fn put(
        &self,
        kind: &Kind,
        values: Vec<Value>,
        on: NaiveDate,
        (typed, tables): (&mut BTreeMap<String, Typed>, &mut BTreeMap<String, intake::Rows>),
    ) -> String {
        let own = typed.entry(kind.name.clone()).or_default();
        let id = if kind.is_card() {
            let subject = self.subject.clone().unwrap_or_else(|| kind.name.clone());
            own.cards.insert(subject.clone(), values);
            subject
        } else {
            let at = at_of(kind, &values).unwrap_or_else(|| on.and_hms_opt(9, 0, 0).unwrap_or_default());
            let rows = tables.entry(kind.name.clone()).or_insert_with(|| intake::Rows::new(kind));
            let row = rows.len().saturating_add(1);
            let (id, file) = (row.to_string(), String::new());
            rows.push(Row { id, at, file, row, cell: String::new(), values, roles: BTreeMap::new() });
            rows.id(rows.len().saturating_sub(1)).into_owned()
        };
        own.given.insert(id.clone(), self.given(kind));
        id
    }

    /// The facts that stand as typed: also the ordinary value of one that is otherwise worked out, unless what it is
    /// worked out from is typed.
    fn given(&self, kind: &Kind) -> BTreeSet<String> {
        let given_clock = |fact: &crate::fact::Fact| match &fact.origin {
            Origin::Clock(clock) => [&clock.from, &clock.to].iter().all(|end| self.facts.contains_key(*end)),
            _ => false,
        };
        let held = kind.schema.facts().iter().filter(|fact| fact.ordinary.is_some() && !given_clock(fact));
        held.map(|fact| fact.name.clone()).chain(self.facts.keys().cloned()).collect()
    }

    fn values(&self, pack: &Pack, kind: &Kind, on: NaiveDate) -> Result<Vec<Value>, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        for name in self.facts.keys().filter(|name| kind.schema.get(name).is_none()) {
            let message = Text::new(
                format!("「{}」没有事实 `{name}`", kind.title.zh),
                format!("'{}' has no fact `{name}`", kind.title.en),
            );
            faults.push(Diagnostic::error("S003", message).suggest(name, kind.schema.names()));
        }
        let mut values = Vec::new();
        for fact in kind.schema.facts() {
            let value = match self.facts.get(&fact.name).map(|typed| typed.trim()) {
                None => fact.ordinary.clone().or(fact.blank.clone()).unwrap_or(Value::Missing),
                Some("") => fact.blank.clone().unwrap_or(Value::Missing),
                Some("missing") => Value::Missing,
                Some(typed) => match fact.kind.read(typed, pack.policy.offset) {
                    Ok(value) => value,
                    Err((expected, help)) => {
                        let message = Text::new(
                            format!("{}「{typed}」无法识别，应为{}", fact.title.zh, expected.zh),
                            format!("{}: `{typed}` is not understood; expected {}", fact.name, expected.en),
                        );
                        let fault = Diagnostic::error("S004", message);
                        faults.push(help.map_or(fault.clone(), |help| fault.help(help)));
                        Value::Missing
                    }
                },
            };
            values.push(value);
        }
        // the row's own date, where it is a fact that was not typed
        if let Rows::Table { id, at, .. } = &kind.rows {
            let mut set = |name: &str, value: Value| {
                if !self.facts.contains_key(name)
                    && let Some(slot) =
                        kind.schema.position(name).and_then(|position| values.get_mut(position))
                {
                    *slot = value;
                }
            };
            set(at, Value::Moment(on.and_hms_opt(9, 0, 0).unwrap_or_default()));
            // a row of many needs a number of its own
            if let Some(number) = &self.number
                && kind.schema.get(id).is_some_and(|fact| fact.kind == FactType::Text)
            {
                set(id, Value::Text(Arc::from(number.as_str())));
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }
}

/// The moment by which a row falls into a period, where its facts have one.
fn counted_of(kind: &Kind, values: &[Value]) -> Option<NaiveDateTime> {
    let counted = match &kind.rows {
        Rows::Table { counted_at: Some(counted), .. } => values.get(kind.schema.position(counted)?),
        _ => None,
    };
    match counted {
        Some(Value::Moment(moment)) => Some(*moment),
        _ => at_of(kind, values),
    }
}

/// The date of a row, where its facts have one.
fn at_of(kind: &Kind, values: &[Value]) -> Option<NaiveDateTime> {
    let Rows::Table { at, .. } = &kind.rows else { return None };
    match values.get(kind.schema.position(at)?)? {
        Value::Moment(moment) => Some(*moment),
        _ => None,
    }
}

fn texts(entry: &Entry<'_>) -> Vec<String> {
    entry.list().unwrap_or_default().iter().filter_map(Entry::text).collect()
}
