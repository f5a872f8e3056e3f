//! What in the output of a test says that something went wrong although it passed?
//!
//! Few and unmistakable: output is full of the word "error". Each is kept with the first line that shows it.

use std::sync::OnceLock;

use regex::{RegexSet, RegexSetBuilder};

use super::{TestId, lines::Lines};
use crate::limits;

/// A kind of trouble: its name, what it says about the run, and how it looks.
type Kind = (&'static str, &'static str, &'static str);

const KINDS: &[Kind] = &[
    (
        "traceback",
        "an exception that nobody handled",
        r"^\s*Traceback \(most recent call last\):",
    ),
    (
        "unhandled-rejection",
        "a promise that was rejected and not handled",
        r"UnhandledPromiseRejection|[Uu]nhandled [Pp]romise [Rr]ejection|^\s*Unhandled Rejection\b|\bunhandledRejection\b",
    ),
    (
        "uncaught",
        "an exception that nobody caught",
        r"\bUncaught (?:\w*Error|exception|\[)|Exception in thread |PytestUnhandled\w+Warning|ERR_UNHANDLED_REJECTION",
    ),
    (
        "refused",
        "a service that could not be reached",
        r"\bECONNREFUSED\b|[Cc]onnection refused\b|\bENOTFOUND\b|Temporary failure in name resolution",
    ),
    (
        "missing-module",
        "a module that is not there",
        r"\bModuleNotFoundError: No module named|\bCannot find module '|\bERR_MODULE_NOT_FOUND\b|java\.lang\.NoClassDefFoundError",
    ),
    (
        "engine",
        "a version of a tool that is not supported",
        r"\bEBADENGINE\b|\bUnsupported engine\b|java\.lang\.UnsupportedClassVersionError",
    ),
    (
        "browser",
        "a browser that is not there",
        r"browserType\.launch: Executable doesn't exist|Failed to launch the browser process|Could not find (?:Chrome|Chromium|browser)\b|cannot find Chrome binary",
    ),
    (
        "nothing-ran",
        "a run that found no test",
        r"^\s*No tests? (?:found|ran|were found)\b|^\s*collected 0 items",
    ),
    (
        "crash",
        "a crash",
        r"\bSegmentation fault\b|ERROR: (?:Address|Thread|Memory|Leak)Sanitizer|runtime error: invalid memory address|^fatal error: all goroutines are asleep",
    ),
    ("race", "a data race", r"^WARNING: DATA RACE"),
    (
        "after-end",
        "work that went on after the test",
        r"Cannot log after tests are done|You are trying to `import` a file after the Jest environment has been torn down|A worker process has failed to exit gracefully",
    ),
];
/// `thread 'name' panicked at`: a test that must panic says so about itself, on the thread that bears its name.
const PANIC: Kind = (
    "panic",
    "a panic on another thread",
    r"^\s*thread '(?P<name>[^']*)' (?:\([0-9]+\) )?panicked at",
);

/// Trouble in the output of a test that passed, or of a suite in which nothing is red.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// The case; under a name of ours where it is the output of a suite.
    pub id: TestId,
    /// The name of the kind.
    pub kind: &'static str,
    /// What it says about the run.
    pub says: &'static str,
    /// The first line that shows it.
    pub line: Box<str>,
    /// Which report of the run it stands in.
    pub report: usize,
}

/// The output of one test or suite while it is read.
#[derive(Debug, Default)]
pub(super) struct Watch {
    lines: Lines,
    found: Vec<(&'static Kind, Box<str>)>,
}

impl Watch {
    /// Reads a piece of the output.
    pub(super) fn feed(&mut self, text: &str) {
        let found = &mut self.found;
        self.lines.feed(text, |line| look(line, found));
    }

