//! A plain second settlement: scorecards worked out again from the findings as the clauses made them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a plain evaluator: small exact numbers, and a fault should stop the test"
)]

use crate::properties::{Bench, october, random_book};
use renze::assess::{Assessment, Bounds, CardKey, Deduction, Finding, Outcome, Scorecard, Veto};
use renze::policy::{Account, Cell, Condition, Kind, Limit, Pack, Scope, Terms};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

// ---------------------------------------------------------------- the plain evaluator

/// What is certain of an amount, and the most it can be; `None` is without end.
type Extent = (Decimal, Option<Decimal>);

/// An entry with its finding.
type Entry<'f> = (Finding<'f>, Extent);

const NOTHING: Extent = (Decimal::ZERO, Some(Decimal::ZERO));

/// A card settled again.
#[derive(Debug, PartialEq)]
struct Settled {
    entered: Vec<Decimal>,
    before_veto: Vec<Bounds>,
    balances: Vec<Bounds>,
    veto: Veto,
    grades: Vec<String>,
    coefficient: Option<Decimal>,
}

/// Half a cent or more counts as a whole one.
fn to_the_cent(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn plus(a: Extent, b: Extent) -> Extent {
    (a.0 + b.0, a.1.zip(b.1).map(|(a, b)| a + b))
}

fn higher(a: Extent, b: Extent) -> Extent {
    (a.0.max(b.0), a.1.zip(b.1).map(|(a, b)| a.max(b)))
}

/// What several entries of one sign on one account come to, group by group: only the highest of those that
/// compete, no more than the cap of those that are capped, everything of the others.
fn come_to(pack: &Pack, entries: &[Entry<'_>]) -> Extent {
    let mut sets: BTreeMap<(Option<usize>, Vec<&str>), Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        let finding = entry.0;
        let group = pack
            .policy
            .groups
            .iter()
            .position(|group| group.clauses.iter().any(|clause| clause == finding.clause()));
        let per = group.map_or(&[][..], |group| &pack.policy.groups[group].per);
        let apart = per.iter().filter_map(|scope| match scope {
            Scope::Record => Some(finding.record()),
            Scope::Clause => Some(finding.clause()),
            // the entries are those of one card and account already
            Scope::Card | Scope::Account => None,
            Scope::Fact(name) => panic!("the evaluator knows nothing of groups per {name}"),
        });
        sets.entry((group, apart.collect())).or_default().push(entry);
    }
    let of_set = |(group, set): (Option<usize>, Vec<&Entry<'_>>)| {
        let extents = set.iter().map(|entry| entry.1);
        match group.map(|group| &pack.policy.groups[group].limit) {
            None => extents.fold(NOTHING, plus),
            Some(Limit::Highest) => extents.fold(NOTHING, higher),
            Some(Limit::Cap(name)) => {
                let last = set.iter().map(|entry| entry.0.at()).max().unwrap();
                let cap = pack.terms(last.date()).number(name).unwrap();
                let (least, most) = extents.fold(NOTHING, plus);
                (least.min(cap), Some(most.map_or(cap, |most| most.min(cap))))
            }
        }
    };
    sets.into_iter().map(|((group, _), set)| of_set((group, set))).fold(NOTHING, plus)
}

/// Opening plus entries, between floor and ceiling; what has no end ends at the floor or the ceiling.
fn balance(pack: &Pack, account: &Account, findings: &[Finding<'_>]) -> (Decimal, Bounds) {
    let of_sign = |wanted: Deduction| {
        let entries = findings.iter().filter_map(|finding| match &finding.outcome() {
            Outcome::Entry { account: on, sign, found, .. } if *on == account.name && *sign == wanted => {
                Some((*finding, (to_the_cent(found.least), found.most.map(to_the_cent))))
            }
            _ => None,
        });
        come_to(pack, &entries.collect::<Vec<_>>())
    };
    let (taken, added) = (of_sign(Deduction::Takes), of_sign(Deduction::Adds));
    let within = |balance: Decimal| {
        let balance = account.floor.map_or(balance, |floor| balance.max(floor));
        account.ceiling.map_or(balance, |ceiling| balance.min(ceiling))
    };
    let settle = |added: Decimal, taken: Decimal| within(account.opening + added - taken);
    let bounds = Bounds {
        low: taken.1.map_or(account.floor, |most| Some(settle(added.0, most))),
        so_far: settle(added.0, taken.0),
        high: added.1.map_or(account.ceiling, |most| Some(settle(most, taken.0))),
    };
    (added.0 - taken.0, bounds)
}

/// A veto that stands sets the balance; one that may still come widens the bounds to what it would set.
fn under_veto(kind: &Kind, account: &Account, bounds: Bounds, veto: Veto) -> Bounds {
    let sets = kind.veto.iter().flat_map(|rule| &rule.sets).find(|(name, _)| *name == account.name);
    match (sets, veto) {
        (None, _) | (_, Veto::None) => bounds,
        (Some((_, value)), Veto::Stands) => Bounds { low: Some(*value), so_far: *value, high: Some(*value) },
        (Some((_, value)), Veto::Possible) => Bounds {
            low: bounds.low.map(|low| low.min(*value)),
            high: bounds.high.map(|high| high.max(*value)),
            ..bounds
        },
    }
}

/// The grade of a score: the first row of the table whose lower end it reaches.
fn grade_of<'t>(terms: &'t Terms, table: &str, score: Decimal) -> &'t str {
    let reached = terms.table(table).unwrap().rows.iter().find(|row| match &row.conditions[..] {
        [Condition::Band(band)] => band.low.is_none_or(|(low, _)| low <= score),
        _ => panic!("the evaluator knows only tables of one band"),
    });
    match &reached.unwrap().cell {
        Cell::Word(grade) => grade,
        Cell::Number(number) => panic!("{number} is not a grade"),
    }
}

