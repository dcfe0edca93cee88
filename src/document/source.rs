//! The text of a file that a person wrote.

use super::Section;
use crate::diagnostic::{Diagnostic, Faults, Place, reason};
use crate::language::Text;
use std::cell::RefCell;
use std::fs::File;
use std::io::{Error, ErrorKind, Read as _};
use std::ops::Range;
use std::path::Path;
use toml::de::{DeArray, DeTable, DeValue};

/// Source files of a policy are not larger than this.
const SOURCE_BYTES: u64 = 1 << 20;

/// The text of a file and the name the user knows it by.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path shown in messages.
    pub file: String,
    /// What it holds.
    pub text: String,
}

/// Reads a file, or whatever stands under its name, that has not more bytes than that.
///
/// # Errors
/// It is missing, unreadable or has more.
pub fn read_at_most(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // what is no file tells no length
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read <= most) {
        return Ok(bytes);
    }
    Err(Error::new(ErrorKind::FileTooLarge, format!("> {most} B")))
}

impl Source {
    /// Reads a text file that a person wrote.
    ///
    /// # Errors
    /// It is missing, unreadable, too large or not UTF-8.
    pub fn read(path: &Path, shown: &str) -> Result<Self, Diagnostic> {
        let failed = |zh: String, en: String| {
            Diagnostic::error("F001", Text::new(zh, en)).at(Place::File { file: shown.to_owned() })
        };
        let unreadable = |error: &Error| {
            let why = reason(error);
            failed(format!("无法读取文件：{}", why.zh), format!("cannot read the file: {}", why.en))
        };
        let bytes = read_at_most(path, SOURCE_BYTES).map_err(|error| unreadable(&error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            failed(format!("第 {at} 字节起不是 UTF-8 文本"), format!("not UTF-8 text from byte {at} on"))
        })?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Self { file: shown.to_owned(), text: text.replace("\r\n", "\n") })
    }

    /// Parses the text as TOML and hands its top table to `reader`. Keys that nobody asked for are faults.
    pub fn parse<R>(&self, faults: &Faults, reader: impl FnOnce(&Section<'_>) -> R) -> Option<R> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        if !errors.is_empty() {
            for error in errors {
                let span = error.span().unwrap_or(0..0);
                faults.push(
                    Diagnostic::error(
                        "F002",
                        Text::new(
                            format!("TOML 语法有误：{}", error.message()),
                            format!("not valid TOML: {}", error.message()),
                        ),
                    )
                    .at(self.place(span)),
                );
            }
            return None;
        }
        let section = Section {
            source: self,
            name: String::new(),
            form: self.form(),
            span: 0..0,
            table: table.get_ref(),
            asked: RefCell::default(),
            faults,
        };
        let result = reader(&section);
        section.finish();
        Some(result)
    }

    /// Which kind of file it is: those of one folder of scenarios are alike.
    fn form(&self) -> String {
        let path = Path::new(&self.file);
        let name = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let folder = name(path.parent().and_then(Path::file_name));
        if folder == "scenarios" { format!("{folder}/*.toml") } else { name(path.file_name()) }
    }

    /// Where a word stands under a way of keys, such as `complaint.facts.waited`; else where what is under the keys stands,
    /// as far as there are such keys. Of a list such as `[[cap]]` a number is the one of that place, from 0: `cap.2`.
    pub fn find(&self, way: &str, word: &str) -> Place {
        let (table, _) = DeTable::parse_recoverable(&self.text);
        let (mut spans, mut table, mut list) = (Vec::new(), Some(table.get_ref()), None);
        for key in way.split('.') {
            if let (Some(all), Ok(place)) = (list.take(), key.parse::<usize>()) {
                let all: &DeArray<'_> = all;
                let Some(one) = all.get(place) else { break };
                spans = vec![one.span()];
                table = if let DeValue::Table(table) = one.get_ref() { Some(table) } else { None };
                continue;
            }
            let entries = table.into_iter().flat_map(|table| table.iter());
            let Some((_, value)) = entries.into_iter().find(|(name, _)| name.get_ref() == key) else { break };
            spans = match value.get_ref() {
                // every table of a list such as [[cap]]
                DeValue::Array(all) => {
                    list = Some(all);
                    all.iter().map(toml::Spanned::span).collect()
                }
                _ => vec![value.span()],
            };
            table = if let DeValue::Table(table) = value.get_ref() { Some(table) } else { None };
        }
        let quoted = format!("\"{word}\"");
        let within = spans.iter().find_map(|span| {
            let region = self.region(span.clone());
            let at = self.text.get(region.clone())?.find(&quoted)?;
            let start = region.start.saturating_add(at);
            Some(start..start.saturating_add(quoted.len()))
        });
        match within.filter(|_| !word.is_empty()).or_else(|| spans.first().cloned()) {
            Some(span) => self.place(span),
            None => Place::File { file: self.file.clone() },
        }
    }

    /// What belongs to a table: all up to the next heading where it has one of its own.
    fn region(&self, span: Range<usize>) -> Range<usize> {
        let rest = self.text.get(span.start..).unwrap_or_default();
        if !rest.starts_with('[') {
            return span;
        }
        let next = rest.find("\n[").map_or(self.text.len(), |next| span.start.saturating_add(next));
        span.start..next.max(span.end)
    }

    /// The place of a byte range.
    pub fn place(&self, span: Range<usize>) -> Place {
        Place::in_source(&self.file, &self.text, span.start, span.end)
    }
}
