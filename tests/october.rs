//! The complaint book of a made-up city telecom branch for October 2026: the generator that makes it from a
//! seed, and the tests that hold the shipped files and the stated rates to it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test data: small numbers and fixed tables, and a fault should stop the test"
)]

pub(crate) mod handling;
mod registers;

use super::chance::Chance;
use super::generated::{Row, assert_shipped, rows};
use std::collections::{BTreeMap, BTreeSet};

/// The seed of the shipped book.
pub(crate) const SEED: u64 = 20_261_001;

// ---------------------------------------------------------------- the rates, in per mille

/// Complaints accepted in the month; every share below that names no other whole is of these.
const COMPLAINTS: usize = 400;
/// How the complaints fall to the six units.
const UNIT_SHARES: [usize; 6] = [230, 190, 170, 150, 140, 120];
/// 严重程度.
const SEVERITIES: [(&str, usize); 4] = [(MINOR, 600), (GENERAL, 300), (SERIOUS, 80), (MAJOR, 20)];
/// 责任认定; what is missing from the whole are the two complaints whose liability is blank.
const LIABILITIES: [(&str, usize); 4] = [(OWN, 115), (CUSTOMER, 550), (THIRD, 280), ("不可抗力", 50)];
/// 越级去向: 35 in all, the others went nowhere.
const ESCALATIONS: [(&str, usize); 3] = [(SUPERIOR, 20), (REGULATOR, 10), (MEDIA, 5)];
/// Of the complaints that went nowhere, those that say so in a word instead of a blank.
const NOWHERE_IN_WORDS: usize = 100;
/// 受理渠道 of complaints not escalated to the regulator, of 100.
const CHANNELS: [(&str, usize); 6] =
    [("10000 号", 47), ("营业厅", 20), ("线上", 17), ("12345", 8), ("总经理服务热线", 6), ("自助终端", 2)];
/// 业务类别 where the cause lies with the branch or its customer, of 100.
const INSIDE_CATEGORIES: [(&str, usize); 5] =
    [("装移修机", 30), ("网络质量", 25), ("资费", 22), ("服务态度", 13), ("光网改造", 10)];
/// 业务类别 where the cause lies outside, of 100.
const OUTSIDE_CATEGORIES: [(&str, usize); 4] =
    [("电缆盗割", 40), ("网络质量", 25), ("光网改造", 25), ("装移修机", 10)];
/// Complaints of two business lines.
const TWO_LINES: usize = 40;
/// Answered after the 48 hours.
const LATE: usize = 40;
/// Not answered at all, and so neither closed nor followed up.
const UNANSWERED: usize = 10;
/// Answered, but not closed.
const UNCLOSED: usize = 3;
/// Answered, but not in full.
const INCOMPLETE: usize = 10;
/// 未回访, the unanswered and the unclosed among them.
const NOT_FOLLOWED_UP: usize = 20;
/// 未联系上.
const NOT_REACHED: usize = 20;
/// 不满意, of the customers reached.
const DISSATISFIED_OF_REACHED: usize = 40;
/// 基本满意, of the customers reached; the others are satisfied.
const FAIRLY_OF_REACHED: usize = 210;
/// 首问推诿.
const REFUSED: usize = 15;
/// Not refused, and the cell left blank.
const REFUSAL_BLANK: usize = 200;
/// 首问反馈 否, the unanswered among them.
const NOT_FED_BACK: usize = 30;
/// Complaints without a first contact.
const NO_FIRST_CONTACT: usize = 100;
/// How often the first contact is a colleague of the handler, where there is one.
const OTHER_FIRST_CONTACT: usize = 300;

/// The day of the month on which one of everything happens.
const FULL_DAY: usize = 15;
/// The complaints of that day.
const FULL_DAY_COMPLAINTS: usize = 16;
/// The last day of October after which there is still time for a slow answer or for three levels of reply.
const LAST_SLOW_DAY: usize = 26;

// ---------------------------------------------------------------- the words of the columns

const MINOR: &str = "轻微";
const GENERAL: &str = "一般";
const SERIOUS: &str = "较重";
const MAJOR: &str = "重大";
const OWN: &str = "企业责任";
const CUSTOMER: &str = "客户责任";
const THIRD: &str = "第三方责任";
const SUPERIOR: &str = "上级公司";
const REGULATOR: &str = "监管";
const MEDIA: &str = "媒体";
const REACHED: &str = "已回访";
const UNREACHED: &str = "未联系上";
const NOT_MADE: &str = "未回访";
const SATISFIED: &str = "满意";
const FAIRLY: &str = "基本满意";
const DISSATISFIED: &str = "不满意";

/// The headings of complaints.csv, in the order of its cells.
const HEADINGS: &str = "工单号,受理时间,受理渠道,业务类别,严重程度,越级去向,责任认定,首问推诿,首问反馈,\
    首次答复时间,答复内容完整,办结时间,回访情况,满意度,一级答复时间,二级答复时间,三级答复时间,\
    处理人,首问责任人,专业线";

// ---------------------------------------------------------------- the organisation

