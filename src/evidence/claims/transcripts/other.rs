//! A transcript of an agent that is not known here: what was said last?
//!
//! Most logs have a role and a content somewhere; what was run and edited is not read, so the log is never whole.

use serde_json::Value;

use super::{
    blocks::{self, str_at},
    log::Log,
};

pub(super) fn knows(value: &Value) -> bool {
    value.is_object()
}

pub(super) fn knows_document(value: &Value) -> bool {
    let messages = value.get("messages").and_then(Value::as_array);
    let has_role = |message: &Value| str_at(message, "role").is_some();
    messages.is_some_and(|messages| messages.iter().any(has_role))
}

pub(super) fn document(log: &mut Log, value: &Value) {
    for entry in value
        .get("messages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let number = log.line_of(&said(entry).unwrap_or_default());
        line(log, number, entry);
    }
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    log.gap("the transcript is of an agent that is not known here");
    if let Some(text) = said(value) {
        log.says(number, None, &text);
    }
}

/// What the agent says in an entry; `None` where somebody else speaks.
fn said(value: &Value) -> Option<String> {
    let message = value
        .get("message")
        .filter(|message| message.is_object())
        .unwrap_or(value);
    let speaker = ["role", "type", "source"].iter().find_map(|key| {
        let name = str_at(message, key)?;
        matches!(name, "assistant" | "MODEL" | "model").then_some(name)
    });
    // a tool's result may stand in the model's name
    if speaker? == "MODEL" && str_at(message, "type") != Some("PLANNER_RESPONSE") {
        return None;
    }
    Some(blocks::text(message.get("content")?))
}
