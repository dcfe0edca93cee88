//! Two programs, one result: Renze's files in the form of the hand-written program, compared number for number.

use crate::Fault;
use crate::baseline::HEADING;
use renze::fingerprint::hex;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// What independent programs in several languages found for the reference files, as the SHA-256 of their subject CSV.
const PUBLISHED: [(&str, &str); 2] = [
    ("100,000", "29c29873c3f6fc4f6c9de6421c917f7d57500653dac467371f4684e86c6f095c"),
    ("1,000,000", "406edd51db30a96cebdae33e784e49793eb85d6449b3ae05302aa79d7ae27018"),
];

/// The SHA-256 of a file's content.
pub(crate) fn digest(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// The reference file a digest was published for.
pub(crate) fn published(digest: &str) -> Option<&'static str> {
    PUBLISHED.iter().find(|(_, known)| *known == digest).map(|(cases, _)| *cases)
}

/// Renze's scorecards as the subject CSV.
pub(crate) fn subjects_of(scorecards: &Path) -> Result<Vec<u8>, Fault> {
    let mut rows = BTreeMap::new();
    let headings = ["subject", "score", "charge", "vetoed", "findings", "provisional"];
    each_row(scorecards, headings, |[subject, score, charge, vetoed, findings, provisional]| {
        if provisional != "false" {
            return Err(format!("{subject} is provisional").into());
        }
        let numbers = format!("{},{},{vetoed},{findings}", two_places(score), two_places(charge));
        match rows.insert(subject.to_owned(), numbers) {
            None => Ok(()),
            Some(_) => Err(format!("{subject} has two scorecards").into()),
        }
    })?;
    let mut csv = format!("{HEADING}\n");
    for (subject, numbers) in rows {
        csv.extend([&subject, ",", &numbers, "\n"]);
    }
    Ok(csv.into_bytes())
}

/// All findings of a file, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// How many there are.
    pub(crate) count: u64,
    /// The sum of a hash of each.
    pub(crate) sum: u128,
}

impl Findings {
    fn add(&mut self, (case, clause, subject): (&str, &str, &str), kind: &str, value: &str) {
        let hash = Sha256::digest(format!("{case},{clause},{subject},{kind},{value}"));
        let first = hash.iter().take(16).fold(0, |sum: u128, byte| sum << 8 | u128::from(*byte));
        self.count += 1;
        self.sum = self.sum.wrapping_add(first);
    }

    /// The findings the hand-written program wrote.
    pub(crate) fn of_baseline(file: &Path) -> Result<Self, Fault> {
        let mut findings = Self::default();
        let headings = ["case_id", "clause", "subject", "kind", "value"];
        each_row(file, headings, |[case, clause, subject, kind, value]| {
            findings.add((case, clause, subject), kind, value);
            Ok(())
        })?;
        Ok(findings)
    }

    /// The findings Renze wrote, whose clauses name R1 to R8 as their basis and whose amounts are negative where they take.
    pub(crate) fn of_renze(file: &Path) -> Result<Self, Fault> {
        let mut findings = Self::default();
        let headings = ["record", "basis", "subject", "account", "amount", "counted"];
        each_row(file, headings, |[case, basis, subject, account, amount, counted]| {
            let clause = basis.rsplit('·').next().unwrap_or_default();
            if amount != counted {
                return Err(format!("{case}, {clause}: {amount} was found, {counted} counts").into());
            }
            let kind = if account == "money" { "charge" } else { account };
            let taken = match amount.strip_prefix('-') {
                _ if amount.is_empty() => String::new(),
                Some(taken) => two_places(taken),
                None => format!("-{}", two_places(amount)),
            };
            findings.add((case, clause, subject), kind, &taken);
            Ok(())
        })?;
        Ok(findings)
    }
}

/// `99.5` as `99.50`.
fn two_places(number: &str) -> String {
    match number.split_once('.') {
        None => format!("{number}.00"),
        Some((whole, places)) => format!("{whole}.{places:0<2}"),
    }
}

/// Hands the cells under some headings to `take`, row by row.
fn each_row<const N: usize>(
    file: &Path,
    headings: [&str; N],
    mut take: impl FnMut([&str; N]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut reader = csv::Reader::from_path(file)?;
    let known = reader.headers()?.clone();
    let mut places = [0; N];
    for (place, heading) in places.iter_mut().zip(headings) {
        let found = known.iter().position(|name| name.trim_start_matches('\u{feff}') == heading);
        *place = found.ok_or_else(|| format!("{} has no column `{heading}`", file.display()))?;
    }
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        take(places.map(|place| record.get(place).unwrap_or_default()))?;
    }
    Ok(())
}
