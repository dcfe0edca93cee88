//! What happens to a table before facts are read: rows picked for a kind, columns and lists that become rows, how far back
//! a file goes, and which rows a rate is out of.

#![cfg(test)]

use super::chance::Chance;
use super::commands::{LANGUAGES, assert_is, copy_folder, renze, renze_in};
use super::lookback::held;
use super::shared::root;
use std::fs;
use std::path::Path;

const BOOK: &str = "fixtures/shapes";

#[test]
fn every_scenario_of_packs_that_shape_their_tables_holds() {
    for (pack, scenarios) in [
        ("shapes/pack", 2),
        ("card-facts/pack", 2),
        ("population/nyc311/pack", 2),
        ("population/cfpb/pack", 1),
    ] {
        assert_eq!(held(pack), scenarios, "{pack}");
    }
}

#[test]
fn every_row_of_a_file_is_judged_named_or_set_aside() {
    for language in LANGUAGES {
        let said = renze(&["--lang", language, "assess", BOOK, "--all"]);
        assert_eq!((said.code, said.err.as_str()), (4, ""));
        assert_is(&root().join(BOOK).join(format!("expected/screen.{language}.txt")), &said.out);
    }
}

#[test]
fn a_row_made_of_a_cell_names_that_cell() {
    for language in LANGUAGES {
        for row in ["J1/2", "T1/2", "L1", "L6"] {
            let said = renze(&["--lang", language, "explain", BOOK, "--complaint", row]);
            assert_eq!((said.code, said.err.as_str()), (0, ""), "{row}");
            let file = format!("expected/explain-{}.{language}.txt", row.replace('/', "-"));
            assert_is(&root().join(BOOK).join(file), &said.out);
        }
    }
}

/// The book of tables as they come, in a folder of its own, with one of its files changed.
fn changed(folder: &Path, file: &str, (find, replace): (&str, &str)) {
    copy_folder(&root().join(BOOK), folder);
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(find).count(), 1, "{find}");
    fs::write(path, text.replace(find, replace)).unwrap();
}

/// What the changed book says in English.
fn said_of(change: (&str, (&str, &str)), arguments: &[&str]) -> super::commands::Said {
    let folder = tempfile::tempdir().unwrap();
    changed(&folder.path().join("book"), change.0, change.1);
    renze_in(folder.path(), arguments)
}

#[test]
fn a_defect_of_a_row_made_of_a_cell_stands_in_that_cell() {
    let all = ["--lang", "en", "assess", "book"];
    for (file, change, expected) in [
        ("inspections.csv", ("J1,城东,2,3", "J1,城东,2,x"), "inspections.csv row 2, column '十月'"),
        ("tasks.csv", ("甲、乙", "甲、丙"), "tasks.csv row 2, column '责任人'"),
        ("inspections.csv", ("检查项,单位,九月,十月", "检查项,单位,九月,11月"), "inspections.csv row 1"),
        ("letters.csv", ("类型", "种类"), "letters.csv row 1"),
        ("pack/policy.toml", ("id = \"number\"\nat = \"due\"", "id = \"due\"\nat = \"due\""), "policy.toml"),
    ] {
        let said = said_of((file, change), &all);
        assert_eq!(said.code, 1, "{change:?}: {}", said.out);
        assert!(said.err.contains(expected), "{change:?}: {}", said.err);
    }
}

#[test]
fn blank_cells_of_a_wide_sheet_make_rows_only_where_the_pack_keeps_them() {
    let screen = |keep: &str| {
        let change = ("value = \"名次\"", keep);
        said_of(("pack/policy.toml", change), &["--lang", "en", "assess", "book"]).out
    };
    let kept = screen("value = \"名次\", blank = \"keep\"");
    let dropped = screen("value = \"名次\", blank = \"drop\"");
    let totals = |said: &str| said.lines().find(|line| line.contains(" rows = ")).unwrap().trim().to_owned();
    assert_eq!(totals(&dropped), totals(&renze(&["--lang", "en", "assess", BOOK]).out));
    // three blank cells of October more are judged, three of September fall outside, and no row is without any
    assert_ne!(totals(&kept), totals(&dropped), "{kept}");
}

