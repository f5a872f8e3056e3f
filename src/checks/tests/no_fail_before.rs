//! Does a test of the fix fail without the fix?

use crate::{
    checks::Settings,
    code::{
        LanguageId,
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
    path::RepoPath,
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

/// A test that the change adds or edits.
struct Touched<'e> {
    path: &'e RepoPath,
    language: LanguageId,
    test: &'e TestDefinition,
}

impl Touched<'_> {
    fn is_run_by(&self, case: &TestCase) -> bool {
        let id = &case.id;
        let case = Case {
            suite: &id.suite,
            class: &id.class,
            name: &id.name,
            file: &id.file,
        };
        names::fit(self.language, self.path, self.test, &case) != Fit::No
    }
}

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
    let (touched, unread) = touched(evidence);
    if touched.is_empty() {
        return match unread {
            Some(why) => Err(why.into()),
            None => Err(Abstain::not_applicable("the change adds or edits no test")),
        };
    }
    let runs = |case: &&TestCase| touched.iter().any(|one| one.is_run_by(case));
    let cases: Vec<&TestCase> = report.executed().filter(runs).collect();
    if cases.iter().any(|case| fails_for_the_code(case, evidence)) {
        return Ok(Vec::new());
    }
    if let Some(why) = unread {
        return Err(why.into());
    }
    if cases.is_empty() {
        let why = format!(
            "the report of the new tests on the base names none of the {} that the change adds or edits",
            super::number(touched.len(), "test", "tests")
        );
        return Err(Unproven::Insufficient(why).into());
    }
    Ok(vec![finding(&touched, &cases)])
}

fn finding(touched: &[Touched<'_>], cases: &[&TestCase]) -> Finding {
    let says = format!(
        "of the {} that the change adds or edits, none fails on the code of the base",
        super::number(touched.len(), "test", "tests")
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

/// Every test whose body has no equal of its name before, and why some file tells nothing.
fn touched(evidence: &Evidence) -> (Vec<Touched<'_>>, Option<Unproven>) {
    let (mut found, mut unread) = (Vec::new(), None);
    for both in evidence.changed_code() {
        match both.after() {
            Ok(Some(after)) if after.parses() => found.extend(of(both, after)),
            Ok(Some(after)) => {
                let line = after.errors.first().map_or(1, |error| error.line);
                unread = Some(Unproven::Unparsed(both.file.path().clone(), line));
            }
            Ok(None) => {}
            Err(why) => unread = Some(why),
        }
    }
    (found, unread)
}

fn of<'e>(both: Both<'e>, after: &'e FileFacts) -> impl Iterator<Item = Touched<'e>> {
    let before = both.before().ok().flatten();
    let same = move |test: &TestDefinition| {
        before.is_some_and(|facts| {
            facts.tests.iter().any(|known| {
                known.name == test.name && known.groups == test.groups && known.body == test.body
            })
        })
    };
    let new = after.tests.iter().filter(move |test| !same(test));
    new.map(move |test| Touched {
        path: both.file.path(),
        language: both.language,
        test,
    })
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
        let known =
            |name: &str| before.is_some_and(|facts| facts.definitions.iter().any(|one| one.name == name));
        let mut new = after.definitions.iter().filter(|one| !known(&one.name));
        new.any(|one| crate::names::holds_word(message, &one.name))
    })
}
