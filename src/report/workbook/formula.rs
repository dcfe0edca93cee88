//! Workings as formulas: an expression of a clause over the cells that its facts and parameters stand in.
//!
//! A spreadsheet counts in binary floating point. What lies on a step (a whole number, a bound) is therefore looked at
//! after rounding to [`NOISE`] places, and where that is not enough for a row, its figure enters as a value.

use super::facts::FactSheets;
use super::parameters::Parameters;
use crate::amount::{self, RoundingMode};
use crate::decision::{Expression, Node, Operation, StepReading};
use crate::fact::Facts;
use crate::policy::Terms;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Decimal places beyond which a difference is a fault of binary numbers and none of the figures.
pub(super) const NOISE: u32 = 10;

/// The formulas of one row.
pub(super) struct Formulas<'f> {
    pub(super) facts: &'f FactSheets<'f>,
    pub(super) parameters: &'f Parameters,
    /// The kind of the row and its position among the judged rows.
    pub(super) row: (usize, usize),
    /// Whether the formula stands on the sheet of the facts itself.
    pub(super) at_home: bool,
    pub(super) terms: &'f Terms,
}

impl Formulas<'_> {
    /// The cell of a fact.
    pub(super) fn fact(&self, name: &str) -> Option<String> {
        self.facts.cell(self.row, name, self.at_home)
    }

    /// A number; none where a formula cannot say it.
    pub(super) fn number(&self, expression: &Expression) -> Option<String> {
        match &expression.node {
            Node::Literal => Some(literal(expression.value.exact()?)),
            Node::Fact(name) => self.fact(name),
            Node::Term { name, keys } => self
                .parameters
                .cell(self.terms, name, keys)
                .or_else(|| Some(literal(expression.value.exact()?))),
            Node::Apply(operation, operands) => {
                let all: Option<Vec<String>> = operands.iter().map(|operand| self.number(operand)).collect();
                self.applied(*operation, operands, &all?)
            }
        }
    }

    fn applied(&self, operation: Operation, operands: &[Arc<Expression>], all: &[String]) -> Option<String> {
        let (first, second) = (all.first()?, all.get(1));
        let infix = |sign: &str| Some(format!("({first}{sign}{})", second?));
        match operation {
            Operation::Add => infix("+"),
            Operation::Subtract => infix("-"),
            Operation::Multiply => infix("*"),
            Operation::Divide => infix("/"),
            // the sign of the remainder is that of the first number
            Operation::Remainder => {
                let second = second?;
                Some(format!("({first}-{second}*TRUNC(ROUND({first}/{second},{NOISE})))"))
            }
            Operation::Negate => Some(format!("(-{first})")),
            Operation::Min => Some(format!("MIN({})", all.join(","))),
            Operation::Max => Some(format!("MAX({})", all.join(","))),
            Operation::Abs => Some(format!("ABS({first})")),
            Operation::Floor => Some(format!("INT(ROUND({first},{NOISE}))")),
            Operation::Ceiling => Some(format!("(-INT(-ROUND({first},{NOISE})))")),
            Operation::Round(places, mode) => rounded(first, mode, places),
            Operation::Steps(reading) => {
                let size = operands.get(1)?.value.low?;
                if size <= Decimal::ZERO {
                    return None;
                }
                let steps = format!("MAX({first},0)/{}", second?);
                Some(match reading {
                    StepReading::Started => format!("ROUNDUP(ROUND({steps},{NOISE}),0)"),
                    StepReading::Full => format!("ROUNDDOWN(ROUND({steps},{NOISE}),0)"),
                    StepReading::Proportional => format!("({steps})"),
                })
            }
            Operation::Within => {
                let (low, high) = (second?, all.get(2)?);
                Some(format!("IF(AND({first}>={low},{first}<={high}),{first},NA())"))
            }
            Operation::Line => {
                let [at, low, high, from, to] = all else { return None };
                Some(format!("({from}+({to}-{from})*({at}-{low})/({high}-{low}))"))
            }
            // what is left over goes by the largest remainder: no formula of one cell says that
            Operation::Share(_) => None,
        }
    }

    /// A side of a comparison: what was worked out is looked at without the noise of binary numbers.
    pub(super) fn side(&self, expression: &Expression) -> Option<String> {
        let number = self.number(expression)?;
        Some(match &expression.node {
            Node::Apply(..) => format!("ROUND({number},{NOISE})"),
            _ => number,
        })
    }
}

/// A number as a formula has it.
pub(super) fn literal(number: Decimal) -> String {
    let digits = amount::plain(number);
    if number.is_sign_negative() && !number.is_zero() { format!("({digits})") } else { digits }
}

