//! Ways through a clause that end undetermined, divisions that may be by zero, and clauses that have no tree.

use super::example::{example, shown};
use super::learned::Learned;
use super::subject::{Function, Stretch, Subject};
use crate::clause::{Clause, is_choice};
use crate::decision::{
    Answer, Deed, End, Expression, Node, Operation, Path, Question, Reason, ReasonPart, Returned, Step,
};
use crate::diagnostic::Diagnostic;
use crate::fact::Origin;
use crate::interval::Relation;
use crate::language::Text;
use crate::report::{conditions, number_in_words};
use rust_decimal::Decimal;
use std::sync::Arc;

/// What makes a way undetermined.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// The path ends so: why.
    Ends(Text),
    /// This may be zero, and something is divided by it.
    Zero(Arc<Expression>),
}

/// The shortest way that ends for a cause on the first stretch on which one does, and how many do there.
struct Way<'s> {
    cause: Cause,
    stretch: &'s Stretch,
    steps: Vec<Step>,
    ways: usize,
}

pub(super) fn inspect(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for function in &subject.functions {
        let mut open: Vec<Way<'_>> = Vec::new();
        for (stretch, path) in subject.paths(function) {
            for (cause, steps) in causes(subject, function, stretch, path) {
                match open.iter_mut().find(|way| way.cause == cause) {
                    Some(way) => {
                        if std::ptr::eq(way.stretch, stretch) {
                            way.ways = way.ways.saturating_add(1);
                        }
                        if std::ptr::eq(way.stretch, stretch) && steps.len() < way.steps.len() {
                            way.steps = steps;
                        }
                    }
                    None => open.push(Way { cause, stretch, steps, ways: 1 }),
                }
            }
        }
        found.extend(open.iter().map(|way| way.diagnostic(subject, function)));
    }
    found
}

/// Why a path may end undetermined, each with the steps that lead there.
fn causes(
    subject: &Subject<'_>,
    function: &Function<'_>,
    stretch: &Stretch,
    path: &Path,
) -> Vec<(Cause, Vec<Step>)> {
    let mut found = Vec::new();
    let mut learned = Learned::nothing(function.kind);
    let mut add = |learned: &Learned<'_>, steps: &[Step], expression: &Expression| {
        for divisor in divisors(expression) {
            let known = |(cause, _): &(Cause, Vec<Step>)| *cause == Cause::Zero(Arc::clone(&divisor));
            if !found.iter().any(known) && learned.may_be(&divisor, Decimal::ZERO) {
                found.push((Cause::Zero(divisor), steps.to_vec()));
            }
        }
    };
    for (index, step) in path.steps.iter().enumerate() {
        let before = path.steps.get(..index).unwrap_or_default();
        match &step.question {
            Question::Compare(_, left, right) => {
                add(&learned, before, left);
                add(&learned, before, right);
            }
            Question::Band { input, .. } => add(&learned, before, input),
            _ => {}
        }
        learned.learn(step);
    }
    for expression in worked_out(path) {
        add(&learned, &path.steps, expression);
    }
    if let End::Undetermined(why) = &path.end
        && !said_elsewhere(subject, stretch, path, why)
    {
        found.push((Cause::Ends(why.clone()), path.steps.clone()));
    }
    found
}

/// What a path works out beside its questions.
fn worked_out(path: &Path) -> Vec<&Expression> {
    let mut all: Vec<&Expression> = path.calculations.iter().map(|own| own.as_ref()).collect();
    for effect in &path.effects {
        match &effect.deed {
            Deed::Enter { amount, .. } => all.push(amount),
            Deed::Mitigate { factor, .. } => all.push(factor),
            Deed::Veto | Deed::Grade { .. } | Deed::Raise { .. } | Deed::Exempt { .. } => {}
        }
        let parts = effect.reason.iter().flat_map(|Reason(parts)| parts);
        all.extend(parts.filter_map(|part| match part {
            ReasonPart::Number(number) => Some(number.as_ref()),
            ReasonPart::Text(_) => None,
        }));
    }
    if let End::Returned(Returned::Number(number)) = &path.end {
        all.push(number);
    }
    all
}

/// Everything something is divided by.
fn divisors(expression: &Expression) -> Vec<Arc<Expression>> {
    let mut found: Vec<Arc<Expression>> = Vec::new();
    expression.visit(&mut |part| {
        let Node::Apply(Operation::Divide | Operation::Remainder | Operation::Steps(_), operands) =
            &part.node
        else {
            return;
        };
        if let Some(divisor) = operands.get(1)
            && !divisor.is_constant()
            && !found.contains(divisor)
        {
            found.push(Arc::clone(divisor));
        }
    });
    found
}

/// Whether another finding says why: a gap of a table, or a parameter that begins later than the policy.
fn said_elsewhere(subject: &Subject<'_>, stretch: &Stretch, path: &Path, why: &Text) -> bool {
    let gap = path.steps.last().is_some_and(|step| step.answer == Answer::Gap);
    let begins_later = subject.pack.parameters.iter().any(|parameter| {
        stretch.terms.get(&parameter.name).is_none()
            && stretch.terms.ended(&parameter.name).is_none()
            && why.en.contains(&format!("`{}`", parameter.name))
    });
    gap || begins_later
}

