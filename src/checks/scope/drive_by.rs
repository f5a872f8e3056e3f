//! Does much of the change only format code, or shuffle imports, beside the work?
//!
//! Token streams of both sides decide hunk by hunk. A change that is about nothing else, and says so, is no drive-by.

use std::collections::{BTreeSet, HashSet};

use crate::{
    checks::Settings,
    code::facts::{DefinitionKind, FileFacts},
    evidence::{
        Evidence, Supplied,
        change::{Hunk, Line, Status, weight},
        code::Both,
        task::TaskKind,
    },
    finding::{Abstain, Finding, Judged, Place, Unproven, number},
    limits, risk,
};

/// Fewer lines are read past, in changed lines.
const LEAST: usize = 20;
/// Share of the changed lines, in per cent.
const SHARE: usize = 20;
/// Lines beside a real change are part of it.
const NEAR: u32 = 3;
/// Words by which an author says that form is what changed.
const OWNED_UP: &[&str] = &[
    "black",
    "clippy",
    "comment",
    "docstring",
    "fmt",
    "format",
    "gofmt",
    "indent",
    "isort",
    "lint",
    "prettier",
    "reformat",
    "ruff",
    "rustfmt",
    "style",
    "typo",
    "whitespace",
    "wording",
];

/// Judges the item.
///
/// # Errors
/// No code of a language that is read was edited, the task is about form, or a file could not be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let kind = evidence.task().ok().and_then(|task| task.kind);
    if matches!(kind, Some(TaskKind::Docs | TaskKind::Chore | TaskKind::Refactor)) {
        return Err(Abstain::not_applicable("the task is about more than behaviour"));
    }
    let (mut all, mut idle, mut unread, mut any) = (0, Vec::new(), None, false);
    for both in evidence.changed_code() {
        if both.file.status != Status::Modified || !settings.kinds.is_hand_written(both.file.path()) {
            all += both.file.churn();
            continue;
        }
        any = true;
        all += both.file.churn();
        match look(&both) {
            Ok(lines) if lines > 0 => idle.push((lines, both)),
            Ok(_) => {}
            Err(why) => unread = Some(why),
        }
    }
    if !any {
        return Err(Abstain::not_applicable("no code that was there was edited"));
    }
    conclude(evidence, all, idle, unread)
}

fn conclude(
    evidence: &Evidence,
    all: usize,
    mut idle: Vec<(usize, Both<'_>)>,
    unread: Option<Unproven>,
) -> Judged {
    let lines: usize = idle.iter().map(|(lines, _)| lines).sum();
    let is_work = lines < all;
    if lines < LEAST || lines * 100 < all * SHARE || !is_work || is_owned_up(evidence) {
        return unread.map_or(Ok(Vec::new()), |why| Err(why.into()));
    }
    idle.sort_by_key(|(lines, _)| std::cmp::Reverse(*lines));
    let says = format!("{lines} of {all} changed lines of code only change layout or the order of imports");
    let finding =
        idle.iter()
            .take(limits::NAMED)
            .fold(Finding::new(Place::Change, says), |finding, (lines, both)| {
                finding.because(format!(
                    "{} in `{}`",
                    number(*lines, "line", "lines"),
                    both.file.path()
                ))
            });
    Ok(vec![finding])
}

fn is_owned_up(evidence: &Evidence) -> bool {
    let owned_up = risk::declared(evidence, |text| {
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.any(|word| OWNED_UP.iter().any(|start| word.starts_with(start)))
    });
    owned_up.is_some()
}

/// How many changed lines of a file mean nothing to a machine.
fn look(both: &Both<'_>) -> Supplied<usize> {
    let (Some(before), Some(after)) = (both.before()?, both.after()?) else {
        return Ok(0);
    };
    let (before, after) = (&*before, &*after);
    for facts in [before, after] {
        if let Some(error) = facts.errors.first() {
            return Err(Unproven::Unparsed(both.file.path().clone(), error.line));
        }
    }
    let mut idle = Vec::new();
    let imports = |facts: &FileFacts| -> HashSet<u32> { facts.imports.iter().map(|one| one.line).collect() };
    let (old_lines, new_lines) = (imports(before), imports(after));
    let (mut old_imports, mut new_imports) = (Vec::new(), Vec::new());
    let mut work = Work::default();
    for hunk in both.file.hunks() {
        if is_obeyed(hunk) || is_new_comment(hunk, &both.file.path().extension()) {
            continue;
        }
        if is_layout(hunk, before, after) {
            idle.push(hunk);
        } else if is_about_comments(hunk, before, after) {
            // what is said about code is worded anew with work elsewhere too
        } else if are_imports(&old_lines, &hunk.removed) && are_imports(&new_lines, &hunk.added) {
            old_imports.extend(&hunk.removed);
            new_imports.extend(&hunk.added);
        } else {
            work.add(hunk, before, after);
        }
    }
    let beside = idle.iter().filter(|hunk| !work.holds(hunk, before, after));
    let lines: usize = beside.map(|hunk| hunk.removed.len() + hunk.added.len()).sum();
    Ok(lines + reordered(&old_imports, &new_imports))
}

/// The definitions and the lines that a file's real changes are about.
#[derive(Default)]
struct Work<'e> {
    definitions: HashSet<&'e str>,
    lines: [BTreeSet<u32>; 2],
}

