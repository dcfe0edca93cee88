//! What rows have in common, whom they lead to, and whether they are in force.

use super::days;
use super::model::{Aggregate, Rows};
use super::stage::{Row, Stage};
use super::value::{Datum, Grade, Known};
use chrono::NaiveDate;

/// What rows have in common; nothing where a role is not held that need not be.
pub(super) type Common = Option<(Vec<String>, Grade)>;

impl Stage<'_> {
    /// What a row has of these facts and roles.
    pub(super) fn common(&self, (kind, row): (usize, &Row), names: Vec<&str>) -> Common {
        let declared = &self.model.kinds[kind];
        let (mut common, mut all) = (Vec::new(), Grade::Exact);
        for name in names {
            let what = format!("{} {name}", self.named(kind, row));
            if let Some(fact) = declared.fact(name) {
                let (datum, grade) = match self.value(kind, row, name) {
                    Known { datum: None, grade: Grade::Exact | Grade::Filled } => {
                        (Some(self.fill.datum(&what, &declared.facts[fact].of)), Grade::Filled)
                    }
                    known => (known.datum, known.grade),
                };
                common.push(format!("{datum:?}"));
                all = all.max(grade);
                continue;
            }
            let role = declared.role(name).unwrap();
            let holders: Vec<&str> = row.holders[role].iter().map(String::as_str).collect();
            if holders.is_empty() && declared.roles[role].need_not {
                return None;
            }
            if holders.is_empty() {
                let all_names = ["P1", "P2", "P3", "P4", "U1", "U2"];
                let mut chance = crate::chance::Chance(u64::try_from(what.len()).unwrap() ^ self.fill.0);
                common.push((*chance.one(&all_names)).to_owned());
                all = all.max(Grade::Filled);
            } else {
                common.push(holders.join(" "));
            }
        }
        Some((common, all))
    }

    pub(super) fn is_alike(
        &self,
        (over, row): (usize, &Row),
        aggregate: &Aggregate,
        own: &[String],
    ) -> (bool, Grade) {
        let theirs = aggregate.same.iter().map(|(_, theirs)| *theirs).collect();
        match self.common((over, row), theirs) {
            None => (false, Grade::Exact),
            Some((theirs, grade)) => (theirs == own, grade),
        }
    }

    /// Whether a row leads to a card: by one role, or by every role that is a card of its kind or of the same subjects.
    pub(super) fn leads(
        &self,
        (over, row): (usize, &Row),
        (kind, card): (usize, &Row),
        by: Option<&str>,
    ) -> (bool, Grade) {
        let (from, to) = (&self.model.kinds[over], &self.model.kinds[kind]);
        if by.is_none() && from.is_card() && from.rows == to.rows {
            return (row.id == card.id, Grade::Exact);
        }
        let roles = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let all = from.roles.iter().enumerate();
            let named = all.filter(|(_, role)| by.is_none_or(|by| by == role.name) && fits(role.is));
            named.map(|(place, _)| place).collect()
        };
        let itself = roles(&|is| is == to.name);
        let alike = |is: &str| self.model.kind(is).rows == to.rows;
        let roles = if itself.is_empty() { roles(&alike) } else { itself };
        if roles.iter().any(|role| row.holders[*role].contains(&card.id)) {
            return (true, Grade::Exact);
        }
        let vacant = |role: &usize| row.holders[*role].is_empty() && !from.roles[*role].need_not;
        if roles.iter().any(vacant) {
            let what = format!("{} leads to {}", self.named(over, row), card.id);
            return (self.fill.flag(&what), Grade::Filled);
        }
        (false, Grade::Exact)
    }

    /// The day by which a row falls into a period; none where it falls into none yet.
    pub(super) fn counted_on(&self, kind: usize, row: &Row) -> Option<NaiveDate> {
        match (self.model.kinds[kind].rows, self.model.kinds[kind].counted_at) {
            (Rows::Table(_), Some(fact)) => match self.value(kind, row, fact).datum {
                Some(Datum::Moment(moment)) => Some(moment.date()),
                _ => None,
            },
            (Rows::Raised, _) => row.counted,
            _ => Some(row.at.date()),
        }
    }

    pub(super) fn is_valid(&self, kind: usize, row: &Row, day: NaiveDate) -> (bool, Grade) {
        let lasts = self.model.kinds[kind].lasts.unwrap();
        let begins = row.at.date();
        if day < begins {
            return (false, Grade::Exact);
        }
        let until = lasts.until.and_then(|until| self.value(kind, row, until).datum);
        match (until, lasts.otherwise) {
            (Some(Datum::Moment(until)), _) => (day <= until.date(), Grade::Exact),
            (_, Some(length)) => {
                (days::last_day(begins, length).is_none_or(|last| day <= last), Grade::Exact)
            }
            _ => (self.fill.flag(&format!("{} lasts", self.named(kind, row))), Grade::Filled),
        }
    }

    /// Whether a card looks back on a period of which there is no assessment.
    pub(super) fn lacks(
        &self,
        (kind, over): (usize, usize),
        own: &Row,
        (first, last): (Option<NaiveDate>, NaiveDate),
    ) -> bool {
        let from = &self.model.kinds[over];
        let (true, Some(first)) = (from.is_card(), first) else { return false };
        let mut stretch = days::around(first, from.months);
        while stretch.first <= last {
            let whole = first <= stretch.first && stretch.last <= last;
            let holds_own = kind == over && stretch.first <= own.at.date() && own.at.date() <= stretch.last;
            let is_known = stretch.last == self.period.last || self.known.contains(&(over, stretch));
            if whole && !holds_own && !is_known {
                return true;
            }
            stretch = days::around(days::later(stretch.last, 1), from.months);
        }
        false
    }
}
