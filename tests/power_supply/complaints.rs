//! The complaints of three months: what is looked back on, and October, of which the rates are exact.

use super::super::chance::Chance;
use super::county::{
    AREAS_OF_UNIT, DAY, END, HOUR, MONTHS, OCTOBER, Stay, UNITS, area_code, on_duty, person_code, somebody,
    team_code, team_of, timestamp, unit_code, unit_of_area,
};

// ---------------------------------------------------------------- the rates of October, in per mille

/// Complaints accepted in August, September and October.
pub(super) const COMPLAINTS: [usize; 3] = [180, 220, 400];
/// How complaints that are not about one area's supply fall to the six units.
const UNIT_SHARES: [usize; 6] = [230, 190, 170, 150, 140, 120];
/// 业务类别.
pub(super) const CLASSES: [(&str, usize); 6] =
    [(CONNECTION, 120), (BILLING, 220), (METERING, 100), (QUALITY, 330), (REPAIR, 160), (OTHER, 70)];
/// 严重程度.
pub(super) const SEVERITIES: [(&str, usize); 3] = [("一般", 800), ("较重", 170), ("重大", 30)];
/// 责任认定; what is missing from the whole is blank.
pub(super) const LIABILITIES: [(&str, usize); 4] =
    [(OWN, 300), ("客户责任", 410), ("第三方责任", 190), ("不可抗力", 95)];
/// Complaints of a customer who complained of the same class in the fifty days before.
pub(super) const REPEATED: usize = 60;
/// Of these, those about low voltage.
const REPEATED_VOLTAGE: usize = 600;
/// Of complaints about low voltage, those after which somebody called at home within a week.
pub(super) const VISITED: usize = 550;
/// Of own fault, those with one minor bearer, and with two.
const MINOR_BEARERS: [usize; 2] = [400, 100];

// ---------------------------------------------------------------- counted exactly

/// Closed against each of the four conditions; the first is against two of them.
pub(super) const UNVERIFIED: usize = 3;
pub(super) const UNCORRECTED: usize = 5;
pub(super) const WITHOUT_MEASURES: usize = 6;
pub(super) const DISSATISFIED: usize = 7;
/// Not closed on the day of assessment, and the customer of as many of them dissatisfied.
pub(super) const OPEN: usize = 9;
const OPEN_DISSATISFIED: usize = 4;
/// Given to a team and to nobody in it; not even to a team.
pub(super) const WITHOUT_PERSON: usize = 4;
pub(super) const WITHOUT_TEAM: usize = 2;

// ---------------------------------------------------------------- the words

pub(super) const CONNECTION: &str = "报装";
pub(super) const BILLING: &str = "抄表催费";
pub(super) const METERING: &str = "计量管理";
pub(super) const QUALITY: &str = "供电质量";
pub(super) const REPAIR: &str = "故障抢修";
pub(super) const OTHER: &str = "其他";
pub(super) const OWN: &str = "供电责任";
pub(super) const LOW_VOLTAGE: &str = "低电压";
const MANY_OUTAGES: &str = "频繁停电";
const UNREACHED: &str = "未联系上";

/// The areas of low voltage, and those that are off most often.
pub(super) const LOW_AREAS: [usize; 14] = [1, 3, 7, 8, 10, 14, 15, 19, 20, 22, 26, 28, 32, 34];
pub(super) const BUSY_AREAS: [usize; 6] = [2, 9, 13, 21, 27, 33];

/// The causes of a class.
fn causes(class: &str) -> &'static [(&'static str, usize)] {
    match class {
        CONNECTION => &[("流程超时", 70), ("服务态度", 30)],
        BILLING => &[("抄表差错", 45), ("催费不规范", 40), ("服务态度", 15)],
        METERING => &[("计量装置异常", 85), ("其他", 15)],
        QUALITY => &[(LOW_VOLTAGE, 45), (MANY_OUTAGES, 35), ("停电未告知", 20)],
        REPAIR => &[("到场超时", 60), ("修复不彻底", 40)],
        _ => &[("服务态度", 50), ("其他", 50)],
    }
}

