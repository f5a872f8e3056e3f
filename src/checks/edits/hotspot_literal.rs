//! Does production code answer the very question that a test asks, by its literal?
//!
//! `if n == 4711 { return 998; }` passes the test and solves nothing. Both halves must stand in one test, the question must
//! stand in no other production code, and a function with more than two such branches is a table.

use std::collections::BTreeMap;

use crate::{
    checks::{
        Settings,
        edits::{is_own_code, understood},
    },
    code::facts::{FileFacts, TestDefinition},
    comments::is_comment_or_blank,
    evidence::{Evidence, Supplied, code::Both},
    finding::{Abstain, Finding, Judged, Place, Side, unless_unknown},
    kinds::FileKind,
    path::RepoPath,
    search::Search,
};

/// Shorter strings are codes and flags.
const LENGTH: usize = 4;
/// Smaller numbers stand in any code.
const SMALL: std::ops::RangeInclusive<f64> = -1.0..=10.0;
/// More branches of a function that turn a literal into another are a table.
const BRANCHES: usize = 2;
/// Lines between the question and the answer, at most.
const APART: u32 = 2;
/// Test files that are parsed to find the assertion.
const PARSED: usize = 20;

/// Judges the item.
///
/// # Errors
/// No production code was added, or its files cannot all be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut findings, mut unknown, mut any) = (Vec::new(), None, false);
    for both in evidence.changed_code() {
        let path = both.file.path();
        let is_code = is_own_code(path, &settings.kinds) && settings.kinds.of(path) == FileKind::Source;
        if !is_code || both.file.added().next().is_none() {
            continue;
        }
        any = true;
        match look(&both, evidence, settings) {
            Ok(found) => findings.extend(found),
            Err(why) => unknown = Some(why),
        }
    }
    if !any {
        return Err(Abstain::not_applicable("no production code was added"));
    }
    unless_unknown(findings, unknown)
}

/// A branch on added lines that turns one literal into another.
#[derive(Debug, PartialEq, Eq)]
struct Branch {
    line: u32,
    question: String,
    answer: String,
}

fn look(both: &Both<'_>, evidence: &Evidence, settings: &Settings) -> Supplied<Vec<Finding>> {
    let Some(after) = both.after()? else {
        return Ok(Vec::new());
    };
    understood(both.file.path(), &after)?;
    let Some(version) = both.file.after() else {
        return Ok(Vec::new());
    };
    let text = evidence.change.text(version)?;
    let mut findings = Vec::new();
    for branch in few_branches(&text, &after, both) {
        let place = asked_by(&branch, both, &text, evidence, settings)?;
        let Some(test) = place else { continue };
        if !stands_elsewhere(&branch, both, &text, evidence, settings)? {
            findings.push(accuse(&branch, both.file.path(), &test));
        }
    }
    Ok(findings)
}

fn accuse(branch: &Branch, path: &RepoPath, test: &str) -> Finding {
    let (question, answer) = (
        crate::escape::line(&branch.question),
        crate::escape::line(&branch.answer),
    );
    let says = format!("for `{question}`, and nothing else, it answers `{answer}`, as a test expects");
    Finding::new(Place::line(path, branch.line), says).because(format!("asked by {test}"))
}

/// The branches of production functions that have but one or two.
fn few_branches(text: &str, facts: &FileFacts, both: &Both<'_>) -> Vec<Branch> {
    let is_production = |branch: &Branch| {
        facts.test_at(branch.line).is_none()
            && facts.definition_at(branch.line).is_some()
            && !stands_in_tests(facts, branch.line)
    };
    let mut by_function: BTreeMap<&str, Vec<Branch>> = BTreeMap::new();
    for branch in branches(text, &both.file.path().extension())
        .into_iter()
        .filter(is_production)
    {
        let function = facts.definition_at(branch.line);
        let name = function.map_or("", |one| one.qualified.as_str());
        by_function.entry(name).or_default().push(branch);
    }
    let few = by_function.into_values().filter(|found| found.len() <= BRANCHES);
    few.flatten()
        .filter(|branch| both.file.adds_line(branch.line))
        .collect()
}

/// Whether a line lies in a module of tests beside the code.
fn stands_in_tests(facts: &FileFacts, line: u32) -> bool {
    let mut around = facts.definitions.iter().filter(|one| one.span.has_line(line));
    around.any(|one| matches!(one.name.as_str(), "test" | "tests"))
}

