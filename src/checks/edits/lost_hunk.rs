//! Does a commit of the change take back what another task of the change added?
//!
//! Tasks that work at the same time undo one another without knowing. A hunk is the inverse of another where it removes
//! the lines that the other added and adds those that it removed; white space does not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::{
        Settings,
        edits::{
            are_of_two_hands, differ_in_digits_only, is_about_releases, is_claimed_taken_back,
            says_done_away, says_taken_back,
        },
    },
    comments::is_comment_or_blank,
    evidence::{
        Evidence, Supplied,
        change::{
            Commit, Content, Hunk, Line,
            trail::{Made, Step, Stretch},
        },
    },
    finding::{Abstain, Finding, Judged, Place, Unproven, unless_unknown},
    kinds::FileKind,
    limits,
    path::RepoPath,
};

/// Fewer lines of code come and go by chance.
const LINES: usize = 2;
/// Fewer characters of code say too little.
const TELLING: usize = 60;

/// Words of lines that are not meant to stay.
const PROVISIONAL: &[&str] = &[
    "can be removed",
    "debug",
    "fixme",
    "for now",
    "for testing",
    "hack",
    "temporar",
    "to be removed",
    "todo",
    "workaround",
];

/// Judges the item.
///
/// # Errors
/// No file was edited by two tasks or authors; or the commits are not known.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let commits = evidence.change.commits()?;
    let paths = contested(commits, settings);
    if paths.is_empty() {
        return Err(Abstain::not_applicable(
            "no file was edited by more than one task or author",
        ));
    }
    if is_claimed_taken_back(evidence) {
        return Ok(Vec::new());
    }
    let trail = evidence.change.trail(&paths)?;
    let own = trail.steps.iter().rev();
    let own = own.filter(|step| step.stretch != Stretch::Past && step.commit.parents.len() < 2);
    let steps: Vec<&Step> = own.collect();
    let (mut findings, mut unknown) = (Vec::new(), None);
    let kept = kept(evidence);
    for path in &paths {
        match edits(evidence, path, &steps) {
            Ok(edits) => {
                let lost = lost(&edits).filter(|(gone, _)| !is_kept(gone, &kept));
                findings.extend(lost.map(|(gone, over)| accuse(path, gone, over)));
            }
            Err(why) => unknown = Some(why),
        }
    }
    unless_unknown(findings, unknown)
}

/// The paths that two tasks or authors edited.
fn contested(commits: &[Commit], settings: &Settings) -> Vec<RepoPath> {
    let mut editors: BTreeMap<&RepoPath, Vec<&Commit>> = BTreeMap::new();
    for commit in commits {
        for path in &commit.paths {
            editors.entry(path).or_default().push(commit);
        }
    }
    let two = |editors: &[&Commit]| {
        let first = editors.first();
        editors
            .iter()
            .any(|one| first.is_some_and(|first| are_of_two_hands(first, one)))
    };
    let is_code = |path: &RepoPath| match settings.kinds.of(path) {
        FileKind::Source | FileKind::Other => !is_about_releases(path),
        // what a test expects goes with the behaviour, and has checks of its own
        FileKind::Test | FileKind::Docs | FileKind::Lock | FileKind::Generated | FileKind::Vendored => false,
    };
    let contested = editors
        .into_iter()
        .filter(|(path, editors)| is_code(path) && two(editors));
    contested.map(|(path, _)| path.clone()).collect()
}

/// One hunk of one commit.
struct Edit<'e> {
    commit: &'e Commit,
    removed: Vec<String>,
    added: Vec<String>,
    is_telling: bool,
    /// The file went as a whole.
    deletes: bool,
}

/// What the commits did to a path, oldest first.
fn edits<'e>(evidence: &Evidence, path: &RepoPath, steps: &[&'e Step]) -> Supplied<Vec<Edit<'e>>> {
    let made = |step: &&'e Step| -> Option<(&'e Commit, &'e Made)> {
        let made = step.made.iter().find(|made| made.path == *path)?;
        Some((&step.commit, made))
    };
    let made: Vec<_> = steps.iter().filter_map(made).collect();
    if made.len() > limits::CONTESTED_EDITS {
        return Err(Unproven::Insufficient(format!(
            "`{path}` was edited by {} commits, at most {} are compared",
            made.len(),
            limits::CONTESTED_EDITS
        )));
    }
    let mut edits = Vec::new();
    for (commit, made) in made {
        match evidence
            .change
            .between(made.before.as_ref(), made.after.as_ref())?
        {
            Content::Text(hunks) => edits.extend(hunks.iter().map(|hunk| Edit {
                deletes: made.after.is_none(),
                ..edit(commit, hunk, path)
            })),
            Content::Binary | Content::Opaque(_) => {}
        }
    }
    Ok(edits)
}

