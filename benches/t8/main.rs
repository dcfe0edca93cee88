//! T8: one policy of eight clauses, judged by Renze and by a program written by hand for nothing else.
//!
//! `cargo bench --bench t8` makes complaints, checks that both programs come to the same findings and the same scorecards,
//! and then measures them in turn. `-- --rows 1000000` makes more complaints, `-- --file FILE` takes those of a file.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "the counts and amounts here are small, and the profile of benches checks for overflow"
)]

mod baseline;
mod compare;
mod evaluation;
mod generate;
mod measure;

use clap::{Parser, Subcommand};
use compare::{Findings, digest, published, subjects_of};
use measure::{Measured, best_of, measure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What ends a benchmark early.
type Fault = Box<dyn std::error::Error>;

/// The month the complaints are of.
const PERIOD: &str = "2026-10";

/// One policy, judged by Renze and by a program written by hand.
#[derive(Parser)]
#[command(name = "t8", subcommand_negates_reqs = true)]
struct Arguments {
    /// How many complaints to make.
    #[arg(long, default_value_t = 100_000)]
    rows: u64,
    /// Take the complaints of this file instead.
    #[arg(long, conflicts_with = "rows")]
    file: Option<PathBuf>,
    /// The best of so many runs counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Cargo gives it to every benchmark.
    #[arg(long, global = true, hide = true)]
    bench: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Only make complaints.
    Generate { rows: u64, file: PathBuf },
    /// Only run the program written by hand.
    Baseline {
        complaints: PathBuf,
        subjects: PathBuf,
        /// Also write every finding.
        #[arg(long)]
        findings: Option<PathBuf>,
    },
    /// Turn Renze's scorecards.csv into the subject CSV.
    Subjects { scorecards: PathBuf, subjects: PathBuf },
}

fn main() -> Result<(), Fault> {
    let arguments = Arguments::parse();
    match arguments.part {
        Some(Part::Generate { rows, file }) => generate::generate(rows, &file),
        Some(Part::Baseline { complaints, subjects, findings }) => {
            baseline::run(&complaints, &subjects, findings.as_deref())
        }
        Some(Part::Subjects { scorecards, subjects }) => {
            let content = subjects_of(&scorecards)?;
            println!("{}", digest(&content));
            Ok(std::fs::write(subjects, content)?)
        }
        None => {
            let file = match arguments.file {
                Some(file) => file,
                None => {
                    let file = folder().join(format!("t8-{}.csv", arguments.rows));
                    generate::generate(arguments.rows, &file)?;
                    file
                }
            };
            bench(&file, arguments.runs)
        }
    }
}

/// Where files go that nobody needs afterwards.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// The policy pack.
fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/t8/pack")
}

/// The two programs and what they write.
struct Programs<'f> {
    complaints: &'f Path,
    folder: PathBuf,
}

impl Programs<'_> {
    fn by_hand(&self, with_findings: bool) -> Result<Measured, Fault> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("baseline").arg(self.complaints).arg(self.folder.join("subjects.csv"));
        if with_findings {
            command.arg("--findings").arg(self.folder.join("findings.csv"));
        }
        measure(&mut command)
    }

    /// Without its findings it writes the scorecards alone, as the program by hand does; it keeps them all the same.
    fn renze(&self, with_findings: bool) -> Result<Measured, Fault> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_renze"));
        command.arg("assess").arg("--pack").arg(pack());
        command.arg("--complaints").arg(self.complaints).args(["--period", PERIOD, "--lang", "en"]);
        let out = self.folder.join("renze");
        if out.exists() {
            // Renze never writes over what is there
            std::fs::remove_dir_all(&out)?;
        }
        command.arg("--out").arg(out);
        if !with_findings {
            command.args(["--only", "scorecards.csv"]);
        }
        measure(&mut command)
    }

    /// Runs both programs once and compares everything they wrote.
    fn check(&self) -> Result<(), Fault> {
        self.by_hand(true)?;
        self.renze(true)?;
        let by_hand = std::fs::read(self.folder.join("subjects.csv"))?;
        let by_renze = subjects_of(&self.folder.join("renze/scorecards.csv"))?;
        if by_hand != by_renze {
            return Err("the scorecards differ".into());
        }
        let findings = Findings::of_baseline(&self.folder.join("findings.csv"))?;
        let of_renze = Findings::of_renze(&self.folder.join("renze/findings.csv"))?;
        if findings != of_renze {
            return Err(format!("the findings differ: {} by hand, {}", findings.count, of_renze.count).into());
        }
        let digest = digest(&by_hand);
        let subjects = by_hand.iter().filter(|byte| **byte == b'\n').count() - 1;
        println!("  {} findings and {subjects} scorecards agree, number for number", findings.count);
        println!("  subject CSV {digest}");
        if let Some(cases) = published(&digest) {
            println!("  which is what independent programs found for the reference file of {cases} cases");
        }
        Ok(())
    }
}

fn bench(complaints: &Path, runs: usize) -> Result<(), Fault> {
    println!("T8 · {} · best of {runs}, run in turn", complaints.display());
    let work = tempfile::tempdir_in(folder())?;
    let programs = Programs { complaints, folder: work.path().to_owned() };
    programs.check()?;

    println!("\n{:<44}{:>14}{:>14}{:>10}", "", "by hand", "Renze", "ratio");
    let mut evaluations = evaluation::evaluation(complaints, runs)?.into_iter();
    let by_hand = evaluations.next().map_or(0, |first| first.nanoseconds);
    for way in evaluations {
        show(&format!("evaluation alone, {}, ns a case", way.by), by_hand, way.nanoseconds);
    }
    for (files, what) in [(false, "findings kept"), (true, "findings written")] {
        let best = best_of(runs, &mut [&mut || programs.by_hand(files), &mut || programs.renze(files)])?;
        if let [by_hand, renze] = best.as_slice() {
            let times = (by_hand.time.as_millis(), renze.time.as_millis());
            show(&format!("whole process, {what}, ms"), times.0, times.1);
            match (by_hand.peak, renze.peak) {
                (Some(by_hand), Some(renze)) => {
                    show("  peak memory, KiB", by_hand.into(), renze.into());
                }
                _ => println!("{:<44}{:>14}{:>14}", "  peak memory", "unknown", "unknown"),
            }
        }
    }
    Ok(())
}

/// One line of figures; the ratio has one decimal place.
fn show(what: &str, by_hand: u128, renze: u128) {
    let tenths = renze * 10 / by_hand.max(1);
    println!("{what:<44}{by_hand:>14}{renze:>14}{:>10}", format!("{}.{} ×", tenths / 10, tenths % 10));
}
