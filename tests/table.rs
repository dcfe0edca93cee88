//! Decision tables: a row found by its conditions does what the tree's path does; and what is shown of them.

#![cfg(test)]
#![allow(clippy::arithmetic_side_effects, reason = "test code: a fault should stop the test")]

use super::chance::Chance;
use super::commands::{LANGUAGES, assert_is, copy_folder, renze};
use super::construct::many_questions;
use super::shared::{open_pack, root};
use chrono::NaiveDate;
use renze::clause::{Clause, Record, Rulebook};
use renze::decision::{
    Answer, Band, DecisionRow, DecisionTable, Deed, Effect, End, Expression, Path as Way, Question, Returned,
    Step, Tree,
};
use renze::fact::{Fact, FactType, Facts, Origin, Value};
use renze::interval::{Interval, Relation};
use renze::policy::Pack;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// Rows drawn for each function of a pack.
const ROWS: usize = 2_000;

/// Often a number on which clauses turn, or one beside it.
fn number(chance: &mut Chance) -> Decimal {
    match chance.below(3) {
        0 => Decimal::new(*chance.one(&[0, 100, 200, 3650, 4799, 4800, 4801, 9999, 10000, 10005, 10006]), 2),
        1 => Decimal::from(chance.below(20)),
        _ => Decimal::new(i64::try_from(chance.below(500_000)).unwrap(), 2),
    }
}

fn moment(chance: &mut Chance) -> Value {
    let day = NaiveDate::from_ymd_opt(2026, 10, u32::try_from(chance.between(1, 4)).unwrap()).unwrap();
    Value::Moment(day.and_hms_opt(9, 0, 0).unwrap())
}

/// A value for a fact; now and then one that is not known, or only within bounds.
fn value(fact: &Fact, chance: &mut Chance) -> Value {
    if chance.happens(10, 100) {
        return Value::Missing;
    }
    if let Some(values) = fact.kind.finite() {
        return chance.one(&values).clone();
    }
    match &fact.kind {
        FactType::Moment => moment(chance),
        FactType::Text => Value::Text(Arc::from(*chance.one(&["P01", "P02", "要求退费", "退费，已退", ""]))),
        _ if chance.happens(5, 100) => {
            let low = number(chance);
            Value::Between(Interval::between(low, low + Decimal::from(chance.below(9))))
        }
        FactType::Number { places, bounds, .. } => {
            let drawn = number(chance);
            let drawn = places.map_or(drawn, |places| drawn.round_dp(places));
            let drawn = bounds.high.map_or(drawn, |high| drawn.min(high));
            Value::Number(bounds.low.map_or(drawn, |low| drawn.max(low)))
        }
        _ => Value::Missing,
    }
}

/// Effects without the place at which the clause says them.
fn deeds(effects: &[Effect]) -> Vec<Effect> {
    effects.iter().map(|effect| Effect { line: 0, column: 0, ..effect.clone() }).collect()
}

/// How often a tree decided, and how often the row found was "otherwise".
#[derive(Default)]
struct Tally {
    decided: usize,
    otherwise: usize,
    open: usize,
}

/// Where the tree decides for some facts, the table finds a row, that of the same path, with the same effects and end.
fn assert_agree(tree: &Tree, table: &DecisionTable, facts: &dyn Facts, tally: &mut Tally, what: &str) {
    let Ok(reached) = tree.reached(facts) else { return };
    let found = table.row(facts).map(|row| &table.rows[row]);
    if let [path] = reached.as_slice() {
        let row: &DecisionRow = found.unwrap_or_else(|| panic!("{what}: no row for path {path}"));
        assert!(row.paths.contains(path), "{what}: path {path} is not of the row {row:#?}");
        assert_eq!(deeds(&row.effects), deeds(&tree.paths()[*path].effects), "{what}");
        assert_eq!(row.end, tree.paths()[*path].end, "{what}");
        tally.decided += 1;
        tally.otherwise += usize::from(row.otherwise);
    } else if let Some(row) = found {
        // what is not known does not matter; of bounds the table may say more than the tree, which asks all bands
        let every = reached.iter().all(|path| row.paths.contains(path));
        let some = reached.iter().any(|path| row.paths.contains(path));
        assert!(every || (some && what.contains("Between")), "{what}: {reached:?}, {row:#?}");
        tally.open += 1;
    }
}

