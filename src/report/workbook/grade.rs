//! Grades, ranks and coefficients as formulas over the balances.

use super::Plan;
use super::balance::OfCard;
use super::formula::{literal, quoted};
use super::guard::{bounds, fits};
use crate::assess::Finding;
use crate::fact::{FactType, Facts as _, Value};
use crate::language::Text;
use crate::policy::{Account, Best, Cell, Condition, Given, Ties, Vetoed};
use crate::report::sign::is_turned;
use rust_decimal::Decimal;

fn unsaid() -> Text {
    Text::new("公式写不出", "no formula says it")
}

/// Conditions on a card as formulas, and whether they are met.
type Tests = (Vec<String>, bool);

impl Plan<'_> {
    /// The grade of a card by its table; else why no formula says it.
    pub(super) fn grade(&self, of: &OfCard<'_>) -> Result<String, Text> {
        if !self.is_live() {
            return Err(Text::new("认定超出公式条数上限", "there are more findings than may be live"));
        }
        let rule = of.kind.grade.as_ref().ok_or_else(unsaid)?;
        if !of.kind.quotas.is_empty() {
            return Err(Text::new("有名额限制", "quotas decide it too"));
        }
        if self.subject.assessment.findings_of(of.card).any(|finding: Finding<'_>| finding.grade().is_some())
        {
            return Err(Text::new("有规则直接限定等次", "a clause limits or fixes it"));
        }
        let Given::Table { table, by } = &rule.given else {
            return Err(Text::new("等次取自事实", "a fact is the grade"));
        };
        let (terms, name) = (self.settled_by(), table);
        let table = terms.table(name).ok_or_else(unsaid)?;
        let mut rows = Vec::new();
        let mut so_far = None;
        for row in table.ranked() {
            let Cell::Word(word) = &row.cell else { continue };
            let test = |(place, (condition, fact)): (usize, (&Condition, &String))| {
                let before = row.conditions.get(..place).unwrap_or_default();
                let cell = |bound: Decimal| {
                    let cell = self.parameters.bound((&terms, name), before, bound);
                    cell.unwrap_or_else(|| literal(bound))
                };
                tests(of, (condition, &cell), fact)
            };
            let tests: Option<Vec<Option<Tests>>> =
                row.conditions.iter().zip(by).enumerate().map(test).collect();
            // a row that a fact of the card rules out is none for it
            let Some(tests) = tests.ok_or_else(unsaid)?.into_iter().collect::<Option<Vec<_>>>() else {
                continue;
            };
            if so_far.is_none() && tests.iter().all(|(_, met)| *met) {
                so_far = Some(word.as_str());
            }
            rows.push((tests.into_iter().flat_map(|(tests, _)| tests).collect::<Vec<String>>(), word));
        }
        if so_far != of.card.by_table.first().map(String::as_str) {
            return Err(unsaid());
        }
        let mut formula = "\"\"".to_owned();
        for (tests, word) in rows.iter().rev() {
            let word = quoted(word).ok_or_else(unsaid)?;
            formula = match tests.as_slice() {
                [] => word,
                [test] => format!("IF({test},{word},{formula})"),
                tests => format!("IF(AND({}),{word},{formula})", tests.join(",")),
            };
        }
        let set = of.kind.veto.as_ref().and_then(|veto| veto.grade.as_deref()).zip(of.layout.veto);
        if let Some((grade, veto)) = set {
            formula = format!("IF({}>0,{},{formula})", of.cell(veto), quoted(grade).ok_or_else(unsaid)?);
        }
        if fits(&formula) { Ok(formula) } else { Err(unsaid()) }
    }

    /// The coefficient of the grade in force.
    pub(super) fn coefficient(&self, of: &OfCard<'_>) -> Option<String> {
        let (rule, name) = (of.kind.grade.as_ref()?, of.kind.coefficient.as_ref()?);
        let terms = self.settled_by();
        let table = terms.table(name)?;
        of.card.coefficient?;
        self.grade(of).ok()?;
        let grade = of.cell(of.layout.grade?);
        let mut formula = "\"\"".to_owned();
        for word in rule.all().collect::<Vec<&str>>().into_iter().rev() {
            let Some(Cell::Number(_)) = table.cell_of_word(word) else { continue };
            let cell = self.parameters.cell(&terms, name, &[word.to_owned()])?;
            formula = format!("IF({grade}={},{cell},{formula})", quoted(word)?);
        }
        Some(formula)
    }

    /// The place of a card among its peers.
    pub(super) fn rank(&self, of: &OfCard<'_>) -> Result<String, Text> {
        let (Some(ranking), Some(group)) = (&of.kind.ranking, of.layout.group) else { return Err(unsaid()) };
        if !self.is_live() {
            return Err(Text::new("认定超出公式条数上限", "there are more findings than may be live"));
        }
        if !of.kind.quotas.is_empty() {
            return Err(Text::new("有名额限制", "quotas decide by it"));
        }
        if of.card.rank.is_none_or(|rank| rank.group.is_none()) {
            return Err(Text::new("同组待定", "it is not known among whom"));
        }
        let place = of.kind.accounts.iter().position(|account| account.name == ranking.by);
        let columns = place.and_then(|place| of.layout.accounts.get(place)).ok_or_else(unsaid)?;
        let own = (of.cell(group), of.cell(columns.settled));
        let (groups, figures) = (of.layout.column(group), of.layout.column(columns.settled));
        let is_turned = kind_account(of, place).is_some_and(|account| is_turned(&account.unit));
        let above = if (ranking.best == Best::Highest) != is_turned { ">" } else { "<" };
        let vetoes = of.layout.veto.map(|column| (of.cell(column), of.layout.column(column)));
        let unvetoed = vetoes.as_ref().map(|(_, all)| format!(",{all},0")).unwrap_or_default();
        let before = format!("COUNTIFS({groups},{},{figures},\"{above}\"&{}{unvetoed})", own.0, own.1);
        let level = format!("COUNTIFS({groups},{},{figures},{}{unvetoed})", own.0, own.1);
        let plain = match ranking.ties {
            Ties::Skipped => format!("1+{before}"),
            Ties::Mean => format!("1+{before}+({level}-1)/2"),
            Ties::Follows => {
                let same = vetoes.as_ref().map(|(_, all)| format!(",{all},{all}")).unwrap_or_default();
                let free = vetoes.as_ref().map(|(_, all)| format!("*({all}=0)")).unwrap_or_default();
                format!(
                    "1+SUMPRODUCT(({groups}={}){free}*({figures}{above}{})/COUNTIFS({groups},{groups},{figures},{figures}{same}))",
                    own.0, own.1
                )
            }
        };
        let Some((veto, all)) = vetoes else { return Ok(plain) };
        let first = format!("1+COUNTIFS({groups},{},{all},0)", own.0);
        let last = match (ranking.vetoed, ranking.ties) {
            (Vetoed::Out, _) => "\"\"".to_owned(),
            (Vetoed::Last, Ties::Skipped) => first,
            (Vetoed::Last, Ties::Mean) => format!("{first}+(COUNTIFS({groups},{},{all},\">0\")-1)/2", own.0),
            (Vetoed::Last, Ties::Follows) => format!(
                "1+SUMPRODUCT(({groups}={})*({all}=0)/COUNTIFS({groups},{groups},{figures},{figures},{all},{all}))",
                own.0
            ),
        };
        Ok(format!("IF({veto}>0,{last},{plain})"))
    }
}

