//! Does every path of a wave have one owner?
//!
//! Two tasks of a wave must not own the same path, nor edit it. Commits tell by their `Task:` trailers who edited what;
//! files listed as `shared` are open to all.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Change, Commit},
        task::{Task, WaveTask},
    },
    finding::{Abstain, Finding, Judged, Place, Unproven},
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No task was given, it is part of no wave, or nobody knows which commit edited what.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let task = evidence.task()?;
    if task.wave.is_empty() {
        return Err(Abstain::not_applicable("the task is part of no wave"));
    }
    let mut findings = owned_twice(task, &evidence.change);
    match evidence.change.commits() {
        Ok(commits) => findings.extend(edited_twice(task, commits)),
        Err(why) if findings.is_empty() => return Err(why.into()),
        Err(_) => {}
    }
    if findings.is_empty() {
        trailers_tell(task, evidence)?;
    }
    Ok(findings)
}

/// Where the plan itself gives a touched path to two tasks, or a path to another task than this one.
fn owned_twice(task: &Task, change: &Change) -> Vec<Finding> {
    let touched: BTreeSet<&RepoPath> = change.files().iter().flat_map(|file| file.touched()).collect();
    let own = task
        .id
        .as_ref()
        .filter(|id| task.wave.iter().any(|other| other.id == **id));
    let mut findings = Vec::new();
    for path in touched.into_iter().filter(|path| !task.shared.matches(path)) {
        let owners: Vec<&WaveTask> = task
            .wave
            .iter()
            .filter(|other| other.owns.matches(path))
            .collect();
        match (owners.as_slice(), own) {
            ([_, _, ..], _) => {
                let says = format!("`{path}` is owned by {} tasks of the wave", owners.len());
                let lines = owners.iter().map(|owner| {
                    format!(
                        "task `{}` owns {}",
                        crate::escape::line(&owner.id),
                        owner.owns.shown()
                    )
                });
                findings.push(lines.fold(at(path, says), Finding::because));
            }
            ([owner], Some(own)) if owner.id != *own => {
                let (own, owner) = (crate::escape::line(own), crate::escape::line(&owner.id));
                findings.push(at(
                    path,
                    format!("`{path}` is edited under task `{own}` and owned by task `{owner}`"),
                ));
            }
            ([_], Some(_) | None) | ([], _) => {}
        }
    }
    findings
}

/// Where commits of two tasks edit one path.
fn edited_twice(task: &Task, commits: &[Commit]) -> Vec<Finding> {
    let mut editors: BTreeMap<&RepoPath, BTreeMap<&str, &str>> = BTreeMap::new();
    for commit in commits {
        for id in commit.trailers("Task") {
            for path in commit.paths.iter().filter(|path| !task.shared.matches(path)) {
                editors
                    .entry(path)
                    .or_default()
                    .entry(id)
                    .or_insert(commit.id.short());
            }
        }
    }
    editors
        .into_iter()
        .filter(|(_, tasks)| tasks.len() > 1)
        .map(|(path, tasks)| {
            let says = format!("`{path}` is edited by {} tasks of the wave", tasks.len());
            let lines = tasks.iter().map(|(id, commit)| {
                format!("commit {commit} edits it for task `{}`", crate::escape::line(id))
            });
            lines.fold(at(path, says), Finding::because)
        })
        .collect()
}

/// Without a task id and without trailers nobody knows whose edits these are.
fn trailers_tell(task: &Task, evidence: &Evidence) -> Result<(), Unproven> {
    let known = task.id.is_some() || evidence.change.is_empty();
    let silent = evidence
        .change
        .commits()?
        .iter()
        .find(|commit| !known && !commit.paths.is_empty() && commit.trailers("Task").next().is_none());
    match silent {
        None => Ok(()),
        Some(commit) => Err(Unproven::Insufficient(format!(
            "commit {} names no task: give the task an `id`, or the commits a `Task:` trailer",
            commit.id.short()
        ))),
    }
}

fn at(path: &RepoPath, says: String) -> Finding {
    Finding::new(Place::File(path.clone()), says).fix(format!(
        "give `{path}` to one task and let the other ask for the edit, or list it as `shared` and do the edits in turn"
    ))
}
