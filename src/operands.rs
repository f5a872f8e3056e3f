//! Of which values does an assertion speak?
//!
//! A place is a variable or a field as written: `cart`, `cart.items`. An equality about the whole of one says more than
//! any assertion about a part of it.

use crate::code::facts::Assertion;

/// Calls around a value that leave all of it to be compared.
const KEEPERS: &[&str] = &[
    "DeepEqual",
    "Equal",
    "String",
    "bytes",
    "dict",
    "list",
    "str",
    "string",
    "to_string",
    "tuple",
];

/// A place in the text of an assertion.
struct Place<'t> {
    path: &'t str,
    /// Nothing but what compares stands around it.
    whole: bool,
}

/// Whether one assertion is about the whole of a value and another about the same value or a part of it.
pub fn covers(whole: &Assertion, part: &Assertion) -> bool {
    let parts: Vec<&str> = places(part).map(|place| place.path).collect();
    let mut wholes = places(whole).filter(|place| place.whole);
    wholes.any(|whole| parts.iter().any(|part| is_within(part, whole.path)))
}

fn is_within(part: &str, whole: &str) -> bool {
    part.strip_prefix(whole)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn places(assertion: &Assertion) -> impl Iterator<Item = Place<'_>> {
    let text = assertion.text.as_str();
    paths(text).filter_map(|(start, path)| {
        let before = text.get(..start)?;
        let after = text.get(start + path.len()..)?.trim_start();
        let called = after.starts_with(['(', '!']) && !after.starts_with("!=");
        // of what is called, only the value it is called on
        let path = if called { path.rsplit_once('.')?.0 } else { path };
        let keeps = |name: &str| {
            name.is_empty() || assertion.name.contains(name) || KEEPERS.contains(&name) || is_keyword(name)
        };
        let whole = !called && !after.starts_with(['[', '.']) && keeps(caller(before));
        let is_value = !is_keyword(path) && path.starts_with(|c: char| c.is_alphabetic() || c == '_');
        is_value.then_some(Place { path, whole })
    })
}

/// Words of the languages that stand beside values.
fn is_keyword(word: &str) -> bool {
    [
        "assert",
        "expect",
        "if",
        "in",
        "is",
        "not",
        "and",
        "or",
        "t",
        "true",
        "false",
        "True",
        "False",
        "None",
        "nil",
        "null",
        "undefined",
        "self",
        "this",
    ]
    .contains(&word)
}

/// Maximal paths of identifiers outside strings, and where they begin; what follows a call or an index is none.
fn paths(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut at, mut quote) = (0, None);
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let first = rest.chars().next()?;
            if let Some(open) = quote {
                let escaped = first == '\\';
                quote = (first != open).then_some(open);
                at += first.len_utf8();
                if escaped {
                    at += text.get(at..)?.chars().next()?.len_utf8();
                }
                continue;
            }
            if matches!(first, '"' | '\'' | '`') {
                quote = Some(first);
            }
            if !(first.is_alphanumeric() || first == '_') {
                at += first.len_utf8();
                continue;
            }
            let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
            let length = rest.find(|c| !is_path(c)).unwrap_or(rest.len());
            let found = (at, rest.get(..length)?.trim_end_matches(['.', ':']));
            let hangs = text.get(..at)?.ends_with(['.', ']', ')']);
            at += length;
            if !hangs {
                return Some(found);
            }
        }
    })
}

/// The last part of the name of the call that is open at the end of a text; empty where none is.
fn caller(before: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in before.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' if depth > 0 => depth -= 1,
            '(' => {
                let head = before.get(..at).unwrap_or_default();
                let start = head.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '!'));
                return head.get(start.len()..).unwrap_or_default();
            }
            // inside a list or a map it is a part of the other value
            '[' | '{' => return "[",
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::facts::{AssertionKind, Strength};

    fn one(name: &str, text: &str) -> Assertion {
        Assertion {
            line: 1,
            last: 1,
            name: name.to_owned(),
            kind: AssertionKind::Value,
            strength: Strength::Equality,
            conditional: false,
            text: text.to_owned(),
            hash: 0,
            expected: None,
        }
    }

    #[test]
    fn an_equality_about_a_value_covers_what_is_said_about_its_parts() {
        for (name, whole, part) in [
            (
                "assert.Equal",
                "assert.Equal(t, expected, string(result))",
                "strings.Contains(string(result), secret)",
            ),
            ("assert", "assert key == snapshot('a')", "assert len(key) == 64"),
            (
                "assert",
                "assert found == ['start']",
                "assert found.count('start') >= 2",
            ),
            (
                "assert_eq!",
                "assert_eq!(cart, Cart::new(3))",
                "assert!(cart.items.contains(&3))",
            ),
            (
                "expect().toEqual",
                "expect(result).toEqual({ a: 1 })",
                "expect(result.a).toContain('x')",
            ),
        ] {
            assert!(covers(&one(name, whole), &one("", part)), "{whole}: {part}");
        }
    }

    #[test]
    fn an_equality_about_a_part_covers_nothing_else() {
        for (name, whole, part) in [
            ("assert", "assert len(found) == 3", "assert 'a' in found"),
            (
                "assert_eq!",
                "assert_eq!(cart.len(), 3)",
                "assert!(cart.contains(&3))",
            ),
            (
                "expect().toBe",
                "expect(result.a).toBe(1)",
                "expect(result.b).toContain('x')",
            ),
            ("assert", "assert rows[0] == 3", "assert 'a' in rows"),
            ("assert", "assert total == 'found'", "assert 'a' in found"),
            ("assert", "assert total == [found, 1]", "assert 'a' in found"),
        ] {
            assert!(!covers(&one(name, whole), &one("", part)), "{whole}: {part}");
        }
    }
}
