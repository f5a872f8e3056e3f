//! Can the test reports be relied on, and are they about this head?
//!
//! A missing, unreadable, contradictory or outdated report proves nothing: the item is unproven. It is broken only where
//! a report itself names an earlier commit of this very history. Moments and commit ids in a report are written by
//! whoever made it: they accuse, and never acquit.

use super::as_read;
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::ObjectId,
        tests::{Report, TestRun},
    },
    finding::{Finding, Judged, Place, Unproven},
};

/// How much two clocks may differ, in seconds, before a report counts as older than the change.
const CLOCK_SKEW: i64 = 5 * 60;

/// Judges the item.
///
/// # Errors
/// No report was given, or one is unreadable, contradicts itself, or is about another state of the code.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = as_read(evidence, settings)?;
    let outdated = outdated(run, evidence);
    if !outdated.is_empty() {
        return Ok(outdated);
    }
    evidence.tests()?;
    foreign(run, evidence)?;
    old(run, evidence)?;
    Ok(Vec::new())
}

/// The commit that a report names, where it is not the judged head.
fn other_commit<'r>(report: &'r Report, evidence: &'r Evidence) -> Option<(&'r str, &'r ObjectId)> {
    let head = evidence.change.source().head_commit()?;
    let named = report.commit.as_deref()?;
    (!head.0.starts_with(named)).then_some((named, head))
}

/// Reports that name a commit which the head has left behind.
fn outdated(run: &TestRun, evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for report in &run.reports {
        let Some((named, head)) = other_commit(report, evidence) else {
            continue;
        };
        if evidence.change.head_reaches(named) == Ok(Some(true)) {
            let place = Place::Evidence {
                file: report.input.file.clone(),
                line: None,
            };
            let says = format!(
                "the report is about commit {}, an ancestor of the judged head {}",
                ObjectId(named.into()).short(),
                head.short()
            );
            findings.push(Finding::new(place, says).because(format!("its properties name commit {named}")));
        }
    }
    findings
}

/// A report that names a commit which is not the head and not known to be behind it.
fn foreign(run: &TestRun, evidence: &Evidence) -> Result<(), Unproven> {
    let other = run
        .reports
        .iter()
        .find_map(|report| other_commit(report, evidence).map(|(named, head)| (report, named, head)));
    match other {
        None => Ok(()),
        Some((report, named, head)) => Err(Unproven::Stale(format!(
            "`{}` names commit {named}, which is not the judged head {}; run the tests on the head",
            crate::escape::line(&report.input.file),
            head.short()
        ))),
    }
}

/// A report whose latest moment lies before the change.
fn old(run: &TestRun, evidence: &Evidence) -> Result<(), Unproven> {
    let Some(time) = evidence.change.time() else {
        return Ok(());
    };
    let age = |report: &Report| report.timestamp.map(|moment| time.saturating_sub(moment));
    let old = run.reports.iter().find_map(|report| {
        age(report)
            .filter(|age| *age > CLOCK_SKEW)
            .map(|age| (report, age))
    });
    match old {
        None => Ok(()),
        Some((report, age)) => Err(Unproven::Stale(format!(
            "the latest moment in `{}` is {} minutes before the judged commit; run the tests again",
            crate::escape::line(&report.input.file),
            age / 60
        ))),
    }
}
