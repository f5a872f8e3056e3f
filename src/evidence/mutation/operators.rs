//! Which class of fault does a tool's operator belong to?
//!
//! One table for all tools: their own names, as their reports write them, without case. Names that fit no class are
//! left out: they count for no class. mutmut's reports name no operators.

/// The classes a policy may ask for, and the names that tools give to their members. A name that ends in `*` means
/// every name that begins so.
///
/// Sources: StrykerJS and Stryker4s "supported mutators", Stryker.NET `Mutator` descriptions, PIT "mutators"
/// (the class names of `org.pitest.mutationtest.engine.gregor.mutators`), Infection "mutators".
pub const CLASSES: &[(&str, &[&str])] = &[
    (
        "negate-condition",
        &[
            "condition",
            "conditionalexpression",
            "conditional expression",
            "conditional*mutation",
            "negate expression",
            "negateconditionalsmutator",
            "removeconditionalmutator*",
            "removeconditional*",
            "logicalnot",
            "logicalandnegation",
            "logicalandallsubexprnegation",
            "logicalandsinglesubexprnegation",
            "logicalornegation",
            "logicalorallsubexprnegation",
            "logicalorsinglesubexprnegation",
            "ifnegation",
            "elseifnegation",
            "booleanliteral",
            "boolean literal",
            "matcharmguard",
            "unaryoperator:boolean",
        ],
    ),
    (
        "equality",
        &[
            "equalityoperator",
            "equality operator",
            "equality mutation",
            "negateconditionalsmutator",
            "equal",
            "notequal",
            "identical",
            "notidentical",
            "equalidentical",
            "notequalnotidentical",
            "binaryoperator:equality",
        ],
    ),
    (
        "boundary",
        &[
            "equalityoperator",
            "equality operator",
            "equality mutation",
            "conditionalsboundarymutator",
            "greaterthan",
            "greaterthanorequalto",
            "lessthan",
            "lessthanorequalto",
            "greaterthannegotiation",
            "greaterthanorequaltonegotiation",
            "lessthannegotiation",
            "lessthanorequaltonegotiation",
            "binaryoperator:boundary",
        ],
    ),
    (
        "arithmetic",
        &[
            "arithmeticoperator",
            "arithmetic operator",
            "arithmetic mutation",
            "mathmutator",
            "plus",
            "minus",
            "multiplication",
            "division",
            "modulus",
            "exponentiation",
            "binary expression mutation",
            "binaryoperator:arithmetic",
        ],
    ),
    (
        "logical",
        &[
            "logicaloperator",
            "logical operator",
            "logical mutation",
            "logicaland",
            "logicalor",
            "logicallowerand",
            "logicalloweror",
            "logicalxor",
            "binaryoperator:logical",
        ],
    ),
    (
        "boolean",
        &[
            "booleanliteral",
            "boolean literal",
            "boolean mutation",
            "truevalue",
            "falsevalue",
            "booleantruereturnvalsmutator",
            "booleanfalsereturnvalsmutator",
            "booleansubstitution",
            "unaryoperator:boolean",
        ],
    ),
    (
        "return-value",
        &[
            "returnvalsmutator",
            "emptyobjectreturnvalsmutator",
            "nullreturnvalsmutator",
            "primitivereturnsmutator",
            "booleantruereturnvalsmutator",
            "booleanfalsereturnvalsmutator",
            "fnvalue",
            "returnvalue",
            "integernegation",
            "floatnegation",
            "functioncall",
            "newobject",
            "this",
            "arrayoneitem",
        ],
    ),
    (
        "removal",
        &[
            "blockstatement",
            "block statement",
            "block removal mutation",
            "statement mutation",
            "voidmethodcallmutator",
            "nonvoidmethodcallmutator",
            "constructorcallmutator",
            "methodcallremoval",
            "functioncallremoval",
            "arrayitemremoval",
            "matcharm",
            "matchcase",
            "structfield",
            "argumentremoval",
            "cloneremoval",
        ],
    ),
    (
        "update",
        &[
            "updateoperator",
            "update operator",
            "incrementsmutator",
            "removeincrementsmutator",
            "increment",
            "decrement",
            "post*mutation",
            "pre*mutation",
        ],
    ),
    (
        "literal",
        &[
            "stringliteral",
            "numberliteral",
            "string literal",
            "string mutation",
            "inlineconstantmutator",
            "incrementinteger",
            "decrementinteger",
            "onezerointeger",
            "onezerofloat",
            "arraydeclaration",
            "objectliteral",
            "regex",
            "regex mutation",
        ],
    ),
];

