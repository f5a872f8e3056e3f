//! Does a package now come from a place, or under a name, that nothing vouches for?
//!
//! Requirements without a version are everyday and no finding: a lock or a range is the team's choice. What counts
//! is a repository, a URL, a path out of the repository, any-version-at-all, another package behind a known name,
//! another index, and a lock that takes the same version from elsewhere or without its checksum.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        locks::{
            self, Source,
            shifts::{self, Shift, Shifts},
        },
        manifests::{
            Declared, Ecosystem, Origin,
            compare::{self, Compared, EntryChange},
        },
    },
    finding::{Abstain, Finding, Judged, Place, unless_unknown},
    path::RepoPath,
    risk::Standing,
};

/// Packages named in the evidence of one finding.
const SHOWN: usize = 5;

/// Judges the item.
///
/// # Errors
/// Neither a manifest nor a lock changed, or one cannot be read and the others show nothing.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let compared = compare::compare(&evidence.change);
    let mut problems = compared.problems.clone();
    let locks = super::touches_a_lock(evidence, settings);
    if compared.pairs.is_empty() && problems.is_empty() && !locks {
        return Err(Abstain::not_applicable(
            "no dependency manifest or lock file changed",
        ));
    }
    let mut findings = in_manifests(&compared, evidence, settings);
    findings.extend(indexes(&compared, evidence, settings));
    for file in evidence
        .change
        .files()
        .iter()
        .filter(|file| super::is_own(file.path(), settings))
    {
        match shifts::compare(&evidence.change, file, &compared) {
            Ok(Some(shifts)) => findings.extend(in_lock(file.path(), shifts, evidence, settings)),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    unless_unknown(findings, problems.into_iter().next())
}

fn in_manifests(compared: &Compared, evidence: &Evidence, settings: &Settings) -> Vec<Finding> {
    let known = |registry: &str| {
        let mut before = compared.pairs.iter().flat_map(|pair| &pair.before.declared);
        before.any(|entry| matches!(&entry.origin, Origin::OtherRegistry(name) if name == registry))
    };
    let mut findings = Vec::new();
    for entry in &compared.entries {
        let Some(after) = entry
            .after
            .as_ref()
            .filter(|_| super::is_own(&entry.manifest, settings))
        else {
            continue;
        };
        let house = matches!(&after.origin, Origin::OtherRegistry(name) if known(name));
        if entry.internal || house || entry.elsewhere.as_ref() == Some(&after.requirement) {
            continue;
        }
        for flaw in flaws(entry, after) {
            let mut names = vec![after.name.as_str()];
            names.extend(after.visible.as_deref());
            let standing = super::standing(evidence, settings, entry.ecosystem, &names);
            let finding = Finding::new(Place::line(&entry.manifest, after.line), flaw)
                .because(format!("asked for as {}", shown(&after.requirement)));
            let finding = match &entry.before {
                Some(before) => finding.because(format!("before: {}", shown(&before.requirement))),
                None => finding,
            };
            findings.extend(super::weighed(finding, standing));
        }
    }
    findings
}

fn shown(requirement: &str) -> String {
    match requirement {
        "" => "any version".to_owned(),
        text => format!("`{}`", crate::escape::line(text)),
    }
}

/// What is wrong with an entry that was not wrong with it before.
fn flaws(entry: &EntryChange, after: &Declared) -> Vec<String> {
    let name = crate::escape::line(&after.name);
    let before = entry.before.as_ref();
    let mut found = Vec::new();
    if before.is_none_or(|before| place(&before.origin) != place(&after.origin)) {
        found.extend(origin_flaw(&name, &after.origin, entry.ecosystem));
    }
    if after.wildcard && before.is_none_or(|before| !before.wildcard) {
        found.push(format!("`{name}` is asked for in any version at all"));
    }
    if before.is_some_and(|before| before.hashed && !after.hashed) {
        found.push(format!("the hash that pinned `{name}` is gone"));
    }
    if let Some(visible) = &after.visible
        && is_disguise(visible, &after.name, entry.ecosystem)
        && before.is_none_or(|before| before.visible != after.visible)
    {
        let visible = crate::escape::line(visible);
        found.push(format!(
            "the name `{visible}` now stands for the package `{name}`"
        ));
    }
    found
}

/// A source without its revision or file.
fn place(origin: &Origin) -> Option<Source> {
    match origin {
        Origin::Registry | Origin::Workspace => None,
        Origin::Git(url) => Some(Source::git(url)),
        Origin::Url(url) => Some(Source::host("url", url)),
        Origin::Path(path) => Some(Source {
            kind: "path",
            place: path.clone(),
        }),
        Origin::OtherRegistry(name) => Some(Source::host("registry", name)),
    }
}

fn origin_flaw(name: &str, origin: &Origin, ecosystem: Ecosystem) -> Option<String> {
    let line = crate::escape::line;
    match origin {
        Origin::Registry | Origin::Workspace => None,
        Origin::Git(url) => Some(format!("`{name}` now comes from the repository {}", line(url))),
        Origin::Url(url) => Some(format!("`{name}` now comes from the address {}", line(url))),
        Origin::Path(path) => Some(format!(
            "`{name}` now comes from `{}`, outside the repository",
            line(path)
        )),
        // a Python source names an index, which is judged where the index is listed
        Origin::OtherRegistry(_) if ecosystem == Ecosystem::Python => None,
        Origin::OtherRegistry(registry) => Some(format!(
            "`{name}` now comes from the registry `{}`",
            line(registry)
        )),
    }
}

/// `rand_07` for `rand` hides nothing; `serde` for `serde-fork` does.
fn is_disguise(visible: &str, real: &str, ecosystem: Ecosystem) -> bool {
    let plain = |name: &str| crate::evidence::manifests::identity(ecosystem, name).to_lowercase();
    !plain(visible).starts_with(&plain(real))
}

/// Indexes that no changed manifest named at base.
fn indexes(compared: &Compared, evidence: &Evidence, settings: &Settings) -> Vec<Finding> {
    let before = compared.pairs.iter().flat_map(|pair| &pair.before.indexes);
    let mut known: BTreeSet<String> = before
        .map(|index| Source::host("registry", &index.url).place)
        .collect();
    known.insert("pypi.org".to_owned());
    let mut findings = Vec::new();
    for pair in compared
        .pairs
        .iter()
        .filter(|pair| super::is_own(&pair.path, settings))
    {
        for index in &pair.after.indexes {
            let host = Source::host("registry", &index.url).place;
            if !known.contains(&host) {
                let says = format!(
                    "packages may now come from the index {}",
                    crate::escape::line(&index.url)
                );
                let standing = super::standing(evidence, settings, pair.ecosystem, &[&host]);
                let finding = Finding::new(Place::line(&pair.path, index.line), says);
                findings.extend(super::weighed(finding, standing));
            }
        }
    }
    findings
}

fn in_lock(path: &RepoPath, shifts: Shifts, evidence: &Evidence, settings: &Settings) -> Vec<Finding> {
    let Some((ecosystem, _)) = locks::format(path) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (shift, packages) in shifts {
        let names: Vec<&str> = packages.iter().map(|(_, name)| name.as_str()).collect();
        let line = packages.first().map_or(1, |(line, _)| *line);
        let finding = Finding::new(Place::line(path, line), said(&shift, &names));
        let finding = packages
            .iter()
            .take(SHOWN)
            .fold(finding, |finding, (line, name)| {
                finding.because(format!("line {line}: {}", crate::escape::line(name)))
            });
        findings.extend(super::weighed(
            finding,
            lock_standing(&shift, &names, ecosystem, evidence, settings),
        ));
    }
    findings
}

/// A new source may be declared by its place. That one version has two checksums cannot be: only an approval of
/// every package lifts it.
fn lock_standing(
    shift: &Shift,
    names: &[&str],
    ecosystem: Ecosystem,
    evidence: &Evidence,
    settings: &Settings,
) -> Standing {
    if names
        .iter()
        .all(|name| super::is_approved(evidence, settings, ecosystem, &[name]))
    {
        return Standing::Approved;
    }
    match shift {
        Shift::Source { to, .. } => super::standing(evidence, settings, ecosystem, &[&to.place]),
        Shift::ChecksumChanged | Shift::ChecksumRemoved => Standing::Hidden,
    }
}

fn said(shift: &Shift, names: &[&str]) -> String {
    let first = crate::escape::line(names.first().copied().unwrap_or_default());
    let who = match names.len() {
        0 | 1 => format!("`{first}`"),
        more => format!("`{first}` and {} more", more - 1),
    };
    match shift {
        Shift::Source { from: Some(from), to } => {
            format!(
                "{who} came from {} and is now locked to {}",
                from.shown(),
                to.shown()
            )
        }
        Shift::Source { from: None, to } => format!(
            "{who} is locked to {}, from which nothing came before",
            to.shown()
        ),
        Shift::ChecksumChanged => format!("{who} has another checksum for the same version"),
        Shift::ChecksumRemoved => format!("{who} lost its checksum for the same version"),
    }
}
