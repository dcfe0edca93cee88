//! What is withheld from pay, worked out again person by person from the settled cards.

use crate::chance::Chance;
use crate::shared::{open_pack, root};
use renze::assess::{Assessment, Limit, Withholding};
use renze::calendar::read_day;
use renze::clause::Rulebook;
use renze::intake::Earlier;
use renze::interval::Interval;
use renze::policy::{Pack, Rest};
use renze::scenario::{Scene, TypedRow};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{BTreeMap, BTreeSet};

const NOTHING: [Decimal; 2] = [Decimal::ZERO; 2];

/// What a person owes and what is taken of it: at least, and at most.
#[derive(Debug, PartialEq)]
struct Plain {
    owed: [Decimal; 2],
    taken: [Decimal; 2],
    left: [Decimal; 2],
}

/// Everybody whose cards lie below zero, or may, and whoever had something carried on.
fn plain(
    pack: &Pack,
    assessment: &Assessment,
    pay: &BTreeMap<String, Option<Decimal>>,
) -> BTreeMap<String, Plain> {
    let guard = pack.policy.wage_guard.as_ref().unwrap();
    let terms = pack.terms(assessment.period.last);
    let mut owed: BTreeMap<String, [Decimal; 2]> = BTreeMap::new();
    let mut owe = |person: &str, [low, high]: [Decimal; 2]| {
        let own = owed.entry(person.to_owned()).or_insert(NOTHING);
        *own = [own[0] + low, own[1] + high];
    };
    for card in &assessment.scorecards {
        let kind = &pack.policy.kinds[card.key.kind].name;
        for guarded in guard.charges.iter().filter(|guarded| guarded.kind == *kind) {
            let settled = card.balance(&guarded.account).unwrap().settled;
            let below = |balance: Decimal| (-balance).max(Decimal::ZERO);
            owe(&card.key.subject, [below(settled.high.unwrap()), below(settled.low.unwrap())]);
        }
    }
    let month_before = |earlier: &&Earlier| earlier.period.last.succ_opt() == Some(assessment.period.first);
    for (person, carried) in assessment.earlier.iter().filter(month_before).flat_map(|own| &own.carried_on) {
        owe(person, [carried.low.unwrap(), carried.high.unwrap()]);
    }
    let share = terms.number(&guard.share).unwrap();
    let minimum = terms.number(&guard.minimum).unwrap();
    let places = pack.policy.rounding.places;
    let of = |(person, owed): (String, [Decimal; 2])| {
        let known = *pay.get(&person)?;
        let limit = known.map(|pay| {
            let most = (pay * share).min(pay - minimum).max(Decimal::ZERO);
            most.round_dp_with_strategy(places, RoundingStrategy::ToZero)
        });
        let [least, most] = owed;
        let (taken, left) = match limit {
            None => ([Decimal::ZERO, most], [Decimal::ZERO, most]),
            Some(limit) if limit <= least => ([limit; 2], [least - limit, most - limit]),
            // it stays open whether the limit is reached, and the limit is not told
            Some(_) => (owed, [Decimal::ZERO, most - least]),
        };
        (owed != NOTHING).then_some((person, Plain { owed, taken, left }))
    };
    owed.into_iter().filter_map(of).collect()
}

fn ends(amount: Interval) -> [Decimal; 2] {
    [amount.low.unwrap(), amount.high.unwrap()]
}

fn by_product(assessment: &Assessment) -> BTreeMap<String, Plain> {
    let of = |own: &Withholding| {
        let left = [ends(own.carried_on()), ends(own.waived())];
        let left = [left[0][0] + left[1][0], left[0][1] + left[1][1]];
        (own.person.clone(), Plain { owed: ends(own.owed()), taken: ends(own.taken), left })
    };
    assessment.withholdings().iter().map(of).collect()
}

// ---------------------------------------------------------------- random months

const PEOPLE: usize = 6;

fn money(chance: &mut Chance) -> Decimal {
    Decimal::new(i64::try_from(chance.below(400_000)).unwrap(), 2)
}

/// A month of losses of some people, of which one heads the others: what is lost, and sometimes not known.
fn month(chance: &mut Chance, number: usize, missing: bool) -> Scene {
    let mut rows = Vec::new();
    for event in 0..chance.below(8) {
        let loss =
            if missing && chance.happens(1, 6) { "missing".to_owned() } else { money(chance).to_string() };
        let refund = if chance.happens(1, 4) { money(chance).to_string() } else { "0".to_owned() };
        let person = format!("p{}", chance.below(PEOPLE));
        rows.push(TypedRow {
            kind: "event".to_owned(),
            number: Some(event.to_string()),
            facts: BTreeMap::from([("loss".to_owned(), loss), ("refund".to_owned(), refund)]),
            roles: BTreeMap::from([
                ("person".to_owned(), vec![person]),
                ("head".to_owned(), vec!["p0".to_owned()]),
            ]),
            ..TypedRow::default()
        });
    }
    // a month without anything still has its people
    rows.push(TypedRow { kind: "person".to_owned(), subject: Some("p0".to_owned()), ..TypedRow::default() });
    let pay = (0..PEOPLE).map(|person| {
        let is_given = !missing || chance.happens(5, 6);
        let pay = Decimal::new(i64::try_from(chance.between(150_000, 900_000)).unwrap(), 2);
        (format!("p{person}"), is_given.then_some(pay))
    });
    let pay = pay.collect();
    let on = read_day(&format!("2026-{number:02}-10")).unwrap();
    Scene { on, period: None, rows, earlier: [].into(), pay }
}

