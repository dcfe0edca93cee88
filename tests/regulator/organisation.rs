//! The made-up district regulator: six stations, a centre that dispatches, and who holds which post.

use super::days::{date_of, day};

/// The day the organisation began.
const START: &str = "2025-01-01";
/// The names of the stations U1..U6.
pub(super) const STATIONS: [(&str, &str); 6] = [
    ("城关所", "Old Town"),
    ("东湖所", "East Lake"),
    ("高新所", "Hi-tech"),
    ("西山所", "West Hill"),
    ("河口所", "Estuary"),
    ("青石所", "Bluestone"),
];
/// The people of a station.
pub(super) const STATION_SIZE: usize = 8;
/// The people of the centre, F01 and on.
pub(super) const DISPATCHERS: usize = 5;
/// Who moves: the person, the first day in the new station, the new station.
pub(super) const MOVERS: [(usize, usize, usize); 2] = [(6, day(9, 14), 3), (20, day(10, 12), 1)];
/// Who leaves, and the last day.
const LEAVER: (usize, usize) = (45, day(10, 23));
/// Who joins, and the first day.
const JOINER: (usize, usize) = (30, day(8, 17));
/// The station that changes its head, the successor, and the first day of that.
const NEW_HEAD: (usize, usize, usize) = (4, 26, day(10, 16));

/// A person's days in one station.
struct Stay {
    person: usize,
    station: usize,
    from: Option<usize>,
    until: Option<usize>,
}

impl Stay {
    fn covers(&self, date: usize) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }
}

pub(super) fn person_code(person: usize) -> String {
    format!("P{person:02}")
}

pub(super) fn dispatcher_code(dispatcher: usize) -> String {
    format!("F{dispatcher:02}")
}

/// Every stay of every person, a mover's two one after the other.
fn staff() -> Vec<Stay> {
    let mut stays = Vec::new();
    for person in 1..=STATIONS.len() * STATION_SIZE {
        let mut stay = Stay { person, station: (person - 1) / STATION_SIZE + 1, from: None, until: None };
        stay.from = (person == JOINER.0).then_some(JOINER.1);
        stay.until = (person == LEAVER.0).then_some(LEAVER.1);
        let moves = MOVERS.iter().find(|mover| mover.0 == person);
        if let Some(&(_, from, _)) = moves {
            stay.until = Some(from - 1);
        }
        stays.push(stay);
        let moved = |&(_, from, station): &_| Stay { person, station, from: Some(from), until: None };
        stays.extend(moves.map(moved));
    }
    stays
}

/// The people of a station on a day.
pub(super) fn on_duty(station: usize, date: usize) -> Vec<usize> {
    let there = |stay: &Stay| stay.station == station && stay.covers(date);
    staff().iter().filter(|stay| there(stay)).map(|stay| stay.person).collect()
}

/// The station of a person on a day.
pub(super) fn station_of(person: &str, date: usize) -> usize {
    let there = |stay: &&Stay| person_code(stay.person) == person && stay.covers(date);
    staff().iter().find(there).unwrap().station
}

pub(super) fn organisation_csv() -> String {
    let mut csv = String::from("kind,id,name,name_en,parent,from,until\n");
    csv += &format!("bureau,B1,全局,Bureau,,{START},\n");
    for (station, (zh, en)) in (1..).zip(STATIONS) {
        csv += &format!("unit,U{station},{zh},{en},B1,{START},\n");
    }
    csv += &format!("centre,C1,投诉举报中心,Complaint centre,B1,{START},\n");
    for stay in staff() {
        let (code, station) = (person_code(stay.person), stay.station);
        let from = stay.from.map_or_else(|| START.to_owned(), date_of);
        let until = stay.until.map(date_of).unwrap_or_default();
        csv += &format!("person,{code},{code},{code},U{station},{from},{until}\n");
    }
    for dispatcher in (1..=DISPATCHERS).map(dispatcher_code) {
        csv += &format!("person,{dispatcher},{dispatcher},{dispatcher},C1,{START},\n");
    }
    csv
}

pub(super) fn posts_csv() -> String {
    let mut csv = String::from("person,post,of,from,until\n");
    for station in 1..=STATIONS.len() {
        let head = person_code((station - 1) * STATION_SIZE + 1);
        let (changes, successor, from) = NEW_HEAD;
        let until = if station == changes { date_of(from - 1) } else { String::new() };
        csv += &format!("{head},unit_head,U{station},{START},{until}\n");
        if station == changes {
            csv += &format!("{},unit_head,U{station},{},\n", person_code(successor), date_of(from));
        }
    }
    csv
}
