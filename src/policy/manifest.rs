//! `policy.toml`: what the policy is called, what it judges, and the relations between its clauses.

use super::role::word;
use super::{Account, Appeal, Calendars, Group, Kind, Periods, Reading, Role, TableShape, Topic, WageGuard};
use crate::amount::{Rounding, RoundingMode, RoundingStep};
use crate::calendar::{Grid, Timetable};
use crate::document::{Entry, Section};
use crate::fact::{Origin, Window};
use crate::language::Text;
use chrono::{FixedOffset, NaiveDate, Offset as _};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything `policy.toml` declares.
#[derive(Clone, Debug)]
pub struct Policy {
    /// A short name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What reports call it.
    pub title: Text,
    /// The document it encodes.
    pub basis: Text,
    /// Since when it is in force.
    pub from: NaiveDate,
    /// How amounts are rounded.
    pub rounding: Rounding,
    /// The offset from UTC in which moments are understood.
    pub offset: FixedOffset,
    /// The offices from the lowest to the highest: rows against a lower one are judged first.
    pub offices: Vec<String>,
    /// What the text leaves open and this pack decides.
    pub readings: Vec<Reading>,
    /// What is judged, in judging order.
    pub kinds: Vec<Kind>,
    /// What is said of tables as a whole, by name.
    pub tables: BTreeMap<String, TableShape>,
    /// The calendars that clocks go by.
    pub calendars: Vec<Arc<Timetable>>,
    /// Findings that compete or are capped, in the order of the file: highest first, then caps.
    pub groups: Vec<Group>,
    /// What stands in the bulletins.
    pub topics: Vec<Topic>,
    /// How much of what a person is charged may be withheld from one month's pay, where the pack says so.
    pub wage_guard: Option<WageGuard>,
    /// How somebody may appeal; none where the pack does not say.
    pub appeal: Option<Appeal>,
}

/// China Standard Time, which has no summer time.
const DEFAULT_OFFSET_SECONDS: i32 = 8 * 3600;

