//! Which faults in added lines did no test even reach?
//!
//! Apart from survivors: there a test looks and does not see, here no test looks.

use super::{Reach, fault, measured, trusted_as_read};
use crate::{
    checks::Settings,
    evidence::{Evidence, mutation::Status},
    finding::{Abstain, Finding, Judged, Unproven},
};

/// Judges the item.
///
/// # Errors
/// No report, or one that cannot be relied on and shows no uncovered mutant.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = trusted_as_read(evidence)?;
    let measured = measured(evidence, settings, run)?;
    let reach = Reach::of(evidence);
    let unreached = measured.on.iter().filter(|placed| reach.misses(placed));
    let found: Vec<Finding> = unreached
        .map(|placed| {
            let says = format!(
                "no test reaches this line; nobody would notice {}",
                fault(placed.mutant)
            );
            let source = if placed.mutant.status == Status::NoCoverage {
                "the mutation report says that no test covers it"
            } else {
                "the coverage report says that no test ran the line"
            };
            Finding::new(placed.place(), says).because(source)
        })
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    evidence.mutation()?;
    measured.finished()?;
    let uncertain = measured.perhaps.iter().chain(&measured.anywhere);
    let open = uncertain
        .filter(|mutant| mutant.status == Status::NoCoverage)
        .count();
    if open > 0 {
        let why = format!("no test covers {open} mutants, and the report does not give their lines");
        return Err(Unproven::Insufficient(why).into());
    }
    if measured.is_silent() {
        return Err(Abstain::not_applicable("no mutant was measured on an added line"));
    }
    Ok(Vec::new())
}