    /// What was found about a case.
    pub(super) fn finish(mut self, id: &TestId, report: usize) -> Vec<Sign> {
        let found = &mut self.found;
        self.lines.finish(|line| look(line, found));
        let foreign = self
            .found
            .into_iter()
            .filter(|(kind, line)| !is_own(kind, line, id));
        let sign = |(kind, line): (&'static Kind, Box<str>)| Sign {
            id: id.clone(),
            kind: kind.0,
            says: kind.1,
            line,
            report,
        };
        foreign.map(sign).collect()
    }
}

/// A panic of the test's own thread: it passed, so it had to panic.
fn is_own(kind: &Kind, line: &str, id: &TestId) -> bool {
    let name = line.split('\'').nth(1).unwrap_or_default();
    let own = name.rsplit("::").next() == id.name.rsplit("::").next();
    kind.0 == PANIC.0 && (own || name == "main")
}

fn kinds() -> Option<&'static RegexSet> {
    static COMPILED: OnceLock<Option<RegexSet>> = OnceLock::new();
    let compile = || {
        let all = KINDS.iter().chain([&PANIC]).map(|kind| kind.2);
        RegexSetBuilder::new(all)
            .size_limit(limits::WORDS_COMPILED_BYTES)
            .build()
            .ok()
    };
    COMPILED.get_or_init(compile).as_ref()
}

fn look(line: &str, found: &mut Vec<(&'static Kind, Box<str>)>) {
    let end = line.floor_char_boundary(limits::REGEX_LINE_BYTES.min(line.len()));
    let line = line.get(..end).unwrap_or(line);
    let Some(kinds) = kinds() else { return };
    for place in kinds.matches(line) {
        let kind = KINDS.get(place).unwrap_or(&PANIC);
        // a test that panics as it must says so before any other thread may
        let known = kind.0 != PANIC.0 && found.iter().any(|(other, _)| other.0 == kind.0);
        if !known && found.len() < limits::SIGNS_OF_CASE {
            found.push((kind, crate::escape::cut(line.trim(), limits::SHOWN_BYTES).into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(name: &str, output: &str) -> Vec<&'static str> {
        let mut watch = Watch::default();
        watch.feed(output);
        let id = TestId {
            name: name.into(),
            ..TestId::default()
        };
        watch.finish(&id, 0).into_iter().map(|sign| sign.kind).collect()
    }

    #[test]
    fn unmistakable_trouble_is_seen_and_talk_about_errors_is_not() {
        let table: &[(&str, &[&str])] = &[
            (
                "Traceback (most recent call last):\n  File \"a.py\"",
                &["traceback"],
            ),
            (
                "(node:7) UnhandledPromiseRejectionWarning: Error: no",
                &["unhandled-rejection"],
            ),
            ("Error: connect ECONNREFUSED 127.0.0.1:5432", &["refused"]),
            (
                "ModuleNotFoundError: No module named 'psycopg2'",
                &["missing-module"],
            ),
            ("npm WARN EBADENGINE Unsupported engine {", &["engine"]),
            (
                "Exception in thread \"worker-1\" java.lang.NullPointerException",
                &["uncaught"],
            ),
            ("browserType.launch: Executable doesn't exist at /x", &["browser"]),
            ("No tests found, exiting with code 0", &["nothing-ran"]),
            ("thread '<unnamed>' panicked at src/pool.rs:9:5:", &["panic"]),
            ("WARNING: DATA RACE", &["race"]),
            ("ERROR shop.cart: the price is negative", &[]),
            ("handled error: traceback stored", &[]),
            ("0 errors, connection established", &[]),
        ];
        for (output, kinds) in table {
            assert_eq!(signs("t", output), *kinds, "{output}");
        }
    }

    #[test]
    fn a_test_that_must_panic_is_no_trouble() {
        let own = "thread 'cart::tests::refuses' panicked at src/cart.rs:4:9:\nno\n";
        assert_eq!(signs("cart::tests::refuses", own), [""; 0]);
        let both = format!("{own}thread 'worker' panicked at src/pool.rs:9:5:\n");
        assert_eq!(signs("tests::refuses", &both), ["panic"]);
    }

    #[test]
    fn endless_output_keeps_a_few_lines() {
        let output = "Connection refused\n".repeat(10_000) + &"thread 'a' panicked at x\n".repeat(10_000);
        assert_eq!(signs("t", &output).len(), limits::SIGNS_OF_CASE);
        assert_eq!(signs("t", &"Connection refused\n".repeat(10)), ["refused"]);
    }
}
