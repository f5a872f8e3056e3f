//! Which packages does the project say it needs, and where do they come from?
//!
//! Both sides of every changed manifest are read from the trees. A package that another manifest of the base
//! already names is not new: it moved, or a second part of the project now uses it.

pub mod cargo;
pub mod document;
pub mod go;
pub mod json;
pub mod npm;
pub mod python;
pub mod requirement;
pub mod requirements;
pub mod toml;

use std::collections::{BTreeMap, BTreeSet};

use self::document::Problem;
use crate::{
    evidence::change::{Change, FileChange, Version},
    finding::{Side, Unproven},
    glob::Globs,
    limits,
    path::RepoPath,
};

/// Whose packages they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ecosystem {
    /// Rust.
    Cargo,
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    Npm,
    /// Go.
    Go,
}

impl Ecosystem {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Python => "python",
            Self::Npm => "npm",
            Self::Go => "go",
        }
    }
}

/// Where a package is taken from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The registry that is the ecosystem's default.
    Registry,
    /// A registry by its own name or address.
    OtherRegistry(String),
    /// A repository.
    Git(String),
    /// A file on the web.
    Url(String),
    /// A folder or file, as written.
    Path(String),
    /// The workspace says it.
    Workspace,
}

impl Origin {
    /// Its kind in reports.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::OtherRegistry(_) => "other registry",
            Self::Git(_) => "git",
            Self::Url(_) => "url",
            Self::Path(_) => "path",
            Self::Workspace => "workspace",
        }
    }
}

/// How a manifest uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It is needed by the project's own code, tests or build.
    Direct,
    /// It is listed because another package needs it.
    Indirect,
    /// It bounds a version without installing anything.
    Constraint,
    /// It replaces what another package asks for: `[patch]`, `overrides`, `replace`.
    Override,
}

/// One entry of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The package's real name; for Python as PEP 503 compares it.
    pub name: String,
    /// The name the code sees, where it is another one.
    pub visible: Option<String>,
    /// The version or source asked for, as written; empty where nothing is asked.
    pub requirement: String,
    /// Where it is taken from.
    pub origin: Origin,
    /// The table it stands in.
    pub section: String,
    /// Its 1-based line.
    pub line: u32,
    /// How it is used.
    pub kind: Use,
    /// Any version at all is asked for, in so many characters.
    pub wildcard: bool,
    /// A hash stands beside it.
    pub hashed: bool,
}

/// A package index that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its 1-based line.
    pub line: u32,
    /// Its address as written.
    pub url: String,
}

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The name of the package it describes.
    pub package: Option<String>,
    /// Every entry.
    pub declared: Vec<Declared>,
    /// Package indexes beside the default one.
    pub indexes: Vec<Index>,
    /// Patterns of the folders that are packages of this workspace (`package.json`).
    pub workspaces: Vec<String>,
}

/// Which manifest a path is, `None` where it is none. Manifests of other people's code and of test data say nothing
/// about what this project needs.
pub fn ecosystem(path: &RepoPath) -> Option<Ecosystem> {
    const ELSEWHERE: [&str; 10] = [
        "node_modules",
        "vendor",
        "third_party",
        "third-party",
        "site-packages",
        "fixtures",
        "__fixtures__",
        "testdata",
        "test-data",
        "test_data",
    ];
    if path
        .parts()
        .any(|part| ELSEWHERE.contains(&part.as_ref()) || part.contains("{{"))
    {
        return None;
    }
    match path.name().as_ref() {
        "Cargo.toml" => Some(Ecosystem::Cargo),
        "package.json" => Some(Ecosystem::Npm),
        "go.mod" => Some(Ecosystem::Go),
        "pyproject.toml" | "Pipfile" | "setup.cfg" => Some(Ecosystem::Python),
        _ if is_requirements(path) => Some(Ecosystem::Python),
        _ => None,
    }
}

/// `requirements.txt`, `dev-requirements.in`, `requirements/test.txt`, `constraints.txt`, …
fn is_requirements(path: &RepoPath) -> bool {
    let name = path.name().to_lowercase();
    let Some(stem) = name.strip_suffix(".txt").or(name.strip_suffix(".in")) else {
        return false;
    };
    let folder = path.folder();
    let word = |word: &str| stem.split(['-', '_', '.']).any(|part| part == word);
    word("requirements") || word("constraints") || folder.rsplit('/').next() == Some("requirements")
}

