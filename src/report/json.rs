//! How does a program read the verdict? Version 1 of the JSON report.
//!
//! Its types are its own: what others parse changes only with its version. Lines are 1-based; nothing in it comes
//! from the clock or the machine.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Look, Read, Report, Shown, ShownClaim, ShownFile, ShownFinding, State, Summary};
use crate::{
    evidence::{earlier::SCHEMA_VERSION, file},
    finding::{Level, Place as At, Side},
    verdict::Verdict as Outcome,
};

/// Writes the report.
///
/// # Errors
/// The output cannot be written.
pub fn write(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &verdict(report))?;
    writeln!(out)
}

/// The verdict of `countersign check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verdict<'a> {
    /// The version of this format: 1.
    schema_version: u32,
    /// Which program wrote it.
    tool: Tool,
    /// What it all adds up to.
    verdict: Outcome,
    /// The code with which the program ended: 0 pass, 1 fail, 3 unproven.
    exit_code: u8,
    /// How many checks came out how.
    summary: Counts,
    /// What is required and could not be proven.
    lacking: Vec<Lack<'a>>,
    /// Every check that is not switched off, in a fixed order.
    items: Vec<Item<'a>>,
    /// What every claim comes to; one with several targets stands once for each.
    claims: Vec<Claim<'a>>,
    /// What changed.
    change: Change<'a>,
    /// How much evidence was read; `null` where none was given.
    read: Evidence,
    /// Where the policy came from; `null` where there is none.
    policy: Option<&'a str>,
    /// Every file that was read.
    inputs: Vec<Input<'a>>,
    /// What a reader must know beside the findings.
    notes: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Counts {
    /// Broken checks.
    broken: usize,
    /// Broken checks whose heaviest finding denies.
    deny: usize,
    /// Broken checks whose heaviest finding warns.
    warn: usize,
    /// Broken checks whose heaviest finding informs.
    info: usize,
    unproven: usize,
    holds: usize,
    not_applicable: usize,
    /// Findings that a waiver silenced.
    waived: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Lack<'a> {
    /// The evidence or the check.
    what: &'a str,
    why: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Item<'a> {
    /// The check: `countersign explain ID` has its page.
    id: &'a str,
    /// What a broken check weighs under this policy.
    level: Level,
    state: State,
    /// Why it is unproven or not applicable.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    /// The evidence whose absence alone makes it unproven.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_supplied: Option<crate::finding::Kind>,
    /// What was found, heaviest first.
    findings: Vec<Finding<'a>>,
    /// What a waiver or a comment in the code silenced.
    waived: Vec<Waived<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Finding<'a> {
    /// What it weighs; less than its check where the author declared the risk.
    level: Level,
    place: Place,
    /// The rule that found it: `countersign explain ID` has its page. Absent where the check itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    /// What was found.
    says: &'a str,
    /// What it rests on, one line each.
    evidence: &'a [String],
    /// The smallest honest fix.
    fix: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Claim<'a> {
    place: Place,
    /// Its form, as written.
    form: &'a str,
    /// What it says.
    quote: &'a str,
    /// `supported`, `refuted`, `not checked` or `unproven`.
    standing: &'a str,
    /// Why it was not checked, what is missing, or what a reader should know besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Waived<'a> {
    /// The reason of the waiver or of the comment.
    reason: &'a str,
    finding: Finding<'a>,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
struct Place {
    /// What it is about.
    kind: PlaceKind,
    /// As the text report shows it.
    shown: String,
    /// The file of the repository, as displayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Its bytes in hexadecimal, where they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    /// `base` or `head`: the side whose lines are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'static str>,
    /// First line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u32>,
    /// Last line.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<u32>,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum PlaceKind {
    /// Lines of a file of the repository.
    Lines,
    /// A file of the repository as a whole.
    File,
    /// A test case.
    Test,
    /// A place in an evidence file.
    Evidence,
    /// A commit.
    Commit,
    /// The change as a whole.
    #[default]
    Change,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Change<'a> {
    /// Which change, in words.
    source: &'a str,
    /// The commit compared with.
    base: Option<&'a str>,
    /// The commit judged.
    head: Option<&'a str>,
    files: Vec<File<'a>>,
    /// Added lines.
    added: usize,
    /// Removed lines.
    removed: usize,
    /// Commits of the range.
    commits: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct File<'a> {
    /// As displayed: what is not printable is escaped.
    path: &'a str,
    /// Its bytes in hexadecimal, where they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<&'a str>,
    /// `added`, `deleted`, `modified`, `renamed`, `copied` or `type changed`.
    status: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Evidence {
    /// Whether a task was given.
    task: bool,
    /// Claims.
    claims: Option<usize>,
    /// Claims of the commit messages; absent where claims were given or the messages make none.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_claims: Option<usize>,
    tests: Option<Tests>,
    base_tests: Option<Tests>,
    /// The new tests on the code of the base; absent where no such report was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_on_base: Option<Tests>,
    mutation: Option<Mutation>,
    coverage: Option<Coverage>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tests {
    reports: usize,
    cases: usize,
    passed: usize,
    /// Cases that failed or ended in an error.
    red: usize,
    skipped: usize,
    /// Reports that a receipt binds to the judged tree; absent where no receipt was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded: Option<usize>,
    /// Whose failures they are, counted by test; absent where nothing is red.
    #[serde(skip_serializing_if = "Option::is_none")]
    blame: Option<Blame>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Blame {
    /// Red here and not on the base.
    new: usize,
    /// Red here and on the base.
    pre_existing: usize,
    /// Red on the base and passing here.
    fixed: usize,
    /// Red and passing in one run.
    flaky: usize,
    /// Red here, and nothing is known about the base.
    unknown: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Mutation {
    reports: usize,
    mutants: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Coverage {
    /// Lines that ran.
    covered: usize,
    /// Lines that could run.
    executable: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Input<'a> {
    /// What it is evidence for: `task`, `claims`, `tests`, …
    role: &'a str,
    /// As the caller named it.
    file: String,
    sha256: &'a str,
    /// Its size.
    bytes: u64,
}

fn verdict(report: &Report) -> Verdict<'_> {
    let lacking = report.lacking.iter().map(|(what, why)| Lack { what, why });
    let inputs = report.inputs.iter().map(|input| Input {
        role: input.role,
        file: crate::escape::line(&input.file).into_owned(),
        sha256: &input.sha256,
        bytes: input.bytes,
    });
    Verdict {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        verdict: report.verdict,
        exit_code: report.exit as u8,
        summary: counts(&report.summary),
        lacking: lacking.collect(),
        items: report.items.iter().map(item).collect(),
        claims: report.claims.iter().map(claim).collect(),
        change: change(&report.read),
        read: evidence(&report.read),
        policy: report.read.policy.as_deref(),
        inputs: inputs.collect(),
        notes: &report.notes,
    }
}

fn counts(sum: &Summary) -> Counts {
    Counts {
        broken: sum.broken,
        deny: sum.deny,
        warn: sum.warn,
        info: sum.info,
        unproven: sum.unproven,
        holds: sum.holds,
        not_applicable: sum.not_applicable,
        waived: sum.waived,
    }
}

fn item(item: &Shown) -> Item<'_> {
    let waived = item.waived.iter().map(|(one, reason)| Waived {
        reason,
        finding: finding(one),
    });
    Item {
        id: item.id,
        level: item.level,
        state: item.state,
        why: item.why.as_deref(),
        not_supplied: item.not_supplied,
        findings: item.findings.iter().map(finding).collect(),
        waived: waived.collect(),
    }
}

fn finding(finding: &ShownFinding) -> Finding<'_> {
    Finding {
        level: finding.level,
        place: place(&finding.place),
        rule: finding.rule.as_deref(),
        says: &finding.says,
        evidence: &finding.evidence,
        fix: &finding.fix,
    }
}

fn claim(claim: &ShownClaim) -> Claim<'_> {
    Claim {
        place: place(&claim.place),
        form: &claim.form,
        quote: &claim.quote,
        standing: claim.standing,
        why: claim.why.as_deref(),
    }
}

fn place(at: &At) -> Place {
    let path = at.path();
    let odd = path.filter(|path| std::str::from_utf8(path.as_bytes()).is_err());
    let mut place = Place {
        shown: at.to_string(),
        path: path.map(ToString::to_string),
        path_bytes: odd.map(|path| file::hex(path.as_bytes())),
        ..Place::default()
    };
    match at {
        At::Lines {
            side, first, last, ..
        } => {
            place.kind = PlaceKind::Lines;
            place.side = Some(match side {
                Side::Base => "base",
                Side::Head => "head",
            });
            (place.first, place.last) = (Some(*first), Some(*last));
        }
        At::File(_) => place.kind = PlaceKind::File,
        At::Test(_) => place.kind = PlaceKind::Test,
        At::Evidence { line, .. } => {
            place.kind = PlaceKind::Evidence;
            (place.first, place.last) = (*line, *line);
        }
        At::Commit(_) => place.kind = PlaceKind::Commit,
        At::Change => place.kind = PlaceKind::Change,
    }
    place
}

fn change(read: &Read) -> Change<'_> {
    Change {
        source: &read.change,
        base: read.base.as_deref(),
        head: read.head.as_deref(),
        files: read.files.iter().map(file_of).collect(),
        added: read.added,
        removed: read.removed,
        commits: read.commits,
    }
}

fn file_of(file: &ShownFile) -> File<'_> {
    File {
        path: &file.path,
        path_bytes: file.path_bytes.as_deref(),
        status: file.status,
    }
}

fn evidence(read: &Read) -> Evidence {
    let tests = |tests: super::Tests| Tests {
        reports: tests.reports,
        cases: tests.cases,
        passed: tests.passed,
        red: tests.red,
        skipped: tests.skipped,
        recorded: tests.recorded,
        blame: tests.blame.map(|tally| Blame {
            new: tally.new,
            pre_existing: tally.pre_existing,
            fixed: tally.fixed,
            flaky: tally.flaky,
            unknown: tally.unknown,
        }),
    };
    let mutation = |(reports, mutants)| Mutation { reports, mutants };
    let coverage = |(covered, executable)| Coverage { covered, executable };
    Evidence {
        task: read.task,
        claims: read.claims,
        message_claims: read.message_claims,
        tests: read.tests.map(tests),
        base_tests: read.base_tests.map(tests),
        new_on_base: read.new_on_base.map(tests),
        mutation: read.mutation.map(mutation),
        coverage: read.coverage.map(coverage),
    }
}
