//! Days and working time of the book, kept apart from the product's own calendar so that the two can be held together.

use crate::chance::Chance;

pub(super) const HOUR: usize = 60;
pub(super) const DAY: usize = 24 * HOUR;

/// The months from July to November 2026, with the days each has; a day is numbered from 1 July, which is 0.
const MONTHS: [(usize, usize); 5] = [(7, 31), (8, 31), (9, 30), (10, 31), (11, 30)];
/// 1 July 2026 is a Wednesday, counted from Monday.
const FIRST_WEEKDAY: usize = 2;
/// Mid-Autumn and the National Day: first and last day off.
const HOLIDAYS: [(usize, usize); 2] = [(day(9, 25), day(9, 27)), (day(10, 1), day(10, 7))];
/// Weekend days that are worked instead.
const WORKED_INSTEAD: [usize; 2] = [day(9, 20), day(10, 10)];
/// The office's hours, in minutes of the day.
const HOURS: [(usize, usize); 2] = [(8 * HOUR + 30, 12 * HOUR), (13 * HOUR + 30, 17 * HOUR + 30)];

/// The number of a day of the year 2026.
pub(super) const fn day(month: usize, of_month: usize) -> usize {
    let mut before = 0;
    let mut at = 0;
    while MONTHS[at].0 != month {
        before += MONTHS[at].1;
        at += 1;
    }
    before + of_month - 1
}

/// The last minute of 3 November, the day on which the book was made.
pub(super) const END: usize = (day(11, 3) + 1) * DAY - 1;

pub(super) fn is_worked(date: usize) -> bool {
    let is_weekend = (date + FIRST_WEEKDAY) % 7 >= 5;
    let is_off = HOLIDAYS.iter().any(|&(first, last)| (first..=last).contains(&date));
    WORKED_INSTEAD.contains(&date) || !is_weekend && !is_off
}

/// The day so many working days before another; a day off counts as the working day before it.
pub(super) fn working_days_before(date: usize, days: usize) -> usize {
    let mut at = date;
    let mut left = days;
    while left > 0 || !is_worked(at) {
        left -= usize::from(left > 0 && is_worked(at));
        at -= 1;
    }
    at
}

/// The day so many working days after another, which is not counted itself.
pub(super) fn working_days_after(date: usize, days: usize) -> usize {
    let mut at = date;
    let mut left = days;
    while left > 0 {
        at += 1;
        left -= usize::from(is_worked(at));
    }
    at
}

/// How many days are worked after one day up to another, the first left out and the last counted.
pub(super) fn working_days_between(from: usize, to: usize) -> usize {
    (from + 1..=to).filter(|&date| is_worked(date)).count()
}

/// A moment in the office's hours of a day.
pub(super) fn office_time(chance: &mut Chance, date: usize) -> usize {
    let (from, to) = *chance.one(&HOURS);
    date * DAY + chance.between(from + 5, to - 5)
}

/// A moment in the office's hours of a day, after another.
pub(super) fn office_time_after(chance: &mut Chance, date: usize, moment: usize) -> usize {
    if date > moment / DAY {
        return office_time(chance, date);
    }
    let later = working_minutes_after(moment, chance.between(1, 25));
    if later / DAY == date { later } else { moment }
}

/// The moment so many working minutes after another.
pub(super) fn working_minutes_after(moment: usize, minutes: usize) -> usize {
    let (mut at, mut left) = (moment, minutes);
    loop {
        let date = at / DAY;
        for (from, to) in HOURS.iter().map(|hours| (date * DAY + hours.0, date * DAY + hours.1)) {
            let start = at.max(from);
            if is_worked(date) && start < to {
                if start + left <= to {
                    return start + left;
                }
                left -= to - start;
                at = to;
            }
        }
        at = (date + 1) * DAY;
    }
}

pub(super) fn date_of(date: usize) -> String {
    let mut left = date;
    for (month, days) in MONTHS {
        if left < days {
            return format!("2026-{month:02}-{:02}", left + 1);
        }
        left -= days;
    }
    panic!("the book ends in November")
}

pub(super) fn timestamp(moment: usize) -> String {
    format!("{} {:02}:{:02}", date_of(moment / DAY), moment % DAY / HOUR, moment % HOUR)
}

/// The moment that a cell of the book names.
pub(super) fn moment(cell: &str) -> usize {
    let number = |range: std::ops::Range<usize>| cell.get(range).unwrap().parse::<usize>().unwrap();
    day(number(5..7), number(8..10)) * DAY + number(11..13) * HOUR + number(14..16)
}
