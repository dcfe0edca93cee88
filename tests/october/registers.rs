//! The other registers of the month: the chain of the first contact, the measures, and the towns, villages, halls and shops.

use super::super::chance::Chance;
use super::super::generated::Row;
use super::handling::{SHOPS, desk, unit_of};
use super::{HOUR, START, Stay, minutes, timestamp};

/// Of the complaints that somebody else took first, every so many has a hand-over that is written down.
const EVERY: usize = 3;
/// What became of hand-overs out of the ordinary, by their order in the register: the outcome and the reason.
pub(super) const TROUBLED: [(usize, &str, &str); 5] = [
    (3, "拒收", "人手不足"),
    (9, "退回", "转错部门"),
    (16, "退回", "信息不全"),
    (21, "", ""),
    (26, "拒收", ""),
];
/// The one that was responded to after the 24 hours.
pub(super) const SLOW: usize = 12;
/// The complaint that went through four hands.
pub(super) const PASSED_ON: usize = 6;

/// The hand-overs: from whoever was asked first to whoever handles it.
pub(super) fn handovers_csv(seed: u64, staff: &[Stay], complaints: &[Row]) -> String {
    let mut chance = Chance(seed ^ 0x6368_6169);
    let mut csv = "\u{feff}转办编号,工单号,转办时间,转出人,接收人,结果,理由,回应时间\n".to_owned();
    let mut number = 2000;
    let mut row = |ticket: &str,
                   handed: usize,
                   [from, to]: [&str; 2],
                   (outcome, reason): (&str, &str),
                   responded: Option<usize>| {
        number += 1;
        let responded = responded.map(timestamp).unwrap_or_default();
        csv += &format!(
            "ZB-{number},{ticket},{},{from},{to},{outcome},{reason},{responded}\n",
            timestamp(handed)
        );
    };
    let passed = |row: &&Row| !row["首问责任人"].is_empty() && row["首问责任人"] != row["处理人"];
    for (nth, complaint) in complaints.iter().filter(passed).step_by(EVERY).enumerate() {
        let (ticket, first, handler) = (&complaint["工单号"], &complaint["首问责任人"], &complaint["处理人"]);
        let unit = unit_of(staff, complaint);
        let mut handed = minutes(&complaint["受理时间"]) + chance.between(5, 30);
        let mut from = first.clone();
        if nth == PASSED_ON {
            for place in [10, 11, 12] {
                let to = desk(unit, place);
                row(ticket, handed, [&from, &to], ("接收", ""), Some(handed + 20));
                handed += 40;
                from = to;
            }
        }
        let trouble = TROUBLED.iter().find(|trouble| trouble.0 == nth);
        let (outcome, reason) = trouble.map_or(("接收", ""), |&(_, outcome, reason)| (outcome, reason));
        let after = if nth == SLOW { 29 * HOUR } else { chance.between(10, 5 * HOUR) };
        let responded = (!outcome.is_empty()).then_some(handed + after);
        row(ticket, handed, [&from, handler], (outcome, reason), responded);
    }
    csv
}

/// The register of measures; those of September count in the month in which they were due.
const MEASURES: [&str; 9] = [
    "CS-901,整改,,U1,P001,客户服务室,2026-09-08,2026-09-09,2026-10-09,2026-10-08,整改报告",
    "CS-902,整改,,U2,P019,客户服务室,2026-09-12,2026-09-14,2026-10-12,2026-10-15,复查记录",
    "CS-903,督办,,U4,P046,服务督查室,2026-09-30,2026-10-05,2026-10-20,2026-10-19,督办反馈单",
    "CS-904,督办,,,P044,服务督查室,2026-09-30,2026-10-05,2026-10-20,2026-10-16,",
    "CS-905,约谈,,U6,P076,服务督查室,2026-09-30,2026-10-05,2026-10-15,2026-10-12,约谈记录",
    "CS-906,整改,,U5,P071,客户服务室,2026-09-21,2026-09-23,2026-10-23,,",
    "CS-907,督办,,U3,P031,服务督查室,2026-10-31,2026-11-02,2026-11-17,,",
    "CS-908,督办,,U5,P061,服务督查室,2026-10-31,2026-11-02,2026-11-17,,",
    "CS-909,督办,,,P040,服务督查室,2026-10-31,2026-11-03,2026-11-18,,",
];

pub(super) fn measures_csv() -> String {
    let mut csv =
        "\u{feff}措施编号,措施,工单号,单位,责任人,主责部门,事由日期,下达日期,完成期限,完成日期,佐证\n"
            .to_owned();
    for measure in MEASURES {
        csv += &format!("{measure}\n");
    }
    csv
}

/// The towns of the county's unit, their villages and the hall: one town has no hall, one village no shop.
const PLACES: [[&str; 5]; 6] = [
    ["town", "X1", "东关镇", "Dongguan", "U6"],
    ["town", "X2", "西山镇", "Xishan", "U6"],
    ["village", "V1", "东关一村", "Dongguan 1", "X1"],
    ["village", "V2", "东关二村", "Dongguan 2", "X1"],
    ["village", "V3", "西山一村", "Xishan 1", "X2"],
    ["hall", "H1", "东关营业厅", "Dongguan hall", "X1"],
];
/// The names of the shops, and where each stands.
const SHOP_PLACES: [(&str, &str, &str); 4] = [
    ("东关一村店", "Dongguan 1 shop", "V1"),
    ("东关二村店", "Dongguan 2 shop", "V2"),
    ("城东代理店", "East shop", "U1"),
    ("城西代理店", "West shop", "U2"),
];

/// What the organisation has beside its people.
pub(super) fn places_csv() -> String {
    let mut csv = String::new();
    for [kind, id, zh, en, parent] in PLACES {
        csv += &format!("{kind},{id},{zh},{en},{parent},{START},\n");
    }
    for ((id, _), (zh, en, parent)) in SHOPS.iter().zip(SHOP_PLACES) {
        csv += &format!("shop,{id},{zh},{en},{parent},{START},\n");
    }
    csv
}

/// The hand-overs are of their complaints: to whoever handles them, and not before they came.
pub(super) fn check_handovers(handovers: &[Row], complaints: &[Row]) {
    let mut counts = [0; 3];
    for handover in handovers {
        let complaint = complaints.iter().find(|row| row["工单号"] == handover["工单号"]).unwrap();
        assert!(minutes(&complaint["受理时间"]) < minutes(&handover["转办时间"]));
        for (count, outcome) in counts.iter_mut().zip(["拒收", "退回", ""]) {
            *count += usize::from(handover["结果"] == outcome);
        }
    }
    assert_eq!(counts, [2, 2, 1]);
    let again = |row: &&Row| handovers.iter().filter(|other| other["工单号"] == row["工单号"]).count() == 4;
    assert_eq!(handovers.iter().filter(again).count(), 4);
}
