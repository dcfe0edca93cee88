//! How a settled card is graded, and what a veto sets.

use crate::document::Section;
use crate::language::Text;
use rust_decimal::Decimal;

/// How a settled card is graded.
#[derive(Clone, Debug)]
pub struct Grade {
    /// The grades, best first.
    pub scale: Vec<String>,
    /// Grades outside the scale: no table, ceiling or quota leads to them.
    pub unrated: Vec<String>,
    /// Where the grade comes from.
    pub given: Given,
}

/// Where the grade of a card comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A parameter table, looked up by these balances and facts of the card.
    Table {
        /// The table.
        table: String,
        /// A balance or fact for each of its keys.
        by: Vec<String>,
    },
    /// A fact of the card is the grade.
    Fact(String),
}

/// What a veto does to a card.
#[derive(Clone, Debug)]
pub struct VetoRule {
    /// Balances it sets.
    pub sets: Vec<(String, Decimal)>,
    /// The grade it sets.
    pub grade: Option<String>,
    /// What else is lost.
    pub loses: Vec<String>,
    /// How long it lasts.
    pub until: Text,
    /// Which document says so.
    pub basis: Text,
}

impl Grade {
    pub(super) fn read(section: &Section<'_>) -> Option<Self> {
        let (scale, unrated) = (section.texts("scale"), section.texts("unrated"));
        let given = match section.text("from") {
            Some(fact) => Some(Given::Fact(fact)),
            None => section.required_text("table").zip(section.required("by")).map(|(table, by)| {
                let by = if by.is_text() { by.text().into_iter().collect() } else { section.texts("by") };
                Given::Table { table, by }
            }),
        };
        section.finish();
        Some(Self { scale, unrated, given: given? })
    }

    /// The parameter table with what it is looked up by, where it gives the grade.
    pub fn table(&self) -> Option<(&str, &[String])> {
        match &self.given {
            Given::Table { table, by } => Some((table, by)),
            Given::Fact(_) => None,
        }
    }

    /// The table and what it is looked up by, or the fact that gives the grade.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        let (first, by) = match &self.given {
            Given::Table { table, by } => (table, by.as_slice()),
            Given::Fact(fact) => (fact, &[][..]),
        };
        std::iter::once(first).chain(by).map(String::as_str)
    }

    /// Every grade: those of the scale, best first, then those outside of it.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.scale.iter().chain(&self.unrated).map(String::as_str)
    }

    /// The place of a grade among all: the better of two grades first.
    pub fn position(&self, grade: &str) -> usize {
        self.all().position(|known| known == grade).unwrap_or(usize::MAX)
    }

    /// The next lower grade of the scale; none below the lowest, and below what stands outside of it.
    pub fn below(&self, grade: &str) -> Option<&str> {
        let place = self.scale.iter().position(|known| known == grade)?;
        self.scale.get(place.checked_add(1)?).map(String::as_str)
    }
}

impl VetoRule {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let mut sets = Vec::new();
        if let Some(balances) = section.section("sets") {
            for entry in balances.entries() {
                if let Some((number, _)) = entry.number() {
                    sets.push((entry.name().to_owned(), number));
                }
            }
        }
        let title = |key: &str| section.required(key).and_then(|entry| entry.title()).unwrap_or_default();
        let veto = Self {
            sets,
            grade: section.text("grade"),
            loses: section.texts("loses"),
            until: title("until"),
            basis: title("basis"),
        };
        section.finish();
        veto
    }
}
