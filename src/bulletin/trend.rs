//! How many there were, span by span, and whether the own one stands out.

use super::candidate::{About, Tally};
use super::{Cell, Heading, Part, Span};
use crate::amount::{RoundingMode, Unit};
use crate::language::Text;
use crate::policy::Trend;
use rust_decimal::Decimal;
use std::cmp::Reverse;
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
        let own = spans.len().saturating_sub(1);
        let first = spans.iter().position(|span| since <= span.days.first).unwrap_or(own);
        let spans = spans.get(first..).unwrap_or_default();
        let earlier = spans.split_last().map(|(_, earlier)| earlier).unwrap_or_default();
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
        // what grew most comes first: that is what is to be looked at
        lines.sort_by_cached_key(|line| Reverse((line.growth(), line.own().possible)));
        lines.push(sum);
        let mut part = Part::of(self.trend_headings(trend, earlier));
        part.rows = lines.iter().map(Line::cells).collect();
        if earlier.len() < trend.spans {
            part.remarks.push(Text::new(
                format!("数据自 {since} 起完整，此前的不列，不计入均值"),
                format!("complete since {since}: what is before is not shown and not in the mean"),
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
        if until == self.editor.assessment.period.last && until < last {
            part.remarks.push(Text::new(
                format!("只计到本期末 {until}，此后属下一期"),
                format!("up to the end of the period, {until}: what follows belongs to the next one"),
            ));
        } else if until < last {
            part.remarks.push(Text::new(
                format!("数据截至 {until}，{last} 才满"),
                format!("as of {until}; it ends on {last}"),
            ));
        }
    }

    fn trend_headings(&self, trend: &Trend, earlier: &[Span]) -> Vec<Heading> {
        let mut headings = vec![match &trend.by {
            Some(by) => Heading { is_number: false, ..self.heading(by) },
            None => Heading::text("of", Text::same("")),
        }];
        headings.extend(earlier.iter().map(|span| Heading::number(span.code(), span.heading())));
        // the mean of one is that one
        let has_mean = earlier.len() > 1;
        if has_mean {
            headings.push(Heading::number("mean", Text::new("均值", "mean")));
        }
        headings.push(Heading::number("own", self.editor.span.own()));
        if has_mean {
            headings.push(Heading::number("change", Text::new("较均值", "change from the mean")));
        } else if !earlier.is_empty() {
            headings.push(Heading::number("change", Text::new("增减", "change")));
        }
        headings
    }
}

impl Line {
    /// The own span, and those before it.
    fn split(&self) -> (Tally, &[Tally]) {
        self.counts.split_last().map(|(own, earlier)| (*own, earlier)).unwrap_or_default()
    }

    fn own(&self) -> Tally {
        self.split().0
    }

    /// The mean of the earlier spans; none where there are none.
    fn mean(&self, pick: fn(&Tally) -> usize) -> Option<Decimal> {
        let earlier = self.split().1;
        let sum = earlier.iter().fold(0_usize, |sum, tally| sum.saturating_add(pick(tally)));
        let mean = Decimal::from(sum).checked_div(Decimal::from(earlier.len()))?;
        Some(RoundingMode::HalfUp.round(mean, 1))
    }

    /// How far the own span lies above the mean, at most.
    fn growth(&self) -> Option<Decimal> {
        let mean = self.mean(|tally| tally.certain)?;
        Some(Decimal::from(self.own().possible).saturating_sub(mean))
    }

    fn cells(&self) -> Vec<Cell> {
        let (own, earlier) = self.split();
        let mut cells = vec![self.shown.clone()];
        cells.extend(earlier.iter().map(|tally| Cell::count(*tally)));
        let mean = self.mean(|tally| tally.certain).zip(self.mean(|tally| tally.possible));
        let Some((low, high)) = mean else {
            cells.push(Cell::count(own));
            return cells;
        };
        if earlier.len() > 1 {
            cells.push(Cell::amount(&Unit::None, (Some(low), Some(high))));
        }
        cells.push(Cell::count(own));
        let least = Decimal::from(own.certain).saturating_sub(high);
        let most = Decimal::from(own.possible).saturating_sub(low);
        cells.push(Cell::change(least, most));
        cells
    }
}
