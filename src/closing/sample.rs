//! What an auditor works out by hand: some of the charges, drawn so that anybody draws the same ones again.

use super::row::{FINDINGS, Row};
use super::{Cards, Closing, fault, sealable};
use crate::diagnostic::Diagnostic;
use crate::fingerprint;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What separates this use of a seed from any other.
const PURPOSE: &str = "renze.sample/1";
/// The digits of a fingerprint that make a number: as many as are exact in a decimal number of 28 digits.
const DIGITS: usize = 12;

/// No sample has more points: nobody works out more by hand.
const LARGEST: usize = 100_000;

/// How items are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Every yuan has the same chance (monetary-unit sampling): large charges are more likely to be drawn, and whatever exceeds
    /// the interval surely is.
    Money,
    /// Each clause has its share of the sample, by the number of its charges, and at least one.
    Clauses,
}

/// One charge that was drawn.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its number in the population, from 1.
    pub number: usize,
    /// The row of `findings.csv`.
    pub row: Row,
    /// What was charged.
    pub amount: Decimal,
    /// How many of the points fall on it.
    pub hits: usize,
}

/// Some of the charges of a period.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How many charges there are.
    pub population: usize,
    /// What they come to.
    pub total: Decimal,
    /// How many of them are on cards that are still open.
    pub open: usize,
    /// Of a sample by money: one point in so many yuan, and where the first one lies.
    pub interval: Option<(Decimal, Decimal)>,
    /// Of a sample by clauses: how many charges each has, what they come to, and how many are drawn.
    pub strata: Vec<(String, usize, Decimal, usize)>,
    /// What was drawn, in the order of the population.
    pub hits: Vec<Hit>,
}

/// A charge and its number.
struct Charge {
    number: usize,
    row: Row,
    amount: Decimal,
}

/// Draws a sample of what is charged, in the order of `findings.csv`.
///
/// # Errors
/// Nothing is charged, there is no seed, or the size is none or too large.
pub fn sample(closing: &Closing<'_>, (size, seed): (usize, &str), by: By) -> Result<Sample, Vec<Diagnostic>> {
    let charges: Vec<Charge> = closing.charges()?;
    let total = charges.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.amount));
    if charges.is_empty() || size == 0 || size > LARGEST || seed.trim().is_empty() {
        return Err(vec![fault(
            "L026",
            format!("没有可抽的扣款，没有种子，或样本量不在 1 到 {LARGEST} 之间"),
            format!(
                "nothing is charged, there is no seed, or the size of the sample is not between 1 and {LARGEST}"
            ),
        )]);
    }
    let open: Cards = closing.cards().filter(|card| !card.row.is_final()).map(|card| card.name()).collect();
    let open = charges.iter().filter(|charge| charge.row.is_of(&open)).count();
    let (population, mut strata) = (charges.len(), Vec::new());
    let (interval, hits) = match by {
        By::Money => {
            let (interval, start) = points(total, size, seed);
            (Some((interval, start)), by_money(charges, interval, start))
        }
        By::Clauses => {
            let (drawn, of) = by_clauses(charges, size, seed);
            strata = of;
            (None, drawn)
        }
    };
    Ok(Sample { population, total, open, interval, strata, hits })
}

impl Closing<'_> {
    /// Every charge that stands, in the order of the file.
    fn charges(&self) -> Result<Vec<Charge>, Vec<Diagnostic>> {
        let rows = sealable(self.subject).map_err(super::proof::unreadable)?;
        let money = rows.filter(|row| row.file == FINDINGS && row.cell("unit") == "CNY");
        let taken = money.filter_map(|row| {
            let counted: Decimal = row.cell("counted").parse().ok()?;
            Some((Decimal::ZERO.saturating_sub(counted), row)).filter(|(amount, _)| *amount > Decimal::ZERO)
        });
        let charge = |((amount, row), number): ((Decimal, Row), usize)| Charge { number, row, amount };
        Ok(taken.zip(1..).map(charge).collect())
    }
}

/// The interval between points, and the first of them, which the seed decides.
fn points(total: Decimal, size: usize, seed: &str) -> (Decimal, Decimal) {
    let interval = total.checked_div(Decimal::from(size)).unwrap_or(total);
    let digits: String = fingerprint::of(format!("{PURPOSE}\0{seed}")).chars().take(DIGITS).collect();
    let number = Decimal::from(u64::from_str_radix(&digits, 16).unwrap_or_default());
    let all = Decimal::from(1_u64 << 48);
    let share = number.checked_div(all).unwrap_or_default();
    (interval, interval.saturating_mul(share).round_dp(10))
}

/// The charges on which a point falls.
fn by_money(charges: Vec<Charge>, interval: Decimal, start: Decimal) -> Vec<Hit> {
    let (mut hits, mut through, mut point) = (Vec::new(), Decimal::ZERO, start);
    for Charge { number, row, amount } in charges {
        through = through.saturating_add(amount);
        let mut own = 0_usize;
        while point < through {
            own = own.saturating_add(1);
            point = point.saturating_add(interval);
        }
        if own > 0 {
            hits.push(Hit { number, row, amount, hits: own });
        }
    }
    hits
}

/// A stratum: its clause, how many charges it has, what they come to, how many are drawn.
type Stratum = (String, usize, Decimal, usize);

/// The charges of each clause whose fingerprints under the seed come first.
fn by_clauses(charges: Vec<Charge>, size: usize, seed: &str) -> (Vec<Hit>, Vec<Stratum>) {
    let all = charges.len();
    let mut of: BTreeMap<String, Vec<Charge>> = BTreeMap::new();
    for charge in charges {
        of.entry(charge.row.cell("clause").to_owned()).or_default().push(charge);
    }
    let (mut hits, mut strata) = (Vec::new(), Vec::new());
    for (_, mut own) in of {
        let share = own.len().saturating_mul(size).div_ceil(all).clamp(1, own.len());
        let total = own.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.amount));
        let title = own.first().map_or("", |charge| charge.row.cell("clause_title")).to_owned();
        strata.push((title, own.len(), total, share));
        own.sort_by_cached_key(|charge| fingerprint::of(format!("{PURPOSE}\0{seed}\0{}", charge.number)));
        own.truncate(share);
        hits.extend(own.into_iter().map(|Charge { number, row, amount }| Hit {
            number,
            row,
            amount,
            hits: 1,
        }));
    }
    hits.sort_by_key(|hit| hit.number);
    (hits, strata)
}
