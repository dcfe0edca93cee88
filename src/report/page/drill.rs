//! From the unit to its people, from a card to its complaints, from a complaint to the clause and the facts.

use super::tree::{Node, drawn};
use super::{Page, head, limits};
use crate::assess::Finding;
use crate::language::Language;
use crate::report::card::CardInWords;
use crate::report::detail::Detail;
use crate::report::markup::escaped;
use std::collections::BTreeMap;

impl Page<'_> {
    pub(super) fn drill(&mut self) {
        self.section(&head::DRILL);
        let said = self.pick(
            "点开一个单位或一个人：先是记分卡，再是每一件投诉，再是适用的规则、事实和计算。",
            "Open a unit or a person: first the cards, then every complaint, then the clause with its facts and working.",
        );
        let paper = match (self.is_printed_whole(), self.language) {
            (true, Language::Zh) => "打印时全部印出。".to_owned(),
            (true, Language::En) => " All of it is printed.".to_owned(),
            (false, Language::Zh) => {
                format!("认定超过 {} 项：打印时只印已展开的；每人的全部认定见考核通知单。", limits::PRINTED)
            }
            (false, Language::En) => format!(
                " With more than {} findings only what is open is printed; statements hold everything that was found of a person.",
                limits::PRINTED
            ),
        };
        let said = format!("{said}{paper}");
        self.element("p", "class=\"note\"", &said);
        let tree = self.tree;
        let mut under = None;
        for (place, node) in tree.nodes().filter(|(_, node)| node.above.is_none()) {
            let kind = node.kind();
            if under != Some(kind) {
                under = Some(kind);
                let title =
                    self.subject.pack.policy.kinds.get(kind).map(|kind| kind.title.get(self.language));
                self.element("h3", "", title.unwrap_or_default());
            }
            self.node(place, node);
        }
        self.end_section();
    }

    fn node(&mut self, place: usize, node: &Node<'_>) {
        let name = node.cards.first().map(CardInWords::name).unwrap_or_default();
        let figures: Vec<String> =
            node.cards.iter().map(CardInWords::summary).filter(|said| !said.is_empty()).collect();
        let is_vetoed = node.cards.iter().any(|card| card.veto().is_some());
        let class = if is_vetoed { "who mark" } else { "who" };
        self.put(&format!(
            "<details class=\"{class}\" id=\"s{place}\"><summary><b>{}</b> <span>{}</span></summary>\n",
            escaped(&name),
            escaped(&figures.join("  |  "))
        ));
        let mut room = self.tree.share();
        for (nth, card) in node.cards.iter().enumerate() {
            self.card((place, nth), card, &mut room);
        }
        if !node.below.is_empty() {
            let title = match self.language {
                Language::Zh => format!("下属 {} 个", node.below.len()),
                Language::En => format!("Belong to it: {}", node.below.len()),
            };
            self.element("h4", "", &title);
        }
        let tree = self.tree;
        for below in &node.below {
            if let Some(node) = tree.node(*below) {
                self.node(*below, node);
            }
        }
        self.put("</details>\n");
    }

    fn card(&mut self, (place, nth): (usize, usize), card: &CardInWords<'_>, room: &mut usize) {
        self.put("<div class=\"card\">\n");
        self.element("h4", "", &card.title());
        if !card.card.balances.is_empty() {
            let numeric = [false, true, true, true, true];
            self.put("<div class=\"wide\"><table class=\"accounts\">");
            self.markup.headings("", &card.account_headings(), &numeric);
            self.put("<tbody>\n");
            card.accounts().iter().for_each(|row| self.markup.row("", row, &numeric));
            self.put("</tbody></table></div>\n");
        }
        self.rank(card);
        if let Some(veto) = card.veto() {
            let said = format!("{}: {veto}", self.pick("一票否决", "veto"));
            self.element("p", "class=\"notice\"", &said);
        }
        let positions = drawn(card, room);
        let left = card.card.findings.len().saturating_sub(positions.len());
        for (number, (record, findings)) in by_record(card, &positions).into_iter().enumerate() {
            self.record(&format!("s{place}c{nth}r{number}"), record, &findings);
        }
        if left > 0 {
            let said = match self.language {
                Language::Zh => {
                    format!("另有 {left} 项认定，见 findings.csv，或用 renze explain --subject 查看。")
                }
                Language::En => {
                    format!("{left} more findings: in findings.csv, or by renze explain --subject.")
                }
            };
            self.element("p", "class=\"note\"", &said);
        }
        if card.card.findings.is_empty() {
            let none = self.pick("无认定", "no findings");
            self.element("p", "class=\"note\"", none);
        }
        self.put("</div>\n");
    }

    /// One complaint, or the card itself, with what was found in it.
    fn record(&mut self, anchor: &str, is_card: bool, findings: &[Finding<'_>]) {
        let details: Vec<Detail> = findings
            .iter()
            .filter_map(|finding| Detail::of(self.subject, finding, &self.left_out, self.language))
            .collect();
        let Some(first) = details.first() else { return };
        let what = if is_card {
            self.pick("整期指标", "the whole period").to_owned()
        } else {
            match first.place.starts_with(first.record.as_str()) {
                true => format!("{} · {}", first.place, first.at),
                false => format!("{} · {} · {}", first.record, first.place, first.at),
            }
        };
        let does: Vec<&str> =
            details.iter().map(|detail| detail.counts.as_deref().unwrap_or(&detail.does)).collect();
        self.put(&format!(
            "<details class=\"record\" id=\"{anchor}\"><summary>{} <span>{}</span></summary>\n",
            escaped(&what),
            escaped(&does.join(self.pick("；", "; ")))
        ));
        details.iter().for_each(|detail| self.detail(detail));
        self.put("</details>\n");
    }

    fn detail(&mut self, detail: &Detail) {
        self.put("<div class=\"finding\">\n");
        self.element("h5", "", &detail.clause);
        let under = match self.language {
            Language::Zh => format!("依据 {} · 角色 {}", detail.basis, detail.role),
            Language::En => format!("basis {} · as {}", detail.basis, detail.role),
        };
        self.element("p", "class=\"note\"", &under);
        if !detail.facts.is_empty() {
            self.put("<ul class=\"facts\">");
            for fact in &detail.facts {
                let class = if fact.starts_with(' ') { "class=\"deep\"" } else { "" };
                self.markup.element("li", class, fact.trim());
            }
            self.put("</ul>\n");
        }
        let open = if detail.is_certain { "" } else { self.pick("（待定）", " (open)") };
        self.put("<p class=\"result\">");
        self.put(&escaped(&format!("{}{open}", detail.does)));
        if !detail.working.is_empty() {
            let working = format!("{} {}", self.pick("计算：", "working:"), detail.working);
            self.markup.element("span", "", &working);
        }
        self.put("</p>\n");
        if !detail.reason.is_empty() {
            self.element("p", "", &detail.reason);
        }
        for remark in &detail.remarks {
            self.element("p", "class=\"remark\"", remark);
        }
        if let Some(counts) = &detail.counts {
            let said = format!("{} {counts}", self.pick("计入", "counts"));
            self.element("p", "class=\"result\"", &said);
        }
        self.put("</div>\n");
    }
}

/// Findings row by row, in the order of their rows; and whether the row is the card itself.
fn by_record<'c>(card: &CardInWords<'c>, positions: &[usize]) -> Vec<(bool, Vec<Finding<'c>>)> {
    let mut rows: BTreeMap<(usize, usize), Vec<Finding<'c>>> = BTreeMap::new();
    for finding in positions.iter().filter_map(|position| card.subject.assessment.finding(*position)) {
        rows.entry((finding.kind(), finding.row())).or_default().push(finding);
    }
    let kinds = &card.subject.pack.policy.kinds;
    let is_card = |kind: usize| kinds.get(kind).is_some_and(|kind| kind.is_card());
    rows.into_iter().map(|((kind, _), findings)| (is_card(kind), findings)).collect()
}
