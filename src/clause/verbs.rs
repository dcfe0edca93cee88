//! What a clause can do: the two verbs of each account, veto, grades, exempt, mitigate.

use super::limits;
use super::run::{Raised, Trouble, with_run, wrong};
use super::values::{Number, Parts, expression};
use crate::decision::{Deed, Effect, Expression, Grading, Operation};
use crate::interval::ArithmeticFault;
use crate::language::Text;
use crate::policy::Policy;
use rhai::{Dynamic, Engine, ImmutableString, NativeCallContext};
use rust_decimal::Decimal;
use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The verbs of a policy's accounts: name → (account, whether it takes).
pub(super) fn account_verbs(policy: &Policy) -> BTreeMap<String, (String, bool)> {
    let mut verbs = BTreeMap::new();
    for account in policy.kinds.iter().flat_map(|kind| &kind.accounts) {
        for (verb, takes) in [(&account.plus, false), (&account.minus, true)] {
            if let Some(verb) = verb {
                verbs.insert(verb.clone(), (account.name.clone(), takes));
            }
        }
    }
    verbs
}

/// The verbs of every pack, beside those of its accounts.
pub const VERBS: [&str; 6] = ["veto", "raise", "cap_grade", "fix_grade", "exempt", "mitigate"];

/// The position of the reason among what a verb is given.
pub(super) fn reason_of(verb: &str) -> usize {
    if ["veto", "exempt"].contains(&verb) { 1 } else { 2 }
}

/// Every verb a clause can use.
pub(super) fn names(policy: &Policy) -> BTreeSet<String> {
    let of_all = VERBS.map(str::to_owned);
    account_verbs(policy).into_keys().chain(of_all).collect()
}

/// The verbs that set grades.
pub(super) const GRADING: [(&str, Grading); 2] =
    [("cap_grade", Grading::AtMost), ("fix_grade", Grading::Exactly)];

pub(super) fn register(engine: &mut Engine, policy: &Policy) {
    let text = TypeId::of::<ImmutableString>();
    let numbers = [TypeId::of::<Number>(), TypeId::of::<Decimal>(), TypeId::of::<i64>()];
    register_accounts(engine, policy);
    engine.register_fn("veto", |context: NativeCallContext<'_>, role: ImmutableString| {
        act(&context, Deed::Veto, &role, None)
    });
    engine.register_fn(
        "veto",
        |context: NativeCallContext<'_>, role: ImmutableString, reason: ImmutableString| {
            act(&context, Deed::Veto, &role, Some(reason.to_string()))
        },
    );
    engine.register_fn("exempt", |context: NativeCallContext<'_>, clause: ImmutableString| {
        act(&context, Deed::Exempt { clause: clause.to_string() }, "", None)
    });
    engine.register_fn(
        "exempt",
        |context: NativeCallContext<'_>, clause: ImmutableString, reason: ImmutableString| {
            act(&context, Deed::Exempt { clause: clause.to_string() }, "", Some(reason.to_string()))
        },
    );
    engine.register_fn(
        "raise",
        |context: NativeCallContext<'_>, role: ImmutableString, kind: ImmutableString| {
            act(&context, Deed::Raise { kind: kind.to_string() }, &role, None)
        },
    );
    engine.register_fn(
        "raise",
        |context: NativeCallContext<'_>,
         role: ImmutableString,
         kind: ImmutableString,
         reason: ImmutableString| {
            act(&context, Deed::Raise { kind: kind.to_string() }, &role, Some(reason.to_string()))
        },
    );
    for (verb, how) in GRADING {
        let set = move |context: &NativeCallContext<'_>, role: &str, grade: &str, reason: Option<String>| {
            act(context, Deed::Grade { grade: grade.to_owned(), how }, role, reason)
        };
        engine.register_fn(
            verb,
            move |context: NativeCallContext<'_>, role: ImmutableString, grade: ImmutableString| {
                set(&context, &role, &grade, None)
            },
        );
        engine.register_fn(
            verb,
            move |context: NativeCallContext<'_>,
                  role: ImmutableString,
                  grade: ImmutableString,
                  reason: ImmutableString| {
                set(&context, &role, &grade, Some(reason.to_string()))
            },
        );
    }
    for number in numbers {
        for operands in [vec![text, number], vec![text, number, text]] {
            engine.register_raw_fn("mitigate", operands, |context, operands| mitigate(&context, operands));
        }
    }
}

