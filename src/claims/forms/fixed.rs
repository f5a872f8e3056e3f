//! Is a fault said to be fixed?

use super::{Draft, Found};
use crate::{
    claims::{
        modality::{Reading, Why},
        verbs::{self, Deed},
    },
    evidence::claims::Form,
};

/// Words for a fault of a program.
#[rustfmt::skip]
const FAULTS: &[&str] = &[
    "bug", "crash", "crashes", "race", "leak", "deadlock", "panic", "exception", "regression", "overflow",
    "off-by-one", "null", "hang", "segfault", "infinite", "corruption", "traceback", "nullpointerexception",
    "underflow",
];

/// Words by which a fault is one of something else than the program.
#[rustfmt::skip]
const ELSEWHERE: &[&str] = &[
    "test", "tests", "spec", "flaky", "docs", "doc", "documentation", "readme", "comment", "comments", "typo",
    "typos", "lint", "linting", "format", "formatting", "link", "links", "ci", "build", "workflow", "spelling",
    "wording", "changelog", "example", "examples", "config", "configuration", "warning", "warnings", "style",
    "grammar", "import", "imports", "type", "types", "script",
];

/// The claims about faults.
///
/// # Errors
/// A fault is spoken of, and not said to be fixed.
pub fn read(reading: &Reading<'_>) -> Found {
    let Some((Deed::Mend, _)) = reading.tokens.first().and_then(verbs::read) else {
        return Ok(Vec::new());
    };
    let is_number = |text: &str| {
        text.strip_prefix('#')
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()) && !rest.is_empty())
    };
    let numbered = reading.main.iter().any(|token| is_number(&token.text));
    let fault = reading.main.iter().any(|token| token.is_one_of(FAULTS));
    let noun = reading.main.iter().any(|token| {
        token.is_one_of(&[
            "issue", "issues", "problem", "error", "errors", "failure", "fault", "bugs",
        ])
    });
    if !(numbered || fault || noun) {
        return Ok(Vec::new());
    }
    if let Some(why) = reading
        .cue_before(reading.main.len())
        .filter(|why| *why != Why::Known)
    {
        return Err(why);
    }
    let elsewhere = super::holds_anywhere(reading, ELSEWHERE);
    let mild = (!fault || elsewhere).then_some("the fault may be one of something else than code");
    Ok(vec![Draft::new(Form::Fixed).mild(mild)])
}
