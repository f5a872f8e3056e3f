//! Is the message of a commit judged by what that commit did?

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot be set up is a failed test"
)]

#[path = "common/repository.rs"]
mod repository;

use countersign::{
    checks::{self, Settings},
    claims::prose::{self, Templates},
    evidence::{Evidence, change::git, claims::Claims},
    policy::Policy,
};

/// What the messages of a range claim, and what each claim comes to.
fn told(repository: &repository::Repository, base: &str) -> Vec<(String, &'static str)> {
    let change = git::range(repository.root(), Some(base), Some("HEAD")).unwrap();
    let beside = prose::beside(&Claims::default(), &change);
    let claims = prose::extracted(Claims::default(), &beside, &Templates::default());
    let evidence = Evidence::of(change).with_claims(Ok(claims));
    let settings = Settings::new(Policy::default()).unwrap();
    let standings = checks::claims::standings(&evidence, &settings).unwrap();
    let name = |(claim, standing): &(
        &countersign::evidence::claims::Claim,
        countersign::claims::Standing,
    )| { (claim.quote(), standing.name()) };
    standings.iter().map(name).collect()
}

#[test]
fn what_a_later_commit_undid_was_true() {
    let repository = repository::Repository::new();
    repository.write("src/b.txt", "b\n");
    let base = repository.commit("Begin");
    repository.write("src/draft.txt", "a\n");
    repository.commit("Add `src/draft.txt`\n\nUpdated `src/b.txt` too.");
    repository.remove("src/draft.txt");
    repository.commit("Delete `src/draft.txt`");
    let own = |quote: &str, standing| (quote.to_owned(), standing);
    assert_eq!(
        told(&repository, &base),
        [
            own("Add `src/draft.txt`", "supported"),
            own("Updated `src/b.txt` too", "refuted"),
            own("Delete `src/draft.txt`", "supported"),
        ]
    );
}

#[test]
fn the_message_of_a_squash_accuses_nobody() {
    let repository = repository::Repository::new();
    repository.write("src/b.txt", "b\n");
    let base = repository.commit("Begin");
    repository.write("src/c.txt", "c\n");
    repository.commit("Add `src/c.txt` (#3)\n\n* Updated `src/b.txt`\n\n* Added `src/c.txt`\n");
    let refuted = told(&repository, &base)
        .iter()
        .any(|(_, standing)| *standing == "refuted");
    assert!(!refuted);
}
