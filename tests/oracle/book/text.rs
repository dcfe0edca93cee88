//! The random policy as a person would write it: `policy.toml`, `parameters.toml` and the functions.

use super::model::{
    Aggregate, Any, Condition, Does, Function, Holder, Key, Kind, Lasts, Length, Measure, Model, Number,
    Origin, Rows, Statement, Test, Type, Window, Word,
};
use super::value::Datum;
use std::fmt::Write as _;

/// `policy.toml`
pub(super) fn policy(model: &Model) -> String {
    let judge: Vec<String> = model.kinds.iter().map(|kind| format!("\"{}\"", kind.name)).collect();
    let mut text = format!(
        r#"[policy]
id = "random"
version = "1"
title = {{ zh = "随机办法", en = "Random policy" }}
basis = "test"
from = 2020-01-01
judge = [{}]
rounding = {{ mode = "half_up", places = 2, at = "finding" }}
[organisation]
offices = ["staff", "unit_head"]
"#,
        judge.join(", ")
    );
    if let Some((clause, per)) = &model.cap {
        let per: Vec<String> = per.iter().map(|scope| format!("\"{scope}\"")).collect();
        let _ = writeln!(text, "[[cap]]\nclauses = [\"{clause}\"]\nat = \"cap\"\nper = [{}]", per.join(", "));
    }
    for kind in &model.kinds {
        of_kind(kind, &mut text);
    }
    text
}

fn of_kind(kind: &Kind, text: &mut String) {
    let name = kind.name;
    let _ = writeln!(text, "\n[{name}]\ntitle = {{ zh = \"{name}\", en = \"{name}\" }}");
    match kind.rows {
        Rows::Table(at) => {
            let _ = writeln!(text, "rows = {{ table = \"{name}\" }}\nid = \"number\"\nat = \"{at}\"");
        }
        Rows::Raised => text.push_str("rows = \"raised\"\n"),
        Rows::Members(member) => {
            let _ = writeln!(text, "of = \"{member}\"");
        }
        Rows::Posts(office) => {
            let _ = writeln!(text, "office = \"{office}\"");
        }
    }
    if let Some(counted_at) = kind.counted_at {
        let _ = writeln!(text, "counted_at = \"{counted_at}\"");
    }
    if let Some(lasts) = kind.lasts {
        let _ = writeln!(text, "lasts = {{ {} }}", lasting(lasts));
    }
    if kind.is_card() {
        let _ = writeln!(text, "period = \"{}\"", if kind.months == 3 { "quarter" } else { "month" });
    }
    let _ = writeln!(text, "[{name}.facts]");
    for fact in &kind.facts {
        let from = match &fact.from {
            Origin::Column => format!("from = [\"{}\"], ", fact.name),
            Origin::Defined(by) => format!("by = \"{by}\", "),
            Origin::Carried(from) => format!("carried = \"{from}\", "),
            Origin::Aggregate(aggregate) => declared(aggregate),
        };
        // an aggregate has the type of what it is made of, unless it is a word of a fold or an earlier grade
        let typed = match &fact.from {
            Origin::Aggregate(aggregate) => {
                aggregate.measure == Measure::Fold || aggregate.fact.as_deref() == Some("grade")
            }
            _ => true,
        };
        let of = if typed { format!("type = {}", typed_as(&fact.of)) } else { String::new() };
        let line = format!("{from}{of}");
        let _ = writeln!(text, "{} = {{ {} }}", fact.name, line.trim_end_matches([',', ' ']));
    }
    of_roles(kind, text);
    of_accounts(kind, text);
}

fn of_roles(kind: &Kind, text: &mut String) {
    let name = kind.name;
    let roles = kind.roles.iter().filter(|role| role.holder != Holder::Itself);
    for (place, role) in roles.enumerate() {
        if place == 0 {
            let _ = writeln!(text, "[{name}.roles]");
        }
        let holder = match role.holder {
            Holder::Column => {
                format!(", from = [\"{}\"], separator = \"、\"", role.name)
            }
            Holder::Of(of) => format!(", of = \"{of}\""),
            Holder::Raised | Holder::Itself => String::new(),
        };
        let vacant =
            if role.need_not && role.holder != Holder::Raised { ", vacant = \"nobody\"" } else { "" };
        let several = if role.split { ", several = \"split\"" } else { "" };
        let _ = writeln!(text, "{} = {{ is = \"{}\"{holder}{vacant}{several} }}", role.name, role.is);
    }
}

