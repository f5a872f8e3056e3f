//! Does added code import a package that no manifest of the project names?
//!
//! Nobody is accused by a name alone: what the tree holds itself, what a build tool's settings name, what the project
//! imports already, and what may be another name of a package that the change adds, is left alone.

use std::collections::BTreeSet;

use crate::{
    checks::{Settings, edits::is_own_code},
    evidence::{Evidence, Supplied, manifests::Ecosystem},
    finding::{Abstain, Finding, Judged, Level, Place, Side, unless_unknown},
    foreign::{self, Added, Taken},
    packages::{
        Root,
        project::{self, Project, Stand},
    },
    risk::Standing,
};

/// Judges the item.
///
/// # Errors
/// No added line imports somebody else's package, no manifest covers the files that do, or something cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let own = |path: &_| is_own_code(path, &settings.kinds);
    let added = foreign::added(evidence, &settings.imports, &own);
    if added.taken.is_empty() {
        return match added.unknown {
            Some(why) => Err(why.into()),
            None => Err(Abstain::not_applicable("no added line imports a package")),
        };
    }
    let mut looked = Looked::default();
    look(&added, evidence, settings, &mut looked)?;
    let unknown = looked.unknown.or(added.unknown);
    if looked.judged == 0 && unknown.is_none() {
        return Err(Abstain::not_applicable(
            "no manifest covers the files that import packages",
        ));
    }
    unless_unknown(looked.found, unknown)
}

/// What came of the search.
#[derive(Default)]
struct Looked {
    found: Vec<Finding>,
    judged: usize,
    unknown: Option<crate::finding::Unproven>,
}

fn look(added: &Added<'_>, evidence: &Evidence, settings: &Settings, looked: &mut Looked) -> Supplied<()> {
    let head = Project::of(evidence, &settings.imports, Side::Head)?;
    let mut seen: BTreeSet<(&Root, Option<String>)> = BTreeSet::new();
    let mut open: Vec<(&Taken<'_>, Stand)> = Vec::new();
    for taken in &added.taken {
        let package = head.package(taken.root.ecosystem, taken.file.path());
        if !seen.insert((&taken.root, package)) {
            continue;
        }
        match head.stand(&taken.root, taken.file.path())? {
            Stand::NoManifest => {}
            Stand::Own | Stand::Declared => looked.judged += 1,
            Stand::Unknown(why) => looked.unknown = Some(why),
            stand @ (Stand::Locked(_) | Stand::Undeclared(_)) => {
                looked.judged += 1;
                open.push((taken, stand));
            }
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let own = |path: &_| super::is_own(path, settings);
    let unexplained = project::unexplained(evidence, &settings.imports, &added.roots(), &own);
    let base = Project::of(evidence, &settings.imports, Side::Base)?;
    for (taken, stand) in open {
        // a package of an unknown name is new: the import may be its own
        if !unexplained.contains(&taken.root.ecosystem) && !is_known(taken, &base, evidence, settings)? {
            looked.found.extend(accuse(taken, &stand, evidence, settings)?);
        }
    }
    Ok(())
}

/// Whether the base got on with the import, or had a manifest that names it: then another check has its say.
fn is_known(
    taken: &Taken<'_>,
    base: &Project<'_>,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<bool> {
    let before = taken
        .file
        .before()
        .map_or(taken.file.path(), |before| &before.path);
    if base.stand(&taken.root, before)? == Stand::Declared {
        return Ok(true);
    }
    let ecosystem = taken.root.ecosystem;
    let package = base.package(ecosystem, before);
    let belongs = |path: &crate::path::RepoPath| {
        let same = match ecosystem {
            Ecosystem::Cargo | Ecosystem::Go => base.package(ecosystem, path) == package,
            Ecosystem::Python | Ecosystem::Npm => true,
        };
        same && is_own_code(path, &settings.kinds)
    };
    foreign::was_used(&taken.root, taken.language, &evidence.change, &belongs)
}

fn accuse(
    taken: &Taken<'_>,
    stand: &Stand,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Option<Finding>> {
    let path = taken.file.path();
    let name = crate::escape::line(&taken.root.name).into_owned();
    if super::standing(evidence, settings, taken.root.ecosystem, &[&taken.root.name]) == Standing::Approved {
        return Ok(None);
    }
    let (says, manifest) = match stand {
        Stand::Undeclared(manifest) => (
            format!("`{name}` is imported, and no manifest that covers the file names it"),
            manifest,
        ),
        Stand::Locked(lock) => (
            format!(
                "`{name}` is imported although no manifest names it: it is installed only because another package needs it"
            ),
            lock,
        ),
        Stand::Own | Stand::Declared | Stand::NoManifest | Stand::Unknown(_) => return Ok(None),
    };
    let finding = Finding::new(Place::line(path, taken.import.line), says)
        .because(format!("looked in `{manifest}`"))
        .because("no other code of the project imports it, and nothing in the tree is called so")
        .fix(format!("add the package to the manifest, or do without `{name}`"));
    let script = matches!(taken.root.ecosystem, Ecosystem::Python | Ecosystem::Npm);
    let soft = match stand {
        Stand::Locked(_) => true,
        Stand::Own | Stand::Declared | Stand::NoManifest | Stand::Unknown(_) | Stand::Undeclared(_) => {
            script && foreign::is_aside(path)
                || taken.root.ecosystem == Ecosystem::Python
                    && foreign::is_optional(&evidence.change, path, taken.import.line)?
        }
    };
    Ok(Some(if soft {
        finding.at_most(Level::Warn)
    } else {
        finding
    }))
}
