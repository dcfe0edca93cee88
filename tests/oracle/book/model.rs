//! A random policy as the oracle itself understands it: what is written into the pack, and what the plain evaluator reads.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::value::Datum;

/// A policy.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) kinds: Vec<Kind>,
    pub(super) functions: Vec<Function>,
    pub(super) parameters: Vec<Parameter>,
    /// The clause whose raised rows are capped, what they are counted by, and the parameter that says how many.
    pub(super) cap: Option<(String, Vec<&'static str>)>,
    /// Rows may lack facts.
    pub(super) gaps: bool,
}

/// What is judged.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) rows: Rows,
    pub(super) counted_at: Option<&'static str>,
    pub(super) lasts: Option<Lasts>,
    /// Months of a card's period.
    pub(super) months: u32,
    pub(super) facts: Vec<Fact>,
    pub(super) roles: Vec<Role>,
    pub(super) accounts: Vec<Account>,
    pub(super) graded: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// A table whose rows are dated by that fact.
    Table(&'static str),
    Raised,
    Members(&'static str),
    Posts(&'static str),
}

/// How long a row stays in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lasts {
    pub(super) until: Option<&'static str>,
    pub(super) otherwise: Option<Length>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Length {
    Days(u32),
    Months(u32),
    Endless,
}

#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) of: Type,
    pub(super) from: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Moment,
    Flag,
    Words(&'static [&'static str]),
    /// Places, the least and the most.
    Number(Option<u32>, Option<i64>, Option<i64>),
}

#[derive(Clone, Debug)]
pub(super) enum Origin {
    Column,
    /// By the function of that name.
    Defined(String),
    Aggregate(Aggregate),
    Carried(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Count,
    Sum,
    Max,
    Min,
    Last,
    Fold,
    Apportion,
}

#[derive(Clone, Debug)]
pub(super) struct Aggregate {
    pub(super) measure: Measure,
    pub(super) over: &'static str,
    pub(super) fact: Option<String>,
    pub(super) role: Option<&'static str>,
    pub(super) same: Vec<(&'static str, &'static str)>,
    pub(super) condition: Option<String>,
    pub(super) window: Option<Window>,
    pub(super) leave_out: bool,
    pub(super) top: Option<u32>,
    pub(super) start: Option<Datum>,
    pub(super) by: Option<String>,
    pub(super) weight: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) enum Window {
    Period,
    Previous,
    Calendar(u32),
    Days(u32),
    Months(u32),
    Years(u32),
    Anniversary(String),
    Valid,
    Since(&'static str),
    Ever,
}

#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) is: &'static str,
    pub(super) holder: Holder,
    pub(super) need_not: bool,
    pub(super) split: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Column,
    Of(&'static str),
    Raised,
    Itself,
}

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) name: &'static str,
    pub(super) opening: i64,
    pub(super) floor: Option<i64>,
    pub(super) ceiling: Option<i64>,
    pub(super) plus: &'static str,
    pub(super) minus: &'static str,
}

/// A function of the pack.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) does: Does,
}

#[derive(Clone, Debug)]
pub(super) enum Does {
    Clause(Vec<Statement>),
    Defines(Any),
    Carries(Any),
}

/// Something that is returned.
#[derive(Clone, Debug)]
pub(super) enum Any {
    Number(Number),
    Flag(Test),
    Word(Word),
}

#[derive(Clone, Debug)]
pub(super) enum Number {
    Literal(Decimal),
    Fact(String),
    Previous,
    Term(String),
    Apply(char, Box<Self>, Box<Self>),
    Least(Box<Self>, Box<Self>),
    Most(Box<Self>, Box<Self>),
    If(Box<Test>, Box<Self>, Box<Self>),
    Cell(String, Vec<Key>),
    Round(Box<Self>, u32),
}

#[derive(Clone, Debug)]
pub(super) enum Key {
    Word(String),
    Number(Number),
}

#[derive(Clone, Debug)]
pub(super) enum Word {
    Literal(&'static str),
    Previous,
    Fact(String),
    If(Box<Test>, Box<Self>, Box<Self>),
    Cell(String, Vec<Key>),
}

#[derive(Clone, Debug)]
pub(super) enum Test {
    Compare(&'static str, Number, Number),
    Flag(String),
    Is(Word, &'static str),
    Among(String, Vec<&'static str>),
    Known(String),
    After(String, String),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

#[derive(Clone, Debug)]
pub(super) enum Statement {
    If(Test, Vec<Self>, Vec<Self>),
    Enter {
        verb: &'static str,
        role: &'static str,
        amount: Number,
    },
    Veto(&'static str),
    Raise(&'static str, &'static str),
    /// As often as a counted fact says.
    Repeat(String, Vec<Self>),
}

/// A parameter with its values, each from a day on.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) keys: usize,
    pub(super) values: Vec<(NaiveDate, Vec<Line>)>,
}

/// A row of a table; the only one, without conditions, of a parameter that is no table.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) conditions: Vec<Condition>,
    pub(super) cell: Datum,
}

#[derive(Clone, Debug)]
pub(super) enum Condition {
    Any,
    Word(&'static str),
    /// The lower and the upper end, each with whether it is included.
    Band(Option<(Decimal, bool)>, Option<(Decimal, bool)>),
}

impl Model {
    pub(super) fn place(&self, kind: &str) -> usize {
        self.kinds.iter().position(|own| own.name == kind).unwrap()
    }

    pub(super) fn kind(&self, kind: &str) -> &Kind {
        &self.kinds[self.place(kind)]
    }

    pub(super) fn function(&self, name: &str) -> &Function {
        self.functions.iter().find(|function| function.name == name).unwrap()
    }

    /// The clauses of a kind, in the order of their names.
    pub(super) fn clauses(&self, kind: &str) -> Vec<(&str, &[Statement])> {
        let own = self.functions.iter().filter(|function| function.kind == kind);
        let mut clauses: Vec<_> = own
            .filter_map(|function| match &function.does {
                Does::Clause(body) => Some((function.name.as_str(), body.as_slice())),
                _ => None,
            })
            .collect();
        clauses.sort_by_key(|(name, _)| *name);
        clauses
    }
}

impl Kind {
    pub(super) fn is_card(&self) -> bool {
        matches!(self.rows, Rows::Members(_) | Rows::Posts(_))
    }

    pub(super) fn fact(&self, name: &str) -> Option<usize> {
        self.facts.iter().position(|fact| fact.name == name)
    }

    pub(super) fn role(&self, name: &str) -> Option<usize> {
        self.roles.iter().position(|role| role.name == name)
    }

    pub(super) fn account(&self, name: &str) -> Option<usize> {
        self.accounts.iter().position(|account| account.name == name)
    }

    /// The account and the sign a verb has.
    pub(super) fn verb(&self, verb: &str) -> (usize, bool) {
        let place = self.accounts.iter().position(|own| own.plus == verb || own.minus == verb).unwrap();
        (place, self.accounts[place].minus == verb)
    }
}
