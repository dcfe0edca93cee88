//! `renze explain` with `--why-not`, `--nearest` or `--what-if`: what was not so, and what would have made it so.

use super::explain::unknown;
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, say};
use crate::assess::{Bearers, JudgedRow};
use crate::clause::Clause;
use crate::counterfactual::Again;
use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, FactType, Origin};
use crate::language::{Language, Text};
use crate::policy::Kind;
use crate::report::{self, Inquiry};
use clap::Args;

/// What is asked beside what is.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct Otherwise {
    /// Why this clause did not apply, by name or title, and the smallest change that would have made it.
    #[arg(long, value_name = "CLAUSE")]
    why_not: Option<String>,
    /// Which clauses came nearest to applying, of those that did not.
    #[arg(long)]
    nearest: bool,
    /// For what did apply: the smallest change that would have avoided it.
    #[arg(long)]
    what_if: bool,
}

/// The row or the subject asked about.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'w> {
    Row(&'w str),
    Subject(&'w str),
}

/// What `--why-not` names.
enum Named<'n> {
    Clause(&'n Clause),
    Fact(&'n Fact),
}

impl Otherwise {
    /// Whether any of it is asked.
    pub(super) fn is_asked(&self) -> bool {
        self.why_not.is_some() || self.nearest || self.what_if
    }

    pub(super) fn run(
        &self,
        which: &Which,
        wanted: Wanted<'_>,
        all: bool,
        language: Language,
    ) -> Result<Outcome, Halt> {
        let (workspace, rows) = which.open_with_rows(language)?;
        let subject = workspace.subject();
        let again = Again {
            pack: &workspace.pack,
            rules: &workspace.rules,
            bearers: Bearers::Organisation(&workspace.organisation),
            period: workspace.book.period,
            as_of: workspace.book.as_of,
            rows: &rows,
            before: &workspace.assessment,
        };
        let found = rows_of(&workspace, wanted)?;
        let inquiry = |(kind, row)| Inquiry { subject: &subject, again: &again, kind, row, language, all };
        let mut written = Vec::new();
        if let Some(name) = &self.why_not {
            let ((kind, row), named) = named(&workspace, &found, wanted, name)?;
            let inquiry = inquiry((kind, row));
            written.push(match named {
                Named::Clause(clause) => inquiry.clause(clause),
                Named::Fact(fact) => inquiry.fact(fact),
            });
        } else {
            // of the cards of one subject, those that no clause judges have nothing to ask
            let judged =
                |kind: &Kind| workspace.rules.clauses().iter().any(|clause| clause.kind == kind.name);
            let asked: Vec<_> = found.iter().filter(|(kind, _)| judged(kind)).collect();
            for (kind, row) in asked.iter().map(|(kind, row)| (*kind, row)) {
                let inquiry = inquiry((kind, row));
                written.push(if self.nearest { inquiry.nearest() } else { inquiry.what_if() });
            }
            if written.is_empty() {
                return Err(no_clause_of_its_own(&found));
            }
        }
        let written: Vec<String> = written.iter().map(report::render).collect();
        say(&written.join("\n"));
        Ok(Outcome::Done)
    }
}

/// The row, or every card of the subject.
fn rows_of<'w>(workspace: &'w Workspace, wanted: Wanted<'_>) -> Result<Vec<(&'w Kind, JudgedRow)>, Halt> {
    let assessment = &workspace.assessment;
    let mut found = Vec::new();
    let (name, known) = match wanted {
        Wanted::Row(id) => {
            let mut known = Vec::new();
            for (position, kind) in workspace.pack.policy.kinds.iter().enumerate() {
                let Some(rows) = assessment.rows.get(&position).filter(|_| !kind.is_card()) else { continue };
                for row in 0..rows.len() {
                    known.push(rows.id(row));
                    if rows.id(row) == id {
                        found.extend(rows.get(row).map(|row| (kind, row)));
                    }
                }
            }
            (id, known)
        }
        Wanted::Subject(name) => {
            let mut known = Vec::new();
            for card in &assessment.scorecards {
                let names = [card.key.subject.as_str(), card.name.zh.as_str(), card.name.en.as_str()];
                if let Some(kind) = workspace.pack.policy.kinds.get(card.key.kind)
                    && names.contains(&name)
                {
                    let row = assessment.rows_of(card.key.kind).find(|row| row.id == card.key.subject);
                    found.extend(row.map(|row| (kind, row)));
                }
                known.extend(names);
            }
            (name, known)
        }
    };
    if found.is_empty() { Err(unknown(name, known)) } else { Ok(found) }
}

/// The clause or fact of that name or title, with the row of its kind.
fn named<'w, 'f>(
    workspace: &'w Workspace,
    found: &'f [(&'w Kind, JudgedRow)],
    wanted: Wanted<'_>,
    name: &str,
) -> Result<((&'w Kind, &'f JudgedRow), Named<'w>), Halt> {
    let clauses = workspace.rules.clauses();
    let is_called = |title: &Text, own: &str| own == name || title.zh == name || title.en == name;
    let of_kind = |kind: &str| found.iter().find(|(own, _)| own.name == kind).map(|(kind, row)| (*kind, row));
    let called = || clauses.iter().filter(|clause| is_called(&clause.title, &clause.name));
    if let Some((clause, row)) = called().find_map(|clause| Some((clause, of_kind(&clause.kind)?))) {
        return Ok((row, Named::Clause(clause)));
    }
    // a fact that is worked out has a reason of its own
    for (kind, row) in found {
        let facts = kind.schema.facts().iter();
        let mut worked_out = facts.filter(|fact| {
            matches!(fact.origin, Origin::Definition(_)) && matches!(fact.kind, FactType::Bool { .. })
        });
        if let Some(fact) = worked_out.find(|fact| is_called(&fact.title, &fact.name)) {
            return Ok(((*kind, row), Named::Fact(fact)));
        }
    }
    if let Some(clause) = called().next() {
        return Err(of_another_kind(workspace, found, wanted, clause));
    }
    let message = Text::new(format!("没有规则「{name}」"), format!("there is no clause `{name}`"));
    let judging = clauses.iter().filter(|clause| of_kind(&clause.kind).is_some());
    let known = judging.flat_map(|clause| {
        // titles are suggested where somebody typed one
        if name.is_ascii() { vec![clause.name.as_str()] } else { vec![clause.title.zh.as_str()] }
    });
    Err(Halt::Faults(vec![Diagnostic::error("A003", message).suggest(name, known)]))
}

