//! Does the author say anything that could be checked?
//!
//! Silence is never broken, and never holds: without a claim there is nothing to compare the change with.

use crate::{
    checks::Settings,
    evidence::Evidence,
    finding::{Judged, Unproven},
};

/// Judges the item.
///
/// # Errors
/// No claims were given, or those that were say nothing of a known form.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let claims = evidence.claims()?;
    let known = claims.claims.iter().any(|claim| claim.form.is_some());
    let said = claims.documents.iter().any(|text| !text.is_blank());
    if known || said {
        return Ok(Vec::new());
    }
    let files: Vec<String> = claims
        .inputs
        .iter()
        .map(|input| format!("`{}`", crate::escape::line(&input.file)))
        .collect();
    let what = match claims.claims.len() {
        0 => "no claim".to_owned(),
        1 => "one claim, of no known form".to_owned(),
        count => format!("{count} claims, none of a known form"),
    };
    Err(Unproven::Insufficient(format!("{} holds {what}", files.join(", "))).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::memory,
            claims::{Claims, document::Document},
        },
        finding::Abstain,
        policy::Policy,
    };

    fn judged(claims: Claims) -> Judged {
        let evidence = Evidence::of(memory::change([].into(), [].into())).with_claims(Ok(claims));
        run(&evidence, &Settings::new(Policy::default()).unwrap())
    }

    #[test]
    fn silence_is_unproven_and_one_known_claim_is_enough() {
        let manifest = crate::claims::tests::claims;
        for nothing in ["[]", "- form: improved-robustness\n"] {
            assert!(
                matches!(judged(manifest(nothing)), Err(Abstain::Unproven(_))),
                "{nothing}"
            );
        }
        assert_eq!(
            judged(manifest("- form: fixed\n  status: not-done\n")),
            Ok(Vec::new())
        );
        let text = |text: &str| Claims {
            documents: vec![Document::text("pr.md", text)],
            ..Claims::default()
        };
        assert_eq!(judged(text("Adds a retry.")), Ok(Vec::new()));
        assert!(judged(text(" \n")).is_err());
    }
}
