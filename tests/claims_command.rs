//! What does `countersign claims FILE` show of a text?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up is a failed test")]

use std::{fs, process::Command};

use assert_cmd::cargo::CommandCargoExt as _;

const TEXT: &str = "# Summary\n\nAdded `src/retry.rs` and a robust, battle-tested policy 🎉\n\n- [x] Updated the docs\n- [ ] Add tests\n\nAll tests pass.\nThis will be released later.\n";

/// What the program prints about a text.
fn shown(flags: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pr.md"), TEXT).unwrap();
    let mut program = Command::cargo_bin("countersign").unwrap();
    let ran = program
        .current_dir(folder.path())
        .args(["claims", "pr.md"])
        .args(flags)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn claims_are_shown_with_their_places() {
    let expected = "pr.md:3:1: file-created src/retry.rs\n    Added `src/retry.rs`";
    let out = shown(&[]);
    assert!(out.starts_with(expected), "{out}");
    for line in [
        "pr.md:5:7: docs-updated\n",
        "pr.md:8:1: all-pass\n",
        "`--explain` shows them\n",
    ] {
        assert!(out.contains(line), "{line} is not in {out}");
    }
    assert!(!out.contains("left alone: "), "{out}");
}

#[test]
fn clauses_that_are_left_alone_are_explained() {
    let out = shown(&["--explain"]);
    for line in [
        "pr.md:6:7: left alone: its box is not ticked\n    Add tests\n",
        "left alone: it tells what will be done\n",
    ] {
        assert!(out.contains(line), "{line} is not in {out}");
    }
}

#[test]
fn a_text_is_restated_without_its_feelings() {
    let out = shown(&["--plain"]);
    let expected = "status:\n  done      file-created src/retry.rs\n  done      docs-updated\n  done      all-pass\n  open      Add tests\n  planned   This will be released later\ncommentary:\n";
    assert!(out.starts_with(expected), "{out}");
    assert!(!out.contains("battle") && !out.contains('🎉'), "{out}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::cargo_bin("countersign").unwrap();
    let ran = program
        .current_dir(folder.path())
        .args(["claims", "no.md"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("no.md"));
}
