//! Which tests are there, do they pass without a mutant, and how is one run on a mutant?

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    bench::{Bench, Kind, Surroundings, Told},
    compile::{self, Program},
    harness, jobs,
    reach::{Chosen, notes},
    wrap::{Places, Started, Unit},
};
use crate::{
    error::Error,
    mutate::{
        Orders,
        process::{Ended, Limits},
    },
};

/// Bytes kept of what tests write: names of those that fail stand at the end of what the harness writes, and more than
/// this is not written by tests that are worth a gate.
const OUTPUT: usize = 4 * 1024 * 1024;
/// Time for tests without a mutant.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// The least limit of the memory of one process, in bytes.
const MEMORY: u64 = 1024 * 1024 * 1024;
/// Steps that are always allowed.
const STEPS: u64 = 1_000_000;
/// Steps that are allowed for each that the tests take without a mutant.
const STEPS_EACH: u64 = 100;

/// One test, or a program that is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    /// The index of its program.
    pub(super) bench: usize,
    /// Its name in the harness; empty for a whole program.
    pub(super) name: String,
    /// Its name in reports.
    pub(super) shown: String,
    /// How long it takes, its process included.
    pub(super) time: Duration,
    /// At most so many steps.
    pub(super) steps: u64,
    /// The places that it reaches.
    pub(super) seen: BTreeSet<u32>,
}

