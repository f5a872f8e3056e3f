//! Is what is written about the program what the program says? `UPDATE_DOCS=1 cargo test --test docs` rewrites it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up is a failed test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use countersign::{
    checks::CHECKS,
    cli::{explain, schema},
};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a committed file with what the program would write now.
fn keep(path: &str, current: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(root(path).parent().unwrap()).unwrap();
        fs::write(root(path), current).unwrap();
    }
    let kept = fs::read_to_string(root(path)).unwrap_or_default();
    assert!(
        kept == current,
        "{path} is not current: run `UPDATE_DOCS=1 cargo test --test docs` and commit it"
    );
}

#[test]
fn the_pages_of_the_checks_are_current() {
    keep("docs/checks.md", &explain::document().unwrap());
}

#[test]
fn the_pages_of_the_rules_are_current() {
    keep("docs/rules.md", &explain::rules().unwrap());
}

#[test]
fn every_schema_is_current_and_none_is_left_over() {
    let mut names = BTreeSet::new();
    for kind in schema::KINDS {
        keep(&format!("schemas/{}.json", kind.name), &schema::text(kind));
        names.insert(format!("{}.json", kind.name));
    }
    let files: BTreeSet<String> = fs::read_dir(root("schemas"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, names);
}

#[test]
fn every_check_belongs_to_a_group_that_the_documentation_lists() {
    for check in CHECKS {
        let group = check.id.split('-').next().unwrap();
        assert!(
            explain::GROUPS.iter().any(|(name, _)| *name == group),
            "{}",
            check.id
        );
    }
}
