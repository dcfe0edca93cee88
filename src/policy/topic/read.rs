//! How a pack declares the topics of its bulletins.

use super::{Cadence, Criterion, Form, Listing, Mask, Pareto, Reach, Standings, Test, Topic, Trend};
use crate::document::Section;
use crate::language::Text;
use crate::policy::role::word;
use chrono::TimeDelta;
use rust_decimal::prelude::ToPrimitive as _;

/// How many earlier spans stand in a trend where the pack does not say.
const SPANS: [(Cadence, usize); 3] = [(Cadence::Daily, 7), (Cadence::Weekly, 4), (Cadence::Monthly, 3)];
/// Nobody reads more columns than these.
const MOST_SPANS: usize = 12;
/// Groups of fewer people than these let a reader guess who is who.
const SMALLEST_GROUP: usize = 5;
/// Longer lists are data, and stand in files.
const MOST_LINES: usize = 10_000;

impl Cadence {
    fn spans(self) -> usize {
        SPANS.iter().find(|(own, _)| *own == self).map_or(1, |(_, spans)| *spans)
    }
}

impl Topic {
    pub(in crate::policy) fn read((place, section): (usize, &Section<'_>)) -> Option<Self> {
        section.required("in");
        let cadences = Cadence::ALL.map(|(cadence, key)| (key, cadence));
        let cadence = word(section, "in", &cadences)?;
        let title = section.required("title").and_then(|title| title.title());
        let note = section.get("note").and_then(|note| note.title()).unwrap_or_default();
        let form = read_form(section, cadence);
        let criteria = section.texts("where").iter().map(|written| Criterion::read(written)).collect();
        let dated = section.text("on").map_or(Reach::Dated, Reach::On);
        let reach = word(section, "within", &[("ever", ())]).map_or(dated, |()| Reach::Ever);
        section.finish();
        let (kind, form) = form?;
        Some(Self { place, cadence, title: title?, note, kind, criteria, reach, form })
    }
}

impl Criterion {
    fn read(written: &str) -> Self {
        let (asked, holds) = match written.strip_prefix("not ") {
            Some(asked) => (asked.trim(), false),
            None => (written.trim(), true),
        };
        let known = asked.strip_prefix("known(").and_then(|rest| rest.strip_suffix(')'));
        let (fact, test) = match (known, asked.split_once(" is ")) {
            (Some(fact), _) => (fact, Test::IsKnown),
            (None, Some((fact, word))) => (fact, Test::IsWord(word.trim().to_owned())),
            (None, None) => (asked, Test::IsTrue),
        };
        Self { fact: fact.trim().to_owned(), test, holds }
    }
}

/// The kind that a topic is about, and its form.
fn read_form(section: &Section<'_>, cadence: Cadence) -> Option<(String, Form)> {
    let most = || count(section, "most", MOST_LINES);
    if let Some(kind) = section.text("list") {
        section.required("columns");
        let ahead = section.text("ahead").and_then(|written| {
            let ahead = read_ahead(&written);
            if ahead.is_none() {
                let message = Text::new(
                    format!("`ahead` 的「{written}」应写作 \"2 days\" 或 \"24 hours\""),
                    format!("`ahead` is `{written}`: write it as \"2 days\" or \"24 hours\""),
                );
                section.fault("P127", message);
            }
            ahead
        });
        let listing = Listing {
            columns: section.texts("columns"),
            order: section.text("order"),
            reverse: section.get("reverse").and_then(|entry| entry.flag()).unwrap_or_default(),
            most: most(),
            due: section.text("due"),
            ahead,
        };
        return Some((kind, Form::List(listing)));
    }
    if let Some(kind) = section.text("trend") {
        let spans = count(section, "spans", MOST_SPANS).unwrap_or_else(|| cadence.spans());
        return Some((kind, Form::Trend(Trend { by: section.text("by"), spans })));
    }
    if let Some(kind) = section.text("pareto") {
        let by = section.required_text("by")?;
        let least = count(section, "least", MOST_LINES).unwrap_or(1);
        return Some((kind, Form::Pareto(Pareto { by, least, most: most() })));
    }
    if let Some(kind) = section.text("ranking") {
        let by = section.required_text("by")?;
        let masked = section.get("masked").and_then(|entry| entry.flag()).unwrap_or_default();
        let (group, least) = (section.text("group"), count(section, "least", MOST_LINES));
        if !masked && (group.is_some() || least.is_some()) {
            let message = Text::new(
                "`group` 和 `least` 只用于 masked = true 的排名",
                "`group` and `least` are for a ranking with masked = true",
            );
            section.fault("P130", message);
        }
        let masked = masked.then_some(Mask { group, least: least.unwrap_or(SMALLEST_GROUP) });
        let standings = Standings { by, columns: section.texts("columns"), most: most(), masked };
        return Some((kind, Form::Ranking(standings)));
    }
    section.fault(
        "P128",
        Text::new(
            "栏目须有 list、trend、pareto、ranking 之一，写明对象",
            "a topic needs one of list, trend, pareto, ranking, with the kind it is about",
        ),
    );
    None
}

/// A whole number from 1 to a limit.
fn count(section: &Section<'_>, key: &str, limit: usize) -> Option<usize> {
    let entry = section.get(key)?;
    let (number, _) = entry.number()?;
    let count = number.to_usize().filter(|count| (1..=limit).contains(count) && number.fract().is_zero());
    if count.is_none() {
        let message = Text::new(
            format!("`{key}` 须为 1 至 {limit} 的整数"),
            format!("`{key}` is a whole number from 1 to {limit}"),
        );
        entry.fault("P129", message);
    }
    count
}

fn read_ahead(written: &str) -> Option<TimeDelta> {
    let (number, unit) = written.split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number| (0..=10_000).contains(number))?;
    match unit {
        "hour" | "hours" => TimeDelta::try_hours(number),
        "day" | "days" => TimeDelta::try_days(number),
        _ => None,
    }
}
