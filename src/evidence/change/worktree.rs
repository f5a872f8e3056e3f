//! How are the index and the files on disk compared with a commit?
//!
//! Both become a list of versions by path, like a tree. The repository is only read: not even its index is refreshed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use git2::{IndexEntry, IndexEntryExtendedFlag, Oid, Repository};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{
    Change, Mode, ObjectId, Sides, Source, Store, Version, convert,
    disk::{self, Disk, Found},
    git, history,
    objects::{self, Objects},
    open,
    revision::{self, Point},
    snapshot::{self, Snapshot},
    unfinished, walk,
};
use crate::{
    error::Error,
    evidence::state::State,
    finding::{Side, Unproven},
    limits,
    path::RepoPath,
};

type Versions = BTreeMap<RepoPath, Version>;

/// A commit against the index.
///
/// # Errors
/// Not a repository, no such revision, or no working tree.
pub fn staged(folder: &Path, base: Option<&str>) -> Result<(Change, State), Error> {
    let begun = Begun::at(folder, base)?;
    let head: Versions = begun.index.versions();
    let looked = begun.look(begun.index.paths())?;
    let unsaved = differing(&head, &looked.versions)?
        .iter()
        .map(|sides| path_of(sides).clone())
        .filter(|path| begun.index.entries.contains_key(path))
        .collect();
    let state = unfinished::state(&begun.repository, begun.index.conflicts.clone(), unsaved);
    let base = begun.base_id();
    begun
        .against(Source::Staged { base }, head, HashMap::new())
        .map(|change| (change, state))
}

/// A commit against the files on disk, untracked ones included.
///
/// # Errors
/// As [`staged`], or there are too many untracked files.
pub fn worktree(folder: &Path, base: Option<&str>) -> Result<(Change, State), Error> {
    let begun = Begun::at(folder, base)?;
    let tracked = begun.index.paths();
    let untracked = begun.disk.untracked(|path| tracked.contains(path))?;
    let looked = begun.look(tracked.into_iter().chain(untracked.paths).collect())?;
    let state = unfinished::state(&begun.repository, begun.index.conflicts.clone(), Vec::new());
    let mut notes = looked.notes();
    if untracked.unreadable > 0 {
        notes.push(format!(
            "{} folders could not be listed; untracked files in them are not judged",
            untracked.unreadable
        ));
    }
    let base = begun.base_id();
    let change = begun.against(Source::Worktree { base }, looked.versions, looked.captured)?;
    Ok((notes.into_iter().fold(change, Change::with_note), state))
}

/// The files on disk as they are now, ignored ones left out.
///
/// # Errors
/// As [`worktree`], or a folder cannot be listed.
pub fn snapshot(folder: &Path) -> Result<Snapshot, Error> {
    let begun = Begun::at(folder, None)?;
    let mut tracked = begun.index.paths();
    let untracked = begun.disk.untracked(|path| tracked.contains(path))?;
    if untracked.unreadable > 0 {
        return Err(Error::repository(
            format!(
                "{} folders cannot be listed, so the tree is not known",
                untracked.unreadable
            ),
            "make them readable, or let git ignore them",
        ));
    }
    let looked = begun.look(tracked.iter().cloned().chain(untracked.paths).collect())?;
    tracked.extend(begun.base_files.keys().cloned());
    Ok(Snapshot {
        head: begun.base.as_ref().map(|head| walk::id(head.id)),
        head_tree: begun.base.as_ref().map(|head| walk::id(head.tree)),
        files: looked.versions,
        tracked,
    })
}

/// A repository with a working tree, its index, and the commit to compare with.
struct Begun {
    repository: Repository,
    disk: Disk,
    index: Index,
    base: Option<Point>,
    base_files: Versions,
}

impl Begun {
    fn at(folder: &Path, base: Option<&str>) -> Result<Self, Error> {
        let repository = open::repository(folder)?;
        let disk = Disk::of(&repository)?;
        let base = base_of(&repository, base)?;
        let files = walk::files(&repository, base.as_ref().map(|base| base.tree))?;
        Ok(Self {
            index: Index::of(&repository)?,
            base_files: files.into_iter().map(|file| (file.path.clone(), file)).collect(),
            repository,
            disk,
            base,
        })
    }

