//! Did the tests take the time that such tests take?

use std::collections::BTreeMap;

use super::{as_read, number, required_suite};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        tests::{TestCase, TestRun},
    },
    finding::{Finding, Judged, Place, Unproven},
    policy::Suite,
};

/// Fewer seconds on the base than this may honestly be rounded down to nothing at head.
const TELLING_SECONDS: f64 = 1.0;
/// Fewer cases than this may honestly all be instant.
const TELLING_CASES: usize = 3;

/// Judges the item.
///
/// # Errors
/// No report was given or one cannot be relied on; the policy names no least time and there are no reports of the base.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    as_read(evidence, settings)?;
    let run = evidence.tests()?;
    let suites = &settings.policy.tests.suites.0;
    let timed: Vec<_> = suites
        .iter()
        .filter_map(|(name, suite)| Some((name, suite, suite.min_seconds?)))
        .collect();
    let mut findings: Vec<Finding> = timed
        .iter()
        .filter_map(|(name, suite, least)| too_fast(name, suite, *least, run))
        .collect();
    match evidence.base_tests() {
        Ok(base) => findings.extend(stopped_clocks(base, run)),
        // the policy's own times were compared, which is all that was asked
        Err(Unproven::NotSupplied(_)) if !timed.is_empty() => {}
        Err(why) if findings.is_empty() => return Err(why.into()),
        Err(_) => {}
    }
    Ok(findings)
}

/// A suite of the policy that ran in less time than it can. A suite whose cases have no times says nothing.
fn too_fast(name: &str, suite: &Suite, least: f64, run: &TestRun) -> Option<Finding> {
    let cases: Vec<&TestCase> = run
        .executed()
        .filter(|case| required_suite::holds(suite, case))
        .collect();
    let known: Vec<f64> = cases.iter().filter_map(|case| case.seconds).collect();
    let seconds: f64 = known.iter().sum();
    if known.is_empty() || seconds >= least {
        return None;
    }
    let shown = crate::escape::line(name);
    let says = format!(
        "the suite `{shown}` took {seconds:.3} s over {}; the policy says that it takes at least {least} s",
        number(cases.len(), "test case", "test cases")
    );
    Some(
        Finding::new(Place::Change, says)
            .because(format!("policy, tests.suites.{shown}.min-seconds: {least}")),
    )
}

/// Classes or suites whose cases all took no time at all, and took time on the base.
fn stopped_clocks(base: &TestRun, head: &TestRun) -> Vec<Finding> {
    let before = seconds_by_owner(base);
    let now = seconds_by_owner(head);
    let mut findings = Vec::new();
    for (owner, (cases, seconds)) in now {
        let Some((_, took)) = before.get(owner) else {
            continue;
        };
        if cases >= TELLING_CASES && seconds == 0.0 && *took >= TELLING_SECONDS {
            let says = format!(
                "{cases} tests of `{}` took 0 s together; on the base they took {took:.3} s",
                crate::escape::line(owner)
            );
            findings.push(Finding::new(Place::Test(owner.to_owned()), says));
        }
    }
    findings
}

/// How many cases with a time ran, and how long they took together.
fn seconds_by_owner(run: &TestRun) -> BTreeMap<&str, (usize, f64)> {
    let mut owners: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    for case in run.executed() {
        if let Some(seconds) = case.seconds {
            let (cases, sum) = owners.entry(case.id.owner()).or_default();
            *cases += 1;
            *sum += seconds;
        }
    }
    owners
}
