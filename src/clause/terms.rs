//! How the script reads parameters: numbers keep their name, tables are looked up by words and bands.

use super::operators::calculate;
use super::run::{Answerer, Raised, Run, Trouble, with_run, wrong};
use super::values::{Number, NumbersHandle, TableHandle, TermsHandle, expression};
use crate::decision::{Answer, Band, Expression, Operation, Question};
use crate::diagnostic::suggestion;
use crate::language::Text;
use crate::policy::{Cell, Condition, LINE, ParameterValue, TableRow};
use rhai::{Dynamic, Engine, ImmutableString, NativeCallContext};
use rust_decimal::Decimal;
use std::sync::Arc;

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<TermsHandle>("terms");
    engine.register_type_with_name::<TableHandle>("table");
    engine.register_type_with_name::<NumbersHandle>("numbers");
    engine.register_indexer_get(
        |context: NativeCallContext<'_>,
         cell: &mut NumbersHandle,
         name: ImmutableString|
         -> Result<Dynamic, Raised> { with_run(&context, |run| part(run, cell, &name)) },
    );
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

fn read(run: &mut Run, name: &str) -> Result<Dynamic, Trouble> {
    let terms = Arc::clone(&run.terms);
    let Some(term) = terms.get(name) else {
        if let Some(last) = terms.ended(name) {
            return Err(Trouble::Undetermined(Text::new(
                format!("参数 `{name}` 的取值施行至 {last}，其后没有取值"),
                format!("the value of the parameter `{name}` ended on {last}, and no other follows"),
            )));
        }
        return Err(Trouble::Undetermined(Text::new(
            format!("参数 `{name}` 在该日没有施行中的取值"),
            format!("the parameter `{name}` has no value in force on that day"),
        )));
    };
    match &term.value {
        ParameterValue::Number(value) => Ok(numeric(run.answerer, name, Vec::new(), *value)),
        ParameterValue::Word(word) => Ok(ImmutableString::from(word.as_str()).into()),
        ParameterValue::Table(table) => {
            let rows: Vec<TableRow> = table.ranked().cloned().collect();
            let (width, rows) = (term.parameter.keys.len(), Arc::from(rows));
            reached(run, TableHandle { name: Arc::from(name), keys: Vec::new(), width, rows })
        }
    }
}

fn numeric(answerer: Answerer, name: &str, keys: Vec<String>, value: Decimal) -> Dynamic {
    match answerer {
        Answerer::Bare => Dynamic::from_decimal(value),
        Answerer::Recorded => Dynamic::from(Number(Expression::term(name, keys, value))),
    }
}

fn by_word(run: &mut Run, table: &TableHandle, word: &str) -> Result<Dynamic, Trouble> {
    let depth = table.keys.len();
    let is_band = |row: &TableRow| matches!(row.conditions.get(depth), Some(Condition::Band(_)));
    if table.rows.iter().any(is_band) {
        return wrong("该表此处须按数字查找", "this table is looked up by a number here");
    }
    let applies = |row: &&TableRow| match row.conditions.get(depth) {
        Some(Condition::Any) => true,
        Some(Condition::Word(known)) => known == word,
        _ => false,
    };
    let rows: Vec<TableRow> = table.rows.iter().filter(applies).cloned().collect();
    narrowed(run, table, (word.to_owned(), None), rows)
}

fn by_number(run: &mut Run, table: &TableHandle, input: Arc<Expression>) -> Result<Dynamic, Trouble> {
    let depth = table.keys.len();
    let Some(bands) = bands(table) else {
        return wrong("该表此处须按词查找", "this table is looked up by a word here");
    };
    let question = Question::Band {
        table: table.name.to_string(),
        keys: table.keys.iter().map(|(key, _)| key.clone()).collect(),
        input: Arc::clone(&input),
        bands: bands.clone(),
    };
    let chosen = match run.ask(question)? {
        Answer::Band(position) => bands.get(position).cloned(),
        _ => None,
    };
    let applies = |row: &&TableRow| match (row.conditions.get(depth), &chosen) {
        (Some(Condition::Any), Some(_)) => true,
        (Some(Condition::Band(band)), Some(chosen)) => chosen.intersect(band) == *chosen,
        _ => false,
    };
    let rows: Vec<TableRow> = table.rows.iter().filter(applies).cloned().collect();
    let shown = chosen.map(|band| show_band(&band)).unwrap_or_default();
    narrowed(run, table, (shown, Some(input)), rows)
}

/// The bands that a number is looked up in, those that count before others first; `None` where words are asked for.
/// Where a further key may still decide between rows whose bands overlap, they are cut into parts that do not.
fn bands(table: &TableHandle) -> Option<Vec<Band>> {
    let depth = table.keys.len();
    let mut bands: Vec<Band> = Vec::new();
    for row in table.rows.iter() {
        let band = match row.conditions.get(depth) {
            Some(Condition::Band(band)) => band.clone(),
            Some(Condition::Any) => Band::ALL,
            _ => return None,
        };
        if !bands.contains(&band) {
            bands.push(band);
        }
    }
    let overlap = |one: &Band, other: &Band| {
        *one != Band::ALL && *other != Band::ALL && one != other && !one.intersect(other).is_empty()
    };
    let is_last = depth.saturating_add(1) == table.width;
    if is_last || !bands.iter().any(|one| bands.iter().any(|other| overlap(one, other))) {
        let mut before: Vec<Band> = Vec::new();
        // what lies in bands before it alone is never chosen
        bands.retain(|band| {
            let stands = !band.outside(&before, None).is_empty();
            before.push(band.clone());
            stands
        });
        return Some(bands);
    }
    let mut parts: Vec<Band> = Vec::new();
    for band in &bands {
        let mut own = band.outside(&parts, None);
        for cut in bands.iter().filter(|other| *other != band) {
            own = own
                .iter()
                .flat_map(|part| {
                    [vec![part.intersect(cut)], part.outside(std::slice::from_ref(cut), None)].concat()
                })
                .filter(|part| !part.is_empty())
                .collect();
        }
        parts.extend(own);
    }
    Some(parts)
}

