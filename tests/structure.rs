//! The habits of the house, checked: size of files and functions, headers, names, and which crate may know which.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::openapi::root;

const MAX_FILE: usize = 400;
const MAX_FUNCTION: usize = 60;

/// Which crate of the workspace may use which others, outside of its tests.
const EDGES: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("persistence", &["domain"]),
    ("outbound", &["domain"]),
    ("api", &["domain", "outbound", "persistence"]),
    ("cli", &[]),
    ("testkit", &["domain"]),
    ("bench", &[]),
    ("blackbox", &[]),
];

/// Every Rust file of the workspace: path and lines.
fn sources() -> Vec<(PathBuf, Vec<String>)> {
    let mut found = Vec::new();
    for folder in ["crates", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50);
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<String>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let lines = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
            found.push((path, lines));
        }
    }
}

/// Fails with every finding, not with the first.
fn report(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long = sources().into_iter().filter(|(_, lines)| lines.len() > MAX_FILE);
    report(
        &long.map(|(path, lines)| format!("{}: {} lines", path.display(), lines.len())).collect::<Vec<_>>(),
    );
}

#[test]
fn every_file_says_what_it_holds() {
    let mute = sources()
        .into_iter()
        .filter(|(_, lines)| !lines.first().is_some_and(|line| line.starts_with("//! ")));
    report(&mute.map(|(path, _)| format!("{}: no header", path.display())).collect::<Vec<_>>());
}

#[test]
fn no_function_is_longer_than_60_lines() {
    let mut long = Vec::new();
    for (path, lines) in sources() {
        for (start, line) in lines.iter().enumerate().filter(|(_, line)| begins_a_function(line)) {
            let indent = line.len() - line.trim_start().len();
            let is_end = |line: &&String| {
                line.len() - line.trim_start().len() <= indent && line.trim_end().ends_with(['}', ';'])
            };
            let length = lines[start..].iter().take_while(|line| !is_end(line)).count() + 1;
            if length > MAX_FUNCTION {
                long.push(format!("{}:{}: {length} lines", path.display(), start + 1));
            }
        }
    }
    report(&long);
}

/// Whether a line begins a function: `fn` after nothing but qualifiers.
fn begins_a_function(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.find(|word| !matches!(*word, "pub" | "pub(crate)" | "pub(super)" | "const" | "async" | "unsafe"))
        == Some("fn")
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    const EMPTY: [&str; 6] = ["mod.rs", "utils.rs", "util.rs", "helpers.rs", "common.rs", "misc.rs"];
    let named = sources()
        .into_iter()
        .filter(|(path, _)| EMPTY.contains(&path.file_name().unwrap().to_str().unwrap()));
    report(&named.map(|(path, _)| path.display().to_string()).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_to_be_done_and_no_lint_is_switched_off() {
    let marks = [
        concat!("to", "do!("),
        concat!("unimplemented", "!("),
        concat!("#[al", "low("),
        concat!("#![al", "low("),
        concat!("FIX", "ME"),
    ];
    let mut findings = Vec::new();
    for (path, lines) in sources() {
        for (number, line) in lines.iter().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                findings.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    report(&findings);
}

#[test]
fn no_crate_uses_one_that_it_must_not_know() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeMap<&str, &Value> =
        packages.iter().map(|package| (package["name"].as_str().unwrap(), package)).collect();
    let mut findings = Vec::new();
    for (name, package) in &ours {
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| known == name) else {
            findings.push(format!("{name} is not in the table"));
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let other = dependency["name"].as_str().unwrap();
            let is_for_tests = dependency["kind"] == "dev";
            let is_fine =
                !ours.contains_key(other) || allowed.contains(&other) || is_for_tests && other == "testkit";
            if !is_fine {
                findings.push(format!("{name} must not use {other}"));
            }
        }
    }
    report(&findings);
}
