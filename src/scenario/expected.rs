//! What must follow, as a scenario file says it.

use super::outcome::{card_key, said_grades};
use crate::amount;
use crate::document::{Entry, Section};
use crate::language::Text;
use crate::policy::{Kind, Pack};
use std::collections::BTreeMap;

/// A figure of a card that a scenario asks about.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The kind of the card.
    pub(super) kind: String,
    /// Whose card it is; empty for the only one.
    pub(super) subject: String,
    /// The figure.
    pub(super) figure: String,
}

/// Verbs of every pack.
const VERBS: [&str; 3] = ["raise", "cap_grade", "fix_grade"];

/// Reads `expect`: what must follow from rows and cards of some kinds.
pub(super) fn read_expected(
    expect: &Section<'_>,
    (pack, kinds): (&Pack, &[&Kind]),
    expected: &mut BTreeMap<String, String>,
) -> Option<()> {
    let lists = ["clauses", "veto", "undetermined"];
    for key in lists {
        if let Some(entry) = expect.get(key) {
            expected.insert(key.to_owned(), texts(&entry)?.join(", "));
        }
    }
    for role in expect.list("veto") {
        check_role(&role, &role.text()?, kinds);
    }
    if let Some(entry) = expect.get("set_aside") {
        let (rows, _) = entry.number()?;
        if !rows.is_zero() {
            expected.insert("set_aside".to_owned(), amount::plain(rows));
        }
    }
    let accounts = || pack.policy.kinds.iter().flat_map(|kind| &kind.accounts);
    let verbs = || accounts().flat_map(|account| account.plus.iter().chain(&account.minus));
    let verbs = || verbs().map(String::as_str).chain(VERBS);
    for verb in expect.entries_beside(&[&lists[..], &["set_aside"]].concat()) {
        if !verbs().any(|known| known == verb.name()) {
            verb.unknown(Text::new("动词", "verb"), verb.name(), verbs());
        }
        for role in verb.section()?.entries() {
            check_role(&role, role.name(), kinds);
            // a verb that sets a grade names it, or several; any other has an amount
            let said = match verb.name() {
                "cap_grade" | "fix_grade" if role.is_text() => role.text()?,
                "cap_grade" | "fix_grade" => texts(&role)?.join(", "),
                _ => amount::plain(role.number()?.0),
            };
            expected.insert(format!("{} {}", verb.name(), role.name()), said);
        }
    }
    Some(())
}

/// Reports a role that none of the kinds has.
fn check_role(entry: &Entry<'_>, role: &str, kinds: &[&Kind]) {
    if !kinds.iter().any(|kind| kind.role(role).is_some()) {
        let known = kinds.iter().flat_map(|kind| &kind.roles).map(|role| role.name.as_str());
        entry.unknown(Text::new("角色", "role"), role, known);
    }
}

/// The texts of a list, in order.
fn texts(entry: &Entry<'_>) -> Option<Vec<String>> {
    let mut texts: Vec<String> = entry.list()?.iter().filter_map(Entry::text).collect();
    texts.sort();
    Some(texts)
}

/// `person = { points = 97 }`, or by subject: `person = { A = { points = 97 } }`.
pub(super) fn read_cards(
    section: &Section<'_>,
    pack: &Pack,
    (cards, expected): (&mut Vec<Asked>, &mut BTreeMap<String, String>),
) {
    for entry in section.entries() {
        let kind = entry.name().to_owned();
        if pack.policy.kind(&kind).is_none_or(|(_, kind)| !kind.is_card()) {
            let known = pack.policy.kinds.iter().filter(|kind| kind.is_card());
            let known = known.map(|kind| kind.name.as_str());
            entry.unknown(Text::new("记分卡", "card"), &kind, known);
            continue;
        }
        let mut take = |subject: &str, figure: &Entry<'_>| {
            let Some(said) = said_of(figure) else { return };
            expected.insert(card_key(&kind, subject, figure.name()), said);
            let (subject, figure) = (subject.to_owned(), figure.name().to_owned());
            cards.push(Asked { kind: kind.clone(), subject, figure });
        };
        for figure in entry.section().map(|section| section.entries()).unwrap_or_default() {
            if figure.is_table() {
                let of_subject = figure.section().map(|section| section.entries()).unwrap_or_default();
                of_subject.iter().for_each(|own| take(figure.name(), own));
            } else {
                take("", &figure);
            }
        }
    }
}

/// A figure as it must be; of a grade that is open all that it may be, in any order.
fn said_of(figure: &Entry<'_>) -> Option<String> {
    if figure.name() == "grade" {
        let grades = if figure.is_text() {
            figure.text()?.split('/').map(|grade| grade.trim().to_owned()).collect()
        } else {
            texts(figure)?
        };
        return Some(said_grades(grades));
    }
    let typed = figure.typed()?;
    Some(amount::read(&typed).map_or(typed.clone(), |(number, _)| amount::plain(number)))
}
