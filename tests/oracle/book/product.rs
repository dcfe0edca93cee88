//! The product over the same books, as its commands run it: files in, assessment out, month after month.

use super::days::Stretch;
use super::model::{Model, Rows};
use super::sheets::{Sheets, csv, organisation};
use super::text;
use renze::assess::{Assessment, Bearers, Inputs};
use renze::calendar::Period;
use renze::clause::{AnsweredBy, Rulebook};
use renze::diagnostic::{Diagnostic, Faults, Severity};
use renze::intake::{Book, Earlier, read_earlier, read_organisation, read_rows};
use renze::language::Text;
use renze::organisation::Organisation;
use renze::policy::Pack;
use renze::report::{Digests, Subject, assessment_json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A compiled pack, answered by its trees and by plain values.
pub(super) struct Product {
    pub(super) pack: Pack,
    pub(super) trees: Rulebook,
    pub(super) bare: Rulebook,
    _folder: TempDir,
}

/// What one period came to.
pub(super) struct Month {
    pub(super) trees: Assessment,
    /// Whether plain values came to the same document.
    pub(super) differs: Option<String>,
}

fn errors(faults: Faults) -> Result<(), String> {
    let errors: Vec<Diagnostic> =
        faults.into_sorted().into_iter().filter(|fault| fault.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(()) } else { Err(format!("refused: {errors:#?}")) }
}

impl Product {
    pub(super) fn of(model: &Model) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("clauses")).unwrap();
        fs::write(folder.path().join("policy.toml"), text::policy(model)).unwrap();
        fs::write(folder.path().join("parameters.toml"), text::parameters(model)).unwrap();
        for function in &model.functions {
            let file = folder.path().join(format!("clauses/{}.rhai", function.name));
            fs::write(file, text::function(function)).unwrap();
        }
        let read = || {
            let faults = Faults::default();
            let pack = Pack::read(folder.path(), &faults);
            let rules = pack.as_ref().map(|pack| Rulebook::compile(pack, &faults));
            errors(faults).map(|()| (pack.unwrap(), rules.unwrap()))
        };
        let ((pack, trees), (_, bare)) = (read()?, read()?);
        Ok(Self { pack, trees, bare: bare.answered_by(AnsweredBy::Bare), _folder: folder })
    }

    /// Assesses the periods of a book one after the other, each with the documents of those before it.
    pub(super) fn assess(&self, model: &Model, sheets: &Sheets) -> Result<Vec<Month>, String> {
        let folder = tempfile::tempdir().unwrap();
        let (mut months, mut earlier) = (Vec::new(), Vec::new());
        for (place, period) in sheets.periods.iter().enumerate() {
            let own = folder.path().join(place.to_string());
            fs::create_dir(&own).unwrap();
            write(&own, model, sheets, *period);
            let (trees, document) = self.month(&own, *period, (&self.trees, &earlier))?;
            let (_, again) = self.month(&own, *period, (&self.bare, &earlier))?;
            let differs = (document != again).then(|| first_difference(&document, &again));
            let path = own.join("assessment.json");
            fs::write(&path, document).unwrap();
            let faults = Faults::default();
            let read = read_earlier(&path, "random", &faults);
            errors(faults)?;
            earlier.extend(read);
            months.push(Month { trees, differs });
        }
        Ok(months)
    }

    fn month(
        &self,
        folder: &Path,
        period: Stretch,
        (rules, earlier): (&Rulebook, &[Earlier]),
    ) -> Result<(Assessment, String), String> {
        let faults = Faults::default();
        let period = Period { first: period.first, last: period.last };
        let organisation =
            read_organisation(&folder.join("organisation.csv"), &folder.join("posts.csv"), &faults);
        let organisation: Organisation = organisation.unwrap_or_default();
        let mut rows = BTreeMap::new();
        for kind in self.pack.policy.kinds.iter().filter(|kind| kind.table().is_some()) {
            let files = [folder.join(format!("{}.csv", kind.name))];
            let asked = (period, period.last);
            let intake = read_rows((&files, None), kind, &self.pack.policy, &organisation, asked, &faults);
            let aside: Vec<_> = intake.set_aside.iter().flat_map(|aside| aside.reasons.clone()).collect();
            faults.extend(aside);
            rows.insert(kind.name.clone(), intake);
        }
        errors(faults)?;
        let assessment = Assessment::run(Inputs {
            pack: &self.pack,
            rules,
            bearers: Bearers::Organisation(&organisation),
            period,
            as_of: period.last,
            rows,
            typed: BTreeMap::new(),
            pay: BTreeMap::new(),
            earlier: earlier.to_vec().into(),
        })
        .map_err(|faults| format!("stopped: {faults:#?}"))?;
        let book = Book {
            title: Text::default(),
            pack: self.pack.root.clone(),
            period,
            as_of: period.last,
            tables: BTreeMap::new(),
            members: None,
            posts: None,
            organisation_sheets: [None, None],
            sheets: BTreeMap::new(),
            covers: BTreeMap::new(),
            earlier: Vec::new(),
        };
        let subject = Subject {
            book: &book,
            pack: &self.pack,
            rules,
            organisation: &organisation,
            assessment: &assessment,
        };
        let mut document = Vec::new();
        let digests =
            Digests { book: String::new(), pack: String::new(), result: String::new(), ledger: None };
        assessment_json(&subject, &digests, &mut document).unwrap();
        Ok((assessment, String::from_utf8(document).unwrap()))
    }
}

fn write(folder: &Path, model: &Model, sheets: &Sheets, period: Stretch) {
    for (place, rows) in sheets.as_of(model, period.last) {
        let kind = &model.kinds[place];
        if let Rows::Table(_) = kind.rows {
            fs::write(folder.join(format!("{}.csv", kind.name)), csv(kind, &rows)).unwrap();
        }
    }
    let (members, posts) = organisation(&sheets.staff);
    fs::write(folder.join("organisation.csv"), members).unwrap();
    fs::write(folder.join("posts.csv"), posts).unwrap();
}

/// The first line that differs, with what stands around it.
fn first_difference(one: &str, other: &str) -> String {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let place = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let around = |lines: &[&str]| lines[place.saturating_sub(30)..lines.len().min(place + 45)].join("\n");
    format!("trees:\n{}\nbare:\n{}", around(&one), around(&other))
}
