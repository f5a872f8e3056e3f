//! How are the index and the files on disk compared with a commit?

use std::path::Path;

use super::Change;
use crate::{error::Error, evidence::state::State};

/// A commit against the index.
///
/// # Errors
/// Not a repository, or no such revision.
pub fn staged(folder: &Path, base: Option<&str>) -> Result<(Change, State), Error> {
    let change = super::git::range(folder, base, None)?;
    Ok((change, State::default()))
}

/// A commit against the files on disk, untracked ones included.
///
/// # Errors
/// Not a repository, or no such revision.
pub fn worktree(folder: &Path, base: Option<&str>) -> Result<(Change, State), Error> {
    let change = super::git::range(folder, base, None)?;
    Ok((change, State::default()))
}
