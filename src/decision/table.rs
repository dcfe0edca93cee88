//! All paths of a clause as a decision table: rows of conditions, merged where they lead to the same.
//!
//! The rows exclude each other, and of any row of facts that the tree decides exactly one holds.

use crate::decision::column::Columns;
use crate::decision::{Column, Effect, End, Path, Returned, Tree};
use crate::fact::{Facts, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A decision table.
#[derive(Clone, Debug)]
pub struct DecisionTable {
    /// What its rows set conditions on, in the order in which it is asked.
    pub columns: Vec<Column>,
    /// Its rows; rows that lead to the same stand together, and "otherwise" stands last.
    pub rows: Vec<DecisionRow>,
    /// The paths that no row can take, because their answers exclude each other.
    pub impossible: Vec<usize>,
}

/// A row of a decision table.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// For each column the positions of the cases in which the row holds; none where the column does not matter.
    pub conditions: Vec<Option<Vec<usize>>>,
    /// Whether it holds wherever no other row does; its conditions are then left out.
    pub otherwise: bool,
    /// What is done, in order.
    pub effects: Vec<Effect>,
    /// How it ends.
    pub end: End,
    /// The positions of the tree's paths merged into it.
    pub paths: Vec<usize>,
}

/// What a row leads to.
#[derive(PartialEq)]
struct Outcome {
    effects: Vec<Effect>,
    end: End,
}

/// A row on the way: a set of cases for each column, by its number among all sets.
struct Area {
    cells: Vec<usize>,
    outcome: usize,
    paths: Vec<usize>,
}

/// Every set of cases, each once: areas hold their numbers.
#[derive(Default)]
struct Sets {
    numbers: BTreeMap<Arc<BTreeSet<usize>>, usize>,
    all: Vec<Arc<BTreeSet<usize>>>,
}

impl Sets {
    fn number(&mut self, set: BTreeSet<usize>) -> usize {
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        let (set, number) = (Arc::new(set), self.all.len());
        self.numbers.insert(Arc::clone(&set), number);
        self.all.push(set);
        number
    }

    fn get(&self, number: usize) -> BTreeSet<usize> {
        self.all.get(number).map(|set| set.as_ref().clone()).unwrap_or_default()
    }

    fn union(&mut self, one: usize, other: usize) -> usize {
        let mut set = self.get(one);
        set.extend(self.get(other));
        self.number(set)
    }
}

impl DecisionTable {
    /// The table of a tree.
    pub fn of(tree: &Tree) -> Self {
        let mut columns = Columns::default();
        for step in tree.paths().iter().flat_map(|path| &path.steps) {
            columns.take(&step.question, &step.answer);
        }
        columns.arrange(tree.paths());
        let mut outcomes: Vec<Outcome> = Vec::new();
        let mut sets = Sets::default();
        let mut impossible = Vec::new();
        let cells: Vec<Option<Vec<Option<BTreeSet<usize>>>>> =
            tree.paths().iter().map(|path| cells(&mut columns, path)).collect();
        let whole: Vec<usize> =
            columns.all.iter().map(|column| sets.number(column.occurring.clone())).collect();
        let mut areas = Vec::new();
        for (position, (path, cells)) in tree.paths().iter().zip(cells).enumerate() {
            let Some(cells) = cells else {
                impossible.push(position);
                continue;
            };
            let numbers = cells.into_iter().zip(&whole);
            let cells = numbers.map(|(cell, whole)| cell.map_or(*whole, |cell| sets.number(cell))).collect();
            areas.push(Area { cells, outcome: outcome(&mut outcomes, path), paths: vec![position] });
        }
        merge(&mut areas, &mut sets, columns.all.len());
        let otherwise = otherwise(&areas, &outcomes);
        Self::with(columns.all, areas, &sets, &whole, (outcomes, otherwise), impossible)
    }

    fn with(
        columns: Vec<Column>,
        areas: Vec<Area>,
        sets: &Sets,
        whole: &[usize],
        (outcomes, otherwise): (Vec<Outcome>, Option<usize>),
        impossible: Vec<usize>,
    ) -> Self {
        let mut rows: Vec<(usize, DecisionRow)> = Vec::new();
        for area in areas {
            let Some(outcome) = outcomes.get(area.outcome) else { continue };
            let is_rest = otherwise == Some(area.outcome);
            if is_rest && let Some((_, rest)) = rows.iter_mut().find(|(_, row)| row.otherwise) {
                rest.paths.extend(area.paths);
                continue;
            }
            let cell = |(number, whole): (&usize, &usize)| {
                (number != whole && !is_rest).then(|| sets.get(*number).into_iter().collect())
            };
            let row = DecisionRow {
                conditions: area.cells.iter().zip(whole).map(cell).collect(),
                otherwise: is_rest,
                effects: outcome.effects.clone(),
                end: outcome.end.clone(),
                paths: area.paths,
            };
            rows.push((area.outcome, row));
        }
        rows.iter_mut().for_each(|(_, row)| row.paths.sort_unstable());
        // outcomes are numbered in the order of the paths that first lead to them
        rows.sort_by_key(|(outcome, row)| (row.otherwise, *outcome, row.paths.first().copied()));
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        let mut table = Self { columns, rows, impossible };
        table.drop_idle_columns();
        table
    }

