//! Which tests does a program have, and which of them does it say failed?

use std::collections::BTreeSet;

use super::bench::{Bench, Kind, Surroundings};
use crate::{
    error::Error,
    mutate::process::{Ended, Limits},
};

/// What reports call examples that share a program, and one that should fail.
pub(super) const EXAMPLE: &str = "an example in the documentation";

/// The tests of a program that run where none is named; `None` if it cannot list them.
///
/// # Errors
/// It cannot be started.
pub(super) fn tests(
    surroundings: &Surroundings,
    bench: &Bench,
    limits: Limits,
) -> Result<Option<Vec<String>>, Error> {
    if bench.kind != Kind::Harness {
        return Ok(None);
    }
    let list = |more: &[&str]| -> Result<Option<BTreeSet<String>>, Error> {
        let task = surroundings.task(bench, limits);
        let ended = task.args(["--list", "--format", "terse"]).args(more).run()?;
        Ok(listed(&ended))
    };
    let (Some(all), Some(ignored)) = (list(&[])?, list(&["--ignored"])?) else {
        return Ok(None);
    };
    Ok(Some(
        all.into_iter().filter(|name| !ignored.contains(name)).collect(),
    ))
}

fn listed(ended: &Ended) -> Option<BTreeSet<String>> {
    if !ended.succeeded() || ended.is_cut {
        return None;
    }
    let text = String::from_utf8_lossy(&ended.stdout);
    let tests = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Some(tests.map(ToOwned::to_owned).collect())
}

/// The names of the tests that failed in a run of a program, as far as it says so.
pub(super) fn failed(bench: &Bench, ended: &Ended) -> Vec<String> {
    let named = failures(&String::from_utf8_lossy(&ended.stdout));
    let file = &bench.file;
    if named.is_empty() {
        return vec![file.clone()];
    }
    if bench.kind == Kind::Example {
        return named;
    }
    named.iter().map(|name| format!("{file}::{name}")).collect()
}

/// The names in the last list of failures that the harness writes.
fn failures(text: &str) -> Vec<String> {
    let Some((_, last)) = text.rsplit_once("\nfailures:\n") else {
        return Vec::new();
    };
    last.lines()
        .take_while(|line| line.starts_with("    "))
        .map(|line| line.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_list_of_failures_names_them() {
        let text = "running 2 tests\ntest a ... FAILED\n\nfailures:\n\n---- a stdout ----\nfailures:\n    no\n\n\nfailures:\n    a\n    b::c\n\ntest result: FAILED";
        assert_eq!(failures(text), ["a", "b::c"]);
        assert!(failures("test result: ok").is_empty());
    }
}
