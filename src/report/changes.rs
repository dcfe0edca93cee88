//! Changes of facts in words, and the cards they would have touched: `replied 10:00 instead of 12:05: East 81 → 82`.

use super::wording::placed;
use super::{Report, Subject, Table};
use crate::amount::Unit;
use crate::assess::{Bounds, CardKey, Rank, Veto};
use crate::counterfactual::{Change, Changed, Confirmed, Shortage, Touched};
use crate::fact::{Fact, FactType, Value};
use crate::language::Language;
use crate::policy::Kind;
use std::collections::BTreeSet;

/// Sentences about changes.
#[derive(Clone, Copy)]
pub(super) struct Changes<'c> {
    pub(super) subject: &'c Subject<'c>,
    pub(super) language: Language,
    /// How many rows are named before it is only said how many more there are.
    pub(super) named: usize,
}

/// Sets of changes that come to the same cards, and differ in the values of one fact at most.
struct Way<'w> {
    kind: String,
    changes: Vec<(&'w Change, Vec<&'w Value>)>,
    of: &'w Confirmed,
}

impl Changes<'_> {
    /// Ways to what was wanted, each with the cards it touches.
    pub(super) fn write_ways(&self, ways: &[Confirmed], indent: usize, report: &mut Report) {
        let ways = merged(ways);
        for (index, way) in ways.iter().enumerate() {
            if index > 0 {
                report.line(format!("{}{}", " ".repeat(indent), self.language.pick("或者", "or")));
            }
            for (change, values) in &way.changes {
                let said = self.change(&way.kind, change, values);
                report.line(format!("{}{said}", " ".repeat(indent)));
            }
            self.write_touched(&way.of.touched, indent.saturating_add(2), report);
        }
    }

    /// What would have had to be counted otherwise, and by which rows.
    pub(super) fn write_shortage(&self, kind: &Kind, shortage: &Shortage, report: &mut Report) {
        let change = self.change(&kind.name, &shortage.change, &[&shortage.change.after]);
        report.line(format!("  {change}"));
        let out_of_reach = self.listed(&shortage.out_of_reach);
        let Some(confirmed) = &shortage.confirmed else {
            report.line(match self.language {
                Language::Zh => format!("    没有一件可由经办人员改变\u{ff1a}{out_of_reach}"),
                Language::En => format!("    none of these was in the staff's hands: {out_of_reach}"),
            });
            return;
        };
        let reached = confirmed.rows.len();
        let needed = shortage.needed;
        report.line(match self.language {
            Language::Zh if reached < needed => {
                format!("    须 {needed} 件\u{ff0c}只有 {reached} 件可由经办人员改变")
            }
            Language::Zh => format!("    {needed} 件改变即可"),
            Language::En if reached < needed => {
                format!("    {needed} would have had to change; {reached} of them were in the staff's hands")
            }
            Language::En => format!("    {needed} would have had to change"),
        });
        for row in &confirmed.rows {
            self.write_row(row, report);
        }
        let spare: Vec<String> =
            shortage.within_reach.iter().skip(reached).map(|changed| changed.id.clone()).collect();
        if !spare.is_empty() {
            let spare = self.listed(&spare);
            report.line(match self.language {
                Language::Zh => format!("    或以此代替\u{ff1a}{spare}"),
                Language::En => format!("    or in their place: {spare}"),
            });
        }
        if !out_of_reach.is_empty() {
            report.line(match self.language {
                Language::Zh => format!("    不由经办人员决定\u{ff1a}{out_of_reach}"),
                Language::En => format!("    not in the staff's hands: {out_of_reach}"),
            });
        }
        self.write_touched(&confirmed.touched, 4, report);
    }

    /// Identifiers, and how many more there are.
    pub(super) fn listed(&self, ids: &[String]) -> String {
        let shown: Vec<&str> = ids.iter().take(self.named).map(String::as_str).collect();
        let more = ids.len().saturating_sub(shown.len());
        let more = if more == 0 { String::new() } else { format!(" … +{more}") };
        format!("{}{more}", shown.join(self.language.pick("\u{3001}", ", ")))
    }

    fn write_row(&self, row: &Changed, report: &mut Report) {
        let changes: Vec<String> =
            row.changes.iter().map(|change| self.change(&row.kind, change, &[&change.after])).collect();
        report.line(format!("      {}  {}", row.id, changes.join(self.language.pick("\u{ff1b}", ", "))));
    }

    /// A fact with what it would have been: one value, or any of some words.
    pub(super) fn change(&self, kind: &str, change: &Change, values: &[&Value]) -> String {
        let fact = self.subject.pack.policy.kind(kind).and_then(|(_, kind)| kind.schema.get(&change.fact));
        let title = fact.map_or(change.fact.as_str(), |fact| fact.title.get(self.language));
        let show = |value: &Value| shown(fact, value, self.language);
        let shown: Vec<String> = values.iter().map(|value| show(value)).collect();
        let values = match shown.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => {
                format!(
                    "{}{}{last}",
                    others.join(self.language.pick("\u{3001}", ", ")),
                    self.language.pick(" 或 ", " or ")
                )
            }
            None => String::new(),
        };
        let before = show(&change.before);
        let apart = self.apart(change).map_or(String::new(), |apart| match self.language {
            Language::Zh => format!("\u{ff08}{apart}\u{ff09}"),
            Language::En => format!(" ({apart})"),
        });
        // a word needs a sign before it, a measure does not
        let title = match &change.after {
            Value::Bool(_) | Value::Word(_) | Value::Text(_) => format!("{title} ="),
            _ => title.to_owned(),
        };
        match self.language {
            Language::Zh => format!("{title} {values}\u{ff0c}而非 {before}{apart}"),
            Language::En => format!("{title} {values} instead of {before}{apart}"),
        }
    }

    /// How much sooner or later a moment would have been.
    fn apart(&self, change: &Change) -> Option<String> {
        let (Value::Moment(before), Value::Moment(after)) = (&change.before, &change.after) else {
            return None;
        };
        let seconds = after.signed_duration_since(*before).num_seconds();
        // a moment that moves within its minute moves by at least one
        let minutes = seconds.saturating_abs().saturating_add(59).checked_div(60)?;
        let (hours, minutes) = (minutes.checked_div(60)?, minutes.checked_rem(60)?);
        let (days, hours) = (hours.checked_div(24)?, hours.checked_rem(24)?);
        let parts = match self.language {
            Language::Zh => [(days, " 天"), (hours, " 小时"), (minutes, " 分钟")],
            Language::En => [(days, " d"), (hours, " h"), (minutes, " min")],
        };
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count != 0)
            .map(|(count, unit)| format!("{count}{unit}"))
            .collect();
        let length = parts.join(" ");
        Some(match (self.language, seconds < 0) {
            (Language::Zh, true) => format!("早 {length}"),
            (Language::Zh, false) => format!("晚 {length}"),
            (Language::En, true) => format!("{length} sooner"),
            (Language::En, false) => format!("{length} later"),
        })
    }

    fn write_touched(&self, touched: &[Touched], indent: usize, report: &mut Report) {
        let mut rows = Vec::new();
        for card in touched {
            let Some(kind) = self.subject.pack.policy.kinds.get(card.key.kind) else { continue };
            let who = format!("{} {}", kind.title.get(self.language), self.name(&card.key));
            rows.extend(self.lines_of(kind, card).into_iter().map(|line| {
                let mut cells = vec![who.clone()];
                cells.extend(line);
                cells
            }));
        }
        if !rows.is_empty() {
            report.table(Table { indent, rows, ..Table::default() });
        }
    }

    fn name(&self, key: &CardKey) -> String {
        self.subject.subject_name(&key.subject, self.language)
    }

    /// Account by account before and after, then veto and grade.
    fn lines_of(&self, kind: &Kind, card: &Touched) -> Vec<Vec<String>> {
        let vetoed = card.before.veto == Veto::Stands && card.after.veto == Veto::Stands;
        let mut lines = Vec::new();
        for (before, after) in card.before.balances.iter().zip(&card.after.balances) {
            if before.before_veto == after.before_veto && before.settled == after.settled {
                continue;
            }
            let title = kind
                .account(&before.account)
                .map_or(before.account.as_str(), |account| account.title.get(self.language));
            let (from, to) = if vetoed {
                (before.before_veto, after.before_veto)
            } else {
                (before.settled, after.settled)
            };
            let said = format!("{} → {}", self.bounds(from, &before.unit), self.bounds(to, &after.unit));
            let under = if vetoed && before.settled == after.settled {
                self.language
                    .pick("\u{ff08}否决前\u{ff0c}仍被否决\u{ff09}", " (before the veto, which stays)")
            } else {
                ""
            };
            lines.push(vec![title.to_owned(), format!("{said}{under}")]);
        }
        if card.before.veto != card.after.veto {
            let word = |veto: Veto| match veto {
                Veto::None => self.language.pick("无", "none"),
                Veto::Possible => self.language.pick("可能", "possible"),
                Veto::Stands => self.language.pick("已否决", "stands"),
            };
            let said = format!("{} → {}", word(card.before.veto), word(card.after.veto));
            lines.push(vec![self.language.pick("一票否决", "veto").to_owned(), said]);
        }
        if card.before.grades != card.after.grades {
            let word = |grades: &[String]| grades.join(self.language.pick(" 或 ", " or "));
            let said = format!("{} → {}", word(&card.before.grades), word(&card.after.grades));
            lines.push(vec![self.language.pick("等次", "grade").to_owned(), said]);
        }
        if card.before.rank != card.after.rank {
            let place = |rank: &Option<Rank>| rank.as_ref().map_or_else(|| "—".to_owned(), placed);
            let said = format!("{} → {}", place(&card.before.rank), place(&card.after.rank));
            lines.push(vec![self.language.pick("名次", "rank").to_owned(), said]);
        }
        lines
    }

    fn bounds(&self, bounds: Bounds, unit: &Unit) -> String {
        figure(bounds, unit, self.language)
    }
}

