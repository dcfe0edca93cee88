//! `renze audit`: control totals, what people decided, and what does not count in full.

use super::closing::with_closing;
use super::folder::{Folder, unwritable};
use super::ledger::sound;
use super::ledger_verify::not_adjusted;
use super::workspace::Which;
use super::{Halt, Outcome, say};
use crate::closing;
use crate::language::Language;
use crate::report::{self, Audit};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct AuditCommand {
    #[command(flatten)]
    which: Which,
    /// The ledger: what people decided of the period stands in it.
    #[arg(long)]
    ledger: PathBuf,
    /// Write control_totals.csv, accounts.csv, decisions.csv, not_counted.csv and exemptions.csv into this new folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Cut no list short.
    #[arg(long)]
    all: bool,
}

impl AuditCommand {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let (entries, chain) = sound(&self.ledger)?;
        let workspace = self.which.open_decided(&entries, language)?;
        let period = workspace.assessment.period.code();
        let own = closing::about(&entries, (&workspace.pack.policy.id, &period));
        let audit = Audit::of(&workspace.subject(), &own);
        if let Some(out) = &self.out {
            let failed = |error| unwritable(out, &error);
            let folder = Folder::new(out).map_err(failed)?;
            for (name, content) in audit.files() {
                folder.write(name, |file| file.write_all(&content)).map_err(failed)?;
            }
            folder.finish().map_err(failed)?;
        }
        say(&report::render(&audit.report(self.all, language)));
        let pending = with_closing(&workspace, |closing| Ok(closing.pending(&entries)))?;
        say(&not_adjusted(&pending, language));
        say(&format!("{}\n", report::head_line(&chain.head, language)));
        Ok(if pending.is_empty() { Outcome::Done } else { Outcome::Provisional })
    }
}
