//! Whose is each failure: new, there before, shaky, or unknown, and does its trace pass through the change?

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::Settings,
    escape,
    evidence::{
        Evidence,
        tests::{TestCase, blame, blame::Blame},
        touched::Touched,
    },
    finding::{Abstain, Finding, Judged, Level, Place},
    limits,
};

/// Failures told one by one; the rest is told together.
const TOLD: usize = 20;
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
    let mut alike: BTreeMap<Blame, Vec<&str>> = BTreeMap::new();
    let mut findings = Vec::new();
    for (key, whose) in &whose {
        match frames.get(key).filter(|frames| !frames.is_empty()) {
            Some(frames) if findings.len() < TOLD => findings.push(tell(key, *whose, frames)),
            Some(_) | None => alike.entry(*whose).or_default().push(key),
        }
    }
    let none = BTreeSet::new();
    findings.extend(alike.into_iter().map(|(whose, keys)| match keys.as_slice() {
        [key] => tell(key, whose, &none),
        keys => together(keys, whose),
    }));
    Ok(findings
        .into_iter()
        .map(|finding| finding.at_most(Level::Info))
        .collect())
}

/// Tests of which there is nothing to say but whose they are.
fn together(keys: &[&str], whose: Blame) -> Finding {
    let says = format!("{} tests, {}", keys.len(), words(whose));
    let shown = keys.iter().take(limits::NAMED);
    let shown: Vec<String> = shown
        .map(|key| format!("`{}`", escape::line(&escape::cut(key, 200))))
        .collect();
    let more = match keys.len().saturating_sub(limits::NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let finding = Finding::new(Place::Change, says).because(format!("{}{more}", shown.join(", ")));
    finding.fix(fix(whose))
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
    let finding = Finding::new(Place::Test(key.to_owned()), words(whose)).fix(fix(whose));
    if frames.is_empty() {
        return finding;
    }
    let shown: Vec<&str> = frames.iter().map(String::as_str).take(FRAMES).collect();
    finding.because(format!(
        "its trace passes through lines that the change added: {}",
        shown.join(", ")
    ))
}

const fn words(whose: Blame) -> &'static str {
    match whose {
        Blame::New => "new: red here and not on the base",
        Blame::PreExisting => "pre-existing: red on the base already",
        Blame::Fixed => "fixed: red on the base, and it passes here",
        Blame::Flaky => "flaky: red and passing in one and the same run",
        Blame::Unknown => "unknown: without a report of the base nobody can tell whose it is",
    }
}

const fn fix(whose: Blame) -> &'static str {
    match whose {
        Blame::New => "mend the code or the test",
        Blame::PreExisting => "leave it, or mend it in a change of its own",
        Blame::Fixed => "nothing is to be done",
        Blame::Flaky => "find the cause before the test is run again",
        Blame::Unknown => "run the tests on the base too and hand in the report: `--base-tests GLOB`",
    }
}
