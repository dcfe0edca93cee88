//! The calendars a pack declares: `[calendar.office]` with its days and business hours.

use crate::calendar::{Day, Timetable, WorkingDays};
use crate::document::{Entry, Section};
use crate::language::Text;
use chrono::{NaiveTime, Timelike as _};
use std::sync::Arc;

/// Seconds of a day.
const DAY: u32 = 86_400;

/// The calendars that clocks may name.
#[derive(Debug, Default)]
pub(super) struct Calendars {
    all: Vec<Arc<Timetable>>,
}

impl Calendars {
    /// Reads `[calendar.<name>]`: `{ base = "cn", hours = ["08:30-12:00"], off = [2026-04-20], worked = [] }`.
    pub(super) fn of(document: &Section<'_>) -> Self {
        let entries = document.section("calendar").map(|section| section.entries()).unwrap_or_default();
        Self { all: entries.iter().filter_map(|entry| Some(Arc::new(read(entry)?))).collect() }
    }

    /// The calendar of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<Timetable>> {
        self.all.iter().find(|timetable| timetable.name == name)
    }

    /// The only calendar, where there is one.
    pub(super) fn only(&self) -> Option<&Arc<Timetable>> {
        if let [only] = self.all.as_slice() { Some(only) } else { None }
    }

    /// All of them, in the order of the file.
    pub(super) fn into_all(self) -> Vec<Arc<Timetable>> {
        self.all
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|timetable| timetable.name.as_str())
    }
}

fn read(entry: &Entry<'_>) -> Option<Timetable> {
    let section = entry.section()?;
    section.required("base");
    let is_china = super::role::word(&section, "base", &[("cn", true), ("weekdays", false)]);
    let mut days = if is_china == Some(true) { WorkingDays::china() } else { WorkingDays::weekdays() };
    let title = section.title("title");
    let mut own = Vec::new();
    for (key, is_worked) in [("off", false), ("worked", true)] {
        for written in section.list(key) {
            let Some(date) = written.day() else { continue };
            if own.contains(&(date, !is_worked)) {
                written.fault(
                    "P150",
                    Text::new(
                        format!("{date} 既在 `off` 又在 `worked` 中：只能留一处"),
                        format!("{date} stands in `off` and in `worked`: keep one of the two"),
                    ),
                );
            }
            let name = title.clone();
            own.push((date, is_worked));
            days.mark(date, date, if is_worked { Day::Worked(name) } else { Day::Off(name) });
        }
    }
    own.sort_unstable();
    let mut hours: Vec<(u32, u32)> = section.list("hours").iter().filter_map(span).collect();
    hours.sort_unstable();
    if hours.iter().zip(hours.iter().skip(1)).any(|(one, next)| next.0 < one.1) {
        section.fault("P084", Text::new("工作时段重叠", "its business hours overlap"));
    }
    section.finish();
    let name = entry.name().to_owned();
    Some(Timetable { name, title, is_announced: is_china == Some(true), own, days, hours })
}

/// `08:30-12:00`; the end may be `24:00`.
fn span(entry: &Entry<'_>) -> Option<(u32, u32)> {
    let written = entry.text()?;
    let time = |text: &str| match text.trim() {
        "24:00" => Some(DAY),
        text => NaiveTime::parse_from_str(text, "%H:%M").ok().map(|time| time.num_seconds_from_midnight()),
    };
    let span = written.split_once('-').and_then(|(opens, closes)| Some((time(opens)?, time(closes)?)));
    let span = span.filter(|(opens, closes)| opens < closes);
    if span.is_none() {
        entry.fault(
            "P085",
            Text::new(
                format!("工作时段「{written}」应写作 08:30-12:00"),
                format!("write the business hours `{written}` as 08:30-12:00"),
            ),
        );
    }
    span
}
