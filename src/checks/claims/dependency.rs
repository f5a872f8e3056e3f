//! claims-x

use crate::{
    checks::Settings,
    evidence::Evidence,
    finding::{Abstain, Judged},
};

/// Judges the item.
///
/// # Errors
/// It cannot tell.
pub fn run(_evidence: &Evidence, _settings: &Settings) -> Judged {
    Err(Abstain::not_applicable("not built yet"))
}

/// x
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(_: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    Ok(Vec::new())
}
