//! Is a credential written into a file?

use crate::{
    checks::{Settings, conventions},
    evidence::Evidence,
    finding::Judged,
    rules::pack,
};

/// Judges the item.
///
/// # Errors
/// The change adds nothing that is read, or nothing was found and a file could not be looked at.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    conventions::judge(evidence, settings, pack::SECRET)
}
