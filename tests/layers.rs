//! A module uses only those below it: read off the `use` lines and paths of the source itself.

use super::shared::root;
use std::fs;
use std::path::{Path, PathBuf};

/// From the top down; modules of one line do not use each other, but for those named behind `also`.
const LAYERS: [&[&str]; 16] = [
    &["cli"],
    &["inspection", "closing"],
    &["report"],
    &["bulletin", "coverage", "comparison", "verification"],
    &["construct"],
    &["scenario", "counterfactual"],
    &["assess"],
    &["clause"],
    &["intake"],
    &["policy"],
    &["decision", "ledger"],
    &["fact", "organisation", "document"],
    &["mask"],
    &["calendar", "diagnostic", "interval"],
    &["amount"],
    &["fingerprint", "language", "ordered"],
];

#[test]
fn every_module_uses_only_modules_below_it() {
    let mut wrong = Vec::new();
    let level = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    for file in sources(&root().join("src")) {
        let relative = file.strip_prefix(root().join("src")).unwrap().to_path_buf();
        let own = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let Some(own_level) = level(&own) else {
            assert!(["main", "lib"].contains(&own.as_str()), "{own} has no layer");
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for used in line.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(used_level) = level(&name) else { continue };
                if name != own && used_level <= own_level {
                    wrong.push(format!("{}:{} uses {name}", relative.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_script_host_knows_the_script_language() {
    for file in sources(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let inside = file.starts_with(root().join("src/clause"));
        assert!(inside || !text.contains("use rhai"), "{}", file.display());
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(sources(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}
