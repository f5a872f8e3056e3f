//! Does the mutation report say anything about the added lines at all?
//!
//! A report without a viable mutant, with mostly time-outs, or with no mutant where code was added has a fine score
//! and shows nothing.

use std::collections::BTreeMap;

use super::{Measured, Mutable, Tally, added_code, measured, trusted};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        mutation::{MutationRun, Status},
        names::{Meaning, Names},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side},
    path::RepoPath,
};

/// With fewer mutants than this, one slow loop is more than half of them.
const LEAST_FOR_SHARE: usize = 4;

/// Judges the item.
///
/// # Errors
/// No report, or one that cannot be relied on; or the change adds too little code to expect a mutant.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let run = trusted(evidence)?;
    let measured = measured(evidence, settings, run)?;
    let found: Vec<Finding> = slow(&measured)
        .into_iter()
        .chain(unmeasured(evidence, settings, run, &measured))
        .chain(silenced(evidence, run))
        .collect();
    let mutable = Mutable::of(run);
    let code = added_code(evidence, settings).filter(|(file, _)| mutable.holds(file));
    let lines: usize = code.map(|(_, lines)| lines).sum();
    if found.is_empty() && measured.is_silent() && lines < settings.policy.mutation.min_lines {
        return Err(Abstain::not_applicable(format!(
            "{lines} added lines look executable: too few to expect a mutant"
        )));
    }
    Ok(found)
}

/// More than half of the noticed and unnoticed mutants ran out of time: a time limit that is too short "notices" all.
fn slow(measured: &Measured<'_>) -> Option<Finding> {
    let mutants = || measured.on.iter().map(|placed| placed.mutant);
    let counted = Tally::of(mutants()).counted;
    let slow = mutants()
        .filter(|mutant| mutant.status == Status::Timeout)
        .count();
    (counted >= LEAST_FOR_SHARE && slow * 2 > counted).then(|| {
        let says =
            format!("{slow} of {counted} mutants on added lines timed out: that shows no failing test");
        Finding::new(Place::Change, says).fix("raise the mutation tester's time limit and run it again")
    })
}

/// Where the change asks for no mutants. They were measured all the same, so it weighs little; its reader should know.
fn silenced(evidence: &Evidence, run: &MutationRun) -> Vec<Finding> {
    let mut names = Names::new(&evidence.change, Side::Head);
    let mut found = Vec::new();
    for (name, line) in &run.silences {
        if let Meaning::Changed(file) = names.meaning(name) {
            let says = "the change asks for no mutants here; only words that are on base are heeded";
            let finding = Finding::new(Place::line(file.path(), *line), says);
            found.push(finding.at_most(Level::Info));
        }
    }
    found
}

/// Files with added code and no viable mutant on it, among those of the kinds that the report mutates.
fn unmeasured(
    evidence: &Evidence,
    settings: &Settings,
    run: &MutationRun,
    measured: &Measured<'_>,
) -> Vec<Finding> {
    if !measured.perhaps.is_empty() || !measured.anywhere.is_empty() {
        return Vec::new();
    }
    let mutable = Mutable::of(run);
    let mut viable: BTreeMap<&RepoPath, usize> = BTreeMap::new();
    let mut all: BTreeMap<&RepoPath, usize> = BTreeMap::new();
    for placed in &measured.on {
        *all.entry(placed.path).or_default() += 1;
        *viable.entry(placed.path).or_default() += usize::from(placed.mutant.status.counts());
    }
    let files = added_code(evidence, settings).filter(|(file, lines)| {
        let measured = viable.get(file.path()).is_some_and(|count| *count > 0);
        *lines >= settings.policy.mutation.min_lines && mutable.holds(file) && !measured
    });
    files
        .map(|(file, lines)| {
            let says = match all.get(file.path()) {
                Some(count) => format!("none of {count} mutants on {lines} added lines of code is viable"),
                None => format!("{lines} added lines look executable and no mutant is on any of them"),
            };
            Finding::new(Place::File(file.path().clone()), says)
        })
        .collect()
}
