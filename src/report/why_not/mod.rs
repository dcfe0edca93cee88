//! `renze explain --why-not`, `--nearest` and `--what-if`: what kept a clause from applying to a row or a card, and
//! the smallest change that would have made it otherwise, with every card it would have touched.

mod obstacles;
mod ways;

use super::changes::Changes;
use super::complaint::place;
use super::wording::Wording;
use super::{Report, Subject, Table};
use crate::assess::JudgedRow;
use crate::clause::Clause;
use crate::counterfactual::{Again, Case, Confirmed, Scope, Target, Verdict, because};
use crate::fact::{Fact, Facts as _, Value};
use crate::language::Language;
use crate::policy::Kind;

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
            report.table(Table { indent: 2, rows: farther, ..Table::default() });
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
        self.language.pick(zh, en)
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
        let place = place(self.row, self.language);
        let (id, at) = (&self.row.id, crate::calendar::show_moment(self.row.at));
        report.line(match self.language {
            Language::Zh => format!("{title} {id} · {at} · {place}"),
            Language::En => format!("{title} {id} · {at} · {place}"),
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
}

fn facts_counted(count: usize) -> String {
    if count == 1 { "1 fact".to_owned() } else { format!("{count} facts") }
}
