//! Would the tests notice? Small faults are put into the changed lines and the project's own tests run on each.
//!
//! ```text
//! scope ─► sites ─► universe ─► shard ─► engine ─► outcomes ─► report
//! (lines)  (faults) (ids, caps)         (rust, python)
//! ```
//!
//! The user's tree is never written: an engine works on a copy. What was not measured is counted with its reason and
//! is never taken for noticed.

pub mod copy;
pub mod list;
pub mod merge;
pub mod mutant;
pub mod plan;
pub mod process;
pub mod python;
pub mod report;
pub mod run;
pub mod rust;
pub mod scope;
pub mod shard;
pub mod suggest;
pub mod text;
pub mod universe;

pub use copy::Copy;
pub use mutant::{Fault, Id, Mutant};
pub use plan::Plan;
pub use scope::{Lines, Scope, ScopedFile};
pub use shard::Shard;
pub use universe::{Caps, Universe};

use std::time::Duration;

use crate::{error::Error, evidence::mutation::Status, limits};

/// What became of one mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which mutant.
    pub id: Id,
    /// What the tests made of it. [`Status::Pending`] is a mutant that was not measured.
    pub status: Status,
    /// Why it was not measured, or what ended it: the message of the compiler, the limit that was passed.
    pub reason: Option<String>,
    /// Tests that reach it, sorted.
    pub covered_by: Vec<String>,
    /// Tests that noticed it.
    pub killed_by: Vec<String>,
    /// How many tests ran on it.
    pub tests_run: usize,
}

impl Outcome {
    /// One that was not measured.
    pub fn not_measured(id: Id, why: impl Into<String>) -> Self {
        Self {
            id,
            status: Status::Pending,
            reason: Some(why.into()),
            covered_by: Vec::new(),
            killed_by: Vec::new(),
            tests_run: 0,
        }
    }
}

/// What an engine found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// One for each mutant that was asked for, sorted by id.
    pub outcomes: Vec<Outcome>,
    /// How the tests fared without any mutant.
    pub baseline: crate::evidence::mutation::Baseline,
    /// Which kinds of tests ran, and what did not: `unit tests`, `doctests`, `no doctests: nextest cannot run them`.
    pub notes: Vec<String>,
    /// Where the time went; shown to the user and never part of a report.
    pub times: Times,
}

/// Where the time of a run went: with n machines it takes about `build + tests + mutants / n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// What every machine must do before a test can run: compiling, starting the interpreter.
    pub build: Duration,
    /// Running the tests without a mutant, and finding out which reach what.
    pub tests: Duration,
    /// The mutants.
    pub mutants: Duration,
}

/// What every engine is told, whatever the language.
#[derive(Clone, Debug)]
pub struct Orders {
    /// The folder of the repository; read, never written.
    pub root: std::path::PathBuf,
    /// How many processes run tests at a time.
    pub jobs: usize,
    /// What the commands that it runs may see of our environment.
    pub environment: process::Environment,
    /// Least wall time in milliseconds after which a mutant's tests are given up; more where the baseline is slow.
    pub least_timeout: u64,
    /// For mutants that need a build, or an import of everything, of their own.
    pub budget: Budget,
}

/// How long all mutants together may take that need more than a run of tests; those beyond are not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// As the machine is: [`limits::BUDGET_RUNS`] times what the build and the tests took without a mutant, and
    /// [`limits::LEAST_BUDGET_SECONDS`] at least.
    Measured,
    /// So long.
    Of(Duration),
    /// As long as it takes.
    Endless,
}

impl Budget {
    /// The time, where the build and the tests without a mutant took so long.
    pub fn time(self, baseline: Duration) -> Duration {
        match self {
            Self::Measured => {
                (baseline * limits::BUDGET_RUNS).max(Duration::from_secs(limits::LEAST_BUDGET_SECONDS))
            }
            Self::Of(time) => time,
            Self::Endless => Duration::MAX,
        }
    }
}

/// Runs the tests of one language on mutants.
pub trait Engine {
    /// Measures every mutant of the list, all of which are of this engine's language. The copy of the head is this
    /// engine's alone, to build and to run the tests in.
    ///
    /// # Errors
    /// Nothing could be measured at all: the project does not build, a tool is missing.
    fn measure(
        &self,
        mutants: &[&Mutant],
        scope: &Scope,
        copy: &Copy,
        progress: &dyn Progress,
    ) -> Result<Measured, Error>;
}

/// Who is told how far a run is.
pub trait Progress: Sync {
    /// A new step begins: `building`, `running the tests`; `total` steps of work where that is known.
    fn step(&self, name: &str, total: Option<usize>);
    /// One piece of the step's work is done.
    fn advance(&self);
    /// Something the user should know.
    fn note(&self, text: &str);
}
