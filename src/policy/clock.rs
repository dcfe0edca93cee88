//! How a pack declares clocks and due moments.

use super::pack::Report;
use super::role::word;
use super::{Calendars, Kind, Parameter, ParameterValue};
use crate::document::{Entry, Section};
use crate::fact::{By, Clock, ClockUnit, Due, Fact, FactType, Open, Origin};
use crate::language::Text;
use std::sync::Arc;

/// `clock = ["accepted", "closed"], in = "working hours", open = "count"`; none where there is no `clock`.
pub(super) fn read_clock(section: &Section<'_>, calendars: &Calendars) -> Option<Clock> {
    let clock = section.get("clock")?;
    let ends = section.texts("clock");
    section.required("in");
    let unit = word(section, "in", &ClockUnit::NAMES).unwrap_or(ClockUnit::Hours);
    section.required("open");
    let open = word(section, "open", &[("count", Open::Count), ("exclude", Open::Exclude)]);
    let day_zero = section.get("day_zero").and_then(|entry| entry.flag()).unwrap_or_default();
    let early = word(section, "early", &[("zero", true)]).unwrap_or_default();
    let pauses = section.list("pauses").iter().filter_map(pair).collect();
    let by = read_by(section, unit, calendars);
    let [from, to] = <[String; 2]>::try_from(ends).ok().or_else(|| {
        clock.fault("P052", Text::new("时钟须写作 [起，止]", "write the clock as [start, end]"));
        None
    })?;
    Some(Clock { from, to, unit, day_zero, open: open?, early, by, pauses })
}

/// `after = "accepted", plus = "answer_limit", in = "working days"`; none where there is no `after`.
pub(super) fn read_due(section: &Section<'_>, calendars: &Calendars) -> Option<Due> {
    let after = section.text("after")?;
    section.required("in");
    let unit = word(section, "in", &ClockUnit::NAMES).unwrap_or(ClockUnit::Days);
    let flag = |key: &str| section.get(key).and_then(|entry| entry.flag()).unwrap_or_default();
    let (day_zero, roll) = (flag("day_zero"), flag("roll"));
    let by = read_by(section, unit, calendars);
    if roll && by.is_time() {
        section.fault(
            "P088",
            Text::new(
                "末日遇休息日顺延，须写明日历 `calendar`",
                "a last day that rolls to the next working day needs a `calendar`",
            ),
        );
    }
    Some(Due { after, plus: section.required_text("plus")?, unit, day_zero, by, roll })
}

fn pair(entry: &Entry<'_>) -> Option<(String, String)> {
    let names: Vec<String> = entry.list()?.iter().filter_map(Entry::text).collect();
    let [from, until] = <[String; 2]>::try_from(names).ok().or_else(|| {
        entry.fault("P086", Text::new("暂停须写作 [起，止]", "write a pause as [start, end]"));
        None
    })?;
    Some((from, until))
}

/// The calendar a clock names, the only one there is, or that of the word a fact has.
fn read_by(section: &Section<'_>, unit: ClockUnit, calendars: &Calendars) -> By {
    let unknown = |entry: &Entry<'_>, name: &str| {
        entry.unknown(Text::new("日历", "calendar"), name, calendars.names());
    };
    let Some(entry) = section.get("calendar") else {
        return match calendars.only() {
            Some(only) => with_hours(section, unit, By::Timetable(only.clone())),
            None if unit.is_worked() => {
                section.fault(
                    "P088",
                    Text::new(
                        "按工作时间计，须写明日历 `calendar`，并在 [calendar.名称] 中写明工作日和时段",
                        "counts working time: name its `calendar`, declared as [calendar.<name>]",
                    ),
                );
                By::Time
            }
            None => By::Time,
        };
    };
    if entry.is_text() {
        let name = entry.text().unwrap_or_default();
        return match calendars.get(&name) {
            Some(timetable) => with_hours(section, unit, By::Timetable(timetable.clone())),
            None => {
                unknown(&entry, &name);
                By::Time
            }
        };
    }
    let Some(chosen) = entry.section() else { return By::Time };
    let fact = chosen.required_text("by").unwrap_or_default();
    let mut timetables = Vec::new();
    for word in chosen.section("words").map(|words| words.entries()).unwrap_or_default() {
        let name = word.text().unwrap_or_default();
        match calendars.get(&name) {
            Some(timetable) => timetables.push((word.name().to_owned(), timetable.clone())),
            None => unknown(&word, &name),
        }
    }
    chosen.finish();
    with_hours(section, unit, By::Fact(fact, timetables))
}

/// Reports a clock in business hours whose calendar has none.
fn with_hours(section: &Section<'_>, unit: ClockUnit, by: By) -> By {
    let without = match &by {
        By::Time => None,
        By::Timetable(timetable) => Some(timetable).filter(|timetable| timetable.hours.is_empty()),
        By::Fact(_, all) => all.iter().map(|(_, timetable)| timetable).find(|found| found.hours.is_empty()),
    };
    if let (ClockUnit::WorkingHours | ClockUnit::WorkingMinutes, Some(timetable)) = (unit, without) {
        let name = &timetable.name;
        section.fault(
            "P089",
            Text::new(
                format!("日历 `{name}` 没有写明工作时段 `hours`"),
                format!("the calendar `{name}` has no business hours: `hours`"),
            ),
        );
    }
    by
}

