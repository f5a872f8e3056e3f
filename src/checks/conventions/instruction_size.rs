//! Did a file of instructions for agents grow so long that nobody follows it?

use crate::{
    checks::Settings,
    evidence::{
        Evidence, Supplied,
        change::{FileChange, Version},
    },
    finding::{Abstain, Finding, Judged, Place},
    instructions,
};

/// A file that is too long already is told of again when it grows by so many lines.
const STEP: usize = 20;

/// Judges the item.
///
/// # Errors
/// No file of instructions changed, or one cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let files = evidence.change.files().iter();
    let changed: Vec<&FileChange> = files
        .filter(|file| file.after().is_some() && instructions::is_one(file.path()))
        .collect();
    if changed.is_empty() {
        return Err(Abstain::not_applicable("no file of instructions changed"));
    }
    let most = settings.policy.instructions.max_lines;
    let mut found = Vec::new();
    for file in changed {
        let (before, after) = (lines(file.before(), evidence)?, lines(file.after(), evidence)?);
        let passes = before <= most || after >= before + STEP;
        if after > most && passes {
            let says =
                format!("{after} lines of instructions are more than anybody keeps in mind; it had {before}");
            let finding = Finding::new(Place::File(file.path().clone()), says);
            let finding = finding.because(format!("the limit is {most} lines"));
            found.push(
                finding.fix(
                    "move what is about one part of the project to a file of instructions in its folder",
                ),
            );
        }
    }
    Ok(found)
}

fn lines(version: Option<&Version>, evidence: &Evidence) -> Supplied<usize> {
    version.map_or(Ok(0), |version| {
        Ok(evidence.change.text(version)?.lines().count())
    })
}
