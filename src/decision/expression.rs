//! How an amount is worked out: numbers, facts and parameters, joined by operations.

use crate::amount::RoundingMode;
use crate::fact::Facts;
use crate::interval::{ArithmeticFault, Interval};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A number together with its working.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What is known of its value.
    pub value: Interval,
    /// Where it comes from.
    pub node: Node,
}

/// The last step of a working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A number written in the clause.
    Literal,
    /// A fact of the row.
    Fact(String),
    /// A parameter, with the words and bands that selected the cell of a table.
    Term {
        /// Its name.
        name: String,
        /// The keys of the cell.
        keys: Vec<String>,
    },
    /// An operation on earlier numbers.
    Apply(Operation, Vec<Arc<Expression>>),
}

/// What is done with the operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`, never truncated.
    Divide,
    /// `a % b`
    Remainder,
    /// `-a`
    Negate,
    /// The smaller.
    Min,
    /// The larger.
    Max,
    /// Without its sign.
    Abs,
    /// The whole number below.
    Floor,
    /// The whole number above.
    Ceiling,
    /// Rounded to decimal places.
    Round(u32, RoundingMode),
    /// How many steps of the second number's size the first has.
    Steps(StepReading),
}

/// How a step that has only begun counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepReading {
    /// 不足一个按一个计: a started step counts whole.
    Started,
    /// 不足一个不计: only full steps count.
    Full,
    /// 按比例: in proportion.
    Proportional,
}

impl StepReading {
    /// The reading of that name.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "started" => Some(Self::Started),
            "full" => Some(Self::Full),
            "proportional" => Some(Self::Proportional),
            _ => None,
        }
    }
}

impl PartialEq for Expression {
    /// Two workings are the same where they would always give the same number.
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node && (self.node != Node::Literal || self.value == other.value)
    }
}

impl Eq for Expression {}

impl Expression {
    /// A number written in the clause.
    pub fn literal(value: Decimal) -> Arc<Self> {
        Arc::new(Self { value: Interval::exactly(value), node: Node::Literal })
    }

    /// A fact of the row.
    pub fn fact(name: &str, value: Interval) -> Arc<Self> {
        Arc::new(Self { value, node: Node::Fact(name.to_owned()) })
    }

    /// A parameter's number.
    pub fn term(name: &str, keys: Vec<String>, value: Decimal) -> Arc<Self> {
        Arc::new(Self { value: Interval::exactly(value), node: Node::Term { name: name.to_owned(), keys } })
    }

    /// An operation on earlier numbers.
    ///
    /// # Errors
    /// A division by zero, or more digits than can be kept exactly.
    pub fn apply(operation: Operation, operands: Vec<Arc<Self>>) -> Result<Arc<Self>, ArithmeticFault> {
        let value = |place: usize| operands.get(place).map_or(Interval::UNKNOWN, |operand| operand.value);
        let value = operation.calculate(value(0), value(1))?;
        Ok(Arc::new(Self { value, node: Node::Apply(operation, operands) }))
    }

    /// The number for the facts of one row.
    ///
    /// # Errors
    /// A division by zero, or more digits than can be kept exactly.
    pub fn evaluate(&self, facts: &dyn Facts) -> Result<Interval, ArithmeticFault> {
        match &self.node {
            Node::Literal | Node::Term { .. } => Ok(self.value),
            Node::Fact(name) => Ok(match facts.value(name).interval() {
                Interval::UNKNOWN => self.value,
                known => known,
            }),
            Node::Apply(operation, operands) => {
                let value = |place: usize| match operands.get(place) {
                    Some(operand) => operand.evaluate(facts),
                    None => Ok(Interval::UNKNOWN),
                };
                operation.calculate(value(0)?, value(1)?)
            }
        }
    }

    /// The same working with the numbers of one row.
    ///
    /// # Errors
    /// A division by zero, or more digits than can be kept exactly.
    pub fn with(self: &Arc<Self>, facts: &dyn Facts) -> Result<Arc<Self>, ArithmeticFault> {
        match &self.node {
            Node::Literal | Node::Term { .. } => Ok(Arc::clone(self)),
            Node::Fact(name) => Ok(Self::fact(name, self.evaluate(facts)?)),
            Node::Apply(operation, operands) => {
                let operands: Result<Vec<Arc<Self>>, ArithmeticFault> =
                    operands.iter().map(|operand| operand.with(facts)).collect();
                Self::apply(*operation, operands?)
            }
        }
    }

    /// Whether it is the same for every row: only written numbers and parameters.
    pub fn is_constant(&self) -> bool {
        match &self.node {
            Node::Literal | Node::Term { .. } => true,
            Node::Fact(_) => false,
            Node::Apply(_, operands) => operands.iter().all(|operand| operand.is_constant()),
        }
    }

    /// Whether another working is this one or a part of it.
    pub fn holds(&self, part: &Self) -> bool {
        let mut found = false;
        self.visit(&mut |own| found |= own == part);
        found
    }

    /// Calls `visit` for the expression and everything it is made of, first things first.
    pub fn visit(&self, visit: &mut dyn FnMut(&Self)) {
        if let Node::Apply(_, operands) = &self.node {
            for operand in operands {
                operand.visit(visit);
            }
        }
        visit(self);
    }
}

impl Operation {
    /// No operation has more than two operands; one that has one does not look at the second.
    fn calculate(self, first: Interval, second: Interval) -> Result<Interval, ArithmeticFault> {
        Ok(match self {
            Self::Add => first.plus(second)?,
            Self::Subtract => first.minus(second)?,
            Self::Multiply => first.times(second)?,
            Self::Divide => first.over(second)?,
            Self::Remainder => first.remainder(second)?,
            Self::Negate => first.negate(),
            Self::Min => first.min(second),
            Self::Max => first.max(second),
            Self::Abs => first.abs(),
            Self::Floor => first.rising(|value| value.floor()),
            Self::Ceiling => first.rising(|value| value.ceil()),
            Self::Round(places, mode) => first.rising(|value| mode.round(value, places)),
            Self::Steps(reading) => {
                let steps = first.max(Interval::exactly(Decimal::ZERO)).over(second)?;
                match reading {
                    StepReading::Started => steps.rising(|value| value.ceil()),
                    StepReading::Full => steps.rising(|value| value.floor()),
                    StepReading::Proportional => steps,
                }
            }
        })
    }
}
