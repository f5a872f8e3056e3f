//! Is the change what an honest edit looks like?

pub mod conflict_marker;
pub mod dangling_reference;
pub mod duplicate_block;
pub mod empty;
pub mod in_progress;
pub mod pair_rule;
pub mod stale_call;
pub mod syntax;
pub mod truncated;

use crate::{code::FileFacts, evidence::Supplied, finding::Unproven, kinds::Kinds, path::RepoPath};

/// Folders whose files are material for programs and tests, and need not be code that works.
const SAMPLES: &[&str] = &[
    "__fixtures__",
    "cases",
    "corpus",
    "data",
    "fixtures",
    "inputs",
    "samples",
    "snippets",
    "template",
    "templates",
    "test-data",
    "test_data",
    "testdata",
];

/// Whether a path is code that people write and that is meant to work.
fn is_own_code(path: &RepoPath, kinds: &Kinds) -> bool {
    let folder = path.folder();
    let mut parts = folder.split('/');
    kinds.is_hand_written(path) && !path.lossy().contains("{{") && !parts.any(|part| SAMPLES.contains(&part))
}

/// That a file was understood from end to end.
///
/// # Errors
/// It was not, and where.
fn understood(path: &RepoPath, facts: &FileFacts) -> Supplied<()> {
    match facts.errors.first() {
        None => Ok(()),
        Some(error) => Err(Unproven::Unparsed(path.clone(), error.line)),
    }
}
