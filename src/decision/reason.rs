//! The reason a clause gives, with numbers that are filled in from the row.

use crate::amount;
use crate::decision::Expression;
use crate::fact::Facts;
use crate::interval::ArithmeticFault;
use std::sync::Arc;

/// A reason: text and numbers in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub Vec<ReasonPart>);

/// A part of a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReasonPart {
    /// As the clause wrote it.
    Text(String),
    /// A number of the row, or worked out from it.
    Number(Arc<Expression>),
}

impl Reason {
    /// The words; a number that is not known shows as `…`.
    pub fn show(&self) -> String {
        let show = |part: &ReasonPart| match part {
            ReasonPart::Text(text) => text.clone(),
            ReasonPart::Number(number) => number.value.exact().map_or_else(|| "…".to_owned(), amount::plain),
        };
        self.0.iter().map(show).collect()
    }

    /// The same reason with the numbers of one row.
    ///
    /// # Errors
    /// A division by zero, or more digits than can be kept exactly.
    pub fn with(&self, facts: &dyn Facts) -> Result<Self, ArithmeticFault> {
        let parts = self.0.iter().map(|part| match part {
            ReasonPart::Text(text) => Ok(ReasonPart::Text(text.clone())),
            ReasonPart::Number(number) => Ok(ReasonPart::Number(number.with(facts)?)),
        });
        Ok(Self(parts.collect::<Result<_, ArithmeticFault>>()?))
    }
}
