//! Does an assertion tolerate more than the one that it replaces?
//!
//! A wider margin, a lower bound and a wider type of failure leave the form of an assertion as it was: only what it
//! says differs, so its text is compared.

use crate::{
    code::facts::{Assertion, AssertionKind, last_part},
    same_proof::asks_for_a_text,
};

/// In what an assertion tolerates more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wider {
    /// Values may lie further apart.
    Margin,
    /// A bound of a comparison lies further out.
    Bound,
    /// More types of failure will do.
    Failure,
    /// The text of the failure is no longer asked for.
    Message,
}

impl Wider {
    /// How a finding says it.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Margin => "its values may lie further apart",
            Self::Bound => "its bound lies further out",
            Self::Failure => "more types of failure will do",
            Self::Message => "the text of the failure is no longer asked for",
        }
    }
}

/// Types that every failure has: to expect one of them is to expect anything.
const ANY_FAILURE: &[&str] = &["Exception", "BaseException", "Throwable", "Error"];

/// Types of failure and the wider ones that hold them: <https://docs.python.org/3/library/exceptions.html#exception-hierarchy>
/// and the class hierarchy of `java.lang`, `java.util` and `java.io`.
const HELD_BY: &[(&str, &[&str])] = &[
    (
        "ArithmeticError",
        &["OverflowError", "ZeroDivisionError", "FloatingPointError"],
    ),
    ("ImportError", &["ModuleNotFoundError"]),
    ("LookupError", &["IndexError", "KeyError"]),
    (
        "OSError",
        &[
            "BlockingIOError",
            "BrokenPipeError",
            "ConnectionError",
            "ConnectionRefusedError",
            "ConnectionResetError",
            "FileExistsError",
            "FileNotFoundError",
            "IsADirectoryError",
            "NotADirectoryError",
            "PermissionError",
            "TimeoutError",
        ],
    ),
    ("RuntimeError", &["NotImplementedError", "RecursionError"]),
    (
        "ValueError",
        &[
            "JSONDecodeError",
            "UnicodeDecodeError",
            "UnicodeEncodeError",
            "UnicodeError",
        ],
    ),
    (
        "RuntimeException",
        &[
            "ArithmeticException",
            "ArrayIndexOutOfBoundsException",
            "ClassCastException",
            "ConcurrentModificationException",
            "IllegalArgumentException",
            "IllegalStateException",
            "IndexOutOfBoundsException",
            "NoSuchElementException",
            "NullPointerException",
            "NumberFormatException",
            "UncheckedIOException",
            "UnsupportedOperationException",
        ],
    ),
    ("IllegalArgumentException", &["NumberFormatException"]),
    ("IndexOutOfBoundsException", &["ArrayIndexOutOfBoundsException"]),
    ("IOException", &["FileNotFoundException", "EOFException"]),
];

/// Names of arguments that say how far two values may lie apart.
const MARGINS: &[&str] = &[
    "abs",
    "abs_tol",
    "atol",
    "delta",
    "eps",
    "epsilon",
    "margin",
    "max_diff",
    "max_relative",
    "max_ulps",
    "rel",
    "rel_tol",
    "rtol",
    "tol",
    "tolerance",
];
/// Names of arguments that say how many digits must agree.
const DIGITS: &[&str] = &["decimal", "digits", "places", "significant"];
/// Calls whose only argument is a margin.
const MARGIN_CALLS: &[&str] = &["byLessThan", "isWithin", "offset", "within", "withinPercentage"];
/// Calls whose last argument, from this place on, is a margin.
const MARGIN_LAST: &[(&str, usize)] = &[
    ("InDelta", 2),
    ("InDeltaf", 2),
    ("InEpsilon", 2),
    ("InEpsilonf", 2),
    ("approximately", 1),
    ("assertEquals", 2),
    ("assert_approx_eq!", 2),
    ("closeTo", 1),
];
/// Calls whose last argument, from this place on, is a number of digits, and how many they ask for without it.
const DIGITS_LAST: &[(&str, usize, f64)] = &[
    ("assertAlmostEqual", 2, 7.0),
    ("assert_almost_equal", 2, 7.0),
    ("toBeCloseTo", 1, 2.0),
];
/// Calls whose last argument is an upper bound.
const AT_MOST: &[&str] = &[
    "Less",
    "LessOrEqual",
    "assertLess",
    "assertLessEqual",
    "isAtMost",
    "isLessThan",
    "toBeLessThan",
    "toBeLessThanOrEqual",
];
/// Calls whose last argument is a lower bound.
const AT_LEAST: &[&str] = &[
    "Greater",
    "GreaterOrEqual",
    "assertGreater",
    "assertGreaterEqual",
    "isAtLeast",
    "isGreaterThan",
    "toBeGreaterThan",
    "toBeGreaterThanOrEqual",
];
/// A margin that is named for the first time and is no wider than this repeats a default: that of `pytest.approx`.
const DEFAULT_MARGIN: f64 = 1e-6;

