//! Did every suite that the policy requires run?

use std::collections::BTreeSet;

use super::{as_read, by_absence, number, some};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        tests::{TestCase, TestRun},
    },
    finding::{Abstain, Finding, Judged, Place},
    policy::{self, Suite},
};

/// Names of suites that did run, shown beside one that did not.
const NEAREST: usize = 3;

/// Judges the item.
///
/// # Errors
/// The policy requires no suite; no report was given, or one cannot be relied on.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let suites = &settings.policy.tests.suites.0;
    if !suites.values().any(|suite| suite.required) {
        return Err(Abstain::not_applicable("the policy requires no suite"));
    }
    as_read(evidence, settings)?;
    let run = evidence.tests()?;
    let required = suites.iter().filter(|(_, suite)| suite.required);
    let findings = required.filter_map(|(name, suite)| missing(name, suite, run));
    by_absence(run, findings.collect())
}

/// Whether a case belongs to a suite.
pub(super) fn holds(suite: &Suite, case: &TestCase) -> bool {
    suite.matches.matches(&case.id.full())
        || (!case.id.file.is_empty() && suite.matches.matches(&case.id.file))
}

fn missing(name: &str, suite: &Suite, run: &TestRun) -> Option<Finding> {
    if run.executed().any(|case| holds(suite, case)) {
        return None;
    }
    let listed = run.cases.iter().filter(|case| holds(suite, case)).count();
    let shown = crate::escape::line(name).into_owned();
    let says = match listed {
        0 => format!("the required suite `{shown}` has no test case in the reports"),
        listed => format!(
            "the required suite `{shown}` lists {} and none of them ran",
            number(listed, "test case", "test cases")
        ),
    };
    let owners: BTreeSet<&str> = run
        .executed()
        .map(|case| case.id.owner())
        .filter(|owner| !owner.is_empty())
        .collect();
    let nearest = policy::nearest(name, owners.into_iter(), NEAREST);
    let mut finding = Finding::new(Place::Change, says).because(format!(
        "policy, tests.suites.{shown}.match: {}",
        crate::escape::line(suite.matches.as_str())
    ));
    if !nearest.is_empty() {
        finding = finding.because(format!(
            "nearest names that did run: {}",
            some(nearest.into_iter(), NEAREST)
        ));
    }
    Some(finding.fix(format!(
        "run the suite `{shown}` and hand in its report; if the name is wrong, correct `match` in the policy"
    )))
}
