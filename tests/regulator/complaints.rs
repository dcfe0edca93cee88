//! The complaints of the book: what happened in each is dealt out by stated rates, then told backwards from the day on
//! which it was closed.

use super::days::{
    DAY, END, day, moment, office_time, office_time_after, timestamp, working_days_after,
    working_days_before, working_minutes_after,
};
use super::deal::{Deal, channel, people, received_at, yes_or_no};
use crate::chance::Chance;

/// 受理并在十月办结, one more of them staged.
pub(super) const ACCEPTED: usize = 330;
/// 不予受理并在十月办结.
pub(super) const REFUSED: usize = 50;
/// 到截止日仍在办.
pub(super) const OPEN: usize = 56;
/// 满九十日仍未办结，期满在十月.
pub(super) const EXPIRED: usize = 2;

/// 调解结果 of those accepted and closed, without the staged one.
pub(super) const OUTCOMES: [(&str, usize); 5] =
    [("达成协议", 205), ("自行和解", 40), ("撤回", 24), ("未达成协议", 45), ("拒绝调解", 16)];
/// 核查结果 of the same.
pub(super) const VERIFICATIONS: [(&str, usize); 4] =
    [("属实", 170), ("部分属实", 94), ("不属实", 60), ("未核查", 6)];
/// 情绪 of the same.
pub(super) const TEMPERS: [(&str, usize); 4] = [("平和", 270), ("已疏导", 43), ("冲突升级", 9), ("", 8)];
/// 回访满意度 of all that were closed; two were never noted.
pub(super) const SATISFACTIONS: [(&str, usize); 5] =
    [("满意", 232), ("基本满意", 90), ("不满意", 14), ("未回访到", 42), ("", 2)];
/// 受理逾期, of all that were closed.
pub(super) const DECIDED_LATE: usize = 8;
/// 调解逾期, of those accepted.
pub(super) const MEDIATED_LATE: usize = 7;
/// 告知逾期, of those accepted.
pub(super) const TOLD_LATE: usize = 9;
/// 送检, of those accepted.
pub(super) const TESTED: usize = 16;
/// 分流不及时, of all that were closed, and so on.
pub(super) const DISPATCHED_LATE: usize = 14;
pub(super) const STARTED_LATE: usize = 11;
pub(super) const REPLIED_LATE: usize = 12;
/// 须到场, of those accepted, and those of them that were late at the scene.
pub(super) const VISITED: usize = 120;
pub(super) const ARRIVED_LATE: usize = 8;
/// 答复不明确, of all that were closed.
pub(super) const UNCLEAR: usize = 9;
/// 态度投诉查实, of all that were closed.
pub(super) const RUDE: usize = 5;

/// When the one complaint was received that the holidays excuse.
pub(super) const STAGED: &str = "2026-07-29 10:12";

/// The headings of complaints.csv, in the order of its cells.
const HEADINGS: &str = "投诉编号,收到时间,渠道,分流时间,分流人,承办人,开始处理时间,须到场,到场时间,首次回复时间,\
    受理决定,受理告知时间,核查结果,送检时间,检测结果时间,情绪,调解结果,调解终结时间,告知结果时间,答复明确,\
    态度投诉查实,办结时间,回访满意度";

/// What happened in one complaint.
#[derive(Clone, Default)]
struct Case {
    accepted: bool,
    decided_late: bool,
    mediated_late: bool,
    told_late: bool,
    tested: bool,
    dispatched_late: bool,
    started_late: bool,
    replied_late: bool,
    visited: bool,
    arrived_late: bool,
    unclear: bool,
    rude: bool,
    outcome: &'static str,
    verification: &'static str,
    tempers: &'static str,
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
    decided: Option<usize>,
    sent: Option<usize>,
    tested: Option<usize>,
    ended: Option<usize>,
    told: Option<usize>,
    closed: Option<usize>,
}

