//! A question the text leaves open, and the answer this pack takes.

use crate::document::Section;
use crate::language::Text;

/// What the pack's author had to choose. It is printed on every report.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What the text leaves open.
    pub question: Text,
    /// What this pack takes it to mean.
    pub answer: Text,
    /// The clauses it concerns.
    pub clauses: Vec<String>,
}

impl Reading {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let title = |key: &str| section.required(key).and_then(|entry| entry.title()).unwrap_or_default();
        let reading =
            Self { question: title("question"), answer: title("answer"), clauses: section.texts("clauses") };
        section.finish();
        reading
    }
}
