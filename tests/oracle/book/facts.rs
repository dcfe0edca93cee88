//! Draws facts that look at several rows.

use super::draw::{ANY, Draw, GRADES, STAGES};
use super::model::{Aggregate, Does, Fact, Kind, Measure, Origin, Rows, Type, Window};
use super::value::Datum;
use rust_decimal::Decimal;

impl Draw<'_> {
    /// A fact that says when a card had its latest row, from which anniversaries can be counted.
    pub(super) fn latest(&mut self, kind: &'static str, role: &'static str) {
        let mut aggregate = looking(Measure::Last, "complaint");
        aggregate.fact = Some("begun".to_owned());
        (aggregate.role, aggregate.window) = (Some(role), Some(Window::Ever));
        let from = Origin::Aggregate(aggregate);
        self.push(kind, Fact { name: "latest".to_owned(), of: Type::Moment, from });
    }

    /// Facts of rows over rows that have something in common with them.
    pub(super) fn between(&mut self, kind: &'static str, most: usize, least: usize) {
        for _ in 0..self.chance.between(least, most) {
            let over = match kind {
                "complaint" => *self.chance.one(&["complaint", "complaint", "notice"]),
                "warning" => *self.chance.one(&["warning", "warning", "warning", "complaint", "notice"]),
                own => own,
            };
            let mut aggregate = looking(Measure::Count, over);
            let same: &[&[(&str, &str)]] = match (kind, over) {
                ("notice", _) => &[&[("customer", "customer")], &[("handler", "handler")]],
                ("complaint", "complaint") => &[
                    &[("customer", "customer")],
                    &[("customer", "customer")],
                    &[("handler", "handler")],
                    &[("unit", "unit")],
                    &[("partners", "partners")],
                    &[("unit_head", "unit_head")],
                    &[("customer", "customer"), ("severity", "severity")],
                    &[("incident", "incident"), ("handler", "handler")],
                    &[("upheld", "upheld")],
                ],
                ("complaint", _) => {
                    &[&[("customer", "customer")], &[("handler", "handler")], &[("customer", "client")]]
                }
                ("warning", "warning") => &[
                    &[("person", "person")],
                    &[("head", "head")],
                    &[("boss", "boss")],
                    &[("severity", "severity")],
                    &[("unit", "unit")],
                ],
                ("warning", "complaint") => {
                    &[&[("severity", "severity")], &[("person", "handler")], &[("unit", "unit")]]
                }
                ("warning", _) => &[&[("person", "handler")]],
                _ => &[&[("unit", "unit")]],
            };
            aggregate.same = self.chance.one(same).to_vec();
            let nothing_else = kind != "complaint" || over != "complaint";
            if !nothing_else && self.chance.happens(1, 8) {
                self.apportion(kind);
                continue;
            }
            aggregate.window = Some(self.window(kind, &aggregate));
            self.measure(kind, aggregate);
        }
    }

    fn apportion(&mut self, kind: &'static str) {
        let mut aggregate = looking(Measure::Apportion, kind);
        aggregate.fact = Some("loss".to_owned());
        (aggregate.same, aggregate.weight) = (vec![("incident", "incident")], Some("weight"));
        self.put(kind, Type::Number(Some(2), None, None), aggregate);
    }

    fn window(&mut self, kind: &'static str, aggregate: &Aggregate) -> Window {
        let names = |name: &str| aggregate.same.iter().all(|(own, theirs)| *own == name && *theirs == name);
        let card = self.model.kind(kind).is_card();
        loop {
            let count = u32::try_from(self.chance.below(4)).unwrap();
            return match self.chance.below(11) {
                0 => Window::Period,
                1 => Window::Previous,
                2 => Window::Calendar([1, 3, 6, 12][usize::try_from(count).unwrap()]),
                3 | 4 => Window::Days([1, 7, 30, 90][usize::try_from(count).unwrap()]),
                5 | 6 => Window::Months([1, 2, 6, 12][usize::try_from(count).unwrap()]),
                7 if kind == "complaint" => Window::Anniversary("begun".to_owned()),
                7 if kind == "person" && aggregate.over != "person" => {
                    Window::Anniversary("latest".to_owned())
                }
                8 if aggregate.over == "notice" => Window::Valid,
                9 if kind == "complaint" && (names("customer") || names("handler")) && !card => {
                    Window::Since("notice")
                }
                9 => Window::Years(1 + count % 2),
                10 => Window::Ever,
                _ => continue,
            };
        }
    }

    /// What is measured over rows of which it is known which they are.
    fn measure(&mut self, kind: &'static str, mut aggregate: Aggregate) {
        let over = self.model.kind(aggregate.over).clone();
        let own = aggregate.over == kind;
        // settled cards have balances besides their facts
        let mut numbers: Vec<(String, Type)> = Vec::new();
        if over.is_card() {
            numbers.extend(over.accounts.iter().map(|account| (account.name.to_owned(), ANY)));
        }
        let is_number = |fact: &&Fact| matches!(fact.of, Type::Number(..));
        numbers.extend(over.facts.iter().filter(is_number).map(|fact| (fact.name.clone(), fact.of.clone())));
        let flags: Vec<&Fact> = over.facts.iter().filter(|fact| fact.of == Type::Flag).collect();
        if !flags.is_empty() && self.chance.happens(2, 5) {
            aggregate.condition = Some(self.chance.one(&flags).name.clone());
        }
        let draws = if numbers.is_empty() { 1 } else { 10 };
        aggregate.measure = match self.chance.below(draws) {
            0..=2 => Measure::Count,
            3 | 4 => Measure::Sum,
            5 => *self.chance.one(&[Measure::Max, Measure::Min]),
            6 | 7 => Measure::Last,
            _ => Measure::Fold,
        };
        let plain =
            |name: &str| over.fact(name).is_some_and(|fact| matches!(over.facts[fact].from, Origin::Column));
        let of = self.measured(&mut aggregate, &over, &numbers);
        // what a card's own earlier ones say of the fact now being declared is asked for by name only later
        if own
            && over.is_card()
            && aggregate.fact.as_deref().is_some_and(|fact| over.account(fact).is_none() && fact != "grade")
        {
            aggregate.measure = Measure::Count;
            aggregate.fact = None;
            return self.put(kind, Type::Number(Some(0), Some(0), None), aggregate);
        }
        let columns = [&aggregate.fact, &aggregate.condition].into_iter().flatten().all(|name| plain(name));
        aggregate.leave_out = columns && over.rows != Rows::Raised && self.chance.happens(1, 6);
        self.put(kind, of, aggregate);
    }

    /// The type of what is measured; it also says what, and by which function.
    fn measured(&mut self, aggregate: &mut Aggregate, over: &Kind, numbers: &[(String, Type)]) -> Type {
        match aggregate.measure {
            Measure::Count => {
                aggregate.top =
                    (self.chance.happens(1, 3)).then(|| u32::try_from(self.chance.between(1, 4)).unwrap());
                match aggregate.top {
                    Some(top) => Type::Number(Some(0), Some(0), Some(top.into())),
                    None => Type::Number(Some(0), Some(0), None),
                }
            }
            Measure::Fold => {
                let words = self.chance.happens(1, 3);
                let of = if words { Type::Words(STAGES) } else { ANY };
                let by = format!("next_{}", self.model.functions.len());
                let mut script = self.script(aggregate.over);
                script.carries = Some(of.clone());
                let next = script.any(&of);
                self.add(aggregate.over, &by, Does::Carries(next));
                let number = Datum::Number(Decimal::from(self.chance.below(3)));
                aggregate.start = Some(if words { Datum::Text("none".to_owned()) } else { number });
                aggregate.by = Some(by);
                of
            }
            Measure::Last => {
                let mut facts = numbers.to_vec();
                let others = over.facts.iter().filter(|fact| !matches!(fact.of, Type::Number(..)));
                facts.extend(others.map(|fact| (fact.name.clone(), fact.of.clone())));
                if over.graded {
                    facts.push(("grade".to_owned(), Type::Words(GRADES)));
                }
                let (fact, of) = self.chance.one(&facts).clone();
                aggregate.fact = Some(fact);
                of
            }
            _ => {
                let (fact, of) = self.chance.one(numbers).clone();
                aggregate.fact = Some(fact);
                match (aggregate.measure, of) {
                    (Measure::Sum, Type::Number(places, ..)) => Type::Number(places, None, None),
                    (_, of) => of,
                }
            }
        }
    }

    fn put(&mut self, kind: &'static str, of: Type, aggregate: Aggregate) {
        let name = format!("f{}_{kind}", self.model.kind(kind).facts.len());
        self.push(kind, Fact { name, of, from: Origin::Aggregate(aggregate) });
    }

    /// Facts of cards over the rows that lead to them.
    pub(super) fn of_cards(
        &mut self,
        kind: &'static str,
        over: &[(&'static str, &[&'static str])],
        most: usize,
    ) {
        for _ in 0..self.chance.between(1, most) {
            let (over, roles) = *self.chance.one(over);
            let mut aggregate = looking(Measure::Count, over);
            aggregate.role = Some(*self.chance.one(roles)).filter(|role| !role.is_empty());
            let own = over == kind;
            loop {
                aggregate.window = (own || self.chance.happens(2, 3)).then(|| self.window(kind, &aggregate));
                if !(own && matches!(aggregate.window, Some(Window::Period))) {
                    break;
                }
            }
            self.measure(kind, aggregate);
        }
    }
}

fn looking(measure: Measure, over: &'static str) -> Aggregate {
    Aggregate {
        measure,
        over,
        fact: None,
        role: None,
        same: Vec::new(),
        condition: None,
        window: None,
        leave_out: false,
        top: None,
        start: None,
        by: None,
        weight: None,
    }
}
