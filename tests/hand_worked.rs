//! Cards of the October book worked out by hand from the rows of complaints.csv, against what the engine
//! finds and what it prints. The counts below were made from the file alone, without the engine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test data: small numbers, and a fault should stop the test"
)]

use super::shared::{assess, root, telecom};
use renze::amount;
use renze::assess::{Assessment, Outcome, Scorecard, Veto};
use renze::clause::Rulebook;
use renze::diagnostic::Faults;
use renze::fact::{Facts as _, Value};
use renze::intake::Book;
use renze::language::Language;
use renze::organisation::Organisation;
use renze::policy::Pack;
use renze::report::{Subject, explain_subject, render};
use renze::scenario::Situation;
use std::collections::BTreeMap;

/// A complaint, its row in complaints.csv and what is said of it.
type Line = (&'static str, usize, &'static str);

/// The day from which every parameter of the pack is in force.
const SINCE: &str = "2026-07-01";
/// Where it stands in the source document.
const BASIS: &str = "建议2·六";

// ---------------------------------------------------------------- (i) Hi-tech 高新 U5, a vetoed unit
//
// 63 complaints of October were handled by people of U5 (P061..P075).
//
// Accountable, 1 point each, 10 in all:
//   3 over our heads: TS-1016, TS-1049, TS-1310
// + 8 own fault:      TS-1063, TS-1144, TS-1154, TS-1178, TS-1310, TS-1313, TS-1333, TS-1357
// − 1 both, once:     TS-1310                                                                     −10
// Dissatisfied: TS-1085 and TS-1126, each with three levels of reply one after the other            0
// Rates, 1 point per started % below 100, at most 5 each:
//   followed up 62 of 63 (not TS-1390) = 98.41 %, 1.59 below: 2 started                            −2
//   in time     59 of 63 (TS-1056 after 70.60 h, TS-1283 after 76.82 h, TS-1310 and TS-1313
//               within 4 h but not in full)    = 93.65 %, 6.35 below: 7 started, capped at 5       −5
//   closed      62 of 63 (not TS-1390) = 98.41 %, 1.59 below: 2 started                            −2
//   satisfied   59 of the 61 reached (not TS-1390, not followed up; not TS-1002, not at home)
//                                      = 96.72 %, 3.28 below: 4 started                            −4
//   rightly     60 of the 62 closed (not TS-1019, reopened; not TS-1216, wrong)
//                                      = 96.77 %, 3.23 below: 4 started                            −4
//   on time     63 of 63 within 7 days (TS-1390 is open for 3)                                      0
// No backlog of more than 7 days, no topic over its target (7 cable theft, 8 fibre, 11 install & repair)
// 100 − 10 − 0 − 2 − 5 − 2 − 4 − 4 = 73, which would be C (70 to below 85)
// TS-1310 is major, own fault and in the media: vetoed, score 0, grade D.

const HI_TECH_OVER_OUR_HEADS: [Line; 3] = [("TS-1016", 17, "1"), ("TS-1049", 50, "1"), ("TS-1310", 311, "1")];
const HI_TECH_OWN_FAULT: [Line; 8] = [
    ("TS-1063", 64, "1"),
    ("TS-1144", 145, "1"),
    ("TS-1154", 155, "1"),
    ("TS-1178", 179, "1"),
    // over our heads as well, and counted there
    ("TS-1310", 311, "0"),
    ("TS-1313", 314, "1"),
    ("TS-1333", 334, "1"),
    ("TS-1357", 358, "1"),
];
/// Clause, numerator, denominator, points found, points counted.
const HI_TECH_RATES: [(&str, &str, &str, &str, &str); 5] = [
    ("follow_up_rate", "62", "63", "2", "2"),
    ("answer_rate", "59", "63", "7", "5"),
    ("closing_rate", "62", "63", "2", "2"),
    ("satisfaction_rate", "59", "61", "4", "4"),
    ("correct_rate", "60", "62", "4", "4"),
];
const HI_TECH_BEFORE_VETO: &str = "73";
const HI_TECH_SCORE: &str = "0";