/// The classes of an operator with what it writes in place of the original: none, one, or several where the tool has
/// one name for all of them.
pub fn classes<'a>(
    operator: &'a str,
    replacement: Option<&'a str>,
) -> impl Iterator<Item = &'static str> + 'a {
    let name = normal(operator, replacement);
    CLASSES
        .iter()
        .filter(move |(_, names)| names.iter().any(|known| is(known, &name)))
        .map(|(class, _)| *class)
}

/// Whether a class of this name exists.
pub fn exists(class: &str) -> bool {
    CLASSES.iter().any(|(known, _)| *known == class)
}

fn is(known: &str, name: &str) -> bool {
    match known.split_once('*') {
        None => known == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

/// Without case; PIT's package left out; cargo-mutants' one name for all operators told apart by the replacement.
fn normal(operator: &str, replacement: Option<&str>) -> String {
    let short = operator.rsplit('.').next().unwrap_or(operator).to_lowercase();
    let kind = match (short.as_str(), replacement) {
        ("binaryoperator" | "comparisonoperator", Some("==" | "!=" | "is" | "is not" | "in" | "not in")) => {
            "equality"
        }
        ("binaryoperator" | "comparisonoperator", Some("<" | ">" | "<=" | ">=")) => "boundary",
        ("binaryoperator", Some("&&" | "||")) | ("booleanoperator", _) => "logical",
        (
            "binaryoperator" | "assignmentoperator",
            Some(
                "+" | "-" | "*" | "/" | "%" | "//" | "**" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=" | "**=",
            ),
        ) => "arithmetic",
        ("unaryoperator", _) => "boolean",
        _ => return short,
    };
    format!("{}:{kind}", family(&short))
}

/// Our own names for operators of Python beside those of Rust.
fn family(short: &str) -> &str {
    match short {
        "comparisonoperator" | "booleanoperator" | "assignmentoperator" => "binaryoperator",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(operator: &str, replacement: Option<&str>) -> Vec<&'static str> {
        classes(operator, replacement).collect()
    }

    #[test]
    fn every_tool_has_its_names_for_the_classes() {
        assert_eq!(of("ArithmeticOperator", None), ["arithmetic"]);
        assert_eq!(of("Arithmetic mutation", None), ["arithmetic"]);
        assert_eq!(
            of("org.pitest.mutationtest.engine.gregor.mutators.MathMutator", None),
            ["arithmetic"]
        );
        assert_eq!(of("Plus", Some("return $a - $b;")), ["arithmetic"]);
        assert_eq!(of("BinaryOperator", Some("-")), ["arithmetic"]);
        assert_eq!(of("BinaryOperator", Some("!=")), ["equality"]);
        assert_eq!(of("ComparisonOperator", Some("is not")), ["equality"]);
        assert_eq!(of("ComparisonOperator", Some("<=")), ["boundary"]);
        assert_eq!(of("BooleanOperator", Some("or")), ["logical"]);
        assert_eq!(of("AssignmentOperator", Some("//=")), ["arithmetic"]);
        assert_eq!(of("EqualityOperator", None), ["equality", "boundary"]);
        assert_eq!(
            of("NegateConditionalsMutator", None),
            ["negate-condition", "equality"]
        );
        assert!(of("mutmut", None).is_empty());
    }

    #[test]
    fn every_name_is_in_its_normal_form() {
        for (class, names) in CLASSES {
            for name in *names {
                assert!(name.is_ascii() && *name == name.to_lowercase(), "{class}: {name}");
            }
        }
    }
}
