//! Does the gate see what real test runners really say? `tests/run` puts pytest in place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a runner that cannot be started is a failed test"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use countersign::{
    gate::{self, Inputs, Range},
    report::{Report, State},
    verdict::Verdict,
};

const CODE: &str = "def half(n):\n    return n // 2\n";
const RIGHT: &str = "from half import half\n\n\ndef test_even():\n    assert half(4) == 2\n";
const WRONG: &str = "\n\ndef test_odd():\n    assert half(3) == 1.5\n";

/// A project with one commit on `main` and an uncommitted edit.
fn project(tests: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let done = Command::new("git")
            .args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@example.org",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    };
    fs::write(folder.path().join("half.py"), "def half(n):\n    return n / 2\n").unwrap();
    fs::write(folder.path().join("test_half.py"), RIGHT).unwrap();
    fs::write(
        folder.path().join(".gitignore"),
        "*.xml\n__pycache__/\n.pytest_cache/\n",
    )
    .unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "halves"]);
    fs::write(folder.path().join("half.py"), CODE).unwrap();
    fs::write(folder.path().join("test_half.py"), tests).unwrap();
    folder
}

fn python() -> PathBuf {
    PathBuf::from(
        std::env::var_os("COUNTERSIGN_TEST_PYTHON")
            .expect("run the tests with `tests/run`, which sets up pytest"),
    )
}

fn judge(folder: &Path) -> Report {
    let inputs = Inputs {
        folder: folder.to_owned(),
        tests: vec!["*.xml".to_owned()],
        ..Inputs::of(Range::Worktree { base: None }, folder)
    };
    gate::judge(&inputs).unwrap()
}

fn state(report: &Report, id: &str) -> State {
    report.items.iter().find(|item| item.id == id).unwrap().state
}

fn pytest(folder: &Path, more: &[&str]) {
    let done = Command::new(python())
        .args(["-m", "pytest", "--quiet", "--junitxml=report.xml"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        folder.join("report.xml").exists(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn a_failure_that_pytest_reports_fails_the_gate() {
    let folder = project(&format!("{RIGHT}{WRONG}"));
    pytest(folder.path(), &[]);
    let report = judge(folder.path());
    assert_eq!(report.verdict, Verdict::Fail);
    assert_eq!(state(&report, "tests-failing"), State::Broken);
    assert_eq!(
        report.read.tests.map(|tests| (tests.cases, tests.red)),
        Some((2, 1))
    );
}

#[test]
fn a_green_pytest_run_passes_the_gate() {
    let folder = project(RIGHT);
    pytest(folder.path(), &[]);
    let report = judge(folder.path());
    assert_eq!(report.verdict, Verdict::Pass, "{:?}", report.lacking);
    assert_eq!(state(&report, "tests-failing"), State::Holds);
}

#[test]
fn a_pytest_run_that_selects_nothing_does_not_pass() {
    let folder = project(RIGHT);
    pytest(folder.path(), &["-k", "no_such_test"]);
    let report = judge(folder.path());
    assert_eq!(report.verdict, Verdict::Fail);
    assert_eq!(state(&report, "tests-none-executed"), State::Broken);
}

#[test]
fn a_file_that_pytest_cannot_import_fails_the_gate() {
    let folder = project("from half import no_such_name\n");
    pytest(folder.path(), &[]);
    assert_eq!(judge(folder.path()).verdict, Verdict::Fail);
}
