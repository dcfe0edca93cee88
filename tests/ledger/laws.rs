//! Laws that hold for any month that is closed, tried on random ones: to do it again gives the same bytes (I7), to do it twice gives
//! nothing more (I8), differences add up and turn round (I9), an appeal that is taken back leaves no trace in the figures, and one
//! that is upheld comes to the month without the case (I10).

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "test data: small numbers and fixed tables, and a fault should stop the test"
)]

use super::office::{APPROVE, Office, VERIFY};
use crate::chance::Chance;
use renze::ledger::{Entry, EntryKind};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const MONTHS: u64 = 8;
const HEADINGS: &str = "工单号,受理时间,严重程度,属实,处理人";

/// Complaints of October by chance, everything of them known; the first is upheld and of P1, so that there is one to appeal against.
fn complaints(chance: &mut Chance) -> Vec<String> {
    let row = |number: usize, chance: &mut Chance| {
        let (day, hour) = (chance.between(1, 31), chance.between(0, 23));
        let severity = chance.one(&["一般", "一般", "较重", "重大"]);
        let (upheld, person) = if number == 1 {
            ("是", "P1")
        } else {
            (*chance.one(&["是", "是", "否"]), *chance.one(&["P1", "P2", "P3", "P4"]))
        };
        format!("A-{number},2026-10-{day:02} {hour:02}:00,{severity},{upheld},{person}")
    };
    (1..=chance.between(2, 12)).map(|number| row(number, chance)).collect()
}

/// An office with these complaints.
fn office(rows: &[String]) -> Office {
    let office = Office::new();
    put(&office, rows);
    office
}

fn put(office: &Office, rows: &[String]) {
    fs::write(office.path("book/complaints.csv"), format!("{HEADINGS}\n{}\n", rows.join("\n"))).unwrap();
}

/// Closes the month, a day for each step.
fn close(office: &Office) {
    office.does(APPROVE);
    confirm_and(office, "seal book --ledger ledger --by Wang --on 2026-11-04", "2026-11-04");
}

/// Confirms what there is to confirm, and goes on.
fn confirm_and(office: &Office, step: &str, on: &str) {
    office.does(&format!("confirm book --ledger ledger --by Zhao --on {on}"));
    office.does(step);
}

fn adjust(office: &Office, on: &str, effect: &str) {
    let step =
        format!("adjust book --ledger ledger --by Wang --on {on} --effect {effect} --reason corrected");
    confirm_and(office, &step, on);
}

/// The balances of every card as the ledger has them in the end.
fn standing(office: &Office) -> BTreeMap<String, Decimal> {
    let mut balances = BTreeMap::new();
    for entry in entries(office).iter().filter(|entry| entry.kind.seals()) {
        figures(entry, "balances", |name, figure| {
            balances.insert(name, figure);
        });
    }
    balances
}

