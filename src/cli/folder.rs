//! A new folder of files: it comes whole or not at all.

use super::Halt;
use crate::diagnostic::{Diagnostic, reason};
use crate::language::Text;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Files that are written beside the folder they will be.
pub(super) struct Folder {
    target: PathBuf,
    parent: PathBuf,
    beside: tempfile::TempDir,
}

impl Folder {
    /// Begins a folder.
    ///
    /// # Errors
    /// There is one already that holds anything, or nothing can be written beside it.
    pub(super) fn new(target: &Path) -> io::Result<Self> {
        if target.exists() && std::fs::read_dir(target)?.next().is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let parent = beside(target);
        let mut builder = tempfile::Builder::new();
        // like any folder a person makes: the umask decides who may read it
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let beside = builder.prefix(".renze-").tempdir_in(parent)?;
        Ok(Self { target: target.to_owned(), parent: parent.to_owned(), beside })
    }

    /// Writes a file of it, to the disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(
        &self,
        name: impl AsRef<Path>,
        content: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> io::Result<()> {
        let path = self.beside.path().join(&name);
        if let Some(inner) = path.parent() {
            std::fs::create_dir_all(inner)?;
        }
        let mut file = File::create_new(path)?;
        content(&mut file)?;
        file.sync_all()
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    /// It cannot be renamed; nothing is left behind then.
    pub(super) fn finish(self) -> io::Result<()> {
        keep_names(self.beside.path())?;
        std::fs::rename(self.beside.path(), &self.target)?;
        // renamed away: there is nothing left for the guard to remove
        let _ = self.beside.keep();
        let kept = File::open(&self.parent).and_then(|parent| parent.sync_all());
        if kept.is_err() {
            // whether the disk keeps its name is not known: then it is not said to be there
            std::fs::remove_dir_all(&self.target)?;
        }
        kept
    }
}

/// The folder in which something new is to stand.
pub(super) fn beside(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes the names inside a folder, and inside those in it, to the disk.
fn keep_names(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            keep_names(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Why a folder could not be written.
pub(super) fn unwritable(folder: &Path, error: &io::Error) -> Halt {
    let folder = folder.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        let message = Text::new(
            format!("文件夹 {folder} 已存在且不为空，未写入任何内容"),
            format!("the folder {folder} exists and is not empty; nothing was written"),
        );
        let help = Text::new("请给出一个新文件夹", "name a new folder");
        return Halt::Faults(vec![Diagnostic::error("A001", message).help(help)]);
    }
    unwritten(&folder, "A001", error)
}

/// Why something new could not be written.
pub(super) fn unwritten(target: &impl Display, code: &'static str, error: &io::Error) -> Halt {
    if error.kind() == io::ErrorKind::NotFound {
        let message = Text::new(
            format!("放置 {target} 的文件夹不存在，未写入任何内容"),
            format!("the folder in which {target} is to stand does not exist; nothing was written"),
        );
        let help = Text::new("请先建立该文件夹", "make that folder first");
        return Halt::Faults(vec![Diagnostic::error(code, message).help(help)]);
    }
    Halt::Internal(Text::new(
        format!("无法写入 {target}：{}；未留下任何内容", reason(error).zh),
        format!("cannot write {target}: {}; nothing was left behind", reason(error).en),
    ))
}