/// The day the organisation began.
const START: &str = "2025-01-01";
/// The names of U1..U6.
const UNITS: [(&str, &str); 6] = [
    ("城东", "East"),
    ("城西", "West"),
    ("城南", "South"),
    ("城北", "North"),
    ("高新", "Hi-tech"),
    ("县域", "County"),
];
/// The names of the teams of a unit.
const TEAMS: [&str; 3] = ["一班", "二班", "三班"];
/// The people of a team.
const TEAM_SIZE: usize = 5;
/// The names of L1..L4, and the executive in charge of each.
const LINES: [(&str, &str, &str); 4] = [
    ("网络线", "Network", "E1"),
    ("装维线", "Install & repair", "E1"),
    ("客服线", "Service", "E3"),
    ("市场线", "Sales", "E2"),
];
/// Who moves: the person, the last day in the old team, the first in the new one, the new team.
const MOVERS: [(usize, &str, &str, usize); 4] = [
    (5, "2026-10-14", "2026-10-15", 4),
    (22, "2026-10-15", "2026-10-16", 8),
    (38, "2026-10-12", "2026-10-13", 14),
    (64, "2026-10-18", "2026-10-19", 2),
];
/// Who leaves, and the last day.
const LEAVER: (usize, &str) = (50, "2026-10-20");
/// Who joins, and the first day.
const JOINER: (usize, &str) = (90, "2026-10-12");
/// The heads of units: person, unit, first and last day. U4 changes its head in the month.
const HEADS: [(usize, usize, &str, &str); 7] = [
    (1, 1, START, ""),
    (16, 2, START, ""),
    (31, 3, START, ""),
    (46, 4, START, "2026-10-15"),
    (47, 4, "2026-10-16", ""),
    (61, 5, START, ""),
    (76, 6, START, ""),
];

/// A person's days in one team; an open end is blank. Dates are ISO text and compare as such.
struct Stay {
    person: usize,
    team: usize,
    from: &'static str,
    until: &'static str,
}

impl Stay {
    fn covers(&self, day: &str) -> bool {
        self.from <= day && (self.until.is_empty() || day <= self.until)
    }

    fn unit(&self) -> usize {
        unit_of_team(self.team)
    }
}

/// Units, teams and people are numbered from 1.
fn unit_of_team(team: usize) -> usize {
    (team - 1) / TEAMS.len() + 1
}

fn person_code(person: usize) -> String {
    format!("P{person:03}")
}

/// Every stay of every person, a mover's two one after the other.
fn staff() -> Vec<Stay> {
    let mut stays = Vec::new();
    for person in 1..=UNITS.len() * TEAMS.len() * TEAM_SIZE {
        let mut stay = Stay { person, team: (person - 1) / TEAM_SIZE + 1, from: START, until: "" };
        if person == JOINER.0 {
            stay.from = JOINER.1;
        }
        if person == LEAVER.0 {
            stay.until = LEAVER.1;
        }
        let moves = MOVERS.iter().find(|mover| mover.0 == person);
        if let Some(mover) = moves {
            stay.until = mover.1;
        }
        stays.push(stay);
        stays.extend(moves.map(|&(_, _, from, team)| Stay { person, team, from, until: "" }));
    }
    stays
}

fn organisation_csv(staff: &[Stay]) -> String {
    let mut csv = String::from("kind,id,name,name_en,parent,from,until\n");
    for (unit, (zh, en)) in (1..).zip(UNITS) {
        csv += &format!("unit,U{unit},{zh},{en},,{START},\n");
    }
    for team in 1..=UNITS.len() * TEAMS.len() {
        let unit = unit_of_team(team);
        let (zh, en) = UNITS[unit - 1];
        let place = (team - 1) % TEAMS.len();
        csv += &format!("team,T{team:02},{zh}{},{en} {},U{unit},{START},\n", TEAMS[place], place + 1);
    }
    for stay in staff {
        let code = person_code(stay.person);
        csv += &format!("person,{code},{code},{code},T{:02},{},{}\n", stay.team, stay.from, stay.until);
    }
    for (line, (zh, en, _)) in (1..).zip(LINES) {
        csv += &format!("line,L{line},{zh},{en},,{START},\n");
    }
    for executive in 1..=3 {
        csv += &format!("executive,E{executive},E{executive},E{executive},,{START},\n");
    }
    csv + registers::places_csv().as_str()
}

fn posts_csv() -> String {
    let mut csv = String::from("person,post,of,from,until\n");
    for (person, unit, from, until) in HEADS {
        csv += &format!("{},unit_head,U{unit},{from},{until}\n", person_code(person));
    }
    for (line, (_, _, executive)) in (1..).zip(LINES) {
        csv += &format!("{executive},line_executive,L{line},{START},\n");
    }
    csv
}

/// How many of `whole` a rate in per mille is.
fn share(whole: usize, per_mille: usize) -> usize {
    whole * per_mille / 1000
}

// ---------------------------------------------------------------- time

const HOUR: usize = 60;
const DAY: usize = 24 * HOUR;

/// A time is a number of minutes since the month began; the book is made on 3 November.
fn timestamp(minutes: usize) -> String {
    format!("{} {:02}:{:02}", date(minutes), minutes % DAY / HOUR, minutes % HOUR)
}

