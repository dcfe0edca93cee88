//! The summary: the figures of the month large, then how units and people stand, when it happened and by which clauses.

use super::chart::{Bar, bars};
use super::{Page, head, limits};
use crate::amount;
use crate::assess::{Scorecard, Veto};
use crate::language::Language;
use crate::policy::{Kind, Style};
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
        let Figures { findings, vetoes, points, charged, charged_most } = self.screen.figures();
        let cards = &self.subject.assessment.scorecards;
        let open = cards.iter().filter(|card| card.is_provisional()).count();
        let most = match charged_most {
            Some(most) if most == charged => String::new(),
            Some(most) => amount::money(most),
            None => self.pick("待定", "open").to_owned(),
        };
        let tiles = [
            ("认定", "findings", findings.to_string()),
            ("扣分", "points deducted", amount::plain(points)),
            ("扣款", "charged", amount::money(charged)),
            ("最多扣款", "charged at most", most),
            ("一票否决", "vetoes", vetoes.to_string()),
            ("记分卡", "scorecards", cards.len().to_string()),
            ("其中暂定", "of them provisional", open.to_string()),
        ];
        let tiles = tiles.map(|(zh, en, value)| (self.pick(zh, en).to_owned(), value));
        self.markup.pairs("class=\"tiles\"", &tiles);
    }

    /// The score of every unit, the best first.
    fn scores(&mut self, position: usize, kind: &Kind) {
        let mut cards: Vec<CardInWords<'_>> = self
            .screen
            .cards(position)
            .into_iter()
            .filter_map(|card| CardInWords::of(self.subject, card, self.language))
            .filter(|card| card.score().is_some())
            .collect();
        if cards.is_empty() {
            return;
        }
        let score =
            |card: &CardInWords<'_>| card.score().map(|score| score.settled.so_far).unwrap_or_default();
        cards.sort_by_key(|card| (Reverse(score(card)), card.card.key.subject.clone()));
        let left = cards.len().saturating_sub(limits::BARS);
        let drawn: Vec<Bar> = cards
            .iter()
            .skip(left)
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
        let title = match self.language {
            Language::Zh => format!("{}：得分", kind.title.zh),
            Language::En => format!("{}: score", kind.title.en),
        };
        self.element("h3", "", &title);
        let openings = cards.iter().filter_map(|card| card.score().map(|score| score.opening.so_far));
        let whole = openings.max().unwrap_or_default();
        bars(&mut self.markup, &title, (&drawn, whole), None);
        self.beyond(left);
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

    /// Says how many better ones did not fit, and where they stand.
    pub(super) fn beyond(&mut self, left: usize) {
        if left > 0 {
            let said = match self.language {
                Language::Zh => format!("以上为最低的；另有 {left} 个更高，见 scorecards.csv。"),
                Language::En => format!("These are the lowest; {left} stand higher: in scorecards.csv."),
            };
            self.element("p", "class=\"note\"", &said);
        }
    }
}
