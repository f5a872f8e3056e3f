//! `countersign record -- CMD…`: runs a command and writes down what it ran on and what it made.
//!
//! The command has the streams and the folder of this program, and signals to this program reach it. A run that is
//! interrupted leaves no receipt: the old one is taken away before the command starts.

mod command;
mod versions;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use self::command::Ended;
use super::output;
use crate::{
    error::Error,
    evidence::{
        change::{snapshot::Snapshot, worktree},
        file,
        origin::Origin,
        receipt::{self, Made, Receipt},
    },
    limits,
    path::RepoPath,
};

/// What to run, and what to write down.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the receipt goes.
    #[arg(long, value_name = "FILE", default_value = "countersign-receipt.json")]
    receipt: PathBuf,
    /// Report files that the command makes, as a file or a quoted pattern; repeatable.
    #[arg(long, value_name = "GLOB")]
    reports: Vec<String>,
    /// The repository.
    #[arg(long, short = 'C', value_name = "DIR", default_value = ".")]
    repo: PathBuf,
    /// The command and its arguments, after `--`.
    #[arg(required = true, last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

/// Files named in the receipt at most: a command that rewrites everything is described by the first of them.
const NAMED: usize = 100;

/// Runs the command and writes the receipt; gives the exit code of the command.
///
/// # Errors
/// The repository cannot be read, the command cannot be started, or the receipt cannot be written.
pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    clear(&arguments.receipt)?;
    let patterns = Patterns::of(arguments);
    let before = worktree::snapshot(&arguments.repo)?;
    let old = patterns.stamps()?;
    let left_out = patterns.untracked(old.keys(), &before);
    let before = without(before, &left_out);
    let tree = before.tree().map_err(|why| {
        Error::repository(why.to_string(), "make every file readable, or let git ignore it")
    })?;
    let versions = versions::of(&arguments.command);
    let Ended { code, interrupted } = spawn(&arguments.command)?;
    if interrupted {
        output::note("the command was told to stop before its end: no receipt is written");
        return Ok(code);
    }
    let new = patterns.stamps()?;
    let made = new.iter().filter(|(path, stamp)| old.get(*path) != Some(*stamp));
    let made: Vec<&PathBuf> = made.map(|(path, _)| path).collect();
    let reports: Vec<Made> = made
        .iter()
        .map(|path| Made::of(Path::new("."), path))
        .collect::<Result<_, _>>()?;
    let changed = before.changed_in(&worktree::snapshot(&arguments.repo)?);
    let changed = changed.iter().filter(|path| !patterns.is_made(&made, path));
    let mut left_out: BTreeSet<RepoPath> = left_out;
    left_out.extend(patterns.untracked(made.iter().copied(), &before));
    left_out.extend(patterns.receipt_path());
    let typed = arguments.command.iter();
    let receipt = Receipt {
        receipt: receipt::VERSION,
        tool: format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
        command: typed.map(|word| word.to_string_lossy().into_owned()).collect(),
        exit_code: code,
        dirty: before.head_tree.as_ref() != Some(&tree),
        tree: tree.to_string(),
        head: before.head.as_ref().map(ToString::to_string),
        changed: changed.take(NAMED).map(ToString::to_string).collect(),
        left_out: left_out.iter().map(|path| path.lossy().into_owned()).collect(),
        versions,
        reports,
    };
    write(arguments, &receipt)?;
    Ok(code)
}

/// Takes an old receipt away, so that no run leaves the receipt of another; anything else is left alone.
fn clear(place: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(place).is_err() {
        return Ok(());
    }
    let bytes = file::read(place, limits::RECEIPT_BYTES as u64)?;
    let name = file::shown(place);
    if Receipt::parse(&name, &bytes).is_err() {
        return Err(Error::usage(
            format!("`{name}` is there already and is no receipt"),
            "name another file: `--receipt FILE`",
        ));
    }
    fs::remove_file(place).map_err(|error| Error::Write {
        target: name,
        cause: error.to_string(),
    })
}

