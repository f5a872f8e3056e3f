//! Is a hit no side of a comparison, no pattern of a match and no member of a list of things to refuse?

use super::Seen;
use crate::code::rules::lists::{ancestors, is_function};

/// Nodes in which a value is asked for, not used.
const ASKED: &[&str] = &[
    "comparison_operator",
    "match_pattern",
    "case_clause",
    "case_pattern",
    "switch_case",
    "expression_case",
    "set",
    "not_operator",
];

/// Operators of comparisons.
const OPERATORS: &[&str] = &["==", "!=", "===", "!==", "in"];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let Some(node) = seen.node else { return true };
    let around = ancestors(node)
        .skip(1)
        .take(3)
        .take_while(|one| !is_function(*one));
    !around.into_iter().any(|one| {
        let operator = one.child_by_field_name("operator");
        let compares = operator.is_some_and(|operator| OPERATORS.contains(&seen.file.text_of(operator)));
        compares || ASKED.contains(&one.kind())
    })
}
