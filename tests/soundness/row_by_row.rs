//! A clause without a tree is assessed like any other: it relieves others, what it cannot reach is a fault, and a row
//! on which it would run too long is left open.

use crate::commands::{copy_folder, renze_in};
use crate::shared::{assess, open_pack, root};
use renze::assess::Assessment;
use renze::diagnostic::Diagnostic;
use std::fs;
use tempfile::TempDir;

const MAJOR: &str = "deduct(\"handler\", terms.major_points);";
/// A loop whose rounds depend on the row, so that the clause has no tree.
const COMPLAINTS: &str = "工单号,受理时间,严重程度,索赔金额,首次答复时间,处理人
A-1,2026-10-02 09:00,重大,1,2026-10-02 15:00,P1
A-2,2026-10-05 10:30,重大,0,2026-10-06 08:00,P2
A-3,2026-10-09 16:00,重大,,,P2
";

/// The small book with a second clause.
fn book(clause: &str, complaints: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/bad/base"), place.path());
    let path = place.path().join("pack/clauses/points.rhai");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(MAJOR));
    fs::write(path, format!("{text}\n/// basis: 1\nfn looped(complaint, terms) {{ {clause} }}\n")).unwrap();
    fs::write(place.path().join("complaints.csv"), complaints).unwrap();
    place
}

fn assessed(clause: &str, complaints: &str) -> Result<Assessment, Vec<Diagnostic>> {
    let place = book(clause, complaints);
    let (pack, rules) = open_pack(&place.path().join("pack"));
    let terms = pack.terms(chrono::NaiveDate::MAX);
    assert!(rules.interpreted(rules.clause("looped").unwrap(), &terms).is_some(), "{clause} has a tree");
    assess(&pack, &rules, place.path(), "2026-10", "2026-11-03").map(|(assessment, _)| assessment)
}

/// Row, clause and what counts of each finding, least and most.
fn counted(assessment: &Assessment) -> Vec<String> {
    let show = |finding: renze::assess::Finding<'_>| {
        let renze::assess::Outcome::Entry { counted, .. } = finding.outcome() else {
            return "veto".to_owned();
        };
        let most = counted.most.map_or_else(|| "?".to_owned(), |most| most.normalize().to_string());
        format!("{} {} {}-{most}", finding.record(), finding.clause(), counted.least.normalize())
    };
    assessment.findings().map(show).collect()
}

#[test]
fn a_clause_without_a_tree_lifts_the_findings_of_another() {
    let assessment =
        assessed("for round in 0..complaint.claimed { exempt(\"major\"); }", COMPLAINTS).unwrap();
    // one round lifts it, none does not, and how many there are is not known of the third
    let mut counted = counted(&assessment);
    counted.retain(|finding| finding.contains("major"));
    assert_eq!(counted, ["A-1 major 0-0", "A-2 major 2-2", "A-3 major 0-2"]);
}

#[test]
fn a_role_that_a_clause_without_a_tree_invents_is_a_fault() {
    let clause = "for round in 0..complaint.claimed { deduct(\"major\", 1); }";
    let faults = assessed(clause, COMPLAINTS).err().unwrap();
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["C030"], "{faults:#?}");
    assert!(faults[0].message.en.contains("`major`"), "{faults:#?}");
    let said = renze_in(book(clause, COMPLAINTS).path(), &["assess", ".", "--lang", "en"]);
    assert_eq!(said.code, 1, "{}", said.out);
}

#[test]
fn a_row_on_which_a_loop_would_never_end_is_left_open() {
    let complaints = COMPLAINTS.replacen(",1,", ",1000000000,", 1);
    for clause in [
        "for round in 0..complaint.claimed { deduct(\"handler\", 1); }",
        "for round in 0..complaint.claimed { if round < 0 { deduct(\"handler\", 1); } }",
    ] {
        let assessment = assessed(clause, &complaints).unwrap();
        let open: Vec<(&str, &str)> =
            assessment.open.iter().map(|open| (open.clause.as_str(), open.record.as_str())).collect();
        assert_eq!(open, [("looped", "A-1"), ("looped", "A-3")], "{clause}");
    }
}

#[test]
fn a_step_below_zero_that_only_a_row_meets_is_worked_out_alike_by_every_answerer() {
    let place = book(
        "for round in 0..complaint.claimed { deduct(\"handler\", 1 + steps(round, -2.5, \"full\")); }",
        COMPLAINTS,
    );
    let said = renze_in(place.path(), &["assess", ".", "--lang", "en", "--out", "out"]);
    assert_eq!(said.code, 4, "{}", said.err);
    let verified = renze_in(place.path(), &["verify", ".", "--lang", "en", "--against", "out"]);
    assert_eq!(verified.code, 0, "{}", verified.out);
}
