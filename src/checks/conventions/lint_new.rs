//! Do the project's own linters say something about the changed lines that they did not say before?

use crate::{
    checks::Settings,
    evidence::Evidence,
    finding::Judged,
    lint::{self, Tools},
};

/// Judges the item.
///
/// # Errors
/// No results were given, none is of a linter, or a linter did not come to its end.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    lint::judge(evidence, Tools::Linters)
}
