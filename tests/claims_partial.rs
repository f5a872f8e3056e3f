//! Is a name only unproven in a clone without some files where those files may have it?

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot be set up is a failed test"
)]

#[path = "common/repository.rs"]
mod repository;

use countersign::{
    checks::{CHECKS, Settings, claims::Told},
    evidence::{
        Evidence,
        change::git,
        claims::{Claims, document::Document},
    },
    finding::{Abstain, Judged},
    policy::Policy,
};

/// A repository whose untouched `src/far.py` and `logo.png` are not in the clone, judged with a text.
fn judged(text: &str) -> Judged {
    let repository = repository::Repository::new();
    repository.write("src/near.py", "def near_helper():\n    pass\n");
    repository.write("src/far.py", "def far_away_helper():\n    pass\n");
    repository.write("logo.png", "no picture\n");
    let base = repository.commit("Begin");
    repository.write("src/near.py", "def renamed_helper():\n    pass\n");
    repository.commit("Rename");
    for path in ["src/far.py", "logo.png"] {
        repository.lose(path);
    }
    let change = git::range(repository.root(), Some(&base), Some("HEAD")).unwrap();
    let claims = Claims {
        documents: vec![Document::text("pr.md", text)],
        ..Claims::default()
    };
    let evidence = Evidence::of(change).with_claims(Ok(claims));
    let settings = Settings::new(Policy::default()).unwrap();
    let told = Told::of(&evidence, &settings);
    let check = CHECKS
        .iter()
        .find(|check| check.id == "claims-identifier-nonexistent")
        .unwrap();
    check.judge(&evidence, &settings, &told)
}

#[test]
fn what_stands_in_the_change_needs_no_other_file() {
    for text in [
        "Callers use `renamed_helper` now.",
        "The `renamed_helper` stands in `src/near.py`.",
        "What `near_helper` did is `renamed_helper` now.",
        "It lives beside `src/far.py`.",
    ] {
        assert_eq!(judged(text), Ok(Vec::new()), "{text}");
    }
}

#[test]
fn what_may_stand_in_a_file_that_is_not_there_is_unproven_by_name() {
    let Err(Abstain::Unproven(why)) = judged("Callers go through `far_away_helper`.") else {
        panic!("it is judged")
    };
    let why = why.to_string();
    assert!(why.contains("pr.md:1 names `far_away_helper`"), "{why}");
    assert!(why.contains("src/far.py"), "{why}");
    assert!(!why.contains("logo.png"), "{why}");
}