/// Reads one manifest.
///
/// # Errors
/// It is too large, not text, or not what its name says: the file, the line and the cause.
pub fn read(path: &RepoPath, bytes: &[u8]) -> Result<Manifest, Unproven> {
    let unreadable = |problem: Problem| {
        let what = crate::escape::cut(&problem.what, limits::MESSAGE_BYTES).into_owned();
        Unproven::Unreadable(format!("{path}:{}: {}", problem.line, crate::escape::line(&what)))
    };
    if bytes.len() > limits::MANIFEST_BYTES {
        let what = format!(
            "has {} bytes; the limit is {}",
            bytes.len(),
            limits::MANIFEST_BYTES
        );
        return Err(unreadable(Problem::new(1, what)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        unreadable(Problem::new(
            u32::try_from(lines + 1).unwrap_or(u32::MAX),
            "is not UTF-8 text",
        ))
    })?;
    let read = match path.name().as_ref() {
        "Cargo.toml" => cargo::read(text),
        "package.json" => npm::read(text),
        "go.mod" => go::read(text),
        "pyproject.toml" => python::pyproject(text),
        "Pipfile" => python::pipfile(text),
        "setup.cfg" => python::setup_cfg(text),
        name => requirements::read(text, name.to_lowercase().contains("constraints")),
    };
    read.map_err(unreadable)
}

/// What the package is to its registry: major versions of one Go module are one package.
pub fn identity(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        Ecosystem::Go => {
            let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
            let cut = [("/v", ""), (".v", "")].iter().find_map(|(mark, _)| {
                let (head, version) = name.rsplit_once(mark)?;
                digits(version).then(|| head.to_owned())
            });
            cut.unwrap_or_else(|| name.to_owned())
        }
        Ecosystem::Python => requirement::normal(name),
        Ecosystem::Cargo => name.replace('_', "-"),
        Ecosystem::Npm => name.to_owned(),
    }
}

/// What happened to one package in one manifest. An entry that only moved to another section, or that another
/// manifest of the base already named, has a `before`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyChange {
    /// The manifest, by its path at head, or at base where it is gone.
    pub manifest: RepoPath,
    /// The 1-based line of the entry: at head, or at base where it is gone.
    pub line: u32,
    /// The package's real name; for Python as PEP 503 compares it.
    pub name: String,
    /// `cargo`, `python`, `npm` or `go`.
    pub ecosystem: &'static str,
    /// The requirement at base, `None` where no manifest of the base named it.
    pub before: Option<String>,
    /// The requirement at head, `None` where this manifest no longer names it.
    pub after: Option<String>,
    /// The table it stands in.
    pub section: String,
    /// It is a member of the workspace or a path inside the repository.
    pub internal: bool,
}

/// The packages that the change adds, removes or asks for differently.
///
/// # Errors
/// A changed manifest cannot be read: the file, the line and the cause.
pub fn changes(change: &Change) -> Result<Vec<DependencyChange>, Unproven> {
    let compared = compare(change);
    if let Some(problem) = compared.problems.into_iter().next() {
        return Err(problem);
    }
    let different = compared.entries.into_iter().filter(|entry| {
        let asked = |side: &Option<Declared>| {
            side.as_ref()
                .map(|side| (side.requirement.clone(), side.origin.clone()))
        };
        asked(&entry.before) != asked(&entry.after)
    });
    Ok(different.map(EntryChange::summary).collect())
}

/// What happened to one entry of one manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryChange {
    /// The manifest, by its path at head, or at base where it is gone.
    pub manifest: RepoPath,
    /// Whose packages they are.
    pub ecosystem: Ecosystem,
    /// The entry at base.
    pub before: Option<Declared>,
    /// The entry at head.
    pub after: Option<Declared>,
    /// Where this manifest did not name it at base: what another manifest of the base asked for.
    pub elsewhere: Option<String>,
    /// It is a member of the workspace or a path inside the repository.
    pub internal: bool,
}

