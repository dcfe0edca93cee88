//! What a card settles at: opening and entries, between floor and ceiling, under a veto; and its grade.

use super::stage::Stage;
use super::value::{Datum, Grade, Known};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl Stage<'_> {
    /// What a card settles at.
    pub(super) fn settle(&self, kind: usize, subject: &str) -> BTreeMap<String, Known> {
        let own = &self.model.kinds[kind];
        let open = |account: Option<usize>| {
            let found = self.open.get(&(own.name, subject.to_owned(), account)).copied();
            found.unwrap_or(Grade::Exact)
        };
        let veto = self.vetoes.get(&(own.name, subject.to_owned())).copied();
        let mut settled = BTreeMap::new();
        for (place, account) in own.accounts.iter().enumerate() {
            let (mut balance, mut grade) = (Decimal::from(account.opening), open(Some(place)));
            for ((clause, _, role, whom, on, takes), (amount, own_grade)) in &self.findings {
                let is = self.is_of(clause, role);
                if is == own.name && whom == subject && *on == place {
                    balance = if *takes { balance - amount } else { balance + amount };
                    grade = grade.max(*own_grade);
                }
            }
            balance = account.floor.map_or(balance, |floor| balance.max(floor.into()));
            balance = account.ceiling.map_or(balance, |ceiling| balance.min(ceiling.into()));
            if account.name == "points" {
                (balance, grade) = match veto {
                    Some(Grade::Exact) => (Decimal::ZERO, Grade::Exact),
                    Some(veto) => (Decimal::ZERO, grade.max(veto)),
                    None => (balance, grade.max(open(None))),
                };
            }
            settled.insert(account.name.to_owned(), Known::of(Some(Datum::Number(balance)), grade));
        }
        if own.graded {
            let points = settled["points"].clone();
            let Some(Datum::Number(number)) = points.datum else { panic!("no points") };
            let grade = if veto.is_some() || number < Decimal::from(90) {
                "C"
            } else if number < Decimal::from(98) {
                "B"
            } else {
                "A"
            };
            settled.insert("grade".to_owned(), Known::of(Some(Datum::Text(grade.to_owned())), points.grade));
        }
        settled
    }
}
