//! The sheet of one person.

use super::appeal;
use super::standing::Standing;
use crate::amount::{self, Unit};
use crate::assess::{Finding, Veto};
use crate::language::{Language, Text};
use crate::policy::{Kind, Rows};
use crate::report::card::CardInWords;
use crate::report::detail::Detail;
use crate::report::in_effect::{self, InEffect, in_effect};
use crate::report::ledger::ledger_line;
use crate::report::left_out::LeftOut;
use crate::report::markup::{Markup, escaped};
use crate::report::screen::fingerprints;
use crate::report::sign::signs;
use crate::report::withholding::withholding_in_words;
use crate::report::{Digests, Subject};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Units above a person that are named.
const DEEPEST: usize = 8;

pub(super) struct Sheet<'s> {
    pub(super) subject: &'s Subject<'s>,
    pub(super) digests: &'s Digests,
    pub(super) language: Language,
    pub(super) left_out: &'s LeftOut<'s>,
    pub(super) markup: Markup,
}

impl Sheet<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.language.pick(zh, en)
    }

    fn element(&mut self, tag: &str, attributes: &str, text: &str) {
        self.markup.element(tag, attributes, text);
        self.markup.put("\n");
    }

    /// Writes the sheet of a person with these cards.
    pub(super) fn person(&mut self, cards: &[CardInWords<'_>], anchor: &str) {
        self.markup.put(&format!("<section class=\"sheet\" id=\"{anchor}\">\n"));
        let standing = Standing::of(self.subject, cards, self.language);
        self.head(cards, &standing);
        for card in cards.iter().filter(|card| card.has_findings() || !card.card.balances.is_empty()) {
            self.card(card);
        }
        // together, so that nobody signs a page that says nothing
        self.markup.put("<div class=\"end\">\n");
        self.totals(cards);
        self.adjusted(cards);
        self.appeal(cards, &standing);
        self.signature();
        self.markup.put("</div>\n</section>\n");
    }

    fn head(&mut self, cards: &[CardInWords<'_>], standing: &Standing) {
        let Some(first) = cards.first() else { return };
        let (policy, assessment) = (&self.subject.pack.policy, self.subject.assessment);
        let title = self.pick("考核通知单", "Statement of assessment").to_owned();
        self.markup.put("<header>\n");
        self.element("h1", "", &title);
        let code = &first.card.key.subject;
        let unit = unit(self.subject, code, self.language);
        let posts: Vec<String> = cards
            .iter()
            // a kind that bears nothing only lists who holds an office, for others to count: it is no post of its own
            .filter(|card| card.kind.subjects().is_some_and(|(_, is_post)| is_post) && card.has_content())
            .map(|card| {
                let of: Vec<&str> = card.card.of.iter().map(|of| of.get(self.language)).collect();
                format!("{} {}", card.kind.title.get(self.language), of.join(self.pick("、", ", ")))
            })
            .collect();
        let version = match self.language {
            Language::Zh => format!("{}（{} {}）", policy.title.zh, policy.id, policy.version),
            Language::En => format!("{} ({} {})", policy.title.en, policy.id, policy.version),
        };
        let pairs = [
            ("姓名", "name", first.card.name.get(self.language).to_owned()),
            ("编号", "code", code.clone()),
            ("单位", "unit", unit),
            ("职务", "post", posts.join(self.pick("；", "; "))),
            ("考核期", "period", assessment.period.title().get(self.language).to_owned()),
            ("截至", "as of", assessment.as_of.to_string()),
            ("考核单位", "assessed by", self.subject.book.title.get(self.language).to_owned()),
            ("办法", "policy", version),
        ];
        let pairs = pairs.map(|(zh, en, value)| (self.pick(zh, en).to_owned(), value));
        self.markup.pairs("", &pairs);
        if let Some(said) = standing.notice(self.language) {
            self.element("p", "class=\"notice\"", &said);
        }
        self.markup.put("</header>\n");
    }

    fn card(&mut self, card: &CardInWords<'_>) {
        self.markup.put("<section class=\"card\">\n");
        self.element("h2", "", &card.title());
        let summary = card.summary();
        if !summary.is_empty() {
            self.element("p", "class=\"summary\"", &summary);
        }
        if let Some(veto) = card.veto() {
            let possibly = if card.card.veto == Veto::Stands { "" } else { self.pick("可能", "possibly ") };
            let said = format!("{possibly}{}: {veto}", self.pick("一票否决", "veto"));
            self.element("p", "class=\"notice\"", &said);
        }
        if !card.has_findings() {
            let none = self.pick("本卡无认定。", "Nothing was found on this card.").to_owned();
            self.element("p", "class=\"note\"", &none);
            self.markup.put("</section>\n");
            return;
        }
        let headings = match self.language {
            Language::Zh => ["记录", "规则与依据", "事实与计算", "结果"],
            Language::En => ["record", "clause and basis", "facts and working", "result"],
        };
        let mut findings: Vec<Finding<'_>> = card.findings().collect();
        let kinds = &self.subject.pack.policy.kinds;
        let is_card = |finding: &Finding<'_>| kinds.get(finding.kind()).is_some_and(|kind| kind.is_card());
        findings.sort_by_key(|finding| (is_card(finding), finding.at(), finding.kind(), finding.row()));
        let said = dates(self.subject, &findings, self.language);
        if !said.is_empty() {
            self.element("p", "class=\"note\"", &said);
        }
        self.markup.put("<table class=\"findings\">");
        self.markup.headings("", &headings, &[false, false, false, true]);
        self.markup.put("<tbody>\n");
        for finding in &findings {
            if let Some(detail) = Detail::of(self.subject, finding, self.left_out, self.language) {
                self.finding(&detail);
            }
        }
        self.markup.put("</tbody></table>\n</section>\n");
    }

    fn finding(&mut self, detail: &Detail) {
        let record = match detail.record.as_str() {
            "" => self.pick("整期指标", "the whole period").to_owned(),
            record if detail.place.starts_with(record) => format!("{}\n{}", detail.place, detail.at),
            record => format!("{record}\n{}\n{}", detail.place, detail.at),
        };
        self.markup.put("<tr>");
        self.markup.element("th", "scope=\"row\"", &record);
        self.markup.put("<td>");
        self.markup.element("b", "", &detail.clause);
        let under = match self.language {
            Language::Zh => format!("依据 {}\n角色 {}", detail.basis, detail.role),
            Language::En => format!("basis {}\nas {}", detail.basis, detail.role),
        };
        self.markup.put("<br>");
        self.markup.element("span", "class=\"note\"", &under);
        self.markup.put("</td><td>");
        if !detail.facts.is_empty() {
            self.markup.put("<ul class=\"facts\">");
            for fact in &detail.facts {
                let class = if fact.starts_with(' ') { "class=\"deep\"" } else { "" };
                self.markup.element("li", class, fact.trim());
            }
            self.markup.put("</ul>");
        }
        for line in [&detail.working, &detail.reason].into_iter().filter(|line| !line.is_empty()) {
            self.markup.element("p", "", line);
        }
        detail.remarks.iter().for_each(|remark| self.markup.element("p", "class=\"remark\"", remark));
        self.markup.put("</td><td class=\"amount\">");
        self.markup.put(&escaped(&detail.does));
        if !detail.is_certain {
            let open = self.pick("（待定）", " (open)").to_owned();
            self.markup.element("span", "class=\"open\"", &open);
        }
        if let Some(counts) = &detail.counts {
            self.markup.put("<br>");
            let counts = format!("{} {counts}", self.pick("计入", "counts"));
            self.markup.put(&escaped(&counts));
        }
        self.markup.put("</td></tr>\n");
    }

    /// What each card settles at, and the money of all of them together; scores of different cards never add.
    fn totals(&mut self, cards: &[CardInWords<'_>]) {
        let title = self.pick("合计", "Totals").to_owned();
        self.markup.put("<section class=\"card short\">\n");
        self.element("h2", "", &title);
        let headings = match self.language {
            Language::Zh => ["记分卡", "账户", "期初", "计入", "否决前", "结果", "等次"],
            Language::En => ["card", "account", "opens at", "entered", "before veto", "settles at", "grade"],
        };
        let numeric = [false, false, true, true, true, true, false];
        self.markup.put("<table>");
        self.markup.headings("", &headings, &numeric);
        self.markup.put("<tbody>\n");
        for card in cards {
            for (place, account) in card.accounts().into_iter().enumerate() {
                let grade = if place == 0 { card.grade() } else { String::new() };
                let title = card.kind.title.get(self.language).to_owned();
                let row: Vec<String> = [vec![title], account, vec![grade]].concat();
                self.markup.row("", &row, &numeric);
            }
        }
        self.markup.put("</tbody></table>\n");
        let charges: Vec<_> = cards.iter().filter_map(CardInWords::charge).collect();
        if !charges.is_empty() {
            self.element("p", "class=\"note\"", signs(self.language));
            let so_far = charges.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.so_far));
            let most =
                charges.iter().try_fold(Decimal::ZERO, |sum, charge| Some(sum.saturating_add(charge.high?)));
            let so_far = Unit::Yuan.show(so_far, self.language);
            let bound = most.map_or_else(|| "?".to_owned(), amount::money);
            let open = match self.language {
                _ if bound == so_far => String::new(),
                Language::Zh => format!("（最多 {bound}）"),
                Language::En => format!(" (at most {bound})"),
            };
            let said =
                format!("{} {so_far}{open}", self.pick("各卡扣款合计：", "charged on all cards together:"));
            self.element("p", "class=\"summary\"", &said);
        }
        let person = person_of(cards);
        if let Some(withheld) = self.subject.assessment.withholding(person) {
            let said = withholding_in_words(withheld, self.language);
            self.element("p", "class=\"summary\"", &said);
        }
        self.markup.put("</section>\n");
    }

    /// What was adjusted of the person's earlier periods and takes effect in this one.
    fn adjusted(&mut self, cards: &[CardInWords<'_>]) {
        let person = person_of(cards);
        let adjusted: Vec<&InEffect> =
            in_effect(self.digests).iter().filter(|one| one.subject == person).collect();
        if adjusted.is_empty() {
            return;
        }
        self.markup.put("<section class=\"card short\">\n");
        self.element("h2", "", in_effect::title(self.language));
        let numeric = [false, false, false, true, true, true];
        let rows = adjusted.iter().map(|one| one.row(self.subject, self.language));
        let own = |cells: Vec<String>| {
            // whose it is stands at the head of the statement
            let kept = cells.into_iter().enumerate().filter(|(place, _)| ![2, 3].contains(place));
            kept.map(|(_, cell)| cell).collect::<Vec<_>>()
        };
        let headings = own(in_effect::headings(self.language).map(str::to_owned).to_vec());
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        self.markup.put("<table>");
        self.markup.headings("", &headings, &numeric);
        self.markup.put("<tbody>\n");
        for row in rows {
            self.markup.row("", &own(row), &numeric);
        }
        self.markup.put("</tbody></table>\n");
        self.element("p", "class=\"note\"", signs(self.language));
        if let Some(said) = in_effect::total(self.subject, adjusted.iter().copied(), self.language) {
            self.element("p", "class=\"summary\"", &said);
        }
        for line in appeal::of_adjustments(self.subject, &adjusted, self.language) {
            self.element("p", "class=\"appeal\"", &line);
        }
        self.markup.put("</section>\n");
    }

    fn appeal(&mut self, cards: &[CardInWords<'_>], standing: &Standing) {
        let person = person_of(cards);
        self.markup.put("<section class=\"card short\">\n");
        let title = self.pick("申诉", "Appeal").to_owned();
        self.element("h2", "", &title);
        for line in appeal::way((self.subject, self.digests), (person, standing), self.language) {
            self.element("p", "class=\"appeal\"", &line);
        }
        self.markup.put("</section>\n");
    }

    fn signature(&mut self) {
        let received = self.pick(
            "本人已收到本通知单。签收不等于同意，不影响申诉。",
            "I have received this statement. To sign for it is not to agree, and takes nothing from the right to appeal.",
        );
        let received = received.to_owned();
        self.markup.put("<footer>\n");
        self.element("p", "", &received);
        let lines =
            [("签收", "received by"), ("日期", "date"), ("送达人", "handed over by"), ("日期", "date")];
        self.markup.put("<dl class=\"sign\">");
        for (zh, en) in lines {
            let label = self.pick(zh, en).to_owned();
            self.markup.put("<div>");
            self.markup.element("dt", "", &label);
            self.markup.put("<dd></dd></div>");
        }
        self.markup.put("</dl>\n");
        self.element("p", "class=\"digest\"", &fingerprints(self.digests, self.language));
        self.element("p", "class=\"digest\"", &format!("SHA-256 {}", self.digests.result));
        if let Some(line) = ledger_line(self.digests, self.language) {
            self.element("p", "class=\"digest\"", &line);
        }
        self.markup.put("</footer>\n");
    }
}

/// Whose cards they are.
fn person_of<'c>(cards: &[CardInWords<'c>]) -> &'c str {
    cards.first().map_or("", |card| card.card.key.subject.as_str())
}

