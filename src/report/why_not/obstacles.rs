//! What a clause asked of a row, down to the cells and the rows counted, and which answers kept it from applying.

use super::super::{Block, Report, complaint};
use super::Inquiry;
use crate::assess::{Finding, JudgedRow};
use crate::clause::Clause;
use crate::counterfactual::{Asked, Nothing, asked};
use crate::fact::{Aggregate, Fact, Facts as _, Origin, Value};
use crate::language::Language;
use std::collections::BTreeSet;

impl Inquiry<'_> {
    pub(super) fn found(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        report.line(self.pick("所判", "what it found"));
        self.found_lines(clause, report);
        report.gap();
        report.line(self.pick("依据", "because"));
        self.write_asked(&asked(&self.case(), clause).asked, 2, report);
    }

    pub(super) fn found_lines(&self, clause: &Clause, report: &mut Report) {
        let Some((position, _)) = self.subject.pack.policy.kind(&self.kind.name) else { return };
        let wording = self.wording();
        let of_row = |finding: &Finding<'_>| {
            finding.kind() == position && finding.record() == self.row.id && finding.clause() == clause.name
        };
        for finding in self.subject.assessment.findings().filter(of_row) {
            report.line(format!("  → {}", complaint::deed(self.subject, &finding, &wording)));
        }
    }

    pub(super) fn lacking(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        let stopped = asked(&self.case(), clause);
        let open = self
            .subject
            .assessment
            .open
            .iter()
            .find(|open| open.clause == clause.name && open.record == self.row.id);
        let wording = self.wording();
        let mut facts: Vec<String> = open.map(|open| open.lacking.clone()).unwrap_or_default();
        if facts.is_empty() {
            let asked = stopped.asked.iter().filter(|asked| asked.is_open());
            facts = asked.flat_map(|asked| asked.step.question.facts()).collect();
        }
        let facts: Vec<String> = facts.iter().map(|fact| wording.fact(fact)).collect();
        let facts = facts.join(self.pick("\u{3001}", ", "));
        if !facts.is_empty() {
            report.line(match self.language {
                Language::Zh => format!("无法判定\u{ff0c}因为缺少\u{ff1a}{facts}"),
                Language::En => format!("not decided, because this is missing: {facts}"),
            });
        }
        if let Some(why) = stopped.broken.filter(|why| !why.is_empty()) {
            report.line(match self.language {
                Language::Zh => format!("无法得出结论\u{ff1a}{}", why.zh),
                Language::En => format!("it could not come to its end: {}", why.en),
            });
        }
        self.write_asked(&stopped.asked, 2, report);
        let before = report.blocks.len();
        self.found_lines(clause, report);
        if report.blocks.len() > before {
            let could = self.pick("可能的后果", "what could follow").to_owned();
            report.blocks.insert(before, Block::Line(could));
        }
    }

    pub(super) fn obstacles(&self, clause: &Clause, report: &mut Report) {
        let stopped = asked(&self.case(), clause);
        let keeping: Vec<&Asked> = stopped.asked.iter().filter(|asked| asked.keeps).collect();
        for (index, asked) in keeping.into_iter().enumerate() {
            report.gap();
            report.line(match index {
                0 => self.pick("首先因此不适用", "kept from applying, first, by"),
                _ => self.pick("其次因此不适用", "then also by"),
            });
            self.write_one(asked, 2, report);
        }
        if let Some(why) = &stopped.interpreted {
            report.gap();
            let why = why.get(self.language);
            report.line(match self.language {
                Language::Zh => format!("该规则逐条解释执行\u{ff08}{why}\u{ff09}\u{ff0c}它问到的是"),
                Language::En => format!("the clause is interpreted row by row ({why}); what it asked"),
            });
            self.write_asked(&stopped.asked, 2, report);
        }
        if stopped.nothing.is_empty() {
            return;
        }
        report.gap();
        let wording = self.wording();
        report.line(self.pick("条件成立\u{ff0c}但没有后果", "its conditions hold, and yet nothing follows"));
        for nothing in &stopped.nothing {
            report.line(match nothing {
                Nothing::Zero(amount) => {
                    format!("  {} = {}", wording.working(amount), wording.show(amount))
                }
                Nothing::Nobody(role) => {
                    let title =
                        self.kind.role(role).map_or(role.as_str(), |role| role.title.get(self.language));
                    match self.language {
                        Language::Zh => format!("  当日无人担任{title}\u{ff0c}无人承担"),
                        Language::En => format!("  nobody was the {title} that day, so nobody bears it"),
                    }
                }
            });
        }
    }

    pub(super) fn write_first(&self, clause: &Clause, report: &mut Report) {
        if let Some(first) = asked(&self.case(), clause).first() {
            report.line(self.pick("  首先因此不适用", "  kept from applying, first, by"));
            self.write_one(first, 4, report);
        }
    }

    pub(super) fn write_asked(&self, asked: &[Asked], indent: usize, report: &mut Report) {
        for one in asked {
            self.write_one(one, indent, report);
        }
    }

    /// A question as the row answered it, where its facts come from, and what a definition asked in its turn.
    pub(super) fn write_one(&self, asked: &Asked, indent: usize, report: &mut Report) {
        let blank = " ".repeat(indent);
        let facts: BTreeSet<String> = asked.step.question.facts().into_iter().collect();
        let columns: Vec<&str> = facts.iter().filter_map(|fact| self.heading(fact)).collect();
        let source = if columns.is_empty() {
            String::new()
        } else {
            let columns = columns.join(self.pick("\u{3001}", ", "));
            match self.language {
                Language::Zh => format!("  \u{ff08}列 {columns}\u{ff09}"),
                Language::En => format!("  (column {columns})"),
            }
        };
        report.line(format!("{blank}{}{source}", self.wording().step(&asked.step)));
        let beneath = indent.saturating_add(2);
        for fact in facts.iter().filter_map(|fact| self.kind.schema.get(fact)) {
            match &fact.origin {
                Origin::Clock(clock) => self.write_clock((&clock.from, &clock.to), beneath, report),
                Origin::Due(due) => self.write_clock((&due.after, &fact.name), beneath, report),
                Origin::Aggregate(aggregate) => self.write_count(fact, aggregate, beneath, report),
                Origin::Column(_) | Origin::Carried(_) | Origin::Definition(_) => {}
            }
        }
        self.write_asked(&asked.because, beneath, report);
    }

    pub(super) fn heading(&self, fact: &str) -> Option<&str> {
        match &self.kind.schema.get(fact)?.origin {
            Origin::Column(headings) => headings.first().map(String::as_str),
            _ => None,
        }
    }

    pub(super) fn write_clock(&self, (from, to): (&str, &str), indent: usize, report: &mut Report) {
        let wording = self.wording();
        let end = |name: &str| {
            let shown = wording.value(name, &self.row.record.value(name));
            format!("{} {shown}", wording.fact(name))
        };
        let columns: Vec<&str> = [from, to].iter().filter_map(|end| self.heading(end)).collect();
        let columns = columns.join(self.pick("\u{3001}", ", "));
        let (blank, from, to) = (" ".repeat(indent), end(from), end(to));
        report.line(match self.language {
            Language::Zh => format!("{blank}{from} → {to}  \u{ff08}列 {columns}\u{ff09}"),
            Language::En => format!("{blank}{from} → {to}  (column {columns})"),
        });
    }

    /// The rows that a count leaves out, so that it can be checked.
    pub(super) fn write_count(&self, fact: &Fact, aggregate: &Aggregate, indent: usize, report: &mut Report) {
        let (Some(condition), Some((position, over))) =
            (&aggregate.condition, self.subject.pack.policy.kind(&aggregate.over))
        else {
            return;
        };
        let ways = |row: &JudgedRow| {
            row.bearers.values().flatten().any(|card| {
                card.subject == self.row.id
                    && self
                        .subject
                        .pack
                        .policy
                        .kinds
                        .get(card.kind)
                        .is_some_and(|kind| kind.name == self.kind.name)
            })
        };
        let rows = self.subject.assessment.rows_of(position);
        let left: Vec<String> = rows
            .filter(|row| ways(row) && row.record.value(condition) == Value::Bool(false))
            .map(|row| row.id)
            .collect();
        if left.is_empty() {
            return;
        }
        let (blank, title) = (" ".repeat(indent), fact.title.get(self.language));
        let (over, left) = (over.title.get(self.language), self.changes().listed(&left));
        report.line(match self.language {
            Language::Zh => format!("{blank}未计入「{title}」的{over}\u{ff1a}{left}"),
            Language::En => format!("{blank}not counted as {title}: {left}"),
        });
    }
}
