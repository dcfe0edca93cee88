//! What a function of the policy comes to on a row, worked out by walking it: no script host, no tree.

use super::model::{Any, Condition, Key, Kind, Line, Model, Number, Origin, Statement, Test, Type, Word};
use super::value::{Datum, Fault, Fill, Grade, Known};
use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

type Weighed<T> = Result<(T, Grade), Fault>;

/// A function on its way over one row.
pub(super) struct Weigh<'w> {
    pub(super) model: &'w Model,
    pub(super) kind: &'w Kind,
    pub(super) facts: &'w [Known],
    /// What tells the row from every other, for what is filled in.
    pub(super) row: &'w str,
    pub(super) day: NaiveDate,
    pub(super) fill: Fill,
    pub(super) previous: Option<(Known, Type)>,
    /// What the way to here rests on.
    pub(super) control: Grade,
    /// The weakest thing that was met.
    pub(super) weakest: Grade,
}

/// What a clause did.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    /// The role, the account, whether it takes, and the amount.
    pub(super) entries: Vec<(usize, usize, Decimal, Grade)>,
    pub(super) vetoes: Vec<(usize, Grade)>,
    pub(super) raises: Vec<(&'static str, &'static str)>,
    /// What could have been done, were something unknown otherwise: roles with accounts, or with the veto.
    pub(super) open: Vec<(usize, Option<usize>)>,
    pub(super) open_raises: Vec<&'static str>,
    /// What is certainly open, because the clause broke off: roles with accounts.
    pub(super) broken: Vec<(usize, usize)>,
    pub(super) fault: Option<Fault>,
}

