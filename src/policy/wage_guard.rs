//! 工资保护: how much of what a person is charged may be withheld from one month's pay (工资支付暂行规定，劳部发〔1994〕489号，
//! 第十六条).

use super::pack::Report;
use super::role::word;
use super::{Account, Holder, Kind, Parameter, ParameterValue, Policy, Rows};
use crate::amount::{RoundingMode, Unit};
use crate::calendar::Grid;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::document::{Entry, Section};
use crate::fact::Origin;
use crate::language::Text;
use rust_decimal::Decimal;
use std::sync::Arc;

/// How much of what a person is charged may be withheld from one month's pay: no more than a share of it, and not so much
/// that less than the minimum wage is left.
#[derive(Clone, Debug)]
pub struct WageGuard {
    /// The charges that are withheld from pay, in the order of the file.
    pub charges: Vec<Guarded>,
    /// The headings under which the file of members may carry a person's pay of the month.
    pub pay: Vec<String>,
    /// The parameter that says which share of the pay is the most.
    pub share: String,
    /// The parameter that says the minimum wage of a month, in yuan.
    pub minimum: String,
    /// What becomes of the rest.
    pub rest: Rest,
}

/// A money account whose charges are withheld from pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The kind of card.
    pub kind: String,
    /// The account.
    pub account: String,
}

/// What becomes of what may not be withheld this month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is owed in the next month (结转).
    Carry,
    /// Nobody asks for it any more (免扣).
    Waive,
}

impl WageGuard {
    pub(super) fn read(section: &Section<'_>) -> Option<Self> {
        let charges: Vec<Guarded> = section
            .required("charges")
            .and_then(|entry| entry.list())
            .unwrap_or_default()
            .iter()
            .filter_map(Guarded::read)
            .collect();
        let pay = section.required("pay").and_then(|entry| entry.list()).unwrap_or_default();
        let (share, minimum) = (section.required_text("share"), section.required_text("minimum"));
        section.required("rest");
        let rest = word(section, "rest", &[("carry", Rest::Carry), ("waive", Rest::Waive)]);
        section.finish();
        let pay = pay.iter().filter_map(Entry::text).collect();
        Some(Self { charges, pay, share: share?, minimum: minimum?, rest: rest? })
    }

    /// The most that may be withheld of a month's pay, rounded down to so many places.
    pub fn limit(pay: Decimal, share: Decimal, minimum: Decimal, places: u32) -> Decimal {
        let of_pay = pay.saturating_mul(share);
        let most = of_pay.min(pay.saturating_sub(minimum)).max(Decimal::ZERO);
        RoundingMode::Down.round(most, places)
    }

    /// Reports what of it cannot be.
    pub(super) fn check(
        &self,
        policy: &Policy,
        parameters: &[Arc<Parameter>],
        place: &dyn Fn(&str, &str) -> Place,
        (report, faults): (&Report<'_>, &Faults),
    ) {
        let check = Check { guard: self, policy, parameters, place, report, faults };
        for (position, guarded) in self.charges.iter().enumerate() {
            check.charge(position, guarded);
        }
        check.parameter("share", &self.share, Unit::Percent, Some(Decimal::ONE));
        check.parameter("minimum", &self.minimum, Unit::Yuan, None);
        check.confidence();
        check.month();
    }
}

impl Guarded {
    fn read(entry: &Entry<'_>) -> Option<Self> {
        let written = entry.text()?;
        match written.split_once('.') {
            Some((kind, account)) => Some(Self { kind: kind.to_owned(), account: account.to_owned() }),
            None => {
                let message = Text::new(
                    format!("「{written}」应写作 对象.科目，如 \"person.money\""),
                    format!("write `{written}` as kind.account, such as \"person.money\""),
                );
                entry.fault("P140", message);
                None
            }
        }
    }

    /// The kind and the account, where there are such.
    pub fn of<'p>(&self, policy: &'p Policy) -> Option<(usize, &'p Kind, &'p Account)> {
        let (position, kind) = policy.kind(&self.kind)?;
        Some((position, kind, kind.account(&self.account)?))
    }
}

/// The table in which it stands.
const AT: &str = "wage_guard";

struct Check<'c> {
    guard: &'c WageGuard,
    policy: &'c Policy,
    parameters: &'c [Arc<Parameter>],
    place: &'c dyn Fn(&str, &str) -> Place,
    report: &'c Report<'c>,
    faults: &'c Faults,
}

