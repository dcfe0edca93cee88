//! Until when and to whom somebody may appeal, as the pack says.

use super::standing::{Standing, listed};
use crate::language::{Language, Text};
use crate::policy::Appeal;
use crate::report::in_effect::InEffect;
use crate::report::{Digests, Subject};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The way to appeal in words: by when, and to whom.
pub(super) fn way(
    (subject, digests): (&Subject<'_>, &Digests),
    (person, standing): (&str, &Standing),
    language: Language,
) -> Vec<String> {
    let Some(appeal) = &subject.pack.policy.appeal else {
        let none = language.pick("本办法没有规定申诉的期限和途径。", "The policy names no way to appeal.");
        return vec![none.to_owned()];
    };
    // where the cards are sealed, the days count from then
    let sealed = digests.ledger.as_ref().and_then(|ledger| ledger.sealed_on.get(person));
    let from = sealed.copied().unwrap_or(subject.assessment.as_of);
    let until = match (standing.open.is_empty(), standing.closed.is_empty()) {
        (true, _) => vec![deadline(appeal, from)],
        (false, true) => vec![not_begun(appeal, &Text::new("本单为暂定", "this one is provisional"))],
        (false, false) => {
            let [open, closed] = [&standing.open, &standing.closed].map(|titles| listed(titles, language));
            let (of, until) = (Text::same(closed), deadline(appeal, from));
            let which = Text::new(format!("{open} 暂定"), format!("provisional: {open}"));
            vec![
                Text::new(format!("{}：{}", of.zh, until.zh), format!("{}: {}", of.en, until.en)),
                not_begun(appeal, &which),
            ]
        }
    };
    let to = Text::new(format!("申诉方式：{}", appeal.to.zh), format!("How to appeal: {}", appeal.to.en));
    until.iter().chain([&to]).map(|line| line.get(language).to_owned()).collect()
}

/// Until when one may appeal against adjustments, by the day on which each was entered.
pub(super) fn of_adjustments(subject: &Subject<'_>, all: &[&InEffect], language: Language) -> Vec<String> {
    let Some(appeal) = &subject.pack.policy.appeal else { return Vec::new() };
    let days: BTreeMap<u64, NaiveDate> = all.iter().map(|one| (one.entry, one.on)).collect();
    let line = |(entry, on): (u64, NaiveDate)| {
        let until = deadline(appeal, on);
        language.pick(format!("第 {entry} 条：{}", until.zh), format!("entry {entry}: {}", until.en))
    };
    days.into_iter().map(line).collect()
}

/// What is provisional begins no days: they count from the final statement.
fn not_begun(appeal: &Appeal, which: &Text) -> Text {
    let days = appeal.days;
    let length = match &appeal.calendar {
        Some(calendar) => Text::new(
            format!("{days} 个工作日（{}）", calendar.title.zh),
            format!("{days} working days ({})", calendar.title.en),
        ),
        None => Text::new(format!("{days} 天"), format!("{days} days")),
    };
    Text::new(
        format!("申诉期限：定案通知单的截至日之后 {}；{}，申诉期尚未起算", length.zh, which.zh),
        format!(
            "Time to appeal: {} after the “as of” day of the final statement; {}, and the days have not begun",
            length.en, which.en
        ),
    )
}

/// The last day, and how it is counted.
fn deadline(appeal: &Appeal, from: NaiveDate) -> Text {
    let days = appeal.days;
    let length = match &appeal.calendar {
        Some(calendar) => Text::new(
            format!("{from} 之后 {days} 个工作日（{}）", calendar.title.zh),
            format!("{days} working days after {from} ({})", calendar.title.en),
        ),
        None => Text::new(format!("{from} 之后 {days} 天"), format!("{days} days after {from}")),
    };
    let last = match appeal.deadline(from) {
        Ok(day) => Text::same(day.to_string()),
        Err(not_announced) => {
            let reason = not_announced.reason();
            Text::new(
                format!("待定：日历尚未公布（{}）", reason.zh),
                format!("undetermined: the calendar is not announced ({})", reason.en),
            )
        }
    };
    Text::new(
        format!("申诉截止：{}（{}）", last.zh, length.zh),
        format!("Appeal until: {} ({})", last.en, length.en),
    )
}
