//! One way through a clause: the questions answered, and what was done at the end.

use crate::decision::{Answer, Expression, Question};
use crate::fact::Value;
use crate::language::Text;
use std::sync::Arc;

/// A question with the answer it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was asked.
    pub question: Question,
    /// The answer.
    pub answer: Answer,
    /// Whether the facts gave the answer; otherwise it is one of several that were followed.
    pub decided: bool,
}

/// What a verb does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// An amount is entered on an account of the role's card.
    Enter {
        /// The account.
        account: String,
        /// The amount, negative for the account's minus verb.
        amount: Arc<Expression>,
    },
    /// The role's card is vetoed.
    Veto,
    /// The findings of a clause on this row are lifted.
    Exempt {
        /// The clause.
        clause: String,
    },
    /// The findings of a clause on this row are multiplied.
    Mitigate {
        /// The clause.
        clause: String,
        /// By how much.
        factor: Arc<Expression>,
    },
}

/// One thing a clause did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What.
    pub deed: Deed,
    /// To whom; empty for exemptions and mitigations.
    pub role: String,
    /// The reason the clause gives.
    pub reason: Option<String>,
    /// The line of the clause's file.
    pub line: usize,
    /// The character of that line, from 1.
    pub column: usize,
}

/// How a path ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The clause came to its end.
    Done,
    /// A definition returned its fact.
    Returned(Returned),
    /// It could not go on: neither guilty nor innocent.
    Undetermined(Text),
}

/// What a definition returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// True or false, or a word.
    Value(Value),
    /// A number with its working.
    Number(Arc<Expression>),
}

/// One way through a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The questions in the order they were asked.
    pub steps: Vec<Step>,
    /// What was done, in order.
    pub effects: Vec<Effect>,
    /// How it ended.
    pub end: End,
}

impl Path {
    /// What was assumed on this path because the facts do not say.
    pub fn assumptions(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.decided)
    }
}
