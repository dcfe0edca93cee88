//! Random conditions of a clause.

use super::construct::Construct;
use super::writer::{Sort, Writer};
use renze::fact::{FactType, Origin};

const RELATIONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

/// What a condition can ask.
#[derive(Clone, Copy)]
enum Atom {
    Compare,
    Clock,
    Flag,
    FlagEqual,
    Local,
    WordEqual,
    WordTerm,
    WordInList,
    WordInFacts,
    NumberInList,
    NumberInFacts,
    Known,
    Moments,
    Text,
    Town,
    CellOfWords,
    Helper,
}

const ATOMS: [(Atom, usize); 17] = [
    (Atom::Compare, 14),
    (Atom::Clock, 2),
    (Atom::Flag, 6),
    (Atom::FlagEqual, 1),
    (Atom::Local, 3),
    (Atom::WordEqual, 5),
    (Atom::WordTerm, 1),
    (Atom::WordInList, 3),
    (Atom::WordInFacts, 1),
    (Atom::NumberInList, 2),
    (Atom::NumberInFacts, 1),
    (Atom::Known, 3),
    (Atom::Moments, 4),
    (Atom::Text, 3),
    (Atom::Town, 2),
    (Atom::CellOfWords, 2),
    (Atom::Helper, 2),
];

impl Writer<'_> {
    /// Something that is true or false, with so many levels below at most.
    pub(super) fn condition(&mut self, depth: usize) -> String {
        let Some(below) = depth.checked_sub(1) else { return self.atom() };
        match self.chance.below(10) {
            0 | 1 => {
                self.count(Construct::And);
                format!("({} && {})", self.condition(below), self.condition(below))
            }
            2 | 3 => {
                self.count(Construct::Or);
                format!("({} || {})", self.condition(below), self.condition(below))
            }
            4 => {
                self.count(Construct::Not);
                format!("!({})", self.condition(below))
            }
            _ => self.atom(),
        }
    }

    fn atom(&mut self) -> String {
        let atom = self.chance.weighted(&ATOMS);
        // a clause that has asked enough asks only what is known
        let written = if self.budget == 0 { None } else { self.write(atom) };
        written.unwrap_or_else(|| {
            let of = |writer: &mut Self| writer.local(|local| local.sort == Sort::Flag);
            match of(self) {
                Some(flag) => flag,
                None if self.chance.happens(1, 3) => self.chance.one(&["true", "false"]).to_string(),
                None => {
                    let relation = *self.chance.one(&RELATIONS);
                    format!("{} {relation} {}", self.number_term(), self.literal())
                }
            }
        })
    }

    fn write(&mut self, atom: Atom) -> Option<String> {
        match atom {
            Atom::Compare => Some(self.compared()),
            Atom::Clock => {
                let clock = self.fact(|fact| matches!(fact.origin, Origin::Clock(_)))?;
                self.count(Construct::ClockRead);
                let relation = *self.chance.one(&RELATIONS);
                self.may_ask(1);
                Some(format!("{} {relation} {}", self.read(&clock.name), self.literal()))
            }
            Atom::Flag => self.flag(),
            Atom::FlagEqual => {
                let (left, right) = (self.flag()?, self.flag()?);
                self.count(Construct::FlagEqual);
                Some(format!("({left} {} {right})", self.chance.one(&["==", "!="])))
            }
            Atom::Local => self.local(|local| local.sort == Sort::Flag),
            Atom::Known => {
                let fact = self.fact(|_| true)?;
                self.count(Construct::Known);
                self.may_ask(1);
                // `known` takes a fact and nothing else
                Some(format!("known({})", self.read(&fact.name)))
            }
            Atom::Moments => self.moments(),
            Atom::Text => self.text(),
            Atom::Town => self.town(),
            Atom::Helper => Some(self.helped(Sort::Flag)),
            Atom::NumberInList | Atom::NumberInFacts => self.number_among(matches!(atom, Atom::NumberInList)),
            _ => self.words(atom),
        }
    }

    fn compared(&mut self) -> String {
        self.may_ask(1);
        let relation = *self.chance.one(&RELATIONS);
        let left = self.number(self.budget.min(2));
        let right = if self.chance.happens(2, 3) { self.literal() } else { self.number(1) };
        if self.chance.happens(1, 4) {
            format!("{right} {relation} {left}")
        } else {
            format!("{left} {relation} {right}")
        }
    }

    pub(super) fn flag(&mut self) -> Option<String> {
        let fact = self.fact(|fact| matches!(fact.kind, FactType::Bool { .. }))?;
        self.may_ask(1);
        Some(self.read(&fact.name))
    }

    fn is_in(&mut self) -> &'static str {
        if self.chance.happens(1, 4) {
            self.count(Construct::NotIn);
            "!in"
        } else {
            "in"
        }
    }

    fn number_among(&mut self, literals: bool) -> Option<String> {
        if !self.may_ask(2) {
            return None;
        }
        if literals {
            self.count(Construct::NumberInList);
            let (number, first) = (self.number_fact()?, self.literal());
            let second = self.number_term();
            return Some(format!("({number} {} [{first}, {second}])", self.is_in()));
        }
        self.count(Construct::NumberInFacts);
        let (number, first, second) = (self.literal(), self.number_fact()?, self.number(1));
        Some(format!("({number} {} [{first}, {second}])", self.is_in()))
    }

    fn words(&mut self, atom: Atom) -> Option<String> {
        if !self.may_ask(1) {
            return None;
        }
        let fact = self.word_fact()?;
        let FactType::OneOf(words) = &fact.kind else { return None };
        let read = self.read(&fact.name);
        let (one, other) = (&self.chance.one(words).id, &self.chance.one(words).id);
        let equal = *self.chance.one(&["==", "!="]);
        match atom {
            Atom::WordEqual => {
                self.count(Construct::WordEqual);
                Some(match self.chance.below(4) {
                    0 => format!("\"{one}\" {equal} {read}"),
                    1 => format!("({read} {equal} {})", self.word()?),
                    2 => format!("same({read}, \"{one}\")"),
                    _ => format!("{read} {equal} \"{one}\""),
                })
            }
            Atom::WordTerm => {
                self.count(Construct::WordTerm);
                Some(format!("terms.reading {equal} \"full\""))
            }
            Atom::WordInList => {
                self.count(Construct::WordInList);
                Some(format!("({read} {} [\"{one}\", \"{other}\"])", self.is_in()))
            }
            Atom::WordInFacts => {
                self.count(Construct::WordInFacts);
                let second = self.word()?;
                Some(format!("(\"{one}\" {} [{read}, {second}])", self.is_in()))
            }
            _ => {
                let table = *self.chance.one(&["form", "grade"]);
                let cell = self.cell(table, 2)?;
                self.count(Construct::TableOfWords);
                Some(format!("({cell} {equal} {})", self.chance.one(&["\"minor\"", "\"轻微\"", "\"major\""])))
            }
        }
    }

    fn moments(&mut self) -> Option<String> {
        let moment = |fact: &renze::fact::Fact| fact.kind == FactType::Moment;
        let (left, right) = (self.fact(moment)?, self.fact(moment)?);
        self.may_ask(1);
        let (left, right) = (self.read(&left.name), self.read(&right.name));
        if self.chance.happens(1, 6) {
            self.count(Construct::SameMoment);
            return Some(format!("same({left}, {right})"));
        }
        self.count(Construct::MomentsCompared);
        Some(format!("{left} {} {right}", self.chance.one(&RELATIONS)))
    }

    fn text(&mut self) -> Option<String> {
        let text = |fact: &renze::fact::Fact| fact.kind == FactType::Text;
        let (left, right) = (self.fact(text)?, self.fact(text)?);
        self.may_ask(1);
        let (left, right) = (self.read(&left.name), self.read(&right.name));
        let part = *self.chance.one(&["red", "tape", "red tape", "退款"]);
        Some(match self.chance.below(3) {
            0 => {
                self.count(Construct::SameText);
                format!("same({left}, {right})")
            }
            1 => {
                self.count(Construct::MatchesText);
                format!("matches({left}, \"{part}\")")
            }
            _ => {
                self.count(Construct::ContainsText);
                format!("contains({left}, \"{part}\")")
            }
        })
    }

    /// A question about a fact of too many words to follow them all.
    fn town(&mut self) -> Option<String> {
        let town = self.fact(|fact| matches!(fact.kind, FactType::OneOf(_)) && !fact.forks())?;
        self.may_ask(1);
        self.count(Construct::ManyWords);
        let read = format!("{}.{}", self.kind.name, town.name);
        Some(match self.chance.below(3) {
            0 => format!("contains({read}, \"t0\")"),
            1 => format!("matches({read}, \"t{:02}\")", self.chance.between(1, 18)),
            _ => format!("same({read}, \"t{:02}\")", self.chance.between(1, 18)),
        })
    }
}
