//! Does the output of tests that passed show that something went wrong?
//!
//! Only trouble that the reports of the base do not show, where there are any; and only what the suite's own patterns
//! do not allow: a test of failures prints them.

use std::collections::{BTreeMap, BTreeSet};

use super::{as_read, number};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        tests::{TestId, TestRun, signs::Sign},
    },
    finding::{Abstain, Finding, Judged, Place},
    policy::Suite,
};

/// Lines quoted in one finding.
const QUOTED: usize = 3;

/// Judges the item.
///
/// # Errors
/// No report was given, none keeps what tests print, or one cannot be relied on.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = as_read(evidence, settings)?;
    let before = evidence.base_tests().ok().map(known).unwrap_or_default();
    let suites = &settings.policy.tests.suites.0;
    let is_new = |sign: &&Sign| !before.contains(&(sign.id.key(), sign.kind));
    let is_allowed = |sign: &&Sign| suites.values().any(|suite| allows(suite, sign));
    let signs = run.reports.iter().flat_map(|report| &report.signs);
    let mut kinds: BTreeMap<&str, Vec<&Sign>> = BTreeMap::new();
    for sign in signs.filter(is_new).filter(|sign| !is_allowed(sign)) {
        kinds.entry(sign.kind).or_default().push(sign);
    }
    if kinds.is_empty() {
        let run = evidence.tests()?;
        if !run.reports.iter().any(|report| report.has_output) {
            return Err(Abstain::not_applicable(
                "the reports do not keep what tests print",
            ));
        }
    }
    Ok(kinds.values().filter_map(|signs| finding(signs)).collect())
}

fn known(run: &TestRun) -> BTreeSet<(String, &'static str)> {
    let signs = run.reports.iter().flat_map(|report| &report.signs);
    signs.map(|sign| (sign.id.key(), sign.kind)).collect()
}

fn allows(suite: &Suite, sign: &Sign) -> bool {
    let is_in = |id: &TestId| {
        suite.matches.matches(&id.full()) || (!id.file.is_empty() && suite.matches.matches(&id.file))
    };
    !suite.allow_output.is_empty()
        && is_in(&sign.id)
        && suite
            .allow_output
            .iter()
            .any(|pattern| pattern.matches(&sign.line))
}

fn finding(signs: &[&Sign]) -> Option<Finding> {
    let first = signs.first()?;
    let owners: BTreeSet<String> = signs.iter().map(|sign| sign.id.key()).collect();
    let says = format!(
        "what {} printed shows {}",
        number(owners.len(), "passing test", "passing tests"),
        first.says
    );
    let finding = Finding::new(Place::Test(first.id.key()), says);
    Some(signs.iter().take(QUOTED).fold(finding, |finding, sign| {
        finding.because(format!("`{}`: {}", sign.id, crate::escape::line(&sign.line)))
    }))
}
