//! What must hold for any book: order does not matter, sums agree, bounds hold, and a change reaches only what it touches.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test data: small numbers and fixed tables, and a fault should stop the test"
)]

use super::chance::Chance;
use super::october::handling;
use crate::shared;
use renze::assess::{Assessment, CardKey, Finding, Outcome, Scorecard, Veto};
use renze::calendar::{Period, read_day};
use renze::clause::Rulebook;
use renze::intake::Book;
use renze::language::Text;
use renze::organisation::Organisation;
use renze::policy::Pack;
use renze::report::{Digests, Subject, assessment_json, findings_csv, scorecards_csv};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

// ---------------------------------------------------------------- random books

/// The headings of the first columns; those behind them are the shipped book's.
const HEADINGS: [&str; 20] = [
    NUMBER,
    ACCEPTED,
    "受理渠道",
    "业务类别",
    SEVERITY,
    ESCALATION,
    LIABILITY,
    "首问推诿",
    "首问反馈",
    "首次答复时间",
    "答复内容完整",
    "办结时间",
    FOLLOW_UP,
    SATISFACTION,
    "一级答复时间",
    "二级答复时间",
    "三级答复时间",
    HANDLER,
    "首问责任人",
    LINES,
];
const NUMBER: &str = "工单号";
const ACCEPTED: &str = "受理时间";
const SEVERITY: &str = "严重程度";
const ESCALATION: &str = "越级去向";
const LIABILITY: &str = "责任认定";
const FOLLOW_UP: &str = "回访情况";
const SATISFACTION: &str = "满意度";
const HANDLER: &str = "处理人";
const LINES: &str = "专业线";

const SEVERITIES: [&str; 4] = ["轻微", "一般", "较重", "重大"];
const LIABILITIES: [&str; 4] = ["企业责任", "客户责任", "第三方责任", "不可抗力"];
const SATISFACTIONS: [&str; 3] = ["满意", "基本满意", "不满意"];
const FOLLOW_UPS: [&str; 3] = ["已回访", "未联系上", "未回访"];
const YES_OR_NO: [&str; 2] = ["是", "否"];
const MAJOR: &str = "重大";
const OWN: &str = "企业责任";
const REACHED: &str = "已回访";

const PEOPLE: usize = 8;
const OCTOBER: &str = "2026-10";
const NOVEMBER: &str = "2026-11";

type Table = Vec<Vec<String>>;

/// The three files of a small book, headings first, in which everything that matters happens often.
#[derive(Clone)]
pub(crate) struct RandomBook {
    month: &'static str,
    complaints: Table,
    members: Table,
    posts: Table,
}

/// The book of October made from a seed.
pub(crate) fn random_book(seed: u64) -> RandomBook {
    random_book_of(OCTOBER, seed)
}

fn headings() -> Vec<&'static str> {
    [&HEADINGS[..], &handling::HEADINGS].concat()
}

fn random_book_of(month: &'static str, seed: u64) -> RandomBook {
    let mut chance = Chance(seed);
    let units = chance.between(2, 3);
    let mut complaints = vec![cells(&headings())];
    for number in 0..chance.between(8, 15) {
        complaints.push(complaint(&mut chance, month, number));
    }
    let members = members(&mut chance, month, units);
    let posts = posts(&mut chance, month, units);
    RandomBook { month, complaints, members, posts }
}

