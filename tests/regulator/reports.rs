//! The reports of the book, told backwards from the day on which each was closed.

use super::days::{
    DAY, END, day, office_time, office_time_after, timestamp, working_days_after, working_days_before,
    working_minutes_after,
};
use super::deal::{Deal, channel, people, received_at, yes_or_no};
use crate::chance::Chance;

/// 在十月办结.
pub(super) const CLOSED: usize = 150;
/// 到截止日仍在办.
pub(super) const OPEN: usize = 30;
/// 满九十日仍未办结，期满在十月.
pub(super) const EXPIRED: usize = 2;

/// 实名, of those closed.
pub(super) const NAMED: usize = 118;
/// 违法行为 and what became of it, of those closed.
pub(super) const FINDINGS: [(&str, usize); 4] =
    [("存在/立案", 52), ("存在/依法不罚", 11), ("存在/不予立案", 3), ("不存在/不予立案", 84)];
/// How the verification went, of those closed: in time, over the limit, extended in time, extended too late.
pub(super) const COURSES: [(&str, usize); 4] =
    [("in time", 131), ("late", 5), ("extended", 12), ("extended too late", 2)];
/// 告知逾期, of those closed and named.
pub(super) const TOLD_LATE: usize = 5;
/// 分流不及时, of those closed, and so on.
pub(super) const DISPATCHED_LATE: usize = 6;
pub(super) const STARTED_LATE: usize = 5;
/// 须到场, of those closed, and those of them that were late at the scene.
pub(super) const VISITED: usize = 104;
pub(super) const ARRIVED_LATE: usize = 7;
/// 回访满意度, of those closed and named.
pub(super) const SATISFACTIONS: [(&str, usize); 4] =
    [("满意", 62), ("基本满意", 31), ("不满意", 6), ("未回访到", 19)];
/// 答复不明确, of those closed and named.
pub(super) const UNCLEAR: usize = 4;
/// 态度投诉查实, of those closed.
pub(super) const RUDE: usize = 2;
/// Found in a mediation instead of reported, of those closed and not named.
pub(super) const FOUND_IN_MEDIATION: usize = 9;

/// The headings of reports.csv, in the order of its cells.
const HEADINGS: &str = "举报编号,收到时间,渠道,实名,分流时间,分流人,承办人,开始处理时间,须到场,到场时间,首次回复时间,\
    延期批准时间,核查完成时间,违法行为,立案情况,立案决定时间,告知结果时间,答复明确,态度投诉查实,办结时间,回访满意度";

/// What happened in one report.
#[derive(Clone, Default)]
struct Case {
    named: bool,
    found_in_mediation: bool,
    course: &'static str,
    told_late: bool,
    dispatched_late: bool,
    started_late: bool,
    visited: bool,
    arrived_late: bool,
    unclear: bool,
    rude: bool,
    finding: &'static str,
    satisfaction: &'static str,
}

/// When it all happened; what did not is blank.
#[derive(Clone, Copy, Default)]
struct Times {
    received: usize,
    dispatched: Option<usize>,
    started: Option<usize>,
    arrived: Option<usize>,
    replied: Option<usize>,
    extended: Option<usize>,
    verified: Option<usize>,
    decided: Option<usize>,
    told: Option<usize>,
    closed: Option<usize>,
}

/// The cases that were closed: the named ones first.
fn closed_cases(chance: &mut Chance) -> Vec<Case> {
    let mut of_all = Deal::new(chance, CLOSED);
    let (courses, findings) = (of_all.words(&COURSES), of_all.words(&FINDINGS));
    let (dispatched, started, rude) =
        (of_all.marks(DISPATCHED_LATE), of_all.marks(STARTED_LATE), of_all.marks(RUDE));
    let visits =
        of_all.words(&[("late", ARRIVED_LATE), ("visit", VISITED - ARRIVED_LATE), ("", CLOSED - VISITED)]);
    let mut of_named = Deal::new(chance, NAMED);
    let (told, unclear) = (of_named.marks(TOLD_LATE), of_named.marks(UNCLEAR));
    let satisfactions = of_named.words(&SATISFACTIONS);
    (0..CLOSED)
        .map(|at| Case {
            named: at < NAMED,
            found_in_mediation: (NAMED..NAMED + FOUND_IN_MEDIATION).contains(&at),
            course: courses[at],
            told_late: told.get(at).copied().unwrap_or_default(),
            dispatched_late: dispatched[at],
            started_late: started[at],
            visited: !visits[at].is_empty(),
            arrived_late: visits[at] == "late",
            unclear: unclear.get(at).copied().unwrap_or_default(),
            rude: rude[at],
            finding: findings[at],
            satisfaction: satisfactions.get(at).copied().unwrap_or_default(),
        })
        .collect()
}

