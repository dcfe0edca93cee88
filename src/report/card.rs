//! What a card came to, in the words that every page says it with.

use super::Subject;
use super::changes::figure;
use super::sign::{shown, shown_bounds};
use crate::amount::Unit;
use crate::assess::{Balance, Bounds, Finding, Outcome, Scorecard, Veto};
use crate::language::Language;
use crate::policy::Kind;
use rust_decimal::Decimal;

/// A card in one language.
#[derive(Clone, Copy)]
pub(super) struct CardInWords<'c> {
    pub(super) subject: &'c Subject<'c>,
    pub(super) card: &'c Scorecard,
    pub(super) kind: &'c Kind,
    pub(super) language: Language,
}

impl<'c> CardInWords<'c> {
    pub(super) fn of(subject: &'c Subject<'c>, card: &'c Scorecard, language: Language) -> Option<Self> {
        let kind = subject.pack.policy.kinds.get(card.key.kind)?;
        Some(Self { subject, card, kind, language })
    }

    /// `Unit heads · South · October 2026`.
    pub(super) fn title(&self) -> String {
        let of: Vec<&str> = self.card.of.iter().map(|of| of.get(self.language)).collect();
        let of = of.join(self.language.pick("、", ", "));
        let period = self.subject.period_of(&self.card.key).title();
        let parts = [self.kind.title.get(self.language), &of, period.get(self.language)];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    }

    /// The name, with the code where that is another word.
    pub(super) fn name(&self) -> String {
        let (name, code) = (self.card.name.get(self.language), &self.card.key.subject);
        if name == code { name.to_owned() } else { format!("{name} ({code})") }
    }

    pub(super) fn score(&self) -> Option<&'c Balance> {
        self.card.balance(&self.kind.score()?.name)
    }

    /// The score, with its bounds while it is open; nothing for a card without one.
    pub(super) fn shown_score(&self) -> String {
        self.score().map_or_else(String::new, |score| figure(score.settled, &Unit::None, self.language))
    }

    /// What is charged, where the card has an account of money.
    pub(super) fn charge(&self) -> Option<Bounds> {
        let balance = self.card.balance(&self.kind.money()?.name)?;
        Some(shown_bounds(&balance.unit, balance.settled))
    }

    pub(super) fn shown_charge(&self) -> String {
        self.charge().map_or_else(String::new, |charge| figure(charge, &Unit::Yuan, self.language))
    }

    pub(super) fn grade(&self) -> String {
        self.card.grades.join(self.language.pick(" 或 ", " or "))
    }

    /// "veto", "possible veto", "provisional", or nothing.
    pub(super) fn state(&self) -> &'static str {
        match self.card.veto {
            Veto::Stands => self.language.pick("否决", "veto"),
            Veto::Possible => self.language.pick("可能否决", "possible veto"),
            Veto::None if self.card.is_provisional() => self.language.pick("暂定", "provisional"),
            Veto::None => "",
        }
    }

    /// Everything the card settles at, in one line.
    pub(super) fn summary(&self) -> String {
        let mut parts = Vec::new();
        let score = self.shown_score();
        if !score.is_empty() {
            parts.push(format!("{} {score}", self.language.pick("得分", "score")));
        }
        if !self.card.grades.is_empty() {
            parts.push(format!("{} {}", self.language.pick("等次", "grade"), self.grade()));
        }
        if self.charge().is_some_and(|charge| !charge.so_far.is_zero() || charge.high != Some(Decimal::ZERO))
        {
            parts.push(format!("{} {}", self.language.pick("扣款", "charge"), self.shown_charge()));
        }
        if !self.state().is_empty() {
            parts.push(self.state().to_owned());
        }
        parts.join(" · ")
    }

    /// Every account: its title, what it opens at, what was entered, what that comes to, and what it settles at.
    pub(super) fn accounts(&self) -> Vec<Vec<String>> {
        let row = |balance: &Balance| {
            let account = self.kind.account(&balance.account);
            let title = account.map_or(balance.account.as_str(), |account| account.title.get(self.language));
            let show =
                |bounds: Bounds| figure(shown_bounds(&balance.unit, bounds), &balance.unit, self.language);
            let is_sum = account.is_some_and(|account| account.is_sum());
            let opening =
                if is_sum { self.language.pick("合计", "sum").to_owned() } else { show(balance.opening) };
            let entered = shown(&balance.unit, balance.entered);
            let entered = if is_sum { String::new() } else { balance.unit.show(entered, self.language) };
            vec![title.to_owned(), opening, entered, show(balance.before_veto), show(balance.settled)]
        };
        self.card.balances.iter().map(row).collect()
    }

    /// The headings of the accounts.
    pub(super) fn account_headings(&self) -> [&'static str; 5] {
        match self.language {
            Language::Zh => ["账户", "期初", "计入", "否决前", "结果"],
            Language::En => ["account", "opens at", "entered", "before veto", "settles at"],
        }
    }

    /// The findings on the card, in order.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding<'c>> {
        self.subject.assessment.findings_of(self.card)
    }

    /// What a veto sets, where one is on the card or may be.
    pub(super) fn veto(&self) -> Option<String> {
        let rule = self.kind.veto.as_ref().filter(|_| self.card.veto != Veto::None)?;
        let title = |name: &String| {
            let account = self.kind.account(name);
            account.map_or_else(|| name.clone(), |own| own.title.get(self.language).to_owned())
        };
        let mut sets: Vec<String> = rule
            .sets
            .iter()
            .map(|(own, value)| {
                let unit = self.kind.account(own).map_or(&Unit::None, |account| &account.unit);
                format!("{} {}", title(own), crate::amount::plain(shown(unit, *value)))
            })
            .collect();
        sets.extend(
            rule.grade.iter().map(|grade| format!("{} {grade}", self.language.pick("等次", "grade"))),
        );
        let comma = self.language.pick("、", ", ");
        let mut said = Vec::new();
        if !sets.is_empty() {
            said.push(format!("{}{}", self.language.pick("", "sets "), sets.join(comma)));
        }
        if !rule.loses.is_empty() {
            said.push(format!("{}{}", self.language.pick("取消", "loses "), rule.loses.join(comma)));
        }
        let (what, until) = (said.join(self.language.pick("，", ", ")), rule.until.get(self.language));
        Some(match self.language {
            Language::Zh => format!("{what}，至{until}；扣分与扣款照列（{}）", rule.basis.zh),
            Language::En => format!("{what} until {until}; points and charges stay ({})", rule.basis.en),
        })
    }

    /// Whether there is anything to show: a balance, or a finding.
    pub(super) fn has_content(&self) -> bool {
        !self.card.balances.is_empty() || self.has_findings()
    }

    /// Whether anything is found on it, certain or possible.
    pub(super) fn has_findings(&self) -> bool {
        !self.card.findings.is_empty()
    }
}

/// Whether a finding is a veto.
pub(super) fn is_veto(finding: &Finding<'_>) -> bool {
    matches!(finding.outcome(), Outcome::Veto { .. })
}