/// The two verbs of each account, with a role and an amount or with an amount that is split.
fn register_accounts(engine: &mut Engine, policy: &Policy) {
    let text = TypeId::of::<ImmutableString>();
    let numbers = [TypeId::of::<Number>(), TypeId::of::<Decimal>(), TypeId::of::<i64>()];
    for (verb, (account, takes)) in account_verbs(policy) {
        for number in numbers {
            for operands in [vec![text, number], vec![text, number, text]] {
                let account = account.clone();
                engine.register_raw_fn(verb.as_str(), operands, move |context, operands| {
                    let (role, amount, reason) = arguments(operands);
                    enter(&context, (&account, takes), (&role, amount), reason)
                });
            }
        }
        // an amount that is split names its roles itself
        let parts = TypeId::of::<Parts>();
        for operands in [vec![parts], vec![parts, text]] {
            let account = account.clone();
            engine.register_raw_fn(verb.as_str(), operands, move |context, operands| {
                let parts =
                    operands.first().and_then(|parts| parts.read_lock::<Parts>().map(|it| it.clone()));
                let reason = operands.get(1).map(|reason| reason.to_string());
                for (role, part) in parts.iter().flat_map(|parts| parts.0.iter()) {
                    let amount = Some(Arc::clone(part));
                    enter(&context, (&account, takes), (role, amount), reason.clone())?;
                }
                Ok(())
            });
        }
    }
}

fn enter(
    context: &NativeCallContext<'_>,
    (account, takes): (&str, bool),
    (role, amount): (&str, Option<Arc<Expression>>),
    reason: Option<String>,
) -> Result<(), Raised> {
    let amount = with_run(context, |_| match amount {
        Some(amount) if takes => Expression::apply(Operation::Negate, vec![amount])
            .or_else(|_| wrong("数字过大", "the number is too large")),
        Some(amount) => Ok(amount),
        None => wrong("此处须为数字", "a number must stand here"),
    })?;
    // "zero is no finding": an amount that is exactly nothing leaves no trace
    if amount.value.exact().is_some_and(|amount| amount.is_zero()) {
        return Ok(());
    }
    if amount.value.is_beyond_counting() {
        return with_run(context, |_| Err(super::operators::trouble(ArithmeticFault::Overflow)));
    }
    act(context, Deed::Enter { account: account.to_owned(), amount }, role, reason)
}

fn mitigate(context: &NativeCallContext<'_>, operands: &[&mut Dynamic]) -> Result<(), Raised> {
    let (clause, factor, reason) = arguments(operands);
    let factor = with_run(context, |_| match factor {
        // relief lessens: it neither adds to what was found nor turns it round
        Some(factor)
            if factor.value.exact().is_some_and(|exact| exact < Decimal::ZERO || exact > Decimal::ONE) =>
        {
            wrong("减轻的系数须在 0 与 1 之间", "the factor of a mitigation must lie between 0 and 1")
        }
        Some(factor) => Ok(factor),
        None => wrong("此处须为数字", "a number must stand here"),
    })?;
    act(context, Deed::Mitigate { clause, factor }, "", reason)
}

fn arguments(operands: &[&mut Dynamic]) -> (String, Option<Arc<Expression>>, Option<String>) {
    let text = |position: usize| operands.get(position).map(|operand| operand.to_string());
    (text(0).unwrap_or_default(), operands.get(1).and_then(|operand| expression(operand)), text(2))
}

fn act(
    context: &NativeCallContext<'_>,
    deed: Deed,
    role: &str,
    reason: Option<String>,
) -> Result<(), Raised> {
    let position = context.call_position();
    let (line, column) = (position.line().unwrap_or_default(), position.position().unwrap_or(1));
    with_run(context, |run| {
        let reason = reason.map(|text| run.reason(&text));
        if run.effects.len() >= limits::EFFECTS {
            let most = limits::EFFECTS;
            let message = Text::new(
                format!("一条规则的后果超过 {most} 项"),
                format!("a clause does more than {most} things to one row"),
            );
            // a clause that always does can never work; one row on which it does is only not decided
            let blank = run.record.is_blank();
            return Err(if blank { Trouble::Wrong(message) } else { Trouble::Undetermined(message) });
        }
        run.effects.push(Effect { deed, role: role.to_owned(), reason, line, column });
        Ok(())
    })
}
