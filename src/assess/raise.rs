//! Rows that clauses raise: warnings, measures, entries of a register. Each belongs to a card, and is judged in its
//! turn; inside one kind those against a lower office come first, so that what a leader answers for is known.

use super::bearer::{Bearers, CardKey};
use super::row::JudgedRows;
use crate::calendar::Period;
use crate::clause::{Clause, Taken, Touch};
use crate::decision::{Deed, End};
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::policy::{Group, Limit, Pack, Policy, Scope};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A row that a clause raises.
#[derive(Clone, Debug)]
pub struct Raised {
    /// What identifies it: the row it comes from, the clause, and the card.
    pub id: String,
    /// The date of the row it comes from.
    pub at: NaiveDateTime,
    /// The day by which it falls into a period: that of the row it comes from.
    pub counted_on: NaiveDate,
    /// The kind of the row it comes from, by its place in the judging order, and the row's position there.
    pub source: (usize, usize),
    /// The row that began it all.
    pub root: String,
    /// The clause, by its position in the rulebook.
    pub clause: usize,
    /// The role under which it was raised.
    pub role: String,
    /// The card it belongs to, on the roster.
    pub card: u32,
    /// Whether it stands whatever the open facts turn out to be.
    pub certain: bool,
}

/// How many rows the paths of a clause raise under one role.
struct Count {
    least: usize,
    most: usize,
}

/// What a clause raises for a row: role and kind, and for each row whether it certainly is.
pub(super) fn of(clause: &Clause, paths: &[Taken]) -> Vec<(String, String, bool)> {
    let mut counts: BTreeMap<(String, String), Count> = BTreeMap::new();
    for touch in &clause.touches {
        if let (role, Touch::Raise(kind)) = touch {
            counts.insert((role.clone(), kind.clone()), Count { least: usize::MAX, most: 0 });
        }
    }
    for Taken { path, .. } in paths {
        let is_cut_short = matches!(path.end, End::Undetermined(_));
        for ((role, kind), count) in &mut counts {
            let raises = |deed: &Deed| matches!(deed, Deed::Raise { kind: raised } if raised == kind);
            let raised = path.effects.iter().filter(|effect| effect.role == *role && raises(&effect.deed));
            let raised = raised.count();
            // a path that breaks off may do anything its clause can
            count.least = count.least.min(if is_cut_short { 0 } else { raised });
            count.most = count.most.max(if is_cut_short { raised.max(1) } else { raised });
        }
    }
    let each = counts.into_iter().flat_map(|((role, kind), count)| {
        (0..count.most).map(move |nth| (role.clone(), kind.clone(), nth < count.least))
    });
    each.collect()
}

/// Where a row is on its way from being raised to being judged.
pub(super) struct Raising<'a> {
    pub(super) pack: &'a Pack,
    pub(super) bearers: Bearers<'a>,
    pub(super) period: Period,
    pub(super) clauses: &'a [Clause],
    /// How many rows there certainly are, and how many there may be, of what a cap counts together.
    counts: BTreeMap<(usize, Vec<String>), (usize, usize)>,
    waiting: BTreeMap<usize, Vec<Raised>>,
    /// What was not made, and why.
    pub(super) unmade: Vec<Diagnostic>,
}

impl<'a> Raising<'a> {
    pub(super) fn new(pack: &'a Pack, bearers: Bearers<'a>, period: Period, clauses: &'a [Clause]) -> Self {
        let (counts, waiting, unmade) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { pack, bearers, period, clauses, counts, waiting, unmade }
    }

    /// Takes in rows that were raised for a kind by rows of another: no more of them than a cap allows.
    pub(super) fn take(&mut self, raised: Vec<(usize, Raised)>, rows: &JudgedRows, from: Option<usize>) {
        for (kind, mut raised) in raised {
            // inside one kind only a higher office can follow
            let follows = from.is_none_or(|level| {
                self.pack.policy.kinds.get(kind).is_some_and(|own| own.name != rows.kind())
                    || self.level(&raised, rows) > level
            });
            if !follows {
                self.leave_out(&raised, rows, ("没有更高职务可再追究", "no higher office follows"));
            } else if self.is_within_caps(&mut raised, rows) {
                self.waiting.entry(kind).or_default().push(raised);
            }
        }
    }

    /// The rows of a kind that are judged next: of all that wait those against the lowest office.
    pub(super) fn next(
        &mut self,
        kind: usize,
        subjects: &dyn Fn(u32) -> Option<CardKey>,
    ) -> Option<(usize, Vec<Raised>)> {
        let waiting = self.waiting.remove(&kind)?;
        let levels: Vec<usize> = waiting.iter().map(|raised| self.level_of(raised, subjects)).collect();
        let lowest = *levels.iter().min()?;
        let (mut now, mut later) = (Vec::new(), Vec::new());
        for (raised, level) in waiting.into_iter().zip(levels) {
            if level == lowest { now.push(raised) } else { later.push(raised) }
        }
        if !later.is_empty() {
            self.waiting.insert(kind, later);
        }
        now.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Some((lowest, now))
    }

