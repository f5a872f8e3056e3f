//! Which versions did some paths have, from the commits behind the base to the head?
//!
//! Only the first parents are followed, only so many commits behind the base, and only the entries of the paths in
//! question are looked up: the cost grows with the change, not with the repository.

use std::collections::{HashMap, HashSet};

use git2::{ObjectType, Oid, Repository, Tree};

use super::{
    Commit, Version,
    history::{self, Cut},
    objects::Objects,
    walk,
};
use crate::{finding::Unproven, limits, path::RepoPath};

/// What one commit did to a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The path.
    pub path: RepoPath,
    /// What stood there in its first parent.
    pub before: Option<Version>,
    /// What stands there in the commit.
    pub after: Option<Version>,
}

/// Where a commit lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stretch {
    /// Between base and head, on the line of first parents.
    Main,
    /// Between base and head, on a branch that was merged there.
    Side,
    /// Behind the base.
    Past,
}

/// A commit that did something to one of the paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The commit; its `paths` are those of the question that it touched.
    pub commit: Commit,
    /// Where it lies.
    pub stretch: Stretch,
    /// What it did, in the order of the question.
    pub made: Vec<Made>,
}

/// The commits that touched some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// Newest first: those between base and head, then at most [`limits::PAST_COMMITS`] behind the base.
    pub steps: Vec<Step>,
    /// Why there may be more than are listed.
    pub unknown: Option<Unproven>,
}

/// Where a trail begins and how far it goes.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    /// The head, where it is a commit.
    pub head: Option<Oid>,
    /// The commit that it is compared with.
    pub base: Oid,
}

/// The trail of some paths.
///
/// # Errors
/// An object is missing, or the history cannot be read.
pub fn of(objects: &Objects, ends: Ends, paths: &[RepoPath]) -> Result<Trail, Unproven> {
    objects.with(|repository| {
        let cut = Cut::of(repository);
        let mut trail = Trail::default();
        for (looks, (id, place)) in (1..).zip(commits(repository, ends)?) {
            trail.unknown = too_far(looks, paths).or_else(|| cut.hits(&[id]).then(cut_off));
            if trail.unknown.is_some() {
                break;
            }
            trail.steps.extend(step(repository, id, place, paths)?);
        }
        Ok(trail)
    })
}

fn too_far(looks: usize, paths: &[RepoPath]) -> Option<Unproven> {
    let is_within = looks.saturating_mul(paths.len()) <= limits::TRAIL_LOOKUPS;
    (!is_within).then(|| {
        Unproven::Insufficient(format!(
            "{} changed files are too many to follow through more than {} commits",
            paths.len(),
            looks - 1
        ))
    })
}

fn cut_off() -> Unproven {
    Unproven::Insufficient(
        "this clone is shallow: earlier versions of the changed files are not in it".to_owned(),
    )
}

/// The commits of a trail, newest first.
fn commits(repository: &Repository, ends: Ends) -> Result<Vec<(Oid, Stretch)>, Unproven> {
    let mut found = Vec::new();
    if let Some(head) = ends.head {
        let main: HashSet<Oid> = first_parents(repository, head, Some(ends.base), limits::COMMITS)?
            .into_iter()
            .collect();
        let own = history::between(repository, &[ends.base], head)?;
        let stretch = |id: &Oid| match main.contains(id) {
            true => Stretch::Main,
            false => Stretch::Side,
        };
        found.extend(own.into_iter().rev().map(|id| (id, stretch(&id))));
    }
    let past = first_parents(repository, ends.base, None, limits::PAST_COMMITS)?;
    found.extend(past.into_iter().map(|id| (id, Stretch::Past)));
    Ok(found)
}

fn first_parents(
    repository: &Repository,
    from: Oid,
    until: Option<Oid>,
    most: usize,
) -> Result<Vec<Oid>, Unproven> {
    let walk = || -> Result<Vec<Oid>, git2::Error> {
        let mut walk = repository.revwalk()?;
        walk.simplify_first_parent()?;
        walk.push(from)?;
        until.map_or(Ok(()), |until| walk.hide(until))?;
        walk.take(most).collect()
    };
    walk().map_err(|error| unread(&error))
}

