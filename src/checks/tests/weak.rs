//! Do the new tests prove anything?
//!
//! Tests that the change adds are looked at, and old ones whose assertions it puts where a failure is swallowed; and only
//! what the file itself shows: a test that calls something which may assert elsewhere is left alone.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    code::{
        LanguageId,
        facts::{
            Assertion, AssertionKind, Call, FileFacts, MarkerKind, Strength, TestDefinition, TestKind, hash,
        },
    },
    evidence::{
        Evidence,
        change::Change,
        code::{Both, Facts},
    },
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    pairs::{Pair, Pairs},
    proving::{may_assert, says_must_not_fail},
};

/// How a test without assertions is named.
const NOTHING: &str = "asserts nothing";

/// What assertions of presence hold, in lower case and without blanks.
const PRESENCE: &[&str] = &[
    "isnotnone",
    "notnull",
    "notnil",
    "tobedefined",
    "tobetruthy",
    "tobeinstanceof",
    "isinstance(",
    "hasattr(",
    ".is_some()",
];

/// How many lines above a wait are searched for the loop that it stands in.
const POLLING_LINES: usize = 5;
/// Calls that hold a thread for a fixed time. Waits of tasks are left alone: tests of concurrency are made of them.
const SLEEPS: &[&str] = &[
    "time.sleep",
    "thread::sleep",
    "std::thread::sleep",
    "Thread.sleep",
    "time.Sleep",
];

/// Judges the item.
///
/// # Errors
/// The change adds no test, or a file with tests cannot be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut unread, mut looked) = (None, 0_usize);
    let pairs = Pairs::of(evidence, &settings.kinds);
    let mut findings: Vec<Finding> = pairs.pairs().filter_map(|pair| swallowed(&pair)).collect();
    let known = bodies_before(evidence);
    for both in evidence.changed_code() {
        let after = match whole(&both) {
            Ok(Some(after)) => after,
            Ok(None) => continue,
            Err(why) => {
                unread = Some(why);
                continue;
            }
        };
        let before = both.before().ok().flatten();
        let moved = |test: &TestDefinition| known.contains(&(hash(&test.name), test.body));
        for test in added(&both, before.as_deref(), &after).filter(|test| !moved(test)) {
            looked += 1;
            let weak = weakness(test, &after, both.language);
            let weak =
                weak.filter(|weak| weak.says != NOTHING || !must_only_run(test, &both, &evidence.change));
            let weak = weak.filter(|weak| weak.level != Level::Info || !polls(weak, &both, &evidence.change));
            findings.extend(weak.map(|weak| weak.at(&both, test)));
        }
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if looked == 0 && findings.is_empty() => Err(Abstain::not_applicable("the change adds no test")),
        Some(_) | None => Ok(findings),
    }
}

/// The facts of the head, if all of the file was understood.
fn whole(both: &Both<'_>) -> Result<Option<Facts>, Unproven> {
    let Some(after) = both.after()? else {
        return Ok(None);
    };
    match after.errors.first() {
        None => Ok(Some(after)),
        Some(error) => Err(Unproven::Unparsed(both.file.path().clone(), error.line)),
    }
}

/// Hashes of the names, and the bodies, of the tests before the change: one that moved is not new.
fn bodies_before(evidence: &Evidence) -> BTreeSet<(u64, u64)> {
    let mut bodies = BTreeSet::new();
    for facts in evidence
        .changed_code()
        .filter_map(|both| both.before().ok().flatten())
    {
        bodies.extend(facts.tests.iter().map(|test| (hash(&test.name), test.body)));
    }
    bodies
}

/// The tests of a file that have no equal in name before, and do run.
fn added<'f>(
    both: &Both<'f>,
    before: Option<&'f FileFacts>,
    after: &'f FileFacts,
) -> impl Iterator<Item = &'f TestDefinition> {
    let file = both.file;
    after.tests.iter().filter(move |test| {
        let same = |known: &TestDefinition| known.name == test.name && known.groups == test.groups;
        let known = before.is_some_and(|facts| facts.tests.iter().any(same));
        let runs = !test.markers.iter().any(|marker| marker.kind != MarkerKind::Only);
        let ordinary = matches!(test.kind, TestKind::Case | TestKind::Subtest);
        !known && runs && ordinary && file.adds_line(test.header)
    })
}

/// Beginnings of lines that catch a failure.
const HANDLERS: &[&str] = &[
    "except",
    "} catch",
    "catch",
    "with suppress",
    "with contextlib.suppress",
];
/// Beginnings of lines after which a failure may be caught.
const OPENINGS: &[&str] = &["try:", "try {", "with suppress", "with contextlib.suppress"];
/// Parts of lines that pass a failure on.
const PASSED_ON: &[&str] = &["raise", "throw", "fail", "reject", "abort"];

