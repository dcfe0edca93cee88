//! A new file: it comes whole or not at all.

use super::Halt;
use super::folder::{beside, unwritten};
use crate::diagnostic::{Diagnostic, reason};
use crate::language::Text;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file that is not there yet.
pub(super) fn write_new(target: &Path, bytes: &[u8]) -> Result<(), Halt> {
    // like any file a person makes: the umask decides who may read it
    put(target, bytes, 0o666).map_err(|error| unwritable(target, &error))
}

/// The same with a file that only its owner may read.
pub(super) fn write_secret(target: &Path, bytes: &[u8]) -> Result<(), Halt> {
    put(target, bytes, 0o600).map_err(|error| unwritable(target, &error))
}

/// Reads a file that the user named, or that a file of theirs names.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Halt> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

/// Why a file could not be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Halt {
    let (file, why) = (path.display(), reason(error));
    Halt::Internal(Text::new(
        format!("无法读取 {file}：{}", why.zh),
        format!("cannot read {file}: {}", why.en),
    ))
}

fn put(target: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    // whoever made it in the meantime is found out when the name is given
    if target.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let parent = beside(target);
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.prefix(".renze-").tempfile_in(parent)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(target).map_err(|error| error.error)?;
    File::open(parent)?.sync_all()
}

fn unwritable(target: &Path, error: &io::Error) -> Halt {
    let target = target.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        let message = Text::new(
            format!("文件 {target} 已存在，未写入任何内容"),
            format!("the file {target} exists; nothing was written"),
        );
        let help = Text::new("请给出一个新文件名", "name a new file");
        return Halt::Faults(vec![Diagnostic::error("A003", message).help(help)]);
    }
    unwritten(&target, "A003", error)
}
