//! `--mask`: results in which people stand under pseudonyms.

use super::Halt;
use super::workspace::Workspace;
use crate::diagnostic::{Diagnostic, reason};
use crate::document::read_at_most;
use crate::language::Text;
use crate::mask::Mask;
use crate::organisation::Member;
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// No key is longer than this.
const KEY_BYTES: u64 = 1 << 16;

#[derive(Debug, Args)]
pub(super) struct Masking {
    /// Put pseudonyms in the place of people and of every free text, under the key in this file (at least 16 bytes); the
    /// same key gives the same pseudonyms in every period.
    #[arg(long, value_name = "KEY FILE")]
    mask: Option<PathBuf>,
}

impl Masking {
    /// Whether it is asked for.
    pub(super) fn is_on(&self) -> bool {
        self.mask.is_some()
    }

    /// The mask for the people of a workspace, where one is asked for.
    pub(super) fn read(&self, workspace: &Workspace) -> Result<Option<Mask>, Halt> {
        let Some(file) = &self.mask else { return Ok(None) };
        let key = read_at_most(file, KEY_BYTES).map_err(|error| unreadable(file, &error))?;
        let (organisation, assessment) = (&workspace.organisation, &workspace.assessment);
        let kinds = organisation.kinds_of_people();
        let is_person = |member: &&Member| kinds.contains(member.kind.as_str());
        let listed = organisation.members().filter(is_person).map(|member| member.id.clone());
        let holders = organisation.posts().iter().map(|post| post.person.clone());
        let led = assessment.people(&kinds).map(str::to_owned);
        let people: BTreeSet<String> = listed.chain(holders).chain(led).collect();
        let subjects = assessment.scorecards.iter().map(|card| card.key.subject.clone());
        let open = organisation.members().map(|member| member.id.clone()).chain(subjects);
        Ok(Some(Mask::new(key.trim_ascii_end(), people, open).map_err(|fault| vec![fault])?))
    }
}

impl Workspace {
    /// The same with people under pseudonyms.
    pub(super) fn masked(mut self, mask: &Mask) -> Self {
        let title = &self.book.title;
        self.book.title = Text::new(format!("{}（已隐名）", title.zh), format!("{} (masked)", title.en));
        self.organisation = self.organisation.masked(mask);
        self.assessment = self.assessment.masked(mask);
        self
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Halt {
    let (file, why) = (file.display(), reason(error));
    let message = Text::new(
        format!("读不到隐名密钥 {file}：{}", why.zh),
        format!("cannot read the key of the mask {file}: {}", why.en),
    );
    Halt::Faults(vec![Diagnostic::error("A007", message)])
}
