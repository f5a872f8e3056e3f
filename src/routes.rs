//! Which addresses of the project's own web application does a new test of Python ask for, and nothing serves?
//!
//! Routes are put together from prefixes, tables and patterns, so nobody makes a list of them here. But a word of an address
//! that stands nowhere else in the repository's Python, in whatever spelling, is no part of a route of its own. It is
//! named only where the test talks to an application of the project through a test client of Flask, FastAPI, Starlette or
//! Django, expects no refusal, and no route takes just any address.

use crate::{
    code::{
        LanguageId,
        facts::{FileFacts, TestDefinition},
    },
    evidence::{Supplied, change::Change, code::Both, manifests::internal::folders_above},
    finding::Side,
    fixtures,
    path::RepoPath,
    search::Search,
};

/// What makes a client that talks to an application without a network.
const CLIENTS: &[&str] = &[
    "APIClient(",
    "ASGITransport(",
    "TestClient(",
    "django.test",
    "django_db",
    "test_client(",
];
/// What answers in the place of an application.
const STAND_INS: &[&str] = &[
    "MockTransport",
    "aioresponses",
    "httpx_mock",
    "requests_mock",
    "respx",
    "responses.",
    "vcr",
];
/// What a test says that expects to be refused: then nothing need be there.
const REFUSED: &[&str] = &[
    "401",
    "403",
    "404",
    "405",
    "FORBIDDEN",
    "NOT_FOUND",
    "Not Found",
    "UNAUTHORIZED",
    "invalid",
    "missing",
    "nonexist",
    "not_found",
    "raises(",
    "unknown",
];
/// What shows that a route takes any address, or that addresses stand in other files than Python.
const TAKES_ALL: &[&str] = &[
    ":path}",
    "<path:",
    "connexion",
    "mount(\"\"",
    "mount(\"/\"",
    "mount('/'",
    "path(\"<slug",
    "path(\"<str",
    "path('<slug",
    "path('<str",
    "re_path(",
];
/// How the first part of an address is written that may be anything, where the application itself has the route.
const ANY_FIRST: &[&str] = &["\"/<", "\"/{", "'/<", "'/{"];
/// Methods of clients that ask for an address.
const METHODS: &[&str] = &["delete", "get", "head", "options", "patch", "post", "put"];
/// Parts of addresses that a framework, a server or a package may bring along.
const COMMON: &[&str] = &[
    "accounts",
    "admin",
    "auth",
    "callback",
    "debug",
    "docs",
    "events",
    "graphql",
    "health",
    "healthz",
    "index",
    "internal",
    "livez",
    "login",
    "logout",
    "media",
    "messages",
    "metrics",
    "oauth",
    "oauth2",
    "openapi",
    "ping",
    "private",
    "public",
    "ready",
    "readyz",
    "redoc",
    "register",
    "rest",
    "schema",
    "signup",
    "static",
    "status",
    "swagger",
    "token",
    "version",
    "well-known",
];
/// Shorter words stand in any code.
const LEAST: usize = 4;

/// An address that a test asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unserved {
    /// The 1-based line of the call.
    pub line: u32,
    /// The address as written, without what is put in.
    pub address: String,
    /// The word of it that stands nowhere else.
    pub word: String,
}

/// The addresses of a new test of which a word stands nowhere else.
///
/// # Errors
/// The tree of the head is not known, or is too large to be searched.
pub fn unserved(
    both: &Both<'_>,
    facts: &FileFacts,
    test: &TestDefinition,
    change: &Change,
) -> Supplied<Vec<Unserved>> {
    let Some(version) = both.file.after().filter(|_| both.language == LanguageId::Python) else {
        return Ok(Vec::new());
    };
    let text = change.text(version)?;
    let asked = asked(facts, test, &text);
    if asked.is_empty()
        || fixtures::brings_packages(change)
        || STAND_INS.iter().any(|part| text.contains(part))
        || !talks_to_the_application(&version.path, &text, change)?
    {
        return Ok(Vec::new());
    }
    let mut unserved = Vec::new();
    for (line, address) in asked {
        for word in telling(&address) {
            if !stands_beside(&word, facts, &text) && !stands_elsewhere(&word, both, change)? {
                unserved.push(Unserved {
                    line,
                    address: address.clone(),
                    word,
                });
                break;
            }
        }
    }
    Ok(unserved)
}

/// The addresses that a test asks for, where it expects an answer.
fn asked(facts: &FileFacts, test: &TestDefinition, text: &str) -> Vec<(u32, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let line = |number: u32| {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        lines.get(index).copied()
    };
    let mut own = (test.span.first..=test.span.last).filter_map(line);
    if own.any(|line| REFUSED.iter().any(|word| line.contains(word))) {
        return Vec::new();
    }
    let calls = facts.calls.iter().filter(|call| test.span.has_line(call.line));
    let asked = calls.filter_map(|call| {
        let (receiver, method) = call.callee.rsplit_once('.')?;
        let client = receiver.rsplit('.').next()?.trim_end_matches("()");
        if !client.to_lowercase().contains("client") || !METHODS.contains(&method) {
            return None;
        }
        let (_, behind) = line(call.line)?.split_once(&format!(".{method}("))?;
        let first = match behind.trim() {
            "" => line(call.line.checked_add(1)?)?,
            behind => behind,
        };
        Some((call.line, address(first.trim())?))
    });
    asked.collect()
}

