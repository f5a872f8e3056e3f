//! Does what was said agree with what is?

pub mod blame;
pub mod checklist;
pub mod command_run;
pub mod coverage;
pub mod dependency;
pub mod docs;
pub mod file;
pub mod hype;
pub mod lint_clean;
pub mod missing;
pub mod no_breaking;
pub mod no_code_behind_fix;
pub mod omission;
pub mod only_touched;
pub mod pasted_output;
pub mod readiness;
pub mod review_addressed;
pub mod self_contradiction;
pub mod skip_rationale;
pub mod symbol;
pub mod test_results;
pub mod tests_added;
pub mod value;

use super::Settings;
use crate::{
    claims::{self, Standing},
    evidence::{Evidence, claims::Claim},
    finding::Unproven,
};

/// Claims with what each comes to; one with several targets stands once for each.
pub type Standings<'a> = Result<Vec<(&'a Claim, Standing)>, Unproven>;

/// How the claims of some forms are judged.
pub type Decide = for<'a> fn(&'a Evidence, &Settings) -> Standings<'a>;

/// Every claim with what it comes to, those that no check decides included, in the order in which they stand.
///
/// # Errors
/// No claims were given, and no commit message makes one.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> Standings<'a> {
    let all = &evidence.said()?.claims;
    let undecided = all
        .iter()
        .filter_map(|claim| claims::unchecked(claim).map(|why| (claim, Standing::Unverifiable(why))));
    let mut told: Vec<(&Claim, Standing)> = undecided.collect();
    told.extend(self::all(evidence, settings)?);
    let place = |claim: &Claim| {
        all.iter()
            .position(|other| std::ptr::eq(other, claim) || other == claim)
    };
    told.sort_by_cached_key(|(claim, _)| place(claim));
    Ok(told)
}

/// One for each check that decides claims.
const DECIDERS: &[Decide] = &[
    file::standings,
    only_touched::standings,
    test_results::standings,
    coverage::standings,
    dependency::standings,
    symbol::standings,
    tests_added::standings,
    no_breaking::standings,
    no_code_behind_fix::standings,
    blame::standings,
    docs::standings,
    pasted_output::standings,
    readiness::standings,
    skip_rationale::standings,
    value::standings,
    command_run::standings,
    lint_clean::standings,
    review_addressed::standings,
];

/// Every claim that some check decides, with what it comes to, form by form.
///
/// # Errors
/// No claims were given, and no commit message makes one.
pub fn all<'a>(evidence: &'a Evidence, settings: &Settings) -> Standings<'a> {
    let mut found = Vec::new();
    for decide in DECIDERS {
        found.extend(told(evidence, settings, *decide)?);
    }
    Ok(found)
}

/// What the claims of some forms come to: those about the whole change, and those about single commits, each beside its
/// own change. Where nobody gave claims, only those of the commit messages that are refuted: they accuse, and prove
/// nothing.
///
/// # Errors
/// No claims were given, and no commit message makes one that is refuted.
pub fn everywhere<'a>(evidence: &'a Evidence, settings: &Settings, decide: Decide) -> Standings<'a> {
    let mut found = told(evidence, settings, decide)?;
    if let Err(missing) = evidence.claims() {
        found.retain(|(_, standing)| matches!(standing, Standing::Refuted(_)));
        if found.is_empty() {
            return Err(missing);
        }
    }
    Ok(found)
}

fn told<'a>(evidence: &'a Evidence, settings: &Settings, decide: Decide) -> Standings<'a> {
    evidence.said()?;
    // messages speak of single commits only
    let mut found = match evidence.claims() {
        Ok(_) => decide(evidence, settings)?,
        Err(_) => Vec::new(),
    };
    for own in evidence.apart() {
        found.extend(decide(own, settings)?);
    }
    Ok(found)
}