    fn level(&self, raised: &Raised, rows: &JudgedRows) -> usize {
        self.level_of(raised, &|card| rows.roster().key(card).cloned())
    }

    /// The place of the highest office somebody holds in the period; the lowest for whoever holds none.
    fn level_of(&self, raised: &Raised, subjects: &dyn Fn(u32) -> Option<CardKey>) -> usize {
        let Some(key) = subjects(raised.card) else { return 0 };
        let offices = self.pack.policy.offices.iter().enumerate().rev();
        let mut held = offices.filter(|(_, office)| match self.bearers {
            Bearers::Organisation(organisation) => {
                organisation.holders_during(office, &self.period).contains_key(&key.subject)
            }
            Bearers::Typed(_) => **office == raised.role || **office == key.subject,
        });
        held.next().map_or(0, |(place, _)| place)
    }

    /// Whether a cap leaves room for a row; where only rows that may not be there fill it, the row is not certain either.
    fn is_within_caps(&mut self, raised: &mut Raised, rows: &JudgedRows) -> bool {
        let Some(clause) = self.clauses.get(raised.clause) else { return true };
        let policy: &Policy = &self.pack.policy;
        let terms = rows.terms(raised.source.1);
        let of_group = |(place, group): (usize, &Group)| {
            let Limit::Cap(name) = &group.limit else { return None };
            let most = terms.as_ref().and_then(|terms| terms.number(name));
            let applies = group.clauses.contains(&clause.name);
            // rows are whole: a cap of two and a half leaves room for two
            applies.then(|| ((place, scope(group, raised, clause, rows)), most.map(|most| most.floor())))
        };
        let caps: Vec<_> = policy.groups.iter().enumerate().filter_map(of_group).collect();
        let counts = &self.counts;
        let count = |cap: &(usize, Vec<String>)| counts.get(cap).copied().unwrap_or_default();
        if caps.iter().any(|(cap, most)| most.is_some_and(|most| Decimal::from(count(cap).0) >= most)) {
            self.leave_out(raised, rows, ("已到次数上限", "the cap on how often is reached"));
            return false;
        }
        // a cap that is not in force on the day may leave room for it or not
        let has_room =
            |(cap, most): &(_, Option<Decimal>)| most.is_some_and(|most| Decimal::from(count(cap).1) < most);
        raised.certain = raised.certain && caps.iter().all(has_room);
        for (cap, _) in caps {
            let count = self.counts.entry(cap).or_default();
            *count = (count.0.saturating_add(usize::from(raised.certain)), count.1.saturating_add(1));
        }
        true
    }

    fn leave_out(&mut self, raised: &Raised, rows: &JudgedRows, (zh, en): (&str, &str)) {
        let title = self.clauses.get(raised.clause).map(|clause| clause.title.clone()).unwrap_or_default();
        let who = rows.roster().key(raised.card).map(|key| key.subject.clone()).unwrap_or_default();
        let message = Text::new(
            format!("{}：{who} 不再计「{}」，{zh}", raised.root, title.zh),
            format!("{}: '{}' makes no further row for {who}: {en}", raised.root, title.en),
        );
        self.unmade.push(Diagnostic::warning("R033", message));
    }
}

/// What the rows that a cap counts together have in common.
fn scope(group: &Group, raised: &Raised, clause: &Clause, rows: &JudgedRows) -> Vec<String> {
    let of = |scope: &Scope| match scope {
        Scope::Record => rows.id(raised.source.1).to_owned(),
        Scope::Card => raised.card.to_string(),
        Scope::Clause => clause.name.clone(),
        Scope::Account => String::new(),
        Scope::Fact(name) => {
            let facts = rows.facts();
            let value = facts.schema().position(name).map(|fact| facts.value(fact, raised.source.1));
            value.map(|value| crate::fact::FactType::plain(&value)).unwrap_or_default()
        }
    };
    group.per.iter().map(of).collect()
}

/// An identifier no other row of the kind has.
pub(super) fn identify(raised: &mut [(usize, Raised)], taken: &mut BTreeSet<String>) {
    for (_, row) in raised {
        let plain = row.id.clone();
        let mut nth = 2_usize;
        while !taken.insert(row.id.clone()) {
            row.id = format!("{plain}/{nth}");
            nth = nth.saturating_add(1);
        }
    }
}
