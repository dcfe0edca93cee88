//! `payroll-people.csv` and `payroll-pools.csv`: what is imported, and what somebody should know before doing so.

use super::Subject;
use super::files::{safe, write};
use super::payroll::{Charge, Payroll};
use crate::amount::{self, Unit};
use crate::assess::Withholding;
use crate::language::{Language, Text};
use rust_decimal::Decimal;

/// The columns, with what they hold in Chinese: a program finds them by their names, a person reads what they are.
pub(super) const COLUMNS: [(&str, &str); 7] = [
    ("code", "编号"),
    ("name", "姓名"),
    ("period", "考核期"),
    ("amount", "扣款金额"),
    ("status", "状态"),
    ("at_least", "至少"),
    ("at_most", "至多"),
];

/// The files of a payroll.
pub struct PayrollFiles {
    /// Each with its name; none where the policy charges nobody of that sort.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// Rows and control totals, and what is not as the book has it.
    pub notes: Vec<Text>,
}

/// The payroll files of an assessment: a line for everybody who is charged and period, people and pools apart. Nothing where
/// the policy charges no money.
pub fn payroll_files(subject: &Subject<'_>) -> PayrollFiles {
    let (of_people, of_pools) = Payroll::is_foreseen(subject);
    let payroll = Payroll::of(subject);
    let is_guarded = subject.pack.policy.wage_guard.is_some();
    let all = [
        ("payroll-people.csv", of_people, &payroll.people, is_guarded),
        ("payroll-pools.csv", of_pools, &payroll.pools, false),
    ];
    let (mut files, mut notes) = (Vec::new(), Vec::new());
    for (name, _, charges, is_guarded) in all.into_iter().filter(|(_, is_foreseen, ..)| *is_foreseen) {
        files.push((name, csv(charges, is_guarded)));
        notes.push(totals(name, charges));
        notes.extend(quoted(name, charges));
    }
    notes.push(if files.is_empty() {
        Text::new("本办法不扣款：不生成扣款表", "the policy charges no money: there are no payroll files")
    } else {
        columns()
    });
    PayrollFiles { files, notes }
}

fn csv(charges: &[Charge], is_guarded: bool) -> Vec<u8> {
    let mut rows = vec![COLUMNS.map(|(name, _)| name.to_owned()).to_vec()];
    let beside = Withholding::AMOUNTS.into_iter().filter(|name| is_guarded && *name != "taken");
    rows.iter_mut().for_each(|row| row.extend(beside.clone().map(str::to_owned)));
    let plain = |amount: Option<Decimal>| amount.map(|amount| Unit::Yuan.plain(amount)).unwrap_or_default();
    for charge in charges {
        let is_open = charge.is_provisional();
        let mut row = vec![
            safe(&charge.code).into_owned(),
            safe(charge.name.get(Language::Zh)).into_owned(),
            charge.period.clone(),
            // an empty cell pays nobody by accident
            plain(Some(charge.amount).filter(|_| !is_open)),
            if is_open { "provisional" } else { "final" }.to_owned(),
            plain(charge.least),
            plain(charge.most),
        ];
        let amounts = charge.withheld.as_ref().map(Withholding::amounts);
        let amount = |wanted: &str| {
            let of_name = amounts.as_ref()?.iter().find(|(name, _)| *name == wanted)?;
            of_name.1.exact()
        };
        row.extend(beside.clone().map(|name| plain(amount(name))));
        rows.push(row);
    }
    write(&rows)
}

/// How many rows there are, what their amounts add up to, and how many have none yet.
fn totals(name: &str, charges: &[Charge]) -> Text {
    let (open, closed): (Vec<_>, Vec<_>) = charges.iter().partition(|charge| charge.is_provisional());
    let sum = closed.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.amount));
    let (count, total) = (charges.len(), amount::money(sum));
    let rows = if count == 1 { "row" } else { "rows" };
    if open.is_empty() {
        return Text::new(
            format!("{name}：{count} 行，合计 {total}；暂定 0 行"),
            format!("{name}: {count} {rows}, {total} in all; provisional: 0"),
        );
    }
    let side = |bound: fn(&Charge) -> Option<Decimal>| {
        open.iter().try_fold(Decimal::ZERO, |sum, charge| Some(sum.saturating_add(bound(charge)?)))
    };
    let bounds = match (side(|charge| charge.least), side(|charge| charge.most)) {
        (None, None) => Text::new("上下限未定", "without bounds so far"),
        (least, most) => {
            let [least, most] = [least, most].map(|side| side.map_or_else(|| "?".to_owned(), amount::money));
            Text::new(format!("在 {least} 与 {most} 之间"), format!("between {least} and {most}"))
        }
    };
    let open = open.len();
    Text::new(
        format!("{name}：{count} 行，定案的合计 {total}；暂定 {open} 行，金额留空，{}", bounds.zh),
        format!(
            "{name}: {count} {rows}, {total} in all of those that are final; provisional: {open}, without an amount, {}",
            bounds.en
        ),
    )
}

/// The codes that do not stand in the file as the personnel system has them.
fn quoted(name: &str, charges: &[Charge]) -> Option<Text> {
    /// Codes that are named.
    const NAMED: usize = 5;
    let codes: Vec<&str> = charges.iter().map(|charge| charge.code.as_str()).collect();
    let quoted: Vec<&str> = codes.into_iter().filter(|code| safe(code) != *code).collect();
    let (count, more) = (quoted.len(), quoted.len().saturating_sub(NAMED));
    let shown: Vec<String> =
        quoted.into_iter().take(NAMED).map(|code| code.escape_debug().to_string()).collect();
    let more = if more == 0 { String::new() } else { format!(" … +{more}") };
    (count > 0).then(|| {
        Text::new(
            format!(
                "{name}：{count} 个编号像公式，文件中前面加了单引号（'），与人事系统的编号不同，导入时须去掉：{}{more}",
                shown.join("、")
            ),
            format!(
                "{name}: {count} of the codes look like formulas and have a quote (') in front, unlike those of the personnel system; take it away when importing: {}{more}",
                shown.join(", ")
            ),
        )
    })
}

/// What the columns hold, for whoever does not read their names.
fn columns() -> Text {
    let names: Vec<String> = COLUMNS.iter().map(|(name, zh)| format!("{name} {zh}")).collect();
    Text::new(
        format!(
            "扣款表的列名固定，供程序读取：{}（final 定案，provisional 暂定、勿发）；中文表头见 --format xlsx 的扣款表",
            names.join("、")
        ),
        "payroll columns have fixed names; pay nobody by a row whose status is provisional",
    )
}
