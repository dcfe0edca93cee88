//! A kind: what is judged. Rows of a table, or cards: one per subject and period.

use super::role::word;
use super::{Account, Role};
use crate::amount::Unit;
use crate::document::{Entry, Section};
use crate::fact::{Aggregate, Clock, Fact, FactType, Measure, Origin, Schema, Word};
use crate::interval::Interval;
use crate::language::Text;
use chrono::FixedOffset;
use rust_decimal::Decimal;
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
    /// The parameter that says how much the card weighs in the larger review.
    pub weight: Option<String>,
    /// The parameter that turns the grade into a coefficient.
    pub coefficient: Option<String>,
    /// Rules that readable facts may break.
    pub consistency: Vec<Consistency>,
    /// How reports show it.
    pub screen: Screen,
}

/// Where the rows of a kind come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Rows of a table.
    Table {
        /// The table.
        table: String,
        /// The fact that identifies a row.
        id: String,
        /// The moment that decides version, order and holders.
        at: String,
    },
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

/// How a settled card is graded.
#[derive(Clone, Debug)]
pub struct Grade {
    /// The grades, best first.
    pub scale: Vec<String>,
    /// The parameter table from balance to grade.
    pub table: String,
    /// The account it looks at.
    pub by: String,
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

/// How reports show a kind.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    /// The form of its part of the first screen.
    pub style: Style,
    /// The facts shown as columns.
    pub columns: Vec<String>,
    /// The fact that tells one row from another in few words.
    pub label: Option<String>,
    /// A fact of rows and the facts it is the union of.
    pub union: Option<(String, Vec<String>)>,
}

/// The form of a kind's part of the first screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Not shown.
    #[default]
    None,
    /// A line a card, with its facts, points, score and grade.
    Table,
    /// A line a card with the amounts it bears.
    Charges,
    /// How many cards have which score.
    Distribution,
}

impl Kind {
    pub(super) fn read(section: &Section<'_>, offset: FixedOffset) -> Option<Self> {
        let title = section.title("title");
        let rows = Rows::read(section)?;
        let facts = section.section("facts").map_or_else(Vec::new, |facts| {
            facts.entries().iter().filter_map(|entry| read_fact(entry, offset)).collect()
        });
        let sections = |key: &str| -> Vec<Section<'_>> {
            section
                .section(key)
                .map_or_else(Vec::new, |table| table.entries().iter().filter_map(Entry::section).collect())
        };
        let mut roles: Vec<Role> = sections("roles").iter().filter_map(Role::read).collect();
        if !matches!(rows, Rows::Table { .. }) {
            roles.insert(0, Role::itself(section.name(), title.clone()));
        }
        let consistency = section.list("consistency").iter().filter_map(Consistency::read).collect();
        let kind = Self {
            name: section.name().to_owned(),
            title,
            rows,
            schema: Arc::new(Schema::new(facts)),
            roles,
            accounts: sections("accounts").iter().map(Account::read).collect(),
            grade: section.section("grade").and_then(|grade| Grade::read(&grade)),
            veto: section.section("veto").map(|veto| VetoRule::read(&veto)),
            weight: section.text("weight"),
            coefficient: section.text("coefficient"),
            consistency,
            screen: section.section("screen").map(|screen| Screen::read(&screen)).unwrap_or_default(),
        };
        section.finish();
        Some(kind)
    }

    /// Whether its rows are cards.
    pub fn is_card(&self) -> bool {
        !matches!(self.rows, Rows::Table { .. })
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// The account of that name.
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// The account whose balance is the card's score: the graded one, else the one in points.
    pub fn score(&self) -> Option<&Account> {
        match &self.grade {
            Some(grade) => self.account(&grade.by),
            None => self.accounts.iter().find(|account| account.unit == Unit::Points),
        }
    }

    /// The account that is money.
    pub fn money(&self) -> Option<&Account> {
        self.accounts.iter().find(|account| account.unit == Unit::Yuan)
    }
}

