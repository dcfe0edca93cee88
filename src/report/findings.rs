//! `findings.csv`: a line a finding, written part by part.

use super::Subject;
use super::files::{Line, formula, grading, safe};
use crate::amount;
use crate::assess::{Finding, Way, WayKey};
use crate::decision::{Answer, Expression, Node, Path, Question, Step};
use crate::fact::{FactType, Facts as _, Value};
use crate::ordered;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Findings written together.
pub(super) const PART: usize = 2_048;

/// The headings of `findings.csv`.
const HEADINGS: [&str; 22] = [
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

/// Writes `findings.csv`: one row a finding, certain or possible. `counted` is what enters the card as far as it is
/// certain.
///
/// # Errors
/// `out` cannot be written to.
pub fn findings_csv(subject: &Subject<'_>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut line = Line::default();
    line.write(&HEADINGS);
    out.write_all(&line.take())?;
    let parts = ordered::parts(subject.assessment.count(), PART);
    ordered::in_order(
        &parts,
        |part, text| {
            let mut rows = Rows { subject, line: Line::default(), known: BTreeMap::new() };
            part.filter_map(|position| subject.assessment.finding(position))
                .for_each(|found| rows.add(&found));
            *text = rows.line.take();
        },
        |text| out.write_all(text),
    )
}

/// Some rows of the file, and what is known already of the ways that led to them.
struct Rows<'s> {
    subject: &'s Subject<'s>,
    line: Line,
    known: BTreeMap<WayKey, Words>,
}

/// What the rows of all findings say alike that went the same way.
struct Words {
    clause: [String; 5],
    role: String,
    path: String,
    /// What was read: facts of the row, and numbers that are the same for every row with their value.
    evidence: Vec<(String, Option<String>)>,
    working: String,
}

impl Rows<'_> {
    fn add(&mut self, finding: &Finding<'_>) {
        match finding.way() {
            Some(way) => {
                let Self { subject, line, known } = self;
                let words = known.entry(way.key).or_insert_with(|| Words::of_way(subject, finding, &way));
                words.write(subject, (finding, way.reason()), line);
            }
            None => {
                let words = Words::of_row(self.subject, finding);
                words.write(self.subject, (finding, finding.reason()), &mut self.line);
            }
        }
    }
}

impl Words {
    /// Of every row that goes this way: its facts answer every question.
    fn of_way(subject: &Subject<'_>, finding: &Finding<'_>, way: &Way<'_>) -> Self {
        let path = steps(way.path, |_| "");
        Self { path, ..Self::new(subject, finding, (way.path, way.amount())) }
    }

    /// Of one row alone.
    fn of_row(subject: &Subject<'_>, finding: &Finding<'_>) -> Self {
        let path = finding.path();
        let assumed = |step: &Step| if step.decided { "" } else { "assumed " };
        let steps = steps(&path, assumed);
        Self { path: steps, ..Self::new(subject, finding, (&path, finding.working().as_deref())) }
    }

    fn new(
        subject: &Subject<'_>,
        finding: &Finding<'_>,
        (path, working): (&Path, Option<&Expression>),
    ) -> Self {
        let clause = finding.clause();
        let basis = subject.rules.clause(clause).map(|clause| clause.basis.clone()).unwrap_or_default();
        Self {
            clause: [
                clause.to_owned(),
                safe(&subject.clause_title(clause).zh).into_owned(),
                basis,
                subject.pack.policy.version.clone(),
                subject.kind_name(finding.kind()).to_owned(),
            ],
            role: finding.role().to_owned(),
            path: String::new(),
            evidence: evidence(path, working),
            working: working.map(formula).unwrap_or_default(),
        }
    }

    fn write(
        &self,
        subject: &Subject<'_>,
        (finding, reason): (&Finding<'_>, Option<String>),
        line: &mut Line,
    ) {
        let card = finding.card();
        let (account, unit, found, counted, most) = match (finding.entry_on(), finding.grade()) {
            (None, None) => ("veto", "", String::new(), None, None),
            (None, Some((grade, how))) => ("grade", grading(how), grade.to_owned(), None, None),
            (Some((account, sign, found)), _) => {
                let least = sign.signed(found.least);
                let other = |other: Decimal| (other != least).then(|| account.unit.plain(other));
                let most = found.most.map_or(Some(String::new()), |most| other(sign.signed(most)));
                let (name, unit) = (account.name.as_str(), account.unit.code());
                (name, unit, account.unit.plain(least), other(finding.entered()), most)
            }
        };
        let lost =
            finding.suppressed().iter().fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.amount));
        let by: Vec<&str> = finding.suppressed().iter().map(|part| part.by.zh.as_str()).collect();
        self.clause.iter().for_each(|field| line.field(field));
        line.field(&safe(finding.record()));
        line.field(&FactType::plain(&Value::Moment(finding.at())));
        line.field(&self.role);
        let (kind, of) = match card {
            Some(card) => (subject.kind_name(card.kind), card.subject.as_str()),
            None if finding.is_outside() => ("outside", finding.role()),
            None => ("", ""),
        };
        line.field(kind);
        line.field(&safe(of));
        line.field(account);
        line.field(&found);
        line.field(unit);
        line.field(counted.as_ref().unwrap_or(&found));
        line.field(if finding.is_certain() { "true" } else { "false" });
        line.field(most.as_ref().unwrap_or(&found));
        line.field(&self.path);
        line.field(&self.read(finding));
        line.field(&self.working);
        line.field(&safe(reason.as_deref().unwrap_or_default()));
        line.field(&if lost.is_zero() { String::new() } else { amount::plain(lost) });
        line.field(&by.join("; "));
        line.end();
    }

    /// Every fact and parameter read, with its value.
    fn read(&self, finding: &Finding<'_>) -> String {
        let Some(facts) = finding.facts() else { return String::new() };
        let mut read = String::new();
        for (name, number) in &self.evidence {
            if !read.is_empty() {
                read.push_str("; ");
            }
            read.push_str(name);
            read.push('=');
            match number {
                Some(number) => read.push_str(number),
                None => read.push_str(&FactType::plain(&facts.value(name))),
            }
        }
        read
    }
}

/// What a path read, in the order of the names.
fn evidence(path: &Path, working: Option<&Expression>) -> Vec<(String, Option<String>)> {
    let mut read = BTreeMap::new();
    let mut note = |part: &Expression| match &part.node {
        Node::Fact(name) => drop(read.insert(name.clone(), None)),
        Node::Term { name, keys } => {
            let keys: Vec<String> = keys.iter().map(|key| format!("[{key}]")).collect();
            let value = part.value.exact().map(amount::plain).unwrap_or_default();
            read.insert(format!("terms.{name}{}", keys.concat()), Some(value));
        }
        _ => {}
    };
    for step in &path.steps {
        if let Question::Compare(_, left, right) = &step.question {
            left.visit(&mut note);
            right.visit(&mut note);
        }
    }
    if let Some(working) = working {
        working.visit(&mut note);
    }
    for name in path.steps.iter().flat_map(|step| step.question.facts()) {
        read.insert(name, None);
    }
    read.into_iter().collect()
}

/// The questions with their answers, in the pack's own names.
fn steps(path: &Path, assumed: impl Fn(&Step) -> &'static str) -> String {
    let steps = path.steps.iter().map(|step| {
        let answer = match &step.answer {
            Answer::Is(value) => FactType::plain(value),
            Answer::Yes => "yes".to_owned(),
            Answer::No => "no".to_owned(),
            Answer::Band(position) => format!("band {}", position.saturating_add(1)),
            Answer::Gap => "no band".to_owned(),
        };
        let assumed = assumed(step);
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
