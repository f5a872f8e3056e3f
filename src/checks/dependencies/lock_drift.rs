//! Do the manifests and their lock files still say the same?
//!
//! Only what must show in the lock counts: a package that came or went, a version that the lock does not hold. A
//! lock that changed alone is routine; where its packages come from is asked by `dependencies-unpinned`.

use std::collections::BTreeSet;

use semver::{Version as Number, VersionReq};

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Change, Version},
        locks::{self, Format, Locked},
        manifests::{
            Declared, Ecosystem, Origin, Use,
            compare::{self, EntryChange, Pair},
            document::Node,
            internal,
        },
    },
    finding::{Abstain, Finding, Judged, Place, Side, Unproven},
    glob::Globs,
    path::RepoPath,
};

/// Packages named in the evidence of one finding.
const SHOWN: usize = 5;

/// Judges the item.
///
/// # Errors
/// Neither a manifest nor a lock changed, no lock is kept, or one of them cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let change = &evidence.change;
    let compared = compare::compare(change, &|path| super::is_own(path, settings));
    let mut problems = compared.problems.clone();
    let (mut findings, mut judged) = (Vec::new(), 0);
    for pair in compared.pairs.iter().filter(|pair| pair.exists) {
        if settings.policy.dependencies.no_lock.matches(&pair.path) {
            continue;
        }
        let Some((lock, format)) = lock_of(change, pair) else {
            continue;
        };
        judged += 1;
        if change.file(&lock.path).is_some() {
            continue;
        }
        match drift(change, pair, &compared.entries, &lock, format) {
            Ok(finding) => findings.extend(finding),
            Err(problem) => problems.push(problem),
        }
    }
    match problems.into_iter().next() {
        Some(problem) if findings.is_empty() => Err(problem.into()),
        _ if findings.is_empty() && judged == 0 && !super::touches_a_lock(evidence, settings) => Err(
            Abstain::not_applicable("no manifest changed that has a lock file in the tree"),
        ),
        _ => Ok(findings),
    }
}

/// The lock file that covers a manifest: beside it, or above it where it lists the manifest's package.
fn lock_of(change: &Change, pair: &Pair) -> Option<(Version, Format)> {
    internal::folders_above(&pair.path).iter().find_map(|folder| {
        let names = locks::NAMES.iter().filter(|(name, ecosystem, _)| {
            *ecosystem == pair.ecosystem && is_lock_for(&pair.path.name(), name)
        });
        let locks = names.filter_map(|(name, _, format)| {
            let lock = internal::beside(change, Side::Head, folder, name)?;
            let covers = *folder == pair.path.folder() || lists(change, &lock, *format, folder, pair);
            covers.then_some((lock, *format))
        });
        // of two locks side by side, the one that moves along is the one in use
        locks.min_by_key(|(lock, _)| change.file(&lock.path).is_none())
    })
}

fn is_lock_for(manifest: &str, lock: &str) -> bool {
    match manifest {
        "Pipfile" => lock == "Pipfile.lock",
        "pyproject.toml" => lock != "Pipfile.lock",
        "Cargo.toml" | "package.json" | "go.mod" => true,
        _ => false,
    }
}

/// Whether a lock in a folder above lists the manifest's package as one of its own.
fn lists(change: &Change, lock: &Version, format: Format, folder: &str, pair: &Pair) -> bool {
    let inner = pair.path.folder();
    let inner = inner
        .strip_prefix(folder)
        .unwrap_or(&inner)
        .trim_start_matches('/');
    match format {
        Format::Cargo | Format::Uv => {
            let entries = read(change, lock, format).unwrap_or_default();
            let name = pair.after.package.as_deref();
            entries
                .iter()
                .any(|entry| entry.source.is_none() && Some(entry.name.as_str()) == name)
        }
        Format::Npm => {
            let root = change.text(lock).ok().and_then(|text| Node::of_json(&text).ok());
            root.is_some_and(|root| root.at(&["packages", inner]).is_some())
        }
        Format::Pnpm => change.text(lock).is_ok_and(|text| {
            let listed = |line: &str| line.trim_end().trim_matches([' ', ':', '\'']) == inner;
            text.lines().any(|line| line.starts_with("  ") && listed(line))
        }),
        Format::Yarn | Format::Opaque if pair.ecosystem == Ecosystem::Npm => {
            is_workspace_member(change, folder, &pair.path)
        }
        Format::Yarn | Format::Opaque | Format::Poetry | Format::Go => false,
    }
}

fn is_workspace_member(change: &Change, folder: &str, manifest: &RepoPath) -> bool {
    let members = internal::workspaces(change, Side::Head, folder);
    Globs::new(members).is_ok_and(|globs| globs.matches(manifest))
}

fn read(change: &Change, lock: &Version, format: Format) -> Result<Vec<Locked>, Unproven> {
    locks::read(&lock.path, format, &change.bytes(lock)?)
}