fn date(minutes: usize) -> String {
    match minutes / DAY + 1 {
        day @ ..=31 => format!("2026-10-{day:02}"),
        day => format!("2026-11-{:02}", day - 31),
    }
}

/// The last minute of 3 November.
const END: usize = 34 * DAY - 1;

/// When the complaints were accepted, in order: by day, between seven in the morning and eleven at night.
fn acceptance_times(chance: &mut Chance) -> Vec<usize> {
    let mut times: Vec<usize> = (0..COMPLAINTS)
        .map(|nth| {
            // a day drawn from the other thirty skips the full one
            let day = if nth < FULL_DAY_COMPLAINTS { FULL_DAY } else { chance.between(1, 30) };
            let day = if nth >= FULL_DAY_COMPLAINTS && day >= FULL_DAY { day + 1 } else { day };
            (day - 1) * DAY + chance.between(7 * HOUR, 23 * HOUR - 1)
        })
        .collect();
    times.sort_unstable();
    times
}

// ---------------------------------------------------------------- the cases

#[derive(Clone, Copy, PartialEq)]
enum Answer {
    InTime,
    Late,
    Never,
}

#[derive(Clone, Copy, PartialEq)]
enum Levels {
    InOrder,
    ThirdMissing,
    SecondEarly,
}

/// What happened in one complaint, before its times and people are drawn.
#[derive(Clone)]
struct Case {
    accepted: usize,
    severity: &'static str,
    liability: &'static str,
    escalation: &'static str,
    /// Drawn by the liability where blank.
    category: &'static str,
    /// The unit it must fall to.
    unit: Option<usize>,
    /// The person who must handle it.
    handler: Option<usize>,
    second_line: Option<&'static str>,
    answer: Answer,
    complete: bool,
    closed: bool,
    follow_up: &'static str,
    satisfaction: &'static str,
    levels: Levels,
    refused: bool,
    fed_back: bool,
    first_contact_known: bool,
}

impl Case {
    fn new(severity: &'static str, liability: &'static str, escalation: &'static str) -> Self {
        Self {
            accepted: 0,
            severity,
            liability,
            escalation,
            category: "",
            unit: None,
            handler: None,
            second_line: None,
            answer: Answer::InTime,
            complete: true,
            closed: true,
            follow_up: REACHED,
            satisfaction: SATISFIED,
            levels: Levels::InOrder,
            refused: false,
            fed_back: true,
            first_contact_known: true,
        }
    }

    /// Nothing was answered, so nothing after the answer happened either.
    fn leave_unanswered(&mut self) {
        self.answer = Answer::Never;
        self.fed_back = false;
        self.leave_open();
    }

    fn leave_open(&mut self) {
        self.closed = false;
        self.follow_up = NOT_MADE;
    }

    /// Whether nothing is yet said of the customer's view, so that it may still be said.
    fn is_plain(&self) -> bool {
        self.follow_up == REACHED && self.satisfaction == SATISFIED
    }

    fn is_early(&self) -> bool {
        self.accepted < LAST_SLOW_DAY * DAY
    }

    fn is_unclosed(&self) -> bool {
        self.answer != Answer::Never && !self.closed
    }
}

/// One complaint of each kind worth looking at, all of them on [`FULL_DAY`].
fn cases_of_the_full_day() -> Vec<Case> {
    let mut unanswered = Case::new(GENERAL, THIRD, "");
    unanswered.leave_unanswered();
    let ordinary = Case::new(MINOR, CUSTOMER, "");
    vec![
        Case::new(GENERAL, CUSTOMER, SUPERIOR),
        Case::new(MINOR, OWN, ""),
        Case::new(MAJOR, CUSTOMER, ""),
        Case { satisfaction: DISSATISFIED, ..Case::new(GENERAL, CUSTOMER, "") },
        Case { answer: Answer::Late, ..Case::new(MINOR, THIRD, "") },
        unanswered,
        Case { follow_up: NOT_MADE, ..ordinary.clone() },
        // two lines of one executive: the executive's share is counted once
        Case { category: "装移修机", second_line: Some("网络线"), ..Case::new(GENERAL, OWN, "") },
        Case { refused: true, ..ordinary.clone() },
        Case { handler: Some(MOVERS[0].0), ..ordinary },
    ]
}

/// The complaints that are counted exactly: the vetoes, what comes near one, and the missing values.
fn cases_of_any_day() -> Vec<Case> {
    vec![
        Case { unit: Some(3), category: "服务态度", ..Case::new(MAJOR, OWN, REGULATOR) },
        Case { unit: Some(5), category: "资费", ..Case::new(MAJOR, OWN, MEDIA) },
        Case::new(MAJOR, OWN, ""),
        Case::new(MAJOR, OWN, ""),
        Case::new(MAJOR, CUSTOMER, REGULATOR),
        Case::new(MAJOR, CUSTOMER, ""),
        Case::new(MAJOR, THIRD, ""),
        // both over our heads and own fault, but not major
        Case::new(SERIOUS, OWN, SUPERIOR),
        Case { unit: Some(2), ..Case::new(SERIOUS, "", "") },
        Case { unit: Some(6), ..Case::new(MINOR, "", "") },
        Case { unit: Some(4), satisfaction: "", ..Case::new(MINOR, CUSTOMER, "") },
    ]
}

