//! Was a path touched that the task forbids?
//!
//! Old and new paths of a rename count alike. Nothing that the task allows lifts a prohibition.

use crate::{
    checks::Settings,
    evidence::Evidence,
    finding::{Abstain, Finding, Judged, Place},
};

/// Judges the item.
///
/// # Errors
/// No task was given, or it forbids nothing.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let task = evidence.task()?;
    if task.deny.is_empty() {
        return Err(Abstain::not_applicable("the task forbids no path"));
    }
    let touched = evidence
        .change
        .files()
        .iter()
        .flat_map(|file| file.touched().map(move |path| (file, path)));
    let findings = touched
        .filter(|(_, path)| task.deny.matches(path))
        .map(|(file, path)| {
            let says = format!("`{path}` is {} although the task forbids it", file.status.name());
            Finding::new(Place::File(path.clone()), says)
                .because(format!("task, deny: {}", task.deny.patterns().join(", ")))
        });
    Ok(findings.collect())
}
