//! What is not known stays open, and is listed: nothing of it counts as zero, as "no" or as settled.

#![cfg(test)]

use super::commands::{LANGUAGES, assert_is, renze};
use super::lookback::held;
use super::shared::root;

const BOOK: &str = "fixtures/unknowns";

#[test]
fn every_scenario_of_what_is_not_known_holds() {
    assert_eq!(held("unknowns/pack"), 8);
}

#[test]
fn the_screen_lists_everything_that_is_open() {
    for language in LANGUAGES {
        let said = renze(&["--lang", language, "assess", BOOK, "--all"]);
        assert_eq!((said.code, said.err.as_str()), (4, ""));
        assert_is(&root().join(BOOK).join(format!("expected/screen.{language}.txt")), &said.out);
    }
}
