//! Is a file again what it was before somebody else's work on it, and nobody says so?
//!
//! An author who started from an old copy of a file writes the work of others away. Contents are compared as wholes, by
//! their ids: commits behind the base and those of the change form one line.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::{
        Settings,
        edits::{
            are_of_two_hands, differ_in_digits_only, is_about_releases, is_claimed_taken_back,
            says_taken_back,
        },
    },
    evidence::{
        Evidence,
        change::{
            FileChange, ObjectId, Status, Version,
            trail::{Step, Stretch},
            weight::{self, Weight},
        },
    },
    finding::{Abstain, Finding, Judged, Place, Side, Unproven, unless_unknown},
    limits,
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No file that people write was edited; or no history is known, or too little of it.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let mut heads = heads(evidence, settings);
    for side in unchanged(evidence, settings)? {
        heads.insert(side.path, side.id);
    }
    if heads.is_empty() {
        return Err(Abstain::not_applicable("no file that people write was edited"));
    }
    let paths: Vec<RepoPath> = heads.keys().cloned().collect();
    let trail = evidence.change.trail(&paths)?;
    if is_claimed_taken_back(evidence) {
        return Ok(Vec::new());
    }
    let mut findings = Vec::new();
    for (path, head) in &heads {
        let line = Line::of(path, head, &trail.steps);
        findings.extend(line.flip().map(|flip| accuse(path, &flip)));
    }
    unless_unknown(findings, trail.unknown)
}

/// The edited files that may be overwritten ones, with their contents at head.
fn heads(evidence: &Evidence, settings: &Settings) -> BTreeMap<RepoPath, ObjectId> {
    let files = evidence.change.files().iter().filter(|file| has_substance(file));
    let sides = files.filter_map(FileChange::after);
    let sides = sides.filter(|side| side.mode.is_file() && is_judged(&side.path, settings));
    sides.map(|side| (side.path.clone(), side.id.clone())).collect()
}

fn is_judged(path: &RepoPath, settings: &Settings) -> bool {
    settings.kinds.is_hand_written(path) && !is_about_releases(path)
}

/// The files that several commits of the change edited, and that are at head what they were at base.
fn unchanged(evidence: &Evidence, settings: &Settings) -> Result<Vec<Version>, Unproven> {
    let files = evidence.change.files().iter();
    let changed: BTreeSet<&RepoPath> = files.flat_map(FileChange::touched).collect();
    let mut edits: BTreeMap<&RepoPath, usize> = BTreeMap::new();
    // a working tree has no commits of its own
    for commit in evidence.change.commits().unwrap_or_default() {
        for path in &commit.paths {
            *edits.entry(path).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for (path, times) in edits {
        if times > 1 && is_judged(path, settings) && !changed.contains(path) {
            let entry = evidence.change.entry(Side::Head, path)?;
            found.extend(entry.filter(|side| side.mode.is_file()));
        }
    }
    Ok(found)
}

fn has_substance(file: &FileChange) -> bool {
    let is_edit = matches!(file.status, Status::Modified | Status::Added);
    let numbers = file
        .hunks()
        .iter()
        .all(|hunk| differ_in_digits_only(&hunk.removed, &hunk.added));
    is_edit && !numbers && weight::of(file) == Weight::Substance
}

/// The commits that made a file what it is, newest first.
struct Line<'e> {
    head: &'e ObjectId,
    steps: Vec<(&'e Step, Option<&'e ObjectId>)>,
}

impl<'e> Line<'e> {
    fn of(path: &RepoPath, head: &'e ObjectId, steps: &'e [Step]) -> Self {
        let on_line = steps.iter().filter(|step| step.stretch != Stretch::Side);
        let before = |step: &'e Step| {
            let made = step.made.iter().find(|made| made.path == *path)?;
            Some((step, made.before.as_ref().map(|side| &side.id)))
        };
        Self {
            head,
            steps: on_line.filter_map(before).collect(),
        }
    }

    /// The commits that were written over, where the head is what the file was before them.
    fn flip(&self) -> Option<Flip<'e>> {
        let own = self
            .steps
            .iter()
            .take_while(|(step, _)| step.stretch == Stretch::Main);
        let own = own.count();
        let over = self.steps.first().filter(|_| own > 0).map(|(step, _)| *step);
        // the newest commit of the change wrote the head itself
        let from = usize::from(over.is_some());
        let later = self.steps.iter().enumerate().skip(from);
        let (oldest, _) = later
            .filter(|(_, (_, before))| *before == Some(self.head))
            .map(|(place, step)| (place, step))
            .next()?;
        let lost: Vec<&Step> = self
            .steps
            .get(from..=oldest)?
            .iter()
            .map(|(step, _)| *step)
            .collect();
        let explained = over.is_some_and(|over| says_taken_back(&over.commit.message))
            || lost.iter().any(|step| says_taken_back(&step.commit.message));
        let own_work = over.is_some_and(|over| {
            lost.iter()
                .all(|step| !are_of_two_hands(&step.commit, &over.commit))
        });
        (!explained && !own_work).then_some(Flip { over, lost })
    }
}

struct Flip<'e> {
    /// The commit that wrote the old content again; none where it is not committed yet.
    over: Option<&'e Step>,
    /// The commits that it wrote over, newest first.
    lost: Vec<&'e Step>,
}

fn accuse(path: &RepoPath, flip: &Flip<'_>) -> Finding {
    let oldest = flip.lost.last().map_or("", |step| step.commit.id.short());
    let says = match flip.lost.len() {
        1 => format!(
            "`{path}` is again what it was before commit {oldest}, and no message says that this was meant"
        ),
        more => format!(
            "`{path}` is again what it was before commit {oldest} and {} later, and no message says that this was meant",
            more - 1
        ),
    };
    let finding = Finding::new(Place::File(path.clone()), says);
    let over = flip.over.map(|step| format!("written again by {}", named(step)));
    let lost = flip.lost.iter().take(limits::NAMED);
    let lost = lost.map(|step| format!("gone is the work of {}", named(step)));
    over.into_iter().chain(lost).fold(finding, Finding::because)
}

fn named(step: &Step) -> String {
    format!(
        "commit {}: {}",
        step.commit.id.short(),
        crate::escape::line(step.commit.subject())
    )
}