impl Check<'_> {
    fn fault(&self, code: &'static str, wrong: &str, zh: String, en: String) {
        let message = Text::new(format!("[{AT}] {zh}"), format!("[{AT}] {en}"));
        self.faults.push(Diagnostic::error(code, message).at((self.place)(AT, wrong)));
    }

    /// What is guarded is money that a person's card takes, once.
    fn charge(&self, position: usize, guarded: &Guarded) {
        let Guarded { kind: kind_name, account: name } = guarded;
        let written = format!("{kind_name}.{name}");
        let kinds = || self.policy.kinds.iter();
        let Some((_, kind)) = self.policy.kind(kind_name) else {
            (self.report)(
                AT,
                format!("charges：没有对象 `{kind_name}`"),
                format!("charges: there is no kind `{kind_name}`"),
                &written,
                kinds().filter(|kind| kind.is_card()).map(|kind| kind.name.as_str()).collect(),
            );
            return;
        };
        if !self.is_of_persons(kind) {
            let (zh, en) = (&kind.title.zh, &kind.title.en);
            self.fault(
                "P141",
                &written,
                format!("charges：「{zh}」（{kind_name}）不是个人的卡，没有工资"),
                format!("charges: '{en}' ({kind_name}) has no cards of persons, and no pay"),
            );
            return;
        }
        let Some(account) = kind.account(name) else {
            (self.report)(
                AT,
                format!("charges：「{}」没有科目 `{name}`", kind.title.zh),
                format!("charges: '{}' has no account `{name}`", kind.title.en),
                &written,
                kind.accounts.iter().map(|account| account.name.as_str()).collect(),
            );
            return;
        };
        let earlier = self.guard.charges.iter().take(position);
        let overlaps = |other: &Guarded| {
            other.kind == *kind_name
                && (other.account == *name
                    || sums(kind, &other.account, name)
                    || sums(kind, name, &other.account))
        };
        if account.unit != Unit::Yuan || account.opening.is_some() {
            self.fault(
                "P142",
                &written,
                format!("charges：科目 `{written}` 须以元计且从零起：工资保护管的是扣款"),
                format!("charges: `{written}` must be counted in yuan and open at nothing: what is guarded is a charge on pay"),
            );
        } else if earlier.into_iter().any(overlaps) {
            self.fault(
                "P142",
                &written,
                format!("charges：`{written}` 列了两次，或已含在另一科目中"),
                format!("charges: `{written}` is listed twice, or is part of another account that is"),
            );
        }
    }

    /// Whether the cards of a kind are of persons: holders of an office, or members whom nothing stands below and no post
    /// is of.
    fn is_of_persons(&self, kind: &Kind) -> bool {
        let leads_above = |own: &Kind| {
            own.roles.iter().any(|role| {
                let of = match &role.holder {
                    Holder::Of(of) => own.role(of),
                    _ => None,
                };
                // a unit is above its people, and has posts: nobody is above or at a person
                (matches!(role.holder, Holder::Of(_)) && role.is == kind.name)
                    || of.is_some_and(|of| of.is == kind.name && self.is_post(&role.is))
            })
        };
        match &kind.rows {
            Rows::Posts { .. } => true,
            Rows::Members { .. } => !self.policy.kinds.iter().any(leads_above),
            Rows::Table { .. } | Rows::Raised => false,
        }
    }

    fn is_post(&self, kind: &str) -> bool {
        self.policy.kind(kind).is_some_and(|(_, kind)| matches!(kind.rows, Rows::Posts { .. }))
    }

    /// A parameter that is a number of a unit, from nothing up to the most that it can be.
    fn parameter(&self, key: &str, name: &str, unit: Unit, most: Option<Decimal>) {
        let Some(parameter) = self.parameters.iter().find(|parameter| parameter.name == name) else {
            (self.report)(
                AT,
                format!("{key}：没有名为 `{name}` 的参数"),
                format!("{key}: there is no parameter `{name}`"),
                name,
                self.parameters.iter().map(|parameter| parameter.name.as_str()).collect(),
            );
            return;
        };
        let fits = |value: &ParameterValue| match value {
            ParameterValue::Number(number) => {
                *number >= Decimal::ZERO && most.is_none_or(|most| *number <= most)
            }
            _ => false,
        };
        if parameter.unit == unit && parameter.values.iter().all(|dated| fits(&dated.value)) {
            return;
        }
        let (zh, en) = match most {
            Some(_) => (
                format!("{key}：参数 `{name}` 须以 % 计，且在 0 % 与 100 % 之间"),
                format!("{key}: the parameter `{name}` must have the unit % and lie between 0 % and 100 %"),
            ),
            None => (
                format!("{key}：参数 `{name}` 须以元计，且不小于零"),
                format!("{key}: the parameter `{name}` must have the unit 元 and not lie below zero"),
            ),
        };
        self.fault("P143", name, zh, en);
    }

    /// Pay is confidential: what a card knows, every report prints and every clause can read.
    fn confidence(&self) {
        if self.guard.pay.is_empty() {
            self.fault(
                "P144",
                "pay",
                "pay：未列出工资所在的表头".to_owned(),
                "pay: no heading is listed under which pay stands".to_owned(),
            );
        }
        for kind in self.policy.kinds.iter().filter(|kind| kind.is_card()) {
            for fact in kind.schema.facts() {
                let Origin::Column(headings) = &fact.origin else { continue };
                let is_pay = |heading: &&String| {
                    self.guard.pay.iter().any(|pay| pay.trim().eq_ignore_ascii_case(heading.trim()))
                };
                let Some(heading) = headings.iter().find(is_pay) else { continue };
                let (name, at) = (&fact.name, format!("{}.facts.{}", kind.name, fact.name));
                let message = Text::new(
                    format!("[{at}] `{name}` 读取工资列「{heading}」：工资保密，规则和报表都不能读"),
                    format!(
                        "[{at}] `{name}` reads pay, `{heading}`: pay is confidential, no clause and no report reads it"
                    ),
                );
                let help = Text::new(
                    "去掉该事实；工资只供工资保护使用",
                    "leave the fact out: pay serves the wage guard alone",
                );
                self.faults
                    .push(Diagnostic::error("P145", message).at((self.place)(&at, heading)).help(help));
            }
        }
    }

    /// The pay of a month bounds the charges of a month.
    fn month(&self) {
        if !matches!(self.policy.grid(), Grid::Months(1) | Grid::From { months: 1, .. }) {
            self.fault(
                "P146",
                "charges",
                "工资按月发放：考核周期须为月".to_owned(),
                "pay is of a month: the policy must assess month by month".to_owned(),
            );
        }
    }
}

/// Whether an account of a kind is a sum that contains another, through however many sums.
fn sums(kind: &Kind, whole: &str, part: &str) -> bool {
    let parts = kind.account(whole).map_or(&[][..], |account| account.parts.as_slice());
    // sums that are parts of each other are a fault of their own; they come later in no order
    let is_ordered = kind.in_order().iter().any(|account| account.name == whole);
    is_ordered && parts.iter().any(|own| own == part || sums(kind, own, part))
}
