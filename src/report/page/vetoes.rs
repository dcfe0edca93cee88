//! Every veto: which row brought it, whom it hits, and what that comes to.

use super::{Page, head, limits};
use crate::amount;
use crate::language::Language;
use crate::report::card::CardInWords;

impl Page<'_> {
    pub(super) fn vetoes(&mut self) {
        let assessment = self.subject.assessment;
        let all = assessment.vetoes().count();
        if all == 0 {
            return;
        }
        self.section(&head::VETOES);
        let headings = match self.language {
            Language::Zh => ["记录", "特征", "规则", "依据", "对象", "承担者", "得分", "状态"],
            Language::En => ["record", "what it is", "clause", "basis", "kind", "who", "score", "state"],
        };
        self.put("<div class=\"wide\"><table>");
        self.markup.headings("", &headings, &[]);
        self.put("<tbody>\n");
        for finding in assessment.vetoes().take(limits::VETOES) {
            let card = finding.card().and_then(|key| assessment.card(key));
            let words = card.and_then(|card| CardInWords::of(self.subject, card, self.language));
            let clause = self.subject.clause_title(finding.clause()).get(self.language).to_owned();
            let basis = self.subject.clause_basis(finding.clause(), self.language);
            let change = words.and_then(|card| card.score()).map(|score| {
                let (before, after) = (score.before_veto.so_far, score.settled.so_far);
                format!("{} → {}", amount::plain(before), amount::plain(after))
            });
            let cells = [
                self.screen.label(Some(&finding)),
                clause,
                basis,
                words.map(|card| card.kind.title.get(self.language).to_owned()).unwrap_or_default(),
            ];
            self.put("<tr>");
            self.markup.element("th", "scope=\"row\"", finding.record());
            cells.iter().for_each(|cell| self.markup.element("td", "", cell));
            let who = words.map_or_else(|| self.pick("空缺", "nobody").to_owned(), |card| card.name());
            match card.and_then(|card| self.tree.place(&card.key.subject)) {
                Some(place) => {
                    self.put("<td>");
                    self.markup.element("a", &format!("href=\"#s{place}\""), &who);
                    self.put("</td>");
                }
                None => self.markup.element("td", "", &who),
            }
            self.markup.element("td", "", &change.unwrap_or_default());
            let state = if finding.is_certain() {
                self.pick("成立", "stands")
            } else {
                self.pick("可能", "possible")
            };
            let state = state.to_owned();
            self.markup.element("td", "", &state);
            self.put("</tr>\n");
        }
        self.put("</tbody></table></div>\n");
        let left = all.saturating_sub(limits::VETOES);
        if left > 0 {
            let said = match self.language {
                Language::Zh => format!("另有 {left} 项否决，见 findings.csv。"),
                Language::En => format!("{left} more vetoes: in findings.csv."),
            };
            self.element("p", "class=\"note\"", &said);
        }
        self.end_section();
    }
}
