//! Was a path touched that the task does not assign?
//!
//! Old and new paths of a rename count alike. What a task requires or shares it assigns too; a lock file, a snapshot or
//! a module file may follow an assigned file.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Change, FileChange},
        task::Task,
    },
    finding::{Abstain, Finding, Judged, Place},
    glob::Globs,
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No task was given, it assigns every path, or nothing was touched.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let task = evidence.task()?;
    if task.allow.is_none() {
        return Err(Abstain::not_applicable("the task assigns every path"));
    }
    let change = &evidence.change;
    if change.is_empty() {
        return Err(Abstain::not_applicable("no path was touched"));
    }
    let touched = || {
        change
            .files()
            .iter()
            .flat_map(|file| file.touched().map(move |path| (file, path)))
    };
    let assigned: Vec<&RepoPath> = touched()
        .map(|(_, path)| path)
        .filter(|path| is_assigned(task, path))
        .collect();
    let outside = touched()
        .filter(|(_, path)| !is_assigned(task, path))
        .filter(|(file, path)| !follows(file, path, &assigned, task, settings));
    Ok(outside
        .map(|(file, path)| finding(file, path, task, change))
        .collect())
}

/// What must change may change: required areas and shared files are assigned along with `allow`.
fn is_assigned(task: &Task, path: &RepoPath) -> bool {
    task.allow.as_ref().is_none_or(|allow| allow.matches(path))
        || task.shared.matches(path)
        || task.require.iter().any(|area| area.globs.matches(path))
}

fn follows(
    file: &FileChange,
    path: &RepoPath,
    assigned: &[&RepoPath],
    task: &Task,
    settings: &Settings,
) -> bool {
    if assigned.is_empty() || task.deny.matches(path) {
        return false;
    }
    settings.policy.paths.generated.matches(path)
        || assigned
            .iter()
            .any(|leader| settings.companions.may_follow(file, path, leader))
}

fn finding(file: &FileChange, path: &RepoPath, task: &Task, change: &Change) -> Finding {
    let allow = task.allow.as_ref().map(Globs::shown).unwrap_or_default();
    let lines = match file.churn() {
        0 => String::new(),
        1 => " (1 line)".to_owned(),
        lines => format!(" ({lines} lines)"),
    };
    let says = format!(
        "`{path}` is {}{lines} and the task does not assign it",
        file.status.name()
    );
    let base = change.source().base_commit();
    let base = base.map_or(String::new(), |base| {
        format!(" (restore it from {})", base.short())
    });
    Finding::new(Place::File(path.clone()), says)
        .because(format!("task, allow: {}", allow))
        .fix(format!(
            "take it out of the change{base}, or have `{path}` added to the task's `allow`"
        ))
}
