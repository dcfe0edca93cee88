//! What the words of the tables mean: definitions with tables of their own, clocks and counts in a sentence.

use super::clauses::used;
use super::words::Words;
use super::{Maker, Part, Piece};
use crate::clause::Clause;
use crate::decision::{DecisionTable, End};
use crate::fact::{Aggregate, Fact, FactType, Origin};
use crate::policy::{Inconsistent, Kind};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A fact by its kind and name.
pub(super) type Name = (String, String);

impl Maker<'_> {
    /// Where the words that a table uses are explained.
    pub(super) fn uses(&self, kind: &Kind, facts: &BTreeSet<String>) -> Option<Piece> {
        let explained = kind
            .schema
            .facts()
            .iter()
            .filter(|fact| facts.contains(&fact.name) && !matches!(fact.origin, Origin::Column(_)));
        let all: Vec<(String, String)> = explained
            .map(|fact| (fact.title.get(self.language).to_owned(), anchor(&kind.name, &fact.name)))
            .collect();
        let lead = self.pick("所用定义：", "defined below: ").to_owned();
        (!all.is_empty()).then_some(Piece::Uses(lead, all))
    }

    /// Every fact that the clauses shown name, and what those are worked out from, in turn.
    pub(super) fn explained(&self, clauses: &[&Clause]) -> BTreeSet<Name> {
        let mut found = BTreeSet::new();
        let mut next: Vec<Name> = Vec::new();
        for clause in clauses {
            next.extend(self.facts_of(clause));
        }
        while let Some(name) = next.pop() {
            if !found.insert(name.clone()) {
                continue;
            }
            let (kind_name, fact_name) = name;
            let Some((_, kind)) = self.pack.policy.kind(&kind_name) else { continue };
            match kind.schema.get(&fact_name).map(|fact| &fact.origin) {
                Some(Origin::Definition(by)) => {
                    if let Some(definition) = self.rules.definition(&kind_name, by) {
                        next.extend(self.facts_of(definition));
                    }
                }
                Some(origin @ (Origin::Clock(_) | Origin::Due(_))) => {
                    next.extend(origin.inputs().into_iter().map(|end| (kind_name.clone(), end.to_owned())));
                }
                Some(Origin::Aggregate(aggregate)) => {
                    let inner = aggregate.condition.iter().chain(&aggregate.fact).chain(&aggregate.weight);
                    next.extend(inner.map(|fact| (aggregate.over.clone(), fact.clone())));
                }
                _ => {}
            }
        }
        found
    }

    fn facts_of(&self, clause: &Clause) -> Vec<Name> {
        let Some(tree) = self.rules.tree(clause, &self.terms) else { return Vec::new() };
        let facts = used(tree, &DecisionTable::of(tree));
        facts.into_iter().map(|fact| (clause.kind.clone(), fact)).collect()
    }

    /// The definitions among some facts, kind by kind.
    pub(super) fn definitions(&self, names: &BTreeSet<Name>) -> Vec<Part> {
        let mut parts = Vec::new();
        for kind in &self.pack.policy.kinds {
            for fact in kind.schema.facts() {
                if names.contains(&(kind.name.clone(), fact.name.clone())) {
                    parts.extend(self.definition(kind, fact));
                }
            }
        }
        parts
    }

    fn definition(&self, kind: &Kind, fact: &Fact) -> Option<Part> {
        let title = format!("{} · {}", kind.title.get(self.language), fact.title.get(self.language));
        let mut part = Part { level: 3, title, anchor: anchor(&kind.name, &fact.name), ..Part::default() };
        match &fact.origin {
            Origin::Column(_) | Origin::Carried(_) => return None,
            Origin::Clock(clock) => part.pieces.push(Piece::Words(self.clock(kind, clock))),
            Origin::Due(due) => part.pieces.push(Piece::Words(self.due(kind, due))),
            Origin::Aggregate(aggregate) => {
                part.pieces.push(Piece::Words(self.aggregate(kind, aggregate)));
                part.pieces.extend(self.carrying(aggregate, fact.kind.clone()));
            }
            Origin::Definition(by) => {
                let definition = self.rules.definition(&kind.name, by)?;
                part.note = self.basis(definition);
                let heading = self.pick("结果", "result").to_owned();
                part.pieces = self.returning(definition, kind, fact.kind.clone(), heading);
            }
        }
        Some(part)
    }

    /// The function of a fold, as a table over one row and the value before it.
    fn carrying(&self, aggregate: &Aggregate, of: FactType) -> Vec<Piece> {
        let function = aggregate.by.as_ref().and_then(|by| self.rules.fold(&aggregate.over, by));
        let over = self.pack.policy.kind(&aggregate.over);
        let (Some(function), Some((_, over))) = (function, over) else { return Vec::new() };
        let Some(schema) = function.carried() else { return Vec::new() };
        let mut row = over.clone();
        row.schema = Arc::clone(schema);
        self.returning(function, &row, of, self.pick("之后的值", "the value after").to_owned())
    }

    /// A function that returns a fact, as a table.
    fn returning(&self, definition: &Clause, kind: &Kind, of: FactType, heading: String) -> Vec<Piece> {
        let words = Words::new(self, kind);
        let Some(tree) = self.rules.tree(definition, &self.terms) else {
            return vec![Piece::Notice(self.interpreted(definition))];
        };
        let table = DecisionTable::of(tree);
        if let ([], [row]) = (table.columns.as_slice(), table.rows.as_slice())
            && let End::Returned(returned) = &row.end
        {
            let formula = self.returned(returned, &of, &words).concat();
            let uses = self.uses(kind, &used(tree, &table));
            return [Piece::Words(formula)].into_iter().chain(uses).collect();
        }
        let mut rules = self.conditions(&table, &words);
        rules.results = vec![heading];
        rules.numeric = vec![false];
        for row in &table.rows {
            let (effects, plain) = match &row.end {
                End::Returned(returned) => (vec![self.returned(returned, &of, &words)], None),
                End::Undetermined(why) => (Vec::new(), Some(self.undetermined(why.get(self.language)))),
                End::Done => (Vec::new(), Some(self.undetermined(""))),
            };
            self.add(&mut rules, row, &table, &words, (effects, plain));
        }
        let uses = self.uses(kind, &used(tree, &table));
        [Piece::Rules(rules)].into_iter().chain(uses).collect()
    }

    pub(super) fn title_of(&self, kind: &Kind, fact: &str) -> String {
        let found = kind.schema.get(fact);
        found.map_or_else(|| fact.to_owned(), |fact| fact.title.get(self.language).to_owned())
    }

    /// Rows that contradict themselves, and what happens to them.
    pub(super) fn contradictions(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for kind in &self.pack.policy.kinds {
            for rule in &kind.consistency {
                let Some(definition) = self.rules.definition(&kind.name, &rule.by) else { continue };
                let action = match rule.action {
                    Inconsistent::Stop => {
                        self.pick("更正之前不考核", "nothing is assessed before it is mended")
                    }
                    Inconsistent::SetAside => {
                        self.pick("该行不参加考核，单独列出", "the row is set aside and listed")
                    }
                    Inconsistent::Report => {
                        self.pick("照常考核，并予提示", "the row is judged, and reported")
                    }
                };
                let heading = self.pick("是否矛盾", "a contradiction").to_owned();
                parts.push(Part {
                    level: 3,
                    title: definition.title.get(self.language).to_owned(),
                    anchor: String::new(),
                    note: format!("{}{action}", self.pick("遇此情形：", "then: ")),
                    pieces: self.returning(definition, kind, FactType::plain_bool(), heading),
                });
            }
        }
        parts
    }
}

/// What a definition is referred to by.
fn anchor(kind: &str, fact: &str) -> String {
    format!("definition-{kind}-{fact}")
}
