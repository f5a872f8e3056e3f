//! Did the tests fail on the code without any mutant?
//!
//! On red tests every mutant looks killed, or none is tried: the report measures nothing.

use crate::{
    checks::Settings,
    evidence::{Evidence, mutation::Baseline},
    finding::{Abstain, Finding, Judged, Place},
};

/// Judges the item.
///
/// # Errors
/// No report was given, or none of them says how the unmutated run ended.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let run = evidence.mutation_as_read()?;
    if run.baseline == Baseline::Failed {
        let file = run
            .reports
            .first()
            .map_or_else(String::new, |report| report.input.file.clone());
        let says = "the tests failed before any mutant was made";
        let place = Place::Evidence { file, line: None };
        return Ok(vec![Finding::new(place, says).because(format!(
            "{} mutants are listed, and what became of them says nothing",
            run.mutants.len()
        ))]);
    }
    match evidence.mutation()?.baseline {
        Baseline::Passed => Ok(Vec::new()),
        Baseline::Unknown | Baseline::Failed => Err(Abstain::not_applicable(
            "the report's format does not say how the unmutated tests ended",
        )),
    }
}
