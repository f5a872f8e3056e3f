//! Does one assertion prove as much as another, in other words?
//!
//! Libraries say one thing in many ways: an empty text, a failure with its message, two values that differ. A replacement
//! that says as much is no loss, whatever rank its form has.

use std::collections::BTreeSet;

use crate::{
    code::facts::{Assertion, AssertionKind, Strength, hash},
    names::words,
};

/// Types that every failure has: to expect one of them is to expect anything.
const ANY_FAILURE: &[&str] = &[
    "Exception",
    "BaseException",
    "Throwable",
    "Error",
    "Exception.class",
    "Throwable.class",
];
/// How a line compares that is no assertion itself.
pub const COMPARES: &[&str] = &["==", "!=", "Equal", "equal", ".contains(", ".includes(", " in "];
/// Values that have nothing in them.
const EMPTY: &[&str] = &["\"\"", "''", "``", "[]", "{}", "()", "String::new()"];
/// Calls that ask a value to be a pattern from its first letter to its last.
const WHOLE_PATTERNS: &[&str] = &["fullmatch", "matches", "matchesPattern"];

/// Whether an assertion leaves as little open as the one that it replaces.
pub fn as_much(old: &Assertion, new: &Assertion) -> bool {
    names_its_failure(new)
        || is_exact(new)
        || fails_by_hand(new)
        || says_the_same(old, new)
        || compares_the_same(old, new)
        || is_empty_too(old, new)
        || is_a_pattern_of_it(old, new)
        || says_that_it_is_absent(old, new)
        || allows_no_margin(new)
}

/// Whether a replacement says the same in another form: `Boolean.TRUE` for `true`, a comparison handed over as its result,
/// a member of a value as a part that it must match.
fn says_the_same(old: &Assertion, new: &Assertion) -> bool {
    let plain = |one: &Assertion| one.text.replace("Boolean.", "").to_lowercase();
    let there: BTreeSet<&str> = words(&new.text).collect();
    let mut own = words(&old.text).filter(|word| !old.name.contains(word));
    let compares = COMPARES.iter().any(|sign| new.text.contains(sign));
    let by_call = !["<", ">", "==", "!=", " in "]
        .iter()
        .any(|sign| old.text.contains(sign));
    let keeps_form = match old.strength {
        Strength::Equality => new.name.ends_with("toMatchObject"),
        // what a call answers is still asked for
        Strength::Comparison => compares || by_call && old.name == new.name,
        Strength::Truthiness | Strength::None => false,
    };
    plain(old) == plain(new) || keeps_form && own.all(|word| there.contains(word))
}

/// Whether a comparison by hand became one of the library: `assertFalse(a.equals(b))` and `assertNotEquals(a, b)`.
fn compares_the_same(old: &Assertion, new: &Assertion) -> bool {
    let there: BTreeSet<&str> = words(&new.text).collect();
    let mut own = words(&old.text).filter(|word| *word != "equals" && !old.name.contains(word));
    old.text.contains(".equals(") && new.name.contains("Equal") && own.all(|word| there.contains(word))
}

/// Whether a value that had to be an empty one has to be empty.
fn is_empty_too(old: &Assertion, new: &Assertion) -> bool {
    let was = |value: &str| EMPTY.contains(&value.trim());
    let asks = new.name.ends_with("Empty") && !new.name.ends_with("NotEmpty")
        || new.text.contains(".is_empty()") && !new.text.contains("!");
    asks && old.expected.as_deref().is_some_and(was)
}

/// Whether a pattern for the whole of a value has every word of the literal that the value had to be.
fn is_a_pattern_of_it(old: &Assertion, new: &Assertion) -> bool {
    let text = new.text.as_str();
    let is_anchored = text.contains("/^") && text.contains("$/");
    let is_whole = WHOLE_PATTERNS.iter().any(|name| new.name.ends_with(name));
    let holds = |value: &str| words(value).count() > 0 && words(value).all(|word| text.contains(word));
    (is_anchored || is_whole) && old.expected.as_deref().is_some_and(holds)
}