/// As many of each word as its rate says and blanks for the rest, less those already used, in random order.
fn deck(
    chance: &mut Chance,
    rates: &[(&'static str, usize)],
    used: impl Iterator<Item = &'static str>,
) -> Vec<&'static str> {
    let mut words: Vec<&str> =
        rates.iter().flat_map(|&(word, rate)| vec![word; share(COMPLAINTS, rate)]).collect();
    words.resize(COMPLAINTS, "");
    for word in used {
        let at = words.iter().position(|other| *other == word).unwrap();
        words.swap_remove(at);
    }
    chance.shuffle(&mut words);
    words
}

/// Every case in the order of acceptance, those of the full day on that day.
fn cases(chance: &mut Chance) -> Vec<Case> {
    let mut of_the_day = cases_of_the_full_day();
    let mut others = cases_of_any_day();
    let staged: Vec<Case> = of_the_day.iter().chain(&others).cloned().collect();
    let severities = deck(chance, &SEVERITIES, staged.iter().map(|case| case.severity));
    let liabilities = deck(chance, &LIABILITIES, staged.iter().map(|case| case.liability));
    let escalations = deck(chance, &ESCALATIONS, staged.iter().map(|case| case.escalation));
    let drawn = severities.into_iter().zip(liabilities).zip(escalations);
    others
        .extend(drawn.map(|((severity, liability), escalation)| Case::new(severity, liability, escalation)));
    chance.shuffle(&mut others);
    of_the_day.extend(others.drain(..FULL_DAY_COMPLAINTS - of_the_day.len()));
    chance.shuffle(&mut of_the_day);

    let times = acceptance_times(chance);
    let (mut of_the_day, mut others) = (of_the_day.into_iter(), others.into_iter());
    times
        .into_iter()
        .map(|accepted| {
            let on_the_day = accepted / DAY + 1 == FULL_DAY;
            let case = if on_the_day { of_the_day.next() } else { others.next() };
            Case { accepted, ..case.unwrap() }
        })
        .collect()
}

/// Makes `wanted` cases be so, counting those that are already, out of those that may be.
fn spread(
    chance: &mut Chance,
    cases: &mut [Case],
    wanted: usize,
    is: fn(&Case) -> bool,
    may: fn(&Case) -> bool,
    make: fn(&mut Case),
) {
    let already = cases.iter().filter(|case| is(case)).count();
    let mut places: Vec<usize> = (0..cases.len()).filter(|&at| !is(&cases[at]) && may(&cases[at])).collect();
    chance.shuffle(&mut places);
    for &at in places.iter().take(wanted.saturating_sub(already)) {
        make(&mut cases[at]);
    }
}

/// Which cases are answered late, in part or not at all, and which stay open.
fn spread_answers(chance: &mut Chance, cases: &mut [Case]) {
    let of_all = |rate| share(COMPLAINTS, rate);
    spread(
        chance,
        cases,
        of_all(LATE),
        |case| case.answer == Answer::Late,
        |case| case.answer == Answer::InTime && case.is_early(),
        |case| case.answer = Answer::Late,
    );
    // what is still open at the book's date is mostly what came in last
    spread(
        chance,
        cases,
        of_all(UNANSWERED),
        |case| case.answer == Answer::Never,
        |case| case.answer == Answer::InTime && case.is_plain() && !case.is_early(),
        Case::leave_unanswered,
    );
    spread(
        chance,
        cases,
        of_all(UNCLOSED),
        Case::is_unclosed,
        |case| case.answer == Answer::InTime && case.is_plain() && !case.is_early(),
        Case::leave_open,
    );
    spread(
        chance,
        cases,
        of_all(INCOMPLETE),
        |case| !case.complete,
        |case| case.answer == Answer::InTime,
        |case| case.complete = false,
    );
}

/// Which customers were called and reached, and what they thought.
fn spread_follow_ups(chance: &mut Chance, cases: &mut [Case]) {
    spread(
        chance,
        cases,
        share(COMPLAINTS, NOT_FOLLOWED_UP),
        |case| case.follow_up == NOT_MADE,
        Case::is_plain,
        |case| case.follow_up = NOT_MADE,
    );
    spread(
        chance,
        cases,
        share(COMPLAINTS, NOT_REACHED),
        |case| case.follow_up == UNREACHED,
        Case::is_plain,
        |case| case.follow_up = UNREACHED,
    );
    let reached = cases.iter().filter(|case| case.follow_up == REACHED).count();
    spread(
        chance,
        cases,
        share(reached, DISSATISFIED_OF_REACHED),
        |case| case.satisfaction == DISSATISFIED,
        |case| case.is_plain() && case.is_early(),
        |case| case.satisfaction = DISSATISFIED,
    );
    spread(
        chance,
        cases,
        share(reached, FAIRLY_OF_REACHED),
        |case| case.satisfaction == FAIRLY,
        Case::is_plain,
        |case| case.satisfaction = FAIRLY,
    );
    let mut dissatisfied = cases.iter_mut().filter(|case| case.satisfaction == DISSATISFIED);
    for levels in [Levels::ThirdMissing, Levels::SecondEarly] {
        dissatisfied.next().unwrap().levels = levels;
    }
}

/// What the first contact did, and which cases concern two lines.
fn spread_contacts_and_lines(chance: &mut Chance, cases: &mut [Case]) {
    spread(
        chance,
        cases,
        share(COMPLAINTS, REFUSED),
        |case| case.refused,
        |_| true,
        |case| case.refused = true,
    );
    spread(
        chance,
        cases,
        share(COMPLAINTS, NOT_FED_BACK),
        |case| !case.fed_back,
        |_| true,
        |case| case.fed_back = false,
    );
    // a contact that refused or did not report back is known by name
    spread(
        chance,
        cases,
        share(COMPLAINTS, NO_FIRST_CONTACT),
        |case| !case.first_contact_known,
        |case| !case.refused && case.fed_back,
        |case| case.first_contact_known = false,
    );
    for case in cases.iter_mut().filter(|case| case.category.is_empty()) {
        let inside = [OWN, CUSTOMER, ""].contains(&case.liability);
        case.category =
            chance.weighted(if inside { &INSIDE_CATEGORIES[..] } else { &OUTSIDE_CATEGORIES[..] });
    }
    // the two vetoes keep one line and so one executive each
    spread(
        chance,
        cases,
        share(COMPLAINTS, TWO_LINES),
        |case| case.second_line.is_some(),
        |case| case.severity != MAJOR,
        |case| case.second_line = Some(neighbour_of(line_of(case.category))),
    );
}

/// The business line that answers for a category.
fn line_of(category: &str) -> &'static str {
    match category {
        "装移修机" => "装维线",
        "服务态度" => "客服线",
        "资费" => "市场线",
        _ => "网络线",
    }
}

