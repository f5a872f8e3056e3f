//! Is every transcript read as it was written? Files of real agents, with what is in them listed by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use countersign::{
    checks::{Settings, claims::Told},
    evidence::{
        Evidence,
        change::memory,
        claims::{
            self, manifest,
            transcripts::{Kind, Outcome, Session},
        },
    },
    policy::Policy,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/transcripts")
}

fn files(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Failed(Some(code)) => format!("failed with {code}"),
        Outcome::Failed(None) => "failed".to_owned(),
        Outcome::Refused => "refused".to_owned(),
        Outcome::Unknown => "not told".to_owned(),
    }
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Created => "created".to_owned(),
        Kind::Written => "written".to_owned(),
        Kind::Edited => "edited".to_owned(),
        Kind::Deleted => "deleted".to_owned(),
        Kind::Moved(to) => format!("moved to {to}"),
    }
}

fn start(text: &str) -> String {
    let line = text.replace('\n', " ");
    line.chars().take(72).collect()
}

/// What a session holds, one fact a line.
fn listed(session: &Session) -> String {
    let mut list = format!("{}\n", session.agent);
    if let Some(message) = &session.final_message {
        let state = if message.concludes {
            ""
        } else {
            " (edited after it)"
        };
        writeln!(
            list,
            "  says{state} at {}: {}",
            message.line,
            start(&message.text)
        )
        .unwrap();
    }
    for edit in &session.edits {
        writeln!(
            list,
            "  step {} at {}: {} {}, {}",
            edit.step,
            edit.line,
            kind(&edit.kind),
            edit.path,
            outcome(edit.outcome)
        )
        .unwrap();
    }
    for command in &session.commands {
        writeln!(
            list,
            "  step {} at {}: ran {}, {}",
            command.step,
            command.line,
            start(&command.text),
            outcome(command.outcome)
        )
        .unwrap();
    }
    if let Err(why) = session.is_whole() {
        writeln!(list, "  not whole: {why}").unwrap();
    }
    list
}

fn all_listed(root: &Path) -> String {
    let mut paths = Vec::new();
    files(root, &mut paths);
    let mut list = String::new();
    for path in paths {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        let is_transcript = path
            .extension()
            .is_some_and(|end| end == "json" || end == "jsonl");
        if !is_transcript || name.ends_with("commits.jsonl") {
            continue;
        }
        match claims::read(std::slice::from_ref(&path)) {
            Ok(read) => {
                for session in &read.sessions {
                    write!(list, "{name}: {}", listed(session)).unwrap();
                }
                if read.sessions.is_empty() {
                    writeln!(list, "{name}: no transcript").unwrap();
                }
            }
            Err(error) => {
                assert!(error.to_string().contains("expected `claims`"), "{name}: {error}");
                writeln!(list, "{name}: refused, being no transcript").unwrap();
            }
        }
    }
    list
}

#[test]
#[ignore = "lists the transcripts below the folder that COUNTERSIGN_TRANSCRIPTS names"]
fn transcripts_of_a_folder_are_listed() {
    let root = std::env::var_os("COUNTERSIGN_TRANSCRIPTS")
        .map(PathBuf::from)
        .unwrap();
    fs::write(root.with_extension("listed"), all_listed(&root)).unwrap();
}

#[test]
fn every_transcript_is_read_as_listed_by_hand() {
    let expected = fs::read_to_string(folder().join("expected.txt")).unwrap();
    let found = all_listed(&folder());
    for (expected, found) in expected.lines().zip(found.lines()) {
        assert_eq!(expected, found);
    }
    assert_eq!(expected.lines().count(), found.lines().count());
}

/// Every beginning of a small file, from the byte on at which its agent can be told.
fn beginnings(name: &str) -> Vec<(usize, Result<claims::Claims, String>)> {
    let bytes = fs::read(folder().join(name)).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join(Path::new(name).file_name().unwrap());
    let read = |end: usize| {
        fs::write(&file, &bytes[..end]).unwrap();
        let read = claims::read(std::slice::from_ref(&file));
        (end, read.map_err(|error| error.to_string()))
    };
    // every byte of a small file, every seventh of a larger one
    let stride = if bytes.len() < 1500 { 1 } else { 7 };
    (0..bytes.len())
        .step_by(stride)
        .chain([bytes.len()])
        .map(read)
        .collect()
}

