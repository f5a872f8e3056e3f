//! What may an author have meant by a name that the change does not bear out?
//!
//! Several false claims are true under another name: a file in another folder or with another ending, a symbol with one
//! letter more.

use std::collections::BTreeSet;

use crate::{
    checks::{
        Settings,
        claims::{Told, own_change},
    },
    claims::{
        Standing, anchors,
        paths::{Places, Written},
    },
    escape,
    evidence::{
        Evidence,
        change::Change,
        claims::{Claim, Form},
    },
    finding::{Abstain, Finding, Judged, Level},
    limits, names,
};

/// Forms whose targets are files that the change must hold.
const FILES: &[Form] = &[
    Form::FileCreated,
    Form::FileEdited,
    Form::FileDeleted,
    Form::FileRenamed,
];
/// Forms whose targets are symbols that the change must hold.
const SYMBOLS: &[Form] = &[Form::SymbolAdded, Form::SymbolRenamed, Form::SymbolChanged];

/// Judges the item.
///
/// # Errors
/// No claims were given, or none of those about files and symbols is in doubt.
pub fn run(evidence: &Evidence, _: &Settings, told: &Told<'_>) -> Judged {
    let (mut in_doubt, mut findings) = (false, Vec::new());
    for (claim, standing) in told.all() {
        let (Some(form), true) = (claim.form, is_in_doubt(standing)) else {
            continue;
        };
        let change = own_change(evidence, claim);
        if FILES.contains(&form) {
            in_doubt = true;
            findings.extend(
                claim
                    .targets
                    .iter()
                    .filter_map(|target| file(claim, target, change)),
            );
        } else if SYMBOLS.contains(&form) {
            in_doubt = true;
            let names = claim.to.iter().chain(&claim.targets);
            findings.extend(names.filter_map(|name| symbol(claim, name, change)));
        }
    }
    if !in_doubt {
        evidence.said()?;
        return Err(Abstain::not_applicable(
            "no claim about a file or a symbol is in doubt",
        ));
    }
    Ok(findings)
}

const fn is_in_doubt(standing: &Standing) -> bool {
    match standing {
        Standing::Refuted(_) | Standing::Unverifiable(_) => true,
        Standing::Supported(_) | Standing::Lacking(_) => false,
    }
}

fn file(claim: &Claim, target: &str, change: &Change) -> Option<Finding> {
    let written = Written::new(target).ok()?;
    let places = Places::of(change);
    if !places.touched(&written).is_empty() {
        return None;
    }
    let (path, how) = places.nearest(target)?;
    Some(finding(claim, target, &path.to_string(), how))
}

fn symbol(claim: &Claim, target: &str, change: &Change) -> Option<Finding> {
    let name = target.rsplit(['.', ':']).next().unwrap_or(target);
    if name.len() > limits::NEAR_NAME_BYTES {
        return None;
    }
    let added = change.files().iter().flat_map(|file| file.added());
    let words: BTreeSet<&str> = added
        .flat_map(|line| names::words(&line.text))
        .filter(|word| word.len().abs_diff(name.len()) <= name.len() / 4 && anchors::is_code_shaped(word))
        .take(limits::NEAR_WORDS)
        .collect();
    if words.contains(name) {
        return None;
    }
    let ranked = words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(word, name), *word));
    let (distance, word) = ranked.min()?;
    (distance <= name.len() / 4).then(|| finding(claim, target, word, "has a similar name"))
}

fn finding(claim: &Claim, target: &str, near: &str, how: &str) -> Finding {
    let (target, near) = (escape::line(target), escape::line(near));
    Finding::new(
        claim.place(),
        format!("`{target}` may mean `{near}`, which the change does hold: it {how}"),
    )
    .because(format!("claim: {}", claim.quote()))
    .fix(format!("if it is the one, say `{near}`"))
    .at_most(Level::Info)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        path::RepoPath,
        policy::Policy,
    };

    fn judged(manifest: &str) -> Judged {
        let file = |path: &str, text: &str| {
            let text = text.as_bytes().to_vec();
            (RepoPath::new(path).unwrap(), (Mode::File, text))
        };
        let after = [file("src/retries.py", "def wait_for_reply():\n    pass\n")];
        let evidence = Evidence::of(memory::change([].into(), after.into()))
            .with_claims(Ok(crate::claims::tests::claims(manifest)));
        let settings = Settings::new(Policy::default()).unwrap();
        run(&evidence, &settings, &Told::of(&evidence, &settings))
    }

    #[test]
    fn a_name_that_is_almost_one_of_the_change_is_told() {
        for (manifest, near) in [
            (
                "- {form: file-created, target: src/retrie.py}\n",
                "`src/retries.py`",
            ),
            (
                "- {form: file-created, target: lib/retries.py}\n",
                "lies elsewhere",
            ),
            (
                "- {form: symbol-added, target: wait_for_replies}\n",
                "`wait_for_reply`",
            ),
        ] {
            let findings = judged(manifest).unwrap();
            assert!(findings[0].says.contains(near), "{}", findings[0].says);
        }
        for far in [
            "- {form: file-created, target: src/cache.py}\n",
            "- {form: symbol-added, target: open_the_door}\n",
        ] {
            assert_eq!(judged(far), Ok(Vec::new()), "{far}");
        }
        let so = judged("- {form: file-created, target: src/retries.py}\n");
        assert!(matches!(so, Err(Abstain::NotApplicable(_))));
    }
}
