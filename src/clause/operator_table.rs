//! Every operator on every pair of operand types, in both orders, put to all three answerers.
//!
//! What a cell must give is said here by a rule of its own, over plain decimals and words, that knows nothing of the
//! host: if the answerers agreed on something wrong, the table would still show it. Below the table stand the known
//! leaks of the script language, each with the value or the named fault it must have.

use super::record::Record;
use super::rulebook::Rulebook;
use super::run::{Answerer, Run, Shared, Trouble};
use super::sandbox::Sandbox;
use super::values::{RecordHandle, TermsHandle, expression};
use crate::decision::{End, Path, Reason, Returned, Step};
use crate::diagnostic::Faults;
use crate::fact::{Facts as _, Schema, Value};
use crate::policy::{Pack, Terms};
use chrono::{Days, NaiveDate};
use rhai::{AST, CallFnOptions, Dynamic, EvalAltResult, Scope};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

const POLICY: &str = r#"
[policy]
id = "table"
version = "1"
title = { zh = "运算表", en = "Operator table" }
basis = "test"
from = 2026-01-01
judge = ["complaint", "person"]
rounding = { mode = "half_up", places = 2, at = "finding" }
utc_offset = "+08:00"
[complaint]
title = { zh = "投诉", en = "Complaint" }
rows = { table = "complaints" }
id = "note"
at = "start"
[complaint.facts]
amount = { from = ["amount"], type = "number" }
count  = { from = ["count"], type = "number" }
flag   = { from = ["flag"], type = "bool" }
other  = { from = ["other"], type = "bool" }
colour = { from = ["colour"], type = { red = ["red"], blue = ["blue"] } }
shade  = { from = ["shade"], type = { red = ["red"], blue = ["blue"] } }
start  = { from = ["start"], type = "time" }
end    = { from = ["end"], type = "time" }
note   = { from = ["note"], type = "text" }
remark = { from = ["remark"], type = "text" }
answer = { by = "answer", type = "bool" }
[complaint.roles]
handler = { is = "person", from = ["handler"], title = { zh = "经办人", en = "handler" } }
[person]
title = { zh = "个人", en = "People" }
rows = { members = "person" }
period = "month"
[person.accounts]
points = { opening = 100, plus = "award", minus = "deduct", title = { zh = "得分", en = "score" } }
"#;

const PARAMETERS: &str = r#"
[two]
title = { zh = "二", en = "two" }
values = [{ from = 2026-01-01, value = 2, basis = "test" }]
[three]
title = { zh = "三", en = "three" }
values = [{ from = 2026-01-01, value = 3, basis = "test" }]
[half]
title = { zh = "一半", en = "half" }
values = [{ from = 2026-01-01, value = "50%", basis = "test" }]
[price]
title = { zh = "价", en = "price" }
keys = ["colour"]
[[price.values]]
from = 2026-01-01
basis = "test"
value = [["red", "100"], ["blue", "200"]]
[shares]
title = { zh = "份额", en = "shares" }
unit = "%"
values = [{ from = 2026-01-01, value = { handler = "70%", head = "30%" }, basis = "test" }]
"#;

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];
/// Every operator of two operands but for the assignments.
const OPERATORS: [&str; 20] = [
    "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", "&&", "||",
    "in",
];
const ASSIGNMENTS: [&str; 11] = ["+=", "-=", "*=", "/=", "%=", "**=", "&=", "|=", "^=", "<<=", ">>="];
const UNARY: [&str; 3] = ["-", "+", "!"];

/// What an operand is, for the rule that says what a cell must give.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Number { value: Decimal, of_the_row: bool },
    Flag(bool),
    Word(String),
    Character(char),
    Time(u64),
    FreeText(String),
    List,
    Map,
    Nothing,
    Record,
    Terms,
    Table,
    Numbers,
}

/// An operand as a clause writes it.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) script: String,
    pub(super) operand: Operand,
    is_fact: bool,
}

impl Written {
    /// Such a side of `&&` and `||` is refused before anything runs; what is read from the row or the terms is not.
    fn is_literal_other_than_a_flag(&self) -> bool {
        !self.script.starts_with("complaint")
            && !self.script.starts_with("terms")
            && !matches!(self.operand, Operand::Flag(_))
    }
}

/// How an expression ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Number(Decimal),
    Flag(bool),
    Word(String),
    /// A division by zero or an overflow: no finding, and not innocent either.
    Undetermined,
    /// A fault that names what is wrong.
    Refused,
    /// Anything that must never come out of an operator.
    Leak(String),
}

