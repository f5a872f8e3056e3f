//! Which run made a report, and on which tree?
//!
//! `countersign record` writes receipts. One is worth as much as the job that wrote it: it is not signed, and a receipt
//! that the change brings along is refused. Its tree is compared with the judged one; its digests find the reports.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    change::{Change, ObjectId},
    file::{self, Input},
    purpose::Purpose,
    tests::{Bound, FailedCommand, Problem, TestRun},
    versions::{Tool, Version},
};
use crate::{error::Error, escape, finding::Unproven, limits, path::RepoPath};

/// The version of the format.
pub const VERSION: u32 = 1;

/// What `countersign record` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Receipt {
    /// The version of the format: 1.
    pub receipt: u32,
    /// The program and version that wrote it.
    pub tool: String,
    /// The command and its arguments.
    pub command: Vec<String>,
    /// How the command ended; 128 and the number of the signal where one ended it.
    pub exit_code: u8,
    /// The tree of the files that it ran on: what `git write-tree` would give for every file on disk that git does not
    /// ignore, reports left out.
    pub tree: String,
    /// The commit that was checked out; absent before the first one.
    #[serde(default)]
    pub head: Option<String>,
    /// Whether the files differ from that commit.
    pub dirty: bool,
    /// Files that changed while the command ran; reports left out.
    #[serde(default)]
    pub changed: Vec<String>,
    /// Untracked report files that do not count as part of the tree.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// Versions of the tools that the command runs with, as far as their own `--version` tells: `python`, `node`, `rust`,
    /// `go`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, String>,
    /// The reports that it made or rewrote.
    pub reports: Vec<Made>,
}

/// A report that a recorded command made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Made {
    /// Its path, from the folder in which the command ran.
    pub file: String,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl Made {
    /// A report on disk.
    ///
    /// # Errors
    /// It cannot be read, or is larger than a test report may be.
    pub fn of(root: &Path, path: &Path) -> Result<Self, Error> {
        let fail = |error: std::io::Error| Error::Read {
            path: path.to_owned(),
            cause: error.to_string(),
        };
        let (opened, _) = file::open(&root.join(path), limits::TEST_REPORT_BYTES)?;
        let mut opened = opened.take(limits::TEST_REPORT_BYTES);
        let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
        loop {
            let read = opened.read(&mut buffer).map_err(fail)?;
            if read == 0 {
                break;
            }
            hash.update(buffer.get(..read).unwrap_or_default());
            bytes += read as u64;
        }
        Ok(Self {
            file: file::shown(path),
            sha256: file::hex(&hash.finalize()),
            bytes,
        })
    }
}

/// Endings of files that test runners write as reports. Only such files may be left out of a tree: a receipt cannot hide
/// code from it.
const ENDINGS: &[&str] = &["xml", "trx", "json", "jsonl", "ndjson", "info", "txt", "log"];

/// Whether a file may be left out of the tree as a report.
pub fn may_be_left_out(path: &RepoPath) -> bool {
    ENDINGS.contains(&path.extension().as_str())
}

/// A receipt that was handed in.
#[derive(Clone, Debug)]
pub struct Held {
    /// What it says.
    pub receipt: Receipt,
    /// The file.
    pub input: Input,
}

