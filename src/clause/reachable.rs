//! What a function can do at all, as far as its tokens and those of the functions it calls tell: a verb it does not name
//! is not done, and a role that is named neither there nor by the words of the pack is not reached.

use super::function::{Clause, Touch};
use super::rulebook::Rulebook;
use super::verbs::{GRADING, account_verbs};
use crate::fact::FactType;
use crate::policy::{Cell, Pack, ParameterValue};
use rhai::Token;
use std::collections::{BTreeMap, BTreeSet};

impl Rulebook {
    /// Everything a clause might touch of which not every path is seen.
    pub(super) fn all_touches(&self, pack: &Pack, clause: &Clause) -> BTreeSet<(String, Touch)> {
        let said = self.said_by(clause);
        let words = words(pack, &said);
        let verbs = account_verbs(&pack.policy);
        let accounts: BTreeSet<&str> = verbs
            .iter()
            .filter(|(verb, _)| said.contains(verb.as_str()))
            .map(|(_, (account, _))| account.as_str())
            .collect();
        // a role may be joined together out of words: then it begins with one of them
        let begins =
            |role: &str| said.iter().chain(&words).any(|word| !word.is_empty() && role.starts_with(*word));
        let does = |touch: &Touch| match touch {
            Touch::Account(account) => accounts.contains(account.as_str()),
            Touch::Veto => said.contains("veto"),
            Touch::Grade(how, _) => GRADING.iter().any(|(verb, own)| own == how && said.contains(*verb)),
            Touch::Raise(kind) => said.contains("raise") && begins(kind),
            // a row it leaves open would leave the clauses it relieves open too
            Touch::Clause(_) => ["exempt", "mitigate"].iter().any(|verb| said.contains(*verb)),
        };
        let names = |role: &str| role.is_empty() || begins(role);
        let touches = self.touchable.get(&clause.kind).into_iter().flatten();
        touches.filter(|(role, touch)| names(role) && does(touch)).cloned().collect()
    }

    /// Every name and word in a function and in those that it calls.
    fn said_by(&self, clause: &Clause) -> BTreeSet<&str> {
        let mut of_functions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut current = "";
        let mut before = None;
        for (token, _) in self.tokens.get(clause.source).into_iter().flatten() {
            match token {
                Token::Identifier(name) if before == Some(&Token::Fn) => current = name,
                Token::Identifier(name) => drop(of_functions.entry(current).or_default().insert(name)),
                Token::StringConstant(word) | Token::InterpolatedString(word) => {
                    of_functions.entry(current).or_default().insert(word);
                }
                _ => {}
            }
            before = Some(token);
        }
        let mut said: BTreeSet<&str> = BTreeSet::new();
        let mut called = vec![clause.name.as_str()];
        while let Some(function) = called.pop() {
            let Some(of_function) = of_functions.remove(function) else { continue };
            called.extend(of_function.iter().copied().filter(|name| of_functions.contains_key(*name)));
            said.extend(of_function);
        }
        said
    }
}

/// The words that the facts and parameters which a clause names can hand to it.
fn words<'p>(pack: &'p Pack, said: &BTreeSet<&str>) -> BTreeSet<&'p str> {
    let mut words: BTreeSet<&'p str> = BTreeSet::new();
    let facts = pack.policy.kinds.iter().flat_map(|kind| kind.schema.facts());
    for fact in facts.filter(|fact| said.contains(fact.name.as_str())) {
        if let FactType::OneOf(domain) = &fact.kind {
            words.extend(domain.iter().map(|word| word.id.as_str()));
        }
    }
    let parameters = pack.parameters.iter().filter(|parameter| said.contains(parameter.name.as_str()));
    for dated in parameters.flat_map(|parameter| &parameter.values) {
        match &dated.value {
            ParameterValue::Word(word) => drop(words.insert(word)),
            ParameterValue::Table(table) => {
                words.extend(table.names());
                words.extend(table.rows.iter().filter_map(|row| match &row.cell {
                    Cell::Word(word) => Some(word.as_str()),
                    _ => None,
                }));
            }
            ParameterValue::Number(_) => {}
        }
    }
    words
}
