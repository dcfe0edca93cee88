//! `renze explain --complaint`: every clause over one row: what it asked, what it was answered, what it did.

use super::clock::write_clocks;
use super::counted::write_counted;
use super::wording::{Wording, graded, parameters_read};
use super::{Report, Subject, Table};
use crate::assess::{Finding, JudgedRow, Outcome, Raised};
use crate::clause::{Clause, Taken, Touch};
use crate::decision::{Answer, Deed, End, Expression, Path, Question, Returned};
use crate::diagnostic::Place;
use crate::fact::{Facts as _, Origin, Value};
use crate::language::Language;
use crate::policy::{Kind, Several, Terms};
use rust_decimal::Decimal;
use std::sync::Arc;

/// One row by its identifier, no list cut short with `all`; `None` where it was not judged.
pub fn explain_complaint(subject: &Subject<'_>, id: &str, all: bool, language: Language) -> Option<Report> {
    let (position, row) = subject.assessment.rows.iter().find_map(|(position, rows)| {
        let kind = subject.pack.policy.kinds.get(*position)?;
        let row = rows.iter().find(|row| row.id == id && !kind.is_card())?;
        Some((*position, row))
    })?;
    let mut report = Report::default();
    let kind = subject.pack.policy.kinds.get(position)?;
    let place = place(&row, language);
    let title = kind.title.get(language);
    let at = crate::calendar::show_moment(row.at);
    let raised = subject.assessment.rows.get(&position)?.raised().iter().find(|raised| raised.id == id);
    report.line(match (language, raised) {
        (Language::Zh, Some(raised)) => format!("{title} {id} · {at} · 由 {} 引起", raised.root),
        (Language::En, Some(raised)) => format!("{title} {id} · {at} · begun by {}", raised.root),
        (Language::Zh, None) => format!("{title} {id} · {at} · {place}"),
        (Language::En, None) => format!("{title} {id} · {at} · {place}"),
    });
    facts(&row, language, &mut report);
    let rows = subject.assessment.rows.get(&position)?;
    let own = (0..rows.len()).find(|other| rows.id(*other) == id)?;
    write_clocks(subject, (position, own), all, language, &mut report);
    write_counted(subject, (position, own), all, language, &mut report);
    bearers(subject, &row, language, &mut report);
    write_clauses(subject, position, &row, language, &mut report);
    Some(report)
}

/// Where a row stands, in few words: its file, its row there, and the cell where it was made of one.
pub(super) fn place(row: &JudgedRow, language: Language) -> String {
    let (file, number) = row.place.clone();
    let file = file.rsplit('/').next().unwrap_or_default().to_owned();
    Place::Cell { file, row: number, column: row.cell.clone() }.short(language)
}

/// What is known of the row, and where each fact comes from.
pub(super) fn facts(row: &JudgedRow, language: Language, report: &mut Report) {
    report.gap();
    report.line(language.pick("事实", "facts"));
    let mut rows = Vec::new();
    for fact in row.record.schema.facts() {
        let value = row.record.value(&fact.name);
        if value == Value::Missing && fact.ordinary.is_none() {
            continue;
        }
        let origin = match &fact.origin {
            Origin::Column(headings) => {
                let heading = headings.first().map_or("", String::as_str);
                format!("{} {heading}", language.pick("列", "column"))
            }
            Origin::Clock(clock) => {
                let title = |name: &str| {
                    let end = row.record.schema.get(name);
                    end.map_or_else(|| name.to_owned(), |fact| fact.title.get(language).to_owned())
                };
                format!("{} → {}", title(&clock.from), title(&clock.to))
            }
            Origin::Due(due) => {
                let start = row.record.schema.get(&due.after);
                let start = start.map_or(due.after.as_str(), |fact| fact.title.get(language));
                format!("{start} → {}", language.pick("到期", "due"))
            }
            Origin::Aggregate(_) => language.pick("统计", "counted").to_owned(),
            Origin::Carried(_) => language.pick("触发行", "carried over").to_owned(),
            Origin::Definition(by) => format!("{} {by}", language.pick("规则", "rule")),
        };
        rows.push(vec![fact.title.get(language).to_owned(), fact.kind.show(&value, language), origin]);
    }
    report.table(Table { indent: 2, rows, ..Table::default() });
}