fn show_band(band: &Band) -> String {
    match (band.low, band.high) {
        (None, None) => "*".to_owned(),
        _ => Condition::Band(band.clone()).written(),
    }
}

fn narrowed(
    run: &mut Run,
    table: &TableHandle,
    key: (String, Option<Arc<Expression>>),
    rows: Vec<TableRow>,
) -> Result<Dynamic, Trouble> {
    if rows.is_empty() {
        return Err(Trouble::Undetermined(no_row(run, table, &key)));
    }
    let keys = table.keys.iter().cloned().chain([key]).collect();
    reached(
        run,
        TableHandle { name: Arc::clone(&table.name), keys, width: table.width, rows: Arc::from(rows) },
    )
}

/// Which key of a table no row is for: a word by itself, a number by what is looked up.
fn no_row(run: &Run, table: &TableHandle, (word, asked): &(String, Option<Arc<Expression>>)) -> Text {
    let parameter = run.terms.get(&table.name).map(|term| &term.parameter);
    let title = parameter.map_or_else(|| Text::same(table.name.to_string()), |own| own.title.clone());
    if asked.is_none() {
        return Text::new(
            format!("表「{}」没有「{word}」这一档", title.zh),
            format!("the table '{}' has no row for '{word}'", title.en),
        );
    }
    let key = parameter.and_then(|own| own.keys.get(table.keys.len())).map_or("", String::as_str);
    let key = run.record.schema.title(key);
    Text::new(
        format!("表「{}」没有该「{}」所在的一档", title.zh, key.zh),
        format!("the table '{}' has no row for this '{}'", title.en, key.en),
    )
}

/// What a table gives for the keys chosen: the cell that counts, or a table of what is left.
fn reached(run: &mut Run, table: TableHandle) -> Result<Dynamic, Trouble> {
    if table.keys.len() < table.width {
        return Ok(Dynamic::from(table));
    }
    let Some(row) = table.rows.first() else {
        return wrong("该表没有任何行", "the table has no row");
    };
    let keys: Vec<String> = table.keys.iter().map(|(key, _)| key.clone()).collect();
    match &row.cell {
        Cell::Number(value) => Ok(numeric(run.answerer, &table.name, keys, *value)),
        Cell::Word(word) => Ok(ImmutableString::from(word.as_str()).into()),
        Cell::Named(numbers) => {
            let (name, numbers) = (Arc::clone(&table.name), Arc::clone(numbers));
            Ok(Dynamic::from(NumbersHandle { name, keys, numbers }))
        }
        Cell::Line { from, to } => {
            let asked = row.span().and_then(|(place, low, high)| {
                Some((table.keys.get(place).and_then(|(_, asked)| asked.clone())?, low, high))
            });
            let Some((asked, low, high)) = asked else {
                return wrong("直线须按数字查找", "a line is looked up by a number");
            };
            let end = |name: &str, value: Decimal| {
                let keys = keys.iter().cloned().chain([name.to_owned()]).collect();
                Dynamic::from(Number(Expression::term(&table.name, keys, value)))
            };
            let bound = |bound: Decimal| Dynamic::from(Number(Expression::literal(bound)));
            let asked = Dynamic::from(Number(asked));
            let operands = [asked, bound(low), bound(high), end(LINE[0], *from), end(LINE[1], *to)];
            let line = calculate(run, Operation::Line, &operands)?;
            plainly(run, line)
        }
    }
}

/// The number of that name of a cell of several.
fn part(run: &Run, cell: &NumbersHandle, name: &str) -> Result<Dynamic, Trouble> {
    let Some(named) = cell.numbers.iter().find(|named| named.name == name) else {
        let help = suggestion(name, cell.numbers.iter().map(|named| named.name.as_str())).unwrap_or_default();
        let table = &cell.name;
        return wrong(
            format!("参数 `{table}` 的取值没有 `{name}`；{}", help.zh),
            format!("the cells of `{table}` have no number `{name}`; {}", help.en),
        );
    };
    let keys = cell.keys.iter().cloned().chain([name.to_owned()]).collect();
    Ok(numeric(run.answerer, &cell.name, keys, named.number))
}

/// For plain values a number without its working.
fn plainly(run: &Run, number: Dynamic) -> Result<Dynamic, Trouble> {
    if run.answerer == Answerer::Recorded {
        return Ok(number);
    }
    let exact = expression(&number).and_then(|number| number.value.exact());
    exact.map_or_else(
        || wrong("此处的数字不明", "the number is not known here"),
        |exact| Ok(Dynamic::from_decimal(exact)),
    )
}
