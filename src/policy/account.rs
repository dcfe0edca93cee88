//! An account: a balance on a card, with its own two verbs, or the sum of others of the card.

use super::{Figure, Kind, Terms};
use crate::amount::Unit;
use crate::document::Section;
use crate::fact::Facts;
use crate::interval::Interval;
use crate::language::Text;

/// A balance on a card. Amounts of different accounts never add, unless one of them is declared as the sum of others.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// What it is counted in.
    pub unit: Unit,
    /// What the card starts with; nothing where none is declared.
    pub opening: Option<Figure>,
    /// The least it settles at.
    pub floor: Option<Figure>,
    /// The most it settles at.
    pub ceiling: Option<Figure>,
    /// The accounts of the card it is the sum of; empty where it has entries of its own.
    pub parts: Vec<String>,
    /// The verb that adds.
    pub plus: Option<String>,
    /// The verb that takes.
    pub minus: Option<String>,
    /// Whether the pack says what it is counted in.
    has_unit: bool,
}

impl Account {
    /// Whether findings can only add to it: then the highest balance is that of whom most was found, and not the lowest.
    pub fn only_adds(&self) -> bool {
        self.minus.is_none() && self.plus.is_some()
    }

    pub(super) fn read(section: &Section<'_>) -> Self {
        let written = section.text("unit");
        let has_unit = written.is_some();
        let unit = match written {
            Some(word) => Unit::named(&word),
            None if section.name() == "points" => Unit::Points,
            None => Unit::None,
        };
        let account = Self {
            name: section.name().to_owned(),
            title: section.title("title"),
            unit,
            opening: Figure::read(section, "opening"),
            floor: Figure::read(section, "floor"),
            ceiling: Figure::read(section, "ceiling"),
            parts: section.texts("sum"),
            plus: section.text("plus"),
            minus: section.text("minus"),
            has_unit,
        };
        if let (Some(Figure::Number(floor)), Some(Figure::Number(ceiling))) =
            (&account.floor, &account.ceiling)
            && floor > ceiling
        {
            section.fault("P010", Text::new("下限高于上限", "the floor lies above the ceiling"));
        }
        if account.parts.is_empty()
            && let Some(sum) = section.get("sum")
        {
            sum.fault("P063", Text::new("`sum` 未列出任何科目", "`sum` lists no account"));
        }
        let is_own = account.plus.is_some() || account.minus.is_some() || account.opening.is_some();
        if account.is_sum() && is_own {
            section.fault(
                "P062",
                Text::new(
                    "合计科目只由其他科目相加而成，不能另有 `opening`、`plus`、`minus`",
                    "a sum is made of other accounts alone: it has no `opening`, `plus` or `minus` of its own",
                ),
            );
        }
        section.finish();
        account
    }

    /// The same, where it is a sum that does not say what it is counted in, in the unit of its parts.
    pub(super) fn counted_as(mut self, accounts: &[Self]) -> Self {
        let first = self.parts.first().and_then(|part| accounts.iter().find(|own| own.name == *part));
        if let Some(first) = first.filter(|_| !self.has_unit) {
            self.unit = first.unit.clone();
        }
        self
    }

    /// Whether it is the sum of other accounts of the card.
    pub fn is_sum(&self) -> bool {
        !self.parts.is_empty()
    }

    /// What a card starts with.
    pub fn opens_at(&self, kind: &Kind, card: &dyn Facts, terms: &Terms) -> Interval {
        let nothing = Interval::exactly(rust_decimal::Decimal::ZERO);
        self.opening.as_ref().map_or(nothing, |opening| opening.on(kind, card, terms))
    }

    /// A balance kept between floor and ceiling, as a card and the parameters say them.
    pub fn clamp(&self, balance: Interval, kind: &Kind, card: &dyn Facts, terms: &Terms) -> Interval {
        let of = |figure: &Option<Figure>| figure.as_ref().map(|figure| figure.on(kind, card, terms));
        let balance = of(&self.floor).map_or(balance, |floor| balance.max(floor));
        of(&self.ceiling).map_or(balance, |ceiling| balance.min(ceiling))
    }
}