fn cells(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Minutes since the month began, as the files write it.
fn moment(month: &str, minutes: usize) -> String {
    let first = read_day(&format!("{month}-01")).unwrap().and_time(chrono::NaiveTime::MIN);
    let after = chrono::Duration::minutes(i64::try_from(minutes).unwrap());
    (first + after).format("%Y-%m-%d %H:%M").to_string()
}

fn complaint(chance: &mut Chance, month: &str, number: usize) -> Vec<String> {
    let accepted = chance.below(28 * 24 * 60);
    let hours = if chance.happens(20, 100) { chance.between(49, 90) } else { chance.between(1, 47) };
    let replied = chance.happens(90, 100).then_some(accepted + 60 * hours);
    let closed =
        replied.filter(|_| chance.happens(85, 100)).map(|replied| replied + 60 * chance.between(1, 48));
    let follow_up = chance.weighted(&[(REACHED, 70), ("未联系上", 10), ("未回访", 15), ("", 5)]);
    let satisfaction = chance.weighted(&[("满意", 30), ("基本满意", 15), ("不满意", 40), ("", 15)]);
    let mut level = || {
        let at = chance.happens(60, 100).then(|| accepted + 60 * chance.between(1, 99));
        at.map(|at| moment(month, at)).unwrap_or_default()
    };
    let levels = [level(), level(), level()];
    let time = |minutes: Option<usize>| minutes.map(|at| moment(month, at)).unwrap_or_default();
    let person = |chance: &mut Chance, blank: usize| {
        let code = format!("P{}", chance.between(1, PEOPLE));
        if chance.happens(blank, 100) { String::new() } else { code }
    };
    let [first, second, third] = levels;
    // dispatched, closed and followed up in order: what the later columns say makes no finding here
    let ordinary = ["否", "", "", "", "正确", "否", "", "P1", "P2", "E1", "P1", "电话"];
    let called = closed.unwrap_or(accepted + 60 * 150) + 60;
    let mut row = vec![
        format!("R{number:02}"),
        moment(month, accepted),
        "营业厅".to_owned(),
        "资费".to_owned(),
        chance.weighted(&[("轻微", 30), ("一般", 25), ("较重", 20), (MAJOR, 20), ("", 5)]).to_owned(),
        chance.weighted(&[("", 40), ("无", 10), ("上级公司", 15), ("监管部门", 20), ("媒体", 15)]).to_owned(),
        chance
            .weighted(&[(OWN, 45), ("客户责任", 20), ("第三方责任", 10), ("不可抗力", 5), ("", 20)])
            .to_owned(),
        chance.weighted(&[("是", 35), ("否", 45), ("", 20)]).to_owned(),
        chance.weighted(&[("是", 50), ("否", 40), ("", 10)]).to_owned(),
        time(replied),
        chance.weighted(&[("是", 75), ("否", 20), ("", 5)]).to_owned(),
        time(closed),
        follow_up.to_owned(),
        if [REACHED, ""].contains(&follow_up) { satisfaction } else { "" }.to_owned(),
        first,
        second,
        third,
        person(chance, 0),
        person(chance, 15),
        chance.weighted(&[("L1", 40), ("L2", 30), ("L1、L2", 30)]).to_owned(),
        moment(month, accepted + 30),
        "P1".to_owned(),
    ];
    row.extend(cells(&ordinary));
    row.push(moment(month, called));
    row.push(moment(month, called + 60));
    row
}

fn members(chance: &mut Chance, month: &str, units: usize) -> Table {
    let mut rows = vec![cells(&["kind", "id", "name", "parent", "from", "until"])];
    let mut add = |row: [&str; 6]| rows.push(cells(&row));
    for unit in 1..=units {
        add(["unit", &format!("U{unit}"), &format!("单元{unit}"), "", "2026-01-01", ""]);
    }
    let moves = chance.happens(50, 100);
    for person in 1..=PEOPLE {
        let (code, unit) = (format!("P{person}"), format!("U{}", person % units + 1));
        if moves && person == PEOPLE {
            let other = format!("U{}", (person + 1) % units + 1);
            add(["person", &code, &code, &unit, "2026-01-01", &format!("{month}-14")]);
            add(["person", &code, &code, &other, &format!("{month}-15"), ""]);
        } else {
            add(["person", &code, &code, &unit, "2026-01-01", ""]);
        }
    }
    for line in ["L1", "L2"] {
        add(["line", line, line, "", "2026-01-01", ""]);
    }
    for executive in ["E1", "E2"] {
        add(["executive", executive, executive, "", "2026-01-01", ""]);
    }
    rows
}

fn posts(chance: &mut Chance, month: &str, units: usize) -> Table {
    let mut rows = vec![cells(&["person", "post", "of", "from", "until"])];
    // in some books a unit has no head for some days, in some one executive has both lines
    let vacant = chance.happens(25, 100);
    let shared = chance.happens(25, 100);
    for unit in 1..=units {
        let from = if vacant && unit == 2 { format!("{month}-10") } else { "2026-01-01".to_owned() };
        rows.push(cells(&[&format!("P{unit}"), "unit_head", &format!("U{unit}"), &from, ""]));
    }
    rows.push(cells(&["E1", "line_executive", "L1", "2026-01-01", ""]));
    rows.push(cells(&[if shared { "E1" } else { "E2" }, "line_executive", "L2", "2026-01-01", ""]));
    rows
}

impl RandomBook {
    pub(crate) fn write(&self, folder: &Path) {
        let tables = [
            ("complaints.csv", &self.complaints),
            ("organisation.csv", &self.members),
            ("posts.csv", &self.posts),
        ];
        for (name, table) in tables {
            let lines: Vec<String> = table.iter().map(|cells| cells.join(",")).collect();
            fs::write(folder.join(name), lines.join("\n") + "\n").unwrap();
        }
    }

    /// The row numbers of the complaints.
    fn rows(&self) -> std::ops::Range<usize> {
        1..self.complaints.len()
    }

    fn cell(&self, row: usize, heading: &str) -> &str {
        &self.complaints[row][column(heading)]
    }

    fn set(&mut self, row: usize, heading: &str, word: &str) {
        self.complaints[row][column(heading)] = word.to_owned();
    }

    /// The rows where a cell that should be filled in is blank.
    fn blanks(&self, heading: &str) -> Vec<usize> {
        let due =
            |row: &usize| heading != SATISFACTION || [REACHED, ""].contains(&self.cell(*row, FOLLOW_UP));
        self.rows().filter(|row| self.cell(*row, heading).is_empty()).filter(due).collect()
    }

    /// The book with every blank that leaves something open filled in by one of the words it may hold.
    fn decided(&self, chance: &mut Chance) -> Self {
        let mut book = self.clone();
        let words: [(&str, &[&str]); 5] = [
            (LIABILITY, &LIABILITIES),
            (SATISFACTION, &SATISFACTIONS),
            (SEVERITY, &SEVERITIES),
            (FOLLOW_UP, &FOLLOW_UPS),
            ("首问反馈", &YES_OR_NO),
        ];
        for (heading, words) in words {
            for row in book.blanks(heading) {
                book.set(row, heading, chance.one::<&str>(words));
            }
        }
        book
    }

    /// The cards a complaint leads to, by kind of card, worked out from the files alone.
    fn linked(&self, row: usize) -> BTreeSet<(&'static str, String)> {
        let day = self.cell(row, ACCEPTED).split(' ').next().unwrap();
        let mut cards = BTreeSet::new();
        let handler = self.cell(row, HANDLER);
        let in_force = |from: &str, until: &str| from <= day && (until.is_empty() || day <= until);
        let of_person = |cells: &&Vec<String>| cells[1] == handler && in_force(&cells[4], &cells[5]);
        if let Some(person) = self.members.iter().find(of_person) {
            cards.insert(("person", handler.to_owned()));
            cards.insert(("unit", person[3].clone()));
            cards.extend(self.holders("unit_head", &person[3], day).map(|head| ("unit_head", head)));
        }
        for line in self.cell(row, LINES).split('、').filter(|line| !line.is_empty()) {
            cards.insert(("line", line.to_owned()));
            cards.extend(self.holders("line_executive", line, day).map(|who| ("line_executive", who)));
        }
        cards
    }

    fn holders(&self, post: &str, of: &str, day: &str) -> impl Iterator<Item = String> {
        let held = self.posts.iter().skip(1).filter(move |cells| {
            cells[1] == post
                && cells[2] == of
                && cells[3].as_str() <= day
                && (cells[4].is_empty() || day <= cells[4].as_str())
        });
        held.map(|cells| cells[0].clone())
    }
}

fn column(heading: &str) -> usize {
    headings().iter().position(|known| *known == heading).unwrap()
}

// ---------------------------------------------------------------- the bench

/// A pack, opened once, and a folder in which one book after the other is written.
pub(crate) struct Bench {
    pub(crate) pack: Pack,
    pub(crate) rules: Rulebook,
    folder: TempDir,
}

/// The data files of an assessment.
#[derive(PartialEq, Eq)]
struct Files {
    scorecards: String,
    findings: String,
    json: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::of(&shared::root().join("rules/telecom"))
    }

    fn of(pack: &Path) -> Self {
        let (pack, rules) = shared::open_pack(pack);
        Self { pack, rules, folder: TempDir::new().unwrap() }
    }

    pub(crate) fn assess(&self, book: &RandomBook) -> Assessment {
        self.assess_with_organisation(book).0
    }

    fn assess_with_organisation(&self, book: &RandomBook) -> (Assessment, Organisation) {
        book.write(self.folder.path());
        let as_of = if book.month == OCTOBER { "2026-11-10" } else { "2026-12-10" };
        shared::assess(&self.pack, &self.rules, self.folder.path(), book.month, as_of).unwrap()
    }

    fn files(&self, (assessment, organisation): &(Assessment, Organisation)) -> Files {
        let book = Book {
            title: Text::same("book"),
            pack: self.pack.root.clone(),
            period: Period { ..assessment.period },
            as_of: assessment.as_of,
            tables: BTreeMap::new(),
            sheets: BTreeMap::new(),
            covers: BTreeMap::new(),
            members: None,
            posts: None,
            organisation_sheets: [None, None],
            earlier: Vec::new(),
        };
        let subject = Subject { book: &book, pack: &self.pack, rules: &self.rules, organisation, assessment };
        let digests =
            Digests { book: "book".into(), pack: "pack".into(), result: "result".into(), ledger: None };
        Files {
            scorecards: String::from_utf8(scorecards_csv(&subject)).unwrap(),
            findings: shared::written(|out| findings_csv(&subject, out)),
            json: shared::written(|out| assessment_json(&subject, &digests, out)),
        }
    }

    fn kind_of(&self, card: &Scorecard) -> &str {
        &self.pack.policy.kinds[card.key.kind].name
    }

    /// The cards of which something is true, as `linked` names them.
    fn cards_where<'a>(
        &'a self,
        assessment: &'a Assessment,
        is: impl Fn(&Scorecard) -> bool,
    ) -> BTreeSet<(&'a str, String)> {
        let cards = assessment.scorecards.iter().filter(|card| is(card));
        cards.map(|card| (self.kind_of(card), card.key.subject.clone())).collect()
    }
}

