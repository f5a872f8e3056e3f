//! The command on Python projects, with the interpreter that the tests have.

#![allow(dead_code, reason = "each test program uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a run that cannot be laid out is a failed test"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use assert_cmd::cargo::CommandCargoExt as _;

use super::repository::Repository;

/// The interpreter that has pytest.
pub(crate) fn python() -> PathBuf {
    let python = std::env::var_os("COUNTERSIGN_TEST_PYTHON");
    PathBuf::from(python.expect("run the tests with `tests/run`, which sets up pytest"))
}

/// Measures all of a repository.
pub(crate) fn mutate(repository: &Repository, words: &[&str]) -> Output {
    Command::cargo_bin("countersign")
        .unwrap()
        .current_dir(repository.root())
        .args([
            "mutate",
            "--all",
            "--noise",
            "--jobs",
            "2",
            "--timeout",
            "2",
            "--python",
        ])
        .arg(python())
        .arg("--output")
        .arg(repository.beside("report.json"))
        .args(words)
        .output()
        .unwrap()
}

/// The report of the last run.
pub(crate) fn report(repository: &Repository) -> serde_json::Value {
    let text = fs::read_to_string(repository.beside("report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A project of these files, measured; what became of each fault, as `file:line instead`.
pub(crate) fn verdicts(files: &[(&str, &str)], words: &[&str]) -> (Output, BTreeMap<String, String>) {
    let repository = Repository::new();
    for (name, text) in files {
        repository.write(name, text);
    }
    repository.commit("A project");
    let output = mutate(&repository, words);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{told}");
    let report = report(&repository);
    let mut found = BTreeMap::new();
    for (path, file) in report["files"].as_object().unwrap() {
        for mutant in file["mutants"].as_array().unwrap() {
            let line = &mutant["location"]["start"]["line"];
            let instead = mutant["replacement"].as_str().unwrap_or_default();
            let status = mutant["status"].as_str().unwrap().to_owned();
            found.insert(format!("{path}:{line} {instead}"), status);
        }
    }
    (output, found)
}
