//! The product's assessment held against the plain evaluator's.

use super::model::{Measure, Model, Origin};
use super::stage::{Row, Stage};
use super::value::{Datum, Grade, Known};
use crate::shared::lies_within;
use renze::assess::{Assessment, Deduction, JudgedRow, Outcome, Scorecard, Veto};
use renze::fact::{Facts as _, Value};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// What was compared: how often, by what it rests on.
pub(super) type Seen = BTreeMap<String, usize>;

/// Says what differs first.
pub(super) struct Compare<'c> {
    pub(super) model: &'c Model,
    pub(super) stage: &'c Stage<'c>,
    pub(super) product: &'c Assessment,
    pub(super) seen: &'c mut Seen,
}

impl Compare<'_> {
    pub(super) fn all(&mut self) -> Result<(), String> {
        for kind in 0..self.model.kinds.len() {
            self.rows(kind)?;
        }
        self.findings()?;
        for kind in 0..self.model.kinds.len() {
            if self.model.kinds[kind].is_card() {
                self.cards(kind)?;
            }
        }
        Ok(())
    }

    fn saw(&mut self, what: &str, grade: Grade) {
        *self.seen.entry(format!("{what} {grade:?}")).or_default() += 1;
    }

    /// Every row is there, with the same facts and holders.
    fn rows(&mut self, kind: usize) -> Result<(), String> {
        let name = self.model.kinds[kind].name;
        let stores = [self.product.rows.get(&kind), self.product.before.get(&kind)];
        let theirs: Vec<JudgedRow> = stores.into_iter().flatten().flat_map(|rows| rows.iter()).collect();
        let stage = self.stage;
        let ours: Vec<&Row> = stage.rows[kind].iter().collect();
        // rows that may be there or not are compared by what they do to cards
        if stage.murky[kind] != Grade::Exact {
            return Ok(());
        }
        let find = |own: &Row| theirs.iter().find(|other| other.id == own.id && other.at == own.at);
        for own in &ours {
            let Some(other) = find(own) else {
                if own.before {
                    continue;
                }
                return Err(format!("{name} {} {} is not there", own.id, own.at));
            };
            self.facts(kind, own, other)?;
        }
        let unknown = |row: &&JudgedRow| !ours.iter().any(|own| own.id == row.id && own.at == row.at);
        match theirs.iter().find(unknown) {
            Some(row) => Err(format!("{name} {} {} should not be there", row.id, row.at)),
            None => Ok(()),
        }
    }

    fn facts(&mut self, kind: usize, own: &Row, other: &JudgedRow) -> Result<(), String> {
        let declared = &self.model.kinds[kind];
        let about = format!("{} {} {}", declared.name, own.id, own.at);
        for (fact, known) in declared.facts.iter().zip(&own.facts) {
            let value = other.record.value(&fact.name);
            if let Some(wrong) = wrong(known, &value) {
                return Err(format!("{about}: {} should be {wrong}, is {value:?}", fact.name));
            }
            let what = match &fact.from {
                Origin::Aggregate(own) => format!("{:?}", own.measure),
                Origin::Defined(_) => "Defined".to_owned(),
                Origin::Carried(_) => "Carried".to_owned(),
                Origin::Column => continue,
            };
            let is_something = match &fact.from {
                Origin::Aggregate(own) if own.measure == Measure::Apportion => known.datum.is_some(),
                _ => known.datum.is_some() && known.datum != Some(Datum::Number(Decimal::ZERO)),
            };
            if is_something {
                self.saw(&what, known.grade);
                if let (Origin::Aggregate(own), Grade::Exact) = (&fact.from, known.grade) {
                    self.windows(own);
                }
            }
        }
        Ok(())
    }

    fn windows(&mut self, aggregate: &super::model::Aggregate) {
        let way = if aggregate.same.is_empty() { "card" } else { "same" };
        let window = aggregate.window.as_ref().map_or("default".to_owned(), super::text::named);
        let window =
            window.split(' ').filter(|word| word.parse::<u32>().is_err()).collect::<Vec<_>>().join(" ");
        self.saw(&format!("{way} {window}"), Grade::Exact);
        for (what, is) in [
            ("as", aggregate.role.is_some()),
            ("where", aggregate.condition.is_some()),
            ("top", aggregate.top.is_some()),
            ("leave out", aggregate.leave_out),
            ("words folded", matches!(aggregate.start, Some(Datum::Text(_)))),
        ] {
            if is {
                self.saw(what, Grade::Exact);
            }
        }
    }

    /// What every clause found against every card, added up.
    fn findings(&mut self) -> Result<(), String> {
        let mut theirs: BTreeMap<super::stage::Place, (Decimal, Option<Decimal>)> = BTreeMap::new();
        for finding in self.product.findings() {
            let Outcome::Entry { sign, counted, account, .. } = finding.outcome() else { continue };
            let role = self.stage.is_of(finding.clause(), finding.role());
            let account = self.model.kind(role).account(&account).unwrap();
            let kind = self.model.kind(self.model.function(finding.clause()).kind);
            let role = kind.roles[kind.role(finding.role()).unwrap()].name;
            let subject = finding.card().map(|card| card.subject.clone()).unwrap_or_default();
            let takes = sign == Deduction::Takes;
            let place =
                (finding.clause().to_owned(), finding.record().to_owned(), role, subject, account, takes);
            let sum = theirs.entry(place).or_insert((Decimal::ZERO, Some(Decimal::ZERO)));
            *sum = (sum.0 + counted.least, sum.1.zip(counted.most).map(|(sum, most)| sum + most));
        }
        // whoever has no card of the period bears nothing, as nobody would
        let mut ours: BTreeMap<super::stage::Place, (Decimal, Grade)> = BTreeMap::new();
        for ((clause, record, role, subject, account, takes), (amount, grade)) in &self.stage.findings {
            let has_card = self.has_card(self.stage.is_of(clause, role), subject);
            let subject = if has_card { subject.clone() } else { String::new() };
            let place = (clause.clone(), record.clone(), *role, subject, *account, *takes);
            let sum = ours.entry(place).or_insert((Decimal::ZERO, Grade::Exact));
            *sum = (sum.0 + amount, sum.1.max(*grade));
        }
        let places: BTreeSet<_> = ours.keys().chain(theirs.keys()).cloned().collect();
        for place in places {
            let own = ours.get(&place).copied();
            let (least, most) = theirs.get(&place).copied().unwrap_or((Decimal::ZERO, Some(Decimal::ZERO)));
            let (amount, grade) = own.unwrap_or((Decimal::ZERO, Grade::Filled));
            // what was not found may be open, but must not stand
            let allowed = least <= amount && most.is_none_or(|most| amount <= most);
            let exact = grade != Grade::Exact || (least == amount && most == Some(amount));
            if grade != Grade::Void && !(allowed && exact) && !self.is_murky(&place.0) {
                let alike = |other: &super::stage::Place| (&other.0, &other.1) == (&place.0, &place.1);
                let own: Vec<_> = ours.iter().filter(|(other, _)| alike(other)).collect();
                let other: Vec<_> = theirs.iter().filter(|(other, _)| alike(other)).collect();
                return Err(format!(
                    "{place:?} should be {amount} ({grade:?}), is {least}..{most:?}\nours {own:?}\ntheirs {other:?}"
                ));
            }
            self.saw("finding", grade);
        }
        Ok(())
    }

    fn has_card(&self, kind: &str, subject: &str) -> bool {
        let place = self.model.place(kind);
        self.stage.now(place).iter().any(|row| self.stage.rows[place][*row].id == subject)
    }

    fn is_murky(&self, clause: &str) -> bool {
        self.stage.murky[self.model.place(self.model.function(clause).kind)] != Grade::Exact
    }

    fn cards(&mut self, kind: usize) -> Result<(), String> {
        let declared = &self.model.kinds[kind];
        let theirs: Vec<&Scorecard> =
            self.product.scorecards.iter().filter(|card| card.key.kind == kind).collect();
        let stage = self.stage;
        let ours: BTreeMap<&str, &Row> = stage
            .now(kind)
            .into_iter()
            .map(|row| (stage.rows[kind][row].id.as_str(), &stage.rows[kind][row]))
            .collect();
        let names: Vec<&str> = theirs.iter().map(|card| card.key.subject.as_str()).collect();
        if !names.iter().eq(ours.keys()) {
            return Err(format!("cards of {}: should be {:?}, are {names:?}", declared.name, ours.keys()));
        }
        for card in theirs {
            let own = ours[card.key.subject.as_str()];
            let about = format!("{} {}", declared.name, own.id);
            for (place, account) in declared.accounts.iter().enumerate() {
                let known = &own.settled[account.name];
                let settled = card.balances[place].settled;
                let Some(Datum::Number(balance)) = known.datum else { panic!("{known:?}") };
                let exact = settled.is_settled() && settled.so_far == balance;
                let fails = stage.failing.contains(&(declared.name, own.id.clone(), place));
                let right = match known.grade {
                    Grade::Exact => exact,
                    Grade::Filled => lies_within(settled, balance),
                    Grade::Void => !fails || card.veto == Veto::Stands || !settled.is_settled(),
                };
                if !right {
                    let grade = known.grade;
                    let found: Vec<_> = self
                        .product
                        .findings_of(card)
                        .map(|finding| {
                            format!("{} {} {:?}", finding.clause(), finding.record(), finding.outcome())
                        })
                        .collect();
                    return Err(format!(
                        "{about}: {} should be {balance} ({grade:?}), is {settled:?}\nfound {found:?}",
                        account.name
                    ));
                }
                self.saw("balance", known.grade);
            }
            if let Some(Known { datum: Some(Datum::Text(grade)), grade: rests }) = own.settled.get("grade") {
                let right = match rests {
                    Grade::Exact => card.grades == [grade.clone()],
                    Grade::Filled => card.grades.contains(grade),
                    Grade::Void => true,
                };
                if !right {
                    return Err(format!(
                        "{about}: grade should be {grade} ({rests:?}), is {:?}",
                        card.grades
                    ));
                }
            }
            if card.veto == Veto::Stands {
                self.saw("veto", Grade::Exact);
            }
        }
        Ok(())
    }
}

