//! Was something left unfinished in the working tree: a merge, a conflict, work put aside in a stash?

use crate::{
    checks::Settings,
    evidence::{Evidence, change::ObjectId},
    finding::{Finding, Judged, Level, Place},
    limits,
};

/// Judges the item.
///
/// # Errors
/// The state of the working tree is not known.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let state = evidence.state()?;
    let mut findings = Vec::new();
    for operation in &state.operations {
        let finding = Finding::new(Place::Change, format!("a {operation} was begun and not ended"));
        let back = if *operation == "bisect" {
            "reset"
        } else {
            "--abort"
        };
        findings.push(finding.fix(format!(
            "finish it, or take it back with `git {operation} {back}`"
        )));
    }
    for path in &state.conflicts {
        let says = format!("`{path}` still has an unresolved conflict in the index");
        findings.push(Finding::new(Place::File(path.clone()), says).fix("resolve it and `git add` the file"));
    }
    let allowed = &settings.policy.edits.stashes;
    for message in &state.stashes {
        if !allowed.iter().any(|pattern| pattern.matches(message)) {
            findings.push(stash(message, evidence.change.source().base_commit()));
        }
    }
    Ok(findings)
}

/// A stash made on the judged commit belongs to this work; an older one may lie there on purpose.
fn stash(message: &str, base: Option<&ObjectId>) -> Finding {
    let shown = crate::escape::line(message);
    let shown = crate::escape::cut(&shown, limits::MESSAGE_BYTES);
    let finding = Finding::new(Place::Change, format!("work was put aside in a stash: `{shown}`"))
        .fix("apply and drop the stash, or allow its message under `edits: stashes:` in the policy");
    match base {
        Some(base) if is_made_on(message, base) => finding,
        Some(_) | None => finding.at_most(Level::Warn),
    }
}

/// Git writes `WIP on BRANCH: SHORT-ID SUBJECT`.
fn is_made_on(message: &str, commit: &ObjectId) -> bool {
    let mut words = message.split_whitespace();
    words.any(|word| word.len() >= 7 && commit.0.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::{Change, Source, Store, Version},
            state::State,
        },
        finding::{Abstain, Kind, Side, Unproven},
        path::RepoPath,
        policy::Policy,
    };

    #[derive(Debug)]
    struct Nothing;

    impl Store for Nothing {
        fn blob(&self, _: &Version) -> Result<Vec<u8>, Unproven> {
            Err(Unproven::NotSupplied(Kind::Change))
        }
        fn entry(&self, _: Side, _: &RepoPath) -> Result<Option<Version>, Unproven> {
            Ok(None)
        }
        fn paths(&self, _: Side) -> Result<Vec<RepoPath>, Unproven> {
            Ok(Vec::new())
        }
        fn head_reaches(&self, _: &str) -> Result<Option<bool>, Unproven> {
            Ok(None)
        }
    }

    fn evidence() -> Evidence {
        let base = ObjectId("0123456789abcdef".into());
        Evidence::of(Change::new(
            Source::Worktree { base },
            Vec::new(),
            std::sync::Arc::new(Nothing),
        ))
    }

    fn judged(state: State) -> Judged {
        let policy = Policy::parse("p", b"edits: {stashes: [keep]}", &[].into()).unwrap();
        run(&evidence().with_state(Ok(state)), &Settings::new(policy).unwrap())
    }

    #[test]
    fn unfinished_operations_and_conflicts_are_named() {
        let found = judged(State {
            operations: vec!["merge"],
            conflicts: vec![RepoPath::new("a.rs").unwrap()],
            ..State::default()
        });
        let says: Vec<String> = found.unwrap().into_iter().map(|finding| finding.says).collect();
        assert_eq!(
            says,
            [
                "a merge was begun and not ended",
                "`a.rs` still has an unresolved conflict in the index"
            ]
        );
    }

    #[test]
    fn a_stash_on_the_judged_commit_denies_and_an_older_one_warns() {
        let stashes = [
            "WIP on main: 0123456 start",
            "WIP on main: fedcba9 long ago",
            "On main: keep this",
        ];
        let found = judged(State {
            stashes: stashes.map(str::to_owned).to_vec(),
            ..State::default()
        })
        .unwrap();
        let levels: Vec<Option<Level>> = found.iter().map(|finding| finding.at_most).collect();
        assert_eq!(levels, [None, Some(Level::Warn)]);
    }

    #[test]
    fn a_clean_tree_holds_and_an_unknown_one_does_not() {
        assert_eq!(judged(State::default()), Ok(Vec::new()));
        let unknown = run(&evidence(), &Settings::new(Policy::default()).unwrap());
        assert!(matches!(
            unknown,
            Err(Abstain::Unproven(Unproven::NotSupplied(Kind::State)))
        ));
    }
}
