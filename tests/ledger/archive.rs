//! A bundle is verified by itself on another machine; a sample is drawn again by whoever has its seed.

use super::office::{CONFIRM, Office, SEAL};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};

const BUNDLE: &str = "ledger bundle book --ledger ledger --out month.zip";

/// Rewrites an archive, each of its files as `change` says; none leaves it out.
fn rewrite(office: &Office, change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) {
    let path = office.path("month.zip");
    let mut archive = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
    let target = office.path("changed.zip");
    let mut changed = zip::ZipWriter::new(File::create(&target).unwrap());
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let (name, mut content) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut content).unwrap();
        let Some(content) = change(&name, content) else { continue };
        changed.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        changed.write_all(&content).unwrap();
    }
    changed.finish().unwrap();
}

/// Adds a file to the changed archive.
fn add(office: &Office, name: &str, content: &str) {
    let file = File::options().read(true).write(true).open(office.path("changed.zip")).unwrap();
    let mut archive = zip::ZipWriter::new_append(file).unwrap();
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(content.as_bytes()).unwrap();
    archive.finish().unwrap();
}

#[test]
fn a_bundle_is_whole_without_anything_else() {
    let office = Office::closed();
    office.does(BUNDLE);
    let head = office.head();
    for name in ["book", "ledger"] {
        fs::rename(office.path(name), office.path(&format!("{name}.away"))).unwrap();
    }
    let said = office.does(&format!("ledger check-bundle month.zip --head {head}"));
    assert!(
        said.contains("held against the book: entry 1-4") && said.contains("the bundle is whole"),
        "{said}"
    );
    let bytes = fs::read(office.path("month.zip")).unwrap();
    fs::remove_file(office.path("month.zip")).unwrap();
    for name in ["book", "ledger"] {
        fs::rename(office.path(&format!("{name}.away")), office.path(name)).unwrap();
    }
    office.does(BUNDLE);
    assert!(fs::read(office.path("month.zip")).unwrap() == bytes, "the same month is the same archive");
}

#[test]
fn whatever_is_changed_added_or_left_out_of_a_bundle_is_named() {
    let office = Office::closed();
    office.does(BUNDLE);
    rewrite(&office, |name, content| {
        let text = String::from_utf8(content).unwrap();
        Some(if name.ends_with("parameters.toml") { text.replace("500", "400") } else { text }.into_bytes())
    });
    let refused = office.refuses("ledger check-bundle changed.zip", &["L027"]);
    assert!(refused.contains("parameters.toml was changed"), "{refused}");
    rewrite(&office, |name, content| (!name.ends_with("posts.csv")).then_some(content));
    let refused = office.refuses("ledger check-bundle changed.zip", &["L027"]);
    assert!(refused.contains("posts.csv is missing"), "{refused}");
    rewrite(&office, |_, content| Some(content));
    office.does("ledger check-bundle changed.zip");
    // what is named and no part of the month is no part of its bundle
    let more = "{\"forged\":true}";
    rewrite(&office, |name, content| {
        let digest = renze::fingerprint::of(more);
        let named = format!("\"files\":{{\"results/more.json\":\"{digest}\",");
        let text = String::from_utf8(content).unwrap();
        let manifest = text.replace("\"files\":{", &named);
        Some(if name == "manifest.json" { manifest.into_bytes() } else { text.into_bytes() })
    });
    add(&office, "results/more.json", more);
    let said = office.run("ledger check-bundle changed.zip");
    assert_eq!(said.code, 1, "{}", said.out);
    // nor is anything before or behind it
    let whole = fs::read(office.path("month.zip")).unwrap();
    for changed in [[b"x", &whole[..]].concat(), [&whole[..], b"x"].concat()] {
        fs::write(office.path("changed.zip"), changed).unwrap();
        office.refuses("ledger check-bundle changed.zip", &["L027"]);
    }
    fs::write(office.path("changed.zip"), &whole).unwrap();
    assert!(office.refuses("ledger verify changed.zip", &["L001"]).contains("renze ledger check-bundle"));
    fs::write(office.path("changed.zip"), "no archive").unwrap();
    office.refuses("ledger check-bundle changed.zip", &["L027"]);
}

#[test]
fn a_bundle_whose_manifest_was_made_to_fit_does_not_come_out_again() {
    let office = Office::closed();
    office.change("book/complaints.csv", "09:00,一般,是,P1", "09:00,一般,否,P1");
    office.does(BUNDLE);
    let said = office.run("ledger check-bundle month.zip");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("L018") && said.err.contains("complaints/complaints.csv"), "{}", said.err);
}

#[test]
fn after_an_appeal_the_bundle_holds_both_figures() {
    let office = Office::closed();
    office.does(
        "appeal open book --ledger ledger --by Jia --on 2026-11-06 --subject P1 --record A-3 --grounds agent",
    );
    office.does("appeal decide book --ledger ledger --by Sun --on 2026-11-10 --appeal 5 --outcome upheld --reason agent");
    office.does("confirm book --ledger ledger --by Zhao --on 2026-11-19");
    office.does("adjust book --ledger ledger --by Wang --on 2026-11-20 --effect 2026-11 --reason appeal");
    office.does(BUNDLE);
    let said = office.does("ledger check-bundle month.zip");
    assert!(said.contains("held against the book: entry 1-8"), "{said}");
}

// ---------------------------------------------------------------- samples

#[test]
fn the_same_seed_draws_the_same_charges_and_another_one_others() {
    let office = Office::new();
    let drawn = |seed: &str| office.does(&format!("sample book --size 2 --seed {seed}"));
    assert_eq!(drawn("march"), drawn("march"));
    let seeds = ["a", "b", "c", "d", "e", "f", "g", "h"].map(drawn);
    assert!(
        seeds.iter().any(|drawn| drawn.contains("A-1")) && seeds.iter().any(|drawn| !drawn.contains("A-1"))
    );
    // three charges of 100, 500 and 200: a point in ¥400.00, so the veto's ¥500.00 is always drawn
    for drawn in seeds {
        assert!(drawn.contains("population 3 charges, ¥800.00"), "{drawn}");
        assert!(drawn.contains("one point in ¥400.00") && drawn.contains("A-2"), "{drawn}");
        assert!(drawn.contains("¥1,200.00 (3 intervals)"), "{drawn}");
    }
}

#[test]
fn by_clauses_each_has_its_share_and_the_worksheet_has_blanks_to_fill_in() {
    let office = Office::closed();
    let said = office.does("sample book --size 2 --seed april --by clauses --ledger ledger --out sheet.csv");
    assert!(said.contains("属实投诉"), "{said}");
    let sheet = fs::read_to_string(office.path("sheet.csv")).unwrap();
    let lines: Vec<&str> = sheet.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].ends_with("charged,recomputed,error,remarks"), "{}", lines[0]);
    assert!(lines[1].contains("severity=") && lines[1].ends_with(",,,"), "{}", lines[1]);
    office.refuses("sample book --size 0 --seed x", &["L026"]);
}

#[test]
fn a_point_falls_on_a_charge_as_often_as_its_money_says() {
    let office = Office::new();
    for step in [super::office::APPROVE, CONFIRM, SEAL] {
        office.does(step);
    }
    let mut points = 0;
    for seed in 0..40 {
        let drawn = office.does(&format!("sample book --size 1 --seed s{seed}"));
        points += usize::from(drawn.lines().any(|line| line.contains("A-2")));
    }
    // ¥500.00 of ¥800.00: 25 of 40, give or take three standard deviations
    assert!((16..=34).contains(&points), "{points}");
}
