//! What is not decided yet: what is lacking, whom it touches, and between what that lies.

use super::Plan;
use super::cell::{Finished, Page, Written};
use super::parameters::{form, word};
use super::style::{Form, Mark};
use crate::amount::Unit;
use crate::assess::{CardKey, Deduction, Finding, Magnitude, Open, OpenEffect};
use crate::fact::reason_of;
use crate::policy::Kind;
use crate::report::sign::shown;
use crate::report::wording::graded;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

/// How many columns there are.
const WIDTH: usize = 11;

impl Plan<'_> {
    /// The sheet of what is open.
    pub(super) fn open_sheet(&self) -> Result<Finished, XlsxError> {
        let mut page = Page::new(&self.names.open, self.language)?;
        page.headings(&self.headings::<WIDTH>([
            ("类别", "kind"),
            ("记录", "record"),
            ("规则", "clause"),
            ("缺什么", "what is lacking"),
            ("影响的卡", "card touched"),
            ("编码", "code"),
            ("名称", "name"),
            ("科目", "account"),
            ("单位", "unit"),
            ("至少", "at least"),
            ("至多", "at most"),
        ]))?;
        let mut row = 0_u32;
        for open in &self.subject.assessment.open {
            let effects: Vec<Option<&OpenEffect>> = match open.effects.as_slice() {
                [] => vec![None],
                effects => effects.iter().map(Some).collect(),
            };
            for effect in effects {
                row = row.saturating_add(1);
                self.write_open(&mut page, row, (open, effect))?;
            }
        }
        for finding in self.subject.assessment.unborne() {
            row = row.saturating_add(1);
            self.write_unborne(&mut page, row, &finding)?;
        }
        for card in &self.subject.assessment.scorecards {
            if card.rank.is_some_and(|rank| rank.group.is_none()) {
                row = row.saturating_add(1);
                self.about(&mut page, row, Some(&card.key))?;
                let lacking = self.pick("不知与谁同组排名", "it is not known among whom it is ranked");
                page.text((row, 3), lacking, Form::Text, Mark::None)?;
            }
        }
        page.foot(self.pick(
            "至少、至多：在已计之外再计多少",
            "at least, at most: what would count in addition to what counts already",
        ));
        page.finish(row, WIDTH, WIDTH)
    }

    fn kind(&self, position: usize) -> Option<&Kind> {
        self.subject.pack.policy.kinds.get(position)
    }

    fn write_open(&self, page: &mut Page, row: u32, (open, effect): (&Open, Option<&OpenEffect>)) -> Written {
        let kind = self.kind(open.kind);
        let title = self.subject.clause_title(&open.clause);
        let mut lacking: Vec<String> = Vec::new();
        for name in &open.lacking {
            let fact = kind.and_then(|kind| kind.schema.get(name)).map(|fact| fact.title.clone());
            let said = fact.or_else(|| reason_of(name));
            lacking.push(said.map_or_else(|| name.clone(), |said| said.get(self.language).to_owned()));
        }
        lacking.extend(open.why.iter().map(|why| why.get(self.language).to_owned()));
        page.text((row, 0), kind.map_or("", |kind| kind.title.get(self.language)), Form::Text, Mark::None)?;
        page.text((row, 1), &open.record, Form::Text, Mark::None)?;
        page.text((row, 2), title.get(self.language), Form::Long, Mark::None)?;
        page.text((row, 3), &lacking.join(self.pick("、", ", ")), Form::Long, Mark::None)?;
        let Some(effect) = effect else {
            let titles = open.relieves.iter().map(|clause| self.subject.clause_title(clause));
            let titles: Vec<String> = titles.map(|title| title.get(self.language).to_owned()).collect();
            let relief =
                format!("{}{}", self.pick("可能减免：", "may relieve: "), titles.join(self.pick("、", ", ")));
            return page.text((row, 7), if titles.is_empty() { "" } else { &relief }, Form::Text, Mark::None);
        };
        self.about(page, row, effect.card.as_ref())?;
        let Some((account, unit, sign, magnitude)) = &effect.entry else {
            let grade = effect.grade.as_ref().map(|(grade, how)| graded(grade, *how, self.language));
            let said = grade.unwrap_or_else(|| self.pick("一票否决", "veto").to_owned());
            return page.text((row, 7), &said, Form::Text, Mark::None);
        };
        let of = effect.card.as_ref().and_then(|key| self.kind(key.kind));
        let title = of.and_then(|kind| kind.account(account)).map(|account| account.title.get(self.language));
        page.text((row, 7), title.unwrap_or(account), Form::Text, Mark::None)?;
        page.text((row, 8), word(unit, self.language), Form::Text, Mark::None)?;
        bounds(page, row, (unit, *sign, further(*magnitude)))
    }

    fn about(&self, page: &mut Page, row: u32, card: Option<&CardKey>) -> Written {
        let Some(key) = card else {
            return page.text((row, 4), self.pick("无人承担", "nobody"), Form::Text, Mark::None);
        };
        let kind = self.kind(key.kind).map_or("", |kind| kind.title.get(self.language));
        page.text((row, 4), kind, Form::Text, Mark::None)?;
        page.text((row, 5), &key.subject, Form::Text, Mark::None)?;
        page.text((row, 6), &self.subject.subject_name(&key.subject, self.language), Form::Text, Mark::None)
    }

    fn write_unborne(&self, page: &mut Page, row: u32, finding: &Finding<'_>) -> Written {
        let kind = self.kind(finding.kind());
        let role = kind.and_then(|kind| kind.role(finding.role()));
        let role = role.map_or(finding.role(), |role| role.title.get(self.language));
        let title = self.subject.clause_title(finding.clause());
        let who = match finding.without_card() {
            Some(who) => {
                format!("{role} {who}{}", self.pick("本期没有计分卡", " has no card of this period"))
            }
            None => format!("{role}{}", self.pick("空缺", ": nobody held the role")),
        };
        page.text((row, 0), kind.map_or("", |kind| kind.title.get(self.language)), Form::Text, Mark::None)?;
        page.text((row, 1), finding.record(), Form::Text, Mark::None)?;
        page.text((row, 2), title.get(self.language), Form::Long, Mark::None)?;
        page.text((row, 3), &who, Form::Text, Mark::None)?;
        self.about(page, row, None)?;
        let Some((account, sign, found)) = finding.entry_on() else { return Ok(()) };
        page.text((row, 7), account.title.get(self.language), Form::Text, Mark::None)?;
        page.text((row, 8), word(&account.unit, self.language), Form::Text, Mark::None)?;
        bounds(page, row, (&account.unit, sign, found))
    }
}

/// What comes on top of what stands already.
fn further(magnitude: Magnitude) -> Magnitude {
    let most = magnitude.most.map(|most| most.saturating_sub(magnitude.least));
    Magnitude { least: Decimal::ZERO, most }
}

/// Between what an entry lies.
fn bounds(page: &mut Page, row: u32, (unit, sign, magnitude): (&Unit, Deduction, Magnitude)) -> Written {
    page.number((row, 9), shown(unit, sign.signed(magnitude.least)), form(unit), Mark::None)?;
    match magnitude.most {
        Some(most) => page.number((row, 10), shown(unit, sign.signed(most)), form(unit), Mark::None),
        None => page.text((row, 10), "?", Form::Text, Mark::None),
    }
}
