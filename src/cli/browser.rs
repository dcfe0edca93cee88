//! A page as PDF, by the browser of the machine where there is one.

use crate::language::Text;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names the browser; without it those of `NAMES` are looked for.
const VARIABLE: &str = "RENZE_CHROMIUM";
/// Programs that print as Chromium does.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/// It is given so long, and so much more for every thousand bytes of the page.
const PATIENCE: Duration = Duration::from_secs(60);
const PATIENCE_A_THOUSAND: Duration = Duration::from_millis(5);
/// How often it is asked whether it has finished.
const PACE: Duration = Duration::from_millis(50);

/// A browser that prints.
pub(super) struct Browser {
    program: PathBuf,
}

impl Browser {
    /// The one that the environment names, else the first on the path.
    ///
    /// # Errors
    /// There is none, in words.
    pub(super) fn find() -> Result<Self, Text> {
        if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
            return Ok(Self { program: named.into() });
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let ending = std::env::consts::EXE_SUFFIX;
        let mut programs = NAMES
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(format!("{name}{ending}"))));
        let program = programs.find(|program| program.is_file());
        program.map(|program| Self { program }).ok_or_else(|| {
            Text::new(
                format!("没有找到 Chromium（可用环境变量 {VARIABLE} 指明）"),
                format!("no Chromium was found ({VARIABLE} can name one)"),
            )
        })
    }

    /// Prints a page to PDF. The page is written into a folder of its own that goes again; nothing is fetched.
    ///
    /// # Errors
    /// It could not be started, did not finish in time, or wrote nothing, in words.
    pub(super) fn print(&self, html: &[u8]) -> Result<Vec<u8>, Text> {
        let failed = |error: io::Error| {
            let (program, why) = (self.program.display(), crate::diagnostic::reason(&error));
            Text::new(format!("{program}：{}", why.zh), format!("{program}: {}", why.en))
        };
        let folder = tempfile::tempdir().map_err(failed)?;
        let page = folder.path().join("page.html");
        std::fs::write(&page, html).map_err(failed)?;
        let thousands = u32::try_from(html.len() / 1_000).unwrap_or(u32::MAX);
        let patience = PATIENCE.saturating_add(PATIENCE_A_THOUSAND.saturating_mul(thousands));
        // in a container its own sandbox cannot be set up; the page has no script and can load nothing
        for more in [None, Some("--no-sandbox")] {
            let written = folder.path().join("page.pdf");
            self.run(folder.path(), (&page, &written), more, patience).map_err(failed)?;
            match std::fs::read(&written) {
                Ok(pdf) if pdf.starts_with(b"%PDF-") => return Ok(pdf),
                _ => {}
            }
        }
        let program = self.program.display();
        Err(Text::new(format!("{program} 没有写出 PDF"), format!("{program} wrote no PDF")))
    }

    fn run(
        &self,
        folder: &Path,
        (page, written): (&Path, &Path),
        more: Option<&str>,
        patience: Duration,
    ) -> io::Result<()> {
        let option = |name: &str, value: &Path| {
            let mut option = OsString::from(name);
            option.push(value);
            option
        };
        let mut command = Command::new(&self.program);
        command
            .args(["--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking"])
            .args(["--no-first-run", "--no-default-browser-check", "--no-pdf-header-footer"])
            // no name is looked up
            .arg("--host-resolver-rules=MAP * ~NOTFOUND")
            .arg(option("--user-data-dir=", &folder.join("profile")))
            .arg(option("--print-to-pdf=", written))
            .args(more)
            .arg(page)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut running = command.spawn()?;
        let began = Instant::now();
        loop {
            if running.try_wait()?.is_some() {
                return Ok(());
            }
            if began.elapsed() > patience {
                running.kill()?;
                running.wait()?;
                return Err(io::ErrorKind::TimedOut.into());
            }
            std::thread::sleep(PACE);
        }
    }
}
