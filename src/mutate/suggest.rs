//! What would a test have to assert to notice a fault?
//!
//! One sentence about the smallest input that tells the code from the fault. It is advice for a person: nothing is
//! decided by it.

/// A fault as a report has it.
#[derive(Clone, Copy, Debug)]
pub struct Fault<'a> {
    /// The operator's name.
    pub operator: &'a str,
    /// The text that stands there.
    pub original: &'a str,
    /// The text that stands there instead.
    pub replacement: &'a str,
    /// The items around it.
    pub item: &'a str,
    /// A test runs it.
    pub is_reached: bool,
}

/// What to assert.
pub fn assertion(fault: Fault<'_>) -> String {
    let name = function(fault.item);
    if !fault.is_reached {
        return match name {
            Some(name) => {
                format!("add a test that calls `{name}` so that this line runs, and assert what comes of it")
            }
            None => "add a test that runs this line, and assert what comes of it".to_owned(),
        };
    }
    let called = name.map_or_else(|| "the code".to_owned(), |name| format!("`{name}`"));
    if is_value(fault.operator) {
        return of_value(&called, fault.replacement);
    }
    let (old, new) = (fault.original.trim(), fault.replacement.trim());
    if let Some(advice) = of_tokens(&called, old, new) {
        return advice;
    }
    of_operator(&called, fault.operator, old, new)
}

/// The last part of the items around a place, without its type.
fn function(item: &str) -> Option<&str> {
    let last = item.rsplit([':', '.']).next().unwrap_or(item).trim();
    (!last.is_empty() && !last.contains(char::is_whitespace)).then_some(last)
}

/// Operators that replace what a whole function gives.
fn is_value(operator: &str) -> bool {
    matches!(operator, "FnValue" | "ReturnValue" | "Return")
}

fn of_value(called: &str, replacement: &str) -> String {
    let replacement = replacement.trim();
    if replacement.is_empty() || replacement == "()" {
        return format!("assert what {called} changes: the tests pass when it does nothing at all");
    }
    let shown = short(replacement);
    format!(
        "assert what {called} gives for an input whose answer is not `{shown}`: the tests pass when it always gives that"
    )
}

/// Advice that two tokens suffice for.
fn of_tokens(called: &str, old: &str, new: &str) -> Option<String> {
    const ORDER: &[&str] = &["<", "<=", ">", ">="];
    const EQUALITY: &[&str] = &["==", "!=", "is", "is not", "in", "not in"];
    const LOGIC: &[&str] = &["&&", "||", "and", "or"];
    let in_both = |set: &[&str]| set.contains(&old) && set.contains(&new);
    let of_equal = |one: &str| one.contains('=');
    if in_both(ORDER) || ORDER.contains(&old) && EQUALITY.contains(&new) {
        let is_boundary = of_equal(old) != of_equal(new) && old.get(..1) == new.get(..1);
        return Some(if is_boundary || new == "==" {
            format!(
                "assert what {called} does where both sides of `{old}` are equal, and one step to each side"
            )
        } else {
            format!(
                "assert what {called} does with the left side smaller, equal and greater than the right one"
            )
        });
    }
    if in_both(EQUALITY) {
        return Some(format!(
            "assert two different outcomes of {called}: one where `{old}` holds and one where it does not"
        ));
    }
    if in_both(LOGIC) {
        return Some(format!(
            "assert what {called} does where only one side of `{old}` holds, for either side"
        ));
    }
    if is_arithmetic(old) && is_arithmetic(new) {
        return Some(format!(
            "assert the very value that comes of `{old}`, with operands for which `{new}` gives another one (neither 0 nor 1)"
        ));
    }
    None
}

fn is_arithmetic(token: &str) -> bool {
    const SIGNS: &[&str] = &[
        "+", "-", "*", "/", "%", "//", "**", "<<", ">>", "&", "|", "^", "@",
    ];
    SIGNS.contains(&token)
        || token
            .strip_suffix('=')
            .is_some_and(|token| SIGNS.contains(&token))
}

/// Advice by the kind of operator, for those whose text may be anything.
fn of_operator(called: &str, operator: &str, old: &str, new: &str) -> String {
    let kind = operator.to_ascii_lowercase();
    let has = |word: &str| kind.contains(word);
    if let Some(advice) = of_python(called, operator, old, new) {
        return advice;
    }
    if has("guard") || has("condition") || has("unary") || has("not") || has("boolean") {
        return format!(
            "assert two different outcomes of {called}: one where the condition holds and one where it does not"
        );
    }
    if has("matcharm") || has("case") {
        return format!("assert what {called} does with an input that only this arm takes");
    }
    if has("structfield") || has("keyword") || has("argument") {
        return "assert something that depends on the value given here, with one that is not the default"
            .to_owned();
    }
    if has("break") || has("continue") || has("loop") {
        return format!("assert what {called} does when the loop has more than one round left at this point");
    }
    if has("exception") || has("raise") {
        return format!("assert which error {called} raises, and on what");
    }
    if has("number") {
        return format!("assert the very value that comes of `{}`", short(old));
    }
    if has("string") {
        return format!("assert the whole text that {called} gives, not only that there is one");
    }
    if new.is_empty() {
        return format!(
            "assert something that {called} does only because of `{}`",
            short(old)
        );
    }
    format!(
        "assert a result of {called} that `{}` and `{}` make different",
        short(old),
        short(new)
    )
}

