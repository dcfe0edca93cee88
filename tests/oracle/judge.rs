//! One pair of clause and row, answered by everybody: what was done and why, which questions were asked and how they
//! were answered, and what is undetermined.

use super::plain::Plain;
use super::shown;
use super::tally::{Seen, Tally};
use crate::completion::Bare;
use crate::outcome::{Outcome, Outcomes, bounds, number_of, of_paths, outcome};
use renze::clause::{Clause, Record, Rulebook, Stop};
use renze::decision::{Effect, End, Path, Question, Returned, Step, Tree};
use renze::fact::{Facts as _, Value};
use renze::policy::Terms;
use std::sync::Arc;

/// A clause and a row.
pub(crate) struct Pair<'p> {
    pub(crate) rules: &'p Rulebook,
    pub(crate) clause: &'p Clause,
    pub(crate) terms: &'p Arc<Terms>,
    pub(crate) row: &'p Arc<Record>,
    /// A host that shares nothing with the product but the script language.
    pub(crate) plain: Option<&'p Plain>,
    /// The path that the columns name.
    pub(crate) in_columns: Option<usize>,
}

impl Pair<'_> {
    /// Compares all answerers; says who differs and how.
    pub(crate) fn judge(&self, tally: &mut Tally) -> Result<(), String> {
        let row = self.row.as_ref();
        tally.pairs += 1;
        let bare = Bare::of(self.rules, self.clause, row, self.terms);
        let decided = self.rules.decide(self.clause, self.row, self.terms);
        let recorded = match self.rules.run(self.clause, self.row, self.terms) {
            Ok(recorded) => recorded,
            Err(Stop::Untraceable(why)) => return self.untraceable(&decided, &why.en),
            Err(Stop::Fault(fault)) if bare.fault && decided.is_err() => {
                return Err(format!("a clause that compiles can never work: {}", fault.message.en));
            }
            Err(stop) => return Err(format!("only the recorded run stops: {stop:?}")),
        };
        let outcomes = of_paths(&recorded, row);
        let decided = decided.map_err(|fault| format!("`decide` stops: {}", fault.message.en))?;
        let decided_paths: Vec<&Path> = decided.iter().map(|taken| taken.path.as_ref()).collect();
        self.same_paths(&recorded, &decided_paths)?;
        if let Some(tree) = self.rules.tree(self.clause, self.terms) {
            self.same_tree(tree, &outcomes)?;
            tally.saw(Seen::TreeGaveUp, decided.iter().any(|taken| taken.position.is_none()));
        }
        // a row filled in answers `known` otherwise than the row itself
        let asked = |fact: &String| {
            let known = |step: &Step| matches!(&step.question, Question::Known(asked) if asked == fact);
            recorded.iter().any(|path| path.steps.iter().any(known))
        };
        // without a tree, a loop whose turns are missing leaves the row open, whatever it may come to
        let left_open = self.rules.tree(self.clause, self.terms).is_none()
            && bare.sampled
            && outcomes.0.iter().any(Outcome::is_undetermined);
        // the bare run and the plain host work with numbers that have no working, and none of them is too long
        let too_long = recorded.iter().any(|path| match &path.end {
            End::Undetermined(why) => why.en.starts_with("a number is worked out in more than"),
            _ => false,
        });
        if !left_open && !too_long && !bare.filled.iter().any(asked) {
            if bare.fault || !bare.fits(&outcomes) {
                let bare = (&bare.outcomes, bare.sampled, bare.fault);
                return Err(format!("recorded: {outcomes:?}\nbare (sampled, fault): {bare:?}"));
            }
            tally.saw(Seen::BareInFull, !bare.sampled);
            tally.saw(Seen::BareSampled, bare.sampled);
        }
        if bare.filled.is_empty() && !too_long {
            self.same_plain(&outcomes, tally)?;
        }
        self.count(&recorded, &outcomes, tally);
        Ok(())
    }

    /// How often something is done depends on what is missing: nobody can say more than that.
    fn untraceable(
        &self,
        decided: &Result<Vec<renze::clause::Taken>, Box<renze::diagnostic::Diagnostic>>,
        why: &str,
    ) -> Result<(), String> {
        let open = |taken: &renze::clause::Taken| matches!(taken.path.end, End::Undetermined(_));
        let all_open = decided.as_ref().is_ok_and(|taken| taken.len() == 1 && taken.iter().all(open));
        if all_open && self.rules.tree(self.clause, self.terms).is_none() {
            return Ok(());
        }
        Err(format!("recorded: cannot be followed ({why}), decided: {decided:#?}"))
    }

    /// On a row that says everything asked, the plain host comes to the same.
    fn same_plain(&self, recorded: &Outcomes, tally: &mut Tally) -> Result<(), String> {
        let Some(plain) = self.plain else { return Ok(()) };
        let plain = Outcomes(vec![plain.run(self.clause, self.row, self.terms)]);
        tally.saw(Seen::Plain, true);
        if plain == *recorded { Ok(()) } else { Err(format!("recorded: {recorded:?}\nplain: {plain:?}")) }
    }

    /// The tree must lead where the recorded run leads, and the columns where the tree leads.
    fn same_tree(&self, tree: &Tree, recorded: &Outcomes) -> Result<(), String> {
        let row = self.row.as_ref();
        let undetermined = || recorded.0.iter().any(Outcome::is_undetermined);
        let Ok(reached) = tree.reached(row) else {
            if undetermined() && self.in_columns.is_none() {
                return Ok(());
            }
            return Err(format!("the tree cannot be walked, recorded: {recorded:?}"));
        };
        if self.in_columns.is_some_and(|path| reached != [path]) {
            return Err(format!("the tree reaches {reached:?}, the columns {:?}", self.in_columns));
        }
        let paths = reached.iter().map(|index| tree.paths()[*index].of_row(row));
        let paths: Vec<Option<Path>> = paths.collect();
        let mut outcomes: Outcomes = paths.iter().flatten().map(|path| outcome(path, row)).collect();
        if paths.contains(&None) {
            // which of several calculations failed is known only by running the clause
            let failed = recorded.0.iter().filter(|outcome| outcome.is_undetermined());
            failed.for_each(|outcome| outcomes.add(outcome.clone()));
        }
        if outcomes == *recorded && (undetermined() || !paths.contains(&None)) {
            return Ok(());
        }
        Err(format!("recorded: {recorded:?}\nthe tree: {outcomes:?}"))
    }

    /// The same questions with the same answers, the same deeds with the same reasons, in the same order.
    fn same_paths(&self, recorded: &[Path], decided: &[&Path]) -> Result<(), String> {
        let mut both = recorded.iter().zip(decided);
        if recorded.len() == decided.len()
            && both.all(|(recorded, decided)| self.same_path(recorded, decided))
        {
            return Ok(());
        }
        let (recorded, decided) = (shown::paths(recorded), shown::paths(decided.iter().copied()));
        Err(format!("recorded: {recorded}\ndecided: {decided}"))
    }

    fn same_path(&self, recorded: &Path, decided: &Path) -> bool {
        let row = self.row.as_ref();
        let sides = |step: &Step| match &step.question {
            Question::Compare(_, left, right) => vec![bounds(left, row), bounds(right, row)],
            Question::Band { input, .. } => vec![bounds(input, row)],
            _ => Vec::new(),
        };
        let effect = |effect: &Effect| {
            let number = number_of(&effect.deed).map(|number| bounds(number, row));
            let reason = effect.reason.as_ref().map(|reason| reason.show());
            (number, reason, effect.role.clone(), effect.line, effect.column)
        };
        let returned = |path: &Path| match &path.end {
            End::Returned(Returned::Number(number)) => bounds(number, row),
            _ => None,
        };
        recorded.steps == decided.steps
            && recorded.effects == decided.effects
            && recorded.end == decided.end
            && recorded.steps.iter().map(sides).eq(decided.steps.iter().map(sides))
            && recorded.effects.iter().map(effect).eq(decided.effects.iter().map(effect))
            && returned(recorded) == returned(decided)
    }

    fn count(&self, recorded: &[Path], outcomes: &Outcomes, tally: &mut Tally) {
        let all = || outcomes.0.iter();
        let done = |wanted: &str| all().flat_map(|one| &one.done).any(|done| done.deed.starts_with(wanted));
        tally.saw(Seen::Finding, done("enter"));
        tally.saw(Seen::Reason, all().flat_map(|one| &one.done).any(|done| done.reason.is_some()));
        tally.saw(Seen::Veto, done("veto"));
        tally.saw(Seen::Exemption, done("exempt"));
        tally.saw(Seen::Mitigation, done("mitigate"));
        tally.saw(Seen::Returned, all().any(|one| one.end != "done" && !one.is_undetermined()));
        tally.saw(Seen::Undetermined, all().any(Outcome::is_undetermined));
        tally.saw(Seen::Open, recorded.iter().any(|path| path.assumptions().next().is_some()));
        let bounded = |number: &Option<_>| number.is_some_and(|(low, high)| low != high);
        let amounts = |one: &Outcome| one.done.iter().any(|done| bounded(&done.amount));
        tally.saw(Seen::Bounded, all().any(|one| amounts(one) || bounded(&one.number)));
        let lacks = |value: &Value| matches!(value, Value::Missing | Value::Undetermined(_));
        tally.saw(Seen::Incomplete, self.row.values.iter().any(lacks));
        tally.saw(Seen::InColumns, self.in_columns.is_some());
    }

    /// The row, a fact a line.
    pub(crate) fn shown(&self) -> String {
        let names = self.row.schema.names();
        let lines = names.map(|name| format!("  {name} = {:?}", self.row.value(name)));
        lines.collect::<Vec<_>>().join("\n")
    }
}
