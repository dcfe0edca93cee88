//! What a verification found: where a written result is not what it should be.

use super::{Report, Table};
use crate::language::Language;
use crate::policy::Pack;
use crate::verification::{Answered, Difference, Wrong};

/// How many differences of one file are listed before it is only said how many more there are.
const LISTED: usize = 20;

/// A result that was worked out anew.
#[derive(Clone, Copy)]
pub struct Verified<'v> {
    /// The pack.
    pub pack: &'v Pack,
    /// The files that were looked at, in order.
    pub files: &'v [&'v str],
    /// What differs.
    pub differences: &'v [Difference],
    /// What else a reader should know.
    pub notes: &'v [String],
    /// By whom the rows of each kind were answered.
    pub answered: &'v [Answered],
    /// The language.
    pub language: Language,
    /// Whether no list is cut short.
    pub all: bool,
}

/// The report on a verification.
pub fn verification_report(verified: &Verified<'_>) -> Report {
    let mut report = Report::default();
    for note in verified.notes {
        report.line(note.clone());
    }
    for file in verified.files {
        verified.file(file, &mut report);
    }
    report.gap();
    report.line(verified.closing());
    report
}

impl Verified<'_> {
    fn file(&self, file: &str, report: &mut Report) {
        let own: Vec<&Difference> = self.differences.iter().filter(|own| own.file == file).collect();
        if own.is_empty() {
            report.line(format!("{file}  {}", self.language.pick("一致", "as it should be")));
            return;
        }
        report.line(match (self.language, own.len()) {
            (Language::Zh, count) => format!("{file}  {count} 处不一致"),
            (Language::En, 1) => format!("{file}  1 difference"),
            (Language::En, count) => format!("{file}  {count} differences"),
        });
        let shown = if self.all { usize::MAX } else { LISTED };
        let rows: Vec<Vec<String>> =
            own.iter().take(shown).map(|difference| self.difference(difference)).collect();
        report.table(Table { indent: 2, rows, ..Table::default() });
        let left = own.len().saturating_sub(shown);
        if left > 0 {
            report.line(match self.language {
                Language::Zh => format!("  另有 {left} 处（--all）"),
                Language::En => format!("  {left} more (--all)"),
            });
        }
    }

    fn difference(&self, difference: &Difference) -> Vec<String> {
        let row = match (difference.row, self.language) {
            (None, _) => String::new(),
            (Some(row), Language::Zh) => format!("第 {row} 行"),
            (Some(row), Language::En) => format!("row {row}"),
        };
        let blank = |text: &str| {
            if text.is_empty() { self.language.pick("空", "blank").to_owned() } else { text.to_owned() }
        };
        let said = match &difference.wrong {
            Wrong::Value { column, written, again } => {
                let (written, again) = (blank(written), blank(again));
                let column = if column.is_empty() { String::new() } else { format!("{column}  ") };
                match self.language {
                    Language::Zh => format!("{column}所写 {written}，重算 {again}"),
                    Language::En => format!("{column}written {written}, recomputed {again}"),
                }
            }
            Wrong::Missing => self.language.pick("应有而未写", "should be there and is not").to_owned(),
            Wrong::Extra => self.language.pick("不应有", "is there and should not be").to_owned(),
            Wrong::Order => self.language.pick("行的次序不同", "the rows stand in another order").to_owned(),
            Wrong::Bytes => self
                .language
                .pick(
                    "每个值都对，但文件被另行写过（编码标记、换行、引号或重复的项）",
                    "every value is right, but the file was written anew (byte-order mark, line ends, quotes or repeated entries)",
                )
                .to_owned(),
            Wrong::Absent => self.language.pick("没有这个文件", "the file is not there").to_owned(),
            Wrong::Unreadable => self.language.pick("无法读取", "cannot be read").to_owned(),
        };
        [row, difference.about.clone(), said].into_iter().filter(|part| !part.is_empty()).collect()
    }

    fn closing(&self) -> String {
        let kinds = |pick: fn(&Answered) -> usize| {
            let (mut rows, mut cards) = (0_usize, 0_usize);
            for answered in self.answered {
                let is_card = self.pack.policy.kind(&answered.kind).is_some_and(|(_, kind)| kind.is_card());
                let sum = if is_card { &mut cards } else { &mut rows };
                *sum = sum.saturating_add(pick(answered));
            }
            match (self.language, rows, cards) {
                (Language::Zh, rows, cards) => format!("{rows} 行、{cards} 张记分卡"),
                (Language::En, rows, cards) => {
                    let of = |count: usize, what: &str| {
                        format!("{count} {what}{}", if count == 1 { "" } else { "s" })
                    };
                    format!("{} and {}", of(rows, "row"), of(cards, "card"))
                }
            }
        };
        let (bare, recorded) = (kinds(|answered| answered.bare), kinds(|answered| answered.recorded));
        let unknown = self.answered.iter().any(|answered| answered.recorded > 0);
        let equal = self.differences.is_empty();
        let verdict = match (equal, self.language) {
            (true, Language::Zh) => "一致".to_owned(),
            (true, Language::En) => "equal".to_owned(),
            (false, Language::Zh) => format!("{} 处不一致", self.differences.len()),
            (false, Language::En) => {
                let count = self.differences.len();
                format!("{count} difference{}", if count == 1 { "" } else { "s" })
            }
        };
        let others = match (unknown, self.language) {
            (false, _) => String::new(),
            (true, Language::Zh) => format!("；{recorded}有未知事实，由逐步记录的计算重算"),
            (true, Language::En) => format!("; {recorded} with unknown facts by the recorded answerer"),
        };
        match self.language {
            Language::Zh => format!("{verdict}：{bare}以纯数值重算{others}"),
            Language::En => format!("{verdict}: {bare} worked out again by plain values{others}"),
        }
    }
}
