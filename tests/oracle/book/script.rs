//! Draws the functions of a random policy: small, so that every path of them can be followed.

use super::model::{Any, Fact, Key, Kind, Model, Number, Origin, Statement, Test, Type, Word};
use super::numbers::PARAMETERS;
use crate::chance::Chance;
use rust_decimal::Decimal;

/// The author of one function.
pub(super) struct Script<'s> {
    pub(super) chance: &'s mut Chance,
    pub(super) model: &'s Model,
    pub(super) kind: &'s Kind,
    /// What the function carries from row to row.
    pub(super) carries: Option<Type>,
}

const SIGNS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

impl Script<'_> {
    fn one(&mut self, words: &[&'static str]) -> &'static str {
        words[self.chance.below(words.len())]
    }

    /// A value of a type.
    pub(super) fn any(&mut self, of: &Type) -> Any {
        match of {
            Type::Flag => Any::Flag(self.test(1)),
            Type::Words(words) => Any::Word(self.word(words, 2)),
            _ => Any::Number(self.number(2)),
        }
    }

    /// The statements of a clause that enters and vetoes.
    pub(super) fn clause(&mut self) -> Vec<Statement> {
        let mut body = Vec::new();
        for _ in 0..self.chance.between(1, 2) {
            let when = self.test(1);
            let then = self.deeds();
            let otherwise = if self.chance.happens(1, 4) { self.deeds() } else { Vec::new() };
            body.push(Statement::If(when, then, otherwise));
        }
        if self.chance.happens(1, 4) {
            let deed = self.deed();
            body.push(deed);
        }
        body
    }

    fn deeds(&mut self) -> Vec<Statement> {
        let few = self.fact(|fact| matches!(fact.of, Type::Number(Some(0), Some(0), Some(_))));
        if let Some(few) = few.filter(|_| self.chance.happens(1, 3)) {
            let deed = self.deed();
            return vec![Statement::Repeat(few, vec![deed])];
        }
        (0..self.chance.between(1, 2)).map(|_| self.deed()).collect()
    }

    fn deed(&mut self) -> Statement {
        let role = self.chance.one(&self.kind.roles).name;
        if self.chance.happens(1, 12) {
            return Statement::Veto(role);
        }
        let verb = *self.chance.one(&["award", "deduct", "deduct", "deduct", "charge", "credit"]);
        Statement::Enter { verb, role, amount: self.number(1) }
    }

    /// The statements of a clause that raises rows; nothing in it can fail.
    pub(super) fn raising(&mut self, roles: &[&'static str], kind: &'static str) -> Vec<Statement> {
        let raise = Statement::Raise(self.one(roles), kind);
        let when = self.safe();
        let more =
            if self.chance.happens(1, 4) { vec![raise.clone(), raise.clone()] } else { vec![raise.clone()] };
        let mut body = vec![Statement::If(when, more, Vec::new())];
        if self.chance.happens(1, 3) {
            body.push(Statement::If(self.safe(), vec![Statement::Raise(self.one(roles), kind)], Vec::new()));
        }
        body
    }

    /// A question that always has an answer.
    fn safe(&mut self) -> Test {
        let number = |fact: &Fact| matches!(fact.of, Type::Number(..));
        let fact = self.fact(|fact| number(fact) || matches!(fact.of, Type::Flag));
        let Some(fact) = fact else {
            return Test::Compare("<", Number::Literal(1.into()), Number::Literal(2.into()));
        };
        let place = self.kind.fact(&fact).unwrap();
        if self.kind.facts[place].of == Type::Flag {
            return Test::Flag(fact);
        }
        let literal = Number::Literal(Decimal::from(self.chance.below(4)));
        Test::Compare(self.one(&[">", ">=", "<", "!="]), Number::Fact(fact), literal)
    }

    fn fact(&mut self, fits: impl Fn(&Fact) -> bool) -> Option<String> {
        let facts: Vec<&Fact> = self.kind.facts.iter().filter(|fact| fits(fact)).collect();
        if facts.is_empty() {
            return None;
        }
        // what looks at several rows is read more often
        let looks: Vec<&Fact> =
            facts.iter().copied().filter(|fact| matches!(fact.from, Origin::Aggregate(_))).collect();
        let choice = if looks.is_empty() || self.chance.happens(1, 3) { &facts } else { &looks };
        Some(self.chance.one(choice).name.clone())
    }

    fn number(&mut self, depth: usize) -> Number {
        if depth == 0 || self.chance.happens(1, 3) {
            return self.leaf();
        }
        let below = depth - 1;
        let two = |script: &mut Self| (Box::new(script.number(below)), Box::new(script.leaf()));
        match self.chance.below(13) {
            0..=4 => {
                let (left, right) = two(self);
                let sign =
                    if self.chance.happens(1, 12) { '/' } else { *self.chance.one(&['+', '+', '-', '*']) };
                Number::Apply(sign, left, right)
            }
            5 => {
                let (left, right) = two(self);
                Number::Least(left, right)
            }
            6 => {
                let (left, right) = two(self);
                Number::Most(left, right)
            }
            7..=9 => {
                let when = self.test(0);
                let (left, right) = two(self);
                Number::If(Box::new(when), left, right)
            }
            10 => Number::Round(Box::new(self.number(below)), u32::try_from(self.chance.below(3)).unwrap()),
            _ => self.cell(false).map_or_else(|| self.leaf(), |(table, keys)| Number::Cell(table, keys)),
        }
    }

    fn leaf(&mut self) -> Number {
        if matches!(self.carries, Some(Type::Number(..))) && self.chance.happens(2, 5) {
            return Number::Previous;
        }
        if self.chance.happens(3, 5)
            && let Some(fact) = self.fact(|fact| matches!(fact.of, Type::Number(..)))
        {
            return Number::Fact(fact);
        }
        if self.chance.happens(1, 3) {
            return Number::Term((*self.chance.one(&["limit", "points", "cap"])).to_owned());
        }
        Number::Literal(Decimal::new(*self.chance.one(&[10_i64, 20, 5, 0, 25, 100, 30, -10]), 1).normalize())
    }

    fn cell(&mut self, words: bool) -> Option<(String, Vec<Key>)> {
        let tables: Vec<_> =
            PARAMETERS.iter().filter(|(_, keys, cells)| !keys.is_empty() && *cells == words).collect();
        let (name, keys, _) = **self.chance.one(&tables);
        let mut chosen = Vec::new();
        for key in keys {
            chosen.push(if *key == 'w' {
                Key::Word(self.fact(|fact| fact.of == Type::Words(super::draw::SEVERITY))?)
            } else {
                let fact = self.fact(|fact| matches!(fact.of, Type::Number(..)));
                Key::Number(fact.map_or_else(|| self.leaf(), Number::Fact))
            });
        }
        Some((name.to_owned(), chosen))
    }

    fn word(&mut self, words: &'static [&'static str], depth: usize) -> Word {
        let carries = matches!(self.carries, Some(Type::Words(_)));
        if depth == 0 {
            return if carries && self.chance.happens(1, 2) {
                Word::Previous
            } else {
                Word::Literal(self.one(words))
            };
        }
        if self.chance.happens(1, 6)
            && let Some((table, keys)) = self.cell(true)
        {
            return Word::Cell(table, keys);
        }
        let when = if carries && self.chance.happens(1, 2) {
            Test::Is(Word::Previous, self.one(words))
        } else {
            self.test(0)
        };
        Word::If(Box::new(when), Box::new(self.word(words, depth - 1)), Box::new(self.word(words, depth - 1)))
    }

    fn test(&mut self, depth: usize) -> Test {
        if depth > 0 && self.chance.happens(2, 5) {
            let (left, right) = (Box::new(self.test(0)), Box::new(self.test(0)));
            return match self.chance.below(5) {
                0 | 1 => Test::And(left, right),
                2 | 3 => Test::Or(left, right),
                _ => Test::Not(left),
            };
        }
        let of = self.chance.below(10);
        let found = match of {
            0 | 1 => self.fact(|fact| fact.of == Type::Flag).map(Test::Flag),
            2 => self.words(),
            3 => self.known(),
            4 => self.after(),
            _ => None,
        };
        found.unwrap_or_else(|| {
            let sign = *self.chance.one(&SIGNS);
            let left = if self.chance.happens(1, 4) { self.number(1) } else { self.leaf() };
            Test::Compare(sign, left, self.leaf())
        })
    }

    fn words(&mut self) -> Option<Test> {
        let fact = self.fact(|fact| matches!(fact.of, Type::Words(_)))?;
        let Type::Words(words) = self.kind.facts[self.kind.fact(&fact)?].of else { return None };
        if self.chance.happens(1, 2) {
            return Some(Test::Is(Word::Fact(fact), self.one(words)));
        }
        let some = words.iter().copied().filter(|_| self.chance.happens(1, 2)).collect::<Vec<_>>();
        if some.is_empty() { None } else { Some(Test::Among(fact, some)) }
    }

    /// Whether something is known: of cells always, of earlier rows only where nothing else is missing.
    fn known(&mut self) -> Option<Test> {
        let gaps = self.model.gaps;
        let facts: Vec<&Fact> = self
            .kind
            .facts
            .iter()
            .filter(|fact| match &fact.from {
                Origin::Column => fact.name != "number",
                Origin::Aggregate(own) => {
                    !gaps
                        && own.measure == super::model::Measure::Last
                        && !self.model.kind(own.over).is_card()
                        && self.model.kind(own.over).rows != super::model::Rows::Raised
                }
                _ => false,
            })
            .collect();
        if facts.is_empty() { None } else { Some(Test::Known(self.chance.one(&facts).name.clone())) }
    }

    fn after(&mut self) -> Option<Test> {
        let later = self.fact(|fact| fact.of == Type::Moment)?;
        let earlier = self.fact(|fact| fact.of == Type::Moment)?;
        (later != earlier).then_some(Test::After(later, earlier))
    }
}
