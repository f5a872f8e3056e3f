//! Is the demo's evidence true? Its tests and its mutants are run again where there is a Python 3.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up is a failed test"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use assert_cmd::cargo::CommandCargoExt as _;
use countersign::demo;

fn evidence(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("demo/evidence")
        .join(name);
    fs::read_to_string(path).unwrap()
}

fn laid_out() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    demo::lay_out(folder.path()).unwrap();
    let repository = folder.path().join(demo::REPOSITORY);
    (folder, repository)
}

fn python() -> Option<Command> {
    let mut probe = Command::new("python3");
    let there = probe
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    there.then(|| {
        let mut python = Command::new("python3");
        python.arg("-B");
        python
    })
}

#[test]
fn the_demo_comes_out_as_it_must_and_tells_how_to_repeat_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::cargo_bin("countersign").unwrap();
    let kept = demo
        .current_dir(folder.path())
        .args(["demo", "--keep", "kept"])
        .output()
        .unwrap();
    let text = String::from_utf8(kept.stdout).unwrap();
    assert_eq!(kept.status.code(), Some(0), "{text}");
    assert!(text.contains("\nverdict: fail"), "{text}");
    let mut check = Command::cargo_bin("countersign").unwrap();
    let by_hand = check
        .current_dir(folder.path().join("kept"))
        .args(demo::CHECK)
        .output()
        .unwrap();
    assert_eq!(by_hand.status.code(), Some(1));
    let report = String::from_utf8(by_hand.stdout).unwrap();
    assert!(text.contains(&report), "the same report by hand:\n{report}");
}

#[test]
fn the_demo_leaves_a_folder_that_is_in_use_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "").unwrap();
    let mut demo = Command::cargo_bin("countersign").unwrap();
    let output = demo
        .arg("demo")
        .arg("--keep")
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("is not empty"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_same_files_give_the_same_commits() {
    let head = |repository: &Path| {
        let git = git2::Repository::open(repository).unwrap();
        git.head().unwrap().target().unwrap()
    };
    let ((_a, one), (_b, two)) = (laid_out(), laid_out());
    assert_eq!(head(&one), head(&two));
}

#[test]
fn the_test_reports_are_what_the_tests_really_give() {
    for (branch, report, code) in [("main", "base-junit.xml", 0), ("agent", "junit.xml", 1)] {
        let (_folder, repository) = laid_out();
        let Some(mut python) = python() else { return };
        check_out(&repository, branch);
        let run = python
            .args(["tools/run_tests.py", "junit.xml"])
            .current_dir(&repository);
        assert_eq!(run.status().unwrap().code(), Some(code), "{branch}");
        let real = fs::read_to_string(repository.join("junit.xml")).unwrap();
        assert_eq!(real.trim_end(), evidence(report).trim_end(), "{branch}");
    }
}

fn check_out(repository: &Path, branch: &str) {
    let git = git2::Repository::open(repository).unwrap();
    git.set_head(&format!("refs/heads/{branch}")).unwrap();
    git.checkout_head(Some(git2::build::CheckoutBuilder::new().force()))
        .unwrap();
}

#[test]
fn the_mutants_fared_as_the_report_says() {
    let report: serde_json::Value = serde_json::from_str(&evidence("mutation.json")).unwrap();
    let (_folder, repository) = laid_out();
    for (path, file) in report["files"].as_object().unwrap() {
        let source = fs::read_to_string(repository.join(path)).unwrap();
        assert_eq!(
            file["source"],
            source.as_str(),
            "{path} of the report is the one of the head"
        );
        for mutant in file["mutants"].as_array().unwrap() {
            let Some(mut python) = python() else { return };
            fs::write(repository.join(path), mutated(&source, mutant)).unwrap();
            let run = python
                .args(["-m", "unittest", "-q", "tests.test_price"])
                .current_dir(&repository);
            let passed = run.output().unwrap().status.success();
            let status = if passed { "Survived" } else { "Killed" };
            assert_eq!(mutant["status"], status, "mutant {}", mutant["id"]);
        }
    }
}

/// The source with one mutant in place; its columns count from 1, the last one excluded.
fn mutated(source: &str, mutant: &serde_json::Value) -> String {
    let at = |end: &str, axis: &str| mutant["location"][end][axis].as_u64().unwrap() as usize;
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    let line = &mut lines[at("start", "line") - 1];
    let columns = at("start", "column") - 1..at("end", "column") - 1;
    line.replace_range(columns, mutant["replacement"].as_str().unwrap());
    lines.join("\n") + "\n"
}
