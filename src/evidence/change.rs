//! What changed between base and head?
//!
//! Tree objects decide; patch text, status, index flags and attributes never do. Blobs are read when a check asks
//! for them: they are named by their content, so reading late changes nothing.

pub mod convert;
pub mod disk;
pub mod git;
pub mod history;
pub mod kept;
pub mod lines;
pub mod memory;
pub mod objects;
pub mod open;
pub mod patch;
pub mod renames;
pub mod revision;
pub mod similarity;
pub mod snapshot;
pub mod trail;
pub mod unfinished;
pub mod walk;
pub mod weight;
pub mod worktree;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crate::{
    evidence::Supplied,
    finding::{Kind, Side, Unproven},
    path::RepoPath,
};

/// The id of a blob, a tree or a commit, in lower-case hexadecimal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub Box<str>);

impl ObjectId {
    /// The first twelve digits.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// What kind of entry a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// An ordinary file.
    File,
    /// A file with the executable bit.
    Executable,
    /// A symbolic link; its blob is the target.
    Symlink,
    /// A commit of another repository; its files are invisible here.
    Submodule,
}

impl Mode {
    /// Whether it is a file, executable or not.
    pub const fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }

    /// Whether it is a symbolic link.
    pub const fn is_link(self) -> bool {
        matches!(self, Self::Symlink)
    }

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Executable => "executable file",
            Self::Symlink => "symbolic link",
            Self::Submodule => "submodule",
        }
    }
}

/// One side of a changed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its path on this side.
    pub path: RepoPath,
    /// What it is on this side.
    pub mode: Mode,
    /// Its blob, or the commit of a submodule.
    pub id: ObjectId,
}

/// What happened to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// Its content, its mode or both are different.
    Modified,
    /// It came from another path that is gone.
    Renamed,
    /// It came from another path that is still there; all its lines count as added.
    Copied,
    /// A file became a link, a submodule or the other way round.
    TypeChanged,
}

impl Status {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Deleted => "deleted",
            Self::Modified => "modified",
            Self::Renamed => "renamed",
            Self::Copied => "copied",
            Self::TypeChanged => "type changed",
        }
    }
}

/// A line that is on one side only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// 1-based number on its own side.
    pub number: u32,
    /// Its text without the line break; bytes that are not UTF-8 are replaced.
    pub text: Box<str>,
}

/// Neighbouring lines that were replaced: either list may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Hunk {
    /// Lines of the base that are gone.
    pub removed: Vec<Line>,
    /// Lines of the head that are new.
    pub added: Vec<Line>,
}

/// How a file's content changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text, as hunks in the order of the file; empty where only path or mode changed.
    Text(Vec<Hunk>),
    /// At least one side is not text (a NUL byte in the first 8,000 bytes, as git decides).
    Binary,
    /// Not looked into, and why: over the size limit, a submodule.
    Opaque(String),
}

/// Which sides a changed path has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Only at head.
    Added(Version),
    /// Only at base.
    Deleted(Version),
    /// Before and after; the paths differ where it was renamed or copied.
    Both(Version, Version),
}

/// One changed path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// What happened.
    pub status: Status,
    /// Before, after, or both.
    pub sides: Sides,
    /// How the content changed.
    pub content: Content,
}

impl FileChange {
    /// The side before; absent for an added file.
    pub fn before(&self) -> Option<&Version> {
        match &self.sides {
            Sides::Deleted(old) | Sides::Both(old, _) => Some(old),
            Sides::Added(_) => None,
        }
    }

    /// The side after; absent for a deleted file.
    pub fn after(&self) -> Option<&Version> {
        match &self.sides {
            Sides::Added(new) | Sides::Both(_, new) => Some(new),
            Sides::Deleted(_) => None,
        }
    }

    /// Its path at head, or at base where it is gone.
    pub fn path(&self) -> &RepoPath {
        match &self.sides {
            Sides::Added(version) | Sides::Deleted(version) | Sides::Both(_, version) => &version.path,
        }
    }

    /// Every path it touches: the old one too where a file was renamed (not where it was copied).
    pub fn touched(&self) -> impl Iterator<Item = &RepoPath> {
        let old = self
            .before()
            .filter(|_| self.status != Status::Copied)
            .map(|version| &version.path);
        let new = self
            .after()
            .map(|version| &version.path)
            .filter(|path| Some(*path) != old);
        old.into_iter().chain(new)
    }

