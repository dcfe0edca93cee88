//! How each complaint was dispatched, supported, closed and followed up: the columns that stand behind the first twenty.
//! They are drawn from what the row already says and from chances of their own, so that those before them stay.

use super::super::chance::Chance;
use super::super::generated::{Row, rows};
use super::{
    CUSTOMER, DAY, DISSATISFIED, END, HOUR, MAJOR, MEDIA, NOT_MADE, OWN, REGULATOR, Stay, TEAM_SIZE, TEAMS,
    day, line_of, minutes, person_code, share, timestamp, yes_or_no,
};
use std::collections::BTreeSet;

/// The headings behind those of the first columns.
pub(crate) const HEADINGS: [&str; 16] = [
    "派单时间",
    "派单人",
    "疑难",
    "提交小组时间",
    "小组受理时间",
    "小组解决时间",
    "办结核验",
    "重点工单",
    "代理门店",
    "一级答复人",
    "二级答复人",
    "三级答复人",
    "回访人",
    "回访方式",
    "回访时间",
    "分管领导批阅时间",
];

// ---------------------------------------------------------------- the rates, in per mille of all complaints

/// Dispatched after the two hours.
pub(super) const DISPATCHED_LATE: usize = 15;
/// 疑难; one of them never left the unit, one the group took on late, and one it has not solved.
pub(super) const DIFFICULT: usize = 20;
/// 办结核验 有误 and 重开.
pub(super) const WRONG: usize = 5;
pub(super) const REOPENED: usize = 5;
/// Handled at an agent shop.
pub(super) const AT_SHOP: usize = 30;
/// Of those, the company's own fault.
const AT_SHOP_OWN: usize = 5;
/// Closed, and nobody named for the follow-up.
pub(super) const NO_FOLLOWER: usize = 5;
/// Followed up after the 72 hours; those never followed up come to it.
pub(super) const FOLLOWED_LATE: usize = 8;
/// Followed up, and the way of it not said.
pub(super) const NO_MODE: usize = 8;
/// Of a hundred followed up, those at home.
const AT_HOME: usize = 15;
/// Dissatisfied, and acknowledged late, never, or a level of reply without a person: one of each, by their order.
const ACKNOWLEDGED_LATE: usize = 2;
const NEVER_ACKNOWLEDGED: usize = 4;
const UNSIGNED: usize = 1;

/// The shops, each with the unit in whose area it lies.
pub(super) const SHOPS: [(&str, usize); 4] = [("S1", 6), ("S2", 6), ("S3", 1), ("S4", 2)];

/// The desk of a unit that dispatches, and the one that follows up: their places among its people. Neither moves.
const DISPATCHER: usize = 3;
const FOLLOWER: usize = 9;

fn at(row: &Row, heading: &str) -> Option<usize> {
    Some(&row[heading]).filter(|cell| !cell.is_empty()).map(|cell| minutes(cell))
}

/// The unit of whoever handles a complaint, on its day.
pub(super) fn unit_of(staff: &[Stay], row: &Row) -> usize {
    let handles = |stay: &&Stay| person_code(stay.person) == row["处理人"] && stay.covers(day(row));
    staff.iter().find(handles).unwrap().unit()
}

/// The person at a place of a unit.
pub(super) fn desk(unit: usize, place: usize) -> String {
    person_code((unit - 1) * TEAMS.len() * TEAM_SIZE + place)
}

/// The head of a unit on a day.
pub(super) fn head_of(unit: usize, day: &str) -> String {
    let holds = |(_, of, from, until): &&(usize, usize, &str, &str)| {
        *of == unit && *from <= day && (until.is_empty() || day <= *until)
    };
    person_code(super::HEADS.iter().find(holds).unwrap().0)
}

/// Some of the complaints that may be so, as many as a rate says.
fn some(chance: &mut Chance, rows: &[Row], rate: usize, may: impl Fn(&Row) -> bool) -> BTreeSet<usize> {
    let mut places: Vec<usize> = (0..rows.len()).filter(|&place| may(&rows[place])).collect();
    chance.shuffle(&mut places);
    places.into_iter().take(share(rows.len(), rate)).collect()
}

