//! Cursor: what does a line of its agent's transcripts say?
//!
//! Blocks as Claude's, without times; calls have no ids and results say nothing of success.

use serde_json::Value;

use super::{
    Outcome,
    blocks::{self, str_at},
    log::Log,
};

pub(super) fn knows(value: &Value) -> bool {
    let content = value.get("message").and_then(|message| message.get("content"));
    matches!(str_at(value, "role"), Some("user" | "assistant")) && content.is_some_and(Value::is_array)
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    let content = value.get("message").and_then(|message| message.get("content"));
    let content = content.unwrap_or(&Value::Null);
    match str_at(value, "role") {
        Some("assistant") => blocks::assistant(log, number, None, content),
        Some("user") => blocks::results(log, content, |_, _| Outcome::Unknown),
        Some(_) | None => {}
    }
}
