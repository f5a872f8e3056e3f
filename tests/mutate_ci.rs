//! Do the workflows in docs/mutation.md split a run over machines and judge it as a whole?
//!
//! Their commands are taken from the page and run as the CI system would, each job in a clone of its own.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a workflow that cannot be run is a failed test"
)]

mod common {
    pub(crate) mod repository;
}

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use assert_cmd::cargo::cargo_bin;
use common::repository::Repository;
use serde_yaml::Value;

/// The workflow that follows these words in the page.
fn workflow(after: &str) -> Value {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mutation.md")).unwrap();
    let (_, rest) = page.split_once(after).unwrap();
    let (_, rest) = rest.split_once("```yaml\n").unwrap();
    serde_yaml::from_str(rest.split_once("```").unwrap().0).unwrap()
}

/// A crate whose second commit adds a function, `main` of the origin at the first, and a survivor if that is wanted.
fn project(is_weak: bool) -> Repository {
    let repository = Repository::new();
    repository
        .write(
            "Cargo.toml",
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        )
        .write(".gitignore", "target\nCargo.lock\npart*.json\nmutation.json\n")
        .write("src/lib.rs", "pub fn one() -> u32 {\n    1\n}\n")
        .commit("One");
    let bound = if is_weak {
        ""
    } else {
        "    assert_eq!(shop::fee(100), 1);\n"
    };
    repository
        .write(
            "src/lib.rs",
            "pub fn one() -> u32 {\n    1\n}\n\npub fn fee(total: u32) -> u32 {\n    if total > 100 { 5 } else { 1 }\n}\n",
        )
        .write(
            "tests/shop.rs",
            format!("#[test]\nfn fees() {{\n    assert_eq!((shop::fee(50), shop::fee(200)), (1, 5));\n{bound}}}\n"),
        )
        .commit("Fees");
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    repository
}

/// A machine of the CI system: a clone, and a folder for what is temporary.
struct Machine {
    root: PathBuf,
    temporary: PathBuf,
}

impl Machine {
    fn new(repository: &Repository, name: &str) -> Self {
        let (root, temporary) = (
            repository.beside(name),
            repository.beside(&format!("{name}-temporary")),
        );
        fs::create_dir(&temporary).unwrap();
        repository.git(&["clone", "-q", ".", &root.display().to_string()]);
        let machine = Self { root, temporary };
        let base = "git update-ref refs/remotes/origin/main HEAD~1";
        assert!(machine.run(base, &[]).status.success());
        machine
    }

    /// Runs a step as a runner does.
    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let program = cargo_bin("countersign");
        let path = std::env::var("PATH").unwrap();
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(&self.root)
            .env_remove("CI_NODE_INDEX")
            .env_remove("GITHUB_ACTIONS")
            .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
            .env("RUNNER_TEMP", &self.temporary)
            .env("GITHUB_BASE_REF", "main")
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }
}

fn steps(job: &Value) -> Vec<&Value> {
    let steps = job["steps"].as_sequence().unwrap().iter();
    steps.filter(|step| step["run"].is_string()).collect()
}

/// The exit code of the last job of the GitHub workflow.
fn github(repository: &Repository) -> (Option<i32>, String) {
    let workflow = workflow("GitHub Actions, on several machines:");
    let (mutate, gate) = (&workflow["jobs"]["mutate"], &workflow["jobs"]["gate"]);
    let parts = mutate["strategy"]["matrix"]["part"].as_sequence().unwrap().len();
    let judge = Machine::new(repository, "gate");
    for part in 0..parts {
        let machine = Machine::new(repository, &format!("part-{part}"));
        for step in steps(mutate) {
            let (index, total) = (part.to_string(), parts.to_string());
            let value = |expression: &Value| match expression.as_str().unwrap() {
                "${{ strategy.job-index }}" => index.clone(),
                "${{ strategy.job-total }}" => total.clone(),
                other => panic!("{other}"),
            };
            let variables: Vec<(String, String)> = step["env"]
                .as_mapping()
                .unwrap()
                .iter()
                .map(|(name, expression)| (name.as_str().unwrap().to_owned(), value(expression)))
                .collect();
            let variables: Vec<(&str, &str)> =
                variables.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let done = machine.run(step["run"].as_str().unwrap(), &variables);
            assert_eq!(done.status.code(), Some(0), "{done:?}");
        }
        // what the artifact actions do
        let folder = judge.temporary.join(format!("parts/mutants-{part}"));
        fs::create_dir_all(&folder).unwrap();
        fs::copy(machine.root.join("part.json"), folder.join("part.json")).unwrap();
    }
    let mut last = None;
    for step in steps(gate) {
        let done = judge.run(step["run"].as_str().unwrap(), &[]);
        let text =
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        last = Some((done.status.code(), text));
        if !done.status.success() {
            break;
        }
    }
    last.unwrap()
}

/// The exit code of the last job of the GitLab pipeline.
fn gitlab(repository: &Repository) -> (Option<i32>, String) {
    let pipeline = workflow("GitLab, on several machines:");
    let base = repository.ask(&["rev-parse", "HEAD~1"]);
    let parts = pipeline["mutate"]["parallel"].as_u64().unwrap();
    let script = |job: &str| {
        let lines = pipeline[job]["script"].as_sequence().unwrap().iter();
        lines
            .map(|line| line.as_str().unwrap())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let judge = Machine::new(repository, "gate");
    for part in 1..=parts {
        let machine = Machine::new(repository, &format!("part-{part}"));
        let (index, total) = (part.to_string(), parts.to_string());
        let variables = [
            ("CI_NODE_INDEX", index.as_str()),
            ("CI_NODE_TOTAL", total.as_str()),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()),
        ];
        let done = machine.run(&script("mutate"), &variables);
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        let name = format!("part-{part}.json");
        fs::copy(machine.root.join(&name), judge.root.join(&name)).unwrap();
    }
    let done = judge.run(&script("gate"), &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]);
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done.status.code(), text)
}

#[test]
fn a_survivor_on_one_of_many_machines_fails_the_github_workflow() {
    let (code, text) = github(&project(true));
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("mutation-survivor") && text.contains("src/lib.rs:6"),
        "{text}"
    );
}

#[test]
fn strong_tests_pass_the_github_workflow() {
    let (code, text) = github(&project(false));
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn a_survivor_on_one_of_many_machines_fails_the_gitlab_pipeline() {
    let (code, text) = gitlab(&project(true));
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("mutation-survivor") && text.contains("src/lib.rs:6"),
        "{text}"
    );
}
