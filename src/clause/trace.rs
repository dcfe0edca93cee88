//! Tracing every function once on a blank row, before it is used: what can never work, and what it can touch.

use super::record::Record;
use super::run::Stop;
use super::{Clause, Rulebook, Touch};
use crate::decision::{Deed, Effect, End, Grading, Tree};
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::language::Text;
use crate::policy::{Account, Grade, Kind, Pack, Role, Rows, Terms};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The tree of every function that has one, by edition and name.
pub type Trees = BTreeMap<usize, BTreeMap<String, Arc<Tree>>>;

/// What tracing came to.
enum Traced {
    /// Every path is known.
    Tree(Arc<Tree>),
    /// It depends on a row in a way that cannot be followed: why.
    Interpreted(Text),
}

impl Rulebook {
    /// Runs every function on a blank row: finds what can never work, what each clause can touch, and its tree.
    pub(super) fn trace_all(&mut self, pack: &Pack, faults: &Faults) {
        let names: Vec<String> = self.clauses.iter().map(|clause| clause.name.clone()).collect();
        for kind in &pack.policy.kinds {
            self.touchable.insert(kind.name.clone(), everything(pack, &kind.name, &names));
        }
        let mut clauses = Arc::unwrap_or_clone(std::mem::take(&mut self.clauses));
        let mut traced = BTreeMap::new();
        let stretches = pack.edition_days();
        for (edition, terms) in pack.editions().enumerate() {
            let stretch = stretches.get(edition).copied().unwrap_or_default();
            for clause in self.definitions.values().chain(self.folds.values()) {
                if let Some(found) = self.trace(pack, clause, terms, faults) {
                    traced.insert((edition, clause.name.clone()), found);
                }
            }
            for clause in &mut clauses {
                let Some(found) = self.trace(pack, clause, terms, faults) else { continue };
                if let Traced::Tree(tree) = &found {
                    let in_force = clause.days.overlaps(&stretch);
                    self.find_touches(pack, (clause, in_force), tree, faults);
                } else {
                    clause.touches.extend(self.all_touches(pack, clause));
                }
                traced.insert((edition, clause.name.clone()), found);
            }
        }
        self.clauses = Arc::new(clauses);
        let mut trees = Trees::new();
        for ((edition, name), found) in traced {
            match found {
                Traced::Tree(tree) => drop(trees.entry(edition).or_default().insert(name, tree)),
                Traced::Interpreted(why) => drop(self.untraced.insert((edition, name), why)),
            }
        }
        self.trees = Arc::new(trees);
        self.check_order(pack, faults);
    }

    fn find_touches(
        &self,
        pack: &Pack,
        (clause, in_force): (&mut Clause, bool),
        tree: &Tree,
        faults: &Faults,
    ) {
        let unfinished = tree.paths().iter().filter(|path| matches!(path.end, End::Undetermined(_)));
        match unfinished.count() {
            0 => {}
            // what stands behind the point where a path breaks off is not seen: anything may be
            broken if broken < tree.paths().len() => clause.touches.extend(self.all_touches(pack, clause)),
            // under numbers that hold on none of its days it need not work
            _ if in_force => self.never_ends(clause, tree, faults),
            _ => {}
        }
        for effect in tree.paths().iter().flat_map(|path| &path.effects) {
            self.check_effect(pack, clause, effect, faults);
            let touch = match &effect.deed {
                Deed::Enter { account, .. } => Touch::Account(account.clone()),
                Deed::Veto => Touch::Veto,
                Deed::Grade { grade, how } => Touch::Grade(*how, grade.clone()),
                Deed::Raise { kind } => Touch::Raise(kind.clone()),
                Deed::Exempt { clause } | Deed::Mitigate { clause, .. } => Touch::Clause(clause.clone()),
            };
            clause.touches.insert((effect.role.clone(), touch));
        }
    }

