//! The script engine's errors in a policy author's words.

use crate::language::Text;
use rhai::EvalAltResult;

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
        EvalAltResult::ErrorDataTooLarge(..) => Text::new("文字或列表过长", "a text or list grows too long"),
        other => {
            let said = other.to_string();
            let said = said.split(" (line").next().unwrap_or_default();
            Text::new(format!("规则无法运行：{said}"), format!("the clause cannot run: {said}"))
        }
    }
}