/// Advice for operators that only Python has.
fn of_python(called: &str, operator: &str, old: &str, new: &str) -> Option<String> {
    let (old, shown) = (old.trim_matches([',', ' ']), short(new));
    Some(match operator {
        "ArgumentRemoval" => format!(
            "assert something that depends on the argument `{}`, with a value that is not its default",
            short(old)
        ),
        "Argument" => format!(
            "assert something that {called} does with the argument `{}`: the tests pass when `{shown}` is passed instead",
            short(old)
        ),
        "KeywordName" => format!("read the key `{}` of the dictionary in a test", short(old)),
        "AssignedValue" => format!(
            "assert something that depends on the value of `{}`: the tests pass when it is `{shown}`",
            short(old)
        ),
        "AssignmentOperator" if new == "=" => {
            format!(
                "let a test reach this line with something there already: `{old}` adds to it, `=` drops it"
            )
        }
        "BooleanLiteral" => {
            format!("assert something that {called} does only because this is `{old}`")
        }
        "Condition" | "ConditionalExpression" => format!(
            "assert two different outcomes of {called}: one where `{}` holds and one where it does not",
            short(old)
        ),
        "ExceptionHandler" => format!(
            "let a test raise `{}` here, and assert what {called} does then",
            short(old)
        ),
        "Raise" => format!(
            "assert that {called} raises, on an input that leads to `{}`",
            short(old)
        ),
        "Lambda" => format!("assert a result that depends on what this lambda gives: `{shown}` does as well"),
        "LoopControl" => format!(
            "assert what {called} does where `{old}` is reached with rounds of the loop left: `{shown}` does as well"
        ),
        "MatchCase" => format!("assert what {called} does with an input that only this case takes"),
        "Method" => of_method(old, new),
        _ => return None,
    })
}

/// Advice for a method and its mirror image.
fn of_method(old: &str, new: &str) -> String {
    let input = match old {
        "lower" | "upper" => "letters of both cases",
        "lstrip" | "rstrip" => "something to strip on both ends",
        "find" | "rfind" | "index" | "rindex" | "partition" | "rpartition" => {
            "two places at which it may be found"
        }
        "split" | "rsplit" => "more separators than it may split at",
        "ljust" | "rjust" => "a text that is shorter than the width",
        "removeprefix" | "removesuffix" => "the same text at both ends",
        "deepcopy" => "a container inside, changed afterwards",
        _ => "an input on which they differ",
    };
    format!("assert what comes of `{old}` for {input}: `{new}` does as well")
}

fn short(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::escape::cut(&crate::escape::line(&one_line), 60).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(operator: &str, original: &str, replacement: &str) -> String {
        assertion(Fault {
            operator,
            original,
            replacement,
            item: "shop::Price::total",
            is_reached: true,
        })
    }

    #[test]
    fn the_advice_names_the_input_that_tells_both_apart() {
        for (operator, old, new, wanted) in [
            ("BinaryOperator", "<", "<=", "are equal"),
            ("BinaryOperator", "<", ">", "smaller, equal and greater"),
            ("BinaryOperator", "==", "!=", "one where `==` holds"),
            ("BinaryOperator", "&&", "||", "only one side"),
            ("BinaryOperator", "+=", "-=", "the very value"),
            ("FnValue", "{ a + b }", "0", "not `0`"),
            ("FnValue", "{ log(); }", "()", "does nothing"),
            ("MatchArm", "1 => 2,", "", "only this arm"),
            ("MatchArmGuard", "x > 1", "true", "the condition holds"),
            ("Anything", "a", "b", "`a` and `b`"),
            ("Argument", "width", "None", "the argument `width`"),
            ("ArgumentRemoval", ", fill=0", "", "the argument `fill=0`"),
            ("KeywordName", "name", "nameXX", "the key `name`"),
            ("AssignedValue", "limit", "None", "when it is `None`"),
            ("AssignmentOperator", "+=", "=", "something there already"),
            ("BooleanLiteral", "True", "False", "because this is `True`"),
            ("Condition", "ready", "not (ready)", "one where `ready` holds"),
            ("ConditionalExpression", "a", "(a) or True", "one where `a` holds"),
            ("ExceptionHandler", "KeyError", "()", "raise `KeyError`"),
            (
                "Raise",
                "raise KeyError(a)",
                "pass",
                "leads to `raise KeyError(a)`",
            ),
            ("ReturnValue", "a + b", "None", "not `None`"),
            ("Lambda", "a", "None", "what this lambda gives"),
            ("LoopControl", "break", "continue", "where `break` is reached"),
            ("MatchCase", "case 1: pass", "", "only this case takes"),
            ("Method", "lstrip", "rstrip", "both ends"),
            ("Method", "split", "rsplit", "more separators"),
            ("NumberLiteral", "10", "11", "the very value that comes of `10`"),
            ("StringLiteral", "'a'", "'XXaXX'", "the whole text"),
            ("UnaryOperator", "not a", "a", "the condition holds"),
        ] {
            let advice = advice(operator, old, new);
            assert!(advice.contains(wanted), "{operator}: {advice}");
            assert!(!advice.contains("Price::"), "{advice}");
        }
    }

    #[test]
    fn where_no_test_comes_by_a_call_is_asked_for() {
        let fault = Fault {
            operator: "BinaryOperator",
            original: "+",
            replacement: "-",
            item: "Price.total",
            is_reached: false,
        };
        assert!(assertion(fault).contains("calls `total`"));
        assert!(assertion(Fault { item: "", ..fault }).contains("runs this line"));
    }
}