/// Every path stands in exactly one row, but for those that cannot be.
fn assert_partition(tree: &Tree, table: &DecisionTable, what: &str) {
    let rows = table.rows.iter().flat_map(|row| &row.paths);
    let mut paths: Vec<usize> = rows.chain(&table.impossible).copied().collect();
    paths.sort_unstable();
    assert_eq!(paths, (0..tree.paths().len()).collect::<Vec<_>>(), "{what}");
    let rests = table.rows.iter().filter(|row| row.otherwise).count();
    assert!(rests <= 1 && (rests == 0 || table.rows.last().unwrap().otherwise), "{what}");
}

fn functions<'r>(pack: &Pack, rules: &'r Rulebook) -> Vec<&'r Clause> {
    let mut all: Vec<&Clause> = rules.clauses().iter().collect();
    for kind in &pack.policy.kinds {
        let by = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
            Origin::Definition(by) => Some(by),
            _ => None,
        });
        let by = by.chain(kind.consistency.iter().map(|rule| &rule.by));
        all.extend(by.filter_map(|by| rules.definition(&kind.name, by)));
    }
    all
}

fn assert_tables_are_exact(folder: &Path, seed: u64) -> Tally {
    let (pack, rules) = open_pack(folder);
    let mut tally = Tally::default();
    let mut chance = Chance(seed);
    for terms in pack.editions() {
        for clause in functions(&pack, &rules) {
            let Some(tree) = rules.tree(clause, terms) else { continue };
            let table = DecisionTable::of(tree);
            assert_partition(tree, &table, &clause.name);
            let (_, kind) = pack.policy.kind(&clause.kind).unwrap();
            for draw in 0..ROWS {
                let facts = kind.schema.facts().iter();
                let values: Vec<Value> = facts.map(|fact| value(fact, &mut chance)).collect();
                let row = Record { kind: kind.name.clone(), schema: Arc::clone(&kind.schema), values };
                let what = format!("`{}`, seed {seed}, draw {draw}, {:?}", clause.name, row.values);
                assert_agree(tree, &table, &row, &mut tally, &what);
            }
        }
    }
    tally
}

#[test]
fn the_tables_of_the_telecom_pack_do_what_its_trees_do() {
    let tally = assert_tables_are_exact(&root().join("rules/telecom"), 1);
    assert!(tally.decided > 30_000, "{} rows decided", tally.decided);
    assert!(tally.otherwise > 10_000, "{} rows otherwise", tally.otherwise);
    assert!(tally.open > 0, "{} rows whose missing facts do not matter", tally.open);
}

#[test]
fn tables_of_every_kind_of_question_do_what_their_trees_do() {
    let folder = many_questions();
    let tally = assert_tables_are_exact(folder.path(), 2);
    assert!(tally.decided > 15_000, "{} rows decided", tally.decided);
    let bench = assert_tables_are_exact(&root().join("benches/t8/pack"), 3);
    assert!(bench.decided > 10_000, "{} rows decided", bench.decided);
}