/// The address in a literal, up to what is put in or asked for.
fn address(literal: &str) -> Option<String> {
    let (is_form, literal) = match literal.strip_prefix('f') {
        Some(literal) => (true, literal),
        None => (false, literal),
    };
    let quote = literal.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = literal.get(1..)?.split(quote).next()?;
    let ends: &[char] = if is_form { &['?', '#', '{'] } else { &['?', '#'] };
    let end = inside.find(ends).unwrap_or(inside.len());
    let path = inside.get(..end)?;
    // what stands before a value is a part of a word
    let whole = match inside.get(end..)?.starts_with('{') {
        true => path.get(..=path.rfind('/')?)?,
        false => path,
    };
    (whole.starts_with('/') && whole.len() > 1).then(|| whole.to_owned())
}

/// The words of an address that are no values: the first one, and one behind a number.
fn telling(address: &str) -> Vec<String> {
    let parts: Vec<&str> = address.split('/').filter(|part| !part.is_empty()).collect();
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && is_number(rest))
    };
    let is_word = |part: &&str| {
        let letters = part
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'));
        letters && plain(part).len() >= LEAST
    };
    let prefix = |part: &&&str| **part == "api" || is_version(part) || COMMON.contains(*part);
    let first = parts
        .iter()
        .find(|part| !prefix(part))
        .filter(|part| is_word(part));
    let behind = parts.windows(2).filter_map(|pair| match pair {
        [number, word] if is_number(number) && is_word(word) => Some(word),
        _ => None,
    });
    let mut found: Vec<String> = first
        .into_iter()
        .chain(behind)
        .map(|part| (*part).to_owned())
        .collect();
    found.dedup();
    found
}

/// Letters and digits, small: `order-items`, `OrderItems` and `order_items` are one.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Whether a text holds a word in any spelling, or what it is the plural of.
fn holds(text: &str, word: &str) -> bool {
    let word = plain(word);
    let stem = ["ies", "es", "s"].iter().find_map(|end| word.strip_suffix(end));
    let stem = stem.filter(|stem| stem.len() + 1 >= LEAST).unwrap_or(&word);
    plain(text).contains(stem)
}

/// Whether the file or a `conftest.py` above it makes a client of an application.
fn talks_to_the_application(path: &RepoPath, text: &str, change: &Change) -> Supplied<bool> {
    let makes = |text: &str| CLIENTS.iter().any(|part| text.contains(part));
    if makes(text) {
        return Ok(true);
    }
    for folder in folders_above(path) {
        let beside = if folder.is_empty() {
            "conftest.py".to_owned()
        } else {
            format!("{folder}/conftest.py")
        };
        let Ok(beside) = RepoPath::new(beside) else {
            continue;
        };
        if let Some(version) = change.entry(Side::Head, &beside)?
            && makes(&change.text(&version)?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the file itself holds the word outside of what its tests ask for.
fn stands_beside(word: &str, facts: &FileFacts, text: &str) -> bool {
    let serves =
        |line: &str| line.trim_start().starts_with('@') || line.contains("oute") || line.contains("path(");
    let mut outside = (1_u32..)
        .zip(text.lines())
        .filter(|(number, line)| facts.test_at(*number).is_none() || serves(line));
    outside.any(|(_, line)| holds(line, word))
}

/// Whether another file of Python holds the word, or a route there takes any address, or a file is called so.
fn stands_elsewhere(word: &str, both: &Both<'_>, change: &Change) -> Supplied<bool> {
    let paths = change.every_path(Side::Head)?;
    if paths
        .iter()
        .any(|path| path != both.file.path() && holds(&path.lossy(), word))
    {
        return Ok(true);
    }
    let mut search = Search::new(change, LanguageId::Python, |path| path != both.file.path())?;
    Ok(search
        .first(|_, text| takes_all(text) || holds(text, word))?
        .is_some())
}

/// Whether a route of a file takes any address; below a prefix only the application's own routes do.
fn takes_all(text: &str) -> bool {
    let any_first = |line: &str| {
        line.trim_start().starts_with("@app") && ANY_FIRST.iter().any(|part| line.contains(part))
    };
    TAKES_ALL.iter().any(|part| text.contains(part)) || text.lines().any(any_first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_up_to_what_is_put_in() {
        for (literal, expected) in [
            ("\"/orders/7\")", Some("/orders/7")),
            ("'/orders?page=2', headers=h)", Some("/orders")),
            ("f\"/orders/{order.id}/items\")", Some("/orders/")),
            ("f\"/orders-{day}\")", None),
            ("\"https://example.org/orders\")", None),
            ("url)", None),
            ("\"/\")", None),
        ] {
            assert_eq!(address(literal).as_deref(), expected, "{literal}");
        }
    }

    #[test]
    fn only_words_that_can_be_no_values_tell() {
        for (address, expected) in [
            ("/api/v1/orders/7", &["orders"][..]),
            ("/orders/7/refunds", &["orders", "refunds"]),
            ("/orders/blue", &["orders"]),
            ("/7/refunds", &["refunds"]),
            ("/health", &[]),
            ("/Orders", &[]),
        ] {
            assert_eq!(telling(address), expected, "{address}");
        }
    }

    #[test]
    fn a_word_is_found_in_any_spelling() {
        assert!(holds("class OrderItem(Model):", "order-items"));
        assert!(holds("prefix = \"/categories\"", "categories"));
        assert!(holds("def category(name):", "categories"));
        assert!(!holds("def total(order):", "invoices"));
    }
}
