//! What a shell and `man` know of the commands: completions and manual pages, made from the commands themselves.

use super::folder::{Folder, unwritable};
use super::{Arguments, Halt, Outcome, say};
use crate::language::{Language, Text};
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;
use std::io;
use std::path::PathBuf;

const NAME: &str = "renze";

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that is to complete what is typed.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), NAME, &mut script);
        say(&String::from_utf8_lossy(&script));
        Outcome::Done
    }
}

#[derive(Debug, Args)]
pub(super) struct Manual {
    /// Write a page for every command into this new folder, for a directory of man1.
    #[arg(long)]
    out: PathBuf,
}

impl Manual {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let pages = self.write().map_err(|error| unwritable(&self.out, &error))?;
        let folder = self.out.display();
        let said = Text::new(format!("{folder}：{pages} 页\n"), format!("{folder}: {pages} pages\n"));
        say(said.get(language));
        Ok(Outcome::Done)
    }

    fn write(&self) -> io::Result<usize> {
        let folder = Folder::new(&self.out)?;
        let whole = Arguments::command();
        folder.write(format!("{NAME}.1"), |out| Man::new(whole.clone()).render(&mut &mut *out))?;
        let mut pages = 1_usize;
        for command in whole.get_subcommands() {
            let name = format!("{NAME}-{}", command.get_name());
            let page = Man::new(command.clone().display_name(&name).bin_name(&name));
            folder.write(format!("{name}.1"), |out| page.render(&mut &mut *out))?;
            pages = pages.saturating_add(1);
        }
        folder.finish().map(|()| pages)
    }
}
