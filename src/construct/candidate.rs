//! The values worth trying for one fact: few, and round where there is a choice.

use super::demand::Demand;
use super::draft::{Scene, Typed, after};
use crate::clause::Record;
use crate::decision::{Answer, Expression, Question};
use crate::fact::{Clock, Fact, FactType, Facts, Origin, Value};
use chrono::{NaiveDateTime, TimeDelta};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Numbers tried for any fact, and between which thresholds are looked for.
const ROUND: [u64; 14] = [0, 1, 2, 3, 4, 5, 10, 20, 50, 100, 500, 1_000, 10_000, 1_000_000];
/// Halvings of the span between two numbers of which one answers otherwise than the other.
const HALVINGS: usize = 48;
/// Decimal places tried for a number that may have any.
const PLACES: u32 = 4;
/// The most values tried for one number.
const MOST: usize = 16;

/// A record with another value for one fact; nothing is worked out anew.
struct Changed<'r> {
    record: &'r Record,
    fact: &'r str,
    value: Value,
}

impl Facts for Changed<'_> {
    fn value(&self, fact: &str) -> Value {
        if fact == self.fact { self.value.clone() } else { self.record.value(fact) }
    }
}

/// What a value is sought for.
pub(super) struct Seeking<'s> {
    pub(super) scene: &'s Scene<'s>,
    pub(super) demands: &'s [Demand],
    pub(super) typed: &'s Typed,
    pub(super) record: &'s Record,
}

