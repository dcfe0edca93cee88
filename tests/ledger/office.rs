//! An office that closes a month.

use crate::commands::{Said, copy_folder, renze_in};
use crate::shared::root;
use renze::ledger::{Entry, NOTHING_BEFORE};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A book in a folder of its own, with a ledger beside it.
pub(super) struct Office {
    place: TempDir,
}

impl Office {
    pub(super) fn new() -> Self {
        let place = TempDir::new().unwrap();
        copy_folder(&root().join("fixtures/closing"), &place.path().join("book"));
        Self { place }
    }

    /// The same with everything done up to the first seal.
    pub(super) fn closed() -> Self {
        let office = Self::new();
        for step in [APPROVE, CONFIRM, SEAL] {
            office.does(step);
        }
        office
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub(super) fn run(&self, command: &str) -> Said {
        let words: Vec<&str> = command.split(' ').collect();
        renze_in(self.place.path(), &words)
    }

    /// Runs what must go well.
    pub(super) fn does(&self, command: &str) -> String {
        let said = self.run(command);
        assert!([0, 4].contains(&said.code), "{command}: {}{}", said.out, said.err);
        said.out
    }

    /// Runs what must be refused, with these codes.
    pub(super) fn refuses(&self, command: &str, codes: &[&str]) -> String {
        let said = self.run(command);
        let shown: Vec<&str> =
            said.err.lines().filter_map(|line| line.strip_prefix("error[")?.split(']').next()).collect();
        assert_eq!((said.code, shown.as_slice()), (1, codes), "{command}: {}{}", said.out, said.err);
        said.err
    }

    pub(super) fn ledger(&self) -> String {
        fs::read_to_string(self.path("ledger")).unwrap()
    }

    pub(super) fn head(&self) -> String {
        let last = self.ledger().lines().last().map(|line| Entry::read(line.as_bytes()).unwrap().hash);
        last.unwrap_or(NOTHING_BEFORE.to_owned())
    }

    /// Changes one place of a file.
    pub(super) fn change(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "`{from}` must stand once in {file}");
        fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }
}

pub(super) const APPROVE: &str = "approve book/pack --ledger ledger --by Li --on 2026-11-03";
pub(super) const CONFIRM: &str = "confirm book --ledger ledger --by Zhao --on 2026-11-04";
pub(super) const SEAL: &str = "seal book --ledger ledger --by Wang --on 2026-11-04";
pub(super) const VERIFY: &str = "ledger verify ledger --book book";