/// The area of low voltage where nobody called at home.
pub(super) const UNVISITED: usize = 28;

/// One complaint.
#[derive(Clone)]
pub(super) struct Case {
    /// In minutes since August began.
    pub(super) at: usize,
    pub(super) customer: usize,
    pub(super) area: usize,
    pub(super) class: &'static str,
    pub(super) cause: &'static str,
    pub(super) severity: &'static str,
    pub(super) liability: &'static str,
    pub(super) verified: bool,
    corrected: bool,
    measures: &'static str,
    pub(super) satisfaction: &'static str,
    closed: bool,
    team_known: bool,
    person_known: bool,
    pub(super) repeated: bool,
    /// The day on which somebody called at home.
    pub(super) visited: Option<usize>,
}

impl Case {
    pub(super) fn unit(&self) -> usize {
        unit_of_area(self.area)
    }

    /// The team that answers for the class.
    pub(super) fn team(&self) -> usize {
        let place = match self.class {
            QUALITY => 1,
            REPAIR => 2,
            _ => 0,
        };
        team_of(self.unit(), place)
    }

    pub(super) fn is_october(&self) -> bool {
        self.at >= OCTOBER * DAY
    }

    pub(super) fn is_answered_for(&self) -> bool {
        self.verified && self.liability == OWN
    }

    /// Whether nothing special is yet said of it, so that it may still be said.
    fn is_plain(&self) -> bool {
        self.closed && self.verified && self.corrected && self.measures != UNDONE && self.satisfaction != BAD
    }
}

const UNDONE: &str = "未落实";
const BAD: &str = "不满意";