impl Seeking<'_> {
    /// The changes of one fact worth trying for a demand that does not hold, the likeliest first: which fact is typed
    /// (a clock may be changed by its end), and what.
    pub(super) fn changes(&self, fact: &Fact, demand: &Demand) -> Vec<(String, Value)> {
        let mut changes = Vec::new();
        if let (Origin::Clock(clock), None) = (&fact.origin, &fact.ordinary)
            && clock.is_plain()
        {
            changes.extend(self.by_end(fact, clock));
        }
        if !self.typed.contains_key(&fact.name) {
            changes.extend(self.values(fact).into_iter().map(|value| (fact.name.clone(), value)));
        }
        let Demand::Answer(step) = demand else { return changes };
        let asked = step.question.facts();
        let is_plain = asked.contains(&fact.name) && demand.defined(self.scene).is_none();
        let meets = |(name, value): &(String, Value)| {
            if is_plain && *name == fact.name {
                let facts = Changed { record: self.record, fact: name, value: value.clone() };
                return matches!(step.question.answer(&facts), Ok(Some(answer)) if answer == step.answer);
            }
            let mut typed = self.typed.clone();
            typed.insert(name.clone(), value.clone());
            demand.holds(self.scene, &self.scene.record(&typed))
        };
        let alone = asked.iter().all(|other| *other == fact.name);
        let (mut first, then): (Vec<_>, Vec<_>) = changes.into_iter().partition(meets);
        if !alone {
            first.extend(then);
        }
        first
    }

    /// A clock that is always worked out, changed by when it ends.
    fn by_end(&self, fact: &Fact, clock: &Clock) -> Vec<(String, Value)> {
        let Value::Moment(start) = self.record.value(&clock.from) else { return Vec::new() };
        if self.typed.contains_key(&clock.to) {
            return Vec::new();
        }
        let lengths = self.numbers(fact).into_iter().filter(|length| !length.is_sign_negative());
        let ends = lengths.filter_map(|length| after(start, length)).map(Value::Moment);
        ends.chain([Value::Missing]).map(|end| (clock.to.clone(), end)).collect()
    }

    fn values(&self, fact: &Fact) -> Vec<Value> {
        let mut values = match &fact.kind {
            FactType::Bool { .. } | FactType::OneOf(_) | FactType::Few { .. } => {
                fact.kind.finite().unwrap_or_default()
            }
            FactType::Number { .. } => self.numbers(fact).into_iter().map(Value::Number).collect(),
            FactType::Moment => self.moments(fact).into_iter().map(Value::Moment).collect(),
            FactType::Text => self.texts(&fact.name),
        };
        values.push(Value::Missing);
        let now = self.record.value(&fact.name);
        values.retain(|value| *value != now);
        values
    }

    /// Round numbers on both sides of everything the fact is compared with, the roundest and nearest first.
    fn numbers(&self, fact: &Fact) -> Vec<Decimal> {
        let FactType::Number { places, bounds, .. } = &fact.kind else { return Vec::new() };
        let mut points: BTreeSet<Decimal> = ROUND.into_iter().map(Decimal::from).collect();
        points.extend([bounds.low, bounds.high].into_iter().flatten());
        let now = self.record.value(&fact.name).interval().exact();
        points.extend(now);
        let grid: Vec<Decimal> = points.iter().copied().collect();
        let mut turns: BTreeSet<Decimal> = BTreeSet::new();
        for (left, right) in self.compared(&fact.name) {
            turns.extend(self.turns(&fact.name, &grid, (&left, &right)));
        }
        let between = turns
            .iter()
            .zip(turns.iter().skip(1))
            .filter_map(|(low, high)| low.checked_add(*high).and_then(|sum| sum.checked_div(Decimal::TWO)));
        let finest = places.unwrap_or(PLACES);
        let around = turns.iter().flat_map(|turn| around(*turn, finest));
        points.extend(between.chain(around));
        let mut numbers: Vec<Decimal> = points
            .into_iter()
            .map(|point| point.normalize())
            .filter(|point| bounds.contains(*point) && places.is_none_or(|places| point.scale() <= places))
            .collect();
        let middle = now.unwrap_or_default();
        // there are more numbers than can be tried: those that fail least of what is asked of the fact come first
        numbers.sort_by_cached_key(|number| {
            let distance = number.saturating_sub(middle).abs();
            (self.failed(&fact.name, *number), number.scale(), distance, *number)
        });
        numbers.truncate(MOST);
        numbers
    }

    /// How many demands on a fact a number fails: those that nothing else can mend, then those that another fact can.
    fn failed(&self, fact: &str, number: Decimal) -> (usize, usize) {
        let facts = Changed { record: self.record, fact, value: Value::Number(number) };
        let (mut settled, mut open) = (0_usize, 0_usize);
        for demand in self.demands {
            let Demand::Answer(step) = demand else { continue };
            let asked = step.question.facts();
            let meets = || matches!(step.question.answer(&facts), Ok(Some(answer)) if answer == step.answer);
            if !asked.iter().any(|name| name == fact) || meets() {
                continue;
            }
            let is_fixed = |name: &String| name == fact || self.typed.contains_key(name);
            if asked.iter().all(is_fixed) {
                settled = settled.saturating_add(1);
            } else {
                open = open.saturating_add(1);
            }
        }
        (settled, open)
    }

    /// What is compared with what, where a fact takes part.
    fn compared(&self, fact: &str) -> Vec<(Arc<Expression>, Arc<Expression>)> {
        let mut pairs = Vec::new();
        for demand in self.demands {
            let Demand::Answer(step) = demand else { continue };
            if !step.question.facts().iter().any(|asked| asked == fact) {
                continue;
            }
            match &step.question {
                Question::Compare(_, left, right) => pairs.push((Arc::clone(left), Arc::clone(right))),
                Question::Band { input, bands, .. } => {
                    let ends = bands.iter().flat_map(|band| [band.low, band.high]).flatten();
                    let ends: BTreeSet<Decimal> = ends.map(|(end, _)| end).collect();
                    pairs.extend(ends.into_iter().map(|end| (Arc::clone(input), Expression::literal(end))));
                }
                _ => {}
            }
        }
        pairs
    }

    /// Where the difference of two numbers changes its sign as one fact grows.
    fn turns(&self, fact: &str, grid: &[Decimal], (left, right): (&Expression, &Expression)) -> Vec<Decimal> {
        let gap = |number: Decimal| -> Option<Decimal> {
            let facts = Changed { record: self.record, fact, value: Value::Number(number) };
            let (left, right) = (left.evaluate(&facts).ok()?.exact()?, right.evaluate(&facts).ok()?.exact()?);
            left.checked_sub(right)
        };
        let known: Vec<(Decimal, Decimal)> =
            grid.iter().filter_map(|point| Some((*point, gap(*point)?))).collect();
        let mut turns = Vec::new();
        for ((low, below), (high, above)) in known.iter().zip(known.iter().skip(1)) {
            if below.is_zero() {
                turns.push(*low);
            }
            if above.is_zero() {
                turns.push(*high);
            }
            if below.is_zero() || above.is_zero() || below.is_sign_negative() == above.is_sign_negative() {
                continue;
            }
            turns.push(
                straight((*low, *below), (*high, *above), &gap)
                    .unwrap_or_else(|| halved((*low, below.is_sign_negative()), *high, &gap)),
            );
        }
        turns
    }

    /// Moments about which the fact may be: when a clock that it ends has run for its ordinary time, and shortly before
    /// and after everything it is compared with.
    fn moments(&self, fact: &Fact) -> Vec<NaiveDateTime> {
        let mut moments = Vec::new();
        let mut put = |moment: Option<NaiveDateTime>| {
            moments.extend(moment.filter(|moment| !moments.contains(moment)).into_iter().collect::<Vec<_>>());
        };
        let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
        for demand in self.demands {
            let Demand::Answer(step) = demand else { continue };
            let Question::Moments(_, left, right) = &step.question else { continue };
            let other = match (*left == fact.name, *right == fact.name) {
                (true, false) => right,
                (false, true) => left,
                _ => continue,
            };
            if let Value::Moment(other) = self.record.value(other) {
                put(other.checked_add_signed(day));
                put(other.checked_sub_signed(hour));
                put(Some(other));
            }
        }
        for clocked in self.scene.kind.schema.facts() {
            let (Origin::Clock(clock), Some(Value::Number(ordinary))) = (&clocked.origin, &clocked.ordinary)
            else {
                continue;
            };
            if clock.to == fact.name
                && clock.is_plain()
                && let Value::Moment(start) = self.record.value(&clock.from)
            {
                put(after(start, *ordinary));
            }
        }
        let at = self.scene.at;
        put(at.checked_add_signed(day));
        put(at.checked_add_signed(TimeDelta::days(2)));
        put(Some(at));
        put(at.checked_sub_signed(day));
        moments
    }

    /// The words looked for in a text, alone and together, the text it is compared with, and one that is none of them.
    fn texts(&self, fact: &str) -> Vec<Value> {
        let (mut words, mut together) = (Vec::new(), String::new());
        for demand in self.demands {
            let Demand::Answer(step) = demand else { continue };
            match &step.question {
                Question::Matches(name, word) if name == fact => words.push(word.clone()),
                Question::Contains(name, word) if name == fact => {
                    words.push(word.clone());
                    if step.answer == Answer::Yes && !together.contains(word.as_str()) {
                        together.push_str(word);
                    }
                }
                Question::Same(left, right) if left == fact || right == fact => {
                    let other = if left == fact { right } else { left };
                    if let Value::Text(text) | Value::Word(text) = self.record.value(other) {
                        words.push(text.to_string());
                    }
                }
                _ => {}
            }
        }
        let mut texts = vec![together];
        texts.extend(words);
        texts.extend(["A", "B"].map(str::to_owned));
        texts.retain(|text| !text.is_empty());
        texts.into_iter().map(|text| Value::Text(Arc::from(text.as_str()))).collect()
    }
}

