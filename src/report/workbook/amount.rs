//! What a finding comes to: a formula over the cells of its facts and parameters where one says the same as the engine,
//! else the engine's figure and why.

use super::facts::FactSheets;
use super::formula::{Formulas, NOISE, is_binary, is_safe, is_steady, rounded};
use super::guard::{Guards, Leaf, UNKNOWN, fits, used};
use super::parameters::Parameters;
use crate::amount::{Rounding, RoundingMode, RoundingStep};
use crate::assess::{Finding, Way};
use crate::decision::{Deed, Effect, End, Expression, Path, Tree};
use crate::fact::RowFacts;
use crate::language::Text;
use crate::policy::Terms;
use crate::report::Subject;
use crate::report::sign::{is_turned, shown};
use rust_decimal::Decimal;
use std::sync::Arc;

/// The amount of a finding with its sign, as it is shown, or 1 and 0 for a veto.
pub(super) struct Amount {
    pub(super) value: Decimal,
    /// The formula, or why there is none.
    pub(super) live: Result<String, Text>,
}

/// What amounts are worked out from.
pub(super) struct Amounts<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) facts: &'a FactSheets<'a>,
    pub(super) parameters: &'a Parameters,
}

/// A finding with all that its formula is made from.
struct Made<'m> {
    tree: &'m Tree,
    facts: RowFacts<'m>,
    own: (usize, usize),
    effect: &'m Effect,
    rounding: Rounding,
    formulas: Formulas<'m>,
}

/// The tree that a finding was made by, with the parameters; none where the clause has none.
pub(super) fn tree_of<'f>(
    subject: &'f Subject<'_>,
    finding: &Finding<'f>,
) -> Option<(&'f Arc<Tree>, &'f Arc<Terms>)> {
    let clause = subject.rules.clause(finding.clause());
    let tree = clause.zip(finding.terms()).and_then(|(clause, terms)| subject.rules.tree(clause, terms));
    tree.zip(finding.terms())
}

/// The tree that a finding was made by, its parameters and the facts of its row; else why no formula can be.
fn traced<'f>(
    subject: &'f Subject<'_>,
    finding: &Finding<'f>,
) -> Result<(Way<'f>, &'f Arc<Tree>, &'f Terms), Text> {
    let Some((tree, terms)) = tree_of(subject, finding) else {
        return Err(Text::new(
            "规则逐行解释执行，没有判定树",
            "the clause is run row by row and has no tree",
        ));
    };
    let is_exact = finding.entry_on().is_none_or(|(_, _, found)| found.is_exact());
    if !(is_exact && finding.is_certain()) {
        return Err(undetermined());
    }
    match finding.way() {
        Some(way) => Ok((way, tree, terms)),
        None if finding.account().is_some() && finding.working().is_none() => {
            Err(Text::new("由几种可能相加而来", "the sum of what several ways come to"))
        }
        None => Err(Text::new(
            "计时未止或有事实未知，结论已定",
            "a clock still runs or a fact is not known, yet the result is settled",
        )),
    }
}

/// What is open is a value.
pub(super) fn undetermined() -> Text {
    Text::new("待定，缺什么见「待定」", "undetermined; what is lacking stands among what is open")
}

impl Amounts<'_> {
    /// What a finding comes to; `within` says whether there is still room for a live one.
    pub(super) fn of(&self, finding: &Finding<'_>, within: bool) -> Amount {
        let rounding = self.subject.pack.policy.rounding;
        let exact = match finding.entry_on() {
            Some((_, sign, found)) => sign.signed(found.least),
            None => {
                Decimal::from(u8::from(finding.stands() && finding.is_certain() && finding.grade().is_none()))
            }
        };
        let value = match rounding.at {
            RoundingStep::Finding => rounding.round(exact),
            RoundingStep::Card => exact,
        };
        let beyond = || Text::new("超出公式条数上限", "beyond the limit of live findings");
        let live = if within { self.live(finding, exact) } else { Err(beyond()) };
        match finding.account() {
            Some(account) if is_turned(&account.unit) => Amount {
                value: shown(&account.unit, value),
                live: live.map(|formula| format!("-({formula})")),
            },
            _ => Amount { value, live },
        }
    }

    fn live(&self, finding: &Finding<'_>, exact: Decimal) -> Result<String, Text> {
        if finding.grade().is_some() {
            return Err(Text::new("等次，不是金额", "a grade and no amount"));
        }
        let (way, tree, terms) = traced(self.subject, finding)?;
        let unsaid = || Text::new("公式写不出", "no formula says it");
        let facts = finding.facts().ok_or_else(unsaid)?;
        let own = way.place();
        let effect = tree.paths().get(own.0).and_then(|path| path.effects.get(own.1)).ok_or_else(unsaid)?;
        let formulas = Formulas {
            facts: self.facts,
            parameters: self.parameters,
            row: (finding.kind(), finding.row()),
            at_home: false,
            terms,
        };
        let rounding = self.subject.pack.policy.rounding;
        let made = Made { tree, facts, own, effect, rounding, formulas };
        made.is_the_same(exact)?;
        made.formula().ok_or_else(unsaid)
    }
}

