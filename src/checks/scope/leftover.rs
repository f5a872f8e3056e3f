//! Did something come in that a tool or hurried work left behind?
//!
//! Added files only, by their names; a core dump by its content too. Where the base already stores such files they are
//! only listed.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Change, Content, FileChange, Status, Version},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side, Unproven, unless_unknown},
    leftovers::Leftover,
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No file was added, or one cannot be read whose name alone does not tell.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let change = &evidence.change;
    let new: Vec<(&FileChange, &Version)> = change
        .files()
        .iter()
        .filter_map(|file| Some((file, new_path(file)?)))
        .collect();
    if new.is_empty() {
        return Err(Abstain::not_applicable("no file was added"));
    }
    let mut stored = None;
    let mut findings = Vec::new();
    let mut unread = None;
    for (file, version) in new {
        let path = &version.path;
        let Some(leftover) = settings.leftovers.of(path, settings.kinds.of(path)) else {
            continue;
        };
        if is_excepted(path, evidence, settings) {
            continue;
        }
        match content_fits(leftover, file, version, change) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(why) => {
                unread = Some(why);
                continue;
            }
        }
        let base: &[RepoPath] = stored.get_or_insert_with(|| change.paths(Side::Base).unwrap_or_default());
        findings.push(finding(path, leftover, base, settings));
    }
    unless_unknown(findings, unread)
}

/// The path that a change brings in.
fn new_path(file: &FileChange) -> Option<&Version> {
    match file.status {
        Status::Added | Status::Copied | Status::Renamed => file.after(),
        Status::Deleted | Status::Modified | Status::TypeChanged => None,
    }
}

fn is_excepted(path: &RepoPath, evidence: &Evidence, settings: &Settings) -> bool {
    evidence.task().is_ok_and(|task| task.names(path)) || settings.policy.scope.leftovers.matches(path)
}

fn content_fits(
    leftover: &Leftover,
    file: &FileChange,
    version: &Version,
    change: &Change,
) -> Result<bool, Unproven> {
    if !leftover.asks_for_content() {
        return Ok(true);
    }
    if matches!(file.content, Content::Text(_)) && file.status != Status::Renamed {
        return Ok(file
            .added()
            .next()
            .is_some_and(|line| leftover.begins(line.text.as_bytes())));
    }
    let bytes = change.bytes(version).map_err(|why| {
        let name = &version.path;
        Unproven::Unreadable(format!(
            "whether `{name}` is {} cannot be told: {why}",
            leftover.id
        ))
    })?;
    Ok(leftover.begins(&bytes))
}

fn finding(path: &RepoPath, leftover: &Leftover, base: &[RepoPath], settings: &Settings) -> Finding {
    let says = format!("`{path}` is added and looks like {}", leftover.id);
    let finding = Finding::new(Place::File(path.clone()), says)
        .fix(format!("delete `{path}` and have git ignore such files"))
        .at_most(leftover.level);
    let alike = base
        .iter()
        .filter(|old| leftover.looks_like(old, settings.kinds.of(old)))
        .count();
    match alike {
        0 => finding,
        1 => finding
            .because("the base stores one such file already")
            .at_most(Level::Info),
        more => finding
            .because(format!("the base stores {more} such files already"))
            .at_most(Level::Info),
    }
}