/// The tests of a condition of a table of grades, and whether it is met so far; the inner none where a fact of the card
/// rules it out, the outer where nobody can say.
fn tests(
    of: &OfCard<'_>,
    (condition, cell): (&Condition, &dyn Fn(Decimal) -> String),
    name: &str,
) -> Option<Option<Tests>> {
    let settled = of.card.balance(name).map(|balance| balance.settled.so_far);
    let always = Some(Some((Vec::new(), true)));
    let met = |met: bool| Some(met.then(|| (Vec::new(), true)));
    match (condition, settled) {
        (Condition::Any, _) => always,
        (Condition::Band(band), Some(settled)) => {
            Some(Some((bounds(band, &of.settled(name)?, cell), band.contains(settled))))
        }
        (Condition::Word(_), Some(_)) => None,
        (condition, None) => match (condition, of.card.record.value(name)) {
            (Condition::Band(band), Value::Number(number)) => met(band.contains(number)),
            (Condition::Word(word), value @ (Value::Word(_) | Value::Text(_) | Value::Bool(_))) => {
                met(FactType::plain(&value) == *word)
            }
            _ => None,
        },
    }
}

fn kind_account<'c>(of: &OfCard<'c>, place: Option<usize>) -> Option<&'c Account> {
    of.kind.accounts.get(place?)
}

/// What stands for the peers of a card: a number for each group.
pub(super) fn group_number(group: Option<usize>) -> Option<Decimal> {
    group.map(|group| Decimal::from(group.saturating_add(1)))
}
