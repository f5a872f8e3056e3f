//! How are git objects read from several threads? Each borrows a handle of its own: a handle cannot be shared.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use git2::{ErrorCode, ObjectType, Oid, Repository};

use super::{
    Change, ObjectId, Store, Version, git,
    trail::{self, Ends, Trail},
    walk,
};
use crate::{
    evidence::Supplied,
    finding::{Kind, Side, Unproven},
    limits,
    path::RepoPath,
};

/// The objects of one repository.
pub struct Objects {
    folder: PathBuf,
    idle: Mutex<Vec<Repository>>,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the objects of a repository")
    }
}

impl Objects {
    /// The objects of an open repository.
    pub fn new(repository: Repository) -> Self {
        Self {
            folder: repository.path().to_owned(),
            idle: Mutex::new(vec![repository]),
        }
    }

    /// The objects of a repository that stays in use elsewhere.
    pub fn open(repository: &Repository) -> Self {
        Self {
            folder: repository.path().to_owned(),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// The same objects, for another store.
    pub fn again(&self) -> Self {
        Self {
            folder: self.folder.clone(),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Asks an idle handle, or a new one where every other is in use.
    ///
    /// # Errors
    /// Those of the question, or the repository can no longer be opened.
    pub fn with<T>(&self, ask: impl FnOnce(&Repository) -> Result<T, Unproven>) -> Result<T, Unproven> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = match idle {
            Some(handle) => handle,
            None => Repository::open(&self.folder).map_err(|error| unreadable("the repository", &error))?,
        };
        let answer = ask(&handle);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(handle);
        answer
    }

    /// The bytes of a blob; its size is asked first.
    ///
    /// # Errors
    /// `Insufficient` where it is larger than [`limits::BLOB_BYTES`], `Unreadable` where it is missing.
    pub fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        let about = || format!("the content of `{}` ({})", version.path, version.id.short());
        self.with(|repository| {
            let fail = |error: git2::Error| unreadable(&about(), &error);
            let id = oid(&version.id)?;
            let odb = repository.odb().map_err(fail)?;
            let (size, kind) = odb.read_header(id).map_err(fail)?;
            if kind != ObjectType::Blob {
                return Err(Unproven::Unreadable(format!(
                    "{} is a {kind}, not a file",
                    about()
                )));
            }
            within(size as u64)?;
            Ok(odb.read(id).map_err(fail)?.data().to_vec())
        })
    }

    /// The entry at a path of a tree; `None` where there is none or a folder.
    ///
    /// # Errors
    /// A tree is missing or malformed.
    pub fn entry(&self, tree: Option<Oid>, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        let Some(tree) = tree else { return Ok(None) };
        self.with(|repository| {
            let fail = |error: git2::Error| unreadable(&format!("the tree that holds `{path}`"), &error);
            let tree = repository.find_tree(tree).map_err(fail)?;
            match tree.get_path(path.as_path().as_ref()) {
                Ok(entry) if entry.kind() == Some(ObjectType::Tree) => Ok(None),
                Ok(entry) => Ok(Some(Version {
                    path: path.clone(),
                    mode: walk::mode(entry.filemode_raw()),
                    id: walk::id(entry.id()),
                })),
                Err(error) if is_absent(&error) => Ok(None),
                Err(error) => Err(fail(error)),
            }
        })
    }

    /// Every file of a tree, sorted by path.
    ///
    /// # Errors
    /// A tree is missing, too deep, too large or malformed.
    pub fn files(&self, tree: Option<Oid>) -> Result<Vec<Version>, Unproven> {
        self.with(|repository| {
            walk::files(repository, tree).map_err(|error| Unproven::Unreadable(error.to_string()))
        })
    }
}

/// A path that leads through a file, or to nothing, is absent; a missing tree object is not.
fn is_absent(error: &git2::Error) -> bool {
    error.code() == ErrorCode::NotFound && error.class() == git2::ErrorClass::Tree
}

/// Refuses what is larger than a blob that is read as text.
///
/// # Errors
/// `Insufficient`, with the size.
pub fn within(size: u64) -> Result<(), Unproven> {
    if size <= limits::BLOB_BYTES as u64 {
        return Ok(());
    }
    Err(Unproven::Insufficient(format!(
        "not looked into: it has {size} bytes, the limit is {}",
        limits::BLOB_BYTES
    )))
}

/// An object id of ours as one of the git library.
///
/// # Errors
/// It is not forty hexadecimal digits.
pub fn oid(id: &ObjectId) -> Result<Oid, Unproven> {
    Oid::from_str(&id.0).map_err(|_| Unproven::Unreadable(format!("`{id}` is no object id")))
}

fn unreadable(about: &str, error: &git2::Error) -> Unproven {
    Unproven::Unreadable(if error.code() == ErrorCode::NotFound {
        format!("{about} is missing from this clone")
    } else {
        format!("{about} cannot be read: {}", crate::escape::line(error.message()))
    })
}

/// The store of a range: two trees, and the graph behind the head.
#[derive(Debug)]
pub struct Trees {
    /// Where both are read from.
    pub objects: Objects,
    /// The tree of the base; none below the first commit of all.
    base: Option<Oid>,
    /// The tree of the head.
    head: Oid,
    /// The head commit.
    head_commit: Oid,
    /// The commit whose tree is the base.
    base_commit: Option<Oid>,
    /// What single commits changed, as far as it was asked for.
    own: Mutex<BTreeMap<ObjectId, Supplied<Arc<Change>>>>,
}

impl Trees {
    /// The trees of two commits, each after its commit; no base below the first commit of all.
    pub fn new(objects: Objects, base: Option<(Oid, Oid)>, (head_commit, head): (Oid, Oid)) -> Self {
        Self {
            objects,
            base: base.map(|(_, tree)| tree),
            head,
            head_commit,
            base_commit: base.map(|(commit, _)| commit),
            own: Mutex::default(),
        }
    }

    fn tree(&self, side: Side) -> Option<Oid> {
        match side {
            Side::Base => self.base,
            Side::Head => Some(self.head),
        }
    }
}

impl Store for Trees {
    fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        self.objects.blob(version)
    }

    fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        self.objects.entry(self.tree(side), path)
    }

