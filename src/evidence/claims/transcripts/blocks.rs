//! What text, which calls and which results are in the content of a message?
//!
//! A content is a text, or a list of blocks of a `type`. Blocks of a type that is not known here are passed over.

use serde_json::Value;

use super::{Outcome, log::Log};

/// The text of a content: itself, or its text blocks one below the other.
pub(super) fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let texts: Vec<String> = blocks.iter().map(text_of_block).collect();
            let full: Vec<&str> = texts
                .iter()
                .map(String::as_str)
                .filter(|text| !text.is_empty())
                .collect();
            full.join("\n\n")
        }
        Value::Object(_) => text_of_block(content),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

fn text_of_block(block: &Value) -> String {
    let kind = block.get("type").and_then(Value::as_str).unwrap_or("text");
    let is_thought = block.get("thought").and_then(Value::as_bool) == Some(true);
    if is_thought || !matches!(kind, "text" | "output_text" | "input_text") {
        return String::new();
    }
    str_at(block, "text").unwrap_or_default().to_owned()
}

/// A text member of an object.
pub(super) fn str_at<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// What the agent itself said and called.
pub(super) fn assistant(log: &mut Log, line: u32, id: Option<&str>, content: &Value) {
    if let Value::String(text) = content {
        return log.says(line, id, text);
    }
    let mut texts = Vec::new();
    for block in content.as_array().into_iter().flatten() {
        match str_at(block, "type").unwrap_or_default() {
            "tool_use" | "tool_call" | "toolCall" => {
                let input = block.get("input").or_else(|| block.get("arguments"));
                let name = str_at(block, "name").unwrap_or_default();
                log.calls(line, str_at(block, "id"), name, input.unwrap_or(&Value::Null));
            }
            _ => texts.push(text_of_block(block)),
        }
    }
    texts.retain(|text| !text.is_empty());
    log.says(line, id, &texts.join("\n\n"));
}

/// The results in what was handed back to the agent; `outcome` reads one from its text and its error mark.
pub(super) fn results(log: &mut Log, content: &Value, outcome: impl Fn(&str, Option<bool>) -> Outcome) {
    for block in content.as_array().into_iter().flatten() {
        if matches!(
            str_at(block, "type"),
            Some("tool_result" | "tool-result" | "toolResult")
        ) {
            let told = block.get("content").map(text).unwrap_or_default();
            let is_error = block.get("is_error").and_then(Value::as_bool);
            let id = str_at(block, "tool_use_id").or_else(|| str_at(block, "toolCallId"));
            log.answers(id, outcome(&told, is_error));
        }
    }
}
