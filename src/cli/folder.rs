//! A new folder of files: it comes whole or not at all.

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
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
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
        name: &str,
        content: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut file = File::create_new(self.beside.path().join(name))?;
        content(&mut file)?;
        file.sync_all()
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    /// It cannot be renamed; nothing is left behind then.
    pub(super) fn finish(self) -> io::Result<()> {
        File::open(self.beside.path())?.sync_all()?;
        std::fs::rename(self.beside.path(), &self.target)?;
        // renamed away: there is nothing left for the guard to remove
        let _ = self.beside.keep();
        File::open(&self.parent)?.sync_all()
    }
}
