//! Was a file that is said to be there kept out of the commit by an ignore rule?

use crate::{
    checks::{
        Settings,
        claims::{Told, own_change},
    },
    claims::Standing,
    escape,
    evidence::{
        Evidence,
        change::Change,
        claims::{Claim, Form},
        ignored,
    },
    finding::{Abstain, Finding, Judged, Level, Side},
    path::RepoPath,
};

/// Forms whose targets are files that the head must hold.
const FORMS: &[Form] = &[Form::FileCreated, Form::FileEdited];

/// Judges the item.
///
/// # Errors
/// No claims were given, or every file that is said to be there is.
pub fn run(evidence: &Evidence, _: &Settings, told: &Told<'_>) -> Judged {
    let (mut in_doubt, mut findings) = (false, Vec::new());
    for (claim, standing) in told.all() {
        let is_so = matches!(standing, Standing::Supported(_) | Standing::Lacking(_));
        if is_so || !claim.form.is_some_and(|form| FORMS.contains(&form)) {
            continue;
        }
        in_doubt = true;
        let change = own_change(evidence, claim);
        findings.extend(
            claim
                .targets
                .iter()
                .filter_map(|target| kept_out(claim, target, change)),
        );
    }
    if !in_doubt {
        evidence.said()?;
        return Err(Abstain::not_applicable(
            "no file that is said to be there is missing",
        ));
    }
    Ok(findings)
}

fn kept_out(claim: &Claim, target: &str, change: &Change) -> Option<Finding> {
    let path = RepoPath::new(target.trim_start_matches("./")).ok()?;
    // what git tracks, no rule keeps out
    if !matches!(change.entry(Side::Head, &path), Ok(None)) {
        return None;
    }
    let rule = ignored::by(change, &path)?;
    let shown = escape::line(target);
    let finding = Finding::new(
        claim.place(),
        format!("`{shown}` may exist where it was written: an ignore rule keeps it out of every commit"),
    );
    Some(
        finding
            .because(format!("the rule: {rule}"))
            .because(format!("claim: {}", claim.quote()))
            .fix(format!("add it with `git add -f {shown}`, or change the rule"))
            .at_most(Level::Info),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        policy::Policy,
    };

    #[test]
    fn a_missing_file_that_a_rule_keeps_out_is_told() {
        let file = |path: &str, text: &str| {
            let text = text.as_bytes().to_vec();
            (RepoPath::new(path).unwrap(), (Mode::File, text))
        };
        let tree = || [file(".gitignore", "scratch/\n*.log\n"), file("kept.log", "x\n")].into();
        let manifest = "- {form: file-created, target: scratch/run.sh}\n- {form: file-created, target: src/a.rs}\n\
                        - {form: file-edited, target: kept.log}\n";
        let evidence = Evidence::of(memory::change(tree(), tree()))
            .with_claims(Ok(crate::claims::tests::claims(manifest)));
        let settings = Settings::new(Policy::default()).unwrap();
        let findings = run(&evidence, &settings, &Told::of(&evidence, &settings)).unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].evidence[0].contains("`.gitignore`: `scratch/`"));
    }
}
