//! 一票否决: a veto outranks everything and erases nothing. The entries stay visible; the balance is set.

use crate::assess::entry::Entry;
use crate::assess::scorecard::{Bounds, Veto};
use crate::policy::{Account, Kind};

/// Whether any of these vetoes stands, or may.
pub(super) fn of(vetoes: &[&Entry]) -> Veto {
    let mut veto = Veto::None;
    for entry in vetoes {
        match entry.is_certain() {
            true => veto = Veto::Stands,
            false if veto == Veto::None => veto = Veto::Possible,
            false => {}
        }
    }
    veto
}

/// A balance as a veto leaves it.
pub(super) fn under(kind: &Kind, account: &Account, open: Bounds, veto: Veto) -> Bounds {
    let sets = kind.veto.iter().flat_map(|rule| &rule.sets).rfind(|(name, _)| *name == account.name);
    let Some((_, value)) = sets else { return open };
    match veto {
        Veto::None => open,
        // what a veto sets is final whatever is undetermined beneath
        Veto::Stands => Bounds::settled(*value),
        Veto::Possible => Bounds {
            low: open.low.map(|low| low.min(*value)),
            so_far: open.so_far,
            high: open.high.map(|high| high.max(*value)),
        },
    }
}