impl Case {
    /// A test of a program that is made from a file.
    pub(super) fn named(bench: usize, file: &str, name: &str) -> Self {
        Self {
            bench,
            shown: format!("{file}::{name}"),
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// All tests.
pub(super) struct Suite {
    pub(super) surroundings: Surroundings,
    /// Programs.
    pub(super) benches: Vec<Bench>,
    /// Tests, those of a program together.
    pub(super) cases: Vec<Case>,
    /// Each test has a process of its own, as nextest has it.
    pub(super) apart: bool,
    jobs: usize,
    least: Duration,
    /// How many processes were started.
    runs: AtomicUsize,
    /// Held alone by runs that bear no company.
    pub(super) company: RwLock<()>,
}

/// Tests that fail without a mutant.
pub(super) type Failing = Vec<String>;

/// What was built, and who chooses the tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Project<'a> {
    pub(super) places: &'a Places,
    pub(super) programs: &'a [Program],
    pub(super) units: &'a [Unit],
    pub(super) root: &'a Path,
    /// The tests that nextest would run, if nextest was asked for.
    pub(super) chosen: Option<&'a Chosen>,
}

impl Suite {
    /// The tests of these programs, all of which are run, by themselves and beside each other. With `cargo test` each
    /// program is run as a whole, too.
    ///
    /// # Errors
    /// A program cannot be started.
    pub(super) fn open(project: Project<'_>, orders: &Orders) -> Result<(Self, Failing), Error> {
        let apart = project.chosen.is_some();
        let mut suite = Self {
            surroundings: Surroundings::new(project.places, &orders.environment, apart),
            benches: Vec::new(),
            cases: Vec::new(),
            apart,
            jobs: orders.jobs.max(1),
            least: Duration::from_millis(orders.least_timeout),
            runs: AtomicUsize::new(0),
            company: RwLock::new(()),
        };
        for started in notes(project.places).into_iter().filter(|one| !one.example) {
            suite.admit(started, project);
        }
        if let Some(chosen) = project.chosen {
            let failing = suite.run_apart(chosen)?;
            return Ok((suite, failing));
        }
        let failing = suite.run_whole()?;
        if failing.is_empty() {
            suite.list()?;
            suite.run_alone()?;
        }
        Ok((suite, failing))
    }

    fn admit(&mut self, started: Started, project: Project<'_>) {
        let mut programs = project.programs.iter();
        let program = programs.find(|program| program.path == started.program);
        let stem = started.program.file_name().and_then(|name| name.to_str());
        let unit = project.units.iter().find(|unit| unit.name().as_deref() == stem);
        let source = program.map(|program| {
            program
                .source
                .strip_prefix(project.root)
                .unwrap_or(&program.source)
        });
        self.benches.push(Bench {
            kind: if unit.is_some_and(Unit::has_harness) {
                Kind::Harness
            } else {
                Kind::Whole
            },
            choice: program.map(|program| program.choice.clone()).unwrap_or_default(),
            file: source.map_or_else(|| "tests".to_owned(), |source| source.display().to_string()),
            started,
            exclusive: false,
            memory: Some(memory(self.jobs)),
            code: Some(0),
            time: Duration::ZERO,
        });
    }

    /// Runs every program as Cargo would, as many times beside itself as later.
    fn run_whole(&mut self) -> Result<Failing, Error> {
        let mut failing = Vec::new();
        for index in 0..self.benches.len() {
            let limits = self.patient(index);
            let beside = self.each(self.jobs, |_| self.run(index, None, &Told::Nothing, limits))?;
            if let Some(first) = beside.first().filter(|_| beside.iter().all(Ended::succeeded)) {
                self.settle(index, |bench| bench.time = first.time);
                continue;
            }
            let mut alone = self.run(index, None, &Told::Nothing, limits)?;
            if !alone.succeeded() {
                let unlimited = Limits {
                    memory: None,
                    ..limits
                };
                alone = self.run(index, None, &Told::Nothing, unlimited)?;
                self.settle(index, |bench| bench.memory = None);
            }
            if !alone.succeeded() {
                failing.extend(self.failed(index, &alone));
            }
            self.settle(index, |bench| {
                bench.exclusive = true;
                bench.time = alone.time;
            });
        }
        Ok(failing)
    }

    pub(super) fn settle(&mut self, index: usize, change: impl FnOnce(&mut Bench)) {
        if let Some(bench) = self.benches.get_mut(index) {
            change(bench);
        }
    }

    fn list(&mut self) -> Result<(), Error> {
        for index in 0..self.benches.len() {
            let Some(bench) = self.benches.get(index) else {
                continue;
            };
            let limits = Limits::of(PATIENCE, OUTPUT * 4);
            match harness::tests(&self.surroundings, bench, limits)? {
                Some(names) => {
                    let file = bench.file.clone();
                    let cases = names.iter().map(|name| Case::named(index, &file, name));
                    self.cases.extend(cases);
                }
                None => self.make_whole(index),
            }
        }
        Ok(())
    }

    /// Takes a program for one test.
    pub(super) fn make_whole(&mut self, index: usize) {
        self.cases.retain(|case| case.bench != index);
        if let Some(bench) = self.benches.get_mut(index) {
            bench.kind = Kind::Whole;
            let shown = bench.file.clone();
            self.cases.push(Case {
                bench: index,
                shown,
                ..Case::default()
            });
        }
    }

    /// What tests may use without a mutant.
    pub(super) fn patient(&self, bench: usize) -> Limits {
        let limits = Limits::of(PATIENCE, OUTPUT);
        let memory = self.benches.get(bench).and_then(|bench| bench.memory);
        Limits { memory, ..limits }
    }

    /// What tests may use that take so long without a mutant. Processor time is what counts: a busy machine must not
    /// kill a mutant. Only tests that wait are ended by the clock.
    fn limits(&self, bench: usize, time: Duration) -> Limits {
        let processor = self.least.max(time * 10);
        let wall = (processor * 3).max(Duration::from_secs(10));
        Limits {
            wall: Some(wall),
            cpu: Some(processor.as_secs() + 1),
            ..self.patient(bench)
        }
    }

    /// Runs tests of one program on a mutant; 0 is none.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn try_mutant(&self, number: u32, cases: &[usize]) -> Result<Ended, Error> {
        let bench = cases
            .first()
            .and_then(|case| self.cases.get(*case))
            .map_or(0, |case| case.bench);
        self.in_company(bench, || self.run_cases(number, bench, cases))
    }

    /// Runs a test on a mutant while nothing else runs.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn confirm(&self, number: u32, case: usize) -> Result<Ended, Error> {
        let bench = self.cases.get(case).map_or(0, |case| case.bench);
        let _alone = self.company.write().unwrap_or_else(PoisonError::into_inner);
        self.run_cases(number, bench, &[case])
    }