/// What a fact should be, where it is something else.
fn wrong(known: &Known, value: &Value) -> Option<String> {
    let right = match (known.grade, &known.datum) {
        (Grade::Void, _) => true,
        (Grade::Exact, None) => matches!(value, Value::Missing | Value::Undetermined(_)),
        (Grade::Exact, Some(datum)) => match (datum, value) {
            (Datum::Number(number), Value::Number(own)) => number == own,
            (Datum::Flag(flag), Value::Bool(own)) => flag == own,
            (Datum::Text(text), Value::Text(own) | Value::Word(own)) => text.as_str() == own.as_ref(),
            (Datum::Moment(moment), Value::Moment(own)) => moment == own,
            _ => false,
        },
        (Grade::Filled, datum) => match (datum, value) {
            (_, Value::Missing | Value::Undetermined(_) | Value::Any) => true,
            (Some(Datum::Number(number)), value) => value.interval().contains(*number),
            (Some(Datum::Flag(flag)), Value::Bool(own)) => flag == own,
            (Some(Datum::Text(text)), Value::Text(own) | Value::Word(own)) => text.as_str() == own.as_ref(),
            (Some(Datum::Moment(moment)), Value::Moment(own)) => moment == own,
            // a row that may count, and does not as it was filled in, leaves nothing to look at
            (None, value) => {
                value.interval().exact().is_none()
                    && !matches!(value, Value::Bool(_) | Value::Word(_) | Value::Moment(_))
            }
            _ => false,
        },
    };
    (!right).then(|| format!("{:?} ({:?})", known.datum, known.grade))
}
