//! Which values stand in the file as they are?

use super::{
    draft::Text,
    expressions::{inner, text},
    tree::Node,
};

/// Literals inside literals that are looked at.
const DEPTH: usize = 8;

const LITERALS: &[&str] = &[
    "string",
    "string_literal",
    "raw_string_literal",
    "interpreted_string_literal",
    "integer",
    "float",
    "number",
    "integer_literal",
    "float_literal",
    "int_literal",
    "imaginary_literal",
    "rune_literal",
    "char_literal",
    "character_literal",
    "boolean_literal",
    "null_literal",
    "decimal_integer_literal",
    "hex_integer_literal",
    "octal_integer_literal",
    "binary_integer_literal",
    "decimal_floating_point_literal",
    "true",
    "false",
    "none",
    "null",
    "nil",
    "undefined",
    "regex",
    "concatenated_string",
    "template_string",
    "ellipsis",
];

const COMPOUNDS: &[&str] = &[
    "list",
    "tuple",
    "set",
    "dictionary",
    "pair",
    "array",
    "object",
    "array_expression",
    "tuple_expression",
    "parenthesized_expression",
    "unary_expression",
    "unary_operator",
    "reference_expression",
    "property_identifier",
    "literal_value",
    "literal_element",
    "keyed_element",
    "array_initializer",
];

/// Whether a node is a literal or made of literals only.
pub(crate) fn is_literal(node: Node<'_>) -> bool {
    made_of_literals(node, DEPTH)
}

fn made_of_literals(node: Node<'_>, depth: usize) -> bool {
    if LITERALS.contains(&node.kind()) {
        return !has_substitution(node);
    }
    if node.kind() == "property_identifier" {
        return true;
    }
    if depth == 0 || !COMPOUNDS.contains(&node.kind()) {
        return false;
    }
    if node.kind() == "unary_expression"
        && node
            .child(0)
            .is_some_and(|sign| matches!(sign.kind(), "*" | "<-"))
    {
        return false;
    }
    let mut children = node.named_children();
    children.all(|child| child.is_extra() || made_of_literals(child, depth - 1))
}

fn has_substitution(node: Node<'_>) -> bool {
    let mut children = node.named_children();
    children.any(|child| {
        matches!(
            child.kind(),
            "interpolation" | "template_substitution" | "template_expression"
        )
    })
}

/// The value of a string, as far as it stands in the file.
pub(crate) fn string(node: Node<'_>, source: &str) -> Option<Text> {
    let raw = text(node, source);
    match node.kind() {
        "string"
        | "string_literal"
        | "raw_string_literal"
        | "interpreted_string_literal"
        | "template_string" => {
            let mut children = node.named_children();
            let hole = children.find(|child| {
                matches!(
                    child.kind(),
                    "interpolation" | "template_substitution" | "template_expression"
                )
            });
            let known = match hole {
                Some(hole) => source
                    .get(node.start_byte()..hole.start_byte())
                    .unwrap_or_default(),
                None => raw,
            };
            Some(Text {
                value: unescaped(unquoted(known)),
                open: hole.is_some(),
            })
        }
        "parenthesized_expression" => inner(node).and_then(|inner| string(inner, source)),
        "concatenated_string" => {
            let parts: Vec<Text> = node
                .named_children()
                .filter_map(|child| string(child, source))
                .collect();
            Some(Text {
                value: parts.iter().map(|one| one.value.as_str()).collect(),
                open: parts.iter().any(|one| one.open),
            })
        }
        "binary_expression" | "binary_operator" => {
            let left = node.child_by_field_name("left")?;
            let known = LITERALS.contains(&left.kind()).then(|| string(left, source))??;
            Some(Text {
                value: known.value,
                open: true,
            })
        }
        _ => None,
    }
}

/// A literal without prefix letters and quotes.
pub(crate) fn unquoted(raw: &str) -> &str {
    let body = raw.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let body = if body.starts_with(['"', '\'', '`', '#']) {
        body
    } else {
        raw
    };
    let body = body.trim_matches('#');
    for quote in ["\"\"\"", "'''", "\"", "'", "`"] {
        if let Some(rest) = body.strip_prefix(quote) {
            return rest.strip_suffix(quote).unwrap_or(rest);
        }
    }
    body
}

/// The escapes that titles of tests have: quotes, backslashes, line breaks and tabs.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some(other @ ('"' | '\'' | '`' | '\\' | '/')) => plain.push(other),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}
