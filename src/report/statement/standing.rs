//! Which of somebody's cards are final, and which can still turn out otherwise.

use crate::language::Language;
use crate::report::Subject;
use crate::report::card::CardInWords;

/// The cards of a person, by their titles.
pub(super) struct Standing {
    /// Those that are final.
    pub(super) closed: Vec<String>,
    /// Those that are provisional, and what is withheld from pay where that is.
    pub(super) open: Vec<String>,
}

impl Standing {
    pub(super) fn of(subject: &Subject<'_>, cards: &[CardInWords<'_>], language: Language) -> Self {
        let person = cards.first().map_or("", |card| card.card.key.subject.as_str());
        let withheld = subject.assessment.withholding(person);
        // a card that holds nothing stands on no sheet, unless it is what keeps the sheet open
        let named = cards.iter().filter(|card| card.has_content() || card.card.is_provisional());
        let (open, closed): (Vec<_>, Vec<_>) = named.partition(|card| card.card.is_provisional());
        let titles = |cards: Vec<&CardInWords<'_>>| cards.into_iter().map(CardInWords::title).collect();
        let mut standing = Self { closed: titles(closed), open: titles(open) };
        if withheld.is_some_and(|withheld| withheld.is_provisional()) {
            standing.open.push(language.pick("从工资中扣多少", "what is withheld from pay").to_owned());
        }
        standing
    }

    /// What the head says of it; nothing where all is final.
    pub(super) fn notice(&self, language: Language) -> Option<String> {
        if self.open.is_empty() {
            return None;
        }
        if self.closed.is_empty() {
            let all = language.pick(
                "暂定：仍有未定事项，“?”后为可能的结果。定案后另行通知。",
                "PROVISIONAL: something is still undecided; what stands behind “?” is what it can still turn out to be. A final statement follows.",
            );
            return Some(all.to_owned());
        }
        let (open, closed) = (listed(&self.open, language), listed(&self.closed, language));
        Some(match language {
            Language::Zh => {
                format!("暂定：{open}。仍有未定事项，“?”后为可能的结果，定案后另行通知。已定案：{closed}。")
            }
            Language::En => format!(
                "PROVISIONAL: {open}. Something of it is still undecided; what stands behind “?” is what it can still turn out to be, and a final statement follows. FINAL: {closed}."
            ),
        })
    }
}

/// Titles in a row.
pub(super) fn listed(titles: &[String], language: Language) -> String {
    titles.join(language.pick("；", "; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(closed: &[&str], open: &[&str]) -> Option<String> {
        let own = |titles: &[&str]| titles.iter().map(|title| (*title).to_owned()).collect();
        Standing { closed: own(closed), open: own(open) }.notice(Language::Zh)
    }

    #[test]
    fn the_head_says_which_cards_are_provisional() {
        assert_eq!(notice(&["个人"], &[]), None);
        assert!(notice(&[], &["个人"]).is_some_and(|said| said.starts_with("暂定：仍有未定事项")));
        assert!(notice(&["个人"], &["单位负责人"]).is_some_and(|said| {
            said.starts_with("暂定：单位负责人。") && said.ends_with("已定案：个人。")
        }));
    }
}
