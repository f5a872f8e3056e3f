//! Gemini CLI: what does one of its chats say?
//!
//! One JSON document until 0.40, lines since then. A call's `status` is `success` whatever the command returned; an
//! exit code that is not 0 stands in the text.

use serde_json::Value;

use super::{
    Outcome,
    blocks::{self, str_at},
    log::Log,
    tools,
};

pub(super) fn knows(value: &Value) -> bool {
    let is_header = value.get("sessionId").is_some() && value.get("projectHash").is_some();
    is_header || str_at(value, "type") == Some("gemini")
}

pub(super) fn knows_document(value: &Value) -> bool {
    let list = value.get("messages").or_else(|| value.get("history"));
    let Some(Value::Array(messages)) = list else {
        return knows(value);
    };
    let is_own = |message: &Value| {
        let role = str_at(message, "type").or_else(|| str_at(message, "role"));
        matches!(role, Some("gemini" | "model"))
    };
    knows(value) || messages.iter().any(is_own)
}

pub(super) fn document(log: &mut Log, value: &Value) {
    let list = value.get("messages").or_else(|| value.get("history"));
    for entry in list.and_then(Value::as_array).into_iter().flatten() {
        let text = said(entry);
        let number = log.line_of(&text);
        message(log, number, entry);
    }
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    if let Some(messages) = value.get("$set").and_then(|set| set.get("messages")?.as_array()) {
        for entry in messages {
            message(log, number, entry);
        }
    }
    if value.get("$rewindTo").is_some() {
        log.gap("the session was rewound");
    }
    message(log, number, value);
}

fn said(message: &Value) -> String {
    let content = message.get("content").or_else(|| message.get("parts"));
    content.map(blocks::text).unwrap_or_default()
}

fn message(log: &mut Log, line: u32, message: &Value) {
    let role = str_at(message, "type").or_else(|| str_at(message, "role"));
    if !matches!(role, Some("gemini" | "model")) {
        return;
    }
    log.says(line, None, &said(message));
    for call in message
        .get("toolCalls")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let id = str_at(call, "id");
        let name = str_at(call, "name").unwrap_or_default();
        log.calls(line, id, name, call.get("args").unwrap_or(&Value::Null));
        let is_command = log.is_command(id);
        log.answers(id, outcome(call, is_command));
    }
}

fn outcome(call: &Value, is_command: bool) -> Outcome {
    match str_at(call, "status") {
        Some("success") => {}
        Some("error") => return Outcome::Failed(None),
        Some("cancelled") => return Outcome::Refused,
        Some(_) | None => return Outcome::Unknown,
    }
    let told = output(call.get("result").unwrap_or(&Value::Null));
    if is_command { of_text(&told) } else { Outcome::Done }
}

fn output(result: &Value) -> String {
    let parts = result.as_array().into_iter().flatten();
    let texts = parts.filter_map(|part| {
        part.get("functionResponse")?
            .get("response")?
            .get("output")?
            .as_str()
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// The result of a command from what the agent is told of it. Only a code other than 0 is written by newer versions.
pub(super) fn of_text(told: &str) -> Outcome {
    let code = tools::exit_code(told, &["Exit Code:"]);
    let is_killed = told.lines().any(|line| {
        let signal = line.strip_prefix("Signal:").map(str::trim);
        signal.is_some_and(|signal| !matches!(signal, "(none)" | "0"))
            || line.starts_with("Command was cancelled")
    });
    match code {
        _ if is_killed => Outcome::Unknown,
        Some(0) => Outcome::Done,
        Some(code) => Outcome::Failed(Some(code)),
        None if told.lines().any(|line| line.starts_with("Output:")) => Outcome::Done,
        None => Outcome::Unknown,
    }
}
