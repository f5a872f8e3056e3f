//! What does a reader of the verdict see? One finished [`Report`]; one file per format, which decides nothing and
//! escapes everything.

pub mod json;
pub mod text;

use std::io;

use crate::{
    checklist::{Checklist, Item, Outcome},
    evidence::{Evidence, file::Input, tests::Status as TestStatus},
    finding::{Finding, Kind, Level, Place, Side},
    policy::Policy,
    rules::Catalogue,
    verdict::{Sum, Verdict},
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

/// Everything a renderer may show.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What it adds up to.
    pub verdict: Verdict,
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
    /// The lines it is about.
    pub snippet: Option<Snippet>,
}

/// Lines of a file around a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// 1-based number of the first line shown.
    pub first: u32,
    /// The lines.
    pub lines: Vec<String>,
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
    pub files: Vec<(String, &'static str)>,
    /// Added lines.
    pub added: usize,
    /// Removed lines.
    pub removed: usize,
    /// Commits of the range.
    pub commits: Option<usize>,
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

/// Lines shown before and after a finding's own.
const AROUND: u32 = 1;
/// Lines of one finding that are shown at most.
const SHOWN: u32 = 6;

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
    let mut notes: Vec<String> = evidence.change.notes().to_vec();
    if let Ok(run) = evidence.tests_as_read() {
        notes.extend(run.notes.iter().cloned());
    }
    for (place, expired) in &checklist.idle_waivers {
        if let Some(waiver) = policy.waivers.get(*place) {
            let state = if *expired {
                "has expired"
            } else {
                "silences nothing"
            };
            notes.push(format!(
                "the waiver for `{}` ({}) {state}",
                waiver.check,
                crate::escape::line(&waiver.reason)
            ));
        }
    }
    let items = checklist
        .items
        .into_iter()
        .map(|item| shown(item, evidence, policy, words))
        .collect();
    Report {
        verdict: sum.verdict,
        lacking: sum.lacking,
        items,
        read: read(evidence, policy_place),
        inputs,
        notes,
    }
}

fn shown(item: Item, evidence: &Evidence, policy: &Policy, words: &Catalogue) -> Shown {
    let rule = words.get(item.id);
    let own_fix = rule.map(|rule| rule.fix.clone()).unwrap_or_default();
    let show = |finding: &Finding| ShownFinding {
        level: item.level_of(finding),
        place: finding.place.clone(),
        says: finding.says.clone(),
        evidence: finding.evidence.clone(),
        fix: finding.fix.clone().unwrap_or_else(|| own_fix.clone()),
        snippet: snippet(&finding.place, evidence),
    };
    let waived = item.waived.iter().map(|(finding, place)| {
        let reason = policy
            .waivers
            .get(*place)
            .map(|waiver| waiver.reason.clone())
            .unwrap_or_default();
        (show(finding), reason)
    });
    let waived = waived.collect();
    let mut findings = Vec::new();
    let (mut why, mut not_supplied) = (None, None);
    let state = match &item.outcome {
        Outcome::Holds => State::Holds,
        Outcome::NotApplicable(reason) => {
            why = Some(reason.clone());
            State::NotApplicable
        }
        Outcome::Unproven(reason) => {
            why = Some(reason.to_string());
            if let crate::finding::Unproven::NotSupplied(kind) = reason {
                not_supplied = Some(*kind);
            }
            State::Unproven
        }
        Outcome::Broken(found) => {
            findings = found.iter().map(show).collect::<Vec<_>>();
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
            State::Broken
        }
    };
    let says = rule.map(|rule| rule.says.clone()).unwrap_or_default();
    Shown {
        id: item.id,
        level: item.level,
        state,
        why,
        not_supplied,
        says,
        findings,
        waived,
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
    let to = (*last).min(first.saturating_add(SHOWN)).saturating_add(AROUND);
    let wanted = text
        .lines()
        .skip(from as usize - 1)
        .take((to - from + 1) as usize);
    let lines: Vec<String> = wanted.map(str::to_owned).collect();
    (!lines.is_empty()).then_some(Snippet { first: from, lines })
}

fn read(evidence: &Evidence, policy: Option<String>) -> Read {
    let change = &evidence.change;
    let tests = |run: &crate::evidence::tests::TestRun| Tests {
        reports: run.reports.len(),
        cases: run.cases.len(),
        passed: run.count(TestStatus::Passed),
        red: run.red().count(),
        skipped: run.count(TestStatus::Skipped),
    };
    Read {
        change: change.source().to_string(),
        base: change.source().base_commit().map(ToString::to_string),
        head: change.source().head_commit().map(ToString::to_string),
        files: change
            .files()
            .iter()
            .map(|file| (file.path().to_string(), file.status.name()))
            .collect(),
        added: change.files().iter().map(|file| file.added().count()).sum(),
        removed: change.files().iter().map(|file| file.removed().count()).sum(),
        commits: change.commits().ok().map(<[_]>::len),
        claims: evidence.claims().ok().map(|claims| claims.claims.len()),
        tests: evidence.tests_as_read().ok().map(tests),
        base_tests: evidence.base_tests().ok().map(tests),
        mutation: evidence
            .mutation_as_read()
            .ok()
            .map(|run| (run.reports.len(), run.mutants.len())),
        coverage: evidence
            .coverage()
            .ok()
            .map(crate::evidence::coverage::Coverage::totals),
        policy,
    }
}