fn of_accounts(kind: &Kind, text: &mut String) {
    let name = kind.name;
    for account in &kind.accounts {
        let side = |key: &str, value: Option<i64>| {
            value.map(|value| format!(", {key} = {value}")).unwrap_or_default()
        };
        let _ = writeln!(
            text,
            "[{name}.accounts.{}]\nunit = \"分\"\nopening = {}\nplus = \"{}\"\nminus = \"{}\"{}{}",
            account.name,
            account.opening,
            account.plus,
            account.minus,
            side("floor", account.floor).replace(", ", "\n"),
            side("ceiling", account.ceiling).replace(", ", "\n"),
        );
    }
    if kind.is_card() {
        let grade = if kind.graded { "\ngrade = \"C\"" } else { "" };
        let _ = writeln!(
            text,
            "[{name}.veto]\nsets = {{ points = 0 }}{grade}\nuntil = {{ zh = \"末\", en = \"end\" }}\nbasis = \"test\""
        );
    }
    if kind.graded {
        let _ = writeln!(
            text,
            "[{name}.grade]\nscale = [\"A\", \"B\", \"C\"]\ntable = \"grade\"\nby = \"points\""
        );
    }
}

fn lasting(lasts: Lasts) -> String {
    let until = lasts.until.map(|until| format!("until = \"{until}\""));
    let otherwise = lasts.otherwise.map(|length| match length {
        Length::Days(days) => format!("otherwise = \"{days} days\""),
        Length::Months(months) => format!("otherwise = \"{months} months\""),
        Length::Endless => "otherwise = \"endless\"".to_owned(),
    });
    until.into_iter().chain(otherwise).collect::<Vec<_>>().join(", ")
}

fn typed_as(of: &Type) -> String {
    match of {
        Type::Text => "\"text\"".to_owned(),
        Type::Moment => "\"time\"".to_owned(),
        Type::Flag => "\"bool\"".to_owned(),
        Type::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("{word} = [\"{word}\"]")).collect();
            format!("{{ {} }}", words.join(", "))
        }
        Type::Number(places, least, most) => {
            let mut text = "\"number\"".to_owned();
            for (key, value) in [("places", places.map(i64::from)), ("least", *least), ("most", *most)] {
                text += &value.map(|value| format!(", {key} = {value}")).unwrap_or_default();
            }
            text
        }
    }
}

fn declared(aggregate: &Aggregate) -> String {
    let of = match &aggregate.fact {
        Some(fact) => format!("{}.{fact}", aggregate.over),
        None => aggregate.over.to_owned(),
    };
    let mut text = match aggregate.measure {
        Measure::Count => format!("count = \"{of}\", "),
        Measure::Sum => format!("sum = \"{of}\", "),
        Measure::Max => format!("max = \"{of}\", "),
        Measure::Min => format!("min = \"{of}\", "),
        Measure::Last => format!("last = \"{of}\", "),
        Measure::Fold => {
            let by = aggregate.by.as_deref().unwrap();
            let start = written(aggregate.start.as_ref().unwrap());
            format!("fold = \"{by}\", over = \"{}\", start = {start}, ", aggregate.over)
        }
        Measure::Apportion => {
            let (fact, weight) = (aggregate.fact.as_deref().unwrap(), aggregate.weight.unwrap());
            format!("apportion = \"{fact}\", by = \"{weight}\", ")
        }
    };
    if let Some(role) = aggregate.role {
        let _ = write!(text, "as = \"{role}\", ");
    }
    if !aggregate.same.is_empty() {
        let plain = aggregate.same.iter().all(|(own, theirs)| own == theirs);
        let pair = |(own, theirs): &(&str, &str)| {
            if plain { format!("\"{own}\"") } else { format!("{own} = \"{theirs}\"") }
        };
        let pairs: Vec<String> = aggregate.same.iter().map(pair).collect();
        let pairs = pairs.join(", ");
        text += &if plain { format!("same = [{pairs}], ") } else { format!("same = {{ {pairs} }}, ") };
    }
    if let Some(condition) = &aggregate.condition {
        let _ = write!(text, "where = \"{condition}\", ");
    }
    if let Some(window) = &aggregate.window {
        let _ = write!(text, "within = \"{}\", ", named(window));
    }
    if aggregate.leave_out {
        text.push_str("undetermined = \"leave out\", ");
    }
    if let Some(top) = aggregate.top {
        let _ = write!(text, "top = {top}, ");
    }
    text
}