/// The values that the two sides of a cell have.
pub(super) struct Round {
    numbers: [(&'static str, &'static str); 4],
    flags: (bool, bool),
    words: (&'static str, &'static str),
    days: (u64, u64),
}

/// Unequal with fractions, all equal, and the left one smaller and below zero.
pub(super) const ROUNDS: [Round; 3] = [
    Round {
        numbers: [("7.5", "2"), ("7", "2"), ("7.25", "0.5"), ("three", "two")],
        flags: (true, false),
        words: ("red", "blue"),
        days: (3, 1),
    },
    Round {
        numbers: [("2", "2"), ("2", "2"), ("2.0", "2.0"), ("two", "two")],
        flags: (false, false),
        words: ("blue", "blue"),
        days: (2, 2),
    },
    Round {
        numbers: [("-1.5", "4"), ("1", "9"), ("0.1", "0.3"), ("two", "three")],
        flags: (true, true),
        words: ("red", "red"),
        days: (1, 5),
    },
];

pub(super) fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn parameter(name: &str) -> Decimal {
    decimal(if name == "two" { "2" } else { "3" })
}

impl Round {
    /// Every operand as it is written on the left (`false`) or the right (`true`) of an operator.
    pub(super) fn operands(&self, right: bool) -> Vec<Written> {
        let number = |place: usize| if right { self.numbers[place].1 } else { self.numbers[place].0 };
        let side = |left: &str, of_right: &str| (if right { of_right } else { left }).to_owned();
        let (flag, day) = if right { (self.flags.1, self.days.1) } else { (self.flags.0, self.days.0) };
        let word = if right { self.words.1 } else { self.words.0 };
        let known = |text: &str| Operand::Number { value: decimal(text), of_the_row: false };
        let of_row = Operand::Number { value: decimal(number(0)), of_the_row: true };
        let of_terms = Operand::Number { value: parameter(number(3)), of_the_row: false };
        let fact = |script: String, operand| Written { script, operand, is_fact: true };
        let plain = |script: &str, operand| Written { script: script.to_owned(), operand, is_fact: false };
        vec![
            fact(side("complaint.amount", "complaint.count"), of_row),
            plain(number(1), known(number(1))),
            plain(number(2), known(number(2))),
            plain(&format!("terms.{}", number(3)), of_terms),
            fact(side("complaint.flag", "complaint.other"), Operand::Flag(flag)),
            plain(&flag.to_string(), Operand::Flag(flag)),
            fact(side("complaint.colour", "complaint.shade"), Operand::Word(word.to_owned())),
            plain(&format!("\"{word}\""), Operand::Word(word.to_owned())),
            plain("'r'", Operand::Character('r')),
            fact(side("complaint.start", "complaint.end"), Operand::Time(day)),
            fact(side("complaint.note", "complaint.remark"), Operand::FreeText("red tape".to_owned())),
            plain("[1, 2]", Operand::List),
            plain("#{a: 1}", Operand::Map),
            plain("()", Operand::Nothing),
            plain("complaint", Operand::Record),
            plain("terms", Operand::Terms),
            plain("terms.price", Operand::Table),
            plain("terms.shares", Operand::Numbers),
        ]
    }

    /// The row on which the facts have the values of this round.
    pub(super) fn record(&self, schema: &Arc<Schema>) -> Arc<Record> {
        let day = |days: u64| {
            let first = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
            Value::Moment(first.checked_add_days(Days::new(days)).unwrap().and_hms_opt(9, 0, 0).unwrap())
        };
        let text = || Value::Text(Arc::from("red tape"));
        let record = Record::blank("complaint", schema)
            .with("amount", Value::Number(decimal(self.numbers[0].0)))
            .with("count", Value::Number(decimal(self.numbers[0].1)))
            .with("flag", Value::Bool(self.flags.0))
            .with("other", Value::Bool(self.flags.1))
            .with("colour", Value::Word(Arc::from(self.words.0)))
            .with("shade", Value::Word(Arc::from(self.words.1)))
            .with("start", day(self.days.0))
            .with("end", day(self.days.1))
            .with("note", text())
            .with("remark", text());
        Arc::new(record)
    }
}