struct Given(BTreeMap<&'static str, Value>);

impl Facts for Given {
    fn value(&self, fact: &str) -> Value {
        self.0.get(fact).cloned().unwrap_or(Value::Missing)
    }
}

fn deduct(points: u32) -> Effect {
    let amount = Expression::literal(Decimal::from(points));
    let deed = Deed::Enter { account: "points".to_owned(), amount };
    // each stands at a line of its own, which no reader of a table asks about
    Effect {
        deed,
        role: "handler".to_owned(),
        reason: None,
        line: usize::try_from(points).unwrap(),
        column: 1,
    }
}

/// Asks a question of one of several kinds of answers, and says which of them is given.
type Ask<'a> = dyn FnMut(Question, usize) -> usize + 'a;

/// Every path of a program that asks and then says how many points it takes.
fn grown(program: &dyn Fn(&mut Ask<'_>) -> u32, answers: &[Vec<Answer>]) -> Tree {
    let mut paths = Vec::new();
    let mut choices: Vec<usize> = Vec::new();
    loop {
        let (mut steps, mut counts): (Vec<Step>, Vec<usize>) = (Vec::new(), Vec::new());
        let points = program(&mut |question, kind| {
            let choice = choices.get(counts.len()).copied().unwrap_or_default();
            steps.push(Step { question, answer: answers[kind][choice].clone(), decided: false });
            counts.push(answers[kind].len());
            choice
        });
        choices.resize(counts.len(), 0);
        let effects = if points > 0 { vec![deduct(points)] } else { Vec::new() };
        paths.push(Way { steps, effects, calculations: Vec::new(), end: End::Done });
        while let Some(last) = choices.pop() {
            if last + 1 < counts[choices.len()] {
                choices.push(last + 1);
                break;
            }
        }
        if choices.is_empty() {
            return Tree::of(paths);
        }
    }
}

fn bound(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn hours() -> Arc<Expression> {
    Expression::fact("hours", Interval::UNKNOWN)
}

#[test]
fn comparisons_and_bands_on_one_number_make_one_column_of_ranges() {
    let band = |low: Option<&str>, high: Option<&str>| Band {
        low: low.map(|low| (bound(low), false)),
        high: high.map(|high| (bound(high), true)),
    };
    let bands = vec![band(None, Some("24")), band(Some("24"), Some("48")), band(Some("48"), Some("72"))];
    let asked = Question::Band { table: "t".into(), keys: Vec::new(), input: hours(), bands };
    let limit = Expression::term("limit", Vec::new(), bound("36"));
    // the number stands on the right: the comparison is turned round
    let late = Question::Compare(Relation::Less, limit, hours());
    let yes_no = vec![Answer::Yes, Answer::No];
    let in_bands = vec![Answer::Band(0), Answer::Band(1), Answer::Band(2), Answer::Gap];
    let program = |ask: &mut Ask<'_>| match ask(asked.clone(), 1) {
        0 => 0,
        1 if ask(late.clone(), 0) == 0 => 2,
        1 => 1,
        2 => 2,
        _ => 9,
    };
    let tree = grown(&program, &[yes_no, in_bands]);
    let table = DecisionTable::of(&tree);
    assert_partition(&tree, &table, "bands");
    assert_eq!(table.columns.len(), 1);
    let ranges: Vec<Vec<Band>> = table
        .rows
        .iter()
        .filter_map(|row| row.conditions[0].as_ref().map(|cases| table.columns[0].ranges(cases)))
        .collect();
    let wanted = vec![
        vec![band(Some("36"), Some("72"))],
        vec![band(Some("24"), Some("36"))],
        vec![band(Some("72"), None)],
    ];
    assert_eq!(ranges, wanted, "24 < hours ≤ 36; 36 < hours ≤ 72; more than 72; otherwise nothing");
    let mut tally = Tally::default();
    for tenth in 0..1_000 {
        let facts = Given(BTreeMap::from([("hours", Value::Number(Decimal::new(tenth, 1)))]));
        assert_agree(&tree, &table, &facts, &mut tally, "bands");
    }
    assert_eq!(tally.decided, 1_000);
}

#[test]
fn two_things_compared_in_either_order_make_one_column() {
    let (one, other) =
        (|| Expression::fact("one", Interval::UNKNOWN), || Expression::fact("other", Interval::UNKNOWN));
    let moments = |relation, left: &str, right: &str| Question::Moments(relation, left.into(), right.into());
    for (what, above, below) in [
        (
            "numbers",
            Question::Compare(Relation::Greater, one(), other()),
            Question::Compare(Relation::Greater, other(), one()),
        ),
        ("moments", moments(Relation::Greater, "one", "other"), moments(Relation::Greater, "other", "one")),
    ] {
        let program = |ask: &mut Ask<'_>| match ask(above.clone(), 0) {
            0 => 1,
            _ if ask(below.clone(), 0) == 0 => 2,
            _ => 0,
        };
        let tree = grown(&program, &[vec![Answer::Yes, Answer::No]]);
        let table = DecisionTable::of(&tree);
        assert_partition(&tree, &table, what);
        assert_eq!(
            (table.columns.len(), table.columns[0].cases.len()),
            (1, 3),
            "{what}: less, equal, greater"
        );
    }
}

#[test]
fn answers_that_lead_to_the_same_are_one_row_and_idle_questions_none() {
    let words = ["minor", "general", "serious", "major"].map(|word| Answer::Is(Value::Word(Arc::from(word))));
    let flags = [true, false].map(|flag| Answer::Is(Value::Bool(flag)));
    let program = |ask: &mut Ask<'_>| {
        let severity = ask(Question::Fact("severity".to_owned()), 0);
        let idle = ask(Question::Fact("idle".to_owned()), 1);
        match severity {
            0 | 1 => 3,
            2 if idle == 0 => 5,
            2 => 5,
            _ => 0,
        }
    };
    let tree = grown(&program, &[words.to_vec(), flags.to_vec()]);
    let table = DecisionTable::of(&tree);
    let conditions: Vec<&[Option<Vec<usize>>]> =
        table.rows.iter().map(|row| row.conditions.as_slice()).collect();
    assert_eq!(conditions, [&[Some(vec![0, 1])][..], &[Some(vec![2])][..], &[None][..]]);
    assert!(table.rows[2].otherwise, "minor or general; serious; otherwise nothing");
    assert_eq!(table.rows[0].paths.len(), 4);
}

