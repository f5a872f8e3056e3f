//! How is one workspace measured, from the build to the last verdict?

use std::{thread, time::Instant};

use super::{
    Rust,
    bench::Kind,
    compile::{self, Builds, Built, Workshop},
    compiled,
    examples::{self, Examples},
    nextest,
    schema::{Fate, Schema},
    suite::{self, Failing, Suite},
    verdicts,
    workspace::{Found, Task},
    wrap::Unit,
};
use crate::{
    error::Error,
    evidence::mutation::Baseline,
    mutate::{Outcome, Progress, Times},
};

/// Builds until every switch compiles: three are usual, each step of the compiler may take one more.
const ROUNDS: usize = 12;

/// What a measurement came to.
pub(super) enum Step {
    /// Verdicts.
    Done(Found),
    /// Something must be built anew.
    Again,
}

/// One workspace at work.
pub(super) struct Run<'a, 'm> {
    pub(super) task: &'a Task<'m>,
    pub(super) engine: &'a Rust,
    pub(super) workshop: Workshop,
    pub(super) schema: Schema,
    pub(super) progress: &'a dyn Progress,
    /// What became of mutants that have no place in the schema.
    pub(super) lost: Vec<Outcome>,
    pub(super) notes: Vec<String>,
    /// Examples ran and nobody knows what they reach: what no other test noticed, they may have.
    pub(super) unobserved: bool,
}

impl Run<'_, '_> {
    /// Builds until what is left compiles.
    ///
    /// # Errors
    /// It does not compile without any mutant, or a tool is missing.
    pub(super) fn build(&mut self) -> Result<Built, Error> {
        for _ in 0..ROUNDS {
            self.schema.write()?;
            let built = self.workshop.build(Builds::Once, &[])?;
            if built.succeeded {
                return Ok(built);
            }
            let root = self.workshop.root.clone();
            if !self.schema.blame(&built.errors, &root) && !self.schema.blame_files(&built.errors, &root) {
                break;
            }
        }
        self.build_plain()
    }

    /// Builds without any switch: what cannot be blamed on a mutant.
    fn build_plain(&mut self) -> Result<Built, Error> {
        for number in self.schema.live() {
            let why = "the project does not build with switches".to_owned();
            self.schema.leave_out(number, Fate::Alone(why));
        }
        for index in 0..self.schema.files.len() {
            self.schema.write_alone(index, None)?;
        }
        let built = self.workshop.build(Builds::Once, &[])?;
        if built.succeeded {
            return Ok(built);
        }
        let first = built.errors.first().map(|error| error.message.clone());
        Err(Error::usage(
            format!(
                "the tests do not build without a mutant: {}",
                first.unwrap_or(built.says)
            ),
            "make `cargo test --no-run` work in the project",
        ))
    }

    pub(super) fn with_examples(&self) -> bool {
        let options = &self.engine.options;
        !options.nextest && !options.no_examples && self.task.project.has_examples()
    }

    /// Runs the tests, first without a mutant.
    ///
    /// # Errors
    /// A test cannot be started, or a tool is missing.
    pub(super) fn measure(&mut self, built: &Built, times: &mut Times) -> Result<Step, Error> {
        let began = Instant::now();
        self.progress.step("running the tests without a mutant", None);
        let units = compiled::units(&self.workshop);
        compiled::leave_out(&mut self.schema, &self.workshop, &units);
        let (mut suite, failing, examples) = self.open(built, &units)?;
        if !failing.is_empty() {
            return Ok(Step::Done(self.failed(&failing)));
        }
        if let Some(examples) = examples {
            if self.schema.keep(&examples.constants) {
                return Ok(Step::Again);
            }
            if !examples.failing.is_empty() {
                return Ok(Step::Done(self.failed(&examples.failing)));
            }
            suite.add_examples(&examples);
            self.count_examples(&suite, &examples);
        }
        self.describe(&suite);
        times.tests += began.elapsed();
        let began = Instant::now();
        let outcomes = self.try_all(&suite, self.engine.orders.budget.time(times.build + times.tests))?;
        times.mutants += began.elapsed();
        Ok(Step::Done(Found {
            outcomes,
            baseline: Baseline::Passed,
            notes: std::mem::take(&mut self.notes),
            times: *times,
        }))
    }

    /// The tests, those that fail, and how the examples ran, which are compiled meanwhile.
    fn open(&self, built: &Built, units: &[Unit]) -> Result<(Suite, Failing, Option<Examples>), Error> {
        let workshop = &self.workshop;
        let started = workshop.rehearse(&["--tests"])?;
        if !started.succeeded() {
            return Err(Error::usage(
                format!("cargo cannot start the tests: {}", compile::tail(&started)),
                "make `cargo test` work in the project",
            ));
        }
        let chosen = self.engine.options.nextest.then(|| nextest::choose(workshop));
        let chosen = chosen.transpose()?;
        Suite::begin(&workshop.places)?;
        let project = suite::Project {
            places: &workshop.places,
            programs: &built.programs,
            units,
            root: &workshop.root,
            chosen: chosen.as_ref(),
        };
        thread::scope(|scope| {
            let examples = self
                .with_examples()
                .then(|| scope.spawn(|| examples::run(workshop)));
            let (suite, failing) = Suite::open(project, &self.engine.orders)?;
            let examples = examples.and_then(|thread| thread.join().ok()).transpose()?;
            Ok((suite, failing, examples))
        })
    }

    fn failed(&mut self, failing: &[String]) -> Found {
        let why = "the tests fail without a mutant";
        let outcomes = self.task.mutants.iter();
        let mut notes = std::mem::take(&mut self.notes);
        notes.push(format!("{why}: {}", failing.join(", ")));
        Found {
            outcomes: outcomes
                .map(|mutant| Outcome::not_measured(mutant.id.clone(), why))
                .collect(),
            baseline: Baseline::Failed,
            notes,
            times: Times::default(),
        }
    }

    /// Examples that ran must have come by our script, or nobody knows what they reach.
    fn count_examples(&mut self, suite: &Suite, examples: &Examples) {
        let caught = suite.benches.iter().any(|bench| bench.kind == Kind::Example);
        if examples.ran && !caught {
            self.unobserved = true;
            self.notes.push(verdicts::UNOBSERVED.to_owned());
        }
    }

    fn describe(&mut self, suite: &Suite) {
        let of = |kind: Kind| {
            let cases = suite.cases.iter();
            cases
                .filter(|case| {
                    suite
                        .benches
                        .get(case.bench)
                        .is_some_and(|bench| bench.kind == kind)
                })
                .count()
        };
        let (tests, whole, examples) = (of(Kind::Harness), of(Kind::Whole), of(Kind::Example));
        self.notes.push(format!("{tests} unit and integration tests"));
        if whole > 0 {
            self.notes.push(format!("{whole} test programs run as a whole"));
        }
        let options = &self.engine.options;
        self.notes.push(if options.nextest {
            nextest::NOTE.to_owned()
        } else if options.no_examples {
            "no examples in the documentation: they were switched off".to_owned()
        } else {
            format!("{examples} programs of examples in the documentation")
        });
    }
}