impl<'e> Work<'e> {
    fn add(&mut self, hunk: &Hunk, before: &'e FileFacts, after: &'e FileFacts) {
        let sides = [(before, &hunk.removed), (after, &hunk.added)];
        for ((facts, changed), lines) in sides.into_iter().zip(&mut self.lines) {
            lines.extend(changed.iter().map(|line| line.number));
            for line in ends(changed) {
                self.definitions.extend(name_at(facts, line));
            }
        }
    }

    /// Whether a hunk lies in a definition that was worked on, or right beside work: what is wrapped in a block moves to
    /// the right, and what is said about it changes with it.
    fn holds(&self, hunk: &Hunk, before: &FileFacts, after: &FileFacts) -> bool {
        let sides = [(before, &hunk.removed), (after, &hunk.added)];
        let mut sides = sides.into_iter().zip(&self.lines);
        sides.any(|((facts, changed), worked)| {
            ends(changed).any(|line| {
                let mut around = [line, line + NEAR]
                    .into_iter()
                    .filter_map(|line| name_at(facts, line));
                let near = line.saturating_sub(NEAR)..=line + NEAR;
                around.any(|name| self.definitions.contains(name)) || worked.range(near).next().is_some()
            })
        })
    }
}

/// The first and the last of some lines.
fn ends(lines: &[Line]) -> impl Iterator<Item = u32> {
    lines
        .first()
        .into_iter()
        .chain(lines.last())
        .map(|line| line.number)
}

/// The innermost function or type around a line.
fn name_at(facts: &FileFacts, line: u32) -> Option<&str> {
    let around = facts
        .definition_at(line)
        .filter(|one| one.kind != DefinitionKind::Module);
    around.map(|one| one.qualified.as_str())
}

/// Whether a hunk of code means the same on both sides.
fn is_layout(hunk: &Hunk, before: &FileFacts, after: &FileFacts) -> bool {
    let same = tokens(before, &hunk.removed);
    !same.is_empty() && same == tokens(after, &hunk.added) && !holds_comments(hunk, before, after)
}

fn is_about_comments(hunk: &Hunk, before: &FileFacts, after: &FileFacts) -> bool {
    tokens(before, &hunk.removed) == tokens(after, &hunk.added)
}

fn holds_comments(hunk: &Hunk, before: &FileFacts, after: &FileFacts) -> bool {
    let sides = [(before, &hunk.removed), (after, &hunk.added)];
    sides.into_iter().any(|(facts, lines)| {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return false;
        };
        let mut comments = facts.comments.iter().chain(&facts.docstrings);
        comments.any(|span| span.first <= last.number && first.number <= span.last)
    })
}

fn is_obeyed(hunk: &Hunk) -> bool {
    let mut lines = hunk.removed.iter().chain(&hunk.added);
    lines.any(|line| weight::is_obeyed(&line.text))
}

/// A comment that is only added, or a blank line, is a note on the work.
fn is_new_comment(hunk: &Hunk, extension: &str) -> bool {
    let blank = |line: &Line| line.text.trim().is_empty();
    let note = |line: &Line| blank(line) || weight::is_comment(&line.text, extension);
    hunk.removed.iter().all(blank) && hunk.added.iter().all(note)
}

fn tokens(facts: &FileFacts, lines: &[Line]) -> Vec<u64> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return Vec::new();
    };
    facts.tokens.hashes_on(first.number..=last.number).collect()
}

fn are_imports(imports: &HashSet<u32>, lines: &[Line]) -> bool {
    let mut filled = lines.iter().filter(|line| !line.text.trim().is_empty());
    filled.all(|line| imports.contains(&line.number))
}

/// Imports that are on both sides, at other places.
fn reordered(old: &[&Line], new: &[&Line]) -> usize {
    let text = |lines: &[&Line]| {
        let mut texts: Vec<String> = lines.iter().map(|line| line.text.trim().to_owned()).collect();
        texts.retain(|text| !text.is_empty());
        texts.sort();
        texts
    };
    let (old, new) = (text(old), text(new));
    if old == new { old.len() + new.len() } else { 0 }
}