impl Way<'_> {
    fn diagnostic(&self, subject: &Subject<'_>, function: &Function<'_>) -> Diagnostic {
        let name = Subject::name(function.clause);
        let kind = function.kind;
        let mut wanted = self.steps.clone();
        let what = match &self.cause {
            Cause::Ends(why) => why.clone(),
            Cause::Zero(divisor) => {
                wanted.retain(|step| !matches!(step.question, Question::Band { .. }));
                let zero = Expression::literal(Decimal::ZERO);
                let question = Question::Compare(Relation::Equal, Arc::clone(divisor), zero);
                wanted.push(Step { question, answer: Answer::Yes, decided: true });
                let said = number_in_words(kind, &self.stretch.terms, divisor);
                Text::new(
                    format!("「{}」可能为 0，而它是除数", said.zh),
                    format!("'{}' may be 0, and something is divided by it", said.en),
                )
            }
        };
        let message = Text::new(
            format!("{}有不能判定的情形：{}", name.zh, what.zh),
            format!("{} is undetermined in some cases: {}", name.en, what.en),
        );
        // a fact that nobody judges by is undetermined on a report only
        let matters = !function.defines || is_read(subject, function.clause);
        // and what a person is to pick is meant to be open until it is picked
        let meant = matches!(&self.cause, Cause::Ends(why) if is_choice(why));
        let new = if matters && !meant { Diagnostic::warning } else { Diagnostic::note };
        let code = if matches!(self.cause, Cause::Ends(_)) { "I030" } else { "I031" };
        new(code, message).at(subject.rules.place(function.clause)).help(self.help(
            subject,
            function,
            (&wanted, matters),
        ))
    }

    fn help(
        &self,
        subject: &Subject<'_>,
        function: &Function<'_>,
        (wanted, matters): (&[Step], bool),
    ) -> Text {
        let mut zh: Vec<String> = Vec::new();
        let mut en: Vec<String> = Vec::new();
        if !self.steps.is_empty() {
            let said = conditions(function.kind, &self.stretch.terms, &self.steps);
            zh.push(format!("情形：{}", said.zh));
            en.push(format!("where {}", said.en));
        }
        if self.ways > 1 {
            let more = self.ways.saturating_sub(1);
            zh.push(format!("另有 {more} 条路径同此"));
            en.push(if more == 1 {
                "one more path ends so".to_owned()
            } else {
                format!("{more} more paths end so")
            });
        }
        if let Some(situation) = example(subject, self.stretch, &[function.clause], wanted) {
            let (said, command) = shown(subject.pack, &situation);
            zh.push(format!("例如 {}\n{command}", said.zh));
            en.push(format!("for example {}\n{command}", said.en));
        }
        if !matters {
            zh.push("没有规则读取它，只有报表显示".to_owned());
            en.push("no clause reads it; only reports show it".to_owned());
        } else if matches!(self.cause, Cause::Zero(_)) {
            zh.push("先问它是否大于 0".to_owned());
            en.push("ask first whether it is above 0".to_owned());
        }
        Text::new(zh.join("\n"), en.join("\n"))
    }
}

/// Whether a clause, or a count of a later kind, asks for a fact that a function defines.
fn is_read(subject: &Subject<'_>, definition: &Clause) -> bool {
    let kinds = &subject.pack.policy.kinds;
    let owners: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    let Some((_, kind)) = subject.pack.policy.kind(&definition.kind) else { return true };
    if kind.consistency.iter().any(|rule| rule.by == definition.name) {
        return true;
    }
    let mentions = subject.rules.mentions();
    let defined = kind
        .schema
        .facts()
        .iter()
        .filter(|fact| matches!(&fact.origin, Origin::Definition(by) if *by == definition.name));
    let mut names = defined.map(|fact| fact.name.as_str());
    names.any(|name| mentions.reads(&kind.name, name, &owners) || subject.counts(&kind.name, name))
}

/// Why clauses have no tree.
pub(super) fn interpreted(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for function in &subject.functions {
        let name = Subject::name(function.clause);
        let whys = subject
            .in_force(function.clause)
            .find_map(|stretch| subject.rules.interpreted(function.clause, &stretch.terms));
        let Some(why) = whys else { continue };
        let message = Text::new(
            format!("{}没有决策树，逐条运行：{}", name.zh, why.zh),
            format!("{} has no decision tree and is run row by row: {}", name.en, why.en),
        );
        let help = Text::new(
            "结果一样，只是较慢，且不在决策表、覆盖率和本检查之内",
            "its results are the same, only slower; decision tables, coverage and this check do not see into it",
        );
        let place = subject.rules.place(function.clause);
        found.push(Diagnostic::note("I040", message).at(place).help(help));
    }
    found
}
