//! Does a receipt bind reports to the tree that they were made on, and to no other? `tests/run` puts pytest in place.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a runner that cannot be started is a failed test"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use countersign::{
    evidence::receipt::Receipt,
    gate::{self, Inputs, Range},
    report::{Report, State},
    verdict::Verdict,
};

const GREEN: &str = "from half import half\n\n\ndef test_even():\n    assert half(4) == 2\n";
const RED: &str = "from half import half\n\n\ndef test_odd():\n    assert half(3) == 1\n";
const PASSED: &str = "<testsuite tests=\"1\"><testcase classname=\"a\" name=\"b\" time=\"0.1\"/></testsuite>";
const FAILED: &str = "<testsuite tests=\"1\" failures=\"1\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";

struct Project(tempfile::TempDir);

impl Project {
    /// Two commits; the second one rounds down.
    fn new(tests: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.put("half.py", "def half(n):\n    return n / 2\n");
        project.put("test_half.py", GREEN);
        project.put(".gitignore", "__pycache__/\n.pytest_cache/\n");
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project.commit("halves");
        project.put("half.py", "def half(n):\n    return n // 2\n");
        project.put("test_half.py", tests);
        project
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let done = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "half.py", "test_half.py", ".gitignore"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    fn record(&self, command: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["record", "--reports", "*.xml", "--"])
            .args(command)
            .current_dir(self.path())
            .output()
            .unwrap()
    }

    fn pytest(&self) -> Output {
        let python = python();
        self.record(&[
            python.to_str().unwrap(),
            "-m",
            "pytest",
            "--quiet",
            "--junitxml=report.xml",
        ])
    }

    fn receipt(&self) -> Receipt {
        let bytes = fs::read(self.path().join("countersign-receipt.json")).unwrap();
        Receipt::parse("countersign-receipt.json", &bytes).unwrap()
    }

    fn judge(&self, range: Range) -> Report {
        let inputs = Inputs {
            folder: self.path().to_owned(),
            tests: vec!["*.xml".to_owned()],
            receipts: vec![self.path().join("countersign-receipt.json")],
            ..Inputs::of(range, self.path())
        };
        gate::judge(&inputs).unwrap()
    }

    fn judge_commit(&self) -> Report {
        self.judge(Range::Commits {
            base: Some("HEAD~1".to_owned()),
            head: None,
        })
    }
}

fn python() -> PathBuf {
    let python = std::env::var_os("COUNTERSIGN_TEST_PYTHON");
    PathBuf::from(python.expect("run the tests with `tests/run`, which sets up pytest"))
}

fn state(report: &Report, id: &str) -> State {
    report.items.iter().find(|item| item.id == id).unwrap().state
}

fn why(report: &Report) -> String {
    report.lacking.iter().map(|(_, why)| why.as_str()).collect()
}

fn write(text: &str) -> String {
    format!("printf '%s' '{text}' > report.xml")
}

#[test]
fn a_run_before_the_commit_counts_for_the_commit_of_the_same_tree() {
    let project = Project::new(GREEN);
    let done = project.pytest();
    assert_eq!(
        done.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let receipt = project.receipt();
    assert!(receipt.dirty);
    assert_eq!(receipt.reports.len(), 1);
    assert_eq!(receipt.changed, Vec::<String>::new());
    // judged on disk, where the receipt and the report lie
    let report = project.judge(Range::Worktree { base: None });
    assert_eq!(report.verdict, Verdict::Pass, "{}", why(&report));
    project.commit("rounds down");
    assert_eq!(receipt.tree, project.git(&["rev-parse", "HEAD^{tree}"]));
    let report = project.judge_commit();
    assert_eq!(report.verdict, Verdict::Pass, "{}", why(&report));
    assert_eq!(report.read.tests.unwrap().recorded, Some(1));
}

#[test]
fn a_second_run_binds_although_the_first_left_its_report() {
    let project = Project::new(GREEN);
    project.pytest();
    project.commit("rounds down");
    project.pytest();
    let receipt = project.receipt();
    assert!(!receipt.dirty);
    assert_eq!(receipt.left_out, ["countersign-receipt.json", "report.xml"]);
    assert_eq!(project.judge_commit().verdict, Verdict::Pass);
}

#[test]
fn the_streams_and_the_exit_code_are_those_of_the_command() {
    let project = Project::new(RED);
    project.put("half.py", "def half(n):\n    return n / 2\n");
    let done = project.pytest();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stdout).contains("1 failed"));
    assert_eq!(project.receipt().exit_code, 1);
    let report = project.judge(Range::Worktree { base: None });
    assert_eq!(state(&report, "tests-failing"), State::Broken);
    let done = project.record(&["sh", "-c", "echo out; echo err >&2; exit 77"]);
    assert_eq!((done.status.code(), &*done.stdout), (Some(77), &b"out\n"[..]));
    assert!(String::from_utf8_lossy(&done.stderr).starts_with("err\n"));
    assert_eq!(
        project.record(&["sh", "-c", "kill -TERM $$"]).status.code(),
        Some(143)
    );
    assert_eq!(project.receipt().exit_code, 143);
}