/// What an operator must give. `traced` says that the row is blank: a text cannot hold a number of the row then, because
/// whoever asked about that text would get an answer that holds for no row. So a pack that tries is refused.
fn expected(symbol: &str, left: &Operand, right: &Operand, traced: bool) -> Outcome {
    match symbol {
        "==" | "!=" | "<" | "<=" | ">" | ">=" => comparison(symbol, left, right),
        "+" | "-" | "*" | "/" | "%" => arithmetic(symbol, left, right, traced),
        "&&" | "||" => logic(symbol, left, right),
        "in" => membership(left, right),
        "&" | "|" | "^" => match (left, right) {
            (Operand::Flag(left), Operand::Flag(right)) => Outcome::Flag(match symbol {
                "&" => *left && *right,
                "|" => *left || *right,
                _ => left != right,
            }),
            _ => Outcome::Refused,
        },
        _ => Outcome::Refused,
    }
}

/// Numbers and times have an order; flags, words and characters can only be the same; nothing else compares.
fn comparison(symbol: &str, left: &Operand, right: &Operand) -> Outcome {
    let (ordering, ordered) = match (left, right) {
        (Operand::Number { value: left, .. }, Operand::Number { value: right, .. }) => {
            (left.cmp(right), true)
        }
        (Operand::Time(left), Operand::Time(right)) => (left.cmp(right), true),
        (Operand::Flag(left), Operand::Flag(right)) => (left.cmp(right), false),
        (Operand::Word(left), Operand::Word(right)) => (left.cmp(right), false),
        (Operand::Character(left), Operand::Character(right)) => (left.cmp(right), false),
        _ => return Outcome::Refused,
    };
    match symbol {
        "==" => Outcome::Flag(ordering.is_eq()),
        "!=" => Outcome::Flag(ordering.is_ne()),
        _ if !ordered => Outcome::Refused,
        "<" => Outcome::Flag(ordering.is_lt()),
        "<=" => Outcome::Flag(ordering.is_le()),
        ">" => Outcome::Flag(ordering.is_gt()),
        _ => Outcome::Flag(ordering.is_ge()),
    }
}

/// Numbers calculate exactly, words join with words and numbers, nothing else.
fn arithmetic(symbol: &str, left: &Operand, right: &Operand, traced: bool) -> Outcome {
    if let (Operand::Number { value: left, .. }, Operand::Number { value: right, .. }) = (left, right) {
        let result = match symbol {
            "+" => left.checked_add(*right),
            "-" => left.checked_sub(*right),
            "*" => left.checked_mul(*right),
            "/" => left.checked_div(*right),
            _ => left.checked_rem(*right),
        };
        return result.map_or(Outcome::Undetermined, Outcome::Number);
    }
    let is_word = |operand: &Operand| matches!(operand, Operand::Word(_));
    let show = |operand: &Operand| match operand {
        Operand::Word(word) => Some(word.clone()),
        Operand::Number { of_the_row: true, .. } if traced => None,
        Operand::Number { value, .. } => Some(value.normalize().to_string()),
        _ => None,
    };
    match (show(left), show(right)) {
        (Some(first), Some(second)) if symbol == "+" && (is_word(left) || is_word(right)) => {
            Outcome::Word(format!("{first}{second}"))
        }
        _ => Outcome::Refused,
    }
}

/// The left side may decide alone; the right one is then not looked at, whatever it is.
fn logic(symbol: &str, left: &Operand, right: &Operand) -> Outcome {
    match (left, right) {
        (Operand::Flag(flag), _) if *flag == (symbol == "||") => Outcome::Flag(*flag),
        (Operand::Flag(_), Operand::Flag(flag)) => Outcome::Flag(*flag),
        _ => Outcome::Refused,
    }
}

/// The list is `[1, 2]`, the map has the one key `a`.
fn membership(left: &Operand, right: &Operand) -> Outcome {
    match (left, right) {
        (Operand::Number { value, .. }, Operand::List) => {
            Outcome::Flag([Decimal::ONE, Decimal::TWO].contains(value))
        }
        (Operand::Word(word), Operand::Map) => Outcome::Flag(word == "a"),
        (Operand::Word(word), Operand::Word(text) | Operand::FreeText(text)) => {
            Outcome::Flag(text.contains(word.as_str()))
        }
        (Operand::Character(character), Operand::Word(text)) => Outcome::Flag(text.contains(*character)),
        _ => Outcome::Refused,
    }
}

/// `x += y` is `x + y`, except that a number or character never turns into a text.
fn assigned(symbol: &str, left: &Operand, right: &Operand, traced: bool) -> Outcome {
    let operator = symbol.strip_suffix('=').unwrap();
    match (left, expected(operator, left, right, traced)) {
        (Operand::Word(_), word @ Outcome::Word(_)) => word,
        (_, Outcome::Word(_)) => Outcome::Refused,
        (_, outcome) => outcome,
    }
}

