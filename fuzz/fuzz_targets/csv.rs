//! A table of complaints in any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renze_fuzz::{Place, place};

thread_local! { static PLACE: Place = place(); }

fuzz_target!(|bytes: &[u8]| {
    PLACE.with(|place| {
        place.write("complaints.csv", bytes);
        place.complaints("complaints.csv");
    });
});
