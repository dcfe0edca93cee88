//! The first sheet: whose month it is, whether everything adds up, who is vetoed, and two charts.

use super::Plan;
use super::cell::{Finished, Page, Written, place};
use super::chart::SHORT;
use super::findings::{ACCOUNT_KEY, COUNTED};
use super::formula::NOISE;
use super::parameters::{form, word};
use super::style::{Form, Mark, vetoed};
use crate::amount;
use crate::assess::Finding;
use crate::language::Language;
use crate::report::ledger::ledger_line;
use crate::report::payroll::accounts;
use crate::report::sign::{shown, signs};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ConditionalFormatFormula, XlsxError};

/// Vetoes that are listed here; all of them stand among the findings.
const VETOES: usize = 40;

/// So many rows still can be read where they stand on one page.
const ON_ONE_PAGE: u32 = 80;

/// The sheet on its way, and the next free row.
pub(super) struct Sheet {
    pub(super) page: Page,
    pub(super) row: u32,
}

impl Sheet {
    pub(super) fn next(&mut self) -> u32 {
        let row = self.row;
        self.row = self.row.saturating_add(1);
        row
    }

    /// A table's own heading with those of its columns.
    pub(super) fn table(&mut self, headings: &[String]) -> Written {
        self.next();
        let row = self.next();
        for (column, heading) in headings.iter().enumerate() {
            self.page.text((row, place(column)?), heading, Form::Heading, Mark::None)?;
        }
        Ok(())
    }

    /// A name and a text that is worked out.
    fn worked_out(&mut self, name: &str, (formula, shown): (&str, &str)) -> Result<u32, XlsxError> {
        let row = self.next();
        self.page.text((row, 0), name, Form::Free, Mark::None)?;
        self.page.formula((row, 1), formula, shown, Form::Free)?;
        Ok(row)
    }

    fn pair(&mut self, name: &str, said: &str) -> Written {
        let row = self.next();
        self.page.text((row, 0), name, Form::Free, Mark::None)?;
        self.page.text((row, 1), said, Form::Free, Mark::None)
    }
}

