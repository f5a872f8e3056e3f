//! Copilot CLI: what does a line of `~/.copilot/session-state/*/events.jsonl` say?
//!
//! `success` is true whatever a command returned; its exit code stands at the end of the text.

use serde_json::Value;

use super::{Outcome, blocks::str_at, log::Log};

pub(super) fn knows(value: &Value) -> bool {
    let kind = str_at(value, "type").unwrap_or_default();
    let prefixes = [
        "session.",
        "assistant.",
        "user.",
        "tool.",
        "hook.",
        "system.",
        "subagent.",
    ];
    value.get("data").is_some_and(Value::is_object) && prefixes.iter().any(|prefix| kind.starts_with(prefix))
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    let data = value.get("data").unwrap_or(&Value::Null);
    let is_aside = data.get("parentToolCallId").is_some_and(Value::is_string);
    let id = str_at(data, "toolCallId");
    match str_at(value, "type").unwrap_or_default() {
        "assistant.message" => {
            if !is_aside {
                log.says(number, None, str_at(data, "content").unwrap_or_default());
            }
            for call in data
                .get("toolRequests")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let input = call.get("arguments").unwrap_or(&Value::Null);
                let name = str_at(call, "name").unwrap_or_default();
                log.calls(number, str_at(call, "toolCallId"), name, input);
            }
        }
        "tool.execution_start" => {
            let input = data.get("arguments").unwrap_or(&Value::Null);
            log.calls(number, id, str_at(data, "toolName").unwrap_or_default(), input);
        }
        "tool.execution_complete" => {
            let is_command = log.is_command(id);
            log.answers(id, outcome(data, is_command));
        }
        _ => {}
    }
}

fn outcome(data: &Value, is_command: bool) -> Outcome {
    let told = data
        .get("result")
        .and_then(|result| str_at(result, "content"))
        .unwrap_or_default();
    let is_success = data.get("success").and_then(Value::as_bool) == Some(true);
    match exit_code(told) {
        Some(0) if is_success => Outcome::Done,
        Some(0) | None if !is_success => Outcome::Failed(None),
        Some(code) => Outcome::Failed(Some(code)),
        None if is_command => Outcome::Unknown,
        None => Outcome::Done,
    }
}

/// `<shellId: 1 completed with exit code 0>` or `<exited with exit code 0>` on the last line.
fn exit_code(told: &str) -> Option<i32> {
    let last = told.trim_end().lines().next_back()?.trim();
    let inner = last.strip_prefix('<')?.strip_suffix('>')?;
    let (_, code) = inner.rsplit_once("exit code ")?;
    code.trim().parse().ok()
}