/// An old test whose every assertion now stands where a failure ends in a handler that the change adds.
fn swallowed(pair: &Pair<'_>) -> Option<Finding> {
    let (before, after) = (&pair.before.test, &pair.after.test);
    let value = |one: &&Assertion| one.kind == AssertionKind::Value;
    if !before.assertions.iter().any(|one| value(&one)) || after.expects_exception {
        return None;
    }
    let added = pair.after.file.added();
    let own: Vec<_> = added.filter(|line| after.span.has_line(line.number)).collect();
    let begins = |text: &str, words: &[&str]| words.iter().any(|start| text.trim_start().starts_with(start));
    let opened = own.iter().find(|line| begins(&line.text, OPENINGS))?;
    let handler = own
        .iter()
        .find(|line| begins(&line.text, HANDLERS) && catches_assertions(&line.text))?;
    // `suppress` is opening and handler in one
    let end = if handler.number == opened.number {
        u32::MAX
    } else {
        handler.number
    };
    let caught = |one: &Assertion| opened.number < one.line && one.line < end;
    let mut values = after.assertions.iter().filter(value).peekable();
    if values.peek().is_none() || !values.all(caught) {
        return None;
    }
    let passes_on = |text: &str| PASSED_ON.iter().any(|part| text.contains(part));
    if own.iter().any(|line| passes_on(&line.text)) {
        return None;
    }
    let name = crate::escape::cut(&crate::escape::line(&pair.after.full()), 120).into_owned();
    let says =
        format!("every assertion of `{name}` now stands where a failure is caught: it passes either way");
    let finding = Finding::new(Place::line(pair.after.path, handler.number), says);
    Some(
        finding
            .because(format!("`{}`", crate::escape::line(handler.text.trim())))
            .at_most(Level::Warn),
    )
}

/// Whether a handler takes failed assertions: in Python it says so, or takes everything.
fn catches_assertions(handler: &str) -> bool {
    let handler = handler.trim();
    let python = handler.starts_with("except") || handler.starts_with("with");
    !python || handler == "except:" || handler.contains("AssertionError") || handler.contains("Exception")
}

/// Whether a test says by its name or in its text that it is there to show that nothing fails.
fn must_only_run(test: &TestDefinition, both: &Both<'_>, change: &Change) -> bool {
    let after = both.file.after();
    let text = after.and_then(|version| change.text(version).ok());
    says_must_not_fail(test, &text.unwrap_or_default())
}

/// Whether a wait stands in a loop: it ends when what is waited for is there.
fn polls(weak: &Weakness, both: &Both<'_>, change: &Change) -> bool {
    let line = weak
        .line
        .and_then(|line| usize::try_from(line).ok())
        .unwrap_or_default();
    let text = both
        .file
        .after()
        .and_then(|version| change.text(version).ok())
        .unwrap_or_default();
    let above = text
        .lines()
        .skip(line.saturating_sub(POLLING_LINES + 1))
        .take(POLLING_LINES);
    let loops = |line: &str| {
        ["while ", "for ", "loop {"]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    };
    above.into_iter().any(loops)
}

/// Why a test proves little.
struct Weakness {
    says: String,
    level: Level,
    line: Option<u32>,
}

impl Weakness {
    fn new(says: impl Into<String>, level: Level) -> Self {
        Self {
            says: says.into(),
            level,
            line: None,
        }
    }

    fn at(self, both: &Both<'_>, test: &TestDefinition) -> Finding {
        let name = crate::escape::cut(&crate::escape::line(&test.name), 120).into_owned();
        let place = Place::line(both.file.path(), self.line.unwrap_or(test.header));
        Finding::new(place, format!("the new test `{name}` {}", self.says)).at_most(self.level)
    }
}

fn weakness(test: &TestDefinition, facts: &FileFacts, language: LanguageId) -> Option<Weakness> {
    without_assertions(test, facts, language)
        .or_else(|| with_constants(test))
        .or_else(|| with_presence(test))
        .or_else(|| under_conditions(test, facts, language))
        .or_else(|| sleeping(test, facts))
}

