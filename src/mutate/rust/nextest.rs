//! Which tests would `cargo nextest` run?
//!
//! It is asked once. On mutants each test that it names runs in a process of its own, as nextest runs it; starting nextest
//! itself for each mutant would take longer than most suites.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

use super::{compile, compile::Workshop, reach::Chosen};
use crate::error::Error;

/// What reports say of how the tests ran.
pub(super) const NOTE: &str = "cargo nextest chose the tests; each ran in a process of its own, as nextest runs it; the retries, \
                               setup scripts and test groups of its settings were not used; it runs no examples in the documentation";

/// What `cargo nextest list --message-format json` says (<https://nexte.st/docs/machine-readable/list/>).
#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "rust-suites")]
    suites: BTreeMap<String, Suite>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Suite {
    binary_path: PathBuf,
    #[serde(default)]
    testcases: BTreeMap<String, Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Test {
    filter_match: Match,
}

#[derive(Deserialize)]
struct Match {
    status: String,
}

/// The tests of each program that it would run: those that are not ignored, and that its settings do not leave out.
///
/// # Errors
/// It is missing, or cannot list them.
pub(super) fn choose(workshop: &Workshop) -> Result<Chosen, Error> {
    let ended = workshop.nextest()?;
    if !ended.succeeded() {
        return Err(Error::usage(
            format!("cargo nextest cannot list the tests: {}", compile::tail(&ended)),
            "make `cargo nextest list` work in the project, or leave `--test-tool` away",
        ));
    }
    read(&ended.stdout).map_err(|why| {
        Error::usage(
            format!("what `cargo nextest list` says is not understood: {why}"),
            "use a newer version of nextest, or leave `--test-tool` away",
        )
    })
}

fn read(bytes: &[u8]) -> serde_json::Result<Chosen> {
    let listed: Listed = serde_json::from_slice(bytes)?;
    let suites = listed.suites.into_values().map(|suite| {
        let tests = suite.testcases.into_iter();
        let chosen = tests.filter(|(_, test)| test.filter_match.status == "matches");
        (suite.binary_path, chosen.map(|(name, _)| name).collect())
    });
    Ok(suites.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, path::Path};

    #[test]
    fn tests_that_are_left_out_are_not_chosen() {
        let text = r#"{"rust-build-meta": {}, "test-count": 2, "rust-suites": {"fee": {"binary-path": "/t/fee-1f", "status": "listed",
            "testcases": {"a": {"kind": "test", "ignored": false, "filter-match": {"status": "matches"}},
                          "b": {"kind": "test", "ignored": true, "filter-match": {"status": "mismatch", "reason": "ignored"}}}}}}"#;
        let chosen = read(text.as_bytes()).unwrap();
        assert_eq!(
            chosen.get(Path::new("/t/fee-1f")),
            Some(&BTreeSet::from(["a".to_owned()]))
        );
        assert!(read(b"warning: no").is_err());
    }
}
