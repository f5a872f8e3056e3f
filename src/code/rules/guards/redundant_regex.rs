//! Is a regular expression built or searched for more often than it need be?

use std::collections::BTreeSet;

use super::Seen;
use crate::code::{
    rules::lists::{ancestors, functions_around, is_function, walk},
    tree::Node,
};

/// So many different expressions in one function are one expression with alternatives, or a parser.
const DIFFERENT: usize = 4;

/// The hit is a call of the library, `@text` its literal. It stays where it builds an expression in a loop, where the
/// same expression stands above it in the function, and where it is the fourth different one there.
pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let (Some(hit), Some(text)) = (seen.node, seen.capture("text")) else {
        return false;
    };
    if is_built(seen, hit) && is_in_loop(hit) {
        return true;
    }
    let Some(function) = functions_around(hit).next() else {
        return false;
    };
    let text = seen.file.text_of(text);
    let above = above(seen, function, hit);
    let different: BTreeSet<&str> = above.iter().copied().collect();
    above.contains(&text) || different.len() + 1 == DIFFERENT
}

fn is_built(seen: &Seen<'_>, call: Node<'_>) -> bool {
    let called = call.child_by_field_name("function");
    called.is_some_and(|called| seen.file.text_of(called).ends_with("compile"))
}

/// Whether a loop of the same function is around a call.
fn is_in_loop(call: Node<'_>) -> bool {
    let mut around = ancestors(call).skip(1).take_while(|outer| !is_function(*outer));
    around.any(|outer| matches!(outer.kind(), "for_statement" | "while_statement"))
}

/// The literals that calls of the library take in a function before a call.
fn above<'a>(seen: &Seen<'a>, function: Node<'a>, call: Node<'a>) -> Vec<&'a str> {
    let mut texts = Vec::new();
    walk(function, &mut |node| {
        if node.start_byte() >= call.start_byte() {
            return false;
        }
        texts.extend(literal(seen, node));
        true
    });
    texts
}

fn literal<'a>(seen: &Seen<'a>, node: Node<'a>) -> Option<&'a str> {
    let called = node.child_by_field_name("function")?;
    let first = node.child_by_field_name("arguments")?.named_child(0)?;
    let of_library = seen.file.text_of(called).starts_with("re.");
    (of_library && first.kind() == "string").then(|| seen.file.text_of(first))
}
