//! Texts that are a verb's reason: only there may a number stand in a text, and only as long as nothing can ask about
//! the text. What a number of a row says while a clause is traced is not known yet.

use super::inspect::{Inspection, closes, opens};
use rhai::Token;

impl Inspection<'_> {
    /// Whether a text is what `matches` and `contains` look for, or a reason that nothing is asked about.
    pub(super) fn is_free_text(&self, index: usize) -> bool {
        let asks = |token: &Token| {
            matches!(
                token,
                Token::If
                    | Token::Switch
                    | Token::EqualsTo
                    | Token::NotEqualsTo
                    | Token::In
                    | Token::NotIn
                    | Token::DoubleArrow
            )
        };
        let looks_for = matches!(self.argument(index), Some(("matches" | "contains", 1)));
        looks_for || self.is_reason(index) && !self.whole_argument(index).into_iter().any(asks)
    }

    /// Whether a text with numbers in it stands in a reason made of nothing but texts joined together.
    pub(super) fn is_plain_reason(&self, index: usize) -> bool {
        let joins = |token: &Token| {
            matches!(
                token,
                Token::InterpolatedString(_)
                    | Token::StringConstant(_)
                    | Token::Identifier(_)
                    | Token::Period
                    | Token::Plus
            )
        };
        self.is_reason(index) && self.whole_argument(index).into_iter().all(joins)
    }

    fn is_reason(&self, index: usize) -> bool {
        self.argument(index).is_some_and(|(called, position)| {
            // behind an amount that is split stands no role, so its reason comes one earlier
            let split = position == 1 && self.vocabulary.entering.contains(called);
            split || self.vocabulary.verbs.get(called).is_some_and(|reason| *reason == position)
        })
    }

    /// The tokens of the argument around `index`, without what stands in the braces of its texts.
    fn whole_argument(&self, index: usize) -> Vec<&Token> {
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        for at in (0..index).rev() {
            let Some(token) = self.token(at) else { break };
            if closes(token) {
                depth = depth.saturating_add(1);
            } else if opens(token) {
                let Some(less) = depth.checked_sub(1) else { break };
                depth = less;
                // brackets that are no part of a text are calls, lists and blocks
                if depth == 0 && !(*token == Token::LeftBrace && self.follows_text(at)) {
                    tokens.push(token);
                }
            } else if depth == 0 {
                if *token == Token::Comma {
                    break;
                }
                tokens.push(token);
            }
        }
        for at in index..self.tokens.len() {
            let Some(token) = self.token(at) else { break };
            if opens(token) {
                if depth == 0 && !(*token == Token::LeftBrace && self.follows_text(at)) {
                    tokens.push(token);
                }
                depth = depth.saturating_add(1);
            } else if closes(token) {
                let Some(less) = depth.checked_sub(1) else { break };
                depth = less;
            } else if depth == 0 {
                if *token == Token::Comma {
                    break;
                }
                tokens.push(token);
            }
        }
        tokens
    }

    fn follows_text(&self, brace: usize) -> bool {
        let before = brace.checked_sub(1).and_then(|before| self.token(before));
        matches!(before, Some(Token::InterpolatedString(_)))
    }
}
