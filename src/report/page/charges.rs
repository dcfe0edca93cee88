//! What each kind of bearer is charged, and how that adds up.

use super::{Page, head};
use crate::amount::{self, Unit};
use crate::assess::Bounds;
use crate::language::Language;
use crate::report::Report;
use crate::report::changes::figure;
use rust_decimal::Decimal;

impl Page<'_> {
    /// Whether any money is charged or borne outside.
    pub(super) fn has_charges(&self) -> bool {
        let kinds = self.subject.pack.policy.kinds.len();
        let charged = (0..kinds).any(|position| !is_nothing(&self.screen.charged_between(position)));
        charged || self.subject.assessment.outside().next().is_some()
    }

    pub(super) fn charges(&mut self) {
        if !self.has_charges() {
            return;
        }
        self.section(&head::CHARGES);
        let headings = match self.language {
            Language::Zh => ["承担者", "关联比例", "有扣款的卡", "扣款"],
            Language::En => ["bearers", "linked share", "cards charged", "charged"],
        };
        let numeric = [false, true, true, true];
        self.put("<table>");
        self.markup.headings("", &headings, &numeric);
        self.put("<tbody>\n");
        let nothing = Decimal::ZERO;
        let mut total = Bounds { low: Some(nothing), so_far: nothing, high: Some(nothing) };
        let mut all = 0_usize;
        for (position, kind) in self.subject.pack.policy.kinds.iter().enumerate() {
            let charged = self.screen.charged_between(position);
            if is_nothing(&charged) {
                continue;
            }
            let plus = |(sum, own): (Decimal, Decimal)| sum.saturating_add(own);
            total = Bounds {
                low: total.low.zip(charged.low).map(plus),
                so_far: total.so_far.saturating_add(charged.so_far),
                high: total.high.zip(charged.high).map(plus),
            };
            let bears = |card: &&crate::assess::Scorecard| {
                let money = kind.money().and_then(|account| card.balance(&account.name));
                money.is_some_and(|balance| !balance.entered.is_zero())
            };
            let bearers = self.screen.cards(position).into_iter().filter(|card| bears(card)).count();
            all = all.saturating_add(bearers);
            let cells = [
                kind.title.get(self.language).to_owned(),
                self.screen.share(position).map(amount::percent).unwrap_or_default(),
                bearers.to_string(),
                figure(charged, &Unit::Yuan, self.language),
            ];
            self.markup.row("", &cells, &numeric);
        }
        let total = figure(total, &Unit::Yuan, self.language);
        let sum = [self.pick("合计", "all").to_owned(), String::new(), all.to_string(), total];
        self.markup.row("class=\"sum\"", &sum, &numeric);
        self.put("</tbody></table>\n");
        let mut outside = Report::default();
        self.screen.outside(&mut outside);
        self.report("", &outside);
        self.end_section();
    }
}

/// Whether nothing is charged, whatever is still open.
fn is_nothing(charged: &Bounds) -> bool {
    charged.so_far.is_zero() && charged.high == Some(Decimal::ZERO)
}