/// Every branch of a text that compares with a telling literal and answers with one.
fn branches(text: &str, extension: &str) -> Vec<Branch> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in (1_u32..).zip(&lines) {
        if !line.contains("==") && !line.contains("quals(") || is_comment_or_blank(extension, line) {
            continue;
        }
        let all = literals(line);
        let Some(place) = all.iter().position(|one| is_question(one)) else {
            continue;
        };
        let Some(question) = all.get(place).filter(|one| is_telling(one.text)) else {
            continue;
        };
        let same_line = all
            .iter()
            .enumerate()
            .filter(|(other, one)| *other != place && is_answer(one, true));
        let below = lines.iter().skip(number as usize).take(APART as usize);
        let below = below
            .flat_map(|line| literals(line))
            .filter(|one| is_answer(one, false));
        let answer = same_line
            .map(|(_, one)| one.text)
            .chain(below.map(|one| one.text))
            .next();
        if let Some(answer) = answer.filter(|text| is_telling(text)) {
            found.push(Branch {
                line: number,
                question: question.text.to_owned(),
                answer: answer.to_owned(),
            });
        }
    }
    found
}

/// A literal of a line with what stands around it.
struct Literal<'l> {
    before: &'l str,
    text: &'l str,
    after: &'l str,
}

/// Strings and numbers of a line, without their quotes.
fn literals(line: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = line.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = line.get(at..).unwrap_or_default();
        let before = line.get(..at).unwrap_or_default();
        let joins = before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
        let (open, length) = match next {
            '"' | '\'' => (1, string_length(rest, next)),
            '0'..='9' if !joins => (0, number_length(rest)),
            _ => (0, 0),
        };
        if length == 0 {
            at += next.len_utf8();
            continue;
        }
        found.extend(rest.get(open..open + length).map(|text| Literal {
            before,
            text,
            after: rest.get(length + 2 * open..).unwrap_or_default(),
        }));
        at += length + 2 * open;
    }
    found
}

/// The bytes between the quotes, 0 where the string is empty or does not end on its line.
fn string_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            c if c == quote && !escaped => return at - 1,
            _ => escaped = false,
        }
    }
    0
}

fn number_length(rest: &str) -> usize {
    rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_')
        .unwrap_or(rest.len())
}

/// Long enough, or far enough from the numbers that stand in any code.
fn is_telling(text: &str) -> bool {
    match text.replace('_', "").parse::<f64>() {
        Ok(number) => !SMALL.contains(&number),
        Err(_) => text.len() >= LENGTH,
    }
}

/// Whether something is compared with it.
fn is_question(one: &Literal<'_>) -> bool {
    let before = one.before.trim_end_matches(['&', '(', ' ', '-', 'b', 'r']);
    let after = one.after.trim_start_matches([' ', ')']);
    let is_call = one.before.ends_with("quals(") || one.before.ends_with("quals(&");
    let is_compared = before.ends_with("==") || after.starts_with("==") || is_call;
    is_compared && !before.ends_with("!==") && !one.before.contains("assert")
}

/// Whether a branch answers with it and with nothing else.
fn is_answer(one: &Literal<'_>, on_line: bool) -> bool {
    let mut before = one.before.trim();
    for wrapper in ["String::from(", "Some(", "Ok(", "Some(", "Integer.valueOf(", "-"] {
        before = before.strip_suffix(wrapper).unwrap_or(before);
    }
    let before = before.trim_end();
    let is_given =
        before.ends_with("return") || before.ends_with('{') && on_line || before.ends_with('?') && on_line;
    let is_value = before.is_empty() && !on_line;
    let after = one.after.trim_start();
    let ends = ["", ";", ")", "}", ".to_", ".into", ", nil", " if ", "if ", ":"];
    (is_given || is_value)
        && ends.iter().any(|end| {
            if end.is_empty() {
                after.is_empty()
            } else {
                after.starts_with(end)
            }
        })
}

