//! Where each token of a clause file stands: inside which bracket, behind how many of its commas, in which function.

use super::inspect::{closes, opens};
use rhai::{Position, Token};

/// Where one token stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// The innermost bracket that is open there, by its place.
    pub(super) opened: Option<usize>,
    /// How many commas of that bracket stand before it.
    pub(super) commas: usize,
    /// Whether a semicolon of that bracket does.
    pub(super) behind_statement: bool,
    /// The last `fn` before it.
    pub(super) function: Option<usize>,
}

/// Where every token stands, found in one pass: looking back from each would take forever in a large file.
pub(super) fn standings(tokens: &[(Token, Position)]) -> Vec<Standing> {
    let mut standings = Vec::with_capacity(tokens.len());
    let mut around: Vec<Standing> = Vec::new();
    let mut here = Standing::default();
    for (index, (token, _)) in tokens.iter().enumerate() {
        standings.push(here);
        if *token == Token::Fn {
            here.function = Some(index);
        }
        match token {
            token if opens(token) => {
                around.push(here);
                here = Standing { opened: Some(index), function: here.function, ..Standing::default() };
            }
            token if closes(token) => {
                let function = here.function;
                here = Standing { function, ..around.pop().unwrap_or_default() };
            }
            Token::Comma => here.commas = here.commas.saturating_add(1),
            Token::SemiColon => here.behind_statement = true,
            _ => {}
        }
    }
    standings
}
