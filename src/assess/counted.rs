//! What a fact made out of several rows was made of, row by row: so that it can be counted again by hand.

use super::Assessment;
use super::bearer::{Bearers, TypedRoles};
use super::between::Between;
use super::field::{Field, Spot};
use super::leads::{CardLeads, OfCards};
use super::look::{Look, Seen};
use crate::clause::Rulebook;
use crate::fact::{Measure, Origin, Value, Window};
use crate::policy::Kind;
use chrono::NaiveDateTime;

/// One row that a fact was made of.
#[derive(Clone, Debug)]
pub struct Counted {
    /// What identifies it.
    pub id: String,
    /// Its date.
    pub at: NaiveDateTime,
    /// Whether it comes from before the assessed period.
    pub before: bool,
    /// Whether it counts; `None` where that is not known.
    pub counted: Option<bool>,
    /// The value of the fact that is measured.
    pub value: Value,
    /// What a fold is after it.
    pub after: Option<Value>,
}

impl Assessment {
    /// The rows that a fact of a judged row or card looked at, in the order of their dates; `None` where the fact is not
    /// made of rows.
    pub fn counted(
        &self,
        rules: &Rulebook,
        (position, row): (usize, usize),
        fact: &str,
    ) -> Option<Vec<Counted>> {
        let kind = self.policy.kinds.get(position)?;
        let Origin::Aggregate(aggregate) = &kind.schema.get(fact)?.origin else { return None };
        let mut field = self.field(&aggregate.over)?;
        if kind.is_card() && aggregate.over == kind.name {
            // cards look at the earlier ones of their kind, and never at those that are judged with them
            field = Field { now: None, ..field };
        }
        let look = Look { rules, field, aggregate };
        let seen = if aggregate.is_between_rows() {
            self.seen_between(kind, position, look, row)?
        } else {
            self.seen_of_card(kind, position, look, row)?
        };
        Some(listed(&look, seen))
    }

    fn seen_between(&self, kind: &Kind, position: usize, look: Look<'_>, row: usize) -> Option<Vec<Seen>> {
        let since = match &look.aggregate.window {
            Window::Since(name) => self.field(name),
            _ => None,
        };
        // whom the roles of these rows lead to is known by now
        let nobody = TypedRoles::new();
        let own = (kind, self.rows.get(&position)?);
        let policy = &*self.policy;
        Between { look, policy, bearers: Bearers::Typed(&nobody), own, since }.seen_by(row)
    }

    fn seen_of_card(&self, kind: &Kind, position: usize, look: Look<'_>, row: usize) -> Option<Vec<Seen>> {
        let role = look.aggregate.role.as_deref();
        let leads = CardLeads::new(&look.field, role, (&self.policy, kind), &self.roster);
        let rows = self.rows.get(&position)?;
        let (leads, first) = (&leads, self.roster.of_kind(position).start);
        OfCards { look, leads, kind, rows, first, assessed: self.period }.seen(row, self.policy.grid())
    }

    fn field(&self, name: &str) -> Option<Field<'_>> {
        let (position, kind) = self.policy.kind(name)?;
        let first = self.scorecards.partition_point(|card| card.key.kind < position);
        let last = self.scorecards.partition_point(|card| card.key.kind <= position);
        Some(Field {
            kind,
            before: self.before.get(&position),
            now: self.rows.get(&position),
            cards: self.scorecards.get(first..last).unwrap_or_default(),
            past: self.past.get(&position),
        })
    }
}

fn listed(look: &Look<'_>, seen: Vec<Seen>) -> Vec<Counted> {
    let is_fold = look.aggregate.measure == Measure::Fold;
    let steps = if is_fold { look.carried(seen.iter().copied()).unwrap_or_default() } else { Vec::new() };
    let of = |(spot, certain): Seen| {
        let measured = look.measured((spot, certain));
        let step = steps.iter().find(|step| step.spot == Some(spot));
        Counted {
            id: look.field.id(spot).to_owned(),
            at: look.field.at(spot),
            before: matches!(spot, Spot::Before(_)),
            counted: measured.counted,
            value: measured.value,
            after: step.map(|step| step.after.clone()),
        }
    };
    seen.into_iter().map(of).collect()
}
