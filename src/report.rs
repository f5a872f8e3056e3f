//! What does a reader of the verdict see? One finished [`Report`]; one file per format, which decides nothing and
//! escapes everything.

pub mod compose;
pub mod json;
pub mod text;

use std::io;

use crate::{
    evidence::{file::Input, tests::blame::Tally},
    finding::{Kind, Level, Place},
    verdict::{Exit, Verdict},
};

pub use compose::compose;

/// A report format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name for `--report`.
    pub name: &'static str,
    /// Writes a report.
    pub write: fn(&Report, Look, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format.
pub const FORMATS: &[Format] = &[
    Format {
        name: "text",
        write: text::write,
    },
    Format {
        name: "json",
        write: json::write,
    },
];

/// Findings of one item that a report for people shows; the rest is counted and stands in the JSON report.
pub const SHOWN_FINDINGS: usize = 5;

/// How a report for people may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// With colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Everything a renderer may show. Every text in it is safe to print: one line, escaped, of bounded length.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What it adds up to.
    pub verdict: Verdict,
    /// The code with which the program ends.
    pub exit: Exit,
    /// How many items came out how.
    pub summary: Summary,
    /// What is required and could not be proven, and why.
    pub lacking: Vec<(String, String)>,
    /// Every item, in the order of the table.
    pub items: Vec<Shown>,
    /// What every claim comes to, in the order in which they stand.
    pub claims: Vec<ShownClaim>,
    /// What was read.
    pub read: Read,
    /// Every file that was read, with its digest.
    pub inputs: Vec<Input>,
    /// What a reader must know beside the findings.
    pub notes: Vec<String>,
}

/// How many items came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Broken items.
    pub broken: usize,
    /// Broken items whose heaviest finding denies.
    pub deny: usize,
    /// Broken items whose heaviest finding warns.
    pub warn: usize,
    /// Broken items whose heaviest finding informs.
    pub info: usize,
    /// Items whose evidence does not allow a judgement.
    pub unproven: usize,
    /// Items that hold.
    pub holds: usize,
    /// Items that had nothing to judge.
    pub not_applicable: usize,
    /// Findings that a waiver silenced.
    pub waived: usize,
    /// Warnings alone made the verdict fail.
    pub strict: bool,
}

/// One item as shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The check's id.
    pub id: &'static str,
    /// What a broken item weighs here.
    pub level: Level,
    /// `holds`, `broken`, `unproven` or `not-applicable`.
    pub state: State,
    /// Why it is unproven or not applicable.
    pub why: Option<String>,
    /// The evidence whose absence alone makes it unproven.
    pub not_supplied: Option<Kind>,
    /// When it is broken, in one sentence.
    pub says: String,
    /// What was found, heaviest first.
    pub findings: Vec<ShownFinding>,
    /// What a waiver or a comment silenced, with its reason.
    pub waived: Vec<(ShownFinding, String)>,
}

/// One claim as shown; one with several targets stands once for each.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownClaim {
    /// Where it stands.
    pub place: Place,
    /// Its form, as written.
    pub form: String,
    /// What it says.
    pub quote: String,
    /// `supported`, `refuted`, `not checked` or `unproven`.
    pub standing: &'static str,
    /// What there is to say about it: why it was not checked, what is missing, what a reader should know besides.
    pub why: Option<String>,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Judged, nothing found.
    Holds,
    /// Judged, something found.
    Broken,
    /// The evidence does not allow a judgement.
    Unproven,
    /// Nothing to judge.
    NotApplicable,
}

/// One finding as shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownFinding {
    /// What it weighs.
    pub level: Level,
    /// Where.
    pub place: Place,
    /// What was found.
    pub says: String,
    /// What it rests on.
    pub evidence: Vec<String>,
    /// The smallest honest fix.
    pub fix: String,
    /// The rule that found it, where one did.
    pub rule: Option<String>,
    /// What `explain` has a page of beside the check: the rule, where it is part of this program.
    pub page: Option<String>,
    /// The lines it is about; only for the first [`SHOWN_FINDINGS`] of an item.
    pub snippet: Option<Snippet>,
}

/// Lines of a file around a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// 1-based number of the first line shown.
    pub first: u32,
    /// The lines, with tabs as four spaces.
    pub lines: Vec<String>,
    /// 1-based number of the first line that the finding is about.
    pub marked_first: u32,
    /// The last one; may lie behind the lines shown.
    pub marked_last: u32,
}

/// A changed path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownFile {
    /// As displayed.
    pub path: String,
    /// Its bytes in hexadecimal, where they are not UTF-8.
    pub path_bytes: Option<String>,
    /// What happened to it.
    pub status: &'static str,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Which change.
    pub change: String,
    /// The base commit.
    pub base: Option<String>,
    /// The head commit.
    pub head: Option<String>,
    /// Every changed path with its status.
    pub files: Vec<ShownFile>,
    /// Added lines.
    pub added: usize,
    /// Removed lines.
    pub removed: usize,
    /// Commits of the range.
    pub commits: Option<usize>,
    /// Whether a task was given.
    pub task: bool,
    /// Claims.
    pub claims: Option<usize>,
    /// Claims of the commit messages, where nobody gave any and the messages make some.
    pub message_claims: Option<usize>,
    /// Test reports, cases, red cases, skipped cases.
    pub tests: Option<Tests>,
    /// The same for the base.
    pub base_tests: Option<Tests>,
    /// The same for the new tests on the code of the base.
    pub new_on_base: Option<Tests>,
    /// Mutation reports and mutants.
    pub mutation: Option<(usize, usize)>,
    /// Covered and executable lines.
    pub coverage: Option<(usize, usize)>,
    /// Where the policy came from.
    pub policy: Option<String>,
}

/// What test reports hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tests {
    /// Report files.
    pub reports: usize,
    /// Cases.
    pub cases: usize,
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed or ended in an error.
    pub red: usize,
    /// Cases that did not run.
    pub skipped: usize,
    /// Reports that a receipt binds to the judged tree, where receipts were given.
    pub recorded: Option<usize>,
    /// Whose failures they are, where anything is red here or was on the base.
    pub blame: Option<Tally>,
}
