//! Where a card stands among those it is ranked with.

use super::{Page, limits};
use crate::language::Language;
use crate::report::card::CardInWords;
use crate::report::peers::row;
use crate::report::wording::placed;

impl Page<'_> {
    /// The rank of a card, and the cards around it with what they are ranked by.
    pub(super) fn rank(&mut self, card: &CardInWords<'_>) {
        let (Some(ranking), Some(rank)) = (&card.kind.ranking, &card.card.rank) else { return };
        let account = card.kind.account(&ranking.by).map_or("", |account| account.title.get(self.language));
        let caption = match self.language {
            Language::Zh => format!("名次 {}（按{account}）", placed(rank)),
            Language::En => format!("rank {} (by {account})", placed(rank)),
        };
        if rank.group.is_none() {
            let open = self.pick("与谁同组尚待定", "who its peers are is open").to_owned();
            self.element("p", "class=\"note\"", &format!("{caption} · {open}"));
            return;
        }
        let headings = match self.language {
            Language::Zh => ["名次", "名称", account, "等次"],
            Language::En => ["rank", "name", account, "grade"],
        };
        let numeric = [false, false, true, false];
        self.put("<div class=\"wide\"><table class=\"peers\">");
        self.markup.headings(&caption, &headings, &numeric);
        self.put("<tbody>\n");
        let (peers, left) = self.peers.around(card.card, limits::PEERS);
        for peer in peers {
            let cells = row(self.subject, &ranking.by, (peer, card.card), self.language);
            let own = if peer.key == card.card.key { "class=\"own\"" } else { "" };
            self.markup.row(own, &cells, &numeric);
        }
        self.put("</tbody></table></div>\n");
        if left > 0 {
            let said = match self.language {
                Language::Zh => format!("同组另有 {left} 个，见 scorecards.csv。"),
                Language::En => format!("{left} more peers: in scorecards.csv."),
            };
            self.element("p", "class=\"note\"", &said);
        }
    }
}
