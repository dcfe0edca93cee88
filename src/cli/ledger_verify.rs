//! `renze ledger verify`: whether a ledger stands as it was written, and whether what it says comes out again.

use super::closing::with_closing;
use super::ledger::{check_head, finish, is_called, no_such_head, place, policy_of};
use super::workspace::Which;
use super::{Halt, Outcome, say};
use crate::closing::{self, Closing, Group, Procedure};
use crate::diagnostic::Diagnostic;
use crate::language::{Language, Text};
use crate::ledger::{self, Entry, EntryKind};
use crate::report;
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The ledger.
    ledger: PathBuf,
    /// A head that was printed elsewhere, on a statement or a report: the ledger must still hold it.
    #[arg(long)]
    head: Option<String>,
    /// The book of a sealed period: its files, the policy and every card are held against the entries. Several times where the book
    /// was changed since, or for several periods.
    #[arg(long)]
    book: Vec<PathBuf>,
    /// Answer every clause of the book by plain values, without the decision trees.
    #[arg(long, requires = "book")]
    recompute: bool,
}

/// What books say of a ledger.
#[derive(Debug, Default)]
struct Held {
    /// The entries that were held against a book.
    looked: BTreeSet<u64>,
    /// Those about the periods of these books that were held against none.
    beside: BTreeSet<u64>,
    /// Entries about other periods or policies, of which no book was given.
    elsewhere: BTreeSet<u64>,
    /// Cards that come to something else than what stands, with the entry, or are settled and stand in none.
    pending: Vec<(String, Option<u64>)>,
    faults: Vec<Diagnostic>,
}