impl Rows {
    fn read(section: &Section<'_>) -> Option<Self> {
        if let Some(period) = section.get("period")
            && let Some(name) = period.text()
            && name != "month"
        {
            period.unknown(Text::new("考核周期", "period"), &name, ["month"]);
        }
        if let Some(office) = section.text("office") {
            return Some(Self::Posts { office });
        }
        let rows = section.required("rows")?.section()?;
        let result = match (rows.text("table"), rows.text("members")) {
            (Some(table), None) => Some(Self::Table {
                table,
                id: section.required_text("id")?,
                at: section.required_text("at")?,
            }),
            (None, Some(member)) => Some(Self::Members { member }),
            _ => {
                rows.fault(
                    "P050",
                    Text::new(
                        "`rows` 须为 { table = \"…\" } 或 { members = \"…\" }",
                        "`rows` must be { table = \"…\" } or { members = \"…\" }",
                    ),
                );
                None
            }
        };
        rows.finish();
        result
    }
}

impl Grade {
    fn read(section: &Section<'_>) -> Option<Self> {
        let grade = Self {
            scale: section.texts("scale"),
            table: section.required_text("table")?,
            by: section.required_text("by")?,
        };
        section.finish();
        Some(grade)
    }

    /// The better of two grades first.
    pub fn position(&self, grade: &str) -> usize {
        self.scale.iter().position(|known| known == grade).unwrap_or(usize::MAX)
    }
}

