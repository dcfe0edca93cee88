//! The outage register of three months, a line for each area and outage.

use super::super::chance::Chance;
use super::complaints::BUSY_AREAS;
use super::county::{
    AREAS, DAY, HOUR, MONTHS, NOVEMBER, OCTOBER, Stay, area_code, on_duty, person_code, team_of, timestamp,
    unit_code, unit_of_area,
};

/// Planned outages of October that could have been joined with the one before, and those that had a reason.
pub(super) const JOINABLE: usize = 8;
pub(super) const APART: usize = 4;
/// Planned ones of October announced too late, and not at all; temporary ones announced too late.
pub(super) const SHORT: usize = 4;
pub(super) const SILENT: usize = 2;
pub(super) const SHORT_TEMPORARY: usize = 1;
/// Grid renovations of October that were not in both media.
pub(super) const ONE_MEDIUM: usize = 3;
/// How many areas in a thousand have their planned outage in a month.
const PLANNED: usize = 600;
/// Temporary outages and faults of a month.
const TEMPORARY: usize = 6;
const FAULTS: usize = 15;

#[derive(Clone)]
pub(super) struct Outage {
    /// In minutes since August began.
    pub(super) at: usize,
    pub(super) area: usize,
    pub(super) sort: &'static str,
    pub(super) works: &'static str,
    joint: usize,
    pub(super) apart: &'static str,
    /// How many minutes before it was announced.
    pub(super) lead: Option<usize>,
    media: &'static str,
}

pub(super) const PLANNED_SORT: &str = "计划";
const TEMPORARY_SORT: &str = "临时";
const FAULT_SORT: &str = "故障";
pub(super) const RENOVATION: &str = "配网改造";
const BOTH: &str = "传统媒体和新媒体";

fn planned(chance: &mut Chance, day: usize, area: usize) -> Outage {
    let works = chance.weighted(&[(RENOVATION, 35), ("检修", 45), ("业扩接火", 20)]);
    let some = chance.weighted(&[("传统媒体", 40), ("新媒体", 20), (BOTH, 40)]);
    Outage {
        at: day * DAY + chance.between(7, 9) * HOUR,
        area,
        sort: PLANNED_SORT,
        works,
        joint: chance.weighted(&[(1, 60), (2, 30), (3, 10)]),
        apart: "",
        lead: Some(chance.between(170 * HOUR, 280 * HOUR)),
        media: if works == RENOVATION { BOTH } else { some },
    }
}

fn month(chance: &mut Chance, nth: usize) -> Vec<Outage> {
    let first: usize = MONTHS[..nth].iter().map(|month| month.1).sum();
    let mut outages = Vec::new();
    for area in 0..AREAS {
        // every area has its days of the month, so that its outages lie more than two weeks apart
        if chance.happens(PLANNED, 1000) {
            let day = first + (area * 5) % 24 + chance.below(3);
            outages.push(planned(chance, day, area));
        }
    }
    for nth in 0..TEMPORARY + FAULTS {
        let is_fault = nth >= TEMPORARY;
        let area = if chance.happens(30, 100) { *chance.one(&BUSY_AREAS) } else { chance.below(AREAS) };
        let lead = chance.between(26 * HOUR, 60 * HOUR);
        outages.push(Outage {
            at: (first + chance.below(28)) * DAY + chance.below(24) * HOUR + chance.below(60),
            area,
            sort: if is_fault { FAULT_SORT } else { TEMPORARY_SORT },
            works: if is_fault { "抢修" } else { "检修" },
            joint: 1,
            apart: "",
            lead: (!is_fault).then_some(lead),
            media: if is_fault { "" } else { "新媒体" },
        });
    }
    outages
}

