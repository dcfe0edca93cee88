//! Who is free to decide an appeal: nobody who assessed, appealed, answers for the appellant, or is on a card by the same row.

use super::{Closing, fault};
use crate::diagnostic::Diagnostic;
use crate::ledger::{Author, Entry, EntryKind, is_same_name};
use crate::organisation::Organisation;
use chrono::NaiveDate;
use std::collections::BTreeSet;

impl Closing<'_> {
    /// That somebody appealed or decided, and is not free to confirm or adjust.
    pub(super) fn took_part(&self, entries: &[Entry], who: &Author) -> Option<Diagnostic> {
        let of_appeals =
            |entry: &&Entry| matches!(entry.kind, EntryKind::AppealOpened | EntryKind::AppealDecided);
        let mut own = entries.iter().filter(of_appeals).filter(|entry| self.is_own(entry));
        let (by, seq) = (&who.by, own.find(|entry| who.wrote(entry))?.seq);
        Some(fault(
            "L021",
            format!("「{by}」参与过申诉（第 {seq} 条），不能确认或调整"),
            format!("`{by}` took part in an appeal (entry {seq}) and cannot confirm or adjust"),
        ))
    }

    /// Why whoever decides is not free to.
    pub(super) fn partial(&self, entries: &[Entry], opened: &Entry, who: &Author) -> Vec<Diagnostic> {
        let (by, subject) = (&who.by, opened.text("subject"));
        let barred = |zh: String, en: String| {
            fault("L021", format!("「{by}」{zh}，不能作决定"), format!("`{by}` {en} and cannot decide"))
        };
        let mut faults = Vec::new();
        let mut assessed = entries.iter().filter(|entry| {
            matches!(
                entry.kind,
                EntryKind::AssessmentSealed | EntryKind::Confirmed | EntryKind::AdjustmentSealed
            ) && self.is_own(entry)
        });
        if let Some(entry) = assessed.rfind(|entry| who.wrote(entry)) {
            let seq = entry.seq;
            faults.push(barred(
                format!("参与过考核（第 {seq} 条）"),
                format!("took part in the assessment (entry {seq})"),
            ));
        }
        if who.wrote(opened) {
            faults.push(barred("是申诉人".to_owned(), "appealed".to_owned()));
        }
        let organisation = self.subject.organisation;
        let line = line_of(organisation, subject, opened.on);
        if let Some(role) = line.iter().find(|role| is_called(organisation, role, by)) {
            faults.push(barred(
                format!("（{role}）在「{subject}」的管理线上"),
                format!("({role}) is in the line of `{subject}`"),
            ));
        } else if let Some(bearer) = self.bearers(opened).find(|own| is_called(organisation, own, by)) {
            faults.push(barred(
                format!("（{bearer}）也因这一行受考核"),
                format!("({bearer}) is charged or credited by the same row"),
            ));
        }
        faults
    }

    /// Whose cards the row is on that an appeal is about.
    fn bearers<'c>(&'c self, opened: &Entry) -> impl Iterator<Item = &'c str> + use<'c> {
        let record = opened.text("record").to_owned();
        let findings = self.subject.assessment.findings();
        let of_row = findings.filter(move |finding| finding.record() == record);
        of_row.filter_map(|finding| Some(finding.card()?.subject.as_str()))
    }
}

/// Whoever the subject is, and whoever holds a post of a unit above it on a day.
fn line_of(organisation: &Organisation, subject: &str, day: NaiveDate) -> BTreeSet<String> {
    let mut units = vec![subject.to_owned()];
    let mut next = organisation.on(subject, day).and_then(|member| member.parent.clone());
    while let Some(unit) = next.filter(|unit| !units.contains(unit)) {
        next = organisation.on(&unit, day).and_then(|member| member.parent.clone());
        units.push(unit);
    }
    let posts =
        organisation.posts().iter().filter(|post| units.contains(&post.of) && post.days.contains(day));
    posts.map(|post| post.person.clone()).chain([subject.to_owned()]).collect()
}

/// Whether a person of that code is meant by a name.
fn is_called(organisation: &Organisation, code: &str, name: &str) -> bool {
    let mut rows = organisation.rows_of(code).iter();
    let is_own = |other: &str| is_same_name(name, other);
    is_own(code)
        || rows.any(|member| {
            let both = [format!("{} {code}", member.name.zh), format!("{} {code}", member.name.en)];
            let turned = [format!("{code} {}", member.name.zh), format!("{code} {}", member.name.en)];
            let names = [member.name.zh.as_str(), member.name.en.as_str()];
            names.into_iter().chain(both.iter().chain(&turned).map(String::as_str)).any(is_own)
        })
}
