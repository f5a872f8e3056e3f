//! Claude Code: what does a line of `~/.claude/projects/*/*.jsonl` say?
//!
//! Seen: versions 2.0.76 to 2.1.220. No exit codes are kept; a command that failed is an error whose text begins with
//! `Exit code N`.

use serde_json::Value;

use super::{
    Outcome,
    blocks::{self, str_at},
    log::Log,
    tools,
};

/// What begins the answer to a call that was never carried out.
const REFUSED: &[&str] = &[
    "The user doesn't want to",
    "[Request interrupted by user",
    "Permission to use",
    "Claude requested permissions",
];

/// Line types that only this format has, beside `user` and `assistant`.
const OWN: &[&str] = &[
    "ai-title",
    "attachment",
    "custom-title",
    "file-history-snapshot",
    "last-prompt",
    "permission-mode",
    "pr-link",
    "queue-operation",
    "worktree-state",
];

pub(super) fn knows(value: &Value) -> bool {
    let kind = str_at(value, "type").unwrap_or_default();
    let is_message = matches!(kind, "user" | "assistant") && value.get("message").is_some();
    let is_named = ["sessionId", "uuid", "parentUuid", "leafUuid", "isSidechain"]
        .iter()
        .any(|key| value.get(key).is_some());
    let is_own = OWN.contains(&kind) || matches!(kind, "system" | "summary" | "progress" | "agent-name");
    let is_known = value.get("uuid").is_some() || value.get("leafUuid").is_some();
    let is_bare = matches!(kind, "system" | "summary" | "progress");
    is_message && is_named
        || is_own && (is_named || value.get("messageId").is_some()) && (is_known || !is_bare)
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    let is_aside = value.get("isSidechain").and_then(Value::as_bool) == Some(true);
    let message = value.get("message").unwrap_or(&Value::Null);
    let content = message.get("content").unwrap_or(&Value::Null);
    match str_at(value, "type").unwrap_or_default() {
        // what a subagent says is not the author's word, what it does counts
        "assistant" if is_aside => {
            let calls = content.as_array().into_iter().flatten();
            let calls: Vec<Value> = calls
                .filter(|block| str_at(block, "type") == Some("tool_use"))
                .cloned()
                .collect();
            blocks::assistant(log, number, None, &Value::Array(calls));
        }
        "assistant" if value.get("isApiErrorMessage").and_then(Value::as_bool) == Some(true) => {}
        "assistant" => blocks::assistant(log, number, str_at(message, "id"), content),
        "user" => {
            let is_open = is_left_running(value.get("toolUseResult").unwrap_or(&Value::Null));
            blocks::results(log, content, |told, is_error| {
                if is_open {
                    Outcome::Unknown
                } else {
                    outcome(told, is_error)
                }
            });
        }
        // versions before 2 wrote calls on lines of their own
        "tool_use" => {
            let input = value.get("input").unwrap_or(&Value::Null);
            log.calls(
                number,
                str_at(value, "id"),
                str_at(value, "name").unwrap_or_default(),
                input,
            );
        }
        "tool_result" => log.answers(str_at(value, "id"), Outcome::Unknown),
        _ => {}
    }
}

/// A command that went to the background, or was interrupted, has not ended yet.
fn is_left_running(result: &Value) -> bool {
    let is_set = |key: &str| {
        result
            .get(key)
            .is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)))
    };
    is_set("backgroundTaskId") || is_set("interrupted") || is_set("shellId")
}

fn outcome(told: &str, is_error: Option<bool>) -> Outcome {
    let told = told.trim_start().trim_start_matches("<tool_use_error>");
    let told = told.strip_prefix("Error: ").unwrap_or(told);
    if REFUSED.iter().any(|mark| told.starts_with(mark)) {
        return Outcome::Refused;
    }
    if is_error != Some(true) {
        return Outcome::Done;
    }
    let first = told.lines().next().unwrap_or_default();
    Outcome::Failed(tools::exit_code(first, &["Exit code"]))
}