/// What a person belongs to on the last day of the period, or when they were last there, from near to far.
fn unit(subject: &Subject<'_>, code: &str, language: Language) -> String {
    let (organisation, last) = (subject.organisation, subject.assessment.period.last);
    let mut units = Vec::new();
    let mut code = code;
    // no organisation is deeper; a circle ends here too
    while units.len() < DEEPEST {
        let member = organisation.on(code, last).or_else(|| organisation.rows_of(code).last());
        let Some(above) = member.and_then(|member| member.parent.as_deref()) else { break };
        units.push(organisation.name(above).get(language).to_owned());
        code = above;
    }
    units.join(" · ")
}

/// In which order findings stand, and which date that is for every kind of row among them.
fn dates(subject: &Subject<'_>, findings: &[Finding<'_>], language: Language) -> String {
    let positions: BTreeSet<usize> = findings.iter().map(Finding::kind).collect();
    let kinds = || positions.iter().filter_map(|position| subject.pack.policy.kinds.get(*position));
    let date = |kind: &Kind| {
        let title = |name: &str| kind.schema.get(name).map(|fact| fact.title.clone());
        let (at, counted) = match &kind.rows {
            Rows::Table { at, counted_at, .. } => (title(at)?, counted_at.as_deref().and_then(title)),
            Rows::Raised => (Text::new("产生之日", "the day it was begun"), None),
            Rows::Members { .. } | Rows::Posts { .. } => return None,
        };
        // an old row is on the sheet because another of its dates falls into the period
        let counted = counted.filter(|counted| *counted != at).map_or_else(Text::default, |counted| {
            Text::new(format!("，按{}计入本期", counted.zh), format!(", in the period by: {}", counted.en))
        });
        Some(match language {
            Language::Zh => format!("{}：{}{}", kind.title.zh, at.zh, counted.zh),
            Language::En => format!("{}: {}{}", kind.title.en, at.en, counted.en),
        })
    };
    let said: Vec<String> = kinds().filter_map(date).collect();
    if said.is_empty() {
        return String::new();
    }
    let last = language.pick("；整期指标列在最后", "; what is of the whole period stands last");
    let last = if kinds().any(Kind::is_card) { last } else { "" };
    let said = said.join(language.pick("；", "; "));
    match language {
        Language::Zh => format!("按日期先后（{said}）{last}"),
        Language::En => format!("In order of date ({said}){last}"),
    }
}
