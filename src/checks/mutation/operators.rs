//! Did the mutation tester use the operators that the policy names?
//!
//! Asked of the whole report, not of the added lines: a small change may give an operator nothing to replace.

use std::collections::BTreeSet;

use super::trusted;
use crate::{
    checks::Settings,
    evidence::{Evidence, mutation::operators},
    finding::{Abstain, Finding, Judged, Place, Unproven},
};

/// Judges the item.
///
/// # Errors
/// The policy names no operators, no report was given, or its format does not name operators.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let wanted = &settings.policy.mutation.operators;
    if wanted.is_empty() {
        return Err(Abstain::not_applicable("the policy names no operators"));
    }
    let run = trusted(evidence)?;
    let used: BTreeSet<&str> = run
        .mutants
        .iter()
        .flat_map(|mutant| operators::classes(&mutant.operator, mutant.replacement.as_deref()))
        .collect();
    if used.is_empty() {
        let why = "no operator in the report is a known one: nobody can tell which classes were used";
        return Err(Unproven::Insufficient(why.to_owned()).into());
    }
    let unused = wanted.iter().filter(|class| !used.contains(class.as_str()));
    let used: Vec<&str> = used.iter().copied().collect();
    Ok(unused
        .map(|class| {
            let says = format!("no mutant of class `{class}` is in the report");
            Finding::new(Place::Change, says).because(format!("classes in the report: {}", used.join(", ")))
        })
        .collect())
}
