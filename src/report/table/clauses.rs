//! A clause as a part of the sheet: its table, what competes with it, and the definitions it uses.

use super::super::wording::graded;
use super::words::Words;
use super::{Maker, Part, Piece, RuleGroup, Rules};
use crate::amount::Unit;
use crate::clause::Clause;
use crate::decision::{
    DecisionRow, DecisionTable, Deed, Effect, End, Expression, Node, Operation, Returned, Topic, Tree,
};
use crate::fact::FactType;
use crate::language::Language;
use crate::policy::{Kind, Limit, Scope};
use std::collections::BTreeSet;

/// The columns of what a clause does; those that stay empty are left out.
const RESULTS: [(&str, &str); 5] = [
    ("谁", "who"),
    ("科目", "what"),
    ("数额", "amount"),
    ("算法", "how it is worked out"),
    ("理由", "reason"),
];
/// The place of the amount among them.
const AMOUNT: usize = 2;
/// The place of its working among them.
const HOW: usize = 3;

impl Maker<'_> {
    /// A clause with its table.
    pub(super) fn clause(&self, clause: &Clause) -> Option<Part> {
        let (_, kind) = self.pack.policy.kind(&clause.kind)?;
        let words = Words::new(self, kind);
        let mut part = Part {
            level: 3,
            title: clause.title.get(self.language).to_owned(),
            anchor: format!("clause-{}", clause.name),
            note: self.basis(clause),
            pieces: Vec::new(),
        };
        let Some(tree) = self.rules.tree(clause, &self.terms) else {
            part.pieces.push(Piece::Notice(self.interpreted(clause)));
            part.pieces.extend(self.limits(clause, kind));
            return Some(part);
        };
        let table = DecisionTable::of(tree);
        let mut rules = self.conditions(&table, &words);
        rules.results = RESULTS.map(|(zh, en)| self.pick(zh, en).to_owned()).to_vec();
        rules.numeric = (0..RESULTS.len()).map(|position| position == AMOUNT).collect();
        let mut deeds = table.rows.iter().flat_map(|row| &row.effects).map(|effect| &effect.deed);
        let (zh, en) = match deeds.clone().any(|deed| *deed == Deed::Veto) {
            true if deeds.all(|deed| *deed == Deed::Veto) => ("后果", "what it sets"),
            true => ("算法或后果", "how it is worked out, or what it sets"),
            false => ("算法", "how it is worked out"),
        };
        if let Some(heading) = rules.results.get_mut(HOW) {
            self.pick(zh, en).clone_into(heading);
        }
        for row in &table.rows {
            let effects = row.effects.iter().map(|effect| self.effect(effect, &words)).collect();
            let plain = match &row.end {
                End::Undetermined(why) => Some(self.undetermined(why.get(self.language))),
                _ => row.effects.is_empty().then(|| self.pick("不认责", "nothing").to_owned()),
            };
            self.add(&mut rules, row, &table, &words, (effects, plain));
        }
        rules.drop_empty_results();
        part.pieces.push(Piece::Rules(rules));
        part.pieces.extend(self.limits(clause, kind));
        let uses = self.uses(kind, &used(tree, &table));
        part.pieces.extend(uses);
        Some(part)
    }

    /// The provision a clause follows, and the days on which it is in force where these are its own.
    pub(super) fn basis(&self, clause: &Clause) -> String {
        let mut notes = Vec::new();
        if !clause.basis.is_empty() {
            notes.push(format!("{}{}", self.pick("依据：", "basis: "), clause.basis));
        }
        if let Some(from) = clause.days.from {
            notes.push(format!("{}{from}", self.pick("自 ", "from ")));
        }
        if let Some(until) = clause.days.until {
            notes.push(format!("{}{until}", self.pick("至 ", "until ")));
        }
        notes.join(" · ")
    }

    /// Why there is no table.
    pub(super) fn interpreted(&self, clause: &Clause) -> String {
        let why = self.rules.interpreted(clause, &self.terms).map(|why| why.get(self.language).to_owned());
        let why =
            why.unwrap_or_else(|| self.pick("当日尚无参数", "no parameters are in force on the day").into());
        match self.language {
            Language::Zh => format!("本条不能列成表，逐件按规则原文判定。原因：{why}。"),
            Language::En => {
                format!(
                    "This clause cannot be laid out as a table; each case is judged by its text. Why: {why}."
                )
            }
        }
    }

    pub(super) fn undetermined(&self, why: &str) -> String {
        let open = self.pick("待定", "left open");
        if why.is_empty() { open.to_owned() } else { format!("{open}{}{why}", self.pick("：", ": ")) }
    }

    /// A table with the headings of its conditions, and no rows yet.
    pub(super) fn conditions(&self, table: &DecisionTable, words: &Words<'_>) -> Rules {
        Rules { conditions: words.headings(&table.columns), ..Rules::default() }
    }

    /// Adds a row; one with the same result as the row before joins it.
    pub(super) fn add(
        &self,
        rules: &mut Rules,
        row: &DecisionRow,
        table: &DecisionTable,
        words: &Words<'_>,
        (effects, plain): (Vec<Vec<String>>, Option<String>),
    ) {
        let instead = match (row.otherwise, table.columns.is_empty()) {
            (true, _) => Some(self.pick("其他情形", "otherwise").to_owned()),
            (_, true) => Some(self.pick("一律", "always").to_owned()),
            _ => None,
        };
        let cells = row.conditions.iter().zip(&table.columns).map(|(cell, column)| {
            cell.as_ref().map_or_else(|| "—".to_owned(), |cases| words.condition(column, cases))
        });
        let cells: Vec<String> = cells.collect();
        let last = rules.groups.last_mut();
        match last.filter(|last| instead.is_none() && last.effects == effects && last.plain == plain) {
            Some(last) => last.rows.push(cells),
            None => {
                let rows = if instead.is_some() { Vec::new() } else { vec![cells] };
                rules.groups.push(RuleGroup { rows, instead, effects, plain });
            }
        }
    }

    /// One effect as cells.
    fn effect(&self, effect: &Effect, words: &Words<'_>) -> Vec<String> {
        let role = words.kind.role(&effect.role);
        let who = role.map_or(effect.role.as_str(), |role| role.title.get(self.language));
        let card = role.and_then(|role| self.pack.policy.kind(&role.is)).map(|(_, kind)| kind);
        let reason = effect.reason.as_ref().map(|reason| words.reason(reason)).unwrap_or_default();
        let [what, amount, how] = match &effect.deed {
            Deed::Enter { account, amount } => {
                let accounts = role.map(|role| self.pack.policy.accounts(role)).unwrap_or_default();
                let account_of_card = accounts.into_iter().find(|own| own.name == *account);
                let title = account_of_card.map_or(account.as_str(), |found| found.title.get(self.language));
                let unit = account_of_card.map_or(Unit::None, |found| found.unit.clone());
                let falls = matches!(&amount.node, Node::Apply(Operation::Negate, _));
                let shown = words.amount(amount, &unit).unwrap_or_else(|| {
                    if falls {
                        self.pick("按算法扣减", "deducted as worked out").to_owned()
                    } else {
                        self.pick("按算法", "as worked out").to_owned()
                    }
                });
                [title.to_owned(), shown, words.working(amount, &unit)]
            }
            Deed::Veto => {
                let sets = card.map(|card| self.veto(card)).unwrap_or_default();
                [self.pick("一票否决", "veto").to_owned(), String::new(), sets]
            }
            Deed::Grade { grade, how } => {
                [self.pick("等次", "grade").to_owned(), graded(grade, *how, self.language), String::new()]
            }
            Deed::Raise { kind } => {
                let raised = self.pack.policy.kind(kind).map(|(_, kind)| kind.title.get(self.language));
                [self.pick("记一件", "raised").to_owned(), String::new(), raised.unwrap_or(kind).to_owned()]
            }
            Deed::Exempt { clause } => [
                format!("{}{}", self.pick("免予：", "lifted: "), self.clause_title(clause)),
                String::new(),
                String::new(),
            ],
            Deed::Mitigate { clause, factor } => {
                let what = format!("{}{}", self.pick("从轻：", "mitigated: "), self.clause_title(clause));
                let factor_shown = words.amount(factor, &Unit::Percent);
                let counted = factor_shown.map(|share| match self.language {
                    Language::Zh => format!("按 {share} 计"),
                    Language::En => format!("counts {share}"),
                });
                [what, counted.unwrap_or_default(), words.working(factor, &Unit::Percent)]
            }
        };
        vec![who.to_owned(), what, amount, how, reason]
    }

    fn clause_title(&self, name: &str) -> String {
        let clause = self.rules.clause(name);
        clause.map_or_else(|| name.to_owned(), |clause| clause.title.get(self.language).to_owned())
    }

    /// What competes with a clause or limits it, and who bears where a role is several or nobody.
    fn limits(&self, clause: &Clause, kind: &Kind) -> Option<Piece> {
        let mut points = Vec::new();
        for group in self.pack.policy.groups.iter().filter(|group| group.clauses.contains(&clause.name)) {
            let others = group.clauses.iter().filter(|other| **other != clause.name);
            let others: Vec<String> = others.map(|other| self.quoted(&self.clause_title(other))).collect();
            let alone = others.is_empty() || group.per.contains(&Scope::Clause);
            let scopes = group.per.iter().filter(|scope| **scope != Scope::Clause);
            let scope: Vec<String> = scopes.map(|scope| self.scope(scope, kind)).collect();
            let (scope, others) = (self.listed(&scope), self.listed(&others));
            points.push(match (&group.limit, self.language) {
                (Limit::Highest, Language::Zh) if alone => format!("{scope}：本条就高计一次，不重复。"),
                (Limit::Highest, Language::En) if alone => {
                    format!("{scope}: of what this clause finds only the highest counts, once.")
                }
                (Limit::Highest, Language::Zh) => format!("{scope}：与{others}就高计一次，不重复。"),
                (Limit::Highest, Language::En) => {
                    format!("{scope}: of this and {others} only the highest counts, once.")
                }
                (Limit::Cap(cap), Language::Zh) => {
                    let with = if alone { "本条".to_owned() } else { format!("与{others}") };
                    format!("{scope}：{with}合计不超过 {}。", self.cap(cap))
                }
                (Limit::Cap(cap), Language::En) => {
                    let with = if alone { String::new() } else { format!(" with {others}") };
                    format!("{scope}: together{with} at most {}.", self.cap(cap))
                }
            });
        }
        (!points.is_empty()).then_some(Piece::List(points))
    }

    fn quoted(&self, words: &str) -> String {
        match self.language {
            Language::Zh => format!("「{words}」"),
            Language::En => format!("“{words}”"),
        }
    }

    fn scope(&self, scope: &Scope, kind: &Kind) -> String {
        let what = match scope {
            Scope::Record if self.language == Language::En => kind.title.en.to_lowercase(),
            Scope::Record => kind.title.zh.clone(),
            Scope::Card => self.pick("考核对象", "bearer").to_owned(),
            Scope::Account => self.pick("科目", "account").to_owned(),
            Scope::Clause => self.pick("条款", "clause").to_owned(),
            Scope::Fact(name) => {
                kind.schema.get(name).map_or(name.clone(), |fact| fact.title.get(self.language).to_owned())
            }
        };
        format!("{}{what}", self.pick("同一", "same "))
    }

    /// What a returned value is, and how a number is worked out.
    pub(super) fn returned(&self, returned: &Returned, kind: &FactType, words: &Words<'_>) -> Vec<String> {
        match returned {
            Returned::Value(value) => vec![words.value(kind, value)],
            Returned::Number(number) => vec![words.formula(number)],
        }
    }
}

