//! The numbers behind the tables: each with its value, since when, and on what basis.

use super::clauses::visit;
use super::{Grid, Maker};
use crate::amount::Unit;
use crate::clause::Clause;
use crate::decision::{Band, DecisionTable, Node, Question, StepReading};
use crate::fact::Origin;
use crate::language::Language;
use crate::policy::{Cell, Condition, Limit, NamedNumber, Overlap, ParameterValue, TableRow, Term};
use crate::report::wording::step_reading;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

impl Maker<'_> {
    /// The title of a parameter.
    pub(super) fn parameter_title(&self, name: &str) -> String {
        let term = self.terms.get(name);
        term.map_or_else(|| name.to_owned(), |term| term.parameter.title.get(self.language).to_owned())
    }

    /// A parameter with its value: `每项封顶 5 分`.
    pub(super) fn parameter(&self, name: &str) -> String {
        let title = self.parameter_title(name);
        let Some(term) = self.terms.get(name) else { return title };
        match &term.value {
            ParameterValue::Number(number) => {
                format!("{title} {}", term.parameter.unit.show(*number, self.language))
            }
            _ => format!("{title}{}", self.pick("（见参数）", " (see the parameters)")),
        }
    }

    /// The value of a parameter with its name behind it: `5 分（每项封顶）`.
    pub(super) fn cap(&self, name: &str) -> String {
        let title = self.parameter_title(name);
        let Some(ParameterValue::Number(number)) = self.terms.get(name).map(|term| &term.value) else {
            return title;
        };
        let unit = self.terms.get(name).map_or(Unit::None, |term| term.parameter.unit.clone());
        let value = unit.show(*number, self.language);
        match self.language {
            Language::Zh => format!("{value}（{title}）"),
            Language::En => format!("{value} ({title})"),
        }
    }

    /// A word of a parameter or of a table's key, as the facts call it.
    pub(super) fn word(&self, word: &str) -> String {
        let facts = self.pack.policy.kinds.iter().flat_map(|kind| kind.schema.facts());
        if let Some(known) = facts.filter_map(|fact| fact.kind.word(word)).next() {
            return known.title.get(self.language).to_owned();
        }
        let kinds = &self.pack.policy.kinds;
        if let Some(role) = kinds.iter().find_map(|kind| kind.role(word)) {
            return role.title.get(self.language).to_owned();
        }
        match (word, StepReading::named(word)) {
            ("true", _) => self.pick("是", "yes").to_owned(),
            ("false", _) => self.pick("否", "no").to_owned(),
            (_, Some(reading)) => step_reading(reading, self.language).to_owned(),
            _ if word.starts_with(['<', '>', '=']) => self.written_band(word),
            _ => word.to_owned(),
        }
    }

    /// A band as the parameters write it, `> 24 <= 48`, with the signs and words of the tables.
    fn written_band(&self, band: &str) -> String {
        let band = band.replace(">=", "≥").replace("<=", "≤");
        let mut said = String::new();
        for (position, part) in band.split_whitespace().enumerate() {
            match position {
                0 => {}
                // a sign and its number, then perhaps another pair
                2 => said.push_str(self.pick("，且 ", " and ")),
                _ => said.push(' '),
            }
            said.push_str(part);
        }
        said
    }

    /// Every parameter in force, or those that some clauses use.
    pub(super) fn parameters(&self, of: Option<&[&Clause]>) -> Grid {
        let wanted = of.map(|clauses| self.parameters_of(clauses));
        let mut grid = Grid {
            headings: ["参数", "取值", "自", "依据"]
                .into_iter()
                .zip(["parameter", "value", "since", "basis"])
                .map(|(zh, en)| self.pick(zh, en).to_owned())
                .collect(),
            ..Grid::default()
        };
        for parameter in &self.pack.parameters {
            let Some(term) = self.terms.get(&parameter.name) else { continue };
            if wanted.as_ref().is_none_or(|wanted| wanted.contains(&parameter.name)) {
                let title = parameter.title.get(self.language).to_owned();
                grid.rows.push(vec![title, self.values(term), term.from.to_string(), term.basis.clone()]);
            }
        }
        grid
    }

    fn parameters_of(&self, clauses: &[&Clause]) -> BTreeSet<String> {
        let mut wanted = BTreeSet::new();
        let definitions = self.explained(clauses);
        let definitions: Vec<&Clause> = definitions
            .iter()
            .filter_map(|(kind, fact)| {
                let (_, of) = self.pack.policy.kind(kind)?;
                let origin = &of.schema.get(fact)?.origin;
                if let Origin::Due(due) = origin {
                    wanted.insert(due.plus.clone());
                }
                match origin {
                    Origin::Definition(by) => self.rules.definition(kind, by),
                    _ => None,
                }
            })
            .collect();
        for clause in clauses.iter().copied().chain(definitions) {
            let Some(tree) = self.rules.tree(clause, &self.terms) else { continue };
            visit(tree, &DecisionTable::of(tree), &mut |part| {
                if let Node::Term { name, .. } = &part.node {
                    wanted.insert(name.clone());
                }
            });
            for step in tree.paths().iter().flat_map(|path| &path.steps) {
                if let Question::Band { table, .. } = &step.question {
                    wanted.insert(table.clone());
                }
            }
            for group in self.pack.policy.groups.iter().filter(|group| group.clauses.contains(&clause.name)) {
                if let Limit::Cap(cap) = &group.limit {
                    wanted.insert(cap.clone());
                }
            }
        }
        wanted
    }

    /// The value of a parameter; that of a table line by line.
    fn values(&self, term: &Term) -> String {
        let unit = &term.parameter.unit;
        match &term.value {
            ParameterValue::Number(number) => unit.show(*number, self.language),
            ParameterValue::Word(word) => self.word(word),
            ParameterValue::Table(table) => {
                let line = |row: &TableRow| {
                    let conditions: Vec<String> =
                        row.conditions.iter().map(|condition| self.table_condition(condition)).collect();
                    let cell = self.cell(row, unit);
                    if conditions.is_empty() {
                        return cell;
                    }
                    format!("{}{}{cell}", self.listed(&conditions), self.pick("：", ": "))
                };
                let mut lines: Vec<String> = table.rows.iter().map(line).collect();
                lines.extend(table.overlap.map(|overlap| {
                    match overlap {
                        Overlap::First => {
                            self.pick("（几行都符合的取先列的）", "(of several rows the first counts)")
                        }
                        Overlap::Last => {
                            self.pick("（几行都符合的取后列的）", "(of several rows the last counts)")
                        }
                    }
                    .to_owned()
                }));
                lines.join("\n")
            }
        }
    }

    /// A cell: a number, a word, several numbers with their names, or where a line begins and ends.
    fn cell(&self, row: &TableRow, unit: &Unit) -> String {
        let show = |number: Decimal| unit.show(number, self.language);
        match &row.cell {
            Cell::Number(number) => show(*number),
            Cell::Word(word) => self.word(word),
            Cell::Named(numbers) => {
                let named = |named: &NamedNumber| {
                    format!("{} {}", self.word(&named.name), named.unit.show(named.number, self.language))
                };
                let numbers: Vec<String> = numbers.iter().map(named).collect();
                numbers.join(self.pick("，", ", "))
            }
            Cell::Line { from, to } => {
                let (low, high) = row.span().map_or_else(Default::default, |(_, low, high)| (low, high));
                let bound = |bound: Decimal| Unit::None.show(bound, self.language);
                let (low, high, from, to) = (bound(low), bound(high), show(*from), show(*to));
                match self.language {
                    Language::Zh => format!("{low} 处 {from}，至 {high} 处 {to}，其间按比例"),
                    Language::En => format!("{from} at {low} to {to} at {high}, in proportion between"),
                }
            }
        }
    }

    fn table_condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Any => self.pick("其他", "any other").to_owned(),
            Condition::Word(word) => self.word(word),
            Condition::Band(band) => self.band(band),
        }
    }

    fn band(&self, band: &Band) -> String {
        let show = |value: Decimal| Unit::None.show(value, self.language);
        let low = band.low.map(|(low, with)| format!("{} {}", if with { "≥" } else { ">" }, show(low)));
        let high = band.high.map(|(high, with)| format!("{} {}", if with { "≤" } else { "<" }, show(high)));
        match (band.low, band.high) {
            (Some((low, _)), Some((high, _))) if low == high => format!("= {}", show(low)),
            _ => low.into_iter().chain(high).collect::<Vec<_>>().join(self.pick("，且 ", " and ")),
        }
    }
}
