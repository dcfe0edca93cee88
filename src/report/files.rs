//! The data files: the same bytes in every locale. Amounts plain, dates ISO, identifiers text.

use super::Subject;
use crate::amount;
use crate::assess::{Balance, Bounds, Deduction, Finding, Outcome, Veto};
use crate::decision::{Answer, Expression, Node, Question};
use crate::fact::{FactType, Value};
use crate::language::Language;
use crate::policy::Account;
use rust_decimal::Decimal;

/// A text cell that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10).
pub(super) fn safe(text: &str) -> String {
    if text
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
    {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

pub(super) fn write(rows: Vec<Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // writing to memory cannot fail, and every row has the width of its heading
        let _ = writer.write_record(&row);
    }
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(writer.into_inner().unwrap_or_default());
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
            safe(&card.key.subject),
            safe(card.name.get(Language::Zh)),
            subject.assessment.period.code(),
            plain(score, &|balance| Some(balance.opening)),
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
    }
    write(rows)
}

/// `findings.csv`: one row a finding, certain or possible. `counted` is what enters the card as far as it is certain.
pub fn findings_csv(subject: &Subject<'_>) -> Vec<u8> {
    let headings = [
        "clause",
        "clause_title",
        "basis",
        "policy_version",
        "record_kind",
        "record",
        "at",
        "role",
        "card_kind",
        "subject",
        "account",
        "amount",
        "unit",
        "counted",
        "certain",
        "amount_most",
        "path",
        "evidence",
        "working",
        "reason",
        "suppressed",
        "suppressed_by",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for finding in subject.assessment.findings() {
        rows.push(finding_row(subject, &finding));
    }
    write(rows)
}

fn finding_row(subject: &Subject<'_>, finding: &Finding<'_>) -> Vec<String> {
    let kind_name = |position: usize| {
        subject.pack.policy.kinds.get(position).map(|kind| kind.name.clone()).unwrap_or_default()
    };
    let (card_kind, card) = match finding.card() {
        Some(card) => (kind_name(card.kind), card.subject.clone()),
        None => Default::default(),
    };
    let (account, amount, unit, most) = match &finding.outcome() {
        Outcome::Veto { .. } => ("veto".to_owned(), String::new(), String::new(), String::new()),
        Outcome::Entry { account, unit, sign, found, .. } => {
            let show = |magnitude: Decimal| unit.plain(sign.signed(magnitude));
            let most = found.most.map(show).unwrap_or_default();
            (account.clone(), show(found.least), unit.code().to_owned(), most)
        }
    };
    let counted = match &finding.outcome() {
        Outcome::Entry { unit, .. } => unit.plain(finding.entered()),
        Outcome::Veto { .. } => String::new(),
    };
    let lost = finding.suppressed().iter().fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.amount));
    let by: Vec<&str> = finding.suppressed().iter().map(|part| part.by.zh.as_str()).collect();
    vec![
        finding.clause().to_owned(),
        safe(&subject.clause_title(finding.clause()).zh),
        subject.rules.clause(finding.clause()).map(|clause| clause.basis.clone()).unwrap_or_default(),
        subject.pack.policy.version.clone(),
        kind_name(finding.kind()),
        safe(finding.record()),
        FactType::plain(&Value::Moment(finding.at())),
        finding.role().to_owned(),
        card_kind,
        safe(&card),
        account,
        amount,
        unit,
        counted,
        finding.is_certain().to_string(),
        most,
        path(finding),
        evidence(finding),
        finding.working().as_ref().map(|working| formula(working)).unwrap_or_default(),
        safe(finding.reason().as_deref().unwrap_or_default()),
        if lost.is_zero() { String::new() } else { amount::plain(lost) },
        by.join("; "),
    ]
}

/// The questions with their answers, in the pack's own names.
fn path(finding: &Finding<'_>) -> String {
    let path = finding.path();
    let steps = path.steps.iter().map(|step| {
        let answer = match &step.answer {
            Answer::Is(value) => FactType::plain(value),
            Answer::Yes => "yes".to_owned(),
            Answer::No => "no".to_owned(),
            Answer::Band(position) => format!("band {}", position.saturating_add(1)),
            Answer::Gap => "no band".to_owned(),
        };
        let assumed = if step.decided { "" } else { "assumed " };
        match &step.question {
            Question::Fact(name) => format!("{name} = {assumed}{answer}"),
            Question::Known(name) => format!("known({name}) = {assumed}{answer}"),
            Question::Compare(relation, left, right) => {
                format!("{} {} {} = {assumed}{answer}", formula(left), relation.symbol(), formula(right))
            }
            Question::Moments(relation, left, right) => {
                format!("{left} {} {right} = {assumed}{answer}", relation.symbol())
            }
            Question::Band { table, input, .. } => format!("{table}[{}] = {assumed}{answer}", formula(input)),
            Question::Same(left, right) => format!("same({left}, {right}) = {assumed}{answer}"),
            Question::Matches(fact, word) => format!("matches({fact}, {word}) = {assumed}{answer}"),
            Question::Contains(fact, word) => format!("contains({fact}, {word}) = {assumed}{answer}"),
        }
    });
    steps.collect::<Vec<_>>().join("; ")
}

/// Every fact and parameter read, with its value.
fn evidence(finding: &Finding<'_>) -> String {
    use crate::fact::Facts as _;
    let Some(row) = finding.judged_row() else { return String::new() };
    let mut read = std::collections::BTreeMap::new();
    let mut note = |part: &Expression| match &part.node {
        Node::Fact(name) => {
            read.insert(name.clone(), FactType::plain(&row.record.value(name)));
        }
        Node::Term { name, keys } => {
            let keys: Vec<String> = keys.iter().map(|key| format!("[{key}]")).collect();
            let value = part.value.exact().map(amount::plain).unwrap_or_default();
            read.insert(format!("terms.{name}{}", keys.concat()), value);
        }
        _ => {}
    };
    for step in &finding.path().steps {
        if let Question::Compare(_, left, right) = &step.question {
            left.visit(&mut note);
            right.visit(&mut note);
        }
    }
    if let Some(working) = &finding.working() {
        working.visit(&mut note);
    }
    for name in finding.path().steps.iter().flat_map(|step| step.question.facts()) {
        read.insert(name.clone(), FactType::plain(&row.record.value(&name)));
    }
    read.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
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
                safe(&aside.id),
                file,
                row,
                column,
                reason.code.to_owned(),
                safe(&reason.message.zh),
                safe(&reason.message.en),
            ]);
        }
    }
    write(rows)
}

/// The verb's direction as data carries it.
pub(super) fn direction(sign: Deduction) -> &'static str {
    match sign {
        Deduction::Takes => "takes",
        Deduction::Adds => "adds",
    }
}
