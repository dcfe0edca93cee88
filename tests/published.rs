//! Published policies of three industries, encoded by people who had read the documents alone: every scenario was worked out
//! by hand from the text, and nothing is left for `check` to ask.

#![cfg(test)]

use super::commands::renze;
use super::lookback::held;

#[test]
fn every_scenario_of_the_published_policies_holds() {
    for (pack, scenarios) in [("bank", 20), ("hotline", 21), ("hospital", 19)] {
        assert_eq!(held(&format!("published/{pack}")), scenarios, "{pack}");
    }
}

#[test]
fn nothing_is_left_to_ask_of_the_published_policies() {
    for pack in ["bank", "hotline", "hospital"] {
        let said = renze(&["--lang", "en", "check", "--strict", &format!("fixtures/published/{pack}")]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    }
}
