//! What several tests start from: the shipped pack, compiled, and books read the way the command reads them.

use renze::assess::{Assessment, Bearers, Bounds, Inputs};
use renze::calendar::{Period, read_day};
use renze::clause::Rulebook;
use renze::diagnostic::{Diagnostic, Faults};
use renze::intake::{read_organisation, read_rows};
use renze::organisation::Organisation;
use renze::policy::Pack;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The project's own folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A pack with its compiled clauses; the test fails with every fault if there is one.
pub(crate) fn open_pack(folder: &Path) -> (Pack, Rulebook) {
    let faults = Faults::default();
    let pack = Pack::read(folder, &faults);
    let rules = pack.as_ref().map(|pack| Rulebook::compile(pack, &faults));
    let said = faults.into_sorted();
    assert!(said.is_empty(), "{said:#?}");
    (pack.unwrap(), rules.unwrap())
}

/// The telecom pack.
pub(crate) fn telecom() -> (Pack, Rulebook) {
    open_pack(&root().join("rules/telecom"))
}

/// Assesses a folder with `organisation.csv`, `posts.csv` and a file for each table that it has.
pub(crate) fn assess(
    pack: &Pack,
    rules: &Rulebook,
    folder: &Path,
    period: &str,
    as_of: &str,
) -> Result<(Assessment, Organisation), Vec<Diagnostic>> {
    let faults = Faults::default();
    let (period, as_of) = (Period::parse(period).unwrap(), read_day(as_of).unwrap());
    let organisation =
        read_organisation(&folder.join("organisation.csv"), &folder.join("posts.csv"), &faults);
    let organisation = match organisation {
        Some(organisation) if !faults.has_errors() => organisation,
        _ => return Err(faults.into_sorted()),
    };
    let mut rows = BTreeMap::new();
    for kind in &pack.policy.kinds {
        let files: Vec<_> =
            kind.table().map(|table| folder.join(format!("{table}.csv"))).into_iter().collect();
        // a small book may have complaints and nothing else
        if !files.iter().any(|file| file.exists()) {
            continue;
        }
        let intake = read_rows((&files, None), kind, &pack.policy, &organisation, (period, as_of), &faults);
        let reasons = intake.set_aside.iter().filter(|aside| aside.is_fault());
        faults.extend(reasons.flat_map(|aside| aside.reasons.clone()));
        rows.insert(kind.name.clone(), intake);
    }
    if faults.has_errors() {
        return Err(faults.into_sorted());
    }
    let assessment = Assessment::run(Inputs {
        pack,
        rules,
        bearers: Bearers::Organisation(&organisation),
        period,
        as_of,
        rows,
        typed: BTreeMap::new(),
        pay: BTreeMap::new(),
        earlier: [].into(),
    })?;
    Ok((assessment, organisation))
}

/// Whether a figure lies between the bounds of another.
pub(crate) fn lies_within(bounds: Bounds, figure: Decimal) -> bool {
    bounds.low.is_none_or(|low| low <= figure) && bounds.high.is_none_or(|high| figure <= high)
}

/// What a writer writes.
pub(crate) fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}
