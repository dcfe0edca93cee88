//! A tree over typed columns: which path a row takes, without asking for a fact by name.

use crate::decision::{Answer, Branch, Expression, Node, Question, Tree};
use crate::fact::{Columns, Grain, OTHER_NUMBER, Plain, Value};
use crate::interval::Relation;
use rust_decimal::Decimal;

/// No place.
const NOWHERE: u32 = u32::MAX;
/// A clock column counts seconds of hours.
const SECONDS: i64 = 3_600;
/// A bound of no more places than this is never nearer to a clock's third of an hour than a decimal can tell.
const PLACES: u32 = 9;

/// A tree bound to the columns of the rows it is to judge.
pub struct Evaluator<'c> {
    columns: &'c Columns,
    stations: Vec<Station<'c>>,
}

/// A question, or the end of a path.
enum Station<'c> {
    /// A fact of few values: where each code leads.
    Codes(&'c [u8], Vec<u32>),
    /// A comparison of plain numbers.
    Compare { relation: Relation, left: Side<'c>, right: Side<'c>, yes: u32, no: u32 },
    /// Any other question.
    Ask(&'c Question, &'c [(Answer, Branch)], Vec<u32>),
    /// The end of the path of that position.
    End(usize),
}

/// A side of a comparison, brought to the grain of the other.
enum Side<'c> {
    Column(&'c [i64], i64),
    Bound(i128),
}

impl Side<'_> {
    fn of(&self, row: usize) -> Option<i128> {
        match self {
            Self::Bound(bound) => Some(*bound),
            Self::Column(values, factor) => {
                let value = values.get(row).filter(|value| **value > OTHER_NUMBER)?;
                i128::from(*value).checked_mul(i128::from(*factor))
            }
        }
    }
}

impl<'c> Evaluator<'c> {
    /// Binds a tree to columns of its kind.
    pub fn new(tree: &'c Tree, columns: &'c Columns) -> Self {
        let mut evaluator = Self { columns, stations: Vec::new() };
        evaluator.place(tree.root());
        evaluator
    }

    /// The position of the path that a row takes; none where its facts do not say, or not plainly.
    pub fn path(&self, row: usize) -> Option<usize> {
        let mut next = 0_u32;
        loop {
            next = match self.stations.get(usize::try_from(next).ok()?)? {
                Station::End(path) => return Some(*path),
                Station::Codes(codes, leads) => *leads.get(usize::from(*codes.get(row)?))?,
                Station::Compare { relation, left, right, yes, no } => {
                    let holds = relation.holds(left.of(row)?.cmp(&right.of(row)?));
                    if holds { *yes } else { *no }
                }
                Station::Ask(question, branches, leads) => {
                    let answer = question.answer(&self.columns.row(row)).ok()??;
                    let branch = branches.iter().position(|(known, _)| *known == answer)?;
                    *leads.get(branch)?
                }
            };
        }
    }

    fn place(&mut self, branch: &'c Branch) -> u32 {
        let here = self.stations.len();
        let (question, branches) = match branch {
            Branch::Leaf(path) => {
                self.stations.push(Station::End(*path));
                return u32::try_from(here).unwrap_or(NOWHERE);
            }
            Branch::Ask(question, branches) => (question, branches.as_slice()),
        };
        self.stations.push(Station::End(usize::MAX));
        let leads: Vec<u32> = branches.iter().map(|(_, branch)| self.place(branch)).collect();
        let station = self
            .codes(question, branches, &leads)
            .or_else(|| self.comparison(question, branches, &leads))
            .unwrap_or(Station::Ask(question, branches, leads));
        if let Some(slot) = self.stations.get_mut(here) {
            *slot = station;
        }
        u32::try_from(here).unwrap_or(NOWHERE)
    }

    fn codes(
        &self,
        question: &Question,
        branches: &[(Answer, Branch)],
        leads: &[u32],
    ) -> Option<Station<'c>> {
        let Question::Fact(name) = question else { return None };
        let column = self.columns.column(self.columns.schema().position(name)?)?;
        let Plain::Codes { domain, codes } = column.plain() else { return None };
        let lead = |value: &Value| {
            let is = |answer: &Answer| matches!(answer, Answer::Is(other) if other == value);
            let branch = branches.iter().position(|(answer, _)| is(answer));
            branch.and_then(|branch| leads.get(branch)).copied().unwrap_or(NOWHERE)
        };
        Some(Station::Codes(codes, domain.iter().map(lead).collect()))
    }

    fn comparison(
        &self,
        question: &Question,
        branches: &[(Answer, Branch)],
        leads: &[u32],
    ) -> Option<Station<'c>> {
        let Question::Compare(relation, left, right) = question else { return None };
        let (left_grain, right_grain) = (self.grain(left), self.grain(right));
        let (left, right) = match (left_grain, right_grain) {
            (Some(Grain::Seconds), Some(Grain::Seconds)) => (self.side(left, 1)?, self.side(right, 1)?),
            (Some(Grain::Seconds), None) => (self.side(left, 1)?, seconds(right)?),
            (None, Some(Grain::Seconds)) => (seconds(left)?, self.side(right, 1)?),
            (Some(Grain::Seconds), Some(_)) | (Some(_), Some(Grain::Seconds)) | (None, None) => return None,
            (left_grain, right_grain) => {
                let places = |grain: Option<Grain>, side: &Expression| match grain {
                    Some(Grain::Places(places)) => Some(places),
                    _ => Some(side.value.exact()?.normalize().scale()),
                };
                let (own, others) = (places(left_grain, left)?, places(right_grain, right)?);
                let finest = own.max(others);
                let factor = |places: u32| 10_i64.checked_pow(finest.checked_sub(places)?);
                (self.side(left, factor(own)?)?, self.side(right, factor(others)?)?)
            }
        };
        let lead = |wanted: Answer| {
            let branch = branches.iter().position(|(answer, _)| *answer == wanted);
            branch.and_then(|branch| leads.get(branch)).copied().unwrap_or(NOWHERE)
        };
        let (yes, no) = (lead(Answer::Yes), lead(Answer::No));
        Some(Station::Compare { relation: *relation, left, right, yes, no })
    }

    /// What the column of a fact counts; none for a number that is the same for every row.
    fn grain(&self, side: &Expression) -> Option<Grain> {
        let Node::Fact(name) = &side.node else { return None };
        Some(self.columns.column(self.columns.schema().position(name)?)?.numbers()?.grain())
    }

    fn side(&self, side: &Expression, factor: i64) -> Option<Side<'c>> {
        if let Node::Fact(name) = &side.node {
            let column = self.columns.column(self.columns.schema().position(name)?)?;
            return Some(Side::Column(column.numbers()?.values(), factor));
        }
        if !side.is_constant() {
            return None;
        }
        Some(Side::Bound(side.value.exact()?.normalize().mantissa().checked_mul(i128::from(factor))?))
    }
}

/// A bound in hours as seconds, where it is a whole number of them.
fn seconds(side: &Expression) -> Option<Side<'static>> {
    let bound =
        side.value.exact().filter(|bound| side.is_constant() && bound.normalize().scale() <= PLACES)?;
    let seconds = bound.checked_mul(Decimal::from(SECONDS))?.normalize();
    (seconds.scale() == 0).then(|| Side::Bound(seconds.mantissa()))
}
