//! What is withheld from pay: as data, and in words. Nothing here knows what anybody is paid.

use super::files::{safe, write};
use super::{Report, Subject};
use crate::amount::{self, Unit};
use crate::assess::{CardKey, Limit, Scorecard, Withholding};
use crate::interval::Interval;
use crate::language::Language;
use crate::policy::{ParameterValue, Term, WageGuard};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

/// What keeps the amount from being settled, or the limit from being anything, as data carries it.
fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::Known => "known",
        Limit::NoPay => "no pay",
        Limit::PayNotGiven => "pay not given",
        Limit::NotInForce => "not in force",
    }
}

/// `withholdings.csv`: one row for everybody who owes anything, or may. An amount that is open is blank, and lies between
/// its `_low` and `_high`. Only the headings where the policy has no wage guard.
pub fn withholdings_csv(subject: &Subject<'_>) -> Vec<u8> {
    const BOUNDED: [&str; 4] = ["owed", "taken", "carried_on", "waived"];
    let mut headings = ["person", "name", "period"].map(str::to_owned).to_vec();
    headings.extend(Withholding::AMOUNTS.map(str::to_owned));
    headings.extend(["provisional", "limit"].map(str::to_owned));
    headings.extend(BOUNDED.iter().flat_map(|name| [format!("{name}_low"), format!("{name}_high")]));
    let mut rows = vec![headings];
    let plain = |bound: Option<Decimal>| bound.map(|bound| Unit::Yuan.plain(bound)).unwrap_or_default();
    for withholding in subject.assessment.withholdings() {
        let amounts = withholding.amounts();
        let mut row = vec![
            safe(&withholding.person).into_owned(),
            safe(withholding.name.get(Language::Zh)).into_owned(),
            subject.assessment.period.code(),
        ];
        row.extend(amounts.iter().map(|(_, amount)| plain(amount.exact())));
        row.extend([withholding.is_provisional().to_string(), limit(withholding.limit).to_owned()]);
        let bounded = amounts.iter().filter(|(name, _)| BOUNDED.contains(name));
        row.extend(bounded.flat_map(|(_, amount)| [plain(amount.low), plain(amount.high)]));
        rows.push(row);
    }
    write(&rows)
}

/// A withholding as `assessment.json` carries it.
pub(super) fn withholding_json(subject: &Subject<'_>, withholding: &Withholding) -> Json {
    let bounds = |amount: Interval| json!({ "low": amount.low.map(amount::plain), "high": amount.high.map(amount::plain) });
    let charge = |(card, amount): &(CardKey, Interval)| {
        let key = json!({ "kind": subject.kind_name(card.kind), "subject": card.subject });
        json!({ "card": key, "amount": bounds(*amount) })
    };
    let mut document = json!({
        "person": withholding.person,
        "name": { "zh": withholding.name.zh, "en": withholding.name.en },
        "charges": withholding.charges.iter().map(charge).collect::<Vec<_>>(),
        "limit": limit(withholding.limit),
        "provisional": withholding.is_provisional(),
    });
    if let Some(keys) = document.as_object_mut() {
        keys.extend(withholding.amounts().map(|(name, amount)| (name.to_owned(), bounds(amount))));
    }
    document
}

/// An amount of money, or between what it lies.
pub(super) fn shown(amount: Interval) -> String {
    let side = |bound: Option<Decimal>| bound.map_or_else(|| "?".to_owned(), amount::money);
    amount.exact().map_or_else(|| format!("{}–{}", side(amount.low), side(amount.high)), amount::money)
}

/// What is withheld from whoever has one of these cards, or is meant by a code or name: whoever has left may owe what was
/// carried on, without a card.
pub(super) fn withheld_from<'s>(
    subject: &Subject<'s>,
    wanted: &str,
    cards: &[&Scorecard],
) -> Vec<&'s Withholding> {
    let is_of = |own: &&Withholding| {
        [&own.person, &own.name.zh, &own.name.en].into_iter().any(|name| name == wanted)
            || cards.iter().any(|card| card.key.subject == own.person)
    };
    subject.assessment.withholdings().iter().filter(is_of).collect()
}

