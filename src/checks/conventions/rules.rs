//! Does the added code hide a failure, by one of the built-in rules?

use super::judge;
use crate::{checks::Settings, evidence::Evidence, finding::Judged, rules::pack};

/// Judges the item.
///
/// # Errors
/// As `judge`, which all of these checks share.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    judge(evidence, settings, pack::RULES)
}
