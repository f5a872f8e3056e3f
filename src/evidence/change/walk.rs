//! Which paths differ between two trees? Equal subtrees are never entered.
//!
//! The git library lists malformed trees without complaint (security research, H16), so every entry of an entered
//! tree is checked here.

use std::cmp::Ordering;

use git2::{ObjectType, Oid, Repository, TreeEntry};

use super::{Mode, ObjectId, Sides, Version, open};
use crate::{error::Error, limits, path::RepoPath};

/// The differing paths, in the order of the trees.
///
/// # Errors
/// A tree is missing, too deep, too large or malformed, or too many paths differ.
pub fn between(repository: &Repository, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<Sides>, Error> {
    let mut walk = Walk::new(repository, limits::CHANGED_PATHS);
    walk.trees(old, new, 0)?;
    Ok(walk.found)
}

/// Every file of a tree, sorted by path.
///
/// # Errors
/// As [`between`]; only [`limits::TREE_ENTRIES`] bounds the number.
pub fn files(repository: &Repository, tree: Option<Oid>) -> Result<Vec<Version>, Error> {
    let mut walk = Walk::new(repository, limits::TREE_ENTRIES);
    walk.trees(None, tree, 0)?;
    let mut files: Vec<Version> = walk
        .found
        .into_iter()
        .filter_map(|sides| match sides {
            Sides::Added(version) => Some(version),
            Sides::Deleted(_) | Sides::Both(..) => None,
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

struct Walk<'a> {
    repository: &'a Repository,
    /// The path of the tree that is being walked, without a final slash.
    at: Vec<u8>,
    visited: usize,
    most: usize,
    found: Vec<Sides>,
}

#[derive(PartialEq, Eq)]
struct Entry {
    name: Box<[u8]>,
    is_tree: bool,
    mode: Mode,
    id: Oid,
}

impl<'a> Walk<'a> {
    fn new(repository: &'a Repository, most: usize) -> Self {
        Self {
            repository,
            at: Vec::new(),
            visited: 0,
            most,
            found: Vec::new(),
        }
    }

    fn trees(&mut self, old: Option<Oid>, new: Option<Oid>, depth: usize) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        if depth > limits::TREE_DEPTH {
            let problem = format!("nests folders deeper than {}", limits::TREE_DEPTH);
            return Err(limit("tree-depth", problem));
        }
        let (old, new) = (self.entries(old)?, self.entries(new)?);
        let (mut left, mut right) = (old.into_iter().peekable(), new.into_iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.name.cmp(&b.name),
            };
            let before = if order.is_le() { left.next() } else { None };
            let after = if order.is_ge() { right.next() } else { None };
            self.pair(before, after, depth)?;
        }
    }

    fn pair(&mut self, old: Option<Entry>, new: Option<Entry>, depth: usize) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        let length = self.at.len();
        if let Some(entry) = old.as_ref().or(new.as_ref()) {
            if length > 0 {
                self.at.push(b'/');
            }
            self.at.extend_from_slice(&entry.name);
        }
        let tree = |entry: &Option<Entry>| entry.as_ref().filter(|e| e.is_tree).map(|e| e.id);
        self.trees(tree(&old), tree(&new), depth + 1)?;
        let leaf = |entry: Option<Entry>| entry.filter(|entry| !entry.is_tree);
        self.leaves(leaf(old), leaf(new))?;
        self.at.truncate(length);
        Ok(())
    }

    fn leaves(&mut self, old: Option<Entry>, new: Option<Entry>) -> Result<(), Error> {
        if old.is_none() && new.is_none() {
            return Ok(());
        }
        let path = RepoPath::new(&self.at).map_err(|problem| malformed(&problem))?;
        let version = |entry: Entry| Version {
            path: path.clone(),
            mode: entry.mode,
            id: id(entry.id),
        };
        self.found.extend(match (old.map(version), new.map(version)) {
            (None, None) => None,
            (Some(old), None) => Some(Sides::Deleted(old)),
            (None, Some(new)) => Some(Sides::Added(new)),
            (Some(old), Some(new)) => Some(Sides::Both(old, new)),
        });
        if self.found.len() > self.most {
            return Err(too_many());
        }
        Ok(())
    }

    fn entries(&mut self, tree: Option<Oid>) -> Result<Vec<Entry>, Error> {
        let Some(tree) = tree else { return Ok(Vec::new()) };
        let tree = self
            .repository
            .find_tree(tree)
            .map_err(|error| open::explain(&error, &format!("the tree of `{}/`", self.shown())))?;
        self.visited += tree.len();
        if self.visited > limits::TREE_ENTRIES {
            let problem = format!(
                "has more than {} entries in changed folders",
                limits::TREE_ENTRIES
            );
            return Err(limit("tree-entries", problem));
        }
        let mut entries: Vec<Entry> = tree
            .iter()
            .map(|entry| self.entry(&entry))
            .collect::<Result<_, _>>()?;
        // git sorts a folder as if its name ended in a slash; here a file and a folder of one name must meet
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let twins = entries
            .iter()
            .zip(entries.iter().skip(1))
            .find(|(a, b)| a.name == b.name);
        match twins {
            Some((twin, _)) => Err(malformed(&format!(
                "`{}` holds `{}` twice",
                self.shown(),
                shown(&twin.name)
            ))),
            None => Ok(entries),
        }
    }

    fn entry(&self, entry: &TreeEntry<'_>) -> Result<Entry, Error> {
        let name = entry.name_bytes();
        let raw = entry.filemode_raw();
        let is_odd_name =
            matches!(name, b"" | b"." | b"..") || name.eq_ignore_ascii_case(b".git") || name.contains(&b'/');
        let is_odd_mode = !matches!(raw & TYPE, FILE | LINK | COMMIT | TREE);
        if is_odd_name || is_odd_mode {
            let problem = format!(
                "`{}` holds an entry `{}` of mode {raw:o}, which no file can be",
                self.shown(),
                shown(name)
            );
            return Err(malformed(&problem));
        }
        Ok(Entry {
            name: name.into(),
            is_tree: entry.kind() == Some(ObjectType::Tree),
            mode: mode(raw),
            id: entry.id(),
        })
    }

    fn shown(&self) -> String {
        shown(&self.at)
    }
}

fn shown(name: &[u8]) -> String {
    crate::escape::line(&String::from_utf8_lossy(name)).into_owned()
}

fn malformed(problem: &str) -> Error {
    Error::repository(
        format!("a tree of this change is malformed: {problem}"),
        "`git fsck` names the tree; such a commit should not be merged",
    )
}

fn limit(what: &'static str, problem: String) -> Error {
    Error::Limit {
        what,
        file: "the change".to_owned(),
        problem,
    }
}

/// The error for a change of too many paths.
pub fn too_many() -> Error {
    limit(
        "changed-paths",
        format!(
            "has more than {} changed paths; judge it in parts",
            limits::CHANGED_PATHS
        ),
    )
}

const TYPE: i32 = 0o170_000;
const FILE: i32 = 0o100_000;
const LINK: i32 = 0o120_000;
const COMMIT: i32 = 0o160_000;
const TREE: i32 = 0o040_000;

/// The mode of a tree or index entry; of the permissions only the owner's executable bit counts, as for git.
pub fn mode(raw: i32) -> Mode {
    match raw & TYPE {
        LINK => Mode::Symlink,
        COMMIT => Mode::Submodule,
        _ if raw & 0o100 != 0 => Mode::Executable,
        _ => Mode::File,
    }
}

/// An object id of the repository as one of ours.
pub fn id(oid: Oid) -> ObjectId {
    ObjectId(oid.to_string().into())
}
