//! Everything of a book but its complaints: book.toml, organisation.csv and posts.csv, parted by a zero.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renze_fuzz::{Place, place};

const FILES: [&str; 3] = ["book.toml", "organisation.csv", "posts.csv"];

thread_local! { static PLACE: Place = place(); }

fuzz_target!(|bytes: &[u8]| {
    PLACE.with(|place| {
        let mut parts = bytes.splitn(FILES.len(), |byte| *byte == 0);
        for file in FILES {
            place.write(file, parts.next().unwrap_or_default());
        }
        place.book();
    });
});
