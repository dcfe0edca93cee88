//! A question the text leaves open, and the answer this pack takes.

use super::Unsaid;
use crate::document::{Entry, Section};
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
    /// The standard questions it answers.
    pub answers: Vec<Unsaid>,
}

impl Reading {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let title = |key: &str| section.required(key).and_then(|entry| entry.title()).unwrap_or_default();
        let reading = Self {
            question: title("question"),
            answer: title("answer"),
            clauses: section.texts("clauses"),
            answers: read_answers(section),
        };
        section.finish();
        reading
    }

    /// Whether it answers a standard question as these clauses raise it; a reading that names no clause answers for all.
    pub fn settles(&self, unsaid: Unsaid, clauses: &[String]) -> bool {
        let concerns = self.clauses.is_empty() || clauses.iter().all(|clause| self.clauses.contains(clause));
        concerns && self.answers.contains(&unsaid)
    }
}

fn read_answers(section: &Section<'_>) -> Vec<Unsaid> {
    let names = || Unsaid::ALL.map(Unsaid::name);
    section.offers("answers", names());
    let read = |entry: &Entry<'_>| {
        let name = entry.text()?;
        let unsaid = Unsaid::named(&name);
        if unsaid.is_none() {
            entry.unknown(Text::new("标准问题", "standard question"), &name, names());
        }
        unsaid
    };
    section.list("answers").iter().filter_map(read).collect()
}
