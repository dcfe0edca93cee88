//! The commands: one file each. Arguments in, words out, exit code.

mod adjust;
mod appeal;
mod assess;
mod audit;
mod browser;
mod bundle;
mod check;
mod closing;
mod code;
mod compare;
mod digest;
mod explain;
mod file;
mod folder;
mod formats;
mod intake;
mod key;
mod ledger;
mod ledger_verify;
mod line;
mod manual;
mod masking;
mod new;
mod progress;
mod report;
mod sample;
mod shown;
mod statements;
mod table;
mod test;
mod trial;
mod usage;
mod verify;
mod why_not;
mod workspace;

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::Language;
use clap::{Parser, Subcommand, ValueEnum};
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

/// Complaints in; scorecards, charges, vetoes and the reason for each out.
#[derive(Debug, Parser)]
#[command(name = "renze", version, about, disable_help_subcommand = true)]
struct Arguments {
    /// Language of reports and messages; by default that of the locale.
    #[arg(long, global = true, value_enum)]
    lang: Option<Spoken>,
    /// Show no progress on the terminal; results and messages are the same.
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Spoken {
    Zh,
    En,
}

impl Spoken {
    fn language(self) -> Language {
        match self {
            Self::Zh => Language::Zh,
            Self::En => Language::En,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Assess a book: the first screen, and with --out every scorecard and finding.
    Assess(assess::Assess),
    /// Show how a file is understood: sheet, headings, words, and every cell that something is wrong with.
    Intake(intake::Intake),
    /// Explain one complaint or one subject, figure by figure.
    Explain(explain::Explain),
    /// Try one complaint typed by hand: fact=value …
    Try(trial::Try),
    /// Run a pack's own scenarios.
    Test(test::Test),
    /// Check a pack without any complaint.
    Check(check::Check),
    /// Show the clauses of a pack as decision tables, to read and sign.
    Table(table::Table),
    /// Hold two versions of a pack against each other: what differs, and what that comes to for a book.
    Compare(compare::Compare),
    /// Show the bulletin of a day, a week or the period: what happened, who must act by when, what is getting worse.
    Report(report::Bulletins),
    /// Work out an earlier result again by plain values, and say what differs.
    Verify(verify::Verify),
    /// Enter into a ledger that a version of a policy is approved.
    Approve(closing::Approve),
    /// Confirm the charges and vetoes of a book by name, before it is sealed.
    Confirm(closing::Confirm),
    /// Seal every final card of a book in a ledger.
    Seal(closing::Seal),
    /// Appeal against what is sealed, and decide appeals.
    Appeal(appeal::Appeal),
    /// Show what sealed cards come to now, and enter the differences into a later period.
    Adjust(adjust::Adjust),
    /// Show control totals, what people decided, and what does not count in full.
    Audit(audit::AuditCommand),
    /// Draw some of the charges, to work them out by hand.
    Sample(sample::SampleCommand),
    /// List, show and verify the entries of a ledger, and prove what they seal.
    Ledger(ledger::LedgerCommand),
    /// Make a key, to prove who signs.
    Key(key::KeyCommand),
    /// Begin a pack of your own from one that the program carries.
    New(new::New),
    /// Print what a shell needs to complete the commands.
    Completions(manual::Completions),
    /// Write the manual pages.
    Man(manual::Manual),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Done and final: 0.
    Done,
    /// Faults in the user's files; nothing was written: 1.
    Faults,
    /// Wrong usage: 2.
    Usage,
    /// A fault of this program, or of the place written to: 3.
    Internal,
    /// Done, but provisional or with rows set aside: 4.
    Provisional,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Faults => 1,
            Outcome::Usage => 2,
            Outcome::Internal => 3,
            Outcome::Provisional => 4,
        })
    }
}

/// What stopped a command.
#[derive(Debug)]
enum Halt {
    Faults(Vec<Diagnostic>),
    Usage(crate::language::Text),
    Internal(crate::language::Text),
}