/// What is withheld from one person's pay, and why not more.
pub(super) fn explain_withholding(
    subject: &Subject<'_>,
    withholding: &Withholding,
    language: Language,
    report: &mut Report,
) {
    let Some(guard) = &subject.pack.policy.wage_guard else { return };
    let (name, code) = (withholding.name.get(language), &withholding.person);
    let name = if name == code { name.to_owned() } else { format!("{name} ({code})") };
    let period = subject.assessment.period.title();
    report.line(match language {
        Language::Zh => format!("{name} · 从工资中扣除 · {}", period.zh),
        Language::En => format!("{name} · withheld from pay · {}", period.en),
    });
    charges(subject, withholding, language, report);
    report.line(format!("  {}", withholding_in_words(withholding, language)));
    let why = match (withholding.limit, language) {
        (Limit::Known, _) => None,
        (Limit::NoPay, Language::Zh) => Some("本期不在册，没有工资可扣"),
        (Limit::NoPay, Language::En) => {
            Some("not in the organisation in this period: there is no pay to withhold from")
        }
        (Limit::PayNotGiven, Language::Zh) => Some("没有给出工资：实扣多少待定"),
        (Limit::PayNotGiven, Language::En) => Some("pay is not given: how much is taken stays open"),
        (Limit::NotInForce, Language::Zh) => Some("比例或最低工资当时未施行：实扣多少待定"),
        (Limit::NotInForce, Language::En) => {
            Some("the share or the minimum wage was not in force: how much is taken stays open")
        }
    };
    report.line(format!("  {}", why.map_or_else(|| rule(subject, guard, language), str::to_owned)));
}

/// What is owed, taken, and left.
pub(super) fn withholding_in_words(withholding: &Withholding, language: Language) -> String {
    let (owed, taken) = (shown(withholding.owed()), shown(withholding.taken));
    let left = rest(withholding, language);
    match language {
        Language::Zh => format!("应扣 {owed}：本月实扣 {taken}{left}"),
        Language::En => format!("owed {owed}: taken this month {taken}{left}"),
    }
}

/// What is charged on which cards, and what was carried on before.
fn charges(subject: &Subject<'_>, withholding: &Withholding, language: Language, report: &mut Report) {
    let of_card = |(card, amount): &(CardKey, Interval)| {
        let kind = subject.pack.policy.kinds.get(card.kind);
        let title = kind.map_or("", |kind| kind.title.get(language));
        format!("{title} {}", shown(*amount))
    };
    let parts: Vec<String> = withholding.charges.iter().map(of_card).collect();
    let sum = match parts.len() {
        0 => shown(withholding.charged()),
        1 => parts.concat(),
        _ => format!("{} = {}", parts.join(" + "), shown(withholding.charged())),
    };
    report.line(format!("  {} {sum}", language.pick("本月扣款", "charged")));
    if withholding.carried_in != Interval::exactly(Decimal::ZERO) {
        let before = subject.pack.policy.grid().before(&subject.assessment.period);
        let before = before.map(|before| before.title()).unwrap_or_default();
        let amount = shown(withholding.carried_in);
        report.line(match language {
            Language::Zh => format!("  {}结转 {amount}", before.zh),
            Language::En => format!("  carried on from {} {amount}", before.en),
        });
    }
}

/// What becomes of the rest, where there is any.
fn rest(withholding: &Withholding, language: Language) -> String {
    let nothing = Interval::exactly(Decimal::ZERO);
    let parts = [
        (withholding.carried_on(), "，结转下月 ", ", carried on "),
        (withholding.waived(), "，免扣 ", ", waived "),
    ];
    let parts = parts.into_iter().filter(|(amount, ..)| *amount != nothing);
    parts.map(|(amount, zh, en)| format!("{}{}", language.pick(zh, en), shown(amount))).collect()
}

/// The two bounds, and who says so; not which of them it was, for that would tell what somebody is paid.
fn rule(subject: &Subject<'_>, guard: &WageGuard, language: Language) -> String {
    let terms = subject.pack.terms(subject.assessment.period.last);
    let value = |name: &str| {
        let said = |term: &Term| match term.value {
            ParameterValue::Number(number) => {
                let (value, basis) = (term.parameter.unit.show(number, language), &term.basis);
                match language {
                    Language::Zh => format!("{value}（{basis}）"),
                    Language::En => format!("{value} ({basis})"),
                }
            }
            _ => String::new(),
        };
        terms.get(name).map(said).unwrap_or_default()
    };
    let (share, minimum) = (value(&guard.share), value(&guard.minimum));
    match language {
        Language::Zh => format!("不超过当月工资的 {share}，扣后不低于最低工资 {minimum}；工资保密，不显示"),
        Language::En => format!(
            "no more than {share} of the month's pay, and no less left than the minimum wage {minimum}; pay is confidential and not shown"
        ),
    }
}
