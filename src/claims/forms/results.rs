//! What is said about the results of tests: that all pass, or how many did?

use super::{Draft, Found, from, holds, holds_anywhere};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why, begins},
        tokens::{Kind, Token},
    },
    evidence::claims::Form,
};

const NOUNS: &[&str] = &[
    "test",
    "tests",
    "suite",
    "suites",
    "testsuite",
    "specs",
    "test-suite",
    "testcases",
];

/// Words that come between "tests" and "pass".
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "are", "is", "now", "all", "still", "have", "has", "been", "continue", "continues", "to", "also",
    "successfully", "remain", "remains", "cases", "case", "suite", "suites", "both",
];

const PASS: &[&str] = &[
    "pass",
    "passes",
    "passed",
    "passing",
    "green",
    "succeed",
    "succeeds",
    "succeeded",
    "successful",
];

/// Words that make a universal statement a part of one.
const EXCEPT: &[&str] = &[
    "except",
    "apart from",
    "other than",
    "all but",
    "but",
    "aside from",
    "besides",
    "excluding",
    "only",
    "except for",
    "minus",
    "most",
    "almost",
    "nearly",
    "some",
];

/// Words in front of "tests" that add nothing, or say which.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "all", "every", "the", "full", "entire", "whole", "complete", "our", "these", "of", "each", "automated",
    "that", "test", "and", "both", "verified", "confirmed", "ensured", "checked", "validated", "project",
    "project's", "current", "available",
];

/// The claims about results.
///
/// # Errors
/// Results are spoken of, and not claimed.
pub fn read(reading: &Reading<'_>) -> Found {
    let counted = counts(reading)?;
    let all = match all_pass(reading) {
        Err(_) if !counted.is_empty() => Vec::new(),
        told => told?,
    };
    let known = |draft: &Draft| {
        all.iter()
            .any(|other| other.count.passed.is_some() && other.count.passed == draft.count.passed)
    };
    let counted = counted.into_iter().filter(|draft| !known(draft)).collect();
    Ok([all, counted].concat())
}

fn all_pass(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let Some((noun, pass)) = statement(tokens) else {
        return Ok(Vec::new());
    };
    if let Some(why) = withheld(reading, pass) {
        return Err(why);
    }
    let Some(scope) = Scope::of(tokens.get(..noun).unwrap_or_default()) else {
        return Err(Why::NoForm);
    };
    let mild = if holds_anywhere(reading, EXCEPT) {
        Some("it names an exception")
    } else if super::owns_up(reading) {
        Some("it also tells of failures")
    } else {
        scope.mild
    };
    let (place, loose) = behind(from(tokens, pass + 1));
    let mut drafts = Vec::new();
    if scope.universal || scope.number.is_none() {
        let draft = Draft::new(Form::AllPass).within(place.clone().or_else(|| scope.name.clone()));
        drafts.push(draft.mild(mild).mild(loose));
    }
    if let Some(number) = scope.number.filter(|_| !is_suites(tokens, noun)) {
        let mut draft = Draft::new(Form::CountPass)
            .within(place.or(scope.name))
            .mild(mild)
            .mild(loose);
        draft.count.passed = Some(number);
        drafts.push(draft);
    }
    Ok(drafts)
}

/// "33 test suites pass": suites are no cases.
fn is_suites(tokens: &[Token], noun: usize) -> bool {
    let near = tokens.get(noun..noun + 2).unwrap_or_default();
    near.iter().any(|token| token.is_one_of(&["suite", "suites"]))
}

/// Where "tests" and "pass" stand, with nothing of its own between them.
fn statement(tokens: &[Token]) -> Option<(usize, usize)> {
    let nouns = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.is_one_of(NOUNS));
    nouns.map(|(at, _)| at).find_map(|noun| {
        let rest = from(tokens, noun + 1);
        let skipped = rest
            .iter()
            .take_while(|token| token.is_one_of(BETWEEN) || token.is_mark(":"))
            .count();
        let pass = noun + 1 + skipped;
        let passes = tokens.get(pass).is_some_and(|token| token.is_one_of(PASS));
        (passes && skipped <= 6).then_some((noun, pass))
    })
}

