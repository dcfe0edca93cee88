//! How long a row stays in force: entries of a register, warnings, credit points.

use super::role::word;
use crate::calendar::shifted;
use crate::document::Section;
use crate::language::Text;
use chrono::{Datelike as _, Days, NaiveDate};

/// The life of a row, from its own day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasts {
    /// The time fact that says its last day.
    pub until: Option<String>,
    /// How long it lasts where that is blank.
    pub otherwise: Option<Length>,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many days.
    Days(u32),
    /// So many months.
    Months(u32),
    /// Without end.
    Endless,
}

impl Lasts {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let otherwise = section.get("otherwise").and_then(|entry| {
            let written = entry.text()?;
            let length = Length::named(&written);
            if length.is_none() {
                entry.fault(
                    "P082",
                    Text::new(
                        format!("「{written}」应写作 \"90 days\"、\"6 months\"、\"1 year\" 或 \"endless\""),
                        format!("write `{written}` as \"90 days\", \"6 months\", \"1 year\" or \"endless\""),
                    ),
                );
            }
            length
        });
        let lasts = Self { until: section.text("until"), otherwise };
        if lasts.until.is_none() && lasts.otherwise.is_none() {
            word::<()>(section, "until", &[]);
            section.required("otherwise");
        }
        section.finish();
        lasts
    }
}

impl Lasts {
    /// A day before which nothing began that is still in force on `day`; `None` where any day may have seen its beginning.
    pub fn earliest(&self, day: NaiveDate) -> Option<NaiveDate> {
        match (&self.until, self.otherwise?) {
            (Some(_), _) | (None, Length::Endless) => None,
            (None, Length::Days(days)) => day.checked_sub_days(Days::new(u64::from(days))),
            (None, Length::Months(months)) => shifted(day, i64::from(months).checked_neg()?),
        }
    }
}

impl Length {
    fn named(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [count, unit] = words.as_slice() else {
            return (words == ["endless"]).then_some(Self::Endless);
        };
        let count: u32 = count.parse().ok()?;
        match *unit {
            "day" | "days" => Some(Self::Days(count)),
            "month" | "months" => Some(Self::Months(count)),
            "year" | "years" => Some(Self::Months(count.checked_mul(12)?)),
            _ => None,
        }
    }

    /// The last day of what lasts so long from a day on; `None` where it does not end. A month without the day it began
    /// on ends it with its own last day, as 民法典 article 202 says.
    pub fn last_day(&self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => first.checked_add_days(Days::new(u64::from(*days)))?.pred_opt(),
            Self::Months(months) => {
                let after = shifted(first, i64::from(*months))?;
                if after.day() < first.day() { Some(after) } else { after.pred_opt() }
            }
            Self::Endless => None,
        }
    }
}