/// The zero between two points of a straight line, where it is one.
fn straight(
    (low, below): (Decimal, Decimal),
    (high, above): (Decimal, Decimal),
    gap: &dyn Fn(Decimal) -> Option<Decimal>,
) -> Option<Decimal> {
    let part = below.checked_div(below.checked_sub(above)?)?;
    let zero = low.checked_add(high.checked_sub(low)?.checked_mul(part)?)?.round_dp(12).normalize();
    gap(zero)?.is_zero().then_some(zero)
}

/// A point close to where the sign changes.
fn halved(
    (low, negative): (Decimal, bool),
    high: Decimal,
    gap: &dyn Fn(Decimal) -> Option<Decimal>,
) -> Decimal {
    let (mut low, mut high) = (low, high);
    for _ in 0..HALVINGS {
        let middle = low.checked_add(high).and_then(|sum| sum.checked_div(Decimal::TWO));
        let Some(middle) = middle.map(|middle| middle.round_dp(10)) else { return low };
        match gap(middle) {
            Some(gap) if gap.is_zero() => return middle,
            Some(gap) if gap.is_sign_negative() == negative => low = middle,
            _ => high = middle,
        }
    }
    high.round_dp(6)
}

/// A number and its neighbours, at every number of places from whole numbers on.
fn around(number: Decimal, finest: u32) -> Vec<Decimal> {
    let mut near = vec![number];
    for places in 0..=finest.min(PLACES) {
        let grain = Decimal::try_new(1, places).unwrap_or(Decimal::ONE);
        let low = number.round_dp_with_strategy(places, RoundingStrategy::ToNegativeInfinity);
        let high = number.round_dp_with_strategy(places, RoundingStrategy::ToPositiveInfinity);
        near.extend([low, high, low.saturating_sub(grain), high.saturating_add(grain)]);
    }
    near
}
