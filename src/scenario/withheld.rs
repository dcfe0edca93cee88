//! What a scenario says of pay, and of what is withheld from it.

use crate::amount;
use crate::assess::{Assessment, Withholding};
use crate::document::{Entry, Section};
use crate::fact::{FactType, Value};
use crate::interval::Interval;
use crate::language::Text;
use crate::policy::Pack;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// An amount that a scenario asks about: whose, and which.
pub(super) type AskedOf = (String, String);

/// `pay = { handler = 5000 }`, or `missing` where it is not given; only a pack with a wage guard has it.
pub(super) fn pay_of(section: &Section<'_>, pack: &Pack) -> BTreeMap<String, Option<Decimal>> {
    let guarded = pack.policy.wage_guard.as_ref().and_then(|_| section.section("pay"));
    let persons = guarded.map(|pay| pay.entries()).unwrap_or_default();
    let pay = |entry: &Entry<'_>| {
        let is_missing = entry.is_text() && entry.text().as_deref() == Some("missing");
        let pay = if is_missing { None } else { Some(entry.number()?.0) };
        Some((entry.name().to_owned(), pay))
    };
    persons.iter().filter_map(pay).collect()
}

/// `carried_on = { handler = 200 }` of an earlier period.
pub(super) fn carried_of(section: &Section<'_>, pack: &Pack) -> BTreeMap<String, Interval> {
    let guarded = pack.policy.wage_guard.as_ref().and_then(|_| section.section("carried_on"));
    let persons = guarded.map(|carried| carried.entries()).unwrap_or_default();
    let carried = |entry: &Entry<'_>| Some((entry.name().to_owned(), Interval::exactly(entry.number()?.0)));
    persons.iter().filter_map(carried).collect()
}

/// `withheld = { handler = { taken = 800, carried_on = 200 } }`: what must be withheld.
pub(super) fn read_withheld(
    section: &Section<'_>,
    pack: &Pack,
    (asked, expected): (&mut Vec<AskedOf>, &mut BTreeMap<String, String>),
) {
    let guarded = pack.policy.wage_guard.as_ref().and_then(|_| section.section("withheld"));
    for person in guarded.map(|withheld| withheld.entries()).unwrap_or_default() {
        for figure in person.section().map(|own| own.entries()).unwrap_or_default() {
            if !Withholding::AMOUNTS.contains(&figure.name()) {
                figure.unknown(Text::new("金额", "amount"), figure.name(), Withholding::AMOUNTS);
                continue;
            }
            let Some(typed) = figure.typed() else { continue };
            let said = amount::read(&typed).map_or(typed.clone(), |(number, _)| amount::plain(number));
            let of = (person.name().to_owned(), figure.name().to_owned());
            expected.insert(key(&of), said);
            asked.push(of);
        }
    }
}

/// What was asked about, as it came out; nothing where the person owes nothing.
pub(super) fn of_withheld(assessment: &Assessment, asked: &[AskedOf]) -> BTreeMap<String, String> {
    let found = |of: &AskedOf| {
        let own = assessment.withholding(&of.0).map(Withholding::amounts);
        let amount = own.and_then(|own| own.into_iter().find(|(name, _)| *name == of.1));
        let amount = amount.map_or(Interval::exactly(Decimal::ZERO), |(_, amount)| amount);
        let value = amount.exact().map_or(Value::Between(amount), Value::Number);
        (key(of), FactType::plain(&value))
    };
    asked.iter().map(found).collect()
}

fn key((person, figure): &AskedOf) -> String {
    format!("withheld {person} {figure}")
}
