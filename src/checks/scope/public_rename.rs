//! Is an exported name gone that the task does not approve?
//!
//! A name that is exported elsewhere at head has moved, not gone. Whether a removal was asked for, only the task tells.

use std::collections::HashSet;

use crate::{
    checks::Settings,
    code::facts::{Definition, DefinitionKind, FileFacts, Visibility, last_part},
    evidence::{Evidence, Supplied, code::Both, task::Task},
    finding::{Abstain, Finding, Judged, Kind, Level, Place, Side, Unproven},
    kinds::FileKind,
    names::Name,
    risk,
};

/// Judges the item.
///
/// # Errors
/// No production code changed; or names are gone and no task was given; or a file could not be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut gone, mut unread, mut any) = (Vec::new(), None, false);
    for both in evidence.changed_code() {
        if settings.kinds.of(both.file.path()) != FileKind::Source || both.file.before().is_none() {
            continue;
        }
        any = true;
        match lost(&both) {
            Ok(lost) => gone.extend(lost.into_iter().map(|one| (both, one))),
            Err(why) => unread = Some(why),
        }
    }
    let kept = kept(&gone, evidence);
    gone.retain(|(_, one)| !kept.contains(&one.name));
    if !any {
        return Err(Abstain::not_applicable(
            "no production code that was there was edited",
        ));
    }
    match unread {
        Some(why) if gone.is_empty() => return Err(why.into()),
        None if gone.is_empty() => return Ok(Vec::new()),
        Some(_) | None => {}
    }
    let task = evidence.task().map_err(|_| Unproven::NotSupplied(Kind::Task))?;
    let unasked = gone
        .iter()
        .filter(|(_, one)| !is_approved(task, settings, &one.name));
    Ok(unasked.map(|(both, one)| accuse(both, one, evidence)).collect())
}

fn accuse(both: &Both<'_>, one: &Definition, evidence: &Evidence) -> Finding {
    let path = both
        .file
        .before()
        .map_or_else(|| both.file.path(), |before| &before.path);
    let place = Place::Lines {
        path: path.clone(),
        side: Side::Base,
        first: one.header,
        last: one.header,
    };
    let says = format!(
        "`{}` was exported and is gone, and the task does not approve it",
        one.qualified
    );
    let finding =
        Finding::new(place, says).because(format!("before: {}", crate::escape::line(&one.signature)));
    let name = Name::new(&one.name);
    match risk::declared(evidence, |text| text.lines().any(|line| name.is_in(line))) {
        Some(place) => finding.because(format!("declared: {place}")).at_most(Level::Warn),
        None => finding,
    }
}

/// Those names of definitions that the changed files export at head.
fn kept(gone: &[(Both<'_>, Definition)], evidence: &Evidence) -> HashSet<String> {
    let wanted: HashSet<&str> = gone.iter().map(|(_, one)| one.name.as_str()).collect();
    let mut kept = HashSet::new();
    if wanted.is_empty() {
        return kept;
    }
    let sides = evidence
        .changed_code()
        .filter_map(|both| both.after().ok().flatten());
    for facts in sides {
        let names = exported(&facts).filter(|name| wanted.contains(name));
        kept.extend(names.map(str::to_owned));
    }
    kept
}

/// Every name that a file exports.
fn exported(facts: &FileFacts) -> impl Iterator<Item = &str> {
    let own = facts.definitions.iter().filter(|one| is_exported(one));
    // taken from elsewhere and handed on: it may still be reached by its old name
    let taken = facts.imports.iter().map(|import| {
        let name = import.alias.as_deref().or(import.name.as_deref());
        name.unwrap_or_else(|| last_part(&import.path))
    });
    own.map(|one| one.name.as_str()).chain(taken)
}

/// What a file exported before and does not any more.
fn lost(both: &Both<'_>) -> Supplied<Vec<Definition>> {
    let Some(before) = both.before()?.filter(|before| before.parses()) else {
        return Ok(Vec::new());
    };
    let after = both.after()?;
    if let Some(error) = after.as_ref().and_then(|after| after.errors.first()) {
        return Err(Unproven::Unparsed(both.file.path().clone(), error.line));
    }
    let kept: HashSet<&str> = after.iter().flat_map(|after| exported(after)).collect();
    let is_test = |one: &Definition| before.test_at(one.header).is_some();
    let lost = before
        .definitions
        .iter()
        .filter(|one| is_exported(one) && !kept.contains(one.name.as_str()) && !is_test(one));
    Ok(lost.cloned().collect())
}

fn is_exported(one: &Definition) -> bool {
    let kind = match one.kind {
        DefinitionKind::Function
        | DefinitionKind::Method
        | DefinitionKind::Class
        | DefinitionKind::Struct
        | DefinitionKind::Enum
        | DefinitionKind::Trait
        | DefinitionKind::Interface
        | DefinitionKind::Type
        | DefinitionKind::Constant => true,
        DefinitionKind::Variant | DefinitionKind::Field | DefinitionKind::Module | DefinitionKind::Macro => {
            false
        }
    };
    kind && one.visibility == Visibility::Public && !one.local && !one.name.starts_with('_')
}

/// Whether the task or the policy approves it: this very name, or such changes as a whole.
fn is_approved(task: &Task, settings: &Settings, name: &str) -> bool {
    let wanted = Name::new(name);
    let mut approved = task.approve.iter().chain(&settings.policy.approve);
    approved.any(|one| one == "public-rename") || task.removes.iter().any(|one| wanted.is_in(one))
}
