//! How an amount is worked out: numbers, facts and parameters, joined by operations.

use super::Share;
use crate::amount::RoundingMode;
use crate::fact::Facts;
use crate::interval::{ArithmeticFault, Interval};
use rust_decimal::Decimal;
use std::sync::Arc;

type Calculated = Result<Interval, ArithmeticFault>;

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
    /// The first number, which lies between the second and the third.
    Within,
    /// A straight line at the first number: from the second, where it is the fourth, to the third, where it is the fifth.
    Line,
    /// A share of the first number; the shares follow it.
    Share(Share),
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
        let value = |place: usize| Ok(operands.get(place).map_or(Interval::UNKNOWN, |operand| operand.value));
        let value = operation.calculate(&value)?;
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
                operation.calculate(&value)
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

    /// Whether it is made of more numbers and operations than so many, each counted as often as it stands there. Looks at no
    /// more of them: a number that is joined to itself again and again has more than anybody could count.
    pub fn has_more_parts_than(&self, most: usize) -> bool {
        let mut left = most;
        !self.fits(&mut left)
    }

    fn fits(&self, left: &mut usize) -> bool {
        let Some(less) = left.checked_sub(1) else { return false };
        *left = less;
        match &self.node {
            Node::Apply(_, operands) => operands.iter().all(|operand| operand.fits(left)),
            _ => true,
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
    /// Most operations have two operands; one that has fewer does not look at the others.
    fn calculate(self, operand: &dyn Fn(usize) -> Calculated) -> Calculated {
        let (first, second) = (operand(0)?, operand(1)?);
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
            Self::Within => between(first, second.low, operand(2)?.high),
            Self::Share(share) => {
                let all = (1..=share.of).map(|place| Ok(operand(place)?.exact().unwrap_or_default()));
                share.of(first, &all.collect::<Result<Vec<Decimal>, ArithmeticFault>>()?)?
            }
            Self::Line => on_line(first, (second, operand(2)?), (operand(3)?, operand(4)?))?,
        })
    }
}

/// Where a line stands at a number: it only rises or only falls, so the ends of a range give the ends of the result.
fn on_line(at: Interval, (low, high): (Interval, Interval), (from, to): (Interval, Interval)) -> Calculated {
    let ends = low.exact().zip(high.exact()).zip(from.exact().zip(to.exact()));
    let Some(((low, high), (from, to))) = ends.filter(|((low, high), _)| low < high) else {
        return Ok(Interval::UNKNOWN);
    };
    let stands = |at: Decimal| {
        let (part, whole) = (at.checked_sub(low)?, high.checked_sub(low)?);
        let rise = to.checked_sub(from)?.checked_mul(part)?.checked_div(whole)?;
        from.checked_add(rise)
    };
    let stands = |at: Decimal| stands(at).map(Interval::exactly).ok_or(ArithmeticFault::Overflow);
    match at.exact() {
        Some(at) => stands(at),
        None => {
            let at = between(at, Some(low), Some(high));
            let inside = |end: Option<Decimal>, otherwise: Decimal| end.unwrap_or(otherwise).clamp(low, high);
            Ok(stands(inside(at.low, low))?.hull(stands(inside(at.high, high))?))
        }
    }
}

/// What is known of a number that lies between two bounds.
fn between(number: Interval, low: Option<Decimal>, high: Option<Decimal>) -> Interval {
    if number.exact().is_some() {
        return number;
    }
    let low = number.low.max(low);
    let high = number.high.zip(high).map(|(a, b)| a.min(b)).or(number.high).or(high);
    // on a way that no row takes the bounds may cross
    if low.zip(high).is_some_and(|(low, high)| low > high) { number } else { Interval { low, high } }
}