    /// Leaves out the columns on which no row sets a condition.
    fn drop_idle_columns(&mut self) {
        let used: Vec<bool> = (0..self.columns.len())
            .map(|column| self.rows.iter().any(|row| row.conditions.get(column).is_some_and(Option::is_some)))
            .collect();
        let keep = |position: usize| used.get(position).copied().unwrap_or_default();
        let mut position = 0_usize;
        self.columns.retain(|_| {
            position = position.saturating_add(1);
            keep(position.saturating_sub(1))
        });
        for row in &mut self.rows {
            let conditions = std::mem::take(&mut row.conditions).into_iter().enumerate();
            row.conditions = conditions.filter(|(column, _)| keep(*column)).map(|(_, cell)| cell).collect();
        }
    }

    /// The position of the row whose conditions the facts meet; none where they do not say.
    pub fn row(&self, facts: &dyn Facts) -> Option<usize> {
        let allowed: Vec<BTreeSet<usize>> = self.columns.iter().map(|column| column.allowed(facts)).collect();
        if self.columns.iter().zip(&allowed).any(|(column, allowed)| column.occurring.is_disjoint(allowed)) {
            return None;
        }
        let mut all_excluded = true;
        for (position, row) in self.rows.iter().enumerate() {
            if row.otherwise {
                return all_excluded.then_some(position);
            }
            let cells = || {
                let cells = row.conditions.iter().zip(&allowed);
                cells.filter_map(|(cell, allowed)| Some((cell.as_ref()?, allowed)))
            };
            if cells().all(|(cell, allowed)| allowed.iter().all(|case| cell.contains(case))) {
                return Some(position);
            }
            all_excluded &= cells().any(|(cell, allowed)| !allowed.iter().any(|case| cell.contains(case)));
        }
        None
    }
}

/// The cases of a path for each column, none where it does not ask; nothing where its answers exclude each other.
/// What the answers allow is noted on the columns.
fn cells(columns: &mut Columns, path: &Path) -> Option<Vec<Option<BTreeSet<usize>>>> {
    let mut cells: Vec<Option<BTreeSet<usize>>> = columns.all.iter().map(|_| None).collect();
    for step in &path.steps {
        let (position, mirrored) = columns.find(&step.question)?;
        let column = columns.all.get(position)?;
        let cases = column.answered(&step.question, &step.answer, mirrored);
        let cell = cells.get_mut(position)?;
        *cell = Some(match cell.take() {
            Some(before) => before.intersection(&cases).copied().collect(),
            None => cases,
        });
    }
    if cells.iter().flatten().any(BTreeSet::is_empty) {
        return None;
    }
    for (column, cell) in columns.all.iter_mut().zip(&cells) {
        column.occurring.extend(cell.iter().flatten());
    }
    Some(cells)
}

/// The number of what a path leads to. Where in the clause it is written does not matter.
fn outcome(outcomes: &mut Vec<Outcome>, path: &Path) -> usize {
    let effects = path.effects.iter().map(|effect| Effect { line: 0, column: 0, ..effect.clone() });
    let outcome = Outcome { effects: effects.collect(), end: path.end.clone() };
    outcomes.iter().position(|known| *known == outcome).unwrap_or_else(|| {
        outcomes.push(outcome);
        outcomes.len().saturating_sub(1)
    })
}

/// Joins areas that lead to the same and differ in one column only, the last asked first, until none do.
fn merge(areas: &mut Vec<Area>, sets: &mut Sets, columns: usize) {
    loop {
        let before = areas.len();
        for column in (0..columns).rev() {
            let mut alike: BTreeMap<(usize, Vec<usize>), usize> = BTreeMap::new();
            let mut joined: Vec<Area> = Vec::new();
            for area in areas.drain(..) {
                let Some(own) = area.cells.get(column).copied() else { continue };
                let mut rest = area.cells.clone();
                if let Some(cell) = rest.get_mut(column) {
                    *cell = usize::MAX;
                }
                let known = alike.get(&(area.outcome, rest.clone())).copied();
                if let Some(same) = known.and_then(|known| joined.get_mut(known)) {
                    same.paths.extend(area.paths);
                    if let Some(cell) = same.cells.get_mut(column) {
                        *cell = sets.union(*cell, own);
                    }
                } else {
                    alike.insert((area.outcome, rest), joined.len());
                    joined.push(area);
                }
            }
            *areas = joined;
        }
        if areas.len() == before {
            return;
        }
    }
}

/// Which outcome reads best as "otherwise": that nothing is done, or a no; else the one with the most rows.
fn otherwise(areas: &[Area], outcomes: &[Outcome]) -> Option<usize> {
    if areas.len() < 2 {
        return None;
    }
    let plain = |outcome: &Outcome| match &outcome.end {
        End::Done => outcome.effects.is_empty(),
        End::Returned(Returned::Value(value)) => *value == Value::Bool(false),
        _ => false,
    };
    if let Some(position) = outcomes.iter().position(plain) {
        return Some(position);
    }
    let count = |wanted: usize| areas.iter().filter(|area| area.outcome == wanted).count();
    let decided =
        outcomes.iter().enumerate().filter(|(_, outcome)| !matches!(outcome.end, End::Undetermined(_)));
    let most = decided.map(|(position, _)| (count(position), position)).max()?;
    (most.0 > 1).then_some(most.1)
}
