//! Where may tests run that are allowed to write? In a copy of the judged tree, outside the user's own.
//!
//! The copy holds the files of the head as git has them. Files that git ignores but the tests need (a version module
//! that the build tool made, an extension that was compiled in place) come from the disk, as do the contents that git
//! does not hold itself: large files and submodules.

use std::{
    fs,
    io::Write as _,
    path::{Component, Path, PathBuf},
};

use super::{process::Scratch, text::counted};
use crate::{
    error::Error,
    evidence::{
        change::{Change, Mode, Version},
        ignored,
    },
    finding::Side,
    limits,
    path::RepoPath,
};

/// Folders that tools fill for themselves: nothing in them is needed by tests, and some hold gigabytes.
const SKIPPED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".jj",
    "target",
    "node_modules",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    "mutants",
    "mutants.out",
];

/// How git LFS begins the file that stands for another (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";
/// A pointer is smaller than this by its specification.
const POINTER_BYTES: usize = 1_024;

/// The judged tree, copied into a folder of our own that is removed when this is dropped.
#[derive(Debug)]
pub struct Copy {
    scratch: Scratch,
    root: PathBuf,
    /// What the reader of the report must know: which files are not there, how many came from the disk.
    pub notes: Vec<String>,
}

impl Copy {
    /// Copies the head of a change. `tree` is the user's working tree, which is only read; `None` where there is none.
    ///
    /// # Errors
    /// The tree of the head is not known, or the copy cannot be written.
    pub fn of(change: &Change, tree: Option<&Path>) -> Result<Self, Error> {
        let scratch = Scratch::new()?;
        // some tools look for their settings in the folders around a project
        let root = scratch.path().join("tree");
        make_folder(&root)?;
        let mut copy = Self {
            scratch,
            root,
            notes: Vec::new(),
        };
        copy.fill(change, tree)?;
        Ok(copy)
    }

    /// The root of the copied tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A folder beside the tree, for what an engine makes. It is made when it is asked for.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn beside(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.scratch.path().join(name);
        make_folder(&folder)?;
        Ok(folder)
    }

    /// Where a file of the repository is in the copy.
    pub fn place(&self, path: &RepoPath) -> PathBuf {
        self.root.join(path.as_path())
    }

    fn fill(&mut self, change: &Change, tree: Option<&Path>) -> Result<(), Error> {
        let unknown = |why: crate::finding::Unproven| {
            Error::repository(
                format!("the tree of the head cannot be copied: {why}"),
                "name commits with `--base` and `--head`, or judge the files on disk with `--worktree`",
            )
        };
        let mut links = Vec::new();
        for path in change.every_path(Side::Head).map_err(unknown)? {
            let Some(version) = change.entry(Side::Head, path).map_err(unknown)? else {
                continue;
            };
            match version.mode {
                Mode::File | Mode::Executable => self.file(change, &version, tree)?,
                Mode::Symlink => links.push(version),
                Mode::Submodule => self.submodule(&version, tree)?,
            }
        }
        if let Some(tree) = tree {
            self.ignored(change, tree)?;
        }
        // last of all: nothing is ever written through a link
        for version in links {
            self.link(change, &version)?;
        }
        Ok(())
    }

    fn file(&mut self, change: &Change, version: &Version, tree: Option<&Path>) -> Result<(), Error> {
        let is_executable = version.mode == Mode::Executable;
        let on_disk = || tree.and_then(|tree| plain_file(&tree.join(version.path.as_path())));
        match change.bytes(version) {
            Ok(bytes) if is_pointer(&bytes) => match on_disk() {
                Some(file) => self.take(&file, &version.path),
                None => self.write(&version.path, &bytes, is_executable),
            },
            Ok(bytes) => self.write(&version.path, &bytes, is_executable),
            Err(why) => match on_disk() {
                Some(file) => self.take(&file, &version.path),
                None => {
                    self.notes
                        .push(format!("`{}` is not in the copy: {why}", version.path));
                    Ok(())
                }
            },
        }
    }

    fn write(&self, path: &RepoPath, bytes: &[u8], is_executable: bool) -> Result<(), Error> {
        let place = self.ready(path)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if is_executable {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o777);
        }
        #[cfg(not(unix))]
        let _ = is_executable;
        let written = options.open(&place).and_then(|mut file| file.write_all(bytes));
        written.map_err(|error| cannot_copy(path, &error))
    }

    /// Copies a file from the disk, with its rights.
    fn take(&self, file: &Path, path: &RepoPath) -> Result<(), Error> {
        let place = self.ready(path)?;
        fs::copy(file, place)
            .map(drop)
            .map_err(|error| cannot_copy(path, &error))
    }

    /// The place of a path, with the folders around it made.
    fn ready(&self, path: &RepoPath) -> Result<PathBuf, Error> {
        let place = self.place(path);
        // git forbids such names; a tree that was made by hand may have them
        let is_inside = Path::new(&*path.as_path())
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !is_inside {
            return Err(cannot_copy(
                path,
                &std::io::Error::other("it leads out of the tree"),
            ));
        }
        if let Some(folder) = place.parent() {
            make_folder(folder)?;
        }
        Ok(place)
    }

    /// A submodule is another repository: only the disk has its files.
    fn submodule(&mut self, version: &Version, tree: Option<&Path>) -> Result<(), Error> {
        let Some(tree) = tree else { return Ok(()) };
        let found = Found::below(tree, version.path.as_path().into_owned(), &|_| true);
        self.take_all(tree, &found)?;
        if found.files.is_empty() {
            self.notes
                .push(format!("the submodule `{}` is empty in the copy", version.path));
        }
        Ok(())
    }

    /// Files that git ignores, as far as they are not those of a tool.
    fn ignored(&mut self, change: &Change, tree: &Path) -> Result<(), Error> {
        let is_of_head = |path: &RepoPath| !matches!(change.entry(Side::Head, path), Ok(None));
        let found = Found::below(tree, PathBuf::new(), &|path| {
            !is_of_head(path) && ignored::by(change, path).is_some()
        });
        self.take_all(tree, &found)?;
        if !found.files.is_empty() {
            let count = found.files.len();
            self.notes
                .push(format!("{} copied that git ignores", counted(count, "file")));
        }
        Ok(())
    }

    fn take_all(&mut self, tree: &Path, found: &Found) -> Result<(), Error> {
        for path in &found.files {
            self.take(&tree.join(path.as_path()), path)?;
        }
        if found.is_cut {
            let why = format!(
                "not every file beside those of git is in the copy: there are more than {} or {} bytes",
                limits::COPIED_FILES,
                limits::COPIED_BYTES
            );
            self.notes.push(why);
        }
        Ok(())
    }

    fn link(&mut self, change: &Change, version: &Version) -> Result<(), Error> {
        let Ok(target) = change.bytes(version) else {
            self.notes
                .push(format!("the link `{}` is not in the copy", version.path));
            return Ok(());
        };
        let place = self.ready(&version.path)?;
        #[cfg(unix)]
        let made = {
            use std::os::unix::ffi::OsStrExt as _;
            std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(&target), &place)
        };
        #[cfg(not(unix))]
        let made = fs::write(&place, &target);
        made.map_err(|error| cannot_copy(&version.path, &error))
    }
}

