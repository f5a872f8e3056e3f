//! Is the change what an honest edit looks like?

pub mod conflict_marker;
pub mod dangling_reference;
pub mod degradation;
pub mod duplicate_block;
pub mod empty;
pub mod hotspot_literal;
pub mod in_progress;
pub mod lost_hunk;
pub mod null_field;
pub mod pair_rule;
pub mod reimplemented;
pub mod stale_call;
pub mod stale_overwrite;
pub mod syntax;
pub mod truncated;
pub mod unused_definition;

use crate::{
    checks::Settings,
    code::FileFacts,
    evidence::{
        Evidence, Supplied,
        change::{Commit, Line},
        code::Both,
    },
    finding::{Abstain, Finding, Judged, Unproven, unless_unknown},
    kinds::{FileKind, Kinds},
    path::RepoPath,
};

/// Folders whose files are material for programs and tests, and need not be code that works.
const SAMPLES: &[&str] = &[
    "__fixtures__",
    "cases",
    "corpus",
    "data",
    "fixtures",
    "inputs",
    "samples",
    "snippets",
    "template",
    "templates",
    "test-data",
    "test_data",
    "testdata",
];

/// Whether a path is code that people write and that is meant to work.
pub(in crate::checks) fn is_own_code(path: &RepoPath, kinds: &Kinds) -> bool {
    let folder = path.folder();
    let mut parts = folder.split('/');
    kinds.is_hand_written(path) && !path.lossy().contains("{{") && !parts.any(|part| SAMPLES.contains(&part))
}

/// Judges each changed file of production code that people write. `look` gives how many things of a file it judged, and
/// what is wrong with them.
///
/// # Errors
/// Nothing was judged, for which `nothing` is the reason; or a file could not be read and no other is accused.
fn judge_each_source(
    evidence: &Evidence,
    settings: &Settings,
    nothing: &'static str,
    look: impl Fn(&Both<'_>) -> Supplied<(usize, Vec<Finding>)>,
) -> Judged {
    let (mut judged, mut findings, mut unknown) = (0, Vec::new(), None);
    for both in evidence.changed_code() {
        let path = both.file.path();
        if !is_own_code(path, &settings.kinds) || settings.kinds.of(path) != FileKind::Source {
            continue;
        }
        match look(&both) {
            Ok((count, found)) => {
                judged += count;
                findings.extend(found);
            }
            Err(why) => unknown = Some(why),
        }
    }
    if judged == 0 && unknown.is_none() {
        return Err(Abstain::not_applicable(nothing));
    }
    unless_unknown(findings, unknown)
}

/// That a file was understood from end to end.
///
/// # Errors
/// It was not, and where.
fn understood(path: &RepoPath, facts: &FileFacts) -> Supplied<()> {
    match facts.errors.first() {
        None => Ok(()),
        Some(error) => Err(Unproven::Unparsed(path.clone(), error.line)),
    }
}

/// How authors say that something is taken back.
const TAKEN_BACK: &[&str] = &[
    "back out",
    "back to",
    "backed out",
    "backout",
    "bring back",
    "brought back",
    "old behavio",
    "put back",
    "re-add",
    "re-apply",
    "re-enable",
    "re-land",
    "readd",
    "reapply",
    "reenable",
    "reinstat",
    "reland",
    "restor",
    "revert",
    "roll back",
    "rollback",
    "rolled back",
    "rolls back",
    "undid",
    "undo",
];

/// How they say that what stood there is gone, or is done in another way now.
const DONE_AWAY: &[&str] = &[
    "bump",
    "consolidat",
    "delet",
    "disabl",
    "downgrad",
    "drop",
    "get rid",
    "no longer",
    "redesign",
    "refactor",
    "remov",
    "replac",
    "rework",
    "rewrit",
    "simplif",
    "strip",
    "unpin",
    "unused",
    "upgrad",
];

/// Whether a text says that something is taken back.
fn says_taken_back(text: &str) -> bool {
    let lower = text.to_lowercase();
    TAKEN_BACK.iter().any(|words| lower.contains(words))
}

/// Whether a text says that something is taken back, gone, or done in another way.
fn says_done_away(text: &str) -> bool {
    let lower = text.to_lowercase();
    says_taken_back(text) || DONE_AWAY.iter().any(|words| lower.contains(words))
}

/// Whether the claims, or a text beside them, say that something is taken back.
fn is_claimed_taken_back(evidence: &Evidence) -> bool {
    evidence.claims().is_ok_and(|claims| {
        let mut said = claims.claims.iter().flat_map(|claim| &claim.said);
        let mut texts = claims.documents.iter();
        said.any(|text| says_taken_back(text)) || texts.any(|text| says_taken_back(&text.whole()))
    })
}

/// Whether two commits are the work of two people, or of two tasks where both name one.
fn are_of_two_hands(one: &Commit, other: &Commit) -> bool {
    let task = |commit: &Commit| commit.trailers("Task").next().map(str::to_owned);
    match (task(one), task(other)) {
        (Some(one), Some(other)) => one != other,
        (Some(_), None) | (None, Some(_)) | (None, None) => hand(&one.author) != hand(&other.author),
    }
}

/// The address of an author, who may write their name in several ways; the whole where there is none.
fn hand(author: &str) -> &str {
    let address = author
        .rsplit_once('<')
        .map(|(_, address)| address.trim_end_matches('>'));
    address.filter(|address| address.contains('@')).unwrap_or(author)
}

/// A file that says which version this is, or what is new in it, goes back and forth with releases.
fn is_about_releases(path: &RepoPath) -> bool {
    let name = path.name().to_lowercase();
    let stem = name.trim_start_matches('_');
    [
        "version",
        "change",
        "release",
        "whats_new",
        "whats-new",
        "news",
        "history.",
    ]
    .iter()
    .any(|start| stem.starts_with(start))
}

/// Whether lines differ in digits only, as versions and dates do.
fn differ_in_digits_only(old: &[Line], new: &[Line]) -> bool {
    let plain = |lines: &[Line]| -> String {
        let texts = lines.iter().flat_map(|line| line.text.chars());
        texts
            .filter(|c| !c.is_ascii_digit() && !c.is_whitespace())
            .collect()
    };
    plain(old) == plain(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_is_known_by_its_address() {
        assert_eq!(
            hand("Ada Lovelace <ada@example.com>"),
            hand("ada <ada@example.com>")
        );
        assert_ne!(hand("Ada <ada@example.com>"), hand("Ada <other@example.com>"));
        assert_ne!(hand("Ada <>"), hand("Bob <>"));
    }
}