fn bearers(subject: &Subject<'_>, row: &JudgedRow, language: Language, report: &mut Report) {
    report.gap();
    report.line(match language {
        Language::Zh => format!("当日（{}）谁担任何角色", row.at.date()),
        Language::En => format!("who held which role on {}", row.at.date()),
    });
    let kind = subject.pack.policy.kind(&row.record.kind).map(|(_, kind)| kind);
    let mut rows = Vec::new();
    for role in kind.into_iter().flat_map(|kind| &kind.roles) {
        let held = row.bearers.get(&role.name).map_or(&[][..], Vec::as_slice);
        let names: Vec<String> =
            held.iter().map(|card| subject.subject_name(&card.subject, language)).collect();
        let names = if role.is_outside() {
            language.pick("外部", "outside").to_owned()
        } else if names.is_empty() {
            language.pick("空缺", "nobody").to_owned()
        } else {
            names.join(language.pick("、", ", "))
        };
        rows.push(vec![role.title.get(language).to_owned(), names]);
    }
    report.table(Table { indent: 2, rows, ..Table::default() });
}

/// What one clause came to in a row.
struct Found<'f> {
    clause: &'f Clause,
    findings: &'f [Finding<'f>],
    /// Whether it raised a row, and one that stands.
    raised: Option<bool>,
}

impl Found<'_> {
    /// Whether the clause applies, in words.
    fn state(&self, subject: &Subject<'_>, row: &JudgedRow, language: Language) -> &'static str {
        if !self.clause.days.contains(row.at.date()) {
            return language.pick("当日未施行", "not in force that day");
        }
        let relief = relieves(subject, self.clause, row);
        let stands = self.findings.iter().any(Finding::stands);
        if stands || self.raised == Some(true) || relief == Some(true) {
            return language.pick("适用", "applies");
        }
        let is_open = self.findings.iter().any(|finding| !finding.is_certain());
        if is_open || self.raised.is_some() || relief.is_none() {
            return language.pick("待定", "undecided");
        }
        language.pick("不适用", "does not apply")
    }
}

/// Whether a clause lifts or lessens what others found in the row; `None` where that is open.
fn relieves(subject: &Subject<'_>, clause: &Clause, row: &JudgedRow) -> Option<bool> {
    if !clause.touches.iter().any(|(_, touch)| matches!(touch, Touch::Clause(_))) {
        return Some(false);
    }
    let paths = subject.rules.decide(clause, &row.record, &row.terms).ok()?;
    let gives = |taken: &Taken| {
        let mut effects = taken.path.effects.iter();
        effects.any(|effect| matches!(effect.deed, Deed::Exempt { .. } | Deed::Mitigate { .. }))
    };
    let given = paths.iter().filter(|taken| gives(taken)).count();
    let is_cut_short = paths.iter().any(|taken| matches!(taken.path.end, End::Undetermined(_)));
    match given {
        _ if is_cut_short => None,
        0 => Some(false),
        all if all == paths.len() => Some(true),
        _ => None,
    }
}

