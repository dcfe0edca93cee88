//! Random clauses, written as a policy author would: mostly right in their types, each with a limited number of
//! questions so that its paths can all be followed.

use super::construct::{Construct, Uses};
use crate::chance::Chance;
use renze::fact::{Fact, FactType, Origin};
use renze::policy::{Kind, Pack};

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Number,
    Flag,
    Word,
}

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) sort: Sort,
    /// Whether it was made by `let`, so that it can be changed.
    pub(super) changes: bool,
}

/// A function of the pack that returns, standing in the same file.
#[derive(Clone, Debug)]
pub(crate) struct Callable {
    pub(crate) name: String,
    pub(crate) sort: CalledSort,
}

/// What a definition returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CalledSort {
    Number,
    Flag,
}

/// The author of one function of a pack.
pub(crate) struct Writer<'w> {
    pub(super) chance: &'w mut Chance,
    pub(super) pack: &'w Pack,
    pub(super) kind: &'w Kind,
    /// The clauses that can be relieved.
    pub(super) clauses: &'w [String],
    pub(super) callable: Option<Callable>,
    pub(super) used: Uses,
    pub(super) locals: Vec<Local>,
    pub(super) helpers: Vec<String>,
    /// Questions that may still be asked.
    pub(super) budget: usize,
    pub(super) serial: usize,
    /// The facts read before.
    recent: Vec<&'w str>,
    /// Writing a definition: no verbs, and no facts that are defined themselves.
    pub(super) defines: bool,
    pub(super) aliased: bool,
}

impl<'w> Writer<'w> {
    pub(crate) fn new(
        chance: &'w mut Chance,
        pack: &'w Pack,
        kind: &'w Kind,
        clauses: &'w [String],
        callable: Option<Callable>,
    ) -> Self {
        let budget = chance.between(3, 10);
        Self {
            chance,
            pack,
            kind,
            clauses,
            callable,
            used: Uses::default(),
            locals: Vec::new(),
            helpers: Vec::new(),
            budget,
            serial: 0,
            recent: Vec::new(),
            defines: false,
            aliased: false,
        }
    }

    /// A clause with its helpers, and what it is made of.
    pub(crate) fn clause(mut self, name: &str) -> (String, Uses) {
        match self.kind.name.as_str() {
            "person" => self.count(Construct::OnPerson),
            "unit" => self.count(Construct::OnUnit),
            _ => {}
        }
        let mut body = String::new();
        if self.chance.happens(1, 10) {
            self.count(Construct::Alias);
            body = format!("    let row = {};\n", self.kind.name);
            self.aliased = true;
        }
        body += &self.block(3, 1);
        body += &self.deed(1);
        (self.function("", name, &body), self.used)
    }

    /// A definition that returns a value of the type.
    pub(crate) fn definition(mut self, name: &str, of: &FactType) -> (String, Uses) {
        self.defines = true;
        self.budget = self.chance.between(1, 4);
        let mut body = String::new();
        if self.chance.happens(1, 2) {
            body = self.variable(1);
        }
        let value = |writer: &mut Self| match of {
            FactType::Bool { .. } => writer.condition(2),
            FactType::OneOf(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.id)).collect();
                let (yes, no) = (writer.chance.one(&words).clone(), writer.chance.one(&words).clone());
                format!("if {} {{ {yes} }} else {{ {no} }}", writer.condition(2))
            }
            _ => writer.number(3),
        };
        if self.chance.happens(1, 3) {
            self.count(Construct::EarlyReturn);
            let (when, early) = (self.condition(1), value(&mut self));
            body += &format!("    if {when} {{ return {early}; }}\n");
        }
        body += &format!("    {}\n", value(&mut self));
        (self.function("", name, &body), self.used)
    }

    fn function(&self, comment: &str, name: &str, body: &str) -> String {
        let helpers = self.helpers.join("");
        let kind = &self.kind.name;
        format!("{helpers}/// {name}{comment}\n/// basis: 1\nfn {name}({kind}, terms) {{\n{body}}}\n")
    }

    pub(super) fn count(&mut self, construct: Construct) {
        *self.used.entry(construct).or_default() += 1;
    }

    /// Whether so many more questions may be asked; they then are.
    pub(super) fn may_ask(&mut self, questions: usize) -> bool {
        let may = self.budget >= questions;
        if may {
            self.budget -= questions;
        }
        may
    }

    /// How a fact is read.
    pub(super) fn read(&mut self, fact: &str) -> String {
        if !fact.is_ascii() {
            self.count(Construct::ChineseName);
        }
        let handle = if self.aliased && self.chance.happens(1, 2) { "row" } else { &self.kind.name };
        format!("{handle}.{fact}")
    }

    /// A fact of which something is true.
    pub(super) fn fact(&mut self, fits: impl Fn(&Fact) -> bool) -> Option<&'w Fact> {
        let defines = self.defines;
        let allowed = |fact: &&Fact| !(defines && matches!(fact.origin, Origin::Definition(_))) && fits(fact);
        let facts: Vec<&'w Fact> = self.kind.schema.facts().iter().filter(allowed).collect();
        if facts.is_empty() {
            return None;
        }
        // a clause comes back to what it asked before: what is known of it by then must be right
        let again: Vec<&'w Fact> =
            facts.iter().copied().filter(|fact| self.recent.contains(&fact.name.as_str())).collect();
        let choice = if again.is_empty() || self.chance.happens(1, 2) { &facts } else { &again };
        let fact = *self.chance.one(choice);
        self.recent.push(&fact.name);
        if matches!(fact.origin, Origin::Definition(_)) {
            self.count(Construct::DefinitionRead);
        }
        Some(fact)
    }

    /// A variable of a sort; of two with one name the later one is meant.
    pub(super) fn local(&mut self, fits: impl Fn(&Local) -> bool) -> Option<String> {
        let mut seen: Vec<&Local> = Vec::new();
        for local in self.locals.iter().rev() {
            if !seen.iter().any(|later| later.name == local.name) {
                seen.push(local);
            }
        }
        let names: Vec<String> =
            seen.into_iter().filter(|local| fits(local)).map(|local| local.name.clone()).collect();
        if names.is_empty() { None } else { Some(self.chance.one(&names).clone()) }
    }

    pub(super) fn name(&mut self) -> String {
        self.serial += 1;
        let stem = *self.chance.one(&["sum", "held", "档", "amount", "x"]);
        format!("{stem}{}", self.serial)
    }

    /// Writes something in which no variable of the function can be seen but these.
    pub(super) fn apart<T>(&mut self, locals: Vec<Local>, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.locals, locals);
        let aliased = std::mem::take(&mut self.aliased);
        let written = write(self);
        self.locals = outer;
        self.aliased = aliased;
        written
    }
}
