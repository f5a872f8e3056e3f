//! Is a Rust file part of a package that is a library and no program?

use super::Context;
use crate::{evidence::Evidence, finding::Side, path::RepoPath};

/// Where the files of the head are not known, the hit goes.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let path = context.path.lossy().into_owned();
    let Some((root, _)) = path.rsplit_once("src/") else {
        return false;
    };
    let has = |name: &str| is_there(context.evidence, &format!("{root}src/{name}"));
    has("lib.rs") && !has("main.rs") && !has("bin") && !has("cli.rs") && !has("cli")
}

/// A file, or a folder with a file in it that Cargo would take for a program.
fn is_there(evidence: &Evidence, path: &str) -> bool {
    let Ok(path) = RepoPath::new(path) else {
        return false;
    };
    let entry = evidence.change.entry(Side::Head, &path);
    entry.is_ok_and(|entry| entry.is_some())
}
