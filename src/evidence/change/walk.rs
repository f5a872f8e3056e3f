//! Which paths differ between two trees? Equal subtrees are never entered.

use git2::{ObjectType, Oid, Repository, Tree};

use super::{Mode, ObjectId, Sides, Version};
use crate::{error::Error, limits, path::RepoPath};

/// The differing paths, in no particular order.
///
/// # Errors
/// A tree is missing, too deep, too large, or malformed.
pub fn between(repository: &Repository, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<Sides>, Error> {
    let mut walk = Walk {
        repository,
        visited: 0,
        found: Vec::new(),
    };
    walk.trees(old, new, &mut Vec::new(), 0)?;
    Ok(walk.found)
}

struct Walk<'a> {
    repository: &'a Repository,
    visited: usize,
    found: Vec<Sides>,
}

struct Entry {
    name: Vec<u8>,
    kind: ObjectType,
    mode: Mode,
    id: Oid,
}

impl Walk<'_> {
    fn trees(
        &mut self,
        old: Option<Oid>,
        new: Option<Oid>,
        at: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), Error> {
        if old == new {
            return Ok(());
        }
        if depth > limits::TREE_DEPTH {
            return Err(self.limit(
                "tree-depth",
                format!("nests folders deeper than {}", limits::TREE_DEPTH),
            ));
        }
        let (old, new) = (self.entries(old)?, self.entries(new)?);
        let (mut left, mut right) = (old.into_iter().peekable(), new.into_iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(a), Some(b)) => a.name.cmp(&b.name),
            };
            let before = if order.is_le() { left.next() } else { None };
            let after = if order.is_ge() { right.next() } else { None };
            self.pair(before, after, at, depth)?;
        }
    }

    fn pair(
        &mut self,
        old: Option<Entry>,
        new: Option<Entry>,
        at: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), Error> {
        let Some(name) = old.as_ref().or(new.as_ref()).map(|entry| entry.name.clone()) else {
            return Ok(());
        };
        if let (Some(a), Some(b)) = (&old, &new)
            && (a.id, a.mode, a.kind) == (b.id, b.mode, b.kind)
        {
            return Ok(());
        }
        let length = at.len();
        if length > 0 {
            at.push(b'/');
        }
        at.extend_from_slice(&name);
        let tree = |entry: &Option<Entry>| {
            entry
                .as_ref()
                .filter(|e| e.kind == ObjectType::Tree)
                .map(|e| e.id)
        };
        self.trees(tree(&old), tree(&new), at, depth + 1)?;
        let leaf = |entry: Option<Entry>| entry.filter(|entry| entry.kind != ObjectType::Tree);
        self.leaves(leaf(old), leaf(new), at)?;
        at.truncate(length);
        Ok(())
    }

    fn leaves(&mut self, old: Option<Entry>, new: Option<Entry>, at: &[u8]) -> Result<(), Error> {
        let path = RepoPath::new(at).map_err(|problem| {
            Error::repository(
                format!("a tree of this repository is malformed: {problem}"),
                "run `git fsck`",
            )
        })?;
        let version = |entry: Entry| Version {
            path: path.clone(),
            mode: entry.mode,
            id: id(entry.id),
        };
        match (old.map(version), new.map(version)) {
            (None, None) => {}
            (Some(old), None) => self.found.push(Sides::Deleted(old)),
            (None, Some(new)) => self.found.push(Sides::Added(new)),
            (Some(old), Some(new)) => self.found.push(Sides::Both(old, new)),
        }
        if self.found.len() > limits::CHANGED_PATHS {
            return Err(self.limit(
                "changed-paths",
                format!("has more than {} changed paths", limits::CHANGED_PATHS),
            ));
        }
        Ok(())
    }

    fn entries(&mut self, tree: Option<Oid>) -> Result<Vec<Entry>, Error> {
        let Some(tree) = tree else { return Ok(Vec::new()) };
        let tree = self
            .repository
            .find_tree(tree)
            .map_err(|error| super::git::explain(&error, "a tree of the change"))?;
        self.visited += tree.len();
        if self.visited > limits::TREE_ENTRIES {
            return Err(self.limit(
                "tree-entries",
                format!(
                    "has more than {} entries in changed folders",
                    limits::TREE_ENTRIES
                ),
            ));
        }
        let mut entries: Vec<Entry> = entries_of(&tree).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn limit(&self, what: &'static str, problem: String) -> Error {
        Error::Limit {
            what,
            file: "the change".to_owned(),
            problem,
        }
    }
}

fn entries_of<'a>(tree: &'a Tree<'_>) -> impl Iterator<Item = Entry> + 'a {
    tree.iter().filter_map(|entry| {
        let kind = entry.kind()?;
        Some(Entry {
            name: entry.name_bytes().to_vec(),
            kind,
            mode: mode(entry.filemode()),
            id: entry.id(),
        })
    })
}

/// The mode of a tree or index entry.
pub fn mode(raw: i32) -> Mode {
    match raw & 0o170_000 {
        0o120_000 => Mode::Symlink,
        0o160_000 => Mode::Submodule,
        _ if raw & 0o111 != 0 => Mode::Executable,
        _ => Mode::File,
    }
}

/// An object id of the repository as one of ours.
pub fn id(oid: Oid) -> ObjectId {
    ObjectId(oid.to_string().into())
}