impl EntryChange {
    fn shown(&self) -> Option<&Declared> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Whether no manifest of the base named the package.
    pub fn is_new(&self) -> bool {
        self.before.is_none() && self.elsewhere.is_none()
    }

    fn summary(self) -> DependencyChange {
        let shown = self.shown();
        DependencyChange {
            line: shown.map_or(1, |entry| entry.line),
            name: shown.map(|entry| entry.name.clone()).unwrap_or_default(),
            section: shown.map(|entry| entry.section.clone()).unwrap_or_default(),
            ecosystem: self.ecosystem.name(),
            before: self.before.map(|entry| entry.requirement).or(self.elsewhere),
            after: self.after.map(|entry| entry.requirement),
            manifest: self.manifest,
            internal: self.internal,
        }
    }
}

/// Both sides of a changed manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its path at head, or at base where it is gone.
    pub path: RepoPath,
    /// Whose packages they are.
    pub ecosystem: Ecosystem,
    /// At base; empty where the file is new.
    pub before: Manifest,
    /// At head; empty where the file is gone.
    pub after: Manifest,
    /// Whether the file exists at head.
    pub exists: bool,
}

/// What could be read of the changed manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Both sides of each, sorted by path.
    pub pairs: Vec<Pair>,
    /// Every entry that differs, in the order of the manifests.
    pub entries: Vec<EntryChange>,
    /// What could not be read. Enough to accuse without it, never to acquit.
    pub problems: Vec<Unproven>,
}

/// Compares both sides of every changed manifest.
pub fn compare(change: &Change) -> Compared {
    let mut compared = Compared::default();
    for file in change.files() {
        match pair(change, file) {
            Ok(Some(pair)) => compared.pairs.push(pair),
            Ok(None) => {}
            Err(problem) => compared.problems.push(problem),
        }
    }
    for pair in &compared.pairs {
        compared.entries.extend(differences(pair));
    }
    if let Err(problem) = elsewhere(change, &mut compared) {
        compared.problems.push(problem);
    }
    internal(change, &mut compared);
    compared
}

fn pair(change: &Change, file: &FileChange) -> Result<Option<Pair>, Unproven> {
    let known = |version: &&Version| version.mode.is_file() && ecosystem(&version.path).is_some();
    let (old, new) = (file.before().filter(known), file.after().filter(known));
    let Some(kind) = new.or(old).and_then(|version| ecosystem(&version.path)) else {
        return Ok(None);
    };
    // a copy is a new file: what it was copied from still stands
    let old = old.filter(|old| {
        file.status != crate::evidence::change::Status::Copied || Some(&old.path) == new.map(|new| &new.path)
    });
    let old = old.filter(|old| ecosystem(&old.path) == Some(kind));
    let read = |version: Option<&Version>| {
        version.map_or(Ok(Manifest::default()), |version| {
            read(&version.path, &change.bytes(version)?)
        })
    };
    Ok(Some(Pair {
        path: file.path().clone(),
        ecosystem: kind,
        before: read(old)?,
        after: read(new)?,
        exists: new.is_some(),
    }))
}

/// Entries that differ: equal ones are struck out, then those of one section, then those of one name are paired.
fn differences(pair: &Pair) -> Vec<EntryChange> {
    let mut old: Vec<Option<&Declared>> = pair.before.declared.iter().map(Some).collect();
    let mut new: Vec<Option<&Declared>> = pair.after.declared.iter().map(Some).collect();
    let mut found = Vec::new();
    let whole = |d: &Declared| {
        let said = format!("{:?} {:?} {} {}", d.origin, d.kind, d.requirement, d.hashed);
        [
            d.name.clone(),
            d.visible.clone().unwrap_or_default(),
            d.section.clone(),
            said,
        ]
    };
    let section = |d: &Declared| {
        let visible = d.visible.clone().unwrap_or_default();
        [d.name.clone(), visible, d.section.clone(), String::new()]
    };
    let name = |d: &Declared| {
        [
            identity(pair.ecosystem, &d.name),
            String::new(),
            String::new(),
            String::new(),
        ]
    };
    strike(&mut old, &mut new, &whole);
    for key in [&section as &dyn Fn(&Declared) -> [String; 4], &name] {
        found.extend(strike(&mut old, &mut new, key));
    }
    let gone = old.into_iter().flatten().map(|entry| (Some(entry), None));
    let added = new.into_iter().flatten().map(|entry| (None, Some(entry)));
    let all = found
        .into_iter()
        .map(|(old, new)| (Some(old), Some(new)))
        .chain(gone)
        .chain(added);
    let mut entries: Vec<EntryChange> = all
        .map(
            |(before, after): (Option<&Declared>, Option<&Declared>)| EntryChange {
                manifest: pair.path.clone(),
                ecosystem: pair.ecosystem,
                before: before.cloned(),
                after: after.cloned(),
                elsewhere: None,
                internal: false,
            },
        )
        .collect();
    entries.sort_by_key(|entry| entry.shown().map(|shown| (shown.line, shown.name.clone())));
    entries
}

