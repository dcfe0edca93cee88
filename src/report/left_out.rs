//! For every count that a working reads: the rows that do not have what is counted, so that the count can be checked.

use super::Subject;
use crate::assess::{CardKey, Finding};
use crate::decision::Node;
use crate::fact::{Aggregate, Facts as _, Origin, Value};
use crate::language::Language;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The rows that lead to each card.
type Led = BTreeMap<CardKey, Vec<usize>>;

/// What counts leave out, for a report that opens many cards: which rows lead where is found out once a kind.
pub(super) struct LeftOut<'l> {
    subject: &'l Subject<'l>,
    led: RefCell<BTreeMap<usize, Led>>,
}

impl<'l> LeftOut<'l> {
    pub(super) fn new(subject: &'l Subject<'l>) -> Self {
        Self { subject, led: RefCell::default() }
    }

    /// `without closed: TS-1343 (row 344)`: a line a count, of which no more rows are named than asked for.
    pub(super) fn lines(
        &self,
        finding: &Finding<'_>,
        card: &CardKey,
        shown: usize,
        language: Language,
    ) -> Vec<String> {
        let mut read = BTreeSet::new();
        if let Some(working) = finding.working() {
            working.visit(&mut |part| {
                if let Node::Fact(name) = &part.node {
                    read.insert(name.clone());
                }
            });
        }
        let Some(judged) = finding.judged_row().filter(|_| !read.is_empty()) else { return Vec::new() };
        let mut lines = Vec::new();
        for fact in read.iter().filter_map(|name| judged.record.schema.get(name)) {
            let Origin::Aggregate(aggregate) = &fact.origin else { continue };
            let Aggregate { over, condition: Some(condition), .. } = aggregate.as_ref() else { continue };
            let Some((position, _)) = self.subject.pack.policy.kind(over) else { continue };
            let title = fact.title.get(language);
            let (without, open) = self.rows((position, condition), card, language);
            let said =
                [(language.pick("未计入", "without"), without), (language.pick("待定", "undecided"), open)];
            for (said, records) in said.into_iter().filter(|(_, records)| !records.is_empty()) {
                let more = records.len().saturating_sub(shown);
                let more = if more == 0 { String::new() } else { format!(" … +{more}") };
                let records: Vec<String> = records.into_iter().take(shown).collect();
                lines.push(format!("{said} {title}: {}{more}", records.join(language.pick("、", ", "))));
            }
        }
        lines
    }

    /// The rows of a card that do not have what is counted, and those of which that is open.
    fn rows(
        &self,
        (position, condition): (usize, &str),
        card: &CardKey,
        language: Language,
    ) -> (Vec<String>, Vec<String>) {
        let (mut without, mut open) = (Vec::new(), Vec::new());
        let mut led = self.led.borrow_mut();
        let led = led.entry(position).or_insert_with(|| self.of_kind(position));
        let Some(rows) = self.subject.assessment.rows.get(&position) else { return (without, open) };
        for row in led.get(card).into_iter().flatten() {
            let Some(record) = rows.record(*row) else { continue };
            let list = match record.value(condition) {
                Value::Bool(true) => continue,
                Value::Bool(false) => &mut without,
                _ => &mut open,
            };
            let (id, number) = (rows.id(*row), rows.place(*row).1);
            list.push(match language {
                Language::Zh => format!("{id}（第 {number} 行）"),
                Language::En => format!("{id} (row {number})"),
            });
        }
        (without, open)
    }

    fn of_kind(&self, position: usize) -> Led {
        let mut led = Led::new();
        for (place, row) in self.subject.assessment.rows_of(position).enumerate() {
            let cards: BTreeSet<&CardKey> = row.bearers.values().flatten().collect();
            for card in cards {
                led.entry(card.clone()).or_default().push(place);
            }
        }
        led
    }
}
