//! May a test prove something although no assertion is seen in it?

use crate::code::facts::{TestDefinition, last_part};

/// Parts of names of functions that may assert, in lower case.
const ASSERTING: &[&str] = &[
    "assert",
    "compile",
    "parse",
    "expect",
    "check",
    "verif",
    "should",
    "must",
    "ensure",
    "require",
    "valid",
    "snapshot",
    "match",
    "compare",
    "raises",
    "throws",
    "fail",
    "panic",
    "equal",
    "golden",
    "approve",
    "prove",
    "confirm",
    "test",
    "run",
    "wait",
    "error",
    "abort",
    "roundtrip",
    "round_trip",
    "quickcheck",
    "forall",
    "same",
    "diff",
    "eq",
    "contains",
    "visible",
    "warns",
    "simplefilter",
    "filterwarnings",
];

/// Parts of names and comments that say that a test is there to show that nothing fails.
const MUST_NOT_FAIL: &[&str] = &[
    "not raise",
    "not throw",
    "not crash",
    "not fail",
    "not panic",
    "not error",
    "no error",
    "no crash",
    "no exception",
    "no warning",
    "without error",
    "without crash",
    "without rais",
    "n't raise",
    "n't throw",
    "n't crash",
    "n't fail",
    "smoke",
];

/// Whether something that is called may assert, by its name.
pub fn may_assert(callee: &str) -> bool {
    let name = last_part(callee).to_lowercase();
    ASSERTING.iter().any(|part| name.contains(part))
}

/// Whether a test says by its name or in its text that it is there to show that nothing fails. `text` is that of its file.
pub fn says_must_not_fail(test: &TestDefinition, text: &str) -> bool {
    let name = test.name.replace('_', " ");
    let lines = (1_u32..)
        .zip(text.lines())
        .filter(|(number, _)| test.span.has_line(*number));
    let mut said = lines
        .map(|(_, line)| line)
        .chain([name.as_str()])
        .map(str::to_lowercase);
    said.any(|line| MUST_NOT_FAIL.iter().any(|part| line.contains(part)))
}
