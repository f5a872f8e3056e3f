//! Which operators and methods stand for which others?
//!
//! The table holds that of mutmut 3, so that both tools make the same mutants.

/// What may stand instead of an operator.
pub(super) fn instead(operator: &str) -> &'static [&'static str] {
    match operator {
        "+" => &["-"],
        "-" => &["+"],
        "*" => &["/"],
        "/" => &["*"],
        "//" | "%" => &["/"],
        "<<" => &[">>"],
        ">>" => &["<<"],
        "&" => &["|"],
        "|" | "^" => &["&"],
        "**" => &["*"],
        "+=" => &["-=", "="],
        "-=" => &["+=", "="],
        "*=" => &["/=", "="],
        "/=" => &["*=", "="],
        "//=" | "%=" => &["/=", "="],
        "<<=" => &[">>=", "="],
        ">>=" => &["<<=", "="],
        "&=" => &["|=", "="],
        "|=" | "^=" => &["&=", "="],
        "**=" => &["*=", "="],
        "@=" => &["="],
        "<" => &["<="],
        "<=" => &["<"],
        ">" => &[">="],
        ">=" => &[">"],
        "==" => &["!="],
        "!=" => &["=="],
        "is" => &["is not"],
        "is not" => &["is"],
        "in" => &["not in"],
        "not in" => &["in"],
        "and" => &["or"],
        "or" => &["and"],
        _ => &[],
    }
}

/// What a report calls a change of the operator of such a node.
pub(super) fn name(kind: &str) -> &'static str {
    match kind {
        "boolean_operator" => "BooleanOperator",
        "comparison_operator" => "ComparisonOperator",
        "augmented_assignment" => "AssignmentOperator",
        _ => "BinaryOperator",
    }
}

/// The mirror image of a method of texts; some are the same unless they stop early.
pub(super) fn method(name: &str, is_limited: bool) -> Option<&'static str> {
    const PAIRS: &[(&str, &str)] = &[
        ("lower", "upper"),
        ("lstrip", "rstrip"),
        ("find", "rfind"),
        ("ljust", "rjust"),
        ("index", "rindex"),
        ("removeprefix", "removesuffix"),
        ("partition", "rpartition"),
    ];
    let of = |(one, other): &(&'static str, &'static str)| match name {
        name if name == *one => Some(*other),
        name if name == *other => Some(*one),
        _ => None,
    };
    let limited = is_limited.then(|| of(&("split", "rsplit"))).flatten();
    PAIRS.iter().find_map(of).or(limited)
}
