//! Does the author explain why tests were not written?

use super::{Draft, Found, holds, holds_anywhere};
use crate::{
    claims::modality::{Reading, Why},
    evidence::claims::Form,
};

#[rustfmt::skip]
const NONE: &[&str] = &[
    "no tests were added", "no tests added", "no new tests", "did not add tests", "didn't add tests",
    "did not write tests", "didn't write tests", "skipped tests", "skipped writing tests", "left out tests",
    "leaving out tests", "no need for tests", "tests are not needed", "tests were not added", "no unit tests",
    "tests not added", "tests were skipped", "no tests needed", "no tests are needed", "have not added tests",
    "tests were left out", "no test changes", "omitted tests",
];

#[rustfmt::skip]
const REASONS: &[&str] = &[
    "because", "since", "as", "not part of", "out of scope", "trivial", "already covered", "environment",
    "time", "needed", "necessary", "required", "due to", "covered", "simple", "cosmetic",
];

/// The reasons for the lack of tests.
///
/// # Errors
/// Missing tests are spoken of, and not explained.
pub fn read(reading: &Reading<'_>) -> Found {
    if !holds(reading.tokens, NONE) || !holds_anywhere(reading, REASONS) {
        return Ok(Vec::new());
    }
    let allowed = [Why::Negation, Why::Known, Why::Earlier, Why::Condition];
    if let Some(why) = reading.cue_but(&allowed) {
        return Err(why);
    }
    let draft = Draft::new(Form::SkipRationale);
    Ok(vec![draft])
}