/// Runs the command to its end.
fn spawn(command: &[OsString]) -> Result<Ended, Error> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| Error::usage("no command was given", "name it after `--`"))?;
    let ran = command::run(Command::new(program).args(arguments));
    ran.map_err(|error| {
        Error::usage(
            format!("cannot run `{}`: {error}", program.to_string_lossy()),
            "check the name and the `PATH`; pipes and `&&` need a shell: `record -- sh -c '…'`",
        )
    })
}

fn without(mut snapshot: Snapshot, left_out: &BTreeSet<RepoPath>) -> Snapshot {
    snapshot.files.retain(|path, _| !left_out.contains(path));
    snapshot
}

fn write(arguments: &Arguments, receipt: &Receipt) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(receipt).map_err(|error| Error::Write {
        target: file::shown(&arguments.receipt),
        cause: error.to_string(),
    })?;
    output::create(&arguments.receipt, format!("{text}\n").as_bytes())?;
    let dirty = if receipt.dirty {
        ", which is not the commit that is checked out"
    } else {
        ""
    };
    let count = match receipt.reports.len() {
        1 => "1 report".to_owned(),
        count => format!("{count} reports"),
    };
    output::note(&format!(
        "receipt: {}: exit code {}, {count}, tree {}{dirty}",
        file::shown(&arguments.receipt),
        receipt.exit_code,
        receipt.tree
    ));
    if let Some(first) = receipt.changed.first() {
        output::note(&format!(
            "warning: the command changed files that it ran on, `{first}` first: its reports will not count for any tree"
        ));
    }
    if receipt.reports.is_empty() && !arguments.reports.is_empty() {
        output::note("warning: the command wrote none of the reports that `--reports` names");
    }
    Ok(())
}

/// When a file was written, as far as its folder says. The time of the last change of its entry cannot be set by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    times: Vec<i64>,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let data = fs::metadata(path).ok()?;
        Some(Self {
            size: data.len(),
            times: times(&data),
        })
    }
}

#[cfg(unix)]
fn times(data: &fs::Metadata) -> Vec<i64> {
    use std::os::unix::fs::MetadataExt as _;
    vec![
        data.mtime(),
        data.mtime_nsec(),
        data.ctime(),
        data.ctime_nsec(),
        data.ino().cast_signed(),
    ]
}

#[cfg(not(unix))]
fn times(data: &fs::Metadata) -> Vec<i64> {
    let since = data
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since
        .map(|since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
        .into_iter()
        .collect()
}

/// The reports that were named, and where they lie in the repository.
struct Patterns<'a> {
    arguments: &'a Arguments,
    origin: Origin,
}

impl<'a> Patterns<'a> {
    fn of(arguments: &'a Arguments) -> Self {
        Self {
            origin: Origin::of(&arguments.repo),
            arguments,
        }
    }

    /// Every report file that is there, with when it was written.
    fn stamps(&self) -> Result<BTreeMap<PathBuf, Stamp>, Error> {
        let mut found = BTreeMap::new();
        for pattern in &self.arguments.reports {
            for path in file::expand(Path::new("."), pattern)? {
                let stamp = Stamp::of(&path).filter(|_| path.is_file());
                found.extend(stamp.map(|stamp| (path, stamp)));
            }
        }
        Ok(found)
    }

    /// Reports that git does not know and that do not count as part of the tree.
    fn untracked<'p>(
        &self,
        paths: impl Iterator<Item = &'p PathBuf>,
        snapshot: &Snapshot,
    ) -> BTreeSet<RepoPath> {
        let inside = paths.filter_map(|path| self.origin.path(path));
        inside
            .filter(|path| !snapshot.tracked.contains(path) && receipt::may_be_left_out(path))
            .collect()
    }

    /// Whether a changed file is one of the reports.
    fn is_made(&self, made: &[&PathBuf], path: &RepoPath) -> bool {
        made.iter()
            .any(|made| self.origin.path(made).as_ref() == Some(path))
            && receipt::may_be_left_out(path)
    }

    /// The receipt's own place in the repository.
    fn receipt_path(&self) -> Option<RepoPath> {
        let place = &self.arguments.receipt;
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        let inside = self.origin.inside(&folder.join(place.file_name()?))?;
        receipt::may_be_left_out(&inside).then_some(inside)
    }
}
