//! The charts of the first sheet: scores as bars, and which clauses most findings come from.

use super::Plan;
use super::cell::{Written, place};
use super::formula::NOISE;
use super::overview::Sheet;
use super::style::{Form, Mark};
use crate::amount;
use crate::policy::Style;
use rust_decimal::Decimal;
use rust_xlsxwriter::utility::{column_number_to_name, quote_sheet_name};
use rust_xlsxwriter::{Chart, ChartDataLabel, ChartLegendPosition, ChartType};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthChar as _;

/// Bars of one chart.
const BARS: usize = 40;
/// Clauses that are shown one by one.
const CLAUSES: usize = 15;
/// The column at which charts stand.
const COLUMN: u16 = 8;
/// How far from its left edge, in dots.
const ASIDE: u32 = 16;
/// How many rows below the first the second chart stands.
const BELOW: u32 = 21;
/// The column of the titles as the chart has room for them, which is hidden.
pub(super) const SHORT: u16 = 25;

impl Plan<'_> {
    /// The charts, with the table that the second is made from.
    pub(super) fn charts(&self, sheet: &mut Sheet, top: u32) -> Written {
        let scores = self.scores();
        let bars = scores.is_some();
        if let Some(chart) = scores {
            sheet.page.sheet().insert_chart_with_offset(top, COLUMN, &chart, ASIDE, 0)?;
        }
        self.pareto(sheet, if bars { top.saturating_add(BELOW) } else { top })
    }

    /// The scores of the cards that the first screen shows line by line.
    fn scores(&self) -> Option<Chart> {
        let kinds = &self.subject.pack.policy.kinds;
        let (layout, kind) = self.layouts.iter().find_map(|(position, layout)| {
            let kind = kinds.get(*position)?;
            (kind.screen.style == Style::Table && layout.cards.len() <= BARS).then_some((layout, kind))
        })?;
        let score = kind.score()?;
        let place = kind.accounts.iter().position(|account| account.name == score.name)?;
        let columns = layout.accounts.get(place)?;
        let mut chart = Chart::new(ChartType::Bar);
        let title = format!("{} · {}", kind.title.get(self.language), score.title.get(self.language));
        let series = chart.add_series();
        series.set_categories(format!("={}", layout.range(1)).as_str());
        series.set_values(format!("={}", layout.range(columns.settled)).as_str());
        series.set_name(score.title.get(self.language));
        series.set_data_label(ChartDataLabel::new().show_value());
        chart.title().set_name(&title);
        chart.legend().set_hidden();
        // the first card stands on top
        chart.y_axis().set_reverse();
        chart.set_width(620).set_height(400);
        Some(chart)
    }

    /// Which clauses the findings come from, the most frequent first, and what they are of all together.
    fn pareto(&self, sheet: &mut Sheet, at: u32) -> Written {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in self.subject.assessment.findings().filter(|finding| finding.stands()) {
            let count = counts.entry(finding.clause()).or_default();
            *count = count.saturating_add(1);
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(clause, count)| (Reverse(*count), *clause));
        if counts.is_empty() {
            return Ok(());
        }
        let all = counts.iter().fold(0_usize, |sum, (_, count)| sum.saturating_add(*count));
        sheet.table(&self.headings([
            ("认定最多的规则", "findings by clause"),
            ("认定", "findings"),
            ("累计", "of all so far"),
        ]))?;
        let first = sheet.row;
        let mut so_far = 0_usize;
        let shown: Vec<(String, usize)> = counts
            .iter()
            .take(CLAUSES)
            .map(|(clause, count)| (self.subject.clause_title(clause).get(self.language).to_owned(), *count))
            .collect();
        let rest = counts.iter().skip(CLAUSES).fold(0_usize, |sum, (_, count)| sum.saturating_add(*count));
        let rest = (rest > 0).then(|| (self.pick("其他", "others").to_owned(), rest));
        let last = place::<u32>(shown.len().saturating_add(usize::from(rest.is_some())))?;
        let last = first.saturating_add(last);
        for (title, count) in shown.into_iter().chain(rest) {
            let row = sheet.next();
            so_far = so_far.saturating_add(count);
            sheet.page.text((row, 0), &title, Form::Text, Mark::None)?;
            sheet.page.count((row, 1), count)?;
            sheet.page.text((row, SHORT), &short(&title), Form::Text, Mark::Helper)?;
            let (top, line) = (first.saturating_add(1), row.saturating_add(1));
            let formula = format!("ROUND(SUM(B${top}:B{line})/SUM(B${top}:B${last}),{NOISE})");
            let share = Decimal::from(so_far).checked_div(Decimal::from(all)).unwrap_or_default();
            let share = amount::RoundingMode::HalfUp.round(share, NOISE);
            sheet.page.formula((row, 2), &formula, &amount::plain(share), Form::Percent)?;
        }
        let chart = self.pareto_chart((first.saturating_add(1), last));
        sheet.page.sheet().insert_chart_with_offset(at, COLUMN, &chart, ASIDE, 0)?;
        Ok(())
    }

    fn pareto_chart(&self, (top, last): (u32, u32)) -> Chart {
        let name = quote_sheet_name(&self.names.overview);
        let range = |column: u16| {
            let column = column_number_to_name(column);
            format!("={name}!${column}${top}:${column}${last}")
        };
        let mut chart = Chart::new(ChartType::Column);
        let series = chart.add_series();
        series.set_categories(range(SHORT).as_str()).set_values(range(1).as_str());
        series.set_name(self.pick("认定", "findings"));
        let mut line = Chart::new(ChartType::Line);
        let series = line.add_series();
        series.set_categories(range(SHORT).as_str()).set_values(range(2).as_str());
        series.set_name(self.pick("累计", "of all so far")).set_secondary_axis(true);
        chart.combine(&line);
        // the second axis is that of the chart which the line was joined to
        chart.y2_axis().set_num_format("0%").set_max(1).set_min(0).set_major_unit(0.2);
        chart.y_axis().set_min(0);
        // the short titles stand in a hidden column
        chart.show_hidden_data();
        chart.title().set_name(self.pick("认定最多的规则", "findings by clause"));
        chart.legend().set_position(ChartLegendPosition::Bottom);
        chart.set_width(620).set_height(420);
        chart
    }
}

/// The first words of a title: a chart has no room for more.
fn short(title: &str) -> String {
    /// Columns of a terminal, as which wide letters count two.
    const WIDE: usize = 18;
    let mut width = 0_usize;
    let fits = |letter: &char| {
        width = width.saturating_add(letter.width().unwrap_or_default());
        width <= WIDE
    };
    let cut: String = title.chars().take_while(fits).collect();
    if cut.len() < title.len() { format!("{}…", cut.trim_end()) } else { cut }
}
