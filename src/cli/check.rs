//! `countersign check`: judges a change.

use std::{env, path::PathBuf};

use super::{
    mutate::{self, Planned, Tools},
    output::{self, Color, Wanted},
    range,
};
use crate::{
    error::Error,
    evidence::{claims::event::MergeRequest, shelf::Room},
    gate::{self, Inputs},
    mutate::shard,
    verdict::Exit,
};

/// What to judge, by which evidence, and how to report.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    range: range::Arguments,
    /// What was assigned.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    task: Option<PathBuf>,
    /// What the author says: a manifest, a text, or an agent's transcript; repeatable.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    claims: Vec<PathBuf>,
    /// GitHub's event as JSON: title and text of its pull request are read as claims. In a workflow of GitHub or GitLab
    /// the text is found without it, unless `--claims` is given.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    event: Option<PathBuf>,
    /// Test reports of the head, as a file or a quoted pattern; repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Evidence")]
    tests: Vec<String>,
    /// Test reports of the base; repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Evidence")]
    base_tests: Vec<String>,
    /// What `countersign record` wrote about the run that made the test reports; repeatable.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    receipt: Vec<PathBuf>,
    /// Test reports of the new tests, run on the code of the base; repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Evidence")]
    new_on_base: Vec<String>,
    /// Mutation reports; repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Evidence")]
    mutation: Vec<String>,
    /// Make mutants of the changed lines, run the tests on them, and judge by what comes of it.
    #[arg(long, help_heading = "Evidence", conflicts_with = "diff")]
    mutate: bool,
    /// Line coverage reports, LCOV or Cobertura; repeatable.
    #[arg(long, value_name = "GLOB", help_heading = "Evidence")]
    coverage: Vec<String>,
    /// An export of the review, of GitHub or GitLab; repeatable.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    reviews: Vec<PathBuf>,
    /// Results of a linter on the head, as SARIF 2.1.0; repeatable.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    sarif: Vec<PathBuf>,
    /// Results of a linter on the base; repeatable.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    base_sarif: Vec<PathBuf>,
    /// The JSON report of an earlier run on the same work.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    earlier: Option<PathBuf>,
    /// The policy, instead of `countersign.yaml` of the base.
    #[arg(long, value_name = "FILE", help_heading = "Policy")]
    policy: Option<PathBuf>,
    /// Evidence or checks that must be proven, beside those of the policy; repeatable.
    #[arg(long, value_name = "NAME", help_heading = "Policy")]
    require: Vec<String>,
    /// Warnings fail the gate too.
    #[arg(long, help_heading = "Policy")]
    strict: bool,
    /// How to report, and where to: `text`, `json=verdict.json`; repeatable.
    #[arg(
        long,
        value_name = "FORMAT[=PATH]",
        default_value = "text",
        help_heading = "Report"
    )]
    report: Vec<Wanted>,
    #[command(flatten)]
    tools: Tools,
}

/// Judges a change.
///
/// # Errors
/// There is no verdict.
pub fn run(arguments: &Arguments, color: Color) -> Result<Exit, Error> {
    if !arguments.mutate && arguments.tools != Tools::default() {
        return Err(Error::usage(
            "how mutants are made was said, and not that any are to be made",
            "add `--mutate`",
        ));
    }
    let measured = arguments.mutate.then(|| measured(arguments)).transpose()?;
    let opened = output::open(&arguments.report)?;
    let report = gate::judge(&inputs(arguments, measured))?;
    opened.write(&report, output::look(color))?;
    Ok(report.exit)
}

/// Makes the mutation report that nobody gave.
fn measured(arguments: &Arguments) -> Result<String, Error> {
    // what cannot be written later is said now; nothing of ours lies beside the user's files while the tests run
    output::open(&arguments.report).map(drop)?;
    let planned = Planned::new(mutate::Wanted {
        range: arguments.range.range(),
        repository: &arguments.range.repo,
        policy: arguments.policy.as_deref(),
        all: false,
        tools: &arguments.tools,
    })?;
    let document = planned.measure(shard::WHOLE, None)?;
    mutate::written(&document)
}

fn inputs(arguments: &Arguments, measured: Option<String>) -> Inputs {
    Inputs {
        range: arguments.range.range(),
        repository: arguments.range.repo.clone(),
        folder: PathBuf::from("."),
        task: arguments.task.clone(),
        claims: arguments.claims.clone(),
        event: arguments.event.clone().or_else(|| found(arguments, github)),
        merge_request: found(arguments, gitlab),
        tests: arguments.tests.clone(),
        base_tests: arguments.base_tests.clone(),
        receipts: arguments.receipt.clone(),
        new_on_base: arguments.new_on_base.clone(),
        mutation: arguments.mutation.clone(),
        measured,
        coverage: arguments.coverage.clone(),
        reviews: arguments.reviews.clone(),
        sarif: arguments.sarif.clone(),
        base_sarif: arguments.base_sarif.clone(),
        earlier: arguments.earlier.clone(),
        policy: arguments.policy.clone(),
        require: arguments.require.clone(),
        strict: arguments.strict,
        // whatever name it was installed under
        program: std::env::current_exe().ok(),
        room: Room::default(),
    }
}

/// What the CI system says, where the caller names nothing that the author says.
fn found<T>(arguments: &Arguments, look: impl FnOnce() -> Option<T>) -> Option<T> {
    let is_silent = arguments.claims.is_empty() && arguments.event.is_none();
    is_silent.then(look).flatten()
}

/// The file with the event for which a workflow of GitHub runs; a job in a container may not see it.
fn github() -> Option<PathBuf> {
    let runs_there = env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let event = env::var_os("GITHUB_EVENT_PATH").map(PathBuf::from);
    event.filter(|path| runs_there && path.is_file())
}

/// The merge request for which a pipeline of GitLab runs.
fn gitlab() -> Option<MergeRequest> {
    let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    Some(MergeRequest {
        description: variable("CI_MERGE_REQUEST_DESCRIPTION")?,
        title: variable("CI_MERGE_REQUEST_TITLE").unwrap_or_default(),
        is_truncated: variable("CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED").unwrap_or_default(),
    })
}