pub(super) fn half_up(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// No amount of a policy has more than 15 digits before the point.
fn largest() -> Decimal {
    Decimal::from(1_000_000_000_000_000_i64)
}

impl Weigh<'_> {
    fn failed<T>(&self, operands: Grade) -> Weighed<T> {
        let exact = self.control == Grade::Exact && operands == Grade::Exact;
        Err(if exact { Fault::Certain } else { Fault::Perhaps })
    }

    fn met<T>(&mut self, value: T, grade: Grade) -> Weighed<T> {
        self.weakest = self.weakest.max(grade);
        Ok((value, grade))
    }

    fn read(&mut self, fact: &str) -> Weighed<Datum> {
        let place = self.kind.fact(fact).unwrap();
        let known = self.facts[place].clone();
        let what = format!("{} {fact}", self.row);
        self.filled(known, &what, &self.kind.facts[place].of.clone())
    }

    fn filled(&mut self, known: Known, what: &str, of: &Type) -> Weighed<Datum> {
        match known {
            Known { grade: Grade::Void, .. } => {
                self.weakest = Grade::Void;
                Err(Fault::Perhaps)
            }
            Known { datum: Some(datum), grade } => self.met(datum, grade),
            Known { datum: None, .. } => self.met(self.fill.datum(what, of), Grade::Filled),
        }
    }

    fn previous(&mut self) -> Weighed<Datum> {
        let (known, of) = self.previous.clone().unwrap();
        let what = format!("{} previous", self.row);
        self.filled(known, &what, &of)
    }

    /// What a definition or a fold returns.
    pub(super) fn any(&mut self, of: &Any) -> Known {
        let value = match of {
            Any::Number(of) => self.number(of).map(|(number, grade)| (Datum::Number(number), grade)),
            Any::Flag(of) => self.test(of).map(|(flag, grade)| (Datum::Flag(flag), grade)),
            Any::Word(of) => self.word(of).map(|(word, grade)| (Datum::Text(word), grade)),
        };
        match value {
            // a fact that is too large is no number that anything could be decided by
            Ok((Datum::Number(number), _)) if number.abs() > largest() => Known::fault(Fault::Perhaps),
            Ok((datum, grade)) => Known::of(Some(datum), grade.max(self.weakest)),
            Err(fault) => Known::fault(fault),
        }
    }

    pub(super) fn number(&mut self, of: &Number) -> Weighed<Decimal> {
        let as_number = |(datum, grade): (Datum, Grade)| match datum {
            Datum::Number(number) => (number, grade),
            other => panic!("{other:?} is no number"),
        };
        match of {
            Number::Literal(number) => Ok((*number, Grade::Exact)),
            Number::Fact(fact) => self.read(fact).map(as_number),
            Number::Previous => self.previous().map(as_number),
            Number::Term(term) => match &self.lines(term)[0].cell {
                Datum::Number(number) => Ok((*number, Grade::Exact)),
                other => panic!("{other:?} is no number"),
            },
            Number::Apply(sign, left, right) => {
                let ((left, one), (right, other)) = (self.number(left)?, self.number(right)?);
                let grade = one.max(other);
                let found = match sign {
                    '+' => left.checked_add(right),
                    '-' => left.checked_sub(right),
                    '*' => left.checked_mul(right),
                    _ if right.is_zero() => None,
                    _ => left.checked_div(right),
                };
                found.map_or_else(|| self.failed(grade), |found| Ok((found, grade)))
            }
            Number::Least(left, right) => {
                let ((left, one), (right, other)) = (self.number(left)?, self.number(right)?);
                Ok((left.min(right), one.max(other)))
            }
            Number::Most(left, right) => {
                let ((left, one), (right, other)) = (self.number(left)?, self.number(right)?);
                Ok((left.max(right), one.max(other)))
            }
            Number::If(when, then, otherwise) => {
                let (when, grade) = self.test(when)?;
                let (found, own) =
                    self.under(grade, |weigh| weigh.number(if when { then } else { otherwise }))?;
                Ok((found, own.max(grade)))
            }
            Number::Cell(table, keys) => self.cell(table, keys).map(as_number),
            Number::Round(of, places) => {
                let (number, grade) = self.number(of)?;
                Ok((half_up(number, *places), grade))
            }
        }
    }

    /// Goes on where the way depends on something.
    fn under<T>(&mut self, grade: Grade, go: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.control;
        self.control = before.max(grade);
        let found = go(self);
        self.control = before;
        found
    }

    fn lines(&self, name: &str) -> &[Line] {
        let parameter = self.model.parameters.iter().find(|parameter| parameter.name == name).unwrap();
        &parameter.values.iter().rfind(|(from, _)| *from <= self.day).unwrap().1
    }

    fn cell(&mut self, table: &str, keys: &[Key]) -> Weighed<Datum> {
        let mut rows: Vec<Line> = self.lines(table).to_vec();
        let mut all = Grade::Exact;
        for (place, key) in keys.iter().enumerate() {
            let (key, grade) = match key {
                Key::Word(fact) => self.read(fact)?,
                Key::Number(of) => self.number(of).map(|(number, grade)| (Datum::Number(number), grade))?,
            };
            all = all.max(grade);
            rows.retain(|line| meets(&line.conditions[place], &key));
            if rows.is_empty() {
                return self.failed(all);
            }
        }
        Ok((rows[0].cell.clone(), all))
    }

    fn word(&mut self, of: &Word) -> Weighed<String> {
        let as_word = |(datum, grade): (Datum, Grade)| match datum {
            Datum::Text(word) => (word, grade),
            other => panic!("{other:?} is no word"),
        };
        match of {
            Word::Literal(word) => Ok(((*word).to_owned(), Grade::Exact)),
            Word::Previous => self.previous().map(as_word),
            Word::Fact(fact) => self.read(fact).map(as_word),
            Word::Cell(table, keys) => self.cell(table, keys).map(as_word),
            Word::If(when, then, otherwise) => {
                let (when, grade) = self.test(when)?;
                let (found, own) =
                    self.under(grade, |weigh| weigh.word(if when { then } else { otherwise }))?;
                Ok((found, own.max(grade)))
            }
        }
    }

    pub(super) fn test(&mut self, of: &Test) -> Weighed<bool> {
        match of {
            Test::Compare(sign, left, right) => {
                let ((left, one), (right, other)) = (self.number(left)?, self.number(right)?);
                let holds = match *sign {
                    "<" => left < right,
                    "<=" => left <= right,
                    ">" => left > right,
                    ">=" => left >= right,
                    "==" => left == right,
                    _ => left != right,
                };
                Ok((holds, one.max(other)))
            }
            Test::Flag(fact) => match self.read(fact)? {
                (Datum::Flag(flag), grade) => Ok((flag, grade)),
                (other, _) => panic!("{other:?} is no flag"),
            },
            Test::Is(word, wanted) => {
                let (word, grade) = self.word(word)?;
                Ok((word == *wanted, grade))
            }
            Test::Among(fact, words) => {
                let (word, grade) = self.word(&Word::Fact(fact.clone()))?;
                Ok((words.contains(&word.as_str()), grade))
            }
            Test::Known(fact) => {
                let place = self.kind.fact(fact).unwrap();
                let known = &self.facts[place];
                // with whom a row has a blank in common is open, and so is what would be found there
                let is_open = known.datum.is_none()
                    && match &self.kind.facts[place].from {
                        Origin::Aggregate(own) => own.same.iter().any(|(own, _)| {
                            self.kind.fact(own).is_some_and(|own| self.facts[own].datum.is_none())
                        }),
                        _ => false,
                    };
                match known.grade {
                    _ if is_open => Err(Fault::Perhaps),
                    Grade::Void => Err(Fault::Perhaps),
                    grade => Ok((known.datum.is_some(), grade)),
                }
            }
            Test::After(later, earlier) => {
                let ((later, one), (earlier, other)) = (self.read(later)?, self.read(earlier)?);
                Ok((later > earlier, one.max(other)))
            }
            Test::Not(of) => self.test(of).map(|(flag, grade)| (!flag, grade)),
            Test::And(left, right) => self.both(left, right, false),
            Test::Or(left, right) => self.both(left, right, true),
        }
    }

    /// The second is only asked where the first does not decide.
    fn both(&mut self, left: &Test, right: &Test, decides: bool) -> Weighed<bool> {
        let (first, grade) = self.test(left)?;
        if first == decides {
            return Ok((first, grade));
        }
        let (second, own) = self.under(grade, |weigh| weigh.test(right))?;
        Ok((second, own.max(grade)))
    }

    /// What a clause does.
    pub(super) fn clause(&mut self, body: &[Statement]) -> Done {
        let mut done = Done::default();
        if let Err(fault) = self.run(body, &mut done) {
            done.fault = Some(fault);
        }
        let breaks_off = self.weakest != Grade::Exact && may_fail(body);
        if done.fault.is_some() || breaks_off {
            // a clause that may break off may do anything that is named in it
            let mut named = Done::default();
            self.may(body, &mut named);
            let (mut roles, whats): (Vec<_>, Vec<_>) = named.open.iter().copied().unzip();
            // the row itself is named by every clause; and a name may be the beginning of one that is put together
            roles.extend(self.kind.role(self.kind.name));
            let begin = |name: &str| roles.iter().any(|role| name.starts_with(self.kind.roles[*role].name));
            let begun = self.kind.roles.iter().enumerate().filter(|(_, role)| begin(role.name));
            roles = begun.map(|(place, _)| place).collect();
            done.open.extend(roles.iter().flat_map(|role| whats.iter().map(|what| (*role, *what))));
            done.open_raises.extend(named.open_raises);
            if done.fault != Some(Fault::Certain) {
                done.broken.clear();
            }
            done.entries.iter_mut().for_each(|entry| entry.3 = entry.3.max(Grade::Filled));
            done.vetoes.iter_mut().for_each(|veto| veto.1 = veto.1.max(Grade::Filled));
        }
        done
    }

    fn run(&mut self, body: &[Statement], done: &mut Done) -> Result<(), Fault> {
        for (place, statement) in body.iter().enumerate() {
            if let Err(fault) = self.step(statement, done) {
                self.leave(&body[place + 1..], done);
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Notes what would have come where a clause breaks off, as far as nothing is asked before it.
    fn leave(&self, body: &[Statement], done: &mut Done) {
        for statement in body {
            if let Statement::Enter { verb, role, .. } = statement {
                let (role, account, _) = self.about(role, verb);
                done.broken.push((role, account));
            }
        }
    }

    /// Does one statement.
    fn step(&mut self, statement: &Statement, done: &mut Done) -> Result<(), Fault> {
        match statement {
            Statement::If(when, then, otherwise) => {
                let (when, grade) = self.test(when)?;
                if grade != Grade::Exact {
                    self.may(then, done);
                    self.may(otherwise, done);
                }
                self.under(grade, |weigh| weigh.run(if when { then } else { otherwise }, done))?;
            }
            Statement::Enter { verb, role, amount } => {
                let found = self.number(amount).and_then(|(amount, grade)| match amount.abs() > largest() {
                    true => self.failed(grade),
                    false => Ok((amount, grade)),
                });
                let (amount, grade) =
                    found.inspect_err(|_| self.leave(std::slice::from_ref(statement), done))?;
                let (role, account, takes) = self.about(role, verb);
                let amount = if takes { Decimal::ZERO - amount } else { amount };
                let grade = grade.max(self.control);
                if grade != Grade::Exact {
                    done.open.push((role, Some(account)));
                }
                done.entries.push((role, account, amount, grade));
            }
            Statement::Veto(role) => {
                let role = self.kind.role(role).unwrap();
                done.vetoes.push((role, self.control));
            }
            Statement::Raise(role, kind) => done.raises.push((role, kind)),
            Statement::Repeat(fact, body) => {
                let (often, grade) = self.number(&Number::Fact(fact.clone()))?;
                if grade != Grade::Exact {
                    self.may(body, done);
                }
                let often = usize::try_from(often.trunc().mantissa()).unwrap();
                for _ in 0..often {
                    self.under(grade, |weigh| weigh.run(body, done))?;
                }
            }
        }
        Ok(())
    }

    fn about(&self, role: &str, verb: &str) -> (usize, usize, bool) {
        let place = self.kind.role(role).unwrap();
        let (account, takes) = self.model.kind(self.kind.roles[place].is).verb(verb);
        (place, account, takes)
    }

    /// Everything a part of a clause could do.
    fn may(&self, body: &[Statement], done: &mut Done) {
        for statement in body {
            match statement {
                Statement::If(_, then, otherwise) => {
                    self.may(then, done);
                    self.may(otherwise, done);
                }
                Statement::Repeat(_, body) => self.may(body, done),
                Statement::Enter { verb, role, .. } => {
                    let (role, account, _) = self.about(role, verb);
                    done.open.push((role, Some(account)));
                }
                Statement::Veto(role) => done.open.push((self.kind.role(role).unwrap(), None)),
                Statement::Raise(_, kind) => done.open_raises.push(kind),
            }
        }
    }
}

fn meets(condition: &Condition, key: &Datum) -> bool {
    match (condition, key) {
        (Condition::Any, _) => true,
        (Condition::Word(word), Datum::Text(key)) => word == key,
        (Condition::Band(low, high), Datum::Number(key)) => {
            low.is_none_or(|(end, with)| if with { *key >= end } else { *key > end })
                && high.is_none_or(|(end, with)| if with { *key <= end } else { *key < end })
        }
        _ => false,
    }
}

/// Whether something in a clause can fail for a value of its facts, or is done how often is not known.
fn may_fail(body: &[Statement]) -> bool {
    let text = format!("{body:?}");
    text.contains("'/'") || text.contains("Cell(") || text.contains("Repeat(")
}
