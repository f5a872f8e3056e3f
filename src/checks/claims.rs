//! Does what was said agree with what is?

pub mod coverage;
pub mod dependency;
pub mod file;
pub mod missing;
pub mod omission;
pub mod only_touched;
pub mod test_results;

use super::Settings;
use crate::{
    claims::{self, Standing},
    evidence::{Evidence, claims::Claim},
    finding::Unproven,
};

/// Claims with what each comes to; one with several targets stands once for each.
pub type Standings<'a> = Result<Vec<(&'a Claim, Standing)>, Unproven>;

/// Every claim with what it comes to, those that no check decides included, in the order in which they stand.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> Standings<'a> {
    let all = &evidence.claims()?.claims;
    let undecided = all
        .iter()
        .filter_map(|claim| claims::unchecked(claim).map(|why| (claim, Standing::Unverifiable(why))));
    let mut told: Vec<(&Claim, Standing)> = undecided.collect();
    for decide in [
        file::standings,
        only_touched::standings,
        test_results::standings,
        coverage::standings,
        dependency::standings,
    ] {
        told.extend(decide(evidence, settings)?);
    }
    let place = |claim: &Claim| all.iter().position(|other| std::ptr::eq(other, claim));
    told.sort_by_cached_key(|(claim, _)| place(claim));
    Ok(told)
}
