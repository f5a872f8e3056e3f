//! A small project that `mutate` has measured, and what it says of each of its functions.

#![allow(dead_code, reason = "each test program uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a project that cannot be made or measured is a failed test"
)]

use std::{
    fs,
    process::{Command, Output},
};

use assert_cmd::cargo::CommandCargoExt as _;

use super::repository::Repository;

/// A project that was measured.
pub(crate) struct Measured {
    files: Vec<(String, String)>,
    pub(crate) report: serde_json::Value,
    pub(crate) printed: String,
    pub(crate) code: Option<i32>,
}

/// Measures every line of a project.
pub(crate) fn measure(files: &[(&str, &str)], arguments: &[&str]) -> Measured {
    let (output, report) = run(files, arguments);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let says = String::from_utf8_lossy(&output.stderr);
    let report = report.unwrap_or_else(|| panic!("{:?}\n{printed}\n{says}", output.status));
    Measured {
        files: files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect(),
        report: serde_json::from_str(&report).unwrap(),
        printed,
        code: output.status.code(),
    }
}

/// Runs `mutate --all` on a project, whose files must stay as they are; its output, and its report if it wrote one.
pub(crate) fn run(files: &[(&str, &str)], arguments: &[&str]) -> (Output, Option<String>) {
    let repository = Repository::new();
    for (path, text) in files {
        let place = repository.root().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    repository.git(&["add", "-A"]);
    repository.git(&["commit", "-q", "-m", "The project"]);
    let report = repository.root().join("../report.json");
    let output = Command::cargo_bin("countersign")
        .unwrap()
        .current_dir(repository.root())
        .args(["mutate", "--all", "-j", "2", "-o"])
        .arg(&report)
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(
        repository.ask(&["status", "--porcelain", "--ignored"]),
        "",
        "the user's tree is not written"
    );
    (output, fs::read_to_string(report).ok())
}

impl Measured {
    /// The mutants that begin between the line with these words and the next closing brace at its start.
    pub(crate) fn of(&self, file: &str, function: &str) -> Vec<&serde_json::Value> {
        let text = &self.files.iter().find(|(path, _)| path == file).unwrap().1;
        let first = text.lines().position(|line| line.contains(function)).unwrap() + 1;
        let length = text
            .lines()
            .skip(first - 1)
            .position(|line| line.starts_with('}'))
            .unwrap();
        let all = self.report["files"][file]["mutants"].as_array().unwrap();
        let lines = first..=first + length;
        all.iter()
            .filter(|mutant| {
                let line = mutant["location"]["start"]["line"].as_u64().unwrap();
                lines.contains(&usize::try_from(line).unwrap())
            })
            .collect()
    }

    /// `replacement status` of each mutant of a function.
    pub(crate) fn verdicts(&self, file: &str, function: &str) -> Vec<String> {
        let mut found: Vec<String> = self
            .of(file, function)
            .iter()
            .map(|mutant| {
                let text = |name: &str| mutant[name].as_str().unwrap_or_default();
                format!("{} {}", text("replacement"), text("status"))
            })
            .collect();
        found.sort();
        found
    }

    #[track_caller]
    pub(crate) fn expect(&self, file: &str, function: &str, expected: &[&str]) {
        let found = self.verdicts(file, function);
        let why: Vec<_> = self
            .of(file, function)
            .iter()
            .map(|mutant| mutant["statusReason"].clone())
            .collect();
        assert_eq!(found, expected, "{function}: {why:?}\n{}", self.printed);
    }
}

/// Whether a process with this argument lives.
pub(crate) fn is_running(argument: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut lines = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.any(|line| {
        line.split(|byte| *byte == 0)
            .any(|word| word == argument.as_bytes())
    })
}