    /// The hunks; none where the content is not text.
    pub fn hunks(&self) -> &[Hunk] {
        match &self.content {
            Content::Text(hunks) => hunks,
            Content::Binary | Content::Opaque(_) => &[],
        }
    }

    /// Every line that is new.
    pub fn added(&self) -> impl Iterator<Item = &Line> {
        self.hunks().iter().flat_map(|hunk| &hunk.added)
    }

    /// Every line that is gone.
    pub fn removed(&self) -> impl Iterator<Item = &Line> {
        self.hunks().iter().flat_map(|hunk| &hunk.removed)
    }

    /// Added plus removed lines.
    pub fn churn(&self) -> usize {
        self.hunks()
            .iter()
            .map(|hunk| hunk.added.len() + hunk.removed.len())
            .sum()
    }

    /// Whether a line of the head is new.
    pub fn adds_line(&self, number: u32) -> bool {
        self.hunks()
            .iter()
            .any(|hunk| hunk.added.iter().any(|line| line.number == number))
    }
}

/// A commit of the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its parents' ids.
    pub parents: Vec<ObjectId>,
    /// The whole message; bytes that are not UTF-8 are replaced.
    pub message: String,
    /// Author name and e-mail, `Name <mail>`.
    pub author: String,
    /// Committer time, seconds since 1970. Written by the author: it may accuse, never acquit.
    pub time: i64,
    /// Paths that differ from its first parent. Empty for a merge.
    pub paths: Vec<RepoPath>,
}

impl Commit {
    /// The values of a trailer (`Key: value` in the last paragraph), compared without case.
    pub fn trailers<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let last = self.message.trim_end().rsplit("\n\n").next().unwrap_or_default();
        last.lines().filter_map(move |line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(key).then(|| value.trim())
        })
    }

    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

/// Where the change was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Two commits.
    Range {
        /// What the caller called the base.
        base_name: String,
        /// The commit compared with: the merge base of base and head.
        base: ObjectId,
        /// The commit that `base_name` means; differs from `base` where the base branch moved on.
        base_tip: ObjectId,
        /// What the caller called the head.
        head_name: String,
        /// The head commit.
        head: ObjectId,
    },
    /// A commit against the index.
    Staged {
        /// The commit compared with; the empty tree where there is no commit yet.
        base: ObjectId,
    },
    /// A commit against the files on disk, untracked ones included.
    Worktree {
        /// The commit compared with; the empty tree where there is no commit yet.
        base: ObjectId,
    },
    /// A patch file without a repository.
    Patch {
        /// The file as the caller named it.
        file: String,
    },
    /// Two sets of files held in memory.
    Memory,
}

impl Source {
    /// The head commit, where the head is one.
    pub fn head_commit(&self) -> Option<&ObjectId> {
        match self {
            Self::Range { head, .. } => Some(head),
            Self::Staged { .. } | Self::Worktree { .. } | Self::Patch { .. } | Self::Memory => None,
        }
    }

    /// The commit compared with, where there is one.
    pub fn base_commit(&self) -> Option<&ObjectId> {
        match self {
            Self::Range { base, .. } | Self::Staged { base } | Self::Worktree { base } => Some(base),
            Self::Patch { .. } | Self::Memory => None,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range {
                base, base_tip, head, ..
            } if base == base_tip => write!(f, "{}..{}", base.short(), head.short()),
            Self::Range {
                base,
                head,
                base_name,
                ..
            } => {
                write!(
                    f,
                    "{}..{} (merge base with {})",
                    base.short(),
                    head.short(),
                    crate::escape::line(base_name)
                )
            }
            Self::Staged { base } => write!(f, "{}..index", base.short()),
            Self::Worktree { base } => write!(f, "{}..working tree", base.short()),
            Self::Patch { file } => write!(f, "patch {}", crate::escape::line(file)),
            Self::Memory => f.write_str("files in memory"),
        }
    }
}

/// How base and head are related in the commit graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ancestry {
    /// The named base is an ancestor of the head, or the head itself.
    pub base_is_ancestor: bool,
    /// The head is an ancestor of the named base and not the base itself.
    pub head_is_behind: bool,
    /// Some branch or tag other than the head still reaches the named base.
    pub base_is_on_a_ref: bool,
    /// Both have the same tree.
    pub same_tree: bool,
}

