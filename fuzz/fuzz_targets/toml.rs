//! The declarations of a pack in any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renze_fuzz::{Place, place};

thread_local! { static PLACE: Place = place(); }

fuzz_target!(|bytes: &[u8]| {
    PLACE.with(|place| {
        place.write("pack/policy.toml", bytes);
        place.pack();
    });
});
