//! A ranking fit for publication: nobody is named, and a group so small that one could guess who is who is not told apart.

use super::candidate::{About, Candidate};
use super::{Cell, Heading, Part};
use crate::language::Text;
use crate::policy::{Mask, Standings};
use std::collections::BTreeMap;

impl About<'_> {
    pub(super) fn masked(&self, standings: &Standings, mask: &Mask) -> Part {
        let placed = self.placed(standings, self.candidates());
        let group = |of: &Candidate<'_>| mask.group.as_ref().and_then(|kind| self.group(of, kind));
        let small = small_groups(placed.iter().map(|(_, candidate)| group(candidate)), mask.least);
        let mut part = Part::of(self.masked_headings(standings, mask));
        if placed.len() < mask.least {
            part.remarks.push(Text::new(
                format!("不足 {} 人，不予公布", mask.least),
                format!("fewer than {}: not published", mask.least),
            ));
            return part;
        }
        // those of whom the same is told are one line: nothing in their order tells who is who
        let mut lines: BTreeMap<(usize, Vec<String>), (Vec<Cell>, usize)> = BTreeMap::new();
        for (place, candidate) in &placed {
            let own = group(candidate).filter(|own| !small.contains(&Some(own.clone())));
            let cells = self.masked_line((standings, mask), candidate, own.as_deref());
            let plain = cells.iter().map(|cell| cell.plain.clone()).collect();
            let line = lines.entry((*place, plain)).or_insert((cells, 0));
            line.1 = line.1.saturating_add(1);
        }
        part.rows = lines
            .into_iter()
            .map(|((place, _), (cells, people))| {
                let place = Cell::same(place.to_string());
                [vec![place, Cell::same(people.to_string())], cells].concat()
            })
            .collect();
        part.cut(standings.most);
        if !small.is_empty() {
            part.remarks.push(Text::new(
                format!("不足 {} 人的单位并入“其他”", mask.least),
                format!("groups of fewer than {} stand together as others", mask.least),
            ));
        }
        part
    }

    /// What is told of a card that is not named.
    fn masked_line(
        &self,
        (standings, mask): (&Standings, &Mask),
        of: &Candidate<'_>,
        group: Option<&str>,
    ) -> Vec<Cell> {
        let mut cells = Vec::new();
        if mask.group.is_some() {
            cells.push(match group {
                Some(own) => Cell { shown: self.editor.name(own), plain: own.to_owned() },
                None => Cell { shown: Text::new("其他", "others"), plain: "others".to_owned() },
            });
        }
        cells.extend(standings.columns.iter().map(|name| self.cell(of, name)));
        cells.push(self.cell(of, &standings.by));
        if self.kind.grade.is_some() {
            cells.push(self.cell(of, "grade"));
        }
        cells
    }

    fn masked_headings(&self, standings: &Standings, mask: &Mask) -> Vec<Heading> {
        let mut headings = vec![
            Heading::number("place", Text::new("名次", "place")),
            Heading::number("count", Text::new("人数", "people")),
        ];
        if let Some(group) = &mask.group {
            let title = self.editor.pack.policy.kind(group).map(|(_, kind)| kind.title.clone());
            headings.push(Heading::text("group", title.unwrap_or_else(|| Text::same(group.clone()))));
        }
        headings.extend(standings.columns.iter().map(|name| self.heading(name)));
        headings.push(self.heading(&standings.by));
        if self.kind.grade.is_some() {
            headings.push(self.heading("grade"));
        }
        headings
    }
}

/// The groups that are told together: those of fewer than `least`, and, where these together would still be fewer, the
/// smallest of the others.
fn small_groups(groups: impl Iterator<Item = Option<String>>, least: usize) -> Vec<Option<String>> {
    let mut sizes: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for group in groups {
        let size = sizes.entry(group).or_default();
        *size = size.saturating_add(1);
    }
    let mut by_size: Vec<(usize, Option<String>)> =
        sizes.into_iter().map(|(group, size)| (size, group)).collect();
    by_size.sort();
    let (mut small, mut together) = (Vec::new(), 0_usize);
    for (size, group) in by_size {
        if size < least || (together > 0 && together < least) {
            together = together.saturating_add(size);
            small.push(group);
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_small_groups_come_to_together_is_not_small() {
        let of = |sizes: &[(&str, usize)]| {
            let all = sizes.iter().flat_map(|(group, size)| vec![Some((*group).to_owned()); *size]);
            small_groups(all.collect::<Vec<_>>().into_iter(), 5).into_iter().flatten().collect::<Vec<_>>()
        };
        assert!(of(&[("A", 5), ("B", 9)]).is_empty());
        assert_eq!(of(&[("A", 2), ("B", 3), ("C", 9)]), ["A", "B"]);
        assert_eq!(of(&[("A", 2), ("B", 9), ("C", 7)]), ["A", "C"]);
    }
}
