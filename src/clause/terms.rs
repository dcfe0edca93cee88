//! How the script reads parameters: numbers keep their name, tables are looked up by words and bands.

use super::run::{Answerer, Raised, Run, Trouble, with_run, wrong};
use super::values::{Number, TableHandle, TermsHandle, expression};
use crate::amount;
use crate::decision::{Answer, Band, Expression, Question};
use crate::language::Text;
use crate::policy::{Cell, Condition, ParameterValue, TableRow};
use rhai::{Dynamic, Engine, ImmutableString, NativeCallContext};
use rust_decimal::Decimal;
use std::sync::Arc;

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<TermsHandle>("terms");
    engine.register_type_with_name::<TableHandle>("table");
    engine.register_indexer_get(
        |context: NativeCallContext<'_>,
         _: &mut TermsHandle,
         name: ImmutableString|
         -> Result<Dynamic, Raised> { with_run(&context, |run| read(run, &name)) },
    );
    engine.register_indexer_get(
        |context: NativeCallContext<'_>,
         table: &mut TableHandle,
         word: ImmutableString|
         -> Result<Dynamic, Raised> { with_run(&context, |run| by_word(run, table, &word)) },
    );
    engine.register_indexer_get(
        |context: NativeCallContext<'_>,
         table: &mut TableHandle,
         number: Number|
         -> Result<Dynamic, Raised> { with_run(&context, |run| by_number(run, table, number.0)) },
    );
    engine.register_indexer_get(
        |context: NativeCallContext<'_>,
         table: &mut TableHandle,
         number: Decimal|
         -> Result<Dynamic, Raised> {
            with_run(&context, |run| by_number(run, table, Expression::literal(number)))
        },
    );
    engine.register_indexer_get(
        |context: NativeCallContext<'_>, table: &mut TableHandle, number: i64| -> Result<Dynamic, Raised> {
            let literal =
                expression(&Dynamic::from(number)).unwrap_or_else(|| Expression::literal(number.into()));
            with_run(&context, |run| by_number(run, table, literal))
        },
    );
}

fn read(run: &Run, name: &str) -> Result<Dynamic, Trouble> {
    let Some(term) = run.terms.get(name) else {
        return Err(Trouble::Undetermined(Text::new(
            format!("参数 `{name}` 在该日没有施行中的取值"),
            format!("the parameter `{name}` has no value in force on that day"),
        )));
    };
    match &term.value {
        ParameterValue::Number(value) => Ok(numeric(run.answerer, name, Vec::new(), *value)),
        ParameterValue::Word(word) => Ok(ImmutableString::from(word.as_str()).into()),
        ParameterValue::Table(table) => Ok(Dynamic::from(TableHandle {
            name: Arc::from(name),
            keys: Vec::new(),
            width: term.parameter.keys.len(),
            rows: Arc::from(table.rows.as_slice()),
        })),
    }
}

fn numeric(answerer: Answerer, name: &str, keys: Vec<String>, value: Decimal) -> Dynamic {
    match answerer {
        Answerer::Bare => Dynamic::from_decimal(value),
        Answerer::Recorded => Dynamic::from(Number(Expression::term(name, keys, value))),
    }
}

fn by_word(run: &Run, table: &TableHandle, word: &str) -> Result<Dynamic, Trouble> {
    let depth = table.keys.len();
    let is_band = |row: &TableRow| matches!(row.conditions.get(depth), Some(Condition::Band(_)));
    if table.rows.iter().any(is_band) {
        return wrong("该表此处须按数字查找", "this table is looked up by a number here");
    }
    let rows: Vec<TableRow> = table
        .rows
        .iter()
        .filter(|row| match row.conditions.get(depth) {
            Some(Condition::Any) => true,
            Some(Condition::Word(known)) => known == word,
            _ => false,
        })
        .cloned()
        .collect();
    narrowed(run, table, word.to_owned(), rows)
}

fn by_number(run: &mut Run, table: &TableHandle, input: Arc<Expression>) -> Result<Dynamic, Trouble> {
    let depth = table.keys.len();
    let mut bands: Vec<Band> = Vec::new();
    for row in table.rows.iter() {
        let band = match row.conditions.get(depth) {
            Some(Condition::Band(band)) => band.clone(),
            Some(Condition::Any) => Band { low: None, high: None },
            _ => return wrong("该表此处须按词查找", "this table is looked up by a word here"),
        };
        if !bands.contains(&band) {
            bands.push(band);
        }
    }
    let question = Question::Band {
        table: table.name.to_string(),
        keys: table.keys.clone(),
        input,
        bands: bands.clone(),
    };
    let chosen = match run.ask(question)? {
        Answer::Band(position) => bands.get(position).cloned(),
        _ => None,
    };
    let rows: Vec<TableRow> = table
        .rows
        .iter()
        .filter(|row| match (row.conditions.get(depth), &chosen) {
            (Some(Condition::Any), Some(_)) => true,
            (Some(Condition::Band(band)), Some(chosen)) => band == chosen,
            _ => false,
        })
        .cloned()
        .collect();
    let shown = chosen.map(|band| show_band(&band)).unwrap_or_default();
    narrowed(run, table, shown, rows)
}

fn show_band(band: &Band) -> String {
    let side = |bound: Option<(Decimal, bool)>, with: &str, without: &str| {
        bound.map(|(number, included)| {
            format!("{} {}", if included { with } else { without }, amount::plain(number))
        })
    };
    let sides = [side(band.low, ">=", ">"), side(band.high, "<=", "<")];
    let sides: Vec<String> = sides.into_iter().flatten().collect();
    if sides.is_empty() { "*".to_owned() } else { sides.join(" ") }
}

fn narrowed(run: &Run, table: &TableHandle, key: String, rows: Vec<TableRow>) -> Result<Dynamic, Trouble> {
    let mut keys = table.keys.clone();
    keys.push(key.clone());
    let Some(first) = rows.first() else {
        let name = run
            .terms
            .get(&table.name)
            .map_or_else(|| Text::same(table.name.to_string()), |term| term.parameter.title.clone());
        return Err(Trouble::Undetermined(Text::new(
            format!("表「{}」没有「{key}」这一档", name.zh),
            format!("the table '{}' has no row for '{key}'", name.en),
        )));
    };
    if keys.len() < table.width {
        let rows = Arc::from(rows.as_slice());
        return Ok(Dynamic::from(TableHandle {
            name: Arc::clone(&table.name),
            keys,
            width: table.width,
            rows,
        }));
    }
    match &first.cell {
        Cell::Number(value) => Ok(numeric(run.answerer, &table.name, keys, *value)),
        Cell::Word(word) => Ok(ImmutableString::from(word.as_str()).into()),
    }
}
