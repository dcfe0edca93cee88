//! The other registers of October: joint analyses, home visits, low-voltage areas, measures, routine duties.

use super::super::chance::Chance;
use super::complaints::{Case, LOW_AREAS, customer_code, number};
use super::county::{
    DAY, NOVEMBER, OCTOBER, Stay, UNITS, area_code, date, on_duty, person_code, somebody, team_of, timestamp,
    unit_code,
};
use std::collections::BTreeMap;

/// Of complaints that must be analysed jointly: not analysed, analysed too late, wanting. Counted exactly.
pub(super) const NOT_ANALYSED: usize = 3;
pub(super) const ANALYSED_LATE: usize = 2;
pub(super) const ANALYSED_POORLY: usize = 4;
/// Common causes of October without a measure.
pub(super) const WITHOUT_MEASURE: usize = 3;
/// Daily watches missed and late, weekly bulletins missed and late.
pub(super) const MISSED: [usize; 2] = [5, 1];
pub(super) const LATE: [usize; 2] = [3, 2];
/// The unit that did not hold its study, and the one where too few came.
pub(super) const NO_STUDY: usize = 4;
pub(super) const POOR_STUDY: usize = 1;

fn csv(headings: &str, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut csv = format!("\u{feff}{headings}\n");
    for row in rows {
        csv += &row.join(",");
        csv.push('\n');
    }
    csv
}

fn words<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

// ---------------------------------------------------------------- joint analyses

/// Which of October's complaints must be analysed jointly.
pub(super) fn to_analyse(cases: &[Case]) -> Vec<usize> {
    let must = |case: &Case| {
        case.is_october()
            && case.is_answered_for()
            && (case.severity != "一般" || case.repeated || case.satisfaction == "不满意")
    };
    (0..cases.len()).filter(|&at| must(&cases[at])).collect()
}

pub(super) fn analyses_csv(chance: &mut Chance, staff: &[Stay], cases: &[Case]) -> String {
    let mut all = to_analyse(cases);
    chance.shuffle(&mut all);
    let mut rows: Vec<(usize, usize)> = all.into_iter().enumerate().skip(NOT_ANALYSED).collect();
    rows.sort_by_key(|row| row.1);
    let rows = rows.into_iter().enumerate().map(|(place, (drawn, nth))| {
        let case = &cases[nth];
        let drawn = drawn - NOT_ANALYSED;
        let days = if drawn < ANALYSED_LATE { 8 } else { chance.between(1, 6) };
        let held = case.at / DAY + days;
        let poor = drawn.checked_sub(ANALYSED_LATE).filter(|poor| *poor < ANALYSED_POORLY);
        let chair = somebody(chance, staff, case.team(), case.at / DAY);
        let common = chance.weighted(&[("共性问题", 35), ("短板问题", 40), ("个案", 25)]);
        let people = if poor == Some(0) { 2 } else { chance.between(3, 7) };
        vec![
            format!("FX-{}", 3001 + place),
            number(nth),
            timestamp(case.at),
            date(held),
            unit_code(case.unit()),
            person_code(chair),
            people.to_string(),
            if poor == Some(1) { "未回放" } else { "已回放" }.to_owned(),
            if poor == Some(2) { "无结论" } else { common }.to_owned(),
            if poor == Some(3) { "未提出" } else { "已提出" }.to_owned(),
        ]
    });
    csv("分析编号,工单号,受理时间,分析日期,供电所,主持人,参加人数,录音回放,结论,规避措施", rows)
}

// ---------------------------------------------------------------- home visits

pub(super) fn visits_csv(cases: &[Case]) -> String {
    let visits = cases.iter().filter_map(|case| Some((case.visited?, case)));
    let mut visits: Vec<(usize, &Case)> = visits.filter(|(day, _)| *day < NOVEMBER).collect();
    visits.sort_by_key(|(day, case)| (*day, case.customer));
    let rows = visits.into_iter().enumerate().map(|(nth, (day, case))| {
        let (customer, area) = (customer_code(case.customer), area_code(case.area));
        vec![format!("SM-{}", 4001 + nth), date(day), customer, area, unit_code(case.unit())]
    });
    csv("上门编号,上门日期,户号,台区,供电所", rows)
}

// ---------------------------------------------------------------- low-voltage areas

