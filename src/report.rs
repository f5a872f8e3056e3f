//! What does a reader of the verdict see? One finished [`Report`]; one file per format, which decides nothing and
//! escapes everything.

pub mod json;
pub mod text;

use std::io;

use crate::{
    checklist::{Checklist, Item, Outcome},
    escape,
    evidence::{
        Evidence,
        file::{self, Input},
        tests::Status as TestStatus,
    },
    finding::{Finding, Kind, Level, Place, Side, Unproven},
    limits,
    policy::Policy,
    rules::{Catalogue, Rule},
    verdict::{Exit, Sum, Verdict},
};

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
    /// What a waiver silenced, with its reason.
    pub waived: Vec<(ShownFinding, String)>,
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
    /// Test reports, cases, red cases, skipped cases.
    pub tests: Option<Tests>,
    /// The same for the base.
    pub base_tests: Option<Tests>,
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
}

/// Findings of one item that a report for people shows; the rest is counted and stands in the JSON report.
pub const SHOWN_FINDINGS: usize = 5;
/// Lines shown before and after a finding's own.
const AROUND: u32 = 1;
/// Lines of one finding that are shown at most.
const SHOWN_LINES: u32 = 6;
/// Bytes of one source line that are shown at most.
const LINE_BYTES: usize = 200;

/// Puts a report together.
pub fn compose(
    evidence: &Evidence,
    policy: &Policy,
    policy_place: Option<String>,
    checklist: Checklist,
    sum: Sum,
    words: &Catalogue,
    inputs: Vec<Input>,
) -> Report {
    let notes = notes(evidence, policy, &checklist);
    let items: Vec<Shown> = checklist
        .items
        .into_iter()
        .map(|item| shown(item, evidence, policy, words))
        .collect();
    let lacking = sum.lacking.into_iter();
    Report {
        verdict: sum.verdict,
        exit: Exit::from(sum.verdict),
        summary: summary(&items, sum.verdict),
        lacking: lacking.map(|(what, why)| (what, safe(&why))).collect(),
        items,
        read: read(evidence, policy_place),
        inputs,
        notes,
    }
}

/// A foreign text as one line that is safe to show, cut where it is very long.
fn safe(text: &str) -> String {
    escape::cut(&escape::line(text), limits::MESSAGE_BYTES).into_owned()
}

fn notes(evidence: &Evidence, policy: &Policy, checklist: &Checklist) -> Vec<String> {
    let mut notes: Vec<String> = evidence.change.notes().iter().map(|note| safe(note)).collect();
    if let Ok(run) = evidence.tests_as_read() {
        notes.extend(run.notes.iter().map(|note| safe(note)));
    }
    for (place, expired) in &checklist.idle_waivers {
        let Some(waiver) = policy.waivers.get(*place) else {
            continue;
        };
        let state = if *expired {
            "has expired"
        } else {
            "silences nothing"
        };
        notes.push(safe(&format!(
            "the waiver for `{}` ({}) {state}",
            waiver.check, waiver.reason
        )));
    }
    notes
}

fn summary(items: &[Shown], verdict: Verdict) -> Summary {
    let mut sum = Summary::default();
    for item in items {
        sum.waived += item.waived.len();
        match item.state {
            State::Holds => sum.holds += 1,
            State::NotApplicable => sum.not_applicable += 1,
            State::Unproven => sum.unproven += 1,
            State::Broken => {
                sum.broken += 1;
                match item.findings.first().map_or(item.level, |finding| finding.level) {
                    Level::Deny => sum.deny += 1,
                    Level::Warn => sum.warn += 1,
                    Level::Info | Level::Off => sum.info += 1,
                }
            }
        }
    }
    sum.strict = verdict == Verdict::Fail && sum.deny == 0;
    sum
}