// ---------------------------------------------------------------- (ii) E2, executive in charge of Sales 市场线
//
// 14 accountable complaints of 市场线, 10 % of the base by severity (100, 200, 500, 2,000):
//   minor   8 × ¥100   × 10 % = 8 × ¥10  = ¥80    TS-1005 1063 1103 1113 1115 1122 1295 1333
//   general 3 × ¥200   × 10 % = 3 × ¥20  = ¥60    TS-1274 1278 1400
//   serious 2 × ¥500   × 10 % = 2 × ¥50  = ¥100   TS-1178 1299
//   major   1 × ¥2,000 × 10 % =     ¥200 = ¥200   TS-1310
// ¥80 + ¥60 + ¥100 + ¥200 = ¥440

const E2_CHARGES: [Line; 14] = [
    ("TS-1005", 6, "10"),
    ("TS-1063", 64, "10"),
    ("TS-1103", 104, "10"),
    ("TS-1113", 114, "10"),
    ("TS-1115", 116, "10"),
    ("TS-1122", 123, "10"),
    ("TS-1178", 179, "50"),
    ("TS-1274", 275, "20"),
    ("TS-1278", 279, "20"),
    ("TS-1295", 296, "10"),
    ("TS-1299", 300, "50"),
    ("TS-1310", 311, "200"),
    ("TS-1333", 334, "10"),
    ("TS-1400", 401, "20"),
];
const E2_SUM: &str = "-440";

// ---------------------------------------------------------------- (iii) Service 客服线 L3
//
// 6 accountable complaints of 客服线, three of them shared with 市场线, which bears its own 30 % of each:
//   TS-1120 major   ¥2,000 × 30 % = ¥600
//   TS-1178 serious   ¥500 × 30 % = ¥150
//   TS-1122, TS-1295, TS-1304, TS-1368 minor ¥100 × 30 % = 4 × ¥30 = ¥120
// ¥600 + ¥150 + ¥120 = ¥870

const SERVICE_CHARGES: [Line; 6] = [
    ("TS-1120", 121, "600"),
    ("TS-1122", 123, "30"),
    ("TS-1178", 179, "150"),
    ("TS-1295", 296, "30"),
    ("TS-1304", 305, "30"),
    ("TS-1368", 369, "30"),
];
const SERVICE_SUM: &str = "-870";

// ---------------------------------------------------------------- County 县域 U6: three levels of reply
//
// TS-1006 dissatisfied, third level missing:                      −0.5
// TS-1010 dissatisfied, second level (10-03) before first (10-04): −0.5

const COUNTY_MISSING_LEVEL: [Line; 1] = [("TS-1006", 7, "0.5")];
const COUNTY_OUT_OF_ORDER: [Line; 1] = [("TS-1010", 11, "0.5")];

/// The October book, assessed.
struct October {
    pack: Pack,
    rules: Rulebook,
    book: Book,
    assessment: Assessment,
    organisation: Organisation,
}

impl October {
    fn assessed() -> Self {
        let folder = root().join("fixtures/telecom-2026-10");
        let (pack, rules) = telecom();
        let (assessment, organisation) = assess(&pack, &rules, &folder, "2026-10", "2026-11-03").unwrap();
        let book = Book::read(&folder, &Faults::default()).unwrap();
        Self { pack, rules, book, assessment, organisation }
    }

    fn card(&self, kind: &str, subject: &str) -> &Scorecard {
        let (kind, _) = self.pack.policy.kind(kind).unwrap();
        let cards = &self.assessment.scorecards;
        cards.iter().find(|card| card.key.kind == kind && card.key.subject == subject).unwrap()
    }

    /// What one clause counts against a card, row by row.
    fn counted(&self, card: &Scorecard, clause: &str) -> Vec<(String, usize, String)> {
        let findings = self.assessment.findings_of(card);
        findings
            .filter(|finding| finding.clause() == clause)
            .map(|finding| {
                let Outcome::Entry { counted, .. } = &finding.outcome() else {
                    return (finding.record().to_owned(), 0, "veto".to_owned());
                };
                let row = finding.judged_row().unwrap().place.1;
                (finding.record().to_owned(), row, amount::plain(counted.least))
            })
            .collect()
    }