/// A settled figure; while it is open, what it can still turn out to be.
pub(super) fn figure(bounds: Bounds, unit: &Unit, language: Language) -> String {
    let show = |bound: Option<rust_decimal::Decimal>| {
        bound.map_or_else(|| "?".to_owned(), |bound| unit.show(bound, language))
    };
    let so_far = show(Some(bounds.so_far));
    let open = |bound: Option<rust_decimal::Decimal>| bound != Some(bounds.so_far);
    match (open(bounds.low), open(bounds.high), language) {
        (false, false, _) => so_far,
        (true, true, _) => format!("{so_far} ? {} … {}", show(bounds.low), show(bounds.high)),
        (low, _, language) => {
            let bound = show(if low { bounds.low } else { bounds.high });
            match language {
                Language::Zh => format!("{so_far} ? 至 {bound}"),
                Language::En => format!("{so_far} ? to {bound}"),
            }
        }
    }
}

fn shown(fact: Option<&Fact>, value: &Value, language: Language) -> String {
    fact.map_or_else(|| FactType::plain(value), |fact| fact.kind.show(value, language))
}

/// Whether two ways come to the same cards.
fn same_cards(a: &Confirmed, b: &Confirmed) -> bool {
    let same = |(a, b): (&Touched, &Touched)| {
        let balances = a.after.balances.iter().zip(&b.after.balances);
        a.key == b.key
            && a.after.veto == b.after.veto
            && a.after.grades == b.after.grades
            && balances.into_iter().all(|(a, b)| a.before_veto == b.before_veto && a.settled == b.settled)
    };
    a.touched.len() == b.touched.len() && a.touched.iter().zip(&b.touched).all(same)
}

