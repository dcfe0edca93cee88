//! A plain second settlement: scorecards worked out again from the findings as the clauses made them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a plain evaluator: small exact numbers, and a fault should stop the test"
)]

use crate::properties::{Bench, october, random_book};
use renze::amount::RoundingStep;
use renze::assess::{Assessment, Bounds, CardKey, Deduction, Finding, Outcome, Scorecard, Veto};
use renze::clause::Record;
use renze::decision::Grading;
use renze::fact::{FactType, Facts as _, Value};
use renze::policy::{Account, Cell, Condition, Figure, Given, Kind, Limit, Pack, Scope, Terms};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{BTreeMap, BTreeSet};

mod books;
mod together;
mod withheld;

// ---------------------------------------------------------------- the plain evaluator

/// The least something can be, what stands so far, and the most it can be.
type Spread = [Decimal; 3];

/// An entry with its finding: what is certain of it, and the most it can be.
type Entry<'f> = (Finding<'f>, [Decimal; 2]);

/// Further than anything reaches: what has no end ends here.
fn far() -> Decimal {
    Decimal::from(1_000_000_000_000_i64)
}

fn each(of: impl Fn(usize) -> Decimal) -> Spread {
    [of(0), of(1), of(2)]
}

fn bounds([low, so_far, high]: Spread) -> Bounds {
    let end = |end: Decimal| (end.abs() < far() / Decimal::TWO).then_some(end);
    Bounds { low: end(low), so_far, high: end(high) }
}

/// A card settled again.
#[derive(Debug, PartialEq)]
struct Settled {
    entered: Vec<Decimal>,
    before_veto: Vec<Bounds>,
    balances: Vec<Bounds>,
    veto: Veto,
    grades: Vec<String>,
}

/// Half a grain or more counts as a whole one.
fn rounded(pack: &Pack, amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(pack.policy.rounding.places, RoundingStrategy::MidpointAwayFromZero)
}

/// What several entries of one sign on one account come to, group by group: only the highest of those that
/// compete, no more than the cap of those that are capped, everything of the others.
fn come_to(pack: &Pack, entries: &[Entry<'_>]) -> [Decimal; 2] {
    let mut sets: BTreeMap<(Option<usize>, Vec<String>), Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        let finding = entry.0;
        let is_of = |group: &renze::policy::Group| group.clauses.iter().any(|own| own == finding.clause());
        let group = pack.policy.groups.iter().position(is_of);
        let per = group.map_or(&[][..], |group| &pack.policy.groups[group].per);
        let apart = per.iter().filter_map(|scope| match scope {
            Scope::Record => Some(finding.record().to_owned()),
            Scope::Clause => Some(finding.clause().to_owned()),
            // the entries are those of one card and account already
            Scope::Card | Scope::Account => None,
            Scope::Fact(name) => Some(FactType::plain(&finding.facts().unwrap().value(name))),
        });
        sets.entry((group, apart.collect())).or_default().push(entry);
    }
    let mut all = [Decimal::ZERO; 2];
    for ((group, _), set) in sets {
        for end in [0, 1] {
            let amounts = set.iter().map(|entry| entry.1[end]);
            all[end] += match group.map(|group| &pack.policy.groups[group].limit) {
                None => amounts.sum::<Decimal>(),
                Some(Limit::Highest) => amounts.max().unwrap(),
                Some(Limit::Cap(name)) => {
                    let last = set.iter().map(|entry| entry.0.at()).max().unwrap();
                    amounts.sum::<Decimal>().min(pack.terms(last.date()).number(name).unwrap())
                }
            };
        }
    }
    all
}

/// One card with all that was found against it.
struct Plain<'p> {
    pack: &'p Pack,
    kind: &'p Kind,
    terms: &'p Terms,
    record: &'p Record,
    findings: &'p [Finding<'p>],
}