    fn base_id(&self) -> ObjectId {
        self.base
            .as_ref()
            .map_or_else(|| ObjectId(EMPTY_TREE.into()), |base| walk::id(base.id))
    }

    /// What is on disk at these paths.
    fn look(&self, paths: BTreeSet<RepoPath>) -> Result<Looked, Error> {
        let objects = Objects::open(&self.repository);
        let look = Look {
            begun_index: &self.index,
            base_files: &self.base_files,
            disk: &self.disk,
            folders: self.disk.folders(paths.iter()),
            objects: &objects,
        };
        let paths: Vec<RepoPath> = paths.into_iter().collect();
        let mut looked = Looked::default();
        for batch in paths.chunks(BATCH) {
            let seen: Vec<Seen> = batch
                .par_iter()
                .map(|path| look.at(path))
                .collect::<Result<_, _>>()
                .map_err(|why| Error::repository(why.to_string(), open::FETCH_OBJECTS))?;
            for (path, seen) in batch.iter().zip(seen) {
                looked.keep(path, seen);
            }
        }
        Ok(looked)
    }

    fn against(
        self,
        source: Source,
        head: Versions,
        captured: HashMap<RepoPath, Captured>,
    ) -> Result<Change, Error> {
        let sides = differing(&self.base_files, &head)?;
        let store = Files {
            base: self.base.as_ref().map(|base| base.tree),
            objects: Objects::new(self.repository),
            head,
            captured,
        };
        let change = git::from_sides(source, sides, Arc::new(store))?;
        Ok(change.with_time(self.base.map(|base| base.time)))
    }
}

/// The tree without entries: what a first commit is compared with.
pub const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// Files looked at before their contents are counted: bounds what is in memory beyond the budget.
const BATCH: usize = 32;

fn base_of(repository: &Repository, base: Option<&str>) -> Result<Option<Point>, Error> {
    let tip = base.map(|name| revision::named(repository, name)).transpose()?;
    if revision::is_unborn(repository) {
        return Ok(tip);
    }
    let head = revision::named(repository, "HEAD")?;
    let Some(tip) = tip else { return Ok(Some(head)) };
    let merge_base = history::merge_base(repository, &tip, &head)?;
    history::point(repository, merge_base, &tip.name).map(Some)
}

fn differing(base: &Versions, head: &Versions) -> Result<Vec<Sides>, Error> {
    let gone = base.values().filter(|old| !head.contains_key(&old.path));
    let gone = gone.map(|old| Sides::Deleted(old.clone()));
    let here = head.values().filter_map(|new| match base.get(&new.path) {
        Some(old) if old == new => None,
        Some(old) => Some(Sides::Both(old.clone(), new.clone())),
        None => Some(Sides::Added(new.clone())),
    });
    let sides: Vec<Sides> = gone.chain(here).take(limits::CHANGED_PATHS + 1).collect();
    if sides.len() > limits::CHANGED_PATHS {
        return Err(walk::too_many());
    }
    Ok(sides)
}

fn path_of(sides: &Sides) -> &RepoPath {
    match sides {
        Sides::Added(side) | Sides::Deleted(side) | Sides::Both(_, side) => &side.path,
    }
}

/// What the index says.
struct Index {
    entries: BTreeMap<RepoPath, IndexEntry>,
    /// Paths with several versions between which nobody has decided yet, sorted, and the head's own version of each.
    conflicts: Vec<RepoPath>,
    ours: Versions,
}

impl Index {
    fn of(repository: &Repository) -> Result<Self, Error> {
        let index = repository
            .index()
            .map_err(|error| open::explain(&error, "the index"))?;
        let mut read = Self {
            entries: BTreeMap::new(),
            conflicts: Vec::new(),
            ours: Versions::new(),
        };
        for entry in index.iter() {
            let path = RepoPath::new(&entry.path).map_err(|problem| {
                Error::repository(
                    format!("the index is malformed: {problem}"),
                    "write it anew with `git reset`",
                )
            })?;
            match (entry.flags >> 12) & 3 {
                0 => {
                    read.entries.insert(path, entry);
                }
                stage => {
                    if stage == OURS {
                        let version = disk::version(&path, walk::mode(entry.mode as i32), entry.id);
                        read.ours.insert(path.clone(), version);
                    }
                    read.conflicts.push(path);
                }
            }
        }
        read.conflicts.sort();
        read.conflicts.dedup();
        Ok(read)
    }

