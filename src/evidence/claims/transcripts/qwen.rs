//! Qwen Code: what does a line of its chats say? An envelope as Claude's around messages as Gemini's.

use serde_json::Value;

use super::{
    Outcome,
    blocks::{self, str_at},
    gemini,
    log::Log,
};

pub(super) fn knows(value: &Value) -> bool {
    let parts = value.get("message").and_then(|message| message.get("parts"));
    value.get("uuid").is_some()
        && (parts.is_some_and(Value::is_array) || value.get("systemPayload").is_some())
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    let parts = value.get("message").and_then(|message| message.get("parts"));
    let parts = parts.unwrap_or(&Value::Null);
    match str_at(value, "type").unwrap_or_default() {
        "assistant" => {
            log.says(number, str_at(value, "uuid"), &blocks::text(parts));
            for call in parts
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|part| part.get("functionCall"))
            {
                let input = call.get("args").unwrap_or(&Value::Null);
                log.calls(
                    number,
                    str_at(call, "id"),
                    str_at(call, "name").unwrap_or_default(),
                    input,
                );
            }
        }
        "tool_result" => answer(log, value, parts),
        _ => {}
    }
}

fn answer(log: &mut Log, value: &Value, parts: &Value) {
    let status = value
        .get("toolCallResult")
        .and_then(|result| str_at(result, "status"));
    for part in parts.as_array().into_iter().flatten() {
        let Some(response) = part.get("functionResponse") else {
            continue;
        };
        let id = str_at(response, "id");
        let told = response
            .get("response")
            .and_then(|told| str_at(told, "output"))
            .unwrap_or_default();
        let outcome = match status {
            Some("success") if log.is_command(id) => gemini::of_text(told),
            Some("success") => Outcome::Done,
            Some("error") => Outcome::Failed(None),
            Some("cancelled") => Outcome::Refused,
            Some(_) | None => Outcome::Unknown,
        };
        log.answers(id, outcome);
    }
}
