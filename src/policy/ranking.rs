//! How the cards of a kind are ranked among their peers, and how many of them may have a grade.

use super::Terms;
use super::role::word;
use crate::amount::{RoundingMode, Unit};
use crate::document::Entry;
use crate::language::Text;
use rust_decimal::Decimal;

/// How the cards of a kind are ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// The account whose balance decides.
    pub by: String,
    /// Which balance is first.
    pub best: Best,
    /// Cards that agree in all these facts and roles are peers; all cards of the kind where there are none.
    pub among: Vec<String>,
    /// Which rank cards of one balance have.
    pub ties: Ties,
    /// What becomes of a card that is vetoed.
    pub vetoed: Vetoed,
    /// Fewer peers than this are not ranked.
    pub smallest: Option<Decimal>,
}

/// Which balance is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    /// The highest.
    Highest,
    /// The lowest.
    Lowest,
}

/// Which rank cards of one balance have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// The same, and the next is as many further: 1, 2, 2, 4.
    Skipped,
    /// The same, and the next follows: 1, 2, 2, 3.
    Follows,
    /// The mean of the places they take together: 1, 2.5, 2.5, 4.
    Mean,
}

/// What becomes of a card that is vetoed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vetoed {
    /// It is ranked behind all others.
    Last,
    /// It has no rank, and is none of the peers.
    Out,
}

/// How many peers may have a grade; whoever has it above that gets the next lower one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The grade.
    pub grade: String,
    /// How many.
    pub at_most: Places,
    /// How a share of the peers becomes a number of places.
    pub rounded: RoundingMode,
    /// What becomes of cards of one balance that are not all within.
    pub ties: Cut,
}

/// A number of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// So many.
    Count(Decimal),
    /// This share of the peers.
    Share(Decimal),
    /// As the parameter says: a share where its unit is %.
    Parameter(String),
}

/// What becomes of cards of one balance where the quota ends among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// All of them have the grade.
    AllIn,
    /// None of them has.
    AllOut,
}

impl Ranking {
    pub(super) fn read(entry: &Entry<'_>, has_veto: bool) -> Option<Self> {
        let section = entry.section()?;
        let by = section.required_text("by");
        for key in ["best", "ties"] {
            section.required(key);
        }
        // whether a vetoed card still takes a place changes the ranks of others: the pack must say
        if has_veto {
            section.required("vetoed");
        }
        let best = word(&section, "best", &[("highest", Best::Highest), ("lowest", Best::Lowest)]);
        let ties = [
            ("same rank, next skipped", Ties::Skipped),
            ("same rank, next follows", Ties::Follows),
            ("shared by mean", Ties::Mean),
        ];
        let ties = word(&section, "ties", &ties);
        let vetoed = word(&section, "vetoed", &[("last", Vetoed::Last), ("out", Vetoed::Out)]);
        let smallest = section.get("smallest").and_then(|entry| entry.number()).map(|(number, _)| number);
        if smallest.is_some_and(|smallest| smallest < Decimal::ONE || !smallest.fract().is_zero()) {
            section.fault(
                "P064",
                Text::new("`smallest` 须为 1 以上的整数", "`smallest` is a whole number from 1 on"),
            );
        }
        let among = section.texts("among");
        section.finish();
        Some(Self {
            by: by?,
            best: best?,
            among,
            ties: ties?,
            vetoed: vetoed.unwrap_or(Vetoed::Last),
            smallest,
        })
    }
}

impl Quota {
    pub(super) fn read(entry: &Entry<'_>) -> Option<Self> {
        let section = entry.section()?;
        let grade = section.required_text("grade");
        let at_most = section.required("at_most").and_then(|entry| Places::read(&entry));
        for key in ["rounded", "ties"] {
            section.required(key);
        }
        let modes =
            [("half_up", RoundingMode::HalfUp), ("down", RoundingMode::Down), ("up", RoundingMode::Up)];
        let rounded = word(&section, "rounded", &modes);
        let ties = word(&section, "ties", &[("all in", Cut::AllIn), ("all out", Cut::AllOut)]);
        section.finish();
        Some(Self { grade: grade?, at_most: at_most?, rounded: rounded?, ties: ties? })
    }

    /// How many places there are among so many peers; `None` where the parameter is not in force.
    pub fn places(&self, peers: Decimal, terms: &Terms) -> Option<Decimal> {
        let (number, is_share) = match &self.at_most {
            Places::Count(count) => (*count, false),
            Places::Share(share) => (*share, true),
            Places::Parameter(name) => {
                (terms.number(name)?, terms.get(name)?.parameter.unit == Unit::Percent)
            }
        };
        let exact = if is_share { number.checked_mul(peers)? } else { number };
        Some(self.rounded.round(exact, 0))
    }
}

impl Places {
    fn read(entry: &Entry<'_>) -> Option<Self> {
        if entry.is_text() {
            let text = entry.text()?;
            if text.chars().next().is_some_and(char::is_alphabetic) {
                return Some(Self::Parameter(text));
            }
        }
        let (number, unit) = entry.number()?;
        let is_share = unit == Some(Unit::Percent);
        if number < Decimal::ZERO || (is_share && number > Decimal::ONE) {
            entry.fault(
                "P066",
                Text::new("名额须在 0 与全部之间", "the places must lie between none and all of the peers"),
            );
            return None;
        }
        Some(if is_share { Self::Share(number) } else { Self::Count(number) })
    }
}
