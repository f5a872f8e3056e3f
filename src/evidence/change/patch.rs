//! How is a patch without a repository read?

use std::path::Path;

use super::Change;
use crate::{error::Error, evidence::file::Input};

/// Reads a patch.
///
/// # Errors
/// The file cannot be read, or is no patch.
pub fn read(path: &Path) -> Result<(Change, Input), Error> {
    Err(Error::usage(
        format!("`{}` cannot be read yet", path.display()),
        "pass `--base` and `--head`",
    ))
}
