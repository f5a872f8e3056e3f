//! Which change does a command line mean? Shared by every command that looks at one.

use std::path::PathBuf;

use crate::gate::Range;

/// A change, and the repository it is in.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Arguments {
    /// Compare with the merge base of this revision and the head.
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Judge this revision instead of HEAD.
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// Judge what is staged against the base (HEAD by default).
    #[arg(long, conflicts_with_all = ["head", "worktree", "diff"])]
    staged: bool,
    /// Judge the files on disk, untracked ones included, against the base (HEAD by default).
    #[arg(long, conflicts_with_all = ["head", "diff"])]
    worktree: bool,
    /// Judge a patch file; no repository is needed.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["base", "head"])]
    diff: Option<PathBuf>,
    /// The repository.
    #[arg(long, short = 'C', value_name = "DIR", default_value = ".")]
    pub(super) repo: PathBuf,
}

impl Arguments {
    /// The change that is meant.
    pub fn range(&self) -> Range {
        let base = self.base.clone();
        match (&self.diff, self.staged, self.worktree) {
            (Some(file), _, _) => Range::Patch(file.clone()),
            (None, true, _) => Range::Staged { base },
            (None, false, true) => Range::Worktree { base },
            (None, false, false) => Range::Commits {
                base,
                head: self.head.clone(),
            },
        }
    }
}