impl Rules {
    /// Leaves out the columns of results that no row fills.
    fn drop_empty_results(&mut self) {
        let filled = |column: usize| {
            let mut lines = self.groups.iter().flat_map(|group| &group.effects);
            lines.any(|line| line.get(column).is_some_and(|cell| !cell.is_empty()))
        };
        let keep: Vec<bool> = (0..self.results.len()).map(filled).collect();
        let kept = |position: usize| keep.get(position).copied().unwrap_or_default();
        let strip = |cells: Vec<String>| -> Vec<String> {
            cells.into_iter().enumerate().filter(|(column, _)| kept(*column)).map(|(_, cell)| cell).collect()
        };
        self.numeric = (0_usize..)
            .zip(std::mem::take(&mut self.numeric))
            .filter(|(column, _)| kept(*column))
            .map(|(_, numeric)| numeric)
            .collect();
        self.results = strip(std::mem::take(&mut self.results));
        if self.results.is_empty() {
            // nothing is ever done: the result stands alone
            self.results = vec![String::new()];
            self.numeric = vec![false];
        }
        for line in self.groups.iter_mut().flat_map(|group| &mut group.effects) {
            *line = strip(std::mem::take(line));
        }
    }
}

/// The facts that a table and its results name.
pub(super) fn used(tree: &Tree, table: &DecisionTable) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for column in &table.columns {
        match &column.topic {
            Topic::Fact(name) | Topic::Known(name) | Topic::Word(name) | Topic::Contains(name, _) => {
                used.insert(name.clone());
            }
            Topic::Moments(left, right) | Topic::Same(left, right) => {
                used.extend([left.clone(), right.clone()]);
            }
            Topic::Number(_) | Topic::Numbers(..) => {}
        }
    }
    visit(tree, table, &mut |part| {
        if let Node::Fact(name) = &part.node {
            used.insert(name.clone());
        }
    });
    used
}

/// Every number of a table's conditions and of the results of its tree.
pub(super) fn visit(tree: &Tree, table: &DecisionTable, visit: &mut dyn FnMut(&Expression)) {
    for column in &table.columns {
        column.bounds.iter().for_each(|bound| bound.visit(visit));
        match &column.topic {
            Topic::Number(number) => number.visit(visit),
            Topic::Numbers(left, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            _ => {}
        }
    }
    for path in tree.paths() {
        for effect in &path.effects {
            match &effect.deed {
                Deed::Enter { amount: number, .. } | Deed::Mitigate { factor: number, .. } => {
                    number.visit(visit)
                }
                Deed::Veto | Deed::Grade { .. } | Deed::Raise { .. } | Deed::Exempt { .. } => {}
            }
            for part in effect.reason.iter().flat_map(|reason| &reason.0) {
                if let crate::decision::ReasonPart::Number(number) = part {
                    number.visit(visit);
                }
            }
        }
        if let End::Returned(Returned::Number(number)) = &path.end {
            number.visit(visit);
        }
    }
}