    fn paths(&self) -> BTreeSet<RepoPath> {
        self.entries.keys().chain(&self.conflicts).cloned().collect()
    }

    /// What a commit of the index would hold: no file that is only meant to be added, and of a conflict the head's
    /// own side.
    fn versions(&self) -> Versions {
        let whole = self
            .entries
            .iter()
            .filter(|(_, entry)| !has(entry, IndexEntryExtendedFlag::INTENT_TO_ADD));
        let mut versions: Versions = whole
            .map(|(path, entry)| (path.clone(), indexed(path, entry)))
            .collect();
        versions.extend(self.ours.clone());
        versions
    }
}

/// The stage of the index that holds the head's own side of a conflict.
const OURS: u16 = 2;

fn has(entry: &IndexEntry, flag: IndexEntryExtendedFlag) -> bool {
    entry.flags_extended & flag.bits() != 0
}

fn indexed(path: &RepoPath, entry: &IndexEntry) -> Version {
    disk::version(path, walk::mode(entry.mode as i32), entry.id)
}

/// The content of a changed file on disk, or why it is not looked into.
type Captured = (ObjectId, Result<Vec<u8>, String>);

/// What was seen at one path.
enum Seen {
    Nothing,
    Odd,
    /// A version that git has.
    Known(Version),
    /// A version that only the disk has.
    New(Version, Result<Vec<u8>, String>),
}

/// How each path is looked at.
struct Look<'a> {
    begun_index: &'a Index,
    base_files: &'a Versions,
    disk: &'a Disk,
    folders: HashSet<Vec<u8>>,
    objects: &'a Objects,
}

impl Look<'_> {
    fn at(&self, path: &RepoPath) -> Result<Seen, Unproven> {
        let entry = self.begun_index.entries.get(path);
        let as_indexed = || entry.map_or(Seen::Nothing, |entry| Seen::Known(indexed(path, entry)));
        Ok(match self.disk.look(path, &self.folders, entry) {
            // a sparse checkout leaves files out; one that is there all the same is compared
            Found::Absent if entry.is_some_and(|entry| has(entry, IndexEntryExtendedFlag::SKIP_WORKTREE)) => {
                as_indexed()
            }
            Found::Absent => Seen::Nothing,
            Found::Folder if entry.is_some_and(|entry| walk::mode(entry.mode as i32) == Mode::Submodule) => {
                as_indexed()
            }
            Found::Folder => Seen::Nothing,
            Found::Odd => Seen::Odd,
            Found::Clean(mode) => entry.map_or(Seen::Nothing, |entry| {
                Seen::Known(disk::version(path, mode, entry.id))
            }),
            Found::Nested(id) => {
                Seen::Known(disk::version(path, Mode::Submodule, id.unwrap_or(Oid::ZERO_SHA1)))
            }
            Found::Bytes(mode, bytes) => self.bytes(path, mode, bytes, entry)?,
            Found::Opaque(mode, id, why) => self.opaque(path, mode, id, why)?,
        })
    }

    /// The ids that a path has in git.
    fn is_known(&self, path: &RepoPath, id: Oid) -> bool {
        let id = walk::id(id);
        let base = self.base_files.get(path).is_some_and(|old| old.id == id);
        base || self
            .begun_index
            .entries
            .get(path)
            .is_some_and(|entry| walk::id(entry.id) == id)
    }

    fn bytes(
        &self,
        path: &RepoPath,
        mode: Mode,
        bytes: Vec<u8>,
        entry: Option<&IndexEntry>,
    ) -> Result<Seen, Unproven> {
        let id = disk::blob_id(&bytes)?;
        if self.is_known(path, id) {
            return Ok(Seen::Known(disk::version(path, mode, id)));
        }
        if mode.is_link() {
            return Ok(Seen::New(disk::version(path, mode, id), Ok(bytes)));
        }
        if let Some(known) = self.large_file(path)? {
            return Ok(Seen::Known(disk::version(path, mode, known)));
        }
        let indexed = entry.map(|entry| entry.id);
        let normal = self
            .objects
            .with(|repository| Ok(convert::normalised(repository, path, &bytes, indexed)))?;
        let Some(normal) = normal else {
            return Ok(Seen::New(disk::version(path, mode, id), Ok(bytes)));
        };
        let id = disk::blob_id(&normal)?;
        let version = disk::version(path, mode, id);
        Ok(if self.is_known(path, id) {
            Seen::Known(version)
        } else {
            Seen::New(version, Ok(normal))
        })
    }

    fn opaque(&self, path: &RepoPath, mode: Mode, id: Option<Oid>, why: String) -> Result<Seen, Unproven> {
        if let Some(id) = id
            && self.is_known(path, id)
        {
            return Ok(Seen::Known(disk::version(path, mode, id)));
        }
        if id.is_some()
            && let Some(known) = self.large_file(path)?
        {
            return Ok(Seen::Known(disk::version(path, mode, known)));
        }
        let version = disk::version(path, mode, id.unwrap_or(Oid::ZERO_SHA1));
        Ok(Seen::New(version, Err(why)))
    }

    /// The pointer that git has for a file that Git LFS keeps elsewhere, where it stands for just this content.
    fn large_file(&self, path: &RepoPath) -> Result<Option<Oid>, Unproven> {
        let is_tracked = self.base_files.contains_key(path) || self.begun_index.entries.contains_key(path);
        let Some(pointer) = is_tracked.then(|| self.disk.pointer(path)).flatten() else {
            return Ok(None);
        };
        let id = disk::blob_id(&pointer)?;
        Ok(self.is_known(path, id).then_some(id))
    }
}