impl Verify {
    /// Verifies a ledger and a book by plain values.
    pub(super) fn of(ledger: PathBuf, head: Option<&str>, book: PathBuf) -> Self {
        Self { ledger, head: head.map(str::to_owned), book: vec![book], recompute: true }
    }

    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        check_head(self.head.as_deref())?;
        let wanted = self.head.as_deref();
        let (mut entries, mut reached, mut procedure) = (Vec::new(), None, Procedure::default());
        let mut wrong = Vec::new();
        let mut chain = ledger::read(&self.ledger, |entry| {
            if wanted.is_some_and(|wanted| is_called(&entry.hash, wanted)) {
                reached = Some(entry.seq);
            }
            wrong.extend(procedure.take(&entry));
            if !self.book.is_empty() {
                entries.push(entry);
            }
        })
        .map_err(|fault| vec![fault])?;
        // what rests on an entry that is not as it was written is no fault of its own
        if chain.faults.is_empty() {
            chain.faults.extend(wrong.into_iter().map(|fault| fault.at(place(&self.ledger))));
        }
        let mut said = report::head_line(&chain.head, language) + "\n";
        match (wanted, reached) {
            (Some(_), Some(seq)) => said.push_str(&language.pick(
                format!("另处所印的末条指纹是第 {seq} 条，仍在其位\n"),
                format!("the head that was printed elsewhere is entry {seq}, and still in its place\n"),
            )),
            (Some(head), None) => chain.faults.push(no_such_head(head).at(place(&self.ledger))),
            (None, _) => {}
        }
        let held = self.held_against(&entries, language)?;
        said.push_str(&told(&held, language));
        chain.faults.extend(held.faults);
        if chain.faults.is_empty() {
            said.push_str(match (chain.head.seq, wanted) {
                (0, _) => language.pick("台账中没有记录：无可证明\n", "no entry stands in the ledger: nothing is proven\n"),
                (_, Some(_)) => language.pick("逐条核对无误\n", "every entry stands as it was written\n"),
                (_, None) => language.pick(
                    "逐条核对无误；整本被换过或截去尾部，只有另处所印的末条指纹（--head）能查出\n",
                    "every entry stands as it was written; that it is the same ledger, and whole, only a head printed elsewhere tells (--head)\n",
                ),
            });
        }
        say(&said);
        let is_whole = held.beside.is_empty() && held.pending.is_empty();
        let outcome = finish(chain, language)?;
        Ok(if outcome == Outcome::Done && !is_whole { Outcome::Provisional } else { outcome })
    }

    /// What the entries say of the books, each held against them with what was decided before.
    fn held_against(&self, entries: &[Entry], language: Language) -> Result<Held, Halt> {
        let mut held = Held::default();
        let mut about = BTreeSet::new();
        let mut others = Vec::new();
        for book in &self.book {
            let which = Which::of_book(book, false);
            let (policy, period) = (policy_of(&which)?, which.book()?.period.code());
            let groups = closing::groups(entries, &policy, &period);
            if !groups.iter().any(|group| group.sealings().next().is_some()) {
                let message = Text::new(
                    format!("台账中没有封存 {} 的这一期", book.display()),
                    format!("nothing of the period of {} is sealed in the ledger", book.display()),
                );
                held.faults.push(Diagnostic::error("L015", message));
            }
            let own = closing::about(entries, (&policy, &period)).into_iter();
            about.extend(own.filter(|own| own.kind.has_period()).map(|own| own.seq));
            for (place, group) in groups.iter().enumerate() {
                let is_last = place.saturating_add(1) == groups.len();
                self.group(&which, (entries, group), language, |closing| {
                    let found = closing::check(closing, entries, group);
                    held.looked.extend(found.looked);
                    held.faults.extend(found.faults);
                    if place == 0 {
                        others.extend(closing::other_files(closing, entries));
                    }
                    if is_last {
                        held.pending.extend(closing.pending(entries));
                    }
                })?;
            }
        }
        // of files that are no book's, the last import tells which they are
        if !others.is_empty() {
            held.faults.splice(..0, others).for_each(drop);
        }
        held.beside = about.difference(&held.looked).copied().collect();
        let kept = entries.iter().filter(|entry| !self.book.is_empty() && entry.kind != EntryKind::Note);
        let kept = kept.map(|entry| entry.seq);
        held.elsewhere =
            kept.filter(|seq| !held.looked.contains(seq) && !held.beside.contains(seq)).collect();
        Ok(held)
    }

    /// Does something with a book as it was assessed with what was decided before a group.
    fn group(
        &self,
        which: &Which,
        (entries, group): (&[Entry], &Group<'_>),
        language: Language,
        does: impl FnOnce(&Closing<'_>),
    ) -> Result<(), Halt> {
        let before = entries.get(..group.before).unwrap_or_default();
        let workspace = match self.recompute {
            true => which.open_decided_bare(before, language)?,
            false => which.open_decided(before, language)?,
        };
        with_closing(&workspace, |closing| {
            does(closing);
            Ok(())
        })
    }
}

/// Which entries were held against books, and which were not.
fn told(held: &Held, language: Language) -> String {
    let mut said = String::new();
    if !held.looked.is_empty() {
        let looked = runs(&held.looked);
        said.push_str(&language.pick(
            format!("已与账簿对照：第 {looked} 条\n"),
            format!("held against the book: entry {looked}\n"),
        ));
    }
    if !held.beside.is_empty() {
        let beside = runs(&held.beside);
        said.push_str(&language.pick(
            format!("未能对照：第 {beside} 条依据的是别的文件或别的一期，须用当时的账簿（再加一个 --book）\n"),
            format!("NOT held against any book: entry {beside} rests on other files or another period; give the book of that time by another --book\n"),
        ));
    }
    if !held.elsewhere.is_empty() {
        let elsewhere = runs(&held.elsewhere);
        said.push_str(&language.pick(
            format!("未看：第 {elsewhere} 条是别期或别的办法的，没有给出它们的账簿\n"),
            format!("not looked at: entry {elsewhere} is about other periods or policies, of which no book was given\n"),
        ));
    }
    said.push_str(&not_adjusted(&held.pending, language));
    said
}

/// Cards that come to something else than what stands.
pub(super) fn not_adjusted(pending: &[(String, Option<u64>)], language: Language) -> String {
    let line = |(subject, seq): &(String, Option<u64>)| match seq {
        Some(seq) => language.pick(
            format!("尚未调整：{subject} 现在算出的与第 {seq} 条所记不同（renze adjust）\n"),
            format!(
                "NOT adjusted yet: what {subject} comes to is not what entry {seq} says (renze adjust)\n"
            ),
        ),
        None => language.pick(
            format!("尚未封存：{subject} 的卡已定案，没有一条封存它（renze seal）\n"),
            format!("NOT sealed yet: a card of {subject} is settled, and no entry seals it (renze seal)\n"),
        ),
    };
    pending.iter().map(line).collect()
}

/// Numbers in a row, runs of them as 3-7.
fn runs(numbers: &BTreeSet<u64>) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut().filter(|(_, last)| last.saturating_add(1) == *number) {
            Some((_, last)) => *last = *number,
            None => runs.push((*number, *number)),
        }
    }
    let said = |(first, last): (u64, u64)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    runs.into_iter().map(said).collect::<Vec<_>>().join(", ")
}
