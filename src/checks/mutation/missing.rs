//! Is there a mutation report where the policy requires one?
//!
//! Required is one where `mutation.required-for` means a changed production file, or where `require:` names the
//! mutation report: then for every changed production file. Changes without added production code need none.

use std::collections::BTreeSet;

use super::{Mutable, added_code, trusted};
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::FileChange,
        names::{Meaning, Names},
    },
    finding::{Abstain, Finding, Judged, Kind, Place, Side, Unproven},
};

/// Judges the item.
///
/// # Errors
/// The policy requires none, or requires one that was not given or cannot be relied on.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let policy = &settings.policy;
    let everywhere = policy
        .require
        .iter()
        .any(|name| name == Kind::Mutation.name() || name == "mutation-missing");
    let globs = &policy.mutation.required_for;
    if !everywhere && globs.is_empty() {
        return Err(Abstain::not_applicable("the policy requires no mutation report"));
    }
    let required: Vec<(&FileChange, usize)> = added_code(evidence, settings)
        .filter(|(file, _)| everywhere || globs.matches(file.path()))
        .collect();
    let Some((first, _)) = required.first() else {
        return Err(Abstain::not_applicable(
            "no code was added where the policy requires a mutation report",
        ));
    };
    if let Err(Unproven::NotSupplied(_)) = evidence.mutation_as_read() {
        let why = format!(
            "the policy requires a mutation report for `{}` and none was given: pass `--mutation FILE`",
            first.path()
        );
        return Err(Unproven::Insufficient(why).into());
    }
    let run = trusted(evidence)?;
    let mut names = Names::new(&evidence.change, Side::Head);
    let mut mutated = BTreeSet::new();
    for mutant in &run.mutants {
        match names.meaning(&mutant.file) {
            Meaning::Changed(file) => {
                mutated.insert(file.path());
            }
            Meaning::Ambiguous => return Err(Unproven::Insufficient(ambiguous(&mutant.file)).into()),
            Meaning::Elsewhere => {}
        }
    }
    let mutable = Mutable::of(run);
    let left_out = required.into_iter().filter(|(file, lines)| {
        let expected = globs.matches(file.path()) || mutable.holds(file);
        expected && *lines >= policy.mutation.min_lines && !mutated.contains(file.path())
    });
    Ok(left_out.map(|(file, lines)| finding(file, lines)).collect())
}

fn ambiguous(name: &str) -> String {
    let name = crate::escape::line(name);
    format!(
        "the report names `{name}`, which could be several files; use a report with paths from the repository's root"
    )
}

fn finding(file: &FileChange, lines: usize) -> Finding {
    let says = "the policy requires mutants for this file and the report lists none in it";
    Finding::new(Place::File(file.path().clone()), says)
        .because(format!("{lines} added lines look executable"))
        .fix("take the file into the mutation tester's configuration and run it again")
}