impl Plain<'_> {
    /// A figure: the number, what the fact is known to lie between, or the parameter.
    fn figure(&self, figure: Option<&Figure>, none: Spread) -> Spread {
        match figure {
            None => none,
            Some(Figure::Number(number)) => [*number; 3],
            Some(Figure::Named(name)) if self.kind.schema.get(name).is_some() => {
                let known = self.record.value(name).interval();
                let so_far = known.low.or(known.high).unwrap_or_default();
                [known.low.unwrap_or(-far()), so_far, known.high.unwrap_or(far())]
            }
            Some(Figure::Named(name)) => [self.terms.number(name).unwrap(); 3],
        }
    }

    fn entries(&self, account: &Account, wanted: Deduction) -> [Decimal; 2] {
        let rounding = self.pack.policy.rounding.at == RoundingStep::Finding;
        let grain = |amount: Decimal| if rounding { rounded(self.pack, amount) } else { amount };
        let entries = self.findings.iter().filter_map(|finding| match &finding.outcome() {
            Outcome::Entry { account: on, sign, found, .. } if *on == account.name && *sign == wanted => {
                Some((*finding, [grain(found.least), found.most.map_or(far(), grain)]))
            }
            _ => None,
        });
        come_to(self.pack, &entries.collect::<Vec<_>>())
    }

    /// What was entered; the balance before the veto; and what it settles at.
    fn balance(&self, account: &Account, veto: Veto) -> (Decimal, Spread, Spread) {
        let floor = self.figure(account.floor.as_ref(), [-far(); 3]);
        let ceiling = self.figure(account.ceiling.as_ref(), [far(); 3]);
        let within = |reached: Spread| each(|end| reached[end].max(floor[end]).min(ceiling[end]));
        let (entered, before, settled) = if account.parts.is_empty() {
            let (taken, added) =
                (self.entries(account, Deduction::Takes), self.entries(account, Deduction::Adds));
            let [low, so_far, high] = self.figure(account.opening.as_ref(), [Decimal::ZERO; 3]);
            let reached =
                [low + added[0] - taken[1], so_far + added[0] - taken[0], high + added[1] - taken[0]];
            (added[0] - taken[0], within(reached), within(reached))
        } else {
            let parts = account.parts.iter().map(|part| self.balance(self.kind.account(part).unwrap(), veto));
            let parts: Vec<(Decimal, Spread, Spread)> = parts.collect();
            let sum = |of: fn(&(Decimal, Spread, Spread)) -> Spread| {
                within(each(|end| parts.iter().map(|part| of(part)[end]).sum()))
            };
            (parts.iter().map(|part| part.0).sum(), sum(|part| part.1), sum(|part| part.2))
        };
        let sets = self.kind.veto.iter().flat_map(|rule| &rule.sets).find(|(name, _)| *name == account.name);
        let settled = match (sets, veto) {
            (None, _) | (_, Veto::None) => settled,
            (Some((_, value)), Veto::Stands) => [*value; 3],
            (Some((_, value)), Veto::Possible) => {
                [settled[0].min(*value), settled[1], settled[2].max(*value)]
            }
        };
        (entered, before, settled)
    }

    /// What one key of the table of grades can be: now, and altogether.
    fn key(&self, place: usize, name: &str, balances: &[Spread]) -> (Vec<Value>, Vec<Value>) {
        let (table, _) = self.kind.grade.as_ref().unwrap().table().unwrap();
        let conditions = self.terms.table(table).unwrap().rows.iter().map(|row| &row.conditions[place]);
        if let Some(account) = self.kind.accounts.iter().position(|account| account.name == name) {
            let [low, so_far, high] = balances[account];
            let edges = conditions.filter_map(|condition| match condition {
                Condition::Band(band) => band.low.map(|(edge, _)| edge),
                _ => None,
            });
            let met = edges.filter(|edge| (low..=high).contains(edge)).chain([low, so_far, high]);
            return (vec![Value::Number(so_far)], met.map(Value::Number).collect());
        }
        let words = conditions.filter_map(|condition| match condition {
            Condition::Word(word) => Some(Value::Text(word.as_str().into())),
            _ => None,
        });
        let known = self.record.value(name);
        let all = match known.known() {
            Some(true) => vec![Value::Text(FactType::plain(&known).into())],
            _ => words.collect(),
        };
        (all.clone(), all)
    }

    /// What the fact says that is the grade.
    fn given(&self) -> Value {
        match &self.kind.grade.as_ref().unwrap().given {
            Given::Fact(name) => self.record.value(name),
            Given::Table { .. } => Value::Missing,
        }
    }

    /// The place in the table of the first row that fits.
    fn row(&self, table: &str, keys: &[Value]) -> Option<usize> {
        let fits = |(condition, key): (&Condition, &Value)| match (condition, key) {
            (Condition::Any, _) => true,
            (Condition::Band(band), Value::Number(number)) => band.contains(*number),
            (Condition::Word(word), Value::Text(text)) => **word == **text,
            _ => false,
        };
        let rows = &self.terms.table(table).unwrap().rows;
        rows.iter().position(|row| row.conditions.iter().zip(keys).all(fits))
    }

    /// The grade that stands so far and all that are possible, by their places, as the table says.
    fn by_table(&self, balances: &[Spread]) -> (Option<usize>, BTreeSet<usize>) {
        let rule = self.kind.grade.as_ref().unwrap();
        let Given::Table { table, by } = &rule.given else {
            let known = rule.all().position(|grade| grade == FactType::plain(&self.given()));
            let all = 0..rule.all().count();
            return (known, known.map_or(all.collect(), |known| BTreeSet::from([known])));
        };
        let keys = by.iter().enumerate().map(|(place, name)| self.key(place, name, balances));
        let (now, all): (Vec<Vec<Value>>, Vec<Vec<Value>>) = keys.unzip();
        let rows = |keys: &[Vec<Value>]| -> BTreeSet<usize> {
            let together = keys.iter().fold(vec![Vec::new()], |so_far: Vec<Vec<Value>>, values| {
                let longer = |known: &Vec<Value>, value: &Value| {
                    [known.as_slice(), std::slice::from_ref(value)].concat()
                };
                so_far.iter().flat_map(|known| values.iter().map(move |value| longer(known, value))).collect()
            });
            together.iter().filter_map(|keys| self.row(table, keys)).collect()
        };
        let place = |row: usize| match &self.terms.table(table).unwrap().rows[row].cell {
            Cell::Word(grade) => rule.position(grade),
            other => panic!("{other:?} is not a grade"),
        };
        (rows(&now).first().map(|row| place(*row)), rows(&all).into_iter().map(place).collect())
    }

    /// The grade that stands so far, then every other that is possible: what is open may each come or not.
    fn grades(&self, balances: &[Spread], veto: Veto) -> Vec<String> {
        let Some(rule) = &self.kind.grade else { return Vec::new() };
        let of_veto = self.kind.veto.as_ref().and_then(|veto| veto.grade.clone());
        if let (Veto::Stands, Some(grade)) = (veto, &of_veto) {
            return vec![grade.clone()];
        }
        let set = |certain: bool| {
            let own = self.findings.iter().filter(move |finding| finding.is_certain() == certain);
            own.filter_map(|finding| finding.grade()).map(|(grade, how)| (rule.position(grade), how))
        };
        let open: Vec<(usize, Grading)> = set(false).collect();
        let limited = |given: usize, chosen: usize| {
            let open = open.iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1).map(|(_, one)| *one);
            let all: Vec<(usize, Grading)> = set(true).chain(open).collect();
            let worst =
                |wanted: Grading| all.iter().filter(|(_, how)| *how == wanted).map(|(place, _)| *place).max();
            let fixed = worst(Grading::Exactly).unwrap_or(given);
            let is_limited = fixed < rule.scale.len();
            if is_limited { fixed.max(worst(Grading::AtMost).unwrap_or(0)) } else { fixed }
        };
        let (now, given) = self.by_table(balances);
        let now = now.map(|now| limited(now, 0));
        let ways = 0..1_usize << open.len();
        let mut possible: BTreeSet<usize> =
            given.iter().flat_map(|given| ways.clone().map(|chosen| limited(*given, chosen))).collect();
        possible.extend(of_veto.filter(|_| veto == Veto::Possible).map(|grade| rule.position(&grade)));
        let others = possible.into_iter().filter(|place| Some(*place) != now);
        now.into_iter().chain(others).map(|place| rule.all().nth(place).unwrap().to_owned()).collect()
    }

    fn settle(&self) -> (Settled, Vec<Spread>) {
        let vetoes = |wanted: bool| {
            self.findings.iter().any(|finding| finding.outcome() == Outcome::Veto { certain: wanted })
        };
        let veto = match (vetoes(true), vetoes(false)) {
            (true, _) => Veto::Stands,
            (false, true) => Veto::Possible,
            (false, false) => Veto::None,
        };
        let all: Vec<_> = self.kind.accounts.iter().map(|account| self.balance(account, veto)).collect();
        let at_card = self.pack.policy.rounding.at == RoundingStep::Card;
        let grain = |amount: Decimal| if at_card { rounded(self.pack, amount) } else { amount };
        let balances: Vec<Spread> =
            all.iter().map(|(_, _, settled)| each(|end| grain(settled[end]))).collect();
        let settled = Settled {
            entered: all.iter().map(|(entered, _, _)| *entered).collect(),
            before_veto: all.iter().map(|(_, before, _)| bounds(*before)).collect(),
            balances: balances.iter().copied().map(bounds).collect(),
            veto,
            grades: self.grades(&balances, veto),
        };
        (settled, balances)
    }
}