fn without_assertions(test: &TestDefinition, facts: &FileFacts, language: LanguageId) -> Option<Weakness> {
    if !test.assertions.is_empty() || !test.helpers.is_empty() || test.expects_exception {
        return None;
    }
    // a test around other tests proves what they prove
    let around = |other: &TestDefinition| test.span.contains(&other.span) && test.span != other.span;
    if facts.tests.iter().any(around) {
        return None;
    }
    if test.calls.is_empty() && test.size <= 4 {
        return Some(Weakness::new(
            "is empty: it passes whatever the code does",
            Level::Warn,
        ));
    }
    // tests that only must not panic are a custom of the other languages
    let asked = matches!(
        language,
        LanguageId::Python | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx
    );
    if !asked || test.calls.iter().any(|call| may_assert(call)) {
        return None;
    }
    Some(Weakness::new(NOTHING, Level::Warn))
}

fn with_constants(test: &TestDefinition) -> Option<Weakness> {
    let constant =
        !test.assertions.is_empty() && !test.expects_exception && test.strength() == Strength::None;
    let own = test.assertions.iter().all(|assertion| {
        let plain = matches!(assertion.kind, AssertionKind::Value) && !computes(assertion);
        plain && assertion.strength == Strength::None
    });
    let first = test.assertions.first().filter(|_| constant && own)?;
    Some(Weakness {
        line: Some(first.line),
        ..Weakness::new(
            "asserts only what is always true: constants, or values compared with themselves",
            Level::Warn,
        )
    })
}

/// Whether an assertion calls something: `key(1) == key(1)` compares two things that were made apart.
fn computes(assertion: &Assertion) -> bool {
    assertion.text.match_indices('(').any(|(open, _)| {
        let before = assertion.text.get(..open).unwrap_or_default();
        let word = before
            .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default();
        !word.is_empty() && !assertion.name.contains(word) && word != "assert"
    })
}

fn with_presence(test: &TestDefinition) -> Option<Weakness> {
    let presence = test.strength() == Strength::Truthiness && !test.expects_exception && !test.parametrised;
    let plain = |kind| matches!(kind, AssertionKind::Value);
    let own = test.helpers.is_empty() && test.assertions.iter().all(|assertion| plain(assertion.kind));
    let only = test.assertions.iter().all(says_presence);
    let first = test
        .assertions
        .first()
        .filter(|_| presence && own && only && !test.calls.is_empty())?;
    Some(Weakness {
        line: Some(first.line),
        ..Weakness::new(
            "asserts only that something is there, not what it is",
            Level::Warn,
        )
    })
}

/// Whether an assertion says that a value is there or of a type, and nothing else. That one is absent is exact.
fn says_presence(assertion: &Assertion) -> bool {
    let written = format!("{} {}", assertion.name, assertion.text).to_lowercase();
    let plain: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    let negated = [".not.", "nothasattr", "notisinstance"]
        .iter()
        .any(|part| plain.contains(part));
    !negated && PRESENCE.iter().any(|part| plain.contains(part))
}

fn under_conditions(test: &TestDefinition, facts: &FileFacts, language: LanguageId) -> Option<Weakness> {
    // elsewhere a branch that fails the test is the assertion itself
    let asked = matches!(
        language,
        LanguageId::Python | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx
    );
    // where both ways are asserted, one of them always is
    let both = ["else", "elif", "case", "default"].iter();
    let mut both = both.flat_map(|word| facts.tokens.lines_of(word));
    if test.parametrised || both.any(|line| test.span.has_line(line)) {
        return None;
    }
    let all = test.assertions.iter().all(|assertion| {
        assertion.conditional && matches!(assertion.kind, AssertionKind::Value | AssertionKind::Mock)
    });
    let first = test
        .assertions
        .first()
        .filter(|_| asked && all && test.helpers.is_empty() && !test.expects_exception)?;
    Some(Weakness {
        line: Some(first.line),
        ..Weakness::new(
            "asserts only under a condition: where it does not hold, it passes",
            Level::Warn,
        )
    })
}

fn sleeping(test: &TestDefinition, facts: &FileFacts) -> Option<Weakness> {
    // a function that the test hands to the code under test may take its time
    let handed = |line: u32| {
        let mut local = facts
            .definitions
            .iter()
            .filter(|one| one.local && one.kind.is_function());
        local.any(|one| test.span.contains(&one.span) && test.span != one.span && one.span.has_line(line))
    };
    let sleeps = |call: &&Call| {
        test.span.has_line(call.line) && SLEEPS.contains(&call.callee.as_str()) && !handed(call.line)
    };
    let call = facts.calls.iter().find(sleeps)?;
    Some(Weakness {
        line: Some(call.line),
        ..Weakness::new(
            format!(
                "waits with `{}`: it is slow, or red on a busy machine",
                call.callee
            ),
            Level::Info,
        )
    })
}
