//! Were many stored pictures of output rewritten at once?
//!
//! A tool rewrites them all with one command, right or wrong; nobody reads fifty.

use super::number;
use crate::{
    checks::Settings,
    evidence::{Evidence, change::Status},
    finding::{Abstain, Finding, Judged, Level, Place},
    path::RepoPath,
    risk,
};

/// As many can still be read one by one.
const READABLE: usize = 20;
/// Folders that hold nothing else.
const FOLDERS: &[&str] = &[
    "__snapshots__",
    "snapshots",
    "golden",
    "goldens",
    "__image_snapshots__",
];
/// Words by which an author says so.
const WORDS: &[&str] = &["snapshot", "golden", "baseline", "expected output", "fixtures"];

/// Judges the item.
///
/// # Errors
/// No stored picture changed.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let files = evidence.change.files().iter();
    let rewritten: Vec<_> = files
        .filter(|file| file.status == Status::Modified && is_snapshot(file.path()))
        .collect();
    let Some(first) = rewritten.first() else {
        return Err(Abstain::not_applicable("no snapshot was rewritten"));
    };
    if rewritten.len() <= READABLE {
        return Ok(Vec::new());
    }
    let lines: usize = rewritten.iter().map(|file| file.churn()).sum();
    let says = format!(
        "{} rewritten at once, {} in all",
        number(rewritten.len(), "snapshot was", "snapshots were"),
        number(lines, "line", "lines")
    );
    let finding = Finding::new(Place::File(first.path().clone()), says);
    let declared = risk::declared(evidence, |text| {
        let lower = text.to_lowercase();
        WORDS.iter().any(|word| lower.contains(word))
    });
    Ok(vec![match declared {
        Some(place) => finding
            .because(format!("declared in {place}"))
            .at_most(Level::Info),
        None => finding,
    }])
}

/// Whether a path is a stored picture of output.
pub(super) fn is_snapshot(path: &RepoPath) -> bool {
    let whole = path.lossy();
    let in_folder = whole.split('/').any(|part| FOLDERS.contains(&part));
    in_folder
        || matches!(
            path.extension().as_str(),
            "snap" | "golden" | "snapshot" | "approved"
        )
}
