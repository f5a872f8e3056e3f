//! Would the tests notice? What a mutation tester measured, in its own or a shared report format.

pub mod cargo_mutants;
pub mod elements;
pub mod infection;
pub mod json;
pub mod mutmut;
pub mod operators;
pub mod own;
pub mod pit;
pub mod read;

use super::file::Input;
use crate::{finding::Unproven, path::RepoPath};

/// What became of a mutant (the states of the mutation-testing-elements schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A test failed: noticed.
    Killed,
    /// The tests ran too long: noticed.
    Timeout,
    /// Every test passed: not noticed.
    Survived,
    /// No test reaches it: not noticed.
    NoCoverage,
    /// It does not compile: says nothing.
    CompileError,
    /// The runner itself failed (also memory and run errors): says nothing.
    RuntimeError,
    /// Switched off by configuration or comment: says nothing.
    Ignored,
    /// Not run: says nothing.
    Pending,
}

impl Status {
    /// Whether the tests noticed it.
    pub const fn detected(self) -> bool {
        matches!(self, Self::Killed | Self::Timeout)
    }

    /// Whether it counts for the score: noticed or not noticed.
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::Killed | Self::Timeout | Self::Survived | Self::NoCoverage
        )
    }

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Timeout => "timed out",
            Self::Survived => "survived",
            Self::NoCoverage => "not covered",
            Self::CompileError => "unviable",
            Self::RuntimeError => "runtime error",
            Self::Ignored => "ignored",
            Self::Pending => "not run",
        }
    }
}

/// One small fault that was put into the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The name that its tool gives it in every run; `None` where it is a mere number.
    pub id: Option<String>,
    /// Where, as the report names the file, `/`-separated; empty where the format does not say.
    /// [`crate::evidence::names`] finds the changed file it means.
    pub file: String,
    /// First 1-based line; `None` where the format does not say.
    pub line: Option<u32>,
    /// How many lines below the head of [`Mutant::function`] it is, where the format counts from there.
    pub below_function: Option<u32>,
    /// The text that stands at its place in the code the report is about: a whole line without its indentation, or
    /// what begins at [`Mutant::column`]. Tells whether the report is about this head.
    pub original: Option<String>,
    /// Last line.
    pub last_line: Option<u32>,
    /// 1-based column.
    pub column: Option<u32>,
    /// The function it is in, with its type where there is one: `f`, `Type::f` or `Type.f`.
    pub function: Option<String>,
    /// What kind of fault, in the tool's own words.
    pub operator: String,
    /// What stands there instead.
    pub replacement: Option<String>,
    /// What became of it.
    pub status: Status,
    /// Tests that ran or noticed it.
    pub tests: Vec<String>,
    /// First and last line of which one must be new for it to be about the change, where they are not its own: those of
    /// the whole function for a fault of its value.
    pub anchor: Option<(u32, u32)>,
}

impl Mutant {
    /// One of which a report gives no more than what became of it.
    pub fn unplaced(operator: &str, status: Status) -> Self {
        Self {
            id: None,
            anchor: None,
            file: String::new(),
            line: None,
            last_line: None,
            column: None,
            below_function: None,
            original: None,
            function: None,
            operator: operator.to_owned(),
            replacement: None,
            status,
            tests: Vec::new(),
        }
    }
}

/// How the tests fared on the code without any mutant. Ordered from best to worst: the worst report stands.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// They passed.
    Passed,
    /// The format does not say.
    #[default]
    Unknown,
    /// They failed: nothing measured after that means anything.
    Failed,
}

/// One report file.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The file and its digest.
    pub input: Input,
    /// Its format: `cargo-mutants`, `mutation-testing-elements`, `pit`, `mutmut`, `infection`.
    pub format: &'static str,
    /// How many mutants it lists.
    pub mutants: usize,
}

/// The source text of a file as a report embeds it: tells whether the report is about this head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The file as the report names it.
    pub file: String,
    /// SHA-256 of its text with `\n` as line break, without a byte order mark and without blank lines at its end.
    pub sha256: String,
}

impl Embedded {
    /// The source of a file.
    pub fn of(file: &str, text: &str) -> Self {
        Self {
            file: file.to_owned(),
            sha256: text_digest(text),
        }
    }

    /// Whether a text is this source. Line breaks, a byte order mark and blank lines at the end say nothing: tools
    /// and checkouts change them.
    pub fn is(&self, text: &str) -> bool {
        self.sha256 == text_digest(text)
    }
}

fn text_digest(text: &str) -> String {
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    super::file::digest(text.trim_end().as_bytes())
}

/// What one report file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Its format, as in [`Report::format`].
    pub format: &'static str,
    /// Its mutants, in the order of the file.
    pub mutants: Vec<Mutant>,
    /// The unmutated run.
    pub baseline: Baseline,
    /// Sources it embeds.
    pub sources: Vec<Embedded>,
    /// The commit it names.
    pub commit: Option<String>,
    /// The tree it names: that of the whole code that was measured.
    pub tree: Option<String>,
    /// Where the change asks for no mutants, which was not heeded: file and line.
    pub silences: Vec<(String, u32)>,
    /// Why it cannot be relied on although it can be read.
    pub problems: Vec<String>,
}

impl Parsed {
    /// A report of a format, empty so far.
    pub fn of(format: &'static str) -> Self {
        Self {
            format,
            mutants: Vec::new(),
            baseline: Baseline::Unknown,
            sources: Vec::new(),
            commit: None,
            tree: None,
            silences: Vec::new(),
            problems: Vec::new(),
        }
    }
}

/// Every mutant of every report that was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MutationRun {
    /// The files read.
    pub reports: Vec<Report>,
    /// Their mutants, in the order of the files.
    pub mutants: Vec<Mutant>,
    /// The unmutated run; the worst of all reports.
    pub baseline: Baseline,
    /// Sources embedded in the reports.
    pub sources: Vec<Embedded>,
    /// A commit that a report names.
    pub commit: Option<String>,
    /// A tree that a report names.
    pub tree: Option<String>,
    /// Where the change asks for no mutants, which was not heeded: file and line.
    pub silences: Vec<(String, u32)>,
    /// Where the reports lie in the working tree.
    pub own_places: Vec<RepoPath>,
    /// Where all evidence lies in it.
    pub evidence_places: Vec<RepoPath>,
    /// What cannot be relied on: unreadable files, a run that was cut short or tested nothing.
    pub problems: Vec<String>,
}

impl MutationRun {
    /// The run, if all of it can be relied on.
    ///
    /// # Errors
    /// The first problem.
    pub fn whole(&self) -> Result<&Self, Unproven> {
        match self.problems.first() {
            None => Ok(self),
            Some(why) => Err(Unproven::Unreadable(why.clone())),
        }
    }
}
