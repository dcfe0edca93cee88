//! A role: a name on a row that leads to a card.

use crate::document::Section;
use crate::language::Text;

/// What a verb names.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// The kind of card it leads to.
    pub is: String,
    /// How its holder is found.
    pub holder: Holder,
    /// What several holders bear.
    pub several: Several,
    /// Who bears where nobody holds it.
    pub vacant: Vacant,
}

/// How the holder of a role is found on the day of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The row's own card.
    Itself,
    /// A column holding codes, several of them separated by `separator`.
    Column {
        /// The headings the column may have.
        headings: Vec<String>,
        /// Between several codes.
        separator: Option<String>,
    },
    /// One card for all rows, of this code: the whole company.
    Fixed(String),
    /// Whoever the row was raised for.
    Raised,
    /// The unit above, or the holder of a post of, another role's holder.
    Of(String),
    /// Somebody outside: it bears amounts and has no card.
    Outside,
}

/// What each of several holders bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    /// Each bears the full amount.
    Each,
    /// The amount is split, to the last cent.
    Split,
    /// Only the one named first answers.
    First,
}

/// What happens to an amount whose role nobody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vacant {
    /// It is listed as not borne, and the assessment is provisional.
    Undetermined,
    /// Nobody bears it; it is dropped.
    Nobody,
    /// The holder of an earlier role of the same row bears it.
    Inherits(String),
}

impl Role {
    pub(super) fn read(section: &Section<'_>, is_raised: bool) -> Option<Self> {
        if section.get("outside").and_then(|entry| entry.flag()) == Some(true) {
            let role = Self {
                is: String::new(),
                holder: Holder::Outside,
                vacant: Vacant::Nobody,
                ..Self::itself(section.name(), section.title("title"))
            };
            section.finish();
            return Some(role);
        }
        let headings = section.texts("from");
        let (of, separator) = (section.text("of"), section.text("separator"));
        let holder = match of {
            Some(of) if headings.is_empty() => Holder::Of(of),
            None if headings.is_empty() && section.get("id").is_some() => {
                Holder::Fixed(section.required_text("id")?)
            }
            None if is_raised && headings.is_empty() => Holder::Raised,
            None if !headings.is_empty() => Holder::Column { headings, separator },
            _ => {
                section.fault(
                    "P020",
                    Text::new(
                        "角色须有 `from`（列）、`of`（其他角色）或 `id`（固定编号）之一",
                        "a role needs one of `from` (a column), `of` (another role), `id` (one code for all)",
                    ),
                );
                Holder::Itself
            }
        };
        let several = word(
            section,
            "several",
            &[("each", Several::Each), ("split", Several::Split), ("first", Several::First)],
        );
        section.offers("vacant", ["undetermined", "nobody"]);
        let vacant = section.text("vacant").map(|word| match word.as_str() {
            "undetermined" => Vacant::Undetermined,
            "nobody" => Vacant::Nobody,
            _ => Vacant::Inherits(word),
        });
        let is_own = holder == Holder::Raised;
        let role = Self {
            name: section.name().to_owned(),
            title: section.title("title"),
            is: section.required_text("is")?,
            holder,
            several: several.unwrap_or(Several::Each),
            // a row is raised for one of its roles, and for nobody under the others
            vacant: vacant.unwrap_or(if is_own { Vacant::Nobody } else { Vacant::Undetermined }),
        };
        section.finish();
        Some(role)
    }

    /// Whether whoever bears it stands outside: no card counts what it bears.
    pub fn is_outside(&self) -> bool {
        self.holder == Holder::Outside
    }

    /// The role by which a card is its own bearer.
    pub(super) fn itself(kind: &str, title: Text) -> Self {
        Self {
            name: kind.to_owned(),
            title,
            is: kind.to_owned(),
            holder: Holder::Itself,
            several: Several::Each,
            vacant: Vacant::Undetermined,
        }
    }
}

/// The choice a key names, with a fault where it names none.
pub(super) fn word<T: Copy>(section: &Section<'_>, key: &str, choices: &[(&str, T)]) -> Option<T> {
    section.offers(key, choices.iter().map(|(name, _)| *name));
    let entry = section.get(key)?;
    let word = entry.text()?;
    let choice = choices.iter().find(|(name, _)| *name == word).map(|(_, choice)| *choice);
    if choice.is_none() {
        let names = choices.iter().map(|(name, _)| *name);
        entry.unknown(Text::new("取值", "choice"), &word, names);
    }
    choice
}