fn make_folder(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error::Write {
        target: "the copy of the tree".to_owned(),
        cause: error.to_string(),
    })
}

fn cannot_copy(path: &RepoPath, error: &std::io::Error) -> Error {
    Error::Write {
        target: format!("{path} in the copy of the tree"),
        cause: error.to_string(),
    }
}

fn is_pointer(bytes: &[u8]) -> bool {
    bytes.len() < POINTER_BYTES && bytes.starts_with(POINTER)
}

/// The file at a place; `None` for anything else, links included.
fn plain_file(place: &Path) -> Option<PathBuf> {
    let data = fs::symlink_metadata(place).ok()?;
    data.is_file().then(|| place.to_owned())
}

/// Files on disk, in the order of their paths.
#[derive(Debug, Default)]
struct Found {
    files: Vec<RepoPath>,
    bytes: u64,
    is_cut: bool,
}

impl Found {
    /// Lists the plain files below a folder of the tree that are wanted, without following links.
    fn below(tree: &Path, folder: PathBuf, is_wanted: &dyn Fn(&RepoPath) -> bool) -> Self {
        let mut found = Self::default();
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(tree.join(&folder)).into_iter().flatten().flatten();
            for entry in entries {
                let inner = folder.join(entry.file_name());
                let Ok(data) = entry.metadata() else { continue };
                if data.is_dir() && !is_tools_own(&tree.join(&inner)) {
                    folders.push(inner);
                } else if data.is_file() {
                    found.add(&inner, data.len(), is_wanted);
                }
            }
        }
        found.files.sort();
        found
    }

    fn add(&mut self, inner: &Path, bytes: u64, is_wanted: &dyn Fn(&RepoPath) -> bool) {
        let Ok(path) = RepoPath::new(inner.as_os_str().as_encoded_bytes()) else {
            return;
        };
        if self.is_cut || !is_wanted(&path) {
            return;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.is_cut = self.files.len() >= limits::COPIED_FILES || self.bytes > limits::COPIED_BYTES;
        if !self.is_cut {
            self.files.push(path);
        }
    }
}

