//! The first screen: what a month came to, on one page.

mod cards;
mod charges;
mod head;
mod open;
mod withheld;

pub(super) use cards::band_title;
pub(super) use head::{Figures, fingerprints};

use super::{Digests, Report, Subject, in_effect};
use crate::language::Language;
use crate::policy::Style;

/// How many adjusted figures of earlier periods are shown.
const ADJUSTED: usize = 10;

/// The first screen in one language; with `all`, no list is cut short.
pub fn first_screen(
    subject: &Subject<'_>,
    digests: &Digests,
    book_argument: &str,
    all: bool,
    language: Language,
) -> Report {
    let mut report = Report::default();
    let lists = if all { Lists::Whole } else { Lists::Short };
    let screen = Screen { subject, language, lists };
    screen.heading(&mut report);
    screen.vetoes(&mut report);
    for (position, kind) in subject.pack.policy.kinds.iter().enumerate() {
        if kind.screen.style == Style::Table {
            screen.rates(position, kind, &mut report);
        }
    }
    screen.charges(&mut report);
    screen.withheld(&mut report);
    let adjusted = in_effect::report(subject, digests, screen.limit(ADJUSTED), language);
    report.blocks.extend(adjusted.blocks);
    for (position, kind) in subject.pack.policy.kinds.iter().enumerate() {
        if kind.screen.style == Style::Distribution {
            screen.distribution(position, kind, &mut report);
        }
    }
    screen.open(&mut report);
    screen.set_aside(&mut report);
    screen.readings(&mut report);
    screen.foot(digests, book_argument, &mut report);
    report
}

/// What every part of the screen needs.
pub(super) struct Screen<'s> {
    pub(super) subject: &'s Subject<'s>,
    pub(super) language: Language,
    pub(super) lists: Lists,
}

/// How long lists are.
#[derive(Clone, Copy)]
pub(super) enum Lists {
    /// As long as a terminal shows at a glance.
    Short,
    /// At most so many lines.
    UpTo(usize),
    /// Everything.
    Whole,
}

impl Screen<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn name(&self, subject: &str) -> String {
        self.subject.subject_name(subject, self.language)
    }

    /// How many lines of a list are shown.
    fn limit(&self, usual: usize) -> usize {
        match self.lists {
            Lists::Short => usual,
            Lists::UpTo(lines) => lines,
            Lists::Whole => usize::MAX,
        }
    }

    fn more(&self, left: usize, report: &mut Report) {
        if left > 0 {
            report.line(match self.language {
                Language::Zh => format!("  另有 {left} 行（--all）"),
                Language::En => format!("  {left} more (--all)"),
            });
        }
    }
}
