//! opencode: what does an export of a session, or a file of its store, say?
//!
//! `opencode export` writes one document. The store keeps a file for every session, message and part; the reader of
//! the session's file puts them together (see [`super::store`]).

use serde_json::Value;

use super::{Outcome, blocks::str_at, log::Log};

pub(super) fn knows(value: &Value) -> bool {
    let is_export = value.get("info").is_some() && value.get("messages").is_some_and(Value::is_array);
    let is_stored = value.get("id").is_some()
        && ["projectID", "sessionID", "messageID"]
            .iter()
            .any(|key| value.get(key).is_some());
    let is_part = value.get("id").is_some()
        && value.get("text").is_some()
        && str_at(value, "type") == Some("text")
        && value.get("time").is_some();
    is_export || is_stored || is_part
}

/// Whether a document is the file of a session in the store.
pub(super) fn is_session(value: &Value) -> bool {
    value.get("projectID").is_some() && value.get("id").is_some()
}

pub(super) fn document(log: &mut Log, value: &Value) {
    match value.get("messages").and_then(Value::as_array) {
        Some(messages) => messages.iter().for_each(|entry| message(log, entry)),
        // a part by itself: nobody knows whose word a text is
        None => {
            log.gap("it is one part of a session");
            part(log, value, false);
        }
    }
}

/// A message with its parts: `{info: {role}, parts: []}`.
pub(super) fn message(log: &mut Log, entry: &Value) {
    let info = entry.get("info").unwrap_or(entry);
    let is_own = str_at(info, "role") == Some("assistant");
    for each in entry.get("parts").and_then(Value::as_array).into_iter().flatten() {
        part(log, each, is_own);
    }
}

fn part(log: &mut Log, part: &Value, is_own: bool) {
    match str_at(part, "type").unwrap_or_default() {
        "text" if is_own && part.get("synthetic").and_then(Value::as_bool) != Some(true) => {
            let text = str_at(part, "text").unwrap_or_default();
            let line = log.line_of(text);
            log.says(line, str_at(part, "messageID"), text);
        }
        "tool" => {
            let state = part.get("state").unwrap_or(&Value::Null);
            let input = state.get("input").unwrap_or(&Value::Null);
            let id = str_at(part, "callID").or_else(|| str_at(part, "id"));
            let line = id.map_or(1, |id| log.line_of(id));
            log.calls(line, id, str_at(part, "tool").unwrap_or_default(), input);
            let is_command = log.is_command(id);
            log.answers(id, outcome(state, is_command));
        }
        "subtask" => log.gap("a subagent worked too, and its steps are not in this file"),
        _ => {}
    }
}

fn outcome(state: &Value, is_command: bool) -> Outcome {
    let code = state
        .get("metadata")
        .and_then(|metadata| metadata.get("exit")?.as_i64());
    match (str_at(state, "status"), code) {
        (Some("completed" | "success"), Some(0)) => Outcome::Done,
        (Some("completed" | "success"), Some(code)) => Outcome::Failed(i32::try_from(code).ok()),
        (Some("completed" | "success"), None) if !is_command => Outcome::Done,
        (Some("error"), _) => Outcome::Failed(None),
        (Some(_) | None, _) => Outcome::Unknown,
    }
}
