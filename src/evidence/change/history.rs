//! Which commits lie between base and head, how are both related, and is the history whole?

use std::collections::BTreeSet;

use git2::{Oid, Repository, Sort};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::{
    Ancestry, Commit, Sides,
    objects::Objects,
    open::{self, FETCH_HISTORY},
    revision::{self, Point},
    walk,
};
use crate::{error::Error, evidence::Supplied, finding::Unproven, limits, path::RepoPath};

/// Where the history ends although it goes on elsewhere: the commits whose parents a shallow clone left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut(BTreeSet<Oid>);

impl Cut {
    /// The cut of a repository, empty where the clone is whole.
    pub fn of(repository: &Repository) -> Self {
        if !repository.is_shallow() {
            return Self::default();
        }
        let file = repository.commondir().join("shallow");
        let listed = std::fs::read_to_string(file).unwrap_or_default();
        Self(
            listed
                .lines()
                .filter_map(|line| Oid::from_str(line.trim()).ok())
                .collect(),
        )
    }

    /// Whether any of these commits has parents that are not here.
    pub fn hits(&self, commits: &[Oid]) -> bool {
        commits.iter().any(|commit| self.0.contains(commit))
    }
}

/// The commit from which both grew.
///
/// # Errors
/// There is none, or a shallow clone does not reach back to it.
pub fn merge_base(repository: &Repository, base: &Point, head: &Point) -> Result<Oid, Error> {
    if base.id == head.id {
        return Ok(base.id);
    }
    repository.merge_base(base.id, head.id).map_err(|error| {
        if error.code() != git2::ErrorCode::NotFound {
            return open::explain(&error, "the history");
        }
        let (base, head) = (crate::escape::line(&base.name), crate::escape::line(&head.name));
        if repository.is_shallow() {
            return Error::repository(
                format!("the common ancestor of `{base}` and `{head}` is not in this clone: it is shallow, its history is cut off"),
                FETCH_HISTORY,
            );
        }
        Error::repository(
            format!("`{base}` and `{head}` have no common ancestor"),
            "name a base that the head grew from",
        )
    })
}

/// The commits that the head has and the base has not, oldest first; at most one more than [`limits::COMMITS`].
///
/// # Errors
/// The graph cannot be read.
pub fn between(repository: &Repository, hidden: &[Oid], head: Oid) -> Result<Vec<Oid>, Unproven> {
    let fail =
        |error: git2::Error| Unproven::Unreadable(format!("the history cannot be read: {}", error.message()));
    let mut walk = repository.revwalk().map_err(fail)?;
    walk.set_sorting(Sort::TOPOLOGICAL).map_err(fail)?;
    walk.push(head).map_err(fail)?;
    for commit in hidden {
        walk.hide(*commit).map_err(fail)?;
    }
    let mut commits = walk
        .take(limits::COMMITS + 1)
        .collect::<Result<Vec<Oid>, _>>()
        .map_err(fail)?;
    commits.reverse();
    Ok(commits)
}

/// The commits with their messages and the paths each touched.
///
/// # Errors
/// There are too many, or the history is cut off inside the range.
pub fn commits(objects: &Objects, ids: Vec<Oid>, cut: &Cut) -> Supplied<Vec<Commit>> {
    if ids.len() > limits::COMMITS {
        return Err(Unproven::Insufficient(format!(
            "the range has more than {} commits",
            limits::COMMITS
        )));
    }
    if cut.hits(&ids) {
        return Err(Unproven::Insufficient(
            "this clone is shallow: some commits of the range are not in it".to_owned(),
        ));
    }
    if let [only] = ids.as_slice() {
        return objects
            .with(|repository| commit(repository, *only))
            .map(|one| vec![one]);
    }
    ids.into_par_iter()
        .map(|id| objects.with(|repository| commit(repository, id)))
        .collect()
}

