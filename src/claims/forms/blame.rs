//! Are failures said to be somebody else's?

use super::{Draft, Found, holds, holds_anywhere};
use crate::{
    claims::{
        modality::{Reading, Why},
        tokens::{Kind, Token},
    },
    evidence::claims::Form,
};

const FAILURES: &[&str] = &[
    "fail", "fails", "failed", "failing", "failure", "failures", "red", "broken", "errors", "error",
];

#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "unrelated", "pre-existing", "preexisting", "not caused by", "not related to", "also fail on main",
    "also fails on main", "fail on main", "fails on main", "already failing", "existing failures",
    "infrastructure", "flaky", "not introduced by", "failing on main", "present on main",
];

/// The claims that a failure is somebody else's.
///
/// # Errors
/// Such failures are spoken of under a condition.
pub fn read(reading: &Reading<'_>) -> Found {
    let tests = holds_anywhere(
        reading,
        &[
            "test", "tests", "suite", "spec", "specs", "ci", "failures", "failure",
        ],
    );
    let blames = holds_anywhere(reading, FAILURES) && holds_anywhere(reading, OTHERS) && tests;
    let deed = reading
        .tokens
        .first()
        .and_then(crate::claims::verbs::read)
        .is_some();
    if !blames || deed || holds(reading.tokens, &["handles", "handling", "retry"]) {
        return Ok(Vec::new());
    }
    if let Some(why) = reading.cue_but(&[Why::Known, Why::Negation, Why::Earlier]) {
        return Err(why);
    }
    let mut draft = Draft::new(Form::Blame);
    draft.targets = reading
        .tokens
        .iter()
        .filter(|token| names_test(token))
        .map(|token| token.text.clone())
        .collect();
    let unnamed = draft
        .targets
        .is_empty()
        .then_some("it does not say which failures it means");
    Ok(vec![draft.mild(unnamed)])
}

/// A code span with the shape of a test's name.
fn names_test(token: &Token) -> bool {
    let shape = token
        .text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '-'));
    token.kind == Kind::Code && shape && token.text.len() > 3 && !token.text.ends_with(".py")
}
