//! What is wrong with a user's file: where, what was found, what was expected, what to do.

mod asked;

pub use asked::{Asked, AskedKey};

use crate::language::{Language, Text};
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use std::cell::RefCell;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be done before it is mended.
    Error,
    /// Work goes on; somebody should look.
    Warning,
    /// Nothing is wrong; somebody may want to know.
    Note,
}

/// Where in a user's file something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A file as a whole.
    File {
        /// Its path as the user knows it.
        file: String,
    },
    /// Some characters of one line.
    Line {
        /// The file's path.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The first character, from 1.
        column: usize,
        /// How many characters.
        length: usize,
        /// The line itself.
        excerpt: String,
    },
    /// A cell of a table.
    Cell {
        /// The file's path.
        file: String,
        /// The row as a spreadsheet numbers it: the heading is row 1.
        row: usize,
        /// The heading of the column; empty for the whole row.
        column: String,
    },
}

impl Place {
    /// The place of byte range `start..end` in `source`.
    pub fn in_source(file: &str, source: &str, start: usize, end: usize) -> Self {
        let before = source.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
        let excerpt = source.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
        let marked = source.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
        Self::Line {
            file: file.to_owned(),
            line: before.matches('\n').count().saturating_add(1),
            column: source.get(line_start..start).unwrap_or_default().chars().count().saturating_add(1),
            length: marked.chars().count().max(1),
            excerpt: excerpt.to_owned(),
        }
    }

    /// The place `length` characters long at a line and column of `source`, both from 1.
    pub fn at(file: &str, source: &str, line: usize, column: usize, length: usize) -> Self {
        let excerpt = source.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
        Self::Line { file: file.to_owned(), line, column, length: length.max(1), excerpt }
    }

    /// The place in few words: `policy.toml:12:5`, `complaints.csv row 7, 责任认定`.
    pub fn short(&self, language: Language) -> String {
        match (self, language) {
            (Self::File { file }, _) => file.clone(),
            (Self::Line { file, line, column, .. }, _) => format!("{file}:{line}:{column}"),
            (Self::Cell { file, row, column }, Language::Zh) if column.is_empty() => {
                format!("{file} 第 {row} 行")
            }
            (Self::Cell { file, row, column }, Language::Zh) => {
                format!("{file} 第 {row} 行「{column}」")
            }
            (Self::Cell { file, row, column }, Language::En) if column.is_empty() => {
                format!("{file} row {row}")
            }
            (Self::Cell { file, row, column }, Language::En) => {
                format!("{file} row {row}, column '{column}'")
            }
        }
    }
}

/// One fault or remark, worded in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code: `P` policy, `C` clause, `R` rows, `O` organisation, `B` book, `S` scenario, `A` assessment,
    /// `I` inspection of a whole pack.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: Text,
    /// Where.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<Text>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: Text) -> Self {
        Self { code, severity: Severity::Error, message, place: None, help: None }
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: Text) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A note without a place yet.
    pub fn note(code: &'static str, message: Text) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// The same, with its place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn help(mut self, help: Text) -> Self {
        self.help = Some(help);
        self
    }

    /// The same, with "did you mean" where one of the known names is close, else with the names.
    #[must_use]
    pub fn suggest<'n>(self, wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        match suggestion(wrong, known) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// The diagnostic as a person reads it, with the line and a caret where there is one.
    pub fn render(&self, language: Language, colour: bool) -> String {
        let (level, name) = match self.severity {
            Severity::Error => (Level::ERROR, language.pick("错误", "error")),
            Severity::Warning => (Level::WARNING, language.pick("提醒", "warning")),
            Severity::Note => (Level::NOTE, language.pick("说明", "note")),
        };
        let (level, helping) = (level.with_name(name), language.pick("帮助", "help"));
        let mut group = level
            .primary_title(self.message.get(language))
            .id(self.code)
            .elements(None::<Snippet<'_, annotate_snippets::Annotation<'_>>>);
        match &self.place {
            Some(Place::Line { file, line, column, length, excerpt }) => {
                let start = byte_of(excerpt, column.saturating_sub(1));
                let end = byte_of(excerpt, column.saturating_sub(1).saturating_add(*length));
                group = group.element(
                    Snippet::source(excerpt.as_str())
                        .line_start(*line)
                        .path(file.as_str())
                        .annotation(AnnotationKind::Primary.span(start..end.max(start))),
                );
            }
            Some(place) => group = group.element(Origin::path(place.short(language))),
            None => {}
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let Some(help) = self.help.as_ref().map(|help| help.get(language)) else {
            return renderer.render(&[group]);
        };
        if self.place.is_none() {
            return format!("{}\n  = {helping}: {help}", renderer.render(&[group]).trim_end());
        }
        renderer.render(&[group.element(Level::HELP.with_name(helping).message(help))])
    }
}

fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}

/// Why the system would not read or write, in both languages.
pub fn reason(error: &std::io::Error) -> Text {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => Text::new("没有这个文件或文件夹", "there is no such file or folder"),
        ErrorKind::PermissionDenied => Text::new("没有权限", "permission is denied"),
        ErrorKind::NotADirectory => Text::new("这是文件，不是文件夹", "it is a file, not a folder"),
        ErrorKind::IsADirectory => Text::new("这是文件夹，不是文件", "it is a folder, not a file"),
        ErrorKind::FileTooLarge => {
            Text::new(format!("文件过大（{error}）"), format!("the file is too large ({error})"))
        }
        ErrorKind::StorageFull => Text::new("磁盘已满", "the disk is full"),
        _ => Text::same(error.to_string()),
    }
}

/// "Did you mean …", or the list of what is known where nothing is close and the list is short.
pub fn suggestion<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<Text> {
    // what is known and yet wrong here is no help
    let known: Vec<&str> = known.into_iter().filter(|name| *name != wrong).collect();
    let near = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), *name))
        .filter(|(distance, name)| {
            *distance <= 1.max(name.chars().count().min(wrong.chars().count()) / 3)
                && *distance < name.chars().count()
        })
        .min();
    match near {
        Some((_, name)) => Some(Text::new(format!("是否指「{name}」？"), format!("did you mean `{name}`?"))),
        None if !known.is_empty() && known.len() <= 24 => Some(Text::new(
            format!("可用：{}", known.join("、")),
            format!("known here: {}", known.join(", ")),
        )),
        None => None,
    }
}

/// The faults of a piece of work, collected so that all are reported at once.
#[derive(Debug, Default)]
pub struct Faults {
    found: RefCell<Vec<Diagnostic>>,
    /// What was asked for, where that is to be known.
    asked: Option<RefCell<Asked>>,
}

impl Faults {
    /// Those of work of which is also to be known what it asks for.
    pub fn with_questions() -> Self {
        Self { asked: Some(RefCell::default()), ..Self::default() }
    }

    /// Notes what is learned of a key by its being asked for.
    pub fn asked(&self, form: impl FnOnce() -> String, learn: impl FnOnce(&mut AskedKey)) {
        if let Some(asked) = &self.asked {
            learn(asked.borrow_mut().entry(form()).or_default());
        }
    }

    /// Every key that was asked for.
    pub fn questions(&self) -> Asked {
        self.asked.as_ref().map(|asked| asked.borrow().clone()).unwrap_or_default()
    }

    /// Adds one.
    pub fn push(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }

    /// Adds several.
    pub fn extend(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.borrow_mut().extend(diagnostics);
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.found.borrow().iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// All of them, in the order of their places; the same fault at the same place only once.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.found.into_inner();
        diagnostics.sort_by(|a, b| {
            (a.severity, &a.place, a.code, &a.message).cmp(&(b.severity, &b.place, b.code, &b.message))
        });
        diagnostics.dedup();
        diagnostics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_stands_under_the_word_also_behind_chinese_text() {
        let source = "a = 1\n标题 = \"majr\"\n";
        let start = source.find("\"majr\"").unwrap();
        let place = Place::in_source("policy.toml", source, start, start + 6);
        let shown = Diagnostic::error("P001", Text::new("不认识", "`majr` is not a word"))
            .at(place)
            .suggest("majr", ["minor", "major"])
            .render(Language::En, false);
        assert!(shown.contains("policy.toml:2:6"), "{shown}");
        assert!(shown.contains("^^^^^^"), "{shown}");
        assert!(shown.contains("did you mean `major`?"), "{shown}");
    }
}
