//! Which tree would git make of some files, and did they change since?
//!
//! The tree is hashed in memory: nothing is written into the repository.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid};

use super::{Mode, ObjectId, Version, objects, walk};
use crate::{finding::Unproven, limits, path::RepoPath};

/// The files on disk at one moment, those that git ignores left out.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The commit that was checked out; `None` before the first one.
    pub head: Option<ObjectId>,
    /// Its tree.
    pub head_tree: Option<ObjectId>,
    /// Tracked files, and untracked ones that git would offer to add.
    pub files: BTreeMap<RepoPath, Version>,
    /// Paths that the index or the commit knows.
    pub tracked: std::collections::BTreeSet<RepoPath>,
}

impl Snapshot {
    /// The id of the tree that a commit of all of it would have.
    ///
    /// # Errors
    /// A file could not be read, or folders nest deeper than [`limits::TREE_DEPTH`].
    pub fn tree(&self) -> Result<ObjectId, Unproven> {
        tree(self.files.values())
    }

    /// Files that are gone or different in a later snapshot, sorted.
    pub fn changed_in(&self, later: &Self) -> Vec<RepoPath> {
        let same = |old: &&Version| later.files.get(&old.path) != Some(*old);
        self.files
            .values()
            .filter(same)
            .map(|old| old.path.clone())
            .collect()
    }
}

#[derive(Default)]
struct Folder {
    files: BTreeMap<Vec<u8>, (Mode, Oid)>,
    folders: BTreeMap<Vec<u8>, Folder>,
}

/// The id of the tree of some files.
///
/// # Errors
/// As [`Snapshot::tree`].
pub fn tree<'v>(files: impl Iterator<Item = &'v Version>) -> Result<ObjectId, Unproven> {
    let mut root = Folder::default();
    for file in files {
        let id = objects::oid(&file.id)?;
        if id.is_zero() {
            let why = format!("`{}` cannot be read, so the tree is not known", file.path);
            return Err(Unproven::Unreadable(why));
        }
        place(&mut root, file, id)?;
    }
    hash(&root).map(walk::id)
}

fn place(root: &mut Folder, file: &Version, id: Oid) -> Result<(), Unproven> {
    let mut parts: Vec<&[u8]> = file.path.as_bytes().split(|byte| *byte == b'/').collect();
    let name = parts.pop().unwrap_or_default();
    if parts.len() > limits::TREE_DEPTH {
        let why = format!("folders nest deeper than {}", limits::TREE_DEPTH);
        return Err(Unproven::Insufficient(why));
    }
    let folder = parts.into_iter().fold(root, |folder, part| {
        folder.folders.entry(part.to_vec()).or_default()
    });
    folder.files.insert(name.to_vec(), (file.mode, id));
    Ok(())
}

/// No deeper than [`limits::TREE_DEPTH`].
fn hash(folder: &Folder) -> Result<Oid, Unproven> {
    // git sorts a folder as if its name ended in a slash
    let mut entries: BTreeMap<Vec<u8>, (&str, &[u8], Oid)> = BTreeMap::new();
    for (name, (mode, id)) in &folder.files {
        entries.insert(name.clone(), (raw(*mode), name, *id));
    }
    for (name, inner) in &folder.folders {
        let mut key = name.clone();
        key.push(b'/');
        entries.insert(key, ("40000", name, hash(inner)?));
    }
    let mut bytes = Vec::new();
    for (mode, name, id) in entries.values() {
        bytes.extend_from_slice(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(name);
        bytes.push(0);
        bytes.extend_from_slice(id.as_bytes());
    }
    Oid::hash_object(ObjectType::Tree, &bytes)
        .map_err(|error| Unproven::Unreadable(format!("the tree cannot be hashed: {}", error.message())))
}

const fn raw(mode: Mode) -> &'static str {
    match mode {
        Mode::File => "100644",
        Mode::Executable => "100755",
        Mode::Symlink => "120000",
        Mode::Submodule => "160000",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_files_are_the_empty_tree() {
        let id = tree([].into_iter()).unwrap();
        assert_eq!(&*id.0, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    }

    #[test]
    fn a_file_that_cannot_be_read_leaves_the_tree_unknown() {
        let file = Version {
            path: RepoPath::new("a").unwrap(),
            mode: Mode::File,
            id: walk::id(Oid::ZERO_SHA1),
        };
        assert!(matches!(tree([&file].into_iter()), Err(Unproven::Unreadable(_))));
    }
}
