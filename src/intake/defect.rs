//! What a spreadsheet does to cells, by name: results that are errors, digits that are lost, times that no day has.

use super::alike;
use crate::diagnostic::Diagnostic;
use crate::fact::FactType;
use crate::language::Text;

/// What a formula shows that has no result.
const ERRORS: [&str; 12] = [
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#GETTING_DATA",
];
/// The hours of a day.
const HOURS: u32 = 24;

/// Whether a cell of text has to be looked at: cheap, and of almost no cell.
pub(super) fn is_suspect(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let plus =
        |from_end: usize| bytes.len().checked_sub(from_end).and_then(|at| bytes.get(at)) == Some(&b'+');
    bytes.first() == Some(&b'#') || plus(2) || plus(3) || plus(4)
}

/// What is wrong with a cell whatever it should hold.
pub(super) fn of_any(cell: &str) -> Option<Diagnostic> {
    let is_error = ERRORS.contains(&cell) || (cell.len() > 2 && cell.bytes().all(|byte| byte == b'#'));
    is_error.then(|| {
        let message = Text::new(
            format!("该格是公式的错误值「{cell}」"),
            format!("the cell holds the error `{cell}` of a formula"),
        );
        let help = Text::new(
            "在表中改正公式，或填入实际的值",
            "mend the formula in the sheet, or fill in the value",
        );
        Diagnostic::error("R061", message).help(help)
    })
}

/// What is wrong with a cell that is an identifier or a name.
pub(super) fn of_identifier(cell: &str) -> Option<Diagnostic> {
    if let Some(fault) = of_any(cell) {
        return Some(fault);
    }
    let (digits, power) = cell.split_once(['E', 'e'])?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_lost = power.strip_prefix('+').is_some_and(is_digits)
        && digits.trim_start_matches('-').split('.').all(is_digits)
        && digits.matches('.').count() < 2;
    is_lost.then(|| {
        let message = Text::new(
            format!("「{cell}」是被当作数字存储的编号，末尾的数字已经丢失"),
            format!("`{cell}` is an identifier that was kept as a number: its last digits are lost"),
        );
        let help = Text::new(
            "回到原系统导出，并把该列设为文本格式；数字无法从此表恢复",
            "export it again with the column formatted as text; this sheet no longer has the digits",
        );
        Diagnostic::error("R062", message).help(help)
    })
}

/// What is wrong with the identifier of a row: what cannot be seen would make one row into two.
pub(super) fn of_key(cell: &str) -> Option<Diagnostic> {
    if cell.is_ascii() || !cell.contains(alike::is_invisible) {
        return None;
    }
    let (bare, places) = (alike::visible(cell), alike::places(cell, alike::is_invisible));
    let message = Text::new(
        format!("编号「{bare}」含有看不见的字符：{places}"),
        format!("the identifier `{bare}` has characters that cannot be seen: {places}"),
    );
    let help = Text::new("删去该字符，或重新键入编号", "delete them, or type the identifier again");
    Some(Diagnostic::error("R065", message).help(help))
}

/// Why a cell is no moment, where that can be told.
pub(super) fn of_moment(cell: &str) -> Option<Diagnostic> {
    if cell.starts_with("1900-02-29") || cell.starts_with("1900/2/29") {
        let message = Text::new(
            "1900-02-29 并不存在，是 Excel 的第 60 日",
            "there was no 1900-02-29: Excel counts one, as its day 60",
        );
        return Some(Diagnostic::error("R064", message));
    }
    let hour = hour(cell)?;
    if hour >= HOURS {
        let message = Text::new(
            format!("「{cell}」超过一日的 24 小时"),
            format!("`{cell}` is more than the 24 hours of a day"),
        );
        let help = Text::new(
            "一日止于 23:59:59；次日的时间写次日的日期，如 00:30",
            "a day ends at 23:59:59; a time behind that is one of the next day, such as 00:30",
        );
        return Some(Diagnostic::error("R063", message).help(help));
    }
    let is_bare = cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b':' || byte == b'.');
    is_bare.then(|| {
        let message =
            Text::new(format!("「{cell}」只有时刻，没有日期"), format!("`{cell}` is a time without its day"));
        Diagnostic::error("R064", message)
    })
}

/// The hour that a cell says: the digits before its first colon.
fn hour(cell: &str) -> Option<u32> {
    let (before, _) = cell.split_once([':', '：'])?;
    let start = before.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    before.get(start..)?.parse().ok()
}

/// What is wrong with a cell of a type, where that can be told better than that it is not understood.
pub(super) fn of_type(kind: &FactType, cell: &str) -> Option<Diagnostic> {
    match kind {
        FactType::Text => of_identifier(cell),
        _ => of_any(cell),
    }
}
