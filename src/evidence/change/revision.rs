//! Which commit does a name mean, and which is the base where nobody names one?

use git2::{BranchType, ErrorCode, Oid, Repository};

use super::open::{self, FETCH_HISTORY};
use crate::error::Error;

/// A commit and the name it was asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The name.
    pub name: String,
    /// The commit.
    pub id: Oid,
    /// Its tree.
    pub tree: Oid,
    /// Its committer time, seconds since 1970.
    pub time: i64,
}

/// The commit that a name means; a tag is followed.
///
/// # Errors
/// There is no such revision, it means two things, or it is no commit.
pub fn named(repository: &Repository, name: &str) -> Result<Point, Error> {
    refuse_twins(repository, name)?;
    let object = repository
        .revparse_single(name)
        .map_err(|error| unknown(repository, name, &error))?;
    let kind = object.kind().map_or("something else", |kind| kind.str());
    let commit = object.peel_to_commit().map_err(|error| {
        if repository.is_shallow() && error.code() == ErrorCode::NotFound {
            return cut_off(name);
        }
        Error::repository(
            format!("`{}` is a {kind}, not a commit", crate::escape::line(name)),
            "name a commit, a branch or a tag",
        )
    })?;
    Ok(Point {
        name: name.to_owned(),
        id: commit.id(),
        tree: commit.tree_id(),
        time: commit.time().seconds(),
    })
}

/// A branch and a tag of one name can be used to have the wrong commit judged: git takes the tag and only warns.
fn refuse_twins(repository: &Repository, name: &str) -> Result<(), Error> {
    let target = |prefix: &str| {
        let reference = repository.find_reference(&format!("{prefix}{name}")).ok()?;
        reference.peel_to_commit().ok().map(|commit| commit.id())
    };
    let (Some(branch), Some(tag)) = (target("refs/heads/"), target("refs/tags/")) else {
        return Ok(());
    };
    if branch == tag {
        return Ok(());
    }
    let name = crate::escape::line(name);
    Err(Error::repository(
        format!("`{name}` is both a branch and a tag, of different commits"),
        format!("write `refs/heads/{name}` or `refs/tags/{name}`"),
    ))
}

fn unknown(repository: &Repository, name: &str, error: &git2::Error) -> Error {
    let shown = crate::escape::line(name);
    let code = error.code();
    if code == ErrorCode::UnbornBranch || (name.starts_with("HEAD") && is_unborn(repository)) {
        return no_commits();
    }
    if code == ErrorCode::Ambiguous {
        return Error::repository(
            format!("`{shown}` is the beginning of several object ids"),
            "write more digits, or the name of a branch or tag",
        );
    }
    if code == ErrorCode::InvalidSpec {
        return Error::repository(
            format!("`{shown}` is not the name of a revision"),
            "name a commit, a branch or a tag",
        );
    }
    if code != ErrorCode::NotFound {
        return open::explain(error, name);
    }
    if repository.is_shallow() {
        return cut_off(name);
    }
    Error::repository(
        format!("there is no revision `{shown}`{}", near(repository, name)),
        "name a commit, a branch or a tag of this clone; `git fetch origin NAME` brings one in",
    )
}

/// Whether `HEAD` names a branch that has no commit yet.
pub fn is_unborn(repository: &Repository) -> bool {
    matches!(repository.head(), Err(error) if error.code() == ErrorCode::UnbornBranch)
}

fn no_commits() -> Error {
    Error::repository(
        "`HEAD` has no commit yet",
        "commit first, or judge what is there with `--staged` or `--worktree`",
    )
}

/// The error for a commit that a shallow clone does not have.
pub fn cut_off(name: &str) -> Error {
    Error::repository(
        format!(
            "`{}` is not in this clone: it is shallow, its history is cut off",
            crate::escape::line(name)
        ),
        FETCH_HISTORY,
    )
}

/// Names of branches and tags that look like a misspelt one, as half a sentence.
fn near(repository: &Repository, name: &str) -> String {
    let Ok(references) = repository.references() else {
        return String::new();
    };
    let mut found: Vec<(usize, String)> = references
        .filter_map(|reference| {
            let reference = reference.ok()?;
            let short = reference.shorthand().ok()?.to_owned();
            let full = reference.name().ok()?;
            let is_public = ["refs/heads/", "refs/tags/", "refs/remotes/"]
                .iter()
                .any(|prefix| full.starts_with(prefix));
            let distance = strsim::damerau_levenshtein(&short, name);
            (is_public && distance <= name.chars().count() / 3 + 1).then_some((distance, short))
        })
        .collect();
    found.sort();
    found.dedup();
    let names: Vec<String> = found
        .iter()
        .take(3)
        .map(|(_, name)| format!("`{}`", crate::escape::line(name)))
        .collect();
    if names.is_empty() {
        return String::new();
    }
    format!("; did you mean {}?", names.join(" or "))
}

/// The base where nobody names one: the upstream of the judged branch, the default branch of `origin`, or the
/// local default branch. A candidate that already holds the head leaves nothing to judge and is passed over.
///
/// # Errors
/// None of them is there, or all of them hold the head: it is on the default branch itself.
pub fn default_base(repository: &Repository, head: &Point) -> Result<Point, Error> {
    let mut holder = None;
    for name in candidates(repository, &head.name) {
        let Ok(base) = named(repository, &name) else {
            continue;
        };
        if base.id != head.id && repository.merge_base(base.id, head.id).ok() != Some(head.id) {
            return Ok(Point {
                name: short(&name).to_owned(),
                ..base
            });
        }
        holder = holder.or_else(|| Some(short(&name).to_owned()));
    }
    let head = crate::escape::line(&head.name).into_owned();
    let problem = match holder {
        Some(name) => format!("no base was named, and `{head}` is already part of `{name}`"),
        None if repository.is_shallow() => return Err(cut_off("the default branch")),
        None => {
            format!("no base was named, and there is no upstream or default branch to compare `{head}` with")
        }
    };
    Err(Error::repository(
        problem,
        "name one with `--base REV` (`--base HEAD~1` for the last commit), or judge uncommitted work with `--staged` or `--worktree`",
    ))
}

fn short(reference: &str) -> &str {
    ["refs/remotes/", "refs/heads/"]
        .iter()
        .find_map(|prefix| reference.strip_prefix(prefix))
        .unwrap_or(reference)
}

fn candidates(repository: &Repository, head: &str) -> Vec<String> {
    let branch = if head == "HEAD" {
        repository
            .head()
            .ok()
            .filter(git2::Reference::is_branch)
            .and_then(|reference| reference.shorthand().ok().map(str::to_owned))
    } else {
        Some(head.to_owned())
    };
    let upstream = branch.as_deref().and_then(|name| {
        let branch = repository.find_branch(name, BranchType::Local).ok()?;
        let upstream = branch.upstream().ok()?;
        upstream.get().name().ok().map(str::to_owned)
    });
    let remote = ["origin/HEAD", "origin/main", "origin/master"].map(|name| format!("refs/remotes/{name}"));
    let local = ["main", "master"]
        .into_iter()
        .filter(|name| branch.as_deref() != Some(name))
        .map(|name| format!("refs/heads/{name}"));
    upstream.into_iter().chain(remote).chain(local).collect()
}
