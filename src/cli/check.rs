//! `renze check`: what can be said of a pack without any complaint.

use super::workspace::open_pack;
use super::{Halt, Outcome, say};
use crate::diagnostic::Faults;
use crate::language::Language;
use crate::scenario::Scenario;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The pack's folder.
    pack: PathBuf,
}

impl Check {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let (pack, rules) = open_pack(&self.pack, language)?;
        let faults = Faults::default();
        for source in pack.scenarios(&faults) {
            for scenario in Scenario::read_file(&source, &pack, &faults) {
                if let Err(wrong) = scenario.outcome(&pack, &rules) {
                    faults.extend(wrong);
                }
            }
        }
        if faults.has_errors() {
            return Err(Halt::Faults(faults.into_sorted()));
        }
        let (clauses, parameters) = (rules.clauses().len(), pack.parameters.len());
        let readings = pack.policy.readings.len();
        let (id, version) = (&pack.policy.id, &pack.policy.version);
        say(&match language {
            Language::Zh => format!(
                "{id} {version} 检查通过：{} 类对象，{clauses} 条规则，{parameters} 个参数，{readings} 处自定\n",
                pack.policy.kinds.len()
            ),
            Language::En => format!(
                "{id} {version} is in order: {} kinds, {clauses} clauses, {parameters} parameters, {readings} readings\n",
                pack.policy.kinds.len()
            ),
        });
        Ok(Outcome::Done)
    }
}
