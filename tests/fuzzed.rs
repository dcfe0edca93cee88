//! What `.ci/fuzz` gives files of chance to reads the files that they begin with.

#[path = "../fuzz/src/place.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "test code of another crate: a fault should stop the test"
)]
mod place;

use super::shared::root;
use place::Place;

#[test]
fn the_book_that_is_changed_by_chance_is_sound_before() {
    let place = Place::of(&root().join("fixtures/bad/base"));
    place.complaints("complaints.csv");
    place.book();
    place.pack();
}

#[test]
fn entries_whose_bodies_are_written_by_chance_are_held_against_the_book() {
    let place = Place::of(&root().join("fixtures/closing"));
    place.ledger(b"{}\n{\"body\":");
    place.entries(b"\x03{\"policy\":\"closing\",\"period\":\"2026-10\",\"data\":\"1\",\"cards\":{\"person\":{\"P1\":{}}}}");
}
