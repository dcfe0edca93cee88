//! The standard questions that what clauses do raises: percentages, edges, repetitions, leaders, steps, raised rows.

use super::Raised;
use crate::amount::Unit;
use crate::decision::{Deed, Effect, Expression, Node, Operation, Path, Question};
use crate::fact::{FactType, Measure, Origin};
use crate::inspection::learned::grain;
use crate::inspection::subject::{Function, Stretch, Subject};
use crate::interval::Relation;
use crate::language::Text;
use crate::policy::{Kind, Rows, Terms, Unsaid};
use crate::report::number_in_words;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

pub(super) fn raised(subject: &Subject<'_>) -> Vec<Raised> {
    let mut found = Vec::new();
    for function in &subject.functions {
        let mut seen: Vec<(Unsaid, Text)> = Vec::new();
        let mut held: Vec<&Question> = Vec::new();
        for (stretch, path) in subject.paths(function) {
            let way = Way { subject, function, stretch, path };
            let steps = path.steps.iter().map(|step| &step.question);
            let new: Vec<&Question> = steps.filter(|question| !held.contains(question)).collect();
            let edges = new.iter().filter_map(|question| way.edge(question));
            let edges: Vec<(Unsaid, Text)> = edges.collect();
            held.extend(new);
            for question in edges.into_iter().chain(way.questions()) {
                if !seen.contains(&question) {
                    seen.push(question);
                }
            }
        }
        // a definition is no clause that a reading could name
        let clauses = if function.defines { Vec::new() } else { vec![function.clause.name.clone()] };
        let place = subject.rules.place(function.clause);
        found.extend(seen.into_iter().map(|(unsaid, by)| Raised {
            unsaid,
            clauses: clauses.clone(),
            of: Subject::name(function.clause),
            by,
            place: place.clone(),
        }));
    }
    found
}

/// One way through a function.
struct Way<'w, 'a> {
    subject: &'w Subject<'a>,
    function: &'w Function<'a>,
    stretch: &'w Stretch,
    path: &'w Path,
}

/// An amount that the way enters.
struct Entered<'w> {
    role: &'w str,
    account: &'w str,
    amount: &'w Expression,
}

impl Way<'_, '_> {
    fn questions(&self) -> Vec<(Unsaid, Text)> {
        let mut found = Vec::new();
        let entered: Vec<Entered<'_>> = self.path.effects.iter().filter_map(entered).collect();
        found.extend(self.shares(&entered));
        found.extend(self.repetitions(&entered));
        found.extend(entered.iter().filter_map(|entered| self.proportion(entered)));
        if self.path.effects.iter().any(|effect| matches!(effect.deed, Deed::Raise { .. })) {
            found.push((Unsaid::Appeal, Text::new("产生记录", "it raises rows")));
        }
        found
    }

    /// A number held against a limit other than zero.
    fn edge(&self, question: &Question) -> Option<(Unsaid, Text)> {
        let Question::Compare(relation, left, right) = question else { return None };
        let ordered = !matches!(relation, Relation::Equal | Relation::Unequal);
        let against = [(left, right), (right, left)].into_iter().find(|(number, limit)| {
            has_fact(number) && !has_fact(limit) && limit.value.exact() != Some(Decimal::ZERO)
        });
        let (number, limit) = against.filter(|_| ordered)?;
        let words = |of: &Expression| number_in_words(self.function.kind, &self.stretch.terms, of);
        let (number, limit) = (words(number), words(limit));
        let by = Text::new(
            format!("「{}」以「{}」为限", number.zh, limit.zh),
            format!("'{}' against '{}'", number.en, limit.en),
        );
        Some((Unsaid::Edge, by))
    }