impl From<Vec<Diagnostic>> for Halt {
    fn from(faults: Vec<Diagnostic>) -> Self {
        Self::Faults(faults)
    }
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            match usage::said(&error, asked_for()) {
                Some(said) => say_error(&said),
                None => drop(error.print()),
            }
            return if error.use_stderr() { Outcome::Usage.into() } else { Outcome::Done.into() };
        }
    };
    let language = arguments.lang.map_or_else(locale, Spoken::language);
    progress::begin(language, arguments.quiet);
    let outcome = match &arguments.command {
        Command::Assess(command) => command.run(language),
        Command::Intake(command) => command.run(language),
        Command::Explain(command) => command.run(language),
        Command::Try(command) => command.run(language),
        Command::Test(command) => command.run(language),
        Command::Check(command) => command.run(language),
        Command::Table(command) => command.run(language),
        Command::Compare(command) => command.run(language),
        Command::Report(command) => command.run(language),
        Command::Verify(command) => command.run(language),
        Command::Approve(command) => command.run(language),
        Command::Confirm(command) => command.run(language),
        Command::Seal(command) => command.run(language),
        Command::Appeal(command) => command.run(language),
        Command::Adjust(command) => command.run(language),
        Command::Audit(command) => command.run(language),
        Command::Sample(command) => command.run(language),
        Command::Ledger(command) => command.run(language),
        Command::Key(command) => command.run(language),
        Command::New(command) => command.run(language),
        Command::Completions(command) => Ok(command.run()),
        Command::Man(command) => command.run(language),
    };
    progress::end();
    outcome.unwrap_or_else(|halt| tell(&halt, language)).into()
}

/// The language that a command line asks for that cannot be read as a whole.
fn asked_for() -> Language {
    let arguments: Vec<String> = std::env::args_os().map(|own| own.to_string_lossy().into_owned()).collect();
    let behind = arguments.iter().zip(arguments.iter().skip(1));
    let mut named = behind.filter(|(own, _)| *own == "--lang").map(|(_, named)| named.as_str());
    let joined = arguments.iter().find_map(|own| own.strip_prefix("--lang="));
    let spoken = named.next().or(joined).and_then(|named| Spoken::from_str(named, true).ok());
    spoken.map_or_else(locale, Spoken::language)
}

/// The language of `LC_ALL`, `LC_MESSAGES` or `LANG`: Chinese where it says so, else English.
fn locale() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    match set.into_iter().find(|value| !value.is_empty()) {
        Some(value) if value.starts_with("zh") => Language::Zh,
        _ => Language::En,
    }
}

fn tell(halt: &Halt, language: Language) -> Outcome {
    match halt {
        Halt::Faults(faults) => {
            complain(faults, language);
            Outcome::Faults
        }
        Halt::Usage(said) => {
            say_error(said.get(language));
            Outcome::Usage
        }
        Halt::Internal(said) => {
            say_error(said.get(language));
            Outcome::Internal
        }
    }
}

/// Writes to standard output; a reader that has gone away is no fault.
fn say(text: &str) {
    progress::end();
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

fn say_error(text: &str) {
    progress::end();
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "{text}");
}

/// Shows every diagnostic, then how many there are.
fn complain(diagnostics: &[Diagnostic], language: Language) {
    if diagnostics.is_empty() {
        return;
    }
    diagnostics.iter().for_each(|diagnostic| show(diagnostic, language));
    say_error(&counted(diagnostics, language));
}

fn show(diagnostic: &Diagnostic, language: Language) {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    say_error(&format!("{}\n", diagnostic.render(language, colour)));
}

/// How many errors, warnings and notes there are; notes only where there are any.
fn counted(diagnostics: &[Diagnostic], language: Language) -> String {
    let of =
        |severity: Severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings, notes) = (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let mut said = match language {
        Language::Zh => format!("{errors} 处错误，{warnings} 处提醒"),
        Language::En => {
            format!("{errors} error{}, {warnings} warning{}", plural(errors), plural(warnings))
        }
    };
    if notes > 0 {
        said.push_str(&match language {
            Language::Zh => format!("，{notes} 处说明"),
            Language::En => format!(", {notes} note{}", plural(notes)),
        });
    }
    said
}
