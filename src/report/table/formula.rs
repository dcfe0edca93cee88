//! Formulas and amounts: by the names of facts and parameters, with the numbers that are the same for every row.

use super::words::Words;
use crate::amount::{RoundingMode, RoundingStep, Unit};
use crate::decision::{Expression, Node, Operation, StepReading};
use crate::language::Language;
use crate::report::wording::step_reading;
use std::sync::Arc;

impl Words<'_> {
    /// How a number is worked out, in words, with the value of every parameter.
    pub(super) fn formula(&self, expression: &Expression) -> String {
        match &expression.node {
            Node::Literal => self.wording().show(expression),
            Node::Fact(name) => self.wording().fact(name),
            Node::Term { .. } => {
                format!("{} {}", self.parameter(expression), self.wording().show(expression))
            }
            Node::Apply(operation, operands) => self.applied(*operation, operands),
        }
    }

    /// The name of a parameter with the keys of its table.
    pub(super) fn parameter(&self, expression: &Expression) -> String {
        let Node::Term { name, keys } = &expression.node else { return String::new() };
        let title = self.maker.parameter_title(name);
        if keys.is_empty() {
            return title;
        }
        let keys: Vec<String> = keys.iter().map(|key| self.maker.word(key)).collect();
        match self.maker.language {
            Language::Zh => format!("{title}（{}）", keys.join("、")),
            Language::En => format!("{title} ({})", keys.join(", ")),
        }
    }

    fn applied(&self, operation: Operation, operands: &[Arc<Expression>]) -> String {
        // what stands in brackets of its own needs no others
        let weight = match operation {
            Operation::Min
            | Operation::Max
            | Operation::Remainder
            | Operation::Abs
            | Operation::Floor
            | Operation::Ceiling
            | Operation::Round(..) => 0,
            _ => weight(operation),
        };
        let all: Vec<String> = operands
            .iter()
            .enumerate()
            .map(|(position, operand)| {
                let inner = match &operand.node {
                    Node::Apply(operation, _) => self::weight(*operation),
                    _ => 3,
                };
                // what is taken away or divided by keeps its parentheses
                let strict = position > 0 && matches!(operation, Operation::Subtract | Operation::Divide);
                let said = self.formula(operand);
                if inner < weight || (strict && inner == weight) { self.enclosed(&said) } else { said }
            })
            .collect();
        let first = all.first().cloned().unwrap_or_default();
        let between = |sign: &str| all.join(&format!(" {sign} "));
        let of = |zh: &str, en: &str| match self.maker.language {
            Language::Zh => format!("{}{zh}", self.enclosed(&all.join("、"))),
            Language::En => format!("{en} {}", self.enclosed(&all.join(", "))),
        };
        match operation {
            Operation::Add => between("+"),
            Operation::Subtract => between("−"),
            Operation::Multiply => between("×"),
            Operation::Divide => between("÷"),
            Operation::Remainder => of("相除的余数", "the remainder of"),
            Operation::Negate => format!("−{first}"),
            Operation::Min => self.chosen("较小者", "the smaller of", &all),
            Operation::Max => self.chosen("较大者", "the larger of", &all),
            Operation::Abs => of("的绝对值", "the size of"),
            Operation::Floor => of("舍去尾数", "the whole part of"),
            Operation::Ceiling => of("进为整数", "the next whole number to"),
            Operation::Round(0, mode) => of(
                &format!("取整（{}）", rounding(mode, Language::Zh)),
                &format!("the whole number ({}) of", rounding(mode, Language::En)),
            ),
            Operation::Round(places, mode) => of(
                &format!("保留 {places} 位小数（{}）", rounding(mode, Language::Zh)),
                &format!("to {places} places ({}),", rounding(mode, Language::En)),
            ),
            Operation::Steps(reading) => self.steps(reading, operands),
            Operation::Within => self.within(&all),
            Operation::Line => self.line(operands),
            Operation::Share(share) => {
                let own = all.get(share.place.saturating_add(1)).cloned().unwrap_or_default();
                let (place, of) = (share.place.saturating_add(1), share.of);
                match self.maker.language {
                    Language::Zh => format!("{first} × {own}〔{of} 份中的第 {place} 份，合计不变〕"),
                    Language::En => format!("{first} × {own} [share {place} of {of}, nothing is lost]"),
                }
            }
        }
    }

    /// One of several numbers: `较小者（每次重复扣分 1 分 × 重复次数；上限 5 分）`.
    fn chosen(&self, zh: &str, en: &str, numbers: &[String]) -> String {
        match self.maker.language {
            Language::Zh => format!("{zh}（{}）", numbers.join("；")),
            Language::En => format!("{en} ({})", numbers.join("; ")),
        }
    }

    fn steps(&self, reading: StepReading, operands: &[Arc<Expression>]) -> String {
        let (Some(whole), Some(size)) = (operands.first(), operands.get(1)) else { return String::new() };
        let (whole, size) = (self.enclosed(&self.formula(whole)), self.formula(size));
        let how = step_reading(reading, self.maker.language);
        match self.maker.language {
            Language::Zh => format!("〔{whole} ÷ {size}，{how}〕"),
            Language::En => format!("[{whole} ÷ {size}, {how}]"),
        }
    }

    /// A number that a person picks between two bounds.
    fn within(&self, all: &[String]) -> String {
        let [number, low, high] = all else { return String::new() };
        match self.maker.language {
            Language::Zh => format!("{number}〔须在 {low} 至 {high} 之间〕"),
            Language::En => format!("{number} [between {low} and {high}]"),
        }
    }

    /// A number that lies on a straight line between two others.
    fn line(&self, operands: &[Arc<Expression>]) -> String {
        let [at, low, high, from, to] = operands else { return String::new() };
        let Node::Term { name, .. } = &from.node else { return String::new() };
        let title = self.maker.parameter_title(name);
        let show = |number: &Expression| self.wording().show(number);
        let (at, low, high, from, to) = (self.formula(at), show(low), show(high), show(from), show(to));
        match self.maker.language {
            Language::Zh => {
                format!("{title}〔{at}在 {low} 处为 {from}，在 {high} 处为 {to}，其间按比例〕")
            }
            Language::En => {
                format!("{title} [{from} where {at} is {low} to {to} where it is {high}, in proportion]")
            }
        }
    }

    fn enclosed(&self, words: &str) -> String {
        match self.maker.language {
            Language::Zh => format!("（{words}）"),
            Language::En => format!("({words})"),
        }
    }

    /// A number with its unit, where it is the same for every row.
    pub(super) fn amount(&self, expression: &Expression, unit: &Unit) -> Option<String> {
        let exact = expression.value.exact().filter(|_| expression.is_constant())?;
        let rounding = self.maker.pack.policy.rounding;
        let exact = match rounding.at {
            RoundingStep::Finding => rounding.round(exact),
            RoundingStep::Card => RoundingMode::HalfUp.round(exact, 4),
        };
        Some(unit.show(exact, self.maker.language))
    }

    /// A number without the sign of a minus verb, worked out: `扣款基数（较重） ¥500.00 × 专业线关联比例 30 % = ¥150.00`.
    pub(super) fn working(&self, expression: &Expression, unit: &Unit) -> String {
        let mut inner = expression;
        if let Node::Apply(Operation::Negate, operands) = &expression.node
            && let Some(operand) = operands.first()
        {
            inner = operand;
        }
        match &inner.node {
            Node::Literal => String::new(),
            Node::Term { .. } => self.parameter(inner),
            _ => match self.amount(inner, unit) {
                Some(amount) => tight(&format!("{} = {amount}", self.formula(inner))),
                None => self.formula(inner),
            },
        }
    }
}