pub(super) fn named(window: &Window) -> String {
    match window {
        Window::Period => "period".to_owned(),
        Window::Previous => "previous period".to_owned(),
        Window::Calendar(1) => "calendar month".to_owned(),
        Window::Calendar(3) => "calendar quarter".to_owned(),
        Window::Calendar(6) => "calendar half".to_owned(),
        Window::Calendar(_) => "calendar year".to_owned(),
        Window::Days(count) => format!("{count} days"),
        Window::Months(count) => format!("{count} months"),
        Window::Years(count) => format!("{count} years"),
        Window::Anniversary(fact) => format!("anniversary of {fact}"),
        Window::Valid => "valid".to_owned(),
        Window::Since(kind) => format!("since {kind}"),
        Window::Ever => "ever".to_owned(),
    }
}

fn written(datum: &Datum) -> String {
    match datum {
        Datum::Flag(flag) => flag.to_string(),
        Datum::Number(number) if number.fract().is_zero() => number.trunc().to_string(),
        Datum::Number(number) => format!("\"{number}\""),
        Datum::Text(text) => format!("\"{text}\""),
        Datum::Moment(moment) => moment.to_string(),
    }
}

/// `parameters.toml`
pub(super) fn parameters(model: &Model) -> String {
    let mut text = String::new();
    for parameter in &model.parameters {
        let name = &parameter.name;
        let _ = writeln!(text, "[{name}]\ntitle = {{ zh = \"{name}\", en = \"{name}\" }}");
        if parameter.keys > 0 {
            let keys: Vec<String> = (0..parameter.keys).map(|key| format!("\"key{key}\"")).collect();
            let _ = writeln!(text, "keys = [{}]", keys.join(", "));
        }
        for (from, lines) in &parameter.values {
            let value = if parameter.keys == 0 {
                written(&lines[0].cell)
            } else {
                let rows = lines.iter().map(|line| {
                    let conditions: String =
                        line.conditions.iter().map(|own| format!("\"{}\", ", banded(own))).collect();
                    format!("[{conditions}{}]", written(&line.cell))
                });
                format!("[{}]", rows.collect::<Vec<_>>().join(", "))
            };
            let _ = writeln!(text, "[[{name}.values]]\nfrom = {from}\nbasis = \"test\"\nvalue = {value}\n");
        }
    }
    text
}

fn banded(condition: &Condition) -> String {
    match condition {
        Condition::Any => "*".to_owned(),
        Condition::Word(word) => (*word).to_owned(),
        Condition::Band(low, high) => {
            let low = low.map(|(end, with)| format!("{} {end}", if with { ">=" } else { ">" }));
            let high = high.map(|(end, with)| format!("{} {end}", if with { "<=" } else { "<" }));
            low.into_iter().chain(high).collect::<Vec<_>>().join(" ")
        }
    }
}

/// A function as it stands in a clause file.
pub(super) fn function(function: &Function) -> String {
    let (name, kind) = (&function.name, function.kind);
    let (first, body) = match &function.does {
        Does::Clause(body) => ("", statements(kind, body, 1)),
        Does::Defines(value) => ("", format!("    {}\n", any(kind, value))),
        Does::Carries(value) => ("previous, ", format!("    {}\n", any(kind, value))),
    };
    format!("/// {name}\n/// basis: 1\nfn {name}({first}{kind}, terms) {{\n{body}}}\n")
}

