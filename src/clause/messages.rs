//! The script engine's errors in a policy author's words.

use crate::language::Text;
use rhai::{EvalAltResult, LexError, ParseErrorType};

/// Why a clause file does not parse.
pub(super) fn unreadable(error: &ParseErrorType) -> Text {
    match error {
        ParseErrorType::Reserved(word) => is_refused(word),
        ParseErrorType::BadInput(LexError::ImproperSymbol(word, _)) => is_refused(word),
        ParseErrorType::ExprTooDeep => Text::new("括号、列表或运算嵌套过深", "it is nested too deeply"),
        ParseErrorType::TooManyFunctions => {
            Text::new("一个文件中的函数过多", "a file holds too many functions")
        }
        ParseErrorType::LiteralTooLarge(..) => Text::new("一段文字过长", "a text is too long"),
        ParseErrorType::VariableExists(name) => Text::new(
            format!("`{name}` 已经定义，不能再用同一名字"),
            format!("there is a `{name}` already: give this one another name"),
        ),
        ParseErrorType::VariableUndefined(name) => {
            Text::new(format!("没有变量 `{name}`"), format!("there is no variable `{name}`"))
        }
        ParseErrorType::MissingToken(token, _) => {
            Text::new(format!("此处应有 `{token}`"), format!("a `{token}` should stand here"))
        }
        ParseErrorType::BadInput(LexError::UnexpectedInput(read)) => {
            Text::new(format!("此处不能有 `{read}`"), format!("`{read}` cannot stand here"))
        }
        other => Text::new(other.to_string(), other.to_string()),
    }
}

fn is_refused(word: &str) -> Text {
    Text::new(format!("规则中不能使用 `{word}`"), format!("`{word}` cannot be used in a clause"))
}

/// The script engine's own messages, without its type names.
pub(super) fn plain_error(error: &EvalAltResult) -> Text {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            let name = signature.split(' ').next().unwrap_or_default();
            Text::new(
                format!("`{name}` 不能这样使用：参数的个数或类型不对"),
                format!("`{name}` cannot be used like this: wrong number or kind of operands"),
            )
        }
        EvalAltResult::ErrorMismatchDataType(..) => {
            Text::new("此处须为是非（条件）", "a condition (true or false) must stand here")
        }
        EvalAltResult::ErrorDotExpr(..) => Text::new(
            "此处没有这个属性，事实也不能改写",
            "there is no such property here, and facts cannot be changed",
        ),
        EvalAltResult::ErrorIndexingType(..) => {
            Text::new("此处不能用方括号查找", "this cannot be looked up with brackets")
        }
        EvalAltResult::ErrorStackOverflow(_) => {
            Text::new("函数调用过深", "functions call each other too deeply")
        }
        EvalAltResult::ErrorTooManyVariables(_) => Text::new("变量过多", "there are too many variables"),
        EvalAltResult::ErrorDataTooLarge(..) => Text::new("文字或列表过长", "a text or list grows too long"),
        other => {
            let said = other.to_string();
            let said = said.split(" (line").next().unwrap_or_default();
            Text::new(format!("规则无法运行：{said}"), format!("the clause cannot run: {said}"))
        }
    }
}