/// What was seen at all paths.
#[derive(Default)]
struct Looked {
    versions: Versions,
    captured: HashMap<RepoPath, Captured>,
    bytes: usize,
    odd: Vec<RepoPath>,
}

impl Looked {
    fn keep(&mut self, path: &RepoPath, seen: Seen) {
        match seen {
            Seen::Nothing => {}
            Seen::Odd => self.odd.push(path.clone()),
            Seen::Known(version) => {
                self.versions.insert(path.clone(), version);
            }
            Seen::New(version, content) => {
                self.bytes += content.as_ref().map_or(0, Vec::len);
                let content = match content {
                    Ok(_) if self.bytes > limits::CAPTURED_BYTES => Err(format!(
                        "not looked into: the changed files before it have {} bytes",
                        limits::CAPTURED_BYTES
                    )),
                    Ok(_) | Err(_) => content,
                };
                self.captured.insert(path.clone(), (version.id.clone(), content));
                self.versions.insert(path.clone(), version);
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        let note = |path: &RepoPath| {
            format!("`{path}` is a pipe, a socket or a device: git keeps no such file, and it is not judged")
        };
        self.odd.iter().map(note).collect()
    }
}

/// The store of a working tree or an index: a tree, and versions by path.
#[derive(Debug)]
struct Files {
    objects: Objects,
    base: Option<Oid>,
    head: Versions,
    captured: HashMap<RepoPath, Captured>,
}

impl Store for Files {
    fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        match self.captured.get(&version.path) {
            Some((id, content)) if *id == version.id => content.clone().map_err(Unproven::Insufficient),
            Some(_) | None => self.objects.blob(version),
        }
    }

    fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        match side {
            Side::Base => self.objects.entry(self.base, path),
            Side::Head => Ok(self.head.get(path).cloned()),
        }
    }

    fn paths(&self, side: Side) -> Result<Vec<RepoPath>, Unproven> {
        match side {
            Side::Base => Ok(self
                .objects
                .files(self.base)?
                .into_iter()
                .map(|file| file.path)
                .collect()),
            Side::Head => Ok(self.head.keys().cloned().collect()),
        }
    }

    fn head_tree(&self, left_out: &[RepoPath]) -> Result<ObjectId, Unproven> {
        let mut kept = Vec::new();
        for (path, version) in &self.head {
            let is_left_out = left_out.contains(path) && self.objects.entry(self.base, path)?.is_none();
            if !is_left_out {
                kept.push(version);
            }
        }
        snapshot::tree(kept.into_iter())
    }

    fn head_reaches(&self, _: &str) -> Result<Option<bool>, Unproven> {
        Err(objects::no_history())
    }
}
