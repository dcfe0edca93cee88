//! What of the charges is withheld from this month's pay, and what is not.

use super::Screen;
use crate::amount;
use crate::assess::Withholding;
use crate::interval::Interval;
use crate::language::Language;
use crate::policy::Rest;
use crate::report::Report;
use crate::report::withholding::shown;
use rust_decimal::Decimal;

impl Screen<'_> {
    /// Only where the policy has a wage guard.
    pub(super) fn withheld(&self, report: &mut Report) {
        let Some(guard) = &self.subject.pack.policy.wage_guard else { return };
        let all = self.subject.assessment.withholdings();
        let (open, settled): (Vec<&Withholding>, Vec<&Withholding>) =
            all.iter().partition(|withholding| withholding.is_provisional());
        report.gap();
        let title = self.pick("从工资中扣除", "WITHHELD FROM PAY");
        if all.is_empty() {
            report.line(format!("{title}  {}", self.pick("无人应扣", "nobody owes anything")));
        } else if !settled.is_empty() {
            report.line(format!("{title}  {}", self.settled(&settled)));
        } else {
            report.line(title);
        }
        if !open.is_empty() {
            report.line(format!("  {}", self.open_withholdings(&open)));
        }
        if guard.rest == Rest::Carry && self.subject.assessment.earlier.is_empty() {
            report.line(self.pick(
                "  未给出上期考核（book.toml 的 earlier）：没有计入上期结转",
                "  the book names no `earlier` assessment: nothing was carried in",
            ));
        }
    }

    /// "¥1,300.00 owed (¥100.00 carried in) = ¥800.00 taken + ¥500.00 carried on · 7 people, 2 not in full".
    fn settled(&self, settled: &[&Withholding]) -> String {
        let sum = |of: fn(&Withholding) -> Interval| {
            let amounts = settled.iter().filter_map(|withholding| of(withholding).exact());
            amounts.fold(Decimal::ZERO, Decimal::saturating_add)
        };
        let (owed, carried_in) = (sum(Withholding::owed), sum(|withholding| withholding.carried_in));
        let before = match (carried_in.is_zero(), self.language) {
            (true, _) => String::new(),
            (false, Language::Zh) => format!("（含上期结转 {}）", amount::money(carried_in)),
            (false, Language::En) => format!(" ({} carried in)", amount::money(carried_in)),
        };
        let parts = [
            (sum(|withholding| withholding.taken), "本月实扣", "taken"),
            (sum(Withholding::carried_on), "结转下月", "carried on"),
            (sum(Withholding::waived), "免扣", "waived"),
        ];
        let first = parts.iter().take(1);
        let further = parts.iter().skip(1).filter(|(amount, ..)| !amount.is_zero());
        let parts: Vec<String> = first
            .chain(further)
            .map(|(amount, zh, en)| match self.language {
                Language::Zh => format!("{zh} {}", amount::money(*amount)),
                Language::En => format!("{} {en}", amount::money(*amount)),
            })
            .collect();
        let in_part = settled.iter().filter(|withholding| withholding.taken != withholding.owed()).count();
        let (owed, parts, people) = (amount::money(owed), parts.join(" + "), settled.len());
        let many = match (people, in_part, self.language) {
            (_, 0, Language::Zh) => format!("{people} 人，均全额扣"),
            (_, _, Language::Zh) => format!("{people} 人，其中 {in_part} 人未全额扣"),
            (1, 0, Language::En) => "1 person, in full".to_owned(),
            (_, 0, Language::En) => format!("{people} people, all in full"),
            (1, _, Language::En) => "1 person, not in full".to_owned(),
            (_, _, Language::En) => format!("{people} people, {in_part} not in full"),
        };
        match self.language {
            Language::Zh => format!("应扣 {owed}{before} = {parts} · {many}"),
            Language::En => format!("{owed} owed{before} = {parts} · {many}"),
        }
    }

    /// "open: 3 people, ¥900.00 owed, ¥0.00–¥900.00 taken; pay is not given of 2 of them".
    fn open_withholdings(&self, open: &[&Withholding]) -> String {
        let sum = |of: fn(&Withholding) -> Interval| {
            let add = |sum: Interval, amount| sum.plus(amount).unwrap_or(Interval::UNKNOWN);
            shown(open.iter().map(|own| of(own)).fold(Interval::exactly(Decimal::ZERO), add))
        };
        let (owed, taken, people) = (sum(Withholding::owed), sum(|own| own.taken), open.len());
        let without = open.iter().filter(|own| own.limit == crate::assess::Limit::PayNotGiven).count();
        let why = match (without, self.language) {
            (0, _) => String::new(),
            (_, Language::Zh) => format!("；{without} 人没有给出工资"),
            (_, Language::En) if without == people => "; pay is not given".to_owned(),
            (_, Language::En) => format!("; of {without} of them pay is not given"),
        };
        match self.language {
            Language::Zh => format!("待定 {people} 人：应扣 {owed}，实扣 {taken}{why}"),
            Language::En if people == 1 => format!("open: 1 person, {owed} owed, {taken} taken{why}"),
            Language::En => format!("open: {people} people, {owed} owed, {taken} taken{why}"),
        }
    }
}
