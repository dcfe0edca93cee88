//! `renze check --explain`: what a diagnostic code means, why it matters, a wrong example and a right one.

use super::{Halt, Outcome, say};
use crate::language::{Language, Text};
use crate::report::{Report, render};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The explanations, by what the codes are about.
const PAGES: [(&str, &str, &str); 12] = [
    ("投诉与结果", "complaints and results", include_str!("../../docs/diagnostics/assessment.toml")),
    ("账簿", "the book", include_str!("../../docs/diagnostics/book.toml")),
    ("规则", "clauses", include_str!("../../docs/diagnostics/clauses.toml")),
    ("文件", "files", include_str!("../../docs/diagnostics/files.toml")),
    ("较早的考核", "earlier assessments", include_str!("../../docs/diagnostics/earlier.toml")),
    ("整个规则集", "a pack as a whole", include_str!("../../docs/diagnostics/inspection.toml")),
    ("机构", "the organisation", include_str!("../../docs/diagnostics/organisation.toml")),
    ("办法与参数", "policy and parameters", include_str!("../../docs/diagnostics/policy.toml")),
    ("表格的行", "rows", include_str!("../../docs/diagnostics/rows.toml")),
    ("情形", "scenarios", include_str!("../../docs/diagnostics/scenarios.toml")),
    ("台账", "the ledger", include_str!("../../docs/diagnostics/ledger.toml")),
    ("决策表", "decision tables", include_str!("../../docs/diagnostics/table.toml")),
];

/// What is said of one code.
#[derive(Debug, Deserialize)]
struct Explained {
    title: Spoken,
    why: Spoken,
    /// The file that the examples stand in; none where they are commands. What goes wrong with a workbook has none.
    at: Option<String>,
    wrong: Option<String>,
    right: Option<String>,
    /// How many times the wrong example stands there.
    times: Option<u64>,
    /// What both examples need beside them.
    #[serde(default)]
    given: Vec<Given>,
}

#[derive(Debug, Deserialize)]
struct Spoken {
    zh: String,
    en: String,
}

#[derive(Debug, Deserialize)]
struct Given {
    at: String,
    text: String,
}

impl Spoken {
    fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// Explains one code, or lists them all.
pub(super) fn explain(code: &str, language: Language) -> Result<Outcome, Halt> {
    let pages = pages()?;
    let wanted = code.to_uppercase();
    let mut report = Report::default();
    if wanted.is_empty() {
        list(&pages, &mut report, language);
    } else if let Some(explained) = pages.iter().find_map(|(_, codes)| codes.get(&wanted)) {
        show(&wanted, explained, &mut report, language);
    } else {
        let known = pages.iter().flat_map(|(_, codes)| codes.keys()).map(String::as_str);
        let near = crate::diagnostic::suggestion(&wanted, known);
        let (zh, en) = near.map_or_else(Default::default, |near| (near.zh, near.en));
        return Err(Halt::Usage(Text::new(
            format!("没有代码 `{code}`：{zh}"),
            format!("there is no code `{code}`: {en}"),
        )));
    }
    say(&render(&report));
    Ok(Outcome::Done)
}

type Page = (Text, BTreeMap<String, Explained>);

fn pages() -> Result<Vec<Page>, Halt> {
    let read = |(zh, en, page): &(&str, &str, &str)| -> Result<Page, Halt> {
        let codes = toml::from_str(page).map_err(|error| {
            Halt::Internal(Text::new(format!("代码说明有误：{error}"), format!("the explanations: {error}")))
        })?;
        Ok((Text::new(*zh, *en), codes))
    };
    PAGES.iter().map(read).collect()
}

fn list(pages: &[Page], report: &mut Report, language: Language) {
    for (title, codes) in pages {
        report.line(title.get(language).to_owned());
        for (code, explained) in codes {
            report.line(format!("  {code}  {}", explained.title.get(language)));
        }
        report.gap();
    }
    report.line(match language {
        Language::Zh => "renze check --explain 代码　逐一说明，并附正误各一例",
        Language::En => "renze check --explain CODE says more of one, with a wrong example and a right one",
    });
}

fn show(code: &str, explained: &Explained, report: &mut Report, language: Language) {
    let pick = |zh: &'static str, en: &'static str| match language {
        Language::Zh => zh,
        Language::En => en,
    };
    report.line(format!("{code}  {}", explained.title.get(language)));
    report.gap();
    report.line(format!("  {}", explained.why.get(language)));
    for given in &explained.given {
        example(report, &format!("{} · {}", pick("其时", "given"), given.at), &given.text);
    }
    let mut wrong = pick("错误", "wrong").to_owned();
    if let Some(at) = &explained.at {
        wrong = format!("{wrong} · {at}");
    }
    if let Some(times) = explained.times {
        wrong = format!("{wrong} · × {times}");
    }
    let examples = [(wrong.as_str(), &explained.wrong), (pick("正确", "right"), &explained.right)];
    for (title, text) in examples {
        if let Some(text) = text {
            example(report, title, text);
        }
    }
}

fn example(report: &mut Report, title: &str, text: &str) {
    report.gap();
    report.line(format!("  {title}"));
    for line in text.trim_end().lines() {
        report.line(format!("    {line}"));
    }
}
