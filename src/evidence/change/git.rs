//! How is a range of commits read? Trees come from git objects; nothing is checked out and nothing is written.

use std::{path::Path, sync::Arc};

use super::{
    Change, ObjectId, Sides, Source, Store,
    history::{self, Cut},
    kept::Kept,
    lines,
    objects::{self, Objects, Trees},
    open, renames, revision, walk, worktree,
};
use crate::{error::Error, escape, evidence::Supplied, finding::Unproven};

/// The root of the working tree that a folder lies in; `None` for a bare repository and outside of any.
pub fn work_folder(folder: &Path) -> Option<std::path::PathBuf> {
    git2::Repository::discover(folder)
        .ok()?
        .workdir()
        .map(Path::to_owned)
}

/// The change from the merge base of `base` and `head` to `head`.
///
/// # Errors
/// Not a repository, no such revision, no common ancestor, or a history that is cut off.
pub fn range(folder: &Path, base: Option<&str>, head: Option<&str>) -> Result<Change, Error> {
    let repository = open::repository(folder)?;
    let head = revision::named(&repository, head.unwrap_or("HEAD"))?;
    let tip = match base {
        Some(name) => revision::named(&repository, name)?,
        None => revision::default_base(&repository, &head)?,
    };
    let merge_base = history::merge_base(&repository, &tip, &head)?;
    let base = history::point(&repository, merge_base, &tip.name)?;
    let sides = walk::between(&repository, Some(base.tree), Some(head.tree))?;
    let cut = Cut::of(&repository);
    let ids = history::between(&repository, &[base.id, tip.id], head.id);
    let ancestry = history::ancestry(&repository, &tip, &base, &head, &cut);
    let source = Source::Range {
        base_name: tip.name,
        base: walk::id(base.id),
        base_tip: walk::id(tip.id),
        head_name: head.name,
        head: walk::id(head.id),
    };
    let objects = Objects::new(repository);
    let commits = ids.and_then(|ids| history::commits(&objects, ids, &cut));
    let store = Arc::new(Trees::new(
        objects,
        Some((base.id, base.tree)),
        (head.id, head.tree),
    ));
    let change = from_sides(source, sides, store)?
        .with_history(commits, ancestry)
        .with_time(Some(head.time.max(base.time)));
    Ok(if base.id != tip.id && cut != Cut::default() {
        change.with_note(
            "this clone is shallow: a later common ancestor of base and head may be missing from it",
        )
    } else {
        change
    })
}

/// What one commit changed against its parent; the first of all against nothing.
///
/// # Errors
/// It is a merge, which brings what others did, or an object of it is missing.
pub fn of_commit(objects: &Objects, commit: &ObjectId) -> Supplied<Change> {
    let id = objects::oid(commit)?;
    let unreadable = |why: String| Unproven::Unreadable(format!("commit {}: {why}", commit.short()));
    let (parent, head, sides) = objects.with(|repository| {
        let fail = |error: git2::Error| unreadable(escape::line(error.message()).into_owned());
        let found = repository.find_commit(id).map_err(fail)?;
        if found.parent_count() > 1 {
            return Err(Unproven::Insufficient(format!(
                "commit {} is a merge: what it brings is not its own",
                commit.short()
            )));
        }
        let parent = match found.parent_ids().next() {
            Some(parent) => Some(repository.find_commit(parent).map_err(fail)?),
            None => None,
        };
        let tree = parent.as_ref().map(git2::Commit::tree_id);
        let sides = walk::between(repository, tree, Some(found.tree_id()))
            .map_err(|error| unreadable(error.to_string()))?;
        Ok((
            parent.map(|parent| (parent.id(), parent.tree_id())),
            found.tree_id(),
            sides,
        ))
    })?;
    let base = parent.map_or_else(
        || ObjectId(worktree::EMPTY_TREE.into()),
        |(parent, _)| walk::id(parent),
    );
    let source = Source::Range {
        base_name: format!("{}^", commit.short()),
        base_tip: base.clone(),
        base,
        head_name: commit.short().to_owned(),
        head: commit.clone(),
    };
    let trees = Trees::new(objects.again(), parent, (id, head));
    from_sides(source, sides, Arc::new(trees)).map_err(|error| unreadable(error.to_string()))
}

/// A change from its differing paths: renames are found, lines are compared.
///
/// # Errors
/// An object of the change is missing.
pub fn from_sides(source: Source, sides: Vec<Sides>, store: Arc<dyn Store>) -> Result<Change, Error> {
    let missing = |why: crate::finding::Unproven| Error::repository(why.to_string(), open::FETCH_OBJECTS);
    let kept = Kept::of(store.as_ref());
    let paired = renames::pair(sides, &kept).map_err(missing)?;
    kept.close();
    let files = lines::compare_all(paired.pairs, &kept).map_err(missing)?;
    drop(kept);
    let change = Change::new(source, files, store);
    Ok(paired.note.into_iter().fold(change, Change::with_note))
}