#[test]
fn a_transcript_that_is_cut_off_anywhere_is_read_up_to_there() {
    for name in [
        "agent-sessions/claude/subagent/0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f.jsonl",
        "agent-sessions/codex/schema_drift.jsonl",
        "agent-sessions/copilot/subdir_v1/aaaabbbb-1111-2222-3333-ccccddddeeee/events.jsonl",
        "agent-sessions/cursor/small.jsonl",
        "agent-sessions/droid/stream_json_small.jsonl",
        "agent-sessions/gemini/jsonl_v040.jsonl",
        "agent-sessions/gemini/small.json",
        "agent-sessions/qwen/019f0000-0000-7000-8000-000000000001.jsonl",
    ] {
        let all = beginnings(name);
        let whole = all.last().unwrap().1.as_ref().unwrap().sessions[0].clone();
        // before that byte nothing tells whose it is
        let is_known = |read: &Result<claims::Claims, String>| {
            let sessions = read
                .as_ref()
                .map(|read| read.sessions.as_slice())
                .unwrap_or_default();
            sessions
                .first()
                .is_some_and(|session| session.agent == whole.agent)
        };
        let known = all.iter().position(|(_, read)| is_known(read)).unwrap();
        let text = fs::read(folder().join(name)).unwrap();
        for (end, read) in &all[known..] {
            let read = read
                .as_ref()
                .unwrap_or_else(|error| panic!("{name} at {end}: {error}"));
            let session = &read.sessions[0];
            assert_eq!(session.agent, whole.agent, "{name} at {end}");
            assert!(session.commands.len() <= whole.commands.len(), "{name} at {end}");
            let ends_a_line = *end == text.len() || text[*end] == b'\n' || text[end - 1] == b'\n';
            let is_said = session.truncated.is_some();
            assert!(
                is_said || ends_a_line || name.ends_with("gemini/small.json"),
                "{name} at {end}"
            );
        }
    }
}

#[test]
fn a_broken_line_in_the_middle_is_a_gap_and_the_rest_is_read() {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("session.jsonl");
    let lines = "{\"role\":\"user\",\"message\":{\"content\":[]}}\n{\"role\":\"assi\u{0}\n{\"role\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Done.\"}]}}\n";
    fs::write(&file, lines).unwrap();
    let read = claims::read(&[file]).unwrap();
    let session = &read.sessions[0];
    assert_eq!(session.final_message.as_ref().unwrap().text, "Done.");
    assert_eq!(session.truncated, None);
    assert_eq!(session.gap.as_deref(), Some("line 2 cannot be read"));
}

#[test]
fn hostile_lines_are_passed_over_without_a_panic() {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("session.jsonl");
    let first = "{\"role\":\"user\",\"message\":{\"content\":[]}}";
    let said = "{\"role\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Done.\"}]}}";
    let huge = format!("{{\"x\": \"{}\"}}", "y".repeat(9 * 1024 * 1024));
    let deep = "[".repeat(1_000_000);
    let nested = format!("{}{}", "{\"message\":".repeat(100_000), "}".repeat(100_000));
    for hostile in [&huge, &deep, &nested] {
        fs::write(&file, format!("{first}\n{hostile}\n{said}\n")).unwrap();
        let read = claims::read(std::slice::from_ref(&file)).unwrap();
        let session = &read.sessions[0];
        assert_eq!(session.final_message.as_ref().unwrap().text, "Done.");
        assert!(session.gap.is_some());
    }
    for alone in [deep.clone(), nested.clone(), "{\"a\":".repeat(50_000)] {
        fs::write(&file, alone).unwrap();
        assert!(claims::read(std::slice::from_ref(&file)).is_err());
    }
}

#[test]
fn no_command_that_a_transcript_shows_is_called_unrun() {
    let mut paths = Vec::new();
    files(&folder(), &mut paths);
    let (mut supported, mut asked) = (0, 0);
    for path in paths {
        let Ok(mut read) = claims::read(std::slice::from_ref(&path)) else {
            continue;
        };
        for command in read.sessions.iter().flat_map(|session| session.commands.clone()) {
            if matches!(command.outcome, Outcome::Failed(_) | Outcome::Refused) {
                continue;
            }
            let entry = serde_json::json!([{ "form": "command-run", "target": command.text }]);
            read.claims = manifest::parse("claims.json", entry.to_string().as_bytes()).unwrap();
            let change = memory::change([].into(), [].into());
            let evidence = Evidence::of(change).with_claims(Ok(read.clone()));
            let settings = Settings::new(Policy::default()).unwrap();
            let judged = Told::of(&evidence, &settings).sum("claims-command-run", &evidence);
            asked += 1;
            supported += usize::from(judged == Ok(Vec::new()));
            assert!(
                !matches!(&judged, Ok(findings) if !findings.is_empty()),
                "{}: {}",
                path.display(),
                command.text
            );
        }
    }
    assert!(asked >= 20 && supported >= 10, "{supported} of {asked}");
}