fn commit(repository: &Repository, id: Oid) -> Result<Commit, Unproven> {
    let fail =
        |error: git2::Error| Unproven::Unreadable(format!("commit {id} cannot be read: {}", error.message()));
    let found = repository.find_commit(id).map_err(fail)?;
    let parents: Vec<Oid> = found.parent_ids().collect();
    let mut paths = Vec::new();
    if parents.len() < 2 {
        let parent = match parents.first() {
            Some(parent) => Some(repository.find_commit(*parent).map_err(fail)?.tree_id()),
            None => None,
        };
        let sides = walk::between(repository, parent, Some(found.tree_id()))
            .map_err(|error| Unproven::Unreadable(format!("commit {id}: {error}")))?;
        paths.extend(sides.into_iter().map(|sides| match sides {
            Sides::Added(side) | Sides::Deleted(side) | Sides::Both(_, side) => side.path,
        }));
        paths.sort();
    }
    Ok(described(&found, paths))
}

/// What a commit says about itself, with the paths that it touched.
pub fn described(found: &git2::Commit<'_>, paths: Vec<RepoPath>) -> Commit {
    let author = found.author();
    Commit {
        id: walk::id(found.id()),
        parents: found.parent_ids().map(walk::id).collect(),
        message: String::from_utf8_lossy(found.message_bytes()).into_owned(),
        author: format!(
            "{} <{}>",
            String::from_utf8_lossy(author.name_bytes()),
            String::from_utf8_lossy(author.email_bytes())
        ),
        time: found.time().seconds(),
        paths,
    }
}

/// How the named base and the head are related.
///
/// # Errors
/// A shallow clone cannot tell whether the base is part of the head.
pub fn ancestry(
    repository: &Repository,
    base: &Point,
    merge_base: &Point,
    head: &Point,
    cut: &Cut,
) -> Supplied<Ancestry> {
    let base_is_ancestor = base.id == merge_base.id;
    if !base_is_ancestor && !cut.0.is_empty() {
        return Err(Unproven::Insufficient(
            "this clone is shallow: whether the head holds the base cannot be told".to_owned(),
        ));
    }
    Ok(Ancestry {
        base_is_ancestor,
        head_is_behind: head.id == merge_base.id && !base_is_ancestor,
        base_is_on_a_ref: base_is_ancestor || is_on_a_ref(repository, base.id)?,
        same_tree: merge_base.tree == head.tree,
    })
}

/// Whether a branch, a remote branch or a tag reaches a commit. The walk goes from new to old and stops at the first
/// sight of it.
fn is_on_a_ref(repository: &Repository, commit: Oid) -> Result<bool, Unproven> {
    let fail =
        |error: git2::Error| Unproven::Unreadable(format!("the history cannot be read: {}", error.message()));
    let mut walk = repository.revwalk().map_err(fail)?;
    walk.set_sorting(Sort::NONE).map_err(fail)?;
    for glob in ["refs/heads/*", "refs/remotes/*", "refs/tags/*"] {
        let references = repository.references_glob(glob).map_err(fail)?;
        let tips = references.filter_map(|reference| reference.ok()?.peel_to_commit().ok());
        for tip in tips {
            if tip.id() == commit {
                return Ok(true);
            }
            walk.push(tip.id()).map_err(fail)?;
        }
    }
    for seen in walk.take(limits::ANCESTORS) {
        if seen.map_err(fail)? == commit {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The commit `id` as a point of the given name.
///
/// # Errors
/// It is not in this clone.
pub fn point(repository: &Repository, id: Oid, name: &str) -> Result<Point, Error> {
    let commit = repository.find_commit(id).map_err(|error| {
        if repository.is_shallow() {
            return revision::cut_off(&id.to_string());
        }
        open::explain(&error, &id.to_string())
    })?;
    Ok(Point {
        name: name.to_owned(),
        id,
        tree: commit.tree_id(),
        time: commit.time().seconds(),
    })
}