#[test]
fn what_no_text_can_be_stands_in_no_row() {
    let is = |word: &str| Question::Matches("agent".to_owned(), word.to_owned());
    let program = |ask: &mut Ask<'_>| {
        let first = ask(is("P01"), 0) == 0;
        let second = ask(is("P02"), 0) == 0;
        u32::from(first) + 2 * u32::from(second)
    };
    let tree = grown(&program, &[vec![Answer::Yes, Answer::No]]);
    let table = DecisionTable::of(&tree);
    assert_partition(&tree, &table, "words");
    assert_eq!(table.impossible, [0], "one text is not two words");
    for (word, points) in [("P01", 1), ("P02", 2), ("P03", 0)] {
        let facts = Given(BTreeMap::from([("agent", Value::Text(Arc::from(word)))]));
        let row = table.row(&facts).unwrap();
        let effects = if points > 0 { vec![deduct(points)] } else { Vec::new() };
        assert_eq!(deeds(&table.rows[row].effects), deeds(&effects), "{word}");
    }
    assert_eq!(table.row(&Given(BTreeMap::new())), None, "a missing text is no word");
}

/// Trees that no clause was written for: random questions over few facts, in random order.
#[test]
fn the_tables_of_random_trees_do_what_the_trees_do() {
    let flags = [true, false].map(|flag| Answer::Is(Value::Bool(flag))).to_vec();
    let words = ["a", "b", "c"].map(|word| Answer::Is(Value::Word(Arc::from(word)))).to_vec();
    let yes_no = vec![Answer::Yes, Answer::No];
    let answers = [flags.clone(), words.clone(), yes_no];
    let mut tally = Tally::default();
    for seed in 0..400 {
        // the answers so far decide what is asked next, and what is done
        let program = |ask: &mut Ask<'_>| {
            let mut chance = Chance(seed);
            let mut state = 0_u64;
            for _ in 0..chance.between(2, 5) {
                chance.0 = chance.0.wrapping_add(state);
                let (question, kind) = match chance.below(5) {
                    0 => (Question::Fact((*chance.one(&["p", "q"])).to_owned()), 0),
                    1 => (Question::Fact("w".to_owned()), 1),
                    2 => (Question::Known("p".to_owned()), 2),
                    3 => {
                        let other = Expression::fact("days", Interval::UNKNOWN);
                        let relation = *chance.one(&[Relation::Less, Relation::LessOrEqual, Relation::Equal]);
                        let sides = if chance.happens(1, 2) { (hours(), other) } else { (other, hours()) };
                        (Question::Compare(relation, sides.0, sides.1), 2)
                    }
                    _ => {
                        let relation =
                            *chance.one(&[Relation::Less, Relation::GreaterOrEqual, Relation::Unequal]);
                        let bound = Expression::literal(Decimal::from(chance.below(4)));
                        (Question::Compare(relation, hours(), bound), 2)
                    }
                };
                state = state.wrapping_mul(5).wrapping_add(u64::try_from(ask(question, kind)).unwrap() + 1);
            }
            u32::try_from(state % 3).unwrap()
        };
        let tree = grown(&program, &answers);
        let table = DecisionTable::of(&tree);
        assert_partition(&tree, &table, &format!("seed {seed}"));
        let mut chance = Chance(seed);
        for _ in 0..60 {
            let number = |chance: &mut Chance| {
                Value::Number(Decimal::new(i64::try_from(chance.below(10)).unwrap(), 0))
            };
            let of = |answer: &Answer| match answer {
                Answer::Is(value) => value.clone(),
                _ => Value::Missing,
            };
            let facts = Given(BTreeMap::from([
                ("p", of(chance.one(&flags))),
                ("q", of(chance.one(&flags))),
                ("w", of(chance.one(&words))),
                ("hours", number(&mut chance)),
                ("days", number(&mut chance)),
            ]));
            assert_agree(&tree, &table, &facts, &mut tally, &format!("seed {seed}"));
        }
    }
    assert!(tally.decided > 20_000, "{} rows decided", tally.decided);
}