/// Found on (days before October's end), lowest voltage, highest load, operation can solve it, solved (days after it was
/// found), raised in the reserve.
type LowVoltage = (usize, usize, &'static str, &'static str, Option<usize>, &'static str);

/// The register, in the order of [`LOW_AREAS`].
const REGISTER: [LowVoltage; 14] = [
    (45, 189, "82%", "可", None, ""),
    (52, 176, "128%", "否", None, "已提级"),
    (20, 192, "74%", "可", None, ""),
    (40, 186, "91%", "可", Some(31), ""),
    (60, 181, "117%", "否", None, "未提级"),
    (18, 188, "88%", "", None, ""),
    (25, 190, "", "可", None, ""),
    (33, 184, "95%", "可", None, ""),
    (58, 174, "96%", "", None, "已提级"),
    (28, 187, "133%", "", None, "已提级"),
    (15, 193, "69%", "可", None, ""),
    (50, 178, "121%", "否", None, "已提级"),
    (12, 191, "", "", None, ""),
    (44, 188, "80%", "可", Some(16), ""),
];

pub(super) fn low_voltage_csv() -> String {
    let rows = LOW_AREAS.iter().zip(REGISTER).enumerate().map(|(nth, (area, row))| {
        let (before, voltage, load, operable, solved, raised) = row;
        let found = NOVEMBER - 1 - before;
        vec![
            format!("DY-{}", 5001 + nth),
            date(NOVEMBER - 1),
            area_code(*area),
            date(found),
            voltage.to_string(),
            load.to_owned(),
            operable.to_owned(),
            solved.map(|days| date(found + days)).unwrap_or_default(),
            raised.to_owned(),
        ]
    });
    csv("台账号,台账日期,台区,发现日期,最低电压,最大负载率,运维可解决,解决日期,项目储备提级", rows)
}

// ---------------------------------------------------------------- measures

/// A unit with a class and a cause.
type Cause = (usize, &'static str, &'static str);

/// The causes of which October saw a third within thirty days.
pub(super) fn common_causes(cases: &[Case]) -> Vec<Cause> {
    let mut days: BTreeMap<Cause, Vec<usize>> = BTreeMap::new();
    let mut common = Vec::new();
    for case in cases.iter().filter(|case| case.is_answered_for()) {
        let day = case.at / DAY;
        let of_cause = days.entry((case.unit(), case.class, case.cause)).or_default();
        of_cause.retain(|other| other + 30 > day);
        of_cause.push(day);
        let cause = (case.unit(), case.class, case.cause);
        if of_cause.len() >= 3 && case.is_october() && !common.contains(&cause) {
            common.push(cause);
        }
    }
    common
}

pub(super) fn measures_csv(chance: &mut Chance, staff: &[Stay], cases: &[Case]) -> String {
    let mut current = common_causes(cases);
    current.sort_unstable();
    chance.shuffle(&mut current);
    current.truncate(current.len() - WITHOUT_MEASURE);
    current.sort_unstable();
    // what September brought twice was mended by its end
    let mut before: BTreeMap<Cause, usize> = BTreeMap::new();
    let september = |case: &&Case| case.is_answered_for() && (31..OCTOBER).contains(&(case.at / DAY));
    for case in cases.iter().filter(september) {
        *before.entry((case.unit(), case.class, case.cause)).or_default() += 1;
    }
    let mended = before.into_iter().filter(|(cause, many)| *many >= 2 && !current.contains(cause));
    let mended: Vec<Cause> = mended.map(|(cause, _)| cause).collect();
    let causes = current.iter().map(|cause| (cause, false)).chain(mended.iter().map(|cause| (cause, true)));
    let rows = causes.enumerate().map(|(nth, (&(unit, class, cause), is_mended))| {
        let owner = somebody(chance, staff, team_of(unit, 0), NOVEMBER - 1);
        // of what is new one in three is done, and one in eight is overdue
        let (due, done) = match (is_mended, nth % 8) {
            (true, _) => (OCTOBER, Some(OCTOBER - 1 - chance.below(8))),
            (false, 0) => (NOVEMBER - 6, None),
            (false, 1 | 4) => (NOVEMBER - 4, Some(NOVEMBER - 5 - chance.below(5))),
            (false, _) => (NOVEMBER + 6, None),
        };
        let issued = if is_mended { due - 25 } else { due - 16 };
        let mut row = vec![format!("CS-{}", 6001 + nth), date(NOVEMBER - 1), date(issued), unit_code(unit)];
        row.extend(words([class, cause]));
        row.extend([person_code(owner), date(due), done.map(date).unwrap_or_default()]);
        row
    });
    csv("措施编号,台账日期,下达日期,供电所,业务类别,原因,整改责任人,完成期限,完成日期", rows)
}

// ---------------------------------------------------------------- routine duties

/// A duty: its sort, its unit, the day it is due.
struct Duty {
    sort: &'static str,
    unit: usize,
    due: usize,
    held: Option<usize>,
}

fn duties_of_unit(unit: usize) -> Vec<Duty> {
    let duty = |sort, due: usize| Duty { sort, unit, due, held: Some(due) };
    let daily = (OCTOBER..NOVEMBER).map(|day| duty("日监控", day));
    // every Monday: 5, 12, 19 and 26 October 2026
    let weekly = (0..4).map(|week| duty("周通报", OCTOBER + 4 + 7 * week));
    let others = [duty("月分析", NOVEMBER - 1), duty("典型学习", NOVEMBER - 3)];
    daily.chain(weekly).chain(others).collect()
}

pub(super) fn duties_csv(chance: &mut Chance, staff: &[Stay]) -> String {
    let mut duties: Vec<Duty> = (0..UNITS.len()).flat_map(duties_of_unit).collect();
    for (place, sort) in ["日监控", "周通报"].into_iter().enumerate() {
        let mut of_sort: Vec<usize> = (0..duties.len()).filter(|&at| duties[at].sort == sort).collect();
        chance.shuffle(&mut of_sort);
        let late = of_sort.split_off(MISSED[place]);
        for at in of_sort {
            duties[at].held = None;
        }
        for at in late.into_iter().take(LATE[place]) {
            duties[at].held = Some(duties[at].due + 1);
        }
    }
    for duty in duties.iter_mut().filter(|duty| duty.sort == "典型学习" && duty.unit == NO_STUDY) {
        duty.held = None;
    }
    duties.sort_by_key(|duty| (duty.due, duty.unit));
    let rows = duties.into_iter().enumerate().map(|(nth, duty)| {
        let away = if duty.unit == POOR_STUDY { 4 } else { chance.below(2) };
        let is_study = duty.sort == "典型学习" && duty.held.is_some();
        let people = |many: usize| if is_study { many.to_string() } else { String::new() };
        let of_all: usize = (0..3).map(|team| on_duty(staff, team_of(duty.unit, team), duty.due).len()).sum();
        vec![
            format!("GZ-{}", 7001 + nth),
            duty.sort.to_owned(),
            unit_code(duty.unit),
            date(duty.due),
            duty.held.map(date).unwrap_or_default(),
            people(of_all),
            people(of_all - away),
        ]
    });
    csv("工作编号,工作,供电所,应完成日期,实际完成日期,应到人数,实到人数", rows)
}
