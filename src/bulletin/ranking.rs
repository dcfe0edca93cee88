//! Cards in the order of a balance, and who moved since the week began.

use super::candidate::{About, Candidate};
use super::{Cell, Heading, Part};
use crate::amount::Unit;
use crate::assess::{Assessment, Bounds, Scorecard, places};
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
        let settled = |card: &Scorecard| card.balance(&standings.by).map(|balance| balance.settled);
        let figures: Vec<Bounds> =
            placed.iter().filter_map(|(_, candidate)| candidate.card.and_then(settled)).collect();
        for ((place, candidate), range) in placed.iter().zip(places(self.best(), &figures)) {
            let name = self.editor.name(&candidate.row.id);
            let mut cells =
                vec![range_of_places(range), Cell { shown: name, plain: candidate.row.id.clone() }];
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

    fn best(&self) -> Best {
        self.kind.ranking.as_ref().map_or(Best::Highest, |ranking| ranking.best)
    }

    /// The cards with their places: those of one balance share one, and the next is as many further.
    pub(super) fn placed(
        &self,
        standings: &Standings,
        candidates: Vec<Candidate<'a>>,
    ) -> Vec<(usize, Candidate<'a>)> {
        let lowest_first = self.best() == Best::Lowest;
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

fn range_of_places((first, last): (usize, usize)) -> Cell {
    Cell::amount(&Unit::None, (Some(Decimal::from(first)), Some(Decimal::from(last))))
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
