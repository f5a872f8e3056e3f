//! Does the pasted summary of a test run agree with the reports?
//!
//! Only a summary that counts as many cases as the reports is held to be of the same run (CHECKS 4.5).

use crate::{
    checks::Settings,
    claims::{self, Standing},
    evidence::{
        Evidence,
        claims::{Claim, Form},
    },
};

use super::test_results;

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::PastedOutput];

/// Every pasted summary, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let all = evidence.claims()?;
    let one = |claim: &Claim| {
        let told = test_results::told(claim, all, evidence, settings);
        vec![told.unwrap_or_else(Standing::Lacking)]
    };
    Ok(claims::judge(all, FORMS, one))
}
