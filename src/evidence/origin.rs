//! Does a file that the caller named lie in the tree that is judged?
//!
//! A report that the change brings along proves nothing, a task that the change edits is not the task that was given,
//! and an evidence file on disk is no part of the work.

use std::path::{Path, PathBuf};

use super::{
    change::{Change, Source},
    file::Input,
};
use crate::{finding::Side, path::RepoPath};

/// The working tree around a repository, to tell which named files lie in it.
#[derive(Clone, Debug)]
pub struct Origin {
    root: Option<PathBuf>,
}

impl Origin {
    /// The working tree that a folder lies in; a bare repository and a patch have none.
    pub fn of(folder: &Path) -> Self {
        let root = super::change::git::work_folder(folder);
        Self {
            root: root.and_then(|root| root.canonicalize().ok()),
        }
    }

    /// The root of the working tree, links resolved.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The path that a file has in the working tree, links resolved.
    pub fn path(&self, file: &Path) -> Option<RepoPath> {
        self.inside(&file.canonicalize().ok()?)
    }

    /// The path that a place has in the working tree, whether there is a file or not; links must be resolved.
    pub fn inside(&self, whole: &Path) -> Option<RepoPath> {
        let inside = whole.strip_prefix(self.root.as_ref()?).ok()?;
        RepoPath::new(inside.as_os_str().as_encoded_bytes()).ok()
    }

    /// Whether the author committed a report: the judged state holds it with these very bytes.
    pub fn is_committed(&self, change: &Change, folder: &Path, input: &Input) -> bool {
        let side = match change.source() {
            Source::Range { .. } => Side::Head,
            Source::Staged { .. } | Source::Worktree { .. } => Side::Base,
            Source::Patch { .. } | Source::Memory => return false,
        };
        let entry = self
            .path(&folder.join(&input.file))
            .and_then(|path| change.entry(side, &path).ok()?);
        let bytes = entry.map(|version| change.bytes(&version));
        bytes.is_some_and(|bytes| bytes.map_or(true, |bytes| super::file::digest(&bytes) == input.sha256))
    }
}

/// Why such a report is not read as evidence.
pub fn committed(input: &Input) -> String {
    let file = crate::escape::line(&input.file);
    format!(
        "`{file}` is part of the judged commit: a report that the change brings along proves nothing; have the job that runs the tests write it"
    )
}
