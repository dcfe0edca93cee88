//! What happens to a table before facts are read: which of its rows are a kind's own, how wide sheets and lists in cells
//! become plain rows, and how far back its files are complete.

use super::pack::Report;
use super::{Holder, Kind, Policy, Rows};
use crate::diagnostic::Place;
use crate::document::{Entry, Section};
use crate::fact::{FactType, Origin};
use crate::language::Text;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a table belong to a kind where the cell under this heading says one of these words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The heading.
    pub heading: String,
    /// What the cell may say, as it is written there.
    pub words: Vec<String>,
    /// Where the pack says so.
    pub place: Place,
}

/// What a pack says of a table as a whole.
#[derive(Clone, Debug, Default)]
pub struct TableShape {
    /// Columns that become rows.
    pub wide: Option<Wide>,
    /// A cell with a list that becomes rows.
    pub listed: Option<Listed>,
    /// Since when its files are complete; a book that says otherwise of its own file is right.
    pub covers: Option<NaiveDate>,
}

/// A wide sheet: several columns that hold the same thing of several days or subjects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wide {
    /// The headings of those columns, in the order in which their rows are numbered.
    pub columns: Vec<String>,
    /// The heading under which a row finds which column it comes from.
    pub name: String,
    /// The heading under which a row finds the cell.
    pub value: String,
    /// What stands under `name` instead of the heading itself.
    pub words: BTreeMap<String, String>,
    /// Whether a blank cell makes a row too.
    pub keeps_blank: bool,
}

/// A column whose cells list several things, each a row of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The heading of the column.
    pub column: String,
    /// What stands between two of them.
    pub separator: String,
}

impl Pick {
    /// Reads `pick = { "渠道" = ["12345", "客服"] }`.
    pub(super) fn read(rows: &Section<'_>) -> Vec<Self> {
        let Some(section) = rows.section("pick") else { return Vec::new() };
        let read = |entry: &Entry<'_>| {
            let words: Vec<String> = entry.list()?.iter().filter_map(Entry::typed).collect();
            if words.is_empty() {
                entry.fault(
                    "P120",
                    Text::new(
                        format!("`pick` 的「{}」未列出任何取值", entry.name()),
                        format!("`pick` lists no word for `{}`: no row would be picked", entry.name()),
                    ),
                );
            }
            let words = words.iter().map(|word| word.trim().to_owned()).collect();
            Some(Self { heading: entry.name().to_owned(), words, place: entry.place() })
        };
        section.entries().iter().filter_map(read).collect()
    }
}

impl TableShape {
    /// Reads `[tables]`: what is said of each table that a kind reads.
    pub(super) fn read_all(document: &Section<'_>, read: &BTreeSet<&str>) -> BTreeMap<String, Self> {
        let entries = document.section("tables").map(|section| section.entries()).unwrap_or_default();
        let mut shapes = BTreeMap::new();
        for entry in entries {
            if !read.contains(entry.name()) {
                entry.unknown(Text::new("表", "table"), entry.name(), read.iter().copied());
            }
            if let Some(section) = entry.section() {
                shapes.insert(entry.name().to_owned(), Self::read(&section));
            }
        }
        shapes
    }

    fn read(section: &Section<'_>) -> Self {
        let covers = section.section("covers").and_then(|covers| {
            let from = covers.required("from").and_then(|entry| entry.day());
            covers.finish();
            from
        });
        let wide = section.section("columns_to_rows").and_then(|wide| Wide::read(&wide));
        let listed = section.section("cell_to_rows").and_then(|listed| Listed::read(&listed));
        section.finish();
        Self { wide, listed, covers }
    }

    /// Whether the rows of its files are other than the rows that facts are read from.
    pub fn is_reshaped(&self) -> bool {
        self.wide.is_some() || self.listed.is_some()
    }
}

