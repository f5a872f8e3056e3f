//! Can the test reports be relied on, and are they about this head?
//!
//! A missing, unreadable, contradictory or outdated report proves nothing: the item is unproven. It is broken only where
//! a report itself names an earlier commit of this very history. Moments and commit ids in a report are written by
//! whoever made it: they accuse, and never acquit. A receipt of the judged tree (`countersign record`) says more than
//! either, so a report that one binds is not asked for its age; a recorded command that failed while its reports are
//! green is broken evidence, and so is a recorded build that failed.

use super::as_read;
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::ObjectId,
        tests::{FailedCommand, Report, TestRun},
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
    let failed = failed(run);
    if !failed.is_empty() {
        return Ok(failed);
    }
    let outdated = outdated(run, evidence);
    if !outdated.is_empty() {
        return Ok(outdated);
    }
    evidence.tests()?;
    foreign(run, evidence)?;
    old(run, evidence)?;
    Ok(Vec::new())
}

/// Commands that failed on the judged tree, and whose reports say nothing of it.
fn failed(run: &TestRun) -> Vec<Finding> {
    let failed = run.bound.iter().flat_map(|bound| &bound.failed);
    let finding = |failed: &FailedCommand| {
        let place = Place::Evidence {
            file: failed.receipt.clone(),
            line: None,
        };
        let ended = format!(
            "`{}` ended with exit code {}",
            crate::escape::cut(&crate::escape::line(&failed.command), 200),
            failed.exit_code
        );
        if failed.reports.is_empty() {
            return Finding::new(
                place,
                format!("{ended} on the judged tree: what does not build was not tested"),
            )
            .fix("mend the build, and record it and the tests again");
        }
        let reports: Vec<_> = failed
            .reports
            .iter()
            .take(5)
            .map(|file| crate::escape::line(file))
            .collect();
        Finding::new(place, format!("{ended}, and its reports show nothing red"))
            .because(format!("reports that it made: {}", reports.join(", ")))
            .fix("read the output of the command, mend what failed, and record the run again")
    };
    failed.map(finding).collect()
}

/// The reports that no receipt binds to the judged tree.
fn unbound(run: &TestRun) -> impl Iterator<Item = &Report> {
    let reports = run.reports.iter().enumerate();
    reports
        .filter(|(place, _)| !run.is_recorded(*place))
        .map(|(_, report)| report)
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
    for report in unbound(run) {
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
    let other = unbound(run)
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

/// A report that is older than the change: by its latest moment or, where it names none, by its file.
fn old(run: &TestRun, evidence: &Evidence) -> Result<(), Unproven> {
    let Some(time) = evidence.change.time() else {
        return Ok(());
    };
    let age = |report: &Report| {
        let moment = report.timestamp.or(report.modified);
        moment.map(|moment| time.saturating_sub(moment))
    };
    let old = unbound(run).find_map(|report| {
        age(report)
            .filter(|age| *age > CLOCK_SKEW)
            .map(|age| (report, age))
    });
    match old {
        None => Ok(()),
        Some((report, age)) => {
            let file = crate::escape::line(&report.input.file);
            let what = match report.timestamp {
                Some(_) => format!("the latest moment in `{file}` is"),
                None => format!("`{file}` was written"),
            };
            Err(Unproven::Stale(format!(
                "{what} {} minutes before the judged commit; run the tests again",
                age / 60
            )))
        }
    }
}
