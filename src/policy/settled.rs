//! What the cards of a kind settle, and by what: names that later kinds read, and names that must be there.

use super::{Account, Figure, Grade, Kind, Places, Ties};
use crate::amount::Unit;
use crate::fact::{FactType, Word};
use crate::interval::Interval;
use crate::language::Text;
use rust_decimal::Decimal;

impl Kind {
    /// Every fact, role and parameter that its cards settle by, by name.
    pub fn settled_by(&self) -> impl Iterator<Item = &str> {
        let figures = self.accounts.iter().flat_map(|own| [&own.opening, &own.floor, &own.ceiling]);
        let figures = figures.flatten().filter_map(Figure::name);
        let graded = self.grade.iter().flat_map(Grade::reads);
        let among = self.ranking.iter().flat_map(|ranking| &ranking.among).map(String::as_str);
        let places = self.quotas.iter().filter_map(|quota| match &quota.at_most {
            Places::Parameter(name) => Some(name.as_str()),
            Places::Count(_) | Places::Share(_) => None,
        });
        figures.chain(graded).chain(among).chain(places)
    }

    /// Whether its cards settle something under a name: a balance, the grade, whether they are vetoed, the rank and how
    /// many peers there are.
    pub fn settles(&self, name: &str) -> bool {
        match name {
            "grade" => self.grade.is_some(),
            "vetoed" => self.veto.is_some(),
            "rank" | "peers" => self.ranking.is_some(),
            _ => self.account(name).is_some(),
        }
    }

    /// The type of what its cards settle under a name.
    pub(super) fn type_settled(&self, name: &str) -> Option<FactType> {
        let number = |unit: Unit, places: Option<u32>, bounds: Interval| {
            Some(FactType::Number { unit, places, bounds })
        };
        match (self.account(name), name) {
            (Some(account), _) => number(account.unit.clone(), None, Interval::UNKNOWN),
            (None, "grade") => {
                let word = |grade: &str| Word {
                    id: grade.to_owned(),
                    title: Text::same(grade),
                    spellings: Vec::new(),
                };
                Some(FactType::OneOf(self.grade.as_ref()?.all().map(word).collect()))
            }
            (None, "vetoed") if self.veto.is_some() => Some(FactType::plain_bool()),
            (None, "rank" | "peers") => {
                let halves = self.ranking.as_ref()?.ties == Ties::Mean && name == "rank";
                let bounds = Interval { low: Some(Decimal::ZERO), high: None };
                number(Unit::None, Some(u32::from(halves)), bounds)
            }
            _ => None,
        }
    }

    /// The accounts with every sum behind what it is the sum of; sums that are parts of each other are in no order.
    pub fn in_order(&self) -> Vec<&Account> {
        let mut ordered: Vec<&Account> = Vec::new();
        let mut left: Vec<&Account> = self.accounts.iter().collect();
        while !left.is_empty() {
            let is_known = |part: &String| {
                self.account(part).is_none() || ordered.iter().any(|account| account.name == *part)
            };
            let (ready, later): (Vec<&Account>, Vec<&Account>) =
                left.iter().partition(|account| account.parts.iter().all(is_known));
            if ready.is_empty() {
                break;
            }
            ordered.extend(ready);
            left = later;
        }
        ordered
    }
}
