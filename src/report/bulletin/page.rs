//! A bulletin as a page: Markdown to send on, or HTML to print.

use super::super::table::{Grid, Part as Chapter, Piece, Sheet};
use super::super::{Digests, Subject};
use super::{caution, title, until};
use crate::bulletin::{Bulletin, Part};
use crate::language::Language;

/// The bulletin as a page.
pub fn bulletin_sheet(
    subject: &Subject<'_>,
    bulletin: &Bulletin,
    digests: &Digests,
    language: Language,
) -> Sheet {
    let mut head = Vec::new();
    let mut line = |zh: &str, en: &str, value: &str| {
        if !value.is_empty() {
            head.push((language.pick(zh, en).to_owned(), value.to_owned()));
        }
    };
    line("单位", "organisation", subject.book.title.get(language));
    line("依据", "policy", until(subject, bulletin).get(language));
    if let Some(caution) = caution(bulletin) {
        line("口径", "basis of figures", caution.get(language));
    }
    line("校验码", "fingerprints", &super::super::screen::fingerprints(digests, language));
    Sheet {
        language,
        title: title(subject, bulletin).get(language).to_owned(),
        head,
        parts: bulletin.parts.iter().map(|part| chapter(part, language)).collect(),
    }
}

fn chapter(part: &Part, language: Language) -> Chapter {
    let shown = |text: &crate::language::Text| text.get(language).to_owned();
    let mut pieces = Vec::new();
    if part.rows.is_empty() {
        pieces.push(Piece::Words(language.pick("无", "none").to_owned()));
    } else {
        pieces.push(Piece::Grid(Grid {
            headings: part.headings.iter().map(|heading| shown(&heading.title)).collect(),
            rows: part
                .rows
                .iter()
                .map(|cells| cells.iter().map(|cell| shown(&cell.shown)).collect())
                .collect(),
            numeric: part.headings.iter().map(|heading| heading.is_number).collect(),
            by_hand: false,
        }));
    }
    if !part.remarks.is_empty() {
        pieces.push(Piece::List(part.remarks.iter().map(shown).collect()));
    }
    Chapter { level: 2, title: part.heading(language), note: shown(&part.note), pieces, ..Chapter::default() }
}
