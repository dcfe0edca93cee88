//! What is looked for in a file of a table: the headings, and what stands under them.

use crate::calendar::Written;
use crate::fact::{Fact, FactType, Origin};
use crate::policy::{Holder, Kind, Policy, Rows};

/// What is looked for in one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Sought {
    pub(super) columns: Vec<Column>,
    /// The headings of what identifies a row.
    pub(super) key: Vec<String>,
    /// The headings of the moment of a row.
    pub(super) moment: Vec<String>,
    /// The sheet of a workbook, where the book names one.
    pub(super) sheet: Option<String>,
    /// The key of the book that would name it.
    pub(super) sheet_key: &'static str,
}

/// A column that is looked for.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Any of these.
    pub(super) headings: Vec<String>,
    pub(super) reading: Reading,
    /// Whether a sheet without it is not the one.
    pub(super) needed: bool,
}

/// How a cell of a workbook that is a number is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As it stands.
    Plain,
    /// As an identifier, of which every digit counts.
    Text,
    /// As a moment, and how text of it is written where that is not an ISO date.
    Moment(Option<Written>),
}

impl Column {
    /// A column of plain cells.
    pub(super) fn plain(headings: &[&str], needed: bool) -> Self {
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Self { headings, reading: Reading::Plain, needed }
    }

    /// The same, read in another way.
    pub(super) fn read_as(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// Whether a heading is this column's.
    pub(super) fn is(&self, heading: &str) -> bool {
        self.headings.iter().any(|known| known.eq_ignore_ascii_case(heading))
    }
}

impl Reading {
    /// How cells of a fact are read.
    pub(super) fn of(fact: &Fact) -> Self {
        match &fact.kind {
            FactType::Moment => Self::Moment(fact.format.clone()),
            FactType::Text => Self::Text,
            _ => Self::Plain,
        }
    }
}

impl Sought {
    /// What a kind looks for in its table, and what else the table has because other kinds look for it.
    pub(super) fn of_kind(kind: &Kind, policy: &Policy, sheet: Option<&str>) -> Self {
        let mut sought = Self { sheet: sheet.map(str::to_owned), sheet_key: "sheet", ..Self::default() };
        let Some(table) = kind.table() else { return sought };
        sought.add(kind, policy);
        for other in policy.kinds_of_table(table).filter(|other| other.name != kind.name) {
            sought.add(other, policy);
        }
        if let Some(listed) = policy.tables.get(table).and_then(|shape| shape.listed.as_ref()) {
            sought.push(Column::plain(&[&listed.column], true));
        }
        if let Rows::Table { id, at, .. } = &kind.rows {
            let headings = |fact: &str| match kind.schema.get(fact).map(|fact| &fact.origin) {
                Some(Origin::Column(headings)) => headings.clone(),
                _ => Vec::new(),
            };
            (sought.key, sought.moment) = (headings(id), headings(at));
        }
        sought
    }

    fn add(&mut self, kind: &Kind, policy: &Policy) {
        let wide = kind.table().and_then(|table| policy.tables.get(table)?.wide.as_ref());
        let facts = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
            Origin::Column(headings) => Some((headings, Reading::of(fact))),
            _ => None,
        });
        let roles = kind.roles.iter().filter_map(|role| match &role.holder {
            Holder::Column { headings, .. } => Some((headings, Reading::Text)),
            _ => None,
        });
        for (headings, reading) in facts.chain(roles) {
            let is = |name: &String| headings.iter().any(|heading| heading.eq_ignore_ascii_case(name));
            match wide {
                // a fact of the columns that become rows stands in each of them
                Some(wide) if is(&wide.value) => {
                    for column in &wide.columns {
                        self.push(Column::plain(&[column], true).read_as(reading.clone()));
                    }
                }
                Some(wide) if is(&wide.name) => {}
                _ => self.push(Column { headings: headings.clone(), reading, needed: true }),
            }
        }
        for pick in kind.picks() {
            self.push(Column::plain(&[&pick.heading], true));
        }
    }

    /// Adds a column; of two with one heading the first says how it is read.
    fn push(&mut self, column: Column) {
        let is_known = self.columns.iter().any(|known| column.headings.iter().all(|own| known.is(own)));
        if !is_known {
            self.columns.push(column);
        }
    }

    /// The column that a heading is of.
    pub(super) fn column(&self, heading: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.is(heading))
    }

    /// How many of the columns these headings have.
    pub(super) fn found_in(&self, headings: &[String]) -> usize {
        self.columns.iter().filter(|column| headings.iter().any(|heading| column.is(heading))).count()
    }

    /// Whether these headings have every column that must be there.
    pub(super) fn is_all_in(&self, headings: &[String]) -> bool {
        let mut needed = self.columns.iter().filter(|column| column.needed);
        needed.all(|column| headings.iter().any(|heading| column.is(heading)))
    }
}
