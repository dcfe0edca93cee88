//! The head of the page: whose month, by which policy, as of when, how final; and the way to its parts.

use super::{Page, limits};
use crate::language::{Language, Text};
use crate::policy::Style;
use crate::report::in_effect::in_effect;
use crate::report::ledger::ledger_line;
use crate::report::screen::fingerprints;
use crate::report::{Digests, Subject};

/// A part of the page.
pub(super) struct Part {
    pub(super) anchor: &'static str,
    pub(super) title: Title,
}

/// A title in both languages.
pub(super) struct Title(&'static str, &'static str);

impl Title {
    pub(super) fn get(&self, language: Language) -> &'static str {
        language.pick(self.0, self.1)
    }
}

const fn part(anchor: &'static str, zh: &'static str, en: &'static str) -> Part {
    Part { anchor, title: Title(zh, en) }
}

pub(super) const SUMMARY: Part = part("summary", "总览", "Summary");
pub(super) const VETOES: Part = part("vetoes", "一票否决", "Vetoes");
pub(super) const CHARGES: Part = part("charges", "扣款", "Charges");
pub(super) const ADJUSTED: Part = part("adjusted", "以前各期的调整", "Adjustments of earlier periods");
pub(super) const RATES: Part = part("rates", "指标", "Rates");
pub(super) const OPEN: Part = part("open", "待定与数据问题", "Open, and faults of the data");
pub(super) const CARDS: Part = part("cards", "人员与单位", "People and units");
pub(super) const DRILL: Part = part("drill", "逐级展开", "From unit to fact");
pub(super) const READINGS: Part =
    part("readings", "本办法自定（原文未明确）", "Chosen here, not said by the document");

/// The policy, the period and the organisation.
pub(super) fn title(subject: &Subject<'_>, language: Language) -> String {
    let period = subject.assessment.period.title();
    let parts: [&Text; 3] = [&subject.pack.policy.title, &period, &subject.book.title];
    let parts: Vec<&str> =
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.get(language)).collect();
    parts.join(" · ")
}

impl Page<'_> {
    pub(super) fn head(&mut self, title: &str, digests: &Digests) {
        let (assessment, policy) = (self.subject.assessment, &self.subject.pack.policy);
        let in_force = match self.language {
            Language::Zh => format!("{} {}，{} 起施行", policy.id, policy.version, policy.from),
            Language::En => format!("{} {}, in force since {}", policy.id, policy.version, policy.from),
        };
        let pairs = [
            ("单位", "organisation", self.subject.book.title.get(self.language).to_owned()),
            ("办法", "policy", in_force),
            ("依据", "document", policy.basis.get(self.language).to_owned()),
            ("考核期", "period", assessment.period.title().get(self.language).to_owned()),
            ("截至", "as of", assessment.as_of.to_string()),
            ("状态", "state", self.screen.state()),
            ("记录", "rows", self.screen.control_totals()),
            ("口径", "of which", self.screen.unions()),
            ("校验码", "fingerprints", fingerprints(digests, self.language)),
        ];
        let pairs = pairs.map(|(zh, en, value)| (self.pick(zh, en).to_owned(), value));
        let class = if assessment.is_provisional() { " class=\"provisional\"" } else { "" };
        self.put(&format!("<header{class}>\n"));
        self.element("h1", "", title);
        self.markup.pairs("", &pairs);
        let label = self.pick("目录", "contents");
        self.put(&format!("<nav aria-label=\"{label}\">"));
        for part in self.contents(digests) {
            let anchor = format!("href=\"#{}\"", part.anchor);
            self.element("a", &anchor, part.title.get(self.language));
        }
        self.put("</nav>\n</header>\n");
    }

    /// The parts that this page has.
    fn contents(&self, digests: &Digests) -> Vec<&'static Part> {
        let assessment = self.subject.assessment;
        let has_rates = self.subject.pack.policy.kinds.iter().any(|kind| kind.screen.style == Style::Table);
        let is_open = !assessment.open.is_empty()
            || !assessment.set_aside.is_empty()
            || !assessment.remarks.is_empty()
            || assessment.unborne().next().is_some();
        [
            (&SUMMARY, true),
            (&VETOES, assessment.vetoes().next().is_some()),
            (&CHARGES, self.has_charges()),
            (&ADJUSTED, !in_effect(digests).is_empty()),
            (&RATES, has_rates),
            (&OPEN, is_open),
            (&CARDS, true),
            (&DRILL, true),
            (&READINGS, !self.subject.pack.policy.readings.is_empty()),
        ]
        .into_iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(part, _)| part)
        .collect()
    }

    /// What everything was made from, in full.
    pub(super) fn foot(&mut self, digests: &Digests) {
        self.put("<footer>\n");
        let pairs = [
            (self.pick("数据", "book"), &digests.book),
            (self.pick("办法", "policy"), &digests.pack),
            (self.pick("考核结果", "assessment"), &digests.result),
        ];
        let pairs = pairs.map(|(label, digest)| (format!("{label} SHA-256"), digest.clone()));
        self.markup.pairs("class=\"digests\"", &pairs);
        if let Some(line) = ledger_line(digests, self.language) {
            self.element("p", "class=\"digest\"", &line);
        }
        let left_out = self.tree.left_out();
        let said = match (left_out, self.language) {
            (0, Language::Zh) => "全部人员与单位均已列出。".to_owned(),
            (0, Language::En) => "Every subject stands on this page.".to_owned(),
            (_, Language::Zh) => {
                format!("本页列出最重的 {} 个对象；其余 {left_out} 个见 scorecards.csv。", limits::SUBJECTS)
            }
            (_, Language::En) => format!(
                "This page draws out the {} gravest subjects; the other {left_out} stand in scorecards.csv.",
                limits::SUBJECTS
            ),
        };
        self.element("p", "class=\"note\"", &said);
        self.put("</footer>\n");
    }
}