/// What the month before carried on, as the next one reads it.
fn carried(assessment: &Assessment) -> Earlier {
    let carried_on = assessment.withholdings().iter().map(|own| (own.person.clone(), own.carried_on()));
    let carried_on = carried_on.collect();
    Earlier { period: assessment.period, cards: Vec::new(), raised: Vec::new(), carried_on }
}

/// The shipped pack, and the same where the rest is waived.
fn packs() -> [(Pack, Rulebook); 2] {
    let (carrying, rules) = open_pack(&root().join("fixtures/guard"));
    let place = tempfile::tempdir().unwrap();
    crate::commands::copy_folder(&root().join("fixtures/guard"), place.path());
    let policy = place.path().join("policy.toml");
    let text = std::fs::read_to_string(&policy).unwrap().replace("rest = \"carry\"", "rest = \"waive\"");
    std::fs::write(policy, text).unwrap();
    [(carrying, rules), open_pack(place.path())]
}

#[test]
fn random_months_are_withheld_alike_and_nothing_is_lost_between_them() {
    let mut chance = Chance(20_260_118);
    let packs = packs();
    let (mut seen, mut open, mut bound) = (0, 0, 0);
    for year in 0..150 {
        let (pack, rules) = &packs[year % 2];
        let missing = year % 3 == 0;
        let mut earlier: Vec<Earlier> = Vec::new();
        let (mut charged, mut settled) = ([Decimal::ZERO; 2], [Decimal::ZERO; 2]);
        for number in 1..=6 {
            let mut scene = month(&mut chance, number, missing);
            scene.earlier = earlier.clone().into();
            let (assessment, _) = scene.assess(pack, rules).unwrap();
            let found = by_product(&assessment);
            assert_eq!(found, plain(pack, &assessment, &scene.pay), "year {year}, month {number}: {scene:?}");
            for own in assessment.withholdings() {
                for end in 0..2 {
                    charged[end] += ends(own.charged())[end];
                    settled[end] += ends(own.taken)[end] + ends(own.waived())[end];
                }
                seen += 1;
                open += usize::from(own.is_provisional());
                bound += usize::from(own.limit == Limit::Known && own.taken != own.owed());
            }
            earlier.push(carried(&assessment));
        }
        let last = earlier.last().unwrap().carried_on.values();
        let carried =
            last.fold([Decimal::ZERO; 2], |sum, own| [sum[0] + ends(*own)[0], sum[1] + ends(*own)[1]]);
        if missing {
            // whatever it comes to lies between the bounds
            assert!(
                settled[0] + carried[0] <= charged[1] && charged[0] <= settled[1] + carried[1],
                "year {year}"
            );
        } else {
            assert_eq!(
                settled[0] + carried[0],
                charged[0],
                "year {year}: everything owed is taken, carried or waived"
            );
        }
        let waives = pack.policy.wage_guard.as_ref().unwrap().rest == Rest::Waive;
        assert!(!waives || carried == NOTHING, "year {year}: what is waived is carried nowhere");
    }
    // months in which no limit is reached, or nothing is open, would prove little
    assert!(open * 20 > seen && bound * 4 > seen && seen > 1_000, "{seen} {open} {bound}");
}

#[test]
fn whoever_is_paid_more_never_has_less_taken() {
    let mut chance = Chance(20_260_212);
    let [(pack, rules), _] = packs();
    let mut taken_more = 0;
    for _ in 0..150 {
        let scene = month(&mut chance, 3, false);
        let paid_more =
            scene.pay.iter().map(|(person, pay)| (person.clone(), pay.map(|pay| pay + money(&mut chance))));
        let more = Scene { pay: paid_more.collect(), ..scene.clone() };
        let [less, more] = [scene, more].map(|scene| scene.assess(&pack, &rules).unwrap().0);
        for own in less.withholdings() {
            let other = more.withholding(&own.person).unwrap();
            assert_eq!(own.owed(), other.owed());
            assert!(
                own.taken.low <= other.taken.low && own.taken.high <= other.taken.high,
                "{own:?} {other:?}"
            );
            taken_more += usize::from(own.taken != other.taken);
        }
    }
    assert!(taken_more > 50, "{taken_more}");
}

#[test]
fn whatever_is_open_turns_out_to_be_what_is_withheld_lies_between_the_bounds() {
    let mut chance = Chance(20_260_305);
    let [(pack, rules), _] = packs();
    let mut compared = 0;
    for _ in 0..150 {
        let scene = month(&mut chance, 3, true);
        let (open, _) = scene.assess(&pack, &rules).unwrap();
        let mut known = scene.clone();
        for row in known.rows.iter_mut().filter(|row| row.kind == "event") {
            row.facts.entry("loss".to_owned()).and_modify(|loss| {
                if loss == "missing" {
                    *loss = money(&mut chance).to_string();
                }
            });
        }
        known
            .pay
            .values_mut()
            .for_each(|pay| *pay = pay.or_else(|| Some(money(&mut chance) + money(&mut chance))));
        let (settled, _) = known.assess(&pack, &rules).unwrap();
        let people: BTreeSet<&String> =
            [&open, &settled].into_iter().flat_map(|own| own.withholdings()).map(|own| &own.person).collect();
        for person in people {
            let Some(open) = open.withholding(person).filter(|own| own.is_provisional()) else { continue };
            let settled = settled.withholding(person).map(Withholding::amounts);
            for (place, (name, bounds)) in open.amounts().into_iter().enumerate() {
                let amount = settled.map_or(Decimal::ZERO, |own| own[place].1.exact().unwrap());
                assert!(bounds.contains(amount), "{person} {name}: {amount} in {bounds:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 600, "{compared}");
}
