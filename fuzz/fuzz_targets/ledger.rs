//! A ledger, the bodies of its entries, a proof, a bundle or a key in any bytes; the first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renze::closing::{Bundle, check_proof};
use renze::ledger::Key;
use renze_fuzz::{Place, closed_place};

thread_local! { static PLACE: Place = closed_place(); }

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    match which % 5 {
        0 => PLACE.with(|place| place.ledger(bytes)),
        1 => PLACE.with(|place| place.entries(bytes)),
        2 => drop(serde_json::from_slice(bytes).map(|proof| check_proof(&proof))),
        3 => drop(Bundle::open(bytes)),
        _ => drop(std::str::from_utf8(bytes).map(Key::read)),
    }
});
