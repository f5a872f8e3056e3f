//! Is a package part of this repository?

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Ecosystem, Manifest, Origin,
    compare::{EntryChange, Pair},
    identity, read,
};
use crate::{
    evidence::change::{Change, Version},
    finding::Side,
    glob::Globs,
    limits,
    path::RepoPath,
};

/// Marks the entries whose package is part of this repository.
pub fn mark(change: &Change, entries: &mut [EntryChange], pairs: &[Pair]) {
    let mut roots = Roots {
        change,
        known: BTreeMap::new(),
    };
    for entry in entries {
        entry.internal = is_internal(entry, pairs, &mut roots);
    }
}

fn is_internal(entry: &EntryChange, pairs: &[Pair], roots: &mut Roots<'_>) -> bool {
    let side = if entry.after.is_some() {
        Side::Head
    } else {
        Side::Base
    };
    let Some(shown) = entry.shown() else { return false };
    match (&shown.origin, entry.ecosystem) {
        (Origin::Path(path), _) => is_inside(&entry.manifest, path),
        (Origin::Workspace, Ecosystem::Python | Ecosystem::Npm | Ecosystem::Go) => true,
        (Origin::Workspace, Ecosystem::Cargo) | (Origin::Registry, Ecosystem::Npm) => {
            roots.hold(side, &entry.manifest, entry.ecosystem, &shown.name)
        }
        (Origin::Registry, Ecosystem::Go) => pairs.iter().any(|pair| {
            let sides = [&pair.before, &pair.after];
            sides
                .iter()
                .any(|side| side.package.as_ref() == Some(&shown.name))
        }),
        (Origin::Registry, Ecosystem::Python) => {
            let change = roots.change;
            folders_above(&entry.manifest).iter().any(|folder| {
                let root = manifest_at(change, side, folder, "pyproject.toml");
                let own = root.and_then(|(_, root)| root.package);
                let same = |own: String| {
                    identity(Ecosystem::Python, &own) == identity(Ecosystem::Python, &shown.name)
                };
                own.is_some_and(same)
            })
        }
        (Origin::Registry, Ecosystem::Cargo)
        | (Origin::OtherRegistry(_) | Origin::Git(_) | Origin::Url(_), _) => false,
    }
}

/// The members of the workspaces, each workspace read once.
struct Roots<'a> {
    change: &'a Change,
    known: BTreeMap<(Side, Ecosystem, String), BTreeSet<String>>,
}

impl Roots<'_> {
    /// Whether a workspace above the manifest has a member of this name.
    fn hold(&mut self, side: Side, manifest: &RepoPath, ecosystem: Ecosystem, name: &str) -> bool {
        folders_above(manifest).into_iter().any(|folder| {
            let change = self.change;
            let key = (side, ecosystem, folder.clone());
            let members = self.known.entry(key).or_insert_with(|| match ecosystem {
                Ecosystem::Cargo => cargo_members(change, side, &folder),
                Ecosystem::Npm => npm_members(change, side, &folder),
                Ecosystem::Python | Ecosystem::Go => BTreeSet::new(),
            });
            members.contains(name)
        })
    }
}

/// Names for which `workspace = true` stands for a path inside the repository.
fn cargo_members(change: &Change, side: Side, folder: &str) -> BTreeSet<String> {
    let Some((path, root)) = manifest_at(change, side, folder, "Cargo.toml") else {
        return BTreeSet::new();
    };
    let inside = |origin: &Origin| matches!(origin, Origin::Path(target) if is_inside(&path, target));
    let members = root
        .declared
        .into_iter()
        .filter(|entry| entry.section == "workspace.dependencies" && inside(&entry.origin));
    members
        .flat_map(|entry| [Some(entry.name), entry.visible])
        .flatten()
        .collect()
}

/// Patterns of the manifests that are members of the npm workspace in a folder.
pub fn workspaces(change: &Change, side: Side, folder: &str) -> Vec<String> {
    let root = manifest_at(change, side, folder, "package.json");
    let patterns = root.map(|(_, root)| root.workspaces).unwrap_or_default();
    patterns.iter().map(|pattern| member(folder, pattern)).collect()
}

/// Names that npm and yarn take from the workspace instead of the registry.
fn npm_members(change: &Change, side: Side, folder: &str) -> BTreeSet<String> {
    let patterns = workspaces(change, side, folder);
    let Ok(patterns) = Globs::new(patterns) else {
        return BTreeSet::new();
    };
    if patterns.is_empty() {
        return BTreeSet::new();
    }
    let paths = change.paths(side).unwrap_or_default();
    let members = paths
        .iter()
        .filter(|path| patterns.matches(path))
        .take(limits::MANIFESTS);
    members
        .filter_map(|path| {
            manifest_at(change, side, &path.folder(), "package.json")?
                .1
                .package
        })
        .collect()
}

fn member(folder: &str, pattern: &str) -> String {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    below(folder, &format!("{pattern}/package.json"))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Whether a path, as written in a manifest, leads to a place inside the repository.
pub fn is_inside(manifest: &RepoPath, path: &str) -> bool {
    if path.starts_with(['/', '~']) || path.contains([':', '\\']) {
        return false;
    }
    let folder = manifest.folder();
    let mut depth = folder.split('/').filter(|part| !part.is_empty()).count();
    path.split('/').all(|part| match part {
        "" | "." => true,
        ".." => depth.checked_sub(1).is_some_and(|above| {
            depth = above;
            true
        }),
        _ => {
            depth += 1;
            true
        }
    })
}

/// Folders from the manifest's own up to the root, which is empty.
pub fn folders_above(manifest: &RepoPath) -> Vec<String> {
    let mut folder = manifest.folder().into_owned();
    let mut found = vec![folder.clone()];
    while !folder.is_empty() {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        found.push(folder.clone());
    }
    found
}

/// A file of a folder of the repository, where there is one on that side.
pub fn beside(change: &Change, side: Side, folder: &str, name: &str) -> Option<Version> {
    let path = RepoPath::new(below(folder, name)).ok()?;
    change.entry(side, &path).ok()?
}

fn manifest_at(change: &Change, side: Side, folder: &str, name: &str) -> Option<(RepoPath, Manifest)> {
    let version = beside(change, side, folder, name)?;
    let bytes = change.bytes(&version).ok()?;
    let manifest = read(&version.path, &bytes).ok()?;
    Some((version.path, manifest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_inside_as_long_as_it_never_climbs_past_the_root() {
        let manifest = RepoPath::new("crates/a/Cargo.toml").unwrap();
        for (path, inside) in [
            ("../b", true),
            ("../../x", true),
            (".", true),
            ("../../../x", false),
            ("../../../repo/x", false),
            ("/tmp/x", false),
            ("~/x", false),
            ("c:/x", false),
        ] {
            assert_eq!(is_inside(&manifest, path), inside, "{path}");
        }
    }

    #[test]
    fn the_root_is_above_everything() {
        let above = |path: &str| folders_above(&RepoPath::new(path).unwrap());
        assert_eq!(above("a/b/Cargo.toml"), ["a/b", "a", ""]);
        assert_eq!(above("Cargo.toml"), [""]);
    }
}
