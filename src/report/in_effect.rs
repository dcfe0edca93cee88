//! What was adjusted of earlier periods and takes effect in this one: on the screen, on pages, and as data.

use super::figure::Figure;
use super::files::{safe, write};
use super::payroll_file::COLUMNS;
use super::sign::shown;
use super::{Digests, Report, Subject, Table};
use crate::amount::{Unit, money};
use crate::language::{Language, Text};
use crate::mask::Mask;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// One figure of a sealed card of an earlier period that was adjusted, in effect in this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InEffect {
    /// The entry of the ledger that adjusts it.
    pub entry: u64,
    /// The day of that entry.
    pub on: NaiveDate,
    /// The period that is adjusted.
    pub period: String,
    /// The kind of the card, by its name.
    pub kind: String,
    /// Whose card it is, by code.
    pub subject: String,
    /// The account by its name, or `vetoed`, `grade`, `place`.
    pub figure: String,
    /// What it was, plain.
    pub was: String,
    /// What it is, plain.
    pub is: String,
    /// By how much an account differs.
    pub difference: Option<Decimal>,
    /// Why.
    pub reason: String,
}

/// The headings of the table on screens and pages.
pub(super) fn headings(language: Language) -> [&'static str; 9] {
    match language {
        Language::Zh => ["考核期", "类别", "编号", "名称", "项目", "原为", "现为", "相差", "依据"],
        Language::En => ["period", "kind", "code", "name", "figure", "was", "is", "difference", "why"],
    }
}

/// Which of the columns are numbers.
pub(super) const NUMERIC: [bool; 8] = [false, false, false, false, false, true, true, true];

/// What takes effect in this period, where a ledger says that anything does.
pub(super) fn in_effect(digests: &Digests) -> &[InEffect] {
    digests.ledger.as_ref().map_or(&[], |ledger| &ledger.in_effect)
}

impl InEffect {
    /// What it is a figure of; of an account nothing where the policy does not know it any more.
    pub(super) fn figure<'f>(&'f self, subject: &Subject<'f>) -> Figure<'f> {
        Figure::of(subject, &self.kind, &self.figure)
    }

    /// The same naming nobody: whose it is under the mask, and without the words that somebody gave.
    #[must_use]
    pub fn masked(&self, mask: &Mask) -> Self {
        Self { subject: mask.code(&self.subject).to_owned(), reason: String::new(), ..self.clone() }
    }

    /// The cells of a row for people.
    pub(super) fn row(&self, subject: &Subject<'_>, language: Language) -> Vec<String> {
        let figure = self.figure(subject);
        let kind = subject.pack.policy.kind(&self.kind);
        let (entry, reason) = (self.entry, super::ledger::visible(&self.reason));
        let why =
            language.pick(format!("{reason}（台账第 {entry} 条）"), format!("{reason} (entry {entry})"));
        vec![
            self.period.clone(),
            kind.map_or(self.kind.as_str(), |(_, kind)| kind.title.get(language)).to_owned(),
            self.subject.clone(),
            subject.subject_name(&self.subject, language),
            figure.title().get(language).to_owned(),
            figure.show(&self.was, language),
            figure.show(&self.is, language),
            figure.difference(self.difference, language),
            why.trim().to_owned(),
        ]
    }

    /// What is taken more in money, or given back.
    pub(super) fn charge(&self, subject: &Subject<'_>) -> Option<Decimal> {
        let figure = self.figure(subject);
        let account = figure.account().filter(|account| account.unit == Unit::Yuan)?;
        Some(shown(&account.unit, self.difference?))
    }
}

pub(super) fn title(language: Language) -> &'static str {
    language.pick("以前各期的调整，本期起生效", "adjustments of earlier periods that take effect now")
}

/// What all of some adjustments come to in money; nothing where none is in money.
pub(super) fn total<'i>(
    subject: &Subject<'_>,
    all: impl IntoIterator<Item = &'i InEffect>,
    language: Language,
) -> Option<String> {
    let mut charges = all.into_iter().filter_map(|one| one.charge(subject)).peekable();
    charges.peek()?;
    let said = money(charges.fold(Decimal::ZERO, Decimal::saturating_add));
    Some(language.pick(
        format!("金额合计 {said}（正数为补扣，负数为退还）；各卡本期的数不含调整"),
        format!(
            "{said} in all (positive is taken, negative given back); the cards of this period are without it"
        ),
    ))
}