/// The line most often concerned together with another.
fn neighbour_of(line: &str) -> &'static str {
    match line {
        "网络线" => "装维线",
        "装维线" | "市场线" => "客服线",
        _ => "市场线",
    }
}

// ---------------------------------------------------------------- the rows

/// The people of a unit on a day.
fn on_duty(staff: &[Stay], unit: usize, day: &str) -> Vec<usize> {
    staff.iter().filter(|stay| stay.unit() == unit && stay.covers(day)).map(|stay| stay.person).collect()
}

/// The handler and the first contact, of one unit and in force on the day.
fn people(chance: &mut Chance, staff: &[Stay], case: &Case) -> (String, String) {
    let day = date(case.accepted);
    let named =
        case.handler.and_then(|who| staff.iter().find(|stay| stay.person == who && stay.covers(&day)));
    let shares: Vec<(usize, usize)> = (1..).zip(UNIT_SHARES).collect();
    let drawn = chance.weighted(&shares);
    let unit = named.map(Stay::unit).or(case.unit).unwrap_or(drawn);
    let colleagues = on_duty(staff, unit, &day);
    let handler = named.map_or_else(|| colleagues[chance.below(colleagues.len())], |stay| stay.person);
    let others: Vec<usize> = colleagues.into_iter().filter(|&colleague| colleague != handler).collect();
    let other = others[chance.below(others.len())];
    let first = if chance.happens(OTHER_FIRST_CONTACT, 1000) { other } else { handler };
    let first_contact = if case.first_contact_known { person_code(first) } else { String::new() };
    (person_code(handler), first_contact)
}

/// When the complaint was answered and closed, as far as it was.
fn answer_times(chance: &mut Chance, case: &Case) -> (Option<usize>, Option<usize>) {
    let replied = match case.answer {
        Answer::Never => return (None, None),
        Answer::Late => case.accepted + chance.between(50 * HOUR, 90 * HOUR),
        // the smaller of two draws: most answers come soon
        Answer::InTime => {
            let draws = [chance.between(HOUR, 40 * HOUR), chance.between(HOUR, 40 * HOUR)];
            case.accepted + draws[0].min(draws[1])
        }
    };
    let latest = END.min(replied + 4 * DAY);
    let closed = chance.between(replied + DAY, latest);
    (Some(replied), case.closed.then_some(closed))
}

/// The three levels of reply to a dissatisfied customer; nothing for anybody else.
fn level_times(chance: &mut Chance, case: &Case, replied: Option<usize>) -> [Option<usize>; 3] {
    let Some(replied) = replied.filter(|_| case.satisfaction == DISSATISFIED) else {
        return [None; 3];
    };
    let mut after = |before: usize| before + chance.between(4 * HOUR, 20 * HOUR);
    let first = after(replied);
    let second = after(first);
    let third = after(second);
    match case.levels {
        Levels::InOrder => [Some(first), Some(second), Some(third)],
        Levels::ThirdMissing => [Some(first), Some(second), None],
        Levels::SecondEarly => [Some(second), Some(first), Some(third)],
    }
}

fn yes_or_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

fn channel(chance: &mut Chance, case: &Case) -> &'static str {
    let drawn = chance.weighted(&CHANNELS);
    if case.escalation == REGULATOR { "监管部门转办" } else { drawn }
}

