//! Bad input ends soon and in little memory: every file of `fixtures/bad`, and clause files too large to be kept there.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code: a fault should stop the test"
)]

use super::commands::{bad_inputs, entries, small_book};
use std::fs;

const CLAUSES: &str = "book/pack/clauses/points.rhai";

/// Clause files that a test writes sooner than anybody would read them: what is in them, the code, and what stands there.
fn large_clauses() -> Vec<(&'static str, &'static str, String)> {
    let inside = |statement: &str| {
        let defined = "fn replied_before_accepted(complaint) { false }";
        format!("{defined}\n/// basis: 自定\nfn major(complaint, terms) {{\n{statement}\n}}\n")
    };
    let around =
        |open: &str, close: &str| format!("let a = {}1{};", open.repeat(100_000), close.repeat(100_000));
    let functions = |n: usize| format!("private fn f{n}(complaint) {{ {n} }}\n");
    vec![
        ("100,000 brackets", "C021", inside(&around("(", ")"))),
        ("100,000 lists in one another", "C021", inside(&around("[", "]"))),
        ("100,000 brackets that never close", "C021", inside(&"(".repeat(100_000))),
        ("100,000 blocks", "C021", inside(&"{".repeat(100_000))),
        ("100,000 times not", "C021", inside(&format!("let a = {}true;", "!".repeat(100_000)))),
        ("a sum of 50,000 numbers", "C021", inside(&format!("let a = {}1;", "1+".repeat(50_000)))),
        (
            "15,000 arms of an if",
            "C021",
            inside(&format!("if true {{}} {}", "else if true {} ".repeat(15_000))),
        ),
        ("a text of 200,000 characters", "C021", inside(&format!("let a = \"{}\";", "x".repeat(200_000)))),
        ("5,000 functions", "C021", (0..5_000).map(functions).collect()),
        ("10 MB", "F001", inside(&format!("// {}", "x".repeat(10_000_000)))),
        ("500 kB", "C020", inside(&format!("// {}", "x".repeat(500_000)))),
        ("35,000 statements", "C030", inside(&format!("let a = 1;{}", "a = 1;".repeat(35_000)))),
        (
            "3,000 conditions on a word",
            "C030",
            inside(&"if complaint.severity == \"major\" { deduct(\"handler\", 1); }\n".repeat(3_000)),
        ),
        (
            "3,000 conditions on a number",
            "C030",
            inside(
                &(0..3_000)
                    .map(|n| format!("if complaint.claimed > {n} {{ deduct(\"handler\", 1); }}\n"))
                    .collect::<String>(),
            ),
        ),
    ]
}

#[test]
fn clause_files_of_any_size_and_depth_are_refused_with_their_place_and_write_nothing() {
    for (name, code, clauses) in large_clauses() {
        let place = small_book();
        fs::write(place.path().join(CLAUSES), clauses).unwrap();
        for language in super::commands::LANGUAGES {
            let arguments = ["--lang", language, "assess", "book", "--out", "result"];
            let said = super::commands::renze_in(place.path(), &arguments);
            assert_eq!((said.code, said.out.as_str()), (1, ""), "{name}: {}", said.err);
            let severity = if language == "zh" { "错误" } else { "error" };
            assert!(said.err.contains(&format!("{severity}[{code}]")), "{name}: {}", said.err);
            assert!(said.err.contains(&format!("--> {CLAUSES}")), "{name} says not where: {}", said.err);
            assert!(said.err.len() < 20_000, "{name} floods the terminal with {} bytes", said.err.len());
        }
        assert_eq!(entries(place.path()), ["book"], "{name} leaves something behind");
    }
}

#[cfg(target_os = "linux")]
mod measured {
    use super::*;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    /// What a bad input may take.
    const MILLISECONDS: u64 = 2_000;
    const MEGABYTES: u64 = 512;
    /// How long the machine's unit for the time of a process is.
    const TICK: u64 = 10;

    #[derive(Debug, Default)]
    struct Taken {
        milliseconds: u64,
        megabytes: u64,
    }

    /// Runs `assess` on a book that is refused, and says what that took: time on a processor, so that other work of the
    /// machine counts for nothing, and the most memory.
    fn refused(place: &Path) -> Taken {
        let mut command = Command::new(env!("CARGO_BIN_EXE_renze"));
        command.current_dir(place).args(["assess", "book", "--out", "result"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let of_process = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap();
        let mut taken = Taken::default();
        loop {
            let status = of_process("status");
            let value = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
            if let Some(peak) = value("VmHWM:") {
                taken.megabytes = peak.trim_end_matches(" kB").parse::<u64>().unwrap() / 1024;
            }
            if value("State:").is_some_and(|state| state.starts_with('Z')) {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        // behind the name of the program, which may hold anything
        let counted = of_process("stat");
        let fields: Vec<&str> = counted.rsplit(')').next().unwrap().split_whitespace().collect();
        taken.milliseconds = fields[11..=12].iter().map(|ticks| ticks.parse::<u64>().unwrap() * TICK).sum();
        assert_eq!(child.wait().unwrap().code(), Some(1));
        taken
    }

    #[test]
    fn every_bad_input_ends_in_two_seconds_and_512_megabytes() {
        let mut most = Taken::default();
        let mut hold = |name: &str, taken: Taken| {
            assert!(
                taken.milliseconds < MILLISECONDS && taken.megabytes < MEGABYTES,
                "{name} takes {taken:?}"
            );
            most.milliseconds = most.milliseconds.max(taken.milliseconds);
            most.megabytes = most.megabytes.max(taken.megabytes);
        };
        for (name, change) in bad_inputs() {
            let place = small_book();
            change.make(&place.path().join("book"));
            hold(&name, refused(place.path()));
        }
        for (name, _, clauses) in large_clauses() {
            let place = small_book();
            fs::write(place.path().join(CLAUSES), clauses).unwrap();
            hold(name, refused(place.path()));
        }
        println!("no bad input takes more than {} ms or {} MB", most.milliseconds, most.megabytes);
    }
}
