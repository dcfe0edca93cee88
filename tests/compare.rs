//! Two versions held against each other: nothing where nothing differs, the other way round what is the other way round,
//! and for every clause a complaint that shows it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code: a fault should stop the test"
)]

use super::chance::Chance;
use super::commands::{assert_is, copy_folder, renze, renze_in};
use super::properties::random_book;
use super::shared::{assess, open_pack, root, telecom};
use renze::amount;
use renze::clause::Rulebook;
use renze::comparison::{
    CardChange, Comparison, Declared, FindingChange, FunctionChange, How, Measured, ParameterChange, Version,
};
use renze::diagnostic::Faults;
use renze::policy::{Assignment, Cell, Pack, ParameterValue};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const BOOK: &str = "fixtures/telecom-2026-10";
const PACK: &str = "rules/telecom";

// ---------------------------------------------------------------- what the command prints

#[test]
fn a_pack_against_itself_is_no_difference() {
    for (language, nothing) in [("en", "no difference\n"), ("zh", "没有差异\n")] {
        for arguments in [&["compare", PACK, PACK][..], &["compare", PACK, PACK, "--book", BOOK]] {
            let said = renze(&[arguments, &["--lang", language]].concat());
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            assert!(said.out.ends_with(&format!("\n\n{nothing}")), "{}", said.out);
        }
    }
}

#[test]
fn the_value_in_force_set_again_is_no_difference() {
    let said = renze(&["compare", PACK, "--set", "business_line_share=30%", "--book", BOOK]);
    assert!(said.code == 0 && said.out.ends_with("\n\nno difference\n"), "{}", said.out);
}

#[test]
fn another_share_of_the_business_lines_is_measured_on_october() {
    for language in ["en", "zh"] {
        let set = ["--set", "business_line_share=35%", "--book", BOOK, "--lang", language];
        let said = renze(&[&["compare", PACK][..], &set].concat());
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert_is(&root().join(format!("{BOOK}/expected/compare.{language}.txt")), &said.out);
    }
}

/// A second version of the telecom pack in which much is otherwise.
const CHANGES: [(&str, &str, &str); 9] = [
    ("policy.toml", "version = \"2026.3\"", "version = \"2026.4\""),
    ("policy.toml", "several = \"each\"", "several = \"split\""),
    ("policy.toml", "per = [\"record\", \"card\", \"account\"]", "per = [\"card\", \"account\"]"),
    ("policy.toml", "places = 2", "places = 0"),
    ("parameters.toml", "[\"major\", \"2000\"]", "[\"major\", \"2500\"]"),
    (
        "clauses/facts.rhai",
        "complaint.severity == \"major\"\n",
        "complaint.severity in [\"major\", \"serious\"]\n",
    ),
    (
        "clauses/accountability.rhai",
        "    if complaint.enterprise_liability {\n",
        "    if complaint.enterprise_liability && complaint.answered_in >= 24 {\n",
    ),
    ("clauses/accountability.rhai", "fn three_level_order(", "/// until: 2026-09-30\nfn three_level_order("),
    (
        "clauses/rates.rhai",
        "private fn shortfall",
        "/// 慢答复\n/// en: slow answers\n/// basis: 建议2·六\nfn slow(complaint) {\n    if complaint.answered_in > 36 {\n        deduct(\"handler\", 2, `${complaint.answered_in} h`);\n    }\n}\n\nprivate fn shortfall",
    ),
];

fn change(folder: &Path, changes: &[(&str, &str, &str)]) {
    for (file, find, replace) in changes {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(find).count(), 1, "`{find}` must stand once in {file}");
        fs::write(path, text.replacen(find, replace, 1)).unwrap();
    }
}

/// A folder with the telecom pack as `before` and a changed copy as `after`.
fn two_versions(changes: &[(&str, &str, &str)]) -> TempDir {
    let place = TempDir::new().unwrap();
    for name in ["before", "after"] {
        copy_folder(&root().join(PACK), &place.path().join(name));
    }
    change(&place.path().join("after"), changes);
    place
}

