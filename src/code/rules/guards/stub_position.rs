//! Is a comment all that a function does, or does it stand above nothing but a constant or an error?

use super::Seen;
use crate::code::{
    rules::lists::{self, functions_around, parts},
    tree::Node,
};

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let Some(body) = seen.node.and_then(|node| body(seen, node)) else {
        return false;
    };
    let statements = parts(body);
    // what Go puts around the statements of a block
    let statements = match statements.as_slice() {
        [only] if only.kind() == "statement_list" => parts(*only),
        _ => statements,
    };
    let after = statements.iter().filter(|one| one.start_byte() >= seen.range.end);
    let before = statements.iter().filter(|one| one.end_byte() <= seen.range.start);
    before.filter(|one| !is_text(**one)).count() == 0
        && match after.collect::<Vec<_>>().as_slice() {
            [] => true,
            [only] => gives_up(**only),
            _ => false,
        }
}

/// The body of the function that the comment is in: in Python a comment before the first statement, or behind the last
/// one, is no part of the block.
fn body<'t>(seen: &Seen<'t>, node: Node<'t>) -> Option<Node<'t>> {
    let function = functions_around(node).next()?;
    let body = function.child_by_field_name("body")?;
    let inside = function.start_byte() <= seen.range.start && seen.range.end <= function.end_byte();
    (inside
        && seen.range.start
            >= function
                .child_by_field_name("parameters")
                .map_or(0, |node| node.end_byte()))
    .then_some(body)
}

/// A docstring, or what stands for nothing.
fn is_text(statement: Node<'_>) -> bool {
    statement.kind() == "pass_statement"
        || matches!(parts(statement).as_slice(), [only] if matches!(only.kind(), "string" | "ellipsis"))
}

/// Whether a statement only returns a constant, raises, panics, or does nothing.
fn gives_up(statement: Node<'_>) -> bool {
    let names = |node: Node<'_>| {
        lists::has_inside(node, &|inner| {
            matches!(
                inner.kind(),
                "identifier"
                    | "call"
                    | "call_expression"
                    | "method_invocation"
                    | "await"
                    | "await_expression"
                    | "field_expression"
            )
        })
    };
    match statement.kind() {
        "pass_statement" | "throw_statement" | "raise_statement" => true,
        "return_statement" | "return_expression" => !names(statement),
        "expression_statement" => parts(statement).iter().all(|inner| match inner.kind() {
            "macro_invocation" => true,
            "return_expression" => !names(*inner),
            _ => matches!(inner.kind(), "ellipsis" | "string"),
        }),
        // the last expression of a Rust function
        kind => kind.ends_with("_literal") || matches!(kind, "unit_expression" | "macro_invocation"),
    }
}
