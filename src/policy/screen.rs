//! How reports show a kind.

use super::role::word;
use crate::document::Section;

/// How reports show a kind.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    /// The form of its part of the first screen.
    pub style: Style,
    /// The facts shown as columns.
    pub columns: Vec<String>,
    /// The fact that tells one row from another in few words.
    pub label: Option<String>,
    /// A fact of rows and the facts it is the union of.
    pub union: Option<(String, Vec<String>)>,
}

/// The form of a kind's part of the first screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Not shown.
    #[default]
    None,
    /// A line a card, with its facts, points, score and grade.
    Table,
    /// A line a card with the amounts it bears.
    Charges,
    /// How many cards have which score.
    Distribution,
}

impl Screen {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let choices = [
            ("table", Style::Table),
            ("charges", Style::Charges),
            ("distribution", Style::Distribution),
            ("none", Style::None),
        ];
        let union = section.section("union").and_then(|union| {
            let parts = (union.required_text("whole"), union.texts("parts"));
            union.finish();
            parts.0.map(|whole| (whole, parts.1))
        });
        let screen = Self {
            style: word(section, "as", &choices).unwrap_or_default(),
            columns: section.texts("columns"),
            label: section.text("label"),
            union,
        };
        section.finish();
        screen
    }
}

impl Style {
    /// Whether the kind has a part of the first screen.
    pub fn is_shown(self) -> bool {
        self != Self::None
    }
}