/// Takes out of both lists what has the same key, and returns the pairs.
fn strike<'a>(
    old: &mut [Option<&'a Declared>],
    new: &mut [Option<&'a Declared>],
    key: &dyn Fn(&Declared) -> [String; 4],
) -> Vec<(&'a Declared, &'a Declared)> {
    let mut places: BTreeMap<[String; 4], Vec<&mut Option<&'a Declared>>> = BTreeMap::new();
    for slot in old.iter_mut().rev() {
        if let Some(entry) = slot {
            places.entry(key(entry)).or_default().push(slot);
        }
    }
    let mut pairs = Vec::new();
    for slot in new {
        let Some(entry) = *slot else { continue };
        let known = places.get_mut(&key(entry)).and_then(Vec::pop);
        if let Some(before) = known.and_then(Option::take) {
            pairs.push((before, entry));
            *slot = None;
        }
    }
    pairs
}

/// Names by ecosystem, with what was asked for.
type Known = BTreeMap<(Ecosystem, String), String>;

/// Looks for added names in the base: first among the changed manifests, then, where one is still unknown, in the
/// rest of the base tree.
fn elsewhere(change: &Change, compared: &mut Compared) -> Result<(), Unproven> {
    let mut known = Known::new();
    for pair in &compared.pairs {
        learn(pair.ecosystem, &pair.before, &mut known);
    }
    fill(&mut compared.entries, &known);
    let open: BTreeSet<Ecosystem> = compared
        .entries
        .iter()
        .filter(|entry| entry.is_new())
        .map(|entry| entry.ecosystem)
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    fill(&mut compared.entries, &base(change, &open)?);
    Ok(())
}

fn learn(ecosystem: Ecosystem, manifest: &Manifest, known: &mut Known) {
    for entry in &manifest.declared {
        let key = (ecosystem, identity(ecosystem, &entry.name));
        known.entry(key).or_insert_with(|| entry.requirement.clone());
    }
}

fn fill(entries: &mut [EntryChange], known: &Known) {
    for entry in entries.iter_mut().filter(|entry| entry.is_new()) {
        let name = entry
            .after
            .as_ref()
            .map(|after| identity(entry.ecosystem, &after.name));
        entry.elsewhere = name.and_then(|name| known.get(&(entry.ecosystem, name)).cloned());
    }
}

/// What every manifest of the base names. One that cannot be read adds no name.
fn base(change: &Change, wanted: &BTreeSet<Ecosystem>) -> Result<Known, Unproven> {
    let mut known = Known::new();
    let paths = change.paths(Side::Base)?;
    let manifests = paths
        .iter()
        .filter_map(|path| Some((path, ecosystem(path).filter(|kind| wanted.contains(kind))?)));
    for (path, kind) in manifests.take(limits::MANIFESTS) {
        let Some(version) = change
            .entry(Side::Base, path)?
            .filter(|version| version.mode.is_file())
        else {
            continue;
        };
        if let Ok(manifest) = change.bytes(&version).and_then(|bytes| read(path, &bytes)) {
            learn(kind, &manifest, &mut known);
        }
    }
    Ok(known)
}

/// Marks what is part of this repository.
fn internal(change: &Change, compared: &mut Compared) {
    let Compared { pairs, entries, .. } = compared;
    for entry in entries {
        let side = if entry.after.is_some() {
            Side::Head
        } else {
            Side::Base
        };
        let Some(shown) = entry.shown() else { continue };
        let manifests = pairs.iter().filter(|pair| pair.ecosystem == entry.ecosystem);
        let own = |name: &str| {
            manifests.clone().any(|pair| {
                [&pair.after, &pair.before]
                    .iter()
                    .any(|m| m.package.as_deref() == Some(name))
            })
        };
        entry.internal = match &shown.origin {
            Origin::Path(path) => is_inside(&entry.manifest, path),
            Origin::Workspace => match entry.ecosystem {
                Ecosystem::Cargo => is_workspace_path(change, side, &entry.manifest, &shown.name),
                Ecosystem::Python | Ecosystem::Npm | Ecosystem::Go => true,
            },
            Origin::Registry if entry.ecosystem == Ecosystem::Npm => {
                is_npm_member(change, side, &entry.manifest, &shown.name)
            }
            Origin::Registry if entry.ecosystem == Ecosystem::Go => own(&shown.name),
            Origin::Registry | Origin::OtherRegistry(_) | Origin::Git(_) | Origin::Url(_) => false,
        };
    }
}

/// Whether a path, as written in a manifest, leads to a place inside the repository.
pub fn is_inside(manifest: &RepoPath, path: &str) -> bool {
    resolve(&manifest.folder(), path).is_some()
}

/// The parts of a path seen from a folder of the repository; `None` where it leads out.
fn resolve(folder: &str, path: &str) -> Option<Vec<String>> {
    if path.starts_with('/') || path.starts_with('~') || path.contains([':', '\\']) {
        return None;
    }
    let mut parts: Vec<String> = folder
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part.to_owned()),
        }
    }
    Some(parts)
}

