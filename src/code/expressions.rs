//! What do calls, conditions, literals and parameters look like in a tree?
//!
//! The grammars agree on most of the names of nodes and fields, so one reading serves all languages.

use tree_sitter::Node;

use super::{
    assertions::is_bare,
    draft::{Argument, Call, Condition, Decorator, Text},
    facts::{Parameter, Strength, last_part},
    tree::range,
};

/// Parts of one path, and levels of one condition or literal, that are looked at.
const DEPTH: usize = 64;

/// The text of a node.
pub(crate) fn text<'s>(node: Node<'_>, source: &'s str) -> &'s str {
    source.get(node.byte_range()).unwrap_or_default()
}

fn field<'t>(node: Node<'t>, names: &[&str]) -> Option<Node<'t>> {
    names.iter().find_map(|name| node.child_by_field_name(name))
}

/// The first child that is not a comment.
pub(crate) fn inner<'t>(node: Node<'t>) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor);
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
                let named = node.named_child_count() == 0 && word.len() <= crate::limits::NAME_BYTES;
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
        range: range(&node),
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
    let mut cursor = list.walk();
    let children = list.named_children(&mut cursor);
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
        range: range(&value),
        keyword: keyword.map(|name| text(name, source).to_owned()),
        literal: is_literal(value, DEPTH / 8).then(|| cut(text(value, source))),
        text: string(value, source),
        calls: is_call.then(|| path(value, source)),
        spread,
        condition: None,
    }
}

fn cut(text: &str) -> String {
    crate::escape::cut(text, crate::limits::MESSAGE_BYTES).into_owned()
}

/// Adds to the arguments of an assertion what they prove as conditions.
pub(crate) fn add_conditions(call: &mut Call, node: Node<'_>, source: &str) {
    let Some(list) = node.child_by_field_name("arguments") else {
        return;
    };
    let mut cursor = list.walk();
    for child in list.named_children(&mut cursor) {
        let place = range(&child);
        let known = call.arguments.iter_mut().find(|one| one.range == place);
        if let Some(argument) = known {
            argument.condition = Some(condition(child, source, false));
        }
    }
}

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
fn is_literal(node: Node<'_>, depth: usize) -> bool {
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
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor);
    children.all(|child| child.is_extra() || is_literal(child, depth - 1))
}

fn has_substitution(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor);
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
            let mut cursor = node.walk();
            let mut children = node.named_children(&mut cursor);
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
            let mut cursor = node.walk();
            let parts: Vec<Text> = node
                .named_children(&mut cursor)
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

/// What a condition proves when it holds, or when it does not (`failing`).
pub(crate) fn condition(node: Node<'_>, source: &str, failing: bool) -> Condition {
    judge(node, source, failing, DEPTH)
}

fn judge(node: Node<'_>, source: &str, failing: bool, depth: usize) -> Condition {
    let Some(deeper) = depth.checked_sub(1) else {
        return Condition::of(Strength::Truthiness);
    };
    let inside = |node: Option<Node<'_>>, failing: bool| match node {
        Some(node) => judge(node, source, failing, deeper),
        None => Condition::of(Strength::Truthiness),
    };
    match node.kind() {
        "tuple" => Condition::of(Strength::None),
        "parenthesized_expression" | "await_expression" | "await" => inside(inner(node), failing),
        "not_operator" => inside(field(node, &["argument"]), !failing),
        "unary_expression" if node.child(0).is_some_and(|sign| sign.kind() == "!") => {
            inside(inner(node), !failing)
        }
        "boolean_operator" | "binary_expression" | "comparison_operator" => {
            let operator = operator(node, source);
            if let "and" | "&&" | "or" | "||" = operator {
                let all = matches!(operator, "and" | "&&") != failing;
                let left = inside(node.child_by_field_name("left"), failing);
                let right = inside(node.child_by_field_name("right"), failing);
                return if all == (left.strength >= right.strength) {
                    left
                } else {
                    right
                };
            }
            compared(node, operator, source, failing)
        }
        "call" | "call_expression" | "method_invocation" => by_call(&path(node, source), failing),
        "match_pattern" | "let_condition" | "instanceof_expression" => Condition::of(Strength::Comparison),
        _ if is_literal(node, DEPTH / 8) => Condition::of(Strength::None),
        _ => Condition::of(Strength::Truthiness),
    }
}