/// The clause judges something else: whom to ask about instead.
fn of_another_kind(
    workspace: &Workspace,
    found: &[(&Kind, JudgedRow)],
    wanted: Wanted<'_>,
    clause: &Clause,
) -> Halt {
    let kinds = &workspace.pack.policy.kinds;
    let title = |name: &str| {
        let kind = kinds.iter().find(|kind| kind.name == name);
        kind.map_or_else(|| Text::same(name), |kind| kind.title.clone())
    };
    let judges = title(&clause.kind);
    let asked: Vec<Text> = found.iter().map(|(kind, _)| kind.title.clone()).collect();
    let zh: Vec<&str> = asked.iter().map(|title| title.zh.as_str()).collect();
    let en: Vec<&str> = asked.iter().map(|title| title.en.as_str()).collect();
    let name = &clause.name;
    let message = Text::new(
        format!("规则 `{name}` 考核的是「{}」，不是「{}」", judges.zh, zh.join("」、「")),
        format!("the clause `{name}` judges '{}', not '{}'", judges.en, en.join("', '")),
    );
    let fault = Diagnostic::error("A004", message);
    let card = found
        .iter()
        .flat_map(|(_, row)| row.bearers.values().flatten())
        .find(|card| kinds.get(card.kind).is_some_and(|kind| kind.name == clause.kind));
    Halt::Faults(vec![match (card, wanted) {
        (Some(card), _) => {
            let ask = format!("--subject {} --why-not {name}", card.subject);
            fault.help(Text::new(format!("请用 {ask}"), format!("ask with {ask}")))
        }
        (None, Wanted::Subject(_))
            if kinds.iter().any(|kind| kind.name == clause.kind && !kind.is_card()) =>
        {
            let help = Text::new(
                format!("请用 --complaint 编号 --why-not {name}"),
                format!("ask with --complaint ID --why-not {name}"),
            );
            fault.help(help)
        }
        _ => fault,
    }])
}

fn no_clause_of_its_own(found: &[(&Kind, JudgedRow)]) -> Halt {
    let zh: Vec<&str> = found.iter().map(|(kind, _)| kind.title.zh.as_str()).collect();
    let en: Vec<&str> = found.iter().map(|(kind, _)| kind.title.en.as_str()).collect();
    let message = Text::new(
        format!("没有规则直接考核「{}」", zh.join("」、「")),
        format!("no clause judges '{}' itself", en.join("', '")),
    );
    let help = Text::new(
        "其所记均来自投诉：请用 --complaint 编号",
        "what is entered on it comes from complaints: ask with --complaint ID",
    );
    Halt::Faults(vec![Diagnostic::error("A005", message).help(help)])
}