/// The shipped book of October.
pub(crate) fn october(bench: &Bench) -> (Assessment, Organisation) {
    let folder = shared::root().join("fixtures/telecom-2026-10");
    shared::assess(&bench.pack, &bench.rules, &folder, OCTOBER, "2026-11-03").unwrap()
}

/// Everything a card settles at, as words.
fn state(card: &Scorecard) -> String {
    let settled: Vec<_> = card.balances.iter().map(|balance| (&balance.account, balance.settled)).collect();
    format!("{settled:?} {:?} {:?} {:?}", card.veto, card.grades, card.coefficient)
}

/// A copy of the telecom pack in a folder of its own.
fn copy_of_pack() -> TempDir {
    let folder = TempDir::new().unwrap();
    let from = shared::root().join("rules/telecom");
    fs::create_dir(folder.path().join("clauses")).unwrap();
    for name in ["policy.toml", "parameters.toml"] {
        fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    for file in clause_files(&from) {
        fs::copy(from.join("clauses").join(&file), folder.path().join("clauses").join(&file)).unwrap();
    }
    folder
}

/// The names of a pack's clause files, in order.
fn clause_files(pack: &Path) -> Vec<String> {
    let entries = fs::read_dir(pack.join("clauses")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

// ---------------------------------------------------------------- order

fn shuffled(book: &RandomBook, chance: &mut Chance) -> RandomBook {
    let mut book = book.clone();
    for table in [&mut book.complaints, &mut book.members, &mut book.posts] {
        chance.shuffle(&mut table[1..]);
    }
    let mut order: Vec<usize> = (0..headings().len()).collect();
    chance.shuffle(&mut order);
    for cells in &mut book.complaints {
        *cells = order.iter().map(|place| cells[*place].clone()).collect();
    }
    book
}

fn assert_same_files(one: &Files, other: &Files, what: &str, seed: u64) {
    assert!(one.scorecards == other.scorecards, "seed {seed}: {what} changes scorecards.csv");
    assert!(one.findings == other.findings, "seed {seed}: {what} changes findings.csv");
    assert!(one.json == other.json, "seed {seed}: {what} changes assessment.json");
}

#[test]
fn the_order_of_rows_and_columns_does_not_matter() {
    let bench = Bench::new();
    for seed in 10_000..10_100 {
        let book = random_book(seed);
        let as_written = bench.files(&bench.assess_with_organisation(&book));
        let shuffled = shuffled(&book, &mut Chance(seed));
        let files = bench.files(&bench.assess_with_organisation(&shuffled));
        assert_same_files(&as_written, &files, "another order of rows and columns", seed);
    }
}

#[test]
fn the_names_of_clause_files_do_not_matter() {
    let folder = copy_of_pack();
    let clauses = folder.path().join("clauses");
    for (place, name) in clause_files(folder.path()).iter().enumerate() {
        fs::rename(clauses.join(name), clauses.join(format!("{:02}_{name}", 99 - place))).unwrap();
    }
    let (bench, renamed) = (Bench::new(), Bench::of(folder.path()));
    assert_eq!(bench.pack.digest, renamed.pack.digest, "the digest holds the names of clause files");
    for seed in 11_000..11_040 {
        let book = random_book(seed);
        let files = [&bench, &renamed].map(|bench| bench.files(&bench.assess_with_organisation(&book)));
        assert_same_files(&files[0], &files[1], "another name of the clause files", seed);
    }
}

#[test]
fn the_order_of_clauses_in_a_file_does_not_matter() {
    let folder = copy_of_pack();
    for name in clause_files(folder.path()) {
        let path = folder.path().join("clauses").join(name);
        let text = fs::read_to_string(&path).unwrap();
        // a blank line stands between clauses and nowhere else
        let blocks: Vec<&str> = text.trim_end().split("\n\n").collect();
        let reversed: Vec<&str> = blocks.into_iter().rev().collect();
        fs::write(&path, reversed.join("\n\n") + "\n").unwrap();
    }
    let (bench, reversed) = (Bench::new(), Bench::of(folder.path()));
    for seed in 12_000..12_040 {
        let book = random_book(seed);
        let files = [&bench, &reversed].map(|bench| bench.files(&bench.assess_with_organisation(&book)));
        assert_same_files(&files[0], &files[1], "another order of the clauses", seed);
    }
}

// ---------------------------------------------------------------- sums

#[test]
fn every_row_read_is_judged_or_set_aside_or_of_another_month() {
    let bench = Bench::new();
    for seed in 20_000..20_050 {
        let mut chance = Chance(seed);
        let mut book = random_book(seed);
        let complaints = book.complaints.len() - 1;
        let repeated = book.complaints[chance.between(1, complaints)].clone();
        let mut earlier = book.complaints[chance.between(1, complaints)].clone();
        earlier[column(NUMBER)] = "earlier".to_owned();
        earlier[column(ACCEPTED)] = "2026-09-30 23:59".to_owned();
        book.complaints.extend([repeated, earlier]);
        let totals = bench.assess(&book).totals;
        assert_eq!(totals.read, complaints + 2, "seed {seed}");
        assert_eq!((totals.set_aside, totals.outside), (1, 1), "seed {seed}");
        assert_eq!(totals.read, totals.judged + totals.set_aside + totals.outside, "seed {seed}");
    }
}

type Sums = BTreeMap<String, Decimal>;

fn account_of<'a>(finding: &Finding<'a>) -> Option<&'a str> {
    finding.account().map(|account| account.name.as_str())
}

fn sum<'a>(entries: impl Iterator<Item = (&'a str, Decimal)>) -> Sums {
    let mut sums = Sums::from([("money".to_owned(), Decimal::ZERO), ("points".to_owned(), Decimal::ZERO)]);
    for (account, amount) in entries {
        *sums.entry(account.to_owned()).or_default() += amount;
    }
    sums
}

