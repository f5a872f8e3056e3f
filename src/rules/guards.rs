//! Which questions may a rule ask of a hit that need more than its file: other files, the base, what tests call?
//!
//! One small function each and one line in the table; a guard answers whether the hit stays. Guards that read one file
//! alone are in `src/code/rules/guards.rs`; a rule names both kinds alike.

mod called;
mod collected_test;
mod hand_written;
mod in_library;
mod looks_generated;
mod minimum_version;
mod no_subclass;
mod outside_strings;
mod test_asserts_conditionally;
mod test_asserts_nothing;

use crate::{
    code::{FileFacts, rules, rules::matcher::Hit},
    evidence::Evidence,
    path::RepoPath,
};

/// A hit and everything that is known about it.
pub struct Context<'a> {
    /// Everything that is known about the change.
    pub evidence: &'a Evidence,
    /// The file.
    pub path: &'a RepoPath,
    /// What is known of the file at head; none in a language that is not read.
    pub facts: Option<&'a FileFacts>,
    /// The hit, with the texts of its captures.
    pub hit: &'a Hit,
}

/// A question of a rule that is written here.
pub struct Guard {
    /// Its name in `guards:`.
    pub name: &'static str,
    /// When the hit stays.
    pub what: &'static str,
    keeps: fn(&Context<'_>) -> bool,
}

const fn guard(name: &'static str, what: &'static str, keeps: fn(&Context<'_>) -> bool) -> Guard {
    Guard { name, what, keeps }
}

/// Every guard that reads more than one file.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    guard("called", "some file of the repository calls a function with the name of the one around the hit", called::keeps),
    guard("collected-test", "a test runner collects the function at the hit", collected_test::keeps),
    guard("hand-written", "no note at the head of the file says that a program wrote it", hand_written::keeps),
    guard("in-library", "the Rust file is in a package with a library and no program", in_library::keeps),
    guard("looks-generated", "the group `secret` has ten different characters, two kinds of them, no run, and no word of a stand-in", looks_generated::keeps),
    guard("minimum-version", "the project declares no version of the language below `X.Y` of a capture `@since.X.Y`", minimum_version::keeps),
    guard("no-subclass", "no class of the repository extends the one that `@class` names, or the one around the hit", no_subclass::keeps),
    guard("outside-strings", "the line of the hit does not begin inside a string", outside_strings::keeps),
    guard("test-asserts-conditionally", "the test at the hit has assertions, and each stands under a condition or in a handler of errors", test_asserts_conditionally::keeps),
    guard("test-asserts-nothing", "the test at the hit asserts nothing, itself or through a function of a file beside it or of the change", test_asserts_nothing::keeps),
];

/// Whether there is such a guard, of either kind.
pub fn exists(name: &str) -> bool {
    reads_one_file(name) || GUARDS.iter().any(|guard| guard.name == name)
}

/// Whether a guard is asked by the parser process.
pub fn reads_one_file(name: &str) -> bool {
    rules::GUARDS.iter().any(|guard| guard.name == name)
}

/// Every guard and when the hit stays.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let near = rules::GUARDS.iter().map(|guard| (guard.name, guard.what));
    near.chain(GUARDS.iter().map(|guard| (guard.name, guard.what)))
}

/// Whether a hit stays after every guard of a rule that is asked here.
pub(super) fn keep(names: &[String], context: &Context<'_>) -> bool {
    names.iter().all(|name| {
        let guard = GUARDS.iter().find(|guard| guard.name == name);
        guard.is_none_or(|guard| (guard.keeps)(context))
    })
}
