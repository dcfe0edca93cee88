//! What differs between two versions of a policy, and what that comes to for a book.

mod measured;

pub use measured::comparison_csv;

use super::wording::graded;
use super::{Report, Table, situation_in_words};
use crate::amount::Unit;
use crate::comparison::{
    About, Comparison, Example, Followed, Found, FunctionChange, How, Measured, ParameterChange, Version,
};
use crate::fact::{FactType, Value};
use crate::intake::Book;
use crate::language::Language;
use crate::organisation::Organisation;
use crate::policy::{Cell, Kind};

/// Two versions of a policy, and what was found to differ.
#[derive(Clone, Copy)]
pub struct Compared<'c> {
    /// The version before.
    pub before: Version<'c>,
    /// The version after.
    pub after: Version<'c>,
    /// What was set in place of a second folder, as typed.
    pub set: &'c [String],
    /// What differs without a book.
    pub comparison: &'c Comparison,
    /// The book with its organisation, and what the difference comes to there.
    pub measured: Option<(&'c Book, &'c Organisation, &'c Measured)>,
    /// The language.
    pub language: Language,
    /// Whether no list is cut short.
    pub all: bool,
}

/// The report on two versions.
pub fn comparison_report(compared: &Compared<'_>) -> Report {
    let mut report = Report::default();
    compared.heading(&mut report);
    let measured_empty = compared.measured.is_none_or(|(_, _, measured)| measured.is_empty());
    if compared.comparison.is_empty() && measured_empty {
        let same = compared.before.pack.digest == compared.after.pack.digest || !compared.set.is_empty();
        report.line(match same {
            true => compared.pick("没有差异", "no difference"),
            false => compared.pick(
                "没有差异：文件不同，但只在注释、排版或写法",
                "no difference: the files are not the same, but only in comments, layout or how things are put",
            ),
        });
        return report;
    }
    compared.parameters(&mut report);
    compared.declared(&mut report);
    compared.functions(&mut report);
    if let Some((book, organisation, measured)) = compared.measured {
        compared.book(book, measured, &mut report);
        compared.accounts(measured, &mut report);
        compared.cards(organisation, measured, &mut report);
        compared.clauses(organisation, measured, &mut report);
    }
    report
}

