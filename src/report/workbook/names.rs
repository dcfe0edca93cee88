//! The names of the sheets: short, allowed, and no two alike.

use crate::language::Language;
use crate::report::Subject;
use std::collections::{BTreeMap, BTreeSet};

/// A name holds no more UTF-16 units; room for a number is left.
const LONGEST: usize = 27;

/// What every sheet is called.
pub(super) struct Names {
    pub(super) overview: String,
    pub(super) compared: String,
    pub(super) findings: String,
    pub(super) people: String,
    pub(super) pools: String,
    pub(super) adjusted: String,
    pub(super) parameters: String,
    pub(super) open: String,
    pub(super) problems: String,
    pub(super) originals: String,
    /// The sheets of cards, by the place of their kind.
    pub(super) cards: BTreeMap<usize, String>,
    /// The sheets of facts, by the place of their kind.
    pub(super) facts: BTreeMap<usize, String>,
}

impl Names {
    pub(super) fn of(subject: &Subject<'_>, language: Language) -> Self {
        let mut taken = BTreeSet::new();
        let mut fixed = |zh: &str, en: &str| safe(language.pick(zh, en), &mut taken);
        let [overview, findings] = [("总览", "Overview"), ("明细", "Findings")].map(|(zh, en)| fixed(zh, en));
        let people = fixed("扣款 人员", "Payroll people");
        let pools = fixed("扣款 单位", "Payroll pools");
        let adjusted = fixed("以前各期的调整", "Adjustments");
        let parameters = fixed("参数", "Parameters");
        let [open, problems] =
            [("待定", "Open"), ("数据问题", "Data problems")].map(|(zh, en)| fixed(zh, en));
        let [compared, originals] =
            [("对照", "Compared"), ("考核时的值", "As assessed")].map(|(zh, en)| fixed(zh, en));
        let (mut cards, mut facts) = (BTreeMap::new(), BTreeMap::new());
        for (position, kind) in subject.pack.policy.kinds.iter().enumerate() {
            let title = kind.title.get(language);
            let title = if title.is_empty() { kind.name.as_str() } else { title };
            if kind.is_card() {
                cards.insert(position, safe(title, &mut taken));
            }
            let of_facts = format!("{} {title}", language.pick("事实", "Facts"));
            facts.insert(position, safe(&of_facts, &mut taken));
        }
        Self {
            overview,
            compared,
            findings,
            people,
            pools,
            adjusted,
            parameters,
            open,
            problems,
            originals,
            cards,
            facts,
        }
    }
}

fn safe(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let allowed = |letter: char| {
        if letter.is_control() || "[]:*?/\\'\"!=".contains(letter) { ' ' } else { letter }
    };
    let mut left = LONGEST;
    let cut = wanted.chars().map(allowed).take_while(|letter| {
        let less = left.checked_sub(letter.len_utf16());
        left = less.unwrap_or_default();
        less.is_some()
    });
    let name: String = cut.collect();
    let name = name.trim();
    let name = if name.is_empty() { "-" } else { name };
    let numbered = (2_usize..).map(|number| format!("{name} {number}"));
    let mut all = std::iter::once(name.to_owned()).chain(numbered);
    // spreadsheets tell no capitals from small letters here
    let free = all.find(|name| taken.insert(name.to_lowercase()));
    free.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::safe;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_allowed_and_differ() {
        let mut taken = BTreeSet::new();
        for (wanted, expected) in [
            ("单元", "单元"),
            ("Units", "Units"),
            ("UNITS", "UNITS 2"),
            ("a/b:[c]*?", "a b  c"),
            ("'=1+1'", "1+1"),
            ("", "-"),
            ("\u{7}", "- 2"),
        ] {
            assert_eq!(safe(wanted, &mut taken), expected);
        }
        for _ in 0..3 {
            let long = safe(&"长".repeat(60), &mut taken);
            assert!(long.encode_utf16().count() <= 31, "{long}");
        }
    }
}
