//! Which faults in added lines did the tests that ran them not notice?
//!
//! One finding a mutant. Mutants that no test reaches are mutation-uncovered's.

use super::{Measured, Placed, Reach, fault, measured, trusted_as_read};
use crate::{
    checks::Settings,
    evidence::{Evidence, mutation::Status},
    finding::{Abstain, Finding, Judged, Level, Unproven},
};

/// Tests named in one finding.
const SHOWN_TESTS: usize = 5;

/// Judges the item.
///
/// # Errors
/// No report, or one that cannot be relied on and shows no survivor.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = trusted_as_read(evidence)?;
    let measured = measured(evidence, settings, run)?;
    let reach = Reach::of(evidence);
    let whole = evidence.mutation();
    let bounds = measured.bounds();
    // of half a run nobody knows the score: with a target below 100 % the survivor may be one of those allowed
    let target = settings.policy.mutation.score;
    let denies = bounds.most < target
        && bounds.certain.counted >= settings.policy.mutation.min_mutants
        && (whole.is_ok() || target >= 100.0);
    let survivors = measured
        .on
        .iter()
        .filter(|placed| placed.mutant.status == Status::Survived && !reach.misses(placed));
    let found: Vec<Finding> = survivors.map(|placed| finding(placed, denies)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    whole?;
    measured.finished()?;
    open(&measured)
}

fn finding(placed: &Placed<'_>, denies: bool) -> Finding {
    let mutant = placed.mutant;
    let says = format!("no test noticed {}", fault(mutant));
    let finding = Finding::new(placed.place(), says)
        .because(format!(
            "operator {}{}",
            crate::escape::line(&mutant.operator),
            placed.column()
        ))
        .because(tests(&mutant.tests));
    if denies {
        finding
    } else {
        finding.at_most(Level::Warn)
    }
}

fn tests(tests: &[String]) -> String {
    if tests.is_empty() {
        return "the report does not say which tests ran it".to_owned();
    }
    let shown: Vec<_> = tests
        .iter()
        .take(SHOWN_TESTS)
        .map(|test| crate::escape::line(test))
        .collect();
    let more = match tests.len().saturating_sub(SHOWN_TESTS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("tests that ran it and passed: {}{more}", shown.join(", "))
}

/// No survivor on an added line for certain: is there none at all, or is the report too vague to say?
fn open(measured: &Measured<'_>) -> Judged {
    let uncertain = measured.perhaps.iter().chain(&measured.anywhere);
    let open = uncertain
        .filter(|mutant| mutant.status == Status::Survived)
        .count();
    if open > 0 {
        let why = format!(
            "{open} mutants survived and the report does not give their lines: they may be on added lines or beside them"
        );
        return Err(Unproven::Insufficient(why).into());
    }
    if measured.is_silent() {
        return Err(Abstain::not_applicable("no mutant was measured on an added line"));
    }
    Ok(Vec::new())
}
