//! What can be said of a pack without any complaint, read off the decision trees of its clauses: what can never be
//! reached, what has no effect, what is charged twice, what is left undetermined, what nobody reads.

mod declared;
mod doubled;
mod effect;
mod example;
mod grades;
mod learned;
mod open;
mod reach;
mod row;
mod subject;
mod table;
mod unsaid;
mod unused;

pub use subject::Looked;

use crate::clause::Rulebook;
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::Text;
use crate::policy::Pack;
use subject::Subject;

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What the loader noticed.
    Pack,
    /// Conditions that are always so, and verbs behind them.
    Reach,
    /// Clauses that do nothing.
    Effect,
    /// Gaps and overlaps of tables.
    Table,
    /// Two clauses charging the same for one row.
    Doubled,
    /// Ways that end undetermined.
    Open,
    /// Clauses without a tree.
    Interpreted,
    /// What nothing reads.
    Unused,
    /// Standard questions that nothing answers.
    Unsaid,
}

impl Group {
    /// Every group, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Pack,
        Self::Reach,
        Self::Effect,
        Self::Table,
        Self::Doubled,
        Self::Open,
        Self::Interpreted,
        Self::Unused,
        Self::Unsaid,
    ];

    /// What the group is about.
    pub fn title(self) -> Text {
        match self {
            Self::Pack => Text::new("声明", "declarations"),
            Self::Reach => Text::new("到不了的分支", "branches that no fact can reach"),
            Self::Effect => Text::new("没有后果的规则", "clauses without effect"),
            Self::Table => Text::new("参数表的空档与重叠", "gaps and overlaps of tables"),
            Self::Doubled => Text::new("同一事重复计", "charged twice for one thing"),
            Self::Open => Text::new("不能判定的情形", "left undetermined"),
            Self::Interpreted => Text::new("逐条运行的规则", "interpreted row by row"),
            Self::Unused => Text::new("无处用到", "not used by anything"),
            Self::Unsaid => Text::new("原文没有说的", "left unsaid by the text"),
        }
    }
}

/// What an inspection found, by group.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Every finding, in the order in which they are shown.
    pub findings: Vec<(Group, Diagnostic)>,
    /// What was looked at.
    pub looked: Looked,
}

impl Inspection {
    /// Of a pack whose clauses are compiled.
    pub fn of(pack: &Pack, rules: &Rulebook) -> Self {
        let subject = Subject::new(pack, rules);
        let all = [
            (Group::Reach, reach::inspect(&subject)),
            (Group::Effect, effect::inspect(&subject)),
            (Group::Table, table::inspect(&subject)),
            (Group::Doubled, doubled::inspect(&subject)),
            (Group::Open, open::inspect(&subject)),
            (Group::Interpreted, open::interpreted(&subject)),
            (Group::Unused, unused::inspect(&subject)),
            (Group::Unsaid, unsaid::inspect(&subject)),
        ];
        let mut inspection = Self { findings: Vec::new(), looked: subject.looked() };
        for (group, diagnostics) in all {
            inspection.add(group, diagnostics);
        }
        inspection
    }

    /// Makes warnings of the notes of a group.
    pub fn insist(&mut self, group: Group) {
        for (own, found) in &mut self.findings {
            if *own == group && found.severity == Severity::Note {
                found.severity = Severity::Warning;
            }
        }
    }

    /// Takes in what was found elsewhere; the same finding stands only once.
    pub fn add(&mut self, group: Group, mut diagnostics: Vec<Diagnostic>) {
        diagnostics.sort_by(|a, b| {
            (a.severity, &a.place, a.code, &a.message).cmp(&(b.severity, &b.place, b.code, &b.message))
        });
        for diagnostic in diagnostics {
            let found = (group, diagnostic);
            if !self.findings.contains(&found) {
                self.findings.push(found);
            }
        }
        self.findings.sort_by_key(|(group, _)| *group);
    }
}