fn sum_of_findings<'a>(findings: impl Iterator<Item = Finding<'a>>) -> Sums {
    sum(findings.filter_map(|finding| Some((account_of(&finding)?, finding.entered()))))
}

/// A data file read back: its rows, by heading.
fn read_back(file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn amount(cell: &str) -> Decimal {
    if cell.is_empty() { Decimal::ZERO } else { cell.parse().unwrap() }
}

fn assert_every_card_sums_up(assessment: &Assessment, seed: u64) {
    let mut entered: BTreeMap<(&CardKey, &str), Decimal> = BTreeMap::new();
    for finding in assessment.findings() {
        if let (Some(card), Some(account)) = (finding.card(), account_of(&finding)) {
            *entered.entry((card, account)).or_default() += finding.entered();
        }
    }
    for card in &assessment.scorecards {
        for balance in &card.balances {
            let sum = entered.remove(&(&card.key, balance.account.as_str())).unwrap_or_default();
            assert_eq!(sum, balance.entered, "seed {seed}: {} of {:?}", balance.account, card.key);
        }
    }
    assert!(entered.is_empty(), "seed {seed}: entries without a balance: {entered:?}");
}

fn assert_sums_agree(bench: &Bench, assessed: &(Assessment, Organisation), seed: u64) {
    let assessment = &assessed.0;
    assert_every_card_sums_up(assessment, seed);
    let all = sum_of_findings(assessment.findings());
    let balances = assessment.scorecards.iter().flat_map(|card| &card.balances);
    let of_cards = sum(balances.map(|balance| (balance.account.as_str(), balance.entered)));
    let unborne = sum_of_findings(assessment.unborne());
    let borne =
        sum([&of_cards, &unborne].into_iter().flatten().map(|(account, sum)| (account.as_str(), *sum)));
    assert_eq!(borne, all, "seed {seed}: cards and what nobody bears against findings");

    let files = bench.files(assessed);
    let findings = read_back(&files.findings);
    assert_eq!(findings.len(), assessment.findings().count(), "seed {seed}: rows of findings.csv");
    let entries = findings.iter().filter(|row| row["account"] != "veto");
    let counted = sum(entries.map(|row| (row["account"].as_str(), amount(&row["counted"]))));
    assert_eq!(counted, all, "seed {seed}: `counted` of findings.csv");

    let cards = read_back(&files.scorecards);
    let columns =
        cards.iter().flat_map(|row| [("points", amount(&row["points"])), ("money", -amount(&row["charge"]))]);
    assert_eq!(sum(columns), of_cards, "seed {seed}: `points` and `charge` of scorecards.csv");
}

#[test]
fn what_the_findings_enter_is_what_cards_and_data_files_hold() {
    let bench = Bench::new();
    assert_sums_agree(&bench, &october(&bench), 0);
    let mut unborne = 0;
    for seed in 21_000..21_150 {
        let assessed = bench.assess_with_organisation(&random_book(seed));
        unborne += assessed.0.unborne().count();
        assert_sums_agree(&bench, &assessed, seed);
    }
    assert!(unborne > 0, "no random book has a finding that nobody bears");
}

// ---------------------------------------------------------------- bounds

fn assert_card_inside(before: &Scorecard, after: &Scorecard, said: &str) {
    assert_eq!(before.key, after.key, "{said}");
    for (open, closer) in before.balances.iter().zip(&after.balances) {
        let said = format!("{said}: {} of {:?}: {open:?} against {closer:?}", open.account, before.key);
        let (open, closer) = (open.settled, closer.settled);
        assert!(shared::lies_within(open, closer.so_far), "{said}");
        assert!(open.low.is_none_or(|low| closer.low.is_some_and(|now| low <= now)), "{said}");
        assert!(open.high.is_none_or(|high| closer.high.is_some_and(|now| now <= high)), "{said}");
    }
    let said = format!("{said}: {:?}: {:?} against {:?}", before.key, before.grades, after.grades);
    assert!(after.grades.iter().all(|grade| before.grades.contains(grade)), "{said}");
    match before.veto {
        Veto::None => assert_eq!(after.veto, Veto::None, "{said}"),
        Veto::Possible => {}
        Veto::Stands => assert_eq!(after.veto, Veto::Stands, "{said}"),
    }
    if !before.is_provisional() {
        assert_eq!(state(before), state(after), "{said}: it was not provisional");
    }
}

fn assert_inside(before: &Assessment, after: &Assessment, said: &str) {
    assert_eq!(before.scorecards.len(), after.scorecards.len(), "{said}");
    for (before, after) in before.scorecards.iter().zip(&after.scorecards) {
        assert_card_inside(before, after, said);
    }
}

/// Decides one blank cell of each book as every word in turn: the result lies inside what was announced.
fn check_decisions(heading: &str, words: &[&str], seeds: impl Iterator<Item = u64>) {
    let bench = Bench::new();
    let books = seeds.map(|seed| (seed, random_book(seed)));
    for (seed, book) in books.filter(|(_, book)| !book.blanks(heading).is_empty()).take(300) {
        let before = bench.assess(&book);
        let row = *Chance(seed).one(&book.blanks(heading));
        for word in words {
            let mut decided = book.clone();
            decided.set(row, heading, word);
            let said = format!("seed {seed}: {} {heading} = {word}", book.cell(row, NUMBER));
            assert_inside(&before, &bench.assess(&decided), &said);
        }
    }
}

#[test]
fn a_liability_once_decided_lies_inside_the_bounds() {
    check_decisions(LIABILITY, &LIABILITIES, 30_000..);
}

#[test]
fn a_satisfaction_once_noted_lies_inside_the_bounds() {
    check_decisions(SATISFACTION, &SATISFACTIONS, 31_000..);
}

#[test]
fn a_book_once_complete_lies_inside_the_bounds() {
    let bench = Bench::new();
    for seed in 32_000..32_300 {
        let book = random_book(seed);
        let before = bench.assess(&book);
        let mut chance = Chance(seed);
        for turn in 1..=3 {
            let after = bench.assess(&book.decided(&mut chance));
            assert!(!after.scorecards.iter().any(Scorecard::is_provisional), "seed {seed}, turn {turn}");
            assert_inside(&before, &after, &format!("seed {seed}, turn {turn}, every blank decided"));
        }
    }
}

/// The cards an open liability can still touch, by what the policy says in words.
fn expected_provisional(book: &RandomBook, row: usize) -> BTreeSet<(&'static str, String)> {
    let escalated = book.cell(row, ESCALATION);
    let linked = book.linked(row).into_iter();
    match (escalated, book.cell(row, SEVERITY)) {
        // own fault is what would make it accountable, and so everybody answers for it
        ("", _) => linked.collect(),
        // already accountable: own fault would only add the veto, and no line can be vetoed
        ("监管部门", MAJOR) => linked.filter(|(kind, _)| *kind != "line").collect(),
        // already accountable, and the higher deduction counts once
        _ => BTreeSet::new(),
    }
}

#[test]
fn one_unknown_liability_leaves_open_exactly_the_cards_it_can_touch() {
    let bench = Bench::new();
    for seed in 33_000..33_030 {
        let mut chance = Chance(seed);
        let mut book = random_book(seed).decided(&mut chance);
        for row in book.rows() {
            // a veto would settle a card whatever is open beneath it
            book.set(row, SEVERITY, "一般");
        }
        assert!(!bench.assess(&book).scorecards.iter().any(Scorecard::is_provisional), "seed {seed}");
        let row = chance.between(1, book.complaints.len() - 1);
        book.set(row, LIABILITY, "");
        for (severity, escalated) in
            [("一般", ""), (MAJOR, ""), ("一般", "监管部门"), (MAJOR, "上级公司"), (MAJOR, "监管部门")]
        {
            book.set(row, SEVERITY, severity);
            book.set(row, ESCALATION, escalated);
            let assessment = bench.assess(&book);
            let mut open = bench.cards_where(&assessment, Scorecard::is_provisional);
            // who is to be supervised follows from these, and bears nothing
            open.retain(|(kind, _)| !kind.ends_with("_review") && !kind.ends_with("_case"));
            let said = format!("seed {seed}: {} {severity} {escalated}", book.cell(row, NUMBER));
            assert_eq!(open, expected_provisional(&book, row), "{said}");
        }
    }
}

// ---------------------------------------------------------------- a change of the policy

/// The telecom pack with 35 % for the lines from a day on.
fn changed_from(day: &str) -> (TempDir, Bench) {
    let folder = copy_of_pack();
    let path = folder.path().join("parameters.toml");
    let text = fs::read_to_string(&path).unwrap();
    let old = "values = [{ from = 2026-07-01, value = \"30%\", basis = \"建议2·六\" }]";
    assert_eq!(text.matches(old).count(), 1, "the share of the lines is not where the test looks for it");
    let added = format!("{{ from = {day}, value = \"35%\", basis = \"试改\" }}]");
    let new = old.replace(']', &format!(", {added}"));
    fs::write(&path, text.replace(old, &new)).unwrap();
    let bench = Bench::of(folder.path());
    (folder, bench)
}

fn is_line_charge(finding: &Finding<'_>) -> bool {
    finding.clause() == "economic_accountability" && finding.role() == "business_line"
}

/// Finding by finding: the lines' charges of the days that changed went from 30 % to 35 %, nothing else changed.
fn assert_only_line_charges_changed(
    before: &Assessment,
    after: &Assessment,
    first_day: &str,
    seed: u64,
) -> usize {
    let first_day = read_day(first_day).unwrap();
    assert_eq!(before.findings().count(), after.findings().count(), "seed {seed}");
    let mut changed = 0;
    for (old, new) in before.findings().zip(after.findings()) {
        let said = format!("seed {seed}: {} {} {:?}", old.record(), old.clause(), old.card());
        let same = |finding: &Finding<'_>| {
            (finding.clause().to_owned(), finding.record().to_owned(), finding.card().cloned())
        };
        assert_eq!(same(&old), same(&new), "{said}");
        let (Outcome::Entry { counted: was, .. }, Outcome::Entry { counted: is, .. }) =
            (&old.outcome(), &new.outcome())
        else {
            assert_eq!(old.outcome(), new.outcome(), "{said}");
            continue;
        };
        let share = if is_line_charge(&old) && old.at().date() >= first_day { 35 } else { 30 };
        let rose = |amount: Decimal| amount * Decimal::from(share) / Decimal::from(30);
        assert_eq!(is.least, rose(was.least), "{said}");
        assert_eq!(is.most, was.most.map(rose), "{said}");
        changed += usize::from(old.outcome() != new.outcome());
    }
    changed
}

