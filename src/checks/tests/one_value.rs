//! Do all new tests of a function pass it the same value?
//!
//! Only functions that the change adds or edits, and only where two new tests or more call one with nothing but
//! literals: code that answers this one input and no other would satisfy them all.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::{Settings, edits::is_own_code},
    code::{
        LanguageId,
        facts::{Call, Definition, DefinitionKind, FileFacts, Span, TestDefinition},
    },
    evidence::{Evidence, code::Both},
    finding::{Abstain, Finding, Judged, Place, Unproven},
    kinds::{FileKind, Kinds},
    names,
};

/// Longer arguments are data, not an example.
const ARGUMENT_BYTES: usize = 400;
/// Words that stand in literals of the five languages and name nothing.
const LITERAL_WORDS: &[&str] = &[
    "true",
    "false",
    "True",
    "False",
    "None",
    "null",
    "nil",
    "undefined",
    "vec",
    "b",
    "r",
    "f",
    "u",
    "int",
    "int64",
    "string",
    "byte",
    "float64",
    "bool",
    "new",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
    "i32",
    "i64",
    "f64",
    "List",
    "of",
    "Arrays",
    "asList",
    "L",
    "e",
    "_",
];

/// A call of a function by a new test.
struct Use {
    /// Its name and the line of it.
    test: (String, u32),
    place: Place,
    argument: Option<String>,
}

/// Judges the item.
///
/// # Errors
/// No function that the change touches is called by two tests that it adds, or a file cannot be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut functions, mut unread) = (Functions::default(), None);
    // without a new test nothing is called by two of them
    let adds_tests = judged(evidence, settings).any(|both| adds_a_test(&both));
    for both in judged(evidence, settings) {
        match both.after() {
            Ok(Some(after)) if after.parses() && adds_tests => {
                functions.add(&both, &after, &settings.kinds);
            }
            Ok(Some(after)) if after.parses() => {}
            Ok(Some(after)) => {
                let line = after.errors.first().map_or(1, |error| error.line);
                let why = format!("`{}` does not parse at line {line}", both.file.path());
                unread = Some(Unproven::Insufficient(why));
            }
            Ok(None) => {}
            Err(why) => unread = Some(why),
        }
    }
    let functions = functions.of_one_name();
    let (mut findings, mut judged) = (Vec::new(), 0_usize);
    for ((name, _), uses) in uses(&functions, evidence, settings)? {
        let tests: BTreeSet<&(String, u32)> = uses.iter().map(|one| &one.test).collect();
        if tests.len() < 2 {
            continue;
        }
        judged += 1;
        findings.extend(same(name, &uses, tests.len()));
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if judged == 0 => Err(Abstain::not_applicable(
            "no function that the change touches is called by two tests that it adds",
        )),
        Some(_) | None => Ok(findings),
    }
}

fn judged<'e>(evidence: &'e Evidence, settings: &Settings) -> impl Iterator<Item = Both<'e>> {
    evidence
        .changed_code()
        .filter(|both| is_own_code(both.file.path(), &settings.kinds))
}

fn adds_a_test(both: &Both<'_>) -> bool {
    let after = both.after().ok().flatten();
    let mut tests = after.iter().flat_map(|after| &after.tests);
    tests.any(|test| both.file.adds_line(test.header))
}

/// How many functions of production code the change adds or edits, by name.
#[derive(Default)]
struct Functions(BTreeMap<(String, LanguageId), usize>);

impl Functions {
    fn add(&mut self, both: &Both<'_>, after: &FileFacts, kinds: &Kinds) {
        if kinds.of(both.file.path()) == FileKind::Test {
            return;
        }
        let edited = |one: &&Definition| {
            let free = one.kind == DefinitionKind::Function
                || (one.kind == DefinitionKind::Method && both.language == LanguageId::Java);
            free && !one.local && !one.parameters.is_empty() && !is_in_tests(after, one.span)
        };
        let touched = |one: &&Definition| both.file.added().any(|line| one.span.has_line(line.number));
        for one in after.definitions.iter().filter(edited).filter(touched) {
            let name = (one.name.clone(), both.language);
            *self.0.entry(name).or_default() += 1;
        }
    }

    /// One name means one function.
    fn of_one_name(self) -> BTreeSet<(String, LanguageId)> {
        let alone = self.0.into_iter().filter(|(_, count)| *count == 1);
        alone.map(|(name, _)| name).collect()
    }
}

fn is_in_tests(facts: &FileFacts, span: Span) -> bool {
    facts.tests.iter().any(|test| test.span.contains(&span))
        || facts.definitions.iter().any(|one| {
            one.kind == DefinitionKind::Module
                && one.span.contains(&span)
                && facts.tests.iter().any(|test| one.span.contains(&test.span))
        })
}

type Uses<'f> = BTreeMap<(&'f str, LanguageId), Vec<Use>>;

