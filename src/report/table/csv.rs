//! The sheet's decision tables as CSV: one row a table row.

use super::super::files::{safe, write};
use super::{Part, Piece, RuleGroup, Rules, Sheet};
use crate::language::Language;

/// The decision tables of a sheet, one row each, for spreadsheets.
pub fn sheet_csv(sheet: &Sheet) -> Vec<u8> {
    let pick = |zh: &str, en: &str| match sheet.language {
        Language::Zh => zh.to_owned(),
        Language::En => en.to_owned(),
    };
    let headings = [
        ("所属", "chapter"),
        ("表", "table"),
        ("依据", "basis"),
        ("行", "row"),
        ("条件", "when"),
        ("结果", "then"),
        ("理由", "reason"),
    ];
    let mut rows = vec![headings.map(|(zh, en)| pick(zh, en)).to_vec()];
    let mut chapter = "";
    for part in &sheet.parts {
        if part.level == 2 {
            chapter = &part.title;
        }
        for piece in &part.pieces {
            match piece {
                Piece::Rules(rules) => write_rules(sheet, (chapter, part), rules, &mut rows),
                Piece::Notice(words) => rows.push(line((chapter, part), "", "", words, "")),
                // a definition in a sentence
                Piece::Words(words) if part.level > 2 => rows.push(line((chapter, part), "", "", words, "")),
                _ => {}
            }
        }
    }
    write(&rows)
}

fn line((chapter, part): (&str, &Part), number: &str, when: &str, then: &str, reason: &str) -> Vec<String> {
    [chapter, &part.title, &part.note, number, when, then, reason]
        .map(|text| safe(text).into_owned())
        .to_vec()
}

fn write_rules(sheet: &Sheet, place: (&str, &Part), rules: &Rules, rows: &mut Vec<Vec<String>>) {
    let between = match sheet.language {
        Language::Zh => "；",
        Language::En => "; ",
    };
    let mut number = 0_usize;
    for group in &rules.groups {
        let (then, reason) = results(rules, group, sheet.language, between);
        let conditions = group.rows.iter().map(|row| {
            let set = rules.conditions.iter().zip(row).filter(|(_, cell)| *cell != "—");
            // a bound brings its own sign
            let said = set.map(|(heading, cell)| match cell.starts_with(['<', '>', '≤', '≥', '=', '≠'])
            {
                true => format!("{heading} {cell}"),
                false => format!("{heading} = {cell}"),
            });
            said.collect::<Vec<_>>().join(between)
        });
        for when in group.instead.iter().cloned().chain(conditions) {
            number = number.saturating_add(1);
            rows.push(line(place, &number.to_string(), &when, &then, &reason));
        }
    }
}

/// The results of a group and the reasons, each line by line.
fn results(rules: &Rules, group: &RuleGroup, language: Language, between: &str) -> (String, String) {
    if let Some(plain) = &group.plain {
        return (plain.clone(), String::new());
    }
    let reasons = match language {
        Language::Zh => "理由",
        Language::En => "reason",
    };
    let at = rules.results.iter().position(|heading| heading == reasons);
    let mut then = Vec::new();
    let mut reason: Vec<&str> = Vec::new();
    for effect in &group.effects {
        let cells =
            effect.iter().enumerate().filter(|(column, cell)| Some(*column) != at && !cell.is_empty());
        then.push(cells.map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join(" "));
        let own = at.and_then(|at| effect.get(at)).map(String::as_str).filter(|own| !own.is_empty());
        reason.extend(own.filter(|own| !reason.contains(own)));
    }
    (then.join(between), reason.join(between))
}
