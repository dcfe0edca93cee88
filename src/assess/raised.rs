//! Judging the rows that clauses raised, those against a lower office first.

use super::Inputs;
use super::bearer::Led;
use super::field::Field;
use super::progress::Progress;
use super::raise::{Raised, Raising};
use super::roster::Enrolled;
use super::row::JudgedRows;
use crate::diagnostic::Diagnostic;
use crate::fact::{Aggregate, Columns, Origin, Value};
use crate::policy::Kind;
use std::sync::Arc;

impl Inputs<'_> {
    /// Judges the rows that clauses raised, those against a lower office first.
    pub(super) fn judge_raised(
        &self,
        (position, kind): (usize, &Kind),
        progress: &mut Progress,
        raising: &mut Raising<'_>,
    ) -> Result<(), Box<Diagnostic>> {
        let mut made: Vec<Raised> = Vec::new();
        let roster = Arc::clone(&progress.roster);
        progress.rows.insert(position, JudgedRows::default());
        while let Some((level, next)) = raising.next(position, &|card| roster.key(card).cloned()) {
            let first = made.len();
            made.extend(next);
            let rows = self.raised_rows(kind, &made, progress)?;
            self.judge_kind((position, kind, first), rows, progress, (raising, Some(level)))?;
        }
        Ok(())
    }

    /// The rows that were raised so far, with everything known of them.
    fn raised_rows(
        &self,
        kind: &Kind,
        made: &[Raised],
        progress: &Progress,
    ) -> Result<JudgedRows, Box<Diagnostic>> {
        let mut facts = Columns::new(Arc::clone(&kind.schema), made.len());
        for (place, fact) in kind.schema.facts().iter().enumerate() {
            let Origin::Carried(name) = &fact.origin else { continue };
            for (row, raised) in made.iter().enumerate() {
                facts.set(place, row, self.carried(raised, name, progress));
            }
        }
        let mut cards = Enrolled::new(&progress.roster);
        let held = self.bearers.resolve(&self.pack.policy, kind, &Led::Raised(made), &mut cards);
        let rows = JudgedRows::of_raised(self.pack, kind, made.to_vec(), facts);
        let strangers = cards.strangers();
        let mut rows = rows.led(kind, held, Arc::clone(&progress.roster)).with_strangers(strangers);
        let counting = |declared: &Aggregate, rows: &JudgedRows| {
            let before = progress.field(&self.pack.policy, &kind.name).and_then(|field| field.before);
            let own = Field { kind, before, now: Some(rows), cards: &[], past: None };
            let of = |name: &str| {
                if name == kind.name { Some(own) } else { progress.field(&self.pack.policy, name) }
            };
            let Some(field) = of(&declared.over) else { return Ok(vec![Value::Missing; rows.len()]) };
            self.between(declared, (kind, rows), field, &of)
        };
        self.derivation(kind, &counting).fill(&mut rows)?;
        Ok(rows)
    }

    /// A fact that a raised row has from the one it comes from; also its clause and the row that began it.
    fn carried(&self, raised: &Raised, name: &str, progress: &Progress) -> Value {
        let (kind, row) = raised.source;
        let rows = progress.rows.get(&kind);
        let text = |text: &str| Value::Text(Arc::from(text));
        let own = rows
            .and_then(|rows| rows.facts().schema().position(name).map(|fact| rows.facts().value(fact, row)));
        match (own, name) {
            (Some(value), _) => value,
            (None, "root") => text(&raised.root),
            (None, "record") => text(rows.map_or("", |rows| rows.id(row))),
            (None, "clause") => {
                text(self.rules.clauses().get(raised.clause).map_or("", |clause| clause.name.as_str()))
            }
            (None, _) => Value::Missing,
        }
    }
}
