//! Did every new test run?
//!
//! A test that the runner never finds, in a file it does not collect or under a name it does not look for, is green
//! by absence. A name that fits is enough to clear a test; a switch on the test is judged by `tests-skip-added`. Where a
//! report holds the tests beside it, one that is missing was left out; elsewhere its suite may have a report of its own.

use std::collections::BTreeMap;

use super::{by_absence, counts, listed, number, some};
use crate::{
    checks::Settings,
    code::{
        facts::{TestKind, last_part},
        names::{Case, Fit, fit},
    },
    evidence::{
        Evidence,
        tests::{TestCase, TestRun},
    },
    finding::{Abstain, Finding, Judged, Level, Place},
    kinds::FileKind,
    names::words,
    pairs::{Known, Pairs},
    path::RepoPath,
};

/// Names in one finding.
const NAMED: usize = 5;
/// Decorators, attributes and annotations by which no runner chooses tests, by the last part of their names.
const PLAIN: &[&str] = &[
    "AfterEach",
    "BeforeEach",
    "CsvSource",
    "DisplayName",
    "EnumSource",
    "MethodSource",
    "Override",
    "ParameterizedTest",
    "RepeatedTest",
    "SuppressWarnings",
    "Test",
    "ValueSource",
    "allow",
    "anyio",
    "asyncio",
    "case",
    "example",
    "expect",
    "freeze_time",
    "given",
    "object",
    "parametrize",
    "patch",
    "rstest",
    "settings",
    "should_panic",
    "staticmethod",
    "test",
    "test_case",
    "usefixtures",
];

/// Judges the item.
///
/// # Errors
/// No test is new, no report was given, or one cannot be relied on.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let pairs = Pairs::of(evidence, &settings.kinds);
    let new = || pairs.added().filter(|new| must_run(new, settings));
    if new().next().is_none() {
        pairs.whole()?;
        return Err(Abstain::not_applicable(
            "the change adds no test that must run by itself",
        ));
    }
    let run = evidence.tests()?;
    let cases = Cases::of(run);
    let mut missing: BTreeMap<(&RepoPath, Why), Vec<Missing>> = BTreeMap::new();
    for known in new() {
        let why = match cases.ran(&known) {
            Ran::Yes => continue,
            Ran::Skipped if is_known(&known, evidence, settings, run) => continue,
            Ran::Skipped => Why::Skipped,
            Ran::No if is_left_out(&known, &cases, run) => Why::LeftOut,
            Ran::No => Why::Absent,
        };
        missing.entry((known.path, why)).or_default().push(Missing {
            name: known.full(),
            header: known.test.header,
        });
    }
    let findings: Vec<Finding> = missing
        .iter()
        .filter_map(|((path, why), tests)| finding(path, *why, tests, run))
        .collect();
    if findings.is_empty() {
        pairs.whole()?;
    }
    by_absence(run, findings)
}

/// How a test is missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// The reports list it, and it was skipped.
    Skipped,
    /// The reports list its neighbours and not it.
    LeftOut,
    /// The reports know nothing of its class, module or file.
    Absent,
}

/// Whether a test beside it ran, with nothing about this one by which a runner would choose, in a run that went to its end.
fn is_left_out(new: &Known<'_>, cases: &Cases<'_>, run: &TestRun) -> bool {
    let own = new
        .facts
        .definitions
        .iter()
        .find(|one| one.header == new.test.header);
    let is_plain = |decorator: &String| PLAIN.contains(&last_part(decorator));
    let plain = own.is_none_or(|own| own.decorators.iter().all(is_plain));
    // a run that stopped at its first failure leaves out what comes after
    plain && run.red().next().is_none() && new.neighbours().any(|other| cases.ran(&other) == Ran::Yes)
}

/// A test that did not run: its name with its groups, and the line of its name.
struct Missing {
    name: String,
    header: u32,
}

