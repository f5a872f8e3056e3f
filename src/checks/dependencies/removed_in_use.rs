//! Does code still import a package that the change took out of the manifests?

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::{Settings, edits::is_own_code},
    code::{FileFacts, LanguageId},
    evidence::{
        Evidence, Supplied,
        manifests::{
            Ecosystem, Use,
            compare::{self, Compared, EntryChange},
        },
    },
    finding::{Abstain, Finding, Judged, Level, Place, Side, Unproven, unless_unknown},
    foreign, limits,
    packages::{
        self, Root,
        project::{self, Project, Stand},
    },
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No package left a manifest, or something cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let compared = compare::compare(&evidence.change, &|path| super::is_own(path, settings));
    let Compared {
        entries, problems, ..
    } = &compared;
    let gone: Vec<&EntryChange> = entries.iter().filter(|entry| is_gone(entry)).collect();
    if gone.is_empty() {
        return match problems.first() {
            Some(why) => Err(why.clone().into()),
            None => Err(Abstain::not_applicable("no package left a manifest")),
        };
    }
    let unexplained = unexplained(evidence, settings);
    let kept = gone
        .into_iter()
        .filter(|entry| !unexplained.contains(&entry.ecosystem));
    let (mut found, mut unknown) = (Vec::new(), problems.first().cloned());
    for entry in kept {
        match still_imported(entry, evidence, settings) {
            Ok(finding) => found.extend(finding),
            Err(why) => unknown = Some(why),
        }
    }
    unless_unknown(found, unknown)
}

fn is_gone(entry: &EntryChange) -> bool {
    let direct = entry
        .before
        .as_ref()
        .is_some_and(|before| before.kind == Use::Direct);
    direct && entry.after.is_none() && !entry.internal
}

/// Where a package came in whose name in code nobody knows, it may have taken the place of the one that is gone.
fn unexplained(evidence: &Evidence, settings: &Settings) -> BTreeSet<Ecosystem> {
    let own = |path: &RepoPath| super::is_own(path, settings);
    let code = |path: &RepoPath| is_own_code(path, &settings.kinds);
    let roots = foreign::added(evidence, &settings.imports, &code).roots();
    project::unexplained(evidence, &settings.imports, &roots, &own)
}

fn still_imported(
    entry: &EntryChange,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Option<Finding>> {
    let Some(before) = &entry.before else {
        return Ok(None);
    };
    let table = &settings.imports;
    let roots = table.roots_of(entry.ecosystem, &before.name, before.visible.as_deref());
    let head = Project::of(evidence, table, Side::Head)?;
    let mut uses: BTreeMap<RepoPath, (u32, Stand, String)> = BTreeMap::new();
    let paths = naming(entry, &roots, evidence, settings)?;
    for (path, facts) in paths.iter().zip(evidence.code_of(Side::Head, &paths)) {
        if let Some(found) = imported(path, &*facts?, &roots, &head, settings)? {
            uses.insert(path.clone(), found);
        }
    }
    accuse(entry, &uses, evidence)
}

/// The files below the manifest in which one of the names stands as an import does.
fn naming(
    entry: &EntryChange,
    roots: &[String],
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Vec<RepoPath>> {
    let change = &evidence.change;
    let folder = match entry.ecosystem {
        Ecosystem::Python => String::new(),
        Ecosystem::Cargo | Ecosystem::Npm | Ecosystem::Go => entry.manifest.folder().into_owned(),
    };
    let mut found = Vec::new();
    for path in change.every_path(Side::Head)? {
        let inside = folder.is_empty() || path.lossy().starts_with(&format!("{folder}/"));
        let language =
            LanguageId::of(path).filter(|language| packages::ecosystem(*language) == Some(entry.ecosystem));
        if language.is_none() || !inside || !is_own_code(path, &settings.kinds) {
            continue;
        }
        let version = change
            .entry(Side::Head, path)?
            .filter(|version| version.mode.is_file());
        let Some(text) = version.and_then(|version| change.text(&version).ok()) else {
            continue;
        };
        let named = |line: &str| {
            roots.iter().any(|name| {
                line.contains(name.as_str()) && {
                    let (ecosystem, name) = (entry.ecosystem, name.clone());
                    foreign::uses(line, &Root { ecosystem, name })
                }
            })
        };
        if text.lines().any(named) {
            found.push(path.clone());
        }
        if found.len() > limits::IMPORTERS {
            let why = format!(
                "more than {} files may import the package that is gone",
                limits::IMPORTERS
            );
            return Err(Unproven::Insufficient(why));
        }
    }
    Ok(found)
}

fn imported(
    path: &RepoPath,
    facts: &FileFacts,
    roots: &[String],
    head: &Project<'_>,
    settings: &Settings,
) -> Supplied<Option<(u32, Stand, String)>> {
    let Some(language) = LanguageId::of(path) else {
        return Ok(None);
    };
    let imports = facts.imports.iter().filter_map(|import| {
        let root = settings.imports.root(import, language);
        Some((import.line, root.filter(|root| is_one_of(root, roots))?))
    });
    for (line, root) in imports.chain(called(facts, language, roots)) {
        match head.stand(&root, path)? {
            stand @ (Stand::Undeclared(_) | Stand::Locked(_)) => {
                return Ok(Some((line, stand, root.name)));
            }
            Stand::Unknown(why) => return Err(why),
            Stand::Own | Stand::Declared | Stand::NoManifest => {}
        }
    }
    Ok(None)
}

/// What Rust calls by a whole path, which needs no import: `log::debug!`, `serde_json::to_string`.
fn called<'f>(
    facts: &'f FileFacts,
    language: LanguageId,
    roots: &'f [String],
) -> impl Iterator<Item = (u32, Root)> + 'f {
    let calls = facts.calls.iter().filter(move |_| language == LanguageId::Rust);
    calls.filter_map(|call| {
        let first = call.callee.split("::").next()?;
        let known = roots
            .iter()
            .find(|root| *root == first && call.callee.len() > first.len())?;
        let (ecosystem, name) = (Ecosystem::Cargo, known.clone());
        Some((call.line, Root { ecosystem, name }))
    })
}

