//! The cards: a sheet for every kind of them, with balances, grade and rank as formulas over the findings.

use super::Plan;
use super::balance::OfCard;
use super::cell::{Finished, Page, Written, place};
use super::grade::group_number;
use super::layout::Layout;
use super::parameters::form;
use super::style::{Form, Mark, open, veto, vetoed};
use crate::amount::{self, Unit};
use crate::assess::{Balance, Finding, Scorecard, Veto};
use crate::fact::{FactType, Facts as _, Value};
use crate::language::Text;
use crate::policy::{Account, Kind};
use crate::report::sign::{is_turned, shown, signs};
use crate::report::wording::graded;
use rust_decimal::Decimal;
use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{ConditionalFormatFormula, XlsxError};

impl Plan<'_> {
    /// The sheet of the cards of a kind.
    pub(super) fn card_sheet(&self, position: usize, layout: &Layout) -> Result<Finished, XlsxError> {
        let mut page = Page::new(&layout.sheet, self.language)?;
        let Some(kind) = self.subject.pack.policy.kinds.get(position) else { return page.finish_plain() };
        self.card_headings(&mut page, kind, layout)?;
        for (line, place_of) in layout.cards.iter().enumerate() {
            let Some(card) = self.subject.assessment.scorecards.get(*place_of) else { continue };
            let of = OfCard { layout, kind, card, row: place(line.saturating_add(1))? };
            self.write_card(&mut page, &of, *place_of)?;
        }
        let rows = place(layout.cards.len())?;
        self.mark(&mut page, layout, rows)?;
        page.sheet().set_freeze_panes(1, 2)?;
        let helpers = if layout.group.is_some() { 2 } else { 1 };
        if kind.accounts.iter().any(|account| is_turned(&account.unit)) {
            page.foot(signs(self.language));
        }
        page.foot(self.limits());
        page.finish(rows, layout.width, layout.width.saturating_sub(helpers))
    }

    fn card_headings(&self, page: &mut Page, kind: &Kind, layout: &Layout) -> Written {
        page.headings(&self.headings([("编码", "code"), ("名称", "name")]))?;
        let mut head = |column: u16, text: &str| page.text((0, column), text, Form::Heading, Mark::None);
        if let Some(column) = layout.of {
            head(column, self.pick("所属", "of"))?;
        }
        for (name, column) in &layout.facts {
            head(*column, kind.schema.title(name).get(self.language))?;
        }
        for (account, columns) in kind.accounts.iter().zip(&layout.accounts) {
            let title = account.title.get(self.language);
            let title = if title.is_empty() { account.name.as_str() } else { title };
            head(columns.opening, &format!("{title} {}", self.pick("期初", "opening")))?;
            head(columns.entered, &format!("{title} {}", self.pick("认定合计", "from findings")))?;
            head(columns.settled, &format!("{title} {}", self.pick("结果", "settled")))?;
        }
        for (column, zh, en) in [
            (layout.veto, "否决", "veto"),
            (layout.grade, "等次", "grade"),
            (layout.rank.map(|(place, _)| place), "名次", "rank"),
            (layout.rank.map(|(_, peers)| peers), "同组人数", "peers"),
            (layout.weight, "权重", "weight"),
            (layout.coefficient, "系数", "coefficient"),
            (Some(layout.findings), "认定数", "findings"),
            (Some(layout.state), "状态", "state"),
            (Some(layout.low), "最低", "at least"),
            (Some(layout.high), "最高", "at most"),
            (layout.grades, "可能的等次", "grades possible"),
            (Some(layout.key), "卡号", "card key"),
            (layout.group, "组", "group"),
        ] {
            if let Some(column) = column {
                head(column, self.pick(zh, en))?;
            }
        }
        self.heading_notes(page, layout)
    }

    /// What follows a change and what does not.
    fn heading_notes(&self, page: &mut Page, layout: &Layout) -> Written {
        if let Some(column) = layout.veto {
            page.note((0, column), self.limits())?;
        }
        let fixed =
            self.pick("考核时的值，不随改动变化", "a value as it was assessed, which follows no change");
        for column in [layout.findings, layout.low, layout.high].into_iter().chain(layout.grades) {
            page.note((0, column), fixed)?;
        }
        Ok(())
    }

    /// The certain vetoes against a card.
    pub(super) fn standing_vetoes<'c>(&'c self, card: &'c Scorecard) -> impl Iterator<Item = Finding<'c>> {
        let findings = self.subject.assessment.findings_of(card);
        findings
            .filter(|finding| finding.account().is_none() && finding.grade().is_none())
            .filter(|finding| finding.is_certain() && finding.stands())
    }

    fn write_card(&self, page: &mut Page, of: &OfCard<'_>, position: usize) -> Written {
        let OfCard { layout, kind, card, row } = *of;
        let name = self.subject.subject_name(&card.key.subject, self.language);
        page.text((row, 0), &card.key.subject, Form::Text, Mark::None)?;
        page.text((row, 1), &name, Form::Text, Mark::None)?;
        if let Some(column) = layout.of {
            let of: Vec<&str> = card.of.iter().map(|of| of.get(self.language)).collect();
            page.text((row, column), &of.join(self.pick("、", ", ")), Form::Text, Mark::None)?;
        }
        for (name, column) in &layout.facts {
            self.card_fact(page, (row, *column), kind, (name, card))?;
        }
        page.text((row, layout.key), &self.card_key(position), Form::Text, Mark::Helper)?;
        for (place, account) in kind.accounts.iter().enumerate() {
            if let Some(balance) = card.balance(&account.name) {
                self.balance(page, of, (place, account, balance))?;
            }
        }
        self.veto_and_grade(page, of)?;
        self.standing(page, of)?;
        self.outlook(page, of)
    }

    fn card_fact(
        &self,
        page: &mut Page,
        at: (u32, u16),
        kind: &Kind,
        (name, card): (&str, &Scorecard),
    ) -> Written {
        let Some(fact) = kind.schema.get(name) else { return Ok(()) };
        match card.record.value(name) {
            Value::Number(number) => {
                let unit = match &fact.kind {
                    FactType::Number { unit, .. } => unit.clone(),
                    _ => Unit::None,
                };
                page.number(at, number, form(&unit), Mark::None)
            }
            value => page.text(at, &fact.kind.show(&value, self.language), Form::Text, Mark::None),
        }
    }

    fn balance(
        &self,
        page: &mut Page,
        of: &OfCard<'_>,
        (place, account, balance): (usize, &Account, &Balance),
    ) -> Written {
        let Some(columns) = of.layout.accounts.get(place) else { return Ok(()) };
        let form = form(&account.unit);
        let opening = shown(&account.unit, balance.opening.so_far);
        let entered = shown(&account.unit, balance.entered);
        match self.opening(of, account) {
            Some(formula) => {
                page.formula((of.row, columns.opening), &formula, &amount::plain(opening), form)?
            }
            None => page.number((of.row, columns.opening), opening, form, Mark::Input)?,
        }
        match self.entered(of, (place, account)) {
            Some(formula) => {
                page.formula((of.row, columns.entered), &formula, &amount::plain(entered), form)?;
            }
            None => page.number((of.row, columns.entered), entered, form, Mark::None)?,
        }
        let at = (of.row, columns.settled);
        let settled = shown(&account.unit, balance.settled.so_far);
        match self.settled(of, (place, account, balance)) {
            Ok(formula) => page.formula(at, &formula, &amount::plain(settled), form),
            Err(why) => {
                page.number(at, settled, form, Mark::None)?;
                if self.is_live() { page.note(at, &self.value_note(&why)) } else { Ok(()) }
            }
        }
    }

    fn value_note(&self, why: &Text) -> String {
        format!("{}{}", self.pick("以数值列入：", "a value: "), why.get(self.language))
    }

    fn veto_and_grade(&self, page: &mut Page, of: &OfCard<'_>) -> Written {
        if let Some(column) = of.layout.veto {
            let standing: Vec<Finding<'_>> = self.standing_vetoes(of.card).collect();
            let (at, count, form) = ((of.row, column), Decimal::from(standing.len()), veto(self.language));
            match self.vetoes(of) {
                Some(formula) => page.formula(at, &formula, &amount::plain(count), form)?,
                None => page.number(at, count, form, Mark::None)?,
            }
            let mut said: Vec<String> = Vec::new();
            if !standing.is_empty() {
                said.push(self.pick("考核时：", "as assessed:").to_owned());
            }
            for finding in &standing {
                let title = self.subject.clause_title(finding.clause());
                said.push(format!("{} {}", finding.record(), title.get(self.language)));
            }
            if let Some(rule) = of.kind.veto.as_ref().filter(|_| !said.is_empty()) {
                said.push(format!("{}{}", self.pick("至 ", "until "), rule.until.get(self.language)));
                said.extend(
                    rule.loses.iter().map(|lost| format!("{}{lost}", self.pick("取消：", "loses: "))),
                );
            }
            page.note(at, &said.join("\n"))?;
        }
        let Some(column) = of.layout.grade else { return Ok(()) };
        let (at, grade) = ((of.row, column), of.card.grades.first().map_or("", String::as_str));
        let mut said: Vec<String> = Vec::new();
        match self.grade(of) {
            Ok(formula) => page.formula(at, &formula, grade, Form::Word)?,
            Err(why) => {
                page.text(at, grade, Form::Text, Mark::None)?;
                said.extend(self.is_live().then(|| self.value_note(&why)));
            }
        }
        for lost in &of.card.demoted {
            let places = amount::plain(lost.places);
            said.push(match self.language {
                crate::language::Language::Zh => format!("{} 名额 {places}，改为 {}", lost.from, lost.to),
                crate::language::Language::En => format!("{} has {places} places: {}", lost.from, lost.to),
            });
        }
        for finding in self.subject.assessment.findings_of(of.card) {
            if let Some((grade, how)) = finding.grade() {
                let title = self.subject.clause_title(finding.clause());
                let (record, set) = (finding.record(), graded(grade, how, self.language));
                said.push(format!("{record} {}：{set}", title.get(self.language)));
            }
        }
        page.note(at, &said.join("\n"))
    }

    fn standing(&self, page: &mut Page, of: &OfCard<'_>) -> Written {
        let (card, row) = (of.card, of.row);
        if let (Some((column, peers)), Some(rank)) = (of.layout.rank, card.rank) {
            let shown = amount::plain(rank.place.so_far);
            match self.rank(of) {
                Ok(formula) => page.formula((row, column), &formula, &shown, Form::Number)?,
                Err(why) => {
                    page.number((row, column), rank.place.so_far, Form::Number, Mark::None)?;
                    page.note((row, column), &self.value_note(&why))?;
                }
            }
            page.number((row, peers), rank.peers.so_far, Form::Number, Mark::None)?;
        }
        if let Some((column, number)) =
            of.layout.group.zip(card.rank.and_then(|rank| group_number(rank.group)))
        {
            page.number((row, column), number, Form::Number, Mark::Helper)?;
        }
        if let Some((column, weight)) = of.layout.weight.zip(card.weight) {
            page.number((row, column), weight, Form::Percent, Mark::None)?;
        }
        if let Some((column, coefficient)) = of.layout.coefficient.zip(card.coefficient) {
            match self.coefficient(of) {
                Some(formula) => {
                    page.formula((row, column), &formula, &amount::plain(coefficient), Form::Number)?;
                }
                None => page.number((row, column), coefficient, Form::Number, Mark::None)?,
            }
        }
        page.count((row, of.layout.findings), card.standing)
    }

    /// Whether the card is final, and between what it may still move.
    fn outlook(&self, page: &mut Page, of: &OfCard<'_>) -> Written {
        let (card, row, layout) = (of.card, of.row, of.layout);
        let state = match (card.veto, card.is_provisional()) {
            (_, true) => self.pick("暂定", "provisional"),
            (Veto::Stands, _) => self.pick("否决", "vetoed"),
            _ => self.pick("定案", "final"),
        };
        let veto = layout.veto.filter(|_| self.is_live() && !card.is_provisional());
        match veto {
            Some(veto) => {
                let (vetoed, held) = (self.pick("否决", "vetoed"), self.pick("定案", "final"));
                let formula = format!("IF({}>0,\"{vetoed}\",\"{held}\")", of.cell(veto));
                page.formula((row, layout.state), &formula, state, Form::Word)?;
            }
            None => page.text((row, layout.state), state, Form::Text, Mark::None)?,
        }
        if !card.is_provisional() {
            return Ok(());
        }
        let main = of.kind.score().or_else(|| of.kind.money());
        if let Some((account, balance)) = main.and_then(|own| Some((own, card.balance(&own.name)?))) {
            let (low, high) = (balance.settled.low, balance.settled.high);
            let (least, most) = if is_turned(&account.unit) { (high, low) } else { (low, high) };
            for (column, bound) in [(layout.low, least), (layout.high, most)] {
                match bound.map(|bound| shown(&account.unit, bound)) {
                    Some(bound) => page.number((row, column), bound, form(&account.unit), Mark::None)?,
                    None => page.text((row, column), "?", Form::Text, Mark::None)?,
                }
            }
        }
        match layout.grades {
            Some(column) => page.text((row, column), &card.grades.join(" "), Form::Text, Mark::None),
            None => Ok(()),
        }
    }

    /// Colours the rows of vetoed and of provisional cards.
    fn mark(&self, page: &mut Page, layout: &Layout, rows: u32) -> Written {
        let last = place(layout.width.saturating_sub(1))?;
        if let Some(column) = layout.veto {
            let rule = format!("=${}2>0", column_number_to_name(column));
            let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(vetoed());
            page.sheet().add_conditional_format(1, 0, rows, last, &rule.set_stop_if_true(true))?;
        }
        let state = column_number_to_name(layout.state);
        let rule = format!("=${state}2=\"{}\"", self.pick("暂定", "provisional"));
        let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(open());
        page.sheet().add_conditional_format(1, 0, rows, last, &rule)?;
        Ok(())
    }
}