#[test]
fn a_definition_says_no_otherwise() {
    let (pack, rules) = open_pack(&root().join("rules/telecom"));
    let terms = pack.editions().last().unwrap();
    let accountable = rules.definition("complaint", "accountable").unwrap();
    let table = DecisionTable::of(rules.tree(accountable, terms).unwrap());
    let last = table.rows.last().unwrap();
    assert!(last.otherwise && last.end == End::Returned(Returned::Value(Value::Bool(false))));
    assert_eq!(table.rows.len(), 3);
}

#[test]
fn the_tables_of_the_telecom_pack_read_as_expected() {
    for language in LANGUAGES {
        let said = renze(&["table", "rules/telecom", "--lang", language]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert_is(&root().join(format!("fixtures/table/telecom.{language}.md")), &said.out);
    }
}

#[test]
fn one_clause_is_shown_with_the_definitions_and_parameters_it_uses() {
    let said = renze(&["table", "rules/telecom", "economic_accountability", "--lang", "zh"]);
    for wanted in ["### 投诉 · 越级", "### 投诉 · 企业责任", "扣款基数", "分管领导关联比例", "签署"]
    {
        assert!(said.out.contains(wanted), "{wanted} in\n{}", said.out);
    }
    for unwanted in ["首问", "等次系数", "满意率"] {
        assert!(!said.out.contains(unwanted), "{unwanted} in\n{}", said.out);
    }
    let by_title = renze(&["table", "rules/telecom", "越级投诉、企业责任投诉：认责经济考核", "--lang", "zh"]);
    assert_eq!(by_title.out, said.out);
    let unknown = renze(&["table", "rules/telecom", "economic_acountability", "--lang", "en"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("economic_accountability"), "{}", unknown.err);
    assert_eq!(renze(&["table", "rules/telecom", "--on", "tomorrow"]).code, 2);
}

#[test]
fn a_clause_without_a_tree_says_so_and_shows_no_table() {
    let clause = "fn first_responsible(complaint, terms) {";
    // more ways through it than are followed
    let more = "for i in 1..14 { if complaint.answered_in * i > 100 { deduct(\"unit\", 1); } \
                if complaint.answered_in + i * i > 31 { deduct(\"unit\", 1); } }";
    let place = changed(clause, &format!("{clause}\n    {more}"));
    let said = renze(&["table", place.path().to_str().unwrap(), "first_responsible", "--lang", "zh"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("本条不能列成表"), "{}", said.out);
    assert!(!said.out.contains("| 认责"), "{}", said.out);
}

/// The telecom pack with one change in a clause file.
fn changed(find: &str, replace: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("rules/telecom"), place.path());
    let mut made = 0;
    for entry in fs::read_dir(place.path().join("clauses")).unwrap().map(Result::unwrap) {
        let text = fs::read_to_string(entry.path()).unwrap();
        made += text.matches(find).count();
        fs::write(entry.path(), text.replace(find, replace)).unwrap();
    }
    assert_eq!(made, 1, "`{find}` must stand once in the clauses");
    place
}

/// Elements that have no end.
const VOID: [&str; 3] = ["meta", "br", "link"];

/// Every element is closed in order, and no `<` or `&` stands in the text.
pub(crate) fn assert_well_formed(html: &str) -> usize {
    let mut open: Vec<String> = Vec::new();
    let mut elements = 0;
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap();
    while let Some((text, from_tag)) = rest.split_once('<') {
        let (tag, behind) = from_tag.split_once('>').unwrap();
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&nbsp;"]
            .iter()
            .map(|known| text.matches(known).count());
        let ampersands = text.matches('&').count();
        assert!(
            entities.sum::<usize>() == ampersands || open.last().is_some_and(|tag| tag == "style"),
            "{text}"
        );
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| c.is_alphanumeric()).collect();
        assert!(!name.is_empty() && !tag.contains('<'), "`<{tag}>`");
        assert_eq!(tag.matches('"').count() % 2, 0, "`<{tag}>`");
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "`<{tag}>`");
        } else if !VOID.contains(&name.as_str()) {
            // what stands for itself in a drawing ends at once
            if !tag.ends_with('/') {
                open.push(name);
            }
            elements += 1;
        }
        rest = behind;
    }
    assert!(open.is_empty(), "{open:?}");
    elements
}

