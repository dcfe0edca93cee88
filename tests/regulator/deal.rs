//! What complaints and reports have in common: dealing out by rates, channels, people, the hour of receipt.

use super::days::{DAY, HOUR, is_worked};
use super::organisation::{DISPATCHERS, dispatcher_code, on_duty, person_code};
use crate::chance::Chance;

/// How the records fall to the six stations, of 1000.
pub(super) const STATION_SHARES: [usize; 6] = [240, 200, 180, 150, 130, 100];
/// 渠道, of 100.
pub(super) const CHANNELS: [(&str, usize); 5] =
    [("12345 热线", 42), ("全国 12315 平台", 33), ("12315 热线", 17), ("窗口", 6), ("来信", 2)];
/// Records that come in on a day off that follows, of 100, where there is one.
const ON_A_DAY_OFF: usize = 40;

/// Deals words and marks to so many cases: exactly as many of each as are asked for, in random order.
pub(super) struct Deal<'a> {
    chance: &'a mut Chance,
    cases: usize,
}

impl<'a> Deal<'a> {
    pub(super) fn new(chance: &'a mut Chance, cases: usize) -> Self {
        Self { chance, cases }
    }

    pub(super) fn words(&mut self, rates: &[(&'static str, usize)]) -> Vec<&'static str> {
        let mut words: Vec<&str> = rates.iter().flat_map(|&(word, times)| vec![word; times]).collect();
        assert_eq!(words.len(), self.cases, "{rates:?}");
        self.chance.shuffle(&mut words);
        words
    }

    pub(super) fn marks(&mut self, times: usize) -> Vec<bool> {
        let words = self.words(&[("yes", times), ("no", self.cases - times)]);
        words.into_iter().map(|word| word == "yes").collect()
    }
}

pub(super) fn yes_or_no(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}

pub(super) fn channel(chance: &mut Chance) -> &'static str {
    chance.weighted(&CHANNELS)
}

/// The dispatcher, and the handler of a station who was there on the day.
pub(super) fn people(chance: &mut Chance, date: usize) -> (String, String) {
    let shares: Vec<(usize, usize)> = (1..).zip(STATION_SHARES).collect();
    let station = chance.weighted(&shares);
    let colleagues = on_duty(station, date);
    let handler = person_code(*chance.one(&colleagues));
    (dispatcher_code(chance.between(1, DISPATCHERS)), handler)
}

/// A moment between eight in the morning and nine at night, on a working day or one of the days off that follow it: the
/// hotlines never close, and working days are counted alike from either.
pub(super) fn received_at(chance: &mut Chance, date: usize) -> usize {
    let mut date = date;
    while !is_worked(date + 1) && chance.happens(ON_A_DAY_OFF, 100) {
        date += 1;
    }
    let minute = if is_worked(date) {
        chance.between(8 * HOUR, 17 * HOUR)
    } else {
        chance.between(8 * HOUR, 21 * HOUR)
    };
    date * DAY + minute
}