#[test]
fn the_book_knows_its_files_better_than_the_pack() {
    let undecided = |said: &str| said.lines().filter(|line| line.contains("is complete since")).count();
    let own = renze(&["--lang", "en", "assess", BOOK, "--all"]).out;
    assert!(own.contains("letters.csv is complete since 2026-07-15 only"), "{own}");
    let of_pack = said_of(
        ("book.toml", ("{ files = [\"letters.csv\"], covers = 2026-07-15 }", "[\"letters.csv\"]")),
        &["--lang", "en", "assess", "book", "--all"],
    );
    assert!(of_pack.out.contains("letters.csv is complete since 2026-08-01 only"), "{}", of_pack.out);
    assert_eq!(undecided(&of_pack.out), undecided(&own) + 1, "the window of L6 begins between the two days");
    let whole = said_of(
        ("book.toml", ("covers = 2026-07-15", "covers = 2026-01-01")),
        &["--lang", "en", "assess", "book"],
    );
    // what was listed twice is still set aside
    assert_eq!((whole.code, undecided(&whole.out)), (4, 0), "{}", whole.out);
}

/// The line of a card on the first screen, of the book with one line of its pack changed.
fn card(book: &str, (find, replace): (&str, &str), subject: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("book");
    copy_folder(&root().join(book), &own);
    let path = own.join("pack/policy.toml");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(find).count(), 1, "{find}");
    fs::write(path, text.replace(find, replace)).unwrap();
    let said = renze_in(folder.path(), &["--lang", "en", "assess", "book"]);
    let line = said.out.lines().find(|line| line.trim_start().starts_with(subject)).unwrap().to_owned();
    (said.code, line.split_whitespace().take(4).collect::<Vec<_>>().join(" "))
}

#[test]
fn one_line_of_the_pack_says_whether_open_requests_are_in_the_rate() {
    let book = "fixtures/population/nyc311";
    let rate = |open: &str| card(book, ("open = \"count\"\n", &format!("open = \"{open}\"\n")), "NYPD");
    assert_eq!(rate("count"), (0, "NYPD 15 10 66.70".to_owned()));
    assert_eq!(rate("exclude"), (0, "NYPD 10 10 100.00".to_owned()));
    assert_eq!(rate("carry over"), (0, "NYPD 10 10 100.00".to_owned()));
}

#[test]
fn files_without_a_book_are_those_of_the_only_table() {
    let (pack, file) = ("fixtures/population/nyc311/pack", "fixtures/population/nyc311/requests.csv");
    let alone = ["--lang", "en", "assess", "--pack", pack, "--complaints", file, "--period", "2024-04"];
    let said = renze(&alone);
    assert!(said.out.lines().any(|line| line.contains("NYPD") && line.contains("66.70")), "{}", said.out);
}

#[test]
fn one_line_of_the_pack_says_whether_inconsistent_complaints_are_in_the_count() {
    let book = "fixtures/population/cfpb";
    let count = |action: &str| card(book, ("action = \"report\"", &format!("action = \"{action}\"")), "CFPB");
    assert_eq!(count("report"), (0, "CFPB 20 17 5".to_owned()));
    assert_eq!(count("set aside"), (4, "CFPB 17 15 3".to_owned()));
    for language in LANGUAGES {
        let said = renze(&["--lang", language, "assess", book]);
        assert_is(&root().join(book).join(format!("expected/screen.{language}.txt")), &said.out);
    }
}

#[test]
fn what_ends_in_a_later_period_counts_then_now_or_never_and_never_twice() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("fixtures/population/nyc311/pack"), &folder.path().join("pack"));
    let heading = "unique_key,created_date,closed_date,agency\n";
    let rows =
        "1,2024-04-30 23:00,2024-05-01 02:00,A\n2,2024-04-10 08:00,2024-04-10 09:00,A\n3,2024-05-02,,A\n";
    fs::write(folder.path().join("requests.csv"), format!("{heading}{rows}")).unwrap();
    let policy = fs::read_to_string(folder.path().join("pack/policy.toml")).unwrap();
    for (open, april, may) in [
        (
            "count",
            "2 judged + 0 set aside + 1 of other periods",
            "1 judged + 0 set aside + 2 of other periods",
        ),
        (
            "carry over",
            "1 judged + 0 set aside + 1 of other periods + 1 that have not ended",
            "1 judged + 0 set aside + 1 of other periods + 1 that have not ended",
        ),
        ("exclude", "1 judged + 0 set aside + 2 that have not ended", ""),
    ] {
        let own = policy.replace("open = \"count\"\n", &format!("open = \"{open}\"\n"));
        fs::write(folder.path().join("pack/policy.toml"), own).unwrap();
        for (period, expected) in [("2024-04", april), ("2024-05", may)] {
            let book = format!(
                "[book]\npack = \"pack\"\nperiod = \"{period}\"\nas_of = 2024-05-31\n[tables]\nrequests = [\"requests.csv\"]\n"
            );
            fs::write(folder.path().join("book.toml"), book).unwrap();
            let said = renze_in(folder.path(), &["--lang", "en", "assess", "."]);
            let ends = if expected.is_empty() {
                "0 judged + 0 set aside + 1 of other periods + 2 that have not ended"
            } else {
                expected
            };
            assert!(said.out.contains(&format!("3 rows = {ends}\n")), "{open} {period}: {}", said.out);
        }
    }
}