/// Reports everything a clock or a due moment names that is not there, or is no moment.
pub(super) fn check(kind: &Kind, fact: &Fact, parameters: &[Arc<Parameter>], report: &Report<'_>) {
    let (moments, by): (Vec<&String>, &By) = match &fact.origin {
        Origin::Clock(clock) => {
            let pauses = clock.pauses.iter().flat_map(|(from, until)| [from, until]);
            ([&clock.from, &clock.to].into_iter().chain(pauses).collect(), &clock.by)
        }
        Origin::Due(due) => (vec![&due.after], &due.by),
        _ => return,
    };
    let at = &format!("{}.facts.{}", kind.name, fact.name);
    for name in moments {
        if kind.schema.get(name).is_none_or(|fact| fact.kind != FactType::Moment) {
            report(
                at,
                format!("`{name}` 不是时间事实"),
                format!("`{name}` is not a time fact"),
                name,
                named(kind, |fact| *fact == FactType::Moment).collect(),
            );
        }
    }
    // what is worked out in its turn must be there first
    let own = kind.schema.position(&fact.name);
    for name in fact.origin.inputs() {
        let later = kind.schema.get(name).is_some_and(|input| !matches!(input.origin, Origin::Column(_)))
            && kind.schema.position(name) >= own;
        if later {
            report(
                at,
                format!("`{name}` 须先于它声明"),
                format!("`{name}` must be declared before it"),
                name,
                Vec::new(),
            );
        }
    }
    check_words(kind, at, by, report);
    if let Origin::Due(due) = &fact.origin {
        check_length(kind, (at, &due.plus), parameters, report);
    }
}

/// The names of the facts of some types.
fn named(kind: &Kind, fits: impl Fn(&FactType) -> bool) -> impl Iterator<Item = &str> {
    kind.schema.facts().iter().filter(move |fact| fits(&fact.kind)).map(|fact| fact.name.as_str())
}

/// The length of a limit is a number: a fact of the row, or a parameter, and not both.
fn check_length(kind: &Kind, (at, plus): (&str, &str), parameters: &[Arc<Parameter>], report: &Report<'_>) {
    let is_fact = kind
        .schema
        .get(plus)
        .is_some_and(|fact| matches!(fact.kind, FactType::Number { .. } | FactType::Few { .. }));
    let is_number = |parameter: &&Arc<Parameter>| {
        parameter.name == plus
            && parameter.values.iter().all(|dated| matches!(dated.value, ParameterValue::Number(_)))
    };
    let is_parameter = parameters.iter().any(|parameter| is_number(&parameter));
    if is_fact != is_parameter {
        return;
    }
    let facts = named(kind, |fact| matches!(fact, FactType::Number { .. }));
    let known = facts.chain(parameters.iter().map(|parameter| parameter.name.as_str()));
    if is_fact {
        report(
            at,
            format!("plus：`{plus}` 既是事实又是参数，请改名"),
            format!("plus: `{plus}` is a fact and a parameter: give one another name"),
            plus,
            Vec::new(),
        );
    } else {
        report(
            at,
            format!("plus：`{plus}` 不是数字事实，也不是数字参数"),
            format!("plus: `{plus}` is neither a fact that is a number nor such a parameter"),
            plus,
            known.collect(),
        );
    }
}

/// Every word of the fact that chooses a calendar has one.
fn check_words(kind: &Kind, at: &str, by: &By, report: &Report<'_>) {
    let By::Fact(name, timetables) = by else { return };
    let words: Vec<String> = match kind.schema.get(name).map(|fact| &fact.kind) {
        Some(FactType::OneOf(words)) => words.iter().map(|word| word.id.clone()).collect(),
        Some(FactType::Bool { .. }) => vec!["true".to_owned(), "false".to_owned()],
        _ => {
            report(
                at,
                format!("calendar：`{name}` 不是取若干词之一的事实"),
                format!("calendar: `{name}` is no fact of a few words"),
                name,
                named(kind, |fact| matches!(fact, FactType::OneOf(_) | FactType::Bool { .. })).collect(),
            );
            return;
        }
    };
    for (word, _) in timetables.iter().filter(|(word, _)| !words.contains(word)) {
        report(
            at,
            format!("calendar：`{name}` 没有取值 `{word}`"),
            format!("calendar: `{name}` has no word `{word}`"),
            word,
            words.iter().map(String::as_str).collect(),
        );
    }
    for word in words.iter().filter(|word| !timetables.iter().any(|(named, _)| named == *word)) {
        report(
            at,
            format!("calendar：没有写明「{word}」用哪个日历"),
            format!("calendar: does not say which calendar `{word}` goes by"),
            word,
            Vec::new(),
        );
    }
}