/// Whether an entry that had to have a value must not be there: `headers.get(NAME)` and then no `headers.has(NAME)`.
fn says_that_it_is_absent(old: &Assertion, new: &Assertion) -> bool {
    let denied = ["toBeFalsy", "assertFalse", "False"]
        .iter()
        .any(|name| new.name.ends_with(name))
        || new.name.ends_with("toBe") && new.expected.as_deref() == Some("false");
    let key = |text: &'_ str| -> Option<String> {
        let (_, rest) = text.split_once(".has(")?;
        rest.split([',', ')']).next().map(str::to_owned)
    };
    denied && key(&new.text).is_some_and(|key| old.text.contains(&format!(".get({key}")))
}

/// Whether a form with a margin is given none.
fn allows_no_margin(new: &Assertion) -> bool {
    let has_margin = ["InDelta", "InEpsilon"]
        .iter()
        .any(|name| new.name.ends_with(name));
    let last = new.text.trim_end_matches(')').rsplit(',').next();
    has_margin && last.is_some_and(|last| last.trim() == "0")
}

/// `assert False` behind a condition, which is the assertion.
fn fails_by_hand(assertion: &Assertion) -> bool {
    assertion.conditional && assertion.text.starts_with("assert False")
}

/// A certain failure, or a whole picture, says as much as a text about it; so does any failure whose text is asked for.
fn names_its_failure(new: &Assertion) -> bool {
    let certain = ["ErrorIs", "ErrorAs", "EqualError"]
        .iter()
        .any(|name| new.name.ends_with(name));
    certain
        || new.kind == AssertionKind::Snapshot
        || new.kind == AssertionKind::Exception
            && new.expected.is_some()
            && (!is_any_failure(new) || asks_for_a_text(new))
}

fn is_any_failure(assertion: &Assertion) -> bool {
    let expected = assertion.expected.as_deref();
    expected.is_some_and(|expected| ANY_FAILURE.contains(&expected))
}

/// Whether a failure must have a certain text.
pub fn asks_for_a_text(assertion: &Assertion) -> bool {
    assertion.text.contains("match=")
}

/// That nothing is there, or no number, leaves as little open as an equality.
fn is_exact(new: &Assertion) -> bool {
    let nothing = ["None", "null", "nil", "undefined"];
    let negated = ["is not", "!=", ".not", "NotNil", "NotNull"];
    let named = ["Nil", "Null", "IsNone", "toBeUndefined"]
        .iter()
        .any(|end| new.name.ends_with(end));
    let said = new
        .expected
        .as_deref()
        .is_some_and(|value| nothing.contains(&value));
    let certain = ["is_none()", "is_nan()", "isnan(", "isNaN("];
    (named || said || certain.iter().any(|call| new.text.contains(call)))
        && !negated.iter().any(|word| new.text.contains(word))
}

/// Whether any failure will do now, where a certain one was expected.
pub fn widened(old: &Assertion, new: &Assertion) -> bool {
    old.kind == AssertionKind::Exception
        && new.kind == AssertionKind::Exception
        && old.expected.is_some()
        && !is_any_failure(old)
        && is_any_failure(new)
        && !asks_for_a_text(new)
}

/// What an assertion says whatever the numbers of its variables: `resp2` in one test is `resp` where it was split.
pub fn key(assertion: &Assertion) -> u64 {
    hash(&unnumbered(&assertion.text))
}

/// A text without the digits at the ends of its names; what is quoted stays.
fn unnumbered(text: &str) -> String {
    let (mut kept, mut quote, mut name) = (String::new(), None, String::new());
    for c in text.chars() {
        if quote.is_none() && (c.is_alphanumeric() || c == '_') {
            name.push(c);
            continue;
        }
        kept.push_str(without_number(&name));
        name.clear();
        kept.push(c);
        match quote {
            Some(open) => quote = (c != open).then_some(open),
            None => quote = matches!(c, '"' | '\'' | '`').then_some(c),
        }
    }
    kept.push_str(without_number(&name));
    kept
}

fn without_number(name: &str) -> &str {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.is_empty() { name } else { stem }
}

/// The first word of what an assertion is about.
pub fn subject(assertion: &Assertion) -> Option<&str> {
    words(&assertion.text).find(|word| !assertion.name.contains(word) && !is_form(word))
}

/// Words that belong to the form of an assertion, not to what it is about.
fn is_form(word: &str) -> bool {
    matches!(
        word,
        "assert" | "expect" | "isinstance" | "instanceof" | "len" | "require" | "t" | "self" | "not" | "is"
    )
}