fn shown(item: Item, evidence: &Evidence, policy: &Policy, words: &Catalogue) -> Shown {
    let rule = words.get(item.id);
    let show = |finding: &Finding| shown_finding(&item, finding, rule);
    let reason = |place: usize| policy.waivers.get(place).map(|waiver| safe(&waiver.reason));
    let waived = item.waived.iter();
    let waived = waived
        .map(|(finding, place)| (show(finding), reason(*place).unwrap_or_default()))
        .collect();
    let mut findings = Vec::new();
    let (mut why, mut not_supplied) = (None, None);
    let state = match &item.outcome {
        Outcome::Holds => State::Holds,
        Outcome::NotApplicable(reason) => {
            why = Some(safe(reason));
            State::NotApplicable
        }
        Outcome::Unproven(reason) => {
            why = Some(safe(&reason.to_string()));
            not_supplied = supplied_by_nobody(reason);
            State::Unproven
        }
        Outcome::Broken(found) => {
            findings = found.iter().map(show).collect::<Vec<_>>();
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
            State::Broken
        }
    };
    for finding in findings.iter_mut().take(SHOWN_FINDINGS) {
        finding.snippet = snippet(&finding.place, evidence);
    }
    Shown {
        id: item.id,
        level: item.level,
        state,
        why,
        not_supplied,
        says: rule.map(|rule| rule.says.clone()).unwrap_or_default(),
        findings,
        waived,
    }
}

fn shown_finding(item: &Item, finding: &Finding, rule: Option<&Rule>) -> ShownFinding {
    let own_fix = rule.map(|rule| rule.fix.as_str()).unwrap_or_default();
    ShownFinding {
        level: item.level_of(finding),
        place: finding.place.clone(),
        says: safe(&finding.says),
        evidence: finding.evidence.iter().map(|line| safe(line)).collect(),
        fix: safe(finding.fix.as_deref().unwrap_or(own_fix)),
        snippet: None,
    }
}

fn supplied_by_nobody(why: &Unproven) -> Option<Kind> {
    match why {
        Unproven::NotSupplied(kind) => Some(*kind),
        Unproven::Unreadable(_)
        | Unproven::Stale(_)
        | Unproven::Contradictory(_)
        | Unproven::Insufficient(_) => None,
    }
}

fn snippet(place: &Place, evidence: &Evidence) -> Option<Snippet> {
    let Place::Lines {
        path,
        side,
        first,
        last,
    } = place
    else {
        return None;
    };
    let file = evidence.change.file(path)?;
    let version = match side {
        Side::Base => file.before()?,
        Side::Head => file.after()?,
    };
    let text = evidence.change.text(version).ok()?;
    let from = first.saturating_sub(AROUND).max(1);
    let end = (*last).min(first.saturating_add(SHOWN_LINES - 1));
    let count = end.saturating_add(AROUND).saturating_sub(from) + 1;
    let wanted = text.lines().skip(from as usize - 1).take(count as usize);
    let lines: Vec<String> = wanted.map(source_line).collect();
    let reached = from.saturating_add(u32::try_from(lines.len()).unwrap_or(u32::MAX));
    (*first < reached).then_some(Snippet {
        first: from,
        lines,
        marked_first: *first,
        marked_last: *last,
    })
}

fn source_line(line: &str) -> String {
    let shown = line.replace('\t', "    ");
    escape::cut(&escape::line(&shown), LINE_BYTES).into_owned()
}

fn read(evidence: &Evidence, policy: Option<String>) -> Read {
    let change = &evidence.change;
    let mutation = evidence.mutation_as_read().ok();
    let coverage = evidence.coverage().ok();
    Read {
        change: change.source().to_string(),
        base: change.source().base_commit().map(ToString::to_string),
        head: change.source().head_commit().map(ToString::to_string),
        files: change.files().iter().map(shown_file).collect(),
        added: change.files().iter().map(|file| file.added().count()).sum(),
        removed: change.files().iter().map(|file| file.removed().count()).sum(),
        commits: change.commits().ok().map(<[_]>::len),
        task: evidence.task().is_ok(),
        claims: evidence.claims().ok().map(|claims| claims.claims.len()),
        tests: evidence.tests_as_read().ok().map(counted),
        base_tests: evidence.base_tests().ok().map(counted),
        mutation: mutation.map(|run| (run.reports.len(), run.mutants.len())),
        coverage: coverage.map(crate::evidence::coverage::Coverage::totals),
        policy: policy.map(|place| safe(&place)),
    }
}

fn shown_file(file: &crate::evidence::change::FileChange) -> ShownFile {
    let path = file.path();
    let odd = std::str::from_utf8(path.as_bytes()).is_err();
    ShownFile {
        path: path.to_string(),
        path_bytes: odd.then(|| file::hex(path.as_bytes())),
        status: file.status.name(),
    }
}

fn counted(run: &crate::evidence::tests::TestRun) -> Tests {
    Tests {
        reports: run.reports.len(),
        cases: run.cases.len(),
        passed: run.count(TestStatus::Passed),
        red: run.red().count(),
        skipped: run.count(TestStatus::Skipped),
    }
}