/// In what an assertion tolerates more than the one that it replaces.
pub fn wider(old: &Assertion, new: &Assertion) -> Option<Wider> {
    let judged = |one: &Assertion| matches!(one.kind, AssertionKind::Value | AssertionKind::House);
    if old.kind == AssertionKind::Exception && new.kind == AssertionKind::Exception {
        return failure(old, new);
    }
    (judged(old) && judged(new)).then(|| number(old, new)).flatten()
}

fn failure(old: &Assertion, new: &Assertion) -> Option<Wider> {
    let (before, after) = (types(old), types(new));
    if before.is_empty() || after.is_empty() {
        return None;
    }
    if before == after {
        return (asks_for_a_text(old) && !asks_for_a_text(new)).then_some(Wider::Message);
    }
    let asks_now = asks_for_a_text(new) && !asks_for_a_text(old);
    if asks_now || without_type(old) != without_type(new) {
        return None;
    }
    let any = |types: &[&str]| types.iter().any(|one| ANY_FAILURE.contains(one));
    let more = after.len() > before.len() && before.iter().all(|one| after.contains(one));
    let held = after.iter().any(|wide| holds_one_of(wide, &before));
    (any(&after) && !any(&before) || more || held).then_some(Wider::Failure)
}

fn holds_one_of(wide: &str, narrow: &[&str]) -> bool {
    let held = HELD_BY.iter().find(|(name, _)| *name == wide);
    held.is_some_and(|(_, held)| narrow.iter().any(|one| held.contains(one)))
}

/// The types of failure that an assertion names, without their packages; none where it asks for a text.
fn types(assertion: &Assertion) -> Vec<&str> {
    let expected = assertion.expected.as_deref().unwrap_or_default();
    if expected.starts_with(['"', '\'', '`', '/']) {
        return Vec::new();
    }
    let parts = expected.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | ':'));
    let parts = parts.map(|part| last_part(part.trim_end_matches(".class")));
    parts
        .filter(|part| part.starts_with(char::is_uppercase))
        .collect()
}

/// The text of an assertion about a failure, without the type and the text of it.
fn without_type(assertion: &Assertion) -> String {
    let expected = assertion.expected.as_deref().unwrap_or_default();
    let text = assertion.text.replacen(expected, "", 1);
    text.split("match=")
        .next()
        .unwrap_or_default()
        .trim_end_matches([',', ' ', ')'])
        .to_owned()
}

/// What a larger number means at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Values may lie so far apart.
    Margin,
    /// So many digits must agree.
    Digits,
    /// No more than this.
    AtMost,
    /// No less than this.
    AtLeast,
}

fn number(old: &Assertion, new: &Assertion) -> Option<Wider> {
    let (before, after) = (Numbers::of(&old.text), Numbers::of(&new.text));
    if before.rest != after.rest {
        return named_anew(&before, &after).then_some(Wider::Margin);
    }
    let mut differing =
        (before.values.iter().zip(&after.values).enumerate()).filter(|(_, (one, other))| one != other);
    let (index, (one, other)) = differing.next()?;
    if differing.next().is_some() {
        return None;
    }
    let (more, less) = (other > one, other < one);
    match after.meaning(index)? {
        Meaning::Margin => more.then_some(Wider::Margin),
        Meaning::Digits => less.then_some(Wider::Margin),
        Meaning::AtMost => more.then_some(Wider::Bound),
        Meaning::AtLeast => less.then_some(Wider::Bound),
    }
}

