//! What is not decided yet, and what would follow; what was not judged at all.

use super::Screen;
use crate::amount;
use crate::assess::{Deduction, Open, OpenEffect};
use crate::fact::{FactType, reason_of};
use crate::language::Language;
use crate::report::Report;
use crate::report::wording::graded;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a list that are shown without --all.
const LINES: usize = 8;

impl Screen<'_> {
    pub(in crate::report) fn open(&self, report: &mut Report) {
        let assessment = self.subject.assessment;
        let unborne: Vec<_> = assessment.unborne().collect();
        if assessment.open.is_empty() && unborne.is_empty() {
            self.unplaced(report);
            return;
        }
        report.gap();
        let mut of_rows: BTreeMap<(usize, &str), Vec<&Open>> = BTreeMap::new();
        for open in &assessment.open {
            of_rows.entry((open.kind, &open.record)).or_default().push(open);
        }
        if !of_rows.is_empty() {
            let (title, open) = (self.pick("待定", "OPEN"), of_rows.len());
            report.line(match self.language {
                Language::Zh => format!("{title}        {open} 处尚不能判定；在已计之外最多可能再计："),
                Language::En => {
                    format!("{title}        {open} not decided yet; at most this would follow in addition:")
                }
            });
        }
        let shown = self.limit(LINES);
        for ((kind, record), opens) in of_rows.iter().take(shown) {
            report.line(format!("  {}   {}", self.record(*kind, record), self.consequences(*kind, opens)));
        }
        self.more(of_rows.len().saturating_sub(shown), report);
        if !unborne.is_empty() {
            let title = self.pick("无人承担", "BORNE BY NOBODY");
            report.line(format!("{title}  {}", unborne.len()));
        }
        for finding in unborne.iter().take(shown) {
            let kind = self.subject.pack.policy.kinds.get(finding.kind());
            let role = kind.and_then(|kind| kind.role(finding.role()));
            let role = role.map_or(finding.role(), |role| role.title.get(self.language));
            let clause = self.subject.clause_title(finding.clause());
            let clause = clause.get(self.language);
            let record = finding.record();
            report.line(match (finding.without_card(), self.language) {
                (None, Language::Zh) => format!("  {record}   {role}空缺，无人承担：{clause}"),
                (None, Language::En) => format!("  {record}   nobody held the role '{role}': {clause}"),
                (Some(who), Language::Zh) => format!("  {record}   {role} {who} 本期没有计分卡：{clause}"),
                (Some(who), Language::En) => {
                    format!("  {record}   {who}, {role}, has no card of this period: {clause}")
                }
            });
        }
        self.more(unborne.len().saturating_sub(shown), report);
        self.unplaced(report);
    }

    /// Cards of which it is not known among whom they are ranked.
    fn unplaced(&self, report: &mut Report) {
        let kinds = &self.subject.pack.policy.kinds;
        let cards = self.subject.assessment.scorecards.iter();
        let unplaced = cards.filter_map(|card| {
            let (kind, rank) = (kinds.get(card.key.kind)?, card.rank?);
            rank.group.is_none().then_some((card, kind, kind.ranking.as_ref()?))
        });
        let unplaced: Vec<_> = unplaced.collect();
        if unplaced.is_empty() {
            return;
        }
        report.gap();
        report.line(format!("{}  {}", self.pick("同组待定", "PEERS NOT KNOWN"), unplaced.len()));
        let shown = self.limit(LINES);
        for (card, kind, ranking) in unplaced.iter().take(shown) {
            let title = |name: &String| {
                let fact = kind.schema.get(name).map(|fact| &fact.title);
                let title = fact.or_else(|| kind.role(name).map(|role| &role.title));
                title.map_or(name.clone(), |title| title.get(self.language).to_owned())
            };
            let among: Vec<String> = ranking.among.iter().map(title).collect();
            let among = among.join(self.pick("、", ", "));
            let who = self.name(&card.key.subject);
            report.line(match self.language {
                Language::Zh => format!("  {who}   按「{among}」分组排名，其中有空缺或待定"),
                Language::En => {
                    format!("  {who}   ranked among those of the same {among}, which is not known")
                }
            });
        }
        self.more(unplaced.len().saturating_sub(shown), report);
    }

    fn record(&self, kind: usize, record: &str) -> String {
        match self.subject.pack.policy.kinds.get(kind) {
            Some(kind) if kind.is_card() => self.name(record),
            _ => record.to_owned(),
        }
    }

    /// "liability missing; if own fault: P042 −3, ¥500.00 · South −1".
    fn consequences(&self, kind: usize, opens: &[&Open]) -> String {
        let schema = self.subject.pack.policy.kinds.get(kind).map(|kind| &kind.schema);
        let fact = |name: &String| schema.and_then(|schema| schema.get(name));
        let lacking: BTreeSet<String> = opens
            .iter()
            .flat_map(|open| &open.lacking)
            .map(|name| match (fact(name), reason_of(name)) {
                (Some(fact), _) => fact.title.get(self.language).to_owned(),
                (None, Some(reason)) => reason.get(self.language).to_owned(),
                (None, None) => name.clone(),
            })
            .collect();
        let assumed: BTreeSet<String> = opens
            .iter()
            .flat_map(|open| &open.assuming)
            .filter(|(name, _)| opens.iter().any(|open| open.lacking.contains(name)))
            .map(|(name, value)| {
                fact(name).map_or(FactType::plain(value), |fact| fact.kind.show(value, self.language))
            })
            .collect();
        let mut lacking: Vec<String> = lacking.into_iter().collect();
        lacking.extend(
            opens.iter().filter_map(|open| open.why.as_ref()).map(|why| why.get(self.language).to_owned()),
        );
        lacking.dedup();
        let lacking = lacking.join(self.pick("、", ", "));
        let assumed: Vec<String> = assumed.into_iter().collect();
        let assumed = match (assumed.is_empty(), self.language) {
            (true, _) => String::new(),
            (false, Language::Zh) => format!(";若为{}", assumed.join("或")),
            (false, Language::En) => format!("; if {}", assumed.join(" or ")),
        };
        let said = match self.language {
            Language::Zh => format!("{lacking} 待定{assumed}"),
            Language::En => format!("{lacking} undecided{assumed}"),
        };
        let relief: BTreeSet<String> = opens
            .iter()
            .flat_map(|open| &open.relieves)
            .map(|on| {
                let title = self.subject.clause_title(on);
                match self.language {
                    Language::Zh => format!("可能减免「{}」", title.zh),
                    Language::En => format!("may lift or lessen '{}'", title.en),
                }
            })
            .collect();
        let effects = self.effects(opens);
        let follows = Some(effects).filter(|effects| !effects.is_empty()).into_iter().chain(relief);
        let follows: Vec<String> = follows.collect();
        format!("{said}{}{}", self.pick("：", ": "), follows.join(" · "))
    }

    fn effects(&self, opens: &[&Open]) -> String {
        let mut of_cards: BTreeMap<Option<&crate::assess::CardKey>, Vec<String>> = BTreeMap::new();
        let mut effects: Vec<&OpenEffect> = opens.iter().flat_map(|open| &open.effects).collect();
        // points before money, as the accounts of a card are declared
        effects.sort_by_key(|effect| self.account(effect));
        for effect in effects {
            of_cards.entry(effect.card.as_ref()).or_default().push(self.effect(effect));
        }
        let cards: Vec<String> = of_cards
            .into_iter()
            .map(|(card, mut effects)| {
                // what may take as much as it may add is said once
                effects.dedup();
                let who = card.map_or_else(|| "?".to_owned(), |card| self.name(&card.subject));
                format!("{who} {}", effects.join(self.pick("、", ", ")))
            })
            .collect();
        cards.join(" · ")
    }

    fn effect(&self, effect: &OpenEffect) -> String {
        if let Some((grade, how)) = &effect.grade {
            return graded(grade, *how, self.language);
        }
        let Some((_, unit, sign, magnitude)) = &effect.entry else {
            return self.pick("否决", "veto").to_owned();
        };
        let Some(most) = magnitude.most else {
            return self.pick("最多至账户限额", "as much as the account allows").to_owned();
        };
        // only what comes on top of what stands already
        let further = most.saturating_sub(magnitude.least);
        match unit {
            amount::Unit::Yuan if *sign == Deduction::Takes => amount::money(further),
            _ => amount::signed(sign.signed(further)),
        }
    }

    /// The place of an effect's account among the card's accounts.
    fn account(&self, effect: &OpenEffect) -> Option<usize> {
        let (name, ..) = effect.entry.as_ref()?;
        let kind = self.subject.pack.policy.kinds.get(effect.card.as_ref()?.kind)?;
        kind.accounts.iter().position(|account| account.name == *name)
    }

    pub(in crate::report) fn set_aside(&self, report: &mut Report) {
        let assessment = self.subject.assessment;
        let of = |is_decided: bool| {
            let own = assessment.set_aside.iter().filter(|aside| aside.is_decided() == is_decided);
            own.flat_map(|aside| &aside.reasons).collect::<Vec<_>>()
        };
        let lists = [
            (self.pick("搁置", "SET ASIDE"), of(false)),
            (self.pick("申诉成立，不计", "LEFT OUT BY APPEALS"), of(true)),
            (
                self.pick("前后不一，仍已判定", "INCONSISTENT, judged all the same"),
                assessment.remarks.iter().collect::<Vec<_>>(),
            ),
        ];
        for (title, diagnostics) in lists {
            if diagnostics.is_empty() {
                continue;
            }
            report.gap();
            report.line(format!("{title}  {}", diagnostics.len()));
            let shown = self.limit(LINES);
            for diagnostic in diagnostics.iter().take(shown) {
                let place =
                    diagnostic.place.as_ref().map(|place| place.short(self.language)).unwrap_or_default();
                let place = place.rsplit('/').next().unwrap_or_default();
                let between = if place.is_empty() { "" } else { self.pick("：", ": ") };
                let code = diagnostic.code;
                report.line(format!("  {place}{between}{} ({code})", diagnostic.message.get(self.language)));
            }
            self.more(diagnostics.len().saturating_sub(shown), report);
        }
    }
}