fn complaint_row(chance: &mut Chance, staff: &[Stay], number: usize, case: &Case) -> String {
    let (handler, first_contact) = people(chance, staff, case);
    let (replied, closed) = answer_times(chance, case);
    let levels = level_times(chance, case, replied);
    let in_words = chance.happens(NOWHERE_IN_WORDS, 1000);
    let refusal_blank = chance.happens(REFUSAL_BLANK, 1000) && !case.refused;
    let time = |minutes: Option<usize>| minutes.map(timestamp).unwrap_or_default();
    let line = line_of(case.category);
    let cells: [String; 20] = [
        format!("TS-{number}"),
        timestamp(case.accepted),
        channel(chance, case).to_owned(),
        case.category.to_owned(),
        case.severity.to_owned(),
        if case.escalation.is_empty() && in_words { "无" } else { case.escalation }.to_owned(),
        case.liability.to_owned(),
        if refusal_blank { String::new() } else { yes_or_no(case.refused) },
        yes_or_no(case.fed_back),
        time(replied),
        replied.map(|_| yes_or_no(case.complete)).unwrap_or_default(),
        time(closed),
        case.follow_up.to_owned(),
        if case.follow_up == REACHED { case.satisfaction } else { "" }.to_owned(),
        time(levels[0]),
        time(levels[1]),
        time(levels[2]),
        handler,
        first_contact,
        case.second_line.map_or_else(|| line.to_owned(), |second| format!("{line}、{second}")),
    ];
    cells.join(",")
}

fn complaints_csv(seed: u64, staff: &[Stay]) -> String {
    let mut chance = Chance(seed);
    let mut cases = cases(&mut chance);
    spread_answers(&mut chance, &mut cases);
    spread_follow_ups(&mut chance, &mut cases);
    spread_contacts_and_lines(&mut chance, &mut cases);
    // spreadsheets write the byte order mark, so the book has one
    let mut csv = format!("\u{feff}{HEADINGS}\n");
    for (number, case) in (1001..).zip(&cases) {
        csv += &complaint_row(&mut chance, staff, number, case);
        csv.push('\n');
    }
    csv
}

/// The files of the book made from a seed, by name; `book.toml` is written by hand.
pub(crate) fn generate(seed: u64) -> BTreeMap<&'static str, String> {
    let staff = staff();
    let complaints = handling::complete(seed, &staff, &complaints_csv(seed, &staff));
    BTreeMap::from([
        ("handovers.csv", registers::handovers_csv(seed, &staff, &rows(&complaints))),
        ("measures.csv", registers::measures_csv()),
        ("complaints.csv", complaints),
        ("organisation.csv", organisation_csv(&staff)),
        ("posts.csv", posts_csv()),
    ])
}

// ---------------------------------------------------------------- the tests

/// What may be true of a row.
type Trait = fn(&Row) -> bool;

/// A generated book, read back to be counted.
struct Book {
    complaints: Vec<Row>,
    handovers: Vec<Row>,
    members: Vec<Row>,
    posts: Vec<Row>,
}

impl Book {
    fn made(seed: u64) -> Self {
        let files = generate(seed);
        let read = |name: &str| rows(&files[name]);
        Self {
            complaints: read("complaints.csv"),
            handovers: read("handovers.csv"),
            members: read("organisation.csv"),
            posts: read("posts.csv"),
        }
    }

    /// What a member belongs to on a day; it stops the test if the member is not there.
    fn parent(&self, id: &str, day: &str) -> &str {
        let in_force = |row: &&Row| {
            let until = row["until"].as_str();
            row["id"] == id && row["from"].as_str() <= day && (until.is_empty() || day <= until)
        };
        let row = self.members.iter().find(in_force);
        &row.unwrap_or_else(|| panic!("{id} is not in force on {day}"))["parent"]
    }

    /// The unit of a person on a day.
    fn unit(&self, person: &str, day: &str) -> &str {
        self.parent(self.parent(person, day), day)
    }

    /// Who is in charge of a line, by its name.
    fn executive(&self, line: &str) -> &str {
        let code = &self.members.iter().find(|row| row["name"] == line).unwrap()["id"];
        &self.posts.iter().find(|row| &row["of"] == code).unwrap()["person"]
    }
}

fn day(row: &Row) -> &str {
    row["受理时间"].split(' ').next().unwrap()
}

/// Minutes since the month began, of a time as the book writes it.
fn minutes(cell: &str) -> usize {
    let number = |range: std::ops::Range<usize>| cell.get(range).unwrap().parse::<usize>().unwrap();
    let days = number(8..10) - 1 + if number(5..7) == 11 { 31 } else { 0 };
    days * DAY + number(11..13) * HOUR + number(14..16)
}

fn is_escalated(row: &Row) -> bool {
    !["", "无"].contains(&row["越级去向"].as_str())
}

fn is_answered_late(row: &Row) -> bool {
    let replied = &row["首次答复时间"];
    !replied.is_empty() && minutes(replied) > minutes(&row["受理时间"]) + 48 * HOUR
}

fn is_handled_by_mover(row: &Row) -> bool {
    MOVERS.iter().any(|mover| person_code(mover.0) == row["处理人"])
}

