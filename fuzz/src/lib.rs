//! Files of every kind that Renze reads, written by chance.

mod place;

pub use place::Place;
use std::path::Path;

/// A copy of the small book.
pub fn place() -> Place {
    Place::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/bad/base"))
}

/// A copy of a book with charges, vetoes and appeals.
pub fn closed_place() -> Place {
    Place::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/closing"))
}