/// October's second outages of an area within two weeks of its planned one.
fn again(chance: &mut Chance, outages: &mut Vec<Outage>) {
    let early = OCTOBER * DAY..(NOVEMBER - 14) * DAY;
    let is_base = |one: &&Outage| one.sort == PLANNED_SORT && early.contains(&one.at);
    let mut bases: Vec<Outage> = outages.iter().filter(is_base).cloned().collect();
    // where chance planned too few, those of areas that had none make up for it
    let planned_areas: Vec<usize> =
        outages.iter().filter(|one| one.at >= OCTOBER * DAY).map(|one| one.area).collect();
    for area in (0..AREAS).filter(|area| !planned_areas.contains(area)) {
        if bases.len() < JOINABLE + APART {
            bases.push(planned(chance, OCTOBER + (area * 5) % 16, area));
            outages.extend(bases.last().cloned());
        }
    }
    chance.shuffle(&mut bases);
    for (nth, base) in bases.iter().take(JOINABLE + APART).enumerate() {
        let day = base.at / DAY + chance.between(3, 11);
        let mut second = planned(chance, day, base.area);
        second.joint = 1;
        if nth >= JOINABLE {
            second.apart = chance.weighted(&[("紧急缺陷", 1), ("安全要求", 1), ("物资未到", 1)]);
        }
        outages.push(second);
    }
}

/// Makes so many of October's outages be so, out of those that may be and are announced as they should.
fn spread(
    chance: &mut Chance,
    outages: &mut [Outage],
    wanted: usize,
    may: fn(&Outage) -> bool,
    make: fn(&mut Outage, usize),
) {
    let mut places: Vec<usize> =
        (0..outages.len()).filter(|&at| outages[at].at >= OCTOBER * DAY && may(&outages[at])).collect();
    chance.shuffle(&mut places);
    assert!(places.len() >= wanted, "too few outages may be so");
    for &at in places.iter().take(wanted) {
        make(&mut outages[at], chance.below(100));
    }
}

/// All outages, in the order of their beginning.
pub(super) fn outages(chance: &mut Chance) -> Vec<Outage> {
    let mut outages: Vec<Outage> = (0..3).flat_map(|nth| month(chance, nth)).collect();
    again(chance, &mut outages);
    let in_time = |one: &Outage| one.sort == PLANNED_SORT && one.lead > Some(168 * HOUR);
    spread(chance, &mut outages, SHORT, in_time, |one, more| one.lead = Some((48 + more) * HOUR));
    let plain =
        |one: &Outage| one.sort == PLANNED_SORT && one.works != RENOVATION && one.lead > Some(168 * HOUR);
    spread(chance, &mut outages, SILENT, plain, |one, _| (one.lead, one.media) = (None, ""));
    let temporary = |one: &Outage| one.sort == TEMPORARY_SORT;
    spread(chance, &mut outages, SHORT_TEMPORARY, temporary, |one, _| one.lead = Some(9 * HOUR));
    spread(
        chance,
        &mut outages,
        ONE_MEDIUM,
        |one| one.works == RENOVATION,
        |one, more| {
            one.media = if more < 50 { "传统媒体" } else { "新媒体" };
        },
    );
    outages.sort_by_key(|one| (one.at, one.area));
    outages
}

/// The headings of outages.csv, in the order of its cells.
const HEADINGS: &str = "停电编号,停电时间,送电时间,停电类别,作业,同停作业数,单独停电理由,公告时间,公告媒体,台区,供电所,停电计划人";

pub(super) fn outages_csv(chance: &mut Chance, staff: &[Stay], outages: &[Outage]) -> String {
    let mut csv = format!("\u{feff}{HEADINGS}\n");
    // what lies within two weeks of August's beginning could be announced in July, which the book does not know
    for (nth, one) in outages.iter().enumerate() {
        let unit = unit_of_area(one.area);
        // the second of the distribution team plans a unit's outages
        let planner = on_duty(staff, team_of(unit, 1), one.at / DAY)[1];
        let notice = one.lead.map(|lead| timestamp(one.at.saturating_sub(lead)));
        let cells: [String; 12] = [
            format!("TD-{}", 2001 + nth),
            timestamp(one.at),
            timestamp(one.at + chance.between(60, 9 * HOUR)),
            one.sort.to_owned(),
            one.works.to_owned(),
            one.joint.to_string(),
            one.apart.to_owned(),
            notice.unwrap_or_default(),
            one.media.to_owned(),
            area_code(one.area),
            unit_code(unit),
            if one.sort == FAULT_SORT { String::new() } else { person_code(planner) },
        ];
        csv += &cells.join(",");
        csv.push('\n');
    }
    csv
}
