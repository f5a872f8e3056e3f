//! Which tests are there, how is one of them run, and what does it reach?

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::{
    compile::{self, Program},
    wrap::{self, Places, Started, Unit},
};
use crate::{
    error::Error,
    mutate::{
        Orders,
        process::{End, Ended, Environment, Limits, Streams, Task},
    },
};

/// Variables that Cargo is given here and tests are not.
const OURS: &[&str] = &[
    "CARGO_TARGET_DIR",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOCFLAGS",
    "CARGO_TERM_COLOR",
    "CARGO_TERM_PROGRESS_WHEN",
];

/// Exit code of a process that went on for too long, as `switch.rs` has it.
pub(super) const ENDLESS: i32 = 86;
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

/// What reports call an example whose place is not known.
pub(super) const EXAMPLE: &str = "an example in the documentation";

/// How the tests of a program are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// By the harness of the standard library.
    Harness,
    /// Not at all: the program is one test.
    Whole,
    /// An example in documentation.
    Example,
}

/// A program with tests.
#[derive(Clone, Debug)]
pub(super) struct Bench {
    started: Started,
    /// How its tests are told apart.
    pub(super) kind: Kind,
    /// The file that it is made from, as reports name it.
    file: String,
    /// It fails beside another run of itself.
    exclusive: bool,
    /// The limit of its memory, where it lives with one.
    memory: Option<u64>,
    /// How its process is to end where nothing is wrong.
    code: Option<i32>,
    /// How long all of its tests take.
    time: Duration,
    /// The variables that the user has set where we set our own.
    outside: BTreeMap<String, String>,
    /// What stands for the compiler where tests build something.
    compiler: PathBuf,
}

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
    steps: u64,
    /// The places that it reaches.
    pub(super) seen: BTreeSet<u32>,
}

/// What a run is told about the mutant.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// None.
    Nothing,
    /// This one; the process leaves after so many steps.
    Mutant(u32),
    /// None; what is reached is written here.
    See(PathBuf),
}

/// All tests.
pub(super) struct Suite {
    places: Places,
    /// Programs.
    pub(super) benches: Vec<Bench>,
    /// Tests, those of a program together.
    pub(super) cases: Vec<Case>,
    jobs: usize,
    least: Duration,
    /// The variables that the user has set where we set our own.
    outside: BTreeMap<String, String>,
    /// How many processes were started.
    runs: AtomicUsize,
    /// Held alone by runs that bear no company.
    company: RwLock<()>,
}

/// Tests that fail without a mutant.
pub(super) type Failing = Vec<String>;

impl Suite {
    /// The tests of these programs. Each is run as a whole, by itself, and beside another run of its program.
    ///
    /// # Errors
    /// A program cannot be started.
    pub(super) fn open(
        places: &Places,
        programs: &[Program],
        units: &[Unit],
        root: &Path,
        orders: &Orders,
    ) -> Result<(Self, Failing), Error> {
        let mut suite = Self {
            places: places.clone(),
            benches: Vec::new(),
            cases: Vec::new(),
            jobs: orders.jobs.max(1),
            least: Duration::from_millis(orders.least_timeout),
            outside: OURS
                .iter()
                .filter_map(|name| {
                    let value = orders.environment.get(name)?.to_str()?;
                    Some(((*name).to_owned(), value.to_owned()))
                })
                .collect(),
            runs: AtomicUsize::new(0),
            company: RwLock::new(()),
        };
        for started in notes(places).into_iter().filter(|one| !one.example) {
            suite.admit(started, programs, units, root);
        }
        let failing = suite.run_whole()?;
        if failing.is_empty() {
            suite.list()?;
            suite.run_alone()?;
        }
        Ok((suite, failing))
    }

    fn admit(&mut self, started: Started, programs: &[Program], units: &[Unit], root: &Path) {
        let program = programs.iter().find(|program| program.path == started.program);
        let stem = started.program.file_name().and_then(|name| name.to_str());
        let unit = units.iter().find(|unit| unit.name().as_deref() == stem);
        let source = program.map(|program| program.source.strip_prefix(root).unwrap_or(&program.source));
        self.benches.push(Bench {
            kind: if unit.is_some_and(Unit::has_harness) {
                Kind::Harness
            } else {
                Kind::Whole
            },
            file: source.map_or_else(|| "tests".to_owned(), |source| source.display().to_string()),
            started,
            exclusive: false,
            memory: Some(memory(self.jobs)),
            code: Some(0),
            time: Duration::ZERO,
            outside: self.outside.clone(),
            compiler: self.places.compiler(),
        });
    }

