//! Two clauses that enter an amount on the same account of the same bearer for one row, though nothing says how they
//! stand to each other.

use super::example::{example, shown};
use super::learned::Learned;
use super::subject::{Function, Stretch, Subject};
use crate::clause::{Clause, Touch};
use crate::decision::{Answer, Deed, Node, Operation, Path, Question, Step};
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::policy::Policy;
use crate::scenario::Situation;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many pairs of paths of two clauses are tried with a complaint.
const TRIES: usize = 12;

/// What an amount goes to: the role, the account, and whether it is taken.
type Target = (String, String, bool);

pub(super) fn inspect(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let clauses: Vec<&Function<'_>> =
        subject.clauses().filter(|function| !subject.is_interpreted(function.clause)).collect();
    for (index, one) in clauses.iter().enumerate() {
        for other in clauses.iter().skip(index.saturating_add(1)) {
            let same_kind = one.clause.kind == other.clause.kind;
            if same_kind && !related(&subject.pack.policy, one.clause, other.clause) {
                found.extend(Pair { subject, one, other }.judge());
            }
        }
    }
    found
}

/// Whether the pack says how two clauses stand to each other.
fn related(policy: &Policy, one: &Clause, other: &Clause) -> bool {
    let both = |names: &[String]| names.contains(&one.name) && names.contains(&other.name);
    let lifts = |one: &Clause, other: &Clause| {
        one.touches.iter().any(|(_, touch)| matches!(touch, Touch::Clause(name) if *name == other.name))
    };
    policy.groups.iter().any(|group| both(&group.clauses))
        || policy.readings.iter().any(|reading| both(&reading.clauses))
        || lifts(one, other)
        || lifts(other, one)
}

struct Pair<'p, 'a> {
    subject: &'p Subject<'a>,
    one: &'p Function<'a>,
    other: &'p Function<'a>,
}

