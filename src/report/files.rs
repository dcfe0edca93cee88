//! The data files: the same bytes in every locale. Amounts plain, dates ISO, identifiers text.

use super::Subject;
use crate::amount;
use crate::assess::{Balance, Bounds, Deduction, Scorecard, Veto};
use crate::decision::{Expression, Grading, Node};
use crate::language::Language;
use crate::policy::Account;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A text cell that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10).
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    if text
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
    {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Lines of a data file.
pub(super) struct Line(csv::Writer<Vec<u8>>);

impl Default for Line {
    fn default() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()))
    }
}

// writing to memory cannot fail, and every line has the width of its heading
impl Line {
    pub(super) fn field(&mut self, text: &str) {
        let _ = self.0.write_field(text);
    }

    /// Ends the line.
    pub(super) fn end(&mut self) {
        let _ = self.0.write_record(None::<&[u8]>);
    }

    /// A whole line.
    pub(super) fn write<T: AsRef<[u8]>>(&mut self, row: &[T]) {
        let _ = self.0.write_record(row);
    }

    /// What was written.
    pub(super) fn take(self) -> Vec<u8> {
        self.0.into_inner().unwrap_or_default()
    }
}

pub(super) fn write(rows: &[Vec<String>]) -> Vec<u8> {
    let mut line = Line::default();
    rows.iter().for_each(|row| line.write(row));
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(line.take());
    bytes
}

