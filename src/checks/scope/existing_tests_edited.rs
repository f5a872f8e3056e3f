//! Were existing tests edited although the task is about something else?
//!
//! New tests beside old ones are no edit. Comments, imports, moved lines, a name that was replaced in the code too, and
//! calls that only take other arguments are what an honest change of code does to its tests.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    comments,
    evidence::{
        Evidence,
        change::{Change, FileChange, Hunk, Line, Status},
        task::{Task, TaskKind},
    },
    finding::{Abstain, Finding, Judged, Place, Side},
    kinds::FileKind,
    moved::Moves,
    path::RepoPath,
    risk::{self, Standing},
    substitution::{self, Swap},
};

/// Extensions of files beside tests that are no tests.
const DATA: &[&str] = &[
    "", "adoc", "cfg", "csv", "ini", "json", "lock", "md", "mdx", "mod", "rst", "sum", "toml", "txt", "xml",
    "yaml", "yml",
];

/// Judges the item.
///
/// # Errors
/// No task was given, or it is about tests.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let task = evidence.task()?;
    if task.kind == Some(TaskKind::Tests) {
        return Err(Abstain::not_applicable("the task is about tests"));
    }
    let change = &evidence.change;
    let swaps = swaps_in_code(change, settings);
    let mut moves = Moves::of(change);
    let mut findings = Vec::new();
    for file in change.files() {
        let Some(path) = existing_test(file, settings).filter(|path| !is_assigned(task, path)) else {
            continue;
        };
        if file.status == Status::Deleted {
            if !deletion_is_approved(file, evidence, settings) {
                let says = format!("the existing test file `{path}` is deleted");
                findings.push(about(Place::File(path.clone()), says, task));
            }
            continue;
        }
        let edited: Vec<&Line> = file
            .hunks()
            .iter()
            .filter(|hunk| !ripples(hunk, &swaps))
            .flat_map(|hunk| &hunk.removed)
            .filter(|line| tells(path, line) && !moves.take_removed(line))
            .collect();
        findings.extend(edited_lines(path, &edited, task));
    }
    Ok(findings)
}

/// The path at base of a test file that stood there before.
fn existing_test<'a>(file: &'a FileChange, settings: &Settings) -> Option<&'a RepoPath> {
    let before = file.before().filter(|_| file.status != Status::Copied)?;
    // notes and data between tests assert nothing by themselves
    let data = DATA.contains(&before.path.extension().as_str());
    (settings.kinds.of(&before.path) == FileKind::Test && !data).then_some(&before.path)
}

/// Without `allow` every path may be touched, and none is named.
fn is_assigned(task: &Task, path: &RepoPath) -> bool {
    task.allow.as_ref().is_some_and(|allow| allow.matches(path))
        || task.require.iter().any(|area| area.globs.matches(path))
}

fn deletion_is_approved(file: &FileChange, evidence: &Evidence, settings: &Settings) -> bool {
    settings
        .risks
        .of(file, &settings.kinds)
        .any(|class| risk::standing(class, file, evidence, &settings.policy) == Standing::Approved)
}

fn edited_lines(path: &RepoPath, edited: &[&Line], task: &Task) -> Option<Finding> {
    let first = edited.first()?;
    let place = Place::Lines {
        path: path.clone(),
        side: Side::Base,
        first: first.number,
        last: first.number,
    };
    let says = match edited.len() {
        1 => format!("1 existing line of the test file `{path}` was changed or removed"),
        count => format!("{count} existing lines of the test file `{path}` were changed or removed"),
    };
    let quote = crate::escape::line(first.text.trim()).into_owned();
    Some(about(place, says, task).because(format!(
        "before, line {}: {}",
        first.number,
        crate::escape::cut(&quote, 160)
    )))
}

fn about(place: Place, says: String, task: &Task) -> Finding {
    let why = match &task.allow {
        None => "the task names no test",
        Some(_) => "the task does not assign it",
    };
    Finding::new(place, says)
        .because(why)
        .fix("put the old test back and make the code pass it, or have the task allow the test file")
}

/// Words that were replaced in code: their tests follow.
fn swaps_in_code<'a>(change: &'a Change, settings: &Settings) -> BTreeSet<Swap<'a>> {
    let code = change
        .files()
        .iter()
        .filter(|file| settings.kinds.of(file.path()) != FileKind::Test);
    code.flat_map(|file| file.hunks())
        .filter_map(substitution::of)
        .collect()
}

/// Whether a hunk only follows the code: the same word replaced, or calls with other arguments.
fn ripples(hunk: &Hunk, swaps: &BTreeSet<Swap<'_>>) -> bool {
    substitution::of(hunk).is_some_and(|swap| swaps.contains(&swap)) || only_arguments_differ(hunk)
}

fn only_arguments_differ(hunk: &Hunk) -> bool {
    let pairs = hunk.removed.iter().zip(&hunk.added);
    hunk.removed.len() == hunk.added.len()
        && pairs.into_iter().all(|(old, new)| {
            let (old, new) = (without_arguments(&old.text), without_arguments(&new.text));
            old == new && !states_an_expectation(&old)
        })
}

/// A line with everything between its outermost parentheses left out.
fn without_arguments(line: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(line.len());
    for character in line.trim().chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            other if depth == 0 => kept.push(other),
            _ => {}
        }
    }
    kept
}

/// By the words that assertions begin with in most test libraries.
fn states_an_expectation(line: &str) -> bool {
    let line = line.to_lowercase();
    [
        "assert", "expect", "should", "must", "require", "verify", "check", "==",
    ]
    .iter()
    .any(|word| line.contains(word))
}

fn tells(path: &RepoPath, line: &Line) -> bool {
    let text = line.text.trim_start();
    let import = [
        "use ", "import ", "from ", "#include", "require(", "using ", "package ",
    ];
    !comments::is_comment_or_blank(&path.extension(), text)
        && !import.iter().any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(old: &str, new: &str) -> Hunk {
        let line = |text: &str| Line {
            number: 1,
            text: text.into(),
        };
        Hunk {
            removed: vec![line(old)],
            added: vec![line(new)],
        }
    }

    #[test]
    fn a_call_with_other_arguments_follows_the_code() {
        assert!(only_arguments_differ(&hunk(
            "let a = open(1);",
            "let a = open(1, None);"
        )));
    }

    #[test]
    fn another_expectation_does_not() {
        assert!(!only_arguments_differ(&hunk(
            "assert_eq!(open(1), 2);",
            "assert_eq!(open(1), 3);"
        )));
        assert!(!only_arguments_differ(&hunk(
            "let a = open(1);",
            "let a = close(1);"
        )));
    }
}