fn operator<'s>(node: Node<'_>, source: &'s str) -> &'s str {
    let named = field(node, &["operator", "operators"]);
    named.map(|node| text(node, source)).unwrap_or_default()
}

fn compared(node: Node<'_>, operator: &str, source: &str, failing: bool) -> Condition {
    let (left, right) = match (
        node.child_by_field_name("left"),
        node.child_by_field_name("right"),
    ) {
        (Some(left), Some(right)) => (left, right),
        _ => {
            let mut cursor = node.walk();
            let mut sides = node.named_children(&mut cursor).filter(|child| !child.is_extra());
            match (sides.next(), sides.next(), sides.next()) {
                (Some(left), Some(right), None) => (left, right),
                _ => return Condition::of(Strength::Comparison),
            }
        }
    };
    let literal = |node: Node<'_>| is_literal(node, DEPTH / 8).then(|| cut(text(node, source)));
    from_operator(
        operator,
        failing,
        (text(left, source), literal(left)),
        (text(right, source), literal(right)),
    )
}

/// What an operator between two sides proves.
pub(crate) fn from_operator(
    operator: &str,
    failing: bool,
    (left, left_literal): (&str, Option<String>),
    (right, right_literal): (&str, Option<String>),
) -> Condition {
    if left == right || left_literal.is_some() && right_literal.is_some() {
        return Condition::of(Strength::None);
    }
    let expected = right_literal.or(left_literal);
    let equal = match operator {
        "==" | "===" | "is" => !failing,
        "!=" | "!==" | "is not" => failing,
        _ => {
            return Condition {
                strength: Strength::Comparison,
                expected,
            };
        }
    };
    let strength = match expected.as_deref() {
        Some(literal) if is_bare(literal) => Strength::Truthiness,
        Some(_) | None if equal => Strength::Equality,
        Some(_) | None => Strength::Comparison,
    };
    Condition { strength, expected }
}

/// What a question by its name proves: `a.equals(b)`, `text.contains(x)`, `list.isEmpty()`.
pub(crate) fn by_call(path: &str, failing: bool) -> Condition {
    let name = last_part(path).to_lowercase();
    let strength = match name.as_str() {
        "equals" | "deepequal" | "equal" | "eq" | "is_eq" | "array_equal" | "allclose" | "isclose"
            if !failing =>
        {
            Strength::Equality
        }
        "equals" | "deepequal" | "equal" | "eq" | "ne" => Strength::Comparison,
        "contains" | "containskey" | "contains_key" | "startswith" | "endswith" | "starts_with"
        | "ends_with" | "hasprefix" | "hassuffix" | "includes" | "matches" | "match" | "is_match"
        | "matchstring" | "isinstance" | "test" | "search" | "all" | "any" | "every" | "some"
        | "is_empty" | "isempty" | "is" | "as" | "issubset" | "issuperset" => Strength::Comparison,
        _ => Strength::Truthiness,
    };
    Condition::of(strength)
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
        at: range(&node).start,
        name,
        inside: inside
            .get(opens..)
            .unwrap_or_default()
            .trim_end_matches(')')
            .to_owned(),
        arguments,
    }
}

/// The parameters of a function.
pub(crate) fn parameters(list: Node<'_>, source: &str) -> Vec<Parameter> {
    if list.named_child_count() == 0 && list.kind() == "identifier" {
        return vec![plain(text(list, source))];
    }
    let mut found = Vec::new();
    let mut keyword_only = false;
    let mut cursor = list.walk();
    for node in list.named_children(&mut cursor).filter(|node| !node.is_extra()) {
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
        let mut cursor = node.walk();
        let last = node.named_children(&mut cursor).last();
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
    let mut cursor = node.walk();
    let names: Vec<&str> = node
        .children_by_field_name("name", &mut cursor)
        .map(|node| text(node, source))
        .collect();
    let names = if names.is_empty() { vec!["_"] } else { names };
    found.extend(names.into_iter().map(|name| Parameter {
        required: !variadic,
        variadic,
        ..plain(name)
    }));
}