/// Where files outside the change are looked up, and contents are read.
pub trait Store: fmt::Debug + Send + Sync {
    /// The bytes of a blob of this change.
    ///
    /// # Errors
    /// The object is missing, or larger than [`crate::limits::BLOB_BYTES`].
    fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven>;

    /// The entry at a path, changed or not; `None` where there is none.
    ///
    /// # Errors
    /// The tree of that side is not known (a patch) or not readable.
    fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven>;

    /// Every path of a side, sorted. Cost grows with the repository: ask only where a name must be searched.
    ///
    /// # Errors
    /// As [`Store::entry`].
    fn paths(&self, side: Side) -> Result<Vec<RepoPath>, Unproven>;

    /// Whether a commit is the head or one of its ancestors; `None` where the commit is not known here.
    ///
    /// # Errors
    /// The head is not a commit, or the graph is cut off.
    fn head_reaches(&self, commit: &str) -> Result<Option<bool>, Unproven>;

    /// What one commit of the range changed against its parent.
    ///
    /// # Errors
    /// No commits are known, the commit is a merge, or an object of it is missing.
    fn of_commit(&self, _commit: &ObjectId) -> Supplied<Arc<Change>> {
        Err(objects::no_history())
    }

    /// The id of the tree of the head, without some files that base does not have.
    ///
    /// # Errors
    /// The head is no tree of git (a patch), or a file on disk could not be read.
    fn head_tree(&self, _left_out: &[RepoPath]) -> Result<ObjectId, Unproven> {
        Err(Unproven::Insufficient(
            "the tree of the head is known only inside a repository".to_owned(),
        ))
    }

    /// Which commits touched some paths, from the head to some way behind the base.
    ///
    /// # Errors
    /// No history is known (a patch), or it cannot be read.
    fn trail(&self, _paths: &[RepoPath]) -> Result<trail::Trail, Unproven> {
        Err(objects::no_history())
    }
}

/// A change: what differs, and access to both sides.
#[derive(Clone, Debug)]
pub struct Change {
    source: Source,
    files: Vec<FileChange>,
    commits: Supplied<Vec<Commit>>,
    ancestry: Supplied<Ancestry>,
    time: Option<i64>,
    notes: Vec<String>,
    store: Arc<dyn Store>,
    /// Every path of base and of head, once somebody asked.
    paths: [OnceLock<Supplied<Vec<RepoPath>>>; 2],
}

impl Change {
    /// A change from its parts; the files are put in the order of their paths.
    pub fn new(source: Source, mut files: Vec<FileChange>, store: Arc<dyn Store>) -> Self {
        files.sort_by(|a, b| a.path().cmp(b.path()).then_with(|| a.status.cmp(&b.status)));
        let unknown = Unproven::NotSupplied(Kind::History);
        Self {
            source,
            files,
            commits: Err(unknown.clone()),
            ancestry: Err(unknown),
            time: None,
            notes: Vec::new(),
            store,
            paths: Default::default(),
        }
    }

    /// With the commits of the range, oldest first, and how both ends are related.
    #[must_use]
    pub fn with_history(mut self, commits: Supplied<Vec<Commit>>, ancestry: Supplied<Ancestry>) -> Self {
        self.commits = commits;
        self.ancestry = ancestry;
        self
    }

    /// With the time of the judged state: the later of the base's and the head's committer time, seconds since 1970.
    #[must_use]
    pub fn with_time(mut self, time: Option<i64>) -> Self {
        self.time = time;
        self
    }

    /// With something the reader of the report must know about how the change was read.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Without added files that are evidence about it: a report or a claims file on disk is no part of the work.
    #[must_use]
    pub fn without(mut self, evidence: &[RepoPath]) -> Self {
        let is_evidence = |file: &FileChange| file.status == Status::Added && evidence.contains(file.path());
        let shown: Vec<String> = self
            .files
            .iter()
            .filter(|file| is_evidence(file))
            .map(|file| file.path().to_string())
            .collect();
        self.files.retain(|file| !is_evidence(file));
        if shown.is_empty() {
            self
        } else {
            self.with_note(format!(
                "not judged as part of the change, being evidence: {}",
                shown.join(", ")
            ))
        }
    }