    /// Runs every program as Cargo would, as many times beside itself as later.
    fn run_whole(&mut self) -> Result<Failing, Error> {
        let mut failing = Vec::new();
        for index in 0..self.benches.len() {
            let limits = self.patient(index);
            let beside = self.each(self.jobs, |_| self.run(index, None, 0, &Told::Nothing, limits))?;
            if let Some(first) = beside.first().filter(|_| beside.iter().all(Ended::succeeded)) {
                self.settle(index, |bench| bench.time = first.time);
                continue;
            }
            let mut alone = self.run(index, None, 0, &Told::Nothing, limits)?;
            if !alone.succeeded() {
                let unlimited = Limits {
                    memory: None,
                    ..limits
                };
                alone = self.run(index, None, 0, &Told::Nothing, unlimited)?;
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

    fn settle(&mut self, index: usize, change: impl FnOnce(&mut Bench)) {
        if let Some(bench) = self.benches.get_mut(index) {
            change(bench);
        }
    }

    fn list(&mut self) -> Result<(), Error> {
        for index in 0..self.benches.len() {
            let Some(bench) = self.benches.get_mut(index) else {
                continue;
            };
            let all = list(bench, false)?;
            let ignored = list(bench, true)?;
            match (all, ignored) {
                (Some(all), Some(ignored)) => {
                    let names = all.into_iter().filter(|name| !ignored.contains(name));
                    let file = bench.file.clone();
                    self.cases.extend(names.map(|name| Case {
                        bench: index,
                        shown: format!("{file}::{name}"),
                        name,
                        ..Case::default()
                    }));
                }
                _ => self.make_whole(index),
            }
        }
        Ok(())
    }

    /// Takes a program for one test.
    fn make_whole(&mut self, index: usize) {
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

    /// Runs every test by itself and notes what it reaches.
    fn run_alone(&mut self) -> Result<(), Error> {
        let mut first = 0;
        loop {
            let places: Vec<usize> = (first..self.cases.len()).collect();
            first = self.cases.len();
            let ended = self.each(places.len(), |at| {
                let case = places.get(at).copied().unwrap_or_default();
                self.see(case)
            })?;
            let mut broken = BTreeSet::new();
            for (case, (passed, seen)) in places.iter().zip(ended) {
                let Some(case) = self.cases.get_mut(*case) else {
                    continue;
                };
                *case = Case { ..seen };
                if !passed && !case.name.is_empty() {
                    broken.insert(case.bench);
                }
            }
            // a test that needs the others before it: the program is run as a whole
            first -= self
                .cases
                .iter()
                .filter(|case| broken.contains(&case.bench))
                .count();
            for bench in &broken {
                self.make_whole(*bench);
            }
            if broken.is_empty() {
                break;
            }
        }
        self.cases
            .sort_by(|a, b| (a.bench, &a.name).cmp(&(b.bench, &b.name)));
        Ok(())
    }

    fn see(&self, index: usize) -> Result<(bool, Case), Error> {
        let Some(case) = self.cases.get(index) else {
            return Ok((true, Case::default()));
        };
        let file = self.places.seen().join(format!("case-{index}-{}", case.bench));
        let names = (!case.name.is_empty()).then_some([case.name.as_str()]);
        let limits = self.patient(case.bench);
        let told = Told::See(file.clone());
        let names = names.as_ref().map(|names| &names[..]);
        let ended = self.in_company(case.bench, || self.run(case.bench, names, 0, &told, limits))?;
        let (seen, steps) = record(&file);
        Ok((
            ended.succeeded(),
            Case {
                time: ended.time,
                seen,
                steps,
                ..case.clone()
            },
        ))
    }

    /// Adds the examples in documentation that Cargo has run.
    pub(super) fn add_examples(&mut self) {
        let mut examples: Vec<Started> = notes(&self.places)
            .into_iter()
            .filter(|one| one.example)
            .collect();
        examples.sort_by(|a, b| a.program.cmp(&b.program));
        for started in examples {
            let number = started.program.file_stem().and_then(|stem| stem.to_str());
            let file = self
                .places
                .seen()
                .join(format!("example-{}", number.unwrap_or_default()));
            let (seen, steps) = record(&file);
            self.cases.push(Case {
                bench: self.benches.len(),
                name: String::new(),
                shown: EXAMPLE.to_owned(),
                time: Duration::from_millis(started.time),
                steps,
                seen,
            });
            self.benches.push(Bench {
                code: started.code,
                time: Duration::from_millis(started.time),
                started,
                kind: Kind::Example,
                outside: self.outside.clone(),
                compiler: self.places.compiler(),
                file: EXAMPLE.to_owned(),
                exclusive: false,
                memory: None,
            });
        }
    }

    fn patient(&self, bench: usize) -> Limits {
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

    /// Does something beside other runs, or alone if the program bears no company.
    fn in_company<T>(&self, bench: usize, go: impl FnOnce() -> T) -> T {
        if self.benches.get(bench).is_some_and(|bench| bench.exclusive) {
            let _alone = self.company.write().unwrap_or_else(PoisonError::into_inner);
            return go();
        }
        let _beside = self.company.read().unwrap_or_else(PoisonError::into_inner);
        go()
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
            number => Told::Mutant(number),
        };
        self.run(bench, names, steps, &told, self.limits(bench, time))
    }

    /// Runs all tests of a program as they are now, without a switch.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn try_whole(&self, bench: usize) -> Result<Ended, Error> {
        let time = self.benches.get(bench).map_or(Duration::ZERO, |bench| bench.time);
        self.run(bench, None, 0, &Told::Nothing, self.limits(bench, time))
    }

    /// Whether a process ended as it does without a mutant.
    pub(super) fn passed(&self, bench: usize, ended: &Ended) -> bool {
        let code = self.benches.get(bench).and_then(|bench| bench.code);
        match (ended.end, code) {
            (End::Code(own), Some(code)) => own == code,
            // an example that is expected to fail may fail in any way
            (End::Signal(_), None) => true,
            (End::Code(_) | End::Signal(_) | End::Timeout, _) => false,
        }
    }

    /// The names of the tests that failed in a run of a program, as far as it says so.
    pub(super) fn failed(&self, bench: usize, ended: &Ended) -> Vec<String> {
        let file = self.benches.get(bench).map_or("", |bench| bench.file.as_str());
        let named = failures(&String::from_utf8_lossy(&ended.stdout));
        let kind = self.benches.get(bench).map(|bench| bench.kind);
        if kind == Some(Kind::Example) {
            let place = panicked_at(&String::from_utf8_lossy(&ended.stderr));
            let unnamed = place.unwrap_or_else(|| EXAMPLE.to_owned());
            return if named.is_empty() { vec![unnamed] } else { named };
        }
        if named.is_empty() {
            return vec![file.to_owned()];
        }
        named.iter().map(|name| format!("{file}::{name}")).collect()
    }

    fn run(
        &self,
        bench: usize,
        names: Option<&[&str]>,
        steps: u64,
        told: &Told,
        limits: Limits,
    ) -> Result<Ended, Error> {
        let Some(bench) = self.benches.get(bench) else {
            return Err(Error::usage("a test program is gone", "run the command again"));
        };
        // what one mutant leaves behind must not meet the next; where it cannot be made, tests fail without a mutant
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let folder = self.places.root.join("tmp").join(number.to_string());
        fs::create_dir_all(&folder).ok();
        let text = match told {
            Told::Nothing => format!("run 0 {}", u64::MAX),
            Told::Mutant(number) => {
                let most = steps.saturating_mul(STEPS_EACH).saturating_add(STEPS);
                format!("run {number} {most}")
            }
            Told::See(path) => format!("see {}", path.display()),
        };
        let mut task = bench
            .task(limits)
            .env("__COUNTERSIGN", &text)
            .env("TMPDIR", &folder)
            .args(&bench.started.arguments);
        if let Some(names) = names {
            task = task.args(["--exact", "--test-threads=1"]).args(names);
        }
        let running = task.start(Streams::Kept)?;
        // for processes whose environment was cleared; without it they run the code without a mutant
        let note = self.places.control().join(running.group().to_string());
        fs::write(&note, &text).ok();
        let ended = running.wait();
        fs::remove_file(&note).ok();
        fs::remove_dir_all(&folder).ok();
        Ok(ended)
    }

    /// Does something for each of so many numbers, in as many threads as there are jobs; the results in their order.
    fn each<T: Send>(
        &self,
        count: usize,
        go: impl Fn(usize) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let next = AtomicUsize::new(0);
        let worker = || {
            let mut own = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= count {
                    return own;
                }
                own.push((at, go(at)));
            }
        };
        let mut all: Vec<(usize, Result<T, Error>)> = thread::scope(|scope| {
            let workers: Vec<_> = (1..self.jobs.min(count)).map(|_| scope.spawn(worker)).collect();
            let mut all = worker();
            for worker in workers {
                all.extend(worker.join().unwrap_or_default());
            }
            all
        });
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, result)| result).collect()
    }
}