fn edit<'e>(commit: &'e Commit, hunk: &Hunk, path: &RepoPath) -> Edit<'e> {
    let extension = path.extension();
    let code = hunk.added.iter().map(|line| line.text.trim());
    let code: Vec<&str> = code
        .filter(|text| !is_comment_or_blank(&extension, text))
        .collect();
    let characters: usize = code.iter().map(|text| text.len()).sum();
    let is_long = code.len() >= LINES && characters >= TELLING;
    Edit {
        commit,
        removed: plain(&hunk.removed),
        added: plain(&hunk.added),
        is_telling: is_long && !differ_in_digits_only(&hunk.removed, &hunk.added) && !is_provisional(hunk),
        deletes: false,
    }
}

/// Whether a line says of itself, or of those beside it, that they will go.
fn is_provisional(hunk: &Hunk) -> bool {
    hunk.added.iter().any(|line| {
        let lower = line.text.to_lowercase();
        PROVISIONAL.iter().any(|words| lower.contains(words))
    })
}

/// Lines without the white space that formatters change.
fn plain<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Vec<String> {
    let texts = lines.into_iter().map(|line| {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        words.join(" ")
    });
    texts.filter(|text| !text.is_empty()).collect()
}

/// Each hunk that somebody else took back, and the one that did.
fn lost<'a, 'e>(edits: &'a [Edit<'e>]) -> impl Iterator<Item = (&'a Edit<'e>, &'a Edit<'e>)> {
    let mut named = BTreeSet::new();
    edits.iter().enumerate().filter_map(move |(place, gone)| {
        if !gone.is_telling {
            return None;
        }
        let later = edits.get(place + 1..).unwrap_or_default();
        let at = later
            .iter()
            .position(|over| !over.deletes && is_inverse(gone, over))?;
        let over = later.get(at)?;
        let again = later.iter().skip(at + 1).any(|one| one.added == gone.added)
            || later
                .iter()
                .any(|one| one.commit.id == over.commit.id && moves(gone, one));
        let meant = says_done_away(&over.commit.message) || says_taken_back(&gone.commit.message);
        let own = !are_of_two_hands(gone.commit, over.commit);
        (!again && !meant && !own && named.insert(gone.added.clone())).then_some((gone, over))
    })
}

/// Whether another hunk of the commit that takes lines away puts most of them elsewhere.
fn moves(gone: &Edit<'_>, other: &Edit<'_>) -> bool {
    let there = gone.added.iter().filter(|line| other.added.contains(line));
    there.count() * 2 >= gone.added.len()
}

fn is_inverse(gone: &Edit<'_>, over: &Edit<'_>) -> bool {
    gone.added == over.removed && gone.removed == over.added
}

/// The lines that the change as a whole adds.
fn kept(evidence: &Evidence) -> BTreeSet<String> {
    let files = evidence.change.files().iter();
    files
        .flat_map(|file| plain(file.hunks().iter().flat_map(|hunk| &hunk.added)))
        .collect()
}

/// Whether half of the lines are there at head all the same: they moved.
fn is_kept(gone: &Edit<'_>, kept: &BTreeSet<String>) -> bool {
    let there = gone.added.iter().filter(|text| kept.contains(*text));
    there.count() * 2 >= gone.added.len()
}

fn accuse(path: &RepoPath, gone: &Edit<'_>, over: &Edit<'_>) -> Finding {
    let by = |commit: &Commit| match commit.trailers("Task").next() {
        Some(task) => format!(
            "commit {} of task `{}`",
            commit.id.short(),
            crate::escape::line(task)
        ),
        None => format!(
            "commit {} by {}",
            commit.id.short(),
            crate::escape::line(&commit.author)
        ),
    };
    let says = format!(
        "{} takes back what {} added to `{path}`: {} lines",
        by(over.commit),
        by(gone.commit),
        gone.added.len()
    );
    let finding = Finding::new(Place::File(path.clone()), says);
    let shown = gone.added.iter().take(3);
    shown.fold(finding, |finding, text| {
        finding.because(format!("gone again: `{}`", crate::escape::line(text)))
    })
}
