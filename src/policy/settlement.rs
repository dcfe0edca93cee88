//! Whether what a card settles by fits together: its figures, its sums, its grades, its rank and its quotas.

use super::pack::Report;
use super::{Account, Cell, Given, Grade, Kind, Parameter, ParameterValue, Places, Quota, Ranking};
use crate::amount::Unit;
use crate::fact::FactType;
use crate::language::Text;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reports everything of the settlement of a kind's cards that cannot be.
pub(super) fn check(kind: &Kind, parameters: &[Arc<Parameter>], report: &Report<'_>) {
    let check = Check { kind, parameters, report };
    for account in &kind.accounts {
        check.figures(account);
        check.sum(account);
    }
    check.cycles();
    if let Some(grade) = &kind.grade {
        check.grade(grade);
    }
    if let Some(ranking) = &kind.ranking {
        check.ranking(ranking);
    }
    for quota in &kind.quotas {
        check.quota(quota);
    }
}

struct Check<'c> {
    kind: &'c Kind,
    parameters: &'c [Arc<Parameter>],
    report: &'c Report<'c>,
}

impl<'c> Check<'c> {
    fn parameter(&self, name: &str) -> Option<&'c Arc<Parameter>> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    fn say(&self, place: &str, zh: &str, en: &str, wrong: &str, known: Vec<&str>) {
        let at = format!("{}{place}", self.kind.name);
        (self.report)(&at, zh.to_owned(), en.to_owned(), wrong, known);
    }

    fn accounts(&self) -> Vec<&str> {
        self.kind.accounts.iter().map(|account| account.name.as_str()).collect()
    }

    /// A name must mean one thing: a number of the card or of the parameters.
    fn figures(&self, account: &Account) {
        let keys = [("opening", &account.opening), ("floor", &account.floor), ("ceiling", &account.ceiling)];
        for (key, name) in keys.iter().filter_map(|(key, figure)| Some((key, figure.as_ref()?.name()?))) {
            let place = format!(".accounts.{}", account.name);
            let fact = self.kind.schema.get(name);
            let parameter = self.parameter(name);
            let is_number = |kind: &FactType| matches!(kind, FactType::Number { .. } | FactType::Few { .. });
            let numbers = |parameter: &Arc<Parameter>| {
                parameter.values.iter().all(|dated| matches!(dated.value, ParameterValue::Number(_)))
            };
            let (zh, en) = match (fact, parameter) {
                (Some(_), Some(_)) => (
                    "既是事实又是参数，须改名以免两义",
                    "is both a fact of the card and a parameter: give one of them another name",
                ),
                (Some(fact), None) if is_number(&fact.kind) => continue,
                (None, Some(parameter)) if numbers(parameter) => continue,
                (None, None) => {
                    ("既不是该卡的事实也不是参数", "is neither a fact of the card nor a parameter")
                }
                _ => ("不是数字", "is not a number"),
            };
            let names = self.kind.schema.names().chain(self.parameters.iter().map(|own| own.name.as_str()));
            let known = if fact.is_none() && parameter.is_none() { names.collect() } else { Vec::new() };
            self.say(&place, &format!("{key}：`{name}` {zh}"), &format!("{key}: `{name}` {en}"), name, known);
        }
    }

    /// What is added must be there, and be counted alike.
    fn sum(&self, account: &Account) {
        let place = format!(".accounts.{}", account.name);
        for name in &account.parts {
            let Some(part) = self.kind.account(name) else {
                let (zh, en) =
                    (format!("sum：没有科目 `{name}`"), format!("sum: there is no account `{name}`"));
                self.say(&place, &zh, &en, name, self.accounts());
                continue;
            };
            if part.unit != account.unit {
                let (own, other) = (in_words(&account.unit), in_words(&part.unit));
                self.say(
                    &place,
                    &format!("sum：`{name}` 的单位是「{}」，不能计入单位为「{}」的合计", other.zh, own.zh),
                    &format!(
                        "sum: `{name}` is counted in {} and cannot be added to what is counted in {}",
                        other.en, own.en
                    ),
                    "",
                    Vec::new(),
                );
            }
        }
        let distinct: BTreeSet<&String> = account.parts.iter().collect();
        if distinct.len() < account.parts.len() {
            self.say(&place, "sum：同一科目列了两次", "sum: an account is listed twice", "", Vec::new());
        }
    }

    /// A sum cannot be a part of itself.
    fn cycles(&self) {
        let ordered: BTreeSet<&str> =
            self.kind.in_order().into_iter().map(|account| account.name.as_str()).collect();
        let circular = self.kind.accounts.iter().map(|account| account.name.as_str());
        let circular: Vec<&str> = circular.filter(|name| !ordered.contains(name)).collect();
        if !circular.is_empty() {
            let names = circular.join(", ");
            self.say(
                ".accounts",
                &format!("sum：{names} 互相包含，成了环"),
                &format!("sum: {names} are parts of each other"),
                "",
                Vec::new(),
            );
        }
    }

    fn grade(&self, grade: &Grade) {
        let mut named: Vec<String> = self.kind.veto.iter().filter_map(|veto| veto.grade.clone()).collect();
        match &grade.given {
            Given::Fact(name) => match self.kind.schema.get(name).map(|fact| &fact.kind) {
                Some(FactType::OneOf(words)) => named.extend(words.iter().map(|word| word.id.clone())),
                _ => self.say(
                    ".grade",
                    &format!("from：`{name}` 不是该卡由词组成的事实"),
                    &format!("from: `{name}` is no fact of the card that is one of some words"),
                    name,
                    self.kind.schema.names().collect(),
                ),
            },
            Given::Table { table, by } => {
                let known =
                    |name: &String| self.kind.account(name).is_some() || self.kind.schema.get(name).is_some();
                for name in by.iter().filter(|name| !known(name)) {
                    self.say(
                        ".grade",
                        &format!("by：没有科目或事实 `{name}`"),
                        &format!("by: there is no account or fact `{name}`"),
                        name,
                        self.accounts().into_iter().chain(self.kind.schema.names()).collect(),
                    );
                }
                let parameter = self.parameter(table);
                let keys = parameter.map_or(by.len(), |parameter| parameter.keys.len());
                if keys != by.len() {
                    let count = by.len();
                    self.say(
                        ".grade",
                        &format!("by 有 {count} 项，而表「{table}」按 {keys} 项查找"),
                        &format!("by lists {count}, and the table `{table}` is looked up by {keys}"),
                        "",
                        Vec::new(),
                    );
                }
                named.extend(parameter.into_iter().flat_map(|parameter| words_of(parameter)));
            }
        }
        for name in named.iter().filter(|name| !grade.all().any(|known| known == name.as_str())) {
            self.say(
                ".grade",
                &format!("的 scale 中没有等次「{name}」"),
                &format!("scale has no grade `{name}`"),
                name,
                grade.all().collect(),
            );
        }
        if let Some(twice) = grade.unrated.iter().find(|name| grade.scale.contains(name)) {
            self.say(
                ".grade",
                &format!("「{twice}」同时在 scale 与 unrated 中"),
                &format!("`{twice}` is in scale and in unrated"),
                "",
                Vec::new(),
            );
        }
    }

    fn ranking(&self, ranking: &Ranking) {
        if self.kind.account(&ranking.by).is_none() {
            let name = &ranking.by;
            self.say(
                ".rank",
                &format!("by：没有科目 `{name}`"),
                &format!("by: there is no account `{name}`"),
                name,
                self.accounts(),
            );
        }
        for name in &ranking.among {
            if self.kind.schema.get(name).is_none() && self.kind.role(name).is_none() {
                self.say(
                    ".rank",
                    &format!("among：没有事实或角色 `{name}`"),
                    &format!("among: there is no fact or role `{name}`"),
                    name,
                    self.kind
                        .schema
                        .names()
                        .chain(self.kind.roles.iter().map(|role| role.name.as_str()))
                        .collect(),
                );
            }
        }
    }

    fn quota(&self, quota: &Quota) {
        let scale = self.kind.grade.as_ref().map_or(&[][..], |grade| grade.scale.as_slice());
        let name = &quota.grade;
        let place = ".quota";
        if self.kind.ranking.is_none() {
            self.say(
                place,
                "名额须先排名，缺少 `rank`",
                "who is within a quota follows from the rank: `rank` is lacking",
                "",
                Vec::new(),
            );
        }
        if !scale.contains(name) {
            let known = scale.iter().map(String::as_str).collect();
            let (zh, en) = (format!("scale 中没有等次「{name}」"), format!("scale has no grade `{name}`"));
            self.say(place, &zh, &en, name, known);
        } else if scale.last() == Some(name) {
            let (zh, en) = (
                format!("「{name}」是最低等次，超出名额的没有下一等"),
                format!("`{name}` is the lowest grade: there is none below for who is above the quota"),
            );
            self.say(place, &zh, &en, "", Vec::new());
        }
        if let Places::Parameter(name) = &quota.at_most {
            self.places(place, name);
        }
    }

    /// A parameter that says how many have a grade says it in places, or in a share of the peers.
    fn places(&self, place: &str, name: &str) {
        let Some(parameter) = self.parameter(name) else {
            let (zh, en) =
                (format!("at_most：没有参数 `{name}`"), format!("at_most: there is no parameter `{name}`"));
            let known = self.parameters.iter().map(|own| own.name.as_str()).collect();
            self.say(place, &zh, &en, name, known);
            return;
        };
        let is_share = parameter.unit == Unit::Percent;
        let fits = |value: &ParameterValue| match value {
            ParameterValue::Number(share) if is_share => (Decimal::ZERO..=Decimal::ONE).contains(share),
            ParameterValue::Number(count) if matches!(parameter.unit, Unit::None | Unit::Named(_)) => {
                *count >= Decimal::ZERO && count.fract().is_zero()
            }
            _ => false,
        };
        if let Some(dated) = parameter.values.iter().find(|dated| !fits(&dated.value)) {
            let from = dated.from;
            let (zh, en) = match is_share {
                true => (
                    format!("at_most：参数 `{name}` 自 {from} 起的取值不在 0 % 与 100 % 之间"),
                    format!(
                        "at_most: the parameter `{name}` does not lie between 0 % and 100 % from {from} on"
                    ),
                ),
                false => (
                    format!("at_most：参数 `{name}` 自 {from} 起不是名额数；若指比例，单位须写作 \"%\""),
                    format!(
                        "at_most: the parameter `{name}` is no number of places from {from} on; for a share give it the unit \"%\""
                    ),
                ),
            };
            self.say(place, &zh, &en, "", Vec::new());
        }
    }
}

fn in_words(unit: &Unit) -> Text {
    match unit {
        Unit::None => Text::new("无", "nothing"),
        Unit::Points => Text::new("分", "points"),
        Unit::Yuan => Text::new("元", "yuan"),
        other => Text::same(other.code()),
    }
}

/// The words that the cells of a table are.
fn words_of(parameter: &Parameter) -> Vec<String> {
    let mut words = Vec::new();
    for dated in &parameter.values {
        if let ParameterValue::Table(table) = &dated.value {
            words.extend(table.rows.iter().filter_map(|row| match &row.cell {
                Cell::Word(word) => Some(word.clone()),
                _ => None,
            }));
        }
    }
    words
}
