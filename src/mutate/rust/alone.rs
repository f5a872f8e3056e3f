//! What becomes of mutants that no switch can stand for: one build for each, as long as there is time?

use std::time::{Duration, Instant};

use super::{
    bench::Kind,
    compile::{Builds, Built, Workshop},
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

/// Builds and runs for one mutant after the other.
pub(super) struct Alone<'a> {
    pub(super) workshop: &'a Workshop,
    pub(super) suite: &'a Suite,
    /// The program whose tests noticed most of the other mutants.
    pub(super) likeliest: Option<usize>,
    /// Examples in documentation are run.
    pub(super) with_examples: bool,
    /// The time for all.
    pub(super) budget: Duration,
}

impl Alone<'_> {
    /// Measures mutants with builds of their own; the number, the mutant and why it needs one.
    ///
    /// # Errors
    /// A file cannot be written, or a tool cannot be started.
    pub(super) fn measure(
        &self,
        schema: &mut Schema,
        mutants: Vec<(u32, &Mutant, String)>,
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
            if began.elapsed() >= self.budget {
                outcomes.push(Outcome::not_measured(
                    mutant.id.clone(),
                    format!("it needs a build of its own, and the time for those was over (`--budget` gives more): {why}"),
                ));
                continue;
            }
            schema.write_alone(file, Some(fault))?;
            outcomes.push(self.one(mutant, builds)?);
            schema.write_alone(file, None)?;
        }
        Ok(outcomes)
    }

    fn one(&self, mutant: &Mutant, builds: Builds) -> Result<Outcome, Error> {
        let mut outcome = Outcome {
            status: Status::Survived,
            reason: None,
            ..Outcome::not_measured(mutant.id.clone(), "")
        };
        for (choice, benches) in self.stages() {
            let built = self.workshop.build(builds, choice)?;
            if !built.succeeded {
                return Ok(refused(mutant, &built));
            }
            for index in benches {
                let cases = self.suite.cases.iter().filter(|case| case.bench == index);
                outcome.tests_run += cases.count();
                if let Some((ended, failed)) = self.suite.try_all(index)? {
                    let verdict = trial::verdict(&ended, failed);
                    outcome.status = verdict.status;
                    outcome.reason = verdict.reason;
                    outcome.killed_by = verdict.killed_by;
                    return Ok(outcome);
                }
            }
        }
        if self.with_examples {
            outcome.killed_by = examples::run(self.workshop)?.failing;
            if !outcome.killed_by.is_empty() {
                outcome.status = Status::Killed;
            }
        }
        Ok(outcome)
    }

    /// What is built and then run: the likeliest program first, the others if that notices nothing.
    fn stages(&self) -> Vec<(&[String], Vec<usize>)> {
        let benches = &self.suite.benches;
        let first = self
            .likeliest
            .and_then(|index| Some((index, &benches.get(index)?.choice[..])))
            .filter(|(_, choice)| !choice.is_empty());
        let programs = (0..)
            .zip(benches)
            .filter(|(_, bench)| bench.kind != Kind::Example);
        let others = programs.map(|(index, _)| index);
        let others = others.filter(|index| first.is_none_or(|(first, _)| first != *index));
        let first = first.map(|(index, choice)| (choice, vec![index]));
        first.into_iter().chain([(&[][..], others.collect())]).collect()
    }
}

/// What becomes of a mutant whose build failed.
fn refused(mutant: &Mutant, built: &Built) -> Outcome {
    match built.errors.first() {
        Some(error) => unviable(mutant, format!("{} {}", error.code(), error.message).trim()),
        None => Outcome::not_measured(mutant.id.clone(), format!("its build failed: {}", built.says)),
    }
}