impl Bench {
    fn task(&self, limits: Limits) -> Task {
        let mut environment = Environment::of(std::iter::empty(), &[]);
        for (name, value) in &self.started.environment {
            let ours = OURS.contains(&name.as_str()) || name.ends_with("_RUNNER");
            // tests that build the project again find what is right for that
            match (ours, self.outside.get(name)) {
                (false, _) => environment.set(name, value),
                (true, Some(outside)) => environment.set(name, outside),
                (true, None) => {}
            }
        }
        environment.set("RUSTC_WRAPPER", &self.compiler);
        environment.set(wrap::NESTED, "1");
        // backtraces take longer than tests; a snapshot that is accepted by itself hides a mutant
        environment.set("RUST_BACKTRACE", "0");
        environment.set("INSTA_UPDATE", "no");
        environment.set("INSTA_FORCE_PASS", "0");
        Task::new(&self.started.program, &self.started.folder, &environment, limits)
    }
}

fn list(bench: &Bench, ignored: bool) -> Result<Option<BTreeSet<String>>, Error> {
    if bench.kind != Kind::Harness {
        return Ok(None);
    }
    let mut task = bench
        .task(Limits::of(PATIENCE, OUTPUT * 4))
        .args(["--list", "--format", "terse"]);
    if ignored {
        task = task.arg("--ignored");
    }
    let ended = task.run()?;
    if !ended.succeeded() || ended.is_cut {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&ended.stdout);
    let tests = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(Some(tests.map(ToOwned::to_owned).collect()))
}