impl Wide {
    fn read(section: &Section<'_>) -> Option<Self> {
        let columns = section.texts("columns");
        let different: BTreeSet<&String> = columns.iter().collect();
        if columns.is_empty() || different.len() != columns.len() {
            section.fault(
                "P121",
                Text::new(
                    "`columns` 须列出要转为行的列，各列一次",
                    "`columns` must list the columns that become rows, each once",
                ),
            );
        }
        let mut words = BTreeMap::new();
        for entry in section.section("words").map(|words| words.entries()).unwrap_or_default() {
            if !different.contains(&entry.name().to_owned()) {
                entry.unknown(Text::new("列", "column"), entry.name(), columns.iter().map(String::as_str));
            }
            words.extend(entry.typed().map(|word| (entry.name().to_owned(), word)));
        }
        let keeps_blank = super::role::word(section, "blank", &[("keep", true), ("drop", false)]);
        let (name, value) = (section.required_text("name"), section.required_text("value"));
        section.finish();
        Some(Self {
            columns,
            name: name?,
            value: value?,
            words,
            keeps_blank: keeps_blank.unwrap_or_default(),
        })
    }
}

impl Listed {
    fn read(section: &Section<'_>) -> Option<Self> {
        let (column, separator) = (section.required_text("column"), section.required_text("separator"));
        if separator.as_ref().is_some_and(String::is_empty) {
            section.fault("P122", Text::new("`separator` 不能为空", "`separator` must not be empty"));
        }
        section.finish();
        Some(Self { column: column?, separator: separator? })
    }
}

/// Reports a fact of a card that nobody could have made otherwise, and is marked as if: what stands in the file of members.
pub(super) fn check_card(kind: &Kind, report: &Report<'_>) {
    let facts = kind.schema.facts().iter().filter(|fact| kind.is_card() && fact.changeable);
    for fact in facts.filter(|fact| matches!(fact.origin, Origin::Column(_))) {
        let (kind, name) = (&kind.name, &fact.name);
        report(
            &format!("{kind}.facts.{name}"),
            "读自人员表，不是工作的结果，不能标 `changeable`".to_owned(),
            "it stands in the file of members and follows from no work; it cannot be `changeable`".to_owned(),
            name,
            Vec::new(),
        );
    }
}

/// The headings under which a kind looks for its facts and roles, each with the name of what is looked for.
fn headings(kind: &Kind) -> impl Iterator<Item = (&str, &[String])> {
    let facts = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
        Origin::Column(headings) => Some((fact.name.as_str(), headings.as_slice())),
        _ => None,
    });
    let roles = kind.roles.iter().filter_map(|role| match &role.holder {
        Holder::Column { headings, .. } => Some((role.name.as_str(), headings.as_slice())),
        _ => None,
    });
    facts.chain(roles)
}

/// Reports what a kind reads of a reshaped table that is no longer there, and what was made for nobody.
pub(super) fn check(policy: &Policy, kind: &Kind, report: &Report<'_>) {
    let Rows::Table { table, id, .. } = &kind.rows else { return };
    let Some(shape) = policy.tables.get(table).filter(|shape| shape.is_reshaped()) else { return };
    if kind.schema.get(id).is_some_and(|fact| fact.kind != FactType::Text) {
        report(
            &kind.name,
            format!("id：表 `{table}` 的一行成为多行，编号会加后缀（如 T1/2），`{id}` 须为 text"),
            format!(
                "id: a row of the table `{table}` becomes several, with identifiers such as T1/2: `{id}` must be text"
            ),
            id,
            Vec::new(),
        );
    }
    let Some(wide) = &shape.wide else { return };
    for (name, own) in headings(kind) {
        if let Some(gone) = own.iter().find(|heading| wide.columns.contains(heading)) {
            let value = &wide.value;
            report(
                &kind.name,
                format!("{name}：「{gone}」一列已转为行，其内容在「{value}」"),
                format!("{name}: the column `{gone}` becomes rows; its cells stand under `{value}`"),
                gone,
                Vec::new(),
            );
        }
    }
    let mut read = policy.kinds_of_table(table).flat_map(headings).flat_map(|(_, own)| own);
    if !read.any(|heading| heading.eq_ignore_ascii_case(&wide.value)) {
        let value = &wide.value;
        report(
            &format!("tables.{table}.columns_to_rows"),
            format!("没有事实或角色读取「{value}」"),
            format!("no fact or role reads `{value}`"),
            value,
            policy
                .kinds_of_table(table)
                .flat_map(headings)
                .flat_map(|(_, own)| own)
                .map(String::as_str)
                .collect(),
        );
    }
}
