//! How are the mutants of one Cargo workspace measured, from the build to the verdicts?

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::Instant,
};

use super::{
    Rust, alone,
    compile::{self, Built, Workshop},
    compiled,
    project::Project,
    schema::{Fate, File, Schema},
    sites::Sites,
    suite::{Kind, Suite},
    trial::{Stage, Trial, Verdict},
};
use crate::{
    error::Error,
    evidence::mutation::{Baseline, Status},
    mutate::{Copy, Mutant, Outcome, Progress, Scope, Times},
};

/// Builds until every switch compiles: three are usual, each step of the compiler may take one more.
const ROUNDS: usize = 12;

/// What became of the mutants of one or more workspaces.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) baseline: Baseline,
    pub(super) notes: Vec<String>,
    pub(super) times: Times,
}

impl Found {
    /// Adds what became of another workspace.
    pub(super) fn join(&mut self, other: Self) {
        self.outcomes.extend(other.outcomes);
        let first = self.baseline == Baseline::Unknown;
        self.baseline = if first {
            other.baseline
        } else {
            self.baseline.max(other.baseline)
        };
        let new = other.notes.into_iter().filter(|note| !self.notes.contains(note));
        let new: Vec<String> = new.collect();
        self.notes.extend(new);
        self.times.build += other.times.build;
        self.times.tests += other.times.tests;
        self.times.mutants += other.times.mutants;
    }
}

/// The mutants of one workspace.
pub(super) struct Task<'m> {
    project: Project,
    pub(super) mutants: Vec<&'m Mutant>,
}

impl<'m> Task<'m> {
    pub(super) const fn new(project: Project) -> Self {
        Self {
            project,
            mutants: Vec::new(),
        }
    }

    /// Measures them.
    ///
    /// # Errors
    /// The tests do not build without a mutant, or a tool is missing.
    pub(super) fn measure(
        &self,
        engine: &Rust,
        scope: &Scope,
        copy: &Copy,
        name: &str,
        progress: &dyn Progress,
    ) -> Result<Found, Error> {
        let began = Instant::now();
        progress.step("building the tests with all mutants", None);
        let mut schema = self.schema(scope, copy)?;
        schema.set_aside();
        let packages = self.packages(engine, copy)?;
        let workshop = Workshop::open(engine, copy, name, &self.project, &packages)?;
        let mut run = Run {
            task: self,
            engine,
            workshop,
            schema,
            progress,
            notes: Vec::new(),
            unobserved: false,
        };
        let mut built = run.build()?;
        let mut times = Times {
            build: began.elapsed(),
            ..Times::default()
        };
        loop {
            match run.measure(&built, &mut times)? {
                Step::Done(found) => return Ok(found),
                Step::Again => {
                    let began = Instant::now();
                    built = run.build()?;
                    times.build += began.elapsed();
                }
            }
        }
    }

    fn schema(&self, scope: &Scope, copy: &Copy) -> Result<Schema, Error> {
        let mut files: Vec<File> = Vec::new();
        let mut fates = Vec::new();
        for (mutant, number) in self.mutants.iter().zip(1_u32..) {
            let mut fate = Fate::Live;
            let place = copy.place(&mutant.path);
            let package = self.project.package_of(&place);
            match package {
                None => fate = Fate::Not("it belongs to no member of the workspace".to_owned()),
                Some(package) => {
                    if let Some(why) = package.compiles_only(&place) {
                        fate = Fate::Not(why.to_owned());
                    }
                    let known = files.iter().position(|file| file.path == mutant.path);
                    let index = known.unwrap_or(files.len());
                    if known.is_none() {
                        let Some(scoped) = scope.files.iter().find(|file| file.path == mutant.path) else {
                            fates.push(Fate::Not("its file is not in scope".to_owned()));
                            continue;
                        };
                        let sites = Sites::read(&scoped.text).unwrap_or_default();
                        let switch = if package.edition == "2015" {
                            super::wrap::SWITCH
                        } else {
                            "::__countersign"
                        };
                        files.push(File::new(
                            mutant.path.clone(),
                            place,
                            scoped.text.clone(),
                            sites,
                            switch,
                        ));
                    }
                    let is_found = files.get_mut(index).is_some_and(|file| ask(file, mutant, number));
                    if !is_found {
                        fate = Fate::Not("its place is not found in the file".to_owned());
                    }
                }
            }
            fates.push(fate);
        }
        let mut schema = Schema { files, fates };
        self.number(&mut schema);
        Ok(schema)
    }

