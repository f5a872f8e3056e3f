//! Does an assertion expect something else now, in a change of the code that it checks?
//!
//! Often that is the work; sometimes the expectation was bent to what a broken program prints.

use super::number;
use crate::{
    checks::Settings,
    code::facts::Assertion,
    evidence::Evidence,
    finding::{Abstain, Finding, Judged, Level, Place},
    pairs::{Pair, Pairs},
    production::Production,
    risk, tolerance,
};

/// Judges the item.
///
/// # Errors
/// No test was edited beside code, or a file could not be understood and nothing else is shown.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let pairs = Pairs::of(evidence, &settings.kinds);
    let edited = || {
        pairs
            .pairs()
            .filter(|pair| pair.before.test.body != pair.after.test.body)
    };
    if edited().next().is_none() || !Production::of(evidence, &settings.kinds).changed() {
        pairs.whole()?;
        return Err(Abstain::not_applicable(
            "no existing test was edited together with production code",
        ));
    }
    let findings: Vec<Finding> = edited().filter_map(|pair| finding(&pair, evidence)).collect();
    if findings.is_empty() {
        pairs.whole()?;
    }
    Ok(findings)
}

fn finding(pair: &Pair<'_>, evidence: &Evidence) -> Option<Finding> {
    let changed = changed(pair);
    let (old, new) = *changed.first()?;
    if is_assigned(evidence, pair) {
        return None;
    }
    let name = crate::escape::line(&pair.after.full()).into_owned();
    let says = format!(
        "{} of `{name}` changed its expected value alone",
        number(changed.len(), "assertion", "assertions")
    );
    let finding = Finding::new(Place::line(pair.after.path, new.line), says).because(format!(
        "{} became {}",
        value(old),
        value(new)
    ));
    let named = risk::declared(evidence, |text| text.contains(&pair.after.test.name));
    Some(match named {
        Some(place) => finding
            .because(format!("declared in {place}"))
            .at_most(Level::Info),
        None => finding,
    })
}

/// Assertions of which everything but the expected value is as before.
fn changed<'p>(pair: &'p Pair<'_>) -> Vec<(&'p Assertion, &'p Assertion)> {
    let old = without(&pair.before.test.assertions, &pair.after.test.assertions);
    let mut new = without(&pair.after.test.assertions, &pair.before.test.assertions);
    let mut found = Vec::new();
    for before in old {
        let same = |after: &&Assertion| {
            let same = rest(before).is_some_and(|own| Some(own) == rest(after)) && before.name == after.name;
            // a bound that moved out is told by `tests-assertions-removed`
            same && tolerance::wider(before, after).is_none()
        };
        if let Some(index) = new.iter().position(same) {
            found.push((before, new.remove(index)));
        }
    }
    found
}

fn without<'e>(one: &'e [Assertion], other: &[Assertion]) -> Vec<&'e Assertion> {
    one.iter()
        .filter(|own| other.iter().all(|there| there.hash != own.hash))
        .collect()
}

/// An assertion without the value it expects.
fn rest(assertion: &Assertion) -> Option<String> {
    let expected = assertion
        .expected
        .as_deref()
        .filter(|expected| !expected.is_empty())?;
    let rest = assertion.text.replacen(expected, "", 1);
    (rest.len() < assertion.text.len()).then_some(rest)
}

fn value(assertion: &Assertion) -> String {
    let expected = assertion.expected.as_deref().unwrap_or_default();
    format!("`{}`", crate::escape::line(&crate::escape::cut(expected, 160)))
}

/// The task names the very file.
fn is_assigned(evidence: &Evidence, pair: &Pair<'_>) -> bool {
    evidence.task().is_ok_and(|task| task.names(pair.after.path))
}
