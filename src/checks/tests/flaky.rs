//! Did a test both fail and pass in one run?

use std::collections::BTreeMap;

use super::{as_read, because_past, counts, listed};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        tests::{TestCase, TestRun},
    },
    finding::{Finding, Judged, Place},
};

/// Judges the item.
///
/// # Errors
/// No report was given, or one cannot be relied on and what could be read shows no such test.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = as_read(evidence, settings)?;
    let mut flaky: BTreeMap<String, &TestCase> = BTreeMap::new();
    for case in run.cases.iter().filter(|case| case.flaky) {
        flaky.entry(case.id.key()).or_insert(case);
    }
    let mut findings = Vec::new();
    for (key, case) in flaky {
        let entry = listed(&settings.policy.tests.flaky, &case.id);
        if entry.is_some_and(|entry| counts(entry, evidence)) {
            continue;
        }
        findings.push(because_past(finding(&key, case, run), entry, "flaky"));
    }
    if findings.is_empty() {
        evidence.tests()?;
    }
    Ok(findings)
}

fn finding(key: &str, case: &TestCase, run: &TestRun) -> Finding {
    let name = crate::escape::line(key);
    let says = if case.status.is_red() {
        format!("`{name}` is red and green in one report, or two tests share the name")
    } else {
        format!("`{name}` failed and passed when it was run again")
    };
    let report = run
        .reports
        .get(case.report)
        .map_or("", |report| report.input.file.as_str());
    let finding = Finding::new(Place::Test(key.to_owned()), says);
    let said = case
        .message
        .as_deref()
        .and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
    let said = crate::escape::cut(said.unwrap_or("no message").trim(), 200).into_owned();
    finding.because(format!(
        "{}: {}",
        crate::escape::line(report),
        crate::escape::line(&said)
    ))
}
