//! The reference as a person reads it: its tables, row by row, and the files that it shows.

use std::fs;
use std::path::Path;

/// One row of a table: a key with what is said of it.
pub(super) struct Row {
    /// The way of keys that leads to it, as the readers of the code note it.
    pub(super) form: String,
    /// Its cells behind the key: meaning, words, default, example.
    pub(super) cells: Vec<String>,
    /// Where it stands.
    pub(super) line: usize,
}

/// A document with its tables and the files it shows.
pub(super) struct Document {
    pub(super) file: String,
    pub(super) rows: Vec<Row>,
    /// Name and text of each file; what stands in several places is one file.
    pub(super) files: Vec<(String, String)>,
}

/// The first cell of the head of a table of keys.
const HEADS: [&str; 2] = ["Key", "键"];
/// What else has a table: the comment of a clause, verbs and functions.
pub(super) const OF_CLAUSES: [&str; 3] = ["///", "verb", "function"];
/// The cells of a row behind the key.
pub(super) const CELLS: usize = 4;

impl Document {
    pub(super) fn read(path: &Path, file: &str) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut document = Self { file: file.to_owned(), rows: Vec::new(), files: Vec::new() };
        let (mut of_file, mut form, mut in_table) = (String::new(), String::new(), false);
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        while let Some((number, line)) = lines.next() {
            let marked = spans(line).into_iter().next().unwrap_or_default();
            if line.starts_with("## ") {
                of_file = if marked.contains('.') || marked == "title" { marked } else { String::new() };
                form = of_file.clone();
            } else if line.starts_with("### ") {
                form = if OF_CLAUSES.contains(&marked.as_str()) {
                    marked
                } else if of_file.is_empty() || marked.is_empty() {
                    of_file.clone()
                } else {
                    format!("{of_file} {}", any(marked.trim_matches(['[', ']'])))
                };
            } else if line.starts_with("```") {
                let block: Vec<&str> =
                    lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
                document.add(number, &block);
            } else if !line.starts_with('|') {
                in_table = false;
            } else {
                let cells = cells(line);
                let is_head = HEADS.contains(&cells[0].as_str());
                if in_table && !cells[0].starts_with("--") && !form.is_empty() {
                    assert_eq!(cells.len(), CELLS + 1, "{file}:{number}: a row has {} cells", CELLS + 1);
                    let key = spans(&cells[0]).into_iter().next().unwrap_or_default();
                    let row =
                        Row { form: below(&form, &any(&key)), cells: cells[1..].to_vec(), line: number };
                    document.rows.push(row);
                }
                in_table |= is_head;
            }
        }
        document
    }

    /// Takes in a block: its first line names its file.
    fn add(&mut self, line: usize, block: &[&str]) {
        let name = block.first().unwrap_or(&"").trim_start_matches(['#', '/', ' ']).to_owned();
        // what is typed and printed is no file of the pack
        if name.starts_with("$ ") {
            return;
        }
        assert!(
            name.contains('.') && !name.contains(' '),
            "{}:{line}: the first line of a block names its file",
            self.file
        );
        let text = format!("{}\n", block.join("\n"));
        match self.files.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => known.push_str(&text),
            None => self.files.push((name, text)),
        }
    }

    /// The files in a folder.
    pub(super) fn write(&self, folder: &Path) {
        for (name, text) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// The rows that tell of the parts of clauses of this sort.
    pub(super) fn of_clauses<'d>(&'d self, sort: &'d str) -> impl Iterator<Item = (String, &'d Row)> {
        let own = move |row: &'d Row| {
            let key = row.form.strip_prefix(sort)?.strip_prefix(' ')?;
            Some((key.split(['(', ':']).next().unwrap_or_default().to_owned(), row))
        };
        self.rows.iter().filter_map(own)
    }

    /// The rows that tell of keys of files.
    pub(super) fn of_files(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !OF_CLAUSES.iter().any(|sort| row.form.starts_with(sort)))
    }
}

/// The way to what stands under a key.
fn below(form: &str, key: &str) -> String {
    let between = if form.contains(' ') { '.' } else { ' ' };
    format!("{form}{between}{key}")
}

/// `<kind>.facts` as `*.facts`.
fn any(path: &str) -> String {
    let names = path.split('.').map(|name| if name.starts_with('<') { "*" } else { name });
    if path.starts_with('<') || path.contains(".<") {
        names.collect::<Vec<_>>().join(".")
    } else {
        path.to_owned()
    }
}

/// The cells of a row: a bar between backticks is none.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.trim().trim_start_matches('|').trim_end_matches('|').chars() {
        quoted ^= letter == '`';
        if letter == '|' && !quoted {
            cells.push(String::new());
        } else {
            cells.last_mut().unwrap().push(letter);
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// What stands between backticks.
pub(super) fn spans(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The same with one space wherever there is any.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