#[test]
fn a_card_knows_of_its_subject_what_is_in_force_on_its_last_day() {
    let book = "fixtures/card-facts";
    for language in LANGUAGES {
        let said = renze(&["--lang", language, "assess", book]);
        assert_eq!((said.code, said.err.as_str()), (4, ""), "the pay grade of P4 is not known");
        assert_is(&root().join(book).join(format!("expected/screen.{language}.txt")), &said.out);
        for card in ["P1", "P3", "P4", "U1"] {
            let said = renze(&["--lang", language, "explain", book, "--subject", card]);
            assert_eq!((said.code, said.err.as_str()), (0, ""), "{card}");
            let file = format!("expected/explain-{card}.{language}.txt");
            assert_is(&root().join(book).join(file), &said.out);
        }
    }
}

#[test]
fn a_fact_of_a_card_is_in_the_fingerprint_of_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let digest = |grade: &str| {
        let own = folder.path().join(format!("book{grade}"));
        copy_folder(&root().join("fixtures/card-facts"), &own);
        let members = own.join("organisation.csv");
        let text = fs::read_to_string(&members).unwrap();
        fs::write(&members, text.replace("U1,2026-10-21,,5,", &format!("U1,2026-10-21,,{grade},"))).unwrap();
        let said = renze_in(folder.path(), &["--lang", "en", "assess", &format!("book{grade}")]).out;
        said.lines().last().unwrap().split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(digest("5"), digest("5.0"), "the same grade written otherwise");
    assert_ne!(digest("5"), digest("6"));
}

#[test]
fn the_policy_on_paper_says_which_rows_count() {
    for book in [BOOK, "fixtures/card-facts", "fixtures/population/nyc311"] {
        for language in LANGUAGES {
            let said = renze(&["table", &format!("{book}/pack"), "--lang", language]);
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            assert_is(&root().join(book).join(format!("expected/table.{language}.md")), &said.out);
        }
    }
}

