//! Clocks and limits that go by days or by working time, opened: every day, whether it is worked, and what it adds.

use super::{Report, Subject, Table};
use crate::calendar::{NotAnnounced, Stretch, end_of};
use crate::fact::{DayOfClock, Fact, FactType, Facts as _, Origin, Value};
use crate::language::Language;
use chrono::{Datelike as _, NaiveDate, Weekday};

/// Days of one clock that are shown without --all.
const LINES: usize = 16;

/// Opens the clocks of a judged row, by the place of its kind and its own.
pub(super) fn write_clocks(
    subject: &Subject<'_>,
    place: (usize, usize),
    all: bool,
    language: Language,
    report: &mut Report,
) {
    let Some(kind) = subject.pack.policy.kinds.get(place.0) else { return };
    let Some(record) = subject.assessment.rows.get(&place.0).and_then(|rows| rows.record(place.1)) else {
        return;
    };
    for fact in kind.schema.facts() {
        let (clock, counted) = match &fact.origin {
            Origin::Clock(clock) => (clock.as_ref().clone(), fact.kind.clone()),
            Origin::Due(due) => (due.clock(&fact.name), FactType::counted_in(due.unit.counted_in())),
            _ => continue,
        };
        if !clock.unit.is_worked() && clock.pauses.is_empty() {
            continue;
        }
        let days = clock.day_by_day(record.as_ref(), end_of(subject.assessment.as_of));
        if !days.is_empty() {
            let opened = Opened { fact, counted, language };
            opened.write(&record.value(&fact.name), &days, all, report);
        }
    }
}

struct Opened<'o> {
    fact: &'o Fact,
    /// What a day adds.
    counted: FactType,
    language: Language,
}

impl Opened<'_> {
    fn write(&self, value: &Value, days: &[DayOfClock], all: bool, report: &mut Report) {
        report.gap();
        let title = self.fact.title.get(self.language);
        report.line(match self.language {
            Language::Zh => format!("{title} = {}，逐日", self.fact.kind.show(value, self.language)),
            Language::En => format!("{title} = {}, day by day", self.fact.kind.show(value, self.language)),
        });
        let shown = if all { usize::MAX } else { LINES };
        let skipped = days.len().saturating_sub(shown);
        if skipped > 0 {
            report.line(match self.language {
                Language::Zh => format!("  更早的 {skipped} 天略，--all 全部列出"),
                Language::En => format!("  {skipped} earlier days left out; --all lists them"),
            });
        }
        let rows = days.iter().skip(skipped).map(|day| self.line(day)).collect();
        report.table(Table { indent: 2, rows, ..Table::default() });
    }

    fn line(&self, day: &DayOfClock) -> Vec<String> {
        let mut what = match &day.day {
            Ok(Some(kind)) => kind.title().get(self.language).to_owned(),
            Ok(None) => String::new(),
            Err(year) => self.not_announced(*year),
        };
        let hours: Vec<String> = day.running.iter().map(|stretch| span(*stretch)).collect();
        if !hours.is_empty() {
            what = format!("{what}  {}", hours.join(self.language.pick("、", ", ")));
        }
        if day.stands {
            what = format!("{what}  {}", self.language.pick("暂停计时", "stands still"));
        }
        let show = |number| self.counted.show(&Value::Number(number), self.language);
        let total = if day.day.is_ok() { format!("= {}", show(day.total)) } else { String::new() };
        let counted = if day.counted.is_zero() { String::new() } else { format!("+ {}", show(day.counted)) };
        vec![format!("{} {}", day.date, self.weekday(day.date)), what, counted, total]
    }

    fn not_announced(&self, year: NotAnnounced) -> String {
        year.reason().get(self.language).to_owned()
    }

    fn weekday(&self, date: NaiveDate) -> &'static str {
        match date.weekday() {
            Weekday::Mon => self.language.pick("周一", "Mon"),
            Weekday::Tue => self.language.pick("周二", "Tue"),
            Weekday::Wed => self.language.pick("周三", "Wed"),
            Weekday::Thu => self.language.pick("周四", "Thu"),
            Weekday::Fri => self.language.pick("周五", "Fri"),
            Weekday::Sat => self.language.pick("周六", "Sat"),
            Weekday::Sun => self.language.pick("周日", "Sun"),
        }
    }
}

/// `08:30–12:00`.
fn span((from, until): Stretch) -> String {
    // the end of a day is the beginning of the next
    let until =
        if until.date() > from.date() { "24:00".to_owned() } else { until.format("%H:%M").to_string() };
    format!("{}–{until}", from.format("%H:%M"))
}