/// The grade of what stands so far, then every other that the bounds or a possible veto leave open, best first.
fn grades(kind: &Kind, terms: &Terms, balances: &[Bounds], veto: Veto) -> Vec<String> {
    let Some(rule) = &kind.grade else { return Vec::new() };
    let of_veto = kind.veto.as_ref().and_then(|veto| veto.grade.clone());
    if let (Veto::Stands, Some(grade)) = (veto, &of_veto) {
        return vec![grade.clone()];
    }
    let score = balances[kind.accounts.iter().position(|account| account.name == rule.by).unwrap()];
    let place = |score: Decimal| {
        let grade = grade_of(terms, &rule.table, score);
        rule.scale.iter().position(|known| known == grade).unwrap()
    };
    let now = place(score.so_far);
    let (best, worst) = (place(score.high.unwrap_or(Decimal::MAX)), place(score.low.unwrap_or(Decimal::MIN)));
    let possible = |at: &usize| {
        (best..=worst).contains(at) || (veto == Veto::Possible && Some(&rule.scale[*at]) == of_veto.as_ref())
    };
    let others = (0..rule.scale.len()).filter(possible).filter(|at| *at != now);
    std::iter::once(now).chain(others).map(|at| rule.scale[at].clone()).collect()
}

/// One card, from all that was found against it.
fn settle(pack: &Pack, terms: &Terms, card: &CardKey, findings: &[Finding<'_>]) -> Settled {
    let kind = &pack.policy.kinds[card.kind];
    let vetoes = |wanted: bool| {
        let is = |finding: &Finding<'_>| finding.outcome() == Outcome::Veto { certain: wanted };
        findings.iter().any(is)
    };
    let veto = match (vetoes(true), vetoes(false)) {
        (true, _) => Veto::Stands,
        (false, true) => Veto::Possible,
        (false, false) => Veto::None,
    };
    let (entered, before_veto): (Vec<Decimal>, Vec<Bounds>) =
        kind.accounts.iter().map(|account| balance(pack, account, findings)).unzip();
    let pairs = kind.accounts.iter().zip(&before_veto);
    let balances: Vec<Bounds> =
        pairs.map(|(account, bounds)| under_veto(kind, account, *bounds, veto)).collect();
    let grades = grades(kind, terms, &balances, veto);
    let coefficient = kind.coefficient.as_ref().filter(|_| grades.len() == 1).map(|name| {
        let is_row = |condition: &Condition| *condition == Condition::Word(grades[0].clone());
        let rows = &terms.table(name).unwrap().rows;
        match rows.iter().find(|row| is_row(&row.conditions[0])).unwrap().cell {
            Cell::Number(number) => number,
            Cell::Word(_) => panic!("a coefficient is a number"),
        }
    });
    Settled { entered, before_veto, balances, veto, grades, coefficient }
}

// ---------------------------------------------------------------- against the product

fn settled_by_product(card: &Scorecard) -> Settled {
    Settled {
        entered: card.balances.iter().map(|balance| balance.entered).collect(),
        before_veto: card.balances.iter().map(|balance| balance.before_veto).collect(),
        balances: card.balances.iter().map(|balance| balance.settled).collect(),
        veto: card.veto,
        grades: card.grades.clone(),
        coefficient: card.coefficient,
    }
}

/// Settles every card again and compares; it returns how many cards are provisional and how many are vetoed.
fn assert_settled_alike(pack: &Pack, assessment: &Assessment, book: &str) -> (usize, usize) {
    let terms = pack.terms(assessment.period.last);
    let mut of_card: BTreeMap<&CardKey, Vec<Finding<'_>>> = BTreeMap::new();
    for finding in assessment.findings() {
        if let Some(card) = finding.card() {
            of_card.entry(card).or_default().push(finding);
        }
    }
    for card in &assessment.scorecards {
        let findings = of_card.remove(&card.key).unwrap_or_default();
        let expected = settle(pack, &terms, &card.key, &findings);
        assert_eq!(settled_by_product(card), expected, "{book}: {:?}", card.key);
        assert_counted_in_order(pack, &findings, &format!("{book}: {:?}", card.key));
    }
    assert!(of_card.is_empty(), "{book}: findings against cards that are not there: {:?}", of_card.keys());
    let count = |is: fn(&Scorecard) -> bool| assessment.scorecards.iter().filter(|card| is(card)).count();
    (count(Scorecard::is_provisional), count(|card| card.veto == Veto::Stands))
}

/// Walks a card's first-contact findings by date, record and clause: each counts until the cap is reached.
fn assert_counted_in_order(pack: &Pack, findings: &[Finding<'_>], said: &str) {
    let is_first_contact = |finding: &&Finding<'_>| finding.clause().starts_with("first_contact_");
    let mut capped: Vec<&Finding<'_>> = findings.iter().filter(is_first_contact).collect();
    capped.sort_by_key(|finding| (finding.at(), finding.record(), finding.clause()));
    let Some(last) = capped.last() else { return };
    let mut left = pack.terms(last.at().date()).number("first_contact_cap").unwrap();
    for finding in capped {
        let Outcome::Entry { found, counted, .. } = &finding.outcome() else { panic!("{said}: a veto") };
        let expected = found.least.min(left);
        assert_eq!(counted.least, expected, "{said}: {} {}", finding.record(), finding.clause());
        left -= expected;
    }
}

/// Assesses and settles again one random book for each seed.
fn check_books(seeds: std::ops::Range<u64>) {
    let bench = Bench::new();
    let (mut cards, mut provisional, mut vetoed) = (0, 0, 0);
    for seed in seeds {
        let assessment = bench.assess(&random_book(seed));
        let (open, struck) = assert_settled_alike(&bench.pack, &assessment, &format!("seed {seed}"));
        cards += assessment.scorecards.len();
        provisional += open;
        vetoed += struck;
    }
    // books in which nothing is open or vetoed would prove little
    assert!(provisional * 5 > cards && vetoed * 20 > cards, "{provisional} and {vetoed} of {cards} cards");
}

#[test]
fn the_october_book_settles_alike() {
    let bench = Bench::new();
    assert_settled_alike(&bench.pack, &october(&bench).0, "the October book");
}

/// Half of the random books; two tests share them, so that both cores are used.
fn half_of_the_books() -> u64 {
    std::env::var("RENZE_BOOKS").map_or(1_000, |books| books.parse::<u64>().unwrap() / 2)
}

#[test]
fn random_books_settle_alike() {
    check_books(0..half_of_the_books());
}

#[test]
fn other_random_books_settle_alike() {
    check_books(half_of_the_books()..2 * half_of_the_books());
}
