//! Are the facts of a file with every construct what a person reads in it?

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that cannot be read is a failed test"
)]

use std::{fmt::Write as _, fs, path::Path};

use countersign::{
    code::{
        FileFacts, LanguageId,
        facts::{Definition, Strength, TestDefinition},
        parser::{Parser, Source},
    },
    finding::Unproven,
    path::RepoPath,
};

fn parser() -> Parser {
    Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into()))
}

fn source(name: &str, bytes: &[u8]) -> Source {
    let path = RepoPath::new(name).unwrap();
    Source {
        name: name.to_owned(),
        language: LanguageId::of(&path).unwrap(),
        bytes: bytes.to_vec(),
    }
}

fn facts_of(name: &str, text: &str) -> Result<FileFacts, Unproven> {
    let load = |_| Ok(source(name, text.as_bytes()));
    parser().read(1, &load).remove(0)
}

fn low(value: impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

fn definition(one: &Definition) -> String {
    let parameter = |one: &countersign::code::facts::Parameter| {
        let mark = match (one.required, one.variadic, one.keyword_only) {
            (_, true, _) => "...",
            (false, _, true) => "?=",
            (true, _, true) => "=",
            (false, _, false) => "?",
            (true, _, false) => "",
        };
        format!("{}{mark}", one.name)
    };
    let mut text = format!("{} {} {}", low(one.kind), low(one.visibility), one.qualified);
    if one.kind.is_function() {
        let parameters: Vec<String> = one.parameters.iter().map(parameter).collect();
        write!(text, "({})", parameters.join(", ")).unwrap();
    }
    if let Some(returns) = &one.returns {
        write!(text, " -> {returns}").unwrap();
    }
    if one.local {
        text.push_str(" local");
    }
    if !one.decorators.is_empty() {
        write!(text, " @{}", one.decorators.join(" @")).unwrap();
    }
    format!("{}-{} {text}", one.span.first, one.span.last)
}

fn test(one: &TestDefinition, lines: &mut Vec<String>) {
    let mut path = one.groups.clone();
    path.push(one.name.clone());
    let mut text = format!(
        "{}-{} {} {}",
        one.span.first,
        one.span.last,
        low(one.kind),
        path.join(" > ")
    );
    for (set, word) in [
        (one.parametrised, "parametrised"),
        (one.dynamic, "dynamic"),
        (one.expects_exception, "expects-exception"),
    ] {
        if set {
            write!(text, " {word}").unwrap();
        }
    }
    if let Some(title) = &one.title {
        write!(text, " titled {title:?}").unwrap();
    }
    write!(text, ": {}", low(one.strength())).unwrap();
    lines.push(text);
    for marker in &one.markers {
        let mut text = format!("  {} {} {}", marker.line, low(marker.kind), marker.name);
        if let Some(reason) = &marker.reason {
            write!(text, " {reason:?}").unwrap();
        }
        text.push_str(if marker.conditional { " conditional" } else { "" });
        text.push_str(if marker.inherited { " inherited" } else { "" });
        lines.push(text);
    }
    for one in &one.assertions {
        let mut text = format!(
            "  {} {} {} {}",
            one.line,
            low(one.kind),
            one.name,
            low(one.strength)
        );
        if let Some(expected) = &one.expected {
            write!(text, " {expected}").unwrap();
        }
        text.push_str(if one.conditional { " conditional" } else { "" });
        lines.push(text);
    }
    for (name, strength) in &one.helpers {
        lines.push(format!("  helper {name} {}", low(strength)));
    }
}

fn rendered(facts: &FileFacts) -> String {
    let mut lines = vec!["definitions".to_owned()];
    lines.extend(facts.definitions.iter().map(definition));
    lines.push("tests".to_owned());
    facts.tests.iter().for_each(|one| test(one, &mut lines));
    lines.push("helpers".to_owned());
    let helpers = facts.helpers.iter();
    lines.extend(helpers.map(|one| format!("{} {} {}", one.line, one.qualified, low(one.strength))));
    lines.push("imports".to_owned());
    for one in &facts.imports {
        let part = |word: &str, value: &Option<String>| {
            value
                .as_ref()
                .map_or_else(String::new, |value| format!(" {word} {value}"))
        };
        let (item, alias) = (part("takes", &one.name), part("as", &one.alias));
        let near = if one.relative { " relative" } else { "" };
        lines.push(format!("{} {}{item}{alias}{near}", one.line, one.path));
    }
    let spans = |spans: &[countersign::code::facts::Span]| {
        let all: Vec<String> = spans.iter().map(|one| one.first.to_string()).collect();
        all.join(" ")
    };
    lines.push(format!("comments {}", spans(&facts.comments)));
    lines.push(format!("docstrings {}", spans(&facts.docstrings)));
    lines.push(format!("strings {}", facts.strings.len()));
    let errors: Vec<u32> = facts.errors.iter().map(|one| one.line).collect();
    lines.push(format!("errors {errors:?}"));
    lines.join("\n") + "\n"
}

fn fixture(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let expected = fs::read_to_string(folder.join(format!("{name}.expected"))).unwrap_or_default();
    let found = rendered(&facts_of(name, &text).unwrap());
    if found != expected {
        let missing: Vec<&str> = expected
            .lines()
            .filter(|line| !found.lines().any(|one| one == *line))
            .collect();
        let surplus: Vec<&str> = found
            .lines()
            .filter(|line| !expected.lines().any(|one| one == *line))
            .collect();
        panic!(
            "{name}: lacks\n{}\nhas too much\n{}\nwhole\n{found}",
            missing.join("\n"),
            surplus.join("\n")
        );
    }
}

#[test]
fn rust_facts_are_what_a_person_reads() {
    fixture("all.rs");
}

#[test]
fn python_facts_are_what_a_person_reads() {
    fixture("all.py");
}

#[test]
fn typescript_facts_are_what_a_person_reads() {
    fixture("all.test.ts");
}

#[test]
fn go_facts_are_what_a_person_reads() {
    fixture("all_test.go");
}

#[test]
fn java_facts_are_what_a_person_reads() {
    fixture("AllTest.java");
}

#[test]
fn strength_is_ordered() {
    assert!(Strength::Equality > Strength::Comparison);
    assert!(Strength::Comparison > Strength::Truthiness);
    assert!(Strength::Truthiness > Strength::None);
}