impl VetoRule {
    fn read(section: &Section<'_>) -> Self {
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

impl Screen {
    fn read(section: &Section<'_>) -> Self {
        let choices = [
            ("table", Style::Table),
            ("charges", Style::Charges),
            ("distribution", Style::Distribution),
            ("none", Style::None),
        ];
        let union = section.section("union").and_then(|union| {
            let parts = (union.required_text("whole"), union.texts("parts"));
            union.finish();
            parts.0.map(|whole| (whole, parts.1))
        });
        let screen = Self {
            style: word(section, "as", &choices).unwrap_or_default(),
            columns: section.texts("columns"),
            label: section.text("label"),
            union,
        };
        section.finish();
        screen
    }
}

fn read_fact(entry: &Entry<'_>, offset: FixedOffset) -> Option<Fact> {
    let section = entry.section()?;
    let name = entry.name().to_owned();
    let headings = section.texts("from");
    let origin = read_origin(&section, &headings);
    let default = match &origin {
        Some(Origin::Clock(_)) => {
            FactType::Number { unit: Unit::Hours, places: None, bounds: Interval::UNKNOWN }
        }
        Some(Origin::Aggregate(aggregate)) if aggregate.measure == Measure::Count => FactType::Number {
            unit: Unit::None,
            places: Some(0),
            bounds: Interval { low: Some(Decimal::ZERO), high: None },
        },
        _ => FactType::plain_number(),
    };
    let kind = match section.get("type") {
        Some(written) => read_type(&written, &section),
        None if matches!(origin, Some(Origin::Column(_) | Origin::Definition(_))) => {
            section.required("type");
            None
        }
        None => Some(default),
    };
    let (kind, origin) = (kind?, origin?);
    let value = |key: &str| {
        let entry = section.get(key)?;
        let typed = entry.typed()?;
        match kind.read(&typed, offset) {
            Ok(value) => Some(value),
            Err((expected, help)) => {
                let what = Text::new(
                    format!("`{key}` 的取值「{typed}」应为{}", expected.zh),
                    format!("`{key}` is `{typed}`, expected {}", expected.en),
                );
                entry.fault(
                    "P051",
                    help.map_or(what.clone(), |help| {
                        Text::new(format!("{};{}", what.zh, help.zh), format!("{}; {}", what.en, help.en))
                    }),
                );
                None
            }
        }
    };
    let (ordinary, blank) = (value("ordinary"), value("missing"));
    let title = match section.get("title") {
        Some(title) => title.title().unwrap_or_default(),
        None => Text::new(headings.first().cloned().unwrap_or_else(|| name.clone()), name.replace('_', " ")),
    };
    section.finish();
    Some(Fact { name, title, kind, origin, ordinary, blank })
}

fn read_origin(section: &Section<'_>, headings: &[String]) -> Option<Origin> {
    if let Some(by) = section.text("by") {
        return Some(Origin::Definition(by));
    }
    if !headings.is_empty() {
        return Some(Origin::Column(headings.to_vec()));
    }
    if let Some(clock) = section.get("clock") {
        let ends = section.texts("clock");
        word(section, "in", &[("hours", ())]);
        section.required("open");
        word(section, "open", &[("count", ())]);
        let [from, to] = <[String; 2]>::try_from(ends).ok().or_else(|| {
            clock.fault("P052", Text::new("时钟须写作 [起, 止]", "write the clock as [start, end]"));
            None
        })?;
        return Some(Origin::Clock(Clock { from, to }));
    }
    let measures =
        [("count", Measure::Count), ("sum", Measure::Sum), ("max", Measure::Max), ("min", Measure::Min)];
    for (key, measure) in measures {
        if let Some(over) = section.text(key) {
            let (over, fact) = match over.split_once('.') {
                Some((kind, fact)) => (kind.to_owned(), Some(fact.to_owned())),
                None => (over, None),
            };
            return Some(Origin::Aggregate(Aggregate {
                measure,
                over,
                fact,
                role: section.text("as"),
                condition: section.text("where"),
            }));
        }
    }
    section.fault(
        "P053",
        Text::new(
            format!("事实 `{}` 须有 from、clock、count、sum、max、min 或 by 之一", section.name()),
            format!("the fact `{}` needs one of from, clock, count, sum, max, min, by", section.name()),
        ),
    );
    None
}

fn read_type(entry: &Entry<'_>, fact: &Section<'_>) -> Option<FactType> {
    if entry.is_table() {
        return read_words(&entry.section()?);
    }
    let name = entry.text()?;
    match name.as_str() {
        "bool" => Some(FactType::plain_bool()),
        "text" => Some(FactType::Text),
        "time" => Some(FactType::Moment),
        "number" => {
            let number = |key: &str| fact.get(key).and_then(|entry| entry.number()).map(|(number, _)| number);
            let places = number("places").and_then(|places| u32::try_from(places).ok());
            let bounds = Interval { low: number("least"), high: number("most") };
            let unit = fact.text("unit").map_or(Unit::None, |word| Unit::named(&word));
            Some(FactType::Number { unit, places, bounds })
        }
        other => {
            entry.unknown(Text::new("类型", "type"), other, ["bool", "text", "time", "number"]);
            None
        }
    }
}

fn read_words(section: &Section<'_>) -> Option<FactType> {
    let mut words = Vec::new();
    for entry in section.entries() {
        let (title, spellings) = if entry.is_table() {
            let word = entry.section()?;
            let read = (word.get("title").and_then(|title| title.title()), word.texts("from"));
            word.finish();
            read
        } else {
            (None, entry.list()?.iter().filter_map(Entry::text).collect())
        };
        let id = entry.name().to_owned();
        let title = title.unwrap_or_else(|| {
            Text::new(spellings.first().cloned().unwrap_or_else(|| id.clone()), id.replace('_', " "))
        });
        words.push(Word { id, title, spellings });
    }
    let spellings = |id: &str| {
        words.iter().find(|word| word.id == id).map(|word: &Word| {
            let mut all = word.spellings.clone();
            all.push(id.to_owned());
            all
        })
    };
    if let (Some(yes), Some(no), 2) = (spellings("true"), spellings("false"), words.len()) {
        return Some(FactType::Bool { yes, no });
    }
    let mut seen = std::collections::BTreeSet::new();
    for word in &words {
        for spelling in word.spellings.iter().collect::<std::collections::BTreeSet<_>>() {
            if !seen.insert(spelling.clone()) {
                section.fault(
                    "P054",
                    Text::new(
                        format!("「{spelling}」同时表示两个取值"),
                        format!("`{spelling}` stands for two different words"),
                    ),
                );
            }
        }
    }
    Some(FactType::OneOf(words))
}

impl Style {
    /// Whether the kind has a part of the first screen.
    pub fn is_shown(self) -> bool {
        self != Self::None
    }
}