fn negated(symbol: &str, operand: &Operand) -> Outcome {
    match (symbol, operand) {
        ("-", Operand::Number { value, .. }) => Outcome::Number(Decimal::ZERO.checked_sub(*value).unwrap()),
        ("+", Operand::Number { value, .. }) => Outcome::Number(*value),
        ("!", Operand::Flag(flag)) => Outcome::Flag(!flag),
        _ => Outcome::Refused,
    }
}

/// The sandbox and a small pack; expressions are run in it directly, past the check of words and names.
pub(super) struct Bench {
    sandbox: Sandbox,
    pub(super) schema: Arc<Schema>,
    terms: Arc<Terms>,
}

/// One way through an expression.
struct Way {
    ended: Result<Dynamic, Outcome>,
    steps: Vec<Step>,
}

impl Way {
    /// The outcome, where numbers of the row have the values of `record`.
    fn outcome(&self, record: &Record) -> Outcome {
        let value = match &self.ended {
            Ok(value) => value,
            Err(outcome) => return outcome.clone(),
        };
        if let Some(number) = expression(value) {
            return match number.evaluate(record).map(|number| number.exact()) {
                Ok(Some(number)) => Outcome::Number(number),
                Ok(None) => Outcome::Leak("a number without a value".to_owned()),
                Err(_) => Outcome::Undetermined,
            };
        }
        if let Ok(flag) = value.as_bool() {
            return Outcome::Flag(flag);
        }
        match value.clone().into_immutable_string() {
            Ok(word) => Outcome::Word(word.to_string()),
            Err(kind) => Outcome::Leak(kind.to_owned()),
        }
    }

    /// Whether the row would answer every question as it was answered on this way.
    fn is_way_of(&self, record: &Record) -> bool {
        agree(&self.steps, record)
    }
}

fn agree(steps: &[Step], record: &Record) -> bool {
    steps.iter().all(|step| step.question.answer(record) == Ok(Some(step.answer.clone())))
}

impl Bench {
    pub(super) fn new() -> Self {
        let pack = read_pack("fn answer(complaint) { true }").0.unwrap();
        let schema = Arc::clone(&pack.policy.kind("complaint").unwrap().1.schema);
        Self { sandbox: Sandbox::new(&pack.policy), schema, terms: pack.terms(NaiveDate::MAX) }
    }

    /// All ways through a function's body; one that does not parse is refused.
    fn ways(&self, body: &str, answerer: Answerer, record: &Arc<Record>) -> Vec<Way> {
        let script = format!("fn f(complaint, terms) {{ {body} }}");
        let Ok(ast) = self.sandbox.engine.compile(script) else {
            return vec![Way { ended: Err(Outcome::Refused), steps: Vec::new() }];
        };
        let mut ways = Vec::new();
        let mut choices = Some(Vec::new());
        while let Some(taken) = choices {
            let (way, next) = self.way(&ast, answerer, record, taken);
            ways.push(way);
            choices = next;
        }
        ways
    }