/// Whether a runner is bound to list a test under its own name. Subtests and factories have names that are made while
/// running, examples run only with expected output, and a test with a switch may be off on this machine.
fn must_run(new: &Known<'_>, settings: &Settings) -> bool {
    let alone = match new.test.kind {
        TestKind::Case | TestKind::Property => true,
        TestKind::Subtest | TestKind::Factory | TestKind::Example => false,
    };
    let own = matches!(settings.kinds.of(new.path), FileKind::Source | FileKind::Test);
    alone && own && !new.test.dynamic && new.test.markers.is_empty() && !is_data(new.path)
}

/// Sources that tests read, and never run: they may hold what looks like a test.
fn is_data(path: &RepoPath) -> bool {
    let folders = path.lossy().to_lowercase();
    folders.split('/').any(|part| {
        matches!(
            part,
            "fixtures" | "testdata" | "examples" | "templates" | "resources" | "snippets"
        )
    })
}

fn is_known(known: &Known<'_>, evidence: &Evidence, settings: &Settings, run: &TestRun) -> bool {
    let lists = &settings.policy.tests;
    let entry = |case: &TestCase| listed(&lists.flaky, &case.id).or_else(|| listed(&lists.failing, &case.id));
    let own = run.cases.iter().filter(|case| fits(known, case) != Fit::No);
    own.filter_map(entry).any(|entry| counts(entry, evidence))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ran {
    Yes,
    Skipped,
    No,
}

/// The cases of a run, by the words of their names.
struct Cases<'r> {
    by_word: BTreeMap<&'r str, Vec<&'r TestCase>>,
    all: Vec<&'r TestCase>,
}

impl<'r> Cases<'r> {
    fn of(run: &'r TestRun) -> Self {
        let mut by_word: BTreeMap<&str, Vec<&TestCase>> = BTreeMap::new();
        for case in &run.cases {
            for word in words(&case.id.name) {
                let known = by_word.entry(word).or_default();
                if known.last().is_none_or(|last| !std::ptr::eq(*last, case)) {
                    known.push(case);
                }
            }
        }
        Self {
            by_word,
            all: run.cases.iter().collect(),
        }
    }

    fn ran(&self, known: &Known<'_>) -> Ran {
        let rarest =
            words(&known.test.name).map(|word| self.by_word.get(word).map_or(&[][..], Vec::as_slice));
        // a parametrised Java test may be listed by number alone, and a title may stand in the class
        let titled = known.test.title.is_some() || known.test.parametrised;
        let own = rarest
            .min_by_key(|cases| cases.len())
            .filter(|_| !titled)
            .unwrap_or(&self.all);
        let fitting: Vec<&&TestCase> = own.iter().filter(|case| fits(known, case) != Fit::No).collect();
        if fitting.iter().any(|case| case.status.executed()) {
            return Ran::Yes;
        }
        if fitting.is_empty() { Ran::No } else { Ran::Skipped }
    }
}

fn fits(known: &Known<'_>, case: &TestCase) -> Fit {
    let said = Case {
        suite: &case.id.suite,
        class: &case.id.class,
        name: &case.id.name,
        file: &case.id.file,
    };
    fit(known.language, known.path, &known.test, &said)
}

fn finding(path: &RepoPath, why: Why, tests: &[Missing], run: &TestRun) -> Option<Finding> {
    let first = tests.first()?;
    let what = number(tests.len(), "new test", "new tests");
    let how = match (why, tests.len()) {
        (Why::Skipped, 1) => "is listed as skipped",
        (Why::Skipped, _) => "are listed as skipped",
        (Why::LeftOut | Why::Absent, 1) => "is in no report",
        (Why::LeftOut | Why::Absent, _) => "are in no report",
    };
    let says = format!(
        "{what} of `{path}` {how}: {}",
        some(tests.iter().map(|test| test.name.as_str()), NAMED)
    );
    let finding = Finding::new(Place::line(path, first.header), says).because(format!(
        "the reports list {}",
        number(run.cases.len(), "case", "cases")
    ));
    Some(match why {
        Why::LeftOut => finding.because("tests beside it in the same file are in the reports"),
        // what a missing service or platform switches off while running is honest more often than not, and a suite may
        // have a report of its own
        Why::Skipped | Why::Absent => finding.at_most(Level::Warn),
    })
}
