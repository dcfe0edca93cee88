//! What the scenarios of a pack reach of its decision tables, clause by clause.

use super::wording::Wording;
use super::{Report, Table};
use crate::clause::Rulebook;
use crate::coverage::{Coverage, Missed, Proposal};
use crate::language::{Language, Text};
use crate::policy::Pack;

/// The share reached of every clause, then every row that is not reached.
pub fn coverage_report(pack: &Pack, rules: &Rulebook, coverage: &Coverage, language: Language) -> Report {
    let mut report = Report::default();
    let zh = language == Language::Zh;
    let title = |clause: &str| {
        let title = rules.clause(clause).map_or_else(|| Text::same(clause), |clause| clause.title.clone());
        title.get(language).to_owned()
    };
    let kind_of = |clause: &str| {
        let kind = rules.clause(clause).and_then(|clause| pack.policy.kind(&clause.kind));
        kind.map_or("", |(_, kind)| kind.title.get(language)).to_owned()
    };
    let (rows, reached) = coverage.totals();
    report.line(share(reached, rows, if zh { "决策表覆盖" } else { "COVERAGE" }, language));
    let lines = coverage.clauses.iter().map(|clause| {
        let share = match &clause.interpreted {
            Some(why) if zh => format!("没有决策表：{}", why.zh),
            Some(why) => format!("no table: {}", why.en),
            None => share(clause.reached(), clause.rows, "", language),
        };
        vec![share, kind_of(&clause.clause), title(&clause.clause)]
    });
    report.table(Table { indent: 2, numeric: vec![true], rows: lines.collect(), ..Table::default() });
    for clause in coverage.clauses.iter().filter(|clause| !clause.missed.is_empty()) {
        report.gap();
        report.line(if zh {
            format!("{}：没有场景到达", title(&clause.clause))
        } else {
            format!("{}: no scenario reaches", title(&clause.clause))
        });
        for missed in &clause.missed {
            report.line(format!("  {}", row(missed, language)));
        }
    }
    report
}

/// `12 of 14 rows`.
fn share(reached: usize, rows: usize, before: &str, language: Language) -> String {
    let said = match language {
        Language::Zh => format!("{rows} 行中 {reached} 行"),
        Language::En => format!("{reached} of {rows} rows"),
    };
    if before.is_empty() { said } else { format!("{before}  {said}") }
}

/// The row in words, and the generated scenario that reaches it.
fn row(missed: &Missed, language: Language) -> String {
    let wording = Wording { language, record: &missed.record, terms: &missed.terms };
    let steps: Vec<String> = missed.path.steps.iter().map(|step| wording.condition(step)).collect();
    let number = missed.row;
    match (language, missed.proposal.map(|proposal| proposal.saturating_add(1))) {
        (Language::Zh, Some(proposal)) => {
            format!("第 {number} 行 {}（见场景 {proposal}）", steps.join("；"))
        }
        (Language::Zh, None) => {
            format!("第 {number} 行 {}（未找到到达它的情形，或许没有）", steps.join("；"))
        }
        (Language::En, Some(proposal)) => {
            format!("row {number}  {}  (scenario {proposal})", steps.join("; "))
        }
        (Language::En, None) => {
            format!(
                "row {number}  {}  (no situation found that reaches it: perhaps none can)",
                steps.join("; ")
            )
        }
    }
}

/// The generated scenarios, ready to be pasted into a file of the pack.
pub fn proposed_scenarios(proposals: &[Proposal], language: Language) -> String {
    let mut text = String::new();
    for (index, proposal) in proposals.iter().enumerate() {
        let number = index.saturating_add(1);
        text.push_str(&match language {
            Language::Zh => format!("# 场景 {number}：金额为引擎所算，请人工核对无误后删去本行\n"),
            Language::En => format!(
                "# scenario {number}: the amounts are what the engine finds; a person must confirm them, then delete this line\n"
            ),
        });
        text.push_str(&proposal.situation.written(&proposal.name, &proposal.found));
        text.push('\n');
    }
    text
}