/// Full-width brackets bring their own space.
fn tight(formula: &str) -> String {
    let mut tight = formula.to_owned();
    for bracket in ["（", "〔"] {
        tight = tight.replace(&format!(" {bracket}"), bracket);
    }
    for bracket in ["）", "〕"] {
        tight = tight.replace(&format!("{bracket} "), bracket);
    }
    tight
}

/// How tightly an operation binds.
fn weight(operation: Operation) -> usize {
    match operation {
        Operation::Add | Operation::Subtract => 0,
        Operation::Multiply | Operation::Share(_) => 1,
        Operation::Divide => 2,
        Operation::Negate => 1,
        _ => 3,
    }
}

fn rounding(mode: RoundingMode, language: Language) -> &'static str {
    match (mode, language) {
        (RoundingMode::HalfUp, Language::Zh) => "四舍五入",
        (RoundingMode::HalfEven, Language::Zh) => "四舍六入五成双",
        (RoundingMode::Down, Language::Zh) => "舍去",
        (RoundingMode::Up, Language::Zh) => "进一",
        (RoundingMode::HalfUp, Language::En) => "half up",
        (RoundingMode::HalfEven, Language::En) => "half to even",
        (RoundingMode::Down, Language::En) => "down",
        (RoundingMode::Up, Language::En) => "up",
    }
}
