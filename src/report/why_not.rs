//! `renze explain --why-not`, `--nearest` and `--what-if`: what kept a clause from applying to a row or a card, and
//! the smallest change that would have made it otherwise, with every card it would have touched.

use super::changes::Changes;
use super::wording::Wording;
use super::{Report, Subject, complaint};
use crate::assess::{Finding, JudgedRow};
use crate::clause::Clause;
use crate::counterfactual::{
    Again, Asked, Case, Confirmed, Nothing, Scope, Search, Target, Verdict, asked, because, shortages,
};
use crate::fact::{Aggregate, Fact, FactType, Facts as _, Origin, Value};
use crate::language::Language;
use crate::policy::Kind;
use std::collections::BTreeSet;

/// Rows that are named before it is only said how many more there are.
const NAMED: usize = 6;

/// One row or card that is asked about.
pub struct Inquiry<'a> {
    /// What reports are made from.
    pub subject: &'a Subject<'a>,
    /// The means to assess again.
    pub again: &'a Again<'a>,
    /// The kind of the row.
    pub kind: &'a Kind,
    /// The row.
    pub row: &'a JudgedRow,
    /// The language of the report.
    pub language: Language,
    /// Whether no list is cut short.
    pub all: bool,
}

impl Inquiry<'_> {
    /// Why a clause did not apply, or by what it would not have.
    pub fn clause(&self, clause: &Clause) -> Report {
        let mut report = Report::default();
        self.head(&mut report);
        let case = self.case();
        let verdict = case.verdict(clause, &self.row.record);
        self.clause_line(clause, verdict, &mut report);
        if !clause.days.contains(case.day()) {
            self.not_in_force(clause, &mut report);
            return report;
        }
        match verdict {
            Verdict::Applies => {
                self.found(clause, &mut report);
                self.way_out(clause, &mut report);
            }
            Verdict::Open => {
                self.lacking(clause, &mut report);
                self.decided_by(clause, &mut report);
            }
            Verdict::Spares => {
                self.obstacles(clause, &mut report);
                self.way_in(clause, &mut report);
            }
        }
        report
    }

    /// Why a true-or-false fact is what it is, and what would have made it otherwise.
    pub fn fact(&self, fact: &Fact) -> Report {
        let mut report = Report::default();
        self.head(&mut report);
        let value = self.row.record.value(&fact.name);
        report.line(format!("{} = {}", fact.title.get(self.language), fact.kind.show(&value, self.language)));
        report.gap();
        report.line(self.pick("依据", "because"));
        self.write_asked(&because(&self.case(), &fact.name), 2, &mut report);
        if let Value::Bool(flag) = value {
            report.gap();
            let target = Target::Holds(&fact.name, !flag);
            let wanted = fact.kind.show(&Value::Bool(!flag), self.language);
            let title = match self.language {
                Language::Zh => format!("要使其为「{wanted}」\u{ff0c}至少须改变"),
                Language::En => format!("the smallest change that would have made it {wanted}"),
            };
            report.line(title);
            self.ways(target, &mut report);
        }
        report
    }

    /// Which clauses came nearest to applying, of those that did not.
    pub fn nearest(&self) -> Report {
        let mut report = Report::default();
        self.head(&mut report);
        let case = self.case();
        let mut missed: Vec<(usize, bool, &Clause, Vec<Confirmed>)> = Vec::new();
        let mut beyond: Vec<&Clause> = Vec::new();
        for clause in self.spared() {
            let ways = self.confirmed(&case, Target::Applies(clause), Scope::Any);
            let size = |way: &Confirmed| way.rows.iter().map(|row| row.changes.len()).sum::<usize>();
            match ways.iter().map(size).min() {
                Some(changed) => {
                    let out_of_hand = !ways.iter().any(|way| self.is_changeable(way));
                    missed.push((changed, out_of_hand, clause, ways));
                }
                None => beyond.push(clause),
            }
        }
        missed.sort_by_key(|(changed, out_of_hand, clause, _)| (*changed, *out_of_hand, clause.line));
        let first = missed.first().map(|(changed, out_of_hand, ..)| (*changed, *out_of_hand));
        report.gap();
        let Some(first) = first else {
            report.line(self.pick("没有规则差几项事实就会适用", "no clause was near to applying"));
            return report;
        };
        let least = first.0;
        report.line(match self.language {
            Language::Zh => format!("最接近适用\u{ff1a}差 {least} 项事实"),
            Language::En => format!("nearest miss: {} away", facts_counted(least)),
        });
        let mut farther = Vec::new();
        for (changed, out_of_hand, clause, ways) in &missed {
            if (*changed, *out_of_hand) == first {
                self.named_clause(clause, &mut report);
                self.write_first(clause, &mut report);
                self.changes().write_ways(ways, 4, &mut report);
            } else {
                let distance = match self.language {
                    Language::Zh => format!("差 {changed} 项"),
                    Language::En => facts_counted(*changed),
                };
                farther.push(vec![
                    clause.title.get(self.language).to_owned(),
                    distance,
                    self.first_way(ways),
                ]);
            }
        }
        let none = self.pick("更远", "farther");
        farther.extend(
            beyond.iter().map(|clause| {
                vec![clause.title.get(self.language).to_owned(), none.to_owned(), String::new()]
            }),
        );
        if !farther.is_empty() {
            report.gap();
            report.line(self.pick("其余未适用的规则", "the other clauses that did not apply"));
            report.table(super::Table { indent: 2, rows: farther, ..super::Table::default() });
        }
        report
    }

    /// For every clause that applied, and every count the row is missing from: what would have avoided it.
    pub fn what_if(&self) -> Report {
        let mut report = Report::default();
        self.head(&mut report);
        let case = self.case();
        let applied: Vec<&Clause> = self
            .clauses()
            .filter(|clause| case.verdict(clause, &self.row.record) == Verdict::Applies)
            .collect();
        for clause in &applied {
            self.named_clause(clause, &mut report);
            self.found_lines(clause, &mut report);
            if self.kind.is_card() {
                self.write_shortages(clause, &mut report);
            } else {
                self.avoid(clause, &mut report);
            }
        }
        let counted = if self.kind.is_card() { 0 } else { self.counted(&mut report) };
        if applied.is_empty() && counted == 0 {
            report.gap();
            report.line(self.pick(
                "没有适用的规则\u{ff0c}也没有可以改善的统计",
                "no clause applied, and no count could have been better",
            ));
        }
        report
    }

    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn case(&self) -> Case<'_> {
        self.again.case(self.kind, self.row)
    }

    fn changes(&self) -> Changes<'_> {
        let named = if self.all { usize::MAX } else { NAMED };
        Changes { subject: self.subject, language: self.language, named }
    }

    fn wording(&self) -> Wording<'_> {
        Wording { language: self.language, record: &self.row.record, terms: &self.row.terms }
    }

    /// The clauses that judge the row, in the order they stand in the pack.
    fn clauses(&self) -> impl Iterator<Item = &Clause> {
        let day = self.row.at.date();
        let clauses = self.subject.rules.clauses().iter();
        clauses.filter(move |clause| clause.kind == self.kind.name && clause.days.contains(day))
    }

    fn spared(&self) -> Vec<&Clause> {
        let case = self.case();
        self.clauses().filter(|clause| case.verdict(clause, &self.row.record) == Verdict::Spares).collect()
    }

    /// Ways to what is wanted. What a card counts follows from its rows, so for a card its trees must do.
    fn confirmed(&self, case: &Case<'_>, target: Target<'_>, scope: Scope) -> Vec<Confirmed> {
        if !self.kind.is_card() {
            return self.again.smallest(case, target, scope);
        }
        let sets = Search::new(case, target, scope).smallest();
        let row = |changes| crate::counterfactual::Changed {
            kind: self.kind.name.clone(),
            id: self.row.id.clone(),
            changes,
        };
        sets.into_iter().map(|changes| Confirmed { rows: vec![row(changes)], touched: Vec::new() }).collect()
    }

    fn is_changeable(&self, way: &Confirmed) -> bool {
        let mut changes = way.rows.iter().flat_map(|row| &row.changes);
        changes.all(|change| self.kind.schema.get(&change.fact).is_some_and(|fact| fact.changeable))
    }

    /// The first of several ways, in a few words.
    fn first_way(&self, ways: &[Confirmed]) -> String {
        let changes = ways.first().and_then(|way| way.rows.first()).map(|row| row.changes.as_slice());
        let said: Vec<String> = changes
            .unwrap_or_default()
            .iter()
            .map(|change| self.changes().change(&self.kind.name, change, &[&change.after]))
            .collect();
        said.join(self.pick("\u{ff0c}", ", "))
    }

    fn head(&self, report: &mut Report) {
        let title = self.kind.title.get(self.language);
        if self.kind.is_card() {
            let name = self.subject.subject_name(&self.row.id, self.language);
            let code = &self.row.id;
            let name = if name == *code { name } else { format!("{name} ({code})") };
            let period = self.subject.assessment.period.title();
            report.line(format!("{name} · {title} · {}", period.get(self.language)));
            return;
        }
        let (file, line) = &self.row.place;
        let file = file.rsplit('/').next().unwrap_or_default();
        let (id, at) = (&self.row.id, crate::calendar::show_moment(self.row.at));
        report.line(match self.language {
            Language::Zh => format!("{title} {id} · {at} · {file} 第 {line} 行"),
            Language::En => format!("{title} {id} · {at} · {file} row {line}"),
        });
    }

    fn clause_line(&self, clause: &Clause, verdict: Verdict, report: &mut Report) {
        let state = match verdict {
            _ if !clause.days.contains(self.row.at.date()) => {
                self.pick("当日未施行", "not in force that day")
            }
            Verdict::Applies => self.pick("适用", "applies"),
            Verdict::Open => self.pick("待定", "undecided"),
            Verdict::Spares => self.pick("不适用", "does not apply"),
        };
        let file = clause.file.rsplit('/').next().unwrap_or_default();
        let title = clause.title.get(self.language);
        report.line(format!("{title} · {state} · {} · {file}:{}", clause.basis, clause.line));
    }

    fn named_clause(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        report.line(format!("{}  {}", clause.title.get(self.language), clause.basis));
    }

    fn not_in_force(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        let day = self.row.at.date();
        let from = clause.days.from.map(|from| match self.language {
            Language::Zh => format!("自 {from} 起"),
            Language::En => format!("from {from}"),
        });
        let until = clause.days.until.map(|until| match self.language {
            Language::Zh => format!("至 {until} 止"),
            Language::En => format!("until {until}"),
        });
        let days: Vec<String> = from.into_iter().chain(until).collect();
        let days = days.join(self.pick("\u{ff0c}", " "));
        report.line(match self.language {
            Language::Zh => format!("该规则{days}施行\u{ff1b}此处按 {day} 判定"),
            Language::En => format!("the clause is in force {days}; this is judged by {day}"),
        });
    }

    fn found(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        report.line(self.pick("所判", "what it found"));
        self.found_lines(clause, report);
        report.gap();
        report.line(self.pick("依据", "because"));
        self.write_asked(&asked(&self.case(), clause).asked, 2, report);
    }

    fn found_lines(&self, clause: &Clause, report: &mut Report) {
        let Some((position, _)) = self.subject.pack.policy.kind(&self.kind.name) else { return };
        let wording = self.wording();
        let of_row = |finding: &Finding<'_>| {
            finding.kind() == position && finding.record() == self.row.id && finding.clause() == clause.name
        };
        for finding in self.subject.assessment.findings().filter(of_row) {
            report.line(format!("  → {}", complaint::deed(self.subject, &finding, &wording)));
        }
    }

    fn lacking(&self, clause: &Clause, report: &mut Report) {
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
            report.blocks.insert(before, super::Block::Line(could));
        }
    }

    /// What is missing, with the values under which the clause would apply, and would not.
    fn decided_by(&self, clause: &Clause, report: &mut Report) {
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

    fn obstacles(&self, clause: &Clause, report: &mut Report) {
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

    fn write_first(&self, clause: &Clause, report: &mut Report) {
        if let Some(first) = asked(&self.case(), clause).first() {
            report.line(self.pick("  首先因此不适用", "  kept from applying, first, by"));
            self.write_one(first, 4, report);
        }
    }

    fn write_asked(&self, asked: &[Asked], indent: usize, report: &mut Report) {
        for one in asked {
            self.write_one(one, indent, report);
        }
    }

    /// A question as the row answered it, where its facts come from, and what a definition asked in its turn.
    fn write_one(&self, asked: &Asked, indent: usize, report: &mut Report) {
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
                Origin::Aggregate(aggregate) => self.write_count(fact, aggregate, beneath, report),
                Origin::Column(_) | Origin::Definition(_) => {}
            }
        }
        self.write_asked(&asked.because, beneath, report);
    }

    fn heading(&self, fact: &str) -> Option<&str> {
        match &self.kind.schema.get(fact)?.origin {
            Origin::Column(headings) => headings.first().map(String::as_str),
            _ => None,
        }
    }

    fn write_clock(&self, (from, to): (&str, &str), indent: usize, report: &mut Report) {
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
    fn write_count(&self, fact: &Fact, aggregate: &Aggregate, indent: usize, report: &mut Report) {
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

    fn way_in(&self, clause: &Clause, report: &mut Report) {
        report.gap();
        report.line(
            self.pick("要使其适用\u{ff0c}至少须改变", "the smallest change that would have made it apply"),
        );
        self.ways(Target::Applies(clause), report);
    }

    /// Confirmed changes: of facts somebody could have acted on, else of any.
    fn ways(&self, target: Target<'_>, report: &mut Report) {
        let case = self.case();
        let ways = self.confirmed(&case, target, Scope::Changeable);
        if !ways.is_empty() {
            self.changes().write_ways(&ways, 2, report);
            return;
        }
        if !self.kind.is_card() {
            report.line(self.pick(
                "  经办人员能改变的事实都无济于事\u{ff1b}还须改变其他事实",
                "  no fact the staff could have acted on would have done it; of all facts",
            ));
        }
        let ways = self.confirmed(&case, target, Scope::Any);
        if ways.is_empty() {
            let most = crate::counterfactual::FACTS;
            report.line(match self.language {
                Language::Zh => format!("  改变 {most} 项以内的事实都做不到"),
                Language::En => format!("  no change of up to {most} facts would have done it"),
            });
        }
        self.changes().write_ways(&ways, 2, report);
    }

    fn way_out(&self, clause: &Clause, report: &mut Report) {
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

    fn avoid(&self, clause: &Clause, report: &mut Report) {
        let ways = self.again.smallest(&self.case(), Target::Spares(clause), Scope::Changeable);
        // what costs another card something is a way out only where there is no other
        let gains: Vec<Confirmed> = ways.iter().filter(|way| way.is_gain()).cloned().collect();
        let ways = if gains.is_empty() { ways } else { gains };
        if ways.is_empty() {
            report.line(self.pick(
                "  经办人员能改变的事实都不能避免",
                "  no fact the staff could have acted on would have avoided it",
            ));
        }
        self.changes().write_ways(&ways, 2, report);
    }

    fn write_shortages(&self, clause: &Clause, report: &mut Report) {
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
    fn counted(&self, report: &mut Report) -> usize {
        let mut conditions: Vec<&str> = Vec::new();
        for card in self.subject.pack.policy.kinds.iter().filter(|kind| kind.is_card()) {
            for fact in card.schema.facts() {
                if let Origin::Aggregate(Aggregate { over, condition: Some(condition), .. }) = &fact.origin
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

fn facts_counted(count: usize) -> String {
    if count == 1 { "1 fact".to_owned() } else { format!("{count} facts") }
}
