//! A kind: what is judged. Rows of a table, or cards: one per subject and period.

use super::fact::read_fact;
use super::role::word;
use super::{
    Account, Calendars, Grade, Holder, Lasts, Periods, Pick, Quota, Ranking, Role, Screen, Unended, Vacant,
    VetoRule,
};
use crate::amount::Unit;
use crate::calendar::{Grid, Period};
use crate::document::{Entry, Section};
use crate::fact::{Aggregate, Fact, FactType, Measure, Origin, Schema};
use crate::interval::Interval;
use crate::language::Text;
use chrono::{FixedOffset, NaiveDate};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is judged.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name, which is the first parameter of its clauses.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// Where its rows come from.
    pub rows: Rows,
    /// The periods its cards are for; for rows the shortest of those.
    pub grid: Grid,
    /// How long a row stays in force; none where it has no life of its own.
    pub lasts: Option<Lasts>,
    /// What is known of a row.
    pub schema: Arc<Schema>,
    /// Whom its clauses can name.
    pub roles: Vec<Role>,
    /// The balances on its cards.
    pub accounts: Vec<Account>,
    /// How a settled card is graded.
    pub grade: Option<Grade>,
    /// What a veto sets.
    pub veto: Option<VetoRule>,
    /// How its cards are ranked among their peers.
    pub ranking: Option<Ranking>,
    /// How many of them may have a grade.
    pub quotas: Vec<Quota>,
    /// The parameter that says how much the card weighs in the larger review.
    pub weight: Option<String>,
    /// The parameter that turns the grade into a coefficient.
    pub coefficient: Option<String>,
    /// Rules that readable facts may break.
    pub consistency: Vec<Consistency>,
    /// How reports show it.
    pub screen: Screen,
    /// The facts whose type is not written: that of what they are made of.
    pub(super) untyped: Vec<String>,
}

/// Where the rows of a kind come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Rows of a table.
    Table {
        /// The table.
        table: String,
        /// Which of its rows are of this kind: those that fit all of these.
        pick: Vec<Pick>,
        /// The fact that identifies a row.
        id: String,
        /// The moment that decides version, order and holders.
        at: String,
        /// The moment that decides into which period it falls; else `at`.
        counted_at: Option<String>,
        /// Where a row counts of which that moment is blank, where the pack says so.
        open: Option<Unended>,
    },
    /// Rows that clauses make.
    Raised,
    /// A card for each member of this kind in force in the period.
    Members {
        /// The kind of member in the organisation.
        member: String,
    },
    /// A card for each person who holds this office in the period.
    Posts {
        /// The office.
        office: String,
    },
}

/// A rule that readable facts may break.
#[derive(Clone, Debug)]
pub struct Consistency {
    /// The definition that is true of an inconsistent row.
    pub by: String,
    /// What happens to the row.
    pub action: Inconsistent,
}

/// What happens to an inconsistent row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inconsistent {
    /// Nothing is assessed before it is mended.
    Stop,
    /// The row is set aside, and stands on every output.
    SetAside,
    /// The row is judged, and reported.
    Report,
}

