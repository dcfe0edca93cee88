//! `docs/pack.md` is what the code reads, and all of it. Readers note every key they ask for while all packs of the
//! project, the document's own and many wrong ones are read; the tables of the document are held to that, both ways.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code: a fault should stop the test"
)]

mod asked;
mod document;

use super::commands::{LANGUAGES, renze_in};
use super::shared::root;
use asked::Learned;
use document::{Document, plain, spans};
use renze::clause::{COMMENT_LINES, FUNCTIONS, VERBS};
use renze::fact::Window;
use renze::policy::Unsaid;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

static DOCUMENTS: LazyLock<[Document; 2]> = LazyLock::new(|| {
    ["docs/pack.md", "docs/pack.zh-CN.md"].map(|file| Document::read(&root().join(file), file))
});
static LEARNED: LazyLock<Learned> = LazyLock::new(|| Learned::of(&DOCUMENTS[0]));

/// Says everything that is wrong at once.
fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_key_that_is_read_stands_in_the_document() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS.iter() {
        let told: BTreeSet<&str> = document.of_files().map(|row| row.form.as_str()).collect();
        for (form, key) in LEARNED.all.iter().filter(|(form, _)| !told.contains(form.as_str())) {
            let words: Vec<&str> = key.choices.iter().map(String::as_str).collect();
            let words =
                if words.is_empty() { String::new() } else { format!(", one of {}", words.join(", ")) };
            let example =
                LEARNED.clean.get(form).and_then(|key| key.values.iter().min_by_key(|value| value.len()));
            let example = example.map(|value| format!(", for example {value}")).unwrap_or_default();
            let needed = if key.required { ", must be given" } else { "" };
            wrong.push(format!("{} has no row for `{form}`{needed}{words}{example}", document.file));
        }
    }
    assert_none(wrong);
}

#[test]
fn nothing_stands_in_the_document_that_is_not_read() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS.iter() {
        let mut seen = BTreeSet::new();
        for row in document.of_files() {
            if !LEARNED.all.contains_key(&row.form) {
                wrong.push(format!("{}:{}: nothing asks for `{}`", document.file, row.line, row.form));
            }
            if !seen.insert(&row.form) {
                wrong.push(format!("{}:{}: `{}` stands twice", document.file, row.line, row.form));
            }
        }
    }
    assert_none(wrong);
}

/// The words that a row lists: those that stand in quotes, as they are typed.
fn words(cell: &str) -> BTreeSet<String> {
    let quoted = spans(cell).into_iter().filter(|span| span.starts_with('"'));
    quoted.map(|span| span.trim_matches('"').to_owned()).collect()
}

/// Whether a word is one of those that are written in many ways, and are read as a whole.
fn is_read_as_a_whole(form: &str, word: &str) -> bool {
    match form.rsplit('.').next().unwrap() {
        "within" => Window::named(word).is_some(),
        _ => false,
    }
}

