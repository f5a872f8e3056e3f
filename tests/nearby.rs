//! Do test reports that nobody named count where they are about the judged files, and never where they are not?

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a repository that cannot be laid out is a failed test"
)]

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use countersign::{
    gate::{self, Inputs, Range},
    report::{Report, State},
    verdict::Verdict,
};

const PASSED: &str =
    "<testsuite tests=\"1\"><testcase classname=\"test_half\" name=\"test_even\" time=\"0.1\"/></testsuite>";
const FAILED: &str = "<testsuite tests=\"1\" failures=\"1\"><testcase classname=\"test_half\" name=\"test_even\"><failure message=\"no\"/></testcase></testsuite>";

struct Project(tempfile::TempDir);

impl Project {
    /// Two commits, all of whose files were written a minute ago, and an ignore rule for reports.
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.put(".gitignore", "junit.xml\ntarget/\n", 60);
        project.put("half.py", "def half(n):\n    return n / 2\n", 60);
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project.commit("halves");
        project.put("half.py", "def half(n):\n    return n // 2\n", 60);
        project.commit("rounds down");
        project
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file as if it had been written some seconds ago.
    fn put(&self, name: &str, text: &str, age: u64) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let then = SystemTime::now() - Duration::from_secs(age);
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(then)
            .unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    fn judge(&self, range: Range) -> Report {
        gate::judge(&Inputs::of(range, self.path())).unwrap()
    }

    fn judge_commit(&self) -> Report {
        self.judge(Range::Commits {
            base: Some("HEAD~1".to_owned()),
            head: None,
        })
    }
}

/// What became of `tests-failing`, and why.
fn failing(report: &Report) -> (State, String) {
    let item = report
        .items
        .iter()
        .find(|item| item.id == "tests-failing")
        .unwrap();
    (item.state, item.why.clone().unwrap_or_default())
}

#[test]
fn a_report_of_the_judged_files_counts_without_being_named() {
    let project = Project::new();
    project.put("target/nextest/default/junit.xml", FAILED, 30);
    let report = project.judge_commit();
    assert_eq!(failing(&report).0, State::Broken);
    assert_eq!(report.verdict, Verdict::Fail);
    project.put("target/nextest/default/junit.xml", PASSED, 30);
    assert_eq!(failing(&project.judge_commit()).0, State::Holds);
    assert_eq!(
        failing(&project.judge(Range::Worktree {
            base: Some("HEAD~1".to_owned())
        }))
        .0,
        State::Holds
    );
}

#[test]
fn a_report_that_is_older_than_a_file_accuses_nobody_and_changes_no_verdict() {
    let project = Project::new();
    project.put("junit.xml", FAILED, 90);
    let report = project.judge_commit();
    let (state, why) = failing(&report);
    assert_eq!(state, State::Unproven);
    assert!(why.contains("`junit.xml` was written before `"), "{why}");
    assert_eq!(report.verdict, Verdict::Pass, "{:?}", report.lacking);
}

#[test]
fn a_report_of_other_files_than_the_judged_ones_accuses_nobody() {
    let project = Project::new();
    // a file that nobody added to the commit
    project.put("extra.py", "x = 1\n", 60);
    project.put("junit.xml", FAILED, 30);
    let (state, why) = failing(&project.judge_commit());
    assert_eq!(state, State::Unproven);
    assert!(why.contains("the files on disk are not the judged ones"), "{why}");
}

#[test]
fn a_tracked_report_is_part_of_the_change() {
    let project = Project::new();
    project.put("junit.xml", FAILED, 60);
    project.git(&["add", "--force", "junit.xml"]);
    project.commit("a report");
    let (state, why) = failing(&project.judge_commit());
    assert_eq!(state, State::Unproven);
    assert!(why.contains("no test report was given"), "{why}");
}

#[test]
fn what_is_no_report_is_passed_over() {
    let project = Project::new();
    project.put("junit.xml", "not a report", 30);
    let report = project.judge_commit();
    assert!(
        failing(&report).1.contains("do not count"),
        "{}",
        failing(&report).1
    );
    assert_eq!(report.verdict, Verdict::Pass);
}

#[test]
fn an_untracked_report_is_no_part_of_the_judged_work() {
    let project = Project::new();
    project.put("half.py", "def half(n):\n    return n >> 1\n", 60);
    project.put("reports/junit-unit.xml", PASSED, 30);
    let report = project.judge(Range::Worktree { base: None });
    assert_eq!(failing(&report).0, State::Holds);
    assert_eq!(report.read.files.len(), 1);
}
