//! Was a path touched that the task forbids?
//!
//! Old and new paths of a rename count alike. Nothing that the task allows lifts a prohibition. `path#Symbol` forbids
//! one definition of a file; where that file was edited, names and lines alone cannot tell.

use crate::{
    checks::Settings,
    evidence::{Evidence, change::FileChange, task::Task},
    finding::{Abstain, Finding, Judged, Place, Unproven},
    glob::Globs,
};

/// Judges the item.
///
/// # Errors
/// No task was given, it forbids nothing, or it forbids a symbol of a file that was edited.
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
    let findings: Vec<Finding> = touched
        .filter(|(_, path)| task.deny.matches(path))
        .map(|(file, path)| {
            let says = format!("`{path}` is {} although the task forbids it", file.status.name());
            Finding::new(Place::File(path.clone()), says)
                .because(format!("task, deny: {}", task.deny.shown()))
        })
        .collect();
    if findings.is_empty() {
        symbols_are_untouched(task, evidence)?;
    }
    Ok(findings)
}

/// Nothing is known here about what a line belongs to, so an edited file may have lost the symbol or not.
fn symbols_are_untouched(task: &Task, evidence: &Evidence) -> Result<(), Unproven> {
    for (pattern, symbol) in task
        .deny
        .patterns()
        .iter()
        .filter_map(|pattern| symbol_of(pattern))
    {
        let globs = Globs::new([pattern]).map_err(Unproven::Insufficient)?;
        let edited = evidence
            .change
            .files()
            .iter()
            .find(|file| may_change_a_definition(file) && file.touched().any(|path| globs.matches(path)));
        if let Some(file) = edited {
            return Err(Unproven::Insufficient(format!(
                "the task forbids `{symbol}` in `{}`, and whether the edit reaches it cannot be told from lines alone; \
                 forbid `{pattern}` as a whole to have it decided",
                file.path()
            )));
        }
    }
    Ok(())
}

/// A rename or a new mode moves no line.
fn may_change_a_definition(file: &FileChange) -> bool {
    file.before().map(|old| &old.id) != file.after().map(|new| &new.id)
}

/// `path#Symbol`, where the symbol looks like one.
fn symbol_of(pattern: &str) -> Option<(&str, &str)> {
    let (path, symbol) = pattern.rsplit_once('#')?;
    let named = symbol.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && symbol
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    (named && !path.is_empty()).then_some((path, symbol))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_follows_the_last_hash() {
        assert_eq!(
            symbol_of("src/a.rs#Config::new"),
            Some(("src/a.rs", "Config::new"))
        );
        for pattern in ["src/a.rs", "C#", "C#/a b", "#x", "a#{b,c}", "issue#12"] {
            assert_eq!(symbol_of(pattern), None, "{pattern}");
        }
    }
}
