//! A line for each row: what happened, whose it is, and by when something must be done.

use super::candidate::{About, Candidate};
use super::cell::{RUNNING, is_end_of_day};
use super::{Cell, Heading, Part};
use crate::calendar::end_of;
use crate::fact::{Facts as _, Value};
use crate::language::Text;
use crate::policy::Listing;
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use std::cmp::Reverse;

/// Below this, what is left of a limit is told in hours and minutes.
const IN_DAYS: i64 = 48;

impl About<'_> {
    pub(super) fn list(&self, listing: &Listing) -> Part {
        let mut headings: Vec<Heading> = listing.columns.iter().map(|name| self.heading(name)).collect();
        if let Some(due) = &listing.due {
            headings.push(self.heading(due));
            headings.push(Heading::text("left", Text::new("剩余或逾期", "left or overdue")));
        }
        let now = end_of(self.editor.assessment.as_of);
        let mut listed = self.candidates();
        listed.retain(|candidate| self.is_near(candidate, listing, now));
        let order = listing.order.as_deref().or(listing.due.as_deref());
        listed.sort_by_cached_key(|candidate| {
            let order = self.order(candidate, order);
            // what is not known comes last, whichever way round the others stand
            let by = if listing.reverse { (None, order.clone().map(Reverse)) } else { (order.clone(), None) };
            (order.is_none(), by, candidate.row.at, candidate.row.id.clone())
        });
        let mut part = Part::of(headings);
        let open = listed.iter().filter(|candidate| !candidate.is_certain).count();
        part.rows = listed.iter().map(|candidate| self.line(candidate, listing, now)).collect();
        part.listed = Some(part.rows.len());
        part.cut(listing.most);
        if part.rows.iter().flatten().any(|cell| cell.shown.zh.ends_with(RUNNING)) {
            part.remarks.push(Text::new(
                format!("带 {RUNNING} 的仍在计时，为到目前的数"),
                format!("a figure with {RUNNING} runs on: it is what it has come to so far"),
            ));
        }
        if open > 0 {
            part.remarks.push(Text::new(
                format!("带 ? 的 {open} 项还缺事实，是否属于此栏待定"),
                format!("{open} marked ? lack a fact: whether they belong here is open"),
            ));
        }
        part
    }

    fn line(&self, of: &Candidate<'_>, listing: &Listing, now: NaiveDateTime) -> Vec<Cell> {
        let mut cells: Vec<Cell> = listing.columns.iter().map(|name| self.cell(of, name)).collect();
        if let Some(first) = cells.first_mut().filter(|_| !of.is_certain) {
            first.shown = Text::new(format!("{} ?", first.shown.zh), format!("{} ?", first.shown.en));
            first.plain = format!("{} ?", first.plain);
        }
        if let Some(due) = &listing.due {
            cells.push(self.cell(of, due));
            cells.push(match of.row.record.value(due) {
                Value::Moment(due) => left(due, now),
                _ => Cell::none(),
            });
        }
        cells
    }

    /// Whether it is due soon enough to be listed; what is not known to be later is.
    fn is_near(&self, of: &Candidate<'_>, listing: &Listing, now: NaiveDateTime) -> bool {
        let (Some(due), Some(ahead)) = (&listing.due, listing.ahead) else { return true };
        let until = now.checked_add_signed(ahead).unwrap_or(NaiveDateTime::MAX);
        !matches!(of.row.record.value(due), Value::Moment(due) if end(due) > until)
    }
}

/// When a limit ends: one that is a day without a time, with that day.
fn end(due: NaiveDateTime) -> NaiveDateTime {
    if is_end_of_day(due) || due.time() == NaiveTime::MIN { end_of(due.date()) } else { due }
}

/// How much of a limit is left, or how long ago it ended.
fn left(due: NaiveDateTime, now: NaiveDateTime) -> Cell {
    let left = end(due).signed_duration_since(now);
    let (zh, en) = length(left.abs());
    let minutes = left.num_minutes().to_string();
    let shown = if left.is_zero() {
        Text::new("当日已到期", "ended with the day")
    } else if left < TimeDelta::zero() {
        Text::new(format!("逾期 {zh}"), format!("{en} overdue"))
    } else {
        Text::new(format!("还有 {zh}"), format!("{en} left"))
    };
    Cell { shown, plain: minutes }
}

fn length(length: TimeDelta) -> (String, String) {
    let (days, hours) = (length.num_days(), length.num_hours());
    if hours >= IN_DAYS {
        return (format!("{days} 天"), format!("{days} days"));
    }
    let minutes = length.num_minutes().rem_euclid(60);
    match minutes {
        0 => (format!("{hours} 小时"), format!("{hours} h")),
        _ => (format!("{hours} 小时 {minutes} 分"), format!("{hours} h {minutes} min")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::read_day;

    #[test]
    fn what_is_left_of_a_limit_is_told_in_hours_until_it_is_days() {
        let now = end_of(read_day("2026-10-14").unwrap());
        let said = |hours: i64, minutes: i64| {
            let due = now + TimeDelta::hours(hours) + TimeDelta::minutes(minutes);
            left(due, now).shown.en
        };
        assert_eq!(said(3, 30), "3 h 30 min left");
        assert_eq!(said(47, 0), "47 h left");
        assert_eq!(said(50, 0), "2 days left");
        assert_eq!(said(-5, 0), "5 h overdue");
        assert_eq!(said(-72, -1), "3 days overdue");
    }
}
