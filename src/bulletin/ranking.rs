//! Cards in the order of a balance, and who moved since the week began.

use super::candidate::{About, Candidate};
use super::{Cell, Heading, Part};
use crate::amount::Unit;
use crate::assess::{Assessment, Scorecard};
use crate::language::Text;
use crate::policy::{Best, Standings};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl<'a> About<'a> {
    pub(super) fn ranking(&self, standings: &Standings) -> Part {
        let placed = self.placed(standings, self.candidates());
        let before = self.editor.before.map(|before| self.places_of(standings, before));
        let mut headings = vec![
            Heading::number("place", Text::new("名次", "place")),
            Heading::text(self.kind.name.clone(), self.kind.title.clone()),
        ];
        headings.extend(standings.columns.iter().map(|name| self.heading(name)));
        headings.push(self.heading(&standings.by));
        if self.kind.grade.is_some() {
            headings.push(self.heading("grade"));
        }
        if before.is_some() {
            headings.push(Heading::text("moved", Text::new("升降", "moved")));
        }
        let mut part = Part::of(headings);
        for (place, candidate) in &placed {
            let name = self.editor.name(&candidate.row.id);
            let mut cells = vec![
                self.place(standings, candidate, (*place, &placed)),
                Cell { shown: name, plain: candidate.row.id.clone() },
            ];
            cells.extend(standings.columns.iter().map(|name| self.cell(candidate, name)));
            cells.push(self.cell(candidate, &standings.by));
            if self.kind.grade.is_some() {
                cells.push(self.cell(candidate, "grade"));
            }
            if let Some(before) = &before {
                cells.push(moved(before.get(&candidate.row.id).copied(), *place));
            }
            part.rows.push(cells);
        }
        part.cut(standings.most);
        if part.rows.iter().flatten().any(|cell| cell.plain.contains("..")) {
            part.remarks.push(Text::new(
                "区间表示还有待定的事实；名次的区间为最终可能的名次，先后和升降按目前所定",
                "a range: something is still open; of a place it is what the place can turn out to be, the order and who moved are as of what stands so far",
            ));
        }
        part
    }

    /// The place, or the places that it can turn out to be.
    fn place(
        &self,
        standings: &Standings,
        of: &Candidate<'a>,
        (place, all): (usize, &[(usize, Candidate<'a>)]),
    ) -> Cell {
        let bounds = |of: &Candidate<'a>| of.card.and_then(|card| Some(card.balance(&standings.by)?.settled));
        let lowest_first = self.lowest_first();
        let better = |one: Option<Decimal>, other: Option<Decimal>| match one.zip(other) {
            Some((one, other)) if lowest_first => one < other,
            Some((one, other)) => one > other,
            // nothing bounds it
            None => false,
        };
        let Some(own) = bounds(of) else { return Cell::same(place.to_string()) };
        let (own_best, own_worst) = if lowest_first { (own.low, own.high) } else { (own.high, own.low) };
        let others = || {
            all.iter().filter(|(_, other)| other.row.id != of.row.id).filter_map(|(_, other)| bounds(other))
        };
        let ahead = others().filter(|other| {
            let worst = if lowest_first { other.high } else { other.low };
            better(worst, own_best)
        });
        let perhaps = others().filter(|other| {
            let best = if lowest_first { other.low } else { other.high };
            best.is_none() || own_worst.is_none() || better(best, own_worst)
        });
        let (first, last) = (ahead.count().saturating_add(1), perhaps.count().saturating_add(1));
        Cell::amount(&Unit::None, (Some(Decimal::from(first)), Some(Decimal::from(last))))
    }

    fn lowest_first(&self) -> bool {
        self.kind.ranking.as_ref().is_some_and(|ranking| ranking.best == Best::Lowest)
    }

    /// The cards with their places: those of one balance share one, and the next is as many further.
    pub(super) fn placed(
        &self,
        standings: &Standings,
        candidates: Vec<Candidate<'a>>,
    ) -> Vec<(usize, Candidate<'a>)> {
        let lowest_first = self.lowest_first();
        let mut cards: Vec<(Decimal, Candidate<'a>)> = candidates
            .into_iter()
            .filter_map(|candidate| Some((balance(candidate.card?, standings)?, candidate)))
            .collect();
        cards.sort_by(|(a, one), (b, other)| {
            let by = if lowest_first { a.cmp(b) } else { Reverse(a).cmp(&Reverse(b)) };
            by.then_with(|| one.row.id.cmp(&other.row.id))
        });
        let mut placed: Vec<(usize, Candidate<'a>)> = Vec::new();
        let mut last: Option<(Decimal, usize)> = None;
        for (balance, candidate) in cards {
            let place = match last {
                Some((before, place)) if before == balance => place,
                _ => placed.len().saturating_add(1),
            };
            last = Some((balance, place));
            placed.push((place, candidate));
        }
        placed
    }

    /// The place of each card in an earlier state of the month.
    fn places_of(&self, standings: &Standings, before: &'a Assessment) -> BTreeMap<String, usize> {
        let editor = super::Editor { assessment: before, ..self.editor };
        let Some(then) = editor.about(self.topic) else { return BTreeMap::new() };
        let placed = then.placed(standings, then.candidates());
        placed.into_iter().map(|(place, candidate)| (candidate.row.id, place)).collect()
    }

    pub(super) fn group(&self, of: &Candidate<'_>, kind: &str) -> Option<String> {
        let day = self.editor.assessment.as_of;
        self.editor.organisation.above(&of.row.id, kind, day).map(|member| member.id.clone())
    }
}

fn balance(card: &Scorecard, standings: &Standings) -> Option<Decimal> {
    card.balance(&standings.by).map(|balance| balance.settled.so_far)
}

/// How many places a card went up or down.
fn moved(before: Option<usize>, place: usize) -> Cell {
    let Some(before) = before else {
        return Cell { shown: Text::new("新", "new"), plain: String::new() };
    };
    let up = Decimal::from(before).saturating_sub(Decimal::from(place));
    let shown = match before.cmp(&place) {
        std::cmp::Ordering::Greater => format!("↑{up}"),
        std::cmp::Ordering::Less => format!("↓{}", up.abs()),
        std::cmp::Ordering::Equal => "—".to_owned(),
    };
    Cell { shown: Text::same(shown), plain: up.to_string() }
}
