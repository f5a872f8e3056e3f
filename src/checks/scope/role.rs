//! Did the role do something it may not?

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{FileChange, Status},
    },
    finding::{Abstain, Finding, Judged, Place, Unproven},
    path::RepoPath,
    policy::Role,
};

/// Judges the item.
///
/// # Errors
/// No task was given, it names no role, or the policy does not define the role.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let task = evidence.task()?;
    let Some(name) = &task.role else {
        return Err(Abstain::not_applicable("the task names no role"));
    };
    let Some(role) = settings.policy.scope.roles.0.get(name) else {
        return Err(Unproven::Insufficient(format!(
            "the task names the role `{}` and the policy does not say what it may touch (`scope.roles`)",
            crate::escape::line(name)
        ))
        .into());
    };
    let touched = evidence
        .change
        .files()
        .iter()
        .flat_map(|file| file.touched().map(move |path| (file, path)));
    let findings = touched
        .filter(|(_, path)| !task.shared.matches(path))
        .filter_map(|(file, path)| overstep(role, path).map(|rule| finding(name, file, path, &rule)));
    Ok(findings.collect())
}

/// The rule of the role that touching a path breaks.
fn overstep(role: &Role, path: &RepoPath) -> Option<String> {
    if role.read_only {
        return Some("read-only: true".to_owned());
    }
    if role.must_not_touch.matches(path) {
        return Some(format!("must-not-touch: {}", role.must_not_touch.shown()));
    }
    let may = role.may_touch.as_ref()?;
    (!may.matches(path)).then(|| format!("may-touch: {}", may.shown()))
}

fn finding(role: &str, file: &FileChange, path: &RepoPath, rule: &str) -> Finding {
    let role = crate::escape::line(role);
    let did = match file.status {
        Status::Added | Status::Copied => "added",
        Status::Deleted => "deleted",
        Status::Renamed => "renamed",
        Status::Modified | Status::TypeChanged => "edited",
    };
    Finding::new(
        Place::File(path.clone()),
        format!("the role `{role}` {did} `{path}`"),
    )
    .because(format!("policy, scope.roles.{role}: {rule}"))
    .fix(format!(
        "leave `{path}` to the role that owns it, or list it as `shared` in the task"
    ))
}
