//! One line on a terminal while work goes on: what is being done, and for how long. It goes when there is something to
//! say, never reaches a file or a pipe, and is no part of any result.

use crate::language::{Language, Text};
use std::io::{IsTerminal as _, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is written anew.
const PACE: Duration = Duration::from_millis(200);
/// Back to the start of the line, and nothing behind it.
const CLEAR: &[u8] = b"\r\x1b[K";

/// The line of this process, while there is one.
static LINE: Mutex<Option<Line>> = Mutex::new(None);

/// A line that another thread keeps up to date.
struct Line {
    stages: Sender<String>,
    writer: JoinHandle<()>,
    language: Language,
}

/// Begins a line, where there is a terminal to write it on.
pub(super) fn begin(language: Language, quiet: bool) {
    let dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    if quiet || dumb || !std::io::stderr().is_terminal() {
        return;
    }
    let (stages, told) = channel();
    let writer = std::thread::spawn(move || keep(&told, &mut std::io::stderr(), (PATIENCE, PACE)));
    *LINE.lock().unwrap_or_else(PoisonError::into_inner) = Some(Line { stages, writer, language });
}

/// Says what is being done from now on.
pub(super) fn stage(doing: &Text) {
    if let Some(line) = &*LINE.lock().unwrap_or_else(PoisonError::into_inner) {
        let _ = line.stages.send(doing.get(line.language).to_owned());
    }
}

/// Takes the line away.
pub(super) fn end() {
    let line = LINE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Line { stages, writer, .. }) = line {
        drop(stages);
        let _ = writer.join();
    }
}

/// Writes the line until nobody tells a stage any more.
fn keep(told: &Receiver<String>, out: &mut dyn Write, (patience, pace): (Duration, Duration)) {
    let began = Instant::now();
    let mut doing = String::new();
    let mut shown = false;
    loop {
        match told.recv_timeout(if shown { pace } else { patience.saturating_sub(began.elapsed()) }) {
            Ok(stage) => doing = stage,
            Err(RecvTimeoutError::Timeout) => {
                shown = true;
                let seconds = began.elapsed().as_secs();
                let _ = out.write_all(CLEAR);
                let _ = write!(out, "{doing} … {seconds} s");
                let _ = out.flush();
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if shown {
        let _ = out.write_all(CLEAR);
        let _ = out.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written while one stage takes so long.
    fn written(long: Duration) -> String {
        let (stages, told) = channel();
        stages.send("reading".to_owned()).unwrap();
        let writer = std::thread::spawn(move || {
            let mut out = Vec::new();
            keep(&told, &mut out, (Duration::from_millis(300), Duration::from_millis(10)));
            String::from_utf8(out).unwrap()
        });
        std::thread::sleep(long);
        drop(stages);
        writer.join().unwrap()
    }

    #[test]
    fn short_work_shows_nothing() {
        assert_eq!(written(Duration::ZERO), "");
    }

    #[test]
    fn long_work_says_what_is_done_and_leaves_no_line_behind() {
        let said = written(Duration::from_secs(1));
        assert!(said.contains("reading … "), "{said:?}");
        assert!(said.ends_with("\r\u{1b}[K"), "{said:?}");
    }
}
