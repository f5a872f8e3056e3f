//! Which versions of its tools does a command run with?
//!
//! Asked of the very program that the command names, and only where the answer is cheap and certain: a wrapper that picks
//! an interpreter by itself (`uv`, `tox`, `make`) is not asked.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, Stdio},
};

use crate::evidence::versions::{Tool, Version};

/// The versions by the name of the tool, as the tool prints them.
pub(super) fn of(command: &[OsString]) -> BTreeMap<String, String> {
    asked(command)
        .and_then(|(tool, question)| Some((tool.key().to_owned(), answer(&question)?)))
        .into_iter()
        .collect()
}

/// Whom to ask, and how.
fn asked(command: &[OsString]) -> Option<(Tool, Vec<OsString>)> {
    let (program, arguments) = command.split_first()?;
    let name = Path::new(program).file_name()?.to_str()?;
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let question = |words: &[&OsStr]| words.iter().map(|word| (*word).to_owned()).collect();
    let version = OsStr::new("--version");
    let is_python = name.strip_prefix("python");
    if is_python.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')) {
        return Some((Tool::Python, question(&[program, version])));
    }
    match name {
        "cargo" => {
            let toolchain = arguments
                .first()
                .filter(|word| word.as_encoded_bytes().starts_with(b"+"));
            let words: Vec<&OsStr> = [Some(program), toolchain]
                .into_iter()
                .flatten()
                .map(OsString::as_os_str)
                .collect();
            Some((Tool::Rust, question(&[&words[..], &[version]].concat())))
        }
        "go" => Some((Tool::Go, question(&[program, OsStr::new("version")]))),
        "node" => Some((Tool::Node, question(&[program, version]))),
        // they start the `node` of the search path
        "npm" | "npx" | "jest" | "vitest" | "mocha" => {
            Some((Tool::Node, question(&[OsStr::new("node"), version])))
        }
        _ => None,
    }
}

/// What the tool prints, where it is a version.
fn answer(question: &[OsString]) -> Option<String> {
    let (program, arguments) = question.split_first()?;
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let printed = String::from_utf8(done.stdout).ok()?;
    let line = printed.lines().next()?.trim().to_owned();
    (done.status.success() && Version::read(&line).is_some()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(command: &str) -> Option<String> {
        let words: Vec<OsString> = command.split(' ').map(OsString::from).collect();
        let (tool, question) = asked(&words)?;
        let question: Vec<String> = question
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        Some(format!("{}: {}", tool.key(), question.join(" ")))
    }

    #[test]
    fn only_a_program_that_knows_is_asked() {
        let table = [
            ("python -m pytest", Some("python: python --version")),
            (
                "venv/bin/python3.12 -m pytest",
                Some("python: venv/bin/python3.12 --version"),
            ),
            ("cargo test", Some("rust: cargo --version")),
            ("cargo +1.80 nextest run", Some("rust: cargo +1.80 --version")),
            ("go test ./...", Some("go: go version")),
            ("npx jest", Some("node: node --version")),
            ("pythonista x", None),
            ("pytest", None),
            ("uv run pytest", None),
            ("sh -c true", None),
        ];
        for (command, asked) in table {
            assert_eq!(question(command).as_deref(), asked, "{command}");
        }
    }
}
