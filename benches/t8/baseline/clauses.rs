//! The eight clauses, R1 to R8. Points and money are in hundredths.

use super::case::{Case, Escalation, Satisfied, Severity};

/// A clause, by its number in the policy.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
}

/// What is entered for a subject: what is taken is positive.
#[derive(Clone, Copy)]
pub(crate) enum Entry {
    Points(i64),
    Charge(i64),
    Veto,
}

/// What a clause found in a case for a subject.
#[derive(Clone, Copy)]
pub(crate) struct Finding {
    pub(super) row: u32,
    pub(super) rule: Rule,
    pub(super) subject: u32,
    pub(super) entry: Entry,
}

/// A point, in hundredths.
const POINT: i64 = 100;
/// A day of lateness, in hundredths of an hour.
const DAY: i64 = 24 * 100;
/// The most steps or repeats that count.
const MOST: i64 = 5;
/// Repeats count from this one on.
const REPEATS_FROM: i64 = 2;
/// Up to this loss the charges are halved.
const SMALL_LOSS: i64 = 50 * 100;

/// Adds everything the clauses find in a case.
pub(crate) fn evaluate(case: &Case, row: u32, findings: &mut Vec<Finding>) {
    let mut find = |rule, subject, entry| findings.push(Finding { row, rule, subject, entry });
    let late = case.reply - case.due;
    if late > 0 {
        let steps = (late + DAY - 1) / DAY;
        find(Rule::R1, case.handler, Entry::Points(steps.min(MOST) * POINT));
    }
    let dissatisfied = case.satisfied == Satisfied::No;
    if dissatisfied && case.own_fault {
        find(Rule::R2, case.handler, Entry::Points(2 * POINT));
        find(Rule::R2, case.unit, Entry::Points(POINT));
    }
    if !case.revisited {
        find(Rule::R3, case.unit, Entry::Points(POINT / 2));
    }
    let failed = [!case.verified, !case.corrected, !case.rectified, dissatisfied];
    let failed: i64 = failed.into_iter().map(i64::from).sum();
    if failed > 0 {
        find(Rule::R4, case.unit, Entry::Points(failed * POINT));
    }
    if case.repeats >= REPEATS_FROM {
        find(Rule::R5, case.handler, Entry::Points(case.repeats.min(MOST) * POINT));
    }
    if case.escalation != Escalation::None || case.own_fault {
        let base = base_charge(case.severity);
        let shares = [(case.handler, base), (case.line, base * 3 / 10), (case.leader, base / 10)];
        for (subject, charge) in shares {
            find(Rule::R6, subject, Entry::Charge(charge));
        }
        if case.loss <= SMALL_LOSS && case.satisfied == Satisfied::Yes {
            for (subject, charge) in shares {
                find(Rule::R8, subject, Entry::Charge(-charge / 2));
            }
        }
    }
    if matches!(case.severity, Severity::Major)
        && case.own_fault
        && matches!(case.escalation, Escalation::Regulator | Escalation::Media)
    {
        for subject in [case.handler, case.unit, case.leader] {
            find(Rule::R7, subject, Entry::Veto);
        }
    }
}

fn base_charge(severity: Severity) -> i64 {
    let yuan = match severity {
        Severity::Minor => 100,
        Severity::Normal => 200,
        Severity::Serious => 500,
        Severity::Major => 2_000,
    };
    yuan * 100
}
