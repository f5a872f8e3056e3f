//! Which nodes are functions and comments in each language? Names of the grammars, for what rules ask of any language.

use crate::code::tree::Node;

/// Nodes that define a function.
const FUNCTIONS: &[&str] = &[
    "function_definition",
    "function_item",
    "function_declaration",
    "function_expression",
    "generator_function",
    "generator_function_declaration",
    "arrow_function",
    "method_definition",
    "method_declaration",
    "constructor_declaration",
    "func_literal",
];

/// Nodes that say nothing to a machine.
const COMMENTS: &[&str] = &["comment", "line_comment", "block_comment"];

/// Nodes that define a function, beginning with the innermost around a node.
pub(crate) fn functions_around<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    ancestors(node).filter(|node| is_function(*node))
}

/// A node and everything around it, from the inside.
pub(crate) fn ancestors<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    std::iter::successors(Some(node), |node| node.parent())
}

/// Whether a node defines a function.
pub(crate) fn is_function(node: Node<'_>) -> bool {
    FUNCTIONS.contains(&node.kind())
}

/// Whether a node is a comment.
pub(crate) fn is_comment(node: Node<'_>) -> bool {
    COMMENTS.contains(&node.kind())
}

/// The named children that are no comments.
pub(crate) fn parts<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let parts = node.named_children();
    parts.filter(|part| !is_comment(*part)).collect()
}

/// Nodes that call something.
const CALLS: &[&str] = &[
    "call",
    "call_expression",
    "macro_invocation",
    "method_invocation",
    "object_creation_expression",
    "new_expression",
];

/// What the innermost call around a hit calls, as written. Functions and blocks end the search.
pub(crate) fn call_around<'a>(seen: &super::guards::Seen<'a>) -> Option<&'a str> {
    let node = seen.node?;
    let inside = ancestors(node).take_while(|one| !is_function(*one));
    let call = inside.into_iter().find(|one| CALLS.contains(&one.kind()))?;
    let arguments = call.child_by_field_name("arguments");
    let end = arguments.map_or(call.end_byte(), |arguments| arguments.start_byte());
    let called = seen.file.slice(call.start_byte()..end);
    let called = called.strip_prefix("new ").unwrap_or(called);
    Some(called.split(['(', '<']).next().unwrap_or(called).trim())
}

/// Every node inside a node, itself included, outer before inner; `visit` answers whether to go on.
pub(crate) fn walk<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>) -> bool) {
    for inner in node.inside(None) {
        if !visit(inner) {
            return;
        }
    }
}

/// Whether some node inside a node, itself excluded, is wanted.
pub(crate) fn has_inside<'t>(node: Node<'t>, wanted: &dyn Fn(Node<'t>) -> bool) -> bool {
    let mut found = false;
    walk(node, &mut |inner| {
        found |= inner != node && wanted(inner);
        !found
    });
    found
}
