//! What did the author begin and not end? Read from the marks that git leaves; nothing is written.

use git2::Repository;

use crate::{evidence::state::State, path::RepoPath};

/// The operations under way and the stash entries; `conflicts` and `unsaved` are the index's to say.
pub fn state(repository: &Repository, conflicts: Vec<RepoPath>, unsaved: Vec<RepoPath>) -> State {
    State {
        operations: operations(repository),
        conflicts,
        stashes: stashes(repository),
        unsaved,
    }
}

/// Several may be under way at once. A rebase picks commits one by one: its own pick is not a second operation.
fn operations(repository: &Repository) -> Vec<&'static str> {
    let has = |mark: &str| repository.path().join(mark).exists();
    let applies = has("rebase-apply/applying");
    let rebases = has("rebase-merge") || (has("rebase-apply") && !applies);
    let marks = [
        ("merge", has("MERGE_HEAD")),
        ("rebase", rebases),
        ("cherry-pick", has("CHERRY_PICK_HEAD") && !rebases),
        ("revert", has("REVERT_HEAD") && !rebases),
        ("bisect", has("BISECT_LOG")),
        ("am", applies),
    ];
    marks
        .into_iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(name, _)| name)
        .collect()
}

/// Newest first. The library creates a missing log when it is asked for one, so it is asked only where there is one.
fn stashes(repository: &Repository) -> Vec<String> {
    const STASH: &str = "refs/stash";
    if repository.find_reference(STASH).is_err() || !repository.reference_has_log(STASH).unwrap_or(false) {
        return Vec::new();
    }
    let Ok(log) = repository.reflog(STASH) else {
        return Vec::new();
    };
    log.iter()
        .map(|entry| String::from_utf8_lossy(entry.message_bytes().unwrap_or_default()).into_owned())
        .collect()
}
