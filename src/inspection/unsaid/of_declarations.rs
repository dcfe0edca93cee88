//! The standard questions that what is declared raises: windows, edges of tables, scopes, vetoes, floors, clocks,
//! vacancies, ranks.

use super::Raised;
use crate::decision::{Deed, Node, Operation, Question};
use crate::diagnostic::Place;
use crate::fact::{Fact, Measure, Origin};
use crate::inspection::declared::Declared;
use crate::inspection::subject::Subject;
use crate::language::Text;
use crate::policy::{Account, Condition, Holder, Kind, Limit, ParameterValue, Scope, Unsaid};
use rust_decimal::Decimal;

pub(super) fn raised(subject: &Subject<'_>) -> Vec<Raised> {
    let declared = Declared::of(subject.pack);
    let mut found = edges(subject);
    for kind in &subject.pack.policy.kinds {
        let own = Own { subject, declared: &declared, kind };
        for fact in kind.schema.facts() {
            found.extend(own.window(fact));
            found.extend(own.clock(fact));
        }
        found.extend(own.vacancies());
        found.extend(kind.accounts.iter().filter_map(|account| own.floor(account)));
        found.extend(own.veto());
        if declared.has(&kind.name, "rank") || declared.has(&kind.name, "quota") {
            found.push(own.raised(Unsaid::Appeal, Text::new("排名次", "they are ranked"), None));
        }
    }
    found.extend(scopes(subject));
    found
}

/// One kind with how it is written.
struct Own<'o, 'a> {
    subject: &'o Subject<'a>,
    declared: &'o Declared,
    kind: &'o Kind,
}

impl Own<'_, '_> {
    fn raised(&self, unsaid: Unsaid, by: Text, entry: Option<(&str, &str)>) -> Raised {
        let place = entry.and_then(|(table, name)| self.declared.place(&self.kind.name, table, name));
        let place = place.unwrap_or_else(|| manifest(self.subject));
        let (zh, en) = (&self.kind.title.zh, &self.kind.title.en);
        let of = Text::new(format!("「{zh}」"), format!("'{en}'"));
        Raised { unsaid, clauses: Vec::new(), of, by, place }
    }

    /// A count on a card that something hangs on, though nothing says over which time.
    fn window(&self, fact: &Fact) -> Option<Raised> {
        let Origin::Aggregate(aggregate) = &fact.origin else { return None };
        let over_rows =
            self.subject.pack.policy.kind(&aggregate.over).is_some_and(|(_, over)| !over.is_card());
        let written = self.declared.says(&self.kind.name, "facts", &fact.name, "within");
        if !self.kind.is_card() || !over_rows || written || aggregate.measure != Measure::Count {
            return None;
        }
        let is_it = |node: &Node| *node == Node::Fact(fact.name.clone());
        let hangs = |question: &Question| match question {
            Question::Compare(_, left, right) => {
                let zero = [left, right].iter().any(|side| side.value.exact() == Some(Decimal::ZERO));
                !zero && (is_it(&left.node) || is_it(&right.node))
            }
            Question::Band { input, .. } => is_it(&input.node),
            Question::Fact(name) => *name == fact.name,
            _ => false,
        };
        let functions = self.subject.functions.iter().filter(|function| function.kind.name == self.kind.name);
        let mut paths = functions.flat_map(|function| self.subject.paths(function));
        if !paths.any(|(_, path)| path.steps.iter().any(|step| hangs(&step.question))) {
            return None;
        }
        let by = Text::new(
            format!("「{}」没有写 `within`", fact.title.zh),
            format!("'{}' has no `within`", fact.title.en),
        );
        Some(self.raised(Unsaid::Window, by, Some(("facts", &fact.name))))
    }

    fn clock(&self, fact: &Fact) -> Option<Raised> {
        let written = self.declared.says(&self.kind.name, "facts", &fact.name, "pauses");
        if !matches!(fact.origin, Origin::Clock(_)) || written {
            return None;
        }
        let by = Text::new(
            format!("没有写什么使「{}」停下", fact.title.zh),
            format!("nothing pauses '{}'", fact.title.en),
        );
        Some(self.raised(Unsaid::ClockStops, by, Some(("facts", &fact.name))))
    }

    /// Roles that clauses name and nobody may hold.
    fn vacancies(&self) -> Vec<Raised> {
        let own = || self.subject.clauses().filter(|function| function.clause.kind == self.kind.name);
        let named = |role: &str| {
            let mut effects =
                own().flat_map(|function| self.subject.paths(function)).flat_map(|(_, path)| &path.effects);
            effects.any(|effect| effect.role == role)
        };
        let open = self.kind.roles.iter().filter(|role| {
            matches!(role.holder, Holder::Column { .. } | Holder::Of(_))
                && !self.declared.says(&self.kind.name, "roles", &role.name, "vacant")
                && named(&role.name)
        });
        let by = |title: &Text| {
            Text::new(
                format!("角色「{}」没有写 `vacant`", title.zh),
                format!("the role '{}' has no `vacant`", title.en),
            )
        };
        open.map(|role| self.raised(Unsaid::Vacancy, by(&role.title), Some(("roles", &role.name)))).collect()
    }