/// Every clause of the row's kind: applied or not, with its path and its findings.
pub(super) fn write_clauses(
    subject: &Subject<'_>,
    position: usize,
    row: &JudgedRow,
    language: Language,
    report: &mut Report,
) {
    let wording = Wording { language, record: &row.record, terms: &row.terms };
    let mut workings: Vec<(Arc<Expression>, Arc<Terms>)> = Vec::new();
    let clauses = subject.rules.clauses().iter().enumerate();
    for (place, clause) in clauses.filter(|(_, clause)| clause.kind == row.record.kind) {
        let raised = raised(subject, (position, &row.id), place);
        let findings: Vec<Finding<'_>> = subject
            .assessment
            .findings()
            .filter(|finding| {
                finding.kind() == position && finding.record() == row.id && finding.clause() == clause.name
            })
            .collect();
        report.gap();
        let title = clause.title.get(language);
        let certain = raised.iter().any(|row| row.1.certain);
        let found = Found { clause, findings: &findings, raised: (!raised.is_empty()).then_some(certain) };
        let applies = found.state(subject, row, language);
        let file = clause.file.rsplit('/').next().unwrap_or_default();
        report.line(format!("{title} · {applies} · {} · {file}:{}", clause.basis, clause.line));
        let path = match findings.first() {
            Some(finding) => Some(finding.path()),
            None => subject
                .rules
                .decide(clause, &row.record, &row.terms)
                .ok()
                .and_then(|taken| taken.into_iter().next())
                .map(|taken| taken.path),
        };
        for line in path.iter().flat_map(|path| steps(subject, row, path, &wording)) {
            report.line(format!("    {line}"));
        }
        let mut open = subject.assessment.open.iter().filter(|open| {
            (open.kind, open.record.as_str(), &open.clause) == (position, row.id.as_str(), &clause.name)
        });
        if let Some(why) = open.find_map(|open| open.why.as_ref()) {
            report.line(format!("    {}", why.get(language)));
        }
        for finding in findings {
            report.line(format!("  → {}", deed(subject, &finding, &wording)));
            workings.extend(finding.working().map(|working| (working, Arc::clone(&row.terms))));
        }
        for (of, raised) in raised {
            let role = subject.pack.policy.kinds.get(position).and_then(|kind| kind.role(&raised.role));
            let role = role.map_or(raised.role.as_str(), |role| role.title.get(language));
            let (who, title) = (role, of.title.get(language));
            report.line(match (language, raised.certain) {
                (Language::Zh, true) => format!("  → {who}: 产生一条「{title}」"),
                (Language::Zh, false) => format!("  → {who}: 可能产生一条「{title}」"),
                (Language::En, true) => format!("  → {who}: a row of '{title}'"),
                (Language::En, false) => format!("  → {who}: possibly a row of '{title}'"),
            });
        }
    }
    let read: Vec<(&Expression, &Terms)> =
        workings.iter().map(|(working, terms)| (working.as_ref(), terms.as_ref())).collect();
    let rows = parameters_read(subject, &read, language);
    if !rows.is_empty() {
        report.gap();
        report.line(language.pick("所用参数（取值、施行、依据）", "parameters used (value, since, basis)"));
        report.table(Table { indent: 2, numeric: vec![false, true], rows, ..Table::default() });
    }
}

/// The rows that a clause, by its place in the rulebook, raised for a row, each with its kind.
fn raised<'s>(
    subject: &Subject<'s>,
    (position, id): (usize, &str),
    clause: usize,
) -> Vec<(&'s Kind, &'s Raised)> {
    let rows = &subject.assessment.rows;
    let is_of = |raised: &Raised| {
        let (kind, row) = raised.source;
        let from = rows.get(&kind).filter(|rows| row < rows.len()).map(|rows| rows.id(row));
        kind == position && raised.clause == clause && from == Some(id)
    };
    let kinds = rows.iter().filter_map(|(kind, rows)| Some((subject.pack.policy.kinds.get(*kind)?, rows)));
    let all = kinds.flat_map(|(kind, rows)| rows.raised().iter().map(move |raised| (kind, raised)));
    all.filter(|(_, raised)| is_of(raised)).collect()
}

/// The questions of a path as sentences; a fact that a definition worked out opens into its own path.
pub(super) fn steps(
    subject: &Subject<'_>,
    row: &JudgedRow,
    path: &Path,
    wording: &Wording<'_>,
) -> Vec<String> {
    let mut lines = Vec::new();
    for step in &path.steps {
        lines.push(wording.step(step));
        let Question::Fact(name) = &step.question else { continue };
        let Some(Origin::Definition(by)) = row.record.schema.get(name).map(|fact| &fact.origin) else {
            continue;
        };
        let Some(definition) = subject.rules.definition(&row.record.kind, by) else { continue };
        let paths = subject.rules.run(definition, &row.record, &row.terms).unwrap_or_default();
        // of several possible ways the first that leads to the answer given
        let leads = paths.iter().find(|path| match (&path.end, &step.answer) {
            (End::Returned(Returned::Value(value)), Answer::Is(answer)) => value == answer,
            _ => false,
        });
        if let Some(path) = leads {
            lines.extend(steps(subject, row, path, wording).into_iter().map(|line| format!("  {line}")));
        }
    }
    lines
}

