//! What a difference between two versions comes to for a book: totals, cards, and findings clause by clause.

use super::super::changes::figure;
use super::super::wording::{graded, placed};
use super::super::{Report, Table, files};
use super::Compared;
use crate::amount::Unit;
use crate::assess::Veto;
use crate::comparison::{About, CardChange, Entered, Face, FindingChange, Measured, Sides};
use crate::intake::Book;
use crate::language::{Language, Text};
use crate::organisation::Organisation;
use rust_decimal::Decimal;

/// How many cards are listed before it is only said how many more there are.
const LISTED: usize = 20;
/// How many findings of one clause are.
const EXAMPLES: usize = 5;

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
        let account = match &change.about {
            About::Account(account) => account.clone(),
            About::Veto => "veto".to_owned(),
            About::Grade(grade, how) => format!("grade {} {grade}", files::grading(*how)),
        };
        let unit = &change.unit;
        let (card_kind, subject) = change.card.clone().unwrap_or_default();
        let Sides { before, after } = change.entered;
        let plain = |value: Option<Decimal>| match change.about.account() {
            Some(_) => value.map(|value| unit.plain(value)).unwrap_or_default(),
            None => String::new(),
        };
        rows.push(vec![
            word(change).to_owned(),
            change.clause.clone(),
            change.kind.clone(),
            files::safe(&change.record).into_owned(),
            change.role.clone(),
            card_kind,
            files::safe(&subject).into_owned(),
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
    files::write(&rows)
}

fn word(change: &FindingChange) -> &'static str {
    match (change.entered.before, change.entered.after) {
        (None, _) => "gained",
        (_, None) => "lost",
        _ => "changed",
    }
}

impl Compared<'_> {
    pub(super) fn book(&self, book: &Book, measured: &Measured, report: &mut Report) {
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

    pub(super) fn accounts(&self, measured: &Measured, report: &mut Report) {
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
    pub(super) fn clauses(&self, organisation: &Organisation, measured: &Measured, report: &mut Report) {
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
            let (Some(account), unit) = (change.about.account(), &change.unit) else { continue };
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
        let show = |side: Option<Entered>| match (side, &change.about) {
            (None, _) => self.pick("无", "nothing").to_owned(),
            (Some(entered), About::Veto) if entered.certain => self.pick("否决", "veto").to_owned(),
            (Some(_), About::Veto) => self.pick("可能否决", "veto possible").to_owned(),
            (Some(entered), About::Grade(grade, how)) => {
                let open = if entered.certain { "" } else { self.pick("可能", "possibly ") };
                format!("{open}{}", graded(grade, *how, self.language))
            }
            (Some(entered), About::Account(_)) => {
                let show = |amount: Decimal| change.unit.show(amount, self.language);
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

    pub(super) fn cards(&self, organisation: &Organisation, measured: &Measured, report: &mut Report) {
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
        let rank = |face: &Face| face.rank.map_or_else(|| "—".to_owned(), |rank| placed(&rank));
        turn(self.pick("名次", "rank").to_owned(), rank(before), rank(after));
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