fn step(
    repository: &Repository,
    id: Oid,
    stretch: Stretch,
    paths: &[RepoPath],
) -> Result<Option<Step>, Unproven> {
    let commit = repository.find_commit(id).map_err(|error| unread(&error))?;
    let new = commit.tree().map_err(|error| unread(&error))?;
    let old = match commit.parents().next() {
        Some(parent) => Some(parent.tree().map_err(|error| unread(&error))?),
        None => None,
    };
    let mut folders = Folders::new(repository, old, new);
    let mut made = Vec::new();
    for path in paths {
        made.extend(folders.made(path)?);
    }
    if made.is_empty() {
        return Ok(None);
    }
    let touched = made.iter().map(|one| one.path.clone()).collect();
    let commit = history::described(&commit, touched);
    Ok(Some(Step {
        commit,
        stretch,
        made,
    }))
}

/// Both versions of a folder; absent where they are the same.
type Differing<'r> = Option<(Option<Tree<'r>>, Option<Tree<'r>>)>;

/// The folders of a commit and of its parent, each looked up once: nothing inside an equal one is.
struct Folders<'r> {
    repository: &'r Repository,
    known: HashMap<Vec<u8>, Differing<'r>>,
}

impl<'r> Folders<'r> {
    fn new(repository: &'r Repository, old: Option<Tree<'r>>, new: Tree<'r>) -> Self {
        let roots = (old, Some(new));
        Self {
            repository,
            known: [(Vec::new(), Some(roots))].into(),
        }
    }

    /// What the commit did to a path, where it did anything.
    fn made(&mut self, path: &RepoPath) -> Result<Option<Made>, Unproven> {
        let bytes = path.as_bytes();
        let split = bytes.iter().rposition(|byte| *byte == b'/');
        let (folder, name) = match split {
            Some(at) => (bytes.get(..at), bytes.get(at + 1..)),
            None => (Some([].as_slice()), Some(bytes)),
        };
        let (Some(folder), Some(name)) = (folder, name) else {
            return Ok(None);
        };
        self.know(folder)?;
        let Some(Some((old, new))) = self.known.get(folder) else {
            return Ok(None);
        };
        let file = |tree: &Option<Tree<'r>>| file(tree.as_ref()?, name, path);
        let (before, after) = (file(old), file(new));
        let differs = before.as_ref().map(|side| &side.id) != after.as_ref().map(|side| &side.id);
        Ok(differs.then(|| Made {
            path: path.clone(),
            before,
            after,
        }))
    }

    /// Looks a folder and those around it up, from the outermost on.
    fn know(&mut self, folder: &[u8]) -> Result<(), Unproven> {
        let ends = folder.iter().enumerate();
        let ends = ends.filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        let mut outer = 0;
        for end in ends.chain([folder.len()]).filter(|end| *end > 0) {
            let (Some(inner), Some(around)) = (folder.get(..end), folder.get(..outer)) else {
                return Ok(());
            };
            if !self.known.contains_key(inner) {
                let name = inner.get(outer + usize::from(outer > 0)..).unwrap_or_default();
                let found = self.inside(around, name)?;
                self.known.insert(inner.to_owned(), found);
            }
            outer = end;
        }
        Ok(())
    }

    fn inside(&self, around: &[u8], name: &[u8]) -> Result<Differing<'r>, Unproven> {
        let Some(Some((old, new))) = self.known.get(around) else {
            return Ok(None);
        };
        let id = |tree: &Option<Tree<'r>>| {
            let tree = tree.as_ref()?;
            let entry = tree.get_name_bytes(name)?;
            (entry.kind() == Some(ObjectType::Tree)).then(|| entry.id())
        };
        let (old, new) = (id(old), id(new));
        if old == new {
            return Ok(None);
        }
        let tree = |id: Option<Oid>| id.map(|id| self.repository.find_tree(id)).transpose();
        let both = tree(old).and_then(|old| Ok((old, tree(new)?)));
        both.map(Some).map_err(|error| unread(&error))
    }
}

/// A file of a folder; what is no file is none.
fn file(tree: &Tree<'_>, name: &[u8], path: &RepoPath) -> Option<Version> {
    let entry = tree.get_name_bytes(name)?;
    (entry.kind() == Some(ObjectType::Blob)).then(|| Version {
        path: path.clone(),
        mode: walk::mode(entry.filemode_raw()),
        id: walk::id(entry.id()),
    })
}

fn unread(error: &git2::Error) -> Unproven {
    Unproven::Unreadable(format!(
        "the history cannot be read: {}",
        crate::escape::line(error.message())
    ))
}