#[test]
fn an_edit_after_the_run_leaves_the_report_unproven() {
    let project = Project::new(GREEN);
    project.pytest();
    project.put("half.py", "def half(n):\n    return 2\n");
    project.commit("says two");
    let report = project.judge_commit();
    assert_eq!(report.verdict, Verdict::Unproven);
    assert!(why(&report).contains("the judged tree is"), "{}", why(&report));
    assert_ne!(state(&report, "tests-failing"), State::Holds);
}

#[test]
fn red_cases_of_another_tree_accuse_nobody() {
    let project = Project::new(RED);
    project.put("half.py", "def half(n):\n    return n / 2\n");
    project.pytest();
    project.put("half.py", "def half(n):\n    return n // 2\n");
    project.commit("rounds down");
    let report = project.judge_commit();
    assert_eq!(report.verdict, Verdict::Unproven);
    assert_eq!(state(&report, "tests-failing"), State::Unproven);
}

#[test]
fn an_untracked_file_is_part_of_the_tree() {
    let project = Project::new(GREEN);
    project.put("conftest.py", "");
    project.pytest();
    project.commit("rounds down");
    assert!(project.receipt().dirty);
    assert_eq!(project.judge_commit().verdict, Verdict::Unproven);
}

#[test]
fn code_cannot_be_left_out_as_a_report() {
    let project = Project::new(GREEN);
    project.put("conftest.py", "");
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["record", "--reports", "**/*", "--", "sh", "-c", &write(PASSED)])
        .current_dir(project.path())
        .output()
        .unwrap();
    assert!(!project.receipt().left_out.contains(&"conftest.py".to_owned()));
    project.commit("rounds down");
    // a hand-written list does not help either
    let mut receipt = project.receipt();
    receipt.left_out.push("conftest.py".to_owned());
    project.put(
        "countersign-receipt.json",
        &serde_json::to_string(&receipt).unwrap(),
    );
    assert_eq!(project.judge_commit().verdict, Verdict::Unproven);
}

#[test]
fn a_report_that_was_edited_or_never_made_by_the_run_is_unproven() {
    let project = Project::new(GREEN);
    project.commit("rounds down");
    project.record(&["sh", "-c", &write(PASSED)]);
    project.put("report.xml", &format!("{PASSED} "));
    let report = project.judge_commit();
    assert_eq!(report.verdict, Verdict::Unproven);
    assert!(why(&report).contains("changed after the run"), "{}", why(&report));
    // there before, and not touched by the command
    project.record(&["true"]);
    assert_eq!(project.receipt().reports, []);
    let report = project.judge_commit();
    assert!(why(&report).contains("in no receipt"), "{}", why(&report));
    assert_eq!(report.verdict, Verdict::Unproven);
}

#[test]
fn an_exit_code_that_disagrees_with_the_reports_is_a_contradiction() {
    let project = Project::new(GREEN);
    project.commit("rounds down");
    project.record(&["sh", "-c", &format!("{}; exit 3", write(PASSED))]);
    let report = project.judge_commit();
    assert_eq!(state(&report, "tests-report-missing"), State::Broken);
    assert_eq!(report.verdict, Verdict::Fail);
    project.record(&["sh", "-c", &format!("{}; exit 0", write(FAILED))]);
    let report = project.judge_commit();
    assert_eq!(state(&report, "tests-report-missing"), State::Unproven);
    assert_eq!(state(&report, "tests-failing"), State::Broken);
    project.record(&["sh", "-c", &format!("{}; exit 1", write(FAILED))]);
    assert_eq!(
        state(&project.judge_commit(), "tests-report-missing"),
        State::Holds
    );
}