#[test]
fn two_packs_are_held_against_each_other_clause_by_clause_and_on_the_book() {
    let place = two_versions(&CHANGES);
    let book = root().join(BOOK);
    for language in ["en", "zh"] {
        let packs = ["compare", "before", "after", "--book", book.to_str().unwrap(), "--lang", language];
        let said = renze_in(place.path(), &packs);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert_is(&root().join(format!("{BOOK}/expected/compare-packs.{language}.txt")), &said.out);
    }
}

#[test]
fn what_cannot_be_set_is_refused_with_what_could_be() {
    for (set, said, help) in [
        (
            "busines_line_share=35%",
            "there is no parameter `busines_line_share`",
            "did you mean `business_line_share`?",
        ),
        ("base_charge[majr]=1", "the table 'base charge' has no cell [majr]", "did you mean `major`?"),
        ("base_charge=1", "'base charge' is a table", "known here: minor, general, serious, major"),
        ("business_line_share=35", "`35` is none", "its unit is %: write 35%"),
        ("business_line_share[a]=35%", "'business line share' is no table", "--set business_line_share=35%"),
        ("base_charge[major]=much", "`much` is none", "write 12, 0.5 or 35%"),
        ("grade[93]=Z", "scale has no grade `Z`", "known here: A, B, C, D"),
        ("rate_step_reading=half", "`half` is no way to count steps", "rates.rhai"),
    ] {
        let found = renze(&["compare", PACK, "--set", set, "--book", BOOK]);
        assert!(found.code == 1 && found.out.is_empty(), "{set}: {}", found.out);
        assert!(found.err.contains(said) && found.err.contains(help), "{set}: {}", found.err);
    }
    assert_eq!(renze(&["compare", PACK, "--set", "half"]).code, 2);
    assert_eq!(renze(&["compare", PACK]).code, 2);
}

#[test]
fn the_differing_findings_are_written_as_a_table_once() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("changes.csv");
    let arguments = [
        "compare",
        PACK,
        "--set",
        "base_charge[重大]=2,500",
        "--book",
        BOOK,
        "--out",
        file.to_str().unwrap(),
    ];
    assert_eq!(renze(&arguments).code, 0);
    let text = fs::read_to_string(&file).unwrap();
    let handler = text.lines().find(|line| line.contains(",TS-1049,handler,")).unwrap();
    assert_eq!(
        handler,
        "changed,economic_accountability,complaint,TS-1049,handler,person,P073,money,CNY,-2000.00,-2500.00,-2000.00,-2500.00,-500.00,true,true"
    );
    assert_eq!(renze(&arguments).code, 1, "an existing file was overwritten");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

// ---------------------------------------------------------------- where clauses part

/// The one change of a function between the shipped pack and a changed copy.
fn parted(name: &str, changes: &[(&str, &str, &str)]) -> FunctionChange {
    let place = two_versions(changes);
    let ((before, rules), (after, other)) =
        (open_pack(&place.path().join("before")), open_pack(&place.path().join("after")));
    let comparison = Comparison::of(version(&before, &rules), version(&after, &other), None);
    let own: Vec<&FunctionChange> =
        comparison.functions.iter().filter(|change| change.name == name).collect();
    assert_eq!((own.len(), comparison.functions.len()), (1, 1), "{:#?}", comparison.functions);
    own[0].clone()
}

fn version<'v>(pack: &'v Pack, rules: &'v Rulebook) -> Version<'v> {
    Version { pack, rules }
}