// ---------------------------------------------------------------- against the product

fn settled_by_product(card: &Scorecard) -> Settled {
    Settled {
        entered: card.balances.iter().map(|balance| balance.entered).collect(),
        before_veto: card.balances.iter().map(|balance| balance.before_veto).collect(),
        balances: card.balances.iter().map(|balance| balance.settled).collect(),
        veto: card.veto,
        grades: card.grades.clone(),
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
    for (place, kind) in pack.policy.kinds.iter().enumerate() {
        let cards: Vec<&Scorecard> =
            assessment.scorecards.iter().filter(|card| card.key.kind == place).collect();
        let mut settled: Vec<(Settled, Vec<Spread>)> = Vec::new();
        for card in &cards {
            let findings = of_card.remove(&card.key).unwrap_or_default();
            let (terms, record, findings) = (&terms, &card.record, findings.as_slice());
            settled.push(Plain { pack, kind, terms, record, findings }.settle());
            assert_counted_in_order(pack, findings, &format!("{book}: {:?}", card.key));
        }
        let ranks = together::settle(kind, &terms, (assessment, &cards), &mut settled);
        for ((card, (expected, _)), rank) in cards.iter().zip(settled).zip(ranks) {
            let coefficient = kind.coefficient.as_ref().filter(|_| expected.grades.len() == 1).map(|name| {
                match terms.table(name).unwrap().cell_of_word(&expected.grades[0]) {
                    Some(Cell::Number(number)) => *number,
                    other => panic!("{other:?} is no coefficient"),
                }
            });
            assert_eq!(settled_by_product(card), expected, "{book}: {:?}", card.key);
            let placed = card.rank.map(|rank| (rank.place, rank.peers, rank.is_certain));
            assert_eq!(placed, rank, "{book}: {:?}", card.key);
            assert_eq!(card.coefficient, coefficient, "{book}: {:?}", card.key);
        }
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
        // the other cards bear nothing: nothing can be open on them by itself
        cards += assessment.scorecards.iter().filter(|card| !card.balances.is_empty()).count();
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