/// Whether all that is new is a margin wider than the default.
fn named_anew(before: &Numbers, after: &Numbers) -> bool {
    let last = after.values.last().copied().unwrap_or_default();
    let by_name = |names: &[&str], narrow: &dyn Fn(f64) -> bool| {
        names.iter().any(|name| {
            let named = format!(", {name}=#");
            after.rest.contains(&named)
                && exact(&after.rest.replace(&named, "")) == exact(&before.rest)
                && !narrow(last)
        })
    };
    let digits = DIGITS_LAST.iter().any(|(name, _, default)| {
        let longer = before.rest.strip_suffix(')').map(|head| format!("{head}, #)"));
        before.rest.contains(name) && longer.as_ref() == Some(&after.rest) && last < *default
    });
    digits || by_name(MARGINS, &|margin| margin <= DEFAULT_MARGIN) || by_name(DIGITS, &|places| places >= 7.0)
}

/// A comparison without the words that make it approximate.
fn exact(rest: &str) -> String {
    match rest.split_once("approx(") {
        Some((head, tail)) => head.trim_end_matches("pytest.").to_owned() + &tail.replacen(')', "", 1),
        None => rest.to_owned(),
    }
}

/// The text of an assertion with its numbers taken out.
struct Numbers {
    /// The text, with `#` for each number.
    rest: String,
    values: Vec<f64>,
    /// Where each number stands in the rest.
    at: Vec<usize>,
}

impl Numbers {
    fn of(text: &str) -> Self {
        let mut found = Self {
            rest: String::with_capacity(text.len()),
            values: Vec::new(),
            at: Vec::new(),
        };
        let mut left = text;
        while let Some(first) = left.chars().next() {
            let in_word = found
                .rest
                .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '#'));
            let length = if first.is_ascii_digit() && !in_word {
                length(left)
            } else {
                0
            };
            let (number, after) = left.split_at_checked(length).unwrap_or_default();
            if let Some(value) = value(number) {
                found.at.push(found.rest.len());
                found.values.push(value);
                found.rest.push('#');
                left = after;
            } else {
                found.rest.push(first);
                left = left.get(first.len_utf8()..).unwrap_or_default();
            }
        }
        found
    }

    fn meaning(&self, index: usize) -> Option<Meaning> {
        let at = *self.at.get(index)?;
        let (before, after) = (self.rest.get(..at)?, self.rest.get(at + 1..)?);
        if let Some(name) = before.strip_suffix(['=', ':']).map(last_word) {
            let lower = name.to_lowercase();
            if MARGINS.contains(&lower.as_str()) {
                return Some(Meaning::Margin);
            }
            if DIGITS.contains(&lower.as_str()) {
                return Some(Meaning::Digits);
            }
        }
        by_call(before, after).or_else(|| self.by_operator(before, after))
    }

    /// A bound beside its operator, as far as nothing turns the comparison round.
    fn by_operator(&self, before: &str, after: &str) -> Option<Meaning> {
        let turned = ["not ", "(!(", "False", ".not."]
            .iter()
            .any(|word| self.rest.contains(word));
        if turned {
            return None;
        }
        // a bound may be wrapped, as in `< Duration::from_secs(5)`
        let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '(' | ' ');
        let operator = before.trim_end_matches(is_path).trim_end_matches('=');
        let arrow = ["->", "=>", "<<", ">>"].iter().any(|one| operator.ends_with(one));
        if operator.ends_with("::<") {
            return None; // a constant between the brackets of a type
        }
        match operator.chars().next_back() {
            Some('<') if !arrow => return Some(Meaning::AtMost),
            Some('>') if !arrow => return Some(Meaning::AtLeast),
            Some(_) | None => {}
        }
        match after.trim_start().chars().next() {
            Some('<') => Some(Meaning::AtLeast),
            Some('>') => Some(Meaning::AtMost),
            Some(_) | None => None,
        }
    }
}

/// What the last argument of the call around a number means.
fn by_call(before: &str, after: &str) -> Option<Meaning> {
    if !after.starts_with(')') {
        return None;
    }
    let (name, place, texts) = around(before)?;
    let last = MARGIN_LAST
        .iter()
        .any(|(known, from)| *known == name && place >= *from);
    // a text before the values moves them on by one
    let shifted = name == "assertEquals" && texts && place < 3;
    if MARGIN_CALLS.contains(&name) && place == 0 || last && !shifted {
        return Some(Meaning::Margin);
    }
    if DIGITS_LAST
        .iter()
        .any(|(known, from, _)| *known == name && place >= *from)
    {
        return Some(Meaning::Digits);
    }
    if AT_MOST.contains(&name) {
        return Some(Meaning::AtMost);
    }
    AT_LEAST.contains(&name).then_some(Meaning::AtLeast)
}