    /// Faults of one place get numbers that follow one another.
    fn number(&self, schema: &mut Schema) {
        let mut next = 0_u32;
        let mut fates = vec![Fate::Live; schema.fates.len()];
        for file in &mut schema.files {
            let faults = file.sites.sites.iter().flat_map(|site| &site.faults);
            for fault in faults {
                let Some(Some(number)) = file.asked.get_mut(*fault) else {
                    continue;
                };
                let old = schema.fates.get((*number as usize).saturating_sub(1)).cloned();
                if let (Some(place), Some(fate)) = (fates.get_mut(next as usize), old) {
                    *place = fate;
                }
                next += 1;
                *number = next;
            }
        }
        schema.fates = fates;
        schema.fates.truncate(next as usize);
    }

    fn packages(&self, engine: &Rust, copy: &Copy) -> Result<BTreeSet<String>, Error> {
        if !engine.options.packages.is_empty() {
            return Ok(engine.options.packages.iter().cloned().collect());
        }
        let own = self
            .mutants
            .iter()
            .filter_map(|mutant| self.project.package_of(&copy.place(&mutant.path)));
        let own: BTreeSet<String> = own.map(|package| package.name.clone()).collect();
        Ok(self.project.with_dependents(&own))
    }
}

/// Finds the fault of a mutant in its file.
fn ask(file: &mut File, mutant: &Mutant, number: u32) -> bool {
    let own = &mutant.fault;
    let found = file.sites.faults.iter().position(|fault| {
        fault.span == own.span && fault.operator == own.operator && fault.replacement == own.replacement
    });
    let Some(slot) = found.and_then(|fault| file.asked.get_mut(fault)) else {
        return false;
    };
    *slot = Some(number);
    true
}

enum Step {
    Done(Found),
    /// Something must be built anew.
    Again,
}

/// Why what other tests did not notice is not known to be unnoticed.
const UNOBSERVED: &str = "examples in the documentation ran and could not be observed: Cargo 1.89 is needed";

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

/// One workspace at work.
struct Run<'a, 'm> {
    task: &'a Task<'m>,
    engine: &'a Rust,
    workshop: Workshop,
    schema: Schema,
    progress: &'a dyn Progress,
    notes: Vec<String>,
    /// Examples ran and nobody knows what they reach: what no other test noticed, they may have.
    unobserved: bool,
}

