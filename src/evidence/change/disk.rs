//! What is at a path of the working tree?
//!
//! Each file is asked itself: the flags of the index (assume-unchanged, skip-worktree) and the library's status can be
//! made to hide an edit (security research, H5). Only unchanged stat data spare a file its reading.

use std::{
    collections::HashSet,
    fs::{self, Metadata},
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use git2::{IndexEntry, ObjectType, Oid, Repository};

use sha2::{Digest as _, Sha256};

use super::{Mode, Version, objects, walk};
use crate::{error::Error, finding::Unproven, limits, path::RepoPath};

/// A working tree and how it keeps modes.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    /// `core.fileMode`: whether the executable bit on disk means anything.
    keeps_bits: bool,
    /// `core.symlinks`: whether links are kept as links.
    keeps_links: bool,
    /// When the index was written, seconds and nanoseconds; later stat data prove nothing.
    indexed: (i64, i64),
}

/// What was found at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Absent,
    /// A folder, which git keeps only as the files in it.
    Folder,
    /// A pipe, a socket or a device.
    Odd,
    /// Its stat data are those of the index: its content is the index's.
    Clean(Mode),
    /// A file or a link of at most [`limits::BLOB_BYTES`].
    Bytes(Mode, Vec<u8>),
    /// A file that is not looked into: its id where it is known, and why.
    Opaque(Mode, Option<Oid>, String),
    /// Another repository, and the commit it stands at.
    Nested(Option<Oid>),
}

impl Disk {
    /// The working tree of a repository.
    ///
    /// # Errors
    /// It has none.
    pub fn of(repository: &Repository) -> Result<Self, Error> {
        let Some(root) = repository.workdir() else {
            return Err(Error::repository(
                "a bare repository has no files and no index to judge",
                "name two commits with `--base` and `--head`",
            ));
        };
        let setting = |name: &str| {
            let config = repository.config().and_then(|mut config| config.snapshot());
            config.and_then(|config| config.get_bool(name)).unwrap_or(true)
        };
        let index = fs::metadata(repository.path().join("index")).ok();
        Ok(Self {
            root: root.to_owned(),
            keeps_bits: cfg!(unix) && setting("core.filemode"),
            keeps_links: setting("core.symlinks"),
            indexed: index.as_ref().map_or((0, 0), modified),
        })
    }

    /// The folders on the way to these paths that really are folders. A path behind a link is not in the tree.
    pub fn folders<'a>(&self, paths: impl Iterator<Item = &'a RepoPath>) -> HashSet<Vec<u8>> {
        let mut asked: HashSet<Vec<u8>> = HashSet::new();
        let mut real: HashSet<Vec<u8>> = HashSet::from([Vec::new()]);
        for path in paths {
            let bytes = path.as_bytes();
            let ends = bytes
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'/')
                .map(|(end, _)| end);
            let mut parent: &[u8] = &[];
            for end in ends {
                let folder = bytes.get(..end).unwrap_or_default();
                if asked.insert(folder.to_vec()) && real.contains(parent) && self.is_folder(folder) {
                    real.insert(folder.to_vec());
                }
                parent = folder;
            }
        }
        real
    }

    fn is_folder(&self, folder: &[u8]) -> bool {
        let Ok(path) = RepoPath::new(folder) else {
            return false;
        };
        fs::symlink_metadata(self.root.join(path.as_path())).is_ok_and(|found| found.is_dir())
    }

    /// What is at a path, of which the index may know an entry.
    pub fn look(&self, path: &RepoPath, folders: &HashSet<Vec<u8>>, entry: Option<&IndexEntry>) -> Found {
        let bytes = path.as_bytes();
        let end = bytes.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        if !folders.contains(bytes.get(..end).unwrap_or_default()) {
            return Found::Absent;
        }
        let place = self.root.join(path.as_path());
        let Ok(data) = fs::symlink_metadata(&place) else {
            return Found::Absent;
        };
        if data.is_dir() {
            return if place.join(".git").exists() {
                Found::Nested(stands_at(&place))
            } else {
                Found::Folder
            };
        }
        if !data.is_file() && !data.is_symlink() {
            return Found::Odd;
        }
        let mode = self.mode(&data, entry);
        match entry {
            Some(entry)
                if walk::mode(entry.mode as i32).is_link() == mode.is_link()
                    && self.is_clean(&data, entry) =>
            {
                Found::Clean(mode)
            }
            Some(_) | None => content(&place, &data, mode),
        }
    }

    fn mode(&self, data: &Metadata, entry: Option<&IndexEntry>) -> Mode {
        let indexed = entry.map(|entry| walk::mode(entry.mode as i32));
        if data.is_symlink() {
            return Mode::Symlink;
        }
        match indexed {
            Some(Mode::Symlink) if !self.keeps_links => Mode::Symlink,
            Some(mode) if !self.keeps_bits && mode.is_file() => mode,
            Some(_) | None if self.keeps_bits && is_executable(data) => Mode::Executable,
            Some(_) | None => Mode::File,
        }
    }

    /// The Git LFS pointer that stands for the file at a path; `None` where it cannot be read. Read as a stream, for
    /// such files are large.
    pub fn pointer(&self, path: &RepoPath) -> Option<Vec<u8>> {
        let mut file = fs::File::open(self.root.join(path.as_path())).ok()?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            let read = file.read(&mut buffer).ok()?;
            if read == 0 {
                break;
            }
            hasher.update(buffer.get(..read)?);
            size += read as u64;
        }
        let digest = crate::evidence::file::hex(&hasher.finalize());
        Some(pointer_text(&digest, size).into_bytes())
    }

    /// Files beside the given ones that git would offer to add, and nested repositories; ignored files are left out.
    ///
    /// # Errors
    /// There are more than [`limits::CHANGED_PATHS`].
    pub fn untracked(&self, is_tracked: impl Fn(&RepoPath) -> bool) -> Result<Untracked, Error> {
        let nested = std::sync::Arc::new(Mutex::new(Vec::new()));
        let mut found = Untracked::default();
        for entry in self.walk(nested.clone()) {
            let Ok(entry) = entry else {
                found.unreadable += 1;
                continue;
            };
            let is_folder = entry.file_type().is_none_or(|kind| kind.is_dir());
            if is_folder {
                continue;
            }
            if let Some(path) = self.inside(entry.path())
                && !is_tracked(&path)
            {
                found.paths.push(path);
            }
            if found.paths.len() > limits::CHANGED_PATHS {
                return Err(walk::too_many());
            }
        }
        let nested = std::mem::take(&mut *nested.lock().unwrap_or_else(PoisonError::into_inner));
        let nested = nested.iter().filter_map(|folder| self.inside(folder));
        found.paths.extend(nested.filter(|path| !is_tracked(path)));
        Ok(found)
    }

    fn walk(&self, nested: std::sync::Arc<Mutex<Vec<PathBuf>>>) -> ignore::Walk {
        let mut walk = ignore::WalkBuilder::new(&self.root);
        walk.hidden(false)
            .ignore(false)
            .parents(false)
            .follow_links(false);
        walk.git_ignore(true).git_exclude(true).git_global(true);
        walk.filter_entry(move |entry| {
            if entry.file_name() == ".git" {
                return false;
            }
            let is_folder = entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_nested = is_folder && entry.path().join(".git").exists();
            if is_nested {
                nested
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(entry.path().to_owned());
            }
            !is_nested
        });
        walk.build()
    }

    fn inside(&self, place: &Path) -> Option<RepoPath> {
        let path = place.strip_prefix(&self.root).ok()?;
        #[cfg(unix)]
        let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
        #[cfg(not(unix))]
        let bytes = path.to_string_lossy().replace('\\', "/").into_bytes();
        RepoPath::new(bytes).ok()
    }

    #[cfg(unix)]
    fn is_clean(&self, data: &Metadata, entry: &IndexEntry) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let is_racy = modified(data) >= self.indexed;
        let time = |time: git2::IndexTime| (i64::from(time.seconds()), i64::from(time.nanoseconds()));
        !is_racy
            && data.size() as u32 == entry.file_size
            && data.ino() as u32 == entry.ino
            && modified(data) == time(entry.mtime)
            && (data.ctime(), data.ctime_nsec()) == time(entry.ctime)
    }

    #[cfg(not(unix))]
    fn is_clean(&self, _: &Metadata, _: &IndexEntry) -> bool {
        false
    }
}