/// The cases that were closed: those accepted, then those refused.
fn closed_cases(chance: &mut Chance) -> Vec<Case> {
    let all = ACCEPTED + REFUSED;
    let mut of_all = Deal::new(chance, all);
    let (dispatched, started, replied) =
        (of_all.marks(DISPATCHED_LATE), of_all.marks(STARTED_LATE), of_all.marks(REPLIED_LATE));
    let (decided, unclear, rude) = (of_all.marks(DECIDED_LATE), of_all.marks(UNCLEAR), of_all.marks(RUDE));
    let satisfactions = of_all.words(&SATISFACTIONS);
    let mut of_accepted = Deal::new(chance, ACCEPTED);
    let mut outcomes = of_accepted.words(&OUTCOMES);
    let verifications = of_accepted.words(&VERIFICATIONS);
    let tempers = of_accepted.words(&TEMPERS);
    // a mediation that ran over, one that was tested and one whose result was told late are three different ones
    let courses = of_accepted.words(&[
        ("late", MEDIATED_LATE),
        ("tested", TESTED),
        ("told late", TOLD_LATE),
        ("", ACCEPTED - MEDIATED_LATE - TESTED - TOLD_LATE),
    ]);
    // nobody has anything tested who declines to be heard
    for at in (0..ACCEPTED).filter(|&at| courses[at] == "tested") {
        if outcomes[at] == "拒绝调解" {
            let other =
                (0..ACCEPTED).find(|&other| outcomes[other] == "未达成协议" && courses[other].is_empty());
            outcomes.swap(at, other.unwrap());
        }
    }
    let visits = of_accepted.words(&[
        ("late", ARRIVED_LATE),
        ("visit", VISITED - ARRIVED_LATE),
        ("", ACCEPTED - VISITED),
    ]);
    (0..all)
        .map(|at| {
            let mut case = Case {
                decided_late: decided[at],
                dispatched_late: dispatched[at],
                started_late: started[at],
                replied_late: replied[at],
                unclear: unclear[at],
                rude: rude[at],
                satisfaction: satisfactions[at],
                ..Case::default()
            };
            if at < ACCEPTED {
                case.accepted = true;
                case.mediated_late = courses[at] == "late";
                case.tested = courses[at] == "tested";
                case.told_late = courses[at] == "told late";
                case.visited = !visits[at].is_empty();
                case.arrived_late = visits[at] == "late";
                case.outcome = outcomes[at];
                case.verification = verifications[at];
                case.tempers = tempers[at];
            }
            case
        })
        .collect()
}

/// The days of October on which the office worked.
fn closing_day(chance: &mut Chance) -> usize {
    working_days_after(day(10, 7), chance.between(1, 18))
}

/// From the day of closing back to the receipt.
fn times_of_closed(chance: &mut Chance, case: &Case) -> Times {
    let mut times = Times::default();
    let closed = closing_day(chance);
    let decided = if case.accepted {
        let told = working_days_before(closed, chance.below(2));
        let (to_tell, mediated) = if case.mediated_late {
            // ten days more than the sixty, so that no holiday excuses them, and all within ninety days of the receipt
            (chance.below(2), chance.between(70, 71))
        } else if case.tested {
            (chance.below(5), chance.between(40, 58))
        } else if case.told_late {
            (chance.between(8, 11), chance.between(6, 28))
        } else {
            (chance.below(5), chance.between(6, 30) + chance.below(26))
        };
        let ended = working_days_before(told, to_tell);
        let decided = working_days_before(ended - mediated, 0);
        times.decided = Some(office_time(chance, decided));
        if case.tested {
            let sent = working_days_after(decided, chance.between(2, 5));
            times.sent = Some(office_time(chance, sent));
            let tested = working_days_after(sent, (ended - sent) * 2 / 5);
            times.tested = Some(office_time(chance, tested));
        }
        times.ended = Some(office_time_after(chance, ended, times.decided.unwrap()));
        times.told = Some(office_time_after(chance, told, times.ended.unwrap()));
        times.closed = Some(office_time_after(chance, closed, times.told.unwrap()));
        decided
    } else {
        let told = office_time(chance, closed);
        times.decided = Some(told);
        times.told = Some(told);
        times.closed = Some(office_time_after(chance, closed, told));
        closed
    };
    let took = if case.decided_late {
        chance.between(8, 10)
    } else if case.mediated_late {
        chance.between(3, 5)
    } else if case.accepted {
        chance.between(3, 7)
    } else {
        // a refusal ends it, and the first reply comes before that
        if case.replied_late { 7 } else { chance.between(4, 7) }
    };
    times.received = received_at(chance, working_days_before(decided, took));
    first_steps(chance, case, &mut times);
    times
}

/// Dispatched, begun, at the scene and replied to.
fn first_steps(chance: &mut Chance, case: &Case, times: &mut Times) {
    let minutes = if case.dispatched_late { chance.between(250, 600) } else { chance.between(5, 200) };
    let dispatched = working_minutes_after(times.received, minutes);
    times.dispatched = Some(dispatched);
    let wait = if case.started_late {
        // one that is late to begin may still be at the scene in time
        if case.visited { 2 } else { chance.between(2, 3) }
    } else {
        chance.below(2)
    };
    let started = office_time_after(chance, working_days_after(dispatched / DAY, wait), dispatched);
    times.started = Some(started);
    if case.visited {
        let wait = if case.arrived_late { chance.between(3, 4) } else { chance.between(1, 2) };
        let arrival = working_days_after(dispatched / DAY, wait).max(started / DAY);
        times.arrived = Some(office_time_after(chance, arrival, started));
    }
    let wait = if case.replied_late { chance.between(4, 6) } else { chance.between(2, 3) };
    let reply = working_days_after(times.received / DAY, wait);
    times.replied = Some(office_time_after(chance, reply, dispatched));
}

