//! Did every area change that the task says must change?
//!
//! Lines that a machine reads count, added or removed. Comments, blank lines and bare renames do not.

use crate::{
    checks::Settings,
    comments,
    evidence::{
        Evidence,
        change::{Change, Content, FileChange, Status},
        task::Area,
    },
    finding::{Abstain, Finding, Judged, Place, Unproven, unless_unknown},
};

/// Judges the item.
///
/// # Errors
/// No task was given, it requires no area, or what changed there is not text.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let task = evidence.task()?;
    if task.require.is_empty() {
        return Err(Abstain::not_applicable("the task requires no area"));
    }
    let mut findings = Vec::new();
    let mut unknown = None;
    for area in &task.require {
        match judge(area, &evidence.change) {
            Ok(finding) => findings.extend(finding),
            Err(why) => unknown = Some(why),
        }
    }
    unless_unknown(findings, unknown)
}

fn judge(area: &Area, change: &Change) -> Result<Option<Finding>, Unproven> {
    let files: Vec<&FileChange> = change
        .files()
        .iter()
        .filter(|file| file.touched().any(|path| area.globs.matches(path)))
        .collect();
    let lines: usize = files.iter().map(|file| telling_lines(file)).sum();
    let blobs = files.iter().filter(|file| is_blob(file)).count();
    if lines >= area.min_lines || (area.min_lines <= 1 && blobs > 0) {
        return Ok(None);
    }
    let globs = area.globs.shown();
    let name = area.name.as_ref().map_or_else(
        || format!("`{globs}`"),
        |name| crate::escape::line(name).into_owned(),
    );
    if blobs > 0 {
        return Err(Unproven::Insufficient(format!(
            "the area {name} asks for {} changed lines, and {blobs} of its changed files have no lines to count",
            area.min_lines
        )));
    }
    let says = format!(
        "the area {name} has {lines} of the {} changed lines that the task requires",
        area.min_lines
    );
    Ok(Some(
        Finding::new(Place::Change, says)
            .because(format!("task, require: {globs}"))
            .because(what_was_touched(&files))
            .fix(format!(
                "do the missing part of the work in {globs}, or have the requirement taken out of the task"
            )),
    ))
}

fn what_was_touched(files: &[&FileChange]) -> String {
    let bare = files.iter().filter(|file| telling_lines(file) == 0).count();
    match (files.len(), bare) {
        (0, _) => "no file of it was touched".to_owned(),
        (all, 0) => format!("{all} of its files were touched"),
        (all, bare) => {
            format!("{all} of its files were touched, {bare} of them only in comments, blank lines or name")
        }
    }
}

fn telling_lines(file: &FileChange) -> usize {
    let extension = file.path().extension();
    file.added()
        .chain(file.removed())
        .filter(|line| !comments::is_comment_or_blank(&extension, &line.text))
        .count()
}

/// Content that changed and has no lines: an image, a submodule, a file over the limit.
fn is_blob(file: &FileChange) -> bool {
    let textless = match file.content {
        Content::Text(_) => false,
        Content::Binary | Content::Opaque(_) => true,
    };
    textless && file.status != Status::Deleted
}
