//! Facts made out of several rows, opened: every row they looked at, whether it counts, and what it adds.

use super::{Report, Subject, Table};
use crate::assess::Counted;
use crate::calendar::show_moment;
use crate::fact::{Aggregate, Fact, FactType, Facts as _, Measure, Origin, Value};
use crate::language::Language;
use crate::policy::Kind;

/// Rows of one fact that are shown without --all.
const LINES: usize = 12;

/// Opens the facts of a judged row, by the place of its kind and its own, that look at other rows.
pub(super) fn write_counted(
    subject: &Subject<'_>,
    place: (usize, usize),
    all: bool,
    language: Language,
    report: &mut Report,
) {
    let Some(kind) = subject.pack.policy.kinds.get(place.0) else { return };
    let is_opened = |aggregate: &Aggregate| {
        // what a card counts of the period stands with the workings that read it
        !kind.is_card() || aggregate.looks_back() || aggregate.measure == Measure::Fold
    };
    for fact in kind.schema.facts() {
        let Origin::Aggregate(aggregate) = &fact.origin else { continue };
        if !is_opened(aggregate) {
            continue;
        }
        let Some(rows) = subject.assessment.counted(subject.rules, place, &fact.name) else { continue };
        let opened = Opened { subject, kind, fact, aggregate, language };
        opened.write(place, &rows, all, report);
    }
}

struct Opened<'o> {
    subject: &'o Subject<'o>,
    kind: &'o Kind,
    fact: &'o Fact,
    aggregate: &'o Aggregate,
    language: Language,
}

impl Opened<'_> {
    fn write(&self, place: (usize, usize), rows: &[Counted], all: bool, report: &mut Report) {
        let language = self.language;
        let value = self.subject.assessment.rows.get(&place.0).and_then(|rows| rows.record(place.1));
        let value = value.map_or(Value::Missing, |record| record.value(&self.fact.name));
        let window = self.aggregate.window.title();
        report.gap();
        report.line(match language {
            Language::Zh => format!(
                "{} = {}\u{ff08}{}\u{ff0c}{}\u{ff09}",
                self.fact.title.zh,
                self.fact.kind.show(&value, language),
                window.zh,
                self.common(place)
            ),
            Language::En => format!(
                "{} = {} ({}, {})",
                self.fact.title.en,
                self.fact.kind.show(&value, language),
                window.en,
                self.common(place)
            ),
        });
        let shown = if all { usize::MAX } else { LINES };
        let skipped = rows.len().saturating_sub(shown);
        if self.aggregate.measure == Measure::Fold {
            let start = self.aggregate.start.as_ref().map(|start| self.fact.kind.show(start, language));
            report.line(format!(
                "  {} {}",
                self.language.pick("起始", "begins with"),
                start.unwrap_or_default()
            ));
        }
        if skipped > 0 {
            report.line(match language {
                Language::Zh => format!("  更早的 {skipped} 件略，--all 全部列出"),
                Language::En => format!("  {skipped} earlier ones left out; --all lists them"),
            });
        }
        let lines = rows.iter().skip(skipped).map(|row| self.line(row)).collect();
        report.table(Table { indent: 2, rows: lines, ..Table::default() });
    }

    /// What the rows have in common: whose they are, or the same value of a fact.
    fn common(&self, place: (usize, usize)) -> String {
        let record = self.subject.assessment.rows.get(&place.0).and_then(|rows| rows.record(place.1));
        let named = self.aggregate.same.iter().map(|(own, _)| {
            let fact = self.kind.schema.get(own);
            let title = fact.map(|fact| &fact.title).or_else(|| self.kind.role(own).map(|role| &role.title));
            let title = title.map_or(own.as_str(), |title| title.get(self.language));
            let value = fact
                .zip(record.as_ref())
                .map(|(fact, record)| format!(" {}", fact.kind.show(&record.value(own), self.language)));
            format!("{title}{}", value.unwrap_or_default())
        });
        let named: Vec<String> = named.collect();
        if named.is_empty() {
            let over = self.subject.pack.policy.kind(&self.aggregate.over);
            return over.map_or_else(String::new, |(_, over)| over.title.get(self.language).to_owned());
        }
        named.join(self.language.pick("\u{3001}", ", "))
    }

    fn line(&self, row: &Counted) -> Vec<String> {
        let counted = match row.counted {
            Some(true) => self.language.pick("计入", "counts"),
            Some(false) => self.language.pick("不计", "does not count"),
            None => self.language.pick("待定", "undecided"),
        };
        let over = self.subject.pack.policy.kind(&self.aggregate.over).map(|(_, over)| over);
        let kind = over.and_then(|over| {
            let name = self.aggregate.fact.as_deref()?;
            over.schema.get(name).map(|fact| fact.kind.clone())
        });
        let show = |kind: &FactType, value: &Value| kind.show(value, self.language);
        let mut cells = vec![row.id.clone(), show_moment(row.at), counted.to_owned()];
        if self.aggregate.fact.is_some() {
            cells.push(show(&kind.unwrap_or_else(FactType::plain_number), &row.value));
        }
        if self.aggregate.measure == Measure::Fold {
            let after = row.after.as_ref().map(|after| format!("→ {}", show(&self.fact.kind, after)));
            cells.push(after.unwrap_or_default());
        }
        if row.before {
            cells.push(self.language.pick("期前", "before the period").to_owned());
        }
        cells
    }
}