/// Every row of every table is as wide as its heading, with what spans several counted in each.
fn assert_rows_are_as_wide_as_their_headings(html: &str) {
    let span = |cell: &str, what: &str| {
        let written = cell.split(&format!("{what}span=\"")).nth(1);
        written.map_or(1, |rest| rest.split('"').next().unwrap().parse::<usize>().unwrap())
    };
    let mut tables = 0;
    for table in html.split("<table").skip(1).map(|rest| rest.split("</table>").next().unwrap()) {
        tables += 1;
        let width = table.split("</thead>").next().unwrap().matches("<th").count() - 1;
        let mut above: Vec<usize> = Vec::new();
        for row in table.split("</thead>").nth(1).unwrap().split("<tr>").skip(1) {
            above.iter_mut().for_each(|left| *left -= 1);
            above.retain(|left| *left > 0);
            let mut cells = above.len();
            for cell in row.split("<td").skip(1).map(|rest| rest.split('>').next().unwrap()) {
                cells += span(cell, "col");
                above.extend(std::iter::repeat_n(span(cell, "row"), span(cell, "col")));
            }
            assert_eq!(cells, width, "{row}");
        }
    }
    assert!(tables > 0);
}

#[test]
fn the_page_is_well_formed_needs_nothing_else_and_holds_no_internal_name() {
    for language in LANGUAGES {
        let html = renze(&["table", "rules/telecom", "--format", "html", "--lang", language]).out;
        assert!(assert_well_formed(&html) > 1_000);
        assert_rows_are_as_wide_as_their_headings(&html);
        for unwanted in ["<script", "http:", "https:", "src=", "url("] {
            assert!(!html.contains(unwanted), "{unwanted}");
        }
        // what stands between tags is for people; a reference inside the page may carry a name
        let text: String = html
            .split("</style>")
            .nth(1)
            .unwrap()
            .split('<')
            .map(|part| part.split_once('>').map_or("", |(_, text)| text))
            .collect::<Vec<_>>()
            .join("\n");
        for unwanted in ["base_charge", "bypass", "_", "fn ", "None", "Some("] {
            assert!(!text.contains(unwanted), "`{unwanted}` in the text of the page");
        }
        assert!(text.contains("−¥150.00") && text.contains("=&nbsp;¥150.00"));
    }
}

