//! Did code change without any test?
//!
//! Half of all honest changes of code touch no test, so only a task to mend or to add asks for one.

use super::number;
use crate::{
    checks::Settings,
    comments::is_comment_or_blank,
    evidence::{
        Evidence,
        change::{FileChange, Status},
        task::TaskKind,
    },
    finding::{Abstain, Finding, Judged, Place, Side},
    kinds::FileKind,
    pairs::Pairs,
};

/// Fewer changed lines of code are not worth a test of their own.
const FEW: usize = 5;

/// Judges the item.
///
/// # Errors
/// No task was given, it is about something else, no code changed, or a file could not be understood.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    match evidence.task()?.kind {
        Some(TaskKind::Fix | TaskKind::Feature) => {}
        Some(TaskKind::Refactor | TaskKind::Tests | TaskKind::Docs | TaskKind::Chore) | None => {
            return Err(Abstain::not_applicable("the task is neither a fix nor a feature"));
        }
    }
    let files = evidence.change.files().iter();
    let sources: Vec<(&FileChange, usize)> = files
        .filter(|file| settings.kinds.of(file.path()) == FileKind::Source && file.status != Status::Deleted)
        .map(|file| (file, added_code(file, evidence)))
        .filter(|(_, lines)| *lines > 0)
        .collect();
    let lines: usize = sources.iter().map(|(_, lines)| lines).sum();
    let Some((most, _)) = sources
        .iter()
        .max_by_key(|(_, lines)| *lines)
        .filter(|_| lines >= FEW)
    else {
        return Err(Abstain::not_applicable(format!(
            "fewer than {FEW} lines of code were added"
        )));
    };
    if touches_tests(evidence, settings) {
        return Ok(Vec::new());
    }
    let pairs = Pairs::of(evidence, &settings.kinds);
    let mut kept = pairs.pairs();
    if pairs.has_new() || kept.any(|pair| pair.before.test.body != pair.after.test.body) {
        return Ok(Vec::new());
    }
    pairs.whole()?;
    let says = format!(
        "{} of code were added in {} and no test changed",
        number(lines, "line", "lines"),
        number(sources.len(), "file", "files")
    );
    Ok(vec![Finding::new(Place::File(most.path().clone()), says)])
}

/// How many lines of code a file gained outside its tests.
fn added_code(file: &FileChange, evidence: &Evidence) -> usize {
    let facts = evidence.code(file.path(), Side::Head).ok();
    let extension = file.path().extension();
    let code = file.added().filter(|line| {
        !is_comment_or_blank(&extension, &line.text)
            && facts
                .as_ref()
                .is_none_or(|facts| facts.test_at(line.number).is_none())
    });
    code.count()
}

/// Whether a test file, test data or a stored picture of output is new or changed.
fn touches_tests(evidence: &Evidence, settings: &Settings) -> bool {
    evidence.change.files().iter().any(|file| {
        let tests = matches!(settings.kinds.of(file.path()), FileKind::Test)
            || super::snapshot_bulk::is_snapshot(file.path());
        tests && file.status != Status::Deleted
    })
}
