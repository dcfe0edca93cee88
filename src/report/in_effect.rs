//! What was adjusted of earlier periods and takes effect in this one: on the screen, on pages, and as data.

use super::files::{safe, write};
use super::payroll_file::COLUMNS;
use super::sign::shown;
use super::{Digests, Report, Subject, Table};
use crate::amount::Unit;
use crate::language::{Language, Text};
use crate::mask::Mask;
use crate::policy::Account;
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
    /// The account, by its name.
    pub account: String,
    /// What it was.
    pub was: Decimal,
    /// What it is.
    pub is: Decimal,
    /// Why.
    pub reason: String,
}

/// The headings of the table on screens and pages.
pub(super) fn headings(language: Language) -> [&'static str; 9] {
    match language {
        Language::Zh => ["考核期", "类别", "编号", "名称", "账户", "原为", "现为", "相差", "依据"],
        Language::En => ["period", "kind", "code", "name", "account", "was", "is", "difference", "why"],
    }
}

/// What takes effect in this period, where a ledger says that anything does.
pub(super) fn in_effect(digests: &Digests) -> &[InEffect] {
    digests.ledger.as_ref().map_or(&[], |ledger| &ledger.in_effect)
}

/// The titles of a card and an account, and in what it is counted.
pub(super) struct Titled<'t> {
    pub(super) kind: &'t Text,
    pub(super) account: &'t Account,
}

impl InEffect {
    /// Nothing where the policy does not know the card or the account any more.
    pub(super) fn titled<'t>(&self, subject: &'t Subject<'_>) -> Option<Titled<'t>> {
        let kind = subject.pack.policy.kinds.iter().find(|kind| kind.name == self.kind)?;
        let account = kind.accounts.iter().find(|account| account.name == self.account)?;
        Some(Titled { kind: &kind.title, account })
    }

    /// The same naming nobody: whose it is under the mask, and without the words that somebody gave.
    #[must_use]
    pub fn masked(&self, mask: &Mask) -> Self {
        Self { subject: mask.code(&self.subject).to_owned(), reason: String::new(), ..self.clone() }
    }

    /// By how much it differs.
    pub(super) fn difference(&self) -> Decimal {
        self.is.saturating_sub(self.was)
    }

    /// The cells of a row for people.
    pub(super) fn row(&self, subject: &Subject<'_>, language: Language) -> Vec<String> {
        let titled = self.titled(subject);
        let show = |figure: Decimal| match &titled {
            Some(titled) => titled.account.unit.show(shown(&titled.account.unit, figure), language),
            None => figure.to_string(),
        };
        let (kind, account) = match &titled {
            Some(titled) => (titled.kind.get(language), titled.account.title.get(language)),
            None => (self.kind.as_str(), self.account.as_str()),
        };
        let (entry, reason) = (self.entry, super::ledger::visible(&self.reason));
        vec![
            self.period.clone(),
            kind.to_owned(),
            self.subject.clone(),
            subject.subject_name(&self.subject, language),
            account.to_owned(),
            show(self.was),
            show(self.is),
            show(self.difference()),
            language
                .pick(format!("{reason}（台账第 {entry} 条）"), format!("{reason} (entry {entry})"))
                .trim()
                .to_owned(),
        ]
    }

    fn is_money(&self, subject: &Subject<'_>) -> bool {
        self.titled(subject).is_some_and(|titled| titled.account.unit == Unit::Yuan)
    }
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
        numeric: [5, 6, 7].into_iter().fold(vec![false; 8], |mut numeric, place: usize| {
            numeric.iter_mut().skip(place).take(1).for_each(|column| *column = true);
            numeric
        }),
        rows: all.iter().take(shown).map(|one| one.row(subject, language)).collect(),
    });
    let left = all.len().saturating_sub(shown);
    if left > 0 {
        report.line(language.pick(format!("  另有 {left} 行（--all）"), format!("  {left} more (--all)")));
    }
    report
}

pub(super) fn title(language: Language) -> &'static str {
    language.pick("以前各期的调整，计入本期", "adjustments of earlier periods, in effect in this one")
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
        "account",
        "unit",
        "was",
        "is",
        "difference",
        "reason",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for one in in_effect(digests) {
        let unit = one.titled(subject).map_or(Unit::None, |titled| titled.account.unit.clone());
        let name = subject.subject_name(&one.subject, Language::Zh);
        let [subject_code, name, reason] =
            [&one.subject, &name, &one.reason].map(|text| safe(text).into_owned());
        rows.push(vec![
            one.entry.to_string(),
            one.on.to_string(),
            one.period.clone(),
            one.kind.clone(),
            subject_code,
            name,
            one.account.clone(),
            unit.code().to_owned(),
            unit.plain(one.was),
            unit.plain(one.is),
            unit.plain(one.difference()),
            reason,
        ]);
    }
    write(&rows)
}

/// `payroll-adjustments.csv`: what is taken more, or given back, for earlier periods; nothing where no money is adjusted.
pub fn payroll_adjustments(subject: &Subject<'_>, digests: &Digests) -> Option<(Vec<u8>, Text)> {
    let own: Vec<&InEffect> = in_effect(digests).iter().filter(|one| one.is_money(subject)).collect();
    if own.is_empty() {
        return None;
    }
    let mut rows = vec![COLUMNS.map(|(name, _)| name.to_owned()).to_vec()];
    let mut sum = Decimal::ZERO;
    for one in &own {
        let amount = shown(&Unit::Yuan, one.difference());
        sum = sum.saturating_add(amount);
        let plain = Unit::Yuan.plain(amount);
        let name = subject.subject_name(&one.subject, Language::Zh);
        rows.push(vec![
            safe(&one.subject).into_owned(),
            safe(&name).into_owned(),
            one.period.clone(),
            plain.clone(),
            "final".to_owned(),
            plain.clone(),
            plain,
        ]);
    }
    let (count, total) = (own.len(), crate::amount::money(sum));
    let note = Text::new(
        format!("payroll-adjustments.csv：{count} 行，以前各期的调整合计 {total}（正数为补扣，负数为退还）"),
        format!(
            "payroll-adjustments.csv: {count} rows, adjustments of earlier periods, {total} in all (positive is taken, negative given back)"
        ),
    );
    Some((write(&rows), note))
}
