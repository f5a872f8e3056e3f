//! Were the failures that the author calls somebody else's there before?
//!
//! Told by a run of the base. Without one, or where it does not list the test, a trace that passes through a line which
//! the change added tells; else nobody knows.

use std::collections::BTreeMap;

use crate::{
    checks::Settings,
    claims::{self, Standing, against},
    evidence::{
        Evidence, Supplied,
        claims::{Claim, Form},
        tests::{Status, TestCase, TestRun, blame, blame::Blame},
        touched::Touched,
    },
    finding::Finding,
    limits,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::Blame];

/// Every claim that a failure is somebody else's, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| -> Vec<Standing> {
        let told = |target: Option<&str>| told(claim, target, evidence).unwrap_or_else(Standing::Lacking);
        if claim.targets.is_empty() {
            return vec![told(None)];
        }
        claim.targets.iter().map(|target| told(Some(target))).collect()
    };
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, target: Option<&str>, evidence: &Evidence) -> Supplied<Standing> {
    let head = evidence.tests_as_read()?;
    let red: Vec<&TestCase> = head.red().filter(|case| is_meant(case, target)).collect();
    if red.is_empty() {
        evidence.tests()?;
        return Ok(Standing::unverifiable("nothing that it is about is red"));
    }
    let base = evidence.base_tests();
    let whose = blame::of(head, base.as_ref().ok().copied());
    let mut touched = Touched::by(&evidence.change);
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    let mut unknown = 0;
    for case in &red {
        let key = case.id.key();
        if own.contains_key(&key) || matches!(whose.get(&key), Some(Blame::PreExisting | Blame::Flaky)) {
            continue;
        }
        let shown = crate::escape::line(&key);
        if base.as_ref().is_ok_and(|base| passed(base, &key)) {
            own.insert(
                key.clone(),
                format!("`{shown}` is red here and passes on the base"),
            );
        } else if let Some((path, line)) = touched.frames(case).first() {
            let why = format!(
                "`{shown}` is red, and its trace passes through {path}:{line}, which the change added"
            );
            own.insert(key.clone(), why);
        } else {
            unknown += 1;
        }
    }
    if own.is_empty() {
        base?;
        return Ok(match unknown {
            0 => Standing::Supported(None),
            _ => Standing::unverifiable(format!("the report of the base does not list {unknown} of them")),
        });
    }
    let says = match own.len() {
        1 => "1 failure is said to be somebody else's and is this change's".to_owned(),
        count => format!("{count} failures are said to be somebody else's and are this change's"),
    };
    let shown = own.into_values().take(limits::NAMED);
    Ok(shown.fold(against(claim, says), Finding::because).into())
}

/// Whether a run has nothing but green results under a name.
fn passed(run: &TestRun, key: &str) -> bool {
    let mut results = run.cases.iter().filter(|case| case.id.key() == key).peekable();
    results.peek().is_some() && results.all(|case| case.status == Status::Passed && !case.flaky)
}

/// Whether a claim means a case: all of them where it names none.
fn is_meant(case: &TestCase, target: Option<&str>) -> bool {
    let Some(target) = target.map(str::trim).filter(|target| *target != "all") else {
        return true;
    };
    let word = |c: char| c.is_alphanumeric() || c == '_';
    [case.id.key(), case.id.definition(), case.id.full()]
        .iter()
        .any(|name| {
            name.match_indices(target).any(|(start, _)| {
                let before = name.get(..start).and_then(|head| head.chars().next_back());
                let after = name
                    .get(start + target.len()..)
                    .and_then(|tail| tail.chars().next());
                !before.is_some_and(word) && !after.is_some_and(word)
            })
        })
}
