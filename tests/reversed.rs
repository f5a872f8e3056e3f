//! Are changes that strengthen tests left alone, and named when they are taken back?
//!
//! `tests/data/reversed/` holds small changes, each of which makes one test stronger: a test more, a skip lifted, a
//! value asserted where anything would do. Judged as written, no check may accuse it; judged from `after/` to
//! `before/`, the check of `pairs.yaml` must name it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a pair that cannot be laid out is a failed test"
)]

#[path = "common/case.rs"]
mod case;

use std::{fs, path::Path};

use countersign::{finding::Level, gate, report::Report};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Pair {
    name: String,
    /// What the change does for the test.
    strengthens: String,
    /// The check that names the way back.
    named_by: String,
}

/// Checks that tell whether tests became weaker.
const WEAKENING: &[&str] = &[
    "tests-skip-added",
    "tests-deleted",
    "tests-assertions-removed",
    "tests-expected-changed",
    "tests-snapshot-bulk",
    "tests-runner-weakened",
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/reversed"))
}

fn pairs() -> Vec<Pair> {
    serde_yaml::from_str(&fs::read_to_string(root().join("pairs.yaml")).unwrap()).unwrap()
}

/// What the gate says of the change from one folder to another.
fn judge(name: &str, from: &str, to: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    case::copy(&root().join(name).join(from), &folder.path().join("before"));
    case::copy(&root().join(name).join(to), &folder.path().join("after"));
    let case = case::Case {
        name: name.to_owned(),
        folder: folder.path().to_owned(),
        expected: serde_yaml::from_str("why: it is judged below\nverdict: pass\n").unwrap(),
        setup: case::Setup::default(),
    };
    let laid = case.lay();
    gate::judge(&laid.inputs).unwrap()
}

/// The checks of weakened tests that warn or deny.
fn accusers(report: &Report) -> Vec<&str> {
    let items = report.items.iter().filter(|item| WEAKENING.contains(&item.id));
    let accusing = items.filter(|item| item.findings.iter().any(|finding| finding.level >= Level::Warn));
    accusing.map(|item| item.id).collect()
}

#[test]
fn a_change_that_strengthens_a_test_is_not_accused() {
    for pair in pairs() {
        let report = judge(&pair.name, "before", "after");
        assert_eq!(accusers(&report), [""; 0], "{}: {}", pair.name, pair.strengthens);
    }
}

#[test]
fn taken_back_it_is_named_by_its_check() {
    for pair in pairs() {
        let report = judge(&pair.name, "after", "before");
        assert_eq!(
            accusers(&report),
            [pair.named_by.as_str()],
            "{} taken back",
            pair.name
        );
    }
}

#[test]
fn every_folder_is_in_the_list_and_every_language_in_every_check() {
    let folders = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<String> = folders
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let pairs = pairs();
    let mut names: Vec<&str> = pairs.iter().map(|pair| pair.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(folders, names);
    for language in ["rust", "python", "typescript", "go", "java"] {
        for check in ["tests-skip-added", "tests-deleted", "tests-assertions-removed"] {
            let found = pairs
                .iter()
                .any(|pair| pair.name.starts_with(language) && pair.named_by == check);
            assert!(found, "no pair in {language} is named by {check}");
        }
    }
}
