//! The periods a pack assesses by: calendar ones, and grids of its own under `[periods]`.

use crate::calendar::Grid;
use crate::document::{Entry, Section};
use crate::language::Text;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The grids that kinds may name.
#[derive(Debug, Default)]
pub(super) struct Periods {
    named: BTreeMap<String, Grid>,
}

/// The grids every pack knows.
const CALENDAR: [&str; 5] = ["month", "quarter", "half", "year", "day"];

/// No grid of a pack is longer.
const LONGEST: u32 = 120;

impl Periods {
    /// Reads `[periods]`: each `{ first = 2025-12-16, months = 12 }`.
    pub(super) fn of(document: &Section<'_>) -> Self {
        let entries = document.section("periods").map(|section| section.entries()).unwrap_or_default();
        Self { named: entries.iter().filter_map(Self::grid).collect() }
    }

    fn grid(entry: &Entry<'_>) -> Option<(String, Grid)> {
        let section = entry.section()?;
        let first = section.required("first").and_then(|entry| entry.day());
        let written = section.required("months")?;
        let (number, _) = written.number()?;
        let months = u32::try_from(number)
            .ok()
            .filter(|months| (1..=LONGEST).contains(months) && number == Decimal::from(*months));
        if months.is_none() {
            written.fault(
                "P081",
                Text::new(
                    format!("`months` 须为 1 至 {LONGEST} 的整数"),
                    format!("`months` is a whole number from 1 to {LONGEST}"),
                ),
            );
        }
        section.finish();
        Some((entry.name().to_owned(), Grid::From { first: first?, months: months? }))
    }

    /// The period of a kind; a month where it names none.
    pub(super) fn read(&self, section: &Section<'_>) -> Grid {
        let month = Grid::Months(1);
        section.offers("period", CALENDAR);
        let Some(entry) = section.get("period") else { return month };
        let Some(name) = entry.text() else { return month };
        Grid::named(&name).or_else(|| self.named.get(&name).copied()).unwrap_or_else(|| {
            let own = self.named.keys().map(String::as_str);
            entry.unknown(Text::new("考核周期", "period"), &name, CALENDAR.into_iter().chain(own));
            month
        })
    }
}
