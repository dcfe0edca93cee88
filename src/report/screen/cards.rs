//! Cards: a line each with rates, points, score and grade; or how many have which score.

use super::Screen;
use crate::amount::{self, Unit};
use crate::assess::{Balance, Scorecard, Veto};
use crate::fact::{FactType, Facts as _, Origin, Value};
use crate::interval::Interval;
use crate::language::Language;
use crate::policy::Kind;
use crate::report::wording::placed;
use crate::report::{Report, Table};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Cards of the longest bar.
const BAR: usize = 20;
/// Points of one band of scores.
const BAND: i64 = 5;

impl Screen<'_> {
    pub(in crate::report) fn cards(&self, position: usize) -> Vec<&Scorecard> {
        self.subject.assessment.scorecards.iter().filter(|card| card.key.kind == position).collect()
    }

    fn score<'c>(&self, kind: &Kind, card: &'c Scorecard) -> Option<&'c Balance> {
        card.balance(&kind.score()?.name)
    }

    pub(in crate::report) fn rates(&self, position: usize, kind: &Kind, report: &mut Report) {
        let mut cards = self.cards(position);
        if cards.is_empty() {
            return;
        }
        cards.sort_by_key(|card| {
            let place = card.rank.map_or(Decimal::MAX, |rank| rank.place.so_far);
            let score = self.score(kind, card);
            let (settled, before) =
                score.map(|score| (score.settled.so_far, score.before_veto.so_far)).unwrap_or_default();
            (place, std::cmp::Reverse(settled), std::cmp::Reverse(before), card.key.subject.clone())
        });
        report.gap();
        let mut headings = vec![self.upper(kind.title.get(self.language))];
        for column in &kind.screen.columns {
            let fact = kind.schema.get(column);
            headings.push(fact.map_or(column.clone(), |fact| fact.title.get(self.language).to_owned()));
        }
        headings.extend([self.pick("扣分", "points"), self.pick("得分", "score")].map(str::to_owned));
        let mut numeric = vec![false];
        numeric.extend(kind.screen.columns.iter().map(|_| true));
        numeric.extend([true, true]);
        if kind.ranking.is_some() {
            headings.push(self.pick("名次", "rank").to_owned());
            numeric.push(true);
        }
        headings.push(self.pick("等次", "grade").to_owned());
        numeric.push(false);
        let mut table = Table { headings, numeric, ..Table::default() };
        for card in &cards {
            table.rows.push(self.rate_row(kind, card));
        }
        table.rows.push(self.sum_row(kind, &cards));
        for row in &mut table.rows {
            if let Some(first) = row.first_mut() {
                first.insert_str(0, "  ");
            }
        }
        report.table(table);
    }

    fn upper(&self, title: &str) -> String {
        match self.language {
            Language::Zh => title.to_owned(),
            Language::En => title.to_uppercase(),
        }
    }

    fn rate_row(&self, kind: &Kind, card: &Scorecard) -> Vec<String> {
        let mut row = vec![self.name(&card.key.subject)];
        for column in &kind.screen.columns {
            row.push(self.cell(kind, column, &card.record.value(column)));
        }
        let score = self.score(kind, card);
        row.push(score.map_or(String::new(), |score| amount::signed(score.entered)));
        row.push(score.map_or(String::new(), |score| amount::plain(score.settled.so_far)));
        if kind.ranking.is_some() {
            row.push(card.rank.map_or_else(|| "—".to_owned(), |rank| placed(&rank)));
        }
        let grade = card.grades.first().cloned().unwrap_or_default();
        let mark = match card.veto {
            Veto::Stands => self.pick("   否决", "   veto").to_owned(),
            _ if card.is_provisional() => format!("   {}", self.doubt(kind, card)),
            _ => String::new(),
        };
        row.push(format!("{grade}{mark}"));
        row
    }

    /// "? 83–85, B or C".
    fn doubt(&self, kind: &Kind, card: &Scorecard) -> String {
        let bounds = self.score(kind, card).map(|score| score.settled);
        let side = |bound: Option<Decimal>| bound.map_or_else(|| "?".to_owned(), amount::plain);
        let range = match bounds {
            Some(bounds) if !bounds.is_settled() => format!("? {}–{}", side(bounds.low), side(bounds.high)),
            _ => "?".to_owned(),
        };
        if card.grades.len() > 1 {
            let between = self.pick(" 或 ", " or ");
            format!("{range}{}{}", self.pick("，", ", "), card.grades.join(between))
        } else {
            range
        }
    }

    fn cell(&self, kind: &Kind, column: &str, value: &Value) -> String {
        let Some(fact) = kind.schema.get(column) else { return String::new() };
        match (&fact.kind, value) {
            (FactType::Number { unit: Unit::Percent, .. }, Value::Number(share)) => {
                amount::percent_aligned(*share)
            }
            (FactType::Number { unit: Unit::Percent, .. }, Value::Between(Interval { low, high })) => {
                let side =
                    |bound: &Option<Decimal>| bound.map_or_else(|| "?".to_owned(), amount::percent_aligned);
                let (low, high) = (side(low), side(high));
                format!("{}–{high}", low.trim_end_matches(" %"))
            }
            (_, Value::Undetermined(_) | Value::Missing) => "–".to_owned(),
            (kind, value) => kind.show(value, self.language),
        }
    }

    /// The whole: counts add up, and rates are worked out again from the sums.
    fn sum_row(&self, kind: &Kind, cards: &[&Scorecard]) -> Vec<String> {
        let mut sums: BTreeMap<String, Interval> = BTreeMap::new();
        for fact in kind.schema.facts().iter().filter(|fact| matches!(fact.origin, Origin::Aggregate(_))) {
            let mut sum = Interval::exactly(Decimal::ZERO);
            for card in cards {
                sum = sum.plus(card.record.value(&fact.name).interval()).unwrap_or(Interval::UNKNOWN);
            }
            sums.insert(fact.name.clone(), sum);
        }
        let mut row = vec![self.pick("合计", "all").to_owned()];
        for column in &kind.screen.columns {
            let value = match sums.get(column) {
                Some(sum) => sum.exact().map_or(Value::Between(*sum), Value::Number),
                None => self.rate_of(kind, column, &sums),
            };
            row.push(self.cell(kind, column, &value));
        }
        let entered = cards
            .iter()
            .filter_map(|card| self.score(kind, card))
            .fold(Decimal::ZERO, |sum, score| sum.saturating_add(score.entered));
        row.push(amount::signed(entered));
        row
    }

    fn rate_of(&self, kind: &Kind, column: &str, sums: &BTreeMap<String, Interval>) -> Value {
        use crate::clause::Record;
        use crate::decision::{End, Returned};
        let Some(Origin::Definition(by)) = kind.schema.get(column).map(|fact| &fact.origin) else {
            return Value::Missing;
        };
        let Some(definition) = self.subject.rules.definition(&kind.name, by) else { return Value::Missing };
        let mut record = Record::blank(&kind.name, &kind.schema);
        for (name, sum) in sums {
            record = record.with(name, sum.exact().map_or(Value::Between(*sum), Value::Number));
        }
        let terms = self.subject.pack.terms(self.subject.assessment.period.last);
        let paths =
            self.subject.rules.run(definition, &std::sync::Arc::new(record), &terms).unwrap_or_default();
        match paths.as_slice() {
            [path] => match &path.end {
                End::Returned(Returned::Number(number)) => {
                    number.value.exact().map_or(Value::Between(number.value), Value::Number)
                }
                _ => Value::Missing,
            },
            _ => Value::Missing,
        }
    }

    pub(super) fn distribution(&self, position: usize, kind: &Kind, report: &mut Report) {
        let cards = self.cards(position);
        if cards.is_empty() {
            return;
        }
        let (bands, vetoed) = self.bands(kind, &cards);
        let largest = bands.values().copied().chain([vetoed, 1]).max().unwrap_or(1);
        let bar = |count: usize| {
            let length = count.saturating_mul(BAR).div_ceil(largest);
            "█".repeat(length)
        };
        report.gap();
        let mut parts = Vec::new();
        for (std::cmp::Reverse(low), count) in &bands {
            parts.push(format!("{} {} {count}", band_title(*low, parts.is_empty()), bar(*count)));
        }
        if vetoed > 0 {
            parts.push(format!("{} {} {vetoed}", self.pick("否决", "veto"), bar(vetoed)));
        }
        let of = match self.language {
            Language::Zh => format!("共 {} 人", cards.len()),
            Language::En => format!("of {}", cards.len()),
        };
        let title = self.upper(kind.title.get(self.language));
        report.line(format!("{title}      {}      {of}", parts.join("   ")));
        self.lowest(kind, &cards, report);
    }

    /// How many cards have a score in each band, the highest first, and how many are vetoed.
    pub(in crate::report) fn bands(
        &self,
        kind: &Kind,
        cards: &[&Scorecard],
    ) -> (BTreeMap<std::cmp::Reverse<Decimal>, usize>, usize) {
        let mut bands: BTreeMap<std::cmp::Reverse<Decimal>, usize> = BTreeMap::new();
        let mut vetoed = 0_usize;
        for card in cards {
            if card.veto == Veto::Stands {
                vetoed = vetoed.saturating_add(1);
            } else if let Some(score) = self.score(kind, card) {
                let band = Decimal::from(BAND);
                let top = score.opening.so_far.saturating_sub(band);
                let low = score.settled.so_far.checked_div(band).unwrap_or_default().floor();
                let low = low.saturating_mul(band).min(top);
                let count = bands.entry(std::cmp::Reverse(low)).or_default();
                *count = count.saturating_add(1);
            }
        }
        (bands, vetoed)
    }

    fn lowest(&self, kind: &Kind, cards: &[&Scorecard], report: &mut Report) {
        let score = |card: &Scorecard| self.score(kind, card).map(|score| score.settled.so_far);
        let standing = || cards.iter().filter(|card| card.veto != Veto::Stands);
        let Some(lowest) = standing().filter_map(|card| score(card)).min() else { return };
        let mut last = standing().filter(|card| score(card) == Some(lowest));
        let Some(first) = last.next() else { return };
        let others = last.count();
        let clean = cards.iter().filter(|card| card.findings.is_empty()).count();
        let money = kind.money().and_then(|account| first.balance(&account.name));
        let charge = money.map_or(String::new(), |balance| {
            let charge = Decimal::ZERO.saturating_sub(balance.settled.so_far);
            format!("{}{}", self.pick("、", ", "), amount::money(charge))
        });
        let (who, lowest) = (self.name(&first.key.subject), amount::plain(lowest));
        let others = match (others, self.language) {
            (0, _) => String::new(),
            (_, Language::Zh) => format!(" · 另有 {others} 人 {lowest} 分"),
            (_, Language::En) => format!(" · {others} more with {lowest}"),
        };
        report.line(match self.language {
            Language::Zh => format!("  未被否决的最低分：{who} {lowest} 分{charge}{others} · {clean} 人无任何认定"),
            Language::En => {
                format!("  lowest without veto: {who} {lowest}{charge}{others} · {clean} people without any finding")
            }
        });
    }
}

/// `95–100`, `90–94`.
pub(in crate::report) fn band_title(low: Decimal, is_highest: bool) -> String {
    let high = low.saturating_add(Decimal::from(BAND));
    let high = if is_highest { high } else { high.saturating_sub(Decimal::ONE) };
    format!("{}–{}", amount::plain(low), amount::plain(high))
}
