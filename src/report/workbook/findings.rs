//! The findings: a line each, with the amount as a formula, what counts of it, and why.

use super::Plan;
use super::cell::{Finished, Page, Written, place};
use super::group::Counted;
use super::parameters::{form, word};
use super::style::{Form, Mark, veto};
use crate::amount::{self, Unit};
use crate::assess::{CardKey, Deduction, Finding};
use crate::report::sign::{is_turned, shown, signs};
use crate::report::wording::{Wording, graded};
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::utility::{column_number_to_name, quote_sheet_name};

/// Findings of one sheet: a spreadsheet has 1,048,576 rows.
const ROWS: usize = 1_000_000;

/// The columns that other cells refer to.
pub(super) const AMOUNT: u16 = 12;
const AFTER_HIGHEST: u16 = 13;
pub(super) const COUNTED: u16 = 14;
const STATE: u16 = 15;
/// The columns of what was read and worked out when it was assessed.
const WORDS: [u16; 4] = [17, 18, 19, 20];
pub(super) const CARD_KEY: u16 = 23;
pub(super) const ACCOUNT_KEY: u16 = 24;
/// What vetoes have in common in the column of accounts.
const VETO_KEY: &str = "v";
const HIGHEST_KEY: u16 = 25;
const CAP_KEY: u16 = 26;
const ORDER: u16 = 27;
/// The first columns are printed; the others say how these came to be, or only help.
const PRINTED: usize = 16;