    /// An account with a bound, to which something is added and from which something is taken.
    fn floor(&self, account: &Account) -> Option<Raised> {
        let bounded = account.floor.is_some() || account.ceiling.is_some();
        let signs = self.signs(account);
        if !(bounded && signs.contains(&true) && signs.contains(&false)) {
            return None;
        }
        let by = Text::new(
            format!("「{}」有加有减，又有上下限", account.title.zh),
            format!("'{}' is added to and taken from, and bounded", account.title.en),
        );
        Some(self.raised(Unsaid::FloorAndBonus, by, Some(("accounts", &account.name))))
    }

    /// Whether clauses take from an account, and whether they add to it.
    fn signs(&self, account: &Account) -> Vec<bool> {
        let mut signs = Vec::new();
        for function in self.subject.clauses() {
            for (_, path) in self.subject.paths(function) {
                for effect in &path.effects {
                    let Deed::Enter { account: entered, amount } = &effect.deed else { continue };
                    let is = function.kind.role(&effect.role).map(|role| &role.is);
                    let takes = match amount.value.exact() {
                        Some(exact) => exact < Decimal::ZERO,
                        None => matches!(amount.node, Node::Apply(Operation::Negate, _)),
                    };
                    if is == Some(&self.kind.name) && *entered == account.name && !signs.contains(&takes) {
                        signs.push(takes);
                    }
                }
            }
        }
        signs
    }

    /// What a veto says nothing of.
    fn veto(&self) -> Option<Raised> {
        let rule = self.kind.veto.as_ref()?;
        let is_set = |account: &Account| rule.sets.iter().any(|(name, _)| *name == account.name);
        // a sum follows its parts, and what is set as a whole says nothing else of them
        let is_told = |account: &Account| {
            let sums = self.kind.accounts.iter().filter(|sum| sum.parts.contains(&account.name));
            is_set(account) || !account.parts.is_empty() || sums.into_iter().any(is_set)
        };
        let open = self.kind.accounts.iter().filter(|account| !is_told(account));
        let mut left: Vec<Text> = open.map(|account| account.title.clone()).collect();
        if self.kind.grade.is_some() && rule.grade.is_none() {
            left.push(Text::new("等次", "the grade"));
        }
        let all = |pick: fn(&Text) -> &String, between: &str| {
            left.iter().map(|text| pick(text).as_str()).collect::<Vec<_>>().join(between)
        };
        let by = Text::new(
            format!("否决没有写{}", all(|text| &text.zh, "和")),
            format!("its veto says nothing of {}", all(|text| &text.en, " and ")),
        );
        (!left.is_empty()).then(|| self.raised(Unsaid::VetoEffect, by, None))
    }
}

/// Tables that are looked up by bands.
fn edges(subject: &Subject<'_>) -> Vec<Raised> {
    let has_edge = |condition: &Condition| match condition {
        Condition::Band(band) => band.low != band.high,
        Condition::Any | Condition::Word(_) => false,
    };
    let banded = subject.pack.parameters.iter().filter(|parameter| {
        let tables = parameter.values.iter().filter_map(|dated| match &dated.value {
            ParameterValue::Table(table) => Some(table),
            _ => None,
        });
        tables.flat_map(|table| &table.rows).any(|row| row.conditions.iter().any(has_edge))
    });
    banded
        .map(|parameter| Raised {
            unsaid: Unsaid::Edge,
            clauses: Vec::new(),
            of: Text::new("按区间查的表", "tables with bands"),
            by: Text::new(format!("「{}」", parameter.title.zh), format!("'{}'", parameter.title.en)),
            place: parameter.place.clone(),
        })
        .collect()
}

/// Only the highest of several rows, cards or accounts counts: more than one thing counted once.
fn scopes(subject: &Subject<'_>) -> Vec<Raised> {
    let wide = subject.pack.policy.groups.iter().filter(|group| {
        let one_thing = group.per.iter().any(|scope| matches!(scope, Scope::Record | Scope::Fact(_)));
        let whole = one_thing && group.per.contains(&Scope::Card) && group.per.contains(&Scope::Account);
        group.limit == Limit::Highest && !whole
    });
    wide.map(|group| Raised {
        unsaid: Unsaid::HighestScope,
        clauses: group.clauses.clone(),
        of: Text::same("[[highest]]"),
        by: Text::new(
            format!("{} 把不同的事、卡或账户放在一起比较", group.clauses.join("、")),
            format!("{} compete across rows, cards or accounts", group.clauses.join(", ")),
        ),
        place: manifest(subject),
    })
    .collect()
}

fn manifest(subject: &Subject<'_>) -> Place {
    Place::File { file: subject.pack.manifest.file.clone() }
}
