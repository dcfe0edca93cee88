//! Conditions and reasons as a reader who has never seen a program would write them.

use super::super::wording::Wording;
use super::Maker;
use crate::amount::{self, Unit};
use crate::clause::Record;
use crate::decision::{Band, Case, Column, Expression, Node, Reason, ReasonPart, Topic};
use crate::fact::{FactType, Value};
use crate::interval::Interval;
use crate::language::Language;
use crate::policy::Kind;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::sync::Arc;

/// The words for the rows of one kind.
pub(super) struct Words<'w> {
    pub(super) maker: &'w Maker<'w>,
    pub(super) kind: &'w Kind,
    record: Record,
}

impl<'w> Words<'w> {
    pub(super) fn new(maker: &'w Maker<'w>, kind: &'w Kind) -> Self {
        Self { maker, kind, record: Record::blank(&kind.name, &kind.schema) }
    }

    pub(super) fn wording(&self) -> Wording<'_> {
        Wording { language: self.maker.language, record: &self.record, terms: &self.maker.terms }
    }

    pub(super) fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.maker.pick(zh, en)
    }

    /// The headings of some columns; where two are about one fact, each says what of it.
    pub(super) fn headings(&self, columns: &[Column]) -> Vec<String> {
        let plain: Vec<String> = columns.iter().map(|column| self.heading(column)).collect();
        let several = |heading: &String| plain.iter().filter(|other| *other == heading).count() > 1;
        let told_apart = columns.iter().zip(&plain).map(|(column, heading)| {
            let aspect = match &column.topic {
                Topic::Known(_) => Some(("有无", "noted")),
                Topic::Moments(..) => Some(("先后", "order")),
                Topic::Contains(..) => Some(("内容", "content")),
                _ => None,
            };
            match aspect.filter(|_| several(heading)) {
                Some((zh, en)) => format!("{heading}{}", self.aspect(zh, en)),
                None => heading.clone(),
            }
        });
        told_apart.collect()
    }

    fn aspect(&self, zh: &str, en: &str) -> String {
        match self.maker.language {
            Language::Zh => format!("（{zh}）"),
            Language::En => format!(" ({en})"),
        }
    }

    fn heading(&self, column: &Column) -> String {
        let wording = self.wording();
        match &column.topic {
            Topic::Fact(name) | Topic::Known(name) | Topic::Word(name) => wording.fact(name),
            Topic::Number(number) | Topic::Numbers(number, _) => self.formula(number),
            Topic::Moments(name, _) | Topic::Same(name, _) | Topic::Contains(name, _) => wording.fact(name),
        }
    }

    /// What a row sets as condition in a column.
    pub(super) fn condition(&self, column: &Column, cases: &[usize]) -> String {
        let chosen = || cases.iter().filter_map(|case| column.cases.get(*case));
        let holds = chosen().any(|case| *case == Case::Holds(true));
        let wording = self.wording();
        match &column.topic {
            Topic::Fact(name) => {
                let most = self.kind.schema.get(name).and_then(|fact| match fact.kind {
                    FactType::Few { most } => Some(Value::Number(most.into())),
                    _ => None,
                });
                let value = |case: &Case| match case {
                    // a count that says no more than this
                    Case::Value(value) if most.as_ref() == Some(value) => {
                        Some(format!("{}{}", wording.value(name, value), self.pick(" 及以上", " or more")))
                    }
                    Case::Value(value) => Some(wording.value(name, value)),
                    _ => None,
                };
                self.either(&chosen().filter_map(value).collect::<Vec<_>>())
            }
            Topic::Known(_) if holds => self.pick("已有", "noted").to_owned(),
            Topic::Known(_) => self.pick("空缺", "missing").to_owned(),
            Topic::Number(number) => self.ranges(number, column, cases),
            Topic::Numbers(_, right) => {
                let orders: Vec<Ordering> = chosen().filter_map(order).collect();
                format!("{} {}", symbol(&orders), self.formula(right))
            }
            Topic::Moments(_, right) => {
                let orders: Vec<Ordering> = chosen().filter_map(order).collect();
                let (zh, en) = moment_words(&orders);
                match self.maker.language {
                    Language::Zh => format!("{zh}{}", wording.fact(right)),
                    Language::En => format!("{en} {}", wording.fact(right)),
                }
            }
            Topic::Same(_, right) => {
                let (right, zh) = (wording.fact(right), if holds { "相同" } else { "不同" });
                match self.maker.language {
                    Language::Zh => format!("与{right}{zh}"),
                    Language::En if holds => format!("same as {right}"),
                    Language::En => format!("other than {right}"),
                }
            }
            Topic::Word(_) => self.word(column, cases),
            Topic::Contains(_, word) => match (self.maker.language, holds) {
                (Language::Zh, true) => format!("含「{word}」"),
                (Language::Zh, false) => format!("不含「{word}」"),
                (Language::En, true) => format!("contains “{word}”"),
                (Language::En, false) => format!("does not contain “{word}”"),
            },
        }
    }

    /// Several words of which any will do.
    fn either(&self, words: &[String]) -> String {
        match (self.maker.language, words.split_last()) {
            (Language::En, Some((last, before))) if !before.is_empty() => {
                format!("{} or {last}", before.join(", "))
            }
            (Language::Zh, Some((last, before))) if !before.is_empty() => {
                format!("{}或{last}", before.join("、"))
            }
            _ => words.concat(),
        }
    }

    fn word(&self, column: &Column, cases: &[usize]) -> String {
        let any_other = cases.iter().any(|case| column.cases.get(*case) == Some(&Case::Word(None)));
        let words: Vec<String> = column
            .cases
            .iter()
            .enumerate()
            .filter(|(position, _)| cases.contains(position) != any_other)
            .filter_map(|(_, case)| match case {
                Case::Word(Some(word)) => Some(word.clone()),
                _ => None,
            })
            .collect();
        let words = self.either(&words);
        match (any_other, self.maker.language) {
            (false, _) => words,
            (true, Language::Zh) => format!("{words}以外"),
            (true, Language::En) => format!("other than {words}"),
        }
    }

    fn ranges(&self, number: &Arc<Expression>, column: &Column, cases: &[usize]) -> String {
        let ranges = column.ranges(cases);
        let show = |value: Decimal| self.bound(number, column, value);
        let ends = |range: Option<&Band>| range.is_some_and(|range| range.low.is_none());
        let holes: Vec<Decimal> = ranges
            .iter()
            .zip(ranges.iter().skip(1))
            .filter_map(|(one, next)| match (one.high, next.low) {
                (Some((high, false)), Some((low, false))) if high == low => Some(high),
                _ => None,
            })
            .collect();
        let open_end = ranges.last().is_some_and(|range| range.high.is_none());
        if !holes.is_empty()
            && holes.len().saturating_add(1) == ranges.len()
            && ends(ranges.first())
            && open_end
        {
            let holes: Vec<String> = holes.into_iter().map(|hole| format!("≠ {}", show(hole))).collect();
            return holes.join(self.pick("且 ", " and "));
        }
        let said: Vec<String> = ranges.iter().map(|range| self.range(number, range, &show)).collect();
        said.join(self.pick(" 或 ", " or "))
    }

    /// A range in words, with what the pack declares of the number: no count is below 0.
    fn range(&self, number: &Expression, range: &Band, show: &dyn Fn(Decimal) -> String) -> String {
        let (places, bounds) = match &number.node {
            Node::Fact(name) => match self.kind.schema.get(name).map(|fact| &fact.kind) {
                Some(FactType::Number { places, bounds, .. }) => (*places, *bounds),
                _ => (None, Interval::UNKNOWN),
            },
            _ => (None, Interval::UNKNOWN),
        };
        let declared =
            Band { low: bounds.low.map(|low| (low, true)), high: bounds.high.map(|high| (high, true)) };
        let possible = range.intersect(&declared).at_grain(places);
        if let (Some((low, _)), Some((high, _))) = (possible.low, possible.high)
            && low == high
        {
            return format!("= {}", show(low));
        }
        let low = range.low.map(|(low, with)| format!("{} {}", if with { "≥" } else { ">" }, show(low)));
        let high = range.high.map(|(high, with)| format!("{} {}", if with { "≤" } else { "<" }, show(high)));
        let ends: Vec<String> = low.into_iter().chain(high).collect();
        ends.join(self.pick("，且 ", " and "))
    }

    /// A number that another is compared with: by the name of its parameter, where it is one.
    fn bound(&self, number: &Expression, column: &Column, value: Decimal) -> String {
        let written = column.bounds.iter().filter(|bound| bound.value.exact() == Some(value));
        let mut named = written.filter(|bound| bound.node != Node::Literal);
        if let Some(bound) = named.next() {
            return self.formula(bound);
        }
        let unit = match self.wording().unit(number) {
            Unit::None => {
                column.bounds.iter().map(|bound| self.wording().unit(bound)).find(|unit| *unit != Unit::None)
            }
            unit => Some(unit),
        };
        unit.unwrap_or(Unit::None).show(value, self.maker.language)
    }

    /// The reason, with every number of the row by its name.
    pub(super) fn reason(&self, reason: &Reason) -> String {
        let part = |part: &ReasonPart| match part {
            ReasonPart::Text(text) => text.clone(),
            ReasonPart::Number(number) => match number.value.exact().filter(|_| number.is_constant()) {
                Some(value) => amount::plain(value),
                None => format!("〔{}〕", self.formula(number)),
            },
        };
        reason.0.iter().map(part).collect()
    }

    /// The value of a fact that a definition returns.
    pub(super) fn value(&self, kind: &FactType, value: &Value) -> String {
        kind.show(value, self.maker.language)
    }
}

fn order(case: &Case) -> Option<Ordering> {
    match case {
        Case::Order(order) => Some(*order),
        _ => None,
    }
}

fn symbol(orders: &[Ordering]) -> &'static str {
    match orders {
        [Ordering::Less] => "<",
        [Ordering::Less, Ordering::Equal] => "≤",
        [Ordering::Equal] => "=",
        [Ordering::Equal, Ordering::Greater] => "≥",
        [Ordering::Greater] => ">",
        _ => "≠",
    }
}

fn moment_words(orders: &[Ordering]) -> (&'static str, &'static str) {
    match orders {
        [Ordering::Less] => ("早于", "before"),
        [Ordering::Less, Ordering::Equal] => ("不晚于", "not after"),
        [Ordering::Equal] => ("同时于", "at the time of"),
        [Ordering::Equal, Ordering::Greater] => ("不早于", "not before"),
        [Ordering::Greater] => ("晚于", "after"),
        _ => ("不同于", "not at the time of"),
    }
}
