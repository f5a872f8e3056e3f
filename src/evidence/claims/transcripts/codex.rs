//! Codex CLI: what does a line of `~/.codex/sessions/**/rollout-*.jsonl` say?
//!
//! Seen: versions 0.50, 0.106 and 0.140 to 0.146. Since 0.144 calls are written as scripts: the commands in them are
//! read where they are plain texts, and their exit codes are not told.

use serde_json::Value;

use super::{
    Kind, Outcome,
    blocks::{self, str_at},
    log::Log,
    tools,
};

/// What stands before the exit code in an answer.
const EXIT: &[&str] = &["Process exited with code", "Exit code:", "exit code:"];

pub(super) fn knows(value: &Value) -> bool {
    let kind = str_at(value, "type").unwrap_or_default();
    let is_wrapped = value.get("payload").is_some()
        && matches!(
            kind,
            "session_meta" | "turn_context" | "response_item" | "event_msg" | "compacted" | "world_state"
        );
    let is_flat = value.get("created_at").is_some()
        && (value.get("role").is_some() || matches!(kind, "function_call" | "function_result"));
    let is_item = value.get("call_id").is_some() && kind.starts_with("function_call");
    let is_header = value.get("instructions").is_some() && value.get("git").is_some();
    is_wrapped || is_flat || is_item || is_header
}

pub(super) fn line(log: &mut Log, number: u32, value: &Value) {
    let item = value.get("payload").unwrap_or(value);
    match str_at(value, "type").unwrap_or_default() {
        "session_meta" => log.begins_session(),
        "event_msg" => event(log, number, item),
        "compacted" | "turn_context" | "world_state" => {}
        _ => response(log, number, item),
    }
}

fn event(log: &mut Log, line: u32, event: &Value) {
    let id = str_at(event, "call_id");
    match str_at(event, "type").unwrap_or_default() {
        "task_complete" => {
            if let Some(text) = str_at(event, "last_agent_message") {
                log.concludes(line, text);
            }
        }
        "agent_message" => log.says(line, None, str_at(event, "message").unwrap_or_default()),
        "exec_command_begin" => {
            log.calls(line, id, "exec_command", event);
        }
        "exec_command_end" => {
            log.calls(line, id, "exec_command", event);
            let code = event.get("exit_code").and_then(Value::as_i64);
            log.answers(id, code.map_or(Outcome::Unknown, ended));
        }
        "patch_apply_end" => {
            let is_made = event.get("success").and_then(Value::as_bool) == Some(true);
            let outcome = if is_made {
                Outcome::Done
            } else {
                Outcome::Failed(None)
            };
            for (path, change) in event
                .get("changes")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                log.patched(line, path, kind(change), outcome);
            }
        }
        "mcp_tool_call_end" => log.gap("a tool of another server was called"),
        _ => {}
    }
}

fn kind(change: &Value) -> Kind {
    if let Some(to) = str_at(change, "move_path") {
        return Kind::Moved(to.to_owned());
    }
    match str_at(change, "type") {
        Some("add") => Kind::Created,
        Some("delete") => Kind::Deleted,
        Some(_) | None => Kind::Edited,
    }
}

fn ended(code: i64) -> Outcome {
    match i32::try_from(code) {
        Ok(0) => Outcome::Done,
        Ok(code) => Outcome::Failed(Some(code)),
        Err(_) => Outcome::Failed(None),
    }
}

fn response(log: &mut Log, line: u32, item: &Value) {
    let id = str_at(item, "call_id");
    let content = item.get("content").or_else(|| item.get("message"));
    match str_at(item, "type").unwrap_or("message") {
        "message" if str_at(item, "role") == Some("assistant") => {
            let text = content.map(blocks::text).unwrap_or_default();
            log.says(line, None, &text);
        }
        "function_call" | "custom_tool_call" | "tool_call" => call(log, line, id, item),
        "local_shell_call" => {
            log.calls(line, id, "shell", item.get("action").unwrap_or(&Value::Null));
        }
        "function_call_output" | "custom_tool_call_output" => {
            let told = item.get("output").unwrap_or(&Value::Null);
            log.answers(id, outcome(told));
        }
        "tool_result" => {
            let code = item
                .get("result")
                .and_then(|result| result.get("exitCode")?.as_i64());
            log.answers(None, code.map_or(Outcome::Unknown, ended));
        }
        _ => {}
    }
}

fn call(log: &mut Log, line: u32, id: Option<&str>, item: &Value) {
    let named = str_at(item, "name").or_else(|| str_at(item.get("function")?, "name"));
    let name = named.unwrap_or_default();
    let input = item
        .get("arguments")
        .or_else(|| item.get("input"))
        .unwrap_or(&Value::Null);
    match (name, input.as_str()) {
        ("exec", Some(script)) => scripted(log, line, script),
        _ => log.calls(line, id, name, input),
    }
}

/// `await tools.exec_command({cmd:"make test", "workdir":"/x"})`: the command is the text behind `cmd:`.
fn scripted(log: &mut Log, line: u32, script: &str) {
    let mut rest = script;
    while let Some((_, behind)) = rest.split_once("tools.") {
        let name: String = behind
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        rest = behind.get(name.len()..).unwrap_or_default();
        match name.as_str() {
            "exec_command" => match command_of(rest) {
                Some(text) => {
                    let step = tools::Step::Run { text, folder: None };
                    log.did(line, step, Outcome::Unknown);
                }
                None => log.gap("a script runs a command that it does not write out"),
            },
            // the edits are told by an event of their own
            "apply_patch" | "write_stdin" | "update_plan" | "view_image" | "wait" => {}
            _ => log.gap("a script calls a tool that is not known here"),
        }
    }
}

fn command_of(arguments: &str) -> Option<String> {
    let end = arguments.find("tools.").unwrap_or(arguments.len());
    let (before, behind) = arguments.get(..end)?.split_once("cmd")?;
    if !before.trim_end_matches('"').ends_with(['{', ',', ' ']) {
        return None;
    }
    let value = behind
        .trim_start_matches('"')
        .trim_start()
        .strip_prefix(':')?
        .trim_start();
    let mut texts = serde_json::Deserializer::from_str(value).into_iter::<String>();
    let text = texts.next()?.ok()?;
    Some(crate::escape::cut(&text, crate::limits::COMMAND_BYTES).into_owned())
}

/// The exit code in an answer: in its text, or in the metadata of one that is JSON.
fn outcome(told: &Value) -> Outcome {
    let text = blocks::text(told);
    let parsed = serde_json::from_str::<Value>(&text).ok();
    let code = parsed
        .as_ref()
        .and_then(|value| value.get("metadata")?.get("exit_code")?.as_i64());
    if let Some(code) = code {
        return ended(code);
    }
    // what stands before `Output:` was written by the agent's own runner
    let head = text.split("\nOutput:").next().unwrap_or_default();
    let head = head.lines().take(8).collect::<Vec<_>>().join("\n");
    if text.starts_with("apply_patch verification failed") || text.starts_with("exec_command failed") {
        return Outcome::Failed(None);
    }
    if text.contains("rejected by user") {
        return Outcome::Refused;
    }
    let code = tools::exit_code(&head, EXIT);
    code.map_or(Outcome::Unknown, |code| ended(i64::from(code)))
}
