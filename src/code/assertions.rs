//! How much does a call prove that is named like an assertion?

use super::{
    draft::{Argument, Assertion, Call, Condition, Draft},
    facts::{AssertionKind, Strength},
};

/// How a known name asserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Two values are the same.
    Equal,
    /// Two values differ, or one says something about the other.
    Compare,
    /// One value is there, true or of a kind.
    Truth,
    /// The first argument is a condition.
    Condition,
    /// The first argument is a value and the second a matcher.
    Matcher,
    /// Something fails, with a type or a text in the arguments.
    Raises,
    /// A picture of the value is compared with a stored one.
    Snapshot,
    /// A stand-in was called with these arguments.
    CalledWith,
    /// A stand-in was called.
    Called,
    /// The test fails here.
    Fail,
    /// It begins an assertion that another name ends.
    Begins,
}

/// One line of a table: the first part of the path (empty for any), its last part or parts, and how it asserts.
pub(crate) type Name = (&'static str, &'static str, Rule);

/// What a language calls its assertions.
#[derive(Debug)]
pub(crate) struct Names {
    /// Every known name.
    pub(crate) assertions: &'static [Name],
    /// Beginnings of names that house assertions have: `assert`, `expect`.
    pub(crate) house: &'static [&'static str],
    /// First arguments that are the test itself: `t`.
    pub(crate) handles: &'static [&'static str],
    /// What known names are called on, where the names alone are too common; empty for anything.
    pub(crate) receivers: &'static [&'static str],
    /// A message may stand before the values.
    pub(crate) message_first: bool,
}

impl Names {
    /// How a callee asserts, and whether it is a house name.
    pub(crate) fn rule(&self, call: &Call) -> Option<(Rule, bool)> {
        let (root, name) = (call.root(), call.name());
        let received = self.receivers.is_empty() || self.receivers.contains(&root);
        let end = call.callee.as_bytes().last();
        let known = self.assertions.iter().find(|(first, last, _)| {
            // every call of a file is compared with every line: what rules most out comes first
            let same_end = last.as_bytes().last() == end;
            let named = *last == name || same_end && call.callee.ends_with(last) && last.contains('.');
            named && (*first == root || first.is_empty() && received)
        });
        if let Some((_, _, rule)) = known {
            return Some((*rule, false));
        }
        let house = self.house.iter().any(|start| begins_word(name, start));
        house.then_some((Rule::Compare, true))
    }
}

/// `assertFoo`, `assert_foo` and `assert` begin with the word `assert`; `assertion` and `assertive` do not.
fn begins_word(name: &str, start: &str) -> bool {
    let Some(rest) = name.strip_prefix(start) else {
        return false;
    };
    rest.chars()
        .next()
        .is_none_or(|next| next == '_' || next == '!' || next.is_uppercase())
}

/// What a call asserts by the rule for its name; `None` where it only begins an assertion.
pub(crate) fn of(
    call: &Call,
    (rule, house): (Rule, bool),
    names: &Names,
    draft: &Draft<'_>,
) -> Option<Assertion> {
    let negated = call.callee.contains(".not.") || call.callee.contains(".not_to.");
    let values = values(call, names, draft);
    let (kind, proven) = match rule {
        Rule::Begins => return None,
        Rule::Equal => (
            AssertionKind::Value,
            equal(&values, call.subject.is_some(), negated, draft),
        ),
        Rule::Compare if house => (AssertionKind::House, Condition::of(Strength::Comparison)),
        Rule::Compare => (AssertionKind::Value, compare(&values, draft)),
        Rule::Truth => (AssertionKind::Value, truth(&values)),
        Rule::Condition => (AssertionKind::Value, condition(&values)),
        Rule::Matcher => (AssertionKind::Value, matcher(&values)?),
        Rule::Raises => (AssertionKind::Exception, raises(call, &values, negated, draft)),
        Rule::Snapshot => (AssertionKind::Snapshot, Condition::of(Strength::Equality)),
        Rule::CalledWith => (AssertionKind::Mock, Condition::of(Strength::Equality)),
        Rule::Called => (AssertionKind::Mock, Condition::of(Strength::Truthiness)),
        Rule::Fail => (AssertionKind::Fail, Condition::of(Strength::Truthiness)),
    };
    Some(Assertion {
        range: call.range,
        name: call.callee.clone(),
        kind,
        strength: proven.strength,
        expected: proven.expected,
    })
}

/// What is compared: the subject of the chain, then the arguments without the test handle.
fn values<'c>(call: &'c Call, names: &Names, draft: &Draft<'_>) -> Vec<&'c Argument> {
    let is_handle = |one: &Argument| names.handles.contains(&draft.slice(one.range));
    let chained = call.callee.contains("()");
    let subject = call.subject.as_ref().filter(|_| chained);
    let arguments = call.positional().skip_while(move |one| is_handle(one));
    let mut values: Vec<&Argument> = subject.into_iter().chain(arguments).collect();
    if names.message_first && !chained && has_message(&values) {
        values.remove(0);
    }
    values
}

