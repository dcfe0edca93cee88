//! Which cells a formula refers to: only those may be changed to see what follows.

use std::collections::{BTreeMap, BTreeSet};

/// The single cells that formulas refer to on other sheets, by the name of the sheet.
#[derive(Default)]
pub(super) struct References(BTreeMap<String, BTreeSet<String>>);

impl References {
    /// Adds those of a formula.
    pub(super) fn read(&mut self, formula: &str) {
        let parts: Vec<&str> = formula.split('!').collect();
        for (before, after) in parts.iter().zip(parts.iter().skip(1)) {
            let sheet = if before.ends_with('\'') {
                before.rsplit('\'').nth(1)
            } else {
                before.rsplit(|letter: char| !(letter.is_alphanumeric() || "_.".contains(letter))).next()
            };
            let Some((sheet, cell)) = sheet.zip(after.split(is_outside).next()) else { continue };
            if !self.has(sheet, cell) {
                self.0.entry(sheet.to_owned()).or_default().insert(cell.to_owned());
            }
        }
    }

    /// Adds what another collection has.
    pub(super) fn join(&mut self, other: Self) {
        for (sheet, cells) in other.0 {
            self.0.entry(sheet).or_default().extend(cells);
        }
    }

    /// Whether any formula refers to a cell, written `$A$1`.
    pub(super) fn has(&self, sheet: &str, cell: &str) -> bool {
        self.0.get(sheet).is_some_and(|cells| cells.contains(cell))
    }
}

/// The cells of its own sheet that a formula refers to.
pub(super) fn at_home(formula: &str) -> impl Iterator<Item = &str> {
    let tokens = formula.split(|letter| is_outside(letter) && letter != '!');
    tokens.filter(|token| token.starts_with('$'))
}

/// Whether a letter is no part of how a cell is written.
fn is_outside(letter: char) -> bool {
    !(letter.is_ascii_alphanumeric() || letter == '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_on_their_sheets() {
        let formula = "IF('事实 投诉'!$C$5=\"重大\",ROUND(参数!$C$3*Facts!$D$4,2),NA())+$E$6";
        let mut references = References::default();
        references.read(formula);
        for (sheet, cell) in [("事实 投诉", "$C$5"), ("参数", "$C$3"), ("Facts", "$D$4")] {
            assert!(references.has(sheet, cell), "{sheet} {cell}");
        }
        assert!(!references.has("参数", "$C$5"));
        assert_eq!(at_home(formula).collect::<Vec<&str>>(), ["$E$6"]);
    }
}
