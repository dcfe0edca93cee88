//! Facts are worked out in declared order, so a definition reads only what stands above its own fact.

use super::{Clause, Rulebook};
use crate::decision::Tree;
use crate::diagnostic::{Diagnostic, Faults};
use crate::fact::{Fact, Origin};
use crate::language::Text;
use crate::policy::Pack;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Rulebook {
    /// Refuses definitions that read a fact which is only worked out after their own: it would stay open for ever.
    pub(super) fn check_order(&self, pack: &Pack, faults: &Faults) {
        for definition in self.definitions.values() {
            let Some((_, kind)) = pack.policy.kind(&definition.kind) else { continue };
            let facts = kind.schema.facts();
            let is_own =
                |fact: &Fact| matches!(&fact.origin, Origin::Definition(by) if *by == definition.name);
            // one that only says what may not be has no fact of its own, and is asked when all of them are there
            let Some(own) = facts.iter().position(is_own) else { continue };
            let read = self.read_by(definition);
            let below = facts.get(own..).unwrap_or_default().iter();
            let late = below.filter(|fact| is_worked_out(fact) && read.contains(&fact.name));
            for fact in late {
                let (title, name) = (&fact.title, &fact.name);
                let message = Text::new(
                    format!("`{}` 读取 {} `{name}`，而它在其后才算出", definition.name, title.zh),
                    format!(
                        "`{}` reads '{}' (`{name}`), which is only worked out after it",
                        definition.name, title.en
                    ),
                );
                let help = Text::new(format!("把 `{name}` 写在前面"), format!("declare `{name}` before it"));
                faults.push(Diagnostic::error("C047", message).help(help).at(self.place(definition)));
            }
        }
    }

    /// Every fact that some edition of a function reads.
    fn read_by(&self, function: &Clause) -> BTreeSet<String> {
        let trees = self.trees.values().filter_map(|trees| trees.get(&function.name));
        trees.flat_map(|tree: &Arc<Tree>| tree.facts()).collect()
    }
}

fn is_worked_out(fact: &Fact) -> bool {
    !matches!(fact.origin, Origin::Column(_) | Origin::Carried(_))
}
