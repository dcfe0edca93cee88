//! A book: everything one assessment is made from. `book.toml` names the pack, the period, the date and the files.

use crate::calendar::Period;
use crate::diagnostic::Faults;
use crate::document::{Entry, Section, Source};
use crate::language::Text;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is assessed, and by which pack.
#[derive(Clone, Debug)]
pub struct Book {
    /// Whose book it is.
    pub title: Text,
    /// The pack's folder.
    pub pack: PathBuf,
    /// The period.
    pub period: Period,
    /// The assessment date: clocks that have not ended run up to its end.
    pub as_of: NaiveDate,
    /// The files of each table.
    pub tables: BTreeMap<String, Vec<PathBuf>>,
    /// The sheet of the workbooks of a table, where the book names it.
    pub sheets: BTreeMap<String, String>,
    /// Since when the files of a table are complete, where the book says so: it knows its files better than the pack.
    pub covers: BTreeMap<String, NaiveDate>,
    /// The file of members, where there is an organisation.
    pub members: Option<PathBuf>,
    /// The file of posts.
    pub posts: Option<PathBuf>,
    /// The sheets of members and of posts, where those are workbooks and the book names them.
    pub organisation_sheets: [Option<String>; 2],
    /// The files of earlier assessments.
    pub earlier: Vec<PathBuf>,
}

impl Book {
    /// A book of no file: of rows typed by hand.
    pub fn of_nothing(pack: &Path, period: Period, as_of: NaiveDate) -> Self {
        Self {
            title: Text::default(),
            pack: pack.to_owned(),
            period,
            as_of,
            tables: BTreeMap::new(),
            sheets: BTreeMap::new(),
            covers: BTreeMap::new(),
            members: None,
            posts: None,
            organisation_sheets: [None, None],
            earlier: Vec::new(),
        }
    }

    /// Reads a book's folder.
    pub fn read(folder: &Path, faults: &Faults) -> Option<Self> {
        let path = folder.join("book.toml");
        let source = match Source::read(&path, &path.display().to_string()) {
            Ok(source) => source,
            Err(fault) => {
                faults.push(fault);
                return None;
            }
        };
        source.parse(faults, |document| Self::from_document(document, folder))?
    }

    fn from_document(document: &Section<'_>, folder: &Path) -> Option<Self> {
        let head = document.required("book")?.section()?;
        let title = head.title("title");
        let pack = head.required_text("pack");
        let period = head.required("period").and_then(|entry| read_period(&entry));
        let as_of = head.get("as_of").and_then(|entry| entry.day());
        let earlier = head.texts("earlier").into_iter().map(|file| folder.join(file)).collect();
        head.finish();
        let (mut tables, mut sheets, mut covers) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        if let Some(section) = document.required("tables").and_then(|entry| entry.section()) {
            for entry in section.entries() {
                let mut files = Vec::new();
                if entry.is_table() {
                    let Some(table) = entry.section() else { continue };
                    files.extend(table.required("files").and_then(|files| files.list()).unwrap_or_default());
                    let from = table.get("covers").and_then(|from| from.day());
                    covers.extend(from.map(|from| (entry.name().to_owned(), from)));
                    let sheet = table.text("sheet");
                    sheets.extend(sheet.map(|sheet| (entry.name().to_owned(), sheet)));
                    table.finish();
                } else {
                    files.extend(entry.list().unwrap_or_default());
                }
                tables.insert(entry.name().to_owned(), files_of(&files, folder));
            }
        }
        let organisation = document.section("organisation");
        let file = |key: &str| {
            let name = organisation.as_ref().and_then(|section| section.required_text(key))?;
            Some(folder.join(name))
        };
        let (members, posts) = (file("members"), file("posts"));
        let mut organisation_sheets = [None, None];
        if let Some(section) = &organisation {
            organisation_sheets = [section.text("members_sheet"), section.text("posts_sheet")];
            section.finish();
        }
        let period = period?;
        Some(Self {
            title,
            pack: folder.join(pack?),
            period,
            as_of: as_of.unwrap_or(period.last),
            tables,
            sheets,
            covers,
            members,
            posts,
            organisation_sheets,
            earlier,
        })
    }
}

/// The files of a table; one that is listed twice would be read twice.
fn files_of(entries: &[Entry<'_>], folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let Some(file) = entry.text().map(|file| folder.join(file)) else { continue };
        if files.contains(&file) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let message = Text::new(
                format!("{name} 列了两次：只留一处"),
                format!("{name} is listed twice: keep one of them"),
            );
            entry.fault("B007", message);
        } else {
            files.push(file);
        }
    }
    files
}

fn read_period(entry: &Entry<'_>) -> Option<Period> {
    let written = entry.text()?;
    let period = Period::parse(&written);
    if period.is_none() {
        entry.fault(
            "B001",
            Text::new(
                format!("考核期「{written}」应写作 2026-10、2026-Q4 或 2026"),
                format!("write the period `{written}` as 2026-10, 2026-Q4 or 2026"),
            ),
        );
    }
    period
}
