//! The summary: the figures of the month large, then how units and people stand, when it happened and by which clauses.

use super::chart::{Bar, bars};
use super::{Page, head, limits};
use crate::amount::{self, Unit};
use crate::assess::{Scorecard, Veto};
use crate::language::{Language, Text};
use crate::policy::{Account, Kind, Style};
use crate::report::card::CardInWords;
use crate::report::screen::{Figures, band_title};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl Page<'_> {
    pub(super) fn summary(&mut self) {
        self.section(&head::SUMMARY);
        self.tiles();
        for (position, kind) in self.subject.pack.policy.kinds.iter().enumerate() {
            match kind.screen.style {
                Style::Table => self.scores(position, kind),
                Style::Distribution => self.distribution(position, kind),
                Style::Charges | Style::None => {}
            }
        }
        self.grades();
        self.trend();
        self.pareto();
        self.end_section();
    }

    fn tiles(&mut self) {
        let Figures { findings, vetoes, charged, charged_most, .. } = self.screen.figures();
        let cards = &self.subject.assessment.scorecards;
        let open = cards.iter().filter(|card| card.is_provisional()).count();
        let most = match charged_most {
            Some(most) if most == charged => String::new(),
            Some(most) => amount::money(most),
            None => self.pick("待定", "open").to_owned(),
        };
        let kinds = &self.subject.pack.policy.kinds;
        let money = if kinds.iter().any(|kind| kind.money().is_some()) {
            amount::money(charged)
        } else {
            String::new()
        };
        let tile = |(zh, en, value): (&str, &str, String)| (self.pick(zh, en).to_owned(), value);
        let mut tiles = vec![tile(("认定", "findings", findings.to_string()))];
        tiles.extend(self.points());
        tiles.extend(
            [
                ("扣款", "charged", money),
                ("最多扣款", "charged at most", most),
                ("一票否决", "vetoes", vetoes.to_string()),
                ("记分卡", "scorecards", cards.len().to_string()),
                ("其中暂定", "of them provisional", open.to_string()),
            ]
            .map(tile),
        );
        self.markup.pairs("class=\"tiles\"", &tiles);
    }

    /// What is deducted from the cards of each kind. Cards of different kinds never add: one complaint can cost several.
    fn points(&self) -> Vec<(String, String)> {
        let mut deducted: Vec<(usize, &Account, Decimal)> = self
            .subject
            .assessment
            .sums()
            .filter(|(_, account, sum)| account.unit != Unit::Yuan && !sum.taken.least.is_zero())
            .map(|(kind, account, sum)| (kind, account, sum.taken.least))
            .collect();
        deducted.sort_by_key(|(kind, account, _)| (*kind, account.name.as_str()));
        let is_several = |kind: usize| deducted.iter().filter(|(other, ..)| *other == kind).count() > 1;
        let label = |(position, account, sum): &(usize, &Account, Decimal)| {
            let kind = self.subject.pack.policy.kinds.get(*position)?;
            let what = self.pick("扣分：", "points deducted: ");
            let title = kind.title.get(self.language);
            let of = if is_several(*position) {
                format!("{title} {}", account.title.get(self.language))
            } else {
                title.to_owned()
            };
            Some((format!("{what}{of}"), amount::plain(*sum)))
        };
        deducted.iter().filter_map(label).collect()
    }

    /// The score of every unit, first the one that needs attention most.
    fn scores(&mut self, position: usize, kind: &Kind) {
        let Some(account) = kind.score() else { return };
        let score =
            |card: &CardInWords<'_>| card.score().map(|score| score.settled.so_far).unwrap_or_default();
        let only_adds = account.only_adds();
        let mut cards: Vec<CardInWords<'_>> = self
            .screen
            .cards(position)
            .into_iter()
            .filter_map(|card| CardInWords::of(self.subject, card, self.language))
            .filter(|card| card.score().is_some())
            .collect();
        let all = cards.len();
        // where findings only add, whoever has nothing needs nothing
        cards.retain(|card| !only_adds || !score(card).is_zero());
        if cards.is_empty() {
            return;
        }
        cards.sort_by_key(|card| {
            let (score, code) = (score(card), card.card.key.subject.as_str());
            (if only_adds { Decimal::ZERO.saturating_sub(score) } else { score }, code)
        });
        cards.truncate(limits::BARS);
        let left = all.saturating_sub(cards.len());
        let drawn: Vec<Bar> = cards
            .iter()
            .map(|card| {
                let is_vetoed = card.card.veto == Veto::Stands;
                let state = if is_vetoed { card.state().to_owned() } else { String::new() };
                let words = [card.shown_score(), card.grade(), state];
                let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
                Bar {
                    label: card.card.name.get(self.language).to_owned(),
                    value: score(card),
                    shown: words.join(" · "),
                    marked: is_vetoed,
                }
            })
            .collect();
        let first = if only_adds {
            Text::new("高者在前", "the highest first")
        } else {
            Text::new("低者在前", "the lowest first")
        };
        let title = match self.language {
            Language::Zh => format!("{}：{}（{}）", kind.title.zh, account.title.zh, first.zh),
            Language::En => format!("{}: {} ({})", kind.title.en, account.title.en, first.en),
        };
        self.element("h3", "", &title);
        let openings = cards.iter().filter_map(|card| card.score().map(|score| score.opening.so_far));
        let whole = openings.max().unwrap_or_default();
        bars(&mut self.markup, &title, (&drawn, whole), None);
        self.beyond(left, only_adds);
    }

    /// How many of a kind have which score.
    fn distribution(&mut self, position: usize, kind: &Kind) {
        let cards: Vec<&Scorecard> = self.screen.cards(position);
        let (bands, vetoed) = self.screen.bands(kind, &cards);
        if bands.is_empty() && vetoed == 0 {
            return;
        }
        let bar = |label: String, count: usize, marked: bool| Bar {
            label,
            value: Decimal::from(count),
            shown: count.to_string(),
            marked,
        };
        let mut drawn: Vec<Bar> = Vec::new();
        for (Reverse(low), count) in &bands {
            drawn.push(bar(band_title(*low, drawn.is_empty()), *count, false));
        }
        if vetoed > 0 {
            drawn.push(bar(self.pick("否决", "veto").to_owned(), vetoed, true));
        }
        let title = match self.language {
            Language::Zh => format!("{}：各分数段人数，共 {}", kind.title.zh, cards.len()),
            Language::En => format!("{}: how many have which score, of {}", kind.title.en, cards.len()),
        };
        self.element("h3", "", &title);
        bars(&mut self.markup, &title, (&drawn, Decimal::ZERO), None);
    }

    /// How many cards of each graded kind have which grade.
    fn grades(&mut self) {
        let mut rows = Vec::new();
        for (position, kind) in self.subject.pack.policy.kinds.iter().enumerate() {
            let Some(grade) = &kind.grade else { continue };
            let cards = self.screen.cards(position);
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for card in &cards {
                let own = card.grades.first().map_or("", String::as_str);
                let count = counts.entry(own).or_default();
                *count = count.saturating_add(1);
            }
            let said = grade.all().map(|grade| (grade, counts.get(grade).copied().unwrap_or_default()));
            let said: Vec<String> = said.map(|(grade, count)| format!("{grade} {count}")).collect();
            let open = cards.iter().filter(|card| card.grades.len() > 1).count();
            if !cards.is_empty() {
                let title = kind.title.get(self.language).to_owned();
                rows.push(vec![title, cards.len().to_string(), said.join(" · "), open.to_string()]);
            }
        }
        if rows.is_empty() {
            return;
        }
        let title = self.pick("等次", "Grades");
        self.element("h3", "", title);
        let headings = match self.language {
            Language::Zh => ["考核对象", "卡", "各等次", "等次待定"],
            Language::En => ["kind", "cards", "of each grade", "grade open"],
        };
        let numeric = [false, true, false, true];
        self.put("<table>");
        self.markup.headings("", &headings, &numeric);
        self.put("<tbody>\n");
        rows.iter().for_each(|row| self.markup.row("", row, &numeric));
        self.put("</tbody></table>\n");
    }

    /// The figures of a chart as a table, folded away.
    pub(super) fn figures(&mut self, title: &str, headings: &[&str], rows: &[Vec<String>]) {
        let more = self.pick("图中数字", "the figures of the chart").to_owned();
        self.put("<details class=\"figures\">");
        self.element("summary", "", &more);
        self.put("<div class=\"wide\"><table>");
        // what is a number stands to the right
        let is_number = |text: &String| {
            text.chars().any(|letter| letter.is_ascii_digit())
                && text.chars().all(|letter| !letter.is_alphabetic())
        };
        let numeric: Vec<bool> = (0..headings.len())
            .map(|place| place > 0 && rows.iter().all(|row| row.get(place).is_some_and(is_number)))
            .collect();
        self.markup.headings(title, headings, &numeric);
        self.put("<tbody>\n");
        rows.iter().for_each(|row| self.markup.row("", row, &numeric));
        self.put("</tbody></table></div></details>\n");
    }

    /// Says how many others there are, and where they stand.
    pub(super) fn beyond(&mut self, left: usize, only_adds: bool) {
        if left == 0 {
            return;
        }
        let said = match (self.language, only_adds) {
            (Language::Zh, false) => format!("以上为最低的；另有 {left} 个更高，见 scorecards.csv。"),
            (Language::Zh, true) => format!("以上为最高的；另有 {left} 个更低，见 scorecards.csv。"),
            (Language::En, false) => format!("These are the lowest; {left} stand higher: in scorecards.csv."),
            (Language::En, true) => format!("These are the highest; {left} stand lower: in scorecards.csv."),
        };
        self.element("p", "class=\"note\"", &said);
    }
}
