//! A table as it stood at the end of an earlier day: what happened later is not known yet.

use super::Intake;
use crate::calendar::end_of;
use crate::fact::{Fact, Origin, Value};
use crate::policy::{Kind, Rows};
use chrono::{NaiveDate, NaiveDateTime};

impl Intake {
    /// Leaves out rows that are dated later than the day, and blanks whatever became known later: moments that lie behind
    /// it, and what is known since such a moment. What is not said since when it is known stays.
    pub fn cut_off(&mut self, kind: &Kind, day: NaiveDate) {
        let end = end_of(day);
        let at = self.rows.at();
        // a ledger is dated by the day it is drawn up for, which may lie ahead
        let is_ledger = match &kind.rows {
            Rows::Table { at, .. } => kind.schema.get(at).is_some_and(|fact| fact.future),
            _ => false,
        };
        let is_in = |row: &usize| is_ledger || at.get(*row).is_some_and(|at| *at < end);
        let kept: Vec<usize> = (0..at.len()).filter(is_in).collect();
        if kept.len() < self.rows.len() {
            let left = self.rows.len().saturating_sub(kept.len());
            self.outside = self.outside.saturating_add(left);
            self.rows = self.rows.select(&kept);
        }
        let until = kind.lasts.as_ref().and_then(|lasts| lasts.until.as_ref());
        let happens = |fact: &Fact| !fact.future && until != Some(&fact.name);
        let mut then_known: Vec<(usize, usize, Value)> = Vec::new();
        for (place, fact) in kind.schema.facts().iter().enumerate() {
            if !matches!(fact.origin, Origin::Column(_)) {
                continue;
            }
            let since = fact.known_at.as_ref().and_then(|since| kind.schema.position(since));
            let facts = self.rows.facts();
            let moment = |fact: usize, row: usize| -> Option<NaiveDateTime> {
                if let Value::Moment(moment) = facts.value(fact, row) { Some(moment) } else { None }
            };
            for row in 0..self.rows.len() {
                let own = moment(place, row).filter(|_| happens(fact));
                let known = since.and_then(|since| moment(since, row));
                if own.max(known).is_some_and(|moment| moment >= end) {
                    let then = fact.before.as_ref().or(fact.blank.as_ref());
                    then_known.push((place, row, then.cloned().unwrap_or(Value::Missing)));
                }
            }
        }
        for (place, row, value) in then_known {
            self.rows.facts_mut().set(place, row, value);
        }
    }
}