/// Received on a day or one off behind it, and decided on within seven working days, after so many at least.
fn times_to_decision(chance: &mut Chance, case: &Case, date: usize, least: usize) -> Times {
    let received = received_at(chance, date);
    let mut times = Times { received, ..Times::default() };
    first_steps(chance, case, &mut times);
    let decided = working_days_after(received / DAY, chance.between(least, 7));
    times.decided = Some(office_time(chance, decided));
    times
}

/// Received lately and not closed: as far as there was time for it.
fn times_of_open(chance: &mut Chance, case: &Case) -> Times {
    let date = working_days_before(day(11, 3), chance.below(30));
    let times = times_to_decision(chance, case, date, 3);
    let past = |time: Option<usize>| time.filter(|&time| time <= END);
    Times {
        dispatched: past(times.dispatched),
        started: past(times.started),
        arrived: past(times.arrived),
        replied: past(times.replied),
        decided: past(times.decided),
        ..times
    }
}

/// Received ninety days before a day of October, and never brought to an end.
fn times_of_expired(chance: &mut Chance, case: &Case) -> Times {
    let date = working_days_before(day(7, 28), chance.below(12));
    times_to_decision(chance, case, date, 4)
}

/// The sixtieth day of this mediation is a day of the National Day holidays: it was in time on the day after them.
fn staged() -> (Case, Times) {
    let at = |cell: &str| Some(moment(cell));
    let case = Case {
        accepted: true,
        outcome: "达成协议",
        verification: "属实",
        tempers: "已疏导",
        satisfaction: "满意",
        ..Case::default()
    };
    let times = Times {
        received: moment(STAGED),
        dispatched: at("2026-07-29 10:40"),
        started: at("2026-07-29 14:05"),
        replied: at("2026-07-31 09:20"),
        decided: at("2026-08-03 10:30"),
        ended: at("2026-10-08 10:50"),
        told: at("2026-10-08 15:10"),
        closed: at("2026-10-08 16:00"),
        ..Times::default()
    };
    (case, times)
}

fn row(chance: &mut Chance, number: usize, case: &Case, times: &Times) -> String {
    let (dispatcher, handler) = people(chance, times.received / DAY);
    let time = |moment: Option<usize>| moment.map(timestamp).unwrap_or_default();
    let decision = if case.accepted { "受理" } else { "不予受理" };
    let is_over = times.closed.is_some();
    let noted = |word: &str| if is_over { word.to_owned() } else { String::new() };
    let cells: [String; 23] = [
        format!("TS-{number}"),
        timestamp(times.received),
        channel(chance).to_owned(),
        time(times.dispatched),
        dispatcher,
        handler,
        time(times.started),
        if case.visited { "是" } else { "否" }.to_owned(),
        time(times.arrived),
        time(times.replied),
        times.decided.map(|_| decision.to_owned()).unwrap_or_default(),
        time(times.decided),
        noted(case.verification),
        time(times.sent),
        time(times.tested),
        noted(case.tempers),
        noted(case.outcome),
        time(times.ended),
        time(times.told),
        noted(yes_or_no(!case.unclear)),
        noted(if case.rude { "是" } else { "" }),
        time(times.closed),
        noted(case.satisfaction),
    ];
    cells.join(",")
}

pub(super) fn complaints_csv(chance: &mut Chance) -> String {
    let mut cases: Vec<(Case, Times)> = vec![staged()];
    for case in closed_cases(chance) {
        let times = times_of_closed(chance, &case);
        cases.push((case, times));
    }
    for nth in 0..OPEN + EXPIRED {
        let case = Case { accepted: true, visited: chance.happens(36, 100), ..Case::default() };
        let times = if nth < OPEN { times_of_open(chance, &case) } else { times_of_expired(chance, &case) };
        cases.push((case, times));
    }
    cases.sort_by_key(|(_, times)| times.received);
    // spreadsheets write the byte order mark, so the book has one
    let mut csv = format!("\u{feff}{HEADINGS}\n");
    for (number, (case, times)) in (2001..).zip(&cases) {
        csv += &row(chance, number, case, times);
        csv.push('\n');
    }
    csv
}
