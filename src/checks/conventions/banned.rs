//! Does the added code do what the team forbids, by its own rules?

use super::judge;
use crate::{
    checks::Settings,
    evidence::Evidence,
    finding::{Abstain, Judged},
    rules::pack,
};

/// Judges the item.
///
/// # Errors
/// The policy names no rules, or as `judge`, which all of these checks share.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    if settings.house.is_empty() {
        return Err(Abstain::not_applicable("the policy names no packs under `rules`"));
    }
    judge(evidence, settings, pack::BANNED)
}
