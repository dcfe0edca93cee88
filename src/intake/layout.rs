//! The rows that facts are read from: those of a sheet as they stand, or more of them where columns or lists in a cell
//! become rows.

use super::Sheet;
use crate::diagnostic::{Diagnostic, Faults, Place, suggestion};
use crate::language::Text;
use crate::policy::{Kind, Listed, Pick, TableShape, Wide};

/// How the rows of one sheet become rows of one kind.
pub(super) struct Layout<'s> {
    sheet: &'s Sheet,
    /// The headings of the sheet, then those of a wide one's rows, then that of the identifier.
    headings: Vec<String>,
    wide: Option<(&'s Wide, Vec<usize>)>,
    listed: Option<(&'s Listed, usize)>,
    /// The column that identifies a row, and the place at which the identifier of a new row stands.
    id: Option<(usize, usize)>,
    own: Vec<Picked<'s>>,
    /// What other kinds of the same table pick, where this one counts the rows that nobody picks.
    others: Option<Vec<Vec<Picked<'s>>>>,
}

/// A heading by which rows are picked, and where it stands.
type Picked<'s> = (usize, &'s Pick);

/// One row that facts are read from.
pub(super) struct Shaped<'c> {
    /// Its number in the sheet.
    pub(super) number: usize,
    /// A cell for every heading.
    pub(super) cells: &'c [&'c str],
    /// The column it comes from, where it is not the whole row.
    column: Option<usize>,
    /// Whether the list it comes from named the same before.
    pub(super) is_repeated: bool,
}

/// Which item of a list a row stands for.
#[derive(Clone, Copy)]
struct Item<'c> {
    text: &'c str,
    /// From 1; none where the list is of one.
    number: Option<usize>,
    is_repeated: bool,
}

/// Whether a row is the kind's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    Here,
    /// To another kind, or it is counted elsewhere.
    Elsewhere,
    Nowhere,
}