    /// Percentages of what others bear, and leaders beside others.
    fn shares(&self, entered: &[Entered<'_>]) -> Vec<(Unsaid, Text)> {
        let mut found = Vec::new();
        // what `split` divides is told to be one amount, and which
        for one in entered.iter().filter(|one| !is_split(one.amount)) {
            let beside = |other: &&Entered<'_>| other.account == one.account && other.role != one.role;
            if !entered.iter().any(|other| beside(&other)) {
                continue;
            }
            let role = self.function.kind.role(one.role);
            let title = role.map(|role| role.title.clone()).unwrap_or_default();
            // whom the clause names first bears what the others' parts are of
            let is_first = entered.first().is_some_and(|first| first.role == one.role);
            let percentages =
                if is_first { Vec::new() } else { percentages(one.amount, &self.stretch.terms) };
            for share in &percentages {
                let by = Text::new(
                    format!("{}承担「{}」", title.zh, share.zh),
                    format!("the {} bears '{}'", title.en, share.en),
                );
                found.push((Unsaid::PercentageBase, by));
            }
            let card = role.and_then(|role| self.subject.pack.policy.kind(&role.is));
            let leads = card.is_some_and(|(_, card)| matches!(card.rows, Rows::Posts { .. }));
            if leads || !percentages.is_empty() {
                let by = Text::new(
                    format!("{}在他人之外承担", title.zh),
                    format!("the {} bears something beside others", title.en),
                );
                found.push((Unsaid::Leaders, by));
            }
        }
        found
    }

    /// Amounts that depend on how often it happened before.
    fn repetitions(&self, entered: &[Entered<'_>]) -> Vec<(Unsaid, Text)> {
        if entered.is_empty() {
            return Vec::new();
        }
        let mut read: BTreeSet<&str> = BTreeSet::new();
        for step in &self.path.steps {
            match &step.question {
                Question::Fact(name) => _ = read.insert(name),
                Question::Compare(_, left, right) => {
                    [left, right].iter().for_each(|side| facts(side, &mut read))
                }
                Question::Band { input, .. } => facts(input, &mut read),
                _ => {}
            }
        }
        entered.iter().for_each(|entered| facts(entered.amount, &mut read));
        let kind = self.function.kind;
        let counts = kind.schema.facts().iter().filter(|fact| match &fact.origin {
            Origin::Aggregate(aggregate) => {
                aggregate.is_between_rows()
                    && aggregate.over == kind.name
                    && matches!(aggregate.measure, Measure::Count | Measure::Fold)
            }
            _ => false,
        });
        let by = |title: &Text| {
            Text::new(format!("随「{}」而不同", title.zh), format!("it goes by '{}'", title.en))
        };
        let counts = counts.filter(|fact| read.contains(fact.name.as_str()));
        counts.map(|fact| (Unsaid::Repetition, by(&fact.title))).collect()
    }

    /// So much for each unit of a number that is not whole, without a word on its last part.
    fn proportion(&self, entered: &Entered<'_>) -> Option<(Unsaid, Text)> {
        let kind = self.function.kind;
        let role = kind.role(entered.role)?;
        let (_, card) = self.subject.pack.policy.kind(&role.is)?;
        let unit = &card.account(entered.account)?.unit;
        let number = proportion(entered.amount, (kind, &self.stretch.terms), unit)?;
        let words = number_in_words(kind, &self.stretch.terms, number);
        let by = Text::new(format!("按「{}」计", words.zh), format!("it goes by '{}'", words.en));
        Some((Unsaid::Steps, by))
    }
}

fn entered(effect: &Effect) -> Option<Entered<'_>> {
    match &effect.deed {
        Deed::Enter { account, amount } => Some(Entered { role: &effect.role, account, amount }),
        _ => None,
    }
}

/// The facts a number is worked out from.
fn facts<'e>(number: &'e Expression, into: &mut BTreeSet<&'e str>) {
    match &number.node {
        Node::Fact(name) => _ = into.insert(name),
        Node::Apply(_, operands) => operands.iter().for_each(|operand| facts(operand, into)),
        Node::Literal | Node::Term { .. } => {}
    }
}

fn has_fact(number: &Expression) -> bool {
    let mut found = BTreeSet::new();
    facts(number, &mut found);
    !found.is_empty()
}

/// Whether a number is a part of an amount that is split.
fn is_split(number: &Expression) -> bool {
    match &number.node {
        Node::Apply(Operation::Share(_), _) => true,
        Node::Apply(_, operands) => operands.iter().any(|operand| is_split(operand)),
        Node::Literal | Node::Fact(_) | Node::Term { .. } => false,
    }
}

/// The titles of the percentages that a number is multiplied by.
fn percentages(number: &Expression, terms: &Terms) -> Vec<Text> {
    let Node::Apply(operation, operands) = &number.node else { return Vec::new() };
    let mut found: Vec<Text> = operands.iter().flat_map(|operand| percentages(operand, terms)).collect();
    if *operation == Operation::Multiply {
        let named = operands.iter().filter_map(|operand| match &operand.node {
            Node::Term { name, .. } => terms.get(name),
            _ => None,
        });
        let shares = named.filter(|term| term.parameter.unit == Unit::Percent);
        found.extend(shares.map(|term| term.parameter.title.clone()));
    }
    found
}

/// The first number of a working that is not whole, multiplied by a rate of another unit than its own.
fn proportion<'e>(number: &'e Expression, within: (&Kind, &Terms), unit: &Unit) -> Option<&'e Expression> {
    let Node::Apply(operation, operands) = &number.node else { return None };
    match operation {
        // here the clause says it
        Operation::Floor | Operation::Ceiling | Operation::Steps(_) => return None,
        Operation::Multiply => {
            if let [left, right] = operands.as_slice() {
                let mut pairs = [(left, right), (right, left)].into_iter();
                let found = pairs.find(|(number, rate)| {
                    has_fact(number) && is_rate(rate, within.1) && is_divisible(number, within.0, unit)
                });
                if let Some((number, _)) = found {
                    return Some(number);
                }
            }
        }
        _ => {}
    }
    operands.iter().find_map(|operand| proportion(operand, within, unit))
}

/// Whether it is so much of something, not a share.
fn is_rate(number: &Expression, terms: &Terms) -> bool {
    match &number.node {
        Node::Term { name, .. } => {
            terms.get(name).is_some_and(|term| !matches!(term.parameter.unit, Unit::Percent | Unit::None))
        }
        _ => false,
    }
}

/// Whether a number can be a fraction of what it counts, and is no amount of the account itself.
fn is_divisible(number: &Expression, kind: &Kind, unit: &Unit) -> bool {
    let mut read = BTreeSet::new();
    facts(number, &mut read);
    let same_unit = read.iter().any(|name| match kind.schema.get(name).map(|fact| &fact.kind) {
        Some(FactType::Number { unit: own, .. }) => own == unit,
        _ => false,
    });
    grain(kind, number) != Some(0) && !same_unit
}
