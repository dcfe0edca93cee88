//! What a fact made out of several rows comes to: every row is looked at, for every fact anew.

use super::days;
use super::model::{Aggregate, Does, Measure, Origin, Window};
use super::stage::{Row, Stage};
use super::value::{Datum, Fault, Grade, Known};
use super::weigh::{Weigh, half_up};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// A row that lies in the window, and whether it is one of those that count.
struct Seen<'a> {
    row: &'a Row,
    counts: bool,
    grade: Grade,
}

impl Stage<'_> {
    /// The fact of a row.
    pub(super) fn aggregate(&self, (kind, row): (usize, usize), aggregate: &Aggregate) -> Known {
        let own = &self.rows[kind][row];
        let between = !aggregate.same.is_empty();
        let over = self.model.place(aggregate.over);
        let window = aggregate.window.clone().unwrap_or(if between { Window::Ever } else { Window::Period });
        let nothing = || match aggregate.measure {
            Measure::Fold => Known::exact(aggregate.start.clone()),
            Measure::Count | Measure::Sum => Known::exact(Some(Datum::Number(Decimal::ZERO))),
            _ => Known::exact(None),
        };
        let mut whole = self.murky[over];
        let common = match between.then(|| self.common((kind, own), own_names(aggregate))) {
            Some(None) => return nothing(),
            Some(Some((_, Grade::Void))) => return Known::fault(Fault::Perhaps),
            // of a row that may be one of any nothing is known
            Some(Some((_, Grade::Filled))) => return Known::exact(None),
            Some(Some((common, Grade::Exact))) => Some(common),
            None => None,
        };
        if aggregate.measure == Measure::Apportion {
            return self.share((kind, row), aggregate);
        }
        let anniversary = match &window {
            Window::Anniversary(fact) => match self.value(kind, own, fact) {
                Known { datum: Some(Datum::Moment(moment)), grade: Grade::Exact } => Some(moment.date()),
                Known { datum: None, grade: Grade::Exact } => return Known::exact(None),
                _ => return Known::fault(Fault::Perhaps),
            },
            _ => None,
        };
        let months = if self.model.kinds[kind].is_card() { self.model.kinds[kind].months } else { 1 };
        let (first, last) = days::window(&window, own.at.date(), months, anniversary);
        if !between && !aggregate.leave_out && self.lacks((kind, over), own, (first, last)) {
            return Known::of(None, Grade::Filled);
        }
        let after = match &window {
            Window::Since(since) => {
                let (after, grade) =
                    self.last_since(self.model.place(since), (kind, own), aggregate, common.as_deref());
                whole = whole.max(grade);
                after
            }
            _ => None,
        };
        let mut seen = self.inside((kind, row), aggregate, (&window, first, last, after), common.as_deref());
        seen.sort_by(|a, b| (a.row.at, &a.row.id).cmp(&(b.row.at, &b.row.id)));
        let found = self.measured(over, aggregate, &seen);
        Known::of(found.datum, found.grade.max(whole))
    }

    /// The rows that lie in the window.
    fn inside(
        &self,
        (kind, row): (usize, usize),
        aggregate: &Aggregate,
        (window, first, last, after): (&Window, Option<NaiveDate>, NaiveDate, Option<NaiveDateTime>),
        common: Option<&[String]>,
    ) -> Vec<Seen<'_>> {
        let (own, between) = (&self.rows[kind][row], !aggregate.same.is_empty());
        let over = self.model.place(aggregate.over);
        let mut seen = Vec::new();
        for (place, other) in self.rows[over].iter().enumerate() {
            let itself = over == kind && place == row;
            let on = if between { Some(other.at.date()) } else { self.counted_on(over, other) };
            let inside = on.is_some_and(|on| first.is_none_or(|first| first <= on) && on <= last);
            let reached = !between || self.reaches((kind, row), (over, place));
            if !inside || !reached || after.is_some_and(|after| other.at <= after) {
                continue;
            }
            if (itself && aggregate.measure == Measure::Last) || (!between && over == kind && itself) {
                continue;
            }
            let belongs = match common {
                Some(common) => self.is_alike((over, other), aggregate, common),
                None => self.leads((over, other), (kind, own), aggregate.role),
            };
            let valid = match window {
                Window::Valid => self.is_valid(over, other, own.at.date()),
                _ => (true, Grade::Exact),
            };
            seen.extend(self.seen((over, other), aggregate, [belongs, valid]));
        }
        seen
    }

    /// A row, unless it certainly does not count.
    fn seen<'a>(
        &self,
        (over, row): (usize, &'a Row),
        aggregate: &Aggregate,
        beliefs: [(bool, Grade); 2],
    ) -> Option<Seen<'a>> {
        let condition = aggregate.condition.as_ref().map(|condition| {
            let known = self.value(over, row, condition);
            let what = format!("{} {condition}", self.named(over, row));
            match known {
                Known { grade: Grade::Void, .. } => (true, Grade::Void),
                Known { datum: Some(Datum::Flag(flag)), grade } => (flag, grade),
                _ => (self.fill.flag(&what), Grade::Filled),
            }
        });
        let (mut counts, mut grade) = (true, Grade::Exact);
        for (flag, own) in beliefs.into_iter().chain(condition) {
            if own == Grade::Exact && !flag {
                return None;
            }
            (counts, grade) = (counts && flag, grade.max(own));
        }
        if aggregate.leave_out {
            // what is not known of a cell is left out; what is not known of more may be known by halves
            let lacking =
                aggregate.fact.as_ref().is_some_and(|fact| self.value(over, row, fact).datum.is_none());
            if lacking || grade == Grade::Filled {
                return None;
            }
        }
        Some(Seen { row, counts, grade })
    }

    fn measured(&self, over: usize, aggregate: &Aggregate, seen: &[Seen<'_>]) -> Known {
        let counting = || seen.iter().filter(|seen| seen.counts);
        let grade = seen.iter().map(|seen| seen.grade).max().unwrap_or(Grade::Exact);
        if grade == Grade::Void && !matches!(aggregate.measure, Measure::Last | Measure::Fold) {
            return Known::fault(Fault::Perhaps);
        }
        let fact = aggregate.fact.as_deref().unwrap_or_default();
        let number = |seen: &Seen<'_>| {
            let known = self.value(over, seen.row, fact);
            match known {
                Known { datum: Some(Datum::Number(number)), grade } => (number, grade),
                Known { datum: None, grade: Grade::Exact | Grade::Filled } => {
                    let what = format!("{} {fact}", self.named(over, seen.row));
                    match self.fill.datum(&what, &self.type_of(over, fact)) {
                        Datum::Number(number) => (number, Grade::Filled),
                        other => panic!("{other:?}"),
                    }
                }
                _ => (Decimal::ZERO, Grade::Void),
            }
        };
        match aggregate.measure {
            Measure::Count => {
                let count = u32::try_from(counting().count()).unwrap();
                let count = aggregate.top.map_or(count, |top| count.min(top));
                Known::of(Some(Datum::Number(count.into())), grade)
            }
            Measure::Sum => {
                let (mut sum, mut all) = (Decimal::ZERO, grade);
                for (number, grade) in counting().map(number) {
                    (sum, all) = (sum + number, all.max(grade));
                }
                Known::of(Some(Datum::Number(sum)), all)
            }
            Measure::Max | Measure::Min => {
                let numbers: Vec<(Decimal, Grade)> = counting().map(number).collect();
                let all = numbers.iter().map(|(_, grade)| *grade).fold(grade, Grade::max);
                let numbers = numbers.into_iter().map(|(number, _)| number);
                let found = if aggregate.measure == Measure::Max { numbers.max() } else { numbers.min() };
                Known::of(found.map(Datum::Number), all)
            }
            Measure::Last => {
                let mut all = Grade::Exact;
                for seen in seen.iter().rev() {
                    all = all.max(seen.grade);
                    if seen.counts {
                        let known = self.value(over, seen.row, fact);
                        return Known::of(known.datum, known.grade.max(all));
                    }
                }
                Known::of(None, all)
            }
            Measure::Fold => self.carried(over, aggregate, seen),
            Measure::Apportion => panic!("shares are worked out apart"),
        }
    }

    fn carried(&self, over: usize, aggregate: &Aggregate, seen: &[Seen<'_>]) -> Known {
        let function = self.model.function(aggregate.by.as_deref().unwrap());
        let Does::Carries(next) = &function.does else { panic!("{} carries nothing", function.name) };
        let of = match aggregate.start {
            Some(Datum::Text(_)) => self.stages(),
            _ => super::model::Type::Number(None, None, None),
        };
        let mut carried = Known::exact(aggregate.start.clone());
        for seen in seen {
            let name = self.named(over, seen.row);
            let mut weigh = self.weigh(over, seen.row, &name);
            weigh.previous = Some((carried.clone(), of.clone()));
            let after = weigh.any(next);
            carried = match (seen.grade, seen.counts) {
                (Grade::Exact, _) => after,
                (Grade::Void, _) => Known::fault(Fault::Perhaps),
                (Grade::Filled, counts) => {
                    let kept = if counts { after } else { carried };
                    Known::of(kept.datum, kept.grade.max(Grade::Filled))
                }
            };
        }
        carried
    }

    /// A share of one amount: down to the grain, and what is left to the largest remainders, the earlier of equal ones.
    fn share(&self, (kind, row): (usize, usize), aggregate: &Aggregate) -> Known {
        let common = self.common((kind, &self.rows[kind][row]), own_names(aggregate));
        let mut sharers: Vec<(usize, &Row)> = Vec::new();
        for (place, other) in self.rows[kind].iter().enumerate() {
            let theirs = self.common((kind, other), own_names(aggregate));
            // one of which it is not known whether it shares has no part in it
            if theirs.as_ref().is_some_and(|theirs| theirs.1 == Grade::Exact)
                && theirs.map(|theirs| theirs.0) == common.as_ref().map(|own| own.0.clone())
            {
                sharers.push((place, other));
            }
        }
        sharers.sort_by(|a, b| (a.1.at, &a.1.id).cmp(&(b.1.at, &b.1.id)));
        let numbers = |fact: &str| -> Option<Vec<Decimal>> {
            let each = sharers.iter().map(|(_, row)| match self.value(kind, row, fact) {
                Known { datum: Some(Datum::Number(number)), grade: Grade::Exact } => Some(number),
                _ => None,
            });
            each.collect()
        };
        let (amounts, weights) =
            (numbers(aggregate.fact.as_deref().unwrap()), numbers(aggregate.weight.unwrap()));
        let (Some(amounts), Some(weights)) = (amounts, weights) else { return Known::exact(None) };
        let (amount, whole) = (amounts[0], weights.iter().sum::<Decimal>());
        if whole.is_zero() || amounts.iter().any(|own| *own != amount) {
            return Known::exact(None);
        }
        let cent = Decimal::new(1, 2);
        let cut = |share: Decimal| (share / cent).trunc() * cent;
        let exact: Vec<Decimal> = weights.iter().map(|weight| amount * weight / whole).collect();
        let mut shares: Vec<Decimal> = exact.iter().map(|share| cut(*share)).collect();
        let mut given = vec![false; shares.len()];
        while amount - shares.iter().sum::<Decimal>() >= cent {
            let mut best: Option<usize> = None;
            for place in (0..shares.len()).filter(|place| !given[*place]) {
                let over = |place: usize| exact[place] - cut(exact[place]);
                if best.is_none_or(|best| over(place) > over(best)) {
                    best = Some(place);
                }
            }
            let best = best.unwrap();
            (given[best], shares[best]) = (true, shares[best] + cent);
        }
        let own = sharers.iter().position(|(place, _)| *place == row).unwrap();
        Known::exact(Some(Datum::Number(half_up(shares[own], 2))))
    }

    /// Whether a row does not come after the one that looks back.
    fn reaches(&self, (kind, row): (usize, usize), (over, place): (usize, usize)) -> bool {
        let (own, other) = (&self.rows[kind][row], &self.rows[over][place]);
        if over != kind {
            return other.at <= own.at;
        }
        // of rows that clauses raise those against a lower office come first
        (other.at, &other.id) <= (own.at, &own.id) && other.level <= own.level
    }

    /// The last moment of another kind's rows that have the same in common, up to the row's own.
    fn last_since(
        &self,
        since: usize,
        (_, own): (usize, &Row),
        aggregate: &Aggregate,
        common: Option<&[String]>,
    ) -> (Option<NaiveDateTime>, Grade) {
        let mut grade = self.murky[since];
        let mut last = None;
        for other in self.rows[since].iter().filter(|other| other.at <= own.at) {
            let Some((theirs, known)) = self.common((since, other), own_names(aggregate)) else { continue };
            grade = grade.max(known);
            if Some(theirs.as_slice()) == common {
                last = last.max(Some(other.at));
            }
        }
        (last, grade)
    }

    /// Works out every fact of rows that is not read, in the order in which they are declared.
    pub(super) fn derive(&mut self, kind: usize, rows: &[usize]) {
        let facts = self.model.kinds[kind].facts.clone();
        for (place, fact) in facts.iter().enumerate() {
            let values: Vec<Known> = match &fact.from {
                Origin::Column | Origin::Carried(_) => continue,
                Origin::Aggregate(own) => rows.iter().map(|row| self.aggregate((kind, *row), own)).collect(),
                Origin::Defined(by) => {
                    let Does::Defines(body) = &self.model.function(by).does else {
                        panic!("{by} defines nothing")
                    };
                    let define = |row: &usize| {
                        let row = &self.rows[kind][*row];
                        let name = self.named(kind, row);
                        let mut weigh: Weigh<'_> = self.weigh(kind, row, &name);
                        weigh.any(body)
                    };
                    rows.iter().map(define).collect()
                }
            };
            for (row, value) in rows.iter().zip(values) {
                self.rows[kind][*row].facts[place] = value;
            }
        }
    }
}

fn own_names(aggregate: &Aggregate) -> Vec<&str> {
    aggregate.same.iter().map(|(own, _)| *own).collect()
}