/// The call that is open at the end of a text: its name, how many arguments stand before, and whether one is a string.
fn around(before: &str) -> Option<(&str, usize, bool)> {
    let (mut depth, mut commas) = (0_usize, 0);
    for (at, c) in before.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' if depth == 0 => {
                let arguments = before.get(at..).unwrap_or_default();
                return Some((last_word(before.get(..at)?), commas, arguments.contains('"')));
            }
            '(' | '[' | '{' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    None
}

/// The identifier at the end of a text.
fn last_word(text: &str) -> &str {
    let start = text.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '!'));
    text.get(start.len()..).unwrap_or_default()
}

/// How many bytes of a text are one number: digits, letters of a suffix, one point, and the sign of an exponent.
fn length(text: &str) -> usize {
    let mut before = '0';
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let point = c == '.'
            && text
                .get(at + 1..)
                .is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        let sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
        if !(c.is_ascii_alphanumeric() || c == '_' || point || sign) {
            break;
        }
        before = c;
        end = at + c.len_utf8();
    }
    end
}

/// The value of a number of any of the languages.
fn value(number: &str) -> Option<f64> {
    let plain: String = number.chars().filter(|c| *c != '_').collect();
    let bare = plain.trim_end_matches(['f', 'F', 'd', 'D', 'l', 'L', 'n']);
    let short = [
        "f32", "f64", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize",
    ]
    .iter()
    .find_map(|suffix| plain.strip_suffix(suffix));
    short.unwrap_or(bare).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::facts::Strength;

    fn assertion(kind: AssertionKind, text: &str, expected: Option<&str>) -> Assertion {
        Assertion {
            line: 1,
            last: 1,
            name: String::new(),
            kind,
            strength: Strength::Comparison,
            conditional: false,
            text: text.to_owned(),
            hash: 0,
            expected: expected.map(str::to_owned),
        }
    }

    fn values(old: &str, new: &str) -> Option<Wider> {
        let one = |text| assertion(AssertionKind::Value, text, None);
        wider(&one(old), &one(new))
    }

    #[test]
    fn a_wider_margin_tolerates_more_and_a_narrower_one_does_not() {
        let table = [
            ("assert x==approx(y, abs=1e-6)", "assert x==approx(y, abs=1e-2)"),
            (
                "assert x==pytest.approx(3.5, rel=0.01)",
                "assert x==pytest.approx(3.5, rel=0.5)",
            ),
            ("assert x==approx(3.5)", "assert x==approx(3.5, abs=0.1)"),
            ("assert x==3.5", "assert x==pytest.approx(3.5, abs=0.1)"),
            (
                "self.assertAlmostEqual(a, b, 5)",
                "self.assertAlmostEqual(a, b, 1)",
            ),
            (
                "self.assertAlmostEqual(a, b, places=5)",
                "self.assertAlmostEqual(a, b, places=1)",
            ),
            ("self.assertAlmostEqual(a, b)", "self.assertAlmostEqual(a, b, 1)"),
            ("expect(x).toBeCloseTo(0.3, 5)", "expect(x).toBeCloseTo(0.3, 1)"),
            ("expect(x).toBeCloseTo(0.3)", "expect(x).toBeCloseTo(0.3, 0)"),
            (
                "expect(x).to.be.closeTo(0.3, 0.001)",
                "expect(x).to.be.closeTo(0.3, 0.1)",
            ),
            (
                "assert_relative_eq!(a, b, epsilon=1e-9)",
                "assert_relative_eq!(a, b, epsilon=1e-3)",
            ),
            (
                "assert_abs_diff_eq!(a, 1.0_f64, epsilon=1e-9)",
                "assert_abs_diff_eq!(a, 1.0_f64, epsilon=0.5)",
            ),
            (
                "require.InDelta(t, 1.5, got, 0.001)",
                "require.InDelta(t, 1.5, got, 0.5)",
            ),
            (
                "assertEquals(1.5, total(), 0.001)",
                "assertEquals(1.5, total(), 0.5)",
            ),
            (
                "assertThat(x).isCloseTo(1.5, within(0.01))",
                "assertThat(x).isCloseTo(1.5, within(1.0))",
            ),
        ];
        for (old, new) in table {
            assert_eq!(values(old, new), Some(Wider::Margin), "{old} became {new}");
            assert_eq!(values(new, old), None, "{new} became {old}");
        }
    }

    #[test]
    fn a_bound_that_lies_further_out_tolerates_more() {
        let table = [
            (
                "assert!(elapsed<Duration::from_secs(1))",
                "assert!(elapsed<Duration::from_secs(30))",
            ),
            ("assert len(found)>=10", "assert len(found)>=1"),
            ("assert 5<total", "assert 1<total"),
            ("assert!((a-b).abs()<1e-9)", "assert!((a-b).abs()<1e-2)"),
            ("expect(n).toBeGreaterThan(10)", "expect(n).toBeGreaterThan(0)"),
            ("require.Less(t, n, 10)", "require.Less(t, n, 100)"),
        ];
        for (old, new) in table {
            assert_eq!(values(old, new), Some(Wider::Bound), "{old} became {new}");
            assert_eq!(values(new, old), None, "{new} became {old}");
        }
    }

    #[test]
    fn another_expected_value_is_no_wider_one() {
        let table = [
            ("assert total([1, 2])==3", "assert total([1, 2])==4"),
            ("assert_eq!(v.len(), 3)", "assert_eq!(v.len(), 4)"),
            ("assertEquals(3, total())", "assertEquals(4, total())"),
            (
                "assertEquals(\"sum\", total(), 3)",
                "assertEquals(\"sum\", total(), 4)",
            ),
            ("expect(x).toBeCloseTo(0.3, 5)", "expect(x).toBeCloseTo(0.4, 5)"),
            ("assert!(!(a<3))", "assert!(!(a<5))"),
            ("assert!(parse::<3>(a))", "assert!(parse::<5>(a))"),
            ("assert f(1)<g(2)", "assert f(3)<g(4)"),
        ];
        for (old, new) in table {
            assert_eq!(values(old, new), None, "{old} became {new}");
        }
    }

    #[test]
    fn a_failure_is_widened_by_its_type_or_its_text() {
        let fails = |text: &str, expected: &str| assertion(AssertionKind::Exception, text, Some(expected));
        let table = [
            (
                ("pytest.raises(KeyError)", "KeyError"),
                ("pytest.raises(LookupError)", "LookupError"),
                Wider::Failure,
            ),
            (
                ("pytest.raises(KeyError)", "KeyError"),
                ("pytest.raises(Exception)", "Exception"),
                Wider::Failure,
            ),
            (
                ("pytest.raises(KeyError)", "KeyError"),
                ("pytest.raises((KeyError, ValueError))", "(KeyError, ValueError)"),
                Wider::Failure,
            ),
            (
                ("pytest.raises(KeyError, match=\"no x\")", "KeyError"),
                ("pytest.raises(KeyError)", "KeyError"),
                Wider::Message,
            ),
            (
                (
                    "assertThrows(NumberFormatException.class, ()->f())",
                    "NumberFormatException.class",
                ),
                (
                    "assertThrows(RuntimeException.class, ()->f())",
                    "RuntimeException.class",
                ),
                Wider::Failure,
            ),
        ];
        for ((old, before), (new, after), expected) in table {
            let (one, other) = (fails(old, before), fails(new, after));
            assert_eq!(wider(&one, &other), Some(expected), "{old} became {new}");
            assert_eq!(wider(&other, &one), None, "{new} became {old}");
        }
    }

    #[test]
    fn another_failure_is_no_wider_one() {
        let fails = |text: &str, expected: &str| assertion(AssertionKind::Exception, text, Some(expected));
        let (one, other) = (
            fails("pytest.raises(KeyError)", "KeyError"),
            fails("pytest.raises(ValueError)", "ValueError"),
        );
        assert_eq!(wider(&one, &other), None);
        let text = |text: &str| fails(&format!("expect(f).toThrow({text})"), text);
        let (one, other) = (
            text("\"KEY is required\""),
            text("\"Either KEY or TOKEN is required\""),
        );
        assert_eq!(wider(&one, &other), None);
    }
}
