//! How is a range of commits read? Trees come from git objects; nothing is checked out and nothing is written.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use git2::{Commit as GitCommit, Oid, Repository, Sort};

use super::{Ancestry, Change, Commit, Source, Store, Version, lines, renames, walk};
use crate::{
    error::Error,
    finding::{Side, Unproven},
    limits,
    path::RepoPath,
};

/// The change from the merge base of `base` and `head` to `head`.
///
/// # Errors
/// Not a repository, no such revision, no common ancestor, or a history that is cut off.
pub fn range(folder: &Path, base: Option<&str>, head: Option<&str>) -> Result<Change, Error> {
    let repository = open(folder)?;
    let head_name = head.unwrap_or("HEAD");
    let head = commit(&repository, head_name)?;
    let base_name = base.unwrap_or("HEAD~1");
    let tip = commit(&repository, base_name)?;
    let base = repository.merge_base(tip.id(), head.id()).map_err(|_| {
        Error::repository(
            format!("`{base_name}` and `{head_name}` have no common ancestor"),
            "name a base that the head grew from",
        )
    })?;
    let base_commit = repository
        .find_commit(base)
        .map_err(|error| explain(&error, base_name))?;
    let sides = walk::between(&repository, Some(base_commit.tree_id()), Some(head.tree_id()))?;
    let source = Source::Range {
        base_name: base_name.to_owned(),
        base: walk::id(base),
        base_tip: walk::id(tip.id()),
        head_name: head_name.to_owned(),
        head: walk::id(head.id()),
    };
    let ancestry = Ancestry {
        base_is_ancestor: tip.id() == base,
        head_is_behind: head.id() == base && tip.id() != head.id(),
        base_is_on_a_ref: true,
        same_tree: base_commit.tree_id() == head.tree_id(),
    };
    let commits = commits(&repository, base, head.id())?;
    let time = head.time().seconds().max(base_commit.time().seconds());
    let (base_tree, head_tree, head_id) = (base_commit.tree_id(), head.tree_id(), head.id());
    drop((base_commit, tip, head));
    let store = Arc::new(Objects {
        repository: Mutex::new(repository),
        base: base_tree,
        head: head_tree,
        head_commit: head_id,
    });
    let (pairs, note) = renames::pair(sides, store.as_ref());
    let files = pairs
        .into_iter()
        .map(|pair| lines::compare(pair, store.as_ref()))
        .collect();
    let change = Change::new(source, files, store)
        .with_history(Ok(commits), Ok(ancestry))
        .with_time(Some(time));
    Ok(note.into_iter().fold(change, Change::with_note))
}

/// Opens the repository that a folder lies in.
///
/// # Errors
/// There is none, or it is of a kind that is not read here.
pub fn open(folder: &Path) -> Result<Repository, Error> {
    Repository::discover(folder).map_err(|error| explain(&error, &folder.display().to_string()))
}

/// One sentence and a way out for an error of the git library.
pub fn explain(error: &git2::Error, about: &str) -> Error {
    Error::repository(
        format!("cannot read `{about}`: {}", error.message()),
        "run it inside a git repository, or pass `--repo DIR`",
    )
}

fn commit<'a>(repository: &'a Repository, name: &str) -> Result<GitCommit<'a>, Error> {
    let object = repository
        .revparse_single(name)
        .map_err(|error| explain(&error, name))?;
    object.peel_to_commit().map_err(|error| explain(&error, name))
}

fn commits(repository: &Repository, base: Oid, head: Oid) -> Result<Vec<Commit>, Error> {
    let fail = |error: git2::Error| explain(&error, "the history");
    let mut walk = repository.revwalk().map_err(fail)?;
    walk.push(head).map_err(fail)?;
    walk.hide(base).map_err(fail)?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)
        .map_err(fail)?;
    let mut commits = Vec::new();
    for oid in walk.take(limits::COMMITS) {
        let found = repository.find_commit(oid.map_err(fail)?).map_err(fail)?;
        let parents: Vec<Oid> = found.parent_ids().collect();
        let mut paths = Vec::new();
        if parents.len() < 2 {
            let parent = found.parent(0).ok().map(|parent| parent.tree_id());
            for sides in walk::between(repository, parent, Some(found.tree_id()))? {
                let (super::Sides::Added(side) | super::Sides::Deleted(side) | super::Sides::Both(_, side)) =
                    sides;
                paths.push(side.path);
            }
        }
        paths.sort();
        commits.push(Commit {
            id: walk::id(found.id()),
            parents: parents.into_iter().map(walk::id).collect(),
            message: String::from_utf8_lossy(found.message_bytes()).into_owned(),
            author: String::from_utf8_lossy(found.author().name_bytes()).into_owned(),
            time: found.time().seconds(),
            paths,
        });
    }
    Ok(commits)
}

struct Objects {
    repository: Mutex<Repository>,
    base: Oid,
    head: Oid,
    head_commit: Oid,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.base, self.head)
    }
}

impl Objects {
    fn with<T>(&self, ask: impl FnOnce(&Repository) -> Result<T, git2::Error>) -> Result<T, Unproven> {
        let repository = self
            .repository
            .lock()
            .map_err(|_| Unproven::Unreadable("the repository is locked".to_owned()))?;
        ask(&repository).map_err(|error| Unproven::Unreadable(error.message().to_owned()))
    }

    fn tree(&self, side: Side) -> Oid {
        match side {
            Side::Base => self.base,
            Side::Head => self.head,
        }
    }
}

impl Store for Objects {
    fn blob(&self, version: &Version) -> Result<Vec<u8>, Unproven> {
        self.with(|repository| {
            Ok(repository
                .find_blob(Oid::from_str(&version.id.0)?)?
                .content()
                .to_vec())
        })
    }

    fn entry(&self, side: Side, path: &RepoPath) -> Result<Option<Version>, Unproven> {
        self.with(|repository| {
            let tree = repository.find_tree(self.tree(side))?;
            match tree.get_path(path.as_path().as_ref()) {
                Ok(entry) if entry.kind() == Some(git2::ObjectType::Tree) => Ok(None),
                Ok(entry) => Ok(Some(Version {
                    path: path.clone(),
                    mode: walk::mode(entry.filemode()),
                    id: walk::id(entry.id()),
                })),
                Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    fn paths(&self, side: Side) -> Result<Vec<RepoPath>, Unproven> {
        let repository = self
            .repository
            .lock()
            .map_err(|_| Unproven::Unreadable("the repository is locked".to_owned()))?;
        let sides = walk::between(&repository, None, Some(self.tree(side)))
            .map_err(|error| Unproven::Unreadable(error.to_string()))?;
        let mut paths: Vec<RepoPath> = sides
            .into_iter()
            .filter_map(|side| match side {
                super::Sides::Added(new) => Some(new.path),
                super::Sides::Deleted(_) | super::Sides::Both(..) => None,
            })
            .collect();
        paths.sort();
        Ok(paths)
    }

    fn head_reaches(&self, commit: &str) -> Result<Option<bool>, Unproven> {
        self.with(|repository| {
            let Ok(object) = repository.revparse_single(commit) else {
                return Ok(None);
            };
            let id = object.id();
            Ok(Some(
                id == self.head_commit || repository.graph_descendant_of(self.head_commit, id)?,
            ))
        })
    }
}
