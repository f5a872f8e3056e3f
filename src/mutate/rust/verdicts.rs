//! What do the tests say of each mutant?

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    alone::Alone,
    schema::Fate,
    suite::Suite,
    trial::{Stage, Trial, Verdict},
    work::Run,
};
use crate::{
    error::Error,
    evidence::mutation::Status,
    mutate::{Mutant, Outcome},
};

/// Why what other tests did not notice is not known to be unnoticed.
pub(super) const UNOBSERVED: &str =
    "examples in the documentation ran and could not be observed: Cargo 1.89 is needed";

/// What became of a mutant where the examples in the documentation may have noticed it.
fn doubted(outcome: Outcome) -> Outcome {
    match outcome.status {
        Status::Survived | Status::NoCoverage => Outcome::not_measured(outcome.id, UNOBSERVED),
        Status::Killed
        | Status::Timeout
        | Status::CompileError
        | Status::RuntimeError
        | Status::Ignored
        | Status::Pending => outcome,
    }
}

impl<'m> Run<'_, 'm> {
    /// Runs the tests on every mutant; those that need a build of their own have so much time together.
    ///
    /// # Errors
    /// A test cannot be started.
    pub(super) fn try_all(&mut self, suite: &Suite, budget: Duration) -> Result<Vec<Outcome>, Error> {
        let trial = Trial::new(suite);
        let places = self.places();
        let live = self.schema.live();
        self.progress
            .step("running the tests on each mutant", Some(self.schema.fates.len()));
        let mut verdicts: BTreeMap<u32, (Verdict, Vec<usize>)> = BTreeMap::new();
        let tried = suite.each(live.len(), |at| {
            let number = live.get(at).copied().unwrap_or_default();
            let place = places.get(&number).copied().unwrap_or_default();
            let verdict = try_one(&trial, number, place);
            self.progress.advance();
            verdict.map(|verdict| (number, verdict))
        })?;
        verdicts.extend(tried);
        let mut outcomes = Vec::new();
        let (mut alone, mut alike) = (Vec::new(), Vec::new());
        for (number, mutant) in self.named() {
            match self.schema.fate(number) {
                Some(Fate::Live) => outcomes.push(match verdicts.remove(&number) {
                    Some((verdict, reaching)) => outcome(mutant, verdict, &reaching, suite),
                    None => lost(mutant),
                }),
                Some(Fate::Unviable(says)) => {
                    self.progress.advance();
                    outcomes.push(unviable(mutant, says));
                }
                Some(Fate::Not(why)) => outcomes.push(Outcome::not_measured(mutant.id.clone(), why.clone())),
                Some(Fate::Same) => {
                    self.progress.advance();
                    outcomes.push(same(mutant));
                }
                Some(Fate::As(_)) => {
                    self.progress.advance();
                    alike.push((mutant, self.schema.told_by(number)));
                }
                Some(Fate::Alone(why) | Fate::Twin(why)) => alone.push((number, mutant, why.clone())),
                None => {}
            }
        }
        outcomes.append(&mut self.lost);
        let builds = Alone {
            workshop: &self.workshop,
            suite,
            likeliest: trial.likeliest(),
            with_examples: self.with_examples(),
            budget,
        };
        outcomes.extend(builds.measure(&mut self.schema, alone, self.progress)?);
        let told: BTreeMap<u32, &Mutant> = self.named().into_iter().collect();
        for (mutant, number) in alike {
            let other = told.get(&number).map(|other| &other.id);
            let found = outcomes.iter().find(|outcome| Some(&outcome.id) == other);
            let found = found.map_or_else(|| lost(mutant), Clone::clone);
            outcomes.push(Outcome {
                id: mutant.id.clone(),
                ..found
            });
        }
        if self.unobserved {
            outcomes = outcomes.into_iter().map(doubted).collect();
        }
        Ok(outcomes)
    }

    /// The place under which each live mutant is recorded.
    fn places(&self) -> BTreeMap<u32, u32> {
        let recorded = self.schema.recorded();
        let pairs = recorded
            .iter()
            .flat_map(|(place, numbers)| numbers.iter().map(|number| (*number, *place)));
        pairs.collect()
    }

    /// Each mutant with its number.
    fn named(&self) -> Vec<(u32, &'m Mutant)> {
        let mut found = Vec::new();
        for mutant in &self.task.mutants {
            let file = self.schema.files.iter().find(|file| file.path == mutant.path);
            let own = &mutant.fault;
            let number = file.and_then(|file| {
                let at = file.sites.faults.iter().position(|fault| {
                    fault.span == own.span
                        && fault.operator == own.operator
                        && fault.replacement == own.replacement
                })?;
                file.asked.get(at).copied().flatten()
            });
            found.extend(number.map(|number| (number, *mutant)));
        }
        found
    }
}

fn try_one(trial: &Trial<'_>, number: u32, place: u32) -> Result<(Verdict, Vec<usize>), Error> {
    let mut reaching = Vec::new();
    let mut run = 0;
    for stage in [Stage::Programs, Stage::Examples] {
        let own = trial.reaching(place, stage);
        reaching.extend(own.iter().copied());
        if let Some(verdict) = trial.run(number, &own, &mut run)? {
            if stage == Stage::Programs {
                reaching.extend(trial.reaching(place, Stage::Examples));
            }
            return Ok((verdict, reaching));
        }
    }
    let status = if reaching.is_empty() {
        Status::NoCoverage
    } else {
        Status::Survived
    };
    let verdict = Verdict {
        status,
        reason: None,
        killed_by: Vec::new(),
        tests_run: run,
    };
    Ok((verdict, reaching))
}

fn outcome(mutant: &Mutant, verdict: Verdict, reaching: &[usize], suite: &Suite) -> Outcome {
    let covered: BTreeSet<String> = reaching
        .iter()
        .filter_map(|case| Some(suite.cases.get(*case)?.shown.clone()))
        .collect();
    Outcome {
        id: mutant.id.clone(),
        status: verdict.status,
        reason: verdict.reason,
        covered_by: covered.into_iter().collect(),
        killed_by: verdict.killed_by,
        tests_run: verdict.tests_run,
    }
}

fn lost(mutant: &Mutant) -> Outcome {
    Outcome::not_measured(mutant.id.clone(), "what its tests said is lost")
}

/// A constant that comes out the same: what the tests say is known.
fn same(mutant: &Mutant) -> Outcome {
    Outcome {
        status: Status::Survived,
        ..Outcome::not_measured(mutant.id.clone(), "the constant has the same value with it")
    }
}

/// One that the compiler refuses.
pub(super) fn unviable(mutant: &Mutant, says: &str) -> Outcome {
    Outcome {
        status: Status::CompileError,
        ..Outcome::not_measured(mutant.id.clone(), says)
    }
}