/// Folders from the manifest's own up to the root, each without a trailing slash.
pub fn folders_above(manifest: &RepoPath) -> Vec<String> {
    let mut folder = manifest.folder().into_owned();
    let mut found = vec![folder.clone()];
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above.to_owned();
        found.push(folder.clone());
    }
    if !folder.is_empty() {
        found.push(String::new());
    }
    found
}

/// A file of a folder of the repository, where there is one on that side.
pub fn beside(change: &Change, side: Side, folder: &str, name: &str) -> Option<Version> {
    let path = if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    };
    change.entry(side, &RepoPath::new(path).ok()?).ok()?
}

fn manifest_at(change: &Change, side: Side, folder: &str, name: &str) -> Option<(RepoPath, Manifest)> {
    let version = beside(change, side, folder, name)?;
    let bytes = change.bytes(&version).ok()?;
    let manifest = read(&version.path, &bytes).ok()?;
    Some((version.path, manifest))
}

/// Whether `workspace = true` stands for a path inside the repository.
fn is_workspace_path(change: &Change, side: Side, manifest: &RepoPath, name: &str) -> bool {
    folders_above(manifest).iter().any(|folder| {
        let Some((path, root)) = manifest_at(change, side, folder, "Cargo.toml") else {
            return false;
        };
        root.declared.iter().any(|entry| {
            let named = entry.name == name || entry.visible.as_deref() == Some(name);
            let inside = matches!(&entry.origin, Origin::Path(target) if is_inside(&path, target));
            named && inside && entry.section == "workspace.dependencies"
        })
    })
}

/// Whether a workspace above the manifest has a member package of this name: npm and yarn take that one.
fn is_npm_member(change: &Change, side: Side, manifest: &RepoPath, name: &str) -> bool {
    folders_above(manifest).iter().any(|folder| {
        let Some((_, root)) = manifest_at(change, side, folder, "package.json") else {
            return false;
        };
        let Ok(patterns) = Globs::new(root.workspaces.iter().map(|pattern| member(folder, pattern))) else {
            return false;
        };
        let Ok(paths) = change.paths(side) else {
            return false;
        };
        !patterns.is_empty()
            && paths.iter().filter(|path| patterns.matches(path)).any(|path| {
                let read = manifest_at(change, side, &path.folder(), "package.json");
                read.is_some_and(|(_, manifest)| manifest.package.as_deref() == Some(name))
            })
    })
}

fn member(folder: &str, pattern: &str) -> String {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    if folder.is_empty() {
        format!("{pattern}/package.json")
    } else {
        format!("{folder}/{pattern}/package.json")
    }
}