#[test]
fn every_kind_of_condition_and_formula_is_said_in_words() {
    let folder = many_questions();
    let said = renze(&["table", folder.path().to_str().unwrap(), "--on", "2026-10-01", "--lang", "zh"]).out;
    for wanted in [
        "含「退费」",
        "不含「已退」",
        "P01以外",
        "与上次经办不同",
        "> ¥100.00，且 ≤ ¥100.05",
        "分档（> 100，且 ≤ 100.05）",
        "> 33.3 %，且 < 33.4 %",
        "> 时限 36.5 小时",
        "不晚于答复",
        "低或中",
        "= 0 ",
        "待定：",
        "本条不能列成表",
    ] {
        assert!(said.contains(wanted), "{wanted} in\n{said}");
    }
    let bench = renze(&["table", "benches/t8/pack", "--lang", "zh"]).out;
    assert!(bench.contains("较小者（重复次数 × 每次重复扣分 1 分；重复扣分上限 5 分）"), "{bench}");
}

#[test]
fn what_a_title_holds_is_text_and_nothing_else() {
    let place = changed("/// 第一责任人\n", "/// <b>第一</b> & \"责任人\" | *强调*\n");
    let pack = place.path().to_str().unwrap();
    let html = renze(&["table", pack, "--format", "html", "--lang", "zh"]).out;
    assert!(html.contains("&lt;b&gt;第一&lt;/b&gt; &amp; &quot;责任人&quot; | *强调*"));
    assert_well_formed(&html);
    let markdown = renze(&["table", pack, "--lang", "zh"]).out;
    assert!(markdown.contains("### &lt;b>第一&lt;/b> & \"责任人\" \\| \\*强调\\*"), "{markdown}");
}

#[test]
fn the_rows_for_a_spreadsheet_are_those_of_the_tables_and_no_formulas() {
    let place = changed("/// 首问推诿\n", "/// =1+1\n");
    let csv = renze(&["table", place.path().to_str().unwrap(), "--format", "csv", "--lang", "zh"]).out;
    let csv = csv.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        ["所属", "表", "依据", "行", "条件", "结果", "理由"]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of = |table: &str| rows.iter().filter(|row| &row[1] == table).collect::<Vec<_>>();
    assert_eq!(of("'=1+1").len(), 2);
    assert!(of("=1+1").is_empty());
    let charges = of("越级投诉、企业责任投诉：认责经济考核");
    assert_eq!(
        charges.len(),
        17,
        "four severities, over our heads or else own fault, at a shop or not; otherwise"
    );
    assert!(charges.iter().all(|row| !row[4].is_empty() && !row[5].is_empty()));
    let levels = of("不满意工单三级答复：缺级");
    assert!(levels.iter().any(|row| &row[6] == "一级答复缺失；二级答复缺失；三级答复缺失"));
}

#[test]
fn another_day_shows_its_own_numbers() {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("rules/telecom"), place.path());
    let file = place.path().join("parameters.toml");
    let text = fs::read_to_string(&file).unwrap();
    let one = "[{ from = 2026-07-01, value = \"30%\", basis = \"建议2·六\" }]";
    let two = "[{ from = 2026-07-01, value = \"30%\", basis = \"建议2·六\" }, { from = 2027-01-01, value = \"35%\", basis = \"新\" }]";
    assert_eq!(text.matches(one).count(), 1);
    fs::write(&file, text.replace(one, two)).unwrap();
    let pack = place.path().to_str().unwrap();
    let newest = renze(&["table", pack, "--lang", "zh"]).out;
    assert!(newest.contains("专业线关联比例 35 %") && !newest.contains("专业线关联比例 30 %"));
    let earlier = renze(&["table", pack, "--on", "2026-12-31", "--lang", "zh"]).out;
    assert!(earlier.contains("专业线关联比例 30 %") && !earlier.contains("专业线关联比例 35 %"));
}
