//! The smallest changes to what was wanted, and the counts that would have had to be otherwise.

use super::super::Report;
use super::Inquiry;
use crate::clause::Clause;
use crate::counterfactual::{Case, Changed, Confirmed, FACTS, Scope, Search, Target, because, shortages};
use crate::fact::{Aggregate, FactType, Facts as _, Origin, Value};
use crate::language::Language;

impl Inquiry<'_> {
    /// Ways to what is wanted. What a card counts follows from its rows, so for a card its trees must do.
    pub(super) fn confirmed(&self, case: &Case<'_>, target: Target<'_>, scope: Scope) -> Vec<Confirmed> {
        if !self.kind.is_card() {
            return self.again.smallest(case, target, scope);
        }
        let sets = Search::new(case, target, scope).smallest();
        let row = |changes| Changed { kind: self.kind.name.clone(), id: self.row.id.clone(), changes };
        sets.into_iter().map(|changes| Confirmed { rows: vec![row(changes)], touched: Vec::new() }).collect()
    }

    pub(super) fn is_changeable(&self, way: &Confirmed) -> bool {
        let mut changes = way.rows.iter().flat_map(|row| &row.changes);
        changes.all(|change| self.kind.schema.get(&change.fact).is_some_and(|fact| fact.changeable))
    }

    /// The first of several ways, in a few words.
    pub(super) fn first_way(&self, ways: &[Confirmed]) -> String {
        let changes = ways.first().and_then(|way| way.rows.first()).map(|row| row.changes.as_slice());
        let said: Vec<String> = changes
            .unwrap_or_default()
            .iter()
            .map(|change| self.changes().change(&self.kind.name, change, &[&change.after]))
            .collect();
        said.join(self.pick("\u{ff1b}", ", "))
    }

    /// What is missing, with the values under which the clause would apply, and would not.
    pub(super) fn decided_by(&self, clause: &Clause, report: &mut Report) {
        let case = self.case();
        let titles = [
            (Target::Applies(clause), self.pick("若如此则适用", "it applies with")),
            (Target::Spares(clause), self.pick("若如此则不适用", "it does not apply with")),
        ];
        for (target, title) in titles {
            let ways = self.confirmed(&case, target, Scope::Any);
            if !ways.is_empty() {
                report.gap();
                report.line(title);
                self.changes().write_ways(&ways, 2, report);
            }
        }
    }

    pub(super) fn way_in(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        report.line(
            self.pick("要使其适用\u{ff0c}至少须改变", "the smallest change that would have made it apply"),
        );
        self.ways(Target::Applies(clause), report);
    }

    /// Confirmed changes: of facts somebody could have acted on, else of any.
    pub(super) fn ways(&self, target: Target<'_>, report: &mut Report) {
        let case = self.case();
        let ways = self.confirmed(&case, target, Scope::Changeable);
        if !ways.is_empty() {
            self.changes().write_ways(&ways, 2, report);
            return;
        }
        if !self.kind.is_card() {
            report.line(self.none_found(target, Scope::Changeable));
        } else {
            report.line(self.pick("  仅就统计而言", "  by its counts alone"));
        }
        let ways = self.confirmed(&case, target, Scope::Any);
        if ways.is_empty() {
            report.line(self.none_found(target, Scope::Any));
        } else if !self.kind.is_card() {
            report.line(self.pick("  在全部事实中", "  of all facts"));
        }
        self.changes().write_ways(&ways, 2, report);
    }

    /// Why there is no change to show: nothing to change, nothing found, or not everything looked at.
    pub(super) fn none_found(&self, target: Target<'_>, scope: Scope) -> String {
        let case = self.case();
        let most = FACTS;
        if !case.is_traced(target) {
            return self
                .pick(
                    "  规则逐条解释执行\u{ff0c}不能逐一查找可能的改变\u{ff1b}已查的都做不到",
                    "  what is interpreted row by row cannot be searched for every change; none was found",
                )
                .to_owned();
        }
        match (scope, self.language) {
            (Scope::Changeable, _) if Search::new(&case, target, scope).is_empty() => self
                .pick("  它所依据的事实都不由经办人员决定", "  nothing it turns on was in the staff's hands")
                .to_owned(),
            (Scope::Changeable, Language::Zh) => {
                format!("  经办人员能改变的事实中\u{ff0c}未找到 {most} 项以内的改变可以做到")
            }
            (Scope::Changeable, Language::En) => {
                format!("  no change of up to {most} facts in the staff's hands was found that would do")
            }
            (Scope::Any, Language::Zh) => format!("  未找到 {most} 项以内的改变可以做到"),
            (Scope::Any, Language::En) => {
                format!("  no change of up to {most} facts was found that would do")
            }
        }
    }

    pub(super) fn way_out(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        report.line(self.pick(
            "要使其不适用\u{ff0c}至少须改变",
            "the smallest change under which it would not have applied",
        ));
        if self.kind.is_card() {
            self.write_shortages(clause, report);
        } else {
            self.avoid(clause, report);
        }
    }

    pub(super) fn avoid(&self, clause: &Clause, report: &mut Report) {
        let ways = self.again.smallest(&self.case(), Target::Spares(clause), Scope::Changeable);
        // what costs another card something is a way out only where there is no other
        let gains: Vec<Confirmed> = ways.iter().filter(|way| way.is_gain()).cloned().collect();
        let ways = if gains.is_empty() { ways } else { gains };
        if ways.is_empty() {
            report.line(self.none_found(Target::Spares(clause), Scope::Changeable));
        }
        self.changes().write_ways(&ways, 2, report);
    }

    pub(super) fn write_shortages(&self, clause: &Clause, report: &mut Report) {
        let shortages = shortages(self.again, &self.case(), clause);
        if shortages.is_empty() {
            report.line(self.pick(
                "  没有一项统计单独改变就能避免",
                "  no single count by another value would have avoided it",
            ));
        }
        for shortage in &shortages {
            self.changes().write_shortage(self.kind, shortage, report);
        }
    }

    /// The counts of cards that the row is not in, or is in to somebody's cost, where it could have been otherwise.
    pub(super) fn counted(&self, report: &mut Report) -> usize {
        let mut conditions: Vec<&str> = Vec::new();
        for card in self.subject.pack.policy.kinds.iter().filter(|kind| kind.is_card()) {
            for fact in card.schema.facts() {
                if let Origin::Aggregate(aggregate) = &fact.origin
                    && let Aggregate { over, condition: Some(condition), .. } = aggregate.as_ref()
                    && *over == self.kind.name
                    && !conditions.contains(&condition.as_str())
                {
                    conditions.push(condition);
                }
            }
        }
        let mut shown = 0_usize;
        let case = self.case();
        for fact in conditions.iter().filter_map(|name| self.kind.schema.get(name)) {
            let (Value::Bool(flag), FactType::Bool { .. }) = (self.row.record.value(&fact.name), &fact.kind)
            else {
                continue;
            };
            let ways = self.again.smallest(&case, Target::Holds(&fact.name, !flag), Scope::Changeable);
            let gains: Vec<Confirmed> = ways.into_iter().filter(Confirmed::is_gain).collect();
            if gains.is_empty() {
                continue;
            }
            shown = shown.saturating_add(1);
            report.gap();
            let value = fact.kind.show(&Value::Bool(flag), self.language);
            let title = fact.title.get(self.language);
            report.line(match self.language {
                Language::Zh => format!("统计\u{ff1a}{title} = {value}"),
                Language::En => format!("counted: {title} = {value}"),
            });
            self.write_asked(&because(&case, &fact.name), 2, report);
            self.changes().write_ways(&gains, 2, report);
        }
        shown
    }
}
