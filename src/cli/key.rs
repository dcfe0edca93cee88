//! `renze key`: keys that prove who signs.

use super::file::write_secret;
use super::{Halt, Outcome, say};
use crate::diagnostic::{Diagnostic, Place, reason};
use crate::document::read_at_most;
use crate::language::{Language, Text};
use crate::ledger::Key;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// No key file is longer, in bytes.
const KEY_BYTES: u64 = 1 << 10;

#[derive(Debug, Args)]
pub(super) struct KeyCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key, keep it in a new file that only its owner may read, and print what everybody may know of it.
    New {
        /// A new file.
        file: PathBuf,
    },
    /// Print what everybody may know of a key.
    Show {
        /// The file of the key.
        file: PathBuf,
    },
}

impl KeyCommand {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let key = match &self.action {
            Action::Show { file } => read(file)?,
            Action::New { file } => {
                let mut secret = [0_u8; 32];
                let unready = |why: String| {
                    Halt::Internal(Text::new(
                        format!("取不到随机数：{why}"),
                        format!("there is no randomness: {why}"),
                    ))
                };
                getrandom::fill(&mut secret).map_err(|error| unready(error.to_string()))?;
                write_secret(file, Key::written(secret).as_bytes())?;
                Key::of(secret).ok_or_else(|| unready("32 × 0".to_owned()))?
            }
        };
        let public = key.public();
        say(&language.pick(format!("公钥 {public}\n"), format!("public key {public}\n")));
        Ok(Outcome::Done)
    }
}

/// Reads the file of a key.
pub(super) fn read(file: &Path) -> Result<Key, Halt> {
    let wrong = |zh: String, en: String| {
        let place = Place::File { file: file.display().to_string() };
        Halt::Faults(vec![Diagnostic::error("L029", Text::new(zh, en)).at(place)])
    };
    let bytes = read_at_most(file, KEY_BYTES).map_err(|error| {
        let why = reason(&error);
        wrong(format!("读不到密钥：{}", why.zh), format!("cannot read the key: {}", why.en))
    })?;
    let key = String::from_utf8(bytes).ok().and_then(|text| Key::read(&text));
    key.ok_or_else(|| {
        wrong(
            "不是密钥：应为 64 位十六进制数字".to_owned(),
            "no key: it has 64 hexadecimal digits".to_owned(),
        )
    })
}