#[test]
fn the_words_of_a_key_are_those_that_are_understood() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS.iter() {
        for row in document.of_files() {
            let Some(key) = LEARNED.all.get(&row.form) else { continue };
            let told = words(&row.cells[1]);
            let free = told.iter().filter(|word| is_read_as_a_whole(&row.form, word)).count();
            if free != told.len() && told != key.choices
                || free == 0 && told.is_empty() && !key.choices.is_empty()
            {
                let place = format!("{}:{}", document.file, row.line);
                wrong.push(format!(
                    "{place}: `{}` lists {told:?}, understood are {:?}",
                    row.form, key.choices
                ));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn what_must_be_given_is_said_to() {
    let said = ["must be given", "必填"];
    let mut wrong = Vec::new();
    for (document, said) in DOCUMENTS.iter().zip(said) {
        for row in document.of_files() {
            let required = LEARNED.all.get(&row.form).is_some_and(|key| key.required);
            if required && !row.cells[2].contains(said) {
                let place = format!("{}:{}", document.file, row.line);
                wrong.push(format!("{place}: `{}` {said}, and the default says: {}", row.form, row.cells[2]));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn every_row_says_something_in_its_language() {
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let mut wrong = Vec::new();
    for document in DOCUMENTS.iter() {
        let chinese = document.file.contains("zh");
        for row in &document.rows {
            let prose: String = row.cells[0].split('`').step_by(2).collect();
            let fits = prose
                .chars()
                .any(|letter| if chinese { is_chinese(letter) } else { letter.is_ascii_lowercase() });
            let empty = row.cells.iter().enumerate().any(|(index, cell)| cell.is_empty() && index != 1);
            if !fits || empty {
                wrong.push(format!(
                    "{}:{}: `{}` lacks a cell or its language",
                    document.file, row.line, row.form
                ));
            }
        }
    }
    assert_none(wrong);
}

/// Whether an example of a row was read where the row says it stands, in a pack without a fault.
fn is_read(form: &str, example: &str) -> bool {
    if example.starts_with('[') {
        return LEARNED.texts.iter().any(|text| text.lines().any(|line| line == example));
    }
    let Some((key, value)) = example.split_once('=') else { return false };
    let own = form.rsplit(['.', ' ']).next().unwrap();
    let key_fits = own == "*" || own == key.trim();
    key_fits && LEARNED.clean.get(form).is_some_and(|key| key.values.contains(&plain(value)))
}

#[test]
fn every_example_was_read_without_a_fault_where_it_is_said_to_stand() {
    let document = &DOCUMENTS[0];
    let clauses = plain(&LEARNED.texts.join("\n"));
    let mut wrong = Vec::new();
    for row in &document.rows {
        let examples = spans(&row.cells[3]);
        let of_file = document.of_files().any(|own| std::ptr::eq(own, row));
        let holds = |example: &String| match of_file {
            true => is_read(&row.form, example),
            false => clauses.contains(&plain(example)),
        };
        if examples.is_empty() || !examples.iter().all(holds) {
            let known = LEARNED.clean.get(&row.form).map(|key| key.values.iter().take(3).collect::<Vec<_>>());
            let place = format!("{}:{}", document.file, row.line);
            wrong.push(format!(
                "{place}: `{}` has no example that was read: {examples:?}; read were {known:?}",
                row.form
            ));
        }
    }
    assert_none(wrong);
}

#[test]
fn verbs_functions_and_comment_lines_are_those_of_the_code() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS.iter() {
        for (sort, known) in [("///", &COMMENT_LINES[..]), ("verb", &VERBS[..]), ("function", &FUNCTIONS[..])]
        {
            let told: BTreeSet<String> = document
                .of_clauses(sort)
                .map(|(name, _)| name)
                .filter(|name| !name.starts_with('*'))
                .collect();
            let known: BTreeSet<String> = known.iter().map(|name| (*name).to_owned()).collect();
            for name in known.symmetric_difference(&told) {
                let what = if known.contains(name) { "lacks" } else { "tells of what is none:" };
                wrong.push(format!("{}: the table of `{sort}` {what} `{name}`", document.file));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn the_questions_that_policies_leave_open_are_all_told_of() {
    for document in ["docs/pack.md", "docs/pack.zh-CN.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let told = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let told: Vec<&str> = told.filter(|name| Unsaid::named(name).is_some()).collect();
        assert_eq!(told, Unsaid::ALL.map(Unsaid::name), "{document}");
    }
}

#[test]
fn both_languages_tell_the_same_keys_with_the_same_examples() {
    let [one, other] = &*DOCUMENTS;
    let shown = |document: &Document| -> Vec<[String; 3]> {
        let row = |row: &document::Row| {
            [row.form.clone(), format!("{:?}", words(&row.cells[1])), spans(&row.cells[3]).join(" ")]
        };
        document.rows.iter().map(row).collect()
    };
    let (ones, others) = (shown(one), shown(other));
    let differs: Vec<String> = ones
        .iter()
        .zip(&others)
        .filter(|(one, other)| one != other)
        .map(|(one, other)| format!("{one:?}\n  is in Chinese {other:?}"))
        .collect();
    assert_none(differs);
    assert_eq!(ones.len(), others.len());
    assert_eq!(one.files, other.files, "the files shown differ");
}

#[test]
fn the_pack_that_the_document_shows_passes_its_own_checks() {
    for document in DOCUMENTS.iter() {
        let place = TempDir::new().unwrap();
        document.write(place.path());
        assert_passes(place.path(), &document.file);
    }
    // what no other pack shows
    assert_passes(&root().join("fixtures/reference"), "fixtures/reference");
}

fn assert_passes(folder: &Path, name: &str) {
    for language in LANGUAGES {
        for command in [&["check", ".", "--strict"][..], &["test", "."]] {
            let said = renze_in(folder, &[command, &["--lang", language]].concat());
            assert_eq!(said.code, 0, "{name}: renze {command:?}\n{}{}", said.err, said.out);
        }
    }
}

/// What a source file calls to ask for a key: the methods of a section, closures of its own, and `word`.
fn asking(text: &str) -> Vec<String> {
    let document = fs::read_to_string(root().join("src/document.rs")).unwrap();
    let methods = document.split("pub fn ").skip(1).filter_map(|rest| rest.split_once("(&self, key: &str"));
    let methods = methods.map(|(name, _)| name).filter(|name| !name.contains('('));
    let closures =
        text.split("let ").filter_map(|rest| rest.split_once(" = |key: &str|")).map(|(name, _)| name);
    let closures = closures.filter(|name| !name.contains(char::is_whitespace));
    let words = ["word(section, \"", "word(&section, \"", "word::<()>(section, \""].map(str::to_owned);
    let called = methods.map(|name| format!(".{name}(\"")).chain(closures.map(|name| format!("{name}(\"")));
    called.chain(words).collect()
}

/// The keys that a source file names where it asks for something.
fn literals(text: &str) -> Vec<String> {
    // a call may go over several lines
    let text = plain(text).replace("( ", "(");
    let found = asking(&text).into_iter().flat_map(|opening| {
        let calls = text.split(&opening).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        calls.collect::<Vec<_>>()
    });
    found.collect()
}

#[test]
fn no_key_is_named_in_the_source_that_no_pack_was_asked_for() {
    let known: BTreeSet<&str> =
        LEARNED.all.keys().filter_map(|form| form.rsplit(['.', ' ']).next()).collect();
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        if !text.contains("use crate::document::") || path.ends_with("document.rs") {
            continue;
        }
        for key in literals(text) {
            seen += 1;
            if !known.contains(key.as_str()) {
                let path = path.strip_prefix(root()).unwrap().display();
                wrong.push(format!("{path}: no pack that is read makes the code ask for `{key}`"));
            }
        }
    }
    assert!(seen > 100, "only {seen} keys were seen in the source");
    assert_none(wrong);
}

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            sources(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}
