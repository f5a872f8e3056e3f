//! Whose is each failure: new, there before, shaky, or unknown, and does its trace pass through the change?

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        tests::{TestCase, blame, blame::Blame},
        touched::Touched,
    },
    finding::{Abstain, Finding, Judged, Level, Place},
};

/// Failures told one by one; the rest is counted.
const TOLD: usize = 50;
/// Frames quoted for one failure.
const FRAMES: usize = 3;

/// Judges the item.
///
/// # Errors
/// Nothing is red or was mended, or no report was given.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let head = evidence.tests_as_read()?;
    let whose = blame::of(head, evidence.base_tests().ok());
    if whose.is_empty() {
        return Err(Abstain::not_applicable(
            "nothing is red, and nothing that was red was mended",
        ));
    }
    let mut touched = Touched::by(&evidence.change);
    let mut frames: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for case in head.red() {
        frames
            .entry(case.id.key())
            .or_default()
            .extend(own(case, &mut touched));
    }
    let none = BTreeSet::new();
    let told = whose.iter().take(TOLD);
    let mut findings: Vec<Finding> = told
        .map(|(key, whose)| tell(key, *whose, frames.get(key).unwrap_or(&none)))
        .collect();
    if whose.len() > TOLD {
        let more = whose.len() - TOLD;
        findings.push(Finding::new(
            Place::Change,
            format!("{more} more failures are not told one by one"),
        ));
    }
    Ok(findings
        .into_iter()
        .map(|finding| finding.at_most(Level::Info))
        .collect())
}

fn own(case: &TestCase, touched: &mut Touched<'_>) -> Vec<String> {
    let frames = touched.frames(case);
    frames
        .iter()
        .take(FRAMES)
        .map(|(path, line)| format!("{path}:{line}"))
        .collect()
}

fn tell(key: &str, whose: Blame, frames: &BTreeSet<String>) -> Finding {
    let says = match whose {
        Blame::New => "new: red here and not on the base",
        Blame::PreExisting => "pre-existing: red on the base already",
        Blame::Fixed => "fixed: red on the base, and it passes here",
        Blame::Flaky => "flaky: red and passing in one and the same run",
        Blame::Unknown if frames.is_empty() => {
            "unknown: without a report of the base nobody can tell whose it is"
        }
        Blame::Unknown => "unknown without a report of the base, but its trace passes through the change",
    };
    let finding = Finding::new(Place::Test(key.to_owned()), says);
    let finding = match frames.len() {
        0 => finding,
        _ => {
            let shown: Vec<&str> = frames.iter().map(String::as_str).take(FRAMES).collect();
            finding.because(format!(
                "its trace passes through added lines: {}",
                shown.join(", ")
            ))
        }
    };
    match whose {
        Blame::New => finding.fix("mend the code or the test"),
        Blame::PreExisting => finding.fix("leave it, or mend it in a change of its own"),
        Blame::Fixed => finding.fix("nothing is to be done"),
        Blame::Flaky => finding.fix("find the cause before the test is run again"),
        Blame::Unknown => {
            finding.fix("run the tests on the base too and hand in the report: `--base-tests GLOB`")
        }
    }
}