/// The differences that were entered, added up.
fn differences(office: &Office) -> BTreeMap<String, Decimal> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for entry in entries(office).iter().filter(|entry| entry.kind == EntryKind::AdjustmentSealed) {
        figures(entry, "differences", |name, figure| *sums.entry(name).or_default() += figure);
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

fn entries(office: &Office) -> Vec<Entry> {
    office.ledger().lines().map(|line| Entry::read(line.as_bytes()).unwrap()).collect()
}

fn figures(entry: &Entry, of: &str, mut each: impl FnMut(String, Decimal)) {
    for (kind, cards) in entry.body["cards"].as_object().unwrap() {
        for (subject, said) in cards.as_object().unwrap() {
            for (account, figure) in said.get(of).and_then(Value::as_object).into_iter().flatten() {
                each(format!("{kind} {subject} {account}"), figure.as_str().unwrap().parse().unwrap());
            }
        }
    }
}

fn months() -> impl Iterator<Item = (u64, Chance)> {
    (0..MONTHS).map(|seed| (seed, Chance(seed)))
}

#[test]
fn closed_again_from_the_same_files_a_month_is_the_same_ledger_to_the_byte() {
    for (seed, mut chance) in months() {
        let mut rows = complaints(&mut chance);
        let one = office(&rows);
        close(&one);
        one.does("ledger bundle book --ledger ledger --out month.zip");
        let two = office(&rows);
        close(&two);
        two.does("ledger bundle book --ledger ledger --out month.zip");
        assert_eq!(one.ledger(), two.ledger(), "seed {seed}");
        assert!(
            fs::read(one.path("month.zip")).unwrap() == fs::read(two.path("month.zip")).unwrap(),
            "seed {seed}"
        );
        assert!(one.does(&format!("{VERIFY} --recompute")).contains("every entry stands as it was written"));
        // the order of the rows changes the file, and no figure
        chance.shuffle(&mut rows);
        let shuffled = office(&rows);
        close(&shuffled);
        assert_eq!(standing(&one), standing(&shuffled), "seed {seed}");
    }
}

#[test]
fn done_twice_a_step_adds_nothing_and_what_is_packed_again_is_the_same() {
    for (seed, mut chance) in months() {
        let office = office(&complaints(&mut chance));
        close(&office);
        let before = office.ledger();
        close(&office);
        assert_eq!(office.ledger(), before, "seed {seed}");
        office.does("ledger export ledger --out first.csv");
        office.does("ledger bundle book --ledger ledger --out first.zip");
        // from the archive alone, unpacked elsewhere
        let place = office.path("unpacked");
        let mut archive = zip::ZipArchive::new(fs::File::open(office.path("first.zip")).unwrap()).unwrap();
        archive.extract(&place).unwrap();
        office.does("ledger export unpacked/ledger --out second.csv");
        // the book is at the root of the archive
        office.does("ledger bundle unpacked --ledger unpacked/ledger --out second.zip");
        for (first, second) in [("first.csv", "second.csv"), ("first.zip", "second.zip")] {
            let [first, second] = [first, second].map(|file| fs::read(office.path(file)).unwrap());
            assert!(first == second, "seed {seed}");
        }
    }
}

#[test]
fn adjustments_add_up_turn_round_and_come_to_nothing_where_nothing_changed() {
    let mut differing = 0;
    for (seed, mut chance) in months() {
        let (first, second, third) =
            (complaints(&mut chance), complaints(&mut chance), complaints(&mut chance));
        // X to X
        let through = office(&first);
        close(&through);
        assert!(through.does("adjust book --ledger ledger").contains("nothing is new"), "seed {seed}");
        // X to Y to Z, and back to X
        put(&through, &second);
        adjust(&through, "2026-11-20", "2026-11");
        let to_second = differences(&through);
        put(&through, &third);
        adjust(&through, "2026-11-21", "2026-11");
        let by_way = differences(&through);
        let straight = office(&first);
        close(&straight);
        put(&straight, &third);
        adjust(&straight, "2026-11-21", "2026-11");
        assert_eq!(by_way, differences(&straight), "seed {seed}");
        assert_eq!(standing(&through), standing(&straight), "seed {seed}");
        put(&through, &first);
        adjust(&through, "2026-11-22", "2026-12");
        assert_eq!(differences(&through), BTreeMap::new(), "seed {seed}: back where it was");
        assert!(through.does(VERIFY).contains("every entry stands as it was written"), "seed {seed}");
        differing += usize::from(!by_way.is_empty() && !to_second.is_empty());
    }
    assert!(differing >= 4, "{differing} of {MONTHS} differ");
}

#[test]
fn an_appeal_that_is_upheld_is_the_month_without_the_case_and_taken_back_the_month_as_it_was() {
    for (seed, mut chance) in months() {
        let rows = complaints(&mut chance);
        let office = office(&rows);
        close(&office);
        let sealed = standing(&office);
        for step in [
            "appeal open book --ledger ledger --by Jia --on 2026-11-06 --subject P1 --record A-1 --grounds mine",
            "appeal decide book --ledger ledger --by Sun --on 2026-11-10 --appeal 5 --outcome upheld --reason so",
        ] {
            // without a charge or a veto there is one entry less to confirm
            let opened = entries(&office)
                .iter()
                .find(|entry| entry.kind == EntryKind::AppealOpened)
                .map(|own| own.seq);
            office.does(&step.replace("--appeal 5", &format!("--appeal {}", opened.unwrap_or_default())));
        }
        adjust(&office, "2026-11-20", "2026-11");
        let without = self::office(&rows[1..]);
        close(&without);
        assert_eq!(standing(&office), standing(&without), "seed {seed}");
        let kinds: Vec<EntryKind> = entries(&office).iter().map(|entry| entry.kind).collect();
        let both = [EntryKind::AppealOpened, EntryKind::AppealDecided];
        assert!(both.iter().all(|kind| kinds.contains(kind)), "seed {seed}: {kinds:?}");
        let opened = entries(&office).iter().find(|entry| entry.kind == EntryKind::AppealOpened).unwrap().seq;
        office.does(&format!(
            "appeal decide book --ledger ledger --by Jia --on 2026-11-21 --appeal {opened} --outcome withdrawn --reason peace"
        ));
        adjust(&office, "2026-11-22", "2026-12");
        assert_eq!(standing(&office), sealed, "seed {seed}");
        assert_eq!(differences(&office), BTreeMap::new(), "seed {seed}");
        assert!(office.does(VERIFY).contains("every entry stands as it was written"), "seed {seed}");
    }
}