fn session_of(lines: &[&str]) -> Session {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("session.jsonl");
    fs::write(&file, lines.join("\n")).unwrap();
    claims::read(&[file]).unwrap().sessions.remove(0)
}

fn results(lines: &[&str]) -> Vec<(String, String)> {
    let session = session_of(lines);
    let ran = session.commands.iter();
    ran.map(|command| (command.text.clone(), outcome(command.outcome)))
        .collect()
}

const CODEX: &str = r#"{"type":"session_meta","payload":{"id":"s","cwd":"/repo"}}"#;

#[test]
fn codex_tells_exit_codes_in_three_places() {
    let found = results(&[
        CODEX,
        r#"{"type":"response_item","payload":{"type":"function_call","name":"exec_command","arguments":"{\"cmd\":\"cargo test\",\"workdir\":\"/repo\"}","call_id":"1"}}"#,
        r#"{"type":"response_item","payload":{"type":"function_call_output","call_id":"1","output":"Chunk ID: 5\nWall time: 1.2 seconds\nProcess exited with code 101\nOutput:\nExit code: 0\n"}}"#,
        r#"{"type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"make\"]}","call_id":"2"}}"#,
        r#"{"type":"response_item","payload":{"type":"function_call_output","call_id":"2","output":"{\"output\":\"ok\",\"metadata\":{\"exit_code\":0}}"}}"#,
        r#"{"type":"event_msg","payload":{"type":"exec_command_end","call_id":"3","command":["bash","-lc","ls"],"exit_code":2}}"#,
        r#"{"type":"response_item","payload":{"type":"custom_tool_call","name":"exec","call_id":"4","input":"const r = await tools.exec_command({cmd:\"pytest \\\"a b\\\"\",\"workdir\":\"/repo\"});text(r.output)"}}"#,
        r#"{"type":"response_item","payload":{"type":"custom_tool_call_output","call_id":"4","output":[{"type":"input_text","text":"Script completed\nOutput:\n"}]}}"#,
    ]);
    let expected = [
        ("cargo test", "failed with 101"),
        ("make", "done"),
        ("ls", "failed with 2"),
        ("pytest \"a b\"", "not told"),
    ];
    assert_eq!(
        found,
        expected.map(|(text, how)| (text.to_owned(), how.to_owned()))
    );
}

#[test]
fn a_patch_and_the_event_that_it_was_applied_are_one_edit() {
    let patch = r#"{"type":"response_item","payload":{"type":"custom_tool_call","name":"apply_patch","call_id":"1","input":"*** Begin Patch\n*** Update File: src/a.rs\n@@\n-a\n+b\n*** End Patch"}}"#;
    let applied = |is_made: bool| {
        format!(
            r#"{{"type":"event_msg","payload":{{"type":"patch_apply_end","call_id":"1","success":{is_made},"changes":{{"src/a.rs":{{"type":"update","unified_diff":"","move_path":null}}}}}}}}"#
        )
    };
    for (is_made, expected) in [(true, Outcome::Done), (false, Outcome::Failed(None))] {
        let session = session_of(&[CODEX, patch, &applied(is_made)]);
        assert_eq!(session.edits.len(), 1);
        assert_eq!(session.edits[0].outcome, expected);
        assert_eq!(session.edits[0].kind, Kind::Edited);
    }
}