/// `assertEquals("message", 1, f())` and `assertTrue("message", f())`.
fn has_message(values: &[&Argument]) -> bool {
    match values {
        [first, last] => first.text.is_some() && last.condition.is_some() && last.literal.is_none(),
        [first, .., last] => first.text.is_some() && last.text.is_none(),
        [] | [_] => false,
    }
}

fn same(values: &[&Argument], draft: &Draft<'_>) -> bool {
    let [left, right, ..] = values else { return false };
    let both_literal = left.literal.is_some() && right.literal.is_some();
    both_literal || draft.slice(left.range) == draft.slice(right.range)
}

fn equal(values: &[&Argument], chained: bool, negated: bool, draft: &Draft<'_>) -> Condition {
    if same(values, draft) {
        return Condition::of(Strength::None);
    }
    let several = chained && values.len() > 2;
    let pair = if several { &[][..] } else { values };
    let expected = pair.iter().take(2).rev().find_map(|one| one.literal.clone());
    let strength = match expected.as_deref() {
        Some(literal) if is_bare(literal) => Strength::Truthiness,
        _ if negated => Strength::Comparison,
        Some(_) | None => Strength::Equality,
    };
    Condition { strength, expected }
}

/// A literal that says no more than that something is there, true or absent.
pub(crate) fn is_bare(literal: &str) -> bool {
    matches!(
        literal,
        "true" | "false" | "True" | "False" | "None" | "null" | "nil" | "undefined"
    )
}

fn compare(values: &[&Argument], draft: &Draft<'_>) -> Condition {
    if same(values, draft) {
        return Condition::of(Strength::None);
    }
    let expected = values.get(1).and_then(|one| one.literal.clone());
    Condition {
        strength: Strength::Comparison,
        expected,
    }
}

fn truth(values: &[&Argument]) -> Condition {
    let constant = values.first().is_some_and(|one| one.literal.is_some());
    Condition::of(if constant {
        Strength::None
    } else {
        Strength::Truthiness
    })
}

fn condition(values: &[&Argument]) -> Condition {
    let Some(first) = values.first() else {
        return Condition::of(Strength::None);
    };
    match (&first.condition, &first.literal) {
        (_, Some(_)) => Condition::of(Strength::None),
        (Some(condition), None) => condition.clone(),
        (None, None) => Condition::of(Strength::Truthiness),
    }
}

/// `assertThat(value, is(5))`; with one argument it begins a chain.
fn matcher(values: &[&Argument]) -> Option<Condition> {
    let [.., matcher] = values else { return None };
    if values.len() < 2 {
        return None;
    }
    let last = matcher.calls.as_deref().map(super::facts::last_part);
    Some(Condition::of(match last {
        Some("is" | "equalTo" | "eq" | "sameInstance" | "equals_to") => Strength::Equality,
        Some("notNullValue" | "nullValue" | "ok" | "some" | "none" | "anything") => Strength::Truthiness,
        Some(_) | None => Strength::Comparison,
    }))
}

/// Whether an argument is the code that must fail, not what it must fail with.
fn is_function(text: &str) -> bool {
    let head = text.split('{').next().unwrap_or(text);
    ["func(", "function", "async", "lambda"]
        .iter()
        .any(|word| text.starts_with(word))
        || head.contains("=>")
        || head.contains("->")
        || head.contains("::")
}

/// The widest types prove only that something failed.
const WIDE: &[&str] = &[
    "Exception",
    "BaseException",
    "Throwable",
    "RuntimeException",
    "Error",
    "Exception.class",
    "Throwable.class",
    "RuntimeException.class",
];

fn raises(call: &Call, values: &[&Argument], negated: bool, draft: &Draft<'_>) -> Condition {
    if negated {
        return Condition::of(Strength::Truthiness);
    }
    let chained = call.callee.contains("()") && call.subject.is_some();
    let mut rest = values.iter().skip(usize::from(chained));
    let named = rest.find(|one| !is_function(draft.slice(one.range)));
    let by_name = call
        .keyword("match")
        .or_else(|| call.keyword("expected_exception"));
    let expected = named
        .copied()
        .or(by_name)
        .map(|one| draft.slice(one.range).to_owned());
    let narrow = expected.as_deref().is_some_and(|text| !WIDE.contains(&text));
    let strength = if narrow || call.keyword("match").is_some() {
        Strength::Comparison
    } else {
        Strength::Truthiness
    };
    Condition { strength, expected }
}