fn statements(kind: &str, body: &[Statement], level: usize) -> String {
    let indent = "    ".repeat(level);
    let mut text = String::new();
    for statement in body {
        match statement {
            Statement::If(when, then, otherwise) => {
                let _ = writeln!(text, "{indent}if {} {{", test(kind, when));
                text += &statements(kind, then, level + 1);
                if !otherwise.is_empty() {
                    let _ = writeln!(text, "{indent}}} else {{");
                    text += &statements(kind, otherwise, level + 1);
                }
                let _ = writeln!(text, "{indent}}}");
            }
            Statement::Enter { verb, role, amount } => {
                let _ = writeln!(text, "{indent}{verb}(\"{role}\", {});", number(kind, amount));
            }
            Statement::Veto(role) => {
                let _ = writeln!(text, "{indent}veto(\"{role}\");");
            }
            Statement::Raise(role, raised) => {
                let _ = writeln!(text, "{indent}raise(\"{role}\", \"{raised}\");");
            }
            Statement::Repeat(fact, body) => {
                let _ = writeln!(text, "{indent}for n in 0..{kind}.{fact} {{");
                text += &statements(kind, body, level + 1);
                let _ = writeln!(text, "{indent}}}");
            }
        }
    }
    text
}

fn any(kind: &str, value: &Any) -> String {
    match value {
        Any::Number(value) => number(kind, value),
        Any::Flag(value) => test(kind, value),
        Any::Word(value) => word(kind, value),
    }
}

fn number(kind: &str, of: &Number) -> String {
    let own = |of: &Number| number(kind, of);
    match of {
        Number::Literal(number) if number.is_sign_negative() => format!("({number})"),
        Number::Literal(number) => number.to_string(),
        Number::Fact(fact) => format!("{kind}.{fact}"),
        Number::Previous => "previous".to_owned(),
        Number::Term(term) => format!("terms.{term}"),
        Number::Apply(sign, left, right) => format!("({} {sign} {})", own(left), own(right)),
        Number::Least(left, right) => format!("min({}, {})", own(left), own(right)),
        Number::Most(left, right) => format!("max({}, {})", own(left), own(right)),
        Number::If(when, then, otherwise) => {
            format!("(if {} {{ {} }} else {{ {} }})", test(kind, when), own(then), own(otherwise))
        }
        Number::Cell(table, keys) => cell(kind, table, keys),
        Number::Round(of, places) => format!("round({}, {places})", own(of)),
    }
}

fn cell(kind: &str, table: &str, keys: &[Key]) -> String {
    let keys = keys.iter().map(|key| match key {
        Key::Word(fact) => format!("[{kind}.{fact}]"),
        Key::Number(of) => format!("[{}]", number(kind, of)),
    });
    format!("terms.{table}{}", keys.collect::<String>())
}

fn word(kind: &str, of: &Word) -> String {
    match of {
        Word::Literal(word) => format!("\"{word}\""),
        Word::Previous => "previous".to_owned(),
        Word::Fact(fact) => format!("{kind}.{fact}"),
        Word::If(when, then, otherwise) => {
            format!("if {} {{ {} }} else {{ {} }}", test(kind, when), word(kind, then), word(kind, otherwise))
        }
        Word::Cell(table, keys) => cell(kind, table, keys),
    }
}

fn test(kind: &str, of: &Test) -> String {
    match of {
        Test::Compare(sign, left, right) => format!("{} {sign} {}", number(kind, left), number(kind, right)),
        Test::Flag(fact) => format!("{kind}.{fact}"),
        Test::Is(left, right) => format!("{} == \"{right}\"", word(kind, left)),
        Test::Among(fact, words) => {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            format!("{kind}.{fact} in [{}]", words.join(", "))
        }
        Test::Known(fact) => format!("known({kind}.{fact})"),
        Test::After(later, earlier) => format!("{kind}.{later} > {kind}.{earlier}"),
        Test::Not(of) => format!("!({})", test(kind, of)),
        Test::And(left, right) => format!("({}) && ({})", test(kind, left), test(kind, right)),
        Test::Or(left, right) => format!("({}) || ({})", test(kind, left), test(kind, right)),
    }
}
