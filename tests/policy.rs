//! What does a team get that writes its policy wrongly?

#![allow(
    clippy::unwrap_used,
    reason = "a policy that must be refused and is not is a failed test"
)]

use std::collections::BTreeSet;

use countersign::{
    limits,
    policy::{Pattern, Policy},
};

fn problem(text: &str) -> String {
    let known = BTreeSet::from(["tests-failing", "scope-spread"]);
    Policy::parse("p.yaml", text.as_bytes(), &known)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_wrong_name_is_shown_with_its_place_and_the_nearest_right_one() {
    assert_eq!(
        problem("# tests-faling is wrong\nlevels:\n  tests-faling: warn\n"),
        "policy `p.yaml` at line 3 column 3: levels: there is no check `tests-faling`; did you mean `tests-failing`?"
    );
    assert_eq!(
        problem("paths:\n  docs: [clams-and-oysters]\nrequire: [task, clams]\n"),
        "policy `p.yaml` at line 3 column 17: require: there is no evidence or check `clams`; did you mean `claims`?"
    );
    let waiver = "waivers:\n  - check: everything\n    reason: because\n";
    assert_eq!(
        problem(waiver),
        "policy `p.yaml` at line 2 column 12: waivers: there is no check `everything`"
    );
}

#[test]
fn a_share_is_between_0_and_100() {
    assert!(problem("mutation:\n  score: 101\n").contains("score: must be between 0 and 100"));
    assert!(problem("coverage:\n  minimum: -1\n").contains("between 0 and 100"));
}

#[test]
fn an_accepted_mutant_is_named_by_its_id_or_its_file() {
    let accepted =
        |entry: &str| format!("mutation:\n  accepted:\n    - {{{entry}reason: nobody can notice}}\n");
    assert!(problem(&accepted("")).contains("name a mutant by its `id`"));
    assert!(problem(&accepted("operator: FnValue, ")).contains("name a mutant by its `id`"));
    for entry in ["id: 9d6eab24b7d91e45, ", "path: [src/**], "] {
        assert!(
            Policy::parse("p.yaml", accepted(entry).as_bytes(), &BTreeSet::new()).is_ok(),
            "{entry}"
        );
    }
}

#[test]
fn an_expression_that_does_not_compile_is_refused() {
    assert!(problem("edits:\n  stashes: ['(']\n").contains("bad regular expression"));
    assert!(Pattern::new(&"a".repeat(limits::REGEX_BYTES + 1)).is_err());
    assert!(Pattern::new(&"a".repeat(limits::REGEX_BYTES)).is_ok());
}