/// What was noted of the programs that Cargo started.
fn notes(places: &Places) -> Vec<Started> {
    let Ok(entries) = fs::read_dir(places.started()) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_slice::<Started>(&fs::read(path).ok()?).ok();
    let mut found: Vec<Started> = paths.iter().filter_map(read).collect();
    found.sort_by(|a, b| a.program.cmp(&b.program));
    found
}

/// The places that were reached, and how many steps were taken at most.
fn record(path: &Path) -> (BTreeSet<u32>, u64) {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let (mut seen, mut steps) = (BTreeSet::new(), 2_048_u64);
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("s", number)) => seen.extend(number.parse::<u32>().ok()),
            // written at powers of two, by each process
            Some(("c", count)) => steps = steps.saturating_add(count.parse::<u64>().unwrap_or(0) * 2),
            Some(_) | None => {}
        }
    }
    (seen, steps)
}

/// The names in the last list of failures that the harness writes.
fn failures(text: &str) -> Vec<String> {
    let Some((_, last)) = text.rsplit_once("\nfailures:\n") else {
        return Vec::new();
    };
    last.lines()
        .take_while(|line| line.starts_with("    "))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// Where an example failed: the compiler counts its lines in the file that holds it.
fn panicked_at(text: &str) -> Option<String> {
    let (_, place) = text.split_once("panicked at ")?;
    let mut parts = place.lines().next()?.split(':');
    let (file, line) = (parts.next()?, parts.next()?.parse::<u32>().ok()?);
    Some(format!("{file}::example at line {line}"))
}

/// How a process ended, in words.
pub(super) fn ending(end: End) -> String {
    match end {
        End::Code(code) => format!("left with exit code {code}"),
        End::Signal(signal) => format!("was ended by signal {signal}"),
        End::Timeout => "took too long".to_owned(),
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

impl Suite {
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

    /// How many processes run at a time.
    pub(super) const fn jobs(&self) -> usize {
        self.jobs
    }

    /// Does something for each of so many numbers.
    ///
    /// # Errors
    /// The first error.
    pub(super) fn for_each<T: Send>(
        &self,
        count: usize,
        go: impl Fn(usize) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        self.each(count, go)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_list_of_failures_names_them() {
        let text = "running 2 tests\ntest a ... FAILED\n\nfailures:\n\n---- a stdout ----\nfailures:\n    no\n\n\nfailures:\n    a\n    b::c\n\ntest result: FAILED";
        assert_eq!(failures(text), ["a", "b::c"]);
        assert!(failures("test result: ok").is_empty());
    }

    #[test]
    fn an_example_is_named_by_the_line_that_failed() {
        let text = "\nthread 'main' (7) panicked at src/lib.rs:50:1:\nassertion failed";
        assert_eq!(
            panicked_at(text).as_deref(),
            Some("src/lib.rs::example at line 50")
        );
        assert_eq!(panicked_at("nothing"), None);
    }
}
