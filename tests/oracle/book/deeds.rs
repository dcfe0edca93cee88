//! What clauses did, on the cards that roles lead to; and the rows they raise.

use super::model::{Number, Statement};
use super::stage::{Row, Stage};
use super::value::{Datum, Grade, Known};
use super::weigh::{Done, half_up};
use rust_decimal::Decimal;

impl Stage<'_> {
    /// What a clause found in a row, on the cards that its roles lead to.
    pub(super) fn note(&mut self, (kind, row): (usize, usize), clause: &str, done: &Done) {
        let row = self.rows[kind][row].clone();
        let own = &self.model.kinds[kind];
        let least = if done.fault.is_some() { Grade::Void } else { self.murky[kind] };
        for (role, account, amount, grade) in &done.entries {
            let declared = &own.roles[*role];
            let holders = &row.holders[*role];
            if amount.is_zero() || (holders.is_empty() && declared.need_not) {
                continue;
            }
            let shares = if declared.split && holders.len() > 1 {
                split(amount.abs(), holders.len())
            } else {
                vec![amount.abs(); holders.len().max(1)]
            };
            let nobody = [String::new()];
            let whom = if holders.is_empty() { &nobody[..] } else { holders };
            for (subject, share) in whom.iter().zip(shares) {
                let takes = amount.is_sign_negative();
                let place =
                    (clause.to_owned(), row.id.clone(), declared.name, subject.clone(), *account, takes);
                let sum = self.findings.entry(place).or_insert((Decimal::ZERO, Grade::Exact));
                *sum = (sum.0 + half_up(share, 2), sum.1.max(*grade).max(least));
            }
        }
        for (role, grade) in &done.vetoes {
            for subject in &row.holders[*role] {
                let veto = self.vetoes.entry((own.roles[*role].is, subject.clone())).or_insert(Grade::Void);
                *veto = (*veto).min((*grade).max(least));
            }
        }
        for (role, account) in &done.open {
            let is = own.roles[*role].is;
            let grade = least.max(Grade::Filled);
            let nobody = [String::new()];
            let whom = if row.holders[*role].is_empty() { &nobody[..] } else { &row.holders[*role] };
            for subject in whom {
                for takes in [true, false] {
                    let Some(account) = *account else { continue };
                    let name = own.roles[*role].name;
                    let place = (clause.to_owned(), row.id.clone(), name, subject.clone(), account, takes);
                    let sum = self.findings.entry(place).or_insert((Decimal::ZERO, grade));
                    sum.1 = sum.1.max(grade);
                }
                let open = self.open.entry((is, subject.clone(), *account)).or_insert(grade);
                *open = (*open).max(grade);
            }
        }
        for (role, account) in done.broken.iter().filter(|_| self.murky[kind] == Grade::Exact) {
            for subject in &row.holders[*role] {
                self.failing.insert((own.roles[*role].is, subject.clone(), *account));
            }
        }
        for raised in &done.open_raises {
            let place = self.model.place(raised);
            self.murky[place] = self.murky[place].max(least.max(Grade::Filled));
        }
        if self.murky[kind] != Grade::Exact {
            for (_, raised) in &done.raises {
                let place = self.model.place(raised);
                self.murky[place] = self.murky[place].max(self.murky[kind]);
            }
        }
    }

    /// Rows that may be there or not may touch whatever their clauses can.
    pub(super) fn blur(&mut self, kind: usize) {
        let own = &self.model.kinds[kind];
        for role in &own.roles {
            let everybody = ["P1", "P2", "P3", "P4", "U1", "U2"];
            for subject in everybody {
                for account in [None, Some(0), Some(1)] {
                    let open =
                        self.open.entry((role.is, subject.to_owned(), account)).or_insert(Grade::Exact);
                    *open = (*open).max(self.murky[kind]);
                }
            }
        }
        for (_, body) in self.model.clauses(own.name) {
            for raised in raises(body) {
                let place = self.model.place(raised);
                self.murky[place] = self.murky[place].max(self.murky[kind]);
            }
        }
    }

    pub(super) fn raise(
        &self,
        (kind, row): (usize, usize),
        clause: &str,
        done: &Done,
        raised: &mut Vec<(usize, Row)>,
    ) {
        let own = &self.rows[kind][row];
        let declared = &self.model.kinds[kind];
        let mut raises = done.raises.clone();
        raises.sort_by_key(|(role, to)| (*role, *to));
        for (role, to) in raises {
            let role = &declared.roles[declared.role(role).unwrap()];
            for subject in &own.holders[declared.role(role.name).unwrap()] {
                let place = self.model.place(to);
                let kind_of = &self.model.kinds[place];
                let mut made = Row::new(format!("{}/{clause}/{subject}", own.id), own.at, kind_of);
                made.root = if own.root.is_empty() { own.id.clone() } else { own.root.clone() };
                (made.raised_for, made.clause) = (Some((role.is, subject.clone())), clause.to_owned());
                made.source = Some((kind, row));
                made.counted = self.counted_on(kind, own);
                made.level = self.level(subject);
                for (fact, slot) in kind_of.facts.iter().zip(&mut made.facts) {
                    let super::model::Origin::Carried(from) = fact.from else { continue };
                    let text = |text: &str| Known::exact(Some(Datum::Text(text.to_owned())));
                    *slot = match (declared.fact(from), from) {
                        (Some(from), _) => own.facts[from].clone(),
                        (None, "root") => text(&made.root),
                        (None, "clause") => text(clause),
                        (None, "record") => text(&own.id),
                        _ => Known::exact(None),
                    };
                }
                raised.push((place, made));
            }
        }
    }

    fn level(&self, subject: &str) -> usize {
        let holds = self.staff.heads.iter().any(|spell| spell.who == subject && spell.touches(self.period));
        usize::from(holds)
    }

    pub(super) fn is_within_cap(
        &mut self,
        (kind, row): (usize, &Row),
        _clauses: &[(&str, &[Statement])],
    ) -> bool {
        let Some((clause, per)) = &self.model.cap else { return true };
        if *clause != row.clause {
            return true;
        }
        let source = &self.rows[kind][row.source.unwrap().1];
        let name = self.named(kind, source);
        let cap = self.weigh(kind, source, &name).number(&Number::Term("cap".to_owned())).unwrap().0;
        let scope = per.iter().map(|scope| match *scope {
            "card" => format!("{:?}", row.raised_for),
            "record" => source.id.clone(),
            "clause" => row.clause.clone(),
            fact => format!("{:?}", self.value(kind, source, fact).datum),
        });
        let count = self.counts.entry(scope.collect()).or_default();
        if *count >= cap {
            return false;
        }
        *count += Decimal::ONE;
        true
    }
}

/// Equal shares to the cent, the larger ones first.
fn split(whole: Decimal, among: usize) -> Vec<Decimal> {
    let cents = (half_up(whole, 2) * Decimal::ONE_HUNDRED).trunc();
    let among_all = Decimal::from(among);
    let (each, left) = ((cents / among_all).trunc(), cents % among_all);
    let share = |place: usize| each + if Decimal::from(place) < left { Decimal::ONE } else { Decimal::ZERO };
    (0..among).map(|place| share(place) / Decimal::ONE_HUNDRED).collect()
}
fn raises(body: &[Statement]) -> Vec<&'static str> {
    let of = |statement: &Statement| match statement {
        Statement::If(_, then, otherwise) => [raises(then), raises(otherwise)].concat(),
        Statement::Repeat(_, body) => raises(body),
        Statement::Raise(_, kind) => vec![*kind],
        _ => Vec::new(),
    };
    body.iter().flat_map(of).collect()
}
