//! `renze ledger bundle` and `check-bundle`: a closed period in one archive, verified on another machine.

use super::closing::paths;
use super::file::{read, unreadable, write_new};
use super::ledger::sound;
use super::ledger_verify::Verify;
use super::verify::again;
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, say};
use crate::closing::Bundle;
use crate::diagnostic::{Diagnostic, Place, reason};
use crate::document::read_at_most;
use crate::language::{Language, Text};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The ledger and the folder of the results in a bundle.
const LEDGER: &str = "ledger";
const RESULTS: &str = "results";
/// No bundle is larger, in bytes.
const BUNDLE_BYTES: u64 = 2 << 30;

/// Packs a book, its pack, what it came to and the ledger.
pub(super) fn bundle(
    book: &Path,
    (ledger, out): (&Path, &Path),
    language: Language,
) -> Result<Outcome, Halt> {
    let (entries, _) = sound(ledger)?;
    let workspace = Which::of_book(book, false).open_decided(&entries, language)?;
    let bundle = packed(&workspace, (book, ledger))?;
    let archive = bundle.pack().map_err(|error| Halt::Internal(reason(&error)))?;
    write_new(out, &archive)?;
    let (count, out) = (bundle.files.len(), out.display());
    say(&language
        .pick(format!("已写出 {out}：{count} 个文件\n"), format!("{out} is written: {count} files\n")));
    Ok(Outcome::Done)
}

/// The bundle of a book and a ledger.
fn packed(workspace: &Workspace, (book, ledger): (&Path, &Path)) -> Result<Bundle, Halt> {
    let mut named = Vec::new();
    for (_, path) in paths(workspace) {
        let whole = path.canonicalize().map_err(|error| unreadable(&path, &error))?;
        named.push((whole, read(&path)?));
    }
    let root = common(named.iter().map(|(path, _)| path.as_path()));
    let mut files: Vec<(String, Vec<u8>)> =
        named.into_iter().map(|(path, content)| (inside(&path, &root), content)).collect();
    files.push((LEDGER.to_owned(), read(ledger)?));
    let results = again(workspace, true).map_err(|error| Halt::Internal(reason(&error)))?;
    files.extend(results.into_iter().map(|(name, content)| (format!("{RESULTS}/{name}"), content)));
    let folder = book.canonicalize().map_err(|error| unreadable(book, &error))?;
    Ok(Bundle {
        files: files.into_iter().collect(),
        book: inside(&folder, &root),
        ledger: LEDGER.to_owned(),
        results: RESULTS.to_owned(),
    })
}

/// Unpacks a bundle beside nothing else, and verifies all of it by plain values.
pub(super) fn check_bundle(path: &Path, head: Option<&str>, language: Language) -> Result<Outcome, Halt> {
    let bytes = read_at_most(path, BUNDLE_BYTES).map_err(|error| unreadable(path, &error))?;
    let at = |faults: Vec<Diagnostic>| -> Vec<Diagnostic> {
        let place = || Place::File { file: path.display().to_string() };
        faults.into_iter().map(|fault| fault.at(place())).collect()
    };
    let bundle = Bundle::open(&bytes).map_err(at)?;
    let internal = |error: std::io::Error| Halt::Internal(reason(&error));
    let place = tempfile::tempdir().map_err(internal)?;
    for (name, content) in &bundle.files {
        let file = place.path().join(name);
        file.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(internal)?;
        std::fs::write(file, content).map_err(internal)?;
    }
    let (book, ledger) = (place.path().join(&bundle.book), place.path().join(&bundle.ledger));
    let outcome = Verify::of(ledger.clone(), head, book.clone()).run(language)?;
    let (entries, _) = sound(&ledger)?;
    let workspace = Which::of_book(&book, false).open_decided_bare(&entries, language)?;
    let mut faults = outside(place.path(), &workspace);
    if faults.is_empty() {
        faults = unlike(&bundle, &packed(&workspace, (&book, &ledger))?);
    }
    if !faults.is_empty() {
        return Err(at(faults).into());
    }
    if outcome != Outcome::Faults {
        let count = bundle.files.len();
        say(&language.pick(
            format!("档案包完好：{count} 个文件，结果以纯数值重算一致\n"),
            format!("the bundle is whole: {count} files, and its results come out again by plain values\n"),
        ));
    }
    Ok(outcome)
}

/// What a bundle holds beside, without or otherwise than what its book and its ledger make again.
fn unlike(bundle: &Bundle, again: &Bundle) -> Vec<Diagnostic> {
    let names: BTreeSet<&String> = bundle.files.keys().chain(again.files.keys()).collect();
    let fault = |name: &String| {
        let (code, zh, en) = match (bundle.files.get(name), again.files.get(name)) {
            (Some(own), Some(again)) if own == again => return None,
            (Some(_), Some(_)) => (
                "L019",
                format!("重算所得与包内的 {name} 不同"),
                format!("{name} is not what comes out when it is worked out again"),
            ),
            (Some(_), None) => (
                "L027",
                format!("{name} 不是账簿或台账的一部分"),
                format!("{name} is no part of the book or the ledger"),
            ),
            (None, _) => ("L027", format!("缺少 {name}"), format!("{name} is missing")),
        };
        Some(Diagnostic::error(code, Text::new(zh, en)))
    };
    let places = |of: &Bundle| [of.book.clone(), of.ledger.clone(), of.results.clone()];
    let moved = (places(bundle) != places(again)).then(|| {
        let message = Text::new(
            "清单所写的账簿、台账或结果不在原位",
            "its manifest names the book, the ledger or the results elsewhere than they stand",
        );
        Diagnostic::error("L027", message)
    });
    names.into_iter().filter_map(fault).chain(moved).collect()
}

/// Files that the book in a bundle takes from elsewhere on this machine.
fn outside(place: &Path, workspace: &Workspace) -> Vec<Diagnostic> {
    let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    let is_outside = |path: &PathBuf| path.canonicalize().map_or(true, |path| !path.starts_with(&place));
    let paths = paths(workspace).into_iter().map(|(_, path)| path).filter(is_outside);
    let fault = |path: PathBuf| {
        let path = path.display();
        let message = Text::new(
            format!("账簿取用了包外的 {path}"),
            format!("the book takes {path}, which is not in the bundle"),
        );
        Diagnostic::error("L027", message)
    };
    paths.map(fault).collect()
}

/// The folder that all files stand under.
fn common<'p>(mut paths: impl Iterator<Item = &'p Path>) -> PathBuf {
    let mut root = paths.next().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
    for path in paths {
        while !path.starts_with(&root) {
            if !root.pop() {
                break;
            }
        }
    }
    root
}

/// A path under the common folder, with slashes.
fn inside(path: &Path, root: &Path) -> String {
    let parts = path.strip_prefix(root).unwrap_or(path).components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}
