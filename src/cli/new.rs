//! `renze new`: a pack to begin with, from those that the program carries.

use super::folder::{Folder, unwritable};
use super::{Halt, Outcome, say};
use crate::language::{Language, Text};
use crate::report::typed;
use clap::Args;
use clap::builder::PossibleValuesParser;
use include_dir::{Dir, DirEntry, include_dir};
use std::io;
use std::path::PathBuf;

/// Every pack of the project, as it is shipped.
static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

#[derive(Debug, Args)]
pub(super) struct New {
    /// The new folder.
    folder: PathBuf,
    /// The pack to begin with; `blank` has one clause and says what belongs where.
    #[arg(long, value_parser = PossibleValuesParser::new(names()))]
    from: String,
}

fn names() -> Vec<&'static str> {
    PACKS.dirs().filter_map(|pack| pack.path().to_str()).collect()
}

impl New {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let Some(pack) = PACKS.get_dir(&self.from) else {
            let from = &self.from;
            return Err(Halt::Usage(Text::new(
                format!("没有规则集 {from}"),
                format!("there is no pack {from}"),
            )));
        };
        let written = Folder::new(&self.folder).and_then(|folder| {
            let files = copy(pack, pack, &folder)?;
            folder.finish().map(|()| files)
        });
        let files = written.map_err(|error| unwritable(&self.folder, &error))?;
        let (folder, from) = (typed(&self.folder.display().to_string()), &self.from);
        say(&match language {
            Language::Zh => format!(
                "已建立 {folder}：{files} 个文件，取自 {from}\n接着  renze check {folder}\n      renze test {folder}\n"
            ),
            Language::En => format!(
                "{folder}: {files} files, from {from}\nnext  renze check {folder}\n      renze test {folder}\n"
            ),
        });
        Ok(Outcome::Done)
    }
}

/// Writes every file of a folder of the pack, and tells how many.
fn copy(pack: &Dir<'_>, from: &Dir<'_>, to: &Folder) -> io::Result<usize> {
    let mut files = 0_usize;
    for entry in from.entries() {
        match entry {
            DirEntry::Dir(inner) => files = files.saturating_add(copy(pack, inner, to)?),
            DirEntry::File(file) => {
                let inside = file.path().strip_prefix(pack.path()).unwrap_or(file.path());
                to.write(inside, |out| out.write_all(file.contents()))?;
                files = files.saturating_add(1);
            }
        }
    }
    Ok(files)
}
