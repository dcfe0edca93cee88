//! Moments as an export writes them that is not ISO: only where a pack says in which order the parts stand.

use chrono::format::{Parsed, StrftimeItems, parse};
use chrono::{Datelike as _, NaiveDateTime, NaiveTime};

/// How a column writes its moments: `%m/%d/%Y %I:%M:%S %p`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(String);

/// Why a way of writing cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// A letter behind `%` that is none of [`Written::LETTERS`].
    Letter(Option<char>),
    /// Year, month or day is not said, or an hour without what tells it.
    Incomplete,
    /// A part is said twice.
    Twice(char),
}

impl Written {
    /// The letters that may stand behind `%`: year of four digits, month, day, hour of 24, hour of 12, minute, second,
    /// AM or PM, and the percent sign itself.
    pub const LETTERS: [char; 9] = ['Y', 'm', 'd', 'H', 'I', 'M', 'S', 'p', '%'];

    /// Checks a way of writing.
    ///
    /// # Errors
    /// It would leave open, or say twice, which moment is meant.
    pub fn new(text: &str) -> Result<Self, Unwritable> {
        let mut said: Vec<char> = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                continue;
            }
            match characters.next() {
                Some('%') => {}
                Some(letter) if said.contains(&letter) => return Err(Unwritable::Twice(letter)),
                Some(letter) if Self::LETTERS.contains(&letter) => said.push(letter),
                other => return Err(Unwritable::Letter(other)),
            }
        }
        let has = |letter: char| said.contains(&letter);
        let day = has('Y') && has('m') && has('d');
        // an hour of 12 means two moments of a day unless the half is said
        let time = match (has('H'), has('I'), has('p')) {
            (false, false, false) => !has('M') && !has('S'),
            (true, false, false) | (false, true, true) => has('M') || !has('S'),
            _ => false,
        };
        if day && time { Ok(Self(text.to_owned())) } else { Err(Unwritable::Incomplete) }
    }

    /// The moment a cell says; a day alone is its beginning. `None` where the cell is written otherwise.
    pub fn read(&self, cell: &str) -> Option<NaiveDateTime> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, cell.trim(), StrftimeItems::new(&self.0)).ok()?;
        let day = parsed.to_naive_date().ok()?;
        // 13 is not the year 2013
        if !(1000..=9999).contains(&day.year()) {
            return None;
        }
        let is_day = !self.0.contains("%H") && !self.0.contains("%I");
        let time = if is_day {
            NaiveTime::MIN
        } else {
            // an hour alone is its beginning
            if !self.0.contains("%M") {
                parsed.set_minute(0).ok()?;
            }
            parsed.to_naive_time().ok()?
        };
        Some(day.and_time(time))
    }

    /// The form as the pack writes it.
    pub fn form(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::show_moment;

    #[test]
    fn an_export_of_another_country_is_read_as_the_pack_says() {
        let american = Written::new("%m/%d/%Y %I:%M:%S %p").unwrap();
        for (cell, expected) in [
            ("10/31/2013 02:08:41 AM", Some("2013-10-31 02:08:41")),
            ("10/31/2013 12:00:00 AM", Some("2013-10-31")),
            ("10/31/2013 12:00:00 PM", Some("2013-10-31 12:00")),
            ("9/3/2013 2:08:41 PM", Some("2013-09-03 14:08:41")),
            ("31/10/2013 02:08:41 AM", None),
            ("02/29/2013 02:08:41 AM", None),
            ("10/31/13 02:08:41 AM", None),
            ("10/31/2013 14:08:41 PM", None),
            ("10/31/2013 02:08:41", None),
            ("10/31/2013 02:08:41 AM EST", None),
        ] {
            assert_eq!(american.read(cell).map(show_moment).as_deref(), expected, "{cell}");
        }
        let day = Written::new("%d.%m.%Y").unwrap();
        assert_eq!(day.read("3.9.2013").map(show_moment).as_deref(), Some("2013-09-03"));
        let hour = Written::new("%Y%m%d %H").unwrap();
        assert_eq!(hour.read("20130903 07").map(show_moment).as_deref(), Some("2013-09-03 07:00"));
    }

    #[test]
    fn a_way_of_writing_that_leaves_the_moment_open_is_refused() {
        for (text, fault) in [
            ("%m/%d/%y", Unwritable::Letter(Some('y'))),
            ("%m/%d/%Y %", Unwritable::Letter(None)),
            ("%m/%d", Unwritable::Incomplete),
            ("%m/%d/%Y %I:%M", Unwritable::Incomplete),
            ("%m/%d/%Y %H:%M %p", Unwritable::Incomplete),
            ("%m/%d/%Y %M", Unwritable::Incomplete),
            ("%m/%d/%Y %m", Unwritable::Twice('m')),
        ] {
            assert_eq!(Written::new(text), Err(fault), "{text}");
        }
    }
}
