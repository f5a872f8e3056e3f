//! Does every name exist that the task demands?
//!
//! A whole word outside comment lines, in any case style, at head. Changed files are searched first.

use crate::{
    checks::Settings,
    comments,
    evidence::{
        Evidence,
        change::{Change, Version},
        task::RequiredName,
    },
    finding::{Abstain, Finding, Judged, Place, Side, Unproven, unless_unknown},
    limits,
    names::Name,
};

/// Judges the item.
///
/// # Errors
/// No task was given, it demands no name, or the files at head cannot be searched.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let task = evidence.task()?;
    if task.require_names.is_empty() {
        return Err(Abstain::not_applicable("the task requires no name"));
    }
    let mut findings = Vec::new();
    let mut unknown = None;
    for wanted in &task.require_names {
        match exists(wanted, &evidence.change) {
            Ok(true) => {}
            Ok(false) => findings.push(finding(wanted)),
            Err(why) => unknown = Some(why),
        }
    }
    unless_unknown(findings, unknown)
}

fn finding(wanted: &RequiredName) -> Finding {
    let place = wanted
        .within
        .as_ref()
        .map_or_else(|| "the changed files".to_owned(), crate::glob::Globs::shown);
    let name = crate::escape::line(&wanted.name);
    let mut finding = Finding::new(
        Place::Change,
        format!("`{name}` does not exist at head in {place}"),
    )
    .fix(format!(
        "add `{name}` there, or have the name that was chosen instead added to the task's `or`"
    ));
    if !wanted.or.is_empty() {
        let others: Vec<String> = wanted
            .or
            .iter()
            .map(|name| format!("`{}`", crate::escape::line(name)))
            .collect();
        finding = finding.because(format!("neither does {}", others.join(", nor ")));
    }
    finding.because("searched as a whole word in every case style, outside comment lines")
}

fn exists(wanted: &RequiredName, change: &Change) -> Result<bool, Unproven> {
    let names: Vec<Name<'_>> = std::iter::once(&wanted.name)
        .chain(&wanted.or)
        .map(|name| Name::new(name))
        .collect();
    let changed = change.files().iter().filter(|file| {
        let inside = |version: &Version| {
            wanted
                .within
                .as_ref()
                .is_none_or(|globs| globs.matches(&version.path))
        };
        file.after().is_some_and(inside)
    });
    let mut unread = None;
    for file in changed {
        let extension = file.path().extension();
        // added lines are at hand even where whole files are not
        if file.added().any(|line| names_one(&names, &extension, &line.text)) {
            return Ok(true);
        }
        match file.after().map(|version| holds(version, &names, change)) {
            Some(Ok(true)) => return Ok(true),
            Some(Err(why)) => unread = Some(why),
            Some(Ok(false)) | None => {}
        }
    }
    if let Some(why) = unread {
        return Err(why);
    }
    match &wanted.within {
        None => Ok(false),
        Some(globs) => anywhere(globs, &names, change),
    }
}

fn anywhere(globs: &crate::glob::Globs, names: &[Name<'_>], change: &Change) -> Result<bool, Unproven> {
    let paths = change.paths(Side::Head)?;
    for (count, path) in paths.iter().filter(|path| globs.matches(path)).enumerate() {
        if count >= limits::SEARCHED_FILES {
            return Err(Unproven::Insufficient(format!(
                "{} means more than {} files; narrow where the name must stand",
                globs.shown(),
                limits::SEARCHED_FILES
            )));
        }
        let Some(version) = change.entry(Side::Head, path)? else {
            continue;
        };
        if holds(&version, names, change)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn holds(version: &Version, names: &[Name<'_>], change: &Change) -> Result<bool, Unproven> {
    if !version.mode.is_file() {
        return Ok(false);
    }
    let extension = version.path.extension();
    let text = change.text(version)?;
    Ok(text.lines().any(|line| names_one(names, &extension, line)))
}

fn names_one(names: &[Name<'_>], extension: &str, line: &str) -> bool {
    names.iter().any(|name| name.is_in(line)) && !comments::is_comment_or_blank(extension, line)
}