impl Receipt {
    /// A receipt from its bytes.
    ///
    /// # Errors
    /// It is no receipt of this version.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let receipt: Self = serde_json::from_slice(bytes).map_err(|error| Error::Invalid {
            kind: "receipt",
            file: name.to_owned(),
            line: Some(error.line()),
            column: Some(error.column()),
            problem: error.to_string(),
        })?;
        if receipt.receipt != VERSION {
            let problem = format!("is of version {}; version {VERSION} is read", receipt.receipt);
            return Err(Error::invalid("receipt", name, problem));
        }
        Ok(receipt)
    }

    /// The command as a reader would type it.
    pub fn typed(&self) -> String {
        self.command.join(" ")
    }

    /// Whether its command is none that runs tests, so far as that is known, and made no report.
    fn makes_no_reports(&self) -> bool {
        let runs_no_tests = |purposes: Vec<Purpose>| !purposes.contains(&Purpose::Test);
        self.reports.is_empty() && Purpose::of_line(&self.typed()).is_some_and(runs_no_tests)
    }

    /// Whether its command builds, and does nothing else.
    fn is_build(&self) -> bool {
        let builds = |purposes: Vec<Purpose>| purposes.iter().all(|purpose| *purpose == Purpose::Build);
        Purpose::of_line(&self.typed()).is_some_and(builds)
    }

    /// Why its reports say nothing about the judged change; `None` where they were made on its tree.
    fn misfit(&self, change: &Change, beside: &[RepoPath]) -> Result<Option<String>, Unproven> {
        if let Some(first) = self.changed.first() {
            return Ok(Some(format!(
                "the command changed {} of the files that it ran on, `{}` first",
                self.changed.len(),
                escape::line(first)
            )));
        }
        let reports = self.left_out.iter().filter_map(|path| RepoPath::new(path).ok());
        let reports: Vec<RepoPath> = reports.filter(may_be_left_out).collect();
        let judged = change.head_tree(&reports)?;
        let without: Vec<RepoPath> = reports.iter().chain(beside).cloned().collect();
        if *judged.0 == *self.tree || *change.head_tree(&without)?.0 == *self.tree {
            return Ok(None);
        }
        let state = if self.dirty {
            " with changes that were not committed"
        } else {
            ""
        };
        let head = self.head.as_deref().map_or_else(
            || "no commit".to_owned(),
            |head| format!("commit {}", ObjectId(escape::line(head).into()).short()),
        );
        Ok(Some(format!(
            "it ran on tree {} ({head}{state}), and the judged tree is {}",
            ObjectId(escape::line(&self.tree).into()).short(),
            judged.short()
        )))
    }
}

/// Reads receipts.
///
/// # Errors
/// A file cannot be read or is no receipt.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Held>, Error> {
    let one = |path: &PathBuf| {
        let bytes = file::read(path, limits::RECEIPT_BYTES as u64)?;
        let name = file::shown(path);
        Ok(Held {
            receipt: Receipt::parse(&name, &bytes)?,
            input: Input::of("receipt", name, &bytes),
        })
    };
    paths.iter().map(one).collect()
}

/// A command that a receipt shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The receipt.
    pub file: String,
    /// The command as a reader would type it.
    pub command: String,
    /// How it ended.
    pub exit_code: u8,
    /// Why it says nothing about the judged tree; `None` where it ran on that.
    pub elsewhere: Option<String>,
}

/// The commands that receipts show, in their order.
pub fn ran(held: &[Held], change: &Change, beside: &[RepoPath]) -> Vec<Ran> {
    let one = |held: &Held| Ran {
        file: held.input.file.clone(),
        command: held.receipt.typed(),
        exit_code: held.receipt.exit_code,
        elsewhere: match Fit::of(held, change, beside) {
            Fit::Same => None,
            Fit::Other(why) => Some(why),
        },
    };
    held.iter().map(one).collect()
}

/// Binds the reports of a run to the judged tree, or says of each why it cannot be. Cases of a report that a receipt
/// places on another tree say nothing about this one and leave the run.
pub fn bind(run: &mut TestRun, held: &[Held], change: &Change, beside: &[RepoPath]) {
    let fits: Vec<(&Held, Fit)> = held
        .iter()
        .map(|one| (one, Fit::of(one, change, beside)))
        .collect();
    let mut bound = Bound::default();
    let mut stale = BTreeSet::new();
    for (place, report) in run.reports.iter().enumerate() {
        let knows = |held: &Held| {
            held.receipt
                .reports
                .iter()
                .any(|made| made.sha256 == report.input.sha256)
        };
        let mut knowing = fits.iter().filter(|(held, _)| knows(held)).peekable();
        let shown = escape::line(&report.input.file);
        if knowing.peek().is_none() {
            // what only built or linted made no report, and speaks of none
            if held.iter().any(|held| !held.receipt.makes_no_reports()) {
                run.problems.push(unknown(&report.input, held));
            }
        } else if knowing.clone().any(|(_, fit)| *fit == Fit::Same) {
            bound.reports.insert(place);
        } else if let Some((held, Fit::Other(why))) = knowing.next() {
            stale.insert(place);
            run.problems.push(Problem::Stale(format!(
                "`{shown}` is not about the judged tree: by `{}`, {why}; record the run again on it",
                escape::line(&held.input.file)
            )));
        }
    }
    run.cases.retain(|case| !stale.contains(&case.report));
    for (held, fit) in &fits {
        if *fit == Fit::Same {
            endings(run, &mut bound, held);
        }
    }
    run.bound = Some(bound);
}

