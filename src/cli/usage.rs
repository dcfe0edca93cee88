//! What is wrong with a command line, in the language of whoever typed it.

use crate::language::Language;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What a person reads; in English, and where nothing of our own fits, as the command line itself puts it.
pub(super) fn said(error: &clap::Error, language: Language) -> Option<String> {
    if language == Language::En || !error.use_stderr() {
        return None;
    }
    let named = |kind: ContextKind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("」「")),
        _ => None,
    };
    let argument = named(ContextKind::InvalidArg).unwrap_or_default();
    let value = named(ContextKind::InvalidValue).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有「{argument}」这个参数"),
        ErrorKind::InvalidSubcommand => {
            format!("没有「{}」这个命令", named(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("「{argument}」后面缺少内容"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("「{argument}」不能是「{value}」"),
        ErrorKind::MissingRequiredArgument => format!("还缺少「{argument}」"),
        ErrorKind::ArgumentConflict => {
            let other = named(ContextKind::PriorArg).unwrap_or_default();
            format!("「{argument}」与「{other}」不能同时使用")
        }
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => format!("「{argument}」的个数不对"),
        _ => return None,
    };
    let mut lines = vec![format!("错误：{what}")];
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    lines.extend(near.into_iter().find_map(named).map(|near| format!("  是否指「{near}」？")));
    lines.extend(
        named(ContextKind::ValidValue)
            .filter(|valid| !valid.is_empty())
            .map(|valid| format!("  可用：「{valid}」")),
    );
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.replacen("Usage: ", "用法：", 1);
        let usage = usage.replace("[OPTIONS]", "[参数]").replace("<COMMAND>", "<命令>");
        lines.push(format!("\n{}", usage.trim_end()));
    }
    lines.push("\n详见 --help".to_owned());
    Some(lines.join("\n"))
}
