//! `renze adjust`: what sealed cards come to now, and the differences entered into a later period.

use super::closing::{Writing, plain, stands, with_closing};
use super::ledger::sound;
use super::workspace::Which;
use super::{Halt, Outcome, say};
use crate::closing::{self, Adjusting, Change, Step};
use crate::language::{Language, Text};
use crate::ledger::{Author, Entry};
use crate::report::{self, Figure, Report, Subject, Table};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Adjust {
    #[command(flatten)]
    which: Which,
    /// The ledger.
    #[arg(long)]
    ledger: PathBuf,
    /// The name of whoever adjusts; without one it is only shown who would change.
    #[arg(long, requires_all = ["on", "effect", "reason"])]
    by: Option<String>,
    /// Sign with the key in this file, which `renze key new` wrote.
    #[arg(long, value_name = "KEY FILE", requires = "by")]
    key: Option<PathBuf>,
    /// The day on which it is done, as 2026-11-20.
    #[arg(long, requires = "by")]
    on: Option<String>,
    /// The later period in which the differences are paid, as 2026-11.
    #[arg(long, value_name = "PERIOD", requires = "by")]
    effect: Option<String>,
    /// Why.
    #[arg(long, requires = "by")]
    reason: Option<String>,
}

impl Adjust {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        self.reason.as_deref().map_or(Ok(()), |reason| plain("--reason", reason))?;
        let claimed = self.by.as_ref().zip(self.on.as_ref());
        let writing = claimed.map(|(by, on)| Writing::new(&self.ledger, (by, self.key.as_deref()), on));
        let words = self.effect.as_deref().zip(self.reason.as_deref());
        let Some((writing, (effect, reason))) = writing.zip(words) else {
            // to look is not to write: no lock is taken, and no ledger begun
            return self.look(&sound(&self.ledger)?.0, language);
        };
        let writer = writing.begin()?;
        let (step, shown) = self.step(writer.entries(), Some((&writer.author, effect, reason)), language)?;
        say(&shown);
        let said = Text::new("调整已封存", "the adjustment is sealed");
        writer.enter(step, |adjusting| (adjusting.drafts, said), language)
    }

    /// Shows who would change.
    fn look(&self, entries: &[Entry], language: Language) -> Result<Outcome, Halt> {
        let (step, shown) = self.step(entries, None, language)?;
        say(&shown);
        match step {
            Step::Stands(seq) => say(&format!("{}\n", stands(seq).get(language))),
            Step::Adds(_) => {
                say(language.pick(
                    "未写入台账；要入账，请加 --by --on --effect --reason\n",
                    "nothing was entered; give --by, --on, --effect and --reason to enter it\n",
                ));
            }
        }
        Ok(Outcome::Done)
    }

    fn step(
        &self,
        entries: &[Entry],
        who: Option<(&Author, &str, &str)>,
        language: Language,
    ) -> Result<(Step<Adjusting>, String), Halt> {
        let workspace = self.which.open_decided(entries, language)?;
        let step = with_closing(&workspace, |closing| Ok(closing::adjust(closing, entries, who)?))?;
        let shown = match &step {
            Step::Stands(_) => String::new(),
            Step::Adds(adjusting) => report::render(&listed(&workspace.subject(), adjusting, language)),
        };
        Ok((step, shown))
    }
}

/// Who changes, and in which figures; and who will, when what is open is known.
fn listed(subject: &Subject<'_>, adjusting: &Adjusting, language: Language) -> Report {
    let mut report = Report::default();
    let mut rows = Vec::new();
    for card in &adjusting.cards {
        let kind = subject.pack.policy.kind(&card.kind);
        let stays = if card.stays {
            language.pick("按办法不随之调整", "stays, as the policy says")
        } else {
            ""
        };
        for Change { figure, was, is, difference } in &card.changes {
            let of = Figure::of(subject, &card.kind, figure);
            let title = match figure.as_str() {
                "" => language
                    .pick("所依据的事项（数不变）", "what stands behind it (no figure changes)")
                    .to_owned(),
                _ => of.title().get(language).to_owned(),
            };
            rows.push(vec![
                kind.map_or(card.kind.as_str(), |(_, kind)| kind.title.get(language)).to_owned(),
                card.subject.clone(),
                card.name.get(language).to_owned(),
                title,
                of.show(was, language),
                of.show(is, language),
                of.difference(*difference, language),
                stays.to_owned(),
            ]);
        }
    }
    let headings = match language {
        Language::Zh => ["类别", "编号", "名称", "项目", "台账所记", "现为", "相差", ""],
        Language::En => ["kind", "code", "name", "figure", "in the ledger", "now", "difference", ""],
    };
    if !rows.is_empty() {
        report.table(Table {
            headings: headings.map(str::to_owned).to_vec(),
            numeric: vec![false, false, false, false, true, true, true],
            rows,
            ..Table::default()
        });
        report.gap();
    }
    for (subject, facts) in &adjusting.open {
        let facts = facts.join(language.pick("、", ", "));
        report.line(language.pick(
            format!("{subject} 现在待定，定案后再调整：{facts}"),
            format!("{subject} is open now, and adjusted when it is settled: {facts}"),
        ));
    }
    report
}