/// `scorecards.csv`: one row a card. `points` and `charge` are what findings entered; `score` is what the card settles at.
/// While something is open, `score` is what stands so far and the `_low`, `_high` columns bound it.
pub fn scorecards_csv(subject: &Subject<'_>) -> Vec<u8> {
    let headings = [
        "kind",
        "subject",
        "name",
        "period",
        "opening",
        "points",
        "score",
        "charge",
        "vetoed",
        "grade",
        "weight",
        "coefficient",
        "findings",
        "provisional",
        "score_low",
        "score_high",
        "charge_low",
        "charge_high",
        "grades_possible",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    // where nothing is ranked there is nothing to say of ranks
    let is_ranked = subject.pack.policy.kinds.iter().any(|kind| kind.ranking.is_some());
    if let Some(headings) = rows.first_mut().filter(|_| is_ranked) {
        headings.extend(RANK.map(str::to_owned));
    }
    for card in &subject.assessment.scorecards {
        let Some(kind) = subject.pack.policy.kinds.get(card.key.kind) else { continue };
        let of = |account: Option<&Account>| account.and_then(|account| card.balance(&account.name));
        let (score, money) = (of(kind.score()), of(kind.money()));
        let plain = |balance: Option<&Balance>, pick: &dyn Fn(&Balance) -> Option<Decimal>| {
            balance.and_then(|balance| Some(balance.unit.plain(pick(balance)?))).unwrap_or_default()
        };
        // a charge is what is taken: the balance with the other sign
        let charge = |pick: fn(&Bounds) -> Option<Decimal>| {
            plain(money, &|balance| {
                let zero = Decimal::ZERO;
                pick(&balance.settled).map(|value| zero.saturating_sub(value))
            })
        };
        rows.push(vec![
            kind.name.clone(),
            safe(&card.key.subject).into_owned(),
            safe(card.name.get(Language::Zh)).into_owned(),
            subject.period_of(&card.key).code(),
            plain(score, &|balance| Some(balance.opening.so_far).filter(|_| balance.opening.is_settled())),
            plain(score, &|balance| Some(balance.entered)),
            plain(score, &|balance| Some(balance.settled.so_far)),
            charge(|bounds| Some(bounds.so_far)),
            (card.veto == Veto::Stands).to_string(),
            card.grades.first().cloned().unwrap_or_default(),
            card.weight.map(amount::plain).unwrap_or_default(),
            card.coefficient.map(amount::plain).unwrap_or_default(),
            card.standing.to_string(),
            card.is_provisional().to_string(),
            plain(score, &|balance| balance.settled.low),
            plain(score, &|balance| balance.settled.high),
            charge(|bounds| bounds.high),
            charge(|bounds| bounds.low),
            card.grades.join(" "),
        ]);
        if let Some(row) = rows.last_mut().filter(|_| is_ranked) {
            row.extend(rank(card));
        }
    }
    write(&rows)
}

/// The further columns of `scorecards.csv` where something is ranked: the place so far, the first and the last it can turn
/// out to be, and how many peers there are.
const RANK: [&str; 4] = ["rank", "rank_first", "rank_last", "peers"];

fn rank(card: &Scorecard) -> [String; 4] {
    let Some(rank) = card.rank else { return Default::default() };
    let side = |bound: Option<Decimal>| bound.map(amount::plain).unwrap_or_default();
    let (first, last) = (side(rank.place.low), side(rank.place.high));
    [amount::plain(rank.place.so_far), first, last, amount::plain(rank.peers.so_far)]
}

/// A working in the pack's own names, which a program can read back.
pub(super) fn formula(expression: &Expression) -> String {
    use crate::decision::Operation;
    match &expression.node {
        Node::Literal => expression.value.exact().map(amount::plain).unwrap_or_default(),
        Node::Fact(name) => name.clone(),
        Node::Term { name, keys } => {
            let keys: Vec<String> = keys.iter().map(|key| format!("[{key}]")).collect();
            format!("{name}{}", keys.concat())
        }
        Node::Apply(operation, operands) => {
            let all: Vec<String> = operands.iter().map(|operand| formula(operand)).collect();
            let infix = |symbol: &str| format!("({})", all.join(symbol));
            let call = |name: &str| format!("{name}({})", all.join(", "));
            match operation {
                Operation::Add => infix(" + "),
                Operation::Subtract => infix(" - "),
                Operation::Multiply => infix(" * "),
                Operation::Divide => infix(" / "),
                Operation::Remainder => infix(" % "),
                Operation::Negate => format!("-{}", all.concat()),
                Operation::Min => call("min"),
                Operation::Max => call("max"),
                Operation::Abs => call("abs"),
                Operation::Floor => call("floor"),
                Operation::Ceiling => call("ceiling"),
                Operation::Round(places, _) => format!("round({}, {places})", all.concat()),
                Operation::Steps(_) => call("steps"),
                Operation::Within => call("within"),
                Operation::Line => call("line"),
                Operation::Share(share) => {
                    format!("share({}, {})", share.place.saturating_add(1), all.join(", "))
                }
            }
        }
    }
}

/// `set_aside.csv`: every row that was not judged, and why.
pub fn set_aside_csv(subject: &Subject<'_>) -> Vec<u8> {
    let headings = ["record", "file", "row", "column", "code", "reason_zh", "reason_en"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for aside in &subject.assessment.set_aside {
        for reason in &aside.reasons {
            let (file, row, column) = match &reason.place {
                Some(crate::diagnostic::Place::Cell { file, row, column }) => {
                    (file.clone(), row.to_string(), column.clone())
                }
                _ => Default::default(),
            };
            let file = file.rsplit('/').next().unwrap_or_default().to_owned();
            rows.push(vec![
                safe(&aside.id).into_owned(),
                file,
                row,
                column,
                reason.code.to_owned(),
                safe(&reason.message.zh).into_owned(),
                safe(&reason.message.en).into_owned(),
            ]);
        }
    }
    write(&rows)
}

/// How a clause sets a grade as data carries it.
pub(super) fn grading(how: Grading) -> &'static str {
    match how {
        Grading::AtMost => "at most",
        Grading::Exactly => "exactly",
    }
}

/// The verb's direction as data carries it.
pub(super) fn direction(sign: Deduction) -> &'static str {
    match sign {
        Deduction::Takes => "takes",
        Deduction::Adds => "adds",
    }
}