fn is_one_of(root: &Root, names: &[String]) -> bool {
    names.iter().any(|name| {
        root.name == *name
            || root.ecosystem == Ecosystem::Go
                && root
                    .name
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
    })
}

fn accuse(
    entry: &EntryChange,
    uses: &BTreeMap<RepoPath, (u32, Stand, String)>,
    evidence: &Evidence,
) -> Supplied<Option<Finding>> {
    let Some((path, (line, stand, root))) = uses.iter().next() else {
        return Ok(None);
    };
    let package = entry
        .shown()
        .map(|shown| crate::escape::line(&shown.name).into_owned())
        .unwrap_or_default();
    let says = format!(
        "`{}` is imported, and the change took `{package}` out of `{}`",
        crate::escape::line(root),
        entry.manifest
    );
    let mut finding = Finding::new(Place::line(path, *line), says);
    for (other, (line, _, _)) in uses.iter().skip(1).take(limits::NAMED) {
        finding = finding.because(format!("also imported in {other}:{line}"));
    }
    if uses.len() > limits::NAMED + 1 {
        finding = finding.because(format!("{} files import it", uses.len()));
    }
    let soft = match stand {
        Stand::Locked(lock) => {
            finding = finding.because(format!(
                "`{lock}` still holds it, because another package needs it"
            ));
            true
        }
        Stand::Own | Stand::Declared | Stand::NoManifest | Stand::Unknown(_) | Stand::Undeclared(_) => {
            all_optional(entry.ecosystem, uses, evidence)?
        }
    };
    let finding = finding.fix(format!(
        "keep `{package}` in the manifest, or take out what still uses it"
    ));
    Ok(Some(if soft {
        finding.at_most(Level::Warn)
    } else {
        finding
    }))
}

fn all_optional(
    ecosystem: Ecosystem,
    uses: &BTreeMap<RepoPath, (u32, Stand, String)>,
    evidence: &Evidence,
) -> Supplied<bool> {
    for (path, (line, _, _)) in uses {
        let aside = matches!(ecosystem, Ecosystem::Python | Ecosystem::Npm) && foreign::is_aside(path);
        let spared =
            aside || ecosystem == Ecosystem::Python && foreign::is_optional(&evidence.change, path, *line)?;
        if !spared {
            return Ok(false);
        }
    }
    Ok(true)
}
