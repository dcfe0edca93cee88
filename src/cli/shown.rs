//! `renze test --show`: how a scenario comes out, card by card.

use super::say;
use crate::assess::{Assessment, Scorecard};
use crate::clause::Rulebook;
use crate::intake::Book;
use crate::language::Language;
use crate::organisation::Organisation;
use crate::policy::Pack;
use crate::report::{self, Report, Subject};
use crate::scenario::Scenario;

/// Shows a scenario by its name, then the cards it asks about, as `explain` does; where it asks about none, every card on
/// which there is something.
pub(super) fn show(
    scenario: &Scenario,
    assessment: &Assessment,
    (pack, rules): (&Pack, &Rulebook),
    language: Language,
) {
    let organisation = Organisation::default();
    let book = Book::of_nothing(&pack.root, assessment.period, assessment.as_of);
    let subject = Subject { book: &book, pack, rules, organisation: &organisation, assessment };
    let is_shown = |card: &&Scorecard| {
        let kind = pack.policy.kinds.get(card.key.kind).map_or("", |kind| kind.name.as_str());
        if scenario.asks_about_cards() {
            scenario.asks_about(kind, &card.key.subject)
        } else {
            !card.findings.is_empty()
        }
    };
    let mut shown = Report::default();
    shown.line(format!("▸ {}", scenario.name.get(language)));
    shown.gap();
    let cards = assessment.scorecards.iter().filter(is_shown);
    shown.blocks.extend(report::explain_cards(&subject, cards, false, language).blocks);
    shown.gap();
    say(&report::render(&shown));
}
