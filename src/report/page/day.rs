//! How many rows each day of the period brought, and how many of them somebody answers for.

use super::{Page, limits};
use crate::assess::Finding;
use crate::language::Language;
use crate::policy::Kind;
use crate::report::page::chart::{Column, columns};
use chrono::{Datelike as _, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// A label below every so many days.
const EVERY: u32 = 5;

impl Page<'_> {
    /// The kind of rows that the period brought most of.
    fn busiest(&self) -> Option<(usize, &Kind)> {
        let kinds = self.subject.pack.policy.kinds.iter().enumerate();
        let tables = kinds.filter(|(_, kind)| kind.table().is_some());
        let rows = |position: usize| self.subject.assessment.rows.get(&position).map_or(0, |rows| rows.len());
        // of equals the first in judging order
        let busiest = tables.max_by_key(|(position, _)| (rows(*position), std::cmp::Reverse(*position)));
        busiest.filter(|(position, _)| rows(*position) > 0)
    }

    /// The trend of the period, as columns and as a table.
    pub(super) fn trend(&mut self) {
        let Some((position, kind)) = self.busiest() else { return };
        let kind_title = kind.title.get(self.language).to_owned();
        let counted = self.counted(position);
        let shown = |whole: usize, part: usize| match self.language {
            Language::Zh => format!("{whole} 件，其中 {part} 件有认定"),
            Language::En => format!("{whole}, of which {part} with a finding"),
        };
        let by_month = self.is_by_month();
        let mut drawn: Vec<Column> = Vec::new();
        for (day, (whole, part)) in &counted {
            let below = if by_month {
                format!("{}-{:02}", day.year(), day.month())
            } else if day.day() == 1 || day.day().is_multiple_of(EVERY) {
                format!("{:02}-{:02}", day.month(), day.day())
            } else {
                String::new()
            };
            let label = if by_month { below.clone() } else { day.to_string() };
            drawn.push(Column { label, below, whole: *whole, part: *part, shown: shown(*whole, *part) });
        }
        let title = match (self.language, by_month) {
            (Language::Zh, false) => format!("{kind_title}：逐日件数（深色为有认定的）"),
            (Language::Zh, true) => format!("{kind_title}：逐月件数（深色为有认定的）"),
            (Language::En, false) => format!("{kind_title}: how many a day (darker: with a finding)"),
            (Language::En, true) => format!("{kind_title}: how many a month (darker: with a finding)"),
        };
        self.element("h3", "", &title);
        columns(&mut self.markup, &title, &drawn);
        let headings = match self.language {
            Language::Zh => ["日期", "件数", "有认定"],
            Language::En => ["date", "how many", "with a finding"],
        };
        let rows: Vec<Vec<String>> = drawn
            .iter()
            .map(|column| vec![column.label.clone(), column.whole.to_string(), column.part.to_string()])
            .collect();
        self.figures(&title, &headings, &rows);
    }

    fn is_by_month(&self) -> bool {
        let period = self.subject.assessment.period;
        let days = period.last.signed_duration_since(period.first).num_days();
        usize::try_from(days).is_ok_and(|days| days >= limits::DAYS)
    }

    /// Every day or month of the period, with its rows and those of them with a finding.
    fn counted(&self, position: usize) -> BTreeMap<NaiveDate, (usize, usize)> {
        let period = self.subject.assessment.period;
        let by_month = self.is_by_month();
        let column = |day: NaiveDate| if by_month { day.with_day(1).unwrap_or(day) } else { day };
        let days = period.first.iter_days().take_while(|day| *day <= period.last);
        let mut counted: BTreeMap<NaiveDate, (usize, usize)> =
            days.map(|day| (column(day), (0, 0))).collect();
        let Some(rows) = self.subject.assessment.rows.get(&position) else { return counted };
        let answered: BTreeSet<usize> = self
            .subject
            .assessment
            .findings()
            .filter(|finding| finding.kind() == position && finding.stands())
            .map(|finding: Finding<'_>| finding.row())
            .collect();
        for row in 0..rows.len() {
            // what began before the period is counted on none of its days
            let Some((whole, part)) = counted.get_mut(&column(rows.at(row).date())) else { continue };
            *whole = whole.saturating_add(1);
            *part = part.saturating_add(usize::from(answered.contains(&row)));
        }
        counted
    }
}