impl Kind {
    pub(super) fn read(
        section: &Section<'_>,
        (offset, calendars): (FixedOffset, &Calendars),
        periods: &Periods,
    ) -> Option<Self> {
        let title = section.title("title");
        let grid = periods.read(section);
        let rows = Rows::read(section)?;
        let facts: Vec<(Fact, bool)> = section.section("facts").map_or_else(Vec::new, |facts| {
            facts
                .entries()
                .iter()
                .filter_map(|entry| read_fact(entry, section.name(), (offset, calendars)))
                .collect()
        });
        let untyped = facts.iter().filter(|(_, is_typed)| !is_typed).map(|(fact, _)| fact.name.clone());
        let untyped = untyped.collect();
        let facts = facts.into_iter().map(|(fact, _)| fact).collect();
        let sections = |key: &str| -> Vec<Section<'_>> {
            section
                .section(key)
                .map_or_else(Vec::new, |table| table.entries().iter().filter_map(Entry::section).collect())
        };
        let is_raised = rows == Rows::Raised;
        let mut roles: Vec<Role> =
            sections("roles").iter().filter_map(|role| Role::read(role, is_raised)).collect();
        if !matches!(rows, Rows::Table { .. } | Rows::Raised) {
            roles.insert(0, Role::itself(section.name(), title.clone()));
        }
        let consistency = section.list("consistency").iter().filter_map(Consistency::read).collect();
        let accounts: Vec<Account> = sections("accounts").iter().map(Account::read).collect();
        // a sum may be a part of another: as often as there are accounts, and every one has its unit
        let units = |known: Vec<Account>, _: &Account| -> Vec<Account> {
            known.iter().map(|account| account.clone().counted_as(&known)).collect()
        };
        let accounts = accounts.iter().fold(accounts.clone(), units);
        let veto = section.section("veto").map(|veto| VetoRule::read(&veto));
        let ranking = section.get("rank").and_then(|rank| Ranking::read(&rank, veto.is_some()));
        let kind = Self {
            name: section.name().to_owned(),
            title,
            rows,
            grid,
            lasts: section.section("lasts").map(|lasts| Lasts::read(&lasts)),
            untyped,
            schema: Arc::new(Schema::new(facts)),
            roles,
            accounts,
            grade: section.section("grade").and_then(|grade| Grade::read(&grade)),
            veto,
            ranking,
            quotas: section.list("quota").iter().filter_map(Quota::read).collect(),
            weight: section.text("weight"),
            coefficient: section.text("coefficient"),
            consistency,
            screen: section.section("screen").map(|screen| Screen::read(&screen)).unwrap_or_default(),
        };
        section.finish();
        Some(kind)
    }

    /// The same with the types that its sums and last values take from what they are made of.
    pub(super) fn typed_by(mut self, earlier: &[Self]) -> Self {
        let mut facts = self.schema.facts().to_vec();
        for place in 0..facts.len() {
            let found = facts.get(place).filter(|fact| self.untyped.contains(&fact.name));
            let source = found.and_then(|fact| match &fact.origin {
                Origin::Aggregate(aggregate) => self.type_of_source(aggregate, earlier, &facts),
                _ => None,
            });
            if let (Some(kind), Some(fact)) = (source, facts.get_mut(place)) {
                fact.kind = kind;
            }
        }
        self.schema = Arc::new(Schema::new(facts));
        self
    }

    fn type_of_source(&self, aggregate: &Aggregate, earlier: &[Self], own: &[Fact]) -> Option<FactType> {
        let name = aggregate.fact.as_deref()?;
        let declared = |facts: &[Fact], kind: &Self| {
            let fact = facts.iter().find(|fact| fact.name == name).map(|fact| fact.kind.clone());
            fact.or_else(|| kind.type_settled(name))
        };
        let source = if aggregate.over == self.name {
            declared(own, self)
        } else {
            let over = earlier.iter().find(|kind| kind.name == aggregate.over)?;
            declared(over.schema.facts(), over)
        };
        match (aggregate.measure, source?) {
            (Measure::Last, kind) => Some(kind),
            // a sum is as fine as its parts, and may lie outside their bounds
            (Measure::Sum | Measure::Apportion, FactType::Number { unit, places, .. }) => {
                Some(FactType::Number { unit, places, bounds: Interval::UNKNOWN })
            }
            (Measure::Max | Measure::Min, kind @ FactType::Number { .. }) => Some(kind),
            _ => None,
        }
    }

    /// The role by which a raised row belongs to a card of that kind.
    pub fn raised_role(&self, card: &str) -> Option<usize> {
        self.roles.iter().position(|role| role.holder == Holder::Raised && role.is == card)
    }

    /// Whether its cards are for a day and not for a period.
    pub fn is_as_of_a_day(&self) -> bool {
        self.grid == Grid::Day
    }

    /// Whether its cards are judged with a period: theirs ends with it.
    pub fn is_due(&self, period: &Period) -> bool {
        !self.is_card() || self.is_as_of_a_day() || self.grid.containing(period.last).last == period.last
    }

    /// The period of its cards that are judged with an assessed one.
    pub fn period_of(&self, assessed: &Period) -> Period {
        if self.is_card() { self.grid.containing(assessed.last) } else { *assessed }
    }

    /// Whose cards they are: kinds that say the same have the same subjects.
    pub fn subjects(&self) -> Option<(&str, bool)> {
        match &self.rows {
            Rows::Members { member } => Some((member, false)),
            Rows::Posts { office } => Some((office, true)),
            Rows::Table { .. } | Rows::Raised => None,
        }
    }

    /// Whether its cards are those of people, who are members of one of these kinds.
    pub fn is_of_people(&self, kinds: &BTreeSet<&str>) -> bool {
        self.subjects().is_some_and(|(member, is_post)| is_post || kinds.contains(member))
    }

    /// The day by which a row that began on a day falls into a period; `None` where it falls into none, or none yet.
    pub fn counted_day(&self, began: NaiveDate, ended: Option<NaiveDate>) -> Option<NaiveDate> {
        let Rows::Table { counted_at: Some(_), open, .. } = &self.rows else { return Some(began) };
        match open.unwrap_or(Unended::CarryOver) {
            Unended::Count => Some(began),
            Unended::CarryOver => ended,
            Unended::Exclude => {
                let last = self.grid.containing(began).last;
                ended.filter(|ended| *ended <= last).map(|_| began)
            }
        }
    }

    /// What the pack says of rows that have not ended, where it says anything.
    pub fn unended(&self) -> Option<Unended> {
        match &self.rows {
            Rows::Table { open, .. } => *open,
            _ => None,
        }
    }

    /// Which rows of its table are its own; all, where it picks none.
    pub fn picks(&self) -> &[Pick] {
        match &self.rows {
            Rows::Table { pick, .. } => pick,
            _ => &[],
        }
    }

    /// The table its rows are read from.
    pub fn table(&self) -> Option<&str> {
        match &self.rows {
            Rows::Table { table, .. } => Some(table),
            _ => None,
        }
    }

    /// Whether its rows are cards.
    pub fn is_card(&self) -> bool {
        !matches!(self.rows, Rows::Table { .. } | Rows::Raised)
    }

    /// A role with those that bear in its place where nobody holds it, in order.
    pub fn heirs(&self, role: usize) -> Vec<usize> {
        let mut heirs = vec![role];
        let mut place = role;
        // a role inherits only to one declared before it
        while let Some(Vacant::Inherits(heir)) = self.roles.get(place).map(|role| &role.vacant)
            && let Some(earlier) = self.roles.iter().take(place).position(|role| role.name == *heir)
        {
            heirs.push(earlier);
            place = earlier;
        }
        heirs
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// The account of that name.
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// The account whose balance is the card's score: the graded one, else the one ranked by, else the one in points.
    pub fn score(&self) -> Option<&Account> {
        let (_, by) = self.grade.as_ref().and_then(Grade::table).unwrap_or_default();
        let ranked = self.ranking.as_ref().map(|ranking| &ranking.by);
        let named = by.iter().chain(ranked).find_map(|name| self.account(name));
        named.or_else(|| self.accounts.iter().find(|account| account.unit == Unit::Points))
    }

    /// The account that is money.
    pub fn money(&self) -> Option<&Account> {
        self.accounts.iter().find(|account| account.unit == Unit::Yuan)
    }
}