/// Ways that differ in one word only and come to the same are one way with several words.
fn merged(ways: &[Confirmed]) -> Vec<Way<'_>> {
    let mut merged: Vec<Way<'_>> = Vec::new();
    for confirmed in ways {
        let Some(row) = confirmed.rows.first() else { continue };
        let mut joined = false;
        for way in &mut merged {
            let facts = || way.changes.iter().map(|(change, _)| &change.fact);
            if !same_cards(way.of, confirmed) || !facts().eq(row.changes.iter().map(|change| &change.fact)) {
                continue;
            }
            let differs: BTreeSet<usize> = way
                .changes
                .iter()
                .zip(&row.changes)
                .enumerate()
                .filter(|(_, ((_, values), change))| **values != [&change.after])
                .map(|(place, _)| place)
                .collect();
            if let [place] = Vec::from_iter(differs).as_slice()
                && let (Some((_, values)), Some(change)) =
                    (way.changes.get_mut(*place), row.changes.get(*place))
                && matches!(change.after, Value::Word(_) | Value::Text(_))
            {
                values.push(&change.after);
                joined = true;
                break;
            }
        }
        if !joined {
            let changes = row.changes.iter().map(|change| (change, vec![&change.after])).collect();
            merged.push(Way { kind: row.kind.clone(), changes, of: confirmed });
        }
    }
    merged
}
