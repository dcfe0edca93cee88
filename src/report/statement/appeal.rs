//! Until when and to whom somebody may appeal, as the pack says.

use crate::language::{Language, Text};
use crate::report::Subject;

/// The way to appeal in words: by when, and to whom.
pub(super) fn way(subject: &Subject<'_>, language: Language) -> Vec<String> {
    let Some(appeal) = &subject.pack.policy.appeal else {
        let none = language.pick("本办法没有规定申诉的期限和途径。", "The policy names no way to appeal.");
        return vec![none.to_owned()];
    };
    let days = appeal.days;
    let counted = appeal.calendar.as_ref().map(|calendar| &calendar.title);
    let as_of = subject.assessment.as_of;
    let length = match counted {
        Some(calendar) => Text::new(
            format!("{as_of} 之后 {days} 个工作日（{}）", calendar.zh),
            format!("{days} working days after {as_of} ({})", calendar.en),
        ),
        None => Text::new(format!("{as_of} 之后 {days} 天"), format!("{days} days after {as_of}")),
    };
    let last = match appeal.deadline(as_of) {
        Ok(day) => Text::same(day.to_string()),
        Err(not_announced) => {
            let reason = not_announced.reason();
            Text::new(
                format!("待定：日历尚未公布（{}）", reason.zh),
                format!("undetermined: the calendar is not announced ({})", reason.en),
            )
        }
    };
    let (last, length, to) = (last.get(language), length.get(language), appeal.to.get(language));
    match language {
        Language::Zh => vec![format!("申诉截止：{last}（{length}）"), format!("申诉方式：{to}")],
        Language::En => vec![format!("Appeal until: {last} ({length})"), format!("How to appeal: {to}")],
    }
}
