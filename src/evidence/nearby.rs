//! Which test reports lie at the places where runners put them, and are they about the judged files?
//!
//! Asked where nobody names a report. Only what git does not track counts: a tracked report is part of the change. The
//! files on disk must be the judged ones, byte for byte, and none of them may be younger than the report. What does not
//! meet this is passed over, with the reason.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{
    change::{Change, Source, snapshot::Snapshot, worktree},
    file,
    origin::Origin,
    receipt,
    tests::{self, TestRun},
};
use crate::{
    error::Error,
    finding::{Kind, Unproven},
    limits,
    path::RepoPath,
};

/// Where runners put their reports when nobody tells them otherwise, below the root or a folder of the change.
const PLACES: &[&str] = &[
    "junit.xml",
    "pytest.xml",
    "test-results.xml",
    "reports/junit*.xml",
    "test-results/**/*.xml",
    "target/nextest/*/junit.xml",
    "target/surefire-reports/TEST-*.xml",
    "target/failsafe-reports/TEST-*.xml",
    "build/test-results/*/TEST-*.xml",
];

/// What was found.
#[derive(Debug)]
pub enum Nearby {
    /// No report lies there.
    Nothing,
    /// Reports of the judged files, and where they lie.
    Fresh(Box<TestRun>, Vec<RepoPath>),
    /// There are reports, and why they do not count.
    PassedOver(Unproven),
}

/// Looks around in the working tree, links not followed. `beside` are other evidence files in it.
///
/// # Errors
/// There are too many reports.
pub fn look(origin: &Origin, change: &Change, beside: &[RepoPath]) -> Result<Nearby, Error> {
    let (Some(root), true) = (origin.root(), is_about_disk(change)) else {
        return Ok(Nearby::Nothing);
    };
    let found = candidates(root, change)?;
    if found.is_empty() {
        return Ok(Nearby::Nothing);
    }
    let Ok(snapshot) = worktree::snapshot(root) else {
        return Ok(Nearby::Nothing);
    };
    let untracked = |path: &&PathBuf| {
        let path = RepoPath::new(path.as_os_str().as_encoded_bytes());
        path.is_ok_and(|path| !snapshot.tracked.contains(&path))
    };
    let found: Vec<PathBuf> = found.iter().filter(untracked).cloned().collect();
    if found.is_empty() {
        return Ok(Nearby::Nothing);
    }
    match fresh(root, change, snapshot, beside, found) {
        Ok(found) => read(root, &found),
        Err(why) => Ok(passed_over(why)),
    }
}

/// Whether files on disk can be the judged ones.
fn is_about_disk(change: &Change) -> bool {
    match change.source() {
        Source::Range { .. } | Source::Staged { .. } | Source::Worktree { .. } => true,
        Source::Patch { .. } | Source::Memory => false,
    }
}

/// Files at the places below the root and below every folder around a changed file.
fn candidates(root: &Path, change: &Change) -> Result<BTreeSet<PathBuf>, Error> {
    let mut folders = BTreeSet::from([String::new()]);
    for file in change.files() {
        let mut folder = file.path().folder().into_owned();
        while !folder.is_empty() && folders.len() < limits::NEARBY_FOLDERS {
            folder.push('/');
            folders.insert(folder.clone());
            folder.pop();
            folder.truncate(folder.rfind('/').unwrap_or(0));
        }
    }
    let mut found = BTreeSet::new();
    for folder in &folders {
        // a folder whose name is a pattern is left alone
        for place in PLACES.iter().filter(|_| !folder.contains(['*', '?', '[', '{'])) {
            found.extend(file::expand(root, &format!("{folder}{place}"))?);
        }
    }
    found.retain(|path| fs::symlink_metadata(root.join(path)).is_ok_and(|data| data.is_file()));
    Ok(found)
}

/// The reports that are no older than any judged file.
fn fresh(
    root: &Path,
    change: &Change,
    mut snapshot: Snapshot,
    beside: &[RepoPath],
    found: Vec<PathBuf>,
) -> Result<Vec<PathBuf>, String> {
    let own: Vec<RepoPath> = found
        .iter()
        .filter_map(|path| RepoPath::new(path.as_os_str().as_encoded_bytes()).ok())
        .filter(receipt::may_be_left_out)
        .chain(
            beside
                .iter()
                .filter(|path| !snapshot.tracked.contains(path))
                .cloned(),
        )
        .collect();
    snapshot.files.retain(|path, _| !own.contains(path));
    let on_disk = snapshot.tree().map_err(|why| why.to_string())?;
    let judged = change.head_tree(&own).map_err(|why| why.to_string())?;
    if on_disk != judged {
        return Err("the files on disk are not the judged ones".to_owned());
    }
    let written = |path: &Path| {
        fs::symlink_metadata(root.join(path))
            .and_then(|data| data.modified())
            .ok()
    };
    let dated = snapshot
        .files
        .keys()
        .filter_map(|path| Some((written(&path.as_path())?, path)));
    let Some((youngest, path)) = dated.max() else {
        return Err("no judged file is on disk".to_owned());
    };
    let is_fresh = |report: &PathBuf| written(report).is_some_and(|time: SystemTime| time >= youngest);
    let fresh: Vec<PathBuf> = found.iter().filter(|report| is_fresh(report)).cloned().collect();
    match found.first() {
        Some(report) if fresh.is_empty() => Err(format!(
            "`{}` was written before `{path}`",
            crate::escape::line(&file::shown(report))
        )),
        Some(_) | None => Ok(fresh),
    }
}

fn read(root: &Path, found: &[PathBuf]) -> Result<Nearby, Error> {
    let patterns: Vec<String> = found.iter().map(|path| file::shown(path)).collect();
    let mut run = tests::read::run(root, "tests", &patterns)?;
    run.nearby = true;
    let paths = found
        .iter()
        .filter_map(|path| RepoPath::new(path.as_os_str().as_encoded_bytes()).ok());
    Ok(match run.whole().err() {
        Some(why) => passed_over(why.to_string()),
        None => Nearby::Fresh(Box::new(run), paths.collect()),
    })
}

fn passed_over(why: String) -> Nearby {
    Nearby::PassedOver(Unproven::PassedOver(
        Kind::Tests,
        format!(
            "test reports lie in the working tree and do not count: {why}; name them with `--tests GLOB` if they are right"
        ),
    ))
}
