//! How long a program runs and how much memory it takes.

use crate::Fault;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What a run, or the best of some runs, took.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    /// From its start to its end.
    pub(crate) time: Duration,
    /// The most memory it held, in KiB, where the platform tells.
    pub(crate) peak: Option<u64>,
}

impl Measured {
    /// The shorter time and the smaller peak of two.
    pub(crate) fn best(self, other: Self) -> Self {
        let peak = self.peak.min(other.peak).or(self.peak).or(other.peak);
        Self { time: self.time.min(other.time), peak }
    }
}

/// How often the memory of a running program is looked at.
const EVERY: Duration = Duration::from_millis(1);

/// Runs a program to its end. What it shows is not shown; what it complains of is.
pub(crate) fn measure(command: &mut Command) -> Result<Measured, Fault> {
    let ended = AtomicBool::new(false);
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let process = child.id();
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = None;
            while !ended.load(Ordering::Relaxed) {
                // a process that has ended has no memory to tell of: the last answer stands
                peak = peak_of(process).or(peak);
                thread::sleep(EVERY);
            }
            peak
        });
        let status = child.wait();
        let time = started.elapsed();
        ended.store(true, Ordering::Relaxed);
        let peak = watch.join().map_err(|_| "the memory could not be watched")?;
        let status = status?;
        if status.success() {
            Ok(Measured { time, peak })
        } else {
            Err(format!("{} ended with {status}", command.get_program().display()).into())
        }
    })
}

/// The high-water mark of a running process, in KiB.
fn peak_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The shortest of some runs of each program, run in turn so that what disturbs one disturbs all.
pub(crate) fn best_of(
    runs: usize,
    programs: &mut [&mut dyn FnMut() -> Result<Measured, Fault>],
) -> Result<Vec<Measured>, Fault> {
    let mut best: Vec<Option<Measured>> = vec![None; programs.len()];
    for _ in 0..runs.max(1) {
        for (program, best) in programs.iter_mut().zip(&mut best) {
            let measured = program()?;
            *best = Some(best.map_or(measured, |best| best.best(measured)));
        }
    }
    Ok(best.into_iter().flatten().collect())
}