impl Plan<'_> {
    /// A column of all findings, as formulas name it.
    pub(super) fn findings_column(&self, column: u16) -> String {
        let (name, sheet) = (column_number_to_name(column), quote_sheet_name(&self.names.findings));
        let last = self.subject.assessment.count().clamp(1, ROWS).saturating_add(1);
        format!("{sheet}!${name}$2:${name}${last}")
    }

    /// A cell of a finding, as formulas on other sheets name it.
    pub(super) fn finding_cell(&self, position: usize, column: u16) -> String {
        let (name, sheet) = (column_number_to_name(column), quote_sheet_name(&self.names.findings));
        format!("{sheet}!${name}${}", position.saturating_add(2))
    }

    /// What findings against a card have in common.
    pub(super) fn card_key(&self, card: usize) -> String {
        format!("k{}", card.saturating_add(1))
    }

    /// What findings on an account of cards of a kind have in common.
    pub(super) fn account_key(kind: usize, account: usize) -> String {
        format!("a{}.{}", kind.saturating_add(1), account.saturating_add(1))
    }

    /// The sheets of the findings, of which most months need one.
    pub(super) fn finding_sheets(&self) -> Result<Vec<Finished>, XlsxError> {
        let count = self.subject.assessment.count();
        let mut sheets = Vec::new();
        for part in crate::ordered::parts(count.max(1), ROWS) {
            let name = match part.start {
                0 => self.names.findings.clone(),
                start => format!("{} #{}", self.names.findings, start.div_ceil(ROWS).saturating_add(1)),
            };
            let mut page = Page::new(&name, self.language)?;
            let headings = self.finding_headings();
            page.headings(&headings)?;
            let rows = part.len().min(count);
            for (line, position) in part.enumerate() {
                let Some(finding) = self.subject.assessment.finding(position) else { continue };
                self.write_finding(&mut page, place(line.saturating_add(1))?, (position, &finding))?;
            }
            for column in WORDS {
                page.broaden(column);
                page.note(
                    (0, column),
                    self.pick(
                        "考核时的文字，不随改动变化",
                        "the words of the assessment, which follow no change",
                    ),
                )?;
            }
            page.note((0, AMOUNT), self.pick(
                "蓝色为公式，由「事实」「参数」各单元格算得；改动一个事实，此处与各卡随之重算。新产生的认定须重新考核。",
                "blue is a formula over the cells of facts and parameters: change a fact, and this and the cards follow; a finding that would be new needs a new assessment",
            ))?;
            page.foot(signs(self.language));
            sheets.push(page.finish(place(rows)?, headings.len(), PRINTED)?);
        }
        Ok(sheets)
    }

    /// How long texts stand: in several lines, unless there are too many rows to set each to its height.
    fn long(&self) -> Form {
        if self.is_live() { Form::Long } else { Form::Text }
    }

    fn finding_headings(&self) -> Vec<String> {
        self.headings([
            ("序号", "no."),
            ("类别", "kind"),
            ("记录", "record"),
            ("日期", "date"),
            ("规则", "clause"),
            ("依据", "basis"),
            ("角色", "role"),
            ("承担类别", "card"),
            ("承担人编码", "code"),
            ("承担人", "name"),
            ("科目", "account"),
            ("单位", "unit"),
            ("金额", "amount"),
            ("就高后", "after highest"),
            ("计入", "counted"),
            ("状态", "state"),
            ("至多", "at most"),
            ("事实（考核时）", "facts (as assessed)"),
            ("算式（考核时）", "working (as assessed)"),
            ("理由", "reason"),
            ("不计的原因", "not counted because"),
            ("列入方式", "how it enters"),
            ("规则代码", "clause code"),
            ("卡号", "card key"),
            ("科目号", "account key"),
            ("就高组", "highest key"),
            ("封顶组", "cap key"),
            ("次序", "order"),
        ])
    }

    fn write_finding(
        &self,
        page: &mut Page,
        row: u32,
        (position, finding): (usize, &Finding<'_>),
    ) -> Written {
        page.count((row, 0), position.saturating_add(1))?;
        let kinds = &self.subject.pack.policy.kinds;
        let kind = kinds.get(finding.kind());
        let title = self.subject.clause_title(finding.clause());
        let clause = self.subject.rules.clause(finding.clause());
        let role = kind.and_then(|kind| kind.role(finding.role()));
        let mut text = |column: u16, text: &str, form: Form| page.text((row, column), text, form, Mark::None);
        text(1, kind.map_or("", |kind| kind.title.get(self.language)), Form::Text)?;
        text(2, finding.record(), Form::Text)?;
        text(4, title.get(self.language), self.long())?;
        text(5, clause.map_or("", |clause| clause.basis.as_str()), self.long())?;
        text(6, role.map_or(finding.role(), |role| role.title.get(self.language)), Form::Text)?;
        match finding.card() {
            Some(key) => {
                let of = kinds.get(key.kind).map_or("", |kind| kind.title.get(self.language));
                text(7, of, Form::Text)?;
                text(8, &key.subject, Form::Text)?;
                text(9, &self.subject.subject_name(&key.subject, self.language), Form::Text)?;
            }
            None if finding.is_outside() => text(7, self.pick("外部", "outside"), Form::Text)?,
            None => text(7, self.pick("无人承担", "nobody"), Form::Text)?,
        }
        self.words(page, row, finding)?;
        self.state(page, row, (position, finding))?;
        page.moment((row, 3), finding.at(), Mark::None)?;
        page.text((row, 22), finding.clause(), Form::Text, Mark::Helper)?;
        self.figures(page, row, (position, finding))
    }

    /// What was read, how the amount was worked out, and what took from it.
    fn words(&self, page: &mut Page, row: u32, finding: &Finding<'_>) -> Written {
        let rows = self.subject.assessment.rows.get(&finding.kind());
        let record = rows.and_then(|rows| rows.record(finding.row()));
        if let Some((record, terms)) = record.zip(finding.terms()) {
            let wording = Wording { language: self.language, record: &record, terms };
            let steps: Vec<String> = finding.path().steps.iter().map(|step| wording.step(step)).collect();
            page.text((row, 17), &steps.join(self.pick("；", "; ")), Form::Text, Mark::None)?;
            if let Some(working) = finding.working() {
                page.text((row, 18), &wording.working(&working), Form::Text, Mark::None)?;
            }
        }
        page.text((row, 19), &finding.reason().unwrap_or_default(), Form::Text, Mark::None)?;
        let by: Vec<&str> = finding.suppressed().iter().map(|part| part.by.get(self.language)).collect();
        page.text((row, 20), &by.join(self.pick("；", "; ")), Form::Text, Mark::None)
    }

    /// Whether it counts; a veto that is a formula says so by itself.
    fn state(&self, page: &mut Page, row: u32, (position, finding): (usize, &Finding<'_>)) -> Written {
        let state = match (finding.is_certain(), finding.card()) {
            (false, _) => self.pick("待定", "open"),
            (true, None) if !finding.is_outside() => self.pick("无人承担", "nobody"),
            (true, _) if !finding.suppressed().is_empty() => self.pick("不全计", "not all counts"),
            (true, _) => self.pick("计入", "counts"),
        };
        let is_veto = finding.account().is_none() && finding.grade().is_none();
        let is_live = self.amounts.get(position).is_some_and(|amount| amount.live.is_ok());
        let counts = self.pick("计入", "counts");
        if !(is_veto && is_live && self.is_live() && state == counts) {
            return page.text((row, STATE), state, Form::Text, Mark::None);
        }
        let (cell, lifted) = (column_number_to_name(COUNTED), self.pick("不成立", "does not stand"));
        let formula = format!("IF({cell}{}>0,\"{counts}\",\"{lifted}\")", row.saturating_add(1));
        page.formula((row, STATE), &formula, state, Form::Word)
    }

    fn figures(&self, page: &mut Page, row: u32, (position, finding): (usize, &Finding<'_>)) -> Written {
        let (Some(amount), Some(counted)) = (self.amounts.get(position), self.counted.get(position)) else {
            return Ok(());
        };
        let account = finding.account();
        let unit = account.map_or(Unit::None, |account| account.unit.clone());
        let named = match (account, finding.grade()) {
            (Some(account), _) => account.title.get(self.language).to_owned(),
            (None, Some((grade, how))) => graded(grade, how, self.language),
            (None, None) => self.pick("一票否决", "veto").to_owned(),
        };
        page.text((row, 10), &named, Form::Text, Mark::None)?;
        page.text((row, 11), word(&unit, self.language), Form::Text, Mark::None)?;
        let card = finding.card();
        if let Some((key, place)) = card.and_then(|key| Some((key, *self.cards.get(key)?))) {
            self.keys(page, row, (key, place), finding)?;
        }
        if finding.grade().is_some() {
            return Ok(());
        }
        let form = if account.is_some() { form(&unit) } else { veto(self.language) };
        let how = match &amount.live {
            Ok(formula) => {
                page.formula((row, AMOUNT), formula, &amount::plain(amount.value), form)?;
                None
            }
            Err(why) => {
                page.number((row, AMOUNT), amount.value, form, Mark::None)?;
                Some(why)
            }
        };
        if let Some((_, sign, found)) = finding.entry_on().filter(|(_, _, found)| !found.is_exact()) {
            match found.most {
                Some(most) => {
                    page.number((row, 16), shown(&unit, sign.signed(most)), form, Mark::None)?;
                }
                None => page.text((row, 16), "?", Form::Text, Mark::None)?,
            }
        }
        self.after_groups(page, row, (counted, form), finding)?;
        let ways = how
            .or(counted.fixed.as_ref())
            .map(|why| format!("{}{}", self.pick("数值：", "value: "), why.get(self.language)));
        let said = ways.unwrap_or_else(|| self.pick("公式", "formula").to_owned());
        page.text((row, 21), &said, Form::Text, Mark::Helper)
    }

    fn keys(
        &self,
        page: &mut Page,
        row: u32,
        (key, place): (&CardKey, usize),
        finding: &Finding<'_>,
    ) -> Written {
        let kind = self.subject.pack.policy.kinds.get(key.kind);
        let account = finding
            .account()
            .and_then(|account| kind?.accounts.iter().position(|own| own.name == account.name));
        let card = self.card_key(place);
        let (card, account) = match account {
            Some(account) => {
                (format!("{card}.{}", account.saturating_add(1)), Self::account_key(key.kind, account))
            }
            None if finding.grade().is_none() => (format!("{card}.{VETO_KEY}"), VETO_KEY.to_owned()),
            None => return Ok(()),
        };
        page.text((row, CARD_KEY), &card, Form::Text, Mark::Helper)?;
        page.text((row, ACCOUNT_KEY), &account, Form::Text, Mark::Helper)
    }

    /// What is left after the highest of each group, and within the caps.
    fn after_groups(
        &self,
        page: &mut Page,
        row: u32,
        (counted, form): (&Counted, Form),
        finding: &Finding<'_>,
    ) -> Written {
        let takes = finding.entry_on().is_none_or(|(_, sign, _)| sign == Deduction::Takes);
        // what is shown the other way round adds where it takes
        let is_negative = takes != finding.account().is_some_and(|account| is_turned(&account.unit));
        let own = |column: u16| format!("{}{}", column_number_to_name(column), row.saturating_add(1));
        let all = |column: u16| self.findings_column(column);
        if counted.order > 0 {
            page.number((row, ORDER), Decimal::from(counted.order), Form::Number, Mark::Helper)?;
        }
        let highest = counted.highest.as_ref().filter(|_| counted.highest_is_live && self.is_live());
        let shown = amount::plain(counted.after_highest);
        if let Some(key) = &counted.highest {
            page.text((row, HIGHEST_KEY), key, Form::Text, Mark::Helper)?;
        }
        if highest.is_some() {
            let most = if is_negative { "MINIFS" } else { "MAXIFS" };
            let (amounts, keys, orders) = (all(AMOUNT), all(HIGHEST_KEY), all(ORDER));
            let (amount, key, order) = (own(AMOUNT), own(HIGHEST_KEY), own(ORDER));
            let formula = format!(
                "IF(AND({amount}={most}({amounts},{keys},{key}),{order}=MINIFS({orders},{keys},{key},{amounts},{amount})),{amount},0)"
            );
            page.formula((row, AFTER_HIGHEST), &formula, &shown, form)?;
        } else if counted.highest.is_some() {
            page.number((row, AFTER_HIGHEST), counted.after_highest, form, Mark::None)?;
        } else if self.is_live() {
            page.formula((row, AFTER_HIGHEST), &own(AMOUNT), &shown, form)?;
        } else {
            page.number((row, AFTER_HIGHEST), counted.after_highest, form, Mark::None)?;
        }
        let shown = amount::plain(counted.value);
        match (&counted.cap, &counted.fixed) {
            (_, Some(_)) => page.number((row, COUNTED), counted.value, form, Mark::None),
            (Some((key, cap)), None) if self.is_live() => {
                page.text((row, CAP_KEY), key, Form::Text, Mark::Helper)?;
                let before = format!(
                    "SUMIFS({},{},{},{},\"<\"&{})",
                    all(AFTER_HIGHEST),
                    all(CAP_KEY),
                    own(CAP_KEY),
                    all(ORDER),
                    own(ORDER)
                );
                let left = own(AFTER_HIGHEST);
                let formula = if is_negative {
                    format!("ROUND(-MIN(-{left},MAX(0,{cap}+{before})),10)")
                } else {
                    format!("ROUND(MIN({left},MAX(0,{cap}-{before})),10)")
                };
                page.formula((row, COUNTED), &formula, &shown, form)
            }
            (None, None) if self.is_live() => page.formula((row, COUNTED), &own(AFTER_HIGHEST), &shown, form),
            (_, None) => page.number((row, COUNTED), counted.value, form, Mark::None),
        }?;
        // why less counts stands where somebody looks
        let by: Vec<&str> = finding.suppressed().iter().map(|part| part.by.get(self.language)).collect();
        page.note((row, COUNTED), &by.join("\n"))
    }
}
