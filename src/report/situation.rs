//! A situation in words, and as a command to type.

use crate::fact::Value;
use crate::language::{Language, Text};
use crate::policy::Pack;
use crate::scenario::Situation;

/// `severity=major, liability=own fault`, and the command that tries it.
pub fn situation_in_words(pack: &Pack, situation: &Situation) -> (Text, String) {
    let kind = pack.policy.kind(&situation.kind).map(|(_, kind)| kind);
    let facts = |language: Language, between: &str| {
        let facts = kind.into_iter().flat_map(|kind| kind.schema.facts()).filter_map(|fact| {
            let typed = situation.facts.get(&fact.name)?;
            let value = match typed.as_str() {
                "" | "missing" => Value::Missing,
                typed => fact.kind.read(typed, pack.policy.offset).unwrap_or(Value::Missing),
            };
            Some(format!("{}={}", fact.title.get(language), fact.kind.show(&value, language)))
        });
        facts.collect::<Vec<_>>().join(between)
    };
    let mut said = Text::new(facts(Language::Zh, "，"), facts(Language::En, ", "));
    if situation.facts.is_empty() {
        said = Text::new("一切如常", "everything ordinary");
    }
    let mut command = format!("renze try {}", quoted(&pack.root.display().to_string()));
    for (name, value) in &situation.facts {
        command.push_str(&format!(" {}", quoted(&format!("{name}={value}"))));
    }
    if pack.policy.kinds.first().is_none_or(|first| first.name != situation.kind) {
        command.push_str(&format!(" --kind {}", quoted(&situation.kind)));
    }
    command.push_str(&format!(" --on {}", situation.on));
    (said, command)
}

/// An argument as a shell takes it whole.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./=:+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}