/// The cue that takes a statement about results away: anything conditional anywhere, anything else in front.
fn withheld(reading: &Reading<'_>, pass: usize) -> Option<Why> {
    let anywhere = reading.cue_but(&[Why::Known, Why::Negation, Why::Elsewhere, Why::Earlier]);
    let before = reading.cue_before(pass + 1).filter(|why| *why != Why::Known);
    let negated = || {
        reading
            .tokens
            .iter()
            .take(pass)
            .any(|token| token.is_one_of(&["not", "no", "never", "n't", "don't", "doesn't"]))
    };
    anywhere.or(before).or_else(|| negated().then_some(Why::Negation))
}

/// Which tests are meant.
struct Scope {
    universal: bool,
    number: Option<u64>,
    name: Option<String>,
    mild: Option<&'static str>,
}

impl Scope {
    /// From the words in front of "tests"; `None` where they are no part of the statement.
    fn of(head: &[Token]) -> Option<Self> {
        let mut scope = Self {
            universal: false,
            number: None,
            name: None,
            mild: None,
        };
        let start = head
            .iter()
            .rposition(|token| token.kind == Kind::Mark && !matches!(token.text.as_str(), "," | "&"));
        let mut names: Vec<&Token> = Vec::new();
        for token in from(head, start.map_or(0, |start| start + 1)) {
            if token.is_one_of(&["all", "every", "full", "entire", "whole", "complete"]) {
                scope.universal = true;
            } else if token.is_mark(",") || token.is_one_of(&["and"]) {
                scope.mild = Some("it names several sets of tests");
            } else if token.text.contains('/') && fraction(std::slice::from_ref(token)).is_some() {
                return None;
            } else if let Some(number) = token.number() {
                scope.mild = scope.mild.or(scope.number.map(|_| "it gives several numbers"));
                scope.number = Some(number);
            } else if !token.is_one_of(WHOLE) {
                names.push(token);
            }
        }
        match names.as_slice() {
            [] => {}
            [name] if anchors::path(name).is_none() => {
                scope.name = Some(if name.is_one_of(&["added"]) {
                    "new".to_owned()
                } else {
                    name.lower.clone()
                });
            }
            [_] => scope.mild = Some("it names a part of the tests"),
            _ if names.len() > 3 => return None,
            _ => scope.mild = Some("it names a part of the tests"),
        }
        Some(scope)
    }
}

/// What follows "pass": a file, nothing that matters, or a part of the whole.
fn behind(rest: &[Token]) -> (Option<String>, Option<&'static str>) {
    const PART: &str = "it tells of a part, or of another machine";
    let place = rest.first().is_some_and(|token| token.is("in"));
    if let Some(path) = rest.get(1).filter(|_| place).and_then(anchors::path)
        && let Some(first) = path.paths.first()
    {
        return (Some(first.clone()), None);
    }
    let harmless = |token: &Token| {
        token.kind == Kind::Mark
            || token.is_one_of(&[
                "now",
                "successfully",
                "again",
                "too",
                "cleanly",
                "with",
                "without",
                "no",
                "any",
                "errors",
                "failures",
                "regressions",
                "warnings",
                "issues",
                "none",
                "nothing",
                "skipped",
                "skips",
                "and",
                "100",
                "100%",
            ])
    };
    (None, (!rest.iter().all(harmless)).then_some(PART))
}