    fn run_cases(&self, number: u32, bench: usize, cases: &[usize]) -> Result<Ended, Error> {
        let chosen: Vec<&Case> = cases.iter().filter_map(|case| self.cases.get(*case)).collect();
        let time: Duration = chosen.iter().map(|case| case.time).sum();
        let steps: u64 = chosen.iter().map(|case| case.steps).sum();
        let names: Vec<&str> = chosen
            .iter()
            .map(|case| case.name.as_str())
            .filter(|name| !name.is_empty())
            .collect();
        let names = (!names.is_empty()).then_some(&names[..]);
        let told = match number {
            0 => Told::Nothing,
            number => Told::Mutant(number, steps.saturating_mul(STEPS_EACH).saturating_add(STEPS)),
        };
        self.run(bench, names, &told, self.limits(bench, time))
    }

    /// Runs all tests of a program as they are now, without a switch, together or each by itself; the run that failed
    /// and the tests that it names.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn try_all(&self, bench: usize) -> Result<Option<(Ended, Vec<String>)>, Error> {
        if !self.apart {
            let time = self.benches.get(bench).map_or(Duration::ZERO, |bench| bench.time);
            let ended = self.run(bench, None, &Told::Nothing, self.limits(bench, time))?;
            let failed = self.failed(bench, &ended);
            return Ok((!self.passed(bench, &ended)).then_some((ended, failed)));
        }
        for (index, case) in self.cases.iter().enumerate() {
            if case.bench == bench {
                let ended = self.try_mutant(0, &[index])?;
                if !self.passed(bench, &ended) {
                    return Ok(Some((ended, vec![case.shown.clone()])));
                }
            }
        }
        Ok(None)
    }

    /// Whether a process ended as it does without a mutant.
    pub(super) fn passed(&self, bench: usize, ended: &Ended) -> bool {
        self.benches.get(bench).is_some_and(|bench| bench.passed(ended))
    }

    /// The names of the tests that failed in a run of a program, as far as it says so.
    pub(super) fn failed(&self, bench: usize, ended: &Ended) -> Vec<String> {
        let bench = self.benches.get(bench);
        bench
            .map(|bench| harness::failed(bench, ended))
            .unwrap_or_default()
    }

    pub(super) fn run(
        &self,
        bench: usize,
        names: Option<&[&str]>,
        told: &Told,
        limits: Limits,
    ) -> Result<Ended, Error> {
        let Some(bench) = self.benches.get(bench) else {
            return Err(Error::usage("a test program is gone", "run the command again"));
        };
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let folder = self.surroundings.places.root.join("tmp").join(number.to_string());
        self.surroundings.run(bench, names, told, limits, &folder)
    }

    /// Does something for each number below `count`, in as many threads as there are jobs.
    ///
    /// # Errors
    /// The first error.
    pub(super) fn each<T: Send>(
        &self,
        count: usize,
        go: impl Fn(usize) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        jobs::each(self.jobs, count, go)
    }

    /// How many processes run at a time.
    pub(super) const fn jobs(&self) -> usize {
        self.jobs
    }

    /// Shows processes whose environment was cleared that mutants run.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(super) fn begin(places: &Places) -> Result<(), Error> {
        fs::create_dir_all(places.control()).map_err(|cause| Error::Write {
            target: places.control().display().to_string(),
            cause: cause.to_string(),
        })?;
        compile::write(&places.control().join("on"), b"")
    }
}

/// Memory that one process may take: an equal part of half of the machine.
fn memory(jobs: usize) -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let each = kibibytes.unwrap_or(0) * 1024 / 2 / u64::try_from(jobs.max(1)).unwrap_or(1);
    each.clamp(MEMORY, 8 * MEMORY)
}
