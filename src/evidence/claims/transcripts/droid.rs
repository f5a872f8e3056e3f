//! Droid: what does a line of its store, or of its `stream-json` output, say?

use serde_json::Value;

use super::{
    Outcome,
    blocks::{self, str_at},
    log::Log,
};

pub(super) fn knows(value: &Value) -> bool {
    match str_at(value, "type").unwrap_or_default() {
        "session_start" => true,
        "completion" => value.get("finalText").is_some(),
        "tool_call" => value.get("toolName").is_some() && value.get("parameters").is_some(),
        "message" => value.get("text").is_some() && value.get("role").is_some(),
        _ => false,
    }
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    let id = ["toolCallId", "id"].iter().find_map(|key| str_at(value, key));
    match str_at(value, "type").unwrap_or_default() {
        "message" => message(log, number, value),
        "tool_call" => {
            let input = value.get("parameters").unwrap_or(&Value::Null);
            log.calls(number, id, str_at(value, "toolName").unwrap_or_default(), input);
        }
        "tool_result" => {
            let is_error = value.get("isError").and_then(Value::as_bool);
            let told = value.get("value").unwrap_or(&Value::Null);
            let code = told.get("exitCode").and_then(Value::as_i64);
            log.answers(
                id,
                match code {
                    Some(0) => Outcome::Done,
                    Some(code) => Outcome::Failed(i32::try_from(code).ok()),
                    None => outcome(told.as_str().unwrap_or_default(), is_error),
                },
            );
        }
        "completion" => log.concludes(number, str_at(value, "finalText").unwrap_or_default()),
        _ => {}
    }
}

fn message(log: &mut Log, line: u32, value: &Value) {
    let message = value.get("message").unwrap_or(value);
    let text = message.get("content").or_else(|| message.get("text"));
    let content = text.unwrap_or(&Value::Null);
    match str_at(message, "role") {
        Some("assistant") => blocks::assistant(log, line, None, content),
        Some("user") => blocks::results(log, content, outcome),
        Some(_) | None => {}
    }
}

/// A command that failed is told as an error with its code in brackets.
fn outcome(told: &str, is_error: Option<bool>) -> Outcome {
    let first = told.lines().next().unwrap_or_default();
    if first.starts_with("Error: Command failed") {
        let code = first.split_once("exit code: ").map(|(_, code)| code);
        let digits = code.map(|code| code.trim_end_matches(|c: char| !c.is_ascii_digit()));
        return Outcome::Failed(digits.and_then(|digits| digits.parse().ok()));
    }
    if is_error == Some(true) || first.starts_with("Error: ") {
        return Outcome::Failed(None);
    }
    Outcome::Done
}
