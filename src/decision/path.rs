//! One way through a clause: the questions answered, and what was done at the end.

use crate::decision::{Answer, Expression, Question, Reason};
use crate::fact::{Facts, Value};
use crate::interval::{ArithmeticFault, Interval};
use crate::language::Text;
use rust_decimal::Decimal;
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
    /// The grade of the role's card is limited or fixed.
    Grade {
        /// The grade.
        grade: String,
        /// How.
        how: Grading,
    },
    /// A row of a kind is made for the role's card.
    Raise {
        /// The kind.
        kind: String,
    },
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

/// How a clause sets a grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grading {
    /// It is this one or a lower one.
    AtMost,
    /// It is this one.
    Exactly,
}

/// One thing a clause did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What.
    pub deed: Deed,
    /// To whom; empty for exemptions and mitigations.
    pub role: String,
    /// The reason the clause gives.
    pub reason: Option<Reason>,
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
    /// What was worked out on the way beside questions and effects: the path holds only where all of it can be.
    pub calculations: Vec<Arc<Expression>>,
    /// How it ended.
    pub end: End,
}

/// Zero is no finding.
fn is_nothing(amount: Interval) -> bool {
    amount.exact().is_some_and(|exact| exact.is_zero())
}

impl Effect {
    /// Whether it enters nothing for a row: what is zero is no finding, and no effect of the path of the row.
    pub fn is_nothing(&self, facts: &dyn Facts) -> bool {
        match &self.deed {
            Deed::Enter { amount, .. } => amount.evaluate(facts).is_ok_and(is_nothing),
            _ => false,
        }
    }
}

impl Path {
    /// A path of which only the end is known.
    pub fn ending(end: End) -> Self {
        Self { steps: Vec::new(), effects: Vec::new(), calculations: Vec::new(), end }
    }

    /// The same path as one row takes it: which questions its facts decide, and with its numbers.
    /// `None` where something on the way cannot be worked out for the row.
    pub fn of_row(&self, facts: &dyn Facts) -> Option<Self> {
        self.with(facts).ok()?
    }

    fn with(&self, facts: &dyn Facts) -> Result<Option<Self>, ArithmeticFault> {
        for calculation in &self.calculations {
            calculation.evaluate(facts)?;
        }
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let decided = step.question.answer(facts)?;
            if decided.as_ref().is_some_and(|decided| *decided != step.answer) {
                return Ok(None);
            }
            let question = step.question.with(facts)?;
            steps.push(Step { question, answer: step.answer.clone(), decided: decided.is_some() });
        }
        let mut effects = Vec::with_capacity(self.effects.len());
        for effect in &self.effects {
            let deed = match &effect.deed {
                Deed::Enter { account, amount } => {
                    let amount = amount.with(facts)?;
                    if is_nothing(amount.value) {
                        continue;
                    }
                    if amount.value.is_beyond_counting() {
                        return Err(ArithmeticFault::Overflow);
                    }
                    Deed::Enter { account: account.clone(), amount }
                }
                Deed::Mitigate { clause, factor } => {
                    let factor = factor.with(facts)?;
                    if factor
                        .value
                        .exact()
                        .is_some_and(|exact| !(Decimal::ZERO..=Decimal::ONE).contains(&exact))
                    {
                        return Ok(None);
                    }
                    Deed::Mitigate { clause: clause.clone(), factor }
                }
                deed => deed.clone(),
            };
            let reason = effect.reason.as_ref().map(|reason| reason.with(facts)).transpose()?;
            effects.push(Effect { deed, reason, ..effect.clone() });
        }
        let end = match &self.end {
            End::Returned(Returned::Number(number)) => End::Returned(Returned::Number(number.with(facts)?)),
            end => end.clone(),
        };
        Ok(Some(Self { steps, effects, calculations: Vec::new(), end }))
    }

    /// What was assumed on this path because the facts do not say.
    pub fn assumptions(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.decided)
    }
}