/// What a finding does, as a sentence.
pub(super) fn deed(subject: &Subject<'_>, finding: &Finding, wording: &Wording<'_>) -> String {
    let language = wording.language;
    let role = subject.pack.policy.kinds.get(finding.kind()).and_then(|kind| kind.role(finding.role()));
    let role = role.map_or(finding.role(), |role| role.title.get(language));
    let who = match finding.card() {
        Some(card) => {
            let name = subject.subject_name(&card.subject, language);
            // a row typed by hand has no organisation: its roles bear themselves
            match finding.in_place_of().map(|heir| heir.title.get(language)) {
                Some(heir) if language == Language::Zh => format!("{role}空缺，由{heir}承担 {name}"),
                Some(heir) => format!("{role} vacant, borne by the {heir} {name}"),
                None if card.subject == finding.role() => role.to_owned(),
                None => format!("{role} {name}"),
            }
        }
        None if finding.is_outside() => {
            format!("{role} ({})", language.pick("外部承担，不计入任何卡", "outside, in no card"))
        }
        None => match finding.without_card() {
            Some(who) => {
                format!("{role} {who} ({})", language.pick("本期没有计分卡", "no card of this period"))
            }
            None => format!("{role} ({})", language.pick("空缺", "nobody")),
        },
    };
    let reason = finding.reason().as_ref().map_or(String::new(), |reason| format!("  ({reason})"));
    let outcome = finding.outcome();
    let (account, unit, sign, found) = match &outcome {
        Outcome::Entry { account, unit, sign, found, .. } => (account, unit, sign, found),
        Outcome::Veto { .. } => return format!("{who}: {}", language.pick("一票否决", "veto")),
        Outcome::Grade { grade, how, .. } => {
            return format!("{who}: {}{reason}", graded(grade, *how, language));
        }
    };
    let title = finding.account().map_or(account.as_str(), |account| account.title.get(language));
    let amount = |magnitude: Decimal| unit.show(sign.signed(magnitude), language);
    let range = match found.most {
        Some(most) if most == found.least => amount(found.least),
        Some(most) => format!("{} … {}", amount(found.least), amount(most)),
        None => format!("{} … ?", amount(found.least)),
    };
    let working = finding.working().as_ref().map(|working| format!("  = {}", wording.working(working)));
    let lost = finding.suppressed().iter().map(|part| {
        let (by, lost) = (part.by.get(language), unit.show(part.amount, language));
        match language {
            Language::Zh => format!(";{lost} 不计：{by}"),
            Language::En => format!("; not counted: {lost} ({by})"),
        }
    });
    let working = format!("{}{}", working.unwrap_or_default(), shared(subject, finding, language));
    format!("{who}: {title} {range}{working}{reason}{}", lost.collect::<String>())
}

/// Among how many an amount is shared, where it is: the working is that of the whole.
pub(super) fn shared(subject: &Subject<'_>, finding: &Finding, language: Language) -> String {
    let role = subject.pack.policy.kinds.get(finding.kind()).and_then(|kind| kind.role(finding.role()));
    if role.is_none_or(|role| role.several != Several::Split) {
        return String::new();
    }
    let holders = finding.judged_row().and_then(|row| row.bearers.get(finding.role()).map(Vec::len));
    match (holders.filter(|holders| *holders > 1), language) {
        (None, _) => String::new(),
        (Some(holders), Language::Zh) => format!("，{holders} 人分担"),
        (Some(holders), Language::En) => format!(", shared by {holders}"),
    }
}
