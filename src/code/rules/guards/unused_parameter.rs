//! Does a function ignore everything it is given?

use super::Seen;
use crate::code::{
    rules::lists::{functions_around, walk},
    tree::Node,
};

/// What a method is called on is no parameter that it must use.
const RECEIVERS: &[&str] = &["self", "cls", "this", "mut"];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let around = || functions_around(seen.node?).next();
    let Some(function) = seen.capture("function").or_else(around) else {
        return false;
    };
    let (Some(parameters), Some(body)) = (
        function.child_by_field_name("parameters"),
        function.child_by_field_name("body"),
    ) else {
        return false;
    };
    let names = bound(seen, parameters);
    let used = words(seen, body);
    let hidden = names.iter().any(|name| name.starts_with('_'));
    !names.is_empty() && !hidden && !names.iter().any(|name| used.contains(name))
}

/// The names that a list of parameters binds: the first identifier of each, not those of its type or default.
fn bound<'a>(seen: &Seen<'a>, parameters: Node<'a>) -> Vec<&'a str> {
    let each = parameters.named_children();
    let names = each.filter_map(|parameter| {
        let pattern = ["pattern", "name"]
            .iter()
            .find_map(|field| parameter.child_by_field_name(field));
        words(seen, pattern.unwrap_or(parameter)).first().copied()
    });
    names.filter(|name| !RECEIVERS.contains(name)).collect()
}

/// Every identifier in a node.
fn words<'a>(seen: &Seen<'a>, node: Node<'a>) -> Vec<&'a str> {
    let mut words = Vec::new();
    walk(node, &mut |inner| {
        if !inner.has_children() && inner.kind().ends_with("identifier") {
            words.push(seen.file.text_of(inner));
        }
        true
    });
    words
}
