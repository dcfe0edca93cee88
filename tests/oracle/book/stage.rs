//! Where the plain evaluator judges a period: every row of every kind, kind by kind in judging order.

use super::days::{Staff, Stretch, UNITS};
use super::model::{Holder, Kind, Model, Rows, Type};
use super::value::{Fill, Grade, Known};
use super::weigh::Weigh;
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A row or card.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) at: NaiveDateTime,
    pub(super) facts: Vec<Known>,
    /// The subjects that each role leads to.
    pub(super) holders: Vec<Vec<String>>,
    /// What a card settled at.
    pub(super) settled: BTreeMap<String, Known>,
    /// From before the period.
    pub(super) before: bool,
    /// The office of whoever a raised row is against.
    pub(super) level: usize,
    pub(super) root: String,
    /// For whom it was raised, and under which clause.
    pub(super) raised_for: Option<(&'static str, String)>,
    pub(super) clause: String,
    pub(super) source: Option<(usize, usize)>,
    /// The day by which a raised row falls into a period: that of the row it comes from.
    pub(super) counted: Option<NaiveDate>,
}

/// A finding: clause, row, role, subject, account, whether it takes.
pub(super) type Place = (String, String, &'static str, String, usize, bool);

/// What is known before a period is judged.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Earlier cards and raised rows, by kind.
    pub(super) rows: Vec<Vec<Row>>,
    pub(super) murky: Vec<Grade>,
    /// Of which periods of which kinds there is an assessment.
    pub(super) known: BTreeSet<(usize, Stretch)>,
}