/// What takes effect in this period, a line a figure; nothing where nothing does.
pub(super) fn report(subject: &Subject<'_>, digests: &Digests, shown: usize, language: Language) -> Report {
    let mut report = Report::default();
    let all = in_effect(digests);
    if all.is_empty() {
        return report;
    }
    report.gap();
    report.line(title(language));
    report.table(Table {
        indent: 2,
        headings: headings(language).map(str::to_owned).to_vec(),
        numeric: NUMERIC.to_vec(),
        rows: all.iter().take(shown).map(|one| one.row(subject, language)).collect(),
    });
    let left = all.len().saturating_sub(shown);
    if left > 0 {
        report.line(language.pick(format!("  另有 {left} 行（--all）"), format!("  {left} more (--all)")));
    }
    if let Some(said) = total(subject, all, language) {
        report.line(format!("  {said}"));
    }
    report
}

/// `adjustments.csv`: every figure of an earlier period that takes effect in this one, as data carries it.
pub fn adjustments_csv(subject: &Subject<'_>, digests: &Digests) -> Vec<u8> {
    let headings = [
        "entry",
        "on",
        "period",
        "kind",
        "subject",
        "name",
        "figure",
        "unit",
        "was",
        "is",
        "difference",
        "reason",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for one in in_effect(digests) {
        let unit = one.figure(subject).account().map_or(Unit::None, |account| account.unit.clone());
        let name = subject.subject_name(&one.subject, Language::Zh);
        let [code, name, reason] = [&one.subject, &name, &one.reason].map(|text| safe(text).into_owned());
        rows.push(vec![
            one.entry.to_string(),
            one.on.to_string(),
            one.period.clone(),
            one.kind.clone(),
            code,
            name,
            one.figure.clone(),
            unit.code().to_owned(),
            one.was.clone(),
            one.is.clone(),
            one.difference.map(|difference| unit.plain(difference)).unwrap_or_default(),
            reason,
        ]);
    }
    write(&rows)
}

/// The payroll files of what is taken more, or given back, for earlier periods, people and pools apart; none where no money is
/// adjusted.
pub fn payroll_adjustments(subject: &Subject<'_>, digests: &Digests) -> Vec<(&'static str, Vec<u8>, Text)> {
    let people = subject.organisation.kinds_of_people();
    let is_of_people = |one: &InEffect| {
        subject.pack.policy.kind(&one.kind).is_some_and(|(_, kind)| kind.is_of_people(&people))
    };
    let files = [("payroll-adjustments-people.csv", true), ("payroll-adjustments-pools.csv", false)];
    let file = |(name, of_people): (&'static str, bool)| {
        let own: Vec<_> = in_effect(digests)
            .iter()
            .filter(|one| is_of_people(one) == of_people)
            .filter_map(|one| Some((one, one.charge(subject)?)))
            .collect();
        let mut rows = vec![COLUMNS.map(|(name, _)| name.to_owned()).to_vec()];
        for (one, charge) in &own {
            let plain = Unit::Yuan.plain(*charge);
            let name = subject.subject_name(&one.subject, Language::Zh);
            let [code, name] = [&one.subject, &name].map(|text| safe(text).into_owned());
            rows.push(vec![
                code,
                name,
                one.period.clone(),
                plain.clone(),
                "final".to_owned(),
                plain.clone(),
                plain,
            ]);
        }
        let (count, sum) =
            (own.len(), own.iter().fold(Decimal::ZERO, |sum, (_, charge)| sum.saturating_add(*charge)));
        let (total, lines) = (money(sum), if count == 1 { "row" } else { "rows" });
        let note = Text::new(
            format!("{name}：{count} 行，以前各期的调整合计 {total}（正数为补扣，负数为退还）"),
            format!(
                "{name}: {count} {lines}, adjustments of earlier periods, {total} in all (positive is taken, negative given back)"
            ),
        );
        (count > 0).then(|| (name, write(&rows), note))
    };
    files.into_iter().filter_map(file).collect()
}
