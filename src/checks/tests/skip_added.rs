//! Was a test switched off?
//!
//! A marker that a test had before, under whatever name and in whatever file, is not new. A switch that depends on the
//! platform or on a missing tool is shown and accuses nobody.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    code::facts::{AssertionKind, Marker, MarkerKind, TestDefinition},
    evidence::Evidence,
    finding::{Finding, Judged, Level, Place, Side},
    pairs::{Known, Pair, Pairs},
    policy::Pattern,
    risk,
};

/// Words by which an author says that a test is switched off.
const SAYS: &str =
    r"\b(skip|ignor|disabl|quarantin|xfail|expected.fail|known.fail|mut(e|ing)\b|not run\b|todo)";
/// What such a sentence is about.
const TESTS: &str = r"\b(tests?|specs?|suites?|cases?|ci|flaky)\b";
/// What shows that somebody keeps track of a switched-off test.
const TRACKED: &str = r"https?://|#\d+|\b[a-z][a-z0-9]+-\d+\b";

/// Judges the item.
///
/// # Errors
/// A changed file could not be understood and nothing else is accused.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let pairs = Pairs::of(evidence, &settings.kinds);
    let mut seen = BTreeSet::new();
    let mut findings: Vec<Finding> = pairs.pairs().filter_map(|pair| turned(&pair, evidence)).collect();
    for (before, after) in pairs.after() {
        for marker in added(evidence, before.as_ref(), &after) {
            if seen.insert((after.path, marker.line, marker.kind)) && !is_assigned(evidence, &after, marker) {
                findings.push(finding(evidence, before.is_some(), &after, marker));
            }
        }
    }
    if findings.is_empty() {
        pairs.whole()?;
    }
    Ok(findings)
}

/// A test that passes now only if something in it fails, `#[should_panic]`, and is word for word the same or asserts
/// all that it did.
fn turned(pair: &Pair<'_>, evidence: &Evidence) -> Option<Finding> {
    let (before, after) = (&pair.before.test, &pair.after.test);
    if before.expects_exception || !after.expects_exception {
        return None;
    }
    let is_same = before.body == after.body;
    if !(is_same || is_by_attribute(after) && asserts_all_of(before, after)) {
        return None;
    }
    let name = crate::escape::line(&pair.after.full()).into_owned();
    let what = if is_same {
        "is unchanged"
    } else {
        "asserts all that it did"
    };
    let finding = Finding::new(
        Place::line(pair.after.path, after.header),
        format!("`{name}` {what} and now must fail"),
    );
    let finding = if is_same {
        finding
    } else {
        finding.at_most(Level::Warn)
    };
    let declared = risk::declared(evidence, |text| {
        text.lines()
            .any(|line| holds(SAYS, line) && (holds(TESTS, line) || line.contains(&after.name)))
    });
    Some(match declared {
        Some(place) => finding.because(format!("{place} names it")).at_most(Level::Warn),
        None => finding,
    })
}

/// Whether the failure is expected around the whole body, by no assertion of it.
fn is_by_attribute(test: &TestDefinition) -> bool {
    test.assertions
        .iter()
        .all(|one| one.kind != AssertionKind::Exception)
}

/// Whether a test asserted something, and still asserts all of it.
fn asserts_all_of(before: &TestDefinition, after: &TestDefinition) -> bool {
    let of =
        |test: &TestDefinition| -> BTreeSet<u64> { test.assertions.iter().map(|one| one.hash).collect() };
    let old = of(before);
    !old.is_empty() && old.is_subset(&of(after))
}

/// The markers of a test that it did not have before, each paid for by one it had.
fn added<'k>(evidence: &Evidence, before: Option<&Known<'_>>, after: &'k Known<'_>) -> Vec<&'k Marker> {
    let mut had: Vec<Marker> = match before {
        Some(known) => known.test.markers.clone(),
        None if after.test.markers.is_empty() => Vec::new(),
        None => of_groups(evidence, after),
    };
    let new = after.test.markers.iter().filter(|marker| {
        let same = had.iter().position(|old| pays(old, marker));
        same.map(|index| had.swap_remove(index)).is_none()
    });
    // a plan for a test that never was takes nothing away
    new.filter(|marker| before.is_some() || marker.kind != MarkerKind::Todo)
        .collect()
}

/// The markers of groups that were there before: a new test joins them and switches nothing off.
fn of_groups(evidence: &Evidence, after: &Known<'_>) -> Vec<Marker> {
    let before = after.file.before().map(|version| &version.path);
    let facts = before.and_then(|path| evidence.code(path, Side::Base).ok());
    let markers = facts
        .iter()
        .flat_map(|facts| &facts.tests)
        .flat_map(|test| &test.markers);
    markers.filter(|marker| marker.inherited).cloned().collect()
}

/// Whether a test was as much switched off before: by the same kind of switch, and no more by condition.
fn pays(old: &Marker, new: &Marker) -> bool {
    old.kind == new.kind && (!old.conditional || new.conditional)
}

/// The task names the very file, and the marker says where its return is tracked.
fn is_assigned(evidence: &Evidence, after: &Known<'_>, marker: &Marker) -> bool {
    evidence.task().is_ok_and(|task| task.names(after.path)) && is_tracked(marker)
}

fn is_tracked(marker: &Marker) -> bool {
    marker
        .reason
        .as_deref()
        .is_some_and(|reason| holds(TRACKED, reason))
}

fn holds(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(&text.to_lowercase()))
}

fn finding(evidence: &Evidence, was_there: bool, after: &Known<'_>, marker: &Marker) -> Finding {
    let what = match marker.kind {
        MarkerKind::Skip | MarkerKind::Todo => "is switched off",
        MarkerKind::ExpectedFailure => "is expected to fail",
        MarkerKind::Only => "runs alone, and its siblings no longer run",
    };
    let (new, since) = match (was_there, marker.kind) {
        (false, _) => ("is new and ", ""),
        (true, MarkerKind::Only) => ("", ""),
        (true, MarkerKind::Skip | MarkerKind::Todo | MarkerKind::ExpectedFailure) => ("", " from now on"),
    };
    let condition = if marker.conditional {
        " under a condition"
    } else {
        ""
    };
    let name = crate::escape::line(&after.full()).into_owned();
    let says = format!(
        "`{name}` {new}{what}{since}{condition} (`{}`)",
        crate::escape::line(&marker.name)
    );
    let finding = Finding::new(Place::line(after.path, marker.line), says);
    let finding = match &marker.reason {
        Some(reason) => finding.because(format!("the reason given: {}", crate::escape::line(reason))),
        None => finding.because("no reason is given"),
    };
    let level = weighs(evidence, was_there, after, marker);
    level.into_iter().fold(finding, Finding::at_most)
}

/// What keeps an added marker from weighing in full.
fn weighs(evidence: &Evidence, was_there: bool, after: &Known<'_>, marker: &Marker) -> Option<Level> {
    if marker.conditional {
        return Some(Level::Info);
    }
    if marker.kind == MarkerKind::Only {
        return None;
    }
    let declared = risk::declared(evidence, |text| {
        text.lines()
            .any(|line| holds(SAYS, line) && (holds(TESTS, line) || line.contains(&after.test.name)))
    });
    (declared.is_some() || is_tracked(marker) || !was_there).then_some(Level::Warn)
}
