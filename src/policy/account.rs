//! An account: a balance on a card, with its own two verbs.

use crate::amount::Unit;
use crate::document::Section;
use crate::language::Text;
use rust_decimal::Decimal;

/// A balance on a card. Amounts of different accounts never add.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// What it is counted in.
    pub unit: Unit,
    /// What the card starts with.
    pub opening: Decimal,
    /// The least it settles at.
    pub floor: Option<Decimal>,
    /// The most it settles at.
    pub ceiling: Option<Decimal>,
    /// The verb that adds.
    pub plus: Option<String>,
    /// The verb that takes.
    pub minus: Option<String>,
}

impl Account {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let number = |key: &str| section.get(key).and_then(|entry| entry.number()).map(|(number, _)| number);
        let unit = match section.text("unit") {
            Some(word) => Unit::named(&word),
            None if section.name() == "points" => Unit::Points,
            None => Unit::None,
        };
        let account = Self {
            name: section.name().to_owned(),
            title: section.title("title"),
            unit,
            opening: number("opening").unwrap_or_default(),
            floor: number("floor"),
            ceiling: number("ceiling"),
            plus: section.text("plus"),
            minus: section.text("minus"),
        };
        if account.floor.zip(account.ceiling).is_some_and(|(floor, ceiling)| floor > ceiling) {
            section.fault("P010", Text::new("下限高于上限", "the floor lies above the ceiling"));
        }
        section.finish();
        account
    }

    /// A balance kept between floor and ceiling.
    pub fn clamp(&self, balance: Decimal) -> Decimal {
        let balance = self.floor.map_or(balance, |floor| balance.max(floor));
        self.ceiling.map_or(balance, |ceiling| balance.min(ceiling))
    }
}