#[test]
fn a_success_that_says_nothing_of_the_command_is_not_taken_for_one() {
    let copilot = |told: &str| {
        results(&[
            r#"{"type":"session.start","data":{"sessionId":"s"},"id":"e1","parentId":null}"#,
            r#"{"type":"tool.execution_start","data":{"toolCallId":"1","toolName":"bash","arguments":{"command":"make"}},"id":"e2"}"#,
            &format!(
                r#"{{"type":"tool.execution_complete","data":{{"toolCallId":"1","success":true,"result":{{"content":"{told}"}}}},"id":"e3"}}"#
            ),
        ])
        .remove(0)
        .1
    };
    assert_eq!(copilot(r"ok\n<shellId: 1 completed with exit code 0>"), "done");
    assert_eq!(
        copilot(r"no\n<shellId: 1 completed with exit code 2>"),
        "failed with 2"
    );
    assert_eq!(copilot(r"<exit code 0>\nok"), "not told");
    let gemini = |told: &str| {
        results(&[
            r#"{"sessionId":"s","projectHash":"p","startTime":"t","kind":"main"}"#,
            &format!(
                r#"{{"id":"1","type":"gemini","content":"","toolCalls":[{{"id":"c","name":"run_shell_command","args":{{"command":"make"}},"status":"success","result":[{{"functionResponse":{{"response":{{"output":"{told}"}}}}}}]}}]}}"#
            ),
        ])
        .remove(0)
        .1
    };
    assert_eq!(gemini(r"Output: ok\nProcess Group PGID: 1"), "done");
    assert_eq!(
        gemini(r"Output: no\nExit Code: 2\nProcess Group PGID: 1"),
        "failed with 2"
    );
    assert_eq!(gemini(r"Output: x\nSignal: 9"), "not told");
    assert_eq!(gemini("moved to the background"), "not told");
}

#[test]
fn claude_tells_what_was_refused_and_what_still_runs() {
    let claude = |result: &str| {
        results(&[
            r#"{"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"go"}}"#,
            r#"{"type":"assistant","uuid":"a","sessionId":"s","message":{"id":"m","role":"assistant","content":[{"type":"tool_use","id":"1","name":"Bash","input":{"command":"make"}}]}}"#,
            &format!(r#"{{"type":"user","uuid":"r","sessionId":"s",{result}}}"#),
        ])
        .remove(0)
        .1
    };
    let told = |text: &str, is_error: bool| {
        format!(
            r#""message":{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"1","is_error":{is_error},"content":"{text}"}}]}}"#
        )
    };
    assert_eq!(claude(&told("ok", false)), "done");
    assert_eq!(claude(&told(r"Exit code 2\nno", true)), "failed with 2");
    assert_eq!(
        claude(&told(
            "The user doesn't want to proceed with this tool use.",
            true
        )),
        "refused"
    );
    let background = format!(
        r#""toolUseResult":{{"stdout":"","backgroundTaskId":"b1"}},{}"#,
        told("", false)
    );
    assert_eq!(claude(&background), "not told");
}

#[test]
fn what_was_said_before_more_edits_is_no_final_word() {
    let said =
        r#"{"role":"assistant","message":{"content":[{"type":"text","text":"All done, see src/a.rs."}]}}"#;
    let edit = r#"{"role":"assistant","message":{"content":[{"type":"tool_use","name":"Write","input":{"file_path":"src/b.rs"}}]}}"#;
    for (lines, concludes) in [([edit, said], true), ([said, edit], false)] {
        let session = session_of(&lines);
        assert_eq!(session.final_message.as_ref().unwrap().concludes, concludes);
        assert_eq!(session.document().unwrap().squash, !concludes, "it never accuses");
    }
}

#[test]
fn an_export_of_opencode_is_one_session() {
    let export = r#"{
  "info": {"id": "ses_1", "version": "1.3.17"},
  "messages": [
    {"info": {"role": "user"}, "parts": [{"id": "p0", "type": "text", "text": "go"}]},
    {"info": {"role": "assistant"}, "parts": [
      {"id": "p1", "messageID": "m1", "type": "tool", "callID": "c1", "tool": "bash",
       "state": {"status": "completed", "input": {"command": "make"}, "output": "", "metadata": {"exit": 2}}},
      {"id": "p2", "messageID": "m1", "type": "tool", "callID": "c2", "tool": "edit",
       "state": {"status": "error", "input": {"filePath": "/repo/src/a.rs"}}},
      {"id": "p3", "messageID": "m1", "type": "text", "text": "It fails."}
    ]}
  ]
}"#;
    let session = session_of(&export.lines().collect::<Vec<_>>());
    assert_eq!(
        listed(&session),
        "opencode\n  says at 10: It fails.\n  step 2 at 8: edited /repo/src/a.rs, failed\n  step 1 at 6: ran make, failed with 2\n"
    );
}
