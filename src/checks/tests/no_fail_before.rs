//! Does a test of the fix fail without the fix?

use crate::{
    checks::Settings,
    code::{
        facts::{FileFacts, TestDefinition},
        names::{self, Case, Fit},
    },
    evidence::{
        Evidence,
        code::Both,
        task::TaskKind,
        tests::{Status, TestCase},
    },
    finding::{Abstain, Finding, Judged, Place, Unproven},
};

/// Words of errors that come of a name that is not there.
const MISSING: &[&str] = &[
    "ImportError",
    "ModuleNotFoundError",
    "NameError",
    "AttributeError",
    "NoSuchMethod",
    "cannot find",
    "Cannot find",
    "is not defined",
    "is not a function",
    "undefined:",
    "unresolved",
    "has no attribute",
];

/// Judges the item.
///
/// # Errors
/// The task is no fix, no test was added or edited, or no report tells how such tests fare on the base.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let kind = evidence.task().ok().and_then(|task| task.kind);
    if kind.is_some_and(|kind| kind != TaskKind::Fix) {
        return Err(Abstain::not_applicable("the task is no fix"));
    }
    let report = evidence.new_on_base()?;
    let executed: Vec<&TestCase> = report.executed().collect();
    let (touched, unread) = Touched::of(evidence, &executed);
    if touched.tests == 0 {
        return match unread {
            Some(why) => Err(why.into()),
            None => Err(Abstain::not_applicable("the change adds or edits no test")),
        };
    }
    let cases = touched.cases(&executed);
    if cases.iter().any(|case| fails_for_the_code(case, evidence)) {
        return Ok(Vec::new());
    }
    if let Some(why) = unread {
        return Err(why.into());
    }
    if cases.is_empty() {
        let why = format!(
            "the report of the new tests on the base names none of the {} that the change adds or edits",
            super::number(touched.tests, "test", "tests")
        );
        return Err(Unproven::Insufficient(why).into());
    }
    Ok(vec![finding(touched.tests, &cases)])
}

fn finding(touched: usize, cases: &[&TestCase]) -> Finding {
    let says = format!(
        "of the {} that the change adds or edits, none fails on the code of the base",
        super::number(touched, "test", "tests")
    );
    let mut finding = Finding::new(Place::Change, says);
    for case in cases.iter().take(5) {
        let fared = if case.status.is_red() {
            "misses a name that the change does not define"
        } else {
            "passes on the base"
        };
        finding = finding.because(format!("`{}` {fared}", case.id));
    }
    finding
}

/// The tests whose body has no equal of its name before.
struct Touched {
    tests: usize,
    /// Which of the executed cases run one of them.
    run: Vec<bool>,
}

impl Touched {
    /// With why some file tells nothing.
    fn of(evidence: &Evidence, executed: &[&TestCase]) -> (Self, Option<Unproven>) {
        let (mut touched, mut unread) = (
            Self {
                tests: 0,
                run: vec![false; executed.len()],
            },
            None,
        );
        for both in evidence.changed_code() {
            match both.after() {
                Ok(Some(after)) if after.parses() => touched.add(&both, &after, executed),
                Ok(Some(after)) => {
                    let line = after.errors.first().map_or(1, |error| error.line);
                    unread = Some(Unproven::Unparsed(both.file.path().clone(), line));
                }
                Ok(None) => {}
                Err(why) => unread = Some(why),
            }
        }
        (touched, unread)
    }

    fn add(&mut self, both: &Both<'_>, after: &FileFacts, executed: &[&TestCase]) {
        let before = both.before().ok().flatten();
        let same = |test: &TestDefinition| {
            before.as_ref().is_some_and(|facts| {
                facts.tests.iter().any(|known| {
                    known.name == test.name && known.groups == test.groups && known.body == test.body
                })
            })
        };
        for test in after.tests.iter().filter(|test| !same(test)) {
            self.tests += 1;
            for (is_run, case) in self.run.iter_mut().zip(executed) {
                *is_run = *is_run || is_run_by(test, both, case);
            }
        }
    }

    fn cases<'r>(&self, executed: &[&'r TestCase]) -> Vec<&'r TestCase> {
        let cases = self.run.iter().zip(executed).filter(|(is_run, _)| **is_run);
        cases.map(|(_, case)| *case).collect()
    }
}

fn is_run_by(test: &TestDefinition, both: &Both<'_>, case: &TestCase) -> bool {
    let id = &case.id;
    let case = Case {
        suite: &id.suite,
        class: &id.class,
        name: &id.name,
        file: &id.file,
    };
    names::fit(both.language, both.file.path(), test, &case) != Fit::No
}

/// Whether a case is red for what the code does, or for a name that only the change defines.
fn fails_for_the_code(case: &TestCase, evidence: &Evidence) -> bool {
    let message = case.message.as_deref().unwrap_or_default();
    match case.status {
        Status::Passed | Status::Skipped => false,
        Status::Failed | Status::Error if MISSING.iter().any(|word| message.contains(word)) => {
            defines_one_of(message, evidence)
        }
        Status::Failed | Status::Error => true,
    }
}

fn defines_one_of(message: &str, evidence: &Evidence) -> bool {
    evidence.changed_code().any(|both| {
        let (Ok(before), Ok(Some(after))) = (both.before(), both.after()) else {
            return false;
        };
        let known = |name: &str| {
            before
                .as_ref()
                .is_some_and(|facts| facts.definitions.iter().any(|one| one.name == name))
        };
        let mut new = after.definitions.iter().filter(|one| !known(&one.name));
        new.any(|one| crate::names::holds_word(message, &one.name))
    })
}
