//! Can this repository be read, and what is the way out where it cannot?

use std::path::Path;

use git2::{ErrorClass, ErrorCode, Repository};

use crate::error::Error;

/// What to do where an object is not in the clone.
pub const FETCH_OBJECTS: &str =
    "fetch what a partial clone left out: `git fetch --refetch --no-filter`, or clone without `--filter`";
/// What to do where the history is cut off.
pub const FETCH_HISTORY: &str =
    "fetch it: `git fetch --unshallow`, or `fetch-depth: 0` in `actions/checkout`, `GIT_DEPTH: 0` in GitLab";

/// Opens the repository that a folder lies in.
///
/// # Errors
/// There is none, it belongs to somebody else, it is of a kind that is not read here, or its history is grafted.
pub fn repository(folder: &Path) -> Result<Repository, Error> {
    let shown = crate::escape::line(&folder.display().to_string()).into_owned();
    let repository = Repository::discover(folder).map_err(|error| unopened(&error, &shown))?;
    let grafts = repository.commondir().join("info/grafts");
    if std::fs::metadata(grafts).is_ok_and(|file| file.len() > 0) {
        return Err(Error::repository(
            format!("`{shown}` has a grafts file, which lets a commit claim parents it does not have"),
            "remove `info/grafts` from the git folder",
        ));
    }
    Ok(repository)
}

fn unopened(error: &git2::Error, shown: &str) -> Error {
    if error.code() == ErrorCode::NotFound && error.class() == ErrorClass::Repository {
        return Error::repository(
            format!("`{shown}` is not inside a git repository"),
            "run it inside one, pass `--repo DIR`, or judge a patch with `--diff FILE`",
        );
    }
    explain(error, shown)
}

/// One sentence and a way out for an error of the git library about something it was asked to read.
pub fn explain(error: &git2::Error, about: &str) -> Error {
    let message = error.message();
    let known = if error.code() == ErrorCode::Owner {
        Some((
            "belongs to another user, so git does not trust its settings",
            "if you trust it: `git config --global --add safe.directory DIR`",
        ))
    } else if message.contains("object format") {
        Some((
            "uses SHA-256 object names, which are not read yet",
            "judge a patch instead: `git diff BASE...HEAD > change.patch`, then `--diff change.patch`",
        ))
    } else if message.contains("extensions.refstorage") {
        Some((
            "keeps its references in a reftable, which is not read yet",
            "clone it with `git clone --ref-format=files`, or judge a patch with `--diff FILE`",
        ))
    } else if message.contains("'sdir'") {
        Some((
            "has a sparse index, which is not read yet",
            "write a full one with `git sparse-checkout reapply --no-sparse-index`",
        ))
    } else if error.code() == ErrorCode::NotFound && error.class() == ErrorClass::Odb {
        Some(("is not whole: an object is missing", FETCH_OBJECTS))
    } else {
        None
    };
    match known {
        Some((problem, help)) => Error::repository(format!("`{about}` {problem}"), help),
        None => Error::repository(
            format!("cannot read `{about}`: {}", crate::escape::line(message)),
            "`git fsck` shows whether the repository is sound",
        ),
    }
}
