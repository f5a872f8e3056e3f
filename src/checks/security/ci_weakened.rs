//! Does a workflow get more rights, or take less care of whose code it runs?

use std::collections::BTreeMap;

use super::Opened;
use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{FileChange, Line},
    },
    finding::{Abstain, Finding, Judged, Level},
    glob::Globs,
};

const WORKFLOWS: &[&str] = &[
    ".github/workflows/**/*.{yml,yaml}",
    ".github/actions/**/*.{yml,yaml}",
];
/// Rights that a token of a workflow may have.
const SCOPES: &[&str] = &[
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
];
const RIGHTS: &[&str] = &[
    "permission",
    "token",
    "write access",
    "id-token",
    "oidc",
    "publish",
    "attest",
    "provenance",
];
const PINS: &[&str] = &["unpin", "pin ", "pinned", "tag", "floating", "@v"];
const TARGETS: &[&str] = &["pull_request_target", "fork", "external contributor"];
const GUARDS: &[&str] = &["environment", "protection", "approval"];

/// Judges the item.
///
/// # Errors
/// No workflow that existed before changed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let workflows = Globs::built_in(WORKFLOWS);
    let files = evidence.change.files().iter();
    // a new workflow has nothing that could be weakened: scope-protected-path speaks of it
    let changed: Vec<&FileChange> = files
        .filter(|file| file.before().is_some() && file.after().is_some() && workflows.matches(file.path()))
        .collect();
    if changed.is_empty() {
        return Err(Abstain::not_applicable(
            "no workflow that was there before changed",
        ));
    }
    let mut found: Vec<Finding> = Vec::new();
    for file in changed {
        let weighed = |one: Opened| super::weighed(file, one, evidence, settings);
        let rights = rights(file).into_iter().filter_map(weighed);
        match says_no_rights(file, evidence) {
            true => found.extend(rights.map(|finding| {
                finding
                    .because("the base names no permissions: the settings of the repository decided what the token could do, which may have been more")
                    .at_most(Level::Warn)
            })),
            false => found.extend(rights),
        }
        let opened = pins(file).into_iter().chain(targets(file)).chain(guards(file));
        found.extend(opened.filter_map(weighed));
    }
    Ok(found)
}

/// Whether the workflow left the rights of its token to the settings of the repository before.
fn says_no_rights(file: &FileChange, evidence: &Evidence) -> bool {
    let text = file.before().and_then(|before| evidence.change.text(before).ok());
    text.is_some_and(|text| !text.lines().any(|line| value(line, "permissions").is_some()))
}

/// The value behind a key that stands alone on a line, without a comment.
fn value<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let line = line.trim_start().trim_start_matches("- ");
    let rest = line.strip_prefix(key)?.trim_start().strip_prefix(':')?;
    Some(
        rest.split(" #")
            .next()
            .unwrap_or(rest)
            .trim()
            .trim_matches(['"', '\'']),
    )
}

/// Scopes with `write` that the file did not have on as many lines.
fn rights(file: &FileChange) -> Vec<Opened> {
    let granted = |line: &Line| -> Option<String> {
        let all = value(&line.text, "permissions").filter(|value| *value == "write-all");
        let scope = SCOPES
            .iter()
            .find(|scope| value(&line.text, scope) == Some("write"));
        all.or(scope.copied()).map(str::to_owned)
    };
    let mut before: BTreeMap<String, usize> = BTreeMap::new();
    for scope in file.removed().filter_map(granted) {
        *before.entry(scope).or_default() += 1;
    }
    let mut opened = Vec::new();
    for line in file.added() {
        let Some(scope) = granted(line) else { continue };
        let kept = before.get_mut(&scope).filter(|left| **left > 0);
        if kept.map(|left| *left -= 1).is_none() {
            opened.push(Opened {
                line: line.number,
                says: format!("the workflow gets the right `{scope}: write`")
                    .replace("write-all: write", "write-all"),
                words: RIGHTS,
                class: "ci",
            });
        }
    }
    opened
}

/// Actions that were pinned to a commit and follow a name now.
fn pins(file: &FileChange) -> Vec<Opened> {
    let used = |line: &Line| -> Option<(String, String)> {
        let (action, at) = value(&line.text, "uses")?.split_once('@')?;
        Some((action.to_owned(), at.to_owned()))
    };
    let is_commit = |at: &str| at.len() == 40 && at.chars().all(|c| c.is_ascii_hexdigit());
    let pinned: Vec<String> = file
        .removed()
        .filter_map(used)
        .filter(|(_, at)| is_commit(at))
        .map(|(action, _)| action)
        .collect();
    let loosened = file.added().filter_map(|line| Some((line, used(line)?)));
    let loosened = loosened.filter(|(_, (action, at))| !is_commit(at) && pinned.contains(action));
    loosened
        .map(|(line, (action, at))| Opened {
            line: line.number,
            says: format!(
                "`{}` was pinned to a commit and follows `{}` now",
                crate::escape::line(&action),
                crate::escape::line(&at)
            ),
            words: PINS,
            class: "ci",
        })
        .collect()
}

/// Runs with the rights of the repository for pull requests of strangers.
fn targets(file: &FileChange) -> Option<Opened> {
    let named = |line: &&Line| {
        let text = line.text.trim_start();
        !text.starts_with('#') && text.trim_start_matches("- ").starts_with("pull_request_target")
    };
    let line = file
        .added()
        .find(named)
        .filter(|_| !file.removed().any(|line| named(&line)))?;
    Some(Opened {
        line: line.number,
        says: "the workflow runs for pull requests of strangers with the rights of the repository".to_owned(),
        words: TARGETS,
        class: "ci",
    })
}

/// Jobs that no longer wait for the protection of an environment.
fn guards(file: &FileChange) -> Option<Opened> {
    let named = |line: &&Line| value(&line.text, "environment").is_some();
    let gone = file.removed().filter(named).count() > file.added().filter(named).count();
    // the job went as a whole, and its environment with it
    let job_gone = file.removed().any(|line| value(&line.text, "runs-on").is_some());
    let hunk = file
        .hunks()
        .iter()
        .find(|hunk| hunk.removed.iter().any(|line| named(&line)))?;
    let line = hunk.added.first().or(hunk.removed.first())?.number;
    (gone && !job_gone).then(|| Opened {
        line,
        says: "a job no longer runs in an environment, whose protection rules held it back".to_owned(),
        words: GUARDS,
        class: "ci",
    })
}
