//! The search: few changes before many, always the same way round, and never without end.

use super::candidate::Seeking;
use super::confirmed;
use super::demand::{self, Demand, standing};
use super::draft::{Scene, Typed};
use crate::clause::Record;
use crate::decision::{Question, Step};
use crate::fact::Value;
use crate::scenario::Situation;
use std::collections::BTreeSet;

/// The most facts changed at once.
const CHANGES: usize = 10;
/// The most situations assessed for one.
const ASSESSED: usize = 64;

/// A search for one situation.
pub(super) struct Search<'s> {
    scene: &'s Scene<'s>,
    wanted: &'s [Step],
    assessed: usize,
    /// One that would do, but of which the pack says that its facts do not fit together well.
    odd: Option<Situation>,
}

impl<'s> Search<'s> {
    pub(super) fn new(scene: &'s Scene<'s>, wanted: &'s [Step]) -> Self {
        Self { scene, wanted, assessed: ASSESSED, odd: None }
    }

    /// Looks with no change, then with one, and so on.
    pub(super) fn run(mut self) -> Option<Situation> {
        let mut demands: Vec<Demand> = self.wanted.iter().cloned().map(Demand::Answer).collect();
        demands.extend(standing(self.scene));
        for changes in 0..=CHANGES {
            if let Some(found) = self.descend(&Typed::new(), &demands, changes) {
                return Some(found);
            }
            if self.odd.is_some() || self.scene.is_exhausted() || self.assessed == 0 {
                break;
            }
        }
        self.odd
    }

    fn descend(&mut self, typed: &Typed, demands: &[Demand], left: usize) -> Option<Situation> {
        if self.scene.is_exhausted() {
            return None;
        }
        let record = self.scene.record(typed);
        let unmet: Vec<&Demand> =
            demands.iter().filter(|demand| !demand.holds(self.scene, &record)).collect();
        // with a change left over it has been found before
        let Some(next) = unmet.iter().copied().min_by_key(|demand| self.breadth(demand)) else {
            return if left == 0 { self.confirm(typed) } else { None };
        };
        if self.needed(&unmet, typed)? > left {
            return None;
        }
        let changes = if let Some(by) = next.interpreted(self.scene) {
            let (asked, facts) = demand::asked(self.scene, &by, &record);
            let demands: Vec<Demand> = demands.iter().cloned().chain(asked).collect();
            let seeking = Seeking { scene: self.scene, demands: &demands, typed, record: &record };
            let changes = facts.into_iter().flat_map(|fact| seeking.changes(fact, next));
            // with a fact missing it would be run through everything that may be
            changes.filter(|(_, value)| *value != Value::Missing).collect::<Vec<_>>()
        } else if matches!(next, Demand::Consistent(_)) || next.defined(self.scene).is_some() {
            return self.work_back(typed, (demands, next), &record, left);
        } else {
            let seeking = Seeking { scene: self.scene, demands, typed, record: &record };
            let facts = next.facts();
            let facts = facts.iter().filter_map(|name| self.scene.kind.schema.get(name));
            facts.flat_map(|fact| seeking.changes(fact, next)).collect()
        };
        let remaining = left.checked_sub(1)?;
        for (fact, value) in changes {
            let mut typed = typed.clone();
            typed.insert(fact, value);
            if let Some(found) = self.descend(&typed, demands, remaining) {
                return Some(found);
            }
        }
        None
    }

    /// Goes on with every way to meet a demand on something that is worked out, the nearest first.
    fn work_back(
        &mut self,
        typed: &Typed,
        (demands, next): (&[Demand], &Demand),
        record: &Record,
        left: usize,
    ) -> Option<Situation> {
        let mut ways = next.ways(self.scene);
        ways.sort_by_cached_key(|way| way.iter().filter(|demand| !demand.holds(self.scene, record)).count());
        for way in ways {
            let mut all: Vec<Demand> = Vec::new();
            // a row may still become inconsistent by what is typed later
            let rest =
                demands.iter().filter(|demand| *demand != next || matches!(next, Demand::Consistent(_)));
            for demand in way.into_iter().chain(rest.cloned()) {
                if !all.contains(&demand) {
                    all.push(demand);
                }
            }
            if all == demands {
                continue;
            }
            if let Some(found) = self.descend(typed, &all, left) {
                return Some(found);
            }
        }
        None
    }

    /// How widely a demand branches: what is asked of one fact with few values is settled first.
    fn breadth(&self, demand: &Demand) -> usize {
        match demand {
            Demand::Consistent(_) => 5,
            Demand::Answer(_) if demand.defined(self.scene).is_some() => 3,
            Demand::Answer(step) => match step.question {
                Question::Fact(_) => 0,
                Question::Known(_) => 2,
                _ if demand.facts().len() > 1 => 4,
                _ => 1,
            },
        }
    }

    /// How many facts must change at the least; none where a demand can no longer be met.
    fn needed(&self, unmet: &[&Demand], typed: &Typed) -> Option<usize> {
        let mut alone = BTreeSet::new();
        for demand in unmet {
            let facts = demand.facts();
            if facts.is_empty() || demand.defined(self.scene).is_some() {
                continue;
            }
            let is_clock = |name: &String| {
                let fact = self.scene.kind.schema.get(name);
                fact.is_some_and(|fact| matches!(fact.origin, crate::fact::Origin::Clock(_)))
            };
            if facts.iter().all(|fact| typed.contains_key(fact) && !is_clock(fact)) {
                return None;
            }
            if let [fact] = facts.as_slice()
                && !is_clock(fact)
            {
                alone.insert(fact.clone());
            }
        }
        Some(alone.len().max(usize::from(!unmet.is_empty())))
    }

    /// Assesses what a draft proposes.
    fn confirm(&mut self, typed: &Typed) -> Option<Situation> {
        let by_moments = self.scene.by_moments(typed).filter(|moved| moved.len() <= typed.len());
        for typed in by_moments.iter().chain([typed]) {
            self.assessed = self.assessed.checked_sub(1)?;
            let situation = self.scene.situation(typed);
            let Some(assessment) = confirmed(self.scene, &situation, self.wanted) else { continue };
            if assessment.remarks.is_empty() {
                return Some(situation);
            }
            self.odd.get_or_insert(situation);
        }
        None
    }
}
