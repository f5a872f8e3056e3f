//! Does the author explain why tests are missing although the task asks for them?
//!
//! An explanation is honest; it does not do what was asked.

use crate::{
    checks::Settings,
    claims::{self, Standing, against},
    evidence::{
        Evidence, Supplied,
        claims::{Claim, Form},
        task::{Task, TaskKind},
    },
    kinds::FileKind,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::SkipRationale];

/// Every such explanation, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![told(claim, evidence, settings).unwrap_or_else(Standing::Lacking)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, evidence: &Evidence, settings: &Settings) -> Supplied<Standing> {
    let Some(what) = demand(evidence.task()?) else {
        return Ok(Standing::unverifiable("the task asks for no tests"));
    };
    let files = evidence.change.files().iter();
    let touched =
        files.filter(|file| file.after().is_some() && settings.kinds.of(file.path()) == FileKind::Test);
    if touched.count() > 0 {
        return Ok(Standing::supported("tests are touched all the same"));
    }
    Ok(
        against(claim, format!("tests are said to be left out, and {what}"))
            .because("the change touches no test file")
            .fix("write the tests, or have the task changed")
            .into(),
    )
}

/// What in the task asks for tests.
fn demand(task: &Task) -> Option<&'static str> {
    if task.kind == Some(TaskKind::Tests) {
        return Some("the task is about tests");
    }
    let is_tests = |pattern: &String| {
        ["test", "spec"]
            .iter()
            .any(|word| pattern.to_lowercase().contains(word))
    };
    let mut areas = task.require.iter();
    areas
        .any(|area| area.globs.patterns().iter().any(is_tests))
        .then_some("the task requires changes of tests")
}