fn count(rows: &[Row], heading: &str, word: &str) -> usize {
    rows.iter().filter(|row| row[heading] == word).count()
}

/// A count lies within `slack` per mille of its rate.
#[track_caller]
fn assert_rate(what: &str, count: usize, whole: usize, per_mille: usize, slack: usize) {
    let got = count * 1000 / whole;
    assert!(got.abs_diff(per_mille) <= slack, "{what}: {got} ‰ instead of {per_mille} ‰");
}

fn check_columns(rows: &[Row]) {
    assert_eq!(rows.len(), COMPLAINTS);
    let tables =
        [("严重程度", &SEVERITIES[..]), ("责任认定", &LIABILITIES[..]), ("越级去向", &ESCALATIONS[..])];
    for (heading, rates) in tables {
        for &(word, rate) in rates {
            assert_rate(word, count(rows, heading, word), rows.len(), rate, 2);
        }
    }
    let rates = [
        ("首次答复时间", "", UNANSWERED),
        ("答复内容完整", "", UNANSWERED),
        ("答复内容完整", "否", INCOMPLETE),
        ("办结时间", "", UNANSWERED + UNCLOSED),
        ("回访情况", NOT_MADE, NOT_FOLLOWED_UP),
        ("回访情况", UNREACHED, NOT_REACHED),
        ("首问推诿", "是", REFUSED),
        ("首问反馈", "否", NOT_FED_BACK),
    ];
    for (heading, word, rate) in rates {
        assert_rate(heading, count(rows, heading, word), rows.len(), rate, 3);
    }
    let two_lines = rows.iter().filter(|row| row["专业线"].contains('、')).count();
    assert_rate("two lines", two_lines, rows.len(), TWO_LINES, 3);
    assert_rate("late", rows.iter().filter(|row| is_answered_late(row)).count(), rows.len(), LATE, 3);
    assert_rate("no contact", count(rows, "首问责任人", ""), rows.len(), NO_FIRST_CONTACT, 3);
    let reached = count(rows, "回访情况", REACHED);
    assert_rate(DISSATISFIED, count(rows, "满意度", DISSATISFIED), reached, DISSATISFIED_OF_REACHED, 3);
    assert_rate(FAIRLY, count(rows, "满意度", FAIRLY), reached, FAIRLY_OF_REACHED, 3);
}

fn check_handling(rows: &[Row]) {
    let late = |row: &&Row| minutes(&row["派单时间"]) > minutes(&row["受理时间"]) + 2 * HOUR;
    let rates = [
        ("dispatched late", rows.iter().filter(late).count(), handling::DISPATCHED_LATE),
        ("difficult", count(rows, "疑难", "是"), handling::DIFFICULT),
        ("wrong", count(rows, "办结核验", "有误"), handling::WRONG),
        ("reopened", count(rows, "办结核验", "重开"), handling::REOPENED),
        ("at a shop", rows.len() - count(rows, "代理门店", ""), handling::AT_SHOP),
    ];
    for (what, count, rate) in rates {
        assert_rate(what, count, rows.len(), rate, 3);
    }
    let closed = || rows.iter().filter(|row| !row["办结时间"].is_empty());
    let nobody = closed().filter(|row| row["回访人"].is_empty()).count();
    assert_rate("nobody to follow up", nobody, rows.len(), handling::NO_FOLLOWER, 3);
    let called = || closed().filter(|row| !row["回访时间"].is_empty());
    let slow = called().filter(|row| minutes(&row["回访时间"]) > minutes(&row["办结时间"]) + 72 * HOUR);
    assert_rate("followed up late", slow.count(), rows.len(), handling::FOLLOWED_LATE, 3);
    let unsaid = called().filter(|row| row["回访方式"].is_empty()).count();
    assert_rate("way not said", unsaid, rows.len(), handling::NO_MODE, 3);
    let seen = rows.iter().filter(|row| row["满意度"] == DISSATISFIED && row["分管领导批阅时间"].is_empty());
    assert_eq!(seen.count(), 1);
    let unsigned = rows.iter().filter(|row| !row["二级答复时间"].is_empty() && row["二级答复人"].is_empty());
    assert_eq!(unsigned.count(), 1);
    for row in rows {
        assert!(minutes(&row["派单时间"]) > minutes(&row["受理时间"]));
        let times = ["提交小组时间", "小组受理时间", "小组解决时间", "回访时间", "分管领导批阅时间"];
        let later = times.iter().filter(|heading| !row[**heading].is_empty());
        assert!(later.map(|heading| minutes(&row[*heading])).all(|time| time <= END));
    }
}

