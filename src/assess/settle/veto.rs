//! 一票否决: a veto outranks everything and erases nothing. The entries stay visible; the balance is set.

use crate::assess::entry::Entry;
use crate::assess::scorecard::{Balance, Bounds, Veto};
use crate::policy::Kind;

pub(super) fn veto(kind: &Kind, mut balances: Vec<Balance>, vetoes: &[&Entry]) -> (Vec<Balance>, Veto) {
    let mut veto = Veto::None;
    for entry in vetoes {
        match entry.is_certain() {
            true => veto = Veto::Stands,
            false if veto == Veto::None => veto = Veto::Possible,
            false => {}
        }
    }
    let sets = kind.veto.as_ref().map_or(&[][..], |rule| rule.sets.as_slice());
    for (account, value) in sets {
        for balance in balances.iter_mut().filter(|balance| balance.account == *account) {
            let open = balance.settled;
            balance.settled = match veto {
                Veto::None => open,
                // what a veto sets is final whatever is undetermined beneath
                Veto::Stands => Bounds::settled(*value),
                Veto::Possible => Bounds {
                    low: open.low.map(|low| low.min(*value)),
                    so_far: open.so_far,
                    high: open.high.map(|high| high.max(*value)),
                },
            };
        }
    }
    (balances, veto)
}