/// How many words two assertions share beyond their names.
pub fn shared(old: &Assertion, new: &Assertion) -> usize {
    let words_of = |one: &'_ Assertion| -> BTreeSet<String> {
        words(&one.text)
            .filter(|word| !one.name.contains(word))
            .map(str::to_owned)
            .collect()
    };
    words_of(old).intersection(&words_of(new)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, text: &str, expected: Option<&str>) -> Assertion {
        Assertion {
            line: 1,
            last: 1,
            name: name.to_owned(),
            kind: if name.contains("raises") {
                AssertionKind::Exception
            } else {
                AssertionKind::Value
            },
            strength: Strength::Equality,
            conditional: false,
            text: text.to_owned(),
            hash: 0,
            expected: expected.map(str::to_owned),
        }
    }

    type Form<'t> = (&'t str, &'t str, Option<&'t str>);

    fn is_as_much(old: Form<'_>, new: Form<'_>) -> bool {
        as_much(&one(old.0, old.1, old.2), &one(new.0, new.1, new.2))
    }

    #[test]
    fn other_words_for_the_same_prove_as_much() {
        let table: &[(Form<'_>, Form<'_>)] = &[
            (
                ("require.Equal", "require.Equal(t, \"\", *f.Name)", Some("\"\"")),
                ("require.Empty", "require.Empty(t, *f.Name)", None),
            ),
            (
                ("assertFalse", "assertFalse(sb.equals(other))", None),
                ("assertNotEquals", "assertNotEquals(sb, other)", None),
            ),
            (
                (
                    "expect().toBe",
                    "expect(await res.text()).toBe('Bun!')",
                    Some("'Bun!'"),
                ),
                (
                    "expect().toMatch",
                    "expect(await res.text()).toMatch(/^Bun!(\\r?\\n)?$/)",
                    None,
                ),
            ),
            (
                (
                    "expect().toBe",
                    "expect(h.get('Origin')).toBe('http://a')",
                    Some("'http://a'"),
                ),
                (
                    "expect().toBeFalsy",
                    "expect(h.has('Origin'), 'none').toBeFalsy()",
                    None,
                ),
            ),
            (
                ("require.Equal", "require.Equal(t, float64(42), id)", None),
                (
                    "require.InEpsilon",
                    "require.InEpsilon(t, float64(42), id, 0)",
                    None,
                ),
            ),
            (
                ("assert", "assert str(failed.value) == expected", None),
                (
                    "pytest.raises",
                    "pytest.raises(Exception, match=expected)",
                    Some("Exception"),
                ),
            ),
        ];
        for (old, new) in table {
            assert!(is_as_much(*old, *new), "{}: {}", old.1, new.1);
        }
    }

    #[test]
    fn less_is_not_as_much() {
        let table: &[(Form<'_>, Form<'_>)] = &[
            (
                ("require.Equal", "require.Equal(t, \"a\", name)", Some("\"a\"")),
                ("require.Empty", "require.Empty(t, other)", None),
            ),
            (
                ("require.Equal", "require.Equal(t, \"\", name)", Some("\"\"")),
                ("require.NotEmpty", "require.NotEmpty(t, name)", None),
            ),
            (
                ("expect().toBe", "expect(text).toBe('Bun!')", Some("'Bun!'")),
                ("expect().toMatch", "expect(text).toMatch(/Bun/)", None),
            ),
            (
                ("expect().toBe", "expect(h.get('Origin')).toBe('a')", Some("'a'")),
                ("expect().toBeFalsy", "expect(h.has('Vary')).toBeFalsy()", None),
            ),
            (
                ("require.Equal", "require.Equal(t, 42, id)", Some("42")),
                ("require.InDelta", "require.InDelta(t, 42, id, 10)", None),
            ),
            (
                ("assert", "assert str(failed.value) == expected", None),
                ("pytest.raises", "pytest.raises(Exception)", Some("Exception")),
            ),
        ];
        for (old, new) in table {
            assert!(!is_as_much(*old, *new), "{}: {}", old.1, new.1);
        }
    }

    #[test]
    fn numbers_of_variables_do_not_count_and_values_do() {
        assert_eq!(
            unnumbered("eq(resp2.code, 403)"),
            unnumbered("eq(resp.code, 403)")
        );
        assert_ne!(
            unnumbered("eq(resp2.code, 403)"),
            unnumbered("eq(resp.code, 404)")
        );
        assert_ne!(unnumbered("eq(a, 'v1')"), unnumbered("eq(a, 'v2')"));
    }
}
