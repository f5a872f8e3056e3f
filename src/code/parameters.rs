//! Which parameters does a function take?

use super::{
    expressions::{field, inner, text},
    facts::Parameter,
    tree::Node,
};

/// The parameters of a function.
pub(crate) fn parameters(list: Node<'_>, source: &str) -> Vec<Parameter> {
    if !list.has_named_children() && list.kind() == "identifier" {
        return vec![plain(text(list, source))];
    }
    let mut found = Vec::new();
    let mut keyword_only = false;
    for node in list.named_children().filter(|node| !node.is_extra()) {
        match node.kind() {
            "keyword_separator" => keyword_only = true,
            "positional_separator" | "attribute_item" | "type_parameters" => {}
            "parameter_declaration" | "variadic_parameter_declaration" => go(node, source, &mut found),
            _ => {
                let mut one = parameter(node, source);
                one.keyword_only = keyword_only && !one.variadic;
                keyword_only |= one.variadic && !one.name.starts_with("**") && node.kind() != "rest_pattern";
                found.push(one);
            }
        }
    }
    found
}

fn plain(name: &str) -> Parameter {
    Parameter {
        name: name.to_owned(),
        required: true,
        variadic: false,
        keyword_only: false,
    }
}

fn parameter(node: Node<'_>, source: &str) -> Parameter {
    let named = field(node, &["name", "pattern", "left"])
        .or_else(|| inner(node).filter(|_| matches!(node.kind(), "typed_parameter" | "spread_parameter")));
    let name = if node.kind() == "spread_parameter" {
        let last = node.named_children().last();
        last.map_or("", |node| text(node, source))
    } else {
        named.map_or_else(|| text(node, source), |node| text(node, source))
    };
    let name = if node.kind() == "self_parameter" {
        "self"
    } else {
        name
    };
    let variadic = matches!(
        node.kind(),
        "list_splat_pattern"
            | "dictionary_splat_pattern"
            | "rest_pattern"
            | "spread_parameter"
            | "variadic_parameter"
    ) || name.starts_with(['*'])
        || name.starts_with("...");
    let defaulted = matches!(
        node.kind(),
        "default_parameter" | "typed_default_parameter" | "assignment_pattern" | "optional_parameter"
    ) || node.child_by_field_name("value").is_some();
    Parameter {
        required: !variadic && !defaulted,
        variadic,
        ..plain(name)
    }
}

/// Go puts several names before one type, or only a type.
fn go(node: Node<'_>, source: &str, found: &mut Vec<Parameter>) {
    let variadic = node.kind() == "variadic_parameter_declaration";
    let names: Vec<&str> = node
        .children_by_field_name("name")
        .map(|node| text(node, source))
        .collect();
    let names = if names.is_empty() { vec!["_"] } else { names };
    found.extend(names.into_iter().map(|name| Parameter {
        required: !variadic,
        variadic,
        ..plain(name)
    }));
}
