//! Decision trees as formulas: every question an IF, every leaf what the caller makes of its path. What a tree does not
//! know an answer to is `NA()`: undetermined, and so is every figure that is worked out from it.

use super::formula::{Formulas, literal, quoted};
use crate::decision::{Answer, Band, Branch, Expression, Node, Question};
use crate::fact::Value;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What is not known.
pub(super) const UNKNOWN: &str = "NA()";
/// A formula holds no more characters.
const CHARACTERS: usize = 8_000;
/// Functions stand no deeper inside each other; parentheses count as well here.
const LEVELS: usize = 60;

/// What a path comes to: the formula, and the facts whose numbers it uses.
pub(super) struct Leaf {
    pub(super) formula: String,
    pub(super) uses: Vec<String>,
}

/// A tree on its way to becoming a formula.
pub(super) struct Guards<'g> {
    pub(super) formulas: &'g Formulas<'g>,
    /// What the path of that position comes to.
    pub(super) leaf: &'g dyn Fn(usize) -> Option<Leaf>,
}

impl Guards<'_> {
    /// The whole tree as one formula; none where it does not fit into one, or asks what no formula can.
    pub(super) fn tree(&self, root: &Branch) -> Option<String> {
        self.branch(root, &BTreeSet::new(), 0).filter(|formula| fits(formula))
    }

    fn branch(&self, branch: &Branch, known: &BTreeSet<String>, depth: usize) -> Option<String> {
        if depth > LEVELS {
            return None;
        }
        let deeper = depth.saturating_add(1);
        let (question, branches) = match branch {
            Branch::Leaf(path) => {
                let Leaf { formula, uses } = (self.leaf)(*path)?;
                return self.checked(&uses, known, |_| Some(formula.clone()));
            }
            Branch::Ask(question, branches) => (question, branches),
        };
        let after = |known: &BTreeSet<String>, answer: &Answer| match branches
            .iter()
            .find(|(own, _)| own == answer)
        {
            Some((_, branch)) => self.branch(branch, known, deeper),
            None => Some(UNKNOWN.to_owned()),
        };
        let fork = |known: &BTreeSet<String>, holds: &str| {
            let (yes, no) = (after(known, &Answer::Yes)?, after(known, &Answer::No)?);
            Some(if yes == no { yes } else { format!("IF({holds},{yes},{no})") })
        };
        match question {
            Question::Fact(name) => self.fact(name, branches, known, deeper),
            Question::Known(name) => fork(known, &format!("{}<>\"\"", self.formulas.fact(name)?)),
            Question::Compare(relation, left, right) => {
                let sides = (self.formulas.side(left)?, self.formulas.side(right)?);
                self.checked(&used([&**left, &**right]), known, |known| {
                    fork(known, &format!("{}{}{}", sides.0, sign(relation.symbol()), sides.1))
                })
            }
            Question::Moments(relation, left, right) => {
                let cells = (self.formulas.fact(left)?, self.formulas.fact(right)?);
                self.checked(&[left.clone(), right.clone()], known, |known| {
                    // moments are the same where they are the same second
                    let (one, other, sign) = (&cells.0, &cells.1, sign(relation.symbol()));
                    fork(known, &format!("ROUND(({one}-{other})*86400,0){sign}0"))
                })
            }
            Question::Band { table, keys, input, bands } => {
                let number = self.formulas.side(input)?;
                let cell = |bound: Decimal| {
                    let of = (self.formulas.terms, table.as_str());
                    let cell = self.formulas.parameters.bound_after(of, keys, bound);
                    cell.unwrap_or_else(|| literal(bound))
                };
                self.checked(&used([&**input]), known, |known| {
                    let mut formula = after(known, &Answer::Gap)?;
                    for (position, band) in bands.iter().enumerate().rev() {
                        let inside = after(known, &Answer::Band(position))?;
                        if inside != formula {
                            formula = within((band, &cell), &number, &inside, &formula);
                        }
                    }
                    Some(formula)
                })
            }
            Question::Same(..) | Question::Matches(..) | Question::Contains(..) => {
                let (asked, holds) = self.texts(question)?;
                let fork = fork(known, &holds)?;
                Some(if fork == UNKNOWN { fork } else { format!("IF({asked},{UNKNOWN},{fork})") })
            }
        }
    }

    /// A fact of few values: one IF for all that lead to the same.
    fn fact(
        &self,
        name: &str,
        branches: &[(Answer, Branch)],
        known: &BTreeSet<String>,
        depth: usize,
    ) -> Option<String> {
        let cell = self.formulas.fact(name)?;
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        let is_number = branches.iter().any(|(answer, _)| matches!(answer, Answer::Is(Value::Number(_))));
        for (answer, branch) in branches {
            let Answer::Is(value) = answer else { return None };
            let test = match value {
                Value::Number(number) => format!("{cell}={}", literal(*number)),
                value => format!(
                    "{cell}={}",
                    quoted(&self.formulas.facts.word(self.formulas.row.0, name, value)?)?
                ),
            };
            let follows = self.branch(branch, known, depth)?;
            match all.iter_mut().find(|(own, _)| *own == follows) {
                Some((_, tests)) => tests.push(test),
                None => all.push((follows, vec![test])),
            }
        }
        // an answer that changes nothing need not be known
        if let [(follows, _)] = all.as_slice()
            && self.formulas.facts.answers(self.formulas.row.0, name) == branches.len()
        {
            return Some(follows.clone());
        }
        let any = |tests: &[String]| match tests {
            [test] => test.clone(),
            tests => format!("OR({})", tests.join(",")),
        };
        let mut formula = UNKNOWN.to_owned();
        for (follows, tests) in all.iter().rev() {
            if *follows != formula {
                formula = format!("IF({},{follows},{formula})", any(tests));
            }
        }
        // an empty cell is no nought
        Some(if is_number { format!("IF(ISNUMBER({cell}),{formula},{UNKNOWN})") } else { formula })
    }

    /// When texts do not say, and when they meet a question.
    fn texts(&self, question: &Question) -> Option<(String, String)> {
        let facts = self.formulas.facts;
        let kind = self.formulas.row.0;
        match question {
            Question::Same(left, right) => {
                if !(facts.is_text(kind, left) && facts.is_text(kind, right)) {
                    return None;
                }
                let (left, right) = (self.formulas.fact(left)?, self.formulas.fact(right)?);
                Some((format!("OR({left}=\"\",{right}=\"\")"), format!("EXACT({left},{right})")))
            }
            Question::Matches(name, word) => {
                let cell = self.formulas.fact(name)?;
                let value = if facts.is_text(kind, name) { Value::Text } else { Value::Word };
                let word = facts.word(kind, name, &value(word.as_str().into()))?;
                Some((format!("{cell}=\"\""), format!("EXACT({cell},{})", quoted(&word)?)))
            }
            Question::Contains(name, word) if facts.is_text(kind, name) => {
                let cell = self.formulas.fact(name)?;
                Some((format!("{cell}=\"\""), format!("ISNUMBER(FIND({},{cell}))", quoted(word)?)))
            }
            _ => None,
        }
    }

    /// A formula that needs the numbers of some facts: where one has none, nothing is known.
    fn checked(
        &self,
        uses: &[String],
        known: &BTreeSet<String>,
        formula: impl Fn(&BTreeSet<String>) -> Option<String>,
    ) -> Option<String> {
        let new: BTreeSet<&String> = uses.iter().filter(|name| !known.contains(*name)).collect();
        if new.is_empty() {
            return formula(known);
        }
        let all = known.iter().cloned().chain(new.iter().map(|name| (*name).clone())).collect();
        let inner = formula(&all)?;
        if inner == UNKNOWN {
            return Some(inner);
        }
        let cells: Option<Vec<String>> = new.iter().map(|name| self.formulas.fact(name)).collect();
        let cells = cells?;
        let count = cells.len();
        Some(match cells.as_slice() {
            [cell] => format!("IF(ISNUMBER({cell}),{inner},{UNKNOWN})"),
            cells => format!("IF(COUNT({})={count},{inner},{UNKNOWN})", cells.join(",")),
        })
    }
}

