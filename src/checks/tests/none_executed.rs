//! Did any test run at all?
//!
//! "0 failures" of nothing is no evidence: executed cases are those that are listed and neither skipped nor disabled.

use super::{by_absence, number, only_docs};
use crate::{
    checks::Settings,
    evidence::{Evidence, tests::TestRun},
    finding::{Abstain, Finding, Judged, Place},
};

/// Judges the item.
///
/// # Errors
/// No report was given, or one cannot be relied on; only documentation changed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    if only_docs(evidence, settings) {
        return Err(Abstain::not_applicable("only documentation changed"));
    }
    let run = evidence.tests()?;
    if run.executed().next().is_some() {
        return Ok(Vec::new());
    }
    by_absence(run, vec![finding(run)])
}

fn finding(run: &TestRun) -> Finding {
    let place = run
        .reports
        .first()
        .map_or(Place::Change, |report| Place::Evidence {
            file: report.input.file.clone(),
            line: None,
        });
    let reports = number(run.reports.len(), "report", "reports");
    let says = match run.cases.len() {
        0 => format!("{reports}, and not one test case in them"),
        cases => format!(
            "none of {} in {reports} ran: all were skipped",
            number(cases, "test case", "test cases")
        ),
    };
    let shown = run.reports.iter().take(5);
    shown.fold(Finding::new(place, says), |finding, report| {
        let cases = number(report.cases, "case", "cases");
        finding.because(format!(
            "{} ({}): {cases}",
            crate::escape::line(&report.input.file),
            report.format
        ))
    })
}
