//! One finding told to the end: where, by which clause, why, how much and how that was worked out, what does not count.

use super::Subject;
use super::complaint::{shared, steps};
use super::left_out::LeftOut;
use super::sign::shown;
use super::wording::{Wording, graded};
use crate::assess::{CardKey, Finding, Outcome};
use crate::language::Language;
use rust_decimal::Decimal;

/// Rows that are named of those a count leaves out.
const NAMED: usize = 12;

/// A finding in one language.
pub(super) struct Detail {
    /// The row it was found in; for a clause on a card nothing, because that is the card itself.
    pub(super) record: String,
    /// Where that row stands.
    pub(super) place: String,
    /// Its date.
    pub(super) at: String,
    /// What the clause is called.
    pub(super) clause: String,
    /// The provision it encodes.
    pub(super) basis: String,
    /// Under which role the subject bears it.
    pub(super) role: String,
    /// What it does: an amount with its sign, a veto, a limit to the grade.
    pub(super) does: String,
    /// What of that enters the card, where it is not all of it.
    pub(super) counts: Option<String>,
    /// The facts that led there, each with its value; what a definition worked out is followed by what it read, indented.
    pub(super) facts: Vec<String>,
    /// How the amount was worked out.
    pub(super) working: String,
    /// The reason that the clause gives.
    pub(super) reason: String,
    /// What counts left out, and what of the amount does not count and why.
    pub(super) remarks: Vec<String>,
    /// Whether it stands whatever the open facts turn out to be.
    pub(super) is_certain: bool,
}

impl Detail {
    /// Tells a finding of a card.
    pub(super) fn of(
        subject: &Subject<'_>,
        finding: &Finding<'_>,
        left_out: &LeftOut<'_>,
        language: Language,
    ) -> Option<Self> {
        let row = finding.judged_row()?;
        let wording = Wording { language, record: &row.record, terms: &row.terms };
        let kind = subject.pack.policy.kinds.get(finding.kind())?;
        let (does, counts) = outcome(finding, language);
        let working = finding.working().map(|working| wording.working(&working)).unwrap_or_default();
        // a single number needs no working
        let working = if working == does.trim_start_matches(['−', '+']) { String::new() } else { working };
        let role = kind.role(finding.role()).map_or(finding.role(), |role| role.title.get(language));
        let role = match finding.in_place_of() {
            Some(heir) if language == Language::Zh => format!("{role}空缺，由{}承担", heir.title.zh),
            Some(heir) => format!("{role} vacant, borne by the {}", heir.title.en),
            None => role.to_owned(),
        };
        Some(Self {
            record: if kind.is_card() { String::new() } else { finding.record().to_owned() },
            place: place_of(subject, finding, language).unwrap_or_default(),
            at: finding.at().date().to_string(),
            clause: subject.clause_title(finding.clause()).get(language).to_owned(),
            basis: subject.clause_basis(finding.clause(), language),
            role,
            does,
            counts,
            facts: steps(subject, &row, &finding.path(), &wording),
            working: format!("{working}{}", shared(subject, finding, language)),
            reason: finding.reason().unwrap_or_default(),
            remarks: remarks(finding, left_out, language),
            is_certain: finding.is_certain(),
        })
    }
}

/// What a finding does, and what of it enters the card where that is not all.
fn outcome(finding: &Finding<'_>, language: Language) -> (String, Option<String>) {
    match finding.outcome() {
        Outcome::Entry { unit, sign, found, counted, .. } => {
            let show = |magnitude: Decimal| unit.show(shown(&unit, sign.signed(magnitude)), language);
            let range = |least: Decimal, most: Option<Decimal>| match most {
                Some(most) if most == least => show(least),
                Some(most) => format!("{} … {}", show(least), show(most)),
                None => format!("{} … ?", show(least)),
            };
            let counts = (counted != found).then(|| range(counted.least, counted.most));
            (range(found.least, found.most), counts)
        }
        Outcome::Veto { .. } => (language.pick("一票否决", "veto").to_owned(), None),
        Outcome::Grade { grade, how, .. } => (graded(&grade, how, language), None),
    }
}

fn remarks(finding: &Finding<'_>, left_out: &LeftOut<'_>, language: Language) -> Vec<String> {
    let card: Option<&CardKey> = finding.card();
    let mut remarks = card.map_or_else(Vec::new, |card| left_out.lines(finding, card, NAMED, language));
    let outcome = finding.outcome();
    let Outcome::Entry { unit, .. } = &outcome else { return remarks };
    remarks.extend(finding.suppressed().iter().map(|part| {
        let (by, lost) = (part.by.get(language), unit.show(part.amount, language));
        match language {
            Language::Zh => format!("其中 {lost} 不计：{by}"),
            Language::En => format!("not counted: {lost} ({by})"),
        }
    }));
    remarks
}

/// Where the row of a finding stands: in its file, or for one that was raised the row that began it.
pub(super) fn place_of(subject: &Subject<'_>, finding: &Finding<'_>, language: Language) -> Option<String> {
    let id = finding.record();
    let row = finding.judged_row()?.place.1;
    if row > 0 {
        let said = match language {
            Language::Zh => format!("{id} 第 {row} 行"),
            Language::En => format!("{id} row {row}"),
        };
        // a row typed alone has no number
        return Some(said.trim_start().to_owned());
    }
    let root = &subject.assessment.rows.get(&finding.kind())?.raised().get(finding.row())?.root;
    Some(match language {
        Language::Zh => format!("由 {root} 引起"),
        Language::En => format!("begun by {root}"),
    })
}