/// A text as a formula has it; none where it is too long for one.
pub(super) fn quoted(text: &str) -> Option<String> {
    /// A text in a formula has no more UTF-16 units.
    const LONGEST: usize = 255;
    let fits = text.encode_utf16().count() <= LONGEST && !text.chars().any(char::is_control);
    fits.then(|| format!("\"{}\"", text.replace('"', "\"\"")))
}

/// A number rounded in a mode.
pub(super) fn rounded(number: &str, mode: RoundingMode, places: u32) -> Option<String> {
    Some(match mode {
        RoundingMode::HalfUp => format!("ROUND({number},{places})"),
        RoundingMode::Down => format!("ROUNDDOWN(ROUND({number},{NOISE}),{places})"),
        RoundingMode::Up => format!("ROUNDUP(ROUND({number},{NOISE}),{places})"),
        // of a tie half of it is rounded, and is then even
        RoundingMode::HalfEven => {
            let (scale, rest) = (format!("10^{places}"), NOISE.checked_sub(places)?);
            format!(
                "IF(MOD(ROUND(ABS({number})*{scale},{rest}),1)=0.5,2*ROUND({number}*{scale}/2,0)/{scale},ROUND({number},{places}))"
            )
        }
    })
}

/// Whether a number is rounded the same by binary numbers as by exact ones: it is no tie, unless they hold all that it is
/// made of, and no nearer to a step than their noise.
pub(super) fn is_safe(exact: Decimal, (mode, places): (RoundingMode, u32), is_binary: bool) -> bool {
    let near = RoundingMode::HalfUp.round(exact, NOISE);
    let is_tie = match mode {
        RoundingMode::HalfUp | RoundingMode::HalfEven => {
            let half = Decimal::try_new(5, places.saturating_add(1)).unwrap_or_default();
            near.saturating_sub(RoundingMode::Down.round(near, places)).abs() == half
        }
        RoundingMode::Down | RoundingMode::Up => false,
    };
    (!is_tie || is_binary) && mode.round(near, places) == mode.round(exact, places)
}

/// Whether binary floating point holds every number that a working comes to on its way for a row.
pub(super) fn is_binary(expression: &Expression, facts: &dyn Facts) -> bool {
    let mut held = true;
    expression.visit(&mut |part| {
        held &= part.evaluate(facts).ok().and_then(|value| value.exact()).is_some_and(holds);
    });
    held
}

/// Whether a decimal has nothing but halves of halves after the point.
pub(super) fn holds(exact: Decimal) -> bool {
    let normal = exact.normalize();
    let fives = 5_i128.checked_pow(normal.scale());
    fives.and_then(|fives| normal.mantissa().checked_rem(fives)) == Some(0)
}

/// Whether every step inside a working comes to the same for a row in binary numbers as in exact ones.
pub(super) fn is_steady(expression: &Expression, facts: &dyn Facts) -> bool {
    let mut steady = true;
    let binary = is_binary(expression, facts);
    expression.visit(&mut |part| {
        let Node::Apply(operation, operands) = &part.node else { return };
        let operand = |place: usize| operands.get(place)?.evaluate(facts).ok()?.exact();
        let (mode, places) = match operation {
            Operation::Floor | Operation::Steps(StepReading::Full) => (RoundingMode::Down, 0),
            Operation::Ceiling | Operation::Steps(StepReading::Started) => (RoundingMode::Up, 0),
            Operation::Round(places, mode) => (*mode, *places),
            _ => return,
        };
        let exact = match operation {
            Operation::Steps(_) => {
                operand(0).zip(operand(1)).and_then(|(whole, size)| whole.checked_div(size))
            }
            _ => operand(0),
        };
        steady &= exact.is_some_and(|exact| is_safe(exact, (mode, places), binary));
    });
    steady
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_that_binary_numbers_cannot_hold_is_seen() {
        let safe = |number: &str, mode, places| {
            let exact: Decimal = number.parse().unwrap();
            is_safe(exact, (mode, places), holds(exact))
        };
        assert!(safe("0.125", RoundingMode::HalfUp, 2));
        assert!(safe("2.5", RoundingMode::HalfEven, 0));
        assert!(!safe("1.005", RoundingMode::HalfUp, 2));
        assert!(!safe("2.675", RoundingMode::HalfEven, 2));
        assert!(safe("2.674", RoundingMode::HalfEven, 2));
        assert!(safe("0.3", RoundingMode::Up, 1));
        assert!(!safe("3.00000000001", RoundingMode::Up, 0));
    }
}
