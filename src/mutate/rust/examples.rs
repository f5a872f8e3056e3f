//! Do the examples in documentation pass, and what is each called?
//!
//! Cargo does not say which program is which example. So the script that runs one reports every example as failed, with a
//! number, under which Cargo then shows its name; how it really ended is noted with the number. Examples of the edition
//! 2024 share one program with a harness of its own, and are run as they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::{
    blame,
    compile::{self, Workshop},
    reach::notes,
    wrap::{Places, Started},
};
use crate::error::Error;

/// What the script writes before the number of an example.
pub(super) const MARK: &str = "__countersign example ";

/// How the examples ran without a mutant, or on one that is no switch.
#[derive(Clone, Debug, Default)]
pub(super) struct Examples {
    /// The name of each example, by its number.
    pub(super) names: BTreeMap<String, String>,
    /// The names of those that fail.
    pub(super) failing: Vec<String>,
    /// At least one ran, whoever has seen it.
    pub(super) ran: bool,
    /// The functions that examples need to be `const`.
    pub(super) constants: BTreeSet<String>,
}

/// Compiles and runs them.
///
/// # Errors
/// Cargo cannot be started.
pub(super) fn run(workshop: &Workshop) -> Result<Examples, Error> {
    forget(&workshop.places);
    let ended = workshop.rehearse(&["--doc"])?;
    let text = String::from_utf8_lossy(&ended.stdout);
    let notes: Vec<Started> = notes(&workshop.places)
        .into_iter()
        .filter(|one| one.example)
        .collect();
    let mut read = read(&text, &notes);
    let ran = text.lines().any(|line| line.starts_with("test "));
    let says = String::from_utf8_lossy(&ended.stderr);
    if !ended.succeeded() && (!ran || says.lines().any(is_more_than_failed)) {
        read.failing.push(compile::tail(&ended));
    }
    Ok(read)
}

/// Whether a line of Cargo's says more than that examples failed, which those of ours always do.
fn is_more_than_failed(line: &str) -> bool {
    let only_failed = line.contains("doctest failed, to rerun pass")
        || (line.contains(" target") && line.ends_with(" failed:"));
    line.starts_with("error") && !only_failed
}

/// Lets go of what was noted before.
fn forget(places: &Places) {
    for started in notes(places).into_iter().filter(|one| one.example) {
        // what cannot be removed is taken for an example that runs again, with a number that nobody names
        fs::remove_file(started.program.with_extension("json")).ok();
    }
}

fn read(text: &str, notes: &[Started]) -> Examples {
    let mut found = Examples {
        names: names(text),
        constants: constants(text),
        ..Examples::default()
    };
    let marked: BTreeSet<&String> = found.names.values().collect();
    for line in text.lines() {
        let Some(result) = line.strip_prefix("test ") else {
            continue;
        };
        found.ran |= result.ends_with(" ... ok") && !result.contains(" - compile");
        let failed = result.strip_suffix(" ... FAILED").map(ToOwned::to_owned);
        found.failing.extend(failed.filter(|name| !marked.contains(name)));
    }
    found.ran |= !found.names.is_empty();
    for one in notes.iter().filter(|one| !one.harness) {
        match (found.names.get(one.number()), one.code) {
            (Some(_), Some(0)) => {}
            (Some(name), _) => found.failing.push(name.clone()),
            // one that should fail, and did not: for Cargo our failure was what it waited for
            (None, Some(0)) => found.failing.push("an example that should panic".to_owned()),
            (None, _) => {}
        }
    }
    found
}

/// The names under which Cargo shows the numbers.
fn names(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut name = None;
    for line in text.lines() {
        let head = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"));
        name = head.or(name);
        if let (Some(number), Some(name)) = (line.strip_prefix(MARK), name) {
            found.insert(number.trim().to_owned(), name.to_owned());
        }
    }
    found
}

fn constants(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| line.contains("E0015"));
    lines.filter_map(blame::callee).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn note(number: u32, code: Option<i32>) -> Started {
        Started {
            program: PathBuf::from(format!("/started/{number}.program")),
            arguments: Vec::new(),
            folder: PathBuf::new(),
            environment: BTreeMap::new(),
            example: true,
            harness: false,
            code,
            time: 0,
        }
    }

    const TEXT: &str = "
test src/lib.rs - a (line 3) ... FAILED
test src/lib.rs - b (line 9) ... FAILED
test src/lib.rs - c (line 12) - compile ... ok
test src/lib.rs - d (line 20) ... FAILED
test src/lib.rs - e (line 30) ... ok

failures:

---- src/lib.rs - a (line 3) stdout ----
Test executable failed (exit status: 1).

stderr:
__countersign example 7

---- src/lib.rs - b (line 9) stdout ----
Test executable failed (exit status: 1).

stderr:
thread 'main' panicked at src/lib.rs:10:1
__countersign example 8

---- src/lib.rs - d (line 20) stdout ----
error[E0015]: cannot call non-const function `fee::twice` in constants
Couldn't compile the test.

failures:
    src/lib.rs - a (line 3)
";

    #[test]
    fn each_example_has_its_name_and_only_real_failures_count() {
        let read = read(TEXT, &[note(7, Some(0)), note(8, Some(101)), note(9, Some(101))]);
        assert_eq!(
            read.names.get("7").map(String::as_str),
            Some("src/lib.rs - a (line 3)")
        );
        assert_eq!(
            read.failing,
            ["src/lib.rs - d (line 20)", "src/lib.rs - b (line 9)"]
        );
        assert_eq!(read.constants, BTreeSet::from(["twice".to_owned()]));
        assert!(read.ran);
    }

    #[test]
    fn examples_that_could_not_even_be_compiled_are_told_from_those_that_failed() {
        assert!(!is_more_than_failed(
            "error: doctest failed, to rerun pass `-p fee --doc`"
        ));
        assert!(!is_more_than_failed("error: 2 targets failed:"));
        assert!(is_more_than_failed("error[E0432]: unresolved import `fee::gone`"));
        assert!(is_more_than_failed("error: could not document `fee`"));
    }

    #[test]
    fn an_example_that_should_fail_and_does_not_is_a_failure() {
        let passing = "test src/lib.rs - e (line 30) ... ok\n";
        assert!(super::read(passing, &[note(9, Some(101))]).failing.is_empty());
        assert_eq!(super::read(passing, &[note(9, Some(0))]).failing.len(), 1);
    }
}
