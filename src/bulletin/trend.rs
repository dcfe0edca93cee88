//! How many there were, span by span, and whether the own one stands out.

use super::candidate::{About, Tally};
use super::{Cell, Heading, Part, Span};
use crate::amount::{RoundingMode, Unit};
use crate::language::Text;
use crate::policy::Trend;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What is counted of one sort: a number for every span, the own one last.
struct Line {
    shown: Cell,
    counts: Vec<Tally>,
}

impl About<'_> {
    pub(super) fn trend(&self, trend: &Trend) -> Part {
        let spans = self.spans(trend.spans);
        let since = self.complete_since();
        let is_known: Vec<bool> = spans.iter().map(|span| since <= span.days.first).collect();
        let mut lines: BTreeMap<String, Line> = BTreeMap::new();
        let nothing = || vec![Tally::default(); spans.len()];
        let all = Cell::same("");
        let all = Cell { shown: Text::new("合计", "all"), ..all };
        let mut sum = Line { shown: all, counts: nothing() };
        for (day, candidate) in self.dated() {
            let Some(day) = day else { continue };
            let Some(place) = spans.iter().position(|span| span.days.contains(day)) else { continue };
            let count = |line: &mut Line| {
                if let Some(tally) = line.counts.get_mut(place) {
                    tally.add(candidate.is_certain);
                }
            };
            count(&mut sum);
            if let Some(by) = &trend.by {
                let shown = self.cell(&candidate, by);
                let key = shown.plain.clone();
                count(lines.entry(key).or_insert_with(|| Line { shown, counts: nothing() }));
            }
        }
        let mut lines: Vec<Line> = lines.into_values().collect();
        let own = |line: &Line| line.counts.last().copied().unwrap_or_default().possible;
        lines.sort_by_key(|line| std::cmp::Reverse(own(line)));
        lines.push(sum);
        let mut part = Part::of(self.trend_headings(trend, &spans));
        part.rows = lines.iter().map(|line| trend_line(line, &is_known)).collect();
        let unknown = is_known.iter().filter(|known| !**known).count();
        if unknown > 0 {
            part.remarks.push(Text::new(
                format!("数据自 {since} 起完整，此前列为 —，不计入均值"),
                format!("complete since {since}: what is before stands as — and is not in the mean"),
            ));
        }
        self.tell_of_cut(&mut part);
        part
    }

    /// The spans before the own one, the earliest first, and the own one.
    fn spans(&self, before: usize) -> Vec<Span> {
        let mut spans = vec![self.editor.span.clone()];
        let grid = self.editor.pack.policy.grid();
        for _ in 0..before {
            let Some(earlier) = spans.last().and_then(|span| span.before(grid)) else { break };
            spans.push(earlier);
        }
        spans.reverse();
        spans
    }

    /// Says that the own span has not ended.
    fn tell_of_cut(&self, part: &mut Part) {
        let (until, last) = (self.editor.assessment.as_of, self.editor.span.days.last);
        if until < last {
            part.remarks.push(Text::new(
                format!("数据截至 {until}，{last} 才满"),
                format!("as of {until}; it ends on {last}"),
            ));
        }
    }

    fn trend_headings(&self, trend: &Trend, spans: &[Span]) -> Vec<Heading> {
        let mut headings = vec![match &trend.by {
            Some(by) => Heading { is_number: false, ..self.heading(by) },
            None => Heading::text("of", Text::same("")),
        }];
        let earlier = spans.split_last().map(|(_, earlier)| earlier).unwrap_or_default();
        headings.extend(earlier.iter().map(|span| Heading::number(span.code(), span.heading())));
        headings.push(Heading::number("mean", Text::new("均值", "mean")));
        headings.push(Heading::number("own", self.editor.span.own()));
        headings.push(Heading::number("change", Text::new("较均值", "change")));
        headings
    }
}

fn trend_line(line: &Line, is_known: &[bool]) -> Vec<Cell> {
    let mut cells = vec![line.shown.clone()];
    let Some((own, earlier)) = line.counts.split_last() else { return cells };
    let known: Vec<Tally> =
        earlier.iter().zip(is_known).filter(|(_, known)| **known).map(|(tally, _)| *tally).collect();
    cells.extend(earlier.iter().zip(is_known).map(
        |(tally, known)| {
            if *known { Cell::count(*tally) } else { Cell::none() }
        },
    ));
    let mean = |pick: fn(&Tally) -> usize| {
        let sum = known.iter().fold(0_usize, |sum, tally| sum.saturating_add(pick(tally)));
        let mean = Decimal::from(sum).checked_div(Decimal::from(known.len()))?;
        Some(RoundingMode::HalfUp.round(mean, 1))
    };
    let (low, high) = (mean(|tally| tally.certain), mean(|tally| tally.possible));
    cells.extend(match (low, high) {
        (Some(low), Some(high)) => {
            let least = Decimal::from(own.certain).saturating_sub(high);
            let most = Decimal::from(own.possible).saturating_sub(low);
            [Cell::amount(&Unit::None, (Some(low), Some(high))), Cell::count(*own), Cell::change(least, most)]
        }
        _ => [Cell::none(), Cell::count(*own), Cell::none()],
    });
    cells
}
