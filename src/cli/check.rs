//! `renze check`: what can be said of a pack without any complaint.

use super::workspace::read_pack;
use super::{Halt, Outcome, counted, say, say_error, show};
use crate::diagnostic::{Diagnostic, Faults, Severity};
use crate::inspection::{Group, Inspection};
use crate::language::Language;
use crate::policy::Pack;
use crate::scenario::Scenario;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The pack's folder.
    #[arg(required_unless_present = "explain")]
    pack: Option<PathBuf>,
    /// Say what a diagnostic code means, with a wrong example and a right one; without a code list them all.
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["pack", "strict"])]
    explain: Option<String>,
    /// Fail where there is a warning, or a standard question is left unanswered.
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        match (&self.pack, &self.explain) {
            (Some(pack), _) => self.check(pack, language),
            (None, code) => super::code::explain(code.as_deref().unwrap_or_default(), language),
        }
    }

    fn check(&self, folder: &Path, language: Language) -> Result<Outcome, Halt> {
        let (pack, rules, warnings) = read_pack(folder)?;
        let faults = Faults::default();
        for source in pack.scenarios(&faults) {
            for scenario in Scenario::read_file(&source, &pack, &faults) {
                if let Err(wrong) = scenario.outcome(&pack, &rules) {
                    faults.extend(wrong);
                }
            }
        }
        if faults.has_errors() {
            faults.extend(warnings);
            return Err(Halt::Faults(faults.into_sorted()));
        }
        let mut inspection = Inspection::of(&pack, &rules);
        inspection.add(Group::Pack, [warnings, faults.into_sorted()].concat());
        if self.strict {
            // a pack that is shipped has answered them
            inspection.insist(Group::Unsaid);
        }
        for group in Group::ALL {
            let of_group: Vec<&Diagnostic> =
                inspection.findings.iter().filter(|(own, _)| *own == group).map(|(_, found)| found).collect();
            if !of_group.is_empty() {
                say_error(&format!("── {} ({})\n", group.title().get(language), of_group.len()));
                of_group.into_iter().for_each(|diagnostic| show(diagnostic, language));
            }
        }
        say(&summary(&pack, &inspection, language));
        let failing = |severity: Severity| {
            severity == Severity::Error || (self.strict && severity == Severity::Warning)
        };
        let failed = inspection.findings.iter().any(|(_, found)| failing(found.severity));
        Ok(if failed { Outcome::Faults } else { Outcome::Done })
    }
}

/// What was found, and what was looked at.
fn summary(pack: &Pack, inspection: &Inspection, language: Language) -> String {
    let found: Vec<Diagnostic> = inspection.findings.iter().map(|(_, found)| found.clone()).collect();
    let looked = &inspection.looked;
    let (kinds, parameters) = (pack.policy.kinds.len(), pack.parameters.len());
    let (clauses, definitions, paths) = (looked.clauses, looked.definitions, looked.paths);
    let (tables, readings) = (looked.tables, pack.policy.readings.len());
    let said = match (found.is_empty(), language) {
        (true, Language::Zh) => "未发现问题".to_owned(),
        (true, Language::En) => "nothing to report".to_owned(),
        (false, _) => counted(&found, language),
    };
    let (id, version) = (&pack.policy.id, &pack.policy.version);
    match language {
        Language::Zh => format!(
            "{id} {version}：{said}\n已查看 {kinds} 类对象、{clauses} 条规则、{definitions} 个定义、{paths} 条路径、{parameters} 个参数（其中 {tables} 张表）、{readings} 处自定\n"
        ),
        Language::En => {
            let of =
                |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
            let all = [
                of(kinds, "kind"),
                of(clauses, "clause"),
                of(definitions, "definition"),
                of(paths, "path"),
                format!("{} ({})", of(parameters, "parameter"), of(tables, "table")),
                of(readings, "reading"),
            ];
            format!("{id} {version}: {said}\nlooked at {}\n", all.join(", "))
        }
    }
}