#[test]
fn a_command_that_changes_the_code_it_tests_proves_nothing() {
    let project = Project::new(GREEN);
    project.commit("rounds down");
    let done = project.record(&["sh", "-c", &format!("echo '#' >> half.py; {}", write(PASSED))]);
    assert!(String::from_utf8_lossy(&done.stderr).contains("warning: the command changed"));
    assert_eq!(project.receipt().changed, ["half.py"]);
    project.git(&["checkout", "--quiet", "half.py"]);
    assert_eq!(project.judge_commit().verdict, Verdict::Unproven);
}

#[test]
fn a_receipt_that_the_change_brings_along_proves_nothing() {
    let project = Project::new(GREEN);
    project.record(&["sh", "-c", &write(PASSED)]);
    project.git(&["add", "countersign-receipt.json"]);
    project.commit("rounds down");
    let report = project.judge_commit();
    assert_eq!(report.verdict, Verdict::Unproven);
    assert!(
        why(&report).contains("part of the judged commit"),
        "{}",
        why(&report)
    );
}

#[test]
fn nothing_is_written_into_the_repository_and_nothing_else_is_overwritten() {
    let project = Project::new(GREEN);
    project.put("notes.json", "{}");
    let files = || -> Vec<(PathBuf, u64)> {
        let walk = ignore::WalkBuilder::new(project.path().join(".git"))
            .standard_filters(false)
            .build();
        let files = walk.map(Result::unwrap).filter(|one| one.path().is_file());
        files
            .map(|one| (one.path().to_owned(), one.metadata().unwrap().len()))
            .collect()
    };
    let before = files();
    project.record(&["true"]);
    assert_eq!(before, files());
    let done = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["record", "--receipt", "notes.json", "--", "true"])
        .current_dir(project.path())
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(project.path().join("notes.json")).unwrap(),
        "{}"
    );
}

#[test]
fn a_command_that_cannot_start_leaves_no_receipt_of_an_older_run() {
    let project = Project::new(GREEN);
    project.record(&["true"]);
    assert_eq!(project.record(&["no-such-command-here"]).status.code(), Some(2));
    assert!(!project.path().join("countersign-receipt.json").exists());
}

#[test]
fn a_file_that_is_no_receipt_is_refused_with_its_place() {
    for text in ["", "[", "{\"receipt\": 1}", "{\"receipt\": 99", "\u{0}"] {
        let error = Receipt::parse("r.json", text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("r.json"), "{error}");
    }
    assert!(Receipt::parse("r.json", "[".repeat(100_000).as_bytes()).is_err());
}

/// Waits until a file says who wrote it; gives up after a while.
fn written(path: &Path) -> String {
    for _ in 0..600 {
        match fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            Ok(_) | Err(_) => std::thread::sleep(std::time::Duration::from_millis(50)),
        }
    }
    panic!("{} was never written", path.display());
}