pub(super) struct Stage<'s> {
    pub(super) model: &'s Model,
    pub(super) staff: &'s Staff,
    pub(super) fill: Fill,
    pub(super) period: Stretch,
    pub(super) rows: Vec<Vec<Row>>,
    /// Whether rows of a kind may be there or not.
    pub(super) murky: Vec<Grade>,
    pub(super) known: BTreeSet<(usize, Stretch)>,
    pub(super) findings: BTreeMap<Place, (Decimal, Grade)>,
    /// Accounts, or vetoes, on which something is open, by card.
    pub(super) open: BTreeMap<(&'static str, String, Option<usize>), Grade>,
    pub(super) vetoes: BTreeMap<(&'static str, String), Grade>,
    /// Cards with an account on which a clause certainly failed.
    pub(super) failing: BTreeSet<(&'static str, String, usize)>,
    pub(super) counts: BTreeMap<Vec<String>, Decimal>,
    pub(super) names: BTreeSet<String>,
}

impl<'s> Stage<'s> {
    /// Judges a period: the rows of the tables, and what earlier ones left.
    pub(super) fn judge(
        (model, staff, fill): (&'s Model, &'s Staff, Fill),
        period: Stretch,
        tables: BTreeMap<usize, Vec<Row>>,
        history: &History,
    ) -> Self {
        let kinds = model.kinds.len();
        let (mut rows, mut murky) = (history.rows.clone(), history.murky.clone());
        rows.resize(kinds, Vec::new());
        murky.resize(kinds, Grade::Exact);
        let mut stage = Self {
            model,
            staff,
            fill,
            period,
            rows,
            murky,
            known: history.known.clone(),
            findings: BTreeMap::new(),
            open: BTreeMap::new(),
            vetoes: BTreeMap::new(),
            failing: BTreeSet::new(),
            counts: BTreeMap::new(),
            names: BTreeSet::new(),
        };
        for (kind, mut own) in tables {
            own.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
            own.iter_mut().for_each(|row| stage.lead(kind, row));
            stage.rows[kind] = own;
            let all: Vec<usize> = (0..stage.rows[kind].len()).collect();
            stage.derive(kind, &all);
            for row in all {
                let on = stage.counted_on(kind, &stage.rows[kind][row]);
                let inside = on.is_some_and(|on| period.first <= on && on <= period.last);
                stage.rows[kind][row].before = !inside;
            }
        }
        let mut waiting: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
        for kind in 0..kinds {
            match model.kinds[kind].rows {
                Rows::Table(_) => {
                    let own = stage.now(kind);
                    stage.hear(kind, &own, None, &mut waiting);
                }
                Rows::Raised => stage.hear_raised(kind, &mut waiting),
                Rows::Members(_) | Rows::Posts(_) => stage.hear_cards(kind, &mut waiting),
            }
        }
        stage
    }

    /// What the next period looks back on.
    pub(super) fn history(&self) -> History {
        let mut history = History { murky: self.murky.clone(), known: self.known.clone(), rows: Vec::new() };
        for (place, kind) in self.model.kinds.iter().enumerate() {
            let table = matches!(kind.rows, Rows::Table(_));
            let mut own = if table { Vec::new() } else { self.rows[place].clone() };
            own.iter_mut().for_each(|row| (row.before, row.level) = (true, 0));
            history.rows.push(own);
            if kind.is_card() && self.is_due(kind) {
                history.known.insert((place, super::days::around(self.period.last, kind.months)));
            }
        }
        history
    }

    /// The rows of the period, by their places.
    pub(super) fn now(&self, kind: usize) -> Vec<usize> {
        (0..self.rows[kind].len()).filter(|row| !self.rows[kind][*row].before).collect()
    }

    pub(super) fn named(&self, kind: usize, row: &Row) -> String {
        format!("{} {} {}", self.model.kinds[kind].name, row.id, row.at)
    }

    pub(super) fn value(&self, kind: usize, row: &Row, name: &str) -> Known {
        let settled = row.settled.get(name).cloned();
        settled.unwrap_or_else(|| row.facts[self.model.kinds[kind].fact(name).unwrap()].clone())
    }

    pub(super) fn type_of(&self, kind: usize, name: &str) -> Type {
        let kind = &self.model.kinds[kind];
        kind.fact(name).map_or(Type::Number(None, None, None), |fact| kind.facts[fact].of.clone())
    }

    pub(super) fn stages(&self) -> Type {
        Type::Words(super::draw::STAGES)
    }

    pub(super) fn weigh<'w>(&'w self, kind: usize, row: &'w Row, name: &'w str) -> Weigh<'w> {
        Weigh {
            model: self.model,
            kind: &self.model.kinds[kind],
            facts: &row.facts,
            row: name,
            day: row.at.date(),
            fill: self.fill,
            previous: None,
            control: Grade::Exact,
            weakest: Grade::Exact,
        }
    }

    /// Finds out whom the roles of a row lead to; those of columns are known.
    fn lead(&self, kind: usize, row: &mut Row) {
        let day = row.at.date();
        let roles = &self.model.kinds[kind].roles;
        for (place, role) in roles.iter().enumerate() {
            row.holders[place] = match role.holder {
                Holder::Column => continue,
                Holder::Itself => vec![row.id.clone()],
                Holder::Raised => {
                    let own = row.raised_for.iter().filter(|(kind, _)| *kind == role.is);
                    own.map(|(_, subject)| subject.clone()).collect()
                }
                Holder::Of(of) => {
                    let below = row.holders[roles.iter().position(|role| role.name == of).unwrap()].clone();
                    let above = |subject: &String| match role.is {
                        "unit" if UNITS.contains(&subject.as_str()) => Some(subject.clone()),
                        "unit" => self.staff.unit_of(subject, day).map(str::to_owned),
                        _ => self.staff.head_of(subject, day).map(str::to_owned),
                    };
                    below.iter().filter_map(above).collect::<BTreeSet<String>>().into_iter().collect()
                }
            };
        }
    }

    fn is_due(&self, kind: &Kind) -> bool {
        super::days::around(self.period.last, kind.months).last == self.period.last
    }

    /// Everybody in force has a card, and whoever rows lead to.
    fn hear_cards(&mut self, kind: usize, waiting: &mut BTreeMap<usize, Vec<Row>>) {
        let own = &self.model.kinds[kind];
        if !self.is_due(own) {
            return;
        }
        let period = super::days::around(self.period.last, own.months);
        let mut subjects: BTreeSet<String> = BTreeSet::new();
        let (people, heads) = (&self.staff.people, &self.staff.heads);
        match own.rows {
            Rows::Members("unit") => subjects.extend(UNITS.map(str::to_owned)),
            Rows::Posts(_) => {
                let held = heads.iter().filter(|spell| spell.touches(period));
                subjects.extend(held.map(|spell| spell.who.to_owned()));
            }
            _ => {
                let there = people.iter().filter(|spell| spell.touches(period));
                subjects.extend(there.map(|spell| spell.who.to_owned()));
            }
        }
        for (place, from) in self.model.kinds.iter().enumerate() {
            if from.rows == Rows::Raised || place > kind {
                continue;
            }
            let alike = |is: &str| self.model.kind(is).rows == own.rows;
            for row in self.rows[place].iter().filter(|row| !row.before) {
                let roles = from.roles.iter().enumerate().filter(|(_, role)| alike(role.is));
                subjects.extend(roles.flat_map(|(role, _)| row.holders[role].clone()));
            }
        }
        let at = self.period.last.and_hms_opt(0, 0, 0).unwrap();
        let first = self.rows[kind].len();
        for id in subjects {
            let mut row = Row::new(id, at, own);
            self.lead(kind, &mut row);
            self.rows[kind].push(row);
        }
        let cards: Vec<usize> = (first..self.rows[kind].len()).collect();
        self.derive(kind, &cards);
        self.hear(kind, &cards, None, waiting);
        for card in cards {
            let settled = self.settle(kind, &self.rows[kind][card].id);
            self.rows[kind][card].settled = settled;
        }
    }

    fn hear_raised(&mut self, kind: usize, waiting: &mut BTreeMap<usize, Vec<Row>>) {
        while let Some(all) = waiting.remove(&kind) {
            let lowest = all.iter().map(|row| row.level).min().unwrap();
            let (mut now, later): (Vec<Row>, Vec<Row>) = all.into_iter().partition(|row| row.level == lowest);
            if !later.is_empty() {
                waiting.insert(kind, later);
            }
            now.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
            let first = self.rows[kind].len();
            for mut row in now {
                self.lead(kind, &mut row);
                self.rows[kind].push(row);
            }
            let own: Vec<usize> = (first..self.rows[kind].len()).collect();
            self.derive(kind, &own);
            self.hear(kind, &own, Some(lowest), waiting);
        }
        if self.murky[kind] != Grade::Exact {
            self.blur(kind);
        }
    }

    /// Every clause of a kind over some rows.
    fn hear(
        &mut self,
        kind: usize,
        rows: &[usize],
        level: Option<usize>,
        waiting: &mut BTreeMap<usize, Vec<Row>>,
    ) {
        let model = self.model;
        let clauses = model.clauses(model.kinds[kind].name);
        let mut raised: Vec<(usize, Row)> = Vec::new();
        for row in rows {
            for (clause, body) in &clauses {
                let own = &self.rows[kind][*row];
                let name = self.named(kind, own);
                let done = self.weigh(kind, own, &name).clause(body);
                self.note((kind, *row), clause, &done);
                self.raise((kind, *row), clause, &done, &mut raised);
            }
        }
        for (_, row) in &mut raised {
            let plain = row.id.clone();
            let mut nth = 2;
            while !self.names.insert(row.id.clone()) {
                row.id = format!("{plain}/{nth}");
                nth += 1;
            }
        }
        for (to, row) in raised {
            let follows = level.is_none_or(|level| to != kind || row.level > level);
            if follows && self.is_within_cap((kind, &row), &clauses) {
                waiting.entry(to).or_default().push(row);
            }
        }
    }

    /// The kind of card that a role of a clause leads to.
    pub(super) fn is_of(&self, clause: &str, role: &str) -> &'static str {
        let kind = self.model.kind(self.model.function(clause).kind);
        kind.roles[kind.role(role).unwrap()].is
    }
}

impl Row {
    pub(super) fn new(id: String, at: NaiveDateTime, kind: &Kind) -> Self {
        Self {
            id,
            at,
            facts: vec![Known::exact(None); kind.facts.len()],
            holders: vec![Vec::new(); kind.roles.len()],
            settled: BTreeMap::new(),
            before: false,
            level: 0,
            root: String::new(),
            raised_for: None,
            clause: String::new(),
            source: None,
            counted: None,
        }
    }
}
