//! What the text leaves unsaid: each standard question that the pack's own content raises, and that neither a reading
//! answers nor the form of the pack.

mod of_clauses;
mod of_declarations;

use super::subject::Subject;
use crate::diagnostic::{Diagnostic, Place};
use crate::language::Text;
use crate::policy::Unsaid;

/// A question with what raises it.
struct Raised {
    unsaid: Unsaid,
    /// The clauses that raise it, where clauses do: a reading that names clauses answers for those only.
    clauses: Vec<String>,
    /// The function, kind or table that raises it.
    of: Text,
    /// By what it does.
    by: Text,
    place: Place,
}

pub(super) fn inspect(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut raised = of_clauses::raised(subject);
    raised.extend(of_declarations::raised(subject));
    let readings = &subject.pack.policy.readings;
    raised.retain(|raised| !readings.iter().any(|reading| reading.settles(raised.unsaid, &raised.clauses)));
    let mut asked: Vec<Vec<Raised>> = Vec::new();
    for one in raised {
        let same = |others: &&mut Vec<Raised>| {
            others.first().is_some_and(|other| other.unsaid == one.unsaid && other.clauses == one.clauses)
        };
        match asked.iter_mut().find(same) {
            Some(others) if others.iter().any(|other| other.of == one.of && other.by == one.by) => {}
            Some(others) => others.push(one),
            None => asked.push(vec![one]),
        }
    }
    asked.iter().filter_map(|raised| diagnostic(raised)).collect()
}

/// One question with everything that raises it, and a reading that answers it by what the pack does now.
fn diagnostic(raised: &[Raised]) -> Option<Diagnostic> {
    let first = raised.first()?;
    let (question, answer) = (first.unsaid.question(), first.unsaid.as_it_is());
    let message = Text::new(
        format!("{} {}", question.zh, listed(raised, |text| &text.zh, ["：", "、", "；"])),
        format!("{} {}", question.en, listed(raised, |text| &text.en, [": ", ", ", "; "])),
    );
    let clauses: Vec<String> = first.clauses.iter().map(|name| format!("\"{name}\"")).collect();
    let concerns =
        if clauses.is_empty() { String::new() } else { format!("clauses = [{}]\n", clauses.join(", ")) };
    let titled = |text: &Text| format!("{{ zh = \"{}\", en = \"{}\" }}", text.zh, text.en);
    let reading = format!(
        "[[reading]]\nquestion = {}\nanswer = {}\n{concerns}answers = [\"{}\"]",
        titled(&question),
        titled(&answer),
        first.unsaid.name()
    );
    let help = Text::new(
        format!("原文怎么说就怎么写；下面写的是本套件现在的做法：\n{reading}"),
        format!("write down what the text means; this is what the pack does now:\n{reading}"),
    );
    Some(Diagnostic::note(first.unsaid.code(), message).at(first.place.clone()).help(help))
}

/// `'late' (`is_late`): this, that; 'People': another`.
fn listed(raised: &[Raised], pick: fn(&Text) -> &String, [of, then, next]: [&str; 3]) -> String {
    let mut parts: Vec<(&String, Vec<&str>)> = Vec::new();
    for one in raised {
        let (name, by) = (pick(&one.of), pick(&one.by).as_str());
        match parts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) => all.push(by),
            None => parts.push((name, vec![by])),
        }
    }
    let parts = parts.iter().map(|(name, by)| format!("{name}{of}{}", by.join(then)));
    parts.collect::<Vec<_>>().join(next)
}