/// The facts whose numbers some workings use.
pub(super) fn used<'e>(expressions: impl IntoIterator<Item = &'e Expression>) -> Vec<String> {
    let mut names = Vec::new();
    for expression in expressions {
        expression.visit(&mut |part| {
            if let Node::Fact(name) = &part.node
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        });
    }
    names
}

/// Whether a spreadsheet takes a formula of this length and depth.
pub(super) fn fits(formula: &str) -> bool {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    for letter in formula.chars() {
        match letter {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest <= LEVELS && formula.encode_utf16().count() <= CHARACTERS
}

/// What follows inside a band, and what outside.
fn within(
    (band, cell): (&Band, &dyn Fn(Decimal) -> String),
    number: &str,
    inside: &str,
    outside: &str,
) -> String {
    match bounds(band, number, cell).as_slice() {
        [] => inside.to_owned(),
        [test] => format!("IF({test},{inside},{outside})"),
        tests => format!("IF(AND({}),{inside},{outside})", tests.join(",")),
    }
}

/// The tests of whether a number lies in a band, whose bounds stand in cells.
pub(super) fn bounds(band: &Band, number: &str, cell: &dyn Fn(Decimal) -> String) -> Vec<String> {
    let bound = |end: Option<(Decimal, bool)>, with: &str, without: &str| {
        end.map(|(bound, included)| {
            format!("{number}{}{}", if included { with } else { without }, cell(bound))
        })
    };
    let ends = [bound(band.low, ">=", ">"), bound(band.high, "<=", "<")];
    ends.into_iter().flatten().collect()
}

/// A relation as a formula writes it.
fn sign(symbol: &str) -> &str {
    match symbol {
        "==" => "=",
        "!=" => "<>",
        other => other,
    }
}
