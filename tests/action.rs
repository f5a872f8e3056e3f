//! Do the CI templates hand every input to the program as it is, and its exit code back?

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_yaml::Value;

fn template(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn action() -> Value {
    serde_yaml::from_str(&template("action.yml")).unwrap()
}

/// A program that writes down its arguments, one a line, and exits with a code.
fn recorder(folder: &Path, code: i32) -> PathBuf {
    let path = folder.join("recorder");
    fs::write(
        &path,
        format!("#!/bin/sh\nprintf '<%s>\\n' \"$@\" >\"$RECORD\"\nexit {code}\n"),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

struct Ran {
    code: i32,
    arguments: Vec<String>,
    outputs: String,
}

/// Runs a shell step as the runner does, with `${{ inputs.x }}` filled in from the given inputs and the defaults.
fn run(folder: &Path, inputs: &BTreeMap<&str, &str>) -> Ran {
    let action = action();
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let step = steps.iter().find(|step| step["id"] == "gate").unwrap();
    let mut command = Command::new("bash");
    command.args([
        "--noprofile",
        "--norc",
        "-eo",
        "pipefail",
        "-c",
        step["run"].as_str().unwrap(),
    ]);
    for (name, value) in step["env"].as_mapping().unwrap() {
        let input = value
            .as_str()
            .unwrap()
            .trim_start_matches("${{ inputs.")
            .trim_end_matches(" }}");
        let default = action["inputs"][input]["default"].as_str().unwrap();
        command.env(
            name.as_str().unwrap(),
            inputs.get(input).copied().unwrap_or(default),
        );
    }
    let (record, outputs) = (folder.join("record"), folder.join("outputs"));
    let status = command
        .current_dir(folder)
        // the text of the pull request that this runs for is none of the test's
        .env_remove("GITHUB_ACTIONS")
        .env("RECORD", &record)
        .env("GITHUB_OUTPUT", &outputs)
        .env("RUNNER_TEMP", folder)
        .status()
        .unwrap();
    let arguments = fs::read_to_string(record).unwrap_or_default();
    Ran {
        code: status.code().unwrap(),
        arguments: arguments.lines().map(str::to_owned).collect(),
        outputs: fs::read_to_string(outputs).unwrap(),
    }
}

#[test]
fn inputs_arrive_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let program = recorder(folder.path(), 0);
    let inputs = BTreeMap::from([
        ("binary", program.to_str().unwrap()),
        ("base", "$(touch broken)`touch broken`; touch broken"),
        ("claims", "a b.yaml\n\n--strict\n"),
        ("test-reports", "reports/*.xml"),
        ("mutate", "true"),
        ("strict", "true"),
    ]);
    let ran = run(folder.path(), &inputs);
    assert_eq!(
        ran.arguments,
        [
            "<check>",
            "<--base=$(touch broken)`touch broken`; touch broken>",
            "<--claims=a b.yaml>",
            "<--claims=--strict>",
            "<--tests=reports/*.xml>",
            "<--report=text>",
            "<--mutate>",
            "<--strict>",
        ]
    );
    assert!(!folder.path().join("broken").exists());
}

#[test]
fn the_exit_code_passes_through_untouched() {
    for code in 0..=3 {
        let folder = tempfile::tempdir().unwrap();
        let program = recorder(folder.path(), code);
        let ran = run(
            folder.path(),
            &BTreeMap::from([("binary", program.to_str().unwrap())]),
        );
        assert_eq!((ran.code, ran.outputs), (code, format!("exit-code={code}\n")));
    }
}

#[test]
fn the_program_takes_every_argument_that_the_action_gives() {
    let folder = tempfile::tempdir().unwrap();
    let missing = "missing-file";
    let inputs = BTreeMap::from([
        ("binary", env!("CARGO_BIN_EXE_countersign")),
        ("base", "HEAD"),
        ("head", "HEAD"),
        ("policy", missing),
        ("task", missing),
        ("claims", missing),
        ("event", missing),
        ("reviews", missing),
        ("sarif", missing),
        ("base-sarif", missing),
        ("receipts", missing),
        ("test-reports", missing),
        ("base-test-reports", missing),
        ("new-on-base-reports", missing),
        ("mutation-reports", missing),
        ("mutate", "true"),
        ("coverage-reports", missing),
        ("require", "tests"),
        ("strict", "true"),
        ("report", "text\njson=verdict.json"),
    ]);
    // no repository here: the arguments are fine, the judgement is not possible
    let ran = run(folder.path(), &inputs);
    assert_eq!(ran.code, 2);
    let known = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["check", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(known.stdout).unwrap();
    let step = template("action.yml");
    let flags = step
        .lines()
        .filter_map(|line| line.trim().strip_prefix("each ")?.split(' ').next());
    let flags: Vec<&str> = flags.collect();
    assert_eq!(flags.len(), 17);
    for flag in ["--mutate", "--strict"] {
        assert!(help.contains(flag), "{flag}");
    }
    for flag in flags {
        assert!(help.contains(&format!("--{flag} <")), "--{flag}");
    }
}

#[test]
fn the_event_is_handed_over_only_where_it_is_named() {
    for (event, expected) in [
        ("", vec!["<check>", "<--report=text>"]),
        (
            "event.json",
            vec!["<check>", "<--event=event.json>", "<--report=text>"],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let program = recorder(folder.path(), 0);
        let inputs = BTreeMap::from([("binary", program.to_str().unwrap()), ("event", event)]);
        assert_eq!(run(folder.path(), &inputs).arguments, expected);
    }
}

#[test]
fn faults_are_measured_only_where_that_is_asked_for() {
    for (mutate, expected) in [
        ("false", vec!["<check>", "<--report=text>"]),
        ("true", vec!["<check>", "<--report=text>", "<--mutate>"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let program = recorder(folder.path(), 0);
        let inputs = BTreeMap::from([("binary", program.to_str().unwrap()), ("mutate", mutate)]);
        assert_eq!(run(folder.path(), &inputs).arguments, expected);
    }
}

#[test]
fn no_script_holds_an_expression() {
    let action = action();
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step:?}");
        assert_eq!(step["shell"], "bash");
    }
    let gitlab = template(".gitlab-ci-template.yml");
    let script = gitlab.split("script:").skip(1).collect::<String>();
    let script = script.split("artifacts:").next().unwrap();
    assert!(!script.contains("$[["), "inputs travel as variables");
}

#[test]
fn every_input_is_described_has_a_default_and_is_used() {
    let text = template("action.yml");
    for (name, input) in action()["inputs"].as_mapping().unwrap() {
        let name = name.as_str().unwrap();
        assert!(
            input["description"].is_string() && input["default"].is_string(),
            "{name}"
        );
        assert!(text.contains(&format!("inputs.{name}")), "{name} is not used");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
    }
}

/// The job of the GitLab template after its header, with every input at its default.
fn gitlab_job() -> (BTreeMap<String, String>, String) {
    let text = template(".gitlab-ci-template.yml");
    let (header, body) = text.split_once("\n---\n").unwrap();
    let header: Value = serde_yaml::from_str(header).unwrap();
    let mut body = body.to_owned();
    for (name, input) in header["spec"]["inputs"].as_mapping().unwrap() {
        let mark = format!("$[[ inputs.{} ]]", name.as_str().unwrap());
        assert!(body.contains(&mark), "{mark} is not used");
        let default = input["default"].as_str().unwrap();
        body = body.replace(&mark, if default.is_empty() { "''" } else { default });
    }
    let body: Value = serde_yaml::from_str(&body).unwrap();
    assert_eq!(body["countersign"]["extends"], ".countersign");
    let job = &body[".countersign"];
    let variables = job["variables"].as_mapping().unwrap().iter();
    let variables = variables
        .filter_map(|(name, value)| Some((name.as_str()?.to_owned(), value.as_str()?.to_owned())))
        .collect();
    (variables, job["script"][0].as_str().unwrap().to_owned())
}

#[test]
fn the_gitlab_job_hands_over_inputs_and_exit_code() {
    let (variables, script) = gitlab_job();
    for code in 0..=3 {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join("record");
        let status = Command::new("sh")
            .args(["-e", "-c", &script])
            .current_dir(folder.path())
            .envs(&variables)
            .env("GATE_BINARY", recorder(folder.path(), code))
            .env("GATE_BASE", "abc")
            .env("GATE_TESTS", "a b/*.xml")
            .env("GATE_MUTATE", "true")
            // the text of the pull request that this runs for is none of the test's
            .env_remove("GITHUB_ACTIONS")
            .env("RECORD", &record)
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(code));
        let arguments = fs::read_to_string(record).unwrap();
        assert_eq!(
            arguments,
            "<check>\n<--report=text>\n<--report=json=countersign.json>\n<--base=abc>\n<--tests=a b/*.xml>\n<--mutate>\n"
        );
    }
}