impl<'s> Layout<'s> {
    /// The layout of a sheet for a kind; `None`, with faults, where the sheet lacks a column that is asked for.
    pub(super) fn of(
        sheet: &'s Sheet,
        kind: &'s Kind,
        (shape, others): (Option<&'s TableShape>, Option<&[&'s Kind]>),
        faults: &Faults,
    ) -> Option<Self> {
        let mut layout = Self {
            sheet,
            headings: sheet.headings.clone(),
            wide: None,
            listed: None,
            id: None,
            own: Vec::new(),
            others: None,
        };
        let mut is_sound = true;
        if let Some(wide) = shape.and_then(|shape| shape.wide.as_ref()) {
            is_sound &= layout.widen(wide, faults).is_some();
        }
        if let Some(listed) = shape.and_then(|shape| shape.listed.as_ref()) {
            layout.listed = layout.find(&listed.column, None, faults).map(|column| (listed, column));
            is_sound &= layout.listed.is_some();
        }
        let picks = |kind: &'s Kind| -> Option<Vec<Picked<'s>>> {
            let picks = kind.picks().iter();
            let found = picks.map(|pick| Some((layout.find(&pick.heading, Some(pick), faults)?, pick)));
            found.collect::<Vec<_>>().into_iter().collect()
        };
        let own = picks(kind);
        let others = others.map(|others| others.iter().map(|other| picks(other)).collect::<Option<_>>());
        is_sound &= own.is_some() && others != Some(None);
        layout.own = own.unwrap_or_default();
        layout.others = others.flatten();
        is_sound.then_some(layout)
    }

    fn widen(&mut self, wide: &'s Wide, faults: &Faults) -> Option<()> {
        let columns: Vec<Option<usize>> =
            wide.columns.iter().map(|column| self.find(column, None, faults)).collect();
        let columns: Vec<usize> = columns.into_iter().collect::<Option<_>>()?;
        for name in [&wide.name, &wide.value] {
            if self.headings.contains(name) {
                let message = Text::new(
                    format!("表中已有「{name}」一列，转成的行不能再用这个名称"),
                    format!(
                        "the sheet has a column `{name}` already: the rows made of columns need another name"
                    ),
                );
                faults.push(Diagnostic::error("R040", message).at(self.head()));
                return None;
            }
        }
        // the cells of the columns are read in their own rows alone
        for column in &columns {
            if let Some(heading) = self.headings.get_mut(*column) {
                heading.clear();
            }
        }
        self.headings.extend([wide.name.clone(), wide.value.clone()]);
        self.wide = Some((wide, columns));
        Some(())
    }

    fn head(&self) -> Place {
        self.sheet.head()
    }

    fn find(&self, heading: &str, pick: Option<&Pick>, faults: &Faults) -> Option<usize> {
        let place = self.headings.iter().position(|known| known == heading);
        if place.is_none() {
            let (zh, en) = match pick {
                Some(_) => ("`pick` 据以归类", "`pick` asks for"),
                None => ("`[tables]` 据以成行", "`[tables]` asks for"),
            };
            let message = Text::new(
                format!("没有「{heading}」一列，而{zh}"),
                format!("no column `{heading}`, which {en}"),
            );
            let fault = Diagnostic::error("R041", message).at(self.head());
            let near = suggestion(heading, self.sheet.headings.iter().map(String::as_str))
                .filter(|help| help.en.starts_with("did you mean"));
            faults.push(near.map_or(fault.clone(), |help| fault.help(help)));
        }
        place
    }

    /// The heading of a column among all that rows have.
    pub(super) fn name(&self, column: usize) -> &str {
        self.headings.get(column).map_or("", String::as_str)
    }

    /// Whether a row is the kind's own.
    pub(super) fn is_own(&self, row: &Shaped<'_>) -> bool {
        self.belongs(row) == Belongs::Here
    }

    /// The sheet's file.
    pub(super) fn file(&self) -> &'s str {
        &self.sheet.file
    }

    /// The column with one of these headings; two such columns, or none, is a fault.
    pub(super) fn column(&self, headings: &[String], what: &Text, faults: &Faults) -> Option<usize> {
        self.sheet.column_among(&self.headings, headings, what, faults)
    }

    /// Whether every row of the sheet is a row of the kind as it stands.
    pub(super) fn is_plain(&self) -> bool {
        self.wide.is_none() && self.listed.is_none() && self.own.is_empty()
    }

    /// Where the identifier is read that stands in a column; rows made of one row have different ones.
    pub(super) fn identify(&mut self, column: usize) -> usize {
        if self.wide.is_none() && self.listed.is_none() {
            return column;
        }
        let place = self.headings.len();
        self.headings.push(self.headings.get(column).cloned().unwrap_or_default());
        self.id = Some((column, place));
        place
    }

    /// Whether rows that belong to no kind are counted here.
    pub(super) fn counts_unpicked(&self) -> bool {
        self.others.is_some()
    }

    /// Whether a row is the kind's own.
    pub(super) fn belongs(&self, row: &Shaped<'_>) -> Belongs {
        let fits = |picks: &[Picked<'_>]| {
            picks.iter().all(|(column, pick)| {
                let cell = row.cells.get(*column).copied().unwrap_or_default().trim();
                pick.words.iter().any(|word| word == cell)
            })
        };
        if fits(&self.own) {
            return Belongs::Here;
        }
        match &self.others {
            Some(others) if !others.iter().any(|other| fits(other)) => Belongs::Nowhere,
            _ => Belongs::Elsewhere,
        }
    }

    /// The rows that one row of the sheet becomes. Whether there is any.
    pub(super) fn each(&self, number: usize, cells: &[&str], take: &mut dyn FnMut(&Shaped<'_>)) -> bool {
        let Some((wide, columns)) = &self.wide else {
            if self.listed.is_none() {
                take(&Shaped::plain(number, cells));
            } else {
                self.items(number, (cells, None, ""), take);
            }
            return true;
        };
        let mut is_any = false;
        for (nth, column) in columns.iter().enumerate() {
            let cell = cells.get(*column).copied().unwrap_or_default();
            if cell.is_empty() && !wide.keeps_blank {
                continue;
            }
            is_any = true;
            let heading = wide.columns.get(nth).map_or("", String::as_str);
            let word = wide.words.get(heading).map_or(heading, String::as_str);
            let widened: Vec<&str> = cells.iter().copied().chain([word, cell]).collect();
            let suffix = format!("/{}", nth.saturating_add(1));
            self.items(number, (&widened, Some(*column), &suffix), take);
        }
        is_any
    }

    /// A row for every item of its list, each with an identifier of its own.
    fn items(
        &self,
        number: usize,
        (cells, column, suffix): (&[&str], Option<usize>, &str),
        take: &mut dyn FnMut(&Shaped<'_>),
    ) {
        let whole = Item { text: "", number: None, is_repeated: false };
        let listed = self.listed.as_ref().map(|(listed, column)| {
            (*column, items(cells.get(*column).copied().unwrap_or_default(), &listed.separator))
        });
        let (place, items) = listed.unwrap_or((usize::MAX, vec![whole]));
        for item in items {
            let id = self.id.map(|(column, _)| {
                let id = cells.get(column).copied().unwrap_or_default();
                let nth = item.number.map(|nth| format!("/{nth}")).unwrap_or_default();
                // a row without an identifier stays without one
                if id.is_empty() { String::new() } else { format!("{id}{suffix}{nth}") }
            });
            let mut own: Vec<&str> = cells.to_vec();
            if let Some(cell) = own.get_mut(place) {
                *cell = item.text;
            }
            own.extend(id.as_deref());
            let column = column.or(item.number.map(|_| place));
            take(&Shaped { number, cells: &own, column, is_repeated: item.is_repeated });
        }
    }

    /// The heading of the sheet under which a cell of a row stands.
    fn heading(&self, row: &Shaped<'_>, column: usize) -> &str {
        let first = self.sheet.headings.len();
        let own = match (&self.wide, self.id) {
            (_, Some((id, place))) if place == column => id,
            (Some(_), _) if column >= first => row.column.unwrap_or(column),
            _ => column,
        };
        let heading = self.sheet.headings.get(own).or_else(|| self.headings.get(own));
        heading.map_or("", String::as_str)
    }

    /// The place of a cell of a row, as the sheet has it.
    pub(super) fn place(&self, row: &Shaped<'_>, column: usize) -> Place {
        let column = self.heading(row, column).to_owned();
        Place::Cell { file: self.sheet.file.clone(), row: row.number, column }
    }

    /// The heading of the column that a row comes from; empty where it is the whole row.
    pub(super) fn cell(&self, row: &Shaped<'_>) -> &str {
        row.column.and_then(|column| self.sheet.headings.get(column)).map_or("", String::as_str)
    }

    /// The place of a row.
    pub(super) fn whole(&self, row: &Shaped<'_>) -> Place {
        let column = self.cell(row).to_owned();
        Place::Cell { file: self.sheet.file.clone(), row: row.number, column }
    }
}

impl<'c> Shaped<'c> {
    /// A row as it stands in its sheet.
    pub(super) fn plain(number: usize, cells: &'c [&'c str]) -> Self {
        Self { number, cells, column: None, is_repeated: false }
    }
}

/// The items of a list, in order; a cell that lists nothing is one item that is blank.
fn items<'c>(cell: &'c str, separator: &str) -> Vec<Item<'c>> {
    let texts = || cell.split(separator).map(str::trim).filter(|text| !text.is_empty());
    let several = texts().nth(1).is_some();
    if !several {
        return vec![Item { text: texts().next().unwrap_or(""), number: None, is_repeated: false }];
    }
    let of = |(nth, text): (usize, &'c str)| Item {
        text,
        number: Some(nth.saturating_add(1)),
        is_repeated: texts().take(nth).any(|before| before == text),
    };
    texts().enumerate().map(of).collect()
}
