//! How is one test program run?

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::wrap::{self, Places, Started};
use crate::{
    error::Error,
    mutate::process::{End, Ended, Environment, Limits, Running, Streams, Task},
};

/// Variables that Cargo is given here and tests are not.
const OURS: &[&str] = &[
    "CARGO_TARGET_DIR",
    "CARGO_INCREMENTAL",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOCFLAGS",
    "CARGO_TERM_COLOR",
    "CARGO_TERM_PROGRESS_WHEN",
];

/// What `cargo nextest` tells every test (<https://nexte.st/docs/configuration/env-vars/>), as far as it is the same for all.
const NEXTEST: &[(&str, &str)] = &[
    ("NEXTEST", "1"),
    ("NEXTEST_EXECUTION_MODE", "process-per-test"),
    ("NEXTEST_PROFILE", "default"),
];

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

/// What a run is told about the mutant.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// None.
    Nothing,
    /// This one; the process leaves after so many steps.
    Mutant(u32, u64),
    /// None; what is reached is written here.
    See(PathBuf),
}

impl Told {
    fn text(&self) -> String {
        match self {
            Self::Nothing => format!("run 0 {}", u64::MAX),
            Self::Mutant(number, most) => format!("run {number} {most}"),
            Self::See(path) => format!("see {}", path.display()),
        }
    }
}

/// A program with tests.
#[derive(Clone, Debug)]
pub(super) struct Bench {
    /// How Cargo would start it.
    pub(super) started: Started,
    /// How its tests are told apart.
    pub(super) kind: Kind,
    /// The file that it is made from, as reports name it.
    pub(super) file: String,
    /// The arguments with which Cargo builds it and not the others.
    pub(super) choice: Vec<String>,
    /// It fails beside another run of itself.
    pub(super) exclusive: bool,
    /// The limit of its memory in bytes, where it lives with one.
    pub(super) memory: Option<u64>,
    /// How its process is to end where nothing is wrong; `None`: by a signal.
    pub(super) code: Option<i32>,
    /// How long all of its tests take.
    pub(super) time: std::time::Duration,
}

/// What is the same for every run of a test program.
#[derive(Clone, Debug)]
pub(super) struct Surroundings {
    /// Paths of the run.
    pub(super) places: Places,
    /// The variables that the user has set where we set our own.
    outside: BTreeMap<String, String>,
    /// The tests are told that `cargo nextest` runs them.
    nextest: bool,
}

impl Surroundings {
    pub(super) fn new(places: &Places, environment: &Environment, nextest: bool) -> Self {
        let outside = OURS.iter().filter_map(|name| {
            let value = environment.get(name)?.to_str()?;
            Some(((*name).to_owned(), value.to_owned()))
        });
        Self {
            places: places.clone(),
            outside: outside.collect(),
            nextest,
        }
    }

    /// Runs the tests of these names, or all. `folder` is the run's own, for what it leaves behind.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn run(
        &self,
        bench: &Bench,
        names: Option<&[&str]>,
        told: &Told,
        limits: Limits,
        folder: &Path,
    ) -> Result<Ended, Error> {
        // what one mutant leaves behind must not meet the next; where it cannot be made, tests fail without a mutant
        fs::create_dir_all(folder).ok();
        let text = told.text();
        let mut task = self
            .task(bench, limits)
            .env(wrap::SWITCH.to_uppercase(), &text)
            .env("TMPDIR", folder)
            .args(&bench.started.arguments);
        if let Some(names) = names {
            task = task.args(["--exact", "--test-threads=1"]).args(names);
        }
        let running = task.start(Streams::Kept)?;
        let ended = self.inform(running, &text);
        fs::remove_dir_all(folder).ok();
        Ok(ended)
    }

    /// Tells processes whose environment was cleared; where that fails they run the code without a mutant.
    fn inform(&self, running: Running, text: &str) -> Ended {
        let note = self.places.control().join(running.group().to_string());
        fs::write(&note, text).ok();
        let ended = running.wait();
        fs::remove_file(&note).ok();
        ended
    }

    /// A program in the environment that Cargo would give it.
    pub(super) fn task(&self, bench: &Bench, limits: Limits) -> Task {
        let mut environment = Environment::of(std::iter::empty(), &[]);
        for (name, value) in &bench.started.environment {
            let ours = OURS.contains(&name.as_str()) || name.ends_with("_RUNNER");
            // tests that build the project again find what is right for that
            match (ours, self.outside.get(name)) {
                (false, _) => environment.set(name, value),
                (true, Some(outside)) => environment.set(name, outside),
                (true, None) => {}
            }
        }
        environment.set("RUSTC_WRAPPER", self.places.compiler());
        environment.set(wrap::NESTED, "1");
        // backtraces take longer than tests; a snapshot that is accepted by itself hides a mutant
        environment.set("RUST_BACKTRACE", "0");
        environment.set("INSTA_UPDATE", "no");
        environment.set("INSTA_FORCE_PASS", "0");
        for (name, value) in NEXTEST.iter().filter(|_| self.nextest) {
            environment.set(name, value);
        }
        Task::new(
            &bench.started.program,
            &bench.started.folder,
            &environment,
            limits,
        )
    }
}

impl Bench {
    /// Whether a process ended as it does without a mutant.
    pub(super) fn passed(&self, ended: &Ended) -> bool {
        match (ended.end, self.code) {
            (End::Code(own), Some(code)) => own == code,
            // an example that is expected to fail may fail in any way
            (End::Signal(_), None) => true,
            (End::Code(_) | End::Signal(_) | End::Timeout, _) => false,
        }
    }
}

/// How a process ended, in words.
pub(super) fn ending(end: End) -> String {
    match end {
        End::Code(code) => format!("left with exit code {code}"),
        End::Signal(signal) => format!("was ended by signal {signal}"),
        End::Timeout => "took too long".to_owned(),
    }
}
