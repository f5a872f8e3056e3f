//! Was history thrown away or rewritten under the change?
//!
//! The head may not fall behind its base, nor leave a base that nothing else keeps, nor drop a head that was judged
//! before. A base branch that merely moved on is everyday life. A rewrite that the author declares only warns.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Ancestry, Change, Source},
        claims::Form,
        earlier::Earlier,
    },
    finding::{Finding, Judged, Level, Place, Unproven},
    risk,
};

/// Judges the item.
///
/// # Errors
/// The change is no range of commits, or the head that was judged earlier is not known here.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let change = &evidence.change;
    let ancestry = change.ancestry()?;
    let mut findings: Vec<Finding> = ends(change, ancestry).into_iter().collect();
    if ancestry.same_tree && !ancestry.head_is_behind {
        findings.extend(claimed_and_gone(evidence));
    }
    let earlier = evidence
        .earlier()
        .ok()
        .map_or(Ok(None), |earlier| dropped(earlier, change));
    match earlier {
        Ok(finding) => findings.extend(finding),
        Err(why) if findings.is_empty() => return Err(why.into()),
        Err(_) => {}
    }
    if let Some(place) = risk::declared(evidence, declares_a_rewrite) {
        let soften = |finding: Finding| finding.because(format!("declared: {place}")).at_most(Level::Warn);
        findings = findings.into_iter().map(soften).collect();
    }
    Ok(findings)
}

fn declares_a_rewrite(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "rebase",
        "force-push",
        "force push",
        "rewrote the history",
        "rewrote history",
        "squashed",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// What the two ends of the range say.
fn ends(change: &Change, ancestry: Ancestry) -> Option<Finding> {
    let (base, tip, head) = match change.source() {
        Source::Range {
            base_name,
            base_tip,
            head,
            ..
        } => (crate::escape::line(base_name), base_tip.short(), head.short()),
        Source::Staged { .. } | Source::Worktree { .. } | Source::Patch { .. } | Source::Memory => {
            return None;
        }
    };
    if ancestry.head_is_behind {
        let says = format!("the head {head} is behind its base {tip}: everything the branch added is gone");
        return Some(
            Finding::new(Place::Change, says)
                .because(format!("{head} is an ancestor of `{base}`"))
                .fix("find the lost commits with `git reflog` and set the branch back to them"),
        );
    }
    if !ancestry.base_is_ancestor && !ancestry.base_is_on_a_ref {
        let says = format!(
            "the base {tip} was rewritten: the head {head} does not contain it, and no branch or tag does"
        );
        return Some(
            Finding::new(Place::Change, says)
                .because(format!("base `{base}` is {tip}"))
                .fix("rebuild the work on top of the base, or declare the rebase and name the branch it now starts from"),
        );
    }
    None
}

fn claimed_and_gone(evidence: &Evidence) -> Option<Finding> {
    let claims = evidence.claims().ok()?;
    let claim = claims.of(Form::WORK).next()?;
    Some(
        Finding::new(
            Place::Change,
            "work is claimed, and head and base have the same tree",
        )
        .because(format!(
            "{}: {}",
            claim.place(),
            crate::escape::line(&claim.quote())
        ))
        .fix("bring the commits back that hold the work, or take the claim back"),
    )
}

/// A head that was judged before and that the head no longer contains.
fn dropped(earlier: &Earlier, change: &Change) -> Result<Option<Finding>, Unproven> {
    let Some(commit) = &earlier.head else {
        return Ok(None);
    };
    let file = crate::escape::line(&earlier.file);
    let short = commit.get(..12).unwrap_or(commit);
    if commit.len() < 40 || !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let shown = crate::escape::line(short);
        return Err(Unproven::Insufficient(format!(
            "`{file}` names `{shown}` as its head, which is no commit id"
        )));
    }
    match change.head_reaches(commit)? {
        Some(true) => Ok(None),
        Some(false) => {
            let says = format!("commit {short}, judged before, is no longer part of the head");
            Ok(Some(
                Finding::new(Place::Change, says)
                    .because(format!("earlier verdict: {file}"))
                    .fix(format!(
                        "bring it back (`git merge {short}`), or declare the rebase in the claims"
                    )),
            ))
        }
        None => Err(Unproven::Insufficient(format!(
            "commit {short}, judged before in `{file}`, is not known here: fetch it, or the whole history"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{ObjectId, memory};
    use std::{collections::BTreeMap, sync::Arc};

    #[derive(Debug)]
    struct NoStore;

    impl crate::evidence::change::Store for NoStore {
        fn blob(&self, _: &crate::evidence::change::Version) -> Result<Vec<u8>, Unproven> {
            Err(Unproven::Unreadable("none".to_owned()))
        }
        fn entry(
            &self,
            _: crate::finding::Side,
            _: &crate::path::RepoPath,
        ) -> Result<Option<crate::evidence::change::Version>, Unproven> {
            Ok(None)
        }
        fn paths(&self, _: crate::finding::Side) -> Result<Vec<crate::path::RepoPath>, Unproven> {
            Ok(Vec::new())
        }
        fn head_reaches(&self, commit: &str) -> Result<Option<bool>, Unproven> {
            Ok(if commit.starts_with('a') {
                Some(false)
            } else {
                None
            })
        }
    }

    fn range(ancestry: Ancestry) -> Change {
        let id = |digit: &str| ObjectId(digit.repeat(40).into());
        let source = Source::Range {
            base_name: "main".to_owned(),
            base: id("1"),
            base_tip: id("2"),
            head_name: "HEAD".to_owned(),
            head: id("3"),
        };
        Change::new(source, Vec::new(), Arc::new(NoStore)).with_history(Ok(Vec::new()), Ok(ancestry))
    }

    const DIVERGED: Ancestry = Ancestry {
        base_is_ancestor: false,
        head_is_behind: false,
        base_is_on_a_ref: true,
        same_tree: false,
    };

    #[test]
    fn a_base_that_moved_on_is_no_rewrite() {
        assert!(ends(&range(DIVERGED), DIVERGED).is_none());
    }

    #[test]
    fn a_base_that_nothing_keeps_was_rewritten() {
        let ancestry = Ancestry {
            base_is_on_a_ref: false,
            ..DIVERGED
        };
        let says = ends(&range(ancestry), ancestry).unwrap().says;
        assert!(says.starts_with("the base 222222222222 was rewritten"), "{says}");
    }

    #[test]
    fn a_lost_head_accuses_and_an_unknown_one_does_not_acquit() {
        let earlier = |commit: String| Earlier {
            head: Some(commit),
            added: Vec::new(),
            file: "earlier.json".to_owned(),
        };
        let change = range(DIVERGED);
        assert!(dropped(&earlier("a".repeat(40)), &change).unwrap().is_some());
        assert!(dropped(&earlier("b".repeat(40)), &change).is_err());
        assert!(dropped(&earlier("HEAD".to_owned()), &change).is_err());
    }

    #[test]
    fn files_without_history_prove_nothing() {
        let evidence = Evidence::of(memory::change(BTreeMap::new(), BTreeMap::new()));
        let settings = Settings::new(crate::policy::Policy::default()).unwrap();
        assert!(run(&evidence, &settings).is_err());
    }
}
