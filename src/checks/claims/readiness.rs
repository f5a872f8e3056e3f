//! Is the work said to be ready while its tests are red?
//!
//! Readiness is never supported: no evidence shows that nothing is missing.

use crate::{
    checks::Settings,
    claims::{self, Standing, against},
    evidence::{
        Evidence, Supplied,
        claims::{Claim, Form},
    },
    limits,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::Readiness];

/// Every claim of readiness, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![told(claim, evidence).unwrap_or_else(Standing::Lacking)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, evidence: &Evidence) -> Supplied<Standing> {
    let red: Vec<_> = evidence
        .tests_as_read()?
        .red()
        .filter(|case| !case.flaky)
        .collect();
    let known = evidence.base_tests().is_ok_and(|base| {
        let was_red = |key: &str| base.red().any(|case| case.id.key() == key);
        red.iter().all(|case| was_red(&case.id.key()))
    });
    if red.is_empty() || known {
        return Ok(Standing::unverifiable(
            "no evidence shows that nothing is missing",
        ));
    }
    let says = format!("the work is said to be ready, and {} tests fail", red.len());
    let finding = red
        .iter()
        .take(limits::NAMED)
        .fold(against(claim, says), |finding, case| {
            finding.because(format!("`{}` failed", case.id))
        });
    Ok(finding.fix("say what fails, or mend it").into())
}
