//! Is every transcript read as it was written? Files of real agents, with what is in them listed by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use countersign::evidence::claims::{
    self,
    transcripts::{Kind, Outcome, Session},
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts")
}

fn files(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Failed(Some(code)) => format!("failed with {code}"),
        Outcome::Failed(None) => "failed".to_owned(),
        Outcome::Refused => "refused".to_owned(),
        Outcome::Unknown => "not told".to_owned(),
    }
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Created => "created".to_owned(),
        Kind::Written => "written".to_owned(),
        Kind::Edited => "edited".to_owned(),
        Kind::Deleted => "deleted".to_owned(),
        Kind::Moved(to) => format!("moved to {to}"),
    }
}

fn start(text: &str) -> String {
    let line = text.replace('\n', " ");
    line.chars().take(72).collect()
}

/// What a session holds, one fact a line.
fn listed(session: &Session) -> String {
    let mut list = format!("{}\n", session.agent);
    if let Some(message) = &session.final_message {
        let state = if message.concludes {
            ""
        } else {
            " (edited after it)"
        };
        writeln!(
            list,
            "  says{state} at {}: {}",
            message.line,
            start(&message.text)
        )
        .unwrap();
    }
    for edit in &session.edits {
        writeln!(
            list,
            "  step {} at {}: {} {}, {}",
            edit.step,
            edit.line,
            kind(&edit.kind),
            edit.path,
            outcome(edit.outcome)
        )
        .unwrap();
    }
    for command in &session.commands {
        writeln!(
            list,
            "  step {} at {}: ran {}, {}",
            command.step,
            command.line,
            start(&command.text),
            outcome(command.outcome)
        )
        .unwrap();
    }
    if let Err(why) = session.is_whole() {
        writeln!(list, "  not whole: {why}").unwrap();
    }
    list
}

fn all_listed(root: &Path) -> String {
    let mut paths = Vec::new();
    files(root, &mut paths);
    let mut list = String::new();
    for path in paths {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        let is_transcript = path
            .extension()
            .is_some_and(|end| end == "json" || end == "jsonl");
        if !is_transcript || name.ends_with("commits.jsonl") {
            continue;
        }
        match claims::read(std::slice::from_ref(&path)) {
            Ok(read) => {
                for session in &read.sessions {
                    write!(list, "{name}: {}", listed(session)).unwrap();
                }
                if read.sessions.is_empty() {
                    writeln!(list, "{name}: no transcript").unwrap();
                }
            }
            Err(error) => writeln!(list, "{name}: {error}").unwrap(),
        }
    }
    list
}

#[test]
#[ignore = "lists the transcripts below the folder that COUNTERSIGN_TRANSCRIPTS names"]
fn transcripts_of_a_folder_are_listed() {
    let root = std::env::var_os("COUNTERSIGN_TRANSCRIPTS")
        .map(PathBuf::from)
        .unwrap();
    fs::write(root.with_extension("listed"), all_listed(&root)).unwrap();
}

#[test]
fn every_transcript_is_read_as_listed_by_hand() {
    let expected = fs::read_to_string(folder().join("expected.txt")).unwrap();
    let found = all_listed(&folder());
    for (expected, found) in expected.lines().zip(found.lines()) {
        assert_eq!(expected, found);
    }
    assert_eq!(expected.lines().count(), found.lines().count());
}