    fn paths(&self, side: Side) -> Result<Vec<RepoPath>, Unproven> {
        let files = self.objects.files(self.tree(side))?;
        Ok(files.into_iter().map(|version| version.path).collect())
    }

    fn of_commit(&self, commit: &ObjectId) -> Supplied<Arc<Change>> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || git::of_commit(&self.objects, commit).map(Arc::new);
        own.entry(commit.clone()).or_insert_with(read).clone()
    }

    fn head_tree(&self, _: &[RepoPath]) -> Result<ObjectId, Unproven> {
        Ok(walk::id(self.head))
    }

    fn trail(&self, paths: &[RepoPath]) -> Result<Trail, Unproven> {
        let ends = Ends {
            head: Some(self.head_commit),
            base: self.base_commit.ok_or_else(no_history)?,
        };
        trail::of(&self.objects, ends, paths)
    }

    fn head_reaches(&self, commit: &str) -> Result<Option<bool>, Unproven> {
        self.objects.with(|repository| {
            let Ok(object) = repository.revparse_single(commit) else {
                return Ok(None);
            };
            let Ok(commit) = object.peel_to_commit() else {
                return Ok(None);
            };
            let reaches = commit.id() == self.head_commit
                || repository
                    .graph_descendant_of(self.head_commit, commit.id())
                    .map_err(|error| unreadable("the history", &error))?;
            if !reaches && repository.is_shallow() {
                return Err(Unproven::Insufficient(
                    "the history of this clone is cut off, so an ancestor may not be seen".to_owned(),
                ));
            }
            Ok(Some(reaches))
        })
    }
}

/// What a store says that knows no commits.
pub fn no_history() -> Unproven {
    Unproven::NotSupplied(Kind::History)
}