fn check_exact_counts(book: &Book, rows: &[Row]) {
    let unit = |row: &Row| book.unit(&row["处理人"], day(row));
    let major: Vec<&Row> = rows.iter().filter(|row| row["严重程度"] == MAJOR).collect();
    let own: Vec<&Row> = major.iter().copied().filter(|row| row["责任认定"] == OWN).collect();
    let vetoes: Vec<&Row> = own.iter().copied().filter(|row| is_escalated(row)).collect();
    assert_eq!((major.len(), own.len(), vetoes.len()), (8, 4, 2));
    assert_eq!(major.iter().filter(|row| is_escalated(row) && row["责任认定"] == CUSTOMER).count(), 1);
    let went: BTreeSet<&str> = vetoes.iter().map(|row| row["越级去向"].as_str()).collect();
    assert_eq!(went, BTreeSet::from([REGULATOR, MEDIA]));
    assert_eq!(vetoes.iter().map(|row| unit(row)).collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(vetoes.iter().map(|row| book.executive(&row["专业线"])).collect::<BTreeSet<_>>().len(), 2);

    let undecided: Vec<&Row> = rows.iter().filter(|row| row["责任认定"].is_empty()).collect();
    assert!(undecided.iter().all(|row| !is_escalated(row)));
    let severities: BTreeSet<&str> = undecided.iter().map(|row| row["严重程度"].as_str()).collect();
    assert_eq!((undecided.len(), severities), (2, BTreeSet::from([SERIOUS, MINOR])));
    assert_eq!(undecided.iter().map(|row| unit(row)).collect::<BTreeSet<_>>().len(), 2);

    let silent = |row: &&Row| row["回访情况"] == REACHED && row["满意度"].is_empty();
    assert_eq!(rows.iter().filter(silent).count(), 1);
}

fn check_times(rows: &[Row]) {
    let mut levels_missing = 0;
    let mut levels_early = 0;
    assert!(rows.is_sorted_by_key(|row| &row["受理时间"]));
    for row in rows {
        let at =
            |heading: &str| Some(&row[heading]).filter(|cell| !cell.is_empty()).map(|cell| minutes(cell));
        let accepted = at("受理时间").unwrap();
        assert!(accepted < 31 * DAY);
        if let Some(replied) = at("首次答复时间") {
            assert!(replied > accepted);
            assert!(at("办结时间").is_none_or(|closed| replied + DAY <= closed && closed <= END));
        }
        assert!(at("首次答复时间").is_some() || at("办结时间").is_none());
        let levels = ["一级答复时间", "二级答复时间", "三级答复时间"].map(at);
        if row["满意度"] == DISSATISFIED {
            assert!(levels.iter().flatten().all(|&level| Some(level) > at("首次答复时间") && level <= END));
            levels_missing += levels.iter().filter(|level| level.is_none()).count();
            levels_early += usize::from(levels[1] < levels[0]);
        } else {
            assert_eq!(levels, [None; 3]);
        }
        assert!(row["回访情况"] == REACHED || row["满意度"].is_empty());
    }
    assert_eq!((levels_missing, levels_early), (1, 1));
}

fn check_people(book: &Book, rows: &[Row]) {
    let mut of_unit: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        let unit = book.unit(&row["处理人"], day(row));
        let contact = &row["首问责任人"];
        assert!(contact.is_empty() || book.unit(contact, day(row)) == unit);
        *of_unit.entry(unit).or_default() += 1;
    }
    for (unit, rate) in (1..).zip(UNIT_SHARES) {
        assert_rate("unit", of_unit[format!("U{unit}").as_str()], rows.len(), rate, 60);
    }
}

fn check_full_day(rows: &[Row]) {
    let rows: Vec<&Row> = rows.iter().filter(|row| day(row) == format!("2026-10-{FULL_DAY}")).collect();
    assert_eq!(rows.len(), FULL_DAY_COMPLAINTS);
    let kinds: [(&str, Trait); 10] = [
        ("escalated", is_escalated),
        ("own fault", |row| row["责任认定"] == OWN),
        ("major", |row| row["严重程度"] == MAJOR),
        ("dissatisfied", |row| row["满意度"] == DISSATISFIED),
        ("late", is_answered_late),
        ("open", |row| row["办结时间"].is_empty()),
        ("not followed up", |row| row["回访情况"] == NOT_MADE),
        ("two lines", |row| row["专业线"].contains('、')),
        ("refused", |row| row["首问推诿"] == "是"),
        ("a mover's", is_handled_by_mover),
    ];
    for (kind, is) in kinds {
        assert!(rows.iter().any(|row| is(row)), "no complaint of the full day is {kind}");
    }
}

#[test]
fn the_generator_keeps_its_rates() {
    for seed in [SEED, 1, 2, 3] {
        let book = Book::made(seed);
        let rows = &book.complaints;
        check_columns(rows);
        check_handling(rows);
        registers::check_handovers(&book.handovers, rows);
        check_exact_counts(&book, rows);
        check_times(rows);
        check_people(&book, rows);
        check_full_day(rows);
    }
}

#[test]
fn the_shipped_movers_handle_complaints_in_both_units() {
    let book = Book::made(SEED);
    for mover in MOVERS {
        let code = person_code(mover.0);
        let theirs = book.complaints.iter().filter(|row| row["处理人"] == code);
        let units: BTreeSet<&str> = theirs.map(|row| book.unit(&code, day(row))).collect();
        assert_eq!(units.len(), 2, "{code}: {units:?}");
    }
}

#[test]
fn the_shipped_book_is_what_the_generator_makes() {
    assert_shipped("fixtures/telecom-2026-10", generate(SEED));
}
