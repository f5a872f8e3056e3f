//! Does a part of the project begin to use a package that it never used, although a manifest names it already?
//!
//! A package of the tests in production code, or one that another part asked for: nothing else would say so.

use std::collections::BTreeSet;

use crate::{
    checks::{Settings, edits::is_own_code},
    evidence::{Evidence, Supplied, manifests::Ecosystem},
    finding::{Abstain, Finding, Judged, Level, Place, Side, unless_unknown},
    foreign::{self, Taken},
    kinds::FileKind,
    packages::{
        Root,
        project::{Project, Stand},
    },
    path::RepoPath,
    risk::Standing,
};

/// Judges the item.
///
/// # Errors
/// No production code that the change adds imports a package, or something cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let own = |path: &RepoPath| is_production(path, settings);
    let added = foreign::added(evidence, &settings.imports, &own);
    if added.taken.is_empty() {
        return match added.unknown {
            Some(why) => Err(why.into()),
            None => Err(Abstain::not_applicable(
                "no added line of production code imports a package",
            )),
        };
    }
    let head = Project::of(evidence, &settings.imports, Side::Head)?;
    let base = Project::of(evidence, &settings.imports, Side::Base)?;
    let (mut seen, mut found, mut unknown) = (BTreeSet::new(), Vec::new(), added.unknown.clone());
    for taken in &added.taken {
        let path = taken.file.path();
        let package = head.package(taken.root.ecosystem, path);
        if !seen.insert((&taken.root, package.clone())) {
            continue;
        }
        match (base.stand(&taken.root, path)?, head.stand(&taken.root, path)?) {
            (Stand::Declared, Stand::Declared) => {
                let only_for_work = head.declared_as(&taken.root, path);
                found.extend(judge(
                    taken,
                    only_for_work,
                    &package.unwrap_or_default(),
                    evidence,
                    settings,
                )?);
            }
            (_, Stand::Unknown(why)) => unknown = Some(why),
            // what the change itself declares, or nobody does, is for other checks to name
            (
                _,
                Stand::Own | Stand::Declared | Stand::Locked(_) | Stand::Undeclared(_) | Stand::NoManifest,
            ) => {}
        }
    }
    unless_unknown(found, unknown)
}

fn is_production(path: &RepoPath, settings: &Settings) -> bool {
    settings.kinds.of(path) == FileKind::Source
        && is_own_code(path, &settings.kinds)
        && !foreign::is_aside(path)
}

fn judge(
    taken: &Taken<'_>,
    declared: Option<(String, bool)>,
    package: &str,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Option<Finding>> {
    let belongs = |path: &RepoPath| {
        let whole = path.lossy();
        let inside = package.is_empty() || whole.starts_with(&format!("{package}/"));
        inside && is_production(path, settings)
    };
    let existed = evidence.change.every_path(Side::Base)?.iter().any(belongs);
    let Some((name, only_for_work)) = declared else {
        return Ok(None);
    };
    // a module of Go holds many packages; who uses one of them knows the module
    let root = match taken.root.ecosystem {
        Ecosystem::Go => Root {
            ecosystem: Ecosystem::Go,
            name,
        },
        Ecosystem::Cargo | Ecosystem::Python | Ecosystem::Npm => taken.root.clone(),
    };
    if !existed || foreign::was_used(&root, taken.language, &evidence.change, &belongs)? {
        return Ok(None);
    }
    let name = crate::escape::line(&root.name).into_owned();
    let place = Place::line(taken.file.path(), taken.import.line);
    let part = if package.is_empty() {
        "the project".to_owned()
    } else {
        format!("`{package}`")
    };
    let finding = Finding::new(place, format!("production code of {part} imports `{name}` for the first time"))
        .because("a manifest of the base names it, and no production code there uses it")
        .fix(format!("say in the claims or the commit message what `{name}` is needed for, or use what the code around it uses"));
    let finding = match only_for_work {
        true => finding.because("it is declared for tests and work on the project only"),
        false => finding.at_most(Level::Info),
    };
    Ok(
        match super::standing(evidence, settings, taken.root.ecosystem, &[&taken.root.name]) {
            Standing::Approved => None,
            Standing::Declared(place) => Some(
                finding
                    .because(format!("named by the author in {place}"))
                    .at_most(Level::Info),
            ),
            Standing::Hidden => Some(finding),
        },
    )
}
