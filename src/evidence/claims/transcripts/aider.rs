//! aider: what does a line of `.aider.chat.history.md` say?
//!
//! `> ` is the tool, `#### ` the user, everything else the model. One file holds every session in a project; only the
//! last one counts. Commands are the user's, and their exit codes are not written.

use super::{Kind, Outcome, log::Log, tools::Step};

const START: &str = "# aider chat started at ";

/// What the tool writes when it edits.
const EDITS: &[(&str, Kind)] = &[
    ("Applied edit to ", Kind::Edited),
    ("Creating empty file ", Kind::Created),
];

pub(super) fn knows(text: &str) -> bool {
    text.trim_start().starts_with(START)
}

pub(super) fn line(log: &mut Log, number: u32, line: &str) {
    let line = line.trim_end();
    if line.starts_with(START) {
        log.starts_again();
        return log.gap("aider's history does not tell what commands returned");
    }
    if let Some(told) = line.strip_prefix("> ") {
        return by_tool(log, number, told);
    }
    if let Some(asked) = line.strip_prefix("#### ") {
        log.interrupts();
        return by_user(log, number, asked);
    }
    if line != ">" {
        log.writes(number, line);
    }
}

fn by_tool(log: &mut Log, line: u32, told: &str) {
    log.interrupts();
    if let Some(text) = told.strip_prefix("Running ").map(str::trim) {
        let text = text.to_owned();
        return log.did(line, Step::Run { text, folder: None }, Outcome::Unknown);
    }
    for (mark, kind) in EDITS {
        if let Some(path) = told.strip_prefix(mark) {
            let (path, kind) = (path.trim().to_owned(), kind.clone());
            return log.did(line, Step::Edit { path, kind }, Outcome::Done);
        }
    }
}

fn by_user(log: &mut Log, line: u32, asked: &str) {
    let command = ["/run ", "/test ", "!"]
        .iter()
        .find_map(|mark| asked.strip_prefix(mark));
    if let Some(text) = command.map(|text| text.trim().to_owned()) {
        log.did(line, Step::Run { text, folder: None }, Outcome::Unknown);
    }
}
