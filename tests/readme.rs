//! What the READMEs show is what the commands print.

use super::shared::root;
use std::fs;
use std::process::Command;

/// Lines of an explanation that a README shows before it says there is more.
const SHOWN: usize = 40;

#[test]
fn the_pictures_in_the_readmes_are_what_the_commands_print() {
    for (file, language) in [("README.md", "en"), ("README.zh-CN.md", "zh")] {
        let path = root().join(file);
        let text = fs::read_to_string(&path).unwrap();
        let mut written = String::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find("```\n$ renze ") {
            let (before, picture) = rest.split_at(start + "```\n".len());
            let (picture, after) = picture.split_at(picture.find("\n```").unwrap() + 1);
            let command = picture.lines().next().unwrap();
            written.push_str(&format!("{before}{command}\n{}", printed(command, language)));
            rest = after;
        }
        written.push_str(rest);
        if std::env::var_os("RENZE_BLESS").is_some() {
            fs::write(&path, written).unwrap();
        } else {
            assert_eq!(text, written, "{file} no longer shows what the command prints");
        }
    }
}

fn printed(command: &str, language: &str) -> String {
    let arguments = command.trim_start_matches("$ renze ").split(' ');
    let output = Command::new(env!("CARGO_BIN_EXE_renze"))
        .current_dir(root())
        .args(arguments)
        .env("LC_ALL", if language == "zh" { "zh_CN.UTF-8" } else { "en_GB.UTF-8" })
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    if command.contains("explain") && lines.len() > SHOWN {
        format!("{}\n  …\n", lines[..SHOWN].join("\n"))
    } else {
        text
    }
}
