//! Is evidence told apart from the work that it is about?

#![allow(
    clippy::unwrap_used,
    reason = "a repository that cannot be made is a failed test"
)]

use std::{fs, path::Path, process::Command};

use countersign::{
    gate::{self, Inputs, Range},
    report::{Report, State},
    verdict::Verdict,
};

const GREEN: &str = "<testsuite name=\"s\"><testcase classname=\"c\" name=\"n\" time=\"0.1\"/></testsuite>\n";

struct Work(tempfile::TempDir);

impl Work {
    fn new() -> Self {
        let work = Self(tempfile::tempdir().unwrap());
        work.git(&["init", "--quiet", "--initial-branch=main"]);
        work.write("src/a.py", "one = 1\n");
        work.commit("begin");
        work
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git(&self, words: &[&str]) {
        let done = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(words)
            .current_dir(self.path())
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "git {words:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    fn last_commit(&self) -> Inputs {
        let range = Range::Commits {
            base: Some("HEAD~1".to_owned()),
            head: None,
        };
        Inputs {
            folder: self.path().to_owned(),
            ..Inputs::of(range, self.path())
        }
    }

    fn on_disk(&self) -> Inputs {
        Inputs {
            folder: self.path().to_owned(),
            ..Inputs::of(Range::Worktree { base: None }, self.path())
        }
    }
}

fn state(report: &Report, id: &str) -> State {
    report.items.iter().find(|item| item.id == id).unwrap().state
}

#[test]
fn a_report_that_the_change_brings_along_proves_nothing() {
    let work = Work::new();
    work.write("src/a.py", "one = 2\n");
    work.write("reports/junit.xml", GREEN);
    work.commit("change one, with its report");
    let inputs = Inputs {
        tests: vec!["reports/*.xml".to_owned()],
        ..work.last_commit()
    };
    let report = gate::judge(&inputs).unwrap();
    assert_eq!(report.verdict, Verdict::Unproven);
    assert!(
        report
            .lacking
            .iter()
            .any(|lacking| format!("{lacking:?}").contains("part of the judged commit")),
        "{:?}",
        report.lacking
    );
}

#[test]
fn no_kind_of_test_report_is_taken_from_the_change() {
    let work = Work::new();
    work.write("src/a.py", "one = 2\n");
    work.write("tests/test_a.py", "def test_n():\n    assert True\n");
    work.write(
        "reports/junit.xml",
        &GREEN.replace("/></testsuite>", "><failure/></testcase></testsuite>"),
    );
    work.commit("change one, with its report");
    let committed = vec!["reports/*.xml".to_owned()];
    let base = Inputs {
        base_tests: committed.clone(),
        ..work.last_commit()
    };
    let new = Inputs {
        new_on_base: committed,
        ..work.last_commit()
    };
    for inputs in [base, new] {
        let report = gate::judge(&inputs).unwrap();
        assert_eq!(report.verdict, Verdict::Unproven);
        let lacking = format!("{:?}", report.lacking);
        assert!(lacking.contains("part of the judged commit"), "{lacking}");
    }
}

#[test]
fn a_report_written_over_a_committed_one_counts() {
    let work = Work::new();
    work.write("src/a.py", "one = 2\n");
    work.write("reports/junit.xml", GREEN);
    work.commit("change one, with its report");
    work.write("reports/junit.xml", &GREEN.replace("0.1", "0.2"));
    let inputs = Inputs {
        tests: vec!["reports/*.xml".to_owned()],
        ..work.last_commit()
    };
    assert_eq!(gate::judge(&inputs).unwrap().verdict, Verdict::Pass);
}

#[test]
fn evidence_on_disk_is_no_part_of_the_work() {
    let work = Work::new();
    work.write("src/a.py", "one = 2\n");
    work.write("junit.xml", GREEN);
    work.write("task.yaml", "allow: [src/**]\n");
    work.write(
        "claims.yaml",
        "claims:\n  - {form: only-touched, target: src/a.py}\n",
    );
    let inputs = Inputs {
        tests: vec!["junit.xml".to_owned()],
        task: Some(work.path().join("task.yaml")),
        claims: vec![work.path().join("claims.yaml")],
        ..work.on_disk()
    };
    let report = gate::judge(&inputs).unwrap();
    assert_eq!(report.verdict, Verdict::Pass, "{:?}", report.lacking);
    assert_eq!(report.read.files.len(), 1, "{:?}", report.read.files);
    assert!(
        report.notes.iter().any(|note| note.contains("being evidence")),
        "{:?}",
        report.notes
    );
}

#[test]
fn a_task_that_the_change_edits_is_a_finding_that_nothing_silences() {
    let work = Work::new();
    work.write("task.yaml", "allow: [src/**]\n");
    work.write(
        "countersign.yaml",
        "waivers:\n  - {check: scope-protected-path, reason: all is well}\n",
    );
    work.commit("assign");
    work.write("src/a.py", "one = 2\n");
    work.write("task.yaml", "allow: ['**']\n");
    work.commit("change one, and task.yaml with it");
    let inputs = Inputs {
        task: Some(work.path().join("task.yaml")),
        ..work.last_commit()
    };
    let report = gate::judge(&inputs).unwrap();
    assert_eq!(state(&report, "scope-protected-path"), State::Broken);
    assert_eq!(report.verdict, Verdict::Fail);
}