impl Rows {
    fn read(section: &Section<'_>) -> Option<Self> {
        if let Some(office) = section.text("office") {
            return Some(Self::Posts { office });
        }
        if let Some(member) = section.text("of") {
            return Some(Self::Members { member });
        }
        section.offers("rows", ["raised"]);
        let written = section.required("rows")?;
        if written.is_text() && written.text().as_deref() == Some("raised") {
            return Some(Self::Raised);
        }
        let rows = written.section()?;
        let result = match (rows.text("table"), rows.text("members")) {
            (Some(table), None) => Some(Self::Table {
                table,
                pick: Pick::read(&rows),
                id: section.required_text("id")?,
                at: section.required_text("at")?,
                counted_at: section.text("counted_at"),
                open: Unended::read(section),
            }),
            (None, Some(member)) => Some(Self::Members { member }),
            _ => {
                rows.fault(
                    "P050",
                    Text::new(
                        "`rows` 须为 { table = \"…\" }、{ members = \"…\" } 或 \"raised\"",
                        "`rows` must be { table = \"…\" }, { members = \"…\" } or \"raised\"",
                    ),
                );
                None
            }
        };
        rows.finish();
        result
    }
}

impl Consistency {
    fn read(entry: &Entry<'_>) -> Option<Self> {
        let section = entry.section()?;
        let by = section.required_text("by")?;
        let choices = [
            ("stop", Inconsistent::Stop),
            ("set aside", Inconsistent::SetAside),
            ("report", Inconsistent::Report),
        ];
        section.required("action")?;
        let action = word(&section, "action", &choices);
        section.finish();
        Some(Self { by, action: action? })
    }
}
