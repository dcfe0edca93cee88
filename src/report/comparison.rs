//! What differs between two versions of a policy, and what that comes to for a book.

use super::changes::figure;
use super::{Report, Table, situation_in_words};
use crate::amount::Unit;
use crate::assess::Veto;
use crate::comparison::{
    CardChange, Comparison, Entered, Example, Face, FindingChange, Followed, Found, FunctionChange, How,
    Measured, ParameterChange, Sides, Version,
};
use crate::fact::{FactType, Value};
use crate::intake::Book;
use crate::language::{Language, Text};
use crate::organisation::Organisation;
use crate::policy::{Cell, Kind};
use rust_decimal::Decimal;

/// How many cards are listed before it is only said how many more there are.
const LISTED: usize = 20;
/// How many findings of one clause are.
const EXAMPLES: usize = 5;

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

/// Every finding that differs as CSV, amounts plain.
pub fn comparison_csv(measured: &Measured) -> Vec<u8> {
    let headings = [
        "change",
        "clause",
        "record_kind",
        "record",
        "role",
        "card_kind",
        "subject",
        "account",
        "unit",
        "found_before",
        "found_after",
        "counted_before",
        "counted_after",
        "difference",
        "certain_before",
        "certain_after",
    ];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for change in &measured.findings {
        let (account, unit) = change.account.clone().unwrap_or(("veto".to_owned(), Unit::None));
        let (card_kind, subject) = change.card.clone().unwrap_or_default();
        let Sides { before, after } = change.entered;
        let plain = |value: Option<Decimal>| match &change.account {
            Some(_) => value.map(|value| unit.plain(value)).unwrap_or_default(),
            None => String::new(),
        };
        rows.push(vec![
            word(change).to_owned(),
            change.clause.clone(),
            change.kind.clone(),
            super::files::safe(&change.record),
            change.role.clone(),
            card_kind,
            super::files::safe(&subject),
            account,
            unit.code().to_owned(),
            plain(before.map(|side| side.found)),
            plain(after.map(|side| side.found)),
            plain(before.map(|side| side.counted)),
            plain(after.map(|side| side.counted)),
            plain(Some(change.difference())),
            before.map(|side| side.certain.to_string()).unwrap_or_default(),
            after.map(|side| side.certain.to_string()).unwrap_or_default(),
        ]);
    }
    super::files::write(rows)
}

fn word(change: &FindingChange) -> &'static str {
    match (change.entered.before, change.entered.after) {
        (None, _) => "gained",
        (_, None) => "lost",
        _ => "changed",
    }
}