    fn trace(&self, pack: &Pack, clause: &Clause, terms: &Arc<Terms>, faults: &Faults) -> Option<Traced> {
        let (_, kind) = pack.policy.kind(&clause.kind)?;
        let schema = clause.carries.as_ref().unwrap_or(&kind.schema);
        match self.run(clause, &Arc::new(Record::blank(&kind.name, schema)), terms) {
            Ok(paths) => Some(Traced::Tree(Arc::new(Tree::of(paths)))),
            Err(Stop::Fault(fault)) => {
                faults.push(*fault);
                None
            }
            Err(Stop::Untraceable(why)) => Some(Traced::Interpreted(why)),
            Err(Stop::Missing(_)) => None,
        }
    }

    fn check_effect(&self, pack: &Pack, clause: &Clause, effect: &Effect, faults: &Faults) {
        let Some((_, kind)) = pack.policy.kind(&clause.kind) else { return };
        let place = || {
            let text = self.sources.get(clause.source).map_or("", |(source, _)| source.text.as_str());
            Place::at(&clause.file, text, effect.line, effect.column, 1)
        };
        if let Deed::Exempt { clause: named } | Deed::Mitigate { clause: named, .. } = &effect.deed {
            if self.sources.iter().all(|(_, ast)| ast.iter_functions().all(|function| function.name != named))
            {
                let message =
                    Text::new(format!("没有规则 `{named}`"), format!("there is no clause `{named}`"));
                faults.push(Diagnostic::error("C024", message).at(place()));
            }
            return;
        }
        let Some(role) = kind.role(&effect.role) else {
            let message = Text::new(
                format!("「{}」没有角色 `{}`", kind.title.zh, effect.role),
                format!("'{}' has no role `{}`", kind.title.en, effect.role),
            );
            let known = kind.roles.iter().map(|role| role.name.as_str());
            faults.push(Diagnostic::error("C027", message).at(place()).suggest(&effect.role, known));
            return;
        };
        if role.is_outside() {
            self.check_outside(pack, role, effect, (place(), faults));
            return;
        }
        let own = kind.roles.iter().position(|own| own.name == role.name);
        for heir in own.map(|own| kind.heirs(own)).unwrap_or_default() {
            if let Some(role) = kind.roles.get(heir) {
                self.check_card(pack, (clause, kind, role), effect, (place(), faults));
            }
        }
    }

    /// Reports what somebody outside cannot bear: there is no card to veto or to raise a row for.
    fn check_outside(&self, pack: &Pack, role: &Role, effect: &Effect, (place, faults): (Place, &Faults)) {
        let accounts = pack.policy.accounts(role);
        match &effect.deed {
            Deed::Enter { account, .. } if accounts.iter().any(|own| own.name == *account) => {}
            _ => {
                let message = Text::new(
                    format!("「{}」在外部，没有记分卡，只能承担金额", role.title.zh),
                    format!("'{}' stands outside, has no card and can only bear amounts", role.title.en),
                );
                faults.push(Diagnostic::error("C042", message).at(place));
            }
        }
    }

    /// Reports what reaches nothing on the card of a role.
    fn check_card(
        &self,
        pack: &Pack,
        (clause, kind, role): (&Clause, &Kind, &Role),
        effect: &Effect,
        (place, faults): (Place, &Faults),
    ) {
        let place = || place.clone();
        let Some((_, card)) = pack.policy.kind(&role.is) else { return };
        match &effect.deed {
            Deed::Enter { account, .. } if card.account(account).is_none_or(Account::is_sum) => {
                let message = Text::new(
                    format!("「{}」没有账户 `{account}`", card.title.zh),
                    format!("'{}' has no account `{account}`", card.title.en),
                );
                let known = card.accounts.iter().filter(|account| !account.is_sum());
                let known = known.map(|account| account.name.as_str());
                faults.push(Diagnostic::error("C028", message).at(place()).suggest(account, known));
            }
            Deed::Raise { kind: raised } => {
                self.check_raise(pack, (clause, kind), (raised, &role.is), place(), faults)
            }
            Deed::Veto if card.veto.is_none() => {
                let message = Text::new(
                    format!("否决可及于「{}」，但 [{}.veto] 未说明否决什么", card.title.zh, card.name),
                    format!(
                        "a veto can reach '{}', but no [{}.veto] says what it sets",
                        card.title.en, card.name
                    ),
                );
                faults.push(Diagnostic::error("C029", message).at(place()));
            }
            Deed::Grade { grade, how } => {
                if let Some(fault) = not_a_grade(card, grade, *how) {
                    faults.push(fault.at(place()));
                }
            }
            _ => {}
        }
    }

