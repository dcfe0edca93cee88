//! How many there are of each sort, the most frequent first: few causes make most of the trouble.

use super::candidate::{About, Tally};
use super::{Cell, Heading, Part, Span};
use crate::language::Text;
use crate::policy::{Pareto, Reach};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One sort.
#[derive(Default)]
struct Sort {
    shown: Cell,
    now: Tally,
    before: Tally,
}

impl About<'_> {
    pub(super) fn pareto(&self, pareto: &Pareto) -> Part {
        let mut sorts: BTreeMap<String, Sort> = BTreeMap::new();
        for candidate in self.candidates() {
            let shown = self.cell(&candidate, &pareto.by);
            let sort = sorts.entry(shown.plain.clone()).or_insert_with(|| Sort { shown, ..Sort::default() });
            sort.now.add(candidate.is_certain);
        }
        let earlier = self.editor.span.before(self.editor.pack.policy.grid());
        let is_told =
            |span: &Span| self.complete_since() <= span.days.first && self.topic.reach != Reach::Ever;
        let earlier = earlier.filter(is_told);
        if let Some(earlier) = &earlier {
            for (day, candidate) in self.dated() {
                let shown = self.cell(&candidate, &pareto.by);
                if day.is_some_and(|day| earlier.days.contains(day)) {
                    let sort =
                        sorts.entry(shown.plain.clone()).or_insert_with(|| Sort { shown, ..Sort::default() });
                    sort.before.add(candidate.is_certain);
                }
            }
        }
        let mut sorts: Vec<(String, Sort)> = sorts.into_iter().collect();
        sorts.sort_by(|(a, one), (b, other)| {
            (Reverse(one.now.possible), a).cmp(&(Reverse(other.now.possible), b))
        });
        let total = sorts.iter().fold(0_usize, |sum, (_, sort)| sum.saturating_add(sort.now.possible));
        sorts.retain(|(_, sort)| sort.now.possible >= pareto.least);
        self.pareto_part(pareto, &sorts, (total, earlier.as_ref().map(Span::heading)))
    }

    fn pareto_part(
        &self,
        pareto: &Pareto,
        sorts: &[(String, Sort)],
        (total, earlier): (usize, Option<Text>),
    ) -> Part {
        let mut headings = vec![
            Heading { is_number: false, ..self.heading(&pareto.by) },
            Heading::number("count", Text::new("件数", "cases")),
            Heading::number("share", Text::new("占比", "share")),
            Heading::number("running_share", Text::new("累计", "running")),
            Heading::bar(),
        ];
        if let Some(earlier) = &earlier {
            headings.insert(2, Heading::number("before", earlier.clone()));
        }
        let mut part = Part::of(headings);
        let largest = sorts.first().map_or(Decimal::ONE, |(_, sort)| Decimal::from(sort.now.possible));
        let share = |count: usize| {
            let share = Decimal::from(count).checked_div(Decimal::from(total));
            share.map_or_else(Cell::none, Cell::share)
        };
        let mut running = 0_usize;
        for (_, sort) in sorts {
            running = running.saturating_add(sort.now.possible);
            let mut cells = vec![
                sort.shown.clone(),
                Cell::count(sort.now),
                share(sort.now.possible),
                share(running),
                Cell::bar(Decimal::from(sort.now.possible), largest),
            ];
            if earlier.is_some() {
                cells.insert(2, Cell::count(sort.before));
            }
            part.rows.push(cells);
        }
        let told = running;
        part.cut(pareto.most);
        let below = total.saturating_sub(told);
        if below > 0 {
            let least = pareto.least;
            part.remarks.push(Text::new(
                format!("另有 {below} 件，各类不足 {least} 件"),
                format!("{below} more, of sorts with fewer than {least}"),
            ));
        }
        let is_open = |tally: &Tally| tally.certain != tally.possible;
        if sorts.iter().any(|(_, sort)| is_open(&sort.now) || is_open(&sort.before)) {
            part.remarks.push(Text::new(
                "区间表示有的还缺事实，是否属于此栏待定；占比按最多计",
                "a range: of some it is open whether they belong here; shares are of the most there can be",
            ));
        }
        part
    }
}