/// Starts a recorded command that starts another one, and tells `record` alone to stop.
fn interrupted(project: &Project, signal: &str, script: &str) -> (Option<i32>, String) {
    let inner = project.path().join("inner.pid");
    let mut record = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["record", "--", "sh", "-c", script])
        .current_dir(project.path())
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let inner = written(&inner);
    let told = Command::new("kill")
        .args([signal, &record.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    (record.wait().unwrap().code(), inner)
}

fn is_alive(process: &str) -> bool {
    let state = Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output()
        .unwrap();
    let state = String::from_utf8(state.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

#[test]
fn a_signal_to_record_alone_ends_the_command_and_what_it_started() {
    let project = Project::new(GREEN);
    project.put(".gitignore", "inner.pid\n");
    let script = "sh -c 'echo $$ > inner.pid.new; mv inner.pid.new inner.pid; exec sleep 600'; true";
    let (code, inner) = interrupted(&project, "-TERM", script);
    assert_eq!(code, Some(143));
    for _ in 0..100 {
        if !is_alive(&inner) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(!is_alive(&inner), "process {inner} was left behind");
    assert!(!project.path().join("countersign-receipt.json").exists());
}

#[test]
fn a_command_that_ends_well_when_it_is_told_to_stop_still_was_stopped() {
    let project = Project::new(GREEN);
    project.put(".gitignore", "inner.pid\n");
    let script = "trap 'exit 0' TERM; echo $$ > inner.pid; while :; do sleep 0.1; done";
    let (code, _) = interrupted(&project, "-TERM", script);
    assert_eq!(code, Some(143));
    assert!(!project.path().join("countersign-receipt.json").exists());
}

#[test]
fn a_command_that_says_how_it_was_stopped_is_believed() {
    let project = Project::new(GREEN);
    project.put(".gitignore", "inner.pid\n");
    let script = "trap 'exit 2' INT; echo $$ > inner.pid; while :; do sleep 0.1; done";
    assert_eq!(interrupted(&project, "-INT", script).0, Some(2));
}

#[test]
fn the_version_of_the_interpreter_is_written_down() {
    let project = Project::new(GREEN);
    project.pytest();
    let version = project.receipt().versions.remove("python").unwrap();
    assert!(version.starts_with("Python 3."), "{version}");
}

#[test]
fn a_receipt_shows_that_a_claimed_command_ran_and_how_it_ended() {
    for (command, verdict, state_of_claim) in [
        (["git", "diff", "--quiet"], Verdict::Pass, State::Holds),
        (["git", "diff", "--no-such"], Verdict::Fail, State::Broken),
    ] {
        let project = Project::new(GREEN);
        project.commit("rounds down");
        project.record(&command);
        let claims = tempfile::tempdir().unwrap();
        let file = claims.path().join("claims.yaml");
        std::fs::write(
            &file,
            format!("- form: command-run\n  target: {}\n", command.join(" ")),
        )
        .unwrap();
        let range = Range::Commits {
            base: Some("HEAD~1".to_owned()),
            head: None,
        };
        let inputs = Inputs {
            folder: project.path().to_owned(),
            claims: vec![file],
            receipts: vec![project.path().join("countersign-receipt.json")],
            ..Inputs::of(range, project.path())
        };
        let report = gate::judge(&inputs).unwrap();
        assert_eq!(
            state(&report, "claims-command-run"),
            state_of_claim,
            "{command:?}"
        );
        assert_eq!(report.verdict, verdict, "{command:?}: {}", why(&report));
    }
}

#[test]
fn a_recorded_build_is_no_run_of_tests() {
    let tools = tempfile::tempdir().unwrap();
    let make = tools.path().join("make");
    for (exit_code, missing, verdict) in [
        (0, State::Holds, Verdict::Pass),
        (2, State::Broken, Verdict::Fail),
    ] {
        fs::write(&make, format!("#!/bin/sh\nexit {exit_code}\n")).unwrap();
        fs::set_permissions(&make, fs::Permissions::from_mode(0o755)).unwrap();
        let project = Project::new(GREEN);
        project.commit("rounds down");
        project.record(&["sh", "-c", &write(PASSED)]);
        let receipt = "countersign-receipt.json";
        let tests = tools.path().join(receipt);
        fs::rename(project.path().join(receipt), &tests).unwrap();
        project.record(&[make.to_str().unwrap(), "build"]);
        let range = Range::Commits {
            base: Some("HEAD~1".to_owned()),
            head: None,
        };
        let inputs = |receipts: Vec<PathBuf>| Inputs {
            folder: project.path().to_owned(),
            tests: vec!["*.xml".to_owned()],
            receipts,
            ..Inputs::of(range.clone(), project.path())
        };
        let own = project.path().join(receipt);
        let report = gate::judge(&inputs(vec![tests.clone(), own.clone()])).unwrap();
        assert_eq!(
            state(&report, "tests-report-missing"),
            missing,
            "{exit_code}: {}",
            why(&report)
        );
        assert_eq!(report.verdict, verdict, "{exit_code}: {}", why(&report));
        // alone, it does not speak of the reports at all
        let report = gate::judge(&inputs(vec![own])).unwrap();
        assert!(!why(&report).contains("in no receipt"), "{}", why(&report));
    }
}