impl Compared<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.language.pick(zh, en)
    }

    /// What is said aside, in the brackets of the language.
    fn aside(&self, words: &str) -> String {
        match self.language {
            Language::Zh => format!("（{words}）"),
            Language::En => format!(" ({words})"),
        }
    }

    fn kind(&self, name: &str) -> Option<&Kind> {
        let of = |version: &Version<'_>| version.pack.policy.kind(name).is_some();
        let version = if of(&self.before) { &self.before } else { &self.after };
        version.pack.policy.kind(name).map(|(_, kind)| kind)
    }

    fn kind_title(&self, name: &str) -> String {
        self.kind(name).map_or(name, |kind| kind.title.get(self.language)).to_owned()
    }

    fn role_title(&self, kind: &str, role: &str) -> String {
        let found = self.kind(kind).and_then(|kind| kind.role(role));
        found.map_or(role, |role| role.title.get(self.language)).to_owned()
    }

    fn account_title(&self, kind: &str, account: &str) -> String {
        let found = self.kind(kind).and_then(|kind| kind.account(account));
        found.map_or(account, |account| account.title.get(self.language)).to_owned()
    }

    fn clause_title(&self, name: &str) -> String {
        let found = self.before.rules.clause(name).or_else(|| self.after.rules.clause(name));
        found.map_or(name, |clause| clause.title.get(self.language)).to_owned()
    }

    fn heading(&self, report: &mut Report) {
        let called = |version: Version<'_>| {
            let policy = &version.pack.policy;
            let title = policy.title.get(self.language);
            format!("{title} {}{}", policy.version, self.aside(&version.pack.root.display().to_string()))
        };
        let (before, after) = (called(self.before), called(self.after));
        let same = self.pick("同上，而 ", "the same with ");
        let after = if self.set.is_empty() {
            after
        } else {
            format!("{same}{}", self.set.join(self.pick("，", ", ")))
        };
        report.line(before);
        report.line(format!("  → {after}"));
        if let Some((book, _, _)) = self.measured {
            let (period, title) = (book.period.title(), book.title.get(self.language));
            report.line(format!("{} \u{b7} {title}", period.get(self.language)));
        }
        report.gap();
    }

    fn head(&self, zh: &str, en: &str, report: &mut Report) {
        if !matches!(report.blocks.last(), Some(super::Block::Gap)) {
            report.gap();
        }
        report.line(self.pick(zh, en));
    }

    fn parameters(&self, report: &mut Report) {
        let changes = &self.comparison.parameters;
        if changes.is_empty() {
            return;
        }
        self.head("参数", "PARAMETERS", report);
        let rows = changes.iter().map(|change| {
            let keys: Vec<String> = change.keys.iter().map(|key| self.key(key)).collect();
            let name = [vec![change.title.get(self.language).to_owned()], keys].concat().join(" ");
            let since = match self.language {
                Language::Zh => format!("自 {} 起", change.from),
                Language::En => format!("from {}", change.from),
            };
            vec![name, self.values(change), since, change.name.clone()]
        });
        report.table(Table { indent: 2, rows: rows.collect(), ..Table::default() });
    }

    /// The title of a table's key, where it is a word of a fact or a role.
    fn key(&self, key: &str) -> String {
        let kinds = || self.before.pack.policy.kinds.iter().chain(&self.after.pack.policy.kinds);
        let mut words = kinds().flat_map(|kind| kind.schema.facts()).filter_map(|fact| fact.kind.word(key));
        let role = || kinds().find_map(|kind| kind.role(key)).map(|role| role.title.get(self.language));
        words.next().map(|word| word.title.get(self.language)).or_else(role).unwrap_or(key).to_owned()
    }

    fn values(&self, change: &ParameterChange) -> String {
        let show = |side: &Option<(Cell, Unit)>| match side {
            None => self.pick("无", "none").to_owned(),
            Some((Cell::Word(word), _)) => word.clone(),
            Some((Cell::Number(number), unit)) => unit.show(*number, self.language),
            // numbers by name and lines are held against each other number by number
            Some((Cell::Named(_) | Cell::Line { .. }, _)) => String::new(),
        };
        format!("{} → {}", show(&change.before), show(&change.after))
    }

    fn declared(&self, report: &mut Report) {
        if self.comparison.declared.is_empty() {
            return;
        }
        self.head("声明", "DECLARATIONS", report);
        for declared in &self.comparison.declared {
            let show = |side: &Option<String>| match side {
                None => self.pick("无", "none").to_owned(),
                Some(value) => value.clone(),
            };
            let title = declared.title.get(self.language);
            let title = if title.is_empty() { String::new() } else { self.aside(title) };
            let (before, after) = (show(&declared.before), show(&declared.after));
            report.line(format!("  {}{title}  {before} → {after}", declared.name));
        }
    }

    fn functions(&self, report: &mut Report) {
        let parts = [(false, "规则", "CLAUSES"), (true, "定义", "DEFINITIONS")];
        for (defines, zh, en) in parts {
            let changes = self.comparison.functions.iter().filter(|change| change.defines == defines);
            let changes: Vec<&FunctionChange> = changes.collect();
            if !changes.is_empty() {
                self.head(zh, en, report);
                changes.into_iter().for_each(|change| self.function(change, report));
            }
        }
    }

    fn function(&self, change: &FunctionChange, report: &mut Report) {
        let how = match (change.how, self.language) {
            (How::Added, _) => self.pick("新增", "new").to_owned(),
            (How::Removed, _) => self.pick("不再施行", "no longer in force").to_owned(),
            (How::Parted { ways }, Language::Zh) => format!("{ways} 种情形结果不同"),
            (How::Parted { ways: 1 }, Language::En) => "1 way ends differently".to_owned(),
            (How::Parted { ways }, Language::En) => format!("{ways} ways end differently"),
            (How::Unfollowed, _) => self
                .pick(
                    "无法逐一对照：只有以账簿试算才看得出",
                    "cannot be followed way by way: only a book shows what differs",
                )
                .to_owned(),
        };
        let (kind, title) = (self.kind_title(&change.kind), change.title.get(self.language));
        report.line(format!("  {kind} \u{b7} {title}{}  {how}", self.aside(&change.name)));
        match &change.example {
            Some(example) => self.example(change, example, report),
            None if change.how == How::Unfollowed => {}
            None => report.line(self.pick(
                "    未找到能显出差异的情形，或许没有",
                "    no case was found that shows it: perhaps there is none",
            )),
        }
    }

    fn example(&self, change: &FunctionChange, example: &Example, report: &mut Report) {
        let (said, command) = situation_in_words(self.before.pack, &example.situation);
        let said = said.get(self.language);
        report.line(format!("    {}{said}", self.pick("例如 ", "for example ")));
        let mut rows = Vec::new();
        for (name, before, after) in &example.facts {
            let fact = self.kind(&change.kind).and_then(|kind| kind.schema.get(name));
            let show = |value: &Value| {
                fact.map_or_else(|| FactType::plain(value), |fact| fact.kind.show(value, self.language))
            };
            let title = fact.map_or(name.as_str(), |fact| fact.title.get(self.language));
            rows.push(vec![title.to_owned(), String::new(), format!("{} → {}", show(before), show(after))]);
        }
        for (about, before, after) in &example.findings {
            rows.push(self.found(change, about, (before.as_ref(), after.as_ref())));
        }
        report.table(Table { indent: 6, rows, ..Table::default() });
        report.line(format!("      {command}"));
    }

    fn found(
        &self,
        change: &FunctionChange,
        about: &Followed,
        (before, after): (Option<&Found>, Option<&Found>),
    ) -> Vec<String> {
        let role = self.role_title(&change.kind, &about.role);
        let bearer =
            self.kind(&change.kind).and_then(|kind| kind.role(&about.role)).map(|role| role.is.clone());
        let what = match &about.about {
            About::Account(account) => self.account_title(&bearer.unwrap_or_default(), account),
            About::Veto => self.pick("一票否决", "veto").to_owned(),
            About::Grade(grade, how) => graded(grade, *how, self.language),
        };
        let same_amounts = before.zip(after).is_some_and(|(one, other)| {
            (one.amount, one.counted, one.certain) == (other.amount, other.counted, other.certain)
        });
        let show = |side: Option<&Found>| match side {
            None => self.pick("无", "nothing").to_owned(),
            Some(found) if same_amounts => found.reason.clone().unwrap_or_default(),
            Some(_) if about.about == About::Veto => self.pick("否决", "stands").to_owned(),
            Some(_) if about.about.account().is_none() => self.pick("有", "stands").to_owned(),
            Some(found) => {
                let amount = found.unit.show(found.amount, self.language);
                let counts = if found.counted == found.amount {
                    String::new()
                } else {
                    let counted = found.unit.show(found.counted, self.language);
                    self.aside(&format!("{}{counted}", self.pick("计 ", "counts ")))
                };
                let open = if found.certain { "" } else { " ?" };
                format!("{amount}{counts}{open}")
            }
        };
        let own = if about.clause == change.name {
            role
        } else {
            format!("{} \u{b7} {role}", self.clause_title(&about.clause))
        };
        vec![own, what, format!("{} → {}", show(before), show(after))]
    }
}