/// Which complaints are out of the ordinary, and how.
struct Drawn {
    dispatched_late: BTreeSet<usize>,
    difficult: Vec<usize>,
    wrong: BTreeSet<usize>,
    reopened: BTreeSet<usize>,
    at_shop: BTreeSet<usize>,
    no_follower: BTreeSet<usize>,
    followed_late: BTreeSet<usize>,
    no_mode: BTreeSet<usize>,
    dissatisfied: Vec<usize>,
}

fn closed_before(row: &Row, days: usize) -> bool {
    at(row, "办结时间").is_some_and(|closed| closed < days * DAY)
}

fn drawn(chance: &mut Chance, rows: &[Row], staff: &[Stay]) -> Drawn {
    let waited = |row: &Row| at(row, "首次答复时间").map(|replied| replied - minutes(&row["受理时间"]));
    let days_open = |row: &Row| at(row, "办结时间").map(|closed| closed - minutes(&row["受理时间"]));
    let has_shop = |row: &Row| SHOPS.iter().any(|shop| shop.1 == unit_of(staff, row));
    let wrong = some(chance, rows, WRONG, |row| closed_before(row, 31));
    // what has been open for long is with the group, and the rest took some days
    let stuck = (0..rows.len()).find(|&place| rows[place]["首次答复时间"].is_empty()).unwrap();
    let slow = some(chance, rows, DIFFICULT, |row| days_open(row).is_some_and(|open| open > 4 * DAY));
    let others = slow.into_iter().take(share(rows.len(), DIFFICULT) - 1);
    // two of them the company answers for
    let may_be = |row: &Row| {
        ["营业厅", "线上", "10000 号"].contains(&row["受理渠道"].as_str())
            && row["严重程度"] != MAJOR
            && has_shop(row)
    };
    let ours = some(chance, rows, AT_SHOP_OWN, |row| may_be(row) && row["责任认定"] == OWN);
    let mut at_shop =
        some(chance, rows, AT_SHOP - AT_SHOP_OWN, |row| may_be(row) && row["责任认定"] == CUSTOMER);
    at_shop.extend(ours);
    Drawn {
        dispatched_late: some(chance, rows, DISPATCHED_LATE, |row| {
            waited(row).is_some_and(|waited| waited > 10 * HOUR)
        }),
        difficult: std::iter::once(stuck).chain(others).collect(),
        reopened: some(chance, rows, WRONG + REOPENED, |row| closed_before(row, 31))
            .difference(&wrong)
            .take(share(rows.len(), REOPENED))
            .copied()
            .collect(),
        wrong,
        at_shop,
        no_follower: some(chance, rows, NO_FOLLOWER, |row| {
            closed_before(row, 31) && row["回访情况"] == NOT_MADE
        }),
        followed_late: some(chance, rows, FOLLOWED_LATE, |row| {
            closed_before(row, 28) && row["回访情况"] != NOT_MADE && row["满意度"] != DISSATISFIED
        }),
        no_mode: some(chance, rows, NO_MODE, |row| row["回访情况"] != NOT_MADE),
        dissatisfied: (0..rows.len()).filter(|&place| rows[place]["满意度"] == DISSATISFIED).collect(),
    }
}

fn dispatched(chance: &mut Chance, row: &Row, late: bool) -> String {
    let accepted = minutes(&row["受理时间"]);
    let latest = at(row, "首次答复时间").map_or(110, |replied| (replied - accepted).min(110));
    let after = if late { chance.between(150, 8 * HOUR) } else { chance.between(5, latest) };
    timestamp(accepted + after)
}

/// When a difficult ticket was referred, and when the group took it on and solved it, by its place among them.
fn support(chance: &mut Chance, row: &Row, nth: Option<usize>) -> [String; 4] {
    let Some(nth) = nth else { return ["否".to_owned(), String::new(), String::new(), String::new()] };
    if nth == 2 {
        return ["是".to_owned(), String::new(), String::new(), String::new()];
    }
    let referred = minutes(&row["受理时间"]) + chance.between(3 * HOUR, 12 * HOUR);
    let taken = referred + if nth == 1 { 31 * HOUR } else { chance.between(2 * HOUR, 20 * HOUR) };
    let solved = (nth != 0).then(|| taken + chance.between(8 * HOUR, 36 * HOUR));
    ["是".to_owned(), timestamp(referred), timestamp(taken), solved.map(timestamp).unwrap_or_default()]
}