    /// The explanation of a subject with its lines joined, so that no line break parts what belongs together.
    fn explanation(&self, subject: &str) -> String {
        let reported = Subject {
            book: &self.book,
            pack: &self.pack,
            rules: &self.rules,
            organisation: &self.organisation,
            assessment: &self.assessment,
        };
        let report = explain_subject(&reported, subject, true, Language::En).unwrap();
        render(&report).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn owned(lines: &[Line]) -> Vec<(String, usize, String)> {
    lines.iter().map(|(id, row, amount)| ((*id).to_owned(), *row, (*amount).to_owned())).collect()
}

fn assert_says<'s>(text: &str, parts: impl IntoIterator<Item = &'s str>) {
    for part in parts {
        assert!(text.contains(part), "nothing says `{part}` in:\n{text}");
    }
}

fn assert_names_rows(text: &str, lines: &[Line]) {
    for (id, row, _) in lines {
        assert_says(text, [format!("{id} row {row} ").as_str()]);
    }
}

#[test]
fn the_points_of_hi_tech_are_what_its_rows_add_up_to_and_the_veto_takes_the_rest() {
    let october = October::assessed();
    let card = october.card("unit", "U5");
    assert_eq!(october.counted(card, "over_our_heads"), owned(&HI_TECH_OVER_OUR_HEADS));
    assert_eq!(october.counted(card, "own_fault"), owned(&HI_TECH_OWN_FAULT));
    assert_eq!(october.counted(card, "three_level_reply"), []);
    assert_eq!(october.counted(card, "three_level_order"), []);
    for (clause, _, _, _, counted) in HI_TECH_RATES {
        assert_eq!(october.counted(card, clause), [("U5".to_owned(), 0, counted.to_owned())], "{clause}");
    }
    let balance = card.balance("points").unwrap();
    assert_eq!(amount::plain(balance.before_veto.so_far), HI_TECH_BEFORE_VETO);
    assert!(balance.before_veto.is_settled());
    assert_eq!(amount::plain(balance.settled.so_far), HI_TECH_SCORE);
    assert_eq!((card.veto, card.grades.as_slice()), (Veto::Stands, &["D".to_owned()][..]));
}

#[test]
fn the_counts_under_the_rates_of_hi_tech_are_those_of_its_rows() {
    let october = October::assessed();
    let record = &october.card("unit", "U5").record;
    let count = |fact: &str| match record.value(fact) {
        Value::Number(number) => amount::plain(number),
        other => format!("{other:?}"),
    };
    let counts = ["complaints", "followed_up", "answered", "closed", "reached", "satisfied"].map(count);
    assert_eq!(counts, ["63", "62", "59", "62", "61", "59"]);
}

#[test]
fn the_explanation_of_hi_tech_leads_from_its_score_to_every_row() {
    let october = October::assessed();
    let text = october.explanation("U5");
    assert_names_rows(&text, &HI_TECH_OVER_OUR_HEADS);
    assert_names_rows(&text, &HI_TECH_OWN_FAULT);
    for (clause, part, whole, found, counted) in HI_TECH_RATES {
        let title = &october.rules.clause(clause).unwrap().title.en;
        assert_says(&text, [format!("− {counted} points {title}").as_str(), title, BASIS]);
        assert_says(&text, [format!("{part} (").as_str(), format!("÷ {whole} (").as_str()]);
        assert_says(&text, [format!("{found} (started steps of 1 % in 100 %").as_str()]);
    }
    // the one rate that is capped says what the cap took
    assert_says(&text, ["not counted: 2 points", "cap of a rate 5 points", "counts 5 points"]);
    // the complaint that is both counts once, and says why
    assert_says(&text, ["only the highest counts", "counts 0 points"]);
    assert_says(&text, ["= 73 points", "score 0", "grade D", "vetoed by TS-1310 row 311"]);
    for parameter in ["accountable_points_unit", "rate_points", "rate_step", "rate_target"] {
        assert_says(&text, [parameter]);
    }
    assert_says(&text, [format!("100 % {SINCE} {BASIS}").as_str(), format!("1 % {SINCE}").as_str()]);
}

#[test]
fn the_executive_of_sales_bears_ten_per_cent_of_every_base() {
    let october = October::assessed();
    let card = october.card("line_executive", "E2");
    assert_eq!(october.counted(card, "economic_accountability"), owned(&E2_CHARGES));
    let money = card.balance("money").unwrap();
    assert!(money.settled.is_settled());
    assert_eq!(amount::plain(money.settled.so_far), E2_SUM);

    let text = october.explanation("E2");
    assert_names_rows(&text, &E2_CHARGES);
    let title = &october.rules.clause("economic_accountability").unwrap().title.en;
    assert_says(&text, [title.as_str(), BASIS, "complaint: 14", "−¥440.00"]);
    assert_says(&text, ["¥100.00 (base charge minor) × 10 % (executive share) = ¥10.00"]);
    assert_says(&text, ["¥2,000.00 (base charge major) × 10 % (executive share) = ¥200.00"]);
    assert_says(&text, [format!("10 % {SINCE} {BASIS} line_executive_share").as_str()]);
    assert_says(&text, [format!("¥500.00 {SINCE} {BASIS}").as_str()]);
}

#[test]
fn the_service_line_bears_thirty_per_cent_of_every_base() {
    let october = October::assessed();
    let card = october.card("line", "L3");
    assert_eq!(october.counted(card, "economic_accountability"), owned(&SERVICE_CHARGES));
    let money = card.balance("money").unwrap();
    assert!(money.settled.is_settled());
    assert_eq!(amount::plain(money.settled.so_far), SERVICE_SUM);

    let text = october.explanation("客服线");
    assert_names_rows(&text, &SERVICE_CHARGES);
    let title = &october.rules.clause("economic_accountability").unwrap().title.en;
    assert_says(&text, [title.as_str(), BASIS, "complaint: 6", "−¥870.00"]);
    assert_says(&text, ["¥2,000.00 (base charge major) × 30 % (business line share) = ¥600.00"]);
    assert_says(&text, [format!("30 % {SINCE} {BASIS} business_line_share").as_str()]);
}

#[test]
fn county_loses_half_a_point_for_each_missing_and_each_disordered_level() {
    let october = October::assessed();
    let card = october.card("unit", "U6");
    assert_eq!(october.counted(card, "three_level_reply"), owned(&COUNTY_MISSING_LEVEL));
    assert_eq!(october.counted(card, "three_level_order"), owned(&COUNTY_OUT_OF_ORDER));
}

#[test]
fn forty_eight_hours_to_the_minute_are_in_time_and_a_minute_more_is_not() {
    let (pack, rules) = telecom();
    let in_time = |typed: &[(&str, &str)]| {
        let facts = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let situation = Situation {
            kind: "complaint".to_owned(),
            on: renze::calendar::read_day("2026-10-12").unwrap(),
            facts: facts.collect::<BTreeMap<_, _>>(),
        };
        let (assessment, kind) = situation.assess(&pack, &rules).unwrap();
        assessment.rows[&kind].get(0).unwrap().record.value("answered_in_time")
    };
    let accepted = ("accepted", "2026-10-12 09:00");
    let (yes, no) = (Value::Bool(true), Value::Bool(false));
    assert_eq!(in_time(&[accepted, ("replied", "2026-10-14 09:00")]), yes);
    assert_eq!(in_time(&[accepted, ("replied", "2026-10-14 09:01")]), no);
    assert_eq!(in_time(&[("answered_in", "48")]), yes);
    assert_eq!(in_time(&[("answered_in", "48.01")]), no);
    // in time but not in full
    assert_eq!(in_time(&[accepted, ("replied", "2026-10-12 10:00"), ("content_complete", "否")]), no);
}
