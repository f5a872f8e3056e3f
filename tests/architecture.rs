//! Does the code keep its layers, and do the lists that must agree, agree?

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test that cannot read the sources has failed"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use countersign::{checks::CHECKS, rules::Catalogue};

/// From ground to roof. A file names only its own layer and those below. The first matching prefix decides.
const LAYERS: &[&[&str]] = &[
    &[
        "comments", "date", "error", "escape", "finding", "glob", "limits", "names", "path", "tables",
        "words", "yaml",
    ],
    &["code"],
    &["evidence"],
    &["policy", "waiver"],
    &[
        "claims",
        "companions",
        "executable",
        "fixtures",
        "foreign",
        "held",
        "imports",
        "instructions",
        "kinds",
        "landing",
        "leftovers",
        "lint",
        "lookalikes",
        "moved",
        "operands",
        "own_modules",
        "packages",
        "pairs",
        "production",
        "proving",
        "risk",
        "routes",
        "rows",
        "rules",
        "runner",
        "same_proof",
        "search",
        "substitution",
        "tolerance",
        "tools",
    ],
    &["checks"],
    &["checklist", "verdict"],
    &["report"],
    &["gate", "demo", "mutate"],
    &["cli"],
    &["lib", "main"],
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

fn every_file() -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&source(), &mut found);
    let named = |path: PathBuf| {
        let name = path
            .strip_prefix(source())
            .unwrap()
            .with_extension("")
            .display()
            .to_string();
        let text = fs::read_to_string(&path).unwrap();
        // what a module says only about its own tests binds nobody
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        (name, code)
    };
    found.into_iter().map(named).collect()
}

fn layer(module: &str) -> Option<usize> {
    let means = |prefix: &str| {
        module == prefix
            || module
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    LAYERS
        .iter()
        .position(|layer| layer.iter().any(|prefix| means(prefix)))
}

/// The modules that a file names through `crate::…`, as far as two steps down.
fn named(code: &str) -> BTreeSet<String> {
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut modules = BTreeSet::new();
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut item) = (0_i32, String::new());
            for c in group.chars() {
                match c {
                    '}' if depth == 0 => break,
                    ',' if depth == 0 => modules.extend(two_steps(&std::mem::take(&mut item))),
                    _ => {
                        depth += i32::from(c == '{') - i32::from(c == '}');
                        item.push(c);
                    }
                }
            }
            modules.extend(two_steps(&item));
        } else {
            let first = word(rest);
            let second = rest
                .strip_prefix(&first)
                .and_then(|rest| rest.strip_prefix("::"))
                .map(word);
            modules.extend(two_steps(&format!("{first}::{}", second.unwrap_or_default())));
        }
    }
    modules
}

fn two_steps(item: &str) -> Option<String> {
    let item = item.trim();
    let mut parts = item
        .split("::")
        .map(|part| part.trim().trim_start_matches('{').trim());
    let first = parts.next().filter(|first| !first.is_empty())?;
    let second = parts.next().map(|part| {
        part.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    });
    match second {
        Some(second) if source().join(first).join(format!("{second}.rs")).exists() => {
            Some(format!("{first}/{second}"))
        }
        _ => Some(first.to_owned()),
    }
}

#[test]
fn a_file_names_only_its_own_layer_and_those_below() {
    let mut wrong = Vec::new();
    for (file, code) in every_file() {
        let own = layer(&file).unwrap_or_else(|| panic!("src/{file}.rs is in no layer: add it to LAYERS"));
        for module in named(&code) {
            let Some(other) = layer(&module) else { continue };
            if other > own {
                wrong.push(format!("src/{file}.rs names crate::{module}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_in_its_first_line_what_it_answers() {
    for (file, code) in every_file() {
        assert!(
            code.starts_with("//! "),
            "src/{file}.rs has no first line that says what it is for"
        );
    }
}

#[test]
fn every_check_has_code_words_and_cases() {
    let table: BTreeSet<String> = CHECKS.iter().map(|check| check.id.to_owned()).collect();
    assert_eq!(table.len(), CHECKS.len(), "an id stands twice in src/checks.rs");
    let words: BTreeSet<String> = Catalogue::built_in()
        .unwrap()
        .ids()
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(table, words, "src/checks.rs and rules/");
    let mut code = BTreeSet::new();
    let mut found = Vec::new();
    files(&source().join("checks"), &mut found);
    for path in found {
        let name = path
            .strip_prefix(source().join("checks"))
            .unwrap()
            .with_extension("")
            .display()
            .to_string();
        if name.contains('/') {
            code.insert(name.replace(['/', '_'], "-"));
        }
    }
    assert_eq!(table, code, "src/checks.rs and src/checks/");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let folders: BTreeSet<String> = fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(table, folders, "src/checks.rs and tests/cases/");
}

#[test]
fn one_outside_library_is_named_in_one_place() {
    let homes: &[(&str, &[&str])] = &[
        ("git2", &["evidence/change", "cli/demo", "demo"]),
        ("serde_yaml", &["yaml"]),
        ("globset", &["glob", "evidence/file"]),
        ("annotate_snippets", &["report/text"]),
        ("toml", &["evidence/manifests"]),
        ("quick_xml", &["evidence/xml"]),
        ("clap", &["cli"]),
        ("syn", &["code/languages/rust/syntax", "mutate/rust"]),
        ("proc_macro2", &["code/languages/rust/syntax", "mutate/rust"]),
        ("tree_sitter", &["code"]),
        (
            "rustix",
            &["code/worker", "cli/record/command", "mutate/process/unix"],
        ),
        ("signal_hook", &["cli/record/command", "mutate/process/unix"]),
        ("clap_complete", &["cli"]),
        ("clap_mangen", &["cli"]),
    ];
    let mut wrong = Vec::new();
    for (file, code) in every_file() {
        let code: Vec<&str> = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for (library, homes) in homes {
            let uses = code.iter().any(|line| {
                line.contains(&format!("{library}::")) || line.contains(&format!("use {library}"))
            });
            let at_home = homes
                .iter()
                .any(|home| file == *home || file.starts_with(&format!("{home}/")));
            if uses && !at_home {
                wrong.push(format!("src/{file}.rs names `{library}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
