//! What is inspected: every function of a pack on every stretch of days between two changes of its parameters.

use crate::clause::{Clause, Rulebook};
use crate::decision::{Path, Tree};
use crate::fact::Origin;
use crate::language::Text;
use crate::organisation::Days;
use crate::policy::{Kind, Pack, ParameterValue, Terms};
use chrono::NaiveDate;
use std::sync::Arc;

/// The days between two changes of the parameters.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    /// Which days.
    pub(super) days: Days,
    /// The parameters in force on them.
    pub(super) terms: Arc<Terms>,
}

/// A function of the pack: a clause, or the definition of a fact.
#[derive(Clone, Copy)]
pub(super) struct Function<'a> {
    pub(super) clause: &'a Clause,
    pub(super) kind: &'a Kind,
    /// Whether it defines a fact.
    pub(super) defines: bool,
}

/// A pack with everything that several inspections ask for.
pub(super) struct Subject<'a> {
    pub(super) pack: &'a Pack,
    pub(super) rules: &'a Rulebook,
    pub(super) functions: Vec<Function<'a>>,
    stretches: Vec<Stretch>,
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Clauses.
    pub clauses: usize,
    /// Functions that define a fact.
    pub definitions: usize,
    /// Ways through both, under the parameters last in force.
    pub paths: usize,
    /// Parameters that are tables.
    pub tables: usize,
}

impl<'a> Subject<'a> {
    pub(super) fn new(pack: &'a Pack, rules: &'a Rulebook) -> Self {
        let mut functions: Vec<Function<'a>> = Vec::new();
        for kind in &pack.policy.kinds {
            let defined = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
                Origin::Definition(by) => Some(by.as_str()),
                _ => None,
            });
            for name in defined.chain(kind.consistency.iter().map(|rule| rule.by.as_str())) {
                let Some(clause) = rules.definition(&kind.name, name) else { continue };
                if !functions.iter().any(|known| std::ptr::eq(known.clause, clause)) {
                    functions.push(Function { clause, kind, defines: true });
                }
            }
        }
        for clause in rules.clauses() {
            if let Some((_, kind)) = pack.policy.kind(&clause.kind) {
                functions.push(Function { clause, kind, defines: false });
            }
        }
        Self { pack, rules, functions, stretches: stretches(pack) }
    }

    /// The stretches on which a function is in force, from the first on.
    pub(super) fn in_force(&self, clause: &Clause) -> impl Iterator<Item = &Stretch> {
        let days = clause.days;
        self.stretches.iter().filter(move |stretch| stretch.days.overlaps(&days))
    }

    /// Every stretch.
    pub(super) fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// The clauses, without the definitions.
    pub(super) fn clauses(&self) -> impl Iterator<Item = &Function<'a>> {
        self.functions.iter().filter(|function| !function.defines)
    }

    /// The tree of a function on a stretch; none where it is interpreted.
    pub(super) fn tree(&self, clause: &Clause, stretch: &Stretch) -> Option<&'a Arc<Tree>> {
        self.rules.tree(clause, &stretch.terms)
    }

    /// Every path of a function on every stretch on which it is in force.
    pub(super) fn paths<'s>(
        &'s self,
        function: &Function<'a>,
    ) -> impl Iterator<Item = (&'s Stretch, &'s Arc<Path>)> {
        let clause = function.clause;
        self.in_force(clause).flat_map(move |stretch| {
            let tree = self.tree(clause, stretch);
            tree.into_iter().flat_map(|tree| tree.paths()).map(move |path| (stretch, path))
        })
    }

    /// Whether a function has no tree on some stretch on which it is in force.
    pub(super) fn is_interpreted(&self, clause: &Clause) -> bool {
        self.in_force(clause).any(|stretch| self.tree(clause, stretch).is_none())
    }

    /// Whether a count or sum of a later kind asks for a fact of the rows of a kind.
    pub(super) fn counts(&self, kind: &str, name: &str) -> bool {
        let kinds = self.pack.policy.kinds.iter();
        let mut facts = kinds.flat_map(|own| own.schema.facts().iter().map(move |fact| (own, fact)));
        facts.any(|(own, fact)| {
            let Origin::Aggregate(aggregate) = &fact.origin else { return false };
            let mut measured = aggregate.fact.iter().chain(&aggregate.condition);
            let of_looked_at = measured.any(|named| named == name)
                || aggregate.same.iter().any(|(_, theirs)| theirs == name);
            let of_own = aggregate
                .weight
                .iter()
                .chain(aggregate.same.iter().map(|(ours, _)| ours))
                .any(|named| named == name);
            (aggregate.over == kind && of_looked_at) || (own.name == kind && of_own)
        })
    }

    /// What a function is called in messages: `「重大投诉」（major）`.
    pub(super) fn name(clause: &Clause) -> Text {
        let (title, name) = (&clause.title, &clause.name);
        let plain = name.replace('_', " ");
        let zh =
            if title.zh == plain { format!("`{name}`") } else { format!("「{}」（`{name}`）", title.zh) };
        let en = if title.en == plain { format!("`{name}`") } else { format!("'{}' (`{name}`)", title.en) };
        Text::new(zh, en)
    }

    pub(super) fn looked(&self) -> Looked {
        let paths = |function: &Function<'_>| {
            let last = self.in_force(function.clause).last();
            last.and_then(|stretch| self.tree(function.clause, stretch)).map_or(0, |tree| tree.paths().len())
        };
        let is_table = |value: &ParameterValue| matches!(value, ParameterValue::Table(_));
        let tables = self.pack.parameters.iter();
        Looked {
            clauses: self.clauses().count(),
            definitions: self.functions.iter().filter(|function| function.defines).count(),
            paths: self.functions.iter().map(paths).sum(),
            tables: tables
                .filter(|parameter| parameter.values.iter().any(|dated| is_table(&dated.value)))
                .count(),
        }
    }
}

impl Stretch {
    /// A day of the stretch on which a function is in force: the first, unless the policy begins later.
    pub(super) fn day(&self, pack: &Pack, clauses: &[&Clause]) -> NaiveDate {
        let starts = clauses.iter().filter_map(|clause| clause.days.from).chain(self.days.from);
        starts.fold(pack.policy.from, NaiveDate::max)
    }
}

fn stretches(pack: &Pack) -> Vec<Stretch> {
    let mut starts: Vec<NaiveDate> =
        pack.parameters.iter().flat_map(|parameter| parameter.changes()).collect();
    // a policy without any number is in force all the same
    if starts.is_empty() {
        starts.push(pack.policy.from);
    }
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next.pred_opt()).chain([None]);
    let stretch = |(from, until): (&NaiveDate, Option<NaiveDate>)| Stretch {
        days: Days { from: Some(*from), until },
        terms: pack.terms(*from),
    };
    let policy = Days { from: Some(pack.policy.from), until: None };
    starts.iter().zip(ends).map(stretch).filter(|stretch| stretch.days.overlaps(&policy)).collect()
}