    fn never_ends(&self, clause: &Clause, tree: &Tree, faults: &Faults) {
        let why = tree.paths().iter().find_map(|path| match &path.end {
            End::Undetermined(why) => Some(why.clone()),
            _ => None,
        });
        let why = why.unwrap_or_default();
        let message = Text::new(
            format!("规则 `{}` 在任何情形下都不能完成：{}", clause.name, why.zh),
            format!("the clause `{}` can never come to its end: {}", clause.name, why.en),
        );
        faults.push(Diagnostic::error("C032", message).at(self.place(clause)));
    }
}

/// What is wrong with a grade that a clause sets, where it is none of the card's.
fn not_a_grade(card: &Kind, grade: &str, how: Grading) -> Option<Diagnostic> {
    let all: Vec<&str> = card.grade.iter().flat_map(Grade::all).collect();
    let scale = card.grade.as_ref().map_or(0, |grade| grade.scale.len());
    let allowed = if how == Grading::AtMost { all.get(..scale).unwrap_or_default() } else { &all };
    if allowed.contains(&grade) {
        return None;
    }
    let (title, name) = (&card.title, &card.name);
    let message = match (all.is_empty(), all.contains(&grade)) {
        (true, _) => Text::new(
            format!("「{}」不定等次：没有 [{name}.grade]", title.zh),
            format!("'{}' have no grade: there is no [{name}.grade]", title.en),
        ),
        (_, true) => Text::new(
            format!("「{grade}」在等次序列之外，不能作上限，只能由 fix_grade 直接评定"),
            format!("`{grade}` stands outside the scale: it is no ceiling, only fix_grade sets it"),
        ),
        _ => Text::new(
            format!("「{}」没有等次「{grade}」", title.zh),
            format!("'{}' has no grade `{grade}`", title.en),
        ),
    };
    Some(Diagnostic::error("C045", message).suggest(grade, allowed.iter().copied()))
}

/// Every account, veto and grade that a clause of a kind could touch by any of its roles, and every clause it could relieve.
fn everything(pack: &Pack, kind: &str, clauses: &[String]) -> BTreeSet<(String, Touch)> {
    let relieved = |name: &String| (String::new(), Touch::Clause(name.clone()));
    let mut touches: BTreeSet<(String, Touch)> = clauses.iter().map(relieved).collect();
    for role in pack.policy.kind(kind).into_iter().flat_map(|(_, kind)| &kind.roles) {
        for account in pack.policy.accounts(role).into_iter().filter(|account| !account.is_sum()) {
            touches.insert((role.name.clone(), Touch::Account(account.name.clone())));
        }
        let Some((_, card)) = pack.policy.kind(&role.is) else { continue };
        if let Some(grade) = &card.grade {
            let limits = grade.scale.iter().map(|grade| (Grading::AtMost, grade.clone()));
            let fixed = grade.all().map(|grade| (Grading::Exactly, grade.to_owned()));
            let all = limits.chain(fixed).map(|(how, grade)| (role.name.clone(), Touch::Grade(how, grade)));
            touches.extend(all);
        }
        if card.veto.is_some() {
            touches.insert((role.name.clone(), Touch::Veto));
        }
        let raised = pack.policy.kinds.iter().filter(|kind| kind.rows == Rows::Raised);
        let raised = raised.filter(|kind| kind.raised_role(&role.is).is_some());
        touches.extend(raised.map(|kind| (role.name.clone(), Touch::Raise(kind.name.clone()))));
    }
    touches
}