impl Made<'_> {
    /// Whether the working comes to the amount found, in exact numbers and in binary ones.
    fn is_the_same(&self, exact: Decimal) -> Result<(), Text> {
        let Deed::Enter { amount, .. } = &self.effect.deed else {
            let lifted = || Text::new("已减免", "lifted by relief");
            return if exact == Decimal::ONE { Ok(()) } else { Err(lifted()) };
        };
        let own = amount.evaluate(&self.facts).ok().and_then(|value| value.exact());
        if own != Some(exact) {
            return Err(Text::new(
                "由几人分担，尾差按最大余数",
                "shared out, what is left over by the largest remainder",
            ));
        }
        let is_plain = self.rounding.at == RoundingStep::Card || {
            let rounding = (self.rounding.mode, self.rounding.places);
            is_safe(exact, rounding, is_binary(amount, &self.facts))
        };
        if is_plain && is_steady(amount, &self.facts) {
            return Ok(());
        }
        Err(Text::new(
            "恰在舍入界上，二进制浮点数不能精确表示",
            "a tie that binary floating point cannot hold",
        ))
    }

    fn formula(&self) -> Option<String> {
        let leaf = |path: usize| self.leaf(path);
        let whole = Guards { formulas: &self.formulas, leaf: &leaf }.tree(self.tree.root());
        let whole = whole.and_then(|formula| self.ended(&formula)).filter(|formula| fits(formula));
        whole.or_else(|| {
            // the own path alone: any other answer on it leaves the amount undetermined here
            let alone = Tree::of(vec![(**self.tree.paths().get(self.own.0)?).clone()]);
            let leaf = |_: usize| self.leaf(self.own.0);
            let formula = Guards { formulas: &self.formulas, leaf: &leaf }.tree(alone.root())?;
            self.ended(&formula).filter(|formula| fits(formula))
        })
    }

    /// A formula that ends in the rounding of the pack, or in the rounding that takes the noise away.
    fn ended(&self, formula: &str) -> Option<String> {
        let is_amount = matches!(self.effect.deed, Deed::Enter { .. });
        match (self.rounding.at, self.rounding.mode) {
            _ if !is_amount => Some(formula.to_owned()),
            (RoundingStep::Card, _) => Some(format!("ROUND({formula},{NOISE})")),
            // rounded at the leaves: the number stands in it four times
            (RoundingStep::Finding, RoundingMode::HalfEven) => Some(formula.to_owned()),
            (RoundingStep::Finding, mode) => rounded(formula, mode, self.rounding.places),
        }
    }

    /// The effects of a path that are alike to the own one: under the same role, on the same account.
    fn alike(&self, path: &Path) -> Vec<usize> {
        let same = |effect: &Effect| match (&effect.deed, &self.effect.deed) {
            (Deed::Enter { account: one, .. }, Deed::Enter { account: other, .. }) => one == other,
            (Deed::Veto, Deed::Veto) => true,
            _ => false,
        };
        let all = path.effects.iter().enumerate();
        all.filter(|(_, effect)| effect.role == self.effect.role && same(effect))
            .map(|(place, _)| place)
            .collect()
    }

    /// What the finding would be had the row taken another path: the effect in the same place among those alike; the last
    /// finding there is takes what follows it, so that together they come to all of it.
    fn chosen(&self, path: usize) -> Option<Vec<usize>> {
        let paths = self.tree.paths();
        let own_path = paths.get(self.own.0)?;
        let is_something = |place: &usize| {
            own_path.effects.get(*place).is_some_and(|effect| !effect.is_nothing(&self.facts))
        };
        let (mine, nothing): (Vec<usize>, Vec<usize>) =
            self.alike(own_path).into_iter().partition(is_something);
        let place = mine.iter().position(|own| *own == self.own.1)?;
        let is_last = place.saturating_add(1) == mine.len();
        if path == self.own.0 {
            let rest = if is_last { nothing } else { Vec::new() };
            return Some([vec![self.own.1], rest].concat());
        }
        let theirs = self.alike(paths.get(path)?);
        let end = if is_last { theirs.len() } else { place.saturating_add(1).min(theirs.len()) };
        Some(theirs.get(place.min(end)..end).unwrap_or_default().to_vec())
    }

    fn leaf(&self, position: usize) -> Option<Leaf> {
        let path = self.tree.paths().get(position)?;
        if matches!(path.end, End::Undetermined(_)) {
            return Some(Leaf { formula: UNKNOWN.to_owned(), uses: Vec::new() });
        }
        let chosen = self.chosen(position)?;
        let effects = || chosen.iter().filter_map(|place| path.effects.get(*place));
        let is_veto = |effect: &Effect| effect.deed == Deed::Veto;
        if is_veto(self.effect) {
            let stands = effects().any(is_veto);
            return Some(Leaf { formula: u8::from(stands).to_string(), uses: Vec::new() });
        }
        let amounts: Vec<&Expression> = effects()
            .filter_map(|effect| match &effect.deed {
                Deed::Enter { amount, .. } => Some(&**amount),
                _ => None,
            })
            .collect();
        let numbers = amounts.iter().map(|amount| self.number(amount, amounts.len() > 1));
        let numbers: Option<Vec<String>> = numbers.collect();
        let formula = numbers?.join("+");
        let formula = if formula.is_empty() { "0".to_owned() } else { formula };
        Some(Leaf { formula, uses: used(amounts) })
    }

    fn number(&self, amount: &Expression, is_one_of_several: bool) -> Option<String> {
        let number = self.formulas.number(amount)?;
        let Rounding { mode, places, at } = self.rounding;
        let here = at == RoundingStep::Finding && (is_one_of_several || mode == RoundingMode::HalfEven);
        if here { rounded(&number, mode, places) } else { Some(number) }
    }
}