    /// Where it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The changed paths, sorted.
    pub fn files(&self) -> &[FileChange] {
        &self.files
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What happened to a path: by its path at head, or by the path it had where it was deleted or renamed away.
    pub fn file(&self, path: &RepoPath) -> Option<&FileChange> {
        self.files
            .iter()
            .find(|file| file.touched().any(|touched| touched == path))
    }

    /// The commits of the range, oldest first.
    ///
    /// # Errors
    /// The change is not a range of commits, or the history is cut off.
    pub fn commits(&self) -> Result<&[Commit], Unproven> {
        self.commits.as_deref().map_err(Clone::clone)
    }

    /// How base and head are related.
    ///
    /// # Errors
    /// As [`Change::commits`].
    pub fn ancestry(&self) -> Result<Ancestry, Unproven> {
        self.ancestry.clone()
    }

    /// The time of the judged state: the later of the base's and the head's committer time, seconds since 1970.
    pub fn time(&self) -> Option<i64> {
        self.time
    }

    /// What the reader of the report must know about how the change was read.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether whole files are known, changed or not.
    ///
    /// # Errors
    /// Only a patch was given.
    pub fn shows_files(&self) -> Result<(), Unproven> {
        match self.source {
            Source::Patch { .. } => Err(Unproven::NotSupplied(Kind::Files)),
            Source::Range { .. } | Source::Staged { .. } | Source::Worktree { .. } | Source::Memory => Ok(()),
        }
    }

    /// The whole content of one side of a file.
    ///
    /// # Errors
    /// The object is missing or too large, or only a patch was given.
    pub fn bytes(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        self.store.blob(version)
    }

    /// As [`Change::bytes`], as text; bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// As [`Change::bytes`].
    pub fn text(&self, version: &Version) -> Result<String, Unproven> {
        self.bytes(version).map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    /// The entry at a path on one side, changed or not.
    ///
    /// # Errors
    /// As [`Store::entry`].
    pub fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        self.store.entry(side, path)
    }

    /// Every path of a side, sorted. Cost grows with the repository.
    ///
    /// # Errors
    /// As [`Store::paths`].
    pub fn paths(&self, side: Side) -> Result<Vec<RepoPath>, Unproven> {
        self.every_path(side).map(<[_]>::to_vec)
    }

    /// As [`Change::paths`], for those who ask often and need few of them.
    ///
    /// # Errors
    /// As [`Store::paths`].
    pub fn every_path(&self, side: Side) -> Result<&[RepoPath], Unproven> {
        let [base, head] = &self.paths;
        let known = match side {
            Side::Base => base,
            Side::Head => head,
        };
        let known = known.get_or_init(|| self.store.paths(side));
        known.as_deref().map_err(Clone::clone)
    }

    /// Whether a commit is the head or one of its ancestors; `None` where it is not known here.
    ///
    /// # Errors
    /// As [`Store::head_reaches`].
    pub fn head_reaches(&self, commit: &str) -> Result<Option<bool>, Unproven> {
        self.store.head_reaches(commit)
    }

    /// What one commit of the range changed against its parent. Read once, when it is first asked for.
    ///
    /// # Errors
    /// As [`Store::of_commit`].
    pub fn of_commit(&self, commit: &ObjectId) -> Supplied<Arc<Self>> {
        self.store.of_commit(commit)
    }

    /// The id of the tree of the head. Of an index or of files on disk, files that base does not have can be left out:
    /// evidence that lies among them.
    ///
    /// # Errors
    /// As [`Store::head_tree`].
    pub fn head_tree(&self, left_out: &[RepoPath]) -> Result<ObjectId, Unproven> {
        self.store.head_tree(left_out)
    }

    /// Which commits touched some paths, from the head to at most [`crate::limits::PAST_COMMITS`] behind the base. Cost
    /// grows with the number of paths.
    ///
    /// # Errors
    /// As [`Store::trail`].
    pub fn trail(&self, paths: &[RepoPath]) -> Result<trail::Trail, Unproven> {
        self.store.trail(paths)
    }

    /// How a content differs from an earlier one, whether or not they are the two ends of the change.
    ///
    /// # Errors
    /// An object is missing.
    pub fn between(&self, old: Option<&Version>, new: Option<&Version>) -> Result<Content, Unproven> {
        lines::content(old, new, self.store.as_ref())
    }
}
