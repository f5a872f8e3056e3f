//! Was somebody else's code in the tree edited by hand?

use std::collections::BTreeMap;

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{FileChange, Status},
        locks, manifests,
    },
    finding::{Abstain, Finding, Judged, Level, Place},
    kinds::FileKind,
    limits,
    path::RepoPath,
    risk,
};

/// Folders below which each folder is a package.
const ROOTS: &[&str] = &["vendor", "third_party", "third-party", "node_modules"];
/// Words of an author who knows what is edited.
const WORDS: &[&str] = &[
    "vendor",
    "third-party",
    "third party",
    "third_party",
    "upstream",
    "patch",
    "bump",
    "upgrad",
];

/// Judges the item.
///
/// # Errors
/// No file of somebody else's was edited.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let files = evidence.change.files();
    let vendored = |file: &&FileChange| settings.kinds.of(file.path()) == FileKind::Vendored;
    let mut edited: BTreeMap<String, Vec<&FileChange>> = BTreeMap::new();
    for file in files
        .iter()
        .filter(vendored)
        .filter(|file| file.status == Status::Modified)
    {
        edited.entry(package(file.path())).or_default().push(file);
    }
    if edited.is_empty() {
        return Err(Abstain::not_applicable("no file of somebody else's was edited"));
    }
    let is_record =
        |file: &FileChange| file.path().name() == "modules.txt" || file.path().name().starts_with("VERSION");
    let came = |path: &RepoPath| locks::format(path).is_some() || manifests::ecosystem(path).is_some();
    // who takes over a new version changes what records it
    if files
        .iter()
        .any(|file| came(file.path()) || vendored(&file) && is_record(file))
    {
        return Ok(Vec::new());
    }
    Ok(edited
        .iter()
        .map(|(package, files)| accuse(package, files, evidence))
        .collect())
}

/// The folder of one package among other people's code.
fn package(path: &RepoPath) -> String {
    let whole = path.lossy();
    let parts: Vec<&str> = whole.split('/').collect();
    let root = parts.iter().position(|part| ROOTS.contains(part));
    let depth = root.map_or(1, |root| root + 2);
    parts
        .iter()
        .take(depth.min(parts.len()))
        .copied()
        .collect::<Vec<_>>()
        .join("/")
}

fn accuse(package: &str, files: &[&FileChange], evidence: &Evidence) -> Finding {
    let count = files.len();
    let were = if count == 1 { "file was" } else { "files were" };
    let says = format!("{count} {were} edited by hand in `{package}`, which is somebody else's code");
    let place = files
        .first()
        .map_or(Place::Change, |file| Place::File(file.path().clone()));
    let finding = Finding::new(place, says);
    let finding = files.iter().take(limits::NAMED).fold(finding, |finding, file| {
        finding.because(format!("{}: {} lines", file.path(), file.churn()))
    });
    let finding = finding.fix("edit it upstream and take over the new version, or say in the claims or the commit message what was changed");
    let named = risk::declared(evidence, |text| {
        let lower = text.to_lowercase();
        WORDS.iter().any(|word| lower.contains(word))
            || files.iter().any(|file| risk::names_path(text, file.path()))
    });
    match named {
        Some(place) => finding
            .because(format!("named by the author in {place}"))
            .at_most(Level::Info),
        None => finding,
    }
}
