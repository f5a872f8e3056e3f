//! What is called, with which arguments, under which decorators?
//!
//! The grammars agree on most of the names of nodes and fields, so one reading serves all languages.

use super::{
    draft::{Argument, Call, Decorator},
    literals::{is_literal, string},
    tree::{Node, range},
};

/// Parts of one path, and levels of one condition or literal, that are looked at.
pub(crate) const DEPTH: usize = 64;

/// The text of a node.
pub(crate) fn text<'s>(node: Node<'_>, source: &'s str) -> &'s str {
    source.get(node.byte_range()).unwrap_or_default()
}

pub(crate) fn field<'t>(node: Node<'t>, names: &[&str]) -> Option<Node<'t>> {
    names.iter().find_map(|name| node.child_by_field_name(name))
}

/// The first child that is not a comment.
pub(crate) fn inner<'t>(node: Node<'t>) -> Option<Node<'t>> {
    let mut children = node.named_children();
    children.find(|child| !child.is_extra())
}

/// One step down a path: the rest and what stood at the end.
enum Step<'t> {
    Member(Option<Node<'t>>, Node<'t>, &'static str),
    Call(Option<Node<'t>>),
    Index(Option<Node<'t>>),
    Through(Option<Node<'t>>),
    End,
}

fn step(node: Node<'_>) -> Step<'_> {
    let named = |names: &[&str]| field(node, names);
    match node.kind() {
        "member_expression" | "attribute" | "selector_expression" | "field_expression" | "field_access" => {
            let of = named(&["object", "operand", "value", "argument"]);
            match named(&["property", "attribute", "field"]) {
                Some(name) => Step::Member(of, name, "."),
                None => Step::End,
            }
        }
        "scoped_identifier" | "scoped_type_identifier" => match named(&["name"]) {
            Some(name) => Step::Member(named(&["path", "scope"]), name, "::"),
            None => Step::End,
        },
        "call_expression" | "call" | "macro_invocation" | "object_creation_expression" | "new_expression" => {
            Step::Call(named(&["function", "macro", "type", "constructor"]))
        }
        "generic_function" => Step::Through(named(&["function"])),
        "subscript_expression" | "subscript" | "index_expression" | "array_access" => {
            Step::Index(named(&["object", "value", "operand", "array"]))
        }
        "await_expression"
        | "await"
        | "parenthesized_expression"
        | "non_null_expression"
        | "try_expression" => Step::Through(inner(node)),
        _ => Step::End,
    }
}

/// What a callee is called: `a.b().c`, `Type::new`, `expect().not.toBe`. Parts that have no name are `_`.
pub(crate) fn path(node: Node<'_>, source: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut suffix = "";
    let mut at = Some(node);
    for _ in 0..DEPTH {
        let Some(node) = at else { break };
        if node.kind() == "method_invocation" {
            let name = node.child_by_field_name("name");
            parts.push(format!(
                ".{}()",
                name.map(|name| text(name, source)).unwrap_or("_")
            ));
            at = node.child_by_field_name("object");
            continue;
        }
        match step(node) {
            Step::Member(of, name, joint) => {
                parts.push(format!("{joint}{}{suffix}", text(name, source)));
                suffix = "";
                at = of;
            }
            Step::Call(of) => {
                suffix = "()";
                at = of;
            }
            Step::Index(of) => {
                suffix = "[]";
                at = of;
            }
            Step::Through(of) => at = of,
            Step::End => {
                let word = text(node, source);
                let named = !node.has_named_children() && word.len() <= crate::limits::NAME_BYTES;
                parts.push(format!(".{}{suffix}", if named { word } else { "_" }));
                at = None;
            }
        }
    }
    parts.reverse();
    let whole = parts.concat();
    whole.trim_start_matches(['.', ':']).to_owned()
}

/// The first argument of the innermost call of a chain.
pub(crate) fn subject(node: Node<'_>, source: &str) -> Option<Argument> {
    let mut last = None;
    let mut at = Some(node);
    for _ in 0..DEPTH {
        let Some(node) = at else { break };
        if node.kind() == "method_invocation" {
            last = Some(node);
            at = node.child_by_field_name("object");
            continue;
        }
        at = match step(node) {
            Step::Member(of, _, _) | Step::Index(of) | Step::Through(of) => of,
            Step::Call(of) => {
                last = Some(node);
                of
            }
            Step::End => None,
        };
    }
    let arguments = last?.child_by_field_name("arguments")?;
    inner(arguments).map(|first| argument(first, source))
}

/// A call with its arguments.
pub(crate) fn call(node: Node<'_>, source: &str) -> Option<Call> {
    let callee = if node.kind() == "method_invocation" {
        let whole = path(node, source);
        whole.strip_suffix("()").unwrap_or(&whole).to_owned()
    } else {
        let called = field(node, &["function", "constructor", "type", "macro"])?;
        let sign = if node.kind() == "macro_invocation" {
            "!"
        } else {
            ""
        };
        path(called, source) + sign
    };
    let chain = if node.kind() == "method_invocation" {
        node.child_by_field_name("object")
    } else {
        field(node, &["function"])
    };
    let chained = chain.filter(|_| callee.contains("()"));
    Some(Call {
        range: range(node),
        arguments: arguments(node, source),
        subject: chained.and_then(|chain| subject(chain, source)),
        callee,
        hidden: false,
    })
}

/// The arguments of a call, a decorator or an annotation.
fn arguments(node: Node<'_>, source: &str) -> Vec<Argument> {
    let Some(list) = node.child_by_field_name("arguments") else {
        return Vec::new();
    };
    if list.kind() == "generator_expression" || list.kind() == "template_string" {
        return vec![argument(list, source)];
    }
    let children = list.named_children();
    children
        .filter(|child| !child.is_extra())
        .map(|child| argument(child, source))
        .collect()
}

/// One argument.
pub(crate) fn argument(node: Node<'_>, source: &str) -> Argument {
    let named = ["keyword_argument", "element_value_pair"].contains(&node.kind());
    let keyword = if named {
        field(node, &["name", "key"])
    } else {
        None
    };
    let value = if named {
        node.child_by_field_name("value")
    } else {
        None
    };
    let value = value.unwrap_or(node);
    let is_call = matches!(
        value.kind(),
        "call" | "call_expression" | "method_invocation" | "object_creation_expression"
    );
    let spread = matches!(
        node.kind(),
        "list_splat" | "dictionary_splat" | "spread_element" | "variadic_argument"
    );
    Argument {
        range: range(value),
        keyword: keyword.map(|name| text(name, source).to_owned()),
        literal: is_literal(value).then(|| cut(text(value, source))),
        text: string(value, source),
        calls: is_call.then(|| path(value, source)),
        spread,
        condition: None,
    }
}

pub(crate) fn cut(text: &str) -> String {
    crate::escape::cut(text, crate::limits::MESSAGE_BYTES).into_owned()
}

/// A decorator, an attribute or an annotation.
pub(crate) fn decorator(node: Node<'_>, source: &str) -> Decorator {
    let shown = match node.kind() {
        "attribute_item" => inner(node).unwrap_or(node),
        "decorator" => inner(node).unwrap_or(node),
        _ => node,
    };
    let (name, arguments) = match shown.kind() {
        "call" | "call_expression" => {
            let call = call(shown, source).unwrap_or_default();
            (call.callee, call.arguments)
        }
        "annotation" | "marker_annotation" => {
            let name = field(shown, &["name"]).map(|node| text(node, source));
            (name.unwrap_or_default().to_owned(), arguments(shown, source))
        }
        "attribute" if node.kind() == "attribute_item" => {
            let name = inner(shown).map(|node| text(node, source).replace(' ', ""));
            (name.unwrap_or_default(), Vec::new())
        }
        _ => (path(shown, source), Vec::new()),
    };
    let inside = text(shown, source);
    let opens = inside.find('(').map_or(inside.len(), |at| at + 1);
    Decorator {
        at: range(node).start,
        name,
        inside: inside
            .get(opens..)
            .unwrap_or_default()
            .trim_end_matches(')')
            .to_owned(),
        arguments,
    }
}
