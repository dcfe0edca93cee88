//! Random numbers of a clause: arithmetic, functions, tables, helpers.

use super::construct::Construct;
use super::policy::{HUGE, TURNS};
use super::writer::{CalledSort, Local, Sort, Writer};
use renze::fact::{Fact, FactType, Measure, Origin};
use renze::policy::{Condition, ParameterValue};

/// How a number can be made of others.
#[derive(Clone, Copy)]
enum Way {
    Leaf,
    Sign(Construct, &'static str),
    Function(Construct, &'static str),
    Two(Construct, &'static str),
    Round,
    Steps,
    If,
    Switch,
    Table,
    Helper,
}

const WAYS: [(Way, usize); 18] = [
    (Way::Leaf, 20),
    (Way::Sign(Construct::Add, "+"), 6),
    (Way::Sign(Construct::Subtract, "-"), 6),
    (Way::Sign(Construct::Multiply, "*"), 7),
    (Way::Sign(Construct::Divide, "/"), 6),
    (Way::Sign(Construct::Remainder, "%"), 2),
    (Way::Function(Construct::Negate, "-"), 2),
    (Way::Function(Construct::Abs, "abs"), 2),
    (Way::Function(Construct::Floor, "floor"), 2),
    (Way::Function(Construct::Ceiling, "ceiling"), 2),
    (Way::Two(Construct::Min, "min"), 4),
    (Way::Two(Construct::Max, "max"), 4),
    (Way::Round, 3),
    (Way::Steps, 4),
    (Way::If, 2),
    (Way::Switch, 3),
    (Way::Table, 5),
    (Way::Helper, 4),
];

impl<'w> Writer<'w> {
    /// Something that is a number, with so many levels below at most.
    pub(super) fn number(&mut self, depth: usize) -> String {
        let Some(below) = depth.checked_sub(1) else { return self.plain_number() };
        match self.chance.weighted(&WAYS) {
            Way::Leaf => self.plain_number(),
            Way::Sign(construct, sign) => {
                self.count(construct);
                format!("({} {sign} {})", self.number(below), self.number(below))
            }
            Way::Function(construct, name) => {
                self.count(construct);
                format!("{name}({})", self.number(below))
            }
            Way::Two(construct, name) => {
                self.count(construct);
                format!("{name}({}, {})", self.number(below), self.number(below))
            }
            Way::Round => {
                self.count(Construct::Round);
                let places = self.chance.below(3);
                format!("round({}, {places})", self.number(below))
            }
            Way::Steps => {
                self.count(Construct::Steps);
                let readings = ["terms.reading", "\"started\"", "\"full\"", "\"proportional\""];
                let (of, size) = (self.number(below), self.number(0));
                format!("steps({of}, {size}, {})", self.chance.one(&readings))
            }
            Way::If => {
                self.count(Construct::IfValue);
                let when = self.condition(below.min(1));
                format!("(if {when} {{ {} }} else {{ {} }})", self.number(below), self.number(below))
            }
            Way::Switch => self.switched(below).unwrap_or_else(|| self.plain_number()),
            Way::Table => self.looked_up().unwrap_or_else(|| self.plain_number()),
            Way::Helper => self.helped(Sort::Number),
        }
    }

    /// A number that is not worked out: a fact, a variable, a parameter, or one written down.
    pub(super) fn plain_number(&mut self) -> String {
        match self.chance.below(10) {
            0..=4 => self.number_fact().unwrap_or_else(|| self.literal()),
            5 | 6 => self.local(|local| local.sort == Sort::Number).unwrap_or_else(|| self.literal()),
            7 => self.number_term(),
            _ => self.literal(),
        }
    }

    pub(super) fn number_term(&mut self) -> String {
        self.count(Construct::NumberTerm);
        if self.chance.happens(1, 20) {
            self.count(Construct::Huge);
            return "terms.huge".to_owned();
        }
        format!("terms.{}", self.chance.one(&["limit", "points", "base", "some", "ratio"]))
    }

    pub(super) fn number_fact(&mut self) -> Option<String> {
        let fact = self.fact(|fact| matches!(fact.kind, FactType::Number { .. }))?;
        match &fact.origin {
            Origin::Clock(_) => self.count(Construct::ClockRead),
            Origin::Aggregate(aggregate) => self.count(match aggregate.measure {
                Measure::Count => Construct::CountRead,
                Measure::Sum => Construct::SumRead,
                Measure::Max | Measure::Min => Construct::ExtremeRead,
                Measure::Last | Measure::Fold | Measure::Apportion => Construct::CarriedRead,
            }),
            _ => {}
        }
        Some(self.read(&fact.name))
    }

    pub(super) fn literal(&mut self) -> String {
        let written = if self.chance.happens(1, 40) {
            self.count(Construct::Huge);
            *self.chance.one(&HUGE)
        } else {
            *self.chance.one(&TURNS)
        };
        if written.starts_with('-') { format!("({written})") } else { written.to_owned() }
    }

    /// A `switch` that gives a number.
    fn switched(&mut self, below: usize) -> Option<String> {
        if !self.may_ask(2) {
            return None;
        }
        let fact = self.word_fact()?;
        let FactType::OneOf(words) = &fact.kind else { return None };
        self.count(Construct::SwitchValue);
        let (first, second) = (self.chance.below(words.len()), self.chance.below(words.len()));
        let mut arms = format!("\"{}\" => {}, ", words[first].id, self.number(below));
        if second != first {
            arms += &format!("\"{}\" => {}, ", words[second].id, self.number(below));
        }
        // the subject of a switch must be the fact itself
        let subject = format!("{}.{}", self.kind.name, fact.name);
        Some(format!("(switch {subject} {{ {arms}_ => {} }})", self.number(0)))
    }

    /// A cell of a table of numbers.
    fn looked_up(&mut self) -> Option<String> {
        let (name, construct, questions) = self.chance.weighted(&[
            (("price", Construct::TableByWord, 2), 3),
            (("ladder", Construct::TableByNumber, 2), 4),
            (("matrix", Construct::TableByTwoKeys, 3), 3),
            (("grid", Construct::TableByTwoKeys, 3), 2),
        ]);
        let cell = self.cell(name, questions)?;
        self.count(construct);
        Some(cell)
    }

    /// A cell of a table, by keys of the sorts its rows have.
    pub(super) fn cell(&mut self, table: &str, questions: usize) -> Option<String> {
        if !self.may_ask(questions) {
            return None;
        }
        let parameter = self.pack.parameters.iter().find(|parameter| parameter.name == table)?;
        let ParameterValue::Table(rows) = &parameter.values.first()?.value else { return None };
        let mut cell = format!("terms.{table}");
        for position in 0..parameter.keys.len() {
            let by_number =
                rows.rows.iter().any(|row| matches!(row.conditions.get(position), Some(Condition::Band(_))));
            let key = if by_number { self.number(1) } else { self.word()? };
            cell += &format!("[{key}]");
        }
        Some(cell)
    }

    /// A word that is read: a fact, a variable, or one written down.
    pub(super) fn word(&mut self) -> Option<String> {
        if self.chance.happens(1, 4)
            && let Some(local) = self.local(|local| local.sort == Sort::Word)
        {
            return Some(local);
        }
        let fact = self.word_fact()?;
        let FactType::OneOf(words) = &fact.kind else { return None };
        if self.chance.happens(1, 10) {
            return Some(format!("\"{}\"", self.chance.one(words).id));
        }
        Some(self.read(&fact.name))
    }

    /// A fact whose words are followed one by one.
    pub(super) fn word_fact(&mut self) -> Option<&'w Fact> {
        self.fact(|fact| matches!(fact.kind, FactType::OneOf(_)) && fact.forks())
    }

    /// A call of a function that returns, written now or standing in the file already.
    pub(super) fn helped(&mut self, sort: Sort) -> String {
        let called = if sort == Sort::Number { CalledSort::Number } else { CalledSort::Flag };
        let definition = self.callable.clone().filter(|callable| callable.sort == called);
        if let Some(definition) = definition
            && self.may_ask(1)
        {
            self.count(Construct::DefinitionCalled);
            return format!("{}({}, terms)", definition.name, self.kind.name);
        }
        let argument = self.number(1);
        let own = self.local(|local| local.sort == Sort::Number);
        let parameter = match own.filter(|_| self.chance.happens(1, 2)) {
            Some(own) => {
                self.count(Construct::ShadowedByParameter);
                own
            }
            None => self.name(),
        };
        self.count(if sort == Sort::Number { Construct::NumberHelper } else { Construct::FlagHelper });
        self.serial += 1;
        let name = format!("help{}", self.serial);
        let kind = self.kind.name.clone();
        let only = Local { name: parameter.clone(), sort: Sort::Number, changes: false };
        let body = self.apart(vec![only], |writer| {
            let value = |writer: &mut Self| match sort {
                Sort::Number => writer.number(2),
                _ => writer.condition(1),
            };
            let mut body = String::new();
            if writer.chance.happens(1, 3) {
                writer.count(Construct::EarlyReturn);
                let (when, early) = (writer.condition(1), value(writer));
                body = format!("    if {when} {{ return {early}; }}\n");
            }
            format!("{body}    {}\n", value(writer))
        });
        // helpers of helpers were added before
        self.helpers.push(format!("private fn {name}({parameter}, {kind}, terms) {{\n{body}}}\n"));
        format!("{name}({argument}, {kind}, terms)")
    }
}