fn is_key(row: &Row) -> bool {
    row["严重程度"] == MAJOR || [REGULATOR, MEDIA].contains(&row["越级去向"].as_str())
}

/// Who answered at the three levels: whoever handles it, the head of the unit, the executive of the line.
fn levels(row: &Row, unit: usize, unsigned: bool) -> [String; 3] {
    let executive = super::LINES.iter().find(|line| line.0 == line_of(&row["业务类别"])).unwrap().2;
    let by = [row["处理人"].clone(), head_of(unit, day(row)), executive.to_owned()];
    let headings = ["一级答复时间", "二级答复时间", "三级答复时间"];
    let mut levels = by;
    for (level, heading) in levels.iter_mut().zip(headings) {
        if row[heading].is_empty() || (unsigned && heading == headings[1]) {
            level.clear();
        }
    }
    levels
}

/// When the customer was called, and when the executive had seen what a dissatisfied one said.
fn called(chance: &mut Chance, row: &Row, late: bool, dissatisfied: Option<usize>) -> [Option<usize>; 2] {
    let Some(closed) = at(row, "办结时间").filter(|_| row["回访情况"] != NOT_MADE) else {
        return [None; 2];
    };
    let latest = END.min(closed + 60 * HOUR);
    let called =
        if late { closed + chance.between(75 * HOUR, 90 * HOUR) } else { chance.between(closed, latest) };
    let seen = match dissatisfied {
        None | Some(NEVER_ACKNOWLEDGED) => None,
        Some(ACKNOWLEDGED_LATE) => Some(called + 43 * HOUR),
        Some(_) => Some(END.min(called + chance.between(HOUR, 20 * HOUR))),
    };
    [Some(called), seen]
}

fn cells(chance: &mut Chance, staff: &[Stay], drawn: &Drawn, place: usize, row: &Row) -> Vec<String> {
    let unit = unit_of(staff, row);
    let is = |set: &BTreeSet<usize>| set.contains(&place);
    let nth = |of: &[usize]| of.iter().position(|&other| other == place);
    let dissatisfied = nth(&drawn.dissatisfied);
    let closed = !row["办结时间"].is_empty();
    let mut cells = vec![dispatched(chance, row, is(&drawn.dispatched_late)), desk(unit, DISPATCHER)];
    cells.extend(support(chance, row, nth(&drawn.difficult)));
    let checked = if is(&drawn.wrong) { "有误" } else { "正确" };
    let checked = if is(&drawn.reopened) { "重开" } else { checked };
    cells.push(if closed { checked } else { "" }.to_owned());
    cells.push(yes_or_no(is_key(row)));
    let shops: Vec<&str> = SHOPS.iter().filter(|shop| shop.1 == unit).map(|shop| shop.0).collect();
    cells.push(if is(&drawn.at_shop) { (*chance.one(&shops)).to_owned() } else { String::new() });
    cells.extend(levels(row, unit, dissatisfied == Some(UNSIGNED)));
    let [called, seen] = called(chance, row, is(&drawn.followed_late), dissatisfied);
    let named = closed && !is(&drawn.no_follower);
    cells.push(if named { desk(unit, FOLLOWER) } else { String::new() });
    let mode = if chance.happens(AT_HOME, 100) { "上门" } else { "电话" };
    let mode = if called.is_some() && !is(&drawn.no_mode) { mode } else { "" };
    cells.push(mode.to_owned());
    cells.extend([called, seen].map(|time| time.map(timestamp).unwrap_or_default()));
    cells
}

/// The complaints with every column.
pub(super) fn complete(seed: u64, staff: &[Stay], csv: &str) -> String {
    let mut chance = Chance(seed ^ 0x6861_6e64);
    let rows = rows(csv);
    let drawn = drawn(&mut chance, &rows, staff);
    let mut lines = csv.lines();
    let mut completed = format!("{},{}\n", lines.next().unwrap(), HEADINGS.join(","));
    for (place, (line, row)) in lines.zip(&rows).enumerate() {
        let cells = cells(&mut chance, staff, &drawn, place, row);
        completed += &format!("{line},{}\n", cells.join(","));
    }
    completed
}