fn drift(
    change: &Change,
    pair: &Pair,
    entries: &[EntryChange],
    lock: &Version,
    format: Format,
) -> Result<Option<Finding>, Unproven> {
    let locked = match format {
        Format::Cargo | Format::Go => read(change, lock, format)?,
        Format::Uv | Format::Poetry | Format::Npm | Format::Yarn | Format::Pnpm | Format::Opaque => {
            Vec::new()
        }
    };
    let mine = entries.iter().filter(|entry| entry.manifest == pair.path);
    let missing: Vec<&EntryChange> = mine
        .filter(|entry| match pair.ecosystem {
            Ecosystem::Cargo => cargo_must_show(entry, &locked),
            Ecosystem::Go => go_must_show(entry, pair, &locked),
            Ecosystem::Npm | Ecosystem::Python => text_must_show(entry),
        })
        .collect();
    Ok((!missing.is_empty()).then(|| finding(pair, &missing, lock)))
}

fn finding(pair: &Pair, missing: &[&EntryChange], lock: &Version) -> Finding {
    let first = missing.iter().find_map(|entry| entry.after.as_ref());
    let place = first.map_or_else(
        || Place::File(pair.path.clone()),
        |after| Place::line(&pair.path, after.line),
    );
    let packages: BTreeSet<&str> = missing
        .iter()
        .filter_map(|entry| entry.shown())
        .map(|shown| shown.name.as_str())
        .collect();
    let says = format!(
        "`{}` asks for {} package{} differently, but `{}` did not change",
        pair.path,
        packages.len(),
        if packages.len() == 1 { "" } else { "s" },
        lock.path
    );
    let finding = Finding::new(place, says);
    let finding = missing
        .iter()
        .take(SHOWN)
        .fold(finding, |finding, entry| finding.because(asked(entry)));
    finding.fix(format!("run the package manager and commit `{}`", lock.path))
}

fn asked(entry: &EntryChange) -> String {
    let shown = |side: &Option<Declared>| match side {
        Some(declared) if declared.requirement.is_empty() => "any version".to_owned(),
        Some(declared) => format!("`{}`", crate::escape::line(&declared.requirement)),
        None => "not named".to_owned(),
    };
    let name = entry
        .shown()
        .map(|shown| crate::escape::line(&shown.name).into_owned());
    let name = name.unwrap_or_default();
    format!(
        "`{name}`: {} at base, {} at head",
        shown(&entry.before),
        shown(&entry.after)
    )
}

/// The lock lists each package's dependencies by name, and one version that satisfies each requirement.
fn cargo_must_show(entry: &EntryChange, locked: &[Locked]) -> bool {
    let Some(shown) = entry.shown().filter(|shown| shown.kind == Use::Direct) else {
        return false;
    };
    let unused = shown.section == "workspace.dependencies";
    match (&entry.before, &entry.after) {
        (Some(before), Some(after)) => {
            let moved = before.origin.kind() != after.origin.kind()
                && before.origin != Origin::Workspace
                && after.origin != Origin::Workspace;
            let revision = matches!(after.origin, Origin::Git(_)) && before.requirement != after.requirement;
            !unused && (moved || revision) || !is_locked(after, locked)
        }
        (None, None) => false,
        (None, Some(_)) | (Some(_), None) => !unused,
    }
}

/// Whether the lock holds a version that satisfies the requirement. What cannot be compared counts as locked.
fn is_locked(after: &Declared, locked: &[Locked]) -> bool {
    if after.origin != Origin::Registry {
        return true;
    }
    let Ok(wanted) = VersionReq::parse(&after.requirement) else {
        return true;
    };
    let mut versions = locked.iter().filter(|entry| entry.name == after.name).peekable();
    versions.peek().is_none()
        || versions.any(|entry| Number::parse(&entry.version).map_or(true, |number| wanted.matches(&number)))
}

/// `go.sum` holds a hash of the `go.mod` of every required version that is not replaced.
fn go_must_show(entry: &EntryChange, pair: &Pair, locked: &[Locked]) -> bool {
    let Some(after) = entry.after.as_ref().filter(|after| after.kind != Use::Override) else {
        return false;
    };
    let replaced = pair.after.declared.iter().any(|other| {
        other.kind == Use::Override && other.visible.as_ref().unwrap_or(&other.name) == &after.name
    });
    let wanted = format!("{}/go.mod", after.requirement);
    !replaced
        && !locked
            .iter()
            .any(|sum| sum.name == after.name && sum.version == wanted)
}

/// Locks of npm and Python keep the requirement's own text, or a hash over it.
fn text_must_show(entry: &EntryChange) -> bool {
    let Some(shown) = entry.shown() else { return false };
    let kept = !matches!(
        shown.section.as_str(),
        "peerDependencies" | "build-system.requires"
    );
    let asked = |side: &Option<Declared>| side.as_ref().map(|side| side.requirement.clone());
    kept && !entry.internal && shown.kind == Use::Direct && asked(&entry.before) != asked(&entry.after)
}
