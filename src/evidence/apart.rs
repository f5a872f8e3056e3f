//! Which claims are about single commits, and what did each of these change?
//!
//! The message of a commit speaks of its own diff (CHECKS 4.2): what a later commit undid was true when it was written.

use std::sync::OnceLock;

use super::{
    Evidence,
    change::ObjectId,
    claims::{Claim, Claims, Status},
};

/// The evidence of single commits, once somebody asked for it.
#[derive(Debug, Default)]
pub struct Apart(OnceLock<Vec<Evidence>>);

impl Evidence {
    /// For each commit that claims are about, these claims beside the commit's own change, in the order of the claims.
    /// A commit without a diff of its own, a merge, is left out: nobody can tell what it brought.
    pub fn apart(&self) -> &[Self] {
        self.apart.0.get_or_init(|| self.commits_apart())
    }

    fn commits_apart(&self) -> Vec<Self> {
        let Ok(all) = self.said() else {
            return Vec::new();
        };
        let own = |claim: &Claim| {
            claim
                .commit()
                .filter(|commit| Some(*commit) != all.commit.as_ref())
                .cloned()
        };
        // what is owned up as undone is never judged, and so needs no diff
        let judged = all.claims.iter().filter(|claim| claim.status == Status::Done);
        let mut commits: Vec<ObjectId> = judged.filter_map(own).collect();
        commits.dedup();
        commits
            .into_iter()
            .filter_map(|commit| self.of_commit(all, &commit))
            .collect()
    }

    fn of_commit(&self, all: &Claims, commit: &ObjectId) -> Option<Self> {
        let change = self.change.of_commit(commit).ok()?;
        let own = all.claims.iter().filter(|claim| claim.commit() == Some(commit));
        let claims = Claims {
            claims: own.cloned().collect(),
            commit: Some(commit.clone()),
            ..Claims::default()
        };
        let own = Self::of((*change).clone()).with_parser(self.code.parser().clone());
        Some(own.with_claims(Ok(claims)))
    }
}