    fn way(
        &self,
        ast: &AST,
        answerer: Answerer,
        record: &Arc<Record>,
        choices: Vec<usize>,
    ) -> (Way, Option<Vec<usize>>) {
        let new = |choices| Run::new(answerer, Arc::clone(record), Arc::clone(&self.terms), choices);
        let shared: Shared = Arc::new(Mutex::new(new(choices)));
        super::effort::Effort::begin();
        let called = catch_unwind(AssertUnwindSafe(|| {
            let options = CallFnOptions::new().with_tag(Dynamic::from(Arc::clone(&shared)));
            let handles = (RecordHandle, TermsHandle);
            self.sandbox.engine.call_fn_with_options::<Dynamic>(options, &mut Scope::new(), ast, "f", handles)
        }));
        let mut run =
            std::mem::replace(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner), new(Vec::new()));
        let next = run.next_choices();
        let ended = match called {
            Err(_) => Err(Outcome::Leak("a panic".to_owned())),
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(match (run.take_trouble(), error.unwrap_inner()) {
                (Some(Trouble::Undetermined(_)), _) | (None, EvalAltResult::ErrorArithmetic(..)) => {
                    Outcome::Undetermined
                }
                (Some(Trouble::Missing(facts)), _) => Outcome::Leak(format!("{facts:?} called missing")),
                _ => Outcome::Refused,
            }),
        };
        (Way { ended, steps: run.into_path(End::Done).steps }, next)
    }

    /// What is wrong with a cell: `rule` says what it must give, first on a known row, then while it is traced.
    pub(super) fn check(
        &self,
        body: &str,
        record: &Arc<Record>,
        rule: &dyn Fn(bool) -> Outcome,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        for answerer in [Answerer::Recorded, Answerer::Bare] {
            let ways = self.ways(body, answerer, record);
            let found: Vec<Outcome> = ways.iter().map(|way| way.outcome(record)).collect();
            if found != [rule(false)] {
                wrong.push(format!("{body}: {answerer:?} must give {:?}, gives {found:?}", rule(false)));
            }
        }
        let blank = Arc::new(Record::blank("complaint", &self.schema));
        let traced = self.ways(body, Answerer::Recorded, &blank);
        let found: Vec<Outcome> =
            traced.iter().filter(|way| way.is_way_of(record)).map(|way| way.outcome(record)).collect();
        if found != [rule(true)] {
            wrong.push(format!("{body}: enumerated must give {:?}, gives {found:?}", rule(true)));
        }
        wrong
    }

    /// Whether a comparison on a blank row was followed both ways.
    fn forks_both_ways(&self, body: &str, record: &Record) -> bool {
        let blank = Arc::new(Record::blank("complaint", &self.schema));
        let ways = self.ways(body, Answerer::Recorded, &blank);
        let seen: Vec<Outcome> = ways.iter().map(|way| way.outcome(record)).collect();
        seen.contains(&Outcome::Flag(true)) && seen.contains(&Outcome::Flag(false))
    }
}

fn read_pack(script: &str) -> (Option<Pack>, Faults) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("clauses")).unwrap();
    fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
    fs::write(folder.path().join("parameters.toml"), PARAMETERS).unwrap();
    fs::write(folder.path().join("clauses/all.rhai"), script).unwrap();
    let faults = Faults::default();
    let pack = Pack::read(folder.path(), &faults);
    (pack, faults)
}

