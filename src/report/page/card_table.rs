//! Every card on a line, to search and to sort.

use super::tree::Node;
use super::{Page, head};
use crate::amount;
use crate::language::Language;
use crate::report::card::CardInWords;
use crate::report::markup::escaped;

impl Page<'_> {
    pub(super) fn card_table(&mut self) {
        self.section(&head::CARDS);
        self.left_out_note();
        // the script puts its field for searching here
        self.put("<div id=\"tools\" hidden></div>\n");
        let headings = match self.language {
            Language::Zh => ["名称", "编号", "考核对象", "所属", "得分", "等次", "扣款", "认定", "状态"],
            Language::En => {
                ["name", "code", "kind", "belongs to", "score", "grade", "charge", "findings", "state"]
            }
        };
        let numeric = [false, false, false, false, true, false, true, true, false];
        let caption = self.pick("全部记分卡", "all scorecards");
        self.put("<div class=\"wide\"><table class=\"sortable\" id=\"all\">");
        self.markup.headings(caption, &headings, &numeric);
        self.put("<tbody>\n");
        let tree = self.tree;
        for (place, node) in tree.nodes() {
            for card in &node.cards {
                self.card_row((place, node), card);
            }
        }
        self.put("</tbody></table></div>\n");
        self.end_section();
    }

    fn card_row(&mut self, (place, node): (usize, &Node<'_>), card: &CardInWords<'_>) {
        let above = node.above.and_then(|above| self.tree.node(above));
        let above =
            above.and_then(|above| above.cards.first()).map_or("", |card| card.card.name.get(self.language));
        let of: Vec<&str> = card.card.of.iter().map(|of| of.get(self.language)).collect();
        let belongs = if of.is_empty() { above.to_owned() } else { of.join(self.pick("、", ", ")) };
        let name = card.card.name.get(self.language);
        self.put(&format!("<tr><th scope=\"row\"><a href=\"#s{place}\">{}</a></th>", escaped(name)));
        for text in [node.code, card.kind.title.get(self.language), &belongs] {
            self.markup.element("td", "", text);
        }
        // the script sorts by the plain number
        let score = card.score().map(|score| amount::plain(score.settled.so_far)).unwrap_or_default();
        self.markup.element("td", &format!("class=\"amount\" data-v=\"{score}\""), &card.shown_score());
        self.markup.element("td", "", &card.grade());
        let charge = card.charge().map(|charge| amount::plain(charge.so_far)).unwrap_or_default();
        self.markup.element("td", &format!("class=\"amount\" data-v=\"{charge}\""), &card.shown_charge());
        self.markup.element("td", "class=\"amount\"", &card.card.standing.to_string());
        self.markup.element("td", "", card.state());
        self.put("</tr>\n");
    }

    /// Says how many subjects do not stand here, and where they do.
    fn left_out_note(&mut self) {
        let (left, drawn) = (self.tree.left_out(), self.tree.nodes().count());
        if left == 0 {
            return;
        }
        let said = match self.language {
            Language::Zh => format!(
                "人员和单位太多，本页只列最重的 {drawn} 个及其上级；其余 {left} 个见同一文件夹中的 scorecards.csv。"
            ),
            Language::En => format!(
                "There are too many for one page: the {drawn} gravest stand here, with those they belong to; the other {left} stand in scorecards.csv in the same folder."
            ),
        };
        self.element("p", "class=\"notice\"", &said);
    }
}