/// From the day of closing back to the receipt.
fn times_of_closed(chance: &mut Chance, case: &Case) -> Times {
    let closed = working_days_after(day(10, 7), chance.between(1, 18));
    let told = if case.named { working_days_before(closed, chance.below(2)) } else { closed };
    let decided =
        working_days_before(told, if case.told_late { chance.between(6, 8) } else { chance.below(4) });
    let verified = working_days_before(decided, chance.below(2));
    let took = match case.course {
        "late" => chance.between(16, 19),
        "extended" => chance.between(17, 29),
        "extended too late" => chance.between(18, 24),
        _ => chance.between(6, 15),
    };
    let mut times =
        Times { received: received_at(chance, working_days_before(verified, took)), ..Times::default() };
    first_steps(chance, case, &mut times);
    let approved = match case.course {
        "extended" => Some(chance.between(10, 15)),
        "extended too late" => Some(chance.between(16, 17)),
        _ => None,
    };
    times.extended = approved.map(|days| office_time(chance, working_days_after(times.received / DAY, days)));
    let before = times.arrived.max(times.started).unwrap();
    times.verified = Some(office_time_after(chance, verified, before));
    times.decided = Some(office_time_after(chance, decided, times.verified.unwrap()));
    if case.named {
        times.told = Some(office_time_after(chance, told, times.decided.unwrap()));
    }
    times.closed = Some(office_time_after(chance, closed, times.told.max(times.decided).unwrap()));
    times
}

/// Dispatched, begun, at the scene, and the first reply to those who gave a name.
fn first_steps(chance: &mut Chance, case: &Case, times: &mut Times) {
    let minutes = if case.dispatched_late { chance.between(250, 500) } else { chance.between(5, 200) };
    let dispatched = working_minutes_after(times.received, minutes);
    times.dispatched = Some(dispatched);
    let wait = if case.started_late { 2 } else { chance.below(2) };
    let started = office_time_after(chance, working_days_after(dispatched / DAY, wait), dispatched);
    times.started = Some(started);
    if case.visited {
        let wait = if case.arrived_late { 3 } else { chance.between(1, 2) };
        let arrival = working_days_after(dispatched / DAY, wait).max(started / DAY);
        times.arrived = Some(office_time_after(chance, arrival, started));
    }
    if case.named {
        let reply = working_days_after(times.received / DAY, chance.between(2, 3));
        times.replied = Some(office_time_after(chance, reply, dispatched));
    }
}

/// Received lately, or ninety days before a day of October, and not closed: as far as there was time for it.
fn times_of_open(chance: &mut Chance, case: &Case, is_expired: bool) -> Times {
    let last = if is_expired { working_days_before(day(7, 28), chance.below(12)) } else { day(11, 3) };
    let back = if is_expired { 0 } else { chance.below(16) };
    let mut times =
        Times { received: received_at(chance, working_days_before(last, back)), ..Times::default() };
    first_steps(chance, case, &mut times);
    let past = |time: Option<usize>| time.filter(|&time| time <= END);
    Times {
        dispatched: past(times.dispatched),
        started: past(times.started),
        arrived: past(times.arrived),
        replied: past(times.replied),
        ..times
    }
}

fn row(chance: &mut Chance, number: usize, case: &Case, times: &Times) -> String {
    let (dispatcher, handler) = people(chance, times.received / DAY);
    let drawn = channel(chance);
    let time = |moment: Option<usize>| moment.map(timestamp).unwrap_or_default();
    let (violation, filing) = case.finding.split_once('/').unwrap_or_default();
    let is_over = times.closed.is_some();
    let is_told = times.told.is_some();
    let cells: [String; 21] = [
        format!("JB-{number}"),
        timestamp(times.received),
        if case.found_in_mediation { "调解中发现" } else { drawn }.to_owned(),
        yes_or_no(case.named).to_owned(),
        time(times.dispatched),
        dispatcher,
        handler,
        time(times.started),
        yes_or_no(case.visited).to_owned(),
        time(times.arrived),
        time(times.replied),
        time(times.extended),
        time(times.verified),
        violation.to_owned(),
        filing.to_owned(),
        time(times.decided),
        time(times.told),
        if is_told { yes_or_no(!case.unclear) } else { "" }.to_owned(),
        if is_over && case.rude { "是" } else { "" }.to_owned(),
        time(times.closed),
        case.satisfaction.to_owned(),
    ];
    cells.join(",")
}

pub(super) fn reports_csv(chance: &mut Chance) -> String {
    let mut cases: Vec<(Case, Times)> = Vec::new();
    for case in closed_cases(chance) {
        let times = times_of_closed(chance, &case);
        cases.push((case, times));
    }
    for nth in 0..OPEN + EXPIRED {
        let (named, visited) = (chance.happens(78, 100), chance.happens(70, 100));
        let case = Case { named, visited, ..Case::default() };
        let times = times_of_open(chance, &case, nth >= OPEN);
        cases.push((case, times));
    }
    cases.sort_by_key(|(_, times)| times.received);
    let mut csv = format!("\u{feff}{HEADINGS}\n");
    for (number, (case, times)) in (501..).zip(&cases) {
        csv += &row(chance, number, case, times);
        csv.push('\n');
    }
    csv
}
