//! Which rows of the decision tables the scenarios of a pack reach, and situations that reach the others.

use crate::assess::JudgedRow;
use crate::calendar::Period;
use crate::clause::{Clause, Record, Rulebook};
use crate::construct::construct_path;
use crate::decision::{DecisionTable, Path, Tree};
use crate::language::{Language, Text};
use crate::policy::{Pack, Terms};
use crate::scenario::{Scene, Situation};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the scenarios of a pack reach.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Every clause, in judging order.
    pub clauses: Vec<ClauseCoverage>,
    /// Situations that reach rows no scenario reaches: each reaches at least one that none before it does.
    pub proposals: Vec<Proposal>,
}

/// What the scenarios reach of one clause.
#[derive(Clone, Debug)]
pub struct ClauseCoverage {
    /// The clause.
    pub clause: String,
    /// The rows of its table; none where it has no table.
    pub rows: usize,
    /// The rows that no scenario reaches, in the order of the table.
    pub missed: Vec<Missed>,
    /// Why it has no table, where it has none.
    pub interpreted: Option<Text>,
}

/// A row that no scenario reaches.
#[derive(Clone, Debug)]
pub struct Missed {
    /// Its number in the table, from 1.
    pub row: usize,
    /// The path of the row that was tried, with the numbers of the proposed situation.
    pub path: Path,
    /// The facts of the proposed situation; of an unknown row where none was found.
    pub record: Arc<Record>,
    /// The parameters in force on its day.
    pub terms: Arc<Terms>,
    /// The position of the proposal that reaches it; none where no situation was found that does.
    pub proposal: Option<usize>,
}

/// A situation ready to become a scenario.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What it shows.
    pub name: Text,
    /// The situation.
    pub situation: Situation,
    /// What the engine finds.
    pub found: BTreeMap<String, String>,
}

/// What one situation takes: the paths of the clauses of its kind, and its row.
struct Taken {
    paths: BTreeMap<String, Arc<Path>>,
    record: Arc<Record>,
    terms: Arc<Terms>,
}

/// The table of one clause on one day.
struct Table<'a> {
    clause: &'a Clause,
    day: NaiveDate,
    terms: Arc<Terms>,
    tree: Option<&'a Arc<Tree>>,
    /// The paths of each row.
    rows: Vec<Vec<usize>>,
}

impl ClauseCoverage {
    /// The rows that a scenario reaches.
    pub fn reached(&self) -> usize {
        self.rows.saturating_sub(self.missed.len())
    }
}

impl Coverage {
    /// Of some situations. Every clause is looked at as it is last in force; a situation of an earlier day reaches the
    /// row that asks the same and gets the same answers.
    pub fn of(pack: &Pack, rules: &Rulebook, scenes: &[Scene]) -> Self {
        let mut taken: Vec<Taken> =
            scenes.iter().flat_map(|scene| Taken::by_scene(pack, rules, scene)).collect();
        let given = taken.len();
        let mut clauses: Vec<&Clause> = rules.clauses().iter().collect();
        clauses.sort_by_key(|clause| clause.position);
        let mut coverage = Self { clauses: Vec::new(), proposals: Vec::new() };
        for clause in clauses {
            let table = Table::of(pack, rules, clause);
            let mut of_clause = ClauseCoverage {
                clause: clause.name.clone(),
                rows: table.rows.len(),
                missed: Vec::new(),
                interpreted: rules.interpreted(clause, &table.terms).cloned(),
            };
            for (row, paths) in table.rows.iter().enumerate() {
                let paths: Vec<&Arc<Path>> = paths.iter().filter_map(|path| table.path(*path)).collect();
                let by = taken.iter().position(|taken| taken.reaches(clause, &paths));
                if by.is_some_and(|by| by < given) {
                    continue;
                }
                let by = by.or_else(|| {
                    let (proposal, took) = propose(pack, rules, &table, &paths)?;
                    coverage.proposals.push(proposal);
                    taken.push(took);
                    taken.len().checked_sub(1)
                });
                let number = row.saturating_add(1);
                of_clause.missed.extend(missed(pack, &table, (number, &paths), (by, given), &taken));
            }
            coverage.clauses.push(of_clause);
        }
        coverage
    }

    /// Rows, and how many of them a scenario reaches.
    pub fn totals(&self) -> (usize, usize) {
        self.clauses.iter().fold((0, 0), |(rows, reached), clause| {
            (rows.saturating_add(clause.rows), reached.saturating_add(clause.reached()))
        })
    }
}

impl<'a> Table<'a> {
    fn of(pack: &Pack, rules: &'a Rulebook, clause: &'a Clause) -> Self {
        let day = last_in_force(pack, clause);
        let is_card = pack.policy.kind(&clause.kind).is_some_and(|(_, kind)| kind.is_card());
        let terms = pack.terms(if is_card { last_of_month(day) } else { day });
        let tree = rules.tree(clause, &terms);
        let rows = tree.map_or_else(Vec::new, |tree| DecisionTable::of(tree).rows);
        Self { clause, day, terms, tree, rows: rows.into_iter().map(|row| row.paths).collect() }
    }

    fn path(&self, position: usize) -> Option<&Arc<Path>> {
        self.tree?.paths().get(position)
    }
}

impl Taken {
    fn by(pack: &Pack, rules: &Rulebook, situation: &Situation) -> Option<Self> {
        let (assessment, kind) = situation.assess(pack, rules).ok()?;
        Self::by_row(rules, kind, assessment.rows.get(&kind)?.get(0)?)
    }