#[test]
fn a_new_share_from_november_leaves_october_as_it_was() {
    let (_folder, changed) = changed_from("2026-11-01");
    let bench = Bench::new();
    let [old, new] = [&bench, &changed].map(|bench| bench.files(&october(bench)));
    assert!(old.scorecards == new.scorecards, "scorecards.csv of October changed");
    assert!(old.findings == new.findings, "findings.csv of October changed");
    for seed in 40_000..40_020 {
        let book = random_book(seed);
        let [old, new] = [&bench, &changed].map(|bench| bench.files(&bench.assess_with_organisation(&book)));
        assert!(old.scorecards == new.scorecards, "seed {seed}: scorecards.csv");
        assert!(old.findings == new.findings, "seed {seed}: findings.csv");
    }
}

#[test]
fn a_new_share_from_november_raises_the_line_charges_of_november() {
    let (_folder, changed) = changed_from("2026-11-01");
    let bench = Bench::new();
    let mut rose = 0;
    for seed in 40_000..40_050 {
        let book = random_book_of(NOVEMBER, seed);
        let (before, after) = (bench.assess(&book), changed.assess(&book));
        rose += assert_only_line_charges_changed(&before, &after, "2026-11-01", seed);
    }
    assert!(rose > 0, "no random book of November charges a line");
}

