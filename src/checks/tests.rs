//! Did tests really run, pass, and keep their strength?

pub mod count_drop;
pub mod env_mismatch;
pub mod failing;
pub mod flaky;
pub mod hidden_error;
pub mod implausible_time;
pub mod integration_required;
pub mod no_fail_before;
pub mod none_executed;
pub mod one_value;
pub mod report_missing;
pub mod required_suite;
pub mod runner_weakened;
pub mod uncovered_lines;
pub mod unresolved_target;
pub mod weak;

pub mod assertions_removed;
pub mod cases_removed;
pub mod deleted;
pub mod expected_changed;
pub mod missing;
pub mod module_unexercised;
pub mod new_not_executed;
pub mod skip_added;
pub mod snapshot_bulk;

use crate::{
    checks::Settings,
    date::Date,
    evidence::{
        Evidence,
        task::TaskKind,
        tests::{TestId, TestRun},
    },
    finding::{Abstain, Finding, Judged, Kind, Unproven, number},
    kinds::FileKind,
    names::ends_in,
    policy::KnownTest,
    risk,
    waiver::in_force,
};

/// The risk that a task or a policy approves where tests may go.
const DELETED: &str = "deleted-test";

/// What could be read of the test run; a change of documentation alone needs none.
fn as_read<'e>(evidence: &'e Evidence, settings: &Settings) -> Result<&'e TestRun, Abstain> {
    match evidence.tests_as_read() {
        Err(_) if only_docs(evidence, settings) => Err(Abstain::not_applicable(
            "only documentation changed and no test report was given",
        )),
        run => Ok(run?),
    }
}

/// What the absence of cases accuses of. Reports that nobody named may be about a part of the tests: there, absence shows
/// nothing.
fn by_absence(run: &TestRun, findings: Vec<Finding>) -> Judged {
    if run.nearby && !findings.is_empty() {
        let why = "the test reports that lie in the working tree may be about a part of the tests; name them with `--tests GLOB` if they are all";
        return Err(Unproven::PassedOver(Kind::Tests, why.to_owned()).into());
    }
    Ok(findings)
}

/// Whether the task is about documentation, or every touched path is.
fn only_docs(evidence: &Evidence, settings: &Settings) -> bool {
    let files = evidence.change.files();
    let docs = |path| settings.kinds.of(path) == FileKind::Docs;
    let asked = evidence
        .task()
        .is_ok_and(|task| task.kind == Some(TaskKind::Docs));
    asked || (!files.is_empty() && files.iter().flat_map(|file| file.touched()).all(docs))
}

/// Whether the author says that a commit is taken back: its tests go with it.
fn takes_back(evidence: &Evidence) -> bool {
    let reverts = |line: &str| {
        let line = line.trim_start().to_lowercase();
        ["revert \"", "revert:", "revert(", "this reverts commit"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    risk::declared(evidence, |text| text.lines().any(reverts)).is_some()
}

/// The entry of a policy's list that means a case, in force or not: its name, its definition, or a whole trailing part
/// of either.
fn listed<'p>(list: &'p [KnownTest], id: &TestId) -> Option<&'p KnownTest> {
    let (key, definition) = (id.key(), id.definition());
    list.iter()
        .find(|known| ends_in(&key, &known.test) || ends_in(&definition, &known.test))
}

/// Whether an entry of a policy's list still counts on the day of the change.
fn counts(known: &KnownTest, evidence: &Evidence) -> bool {
    in_force(known.until, evidence.change.time().map(Date::of_seconds))
}

/// A finding about a case that an entry of a policy's list once excused.
fn because_past(finding: Finding, entry: Option<&KnownTest>, known_as: &str) -> Finding {
    match entry.and_then(|entry| entry.until) {
        Some(until) => finding.because(format!(
            "the policy lists it as {known_as} until {until}, which is past"
        )),
        None => finding,
    }
}

/// Some names in a sentence: the first few, and how many more there are.
fn some<'n>(names: impl ExactSizeIterator<Item = &'n str>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let shown: Vec<String> = names
        .take(most)
        .map(|name| format!("`{}`", crate::escape::line(&crate::escape::cut(name, 200))))
        .collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_long_list_of_names_says_how_many_are_left_out() {
        assert_eq!(some(["a", "b", "c"].into_iter(), 2), "`a`, `b` and 1 more");
        assert_eq!(some(["a"].into_iter(), 2), "`a`");
    }
}