impl Plan<'_> {
    /// The sheet.
    pub(super) fn overview(&self) -> Result<Finished, XlsxError> {
        let page = Page::new(&self.names.overview, self.language)?;
        let mut sheet = Sheet { page, row: 0 };
        self.head(&mut sheet)?;
        // the lines of the head run on to the right
        let top = sheet.row.saturating_add(1);
        self.row_totals(&mut sheet)?;
        self.account_totals(&mut sheet)?;
        self.money_totals(&mut sheet)?;
        self.vetoes_listed(&mut sheet)?;
        self.charts(&mut sheet, top)?;
        sheet.page.sheet().set_column_hidden(SHORT)?;
        let pages = u16::from(sheet.row <= ON_ONE_PAGE);
        sheet.page.sheet().set_print_fit_to_pages(1, pages);
        sheet.page.finish_plain()
    }

    fn head(&self, sheet: &mut Sheet) -> Written {
        let (assessment, policy) = (self.subject.assessment, &self.subject.pack.policy);
        let row = sheet.next();
        let title = [&policy.title, &assessment.period.title(), &self.subject.book.title];
        let title: Vec<&str> =
            title.into_iter().filter(|part| !part.is_empty()).map(|part| part.get(self.language)).collect();
        sheet.page.text((row, 0), &title.join(" · "), Form::Title, Mark::None)?;
        let open = assessment.scorecards.iter().filter(|card| card.is_provisional()).count();
        let (cards, aside) = (assessment.scorecards.len(), assessment.to_mend());
        let state = match (assessment.is_provisional() || aside > 0, self.language) {
            (false, Language::Zh) => "定案".to_owned(),
            (false, Language::En) => "final".to_owned(),
            (true, Language::Zh) => format!("暂定：{cards} 张卡中 {open} 张待定，搁置 {aside} 行"),
            (true, Language::En) => {
                format!("PROVISIONAL: {open} of {cards} cards open, {aside} rows set aside")
            }
        };
        self.edits(sheet)?;
        sheet.pair(self.pick("状态", "state"), &state)?;
        sheet.pair(self.pick("单位", "organisation"), self.subject.book.title.get(self.language))?;
        let by = format!("{} {}", policy.id, policy.version);
        sheet.pair(self.pick("办法", "policy"), &by)?;
        sheet.pair(self.pick("施行", "in force since"), &policy.from.to_string())?;
        sheet.pair(self.pick("期间", "period"), &assessment.period.code())?;
        sheet.pair(self.pick("截至", "as of"), &assessment.as_of.to_string())?;
        sheet.pair(self.pick("数据摘要", "book digest"), &self.digests.book)?;
        sheet.pair(self.pick("办法摘要", "policy digest"), &self.digests.pack)?;
        sheet.pair(self.pick("结果摘要", "result digest"), &self.digests.result)?;
        if let Some(line) = ledger_line(self.digests, self.language) {
            sheet.pair(self.pick("台账", "ledger"), &line)?;
        }
        sheet.pair(self.pick("程序", "program"), &format!("renze {}", env!("CARGO_PKG_VERSION")))?;
        let live = match self.is_live() {
            true => self.pick(
                "蓝色数字为公式；浅黄单元格可改，改后随之重算。黑色数字为数值，原因见批注或「列入方式」",
                "blue figures are formulas; light yellow cells may be changed, and what follows is worked out; black figures are values, the reason stands beside them",
            ),
            false => self.pick("认定过多，各卡以数值列入", "there are too many findings: the cards hold values"),
        };
        sheet.pair(self.pick("用法", "how to read it"), live)?;
        sheet.pair(self.pick("限度", "its limits"), self.limits())?;
        sheet.pair(self.pick("符号", "signs"), signs(self.language))
    }

    /// What no change in the workbook can show.
    pub(super) fn limits(&self) -> &'static str {
        self.language.pick(
            "改动可使「明细」已有的认定增减、成立或不成立，但不会产生新的认定（如原先未触及的一票否决、换了承担人）：须由系统重新考核",
            "a change alters, lifts or restores findings that stand among the findings; it makes no new one (a veto that was not touched on, another bearer): that needs a new assessment",
        )
    }

    /// Whether the workbook still says what was assessed.
    fn edits(&self, sheet: &mut Sheet) -> Written {
        let (cells, cards) = (self.changed(), self.cards_changed());
        let same = self.pick("未改动：各卡与考核结果一致", "unchanged: every card is as it was assessed");
        let formula = self.edited((&cells, &cards));
        let formula = format!("IF({cells}+{cards}=0,\"{same}\",{formula})");
        let row = sheet.worked_out(self.pick("改动", "changes"), (&formula, same))?;
        let line = row.saturating_add(1);
        let rule = format!("=$B${line}<>\"{same}\"");
        let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(vetoed());
        sheet.page.sheet().add_conditional_format(row, 1, row, 6, &rule)?;
        Ok(())
    }

    /// What is said where cells were changed, as a formula.
    fn edited(&self, (cells, cards): (&str, &str)) -> String {
        let compared = &self.names.compared;
        match (self.language, self.is_live()) {
            (Language::Zh, true) => format!(
                "\"已改动 \"&{cells}&\" 个单元格，\"&{cards}&\" 张卡与考核结果不同（见「{compared}」）：以系统考核结果为准，下列状态与摘要不再适用\""
            ),
            (Language::En, true) => format!(
                "\"EDITED: \"&{cells}&\" cells changed, \"&{cards}&\" cards differ from the assessment, which is in force (see \"\"{compared}\"\"): the state and digests below no longer apply\""
            ),
            (Language::Zh, false) => format!(
                "\"已改动 \"&{cells}&\" 个单元格，各卡为数值，不随之变化：以系统考核结果为准，下列状态与摘要不再适用\""
            ),
            (Language::En, false) => format!(
                "\"EDITED: \"&{cells}&\" cells changed, which the cards do not follow: the assessment is in force, the state and digests below no longer apply\""
            ),
        }
    }

    /// Every row that was read is somewhere.
    fn row_totals(&self, sheet: &mut Sheet) -> Written {
        let totals = self.subject.assessment.totals;
        sheet.table(&self.headings([("控制总数：行", "control totals: rows"), ("行数", "rows")]))?;
        let first = sheet.row;
        for (name, count) in [
            (self.pick("已判", "judged"), totals.judged),
            (self.pick("搁置", "set aside"), totals.set_aside),
            (self.pick("他期", "of other periods"), totals.outside),
            (self.pick("未了结", "not ended"), totals.open),
            (self.pick("不属任何对象", "of no kind"), totals.unpicked),
        ] {
            let row = sheet.next();
            sheet.page.text((row, 0), name, Form::Text, Mark::None)?;
            sheet.page.count((row, 1), count)?;
        }
        let (last, row) = (sheet.row, sheet.next());
        sheet.page.text((row, 0), self.pick("读入", "read"), Form::Text, Mark::None)?;
        sheet.page.count((row, 1), totals.read)?;
        let (read, row) = (row.saturating_add(1), sheet.next());
        sheet.page.text((row, 0), self.pick("差额", "difference"), Form::Text, Mark::None)?;
        let formula = format!("B{read}-SUM(B{}:B{last})", first.saturating_add(1));
        sheet.page.formula((row, 1), &formula, "0", Form::Number)?;
        let row = sheet.next();
        sheet.page.text(
            (row, 0),
            self.pick("认定（考核时）", "findings (as assessed)"),
            Form::Text,
            Mark::None,
        )?;
        sheet.page.count((row, 1), self.subject.assessment.tally.standing)?;
        self.veto_totals(sheet)
    }

    /// How many cases brought a veto, and how many cards bear one: a case is borne by several.
    fn veto_totals(&self, sheet: &mut Sheet) -> Written {
        let row = sheet.next();
        let name = self.pick("一票否决的件数（考核时）", "cases with a veto (as assessed)");
        sheet.page.text((row, 0), name, Form::Text, Mark::None)?;
        sheet.page.count((row, 1), self.subject.assessment.tally.vetoed)?;
        let row = sheet.next();
        sheet.page.text((row, 0), self.pick("被一票否决的卡", "cards vetoed"), Form::Text, Mark::None)?;
        let (mut count, mut counts) = (0_usize, Vec::new());
        for layout in self.layouts.values() {
            let Some(column) = layout.veto else { continue };
            let cards = layout.cards.iter().filter_map(|card| self.subject.assessment.scorecards.get(*card));
            let vetoed = cards.filter(|card| self.standing_vetoes(card).next().is_some()).count();
            count = count.saturating_add(vetoed);
            counts.push(format!("COUNTIF({},\">0\")", layout.range(column)));
        }
        if !self.is_live() || counts.is_empty() {
            return sheet.page.count((row, 1), count);
        }
        sheet.page.formula((row, 1), &counts.join("+"), &count.to_string(), Form::Number)
    }

    /// What the findings enter on every account is what its cards have.
    fn account_totals(&self, sheet: &mut Sheet) -> Written {
        sheet.table(&self.headings([
            ("控制总数：科目", "control totals: accounts"),
            ("科目", "account"),
            ("单位", "unit"),
            ("明细合计", "findings"),
            ("各卡合计", "cards"),
            ("差额", "difference"),
            ("各卡结果合计", "settled"),
        ]))?;
        for (position, layout) in &self.layouts {
            let Some(kind) = self.subject.pack.policy.kinds.get(*position) else { continue };
            for (place, (account, columns)) in kind.accounts.iter().zip(&layout.accounts).enumerate() {
                let balances = || {
                    let cards =
                        layout.cards.iter().filter_map(|card| self.subject.assessment.scorecards.get(*card));
                    cards.filter_map(|card| card.balance(&account.name))
                };
                let sum = |of: &dyn Fn(&crate::assess::Balance) -> Decimal| {
                    balances().map(of).fold(Decimal::ZERO, Decimal::saturating_add)
                };
                let entered = amount::plain(shown(&account.unit, sum(&|balance| balance.entered)));
                let settled = amount::plain(shown(&account.unit, sum(&|balance| balance.settled.so_far)));
                let (row, form) = (sheet.next(), form(&account.unit));
                let line = row.saturating_add(1);
                sheet.page.text((row, 0), kind.title.get(self.language), Form::Text, Mark::None)?;
                sheet.page.text((row, 1), account.title.get(self.language), Form::Text, Mark::None)?;
                sheet.page.text((row, 2), word(&account.unit, self.language), Form::Text, Mark::None)?;
                let cards = format!("ROUND(SUM({}),{NOISE})", layout.range(columns.entered));
                let all = format!("ROUND(SUM({}),{NOISE})", layout.range(columns.settled));
                sheet.page.formula((row, 4), &cards, &entered, form)?;
                sheet.page.formula((row, 6), &all, &settled, form)?;
                // a sum has no findings of its own, and is none of what they add up to
                if account.is_sum() || !self.is_on_one_sheet() {
                    continue;
                }
                let (counted, keys) = (self.findings_column(COUNTED), self.findings_column(ACCOUNT_KEY));
                let key = Self::account_key(*position, place);
                let found = format!("ROUND(SUMIFS({counted},{keys},\"{key}\"),{NOISE})");
                sheet.page.formula((row, 3), &found, &entered, form)?;
                sheet.page.formula((row, 5), &format!("ROUND(D{line}-E{line},{NOISE})"), "0", form)?;
            }
        }
        Ok(())
    }

    /// What people and pools pay is what the cards say.
    fn money_totals(&self, sheet: &mut Sheet) -> Written {
        sheet.table(&self.headings([
            ("控制总额：扣款", "control totals: charges"),
            ("现计（元）", "so far (yuan)"),
            ("其中定案", "of that, final"),
            ("其中暂定，勿发", "of that, provisional: do not pay"),
        ]))?;
        let parts = [(true, "人员", "people"), (false, "单位", "pools")];
        for (is_people, zh, en) in parts {
            let row = sheet.next();
            let line = row.saturating_add(1);
            sheet.page.text((row, 0), self.pick(zh, en), Form::Text, Mark::None)?;
            let mut total = Decimal::ZERO;
            for (column, (cell, part)) in [2, 3].into_iter().zip(self.payroll_totals(is_people)) {
                total = total.saturating_add(part);
                sheet.page.formula((row, column), &cell, &amount::plain(part), Form::Money)?;
            }
            let formula = format!("ROUND(C{line}+D{line},{NOISE})");
            sheet.page.formula((row, 1), &formula, &amount::plain(total), Form::Money)?;
        }
        let row = sheet.next();
        let mut ranges = Vec::new();
        let mut settled = Decimal::ZERO;
        for (position, layout) in &self.layouts {
            let Some(kind) = self.subject.pack.policy.kinds.get(*position) else { continue };
            for account in accounts(kind) {
                let place = kind.accounts.iter().position(|own| own.name == account.name);
                if let Some(columns) = place.and_then(|place| layout.accounts.get(place)) {
                    ranges.push(format!("SUM({})", layout.range(columns.settled)));
                }
                for card in
                    layout.cards.iter().filter_map(|card| self.subject.assessment.scorecards.get(*card))
                {
                    let balance = card.balance(&account.name).map(|balance| balance.settled.so_far);
                    settled = settled.saturating_sub(balance.unwrap_or_default());
                }
            }
        }
        sheet.page.text((row, 0), self.pick("各卡", "cards"), Form::Text, Mark::None)?;
        if ranges.is_empty() {
            ranges.push("0".to_owned());
        }
        let formula = format!("ROUND({},{NOISE})", ranges.join("+"));
        sheet.page.formula((row, 1), &formula, &amount::plain(settled), Form::Money)?;
        let (line, row) = (row.saturating_add(1), sheet.next());
        sheet.page.text((row, 0), self.pick("差额", "difference"), Form::Text, Mark::None)?;
        let formula =
            format!("ROUND(B{}+B{}-B{line},{NOISE})", line.saturating_sub(2), line.saturating_sub(1));
        sheet.page.formula((row, 1), &formula, "0", Form::Money)
    }

    fn vetoes_listed(&self, sheet: &mut Sheet) -> Written {
        let is_veto = |finding: &Finding<'_>| finding.account().is_none() && finding.grade().is_none();
        let all = self.subject.assessment.findings().enumerate();
        let vetoes: Vec<(usize, Finding<'_>)> = all
            .filter(|(_, finding)| is_veto(finding) && finding.is_certain() && finding.stands())
            .filter(|(_, finding)| finding.card().is_some_and(|key| self.cards.contains_key(key)))
            .collect();
        if vetoes.is_empty() {
            return Ok(());
        }
        let mut headings = self.headings([
            ("一票否决", "vetoes"),
            ("记录", "record"),
            ("类别", "card"),
            ("编码", "code"),
            ("名称", "name"),
            ("否决前（考核时）", "before (as assessed)"),
            ("结果", "settled"),
        ]);
        if self.is_live() {
            headings.push(self.pick("现状", "by now").to_owned());
        }
        sheet.table(&headings)?;
        let more = vetoes.len().saturating_sub(VETOES);
        for (position, finding) in vetoes.into_iter().take(VETOES) {
            let place = finding.card().and_then(|key| self.cards.get(key)).copied();
            let card = place.and_then(|place| self.subject.assessment.scorecards.get(place));
            let Some((place, card)) = place.zip(card) else { continue };
            let kind = self.subject.pack.policy.kinds.get(card.key.kind);
            let row = sheet.next();
            let title = self.subject.clause_title(finding.clause());
            for (column, text) in [
                (0, title.get(self.language)),
                (1, finding.record()),
                (2, kind.map_or("", |kind| kind.title.get(self.language))),
                (3, card.key.subject.as_str()),
                (4, &self.subject.subject_name(&card.key.subject, self.language)),
            ] {
                sheet.page.text((row, column), text, Form::Text, Mark::None)?;
            }
            let score = kind.and_then(|kind| kind.score());
            if let Some((account, balance)) = score.and_then(|own| Some((own, card.balance(&own.name)?))) {
                let form = form(&balance.unit);
                sheet.page.number((row, 5), balance.before_veto.so_far, form, Mark::None)?;
                let settled = amount::plain(balance.settled.so_far);
                match self.settled_cell(place, &account.name) {
                    Some(cell) => sheet.page.formula((row, 6), &cell, &settled, form)?,
                    None => sheet.page.number((row, 6), balance.settled.so_far, form, Mark::None)?,
                }
            }
            if self.is_live() {
                let cell = self.finding_cell(position, COUNTED);
                let (stands, lifted) =
                    (self.pick("成立", "stands"), self.pick("已不成立", "no longer stands"));
                let formula = format!("IF({cell}>0,\"{stands}\",\"{lifted}\")");
                sheet.page.formula((row, 7), &formula, stands, Form::Word)?;
            }
        }
        if more > 0 {
            let row = sheet.next();
            let said = match self.language {
                Language::Zh => format!("另有 {more} 项，见「{}」", self.names.findings),
                Language::En => format!("{more} more: see '{}'", self.names.findings),
            };
            sheet.page.text((row, 0), &said, Form::Free, Mark::None)?;
        }
        Ok(())
    }

    /// Whether all findings stand on one sheet, so that they can be added up.
    fn is_on_one_sheet(&self) -> bool {
        self.subject.assessment.count() <= 1_000_000
    }
}