impl<'a> Pair<'_, 'a> {
    fn judge(&self) -> Vec<Diagnostic> {
        let stretches: Vec<&Stretch> = self.subject.in_force(self.one.clause).collect();
        let days = self.other.clause.days;
        let both = |stretch: &&&Stretch| stretch.days.overlaps(&days) && self.one.clause.days.overlaps(&days);
        // the latest stretch on which both are in force is the one that matters to who mends the pack
        let Some(stretch) = stretches.iter().rev().find(both) else { return Vec::new() };
        let (ones, others) = (self.paths(self.one, stretch), self.paths(self.other, stretch));
        let targets = |paths: &[&Arc<Path>]| -> BTreeSet<Target> {
            paths.iter().flat_map(|path| targets(path)).collect()
        };
        let mut shared: Vec<Target> = targets(&ones).intersection(&targets(&others)).cloned().collect();
        let mut found = Vec::new();
        // one complaint may show several targets at once
        while let Some(first) = shared.first().cloned() {
            let Some(situation) = self.situation(stretch, (&ones, &others), &first) else {
                shared.retain(|target| *target != first);
                continue;
            };
            let always = self.always((&ones, &others), &first);
            let same = |a: Option<&Function<'_>>, b: Option<&Function<'_>>| {
                a.map(|function| &function.clause.name) == b.map(|function| &function.clause.name)
            };
            let alike = |target: &Target| {
                same(self.always((&ones, &others), target), always)
                    && self.charges(&situation, stretch, target)
            };
            let (now, later): (Vec<Target>, Vec<Target>) =
                shared.into_iter().partition(|target| *target == first || alike(target));
            shared = later;
            found.push(self.diagnostic(&now, always, &situation));
        }
        found
    }

    fn paths(&self, function: &Function<'a>, stretch: &Stretch) -> Vec<&'a Arc<Path>> {
        let tree = self.subject.rules.tree(function.clause, &stretch.terms);
        tree.into_iter().flat_map(|tree| tree.paths()).collect()
    }

    /// A complaint for which both clauses enter something there.
    fn situation(
        &self,
        stretch: &Stretch,
        (ones, others): (&[&Arc<Path>], &[&Arc<Path>]),
        target: &Target,
    ) -> Option<Situation> {
        let mut pairs: Vec<Vec<Step>> = Vec::new();
        for one in ones.iter().filter(|path| targets(path).contains(target)) {
            for other in others.iter().filter(|path| targets(path).contains(target)) {
                pairs.extend(self.together(one, other));
            }
        }
        pairs.sort_by_key(Vec::len);
        let clauses = [self.one.clause, self.other.clause];
        pairs
            .iter()
            .take(TRIES)
            .filter_map(|wanted| example(self.subject, stretch, &clauses, wanted))
            .filter(|situation| self.applies(situation))
            .min_by_key(|situation| situation.facts.len())
    }

    /// Whether both clauses count something for a complaint: no other clause lifts them.
    fn applies(&self, situation: &Situation) -> bool {
        let Ok(found) = situation.outcome(self.subject.pack, self.subject.rules) else { return false };
        let clauses = found.get("clauses").cloned().unwrap_or_default();
        let names: Vec<&str> = clauses.split(", ").collect();
        [self.one, self.other].iter().all(|function| names.contains(&function.clause.name.as_str()))
    }

    /// Whether both clauses enter something at a target for a complaint that was found for another target.
    fn charges(&self, situation: &Situation, stretch: &Stretch, target: &Target) -> bool {
        let Ok((assessment, kind)) = situation.assess(self.subject.pack, self.subject.rules) else {
            return false;
        };
        let Some(row) = assessment.rows.get(&kind).and_then(|rows| rows.get(0)) else { return false };
        [self.one, self.other].iter().all(|function| {
            let taken = self.subject.rules.decide(function.clause, &row.record, &stretch.terms);
            taken.is_ok_and(|taken| taken.iter().all(|taken| targets(&taken.path).contains(target)))
        })
    }

    /// The questions of two paths with their answers, where they do not contradict each other.
    fn together(&self, one: &Path, other: &Path) -> Option<Vec<Step>> {
        let mut learned = Learned::nothing(self.one.kind);
        let mut steps: Vec<Step> = Vec::new();
        for step in one.steps.iter().chain(&other.steps) {
            match steps.iter().find(|known| known.question == step.question) {
                Some(known) if known.answer == step.answer => continue,
                Some(_) => return None,
                None if !learned.learn(step) || steps.iter().any(|known| lacks(known, step)) => return None,
                None => steps.push(step.clone()),
            }
        }
        Some(steps)
    }

    /// Which of the two never enters anything there without the other, if one does not.
    fn always(
        &self,
        (ones, others): (&[&Arc<Path>], &[&Arc<Path>]),
        target: &Target,
    ) -> Option<&Function<'a>> {
        let hits = |path: &&&Arc<Path>| targets(path).contains(target);
        let implies = |these: &[&Arc<Path>], those: &[&Arc<Path>]| {
            these.iter().filter(hits).all(|this| {
                let mut without = those.iter().filter(|path| !hits(path));
                without.all(|that| self.together(this, that).is_none())
            })
        };
        if implies(ones, others) {
            return Some(self.one);
        }
        implies(others, ones).then_some(self.other)
    }

    fn diagnostic(
        &self,
        targets: &[Target],
        always: Option<&Function<'_>>,
        situation: &Situation,
    ) -> Diagnostic {
        let (one, other) = (Subject::name(self.one.clause), Subject::name(self.other.clause));
        let whom = self.whom(targets);
        let (said, command) = shown(self.subject.pack, situation);
        let what = Text::new(
            format!(
                "{}与{}对同一{}各计一次{}，而两者的关系没有声明",
                one.zh, other.zh, self.one.kind.title.zh, whom.zh
            ),
            format!(
                "{} and {} both enter {} for one {}, and nothing says how they stand to each other",
                one.en,
                other.en,
                whom.en,
                self.one.kind.title.en.to_lowercase()
            ),
        );
        let message = match always {
            Some(first) => {
                let (first, then) =
                    if std::ptr::eq(first, self.one) { (&one, &other) } else { (&other, &one) };
                Text::new(
                    format!("{}：凡有{}必有{}", what.zh, first.zh, then.zh),
                    format!("{}: {} never comes without {}", what.en, first.en, then.en),
                )
            }
            None => what,
        };
        let names = format!("\"{}\", \"{}\"", self.one.clause.name, self.other.clause.name);
        let help = Text::new(
            format!(
                "例如 {}\n{command}\n以 [[highest]]、[[cap]] 或写明两者并计的 [[reading]] 声明：clauses = [{names}]",
                said.zh
            ),
            format!(
                "for example {}\n{command}\ndeclare it with [[highest]], [[cap]], or a [[reading]] that says both count: clauses = [{names}]",
                said.en
            ),
        );
        let diagnostic = match always {
            Some(_) => Diagnostic::warning("I020", message),
            None => Diagnostic::note("I021", message),
        };
        diagnostic.at(self.subject.rules.place(self.other.clause)).help(help)
    }

    /// `经办人的绩效得分`, several of them in turn.
    fn whom(&self, targets: &[Target]) -> Text {
        let said = targets.iter().map(|(name, account, _)| {
            let role = self.one.kind.role(name);
            let accounts = role.map(|role| self.subject.pack.policy.accounts(role)).unwrap_or_default();
            let account = accounts.into_iter().find(|own| own.name == *account);
            let role = role.map(|role| role.title.clone()).unwrap_or_default();
            let account = account.map(|account| account.title.clone()).unwrap_or_default();
            Text::new(format!("{}的{}", role.zh, account.zh), format!("{} of the {}", account.en, role.en))
        });
        let said: Vec<Text> = said.collect();
        Text::new(
            said.iter().map(|text| text.zh.as_str()).collect::<Vec<_>>().join("、"),
            said.iter().map(|text| text.en.as_str()).collect::<Vec<_>>().join(" and "),
        )
    }
}

/// Where a path enters amounts.
fn targets(path: &Path) -> BTreeSet<Target> {
    let entered = path.effects.iter().filter_map(|effect| match &effect.deed {
        Deed::Enter { account, amount } => {
            let takes = match amount.value.exact() {
                Some(exact) => exact < Decimal::ZERO,
                None => matches!(amount.node, Node::Apply(Operation::Negate, _)),
            };
            Some((effect.role.clone(), account.clone(), takes))
        }
        _ => None,
    });
    entered.collect()
}

/// Whether one of two answers says that a fact is missing which the other needs.
fn lacks(one: &Step, other: &Step) -> bool {
    let missing = |step: &Step, needs: &Step| match &step.question {
        Question::Known(fact) if step.answer == Answer::No => {
            !matches!(needs.question, Question::Known(_)) && needs.question.facts().contains(fact)
        }
        _ => false,
    };
    missing(one, other) || missing(other, one)
}
