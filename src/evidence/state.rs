//! In which state did the author leave the working tree?

/// What is unfinished in a working tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Operations that were begun and not ended: `merge`, `rebase`, `cherry-pick`, `revert`, `bisect`, `am`.
    pub operations: Vec<&'static str>,
    /// Paths with unresolved conflict entries in the index, sorted.
    pub conflicts: Vec<crate::path::RepoPath>,
    /// Messages of stash entries, newest first.
    pub stashes: Vec<String>,
    /// Paths that differ from the judged state: changed on disk while only the index is judged.
    pub unsaved: Vec<crate::path::RepoPath>,
}
