//! Does an added text speak to a model over the head of its user?

use crate::{
    checks::{Settings, conventions},
    evidence::Evidence,
    finding::Judged,
};

/// Judges the item.
///
/// # Errors
/// The change adds nothing that is read, or nothing was found and a file could not be looked at.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    conventions::judge(evidence, settings, "security-injection-text")
}