fn facts(change: &FunctionChange) -> Vec<(&str, &str)> {
    let situation = &change.example.as_ref().unwrap().situation;
    situation.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The clause on refusals, with a window that counts the limit itself and one that does not.
fn window(relation: &'static str) -> String {
    format!("    if complaint.enterprise_liability && complaint.answered_in {relation} 24 {{\n")
}

#[test]
fn a_limit_that_counts_itself_differs_on_the_limit_alone() {
    let place = two_versions(&[]);
    let plain = "    if complaint.enterprise_liability {\n";
    let (above, from) = (window(">"), window(">="));
    change(&place.path().join("before"), &[("clauses/accountability.rhai", plain, &above)]);
    change(&place.path().join("after"), &[("clauses/accountability.rhai", plain, &from)]);
    let ((before, rules), (after, other)) =
        (open_pack(&place.path().join("before")), open_pack(&place.path().join("after")));
    let comparison = Comparison::of(version(&before, &rules), version(&after, &other), None);
    let [own] = comparison.functions.as_slice() else { panic!("{:#?}", comparison.functions) };
    assert_eq!(facts(own), [("answered_in", "24"), ("liability", "enterprise")]);
    let amounts: Vec<_> = own.example.iter().flat_map(|example| &example.findings).collect();
    assert!(amounts.iter().all(|(_, before, after)| before.is_none() && after.is_some()), "{amounts:?}");
}

#[test]
fn questions_in_another_order_are_no_difference() {
    let place = two_versions(&[
        (
            "clauses/accountability.rhai",
            "complaint.bypass_escalation || complaint.enterprise_liability",
            "complaint.enterprise_liability || complaint.bypass_escalation",
        ),
        (
            "clauses/accountability.rhai",
            "    if complaint.reached && !complaint.satisfied {\n        if !known",
            "    if !complaint.satisfied && complaint.reached {\n        if !known",
        ),
    ]);
    let ((before, rules), (after, other)) =
        (open_pack(&place.path().join("before")), open_pack(&place.path().join("after")));
    let comparison = Comparison::of(version(&before, &rules), version(&after, &other), None);
    assert!(comparison.is_empty(), "{comparison:#?}");
    let said = renze_in(place.path(), &["compare", "before", "after"]);
    assert!(said.out.contains("only in comments, layout or how things are put"), "{}", said.out);
}

#[test]
fn a_number_in_the_place_of_a_parameter_of_that_value_is_no_difference() {
    let place =
        two_versions(&[("clauses/accountability.rhai", "base * terms.business_line_share", "base * 0.3")]);
    let ((before, rules), (after, other)) =
        (open_pack(&place.path().join("before")), open_pack(&place.path().join("after")));
    let comparison = Comparison::of(version(&before, &rules), version(&after, &other), None);
    assert!(comparison.functions.is_empty(), "{:#?}", comparison.functions);
}

#[test]
fn another_reason_or_role_differs_and_is_shown_on_the_nearest_complaint() {
    let reason =
        parted("three_level_reply", &[("clauses/accountability.rhai", "一级答复缺失", "缺一级答复")]);
    assert_eq!(facts(&reason), [("satisfaction", "dissatisfied")]);
    let roles = parted(
        "major_veto",
        &[(
            "clauses/accountability.rhai",
            "[\"handler\", \"unit\", \"unit_head\", \"line_executive\"]",
            "[\"handler\", \"unit\", \"unit_head\"]",
        )],
    );
    let example = roles.example.unwrap();
    let lost: Vec<&str> = example.findings.iter().map(|(about, ..)| about.role.as_str()).collect();
    assert_eq!(lost, ["line_executive"]);
    assert!(example.findings.iter().all(|(_, before, after)| before.is_some() && after.is_none()));
}

/// A policy of one clause beside `late`; of two numbers that are the same on an ordinary row, and one that is mostly missing.
const SMALL: &str = r#"
[policy]
id = "small"
version = "1"
title = { zh = "小", en = "Small" }
basis = "本套件自定"
from = 2026-01-01
judge = ["complaint", "person"]
rounding = { mode = "half_up", places = 2, at = "finding" }
[complaint]
title = { zh = "投诉", en = "Complaints" }
rows = { table = "complaints" }
id = "number"
at = "accepted"
[complaint.facts]
number = { from = ["工单号"], type = "text" }
accepted = { from = ["受理"], type = "time" }
one = { from = ["一"], type = "number", places = 2, least = 0, most = 1, ordinary = "0.5" }
other = { from = ["二"], type = "number", places = 2, least = 0, most = 1, ordinary = "0.5" }
loss = { from = ["损失"], type = "number", places = 2, least = 0, most = 100 }
[complaint.roles]
handler = { is = "person", from = ["处理人"] }
[person]
title = { zh = "个人", en = "People" }
rows = { members = "person" }
[person.accounts]
points = { opening = 100, minus = "deduct", plus = "award" }
[person.veto]
sets = { points = 0 }
until = "本月末"
basis = "本套件自定"
"#;

/// The changes between two versions of a clause of the small policy.
fn between(before: &str, after: &str) -> Vec<FunctionChange> {
    let place = TempDir::new().unwrap();
    for (name, body) in [("before", before), ("after", after)] {
        let folder = place.path().join(name);
        fs::create_dir_all(folder.join("clauses")).unwrap();
        fs::write(folder.join("policy.toml"), SMALL).unwrap();
        let numbers = "[share]\ntitle = { zh = \"比例\", en = \"share\" }\nvalues = [{ from = 2026-01-01, value = \"0.3\", basis = \"一\" }]\n";
        fs::write(folder.join("parameters.toml"), numbers).unwrap();
        let text = format!(
            "/// 迟\n/// en: late\n/// basis: 一\nfn late(complaint) {{ deduct(\"handler\", 4); }}\n\n/// 试\n/// en: tried\n/// basis: 二\nfn tried(complaint, terms) {{ {body} }}\n"
        );
        fs::write(folder.join("clauses/all.rhai"), text).unwrap();
    }
    let ((before, rules), (after, other)) =
        (open_pack(&place.path().join("before")), open_pack(&place.path().join("after")));
    Comparison::of(version(&before, &rules), version(&after, &other), None).functions
}

#[test]
fn numbers_that_are_mostly_the_same_are_shown_where_they_are_not() {
    for (before, after) in [
        ("deduct(\"handler\", complaint.one);", "deduct(\"handler\", complaint.other);"),
        ("mitigate(\"late\", complaint.one);", "mitigate(\"late\", complaint.other);"),
        // what both do alike stands before, and what they do not comes behind
        (
            "veto(\"handler\"); deduct(\"handler\", complaint.one);",
            "veto(\"handler\"); deduct(\"handler\", complaint.other);",
        ),
    ] {
        let changes = between(before, after);
        let [change] = changes.as_slice() else { panic!("{before}: {changes:#?}") };
        let example = change.example.as_ref().unwrap_or_else(|| panic!("{before}: no row shows it"));
        assert!(example.situation.facts.len() == 1 && !example.findings.is_empty(), "{before}: {example:#?}");
    }
}

#[test]
fn a_way_on_which_a_fact_is_missing_does_not_go_on_as_if_it_were_there() {
    let changes = between(
        "if !known(complaint.loss) { deduct(\"handler\", 1); }",
        "if complaint.loss > 5 { deduct(\"handler\", 2); }",
    );
    let [change] = changes.as_slice() else { panic!("{changes:#?}") };
    // where the loss is not known the second version has no answer to be held against
    assert_eq!(change.how, How::Parted { ways: 1 });
    assert_eq!(facts(change).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["loss"]);
}

#[test]
fn a_number_in_the_place_of_a_parameter_is_no_difference_inside_a_calculation_either() {
    let changes = between(
        "deduct(\"handler\", complaint.one * terms.share + 1);",
        "deduct(\"handler\", complaint.one * 0.3 + 1);",
    );
    assert!(changes.is_empty(), "{changes:#?}");
}

#[test]
fn a_clause_that_comes_later_is_held_against_the_days_of_the_book() {
    let place = two_versions(&[(
        "clauses/accountability.rhai",
        "fn own_fault(",
        "/// from: 2026-11-01\nfn own_fault(",
    )]);
    let book = root().join(BOOK);
    let october = renze_in(place.path(), &["compare", "before", "after", "--book", book.to_str().unwrap()]);
    assert!(october.out.contains("own fault (own_fault)  no longer in force"), "{}", october.out);
    let always = renze_in(place.path(), &["compare", "after", "before"]);
    assert!(always.out.contains("own fault (own_fault)  new"), "{}", always.out);
    assert!(always.out.contains("clauses.own_fault.from  2026-11-01 → none"), "{}", always.out);
}

#[test]
fn every_entry_of_the_declarations_that_is_otherwise_is_listed() {
    let manifest = root().join(PACK).join("policy.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let (before, rules) = telecom();
    // every number and every quoted word behind an equals sign, one at a time
    let mut tried = 0;
    for (number, line) in text.lines().enumerate() {
        let Some((head, value)) = line.split_once(" = ") else { continue };
        if line.starts_with(['#', '[']) || !value.starts_with('"') || head.contains('{') {
            continue;
        }
        let other = value.replacen('"', "\"x", 1);
        let changed: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(at, own)| if at == number { format!("{head} = {other}") } else { own.to_owned() })
            .collect();
        let mut after = before.clone();
        after.manifest.text = changed.join("\n");
        let comparison = Comparison::of(version(&before, &rules), version(&after, &rules), None);
        assert!(!comparison.declared.is_empty(), "line {}: {line}", number + 1);
        tried += 1;
    }
    assert!(tried > 30, "only {tried} entries were changed");
}

// ---------------------------------------------------------------- properties

/// Some other value for some parameter, or one cell of its table.
fn random_assignment(pack: &Pack, chance: &mut Chance) -> Assignment {
    let parameter = chance.one(&pack.parameters).clone();
    let value = parameter.values.last().unwrap().value.clone();
    let number = |old: Decimal, chance: &mut Chance| {
        let factors = ["0", "0.5", "0.9", "1", "1.5", "2", "3"];
        let factor: Decimal = chance.one(&factors).parse().unwrap();
        let (number, unit) = (old * factor, &parameter.unit);
        match unit {
            amount::Unit::Percent => format!("{}%", amount::plain(number * Decimal::ONE_HUNDRED)),
            _ => amount::plain(number),
        }
    };
    let (keys, value) = match value {
        ParameterValue::Number(old) => (Vec::new(), number(old, chance)),
        ParameterValue::Word(_) => {
            (Vec::new(), (*chance.one(&["started", "full", "proportional"])).to_owned())
        }
        ParameterValue::Table(table) => {
            let row = chance.one(&table.rows).clone();
            let value = match row.cell {
                Cell::Number(old) => number(old, chance),
                _ => (*chance.one(&["A", "B", "C", "D"])).to_owned(),
            };
            (row.conditions.iter().map(renze::policy::Condition::written).collect(), value)
        }
    };
    Assignment { parameter: parameter.name.clone(), keys, value }
}

/// The telecom pack with a few values set at random; none where the pack would then not work.
fn random_version(pack: &Pack, chance: &mut Chance) -> Option<(Pack, Rulebook)> {
    let mut changed = pack.clone();
    for _ in 0..chance.between(1, 3) {
        let assignment = random_assignment(&changed, chance);
        changed = changed.with_value(&assignment, None).unwrap_or_else(|faults| panic!("{faults:#?}"));
    }
    let faults = Faults::default();
    let rules = Rulebook::compile(&changed, &faults);
    // a step of 0 % has no steps
    (!faults.has_errors()).then_some((changed, rules))
}

fn reversed_findings(findings: &[FindingChange]) -> BTreeSet<String> {
    let turned = findings.iter().map(|change| {
        let change = FindingChange { entered: change.entered.reversed(), ..change.clone() };
        format!("{change:?}")
    });
    turned.collect()
}

fn reversed_cards(cards: &[CardChange]) -> BTreeSet<String> {
    let turned = cards.iter().map(|card| {
        let card = CardChange { faces: card.faces.clone().reversed(), ..card.clone() };
        format!("{card:?}")
    });
    turned.collect()
}

fn plain<T: std::fmt::Debug>(all: &[T]) -> BTreeSet<String> {
    all.iter().map(|one| format!("{one:?}")).collect()
}

fn reversed(comparison: &Comparison) -> Comparison {
    let parameters = comparison.parameters.iter().cloned();
    let parameters = parameters
        .map(|change| ParameterChange { before: change.after, after: change.before, ..change })
        .collect();
    let declared = comparison.declared.iter().cloned();
    let declared =
        declared.map(|change| Declared { before: change.after, after: change.before, ..change }).collect();
    Comparison { parameters, declared, functions: Vec::new() }
}

fn turned(how: How) -> How {
    match how {
        How::Added => How::Removed,
        How::Removed => How::Added,
        how => how,
    }
}

#[test]
fn the_other_way_round_everything_is_the_other_way_round() {
    let (pack, rules) = telecom();
    let (mut compared, mut differing) = (0, 0);
    for seed in 0..60 {
        let mut chance = Chance(seed);
        let Some((other, other_rules)) = random_version(&pack, &mut chance) else { continue };
        let place = TempDir::new().unwrap();
        random_book(seed).write(place.path());
        let one = assess(&pack, &rules, place.path(), "2026-10", "2026-11-03");
        let two = assess(&other, &other_rules, place.path(), "2026-10", "2026-11-03");
        let (Ok((one, _)), Ok((two, _))) = (one, two) else { continue };
        let (before, after) = (version(&pack, &rules), version(&other, &other_rules));
        let there = Measured::of((before, &one), (after, &two));
        let back = Measured::of((after, &two), (before, &one));
        assert_eq!(plain(&there.cards), reversed_cards(&back.cards), "seed {seed}");
        assert_eq!(plain(&there.findings), reversed_findings(&back.findings), "seed {seed}");
        for total in &there.accounts {
            let same = |other: &&renze::comparison::AccountTotal| {
                (&other.kind, &other.account) == (&total.kind, &total.account)
            };
            let back = back.accounts.iter().find(same).unwrap();
            assert_eq!(total.difference(), -back.difference(), "seed {seed}");
            // what the findings come to is what the accounts come to
            let own = there.findings.iter().filter(|change| {
                change.card.as_ref().is_some_and(|(kind, _)| *kind == total.kind)
                    && change.about.account() == Some(&total.account)
            });
            assert_eq!(
                own.map(FindingChange::difference).sum::<Decimal>(),
                total.difference(),
                "seed {seed}"
            );
        }
        let (forth, round) = (Comparison::of(before, after, None), Comparison::of(after, before, None));
        assert_eq!(plain(&forth.parameters), plain(&reversed(&round).parameters), "seed {seed}");
        assert_eq!(plain(&forth.declared), plain(&reversed(&round).declared), "seed {seed}");
        let names = |comparison: &Comparison, how: fn(How) -> How| -> BTreeMap<String, String> {
            let functions = comparison.functions.iter();
            functions.map(|change| (change.name.clone(), format!("{:?}", how(change.how)))).collect()
        };
        assert_eq!(names(&forth, |how| how), names(&round, turned), "seed {seed}");
        compared += 1;
        differing += usize::from(!there.is_empty());
    }
    assert!(compared >= 40 && differing >= 15, "only {compared} compared, {differing} of them different");
}

#[test]
fn from_one_version_to_a_third_is_as_far_as_by_way_of_another() {
    let (pack, rules) = telecom();
    let (mut compared, mut differing) = (0, 0);
    for seed in 0..60 {
        let mut chance = Chance(seed);
        let versions = random_version(&pack, &mut chance).zip(random_version(&pack, &mut chance));
        let Some(((second, second_rules), (third, third_rules))) = versions else { continue };
        let place = TempDir::new().unwrap();
        random_book(seed).write(place.path());
        let run = |pack, rules| assess(pack, rules, place.path(), "2026-10", "2026-11-03").ok();
        let runs = run(&pack, &rules).zip(run(&second, &second_rules)).zip(run(&third, &third_rules));
        let Some((((x, _), (y, _)), (z, _))) = runs else { continue };
        let packs = (version(&pack, &rules), version(&second, &second_rules), version(&third, &third_rules));
        let totals = |measured: Measured| -> BTreeMap<(String, String), Decimal> {
            let totals = measured.accounts.into_iter();
            let totals =
                totals.map(|total| ((total.kind.clone(), total.account.clone()), total.difference()));
            totals.collect()
        };
        let first = totals(Measured::of((packs.0, &x), (packs.1, &y)));
        let then = totals(Measured::of((packs.1, &y), (packs.2, &z)));
        let straight = totals(Measured::of((packs.0, &x), (packs.2, &z)));
        for (account, difference) in &straight {
            let way = [&first, &then].map(|part| part.get(account).copied().unwrap_or_default());
            assert_eq!(way.iter().sum::<Decimal>(), *difference, "seed {seed}, {account:?}");
        }
        compared += 1;
        differing += usize::from(straight.values().any(|difference| !difference.is_zero()));
    }
    assert!(compared >= 40 && differing >= 10, "only {compared} compared, {differing} of them different");
}

#[test]
fn every_difference_of_a_book_stands_under_a_clause_that_is_said_to_differ() {
    let (pack, rules) = telecom();
    let mut seen = 0;
    for seed in 100..160 {
        let mut chance = Chance(seed);
        let Some((other, other_rules)) = random_version(&pack, &mut chance) else { continue };
        let place = TempDir::new().unwrap();
        random_book(seed).write(place.path());
        let one = assess(&pack, &rules, place.path(), "2026-10", "2026-11-03");
        let two = assess(&other, &other_rules, place.path(), "2026-10", "2026-11-03");
        let (Ok((one, _)), Ok((two, _))) = (one, two) else { continue };
        let (before, after) = (version(&pack, &rules), version(&other, &other_rules));
        let comparison = Comparison::of(before, after, None);
        let said = |name: &str| comparison.functions.iter().any(|change| change.name == name);
        for change in Measured::of((before, &one), (after, &two)).findings {
            let found = |side: Option<renze::comparison::Entered>| side.map(|entered| entered.found);
            if found(change.entered.before) == found(change.entered.after) {
                continue;
            }
            // what the rates and the backlog are counted from is defined by time limits
            let counts = ["answered_in_time", "closed_in_time", "closed_right", "backlog"];
            let counted = change.kind == "unit" && counts.iter().any(|name| said(name));
            assert!(said(&change.clause) || counted, "seed {seed}: {change:?} {:?}", comparison.functions);
            seen += 1;
        }
    }
    assert!(seen >= 100, "only {seen} findings differed");
}

#[test]
fn every_example_shows_what_it_is_said_to_show() {
    let (pack, rules) = telecom();
    let (mut shown, mut without) = (0, Vec::new());
    for seed in 200..280 {
        let mut chance = Chance(seed);
        let Some((other, other_rules)) = random_version(&pack, &mut chance) else { continue };
        for change in Comparison::of(version(&pack, &rules), version(&other, &other_rules), None).functions {
            let Some(example) = &change.example else {
                // what a clause raises is no finding, and so no example
                if !change.name.starts_with("supervise_") {
                    without.push((seed, change.name.clone()));
                }
                continue;
            };
            let found = |pack: &Pack, rules: &Rulebook| {
                let (assessment, _) = example.situation.assess(pack, rules).unwrap();
                let own = assessment.findings().filter(|finding| finding.clause() == change.name);
                own.map(|finding| (finding.role().to_owned(), finding.outcome())).collect::<Vec<_>>()
            };
            // a definition is told apart by its fact
            assert!(found(&pack, &rules) != found(&other, &other_rules) || change.defines, "{change:#?}");
            assert!(!change.defines || !example.facts.is_empty(), "{change:#?}");
            shown += 1;
        }
    }
    assert!(shown >= 60, "only {shown} examples");
    assert!(without.is_empty(), "no example: {without:?}");
}