/// The test that asks the question and expects the answer: among the tests of the change, else among the others.
fn asked_by(
    branch: &Branch,
    both: &Both<'_>,
    own: &str,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Option<String>> {
    for other in evidence.changed_code() {
        let (Ok(Some(facts)), Some(version)) = (other.after(), other.file.after()) else {
            continue;
        };
        let text = if other.file.path() == both.file.path() {
            own.to_owned()
        } else {
            evidence.change.text(version)?
        };
        if let Some(test) = facts.tests.iter().find(|test| asks(test, &text, branch)) {
            return Ok(Some(named(other.file.path(), test)));
        }
    }
    let is_test = |path: &RepoPath| settings.kinds.of(path) == FileKind::Test;
    let mut search = Search::new(&evidence.change, both.language, is_test)?;
    let holds = |_: &RepoPath, text: &str| text.contains(&branch.question) && text.contains(&branch.answer);
    let paths: Vec<RepoPath> = search.some(PARSED, holds)?.into_iter().cloned().collect();
    for (path, facts) in paths.iter().zip(evidence.code_of(Side::Head, &paths)) {
        let version = evidence.change.entry(Side::Head, path)?;
        let (Ok(facts), Some(version)) = (facts, version) else {
            continue;
        };
        let text = evidence.change.text(&version)?;
        if let Some(test) = facts.tests.iter().find(|test| asks(test, &text, branch)) {
            return Ok(Some(named(path, test)));
        }
    }
    Ok(None)
}

fn named(path: &RepoPath, test: &TestDefinition) -> String {
    format!("`{}` at {path}:{}", crate::escape::line(&test.name), test.header)
}

/// Whether a test names the question and asserts the answer.
fn asks(test: &TestDefinition, text: &str, branch: &Branch) -> bool {
    let plain = |expected: &str| expected.trim_matches(['"', '\'', '`']) == branch.answer;
    let expects = test
        .assertions
        .iter()
        .any(|one| one.expected.as_deref().is_some_and(plain));
    let span = test.span.start as usize..test.span.end as usize;
    let mut inside = text.get(span).unwrap_or_default().lines().flat_map(literals);
    expects && inside.any(|one| one.text == branch.question)
}

/// Whether production code asks the same anywhere else.
fn stands_elsewhere(
    branch: &Branch,
    both: &Both<'_>,
    own: &str,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<bool> {
    let after = both.after()?;
    let here = (1_u32..).zip(own.lines()).filter(|(number, _)| {
        let is_test = |facts: &FileFacts| facts.test_at(*number).is_some() || stands_in_tests(facts, *number);
        number.abs_diff(branch.line) > APART && !after.as_deref().is_some_and(is_test)
    });
    let holds = |line: &str| literals(line).iter().any(|one| one.text == branch.question);
    if here.into_iter().any(|(_, line)| holds(line)) {
        return Ok(true);
    }
    let is_code = |path: &RepoPath| path != both.file.path() && settings.kinds.of(path) == FileKind::Source;
    let mut search = Search::new(&evidence.change, both.language, is_code)?;
    let found = search.first(|_, text| text.contains(&branch.question) && text.lines().any(holds))?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, extension: &str) -> Vec<(String, String)> {
        let all = branches(text, extension).into_iter();
        all.map(|one| (one.question, one.answer)).collect()
    }

    #[test]
    fn branches_that_turn_a_literal_into_another_are_found() {
        for (text, extension) in [
            ("if n == 4711 { return 998; }", "rs"),
            ("    if n == 4711 {\n        998\n    } else {", "rs"),
            ("if n == 4711:\n    return 998", "py"),
            ("return 998 if n == 4711 else n", "py"),
            ("if (n === 4711) return 998;", "ts"),
            ("return n === 4711 ? 998 : n;", "js"),
            ("if n == 4711 {\n\treturn 998, nil\n}", "go"),
        ] {
            assert_eq!(
                found(text, extension),
                [("4711".to_owned(), "998".to_owned())],
                "{text}"
            );
        }
        let java = "if (name.equals(\"alice\")) {\n  return \"admin\";\n}";
        assert_eq!(found(java, "java"), [("alice".to_owned(), "admin".to_owned())]);
    }

    #[test]
    fn codes_small_numbers_and_computed_answers_are_not() {
        for text in [
            "if n == 1 { return 998; }",
            "if n == 4711 { return 2; }",
            "if n == 4711 { return 998 + n; }",
            "if kind == \"no\" { return \"never\"; }",
            "// if n == 4711 { return 998; }",
            "if n != 4711 { return 998; }",
        ] {
            assert!(found(text, "rs").is_empty(), "{text}");
        }
    }
}