    /// What every row and card of a scene takes.
    fn by_scene(pack: &Pack, rules: &Rulebook, scene: &Scene) -> Vec<Self> {
        let Ok((assessment, _)) = scene.assess(pack, rules) else { return Vec::new() };
        let typed = |kind: &usize| {
            let kind = pack.policy.kinds.get(*kind);
            kind.is_some_and(|kind| scene.rows.iter().any(|row| row.kind == kind.name))
        };
        let rows_of = assessment.rows.iter().filter(|(kind, _)| typed(kind));
        rows_of
            .flat_map(|(kind, rows_of)| rows_of.iter().filter_map(|row| Self::by_row(rules, *kind, row)))
            .collect()
    }

    fn by_row(rules: &Rulebook, kind: usize, row: JudgedRow) -> Option<Self> {
        let mut paths = BTreeMap::new();
        let day = row.at.date();
        for clause in rules.clauses() {
            if clause.position != kind || !clause.days.contains(day) {
                continue;
            }
            let Some(tree) = rules.tree(clause, &row.terms) else { continue };
            let taken = rules.decide(clause, &row.record, &row.terms).ok()?;
            // where several are possible, none is shown
            if let [taken] = taken.as_slice()
                && let Some(path) = taken.position.and_then(|position| tree.paths().get(position))
            {
                paths.insert(clause.name.clone(), Arc::clone(path));
            }
        }
        Some(Self { paths, record: row.record, terms: row.terms })
    }

    /// Whether it takes one of some paths of a clause: asked the same, it answers the same.
    fn reaches(&self, clause: &Clause, paths: &[&Arc<Path>]) -> bool {
        let Some(own) = self.paths.get(&clause.name) else { return false };
        paths.iter().any(|path| Arc::ptr_eq(path, own) || path.steps == own.steps)
    }
}

/// A situation that takes one of some paths: of all that are found the one with the fewest facts.
fn propose(
    pack: &Pack,
    rules: &Rulebook,
    table: &Table<'_>,
    paths: &[&Arc<Path>],
) -> Option<(Proposal, Taken)> {
    let found = paths.iter().filter_map(|path| {
        construct_path(pack, rules, &table.clause.kind, table.day, path).filter(|situation| {
            Taken::by(pack, rules, situation).is_some_and(|taken| taken.reaches(table.clause, &[path]))
        })
    });
    let situation = found.min_by_key(|situation| situation.facts.len())?;
    let taken = Taken::by(pack, rules, &situation)?;
    let found = situation.outcome(pack, rules).ok()?;
    let name = name(pack, table.clause, &situation);
    Some((Proposal { name, situation, found }, taken))
}

/// A row that no scenario reaches, with the numbers of what was found for it.
fn missed(
    pack: &Pack,
    table: &Table<'_>,
    (row, paths): (usize, &[&Arc<Path>]),
    (by, given): (Option<usize>, usize),
    taken: &[Taken],
) -> Option<Missed> {
    let proposed = by.and_then(|by| taken.get(by));
    let proposal = by.and_then(|by| by.checked_sub(given));
    match proposed {
        Some(Taken { paths: own, record, terms }) => {
            let path = own.get(&table.clause.name)?;
            let path = path.of_row(record.as_ref()).unwrap_or_else(|| path.as_ref().clone());
            Some(Missed { row, path, record: Arc::clone(record), terms: Arc::clone(terms), proposal })
        }
        None => {
            let (_, kind) = pack.policy.kind(&table.clause.kind)?;
            let record = Arc::new(Record::blank(&kind.name, &kind.schema));
            let path = paths.first()?.as_ref().clone();
            Some(Missed { row, path, record, terms: Arc::clone(&table.terms), proposal })
        }
    }
}

/// The clause and what is out of the ordinary: `认责经济考核：严重程度 较重`.
fn name(pack: &Pack, clause: &Clause, situation: &Situation) -> Text {
    let Some((_, kind)) = pack.policy.kind(&situation.kind) else { return clause.title.clone() };
    let said = |language: Language| -> Vec<String> {
        let facts = kind.schema.facts().iter().filter_map(|fact| {
            let typed = situation.facts.get(&fact.name)?;
            let value = fact.kind.read(typed, pack.policy.offset).unwrap_or(crate::fact::Value::Missing);
            Some(format!("{} {}", fact.title.get(language), fact.kind.show(&value, language)))
        });
        facts.collect()
    };
    let (zh, en) = (said(Language::Zh), said(Language::En));
    if zh.is_empty() {
        return Text::new(
            format!("{}：一切如常", clause.title.zh),
            format!("{}: everything ordinary", clause.title.en),
        );
    }
    Text::new(
        format!("{}：{}", clause.title.zh, zh.join("，")),
        format!("{}: {}", clause.title.en, en.join(", ")),
    )
}

/// The latest day on which something begins to be in force, as far as the clause still is.
fn last_in_force(pack: &Pack, clause: &Clause) -> NaiveDate {
    let starts = pack.parameters.iter().flat_map(|parameter| &parameter.values).map(|dated| dated.from);
    let latest = starts.chain([pack.policy.from]).chain(clause.days.from).max().unwrap_or(pack.policy.from);
    clause.days.until.map_or(latest, |until| latest.min(until))
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    Period::parse(&day.format("%Y-%m").to_string()).map_or(day, |period| period.last)
}
