//! What becomes of mutants that no switch can stand for: one build for each, as long as there is time?

use std::time::{Duration, Instant};

use super::{
    bench::Kind,
    compile::{Builds, Workshop},
    examples,
    schema::Schema,
    suite::Suite,
    trial,
    verdicts::unviable,
};
use crate::{
    error::Error,
    evidence::mutation::Status,
    mutate::{Mutant, Outcome, Progress},
};

/// With so many builds or fewer it does not pay to keep what the compiler found out.
const FEW: usize = 2;

/// Measures mutants with builds of their own; the number, the mutant and why it needs one.
///
/// # Errors
/// A file cannot be written, or a tool cannot be started.
pub(super) fn measure(
    schema: &mut Schema,
    workshop: &Workshop,
    suite: &Suite,
    mutants: Vec<(u32, &Mutant, String)>,
    budget: Duration,
    with_examples: bool,
    progress: &dyn Progress,
) -> Result<Vec<Outcome>, Error> {
    let began = Instant::now();
    let placed = schema.placed();
    let builds = if mutants.len() > FEW {
        Builds::Many
    } else {
        Builds::Once
    };
    let mut outcomes = Vec::new();
    for (number, mutant, why) in mutants {
        progress.advance();
        let Some((file, fault)) = placed.get(&number).copied() else {
            continue;
        };
        if began.elapsed() >= budget {
            outcomes.push(Outcome::not_measured(
                mutant.id.clone(),
                format!("it needs a build of its own, and the time for those was over (`--budget` gives more): {why}"),
            ));
            continue;
        }
        schema.write_alone(file, Some(fault))?;
        outcomes.push(one(workshop, suite, mutant, builds, with_examples)?);
        schema.write_alone(file, None)?;
    }
    Ok(outcomes)
}

fn one(
    workshop: &Workshop,
    suite: &Suite,
    mutant: &Mutant,
    builds: Builds,
    with_examples: bool,
) -> Result<Outcome, Error> {
    let built = workshop.build(builds)?;
    if !built.succeeded {
        let Some(error) = built.errors.first() else {
            return Ok(Outcome::not_measured(
                mutant.id.clone(),
                format!("its build failed: {}", built.says),
            ));
        };
        let says = format!("{} {}", error.code(), error.message).trim().to_owned();
        return Ok(unviable(mutant, &says));
    }
    let mut outcome = Outcome {
        status: Status::Survived,
        reason: None,
        ..Outcome::not_measured(mutant.id.clone(), "")
    };
    for (index, bench) in suite.benches.iter().enumerate() {
        if bench.kind == Kind::Example {
            continue;
        }
        outcome.tests_run += suite.cases.iter().filter(|case| case.bench == index).count();
        if let Some((ended, failed)) = suite.try_all(index)? {
            let verdict = trial::verdict(&ended, failed);
            outcome.status = verdict.status;
            outcome.reason = verdict.reason;
            outcome.killed_by = verdict.killed_by;
            return Ok(outcome);
        }
    }
    if with_examples {
        outcome.killed_by = examples::run(workshop)?.failing;
        if !outcome.killed_by.is_empty() {
            outcome.status = Status::Killed;
        }
    }
    Ok(outcome)
}