impl<'m> Run<'_, 'm> {
    /// Builds until what is left compiles.
    fn build(&mut self) -> Result<Built, Error> {
        for _ in 0..ROUNDS {
            self.schema.write()?;
            let built = self.workshop.build()?;
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
        let built = self.workshop.build()?;
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

    fn with_examples(&self) -> bool {
        let options = &self.engine.options;
        !options.nextest && !options.no_examples && self.task.project.has_examples()
    }

    fn measure(&mut self, built: &Built, times: &mut Times) -> Result<Step, Error> {
        let began = Instant::now();
        self.progress.step("running the tests without a mutant", None);
        let units = compiled::units(&self.workshop);
        compiled::leave_out(&mut self.schema, &self.workshop, &units);
        let started = self.workshop.rehearse(&["--tests"])?;
        if !started.succeeded() {
            let why = compile::tail(&started);
            return Err(Error::usage(
                format!("cargo cannot start the tests: {why}"),
                "make `cargo test` work in the project",
            ));
        }
        Suite::begin(&self.workshop.places)?;
        let orders = &self.engine.orders;
        let with_examples = self.with_examples();
        let workshop = &self.workshop;
        let (opened, examples) = thread::scope(|scope| {
            let examples = with_examples.then(|| scope.spawn(|| workshop.rehearse(&["--doc"])));
            let opened = Suite::open(&workshop.places, &built.programs, &units, &workshop.root, orders);
            (opened, examples.map(|thread| thread.join()))
        });
        let (mut suite, failing) = opened?;
        if !failing.is_empty() {
            return Ok(Step::Done(self.failed(&failing)));
        }
        if let Some(Ok(examples)) = examples {
            let examples = examples?;
            let text = String::from_utf8_lossy(&examples.stdout).into_owned();
            if !examples.succeeded() {
                let mut failing = failed_examples(&text);
                if failing.is_empty() {
                    failing.push(compile::tail(&examples));
                }
                if self.schema.keep(&constants(&text)) {
                    return Ok(Step::Again);
                }
                return Ok(Step::Done(self.failed(&failing)));
            }
            suite.add_examples();
            self.count_examples(&suite, &text);
        }
        self.describe(&suite);
        times.tests += began.elapsed();
        let began = Instant::now();
        let outcomes = self.try_all(&suite)?;
        times.mutants += began.elapsed();
        Ok(Step::Done(Found {
            outcomes,
            baseline: Baseline::Passed,
            notes: std::mem::take(&mut self.notes),
            times: *times,
        }))
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

    /// Each example that ran must have come by our script, or nobody knows what it reaches.
    fn count_examples(&mut self, suite: &Suite, text: &str) {
        let ran = text.lines().any(|line| {
            line.starts_with("test ") && line.ends_with("... ok") && !line.contains(" - compile")
        });
        let caught = suite.benches.iter().any(|bench| bench.kind == Kind::Example);
        if ran && !caught {
            self.unobserved = true;
            self.notes.push(UNOBSERVED.to_owned());
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
            "no examples in the documentation: nextest does not run them; each test in a process of its own, as nextest runs it".to_owned()
        } else if options.no_examples {
            "no examples in the documentation: they were switched off".to_owned()
        } else {
            format!("{examples} programs of examples in the documentation")
        });
    }

    fn try_all(&mut self, suite: &Suite) -> Result<Vec<Outcome>, Error> {
        let trial = Trial::new(suite, self.engine.options.nextest);
        let places = self.places();
        let live = self.schema.live();
        self.progress
            .step("running the tests on each mutant", Some(self.schema.fates.len()));
        let mut verdicts: BTreeMap<u32, (Verdict, Vec<usize>)> = BTreeMap::new();
        let tried = suite.for_each(live.len(), |at| {
            let number = live.get(at).copied().unwrap_or_default();
            let place = places.get(&number).copied().unwrap_or_default();
            let verdict = try_one(&trial, number, place);
            self.progress.advance();
            verdict.map(|verdict| (number, verdict))
        })?;
        verdicts.extend(tried);
        let mut outcomes = Vec::new();
        let mut alone = Vec::new();
        for (number, mutant) in self.named() {
            match self.schema.fate(number) {
                Some(Fate::Live) => outcomes.push(match verdicts.remove(&number) {
                    Some((verdict, reaching)) => outcome(mutant, verdict, &reaching, suite),
                    None => Outcome::not_measured(mutant.id.clone(), "what its tests said is lost"),
                }),
                Some(Fate::Unviable(says)) => {
                    self.progress.advance();
                    outcomes.push(unviable(mutant, says));
                }
                Some(Fate::Not(why)) => outcomes.push(Outcome::not_measured(mutant.id.clone(), why.clone())),
                Some(Fate::Alone(why)) => alone.push((number, mutant, why.clone())),
                None => {}
            }
        }
        let known: BTreeSet<_> = self
            .named()
            .into_iter()
            .map(|(_, mutant)| mutant.id.clone())
            .collect();
        let lost = self
            .task
            .mutants
            .iter()
            .filter(|mutant| !known.contains(&mutant.id));
        outcomes.extend(
            lost.map(|mutant| Outcome::not_measured(mutant.id.clone(), "its place is not found in the file")),
        );
        let with_examples = self.with_examples();
        outcomes.extend(alone::measure(
            &mut self.schema,
            &self.workshop,
            suite,
            alone,
            self.engine.options.budget,
            with_examples,
            self.progress,
        )?);
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

/// One that the compiler refuses.
pub(super) fn unviable(mutant: &Mutant, says: &str) -> Outcome {
    Outcome {
        status: Status::CompileError,
        ..Outcome::not_measured(mutant.id.clone(), says)
    }
}

/// The names of examples that failed.
fn failed_examples(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("test "));
    let failed = lines.filter_map(|line| line.strip_suffix(" ... FAILED"));
    failed.map(ToOwned::to_owned).collect()
}

/// The functions that examples need to be `const`.
fn constants(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| line.contains("E0015"));
    lines.filter_map(super::schema::callee).collect()
}
