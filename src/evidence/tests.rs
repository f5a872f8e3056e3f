//! What do the tests really say?
//!
//! Cases are counted, totals are never trusted; every result of a case is kept and the worst one stands.

pub mod blame;
mod draft;
pub mod frames;
pub mod gotest;
pub mod junit;
mod lines;
mod moment;
pub mod nunit;
pub mod read;
pub mod signs;
pub mod trx;
pub mod xunit;

use std::{collections::BTreeSet, fmt, sync::Arc};

use self::{frames::Frame, signs::Sign};
use super::{
    file::Input,
    grade::Grade,
    versions::{Tool, Version},
};
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

/// The name of a case, in the parts that its report gives. Neighbouring cases share what they have in common: a
/// report may list a million.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestId {
    /// Names of the suites around it, outermost first, joined with ` > `.
    pub suite: Arc<str>,
    /// Class, module or package.
    pub class: Arc<str>,
    /// The case, parameters included.
    pub name: Box<str>,
    /// The file it is said to live in.
    pub file: Arc<str>,
}

impl TestId {
    /// What its name is unique in: its class, or its suite where it has none.
    pub fn owner(&self) -> &str {
        if self.class.is_empty() {
            &self.suite
        } else {
            &self.class
        }
    }

    /// What it is called across runs: class (or suite) and name.
    pub fn key(&self) -> String {
        let owner = self.owner();
        if owner.is_empty() {
            self.name.to_string()
        } else {
            format!("{owner}::{}", self.name)
        }
    }

    /// [`TestId::key`] without parameters in brackets: what the definition is called.
    pub fn definition(&self) -> String {
        let name = self.bare_name();
        match self.owner() {
            "" => name.to_owned(),
            owner => format!("{owner}::{name}"),
        }
    }

    /// Its name without parameters: what stands in brackets, and PHPUnit's `with data set …`.
    pub fn bare_name(&self) -> &str {
        let ends = [self.name.find(['[', '(']), self.name.find(" with data set ")];
        let end = ends.into_iter().flatten().filter(|end| *end > 0).min();
        self.name
            .get(..end.unwrap_or(self.name.len()))
            .unwrap_or(&self.name)
            .trim_end()
    }

    /// Suites, class and name in one line: what a policy's suite patterns are matched against.
    pub fn full(&self) -> String {
        let class = if self.class.is_empty() {
            String::new()
        } else {
            format!("{}::", self.class)
        };
        let suite = if self.suite.is_empty() {
            String::new()
        } else {
            format!("{} > ", self.suite)
        };
        format!("{suite}{class}{}", self.name)
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
    /// The places in code that its traces name, in their order; at most [`crate::limits::FRAMES`].
    pub frames: Box<[Frame]>,
    /// Which report of the run it stands in.
    pub report: usize,
}

/// One report file.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The file and its digest.
    pub input: Input,
    /// Its format: `junit`, `trx`, `nunit`, `xunit.net`, `go test -json`; `unknown` where it is none of them.
    pub format: &'static str,
    /// How many cases it lists.
    pub cases: usize,
    /// The latest moment that the report names with a zone, in seconds since 1970. Written by whoever made the report:
    /// it may accuse, never acquit.
    pub timestamp: Option<i64>,
    /// A commit id that its properties name.
    pub commit: Option<String>,
    /// Versions of tools that its properties name.
    pub versions: BTreeSet<(Tool, Version)>,
    /// Trouble in the output of cases that passed; at most [`crate::limits::SIGNS_OF_REPORT`].
    pub signs: Vec<Sign>,
    /// It keeps what some test printed.
    pub has_output: bool,
    /// When the file was last written, in seconds since 1970, where the disk says so.
    pub modified: Option<i64>,
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
    /// A receipt says that it is about another tree, or about files that changed while the tests ran.
    Stale(String),
    /// Receipts were given, and none of them knows it.
    Unbound(String),
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
    /// What receipts say about the reports, where any were given.
    pub bound: Option<Bound>,
    /// Nobody named the reports: they were found. They may be about a part of the tests, so what they do not list accuses
    /// nobody.
    pub nearby: bool,
}

/// What receipts say about the reports of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bound {
    /// The reports that a receipt binds to the judged tree, by their place in the run.
    pub reports: BTreeSet<usize>,
    /// Versions of tools that receipts name, each with its receipt.
    pub versions: Vec<(Tool, Version, String)>,
    /// Commands that failed on the judged tree while none of their reports shows anything red, builds among them.
    pub failed: Vec<FailedCommand>,
}

/// A recorded command that failed although its reports are green, or a build that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCommand {
    /// The receipt.
    pub receipt: String,
    /// The command as a reader would type it.
    pub command: String,
    /// How it ended.
    pub exit_code: u8,
    /// Its reports; a build makes none.
    pub reports: Vec<String>,
}

impl TestRun {
    /// Whether a receipt binds a report to the judged tree.
    pub fn is_recorded(&self, report: usize) -> bool {
        self.bound
            .as_ref()
            .is_some_and(|bound| bound.reports.contains(&report))
    }

    /// How far the weakest of its reports can be trusted.
    pub fn grade(&self) -> Grade {
        match self.bound.as_ref() {
            Some(bound) if (0..self.reports.len()).all(|place| bound.reports.contains(&place)) => {
                Grade::Recorded
            }
            Some(_) | None => Grade::HandedIn,
        }
    }

    /// The run, if all of it can be relied on.
    ///
    /// # Errors
    /// The first problem.
    pub fn whole(&self) -> Result<&Self, Unproven> {
        match self.problems.first() {
            None => Ok(self),
            Some(Problem::Unreadable(why) | Problem::NoMatch(why)) => Err(Unproven::Unreadable(why.clone())),
            Some(Problem::Contradictory(why)) => Err(Unproven::Contradictory(why.clone())),
            Some(Problem::Stale(why)) => Err(Unproven::Stale(why.clone())),
            Some(Problem::Unbound(why)) => Err(Unproven::Insufficient(why.clone())),
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

    /// How many results have a status.
    pub fn count(&self, status: Status) -> usize {
        self.cases.iter().filter(|case| case.status == status).count()
    }
}
