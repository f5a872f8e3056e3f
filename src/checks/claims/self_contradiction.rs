//! Does the author contradict himself: all passes and something fails, nothing is new and something is?
//!
//! Only statements of one scope are compared. A text that speaks of before and after is left alone by the reading.

use crate::{
    checks::Settings,
    claims::against,
    evidence::{
        Evidence,
        claims::{Claim, Form, Status},
    },
    finding::{Abstain, Finding, Judged, Level},
};

/// Judges the item.
///
/// # Errors
/// No claims were given and no two commit messages' claims contradict each other, or no two claims could.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let all = evidence.said()?;
    let is_held = |claim: &&Claim| claim.mild().is_none() && settings.forms.of(claim) > Level::Off;
    let held: Vec<&Claim> = all.claims.iter().filter(is_held).collect();
    let (mut compared, mut findings) = (false, Vec::new());
    for (place, claim) in held.iter().enumerate() {
        for other in held.iter().skip(place + 1) {
            for (one, two) in [(*claim, *other), (*other, *claim)] {
                let Some(contradicts) = contradicts(one, two) else {
                    continue;
                };
                compared = true;
                findings.extend(contradicts.then(|| finding(one, two)));
            }
        }
    }
    // messages that agree with each other prove nothing: nobody handed them in
    if findings.is_empty() {
        evidence.claims()?;
    }
    if !compared {
        return Err(Abstain::not_applicable(
            "no two statements are about the same thing",
        ));
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// Whether two statements exclude each other; `None` where they are about different things.
fn contradicts(one: &Claim, two: &Claim) -> Option<bool> {
    let same_change = one.commit() == two.commit();
    let done = one.status == Status::Done;
    if !same_change || !done {
        return None;
    }
    match (one.form?, two.form?) {
        (Form::AllPass, Form::CountPass | Form::PastedOutput) => {
            let part = |claim: &Claim| claim.scope.clone();
            (part(one) == part(two)).then(|| two.count.failed.is_some_and(|failed| failed > 0))
        }
        (Form::AllPass, Form::AllPass) => {
            (one.scope == two.scope && one.targets == two.targets && two.targets.is_empty())
                .then(|| two.status == Status::Failed)
        }
        // what only developers need is often not meant
        (Form::DepNone, Form::DepAdded) => two.scope.is_none().then_some(two.status == Status::Done),
        (Form::Untouched, Form::FileEdited | Form::FileDeleted) => {
            let both = one.targets.iter().any(|target| two.targets.contains(target));
            both.then_some(two.status == Status::Done)
        }
        (_, _) => None,
    }
}

fn finding(one: &Claim, two: &Claim) -> Finding {
    against(one, format!("`{}` contradicts `{}`", one.quote(), two.quote()))
        .because(format!("{}: {}", two.place(), two.quote()))
        .fix("take back the one that is not so")
        .at_most(Level::Warn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{evidence::change::memory, policy::Policy};

    fn judged(manifest: &str) -> Judged {
        let claims = crate::claims::tests::claims(manifest);
        let evidence = Evidence::of(memory::change([].into(), [].into())).with_claims(Ok(claims));
        run(&evidence, &Settings::new(Policy::default()).unwrap())
    }

    #[test]
    fn statements_of_one_scope_are_compared() {
        for (manifest, count) in [
            (
                "- form: all-pass\n- {form: count-pass, count: {passed: 3, failed: 1}}\n",
                1,
            ),
            (
                "- form: all-pass\n- {form: count-pass, count: {passed: 3, failed: 0}}\n",
                0,
            ),
            ("- form: dep-none\n- {form: dep-added, target: x}\n", 1),
            (
                "- {form: untouched, target: a.rs}\n- {form: file-edited, target: a.rs}\n",
                1,
            ),
            (
                "- {form: untouched, target: a.rs}\n- {form: file-edited, target: a.rs, status: not-done}\n",
                0,
            ),
        ] {
            assert_eq!(judged(manifest).unwrap().len(), count, "{manifest}");
        }
        for manifest in [
            "- {form: all-pass, scope: unit}\n- {form: count-pass, scope: e2e, count: {failed: 1}}\n",
            "- {form: untouched, target: a.rs}\n- {form: file-edited, target: b.rs}\n",
            "- form: fixed\n",
        ] {
            assert!(
                matches!(judged(manifest), Err(Abstain::NotApplicable(_))),
                "{manifest}"
            );
        }
    }
}