/// As many of each word as its rate says, and blanks for the rest, in random order.
fn deck(chance: &mut Chance, rates: &[(&'static str, usize)], whole: usize) -> Vec<&'static str> {
    let mut words: Vec<&str> =
        rates.iter().flat_map(|&(word, rate)| vec![word; whole * rate / 1000]).collect();
    words.resize(whole, "");
    chance.shuffle(&mut words);
    words
}

/// The complaints of a month, in order of acceptance, plain ones.
fn month(chance: &mut Chance, nth: usize, customers: &mut usize) -> Vec<Case> {
    let first: usize = MONTHS[..nth].iter().map(|month| month.1).sum();
    let whole = COMPLAINTS[nth];
    let mut times: Vec<usize> = (0..whole)
        .map(|_| (first + chance.below(MONTHS[nth].1)) * DAY + chance.between(7 * HOUR, 22 * HOUR))
        .collect();
    times.sort_unstable();
    let classes = deck(chance, &CLASSES, whole);
    let severities = deck(chance, &SEVERITIES, whole);
    let liabilities = deck(chance, &LIABILITIES, whole);
    let words = classes.into_iter().zip(severities).zip(liabilities);
    let mut cases = Vec::new();
    for (at, ((class, severity), liability)) in times.into_iter().zip(words) {
        // a rate that is no whole number of complaints leaves a blank in a column that has none
        let class = if class.is_empty() { OTHER } else { class };
        let severity = if severity.is_empty() { "一般" } else { severity };
        // only October has complaints of which the liability is not decided
        let liability =
            if liability.is_empty() && nth + 1 < COMPLAINTS.len() { "客户责任" } else { liability };
        let cause = chance.weighted(causes(class));
        let units: Vec<(usize, usize)> = (0..UNITS.len()).zip(UNIT_SHARES).collect();
        let area = match cause {
            LOW_VOLTAGE => *chance.one(&LOW_AREAS),
            MANY_OUTAGES => *chance.one(&BUSY_AREAS),
            _ => chance.weighted(&units) * AREAS_OF_UNIT + chance.below(AREAS_OF_UNIT),
        };
        *customers += 1;
        cases.push(Case {
            at,
            customer: *customers,
            area,
            class,
            cause,
            severity,
            liability,
            verified: true,
            corrected: true,
            measures: if liability == OWN { "已落实" } else { "无需整改" },
            satisfaction: chance.weighted(&[("满意", 58), ("基本满意", 30), (UNREACHED, 12)]),
            closed: true,
            team_known: true,
            person_known: true,
            repeated: false,
            visited: (cause == LOW_VOLTAGE && chance.happens(VISITED, 1000))
                .then(|| at / DAY + chance.between(1, 7)),
        });
    }
    cases
}

/// Makes so many of October's complaints be so, out of those that may be.
fn spread(
    chance: &mut Chance,
    cases: &mut [Case],
    wanted: usize,
    may: fn(&Case) -> bool,
    make: fn(&mut Case),
) {
    let mut places: Vec<usize> =
        (0..cases.len()).filter(|&at| cases[at].is_october() && may(&cases[at])).collect();
    chance.shuffle(&mut places);
    assert!(places.len() >= wanted, "too few complaints may be so");
    for &at in places.iter().take(wanted) {
        make(&mut cases[at]);
    }
}

/// Makes so many complaints repeat one of the fifty days before, out of those at these places.
fn repeat(chance: &mut Chance, cases: &mut [Case], places: Vec<usize>, wanted: usize) {
    let mut used: Vec<usize> = Vec::new();
    for at in places {
        if used.len() == 2 * wanted {
            break;
        }
        let (earliest, latest) = (cases[at].at - 50 * DAY, cases[at].at - 9 * DAY);
        let mut before: Vec<usize> = (0..at)
            .filter(|&earlier| {
                let case = &cases[earlier];
                !used.contains(&earlier)
                    && (earliest..=latest).contains(&case.at)
                    && case.class == cases[at].class
                    && (case.class != QUALITY || case.cause == LOW_VOLTAGE)
            })
            .collect();
        // whoever was called on at home repeats less often
        before.retain(|&earlier| cases[earlier].visited.is_none() || chance.happens(1, 4));
        chance.shuffle(&mut before);
        let free = (!used.contains(&at)).then_some(()).and(before.first());
        let Some(&earlier) = free else { continue };
        used.extend([earlier, at]);
        let first = cases[earlier].clone();
        let case = &mut cases[at];
        (case.customer, case.area, case.cause, case.repeated) =
            (first.customer, first.area, first.cause, true);
    }
    assert_eq!(used.len(), 2 * wanted, "too few complaints may repeat another");
}

/// Which of October's complaints repeat one before, more of them about low voltage than about all else.
fn repeat_in_october(chance: &mut Chance, cases: &mut [Case]) {
    let wanted = COMPLAINTS[2] * REPEATED / 1000;
    let about_voltage = wanted * REPEATED_VOLTAGE / 1000;
    let mut places: Vec<usize> = (0..cases.len()).filter(|&at| cases[at].is_october()).collect();
    chance.shuffle(&mut places);
    let (quality, others) = places.into_iter().partition(|&at| cases[at].class == QUALITY);
    repeat(chance, cases, quality, about_voltage);
    repeat(chance, cases, others, wanted - about_voltage);
}

/// All complaints, in order of acceptance.
pub(super) fn cases(chance: &mut Chance) -> Vec<Case> {
    let mut customers = 0;
    let mut cases: Vec<Case> =
        (0..COMPLAINTS.len()).flat_map(|nth| month(chance, nth, &mut customers)).collect();
    repeat_in_october(chance, &mut cases);
    let decided = |case: &Case| ![OWN, ""].contains(&case.liability) && case.is_plain();
    spread(chance, &mut cases, UNVERIFIED, decided, |case| (case.verified, case.liability) = (false, ""));
    spread(chance, &mut cases, UNCORRECTED, Case::is_plain, |case| case.corrected = false);
    let own = |case: &Case| case.liability == OWN && case.is_plain();
    spread(chance, &mut cases, WITHOUT_MEASURES, own, |case| case.measures = UNDONE);
    spread(chance, &mut cases, DISSATISFIED, Case::is_plain, |case| case.satisfaction = BAD);
    // what is still open came in last
    let late = |case: &Case| case.is_plain() && case.at > (OCTOBER + 24) * DAY;
    spread(chance, &mut cases, OPEN - OPEN_DISSATISFIED, late, |case| case.closed = false);
    spread(chance, &mut cases, OPEN_DISSATISFIED, late, |case| {
        (case.closed, case.satisfaction) = (false, BAD);
    });
    spread(chance, &mut cases, WITHOUT_PERSON, Case::is_plain, |case| case.person_known = false);
    let whole = |case: &Case| case.is_plain() && case.person_known;
    spread(chance, &mut cases, WITHOUT_TEAM, whole, |case| {
        (case.team_known, case.person_known) = (false, false);
    });
    for case in cases.iter_mut().filter(|case| case.area == UNVISITED) {
        case.visited = None;
    }
    // one is closed against two of the four
    if let Some(case) = cases.iter_mut().find(|case| case.is_october() && case.satisfaction == BAD) {
        case.corrected = false;
    }
    cases
}

/// The headings of complaints.csv, in the order of its cells.
const HEADINGS: &str = "工单号,受理时间,户号,台区,业务类别,原因,严重程度,供电所,责任班组,主要责任人,次要责任人,\
    核实情况,责任认定,纠正处理,整改措施,客户评价,办结时间";

pub(super) fn number(nth: usize) -> String {
    format!("GD-{}", 1001 + nth)
}

pub(super) fn customer_code(customer: usize) -> String {
    format!("H{customer:05}")
}

/// The main bearer, and the minor ones, of the team that answers.
fn bearers(chance: &mut Chance, staff: &[Stay], case: &Case) -> (String, String) {
    let main = somebody(chance, staff, case.team(), case.at / DAY);
    let mut others = on_duty(staff, case.team(), case.at / DAY);
    others.retain(|other| *other != main);
    chance.shuffle(&mut others);
    let drawn = chance.below(1000);
    let minor = match case.is_answered_for() {
        true if drawn < MINOR_BEARERS[0] => 1,
        true if drawn < MINOR_BEARERS[0] + MINOR_BEARERS[1] => 2,
        _ => 0,
    };
    let minors: Vec<String> = others.into_iter().take(minor).map(person_code).collect();
    let main = if case.person_known { person_code(main) } else { String::new() };
    (main, minors.join("、"))
}

pub(super) fn complaints_csv(chance: &mut Chance, staff: &[Stay], cases: &[Case]) -> String {
    // spreadsheets write the byte order mark, so the book has one
    let mut csv = format!("\u{feff}{HEADINGS}\n");
    for (nth, case) in cases.iter().enumerate() {
        let (main, minors) = bearers(chance, staff, case);
        let closed = END.min(case.at + chance.between(DAY, 6 * DAY));
        let word = |is: bool, yes: &str, no: &str| if is { yes } else { no }.to_owned();
        let cells: [String; 17] = [
            number(nth),
            timestamp(case.at),
            customer_code(case.customer),
            area_code(case.area),
            case.class.to_owned(),
            case.cause.to_owned(),
            case.severity.to_owned(),
            unit_code(case.unit()),
            if case.team_known { team_code(case.team()) } else { String::new() },
            main,
            minors,
            word(case.verified, "已核实", "未核实"),
            case.liability.to_owned(),
            word(case.corrected, "到位", "不到位"),
            case.measures.to_owned(),
            case.satisfaction.to_owned(),
            if case.closed { timestamp(closed) } else { String::new() },
        ];
        csv += &cells.join(",");
        csv.push('\n');
    }
    csv
}