#[test]
fn a_new_share_within_a_month_holds_from_its_own_day() {
    let (_folder, changed) = changed_from("2026-10-16");
    let bench = Bench::new();
    let (before, after) = (october(&bench).0, october(&changed).0);
    let line_charges = before.findings().filter(|finding| is_line_charge(finding));
    let expected =
        line_charges.filter(|finding| finding.at().date() >= read_day("2026-10-16").unwrap()).count();
    assert_eq!(assert_only_line_charges_changed(&before, &after, "2026-10-16", 0), expected);
    for seed in 41_000..41_050 {
        let book = random_book(seed);
        let (before, after) = (bench.assess(&book), changed.assess(&book));
        assert_only_line_charges_changed(&before, &after, "2026-10-16", seed);
    }
}

// ---------------------------------------------------------------- vetoes and locality

/// Whether the words of the policy make a complaint a major service complaint.
fn is_major_service(book: &RandomBook, row: usize) -> bool {
    book.cell(row, SEVERITY) == MAJOR
        && ["监管部门", "媒体"].contains(&book.cell(row, ESCALATION))
        && book.cell(row, LIABILITY) == OWN
}

#[test]
fn a_veto_settles_exactly_the_cards_of_major_service_complaints() {
    let bench = Bench::new();
    let mut vetoes = 0;
    for seed in 50_000..50_200 {
        let book = random_book(seed);
        let assessment = bench.assess(&book);
        let major = book.rows().filter(|row| is_major_service(&book, *row));
        let linked = major.flat_map(|row| book.linked(row)).filter(|(kind, _)| *kind != "line");
        let expected: BTreeSet<(&str, String)> = linked.collect();
        let vetoed = bench.cards_where(&assessment, |card| card.veto == Veto::Stands);
        assert_eq!(vetoed, expected, "seed {seed}");
        vetoes += vetoed.len();
    }
    assert!(vetoes > 100, "the random books hold only {vetoes} vetoes");
}