impl Policy {
    pub(super) fn read(document: &Section<'_>) -> Option<Self> {
        let head = document.required("policy")?.section()?;
        let offset = read_offset(&head);
        let judge = head.texts("judge");
        if judge.is_empty() {
            head.fault("P001", Text::new("`judge` 未列出任何考核对象", "`judge` lists no kinds"));
        }
        let periods = Periods::of(document);
        let calendars = Calendars::of(document);
        let mut kinds: Vec<Kind> = Vec::new();
        for name in &judge {
            if let Some(section) = document.required_named(name).and_then(|entry| entry.section()) {
                kinds.extend(
                    Kind::read(&section, (offset, &calendars), &periods).map(|kind| kind.typed_by(&kinds)),
                );
            }
        }
        let sections = |key: &str| -> Vec<Section<'_>> {
            document.list(key).iter().filter_map(Entry::section).collect()
        };
        let highest = sections("highest").iter().filter_map(|section| Group::read(section, false)).collect();
        let caps: Vec<Group> =
            sections("cap").iter().filter_map(|section| Group::read(section, true)).collect();
        let groups: Vec<Group> = [highest, caps].concat();
        let read: BTreeSet<&str> = kinds.iter().filter_map(Kind::table).collect();
        let tables = TableShape::read_all(document, &read);
        let mut policy = Self {
            id: head.required_text("id")?,
            version: head.required_text("version")?,
            title: head.title("title"),
            basis: head.title("basis"),
            from: head.required("from")?.day()?,
            rounding: read_rounding(&head)?,
            offset,
            offices: document
                .section("organisation")
                .map(|section| {
                    let offices = section.texts("offices");
                    section.finish();
                    offices
                })
                .unwrap_or_default(),
            readings: sections("reading").iter().map(Reading::read).collect(),
            kinds,
            tables,
            groups,
            topics: sections("topic").iter().enumerate().filter_map(Topic::read).collect(),
            wage_guard: document.section("wage_guard").and_then(|section| WageGuard::read(&section)),
            appeal: document.section("appeal").and_then(|section| Appeal::read(&section, &calendars)),
            calendars: calendars.into_all(),
        };
        head.finish();
        // rows fall into the periods that are assessed
        let grid = policy.grid();
        policy.kinds.iter_mut().filter(|kind| !kind.is_card()).for_each(|kind| kind.grid = grid);
        Some(policy)
    }

    /// The grid of the periods that are assessed: the finest of its cards.
    pub fn grid(&self) -> Grid {
        let length = |grid: &Grid| match grid {
            // a card as of a day goes with any period
            Grid::Day => u32::MAX,
            Grid::Months(months) | Grid::From { months, .. } => *months,
        };
        let cards = self.kinds.iter().filter(|kind| kind.is_card()).map(|kind| kind.grid);
        cards.min_by_key(length).unwrap_or(Grid::Months(1))
    }

    /// Whether something of the policy looks at rows of a kind from before the assessed period.
    pub fn looks_back(&self, kind: &str) -> bool {
        let grid = self.grid();
        let is_told = self.topics.iter().any(|topic| topic.kind == kind && topic.looks_back());
        is_told
            || self.kinds.iter().any(|own| {
                own.schema.facts().iter().any(|fact| match &fact.origin {
                    Origin::Aggregate(aggregate) if aggregate.over == kind => {
                        // a row that is counted later than its date looks around in the period of its date
                        let among_rows = aggregate.is_between_rows() && !own.is_card();
                        aggregate.looks_back() || among_rows || (own.is_card() && own.grid != grid)
                    }
                    Origin::Aggregate(aggregate) => aggregate.window == Window::Since(kind.to_owned()),
                    _ => false,
                })
            })
    }

    /// The places of the roles by which rows of a kind lead to cards of another: to the cards themselves, else to other
    /// cards of the same subjects.
    pub fn leading(&self, over: &Kind, role: Option<&str>, to: &Kind) -> Vec<usize> {
        let named = over.roles.iter().enumerate();
        let named: Vec<(usize, &str)> = named
            .filter(|(_, way)| role.is_none_or(|role| role == way.name))
            .map(|(place, way)| (place, way.is.as_str()))
            .collect();
        let alike = |is: &str| {
            self.kind(is).is_some_and(|(_, kind)| kind.is_card() && kind.subjects() == to.subjects())
        };
        let of = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
            named.iter().filter(|(_, is)| fits(is)).map(|(place, _)| *place).collect()
        };
        let itself = of(&|is| is == to.name);
        if itself.is_empty() { of(&alike) } else { itself }
    }

    /// Every kind that reads a table, in judging order.
    pub fn kinds_of_table<'p>(&'p self, table: &'p str) -> impl Iterator<Item = &'p Kind> {
        self.kinds.iter().filter(move |kind| kind.table() == Some(table))
    }

    /// The accounts that a role can be entered on: those of its cards, in their order; of somebody outside any of the
    /// policy's, each once.
    pub fn accounts(&self, role: &Role) -> Vec<&Account> {
        if let Some((_, card)) = self.kind(&role.is) {
            return card.accounts.iter().collect();
        }
        let mut accounts: Vec<&Account> = Vec::new();
        for account in
            self.kinds.iter().flat_map(|kind| &kind.accounts).filter(|own| role.is_outside() && !own.is_sum())
        {
            if accounts.iter().all(|known| known.name != account.name) {
                accounts.push(account);
            }
        }
        accounts
    }

    /// The kind of that name, with its place in the judging order.
    pub fn kind(&self, name: &str) -> Option<(usize, &Kind)> {
        self.kinds.iter().enumerate().find(|(_, kind)| kind.name == name)
    }
}

fn read_offset(head: &Section<'_>) -> FixedOffset {
    let default = FixedOffset::east_opt(DEFAULT_OFFSET_SECONDS);
    let written = head.get("utc_offset").and_then(|entry| {
        let offset = entry.text()?.parse::<FixedOffset>();
        if offset.is_err() {
            entry.fault("P002", Text::new("应写作 \"+08:00\"", "write it as \"+08:00\""));
        }
        offset.ok()
    });
    written.or(default).unwrap_or(chrono::Utc.fix())
}

fn read_rounding(head: &Section<'_>) -> Option<Rounding> {
    let section = head.required("rounding")?.section()?;
    let modes = ["half_up", "half_even", "down", "up"];
    section.offers("mode", modes);
    let mode = section.required("mode").and_then(|entry| {
        let name = entry.text()?;
        let mode = RoundingMode::named(&name);
        if mode.is_none() {
            entry.unknown(Text::new("舍入方式", "rounding mode"), &name, modes);
        }
        mode
    });
    let places = section
        .required("places")
        .and_then(|entry| entry.number())
        .and_then(|(places, _)| u32::try_from(places).ok())
        .filter(|places| *places <= 10);
    section.required("at");
    let at = word(&section, "at", &[("finding", RoundingStep::Finding), ("card", RoundingStep::Card)]);
    section.finish();
    Some(Rounding { mode: mode?, places: places?, at: at? })
}
