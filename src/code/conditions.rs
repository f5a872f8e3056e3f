//! What does a condition prove?

use super::{
    assertions::is_bare,
    draft::{Call, Condition},
    expressions::{DEPTH, cut, field, inner, path, text},
    facts::{Strength, last_part},
    literals::is_literal,
    tree::{Node, range},
};

/// Adds to the arguments of an assertion what they prove as conditions.
pub(crate) fn add_conditions(call: &mut Call, node: Node<'_>, source: &str) {
    let Some(list) = node.child_by_field_name("arguments") else {
        return;
    };
    for child in list.named_children() {
        let place = range(child);
        let known = call.arguments.iter_mut().find(|one| one.range == place);
        if let Some(argument) = known {
            argument.condition = Some(condition(child, source, false));
        }
    }
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
        _ if is_literal(node) => Condition::of(Strength::None),
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
            let mut sides = node.named_children().filter(|child| !child.is_extra());
            match (sides.next(), sides.next(), sides.next()) {
                (Some(left), Some(right), None) => (left, right),
                _ => return Condition::of(Strength::Comparison),
            }
        }
    };
    let literal = |node: Node<'_>| is_literal(node).then(|| cut(text(node, source)));
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