impl Compared<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
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

    /// The title of a table's key, where it is a word of a fact.
    fn key(&self, key: &str) -> String {
        let kinds = self.before.pack.policy.kinds.iter().chain(&self.after.pack.policy.kinds);
        let mut words = kinds.flat_map(|kind| kind.schema.facts()).filter_map(|fact| fact.kind.word(key));
        words.next().map_or(key, |word| word.title.get(self.language)).to_owned()
    }

    fn values(&self, change: &ParameterChange) -> String {
        let show = |side: &Option<(Cell, Unit)>| match side {
            None => self.pick("无", "none").to_owned(),
            Some((Cell::Word(word), _)) => word.clone(),
            Some((Cell::Number(number), unit)) => unit.show(*number, self.language),
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
        let what = match &about.account {
            Some(account) => self.account_title(&bearer.unwrap_or_default(), account),
            None => self.pick("一票否决", "veto").to_owned(),
        };
        let same_amounts = before.zip(after).is_some_and(|(one, other)| {
            (one.amount, one.counted, one.certain) == (other.amount, other.counted, other.certain)
        });
        let show = |side: Option<&Found>| match side {
            None => self.pick("无", "nothing").to_owned(),
            Some(found) if same_amounts => found.reason.clone().unwrap_or_default(),
            Some(_) if about.account.is_none() => self.pick("否决", "stands").to_owned(),
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

    fn book(&self, book: &Book, measured: &Measured, report: &mut Report) {
        self.head("账簿试算", "ON THE BOOK", report);
        let Measured { cards, findings, counts, rows, .. } = measured;
        if measured.is_empty() {
            report.line(match self.language {
                Language::Zh => format!("  {}：没有任何记分卡或认定改变", book.period.title().zh),
                Language::En => format!("  {}: no card and no finding changes", book.period.title().en),
            });
            return;
        }
        let (of_cards, of_findings) =
            (counts.before.0.max(counts.after.0), (counts.before.1, counts.after.1));
        let of = |wanted: &str| findings.iter().filter(|change| word(change) == wanted).count();
        let (gained, lost, changed) = (of("gained"), of("lost"), of("changed"));
        report.line(match self.language {
            Language::Zh => format!(
                "  {of_cards} 张记分卡中 {} 张改变；认定 {} → {}：新增 {gained}，消失 {lost}，改变 {changed}",
                cards.len(), of_findings.0, of_findings.1
            ),
            Language::En => format!(
                "  {} of {of_cards} cards change; findings {} → {}: {gained} gained, {lost} lost, {changed} changed",
                cards.len(), of_findings.0, of_findings.1
            ),
        });
        if rows.before != rows.after {
            let (before, after) = (rows.before, rows.after);
            report.line(match self.language {
                Language::Zh => {
                    format!("  判定 {} → {} 行，搭置 {} → {} 行", before.0, after.0, before.1, after.1)
                }
                Language::En => {
                    format!("  {} → {} rows judged, {} → {} set aside", before.0, after.0, before.1, after.1)
                }
            });
        }
    }

    fn accounts(&self, measured: &Measured, report: &mut Report) {
        if measured.findings.is_empty() {
            return;
        }
        let rows = measured.accounts.iter().map(|total| {
            let show = |value: Decimal| total.unit.show(value, self.language);
            vec![
                self.kind_title(&total.kind),
                self.account_title(&total.kind, &total.account),
                show(total.entered.before),
                show(total.entered.after),
                self.signed(total.difference(), &total.unit),
            ]
        });
        let headings = match self.language {
            Language::Zh => ["合计", "账户", "之前", "之后", "增减"],
            Language::En => ["TOTALS", "account", "before", "after", "change"],
        };
        self.table(headings.as_slice(), 2, rows.collect(), report);
    }

    /// A change with its sign, or a stroke where there is none.
    fn signed(&self, value: Decimal, unit: &Unit) -> String {
        if value.is_zero() {
            return "—".to_owned();
        }
        let plus = if value.is_sign_negative() { "" } else { "+" };
        format!("{plus}{}", unit.show(value, self.language))
    }

    /// A table whose last columns from `numbers` on are amounts.
    fn table(&self, headings: &[&str], numbers: usize, rows: Vec<Vec<String>>, report: &mut Report) {
        report.gap();
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let numeric = (0..headings.len()).map(|column| column >= numbers).collect();
        report.table(Table { indent: 2, headings, numeric, rows });
    }

    /// What each clause comes to: how many findings, then account by account, then the findings.
    fn clauses(&self, organisation: &Organisation, measured: &Measured, report: &mut Report) {
        let mut names: Vec<&str> = Vec::new();
        for change in &measured.findings {
            if !names.contains(&change.clause.as_str()) {
                names.push(&change.clause);
            }
        }
        for (index, name) in names.into_iter().enumerate() {
            if index == 0 {
                report.gap();
                report.line(format!("  {}", self.pick("按规则", "BY CLAUSE")));
            }
            let own = measured.findings.iter().filter(|change| change.clause == name);
            let own: Vec<&FindingChange> = own.collect();
            report.line(format!("    {}  {}", self.clause_title(name), self.counts(&own)));
            let rows = self.sums(&own);
            report.table(Table { indent: 6, numeric: vec![false, true], rows, ..Table::default() });
            let shown = if self.all { usize::MAX } else { EXAMPLES };
            let rows = own.iter().take(shown).map(|change| self.finding(organisation, change)).collect();
            report.table(Table { indent: 8, rows, ..Table::default() });
            self.more("        ", own.len().saturating_sub(shown), report);
        }
    }

    /// How many of some findings are gained, lost and changed.
    fn counts(&self, findings: &[&FindingChange]) -> String {
        let of = |wanted: &str| findings.iter().filter(|change| word(change) == wanted).count();
        let counts = [
            (of("gained"), "新增", "gained"),
            (of("lost"), "消失", "lost"),
            (of("changed"), "改变", "changed"),
        ];
        let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
        let counts = counts.map(|(count, zh, en)| match self.language {
            Language::Zh => format!("{zh} {count}"),
            Language::En => format!("{count} {en}"),
        });
        counts.collect::<Vec<_>>().join(self.pick("，", ", "))
    }

    /// What some findings come to on each account.
    fn sums(&self, findings: &[&FindingChange]) -> Vec<Vec<String>> {
        let mut sums: Vec<(String, Unit, Decimal)> = Vec::new();
        for change in findings {
            let Some((account, unit)) = &change.account else { continue };
            let what = match &change.card {
                Some((kind, _)) => {
                    format!("{} \u{b7} {}", self.kind_title(kind), self.account_title(kind, account))
                }
                None => format!("{} \u{b7} {account}", self.pick("无人承担", "nobody")),
            };
            let difference = change.difference();
            match sums.iter_mut().find(|(known, ..)| *known == what) {
                Some((.., sum)) => *sum = sum.saturating_add(difference),
                None => sums.push((what, unit.clone(), difference)),
            }
        }
        sums.into_iter().map(|(what, unit, sum)| vec![what, self.signed(sum, &unit)]).collect()
    }

    fn finding(&self, organisation: &Organisation, change: &FindingChange) -> Vec<String> {
        let name = |(_, subject): &(String, String)| organisation.name(subject).get(self.language).to_owned();
        let holder = change.card.as_ref().map(name).unwrap_or_default();
        let show = |side: Option<Entered>| match (side, &change.account) {
            (None, _) => self.pick("无", "nothing").to_owned(),
            (Some(entered), None) if entered.certain => self.pick("否决", "veto").to_owned(),
            (Some(_), None) => self.pick("可能否决", "veto possible").to_owned(),
            (Some(entered), Some((_, unit))) => {
                let show = |amount: Decimal| unit.show(amount, self.language);
                let counted = show(entered.counted);
                if entered.certain {
                    return counted;
                }
                let most = entered.most.map_or_else(|| "?".to_owned(), show);
                format!("{counted} ? {}{most}", self.pick("至 ", "to "))
            }
        };
        let role = self.role_title(&change.kind, &change.role);
        let (before, after) = (show(change.entered.before), show(change.entered.after));
        // what was found otherwise may count the same all the same
        let turn = if before == after {
            format!("{before} {}", self.pick("（计入不变）", "(counts the same)"))
        } else {
            format!("{before} → {after}")
        };
        vec![change.record.clone(), format!("{role} {holder}").trim_end().to_owned(), turn]
    }

    fn cards(&self, organisation: &Organisation, measured: &Measured, report: &mut Report) {
        if measured.cards.is_empty() {
            return;
        }
        let shown = if self.all { usize::MAX } else { LISTED };
        let mut rows = Vec::new();
        for card in measured.cards.iter().take(shown) {
            let name = organisation.name(&card.subject);
            let name = self.called(&card.subject, &if name.is_empty() { card.name.clone() } else { name });
            let mut first = vec![self.kind_title(&card.kind), name];
            for (what, said) in self.turns(card) {
                let before = std::mem::replace(&mut first, vec![String::new(); 2]);
                rows.push([before, vec![what, said]].concat());
            }
        }
        let headings: &[&str] = match self.language {
            Language::Zh => &["记分卡", "", "", ""],
            Language::En => &["CARDS", "", "", ""],
        };
        self.table(headings, 4, rows, report);
        self.more("  ", measured.cards.len().saturating_sub(shown), report);
    }

    fn called(&self, code: &str, name: &Text) -> String {
        let name = name.get(self.language);
        if name.is_empty() || name == code { code.to_owned() } else { format!("{name}{}", self.aside(code)) }
    }

    /// What changes about a card: what, and from where to where.
    fn turns(&self, card: &CardChange) -> Vec<(String, String)> {
        let Sides { before, after } = &card.faces;
        let (Some(before), Some(after)) = (before, after) else {
            let there = |face: &Option<Face>| {
                self.pick(
                    if face.is_some() { "有" } else { "无" },
                    if face.is_some() { "present" } else { "none" },
                )
            };
            let what = self.pick("记分卡", "card").to_owned();
            return vec![(what, format!("{} → {}", there(before), there(after)))];
        };
        let mut turns = Vec::new();
        let mut turn = |what: String, before: String, after: String| {
            if before != after {
                turns.push((what, format!("{before} → {after}")));
            }
        };
        let mut accounts: Vec<&String> = before.balances.iter().map(|(account, ..)| account).collect();
        accounts.extend(
            after
                .balances
                .iter()
                .map(|(account, ..)| account)
                .filter(|own| before.balances.iter().all(|(known, ..)| known != *own)),
        );
        for account in accounts {
            let show = |face: &Face| {
                let found = face.balances.iter().find(|(own, ..)| own == account);
                found.map_or_else(
                    || self.pick("无", "none").to_owned(),
                    |(_, unit, bounds)| figure(*bounds, unit, self.language),
                )
            };
            turn(self.account_title(&card.kind, account), show(before), show(after));
        }
        let veto = |face: &Face| match face.veto {
            Veto::None => self.pick("无", "none").to_owned(),
            Veto::Possible => self.pick("可能", "possible").to_owned(),
            Veto::Stands => self.pick("已否决", "stands").to_owned(),
        };
        turn(self.pick("一票否决", "veto").to_owned(), veto(before), veto(after));
        let grade = |face: &Face| face.grades.join(self.pick(" 或 ", " or "));
        turn(self.pick("等次", "grade").to_owned(), grade(before), grade(after));
        let number = |value: Option<Decimal>| value.map_or_else(|| "?".to_owned(), crate::amount::plain);
        turn(
            self.pick("系数", "coefficient").to_owned(),
            number(before.coefficient),
            number(after.coefficient),
        );
        turn(self.pick("权重", "weight").to_owned(), number(before.weight), number(after.weight));
        turns
    }

    fn more(&self, indent: &str, left: usize, report: &mut Report) {
        if left > 0 {
            report.line(match self.language {
                Language::Zh => format!("{indent}另有 {left} 行（--all）"),
                Language::En => format!("{indent}{left} more (--all)"),
            });
        }
    }
}
