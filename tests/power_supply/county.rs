//! The made-up county company: its units, teams, people and areas, and the days of the book.

use super::super::chance::Chance;

// ---------------------------------------------------------------- the days

pub(super) const HOUR: usize = 60;
pub(super) const DAY: usize = 24 * HOUR;
/// The months of the book, and the days of each; the last is only looked into.
pub(super) const MONTHS: [(&str, usize); 4] =
    [("2026-08", 31), ("2026-09", 30), ("2026-10", 31), ("2026-11", 30)];
/// The first day of October, counted from the first of August.
pub(super) const OCTOBER: usize = 61;
/// The first day of November.
pub(super) const NOVEMBER: usize = OCTOBER + 31;
/// The last minute of 8 November, the day of assessment.
pub(super) const END: usize = (NOVEMBER + 8) * DAY - 1;

/// A day, counted from the first of August, as the book writes it.
pub(super) fn date(day: usize) -> String {
    let mut left = day;
    for (month, days) in MONTHS {
        if left < days {
            return format!("{month}-{:02}", left + 1);
        }
        left -= days;
    }
    panic!("day {day} lies behind the book")
}

/// A moment in minutes since August began, as the book writes it.
pub(super) fn timestamp(minutes: usize) -> String {
    format!("{} {:02}:{:02}", date(minutes / DAY), minutes % DAY / HOUR, minutes % HOUR)
}

// ---------------------------------------------------------------- the organisation

/// The day the organisation began.
const START: &str = "2025-01-01";
/// The names of U1..U6.
pub(super) const UNITS: [(&str, &str); 6] = [
    ("甲所", "Station A"),
    ("乙所", "Station B"),
    ("丙所", "Station C"),
    ("丁所", "Station D"),
    ("戊所", "Station E"),
    ("己所", "Station F"),
];
/// The names of the teams of a unit.
pub(super) const TEAMS: [(&str, &str); 3] =
    [("营业班", "service"), ("配电班", "distribution"), ("抢修班", "repair")];
/// The people of a team.
const TEAM_SIZE: usize = 6;
/// The areas of a unit.
pub(super) const AREAS_OF_UNIT: usize = 6;
pub(super) const AREAS: usize = UNITS.len() * AREAS_OF_UNIT;
/// Who moves: the person, the last day in the old team, the first in the new one, the new team.
const MOVERS: [(usize, &str, &str, usize); 2] =
    [(8, "2026-10-14", "2026-10-15", 5), (57, "2026-10-18", "2026-10-19", 12)];
/// Who leaves, and the last day.
const LEAVER: (usize, &str) = (40, "2026-10-20");
/// The heads of units: person, unit, first and last day. U3 changes its head in the month.
const HEADS: [(usize, usize, &str, &str); 7] = [
    (1, 1, START, ""),
    (19, 2, START, ""),
    (37, 3, START, "2026-10-15"),
    (38, 3, "2026-10-16", ""),
    (55, 4, START, ""),
    (73, 5, START, ""),
    (91, 6, START, ""),
];

/// A person's days in one team; an open end is blank. Dates are ISO text and compare as such.
pub(super) struct Stay {
    pub(super) person: usize,
    /// Teams are numbered from 1.
    pub(super) team: usize,
    from: &'static str,
    until: &'static str,
}

/// Every stay of every person, a mover's two one after the other.
pub(super) fn staff() -> Vec<Stay> {
    let mut stays = Vec::new();
    for person in 1..=UNITS.len() * TEAMS.len() * TEAM_SIZE {
        let mut stay = Stay { person, team: (person - 1) / TEAM_SIZE + 1, from: START, until: "" };
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

/// The people of a team on a day.
pub(super) fn on_duty(staff: &[Stay], team: usize, day: usize) -> Vec<usize> {
    let day = date(day);
    let covers = |stay: &&Stay| {
        stay.team == team
            && stay.from <= day.as_str()
            && (stay.until.is_empty() || day.as_str() <= stay.until)
    };
    staff.iter().filter(covers).map(|stay| stay.person).collect()
}

/// Somebody of a team on a day.
pub(super) fn somebody(chance: &mut Chance, staff: &[Stay], team: usize, day: usize) -> usize {
    *chance.one(&on_duty(staff, team, day))
}

/// A team of a unit; units and areas are numbered from 0.
pub(super) fn team_of(unit: usize, team: usize) -> usize {
    unit * TEAMS.len() + team + 1
}

pub(super) fn person_code(person: usize) -> String {
    format!("P{person:03}")
}

pub(super) fn team_code(team: usize) -> String {
    format!("T{team:02}")
}

pub(super) fn unit_code(unit: usize) -> String {
    format!("U{}", unit + 1)
}

pub(super) fn unit_of_area(area: usize) -> usize {
    area / AREAS_OF_UNIT
}

pub(super) fn area_code(area: usize) -> String {
    format!("A{}{:02}", unit_of_area(area) + 1, area % AREAS_OF_UNIT + 1)
}

pub(super) fn organisation_csv(staff: &[Stay]) -> String {
    let mut csv = String::from("kind,id,name,name_en,parent,from,until\n");
    for (unit, (zh, en)) in UNITS.iter().enumerate() {
        csv += &format!("unit,{},{zh},{en},,{START},\n", unit_code(unit));
    }
    for (unit, names) in UNITS.iter().enumerate() {
        for (place, (zh, en)) in TEAMS.iter().enumerate() {
            let code = team_code(team_of(unit, place));
            csv += &format!("team,{code},{}{zh},{} {en},{},{START},\n", names.0, names.1, unit_code(unit));
        }
    }
    for stay in staff {
        let (code, team) = (person_code(stay.person), team_code(stay.team));
        csv += &format!("person,{code},{code},{code},{team},{},{}\n", stay.from, stay.until);
    }
    for area in 0..AREAS {
        let (code, unit) = (area_code(area), unit_code(unit_of_area(area)));
        csv += &format!("area,{code},{code},{code},{unit},{START},\n");
    }
    csv
}

pub(super) fn posts_csv() -> String {
    let mut csv = String::from("person,post,of,from,until\n");
    for (person, unit, from, until) in HEADS {
        csv += &format!("{},unit_head,U{unit},{from},{until}\n", person_code(person));
    }
    csv
}
