//! Does one change touch more packages or files than a reader can follow?
//!
//! A package is the nearest folder with a manifest; without any below the root, it is the top-level folder. Tests,
//! documentation and what people did not write do not count. One word replaced everywhere is no spread.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::Settings,
    evidence::{Evidence, change::Change},
    finding::{Abstain, Finding, Judged, Place, Side, Unproven},
    kinds::FileKind,
    path::RepoPath,
    substitution,
};

/// Files that make a folder a package of its own.
const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "Gemfile",
    "mix.exs",
    "pubspec.yaml",
    "Package.swift",
    "deno.json",
];
/// Share of hunks that make a change mechanical, in per cent.
const MECHANICAL: usize = 90;

/// Judges the item.
///
/// # Errors
/// No code was touched, a wave plan spreads it on purpose, or the manifests around a file are not known.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    if evidence.task().is_ok_and(|task| !task.wave.is_empty()) {
        return Err(Abstain::not_applicable("a wave plan spreads the work on purpose"));
    }
    let change = &evidence.change;
    let files: Vec<&RepoPath> = change
        .files()
        .iter()
        .map(|file| file.path())
        .filter(|path| matches!(settings.kinds.of(path), FileKind::Source | FileKind::Other))
        .collect();
    if files.is_empty() {
        return Err(Abstain::not_applicable("no code was touched"));
    }
    if is_mechanical(change) {
        return Ok(Vec::new());
    }
    let bounds = &settings.policy.scope;
    let mut findings = Vec::new();
    if files.len() > bounds.max_files {
        let says = format!(
            "{} files of code are touched; at most {} are expected",
            files.len(),
            bounds.max_files
        );
        findings.push(Finding::new(Place::Change, says));
    }
    // fewer folders than that cannot hold more packages
    let folders: BTreeSet<_> = files.iter().map(|path| path.folder()).collect();
    if folders.len() <= bounds.max_modules {
        return Ok(findings);
    }
    match packages(&files, change) {
        Ok(packages) if packages.len() > bounds.max_modules => {
            findings.push(finding(&packages, bounds.max_modules))
        }
        Ok(_) => {}
        Err(why) if findings.is_empty() => return Err(why.into()),
        Err(_) => {}
    }
    Ok(findings)
}

fn finding(packages: &BTreeMap<String, usize>, most: usize) -> Finding {
    let names: Vec<String> = packages
        .iter()
        .map(|(name, files)| format!("`{}` ({files})", crate::escape::line(name)))
        .collect();
    let says = format!(
        "{} packages are touched; at most {most} are expected",
        packages.len()
    );
    Finding::new(Place::Change, says).because(format!(
        "packages and their touched files: {}",
        crate::escape::cut(&names.join(", "), 400)
    ))
}

/// One word replaced by another in nearly every hunk: large to look at, small to understand.
fn is_mechanical(change: &Change) -> bool {
    substitution::most_common(change).is_some_and(|(_, same, all)| same * 100 >= all * MECHANICAL)
}

/// The packages, with the number of touched files in each.
pub(in crate::checks) fn packages(
    files: &[&RepoPath],
    change: &Change,
) -> Result<BTreeMap<String, usize>, Unproven> {
    let mut known = touched_packages(change);
    let mut packages: BTreeMap<String, usize> = BTreeMap::new();
    for path in files {
        let package = match nearest_package(&path.folder(), change, &mut known)? {
            Some(folder) if folder.is_empty() => ".".to_owned(),
            Some(folder) => folder,
            None => top_folder(path),
        };
        *packages.entry(package).or_default() += 1;
    }
    Ok(packages)
}

/// The folder at or above this one that is a package, the root as an empty name.
fn nearest_package(
    folder: &str,
    change: &Change,
    known: &mut BTreeMap<String, bool>,
) -> Result<Option<String>, Unproven> {
    let mut folder = folder.to_owned();
    loop {
        let package = match known.get(&folder) {
            Some(package) => *package,
            None => has_manifest(&folder, change)?,
        };
        known.insert(folder.clone(), package);
        if package {
            return Ok(Some(folder));
        }
        if folder.is_empty() {
            return Ok(None);
        }
        folder.truncate(folder.rfind('/').unwrap_or(0));
    }
}

fn top_folder(path: &RepoPath) -> String {
    match path.folder().split('/').next() {
        None | Some("") => ".".to_owned(),
        Some(top) => top.to_owned(),
    }
}

/// Packages whose manifest is part of the change: one that is removed counts too.
fn touched_packages(change: &Change) -> BTreeMap<String, bool> {
    let touched = change.files().iter().flat_map(|file| file.touched());
    let manifests = touched.filter(|path| MANIFESTS.contains(&path.name().as_ref()));
    manifests.map(|path| (path.folder().into_owned(), true)).collect()
}

fn has_manifest(folder: &str, change: &Change) -> Result<bool, Unproven> {
    for name in MANIFESTS {
        let path = if folder.is_empty() {
            (*name).to_owned()
        } else {
            format!("{folder}/{name}")
        };
        let Ok(path) = RepoPath::new(path) else { continue };
        if change.entry(Side::Head, &path)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