#[derive(PartialEq, Eq)]
enum Fit {
    /// It ran on the judged tree.
    Same,
    /// It did not, or nobody can tell.
    Other(String),
}

impl Fit {
    fn of(held: &Held, change: &Change, beside: &[RepoPath]) -> Self {
        match held.receipt.misfit(change, beside) {
            Ok(None) => Self::Same,
            Ok(Some(why)) => Self::Other(why),
            Err(unproven) => Self::Other(unproven.to_string()),
        }
    }
}

/// A report that no receipt lists under its digest.
fn unknown(report: &Input, held: &[Held]) -> Problem {
    let shown = escape::line(&report.file);
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let named = held.iter().find(|one| {
        let made = one.receipt.reports.iter();
        made.map(|made| name(&made.file))
            .any(|made| made == name(&report.file))
    });
    match named {
        Some(one) => Problem::Contradictory(format!(
            "`{shown}` is not the file that `{}` recorded under that name: it was changed after the run, or belongs to another one",
            escape::line(&one.input.file)
        )),
        None => Problem::Unbound(format!(
            "`{shown}` is in no receipt that was given: make it inside `countersign record --reports`"
        )),
    }
}

/// Holds the exit code of a command against the reports that it made.
fn endings(run: &mut TestRun, bound: &mut Bound, held: &Held) {
    let receipt = &held.receipt;
    let is_own = |place: &usize| {
        let digest = run.reports.get(*place).map(|report| &report.input.sha256);
        receipt.reports.iter().any(|made| Some(&made.sha256) == digest)
    };
    let own: BTreeSet<usize> = bound.reports.iter().copied().filter(is_own).collect();
    let named = receipt.versions.iter().filter(|_| !own.is_empty());
    bound.versions.extend(named.filter_map(|(tool, version)| {
        let version = Version::read(version)?;
        Some((Tool::of_key(tool)?, version, held.input.file.clone()))
    }));
    let red = run.red().filter(|case| own.contains(&case.report));
    let (steady, red) = red.fold((0, 0), |(steady, red), case| {
        (steady + usize::from(!case.flaky), red + 1)
    });
    let says = |what: &str| {
        Problem::Contradictory(format!(
            "`{}`: `{}` ended with exit code {}, and {what}",
            escape::line(&held.input.file),
            escape::cut(&escape::line(&receipt.typed()), 200),
            receipt.exit_code
        ))
    };
    if receipt.makes_no_reports() {
        // what does not build was not tested; what a linter says is no word about tests
        if receipt.exit_code != 0 && receipt.is_build() {
            bound.failed.push(FailedCommand::of(held, Vec::new()));
        }
        return;
    }
    if receipt.exit_code == 0 && steady > 0 {
        run.problems.push(says("its reports show red cases"));
    } else if receipt.exit_code != 0 && own.is_empty() {
        run.problems
            .push(says("none of the reports that it made was given"));
    } else if receipt.exit_code != 0 && red == 0 {
        run.problems.push(says("its reports show nothing red"));
        let files = own.iter().filter_map(|place| run.reports.get(*place));
        let files = files.map(|report| report.input.file.clone()).collect();
        bound.failed.push(FailedCommand::of(held, files));
    }
}

impl FailedCommand {
    fn of(held: &Held, reports: Vec<String>) -> Self {
        Self {
            receipt: held.input.file.clone(),
            command: held.receipt.typed(),
            exit_code: held.receipt.exit_code,
            reports,
        }
    }
}