/// "48 passed, 2 skipped", "14/14 tests passing", "0 failures".
fn counts(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let mut draft = Draft::new(Form::CountPass);
    for at in 0..tokens.len() {
        count(from(tokens, at), &mut draft);
    }
    let said = &draft.count;
    if said.passed.is_none() || said.passed == Some(0) && said.failed.is_none() {
        return Ok(Vec::new());
    }
    if let Some(why) = reading.cue_but(&[Why::Known, Why::Elsewhere, Why::Negation]) {
        return Err(why);
    }
    let file = super::find(tokens, "in")
        .and_then(|at| tokens.get(at + 1))
        .and_then(anchors::path);
    let scope = file.and_then(|path| path.paths.first().cloned());
    let vague = holds(tokens, &["locally", "manual", "manually", "relevant", "related"])
        .then_some("it names no set of tests");
    let first = tokens
        .iter()
        .position(|token| token.number().is_some() || token.text.contains('/'));
    let label = tokens.get(..first.unwrap_or_default()).unwrap_or_default();
    let named = label
        .iter()
        .any(|token| token.kind == Kind::Word && !token.is_one_of(LABELS) && !token.is_one_of(WHOLE));
    let part = named.then_some("it may be about a part of the tests");
    Ok(vec![draft.within(scope).mild(vague).mild(part)])
}

/// Words in front of numbers that do not say of which tests they are.
const LABELS: &[&str] = &[
    "tests", "test", "results", "result", "after", "total", "summary", "ran", "passing", "status", "output",
    "suite", "with", "now",
];

/// Reads one number with what it counts.
fn count(rest: &[Token], draft: &mut Draft) {
    let Some(first) = rest.first() else { return };
    if let Some((part, whole)) = fraction(rest) {
        let after = from(rest, whole.1);
        if let Some(end) = cases(after)
            && after.get(end).is_some_and(|token| token.is_one_of(PASS))
        {
            draft.count.passed = Some(part);
            draft.count.failed = (part == whole.0).then_some(0).or(draft.count.failed);
        }
        return;
    }
    // "none skipped", "no skipped tests", "nothing skipped"
    let nothing = first.is_one_of(&["no", "none", "nothing", "zero"]).then_some(0);
    let Some(number) = first.number().or(nothing) else {
        return;
    };
    let after = from(rest, 1);
    let Some(end) = cases(after) else { return };
    let Some(word) = after.get(end) else { return };
    let follows = after.get(end + 1);
    // "35 failed to install" counts nothing
    if follows.is_some_and(|token| token.is("to")) {
        return;
    }
    match word.lower.as_str() {
        "passed" | "passing" | "pass" if !follows.is_some_and(|token| token.is("rate")) => {
            draft.count.passed = Some(number)
        }
        "failed" | "failing" | "failures" | "failure" => draft.count.failed = Some(number),
        "skipped" | "ignored" => draft.count.skipped = Some(number),
        _ => {}
    }
}

/// "14/14", "14 of 14", "14 out of 14"; with how many tokens it takes.
fn fraction(rest: &[Token]) -> Option<(u64, (u64, usize))> {
    let first = rest.first().filter(|token| token.kind == Kind::Word)?;
    let number = |text: &str| Token::new(Kind::Word, text, 0..0).number();
    if let Some((part, whole)) = first.text.split_once('/') {
        return Some((number(part)?, (number(whole)?, 1)));
    }
    let part = first.number()?;
    for (phrase, width) in [("of", 1), ("out of", 2)] {
        if begins(from(rest, 1), phrase) {
            let skip = usize::from(rest.get(1 + width).is_some_and(|token| token.is("the")));
            return Some((part, (rest.get(1 + width + skip)?.number()?, 2 + width + skip)));
        }
    }
    None
}

/// How many tokens say "tests", none where it is left out; `None` where other things are counted.
fn cases(after: &[Token]) -> Option<usize> {
    let fits = |token: &&Token| {
        token.is_one_of(&[
            "test",
            "tests",
            "cases",
            "unit",
            "integration",
            "specs",
            "e2e",
            "are",
            "is",
            "now",
            "new",
            "existing",
            "total",
            "have",
            "all",
        ])
    };
    let width = after.iter().take_while(fits).count();
    let counted = after.get(width)?;
    let known = [
        "passed", "passing", "pass", "failed", "failing", "failures", "failure", "skipped", "ignored",
        "green",
    ];
    counted.is_one_of(&known).then_some(width)
}
