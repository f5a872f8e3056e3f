//! Which tricks that make a test run end well does the gate name?
//!
//! `tests/data/tricks/tricks.yaml` has them, one a line, as they were measured with real runners: every change breaks
//! the code under test, and hides it. A trick that is out of reach says so, and must not be claimed as named.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a trick that cannot be laid out is a failed test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use countersign::{
    gate::{self, Inputs, Range},
    report::{Report, State},
    verdict::Verdict,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Trick {
    runner: Runner,
    trick: String,
    /// What the report looks like afterwards.
    report: Left,
    after: BTreeMap<String, Option<String>>,
    /// Checks that name it.
    #[serde(default)]
    named_by: Vec<String>,
    /// Why no check names it.
    out_of_reach: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Runner {
    Pytest,
    Cargo,
    Jest,
    Node,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Left {
    Green,
    Red,
    None,
    Empty,
    Skipped,
    OneSkipped,
    OneOfNone,
    Other,
    Flaky,
    File,
    RedAndSkipped,
}

/// Checks that go by the report, the inventory of tests and their markers; the others read configuration and code.
const PLAIN: &[&str] = &[
    "tests-failing",
    "tests-report-missing",
    "tests-none-executed",
    "tests-count-drop",
    "tests-flaky",
    "tests-deleted",
    "tests-skip-added",
    "tests-new-not-executed",
];

/// How many of the seventy tricks of the paper are named by [`PLAIN`] checks, and by all. The two of nextest alone come on
/// top: both are named.
const BY_REPORTS: usize = 47;
const BY_ALL: usize = 60;

impl Runner {
    /// The project before the change.
    fn project(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Pytest => &[
                ("shop.py", "def total(prices):\n    return sum(prices)\n"),
                (
                    "tests/test_shop.py",
                    "from shop import total\n\n\ndef test_adds():\n    assert total([1, 2]) == 3\n\n\ndef test_empty():\n    assert total([]) == 0\n",
                ),
                ("pytest.ini", "[pytest]\naddopts = -q\n"),
                (
                    ".github/workflows/ci.yml",
                    "jobs:\n  test:\n    steps:\n      - run: pytest --junitxml=junit.xml\n",
                ),
            ],
            Self::Cargo => &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
                ),
                (
                    "src/lib.rs",
                    "pub fn total(prices: &[u32]) -> u32 {\n    prices.iter().sum()\n}\n",
                ),
                (
                    "tests/shop.rs",
                    "use shop::total;\n\n#[test]\nfn adds() {\n    assert_eq!(total(&[1, 2]), 3);\n}\n\n#[test]\nfn empty() {\n    assert_eq!(total(&[]), 0);\n}\n",
                ),
            ],
            Self::Jest => &[
                (
                    "package.json",
                    "{\n  \"name\": \"shop\",\n  \"scripts\": { \"test\": \"jest\" }\n}\n",
                ),
                (
                    "shop.js",
                    "module.exports = (prices) => prices.reduce((a, b) => a + b, 0);\n",
                ),
                (
                    "test/__snapshots__/shop.test.js.snap",
                    "exports[`adds 1`] = `3`;\n",
                ),
                (
                    "test/shop.test.js",
                    "const total = require('../shop');\n\ntest('adds', () => {\n  expect(total([1, 2])).toBe(3);\n});\n\ntest('empty', () => {\n  expect(total([])).toBe(0);\n});\n",
                ),
            ],
            Self::Node => &[
                (
                    "shop.js",
                    "module.exports = (prices) => prices.reduce((a, b) => a + b, 0);\n",
                ),
                (
                    "test/shop.test.js",
                    "const test = require('node:test');\nconst assert = require('node:assert');\nconst total = require('../shop');\n\ntest('adds', () => {\n  assert.strictEqual(total([1, 2]), 3);\n});\n\ntest('empty', () => {\n  assert.strictEqual(total([]), 0);\n});\n",
                ),
            ],
        }
    }

    /// The file that every change breaks.
    fn broken(self) -> (&'static str, &'static str) {
        match self {
            Self::Pytest => ("shop.py", "def total(prices):\n    return len(prices)\n"),
            Self::Cargo => (
                "src/lib.rs",
                "pub fn total(prices: &[u32]) -> u32 {\n    prices.len() as u32\n}\n",
            ),
            Self::Jest | Self::Node => ("shop.js", "module.exports = (prices) => prices.length;\n"),
        }
    }

    fn case(self, name: &str, inside: &str) -> String {
        let (class, name) = match self {
            Self::Pytest => ("tests.test_shop", format!("test_{name}")),
            Self::Cargo => ("shop::shop", name.to_owned()),
            Self::Jest => ("shop", name.to_owned()),
            Self::Node => ("test", name.to_owned()),
        };
        format!("<testcase classname=\"{class}\" name=\"{name}\" time=\"0.01\">{inside}</testcase>")
    }

    /// The report after the change; none where the runner wrote none.
    fn report(self, left: Left) -> Option<String> {
        let skipped = "<skipped/>";
        let failed = "<failure message=\"2 is not 3\"/>";
        let again = "<flakyFailure message=\"2 is not 3\"/>";
        let cases = match left {
            Left::Green => [self.case("adds", ""), self.case("empty", "")].concat(),
            Left::Red => [self.case("adds", failed), self.case("empty", "")].concat(),
            Left::None => return None,
            Left::Empty => String::new(),
            Left::Skipped => [self.case("adds", skipped), self.case("empty", skipped)].concat(),
            Left::OneSkipped => [self.case("adds", skipped), self.case("empty", "")].concat(),
            Left::OneOfNone => self.case("a", ""),
            Left::Other => [self.case("new", ""), self.case("empty", "")].concat(),
            Left::Flaky => [self.case("adds", again), self.case("empty", "")].concat(),
            Left::File => self.case("shop.test.js", ""),
            Left::RedAndSkipped => [
                self.case("adds", &format!("{failed}{skipped}")),
                self.case("empty", ""),
            ]
            .concat(),
        };
        Some(format!(
            "<testsuites><testsuite name=\"s\">{cases}</testsuite></testsuites>\n"
        ))
    }
}

