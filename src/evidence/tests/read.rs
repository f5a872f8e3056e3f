//! How are the report files that the caller named found, told apart and read?

use std::path::Path;

use super::TestRun;
use crate::error::Error;

/// Reads every file that the patterns mean.
///
/// # Errors
/// A pattern is no pattern, or a limit is passed.
pub fn run(_root: &Path, _role: &'static str, _patterns: &[String]) -> Result<TestRun, Error> {
    Ok(TestRun::default())
}