/// A book of the shapes pack with these files of inspections, of letters and this `[tables]` of its pack.
fn book_of(folder: &Path, (inspections, letters): (&str, &str), tables: &str) -> String {
    copy_folder(&root().join(BOOK), folder);
    let policy = folder.join("pack/policy.toml");
    let text = fs::read_to_string(&policy).unwrap();
    let head = text.split("[tables.letters]").next().unwrap();
    fs::write(&policy, format!("{head}{tables}")).unwrap();
    let book = folder.join("book.toml");
    let text = fs::read_to_string(&book).unwrap();
    fs::write(&book, text.replace("{ files = [\"letters.csv\"], covers = 2026-07-15 }", "[\"letters.csv\"]"))
        .unwrap();
    fs::write(folder.join("inspections.csv"), inspections).unwrap();
    fs::write(folder.join("letters.csv"), letters).unwrap();
    fs::write(folder.join("tasks.csv"), "任务号,期限,完成,责任人\n").unwrap();
    let out = folder.join("out");
    let said = renze(&["--lang", "en", "assess", folder.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!([0, 4].contains(&said.code), "{}{}", said.out, said.err);
    said.out
}

#[test]
fn a_wide_sheet_comes_to_what_its_rows_written_one_by_one_come_to() {
    let shape = fs::read_to_string(root().join(BOOK).join("pack/policy.toml")).unwrap();
    let after = |text: &str, mark: &str| text.split_once(mark).unwrap().1.to_owned();
    let wide_shape = after(&shape, "[tables.letters]");
    let wide_shape = format!("[tables.inspections]{}", after(&wide_shape, "[tables.inspections]"));
    let wide_shape = wide_shape.split("[tables.tasks]").next().unwrap();
    let letters = "编号,类型,渠道,收到,责任人\n";
    for seed in 0..6 {
        let mut chance = Chance(seed);
        let mut wide = "检查项,九月,单位,十月\n".to_owned();
        let mut long = "检查项,单位,月份,名次\n".to_owned();
        for row in 0..chance.below(12) {
            let unit = ["城东", "城西"][chance.below(2)];
            let mut cell =
                || if chance.below(4) == 0 { String::new() } else { (1 + chance.below(5)).to_string() };
            let (september, october) = (cell(), cell());
            wide.push_str(&format!("J{row},{september},{unit},{october}\n"));
            for (nth, day, rank) in [(1, "2026-09-30", september), (2, "2026-10-31", october)] {
                if !rank.is_empty() {
                    long.push_str(&format!("J{row}/{nth},{unit},{day},{rank}\n"));
                }
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("wide"), folder.path().join("long"));
        book_of(&one, (&wide, letters), wide_shape);
        book_of(&other, (&long, letters), "");
        for file in ["scorecards.csv", "findings.csv"] {
            let read = |book: &Path| fs::read_to_string(book.join("out").join(file)).unwrap();
            assert_eq!(read(&one), read(&other), "seed {seed}, {file}\n{wide}\n{long}");
        }
    }
}

#[test]
fn every_row_of_a_shared_table_is_judged_outside_set_aside_or_of_no_kind() {
    for seed in 0..6 {
        let mut chance = Chance(seed);
        let mut letters = "编号,类型,渠道,收到,责任人\n".to_owned();
        // judged, of other periods, set aside, of no kind
        let mut counts = [0_usize; 4];
        let rows = chance.below(30);
        for row in 0..rows {
            let sort = ["投诉", "举报", "表扬", " 投诉 "][chance.below(4)];
            let way = ["12345", "客服", "来信"][chance.below(3)];
            let day = ["2026-10-05", "2026-11-05", "2026-10-41"][chance.below(3)];
            letters.push_str(&format!("L{row},{sort},{way},{day},甲\n"));
            let picked = match sort.trim() {
                "投诉" => way != "来信",
                other => other == "举报",
            };
            let place = match day {
                _ if !picked => 3,
                "2026-10-05" => 0,
                "2026-11-05" => 1,
                _ => 2,
            };
            counts[place] += 1;
        }
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book");
        copy_folder(&root().join(BOOK), &book);
        fs::write(book.join("letters.csv"), &letters).unwrap();
        for file in ["inspections.csv", "tasks.csv"] {
            let text = fs::read_to_string(book.join(file)).unwrap();
            fs::write(book.join(file), format!("{}\n", text.lines().next().unwrap())).unwrap();
        }
        let text = fs::read_to_string(book.join("book.toml")).unwrap();
        let text = text.replace("period = \"2026-10\"", "period = \"2026-10\"\nas_of = 2026-11-30");
        fs::write(book.join("book.toml"), text).unwrap();
        let said = renze_in(folder.path(), &["--lang", "en", "assess", "book", "--set-aside"]).out;
        let [judged, outside, aside, nowhere] = counts;
        let mut line = format!("  {rows} rows = {judged} judged + {aside} set aside");
        for (rows, what) in [(outside, "of other periods"), (nowhere, "of no kind")] {
            if rows > 0 {
                line.push_str(&format!(" + {rows} {what}"));
            }
        }
        assert!(said.contains(&format!("{line}\n")), "seed {seed}: {line}\n{said}\n{letters}");
    }
}

#[test]
fn a_deadline_may_lie_ahead_where_the_pack_says_so_and_nothing_else_may() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("fixtures/population/nyc311/pack"), &folder.path().join("pack"));
    let policy = folder.path().join("pack/policy.toml");
    let text = fs::read_to_string(&policy).unwrap();
    let file =
        "unique_key,created_date,closed_date,agency,due_date\n1,2024-04-10,2024-04-10 09:00,A,2024-06-01\n";
    fs::write(folder.path().join("requests.csv"), file).unwrap();
    let alone =
        ["--lang", "en", "assess", "--pack", "pack", "--complaints", "requests.csv", "--period", "2024-04"];
    for (future, code) in [("true", 0), ("false", 1)] {
        let due =
            format!("due = {{ from = [\"due_date\"], type = \"time\", future = {future} }}\n[request.roles]");
        fs::write(&policy, text.replace("[request.roles]", &due)).unwrap();
        let said = renze_in(folder.path(), &alone);
        assert_eq!(said.code, code, "{}{}", said.out, said.err);
        assert_eq!(said.err.contains("R012"), code == 1);
    }
}