/// Files that are not in the index.
#[derive(Debug, Default)]
pub struct Untracked {
    /// Their paths, in no particular order.
    pub paths: Vec<RepoPath>,
    /// How many folders could not be listed.
    pub unreadable: usize,
}

#[cfg(unix)]
fn modified(data: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (data.mtime(), data.mtime_nsec())
}

#[cfg(not(unix))]
fn modified(_: &Metadata) -> (i64, i64) {
    (0, 0)
}

#[cfg(unix)]
fn is_executable(data: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    data.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

fn stands_at(folder: &Path) -> Option<Oid> {
    let repository = Repository::open(folder).ok()?;
    let head = repository.head().ok()?;
    head.peel_to_commit().ok().map(|commit| commit.id())
}

/// A file is read once. One that grows past the limit meanwhile is as opaque as one that was too large before.
fn content(place: &Path, data: &Metadata, mode: Mode) -> Found {
    let unreadable = |error: std::io::Error| Found::Opaque(mode, None, format!("cannot be read: {error}"));
    if data.is_symlink() {
        return fs::read_link(place)
            .map_or_else(unreadable, |target| Found::Bytes(mode, target_bytes(&target)));
    }
    if let Err(why) = objects::within(data.len()) {
        return Found::Opaque(
            mode,
            Oid::hash_file(ObjectType::Blob, place).ok(),
            why.to_string(),
        );
    }
    match crate::evidence::file::read(place, limits::BLOB_BYTES as u64) {
        Ok(bytes) => Found::Bytes(mode, bytes),
        Err(Error::Read { cause, .. }) => Found::Opaque(mode, None, format!("cannot be read: {cause}")),
        Err(error) => Found::Opaque(mode, None, error.to_string()),
    }
}

#[cfg(unix)]
fn target_bytes(target: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(target.as_os_str()).to_vec()
}

#[cfg(not(unix))]
fn target_bytes(target: &Path) -> Vec<u8> {
    target.to_string_lossy().replace('\\', "/").into_bytes()
}

/// The text that Git LFS keeps in git instead of a file (its specification, version 1).
fn pointer_text(sha256: &str, size: u64) -> String {
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n")
}

/// The blob id of some bytes.
///
/// # Errors
/// The library refuses to hash them.
pub fn blob_id(bytes: &[u8]) -> Result<Oid, Unproven> {
    Oid::hash_object(ObjectType::Blob, bytes)
        .map_err(|error| Unproven::Unreadable(format!("cannot be hashed: {}", error.message())))
}

/// The version at a path with a known mode and id.
pub fn version(path: &RepoPath, mode: Mode, id: Oid) -> Version {
    Version {
        path: path.clone(),
        mode,
        id: walk::id(id),
    }
}
