//! How does an Infection log become mutants?
//!
//! The format is that of Infection's `json` logger. Its lists are counted; where its totals count a survivor that no
//! list holds, the log is refused.

use serde::Deserialize;

use super::{
    Mutant, Parsed, Status,
    json::{self, line_number},
};
use crate::limits;

/// The name of the format.
pub const FORMAT: &str = "infection";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    stats: Stats,
    escaped: Vec<Entry>,
    killed: Vec<Entry>,
    timeouted: Vec<Entry>,
    errored: Vec<Entry>,
    uncovered: Vec<Entry>,
    #[serde(default)]
    killed_by_static_analysis: Vec<Entry>,
    #[serde(default)]
    syntax_errors: Vec<Entry>,
    #[serde(default)]
    ignored: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stats {
    escaped_count: usize,
    not_covered_count: usize,
}

#[derive(Deserialize)]
struct Entry {
    mutator: Mutator,
    #[serde(default)]
    diff: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mutator {
    mutator_name: String,
    original_file_path: String,
    #[serde(deserialize_with = "line_number")]
    original_start_line: u32,
}

/// Reads a log.
///
/// # Errors
/// It does not have the shape of one, or counts survivors that it does not list.
pub fn read(text: &str) -> Result<Parsed, String> {
    let raw: Raw = json::read(text)?;
    listed("escaped", raw.stats.escaped_count, raw.escaped.len())?;
    let mut parsed = Parsed::of(FORMAT);
    if raw.uncovered.is_empty() {
        // with `--only-covered` they are counted and not listed
        parsed.mutants.extend(unlisted(raw.stats.not_covered_count)?);
    } else {
        listed("uncovered", raw.stats.not_covered_count, raw.uncovered.len())?;
    }
    let lists = [
        (raw.escaped, Status::Survived),
        (raw.killed, Status::Killed),
        (raw.killed_by_static_analysis, Status::Killed),
        (raw.timeouted, Status::Timeout),
        (raw.errored, Status::RuntimeError),
        (raw.syntax_errors, Status::CompileError),
        (raw.uncovered, Status::NoCoverage),
        (raw.ignored, Status::Ignored),
    ];
    for (entries, status) in lists {
        let mutants = entries.into_iter().map(|entry| entry.into_mutant(status));
        parsed.mutants.extend(mutants);
    }
    Ok(parsed)
}

fn listed(what: &str, counted: usize, listed: usize) -> Result<(), String> {
    if counted == listed {
        return Ok(());
    }
    Err(format!(
        "its totals count {counted} {what} mutants, its list holds {listed}"
    ))
}

/// Uncovered mutants whose places the log keeps to itself.
fn unlisted(count: usize) -> Result<impl Iterator<Item = Mutant>, String> {
    if count > limits::MUTANTS {
        return Err(format!(
            "it counts more than {} uncovered mutants",
            limits::MUTANTS
        ));
    }
    Ok(std::iter::repeat_n(
        Mutant::unplaced("unknown", Status::NoCoverage),
        count,
    ))
}

impl Entry {
    fn into_mutant(self, status: Status) -> Mutant {
        let added = |line: &&str| line.starts_with('+') && !line.starts_with("+++");
        let replacement = self.diff.lines().find(added).and_then(|line| line.get(1..));
        Mutant {
            replacement: replacement.map(|text| text.trim().to_owned()),
            file: self.mutator.original_file_path.replace('\\', "/"),
            line: Some(self.mutator.original_start_line),
            last_line: None,
            column: None,
            id: None,
            anchor: None,
            below_function: None,
            original: None,
            function: None,
            operator: self.mutator.mutator_name,
            status,
            tests: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(counted: usize) -> String {
        let entry = r#"{"mutator": {"mutatorName": "Plus", "originalSourceCode": "", "mutatedSourceCode": "",
            "originalFilePath": "/app/src/Sum.php", "originalStartLine": 7},
            "diff": "--- Original\n+++ New\n@@ @@\n-        return $a + $b;\n+        return $a - $b;\n", "processOutput": ""}"#;
        format!(
            r#"{{"stats": {{"totalMutantsCount": 2, "killedCount": 1, "notCoveredCount": 0, "escapedCount": {counted}, "errorCount": 0}},
            "escaped": [{entry}], "timeouted": [], "killed": [{entry}], "errored": [], "uncovered": [], "ignored": []}}"#
        )
    }

    #[test]
    fn every_list_has_its_status() {
        let parsed = read(&log(1)).unwrap();
        let statuses: Vec<Status> = parsed.mutants.iter().map(|mutant| mutant.status).collect();
        assert_eq!(statuses, [Status::Survived, Status::Killed]);
        let first = &parsed.mutants[0];
        assert_eq!((first.file.as_str(), first.line), ("/app/src/Sum.php", Some(7)));
        assert_eq!(first.replacement.as_deref(), Some("return $a - $b;"));
    }

    #[test]
    fn uncovered_mutants_that_are_only_counted_stay_without_places() {
        let text = log(1).replace("\"notCoveredCount\": 0", "\"notCoveredCount\": 3");
        let parsed = read(&text).unwrap();
        let unplaced = parsed.mutants.iter().filter(|mutant| mutant.file.is_empty());
        assert_eq!(
            unplaced
                .filter(|mutant| mutant.status == Status::NoCoverage)
                .count(),
            3
        );
    }

    #[test]
    fn a_survivor_that_is_counted_and_not_listed_is_refused() {
        assert!(read(&log(2)).unwrap_err().contains("count 2 escaped"));
    }
}
