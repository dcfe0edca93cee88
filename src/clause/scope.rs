//! Names that must mean what they seem to: a kind and `terms` stand for the row and the parameters, wherever they are
//! read. A list or a map under such a name would lead a `switch` into its default arm in silence.

use super::inspect::Inspection;
use crate::language::Text;
use rhai::Token;

impl Inspection<'_> {
    /// Reports variables under the name of a kind or of the parameters.
    pub(super) fn variables(&self) {
        for index in 0..self.tokens.len() {
            let next = index.saturating_add(1);
            let named: Vec<usize> = match self.token(index) {
                Some(Token::Let | Token::Const) => vec![next],
                // `for one in …` and `for (one, number) in …`
                Some(Token::For) if self.is(Some(next), &Token::LeftParen) => {
                    vec![next.saturating_add(1), next.saturating_add(3)]
                }
                Some(Token::For) => vec![next],
                _ => Vec::new(),
            };
            for at in named {
                let Some(name) = self.name_at(at).filter(|name| self.is_handle(name)) else { continue };
                let message = Text::new(
                    format!("变量不能叫 `{name}`：它是考核对象或参数"),
                    format!("a variable cannot be called `{name}`: that is a kind or the parameters"),
                );
                self.fault(at, name.chars().count(), "C036", message, None);
            }
        }
    }

    /// Reports calls that hand something else to a parameter named as a kind or as the parameters.
    pub(super) fn handed_over(&self) {
        for index in 0..self.tokens.len() {
            let opens = index.saturating_add(1);
            let Some(called) = self.name_at(index).filter(|_| self.is(Some(opens), &Token::LeftParen)) else {
                continue;
            };
            if self.is(index.checked_sub(1), &Token::Fn) {
                continue;
            }
            let arguments = self.arguments(opens);
            let functions = self.functions.iter();
            for function in functions
                .filter(|function| function.name == called && function.parameters.len() == arguments.len())
            {
                for (parameter, (from, until)) in function.parameters.iter().zip(&arguments) {
                    let is_itself = until.checked_sub(*from) == Some(1)
                        && self.name_at(*from) == Some(parameter.as_str());
                    if self.is_handle(parameter) && !is_itself {
                        let message = Text::new(
                            format!("`{called}` 的参数 `{parameter}` 只能传 `{parameter}` 本身"),
                            format!("`{called}` takes `{parameter}` itself and nothing else in its place"),
                        );
                        let help = Text::new(
                            "函数若要别的值，请给参数换个名字",
                            "where the function is to take another value, give its parameter another name",
                        );
                        self.fault(*from, 1, "C037", message, Some(help));
                    }
                }
            }
        }
    }

    fn is_handle(&self, name: &str) -> bool {
        name == "terms" || self.vocabulary.kinds.contains_key(name)
    }

    /// Where the arguments in the brackets that open at `opens` begin and end.
    fn arguments(&self, opens: usize) -> Vec<(usize, usize)> {
        let mut arguments = Vec::new();
        let mut depth = 0_usize;
        let first = opens.saturating_add(1);
        let mut from = first;
        for at in first..self.tokens.len() {
            match self.token(at) {
                Some(token) if super::inspect::opens(token) => depth = depth.saturating_add(1),
                Some(token) if super::inspect::closes(token) => {
                    let Some(less) = depth.checked_sub(1) else {
                        arguments.push((from, at));
                        break;
                    };
                    depth = less;
                }
                Some(Token::Comma) if depth == 0 => {
                    arguments.push((from, at));
                    from = at.saturating_add(1);
                }
                _ => {}
            }
        }
        // a comma may stand behind the last one
        arguments.retain(|(from, until)| from < until);
        arguments
    }

    /// Where a fact is asked one question about and nothing else: it stands as itself in `matches(…)` and the like.
    pub(super) fn asked_whole(&self) -> std::collections::BTreeSet<super::watch::Spot> {
        const QUESTIONS: [&str; 3] = ["same", "matches", "contains"];
        let mut spots = std::collections::BTreeSet::new();
        for dot in 0..self.tokens.len() {
            if !self.is(Some(dot), &Token::Period) {
                continue;
            }
            let (Some(start), name) = (dot.checked_sub(1), dot.saturating_add(1)) else { continue };
            let behind = name.saturating_add(1);
            let is_argument = self.is(start.checked_sub(1), &Token::LeftParen)
                || self.is(start.checked_sub(1), &Token::Comma);
            let ends = self.is(Some(behind), &Token::RightParen) || self.is(Some(behind), &Token::Comma);
            let called = self.argument(start).map(|(called, _)| called);
            let as_argument = is_argument && ends && called.is_some_and(|called| QUESTIONS.contains(&called));
            let method = behind.saturating_add(1);
            let as_subject = self.is(Some(behind), &Token::Period)
                && self.name_at(method).is_some_and(|called| QUESTIONS.contains(&called))
                && self.is(method.checked_add(1), &Token::LeftParen);
            if as_argument || as_subject {
                let position = |index: usize| self.tokens.get(index).map(|(_, position)| *position);
                let positions = [position(dot), position(name)].into_iter().flatten();
                spots.extend(positions.filter_map(super::watch::spot));
            }
        }
        spots
    }
}