pub(super) fn report(cells: usize, at_least: usize, wrong: &[String]) {
    assert!(cells >= at_least, "only {cells} cells were looked at");
    let shown: Vec<&String> = wrong.iter().take(60).collect();
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong: {shown:#?}", wrong.len());
}

#[test]
fn every_operator_on_every_pair_of_types_gives_what_the_rule_says_in_all_answerers() {
    let bench = Bench::new();
    let (mut cells, mut wrong) = (0_usize, Vec::new());
    for round in &ROUNDS {
        let record = round.record(&bench.schema);
        for left in round.operands(false) {
            for right in round.operands(true) {
                for symbol in OPERATORS {
                    let body = format!("({}) {symbol} ({})", left.script, right.script);
                    let never_parses = ["&&", "||"].contains(&symbol) && right.is_literal_other_than_a_flag();
                    let rule = |traced| match never_parses {
                        true => Outcome::Refused,
                        false => expected(symbol, &left.operand, &right.operand, traced),
                    };
                    wrong.extend(bench.check(&body, &record, &rule));
                    cells = cells.saturating_add(1);
                }
            }
        }
    }
    report(cells, 17_000, &wrong);
}

#[test]
fn every_assignment_on_every_pair_of_types_gives_what_the_rule_says_in_all_answerers() {
    let bench = Bench::new();
    let (mut cells, mut wrong) = (0_usize, Vec::new());
    for round in &ROUNDS {
        let record = round.record(&bench.schema);
        for left in round.operands(false) {
            for right in round.operands(true) {
                for symbol in ASSIGNMENTS {
                    let body = format!("let x = {}; x {symbol} {}; x", left.script, right.script);
                    let rule = |traced| assigned(symbol, &left.operand, &right.operand, traced);
                    wrong.extend(bench.check(&body, &record, &rule));
                    cells = cells.saturating_add(1);
                }
            }
        }
    }
    report(cells, 9_000, &wrong);
}

#[test]
fn every_unary_operator_on_every_type_gives_what_the_rule_says_in_all_answerers() {
    let bench = Bench::new();
    let (mut cells, mut wrong) = (0_usize, Vec::new());
    for round in &ROUNDS {
        let record = round.record(&bench.schema);
        for written in [round.operands(false), round.operands(true)].concat() {
            for symbol in UNARY {
                let body = format!("{symbol}({})", written.script);
                let rule = |_| negated(symbol, &written.operand);
                wrong.extend(bench.check(&body, &record, &rule));
                cells = cells.saturating_add(1);
            }
        }
    }
    report(cells, 300, &wrong);
}

#[test]
fn every_comparison_that_asks_the_row_is_followed_both_ways() {
    let bench = Bench::new();
    let (mut cells, mut wrong) = (0_usize, Vec::new());
    let round = &ROUNDS[0];
    let record = round.record(&bench.schema);
    for left in round.operands(false) {
        for right in round.operands(true) {
            for symbol in COMPARISONS.into_iter().chain(["in"]) {
                // whether a word is in a text or a map need not depend on which word it is
                let open = symbol != "in" || right.operand == Operand::List;
                let allowed = expected(symbol, &left.operand, &right.operand, false) != Outcome::Refused;
                if !(open && allowed && (left.is_fact || right.is_fact)) {
                    continue;
                }
                let body = format!("({}) {symbol} ({})", left.script, right.script);
                if !bench.forks_both_ways(&body, &record) {
                    wrong.push(body);
                }
                cells = cells.saturating_add(1);
            }
        }
    }
    report(cells, 60, &wrong);
}

/// What a whole clause must come to.
#[derive(Debug)]
enum Verdict {
    /// The check of the pack refuses it with this code.
    Fault(&'static str),
    /// All three answerers give this.
    Gives(Outcome),
}

use Verdict::{Fault, Gives};

const YES: Verdict = Gives(Outcome::Flag(true));
const NO: Verdict = Gives(Outcome::Flag(false));
const UNDETERMINED: Verdict = Gives(Outcome::Undetermined);

/// What a definition comes to: the codes of the faults, or the outcome of each answerer.
fn judge(body: &str) -> Result<Vec<Outcome>, BTreeSet<&'static str>> {
    let (pack, faults) = read_pack(&format!("fn answer(complaint, terms) {{ {body} }}"));
    let pack = pack.unwrap();
    let rules = Rulebook::compile(&pack, &faults);
    let said = faults.into_sorted();
    if !said.is_empty() {
        let placed = said.iter().all(|fault| fault.place.is_some());
        assert!(placed, "a fault without a place: {said:?}");
        return Err(said.iter().map(|fault| fault.code).collect());
    }
    let schema = &pack.policy.kind("complaint").unwrap().1.schema;
    let record = ROUNDS[0].record(schema);
    let blank = Arc::new(Record::blank("complaint", schema));
    let definition = rules.definition("complaint", "answer").unwrap();
    let terms = pack.terms(NaiveDate::MAX);
    let recorded = rules.run(definition, &record, &terms).unwrap();
    let bare = rules.run_bare(definition, &record, &terms).unwrap();
    let traced = rules.run(definition, &blank, &terms).unwrap();
    let traced = traced.into_iter().filter(|path| agree(&path.steps, &record));
    Ok(recorded.into_iter().chain([bare]).chain(traced).map(|path| end_of(&path, &record)).collect())
}

fn end_of(path: &Path, record: &Record) -> Outcome {
    match &path.end {
        End::Done => Outcome::Leak("no value".to_owned()),
        End::Undetermined(_) => Outcome::Undetermined,
        End::Returned(Returned::Value(Value::Bool(flag))) => Outcome::Flag(*flag),
        End::Returned(Returned::Value(Value::Word(word))) => Outcome::Word(word.to_string()),
        End::Returned(Returned::Value(other)) => Outcome::Leak(format!("{other:?}")),
        End::Returned(Returned::Number(number)) => match number.evaluate(record).map(|value| value.exact()) {
            Ok(Some(value)) => Outcome::Number(value),
            _ => Outcome::Undetermined,
        },
    }
}

fn check_clauses(clauses: &[(&str, Verdict)]) {
    let mut wrong = Vec::new();
    for (body, verdict) in clauses {
        let found = judge(body);
        let fits = match (verdict, &found) {
            (Fault(code), Err(codes)) => codes.contains(code),
            (Gives(outcome), Ok(outcomes)) => {
                outcomes.len() == 3 && outcomes.iter().all(|found| found == outcome)
            }
            _ => false,
        };
        if !fits {
            let start: String = body.chars().take(120).collect();
            wrong.push(format!("{start}: must be {verdict:?}, is {found:?}"));
        }
    }
    report(clauses.len(), 1, &wrong);
}

#[test]
fn a_number_never_falls_silently_to_a_default_arm() {
    check_clauses(&[
        ("switch complaint.amount { 7 => true, _ => false }", Fault("C013")),
        ("switch 7 { 7 => true, _ => false }", Fault("C013")),
        ("let n = complaint.amount; switch n { 7 => true, _ => false }", Fault("C013")),
        ("switch terms.two { 2 => true, _ => false }", Fault("C013")),
        ("switch complaint.amount + 0 { 7 => true, _ => false }", Fault("C013")),
        ("switch complaint.colour { \"rde\" => true, _ => false }", Fault("C004")),
        ("switch complaint.colour { \"red\" => true, _ => false }", YES),
        ("switch complaint.flag { true => true, _ => false }", YES),
    ]);
}

#[test]
fn membership_asks_about_numbers_in_both_orders() {
    check_clauses(&[
        ("complaint.amount in [1, 2]", NO),
        ("complaint.amount in [1, 7.5]", YES),
        ("1 in [complaint.amount]", NO),
        ("7.5 in [2, complaint.amount]", YES),
        ("2 in [complaint.count, complaint.amount]", YES),
        ("complaint.count in [terms.two]", YES),
        ("complaint.amount in [\"red\"]", Fault("C030")),
        ("complaint.amount in 1..9", Fault("C030")),
        ("complaint.colour in [\"red\", \"blue\"]", YES),
        ("3 > complaint.count", YES),
        ("3 == complaint.count", NO),
    ]);
}

#[test]
fn a_number_in_a_text_decides_nothing() {
    check_clauses(&[
        ("`${complaint.amount}` == \"red\"", Fault("C010")),
        ("let s = `${complaint.amount}`; true", Fault("C010")),
        ("\"\" + complaint.amount == \"red\"", Fault("C004")),
        ("complaint.amount.to_string() == \"red\"", Fault("C001")),
    ]);
}

#[test]
fn a_text_with_a_number_of_the_row_never_decides_differently_while_traced() {
    for body in [
        "\"red\" + complaint.amount == \"red\" + complaint.count",
        "let s = \"red\"; s += complaint.amount; s == \"red\" + complaint.count",
        "(\"red\" + complaint.amount).len() == 6",
        "(\"red\" + complaint.amount) in [\"red\" + 7.5]",
    ] {
        let found = judge(body);
        let same = found.as_ref().is_err_and(|codes| !codes.is_empty())
            || found.as_ref().is_ok_and(|all| all.len() == 3 && all.iter().all(|one| *one == all[0]));
        assert!(same, "{body}: recorded, bare and enumerated differ: {found:?}");
    }
}

#[test]
fn nothing_outside_the_sandbox_can_be_called() {
    check_clauses(&[
        ("type_of(complaint.amount) == \"red\"", Fault("C021")),
        ("complaint.amount.type_of() == \"red\"", Fault("C021")),
        ("eval(\"red\")", Fault("C021")),
        ("print(complaint.amount); true", Fault("C021")),
        ("debug(complaint.amount); true", Fault("C021")),
        ("Fn(\"answer\").call(complaint)", Fault("C021")),
        ("sleep(1); true", Fault("C001")),
        ("timestamp() == timestamp()", Fault("C001")),
        ("rand() > 1", Fault("C001")),
        ("import \"red\" as red; true", Fault("C021")),
        ("let f = |x| x; true", Fault("C021")),
    ]);
}

#[test]
fn a_missing_fact_cannot_be_hidden() {
    check_clauses(&[
        ("complaint.flag ?? true", Fault("C011")),
        ("(complaint.amount ?? 5) > 1", Fault("C011")),
        ("complaint?.flag", Fault("C011")),
        ("known(complaint.amount + 1)", Fault("C012")),
        ("known(!complaint.flag)", Fault("C012")),
        ("known(complaint.flag || complaint.other)", Fault("C012")),
        ("known(complaint.flag)", YES),
        ("try { complaint.flag } catch { false }", Fault("C021")),
    ]);
}

#[test]
fn endless_and_swollen_clauses_end_with_a_fault() {
    let brackets = format!("{}true{}", "(".repeat(100_000), ")".repeat(100_000));
    let lists = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    check_clauses(&[
        ("loop { } true", Fault("C021")),
        ("while true { } true", Fault("C021")),
        ("do { } while true; true", Fault("C021")),
        ("for i in 0..1000000000 { } true", Fault("C030")),
        ("answer(complaint, terms)", Fault("C030")),
        ("let s = \"red\"; for i in 0..60 { s += s; } true", Fault("C030")),
        ("let l = [1]; for i in 0..60 { l.push(l); } true", Fault("C030")),
        (&brackets, Fault("C021")),
        (&lists, Fault("C021")),
    ]);
}

#[test]
fn facts_and_parameters_cannot_be_changed() {
    check_clauses(&[
        ("complaint.amount = 1; true", Fault("C030")),
        ("complaint.amount += 1; true", Fault("C030")),
        ("terms.two = 1; true", Fault("C030")),
        ("terms.price[\"red\"] = 1; true", Fault("C030")),
        ("complaint.amont == 1", Fault("C002")),
        ("terms.tow == 1", Fault("C003")),
        ("if complaint.amount = 7 { true } else { false }", Fault("C021")),
    ]);
}

#[test]
fn numbers_are_exact_and_what_cannot_be_exact_is_undetermined() {
    let number = |text: &str| Gives(Outcome::Number(decimal(text)));
    check_clauses(&[
        ("7 / 2", number("3.5")),
        ("let x = 7; x /= 2; x", number("3.5")),
        ("7 / 2 == 3", NO),
        ("0.1 + 0.2 == 0.3", YES),
        ("5 == 5.0", YES),
        ("complaint.amount / complaint.count", number("3.75")),
        ("1 / complaint.count", number("0.5")),
        ("terms.three / terms.two", number("1.5")),
        ("terms.price[complaint.colour] * terms.half", number("50")),
        ("9223372036854775807 + 1", UNDETERMINED),
        ("9223372036854775807 * 9223372036854775807", UNDETERMINED),
        ("-9223372036854775807 - 2", UNDETERMINED),
        ("let x = 79228162514264337593543950335.0; x * 10", UNDETERMINED),
        ("let x = terms.three; for i in 0..200 { x *= 10; } x", UNDETERMINED),
        ("7 / 0", UNDETERMINED),
        ("7 % 0", UNDETERMINED),
        ("terms.three / (terms.two - 2)", UNDETERMINED),
        ("let x = complaint.amount; x /= 0; x", UNDETERMINED),
    ]);
}

#[test]
fn values_of_different_types_are_never_silently_unequal() {
    check_clauses(&[
        ("true == 1", Fault("C030")),
        ("() < 1", Fault("C030")),
        ("1 < \"red\"", Fault("C030")),
        ("\"red\" == 1", Fault("C030")),
        ("complaint.amount == ()", Fault("C030")),
        ("complaint.amount == \"red\"", Fault("C005")),
        ("complaint.note == \"red\"", Fault("C030")),
        ("complaint.start == complaint.amount", Fault("C030")),
        ("complaint == complaint", Fault("C030")),
        ("[complaint.amount] == [7]", Fault("C030")),
        ("#{a: complaint.amount} == #{a: 7}", Fault("C030")),
        ("if complaint.amount { true } else { false }", Fault("C030")),
        ("min(complaint.amount, \"red\") == 1", Fault("C030")),
    ]);
}

#[test]
fn a_reason_shows_the_same_number_to_every_answerer() {
    let script =
        "/// basis: 1\nfn charged(complaint, terms) { deduct(\"handler\", 1, `${complaint.amount} h, ${terms.half * 2}`); }
        fn answer(complaint) { true }";
    let (pack, faults) = read_pack(script);
    let pack = pack.unwrap();
    let rules = Rulebook::compile(&pack, &faults);
    let said = faults.into_sorted();
    assert!(said.is_empty(), "{said:?}");
    let record = ROUNDS[0].record(&pack.policy.kind("complaint").unwrap().1.schema);
    // a cell `7.50` is the number 7.5
    let record = Arc::new(record.with("amount", Value::Number(decimal("7.50"))));
    assert_eq!(record.value("amount"), Value::Number(decimal("7.50")));
    let (clause, terms) = (rules.clause("charged").unwrap(), pack.terms(NaiveDate::MAX));
    let recorded = rules.run(clause, &record, &terms).unwrap();
    let bare = rules.run_bare(clause, &record, &terms).unwrap();
    assert_eq!(recorded[0].effects[0].reason.as_ref().map(Reason::show).as_deref(), Some("7.5 h, 1"));
    assert_eq!(bare.effects[0].reason.as_ref().map(Reason::show).as_deref(), Some("7.5 h, 1"));
    // a tree serves every row, so the place of the number stays open
    let blank = Arc::new(Record::blank("complaint", &record.schema));
    let traced = rules.run(clause, &blank, &terms).unwrap();
    assert_eq!(traced[0].effects[0].reason.as_ref().map(Reason::show).as_deref(), Some("… h, 1"));
}