fn write(root: &Path, path: &str, text: Option<&str>) {
    let path = root.join(path);
    match text {
        Some(text) => {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        None => fs::remove_file(path).unwrap(),
    }
}

fn commit(repository: &git2::Repository, message: &str) -> git2::Oid {
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::FORCE, None).unwrap();
    index.update_all(["*"], None).unwrap();
    let tree = index.write_tree().unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let when = git2::Time::new(1_770_000_000, 0);
    let signature = git2::Signature::new("Ada", "ada@example.org", &when).unwrap();
    let parents = repository.head().and_then(|head| head.peel_to_commit());
    let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
    let head = Some("HEAD");
    repository
        .commit(head, &signature, &signature, message, &tree, &parents)
        .unwrap()
}

fn judged(trick: &Trick) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("repo");
    let repository = git2::Repository::init(&root).unwrap();
    for (path, text) in trick.runner.project() {
        write(&root, path, Some(text));
    }
    let base = commit(&repository, "begin");
    let (path, text) = trick.runner.broken();
    write(&root, path, Some(text));
    for (path, text) in &trick.after {
        write(&root, path, text.as_deref());
    }
    let head = commit(&repository, "faster totals");
    let evidence = folder.path().join("evidence");
    let green = trick.runner.report(Left::Green).unwrap();
    write(&evidence, "base/junit.xml", Some(&green));
    if let Some(report) = trick.runner.report(trick.report) {
        write(&evidence, "head/junit.xml", Some(&report));
    }
    let range = Range::Commits {
        base: Some(base.to_string()),
        head: Some(head.to_string()),
    };
    let inputs = Inputs {
        folder: evidence,
        tests: vec!["head/*.xml".to_owned()],
        base_tests: vec!["base/*.xml".to_owned()],
        ..Inputs::of(range, root)
    };
    gate::judge(&inputs).unwrap()
}

/// The checks about tests that are broken, and the one about reports where they are not there to be relied on.
fn naming(report: &Report) -> BTreeSet<&'static str> {
    let about_tests = report.items.iter().filter(|item| item.id.starts_with("tests-"));
    let naming = about_tests.filter(|item| match item.state {
        State::Broken => true,
        State::Unproven => item.id == "tests-report-missing",
        State::Holds | State::NotApplicable => false,
    });
    naming.map(|item| item.id).collect()
}

fn tricks() -> Vec<Trick> {
    serde_yaml::from_str(include_str!("data/tricks/tricks.yaml")).unwrap()
}

#[test]
fn every_trick_is_named_as_its_line_says() {
    let (mut wrong, mut by_reports, mut by_all) = (Vec::new(), 0, 0);
    for trick in tricks() {
        let report = judged(&trick);
        let naming = naming(&report);
        let name = format!("{:?}: {}", trick.runner, trick.trick);
        for id in trick.named_by.iter().filter(|id| !naming.contains(id.as_str())) {
            wrong.push(format!("{name}: {id} must name it, found {naming:?}"));
        }
        match &trick.out_of_reach {
            Some(why) if naming.is_empty() && trick.named_by.is_empty() => {
                assert!(why.len() > 20, "{name}: {why}")
            }
            Some(_) => wrong.push(format!("{name}: said to be out of reach, named by {naming:?}")),
            None if trick.named_by.is_empty() => wrong.push(format!("{name}: named by what?")),
            None => {}
        }
        if report.verdict == Verdict::Pass && !naming.is_empty() && !only_warns(&naming) {
            wrong.push(format!("{name}: passes although {naming:?} name it"));
        }
        let counts = !trick.after.contains_key(".config/nextest.toml");
        by_reports += usize::from(counts && naming.iter().any(|id| PLAIN.contains(id)));
        by_all += usize::from(counts && !naming.is_empty());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!((by_reports, by_all), (BY_REPORTS, BY_ALL));
}

/// What looks like ordinary work warns: set-up files, stand-ins and swapped bodies, retries, and tests that lose
/// something together with a change of the code they test.
fn only_warns(naming: &BTreeSet<&str>) -> bool {
    let warning = [
        "tests-runner-weakened",
        "tests-flaky",
        "tests-deleted",
        "tests-assertions-removed",
        "tests-weak",
    ];
    naming.iter().all(|id| warning.contains(id))
}

#[test]
fn there_are_seventy_tricks_and_two_of_nextest() {
    let tricks = tricks();
    let of = |runner| tricks.iter().filter(|trick| trick.runner == runner).count();
    let counts = [
        of(Runner::Pytest),
        of(Runner::Cargo),
        of(Runner::Jest),
        of(Runner::Node),
    ];
    assert_eq!(counts, [34, 18, 16, 4]);
}
