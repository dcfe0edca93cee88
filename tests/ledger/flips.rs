//! Random bits of a ledger are turned over: each is found, and the line named. `.ci/ledger_faults` runs it.

use crate::chance::Chance;
use renze::language::Language;
use renze::ledger::Chain;
use std::fs;

#[test]
#[ignore = "takes a minute; .ci/ledger_faults gives it a ledger"]
fn random_bits_that_are_turned_over_are_found() {
    let path = std::env::var("RENZE_LEDGER").expect("RENZE_LEDGER names a ledger");
    let flips: usize = std::env::var("RENZE_FLIPS").map_or(1_000, |flips| flips.parse().unwrap());
    let whole = fs::read(path).unwrap();
    let mut chance = Chance(20_261_126);
    let mut torn = 0;
    for _ in 0..flips {
        let bit = chance.below(whole.len() * 8);
        let mut turned = whole.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        let line = whole[..bit / 8].iter().filter(|byte| **byte == b'\n').count() + 1;
        let chain = Chain::read("ledger", &turned[..], |_| ()).unwrap();
        if bit / 8 == whole.len() - 1 {
            assert!(chain.torn.is_some());
            torn += 1;
            continue;
        }
        let named = chain.faults.iter().filter_map(|fault| fault.place.as_ref());
        let named: Vec<String> = named.map(|place| place.short(Language::En)).collect();
        assert!(named.contains(&format!("ledger row {line}")), "bit {bit}, line {line}: {named:?}");
    }
    println!(
        "{flips} bits turned over in {} bytes: all found, their lines named ({torn} as an unfinished line)",
        whole.len()
    );
}