/// Whether a tool keeps a folder for itself: a cache, an environment of Python, another repository.
fn is_tools_own(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default();
    let marked = ["CACHEDIR.TAG", "pyvenv.cfg", "conda-meta", ".git"];
    SKIPPED.iter().any(|skipped| name == *skipped) || marked.iter().any(|mark| folder.join(mark).exists())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::memory;

    fn change(files: &[(&str, Mode, &str)]) -> Change {
        let files = files
            .iter()
            .map(|(path, mode, text)| (RepoPath::new(path).unwrap(), (*mode, text.as_bytes().to_vec())));
        memory::change([].into(), files.collect())
    }

    fn read(copy: &Copy, path: &str) -> Option<String> {
        fs::read_to_string(copy.root().join(path)).ok()
    }

    #[test]
    fn the_copy_holds_the_head_and_is_gone_afterwards() {
        let change = change(&[
            ("src/a.rs", Mode::File, "fn a() {}"),
            ("run.sh", Mode::Executable, "#!/bin/sh"),
        ]);
        let copy = Copy::of(&change, None).unwrap();
        assert_eq!(read(&copy, "src/a.rs").unwrap(), "fn a() {}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let bits = fs::metadata(copy.root().join("run.sh"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(bits & 0o100, 0o100);
        }
        let root = copy.root().to_owned();
        drop(copy);
        assert!(!root.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let outside = tempfile::tempdir().unwrap();
        let target = outside.path().display().to_string();
        let tree = tempfile::tempdir().unwrap();
        fs::create_dir(tree.path().join("data")).unwrap();
        fs::write(tree.path().join("data/x.log"), "mine").unwrap();
        let change = change(&[
            (
                ".gitignore",
                Mode::File,
                "*.log
",
            ),
            ("data", Mode::Symlink, &target),
        ]);
        // what the link of the head stands for is a folder on disk: whichever of the two wins, nothing gets out
        let _ = Copy::of(&change, Some(tree.path()));
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_of_the_head_is_a_link_in_the_copy() {
        let change = change(&[
            ("a.txt", Mode::File, "a"),
            ("b/link.txt", Mode::Symlink, "../a.txt"),
        ]);
        let copy = Copy::of(&change, None).unwrap();
        assert_eq!(read(&copy, "b/link.txt").unwrap(), "a");
    }

    #[test]
    fn of_files_beside_the_head_only_ignored_ones_that_no_tool_owns_are_copied() {
        let tree = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("pkg/_version.py", "V = 1"),
            ("pkg/draft.py", "not of the head"),
            ("pkg/main.py", "edited since"),
            ("target/debug/big", "x"),
            (".venv/pyvenv.cfg", "x"),
            (".venv/lib.log", "x"),
        ] {
            let place = tree.path().join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
        let change = change(&[
            (
                ".gitignore",
                Mode::File,
                "_version.py
*.log
target
",
            ),
            ("pkg/main.py", Mode::File, "as of the head"),
        ]);
        let copy = Copy::of(&change, Some(tree.path())).unwrap();
        assert_eq!(read(&copy, "pkg/_version.py").unwrap(), "V = 1");
        assert_eq!(read(&copy, "pkg/main.py").unwrap(), "as of the head");
        assert_eq!(copy.notes, ["1 file copied that git ignores"]);
        for absent in ["pkg/draft.py", "target/debug/big", ".venv/lib.log"] {
            assert_eq!(read(&copy, absent), None, "{absent}");
        }
    }

    #[test]
    fn what_git_keeps_elsewhere_comes_from_the_disk() {
        let tree = tempfile::tempdir().unwrap();
        fs::write(tree.path().join("big.bin"), "the content itself").unwrap();
        fs::create_dir_all(tree.path().join("vendor/lib")).unwrap();
        fs::write(tree.path().join("vendor/lib/x.c"), "int x;").unwrap();
        let pointer = "version https://git-lfs.github.com/spec/v1
oid sha256:0
size 18
";
        let change = change(&[
            ("big.bin", Mode::File, pointer),
            (
                "vendor/lib",
                Mode::Submodule,
                "0123456789012345678901234567890123456789",
            ),
        ]);
        let copy = Copy::of(&change, Some(tree.path())).unwrap();
        assert_eq!(read(&copy, "big.bin").unwrap(), "the content itself");
        assert_eq!(read(&copy, "vendor/lib/x.c").unwrap(), "int x;");
    }
}