/// The calls of these functions in tests that the change adds.
fn uses<'f>(
    functions: &'f BTreeSet<(String, LanguageId)>,
    evidence: &Evidence,
    settings: &Settings,
) -> Result<Uses<'f>, Unproven> {
    let mut found: Uses<'f> = BTreeMap::new();
    if functions.is_empty() {
        return Ok(found);
    }
    for both in judged(evidence, settings) {
        let Some(after) = both.after().ok().flatten().filter(|after| after.parses()) else {
            continue;
        };
        let new: Vec<&TestDefinition> = after
            .tests
            .iter()
            .filter(|test| both.file.adds_line(test.header))
            .collect();
        if new.is_empty() {
            continue;
        }
        let Some(version) = both.file.after() else {
            continue;
        };
        let text = evidence.change.text(version)?;
        let lines: Vec<&str> = text.lines().collect();
        for call in &after.calls {
            let Some(function) = function(call, both.language, functions) else {
                continue;
            };
            let around = new.iter().filter(|test| test.span.has_line(call.line));
            let Some(test) = around.min_by_key(|test| test.span.end - test.span.start) else {
                continue;
            };
            found.entry(function).or_default().push(Use {
                test: (test.name.clone(), test.header),
                place: Place::line(both.file.path(), call.line),
                argument: argument(&lines, call),
            });
        }
    }
    Ok(found)
}

/// The function that a call means: by its bare name, or behind a module or a class.
fn function<'f>(
    call: &Call,
    language: LanguageId,
    functions: &'f BTreeSet<(String, LanguageId)>,
) -> Option<(&'f str, LanguageId)> {
    if call.positional == 0 && call.keywords.is_empty() {
        return None;
    }
    let name = call.name();
    let known = |one: &&(String, LanguageId)| one.0 == name && alike(one.1, language);
    let (name, language) = functions.iter().find(known)?;
    Some((name, *language))
}

/// JavaScript and TypeScript call each other.
fn alike(one: LanguageId, other: LanguageId) -> bool {
    let script = |language| {
        matches!(
            language,
            LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx
        )
    };
    one == other || (script(one) && script(other))
}

/// What stands between the brackets of a call, without blanks, where it is nothing but literals.
fn argument(lines: &[&str], call: &Call) -> Option<String> {
    let first = usize::try_from(call.line).ok()?.checked_sub(1)?;
    let rest = lines.get(first..lines.len().min(first + 12))?.join("\n");
    let start = rest.find(&format!("{}(", call.name()))? + call.name().len() + 1;
    let inside = inside(rest.get(start..)?)?;
    is_literal(&inside).then_some(inside)
}

/// A text up to the bracket that closes it, without blanks outside strings.
fn inside(text: &str) -> Option<String> {
    let (mut depth, mut quote, mut kept) = (1_usize, None, String::new());
    let mut before = ' ';
    for c in text.chars().take(ARGUMENT_BYTES) {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if matches!(c, '(' | '[' | '{') => depth += 1,
            None if matches!(c, ')' | ']' | '}') => depth -= 1,
            None => {}
        }
        if depth == 0 {
            return Some(kept.trim_end_matches(',').to_owned());
        }
        if quote.is_some() || !c.is_whitespace() {
            kept.push(c);
        }
        before = c;
    }
    None
}

/// Whether a text names nothing: strings, numbers, and the words of literals.
fn is_literal(text: &str) -> bool {
    let (mut plain, mut quote, mut before) = (String::new(), None, ' ');
    for c in text.chars() {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => {
                quote = Some(c);
                plain.push(' ');
            }
            None => plain.push(c),
        }
        before = c;
    }
    let mut words = names::words(&plain);
    let known = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) || LITERAL_WORDS.contains(&word);
    let telling = text
        .chars()
        .any(|c| c.is_ascii_digit() || matches!(c, '"' | '\'' | '`'));
    telling && words.all(known)
}

fn same(name: &str, uses: &[Use], tests: usize) -> Option<Finding> {
    let first = uses.first()?;
    let value = first.argument.as_deref()?;
    if !uses.iter().all(|one| one.argument.as_deref() == Some(value)) {
        return None;
    }
    let shown = crate::escape::line(&crate::escape::cut(value, 80)).into_owned();
    let name = crate::escape::line(name);
    let says = format!("all {tests} new tests of `{name}` pass it the same value: `{shown}`");
    Some(Finding::new(first.place.clone(), says))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_told_from_names() {
        for text in [
            "[1, 2]",
            "\"a b\", true",
            "vec![1, 2]",
            "[]int{3}",
            "{'a': 1}",
            "List.of(1, 2)",
            "-4",
        ] {
            let text = inside(&format!("{text})")).unwrap();
            assert!(is_literal(&text), "{text}");
        }
        for text in ["prices", "[1, x]", "total(2)", "&path", "", "None", "*args"] {
            let text = inside(&format!("{text})")).unwrap();
            assert!(!is_literal(&text), "{text}");
        }
    }

    #[test]
    fn what_a_call_passes_ends_at_its_bracket() {
        assert_eq!(inside("1, (2) ), 3)").unwrap(), "1,(2)");
        assert_eq!(inside("\"a ) b\", 1)").unwrap(), "\"a ) b\",1");
        assert_eq!(inside("1, 2"), None);
        assert_eq!(inside(&"(".repeat(1_000)), None);
    }
}
