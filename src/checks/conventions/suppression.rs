//! Does the change switch a tool off without saying what for?

use super::judge;
use crate::{checks::Settings, evidence::Evidence, finding::Judged, rules::pack};

/// Judges the item.
///
/// # Errors
/// As `judge`, which all of these checks share.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    judge(evidence, settings, pack::SUPPRESSION)
}
