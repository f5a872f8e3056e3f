//! What do the tests really say?
//!
//! Cases are counted, totals are never trusted; every result of a case is kept and the worst one stands.

pub mod gotest;
pub mod junit;
pub mod nunit;
pub mod read;
pub mod trx;
pub mod xunit;

use std::fmt;

use super::file::Input;
use crate::finding::Unproven;

/// What became of a case. Ordered from best to worst: the worst of several results stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It ran and passed.
    Passed,
    /// It did not run: skipped, ignored, disabled, not run.
    Skipped,
    /// It ran and an assertion failed.
    Failed,
    /// It ended in an error: a crash, a time-out, a failed set-up.
    Error,
}

impl Status {
    /// Whether the case ran.
    pub const fn executed(self) -> bool {
        !matches!(self, Self::Skipped)
    }

    /// Whether the case is red.
    pub const fn is_red(self) -> bool {
        matches!(self, Self::Failed | Self::Error)
    }
}

/// The name of a case, in the parts that its report gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestId {
    /// Names of the suites around it, outermost first, joined with ` > `.
    pub suite: Box<str>,
    /// Class, module or package.
    pub class: Box<str>,
    /// The case, parameters included.
    pub name: Box<str>,
    /// The file it is said to live in.
    pub file: Box<str>,
}

impl TestId {
    /// What it is called across runs: class (or suite) and name.
    pub fn key(&self) -> String {
        let owner = if self.class.is_empty() {
            &self.suite
        } else {
            &self.class
        };
        if owner.is_empty() {
            self.name.to_string()
        } else {
            format!("{owner}::{}", self.name)
        }
    }

    /// [`TestId::key`] without parameters in brackets: what the definition is called.
    pub fn definition(&self) -> String {
        let key = self.key();
        let end = key.find(['[', '(']).filter(|end| *end > 0).unwrap_or(key.len());
        key.get(..end).unwrap_or(&key).trim_end().to_owned()
    }
}

impl fmt::Display for TestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::escape::line(&self.key()))
    }
}

/// One case of one report.
#[derive(Clone, Debug, PartialEq)]
pub struct TestCase {
    /// Its name.
    pub id: TestId,
    /// The worst of its results.
    pub status: Status,
    /// It failed and passed in the same run: re-run children, or the same id with both results.
    pub flaky: bool,
    /// How long it took, in seconds, where the report says so.
    pub seconds: Option<f64>,
    /// What the first red result says; at most [`crate::limits::KEPT_TEXT_BYTES`].
    pub message: Option<Box<str>>,
    /// Which report of the run it stands in.
    pub report: usize,
}

/// One report file.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The file and its digest.
    pub input: Input,
    /// Its format: `junit`, `trx`, `nunit`, `xunit.net`, `go test -json`.
    pub format: &'static str,
    /// How many cases it lists.
    pub cases: usize,
    /// When the run began, as the report says, in seconds since 1970, where it says so with a zone.
    pub timestamp: Option<i64>,
    /// A commit id that its properties name.
    pub commit: Option<String>,
}

/// Why a report cannot be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not a report, ends too early, or breaks a limit.
    Unreadable(String),
    /// It counts failures that it does not list, or ends in two states at once.
    Contradictory(String),
    /// A pattern that the caller gave matches no file.
    NoMatch(String),
}

/// Every case of every report that was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestRun {
    /// The files read.
    pub reports: Vec<Report>,
    /// Their cases, in the order of the files.
    pub cases: Vec<TestCase>,
    /// What cannot be relied on.
    pub problems: Vec<Problem>,
    /// Totals that disagree with the cases without hiding a failure, and other things worth knowing.
    pub notes: Vec<String>,
}

impl TestRun {
    /// The run, if all of it can be relied on.
    ///
    /// # Errors
    /// The first problem.
    pub fn whole(&self) -> Result<&Self, Unproven> {
        match self.problems.first() {
            None => Ok(self),
            Some(Problem::Unreadable(why) | Problem::NoMatch(why)) => Err(Unproven::Unreadable(why.clone())),
            Some(Problem::Contradictory(why)) => Err(Unproven::Contradictory(why.clone())),
        }
    }

    /// The cases that ran.
    pub fn executed(&self) -> impl Iterator<Item = &TestCase> {
        self.cases.iter().filter(|case| case.status.executed())
    }

    /// The cases that are red.
    pub fn red(&self) -> impl Iterator<Item = &TestCase> {
        self.cases.iter().filter(|case| case.status.is_red())
    }

    /// How many cases have a status.
    pub fn count(&self, status: Status) -> usize {
        self.cases.iter().filter(|case| case.status == status).count()
    }
}