#[test]
fn a_vetoed_card_has_score_0_and_grade_d_and_keeps_its_charges() {
    let bench = Bench::new();
    for seed in 51_000..51_200 {
        let assessment = bench.assess(&random_book(seed));
        for card in assessment.scorecards.iter().filter(|card| card.veto == Veto::Stands) {
            let said = format!("seed {seed}: {:?}", card.key);
            let score = card.balance("points").unwrap();
            assert!(score.settled.is_settled() && score.settled.so_far.is_zero(), "{said}: {score:?}");
            assert_eq!(card.grades, ["D"], "{said}");
            assert!(!score.before_veto.so_far.is_zero(), "{said}: the veto erased the points beneath");
            if let Some(money) = card.balance("money") {
                assert_eq!(money.settled, money.before_veto, "{said}: the veto changed a charge");
            }
        }
    }
}

#[test]
fn a_new_severity_changes_only_the_cards_of_its_complaint() {
    let bench = Bench::new();
    let mut changes = 0;
    for seed in 52_000..52_100 {
        let mut book = random_book(seed);
        let before = bench.assess(&book);
        let row = Chance(seed).between(1, book.complaints.len() - 1);
        for severity in SEVERITIES {
            book.set(row, SEVERITY, severity);
            let after = bench.assess(&book);
            let earlier: BTreeMap<_, _> =
                before.scorecards.iter().map(|card| (card.key.clone(), state(card))).collect();
            let changed = bench.cards_where(&after, |card| state(card) != earlier[&card.key]);
            let linked = book.linked(row);
            let said = format!("seed {seed}: {} {severity}", book.cell(row, NUMBER));
            assert!(changed.is_subset(&linked), "{said}: {changed:?} changed, {linked:?} are linked");
            changes += changed.len();
        }
    }
    assert!(changes > 100, "the new severities changed only {changes} cards");
}
