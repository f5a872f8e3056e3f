//! What was assigned?

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::file::{self, Input};
use crate::{error::Error, glob::Globs, limits, path::RepoPath, yaml};

/// The assignment: which paths, how large, which names, by whom.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Task {
    /// A name for reports and for `Task:` trailers of commits.
    #[serde(default)]
    pub id: Option<String>,
    /// What kind of work it is.
    #[serde(default)]
    pub kind: Option<TaskKind>,
    /// Free text, shown and never judged.
    #[serde(default)]
    pub summary: Option<String>,
    /// Paths the change may touch. Without it every path is assigned. A path written without wildcards also
    /// approves touching a protected file.
    #[serde(default)]
    pub allow: Option<Globs>,
    /// Paths the change must not touch, whatever else is allowed.
    #[serde(default)]
    pub deny: Globs,
    /// Areas that must change.
    #[serde(default)]
    pub require: Vec<Area>,
    /// Names that must exist at head.
    #[serde(default)]
    pub require_names: Vec<RequiredName>,
    /// How large the change should be.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// The author's role, defined in the policy.
    #[serde(default)]
    pub role: Option<String>,
    /// New direct dependencies that are approved, by name.
    #[serde(default)]
    pub dependencies: Vec<String>,
    /// Risky changes that are approved, by class: `ci`, `dependency`, `deleted-file`, … (`countersign explain claims-omission`).
    #[serde(default)]
    pub approve: Vec<String>,
    /// Public names that the task removes or renames.
    #[serde(default)]
    pub removes: Vec<String>,
    /// Which attempt at this task it is, from 1.
    #[serde(default)]
    pub attempt: Option<u32>,
    /// The tasks that run side by side with this one, and what each of them owns.
    #[serde(default)]
    pub wave: Vec<WaveTask>,
    /// Paths several tasks of the wave may touch.
    #[serde(default)]
    pub shared: Globs,
}

impl Task {
    /// Whether it allows this very path, without any wildcard doing the work.
    pub fn names(&self, path: &RepoPath) -> bool {
        self.allow
            .as_ref()
            .is_some_and(|allow| allow.names_literally(path))
    }
}

/// What kind of work a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// Mend a fault.
    Fix,
    /// Add behaviour.
    Feature,
    /// Change structure, not behaviour.
    Refactor,
    /// Tests only.
    Tests,
    /// Documentation only.
    Docs,
    /// Upkeep: versions, configuration, tooling.
    Chore,
}

impl TaskKind {
    /// Whether the task is expected to change code that runs.
    pub const fn changes_code(self) -> bool {
        match self {
            Self::Fix | Self::Feature | Self::Refactor => true,
            Self::Tests | Self::Docs | Self::Chore => false,
        }
    }
}

/// An area that must change.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Area {
    /// What to call it in reports.
    #[serde(default)]
    pub name: Option<String>,
    /// Its paths.
    pub globs: Globs,
    /// How many lines must be added or removed there, blank ones not counted.
    #[serde(default = "one")]
    pub min_lines: usize,
}

fn one() -> usize {
    1
}

/// A name that must exist at head.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RequiredName {
    /// The name; snake, camel, kebab and Pascal case are the same.
    pub name: String,
    /// Other names that would do.
    #[serde(default)]
    pub or: Vec<String>,
    /// Where it must stand; without it, in any changed file.
    #[serde(default, rename = "in")]
    pub within: Option<Globs>,
}

/// How large the change should be.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// Added plus removed lines outside tests, documentation and generated files.
    #[serde(default)]
    pub lines: Option<usize>,
    /// Files outside tests, documentation and generated files.
    #[serde(default)]
    pub files: Option<usize>,
    /// A preset: S is 50 lines in 3 files, M 250 in 10, L 1,000 in 30.
    #[serde(default)]
    pub size: Option<Size>,
}

/// A preset of expected sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
pub enum Size {
    /// 50 lines in 3 files.
    S,
    /// 250 lines in 10 files.
    M,
    /// 1,000 lines in 30 files.
    L,
}

/// One task of a wave.
#[derive(Clone, Debug, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaveTask {
    /// Its name, as in `Task:` trailers.
    pub id: String,
    /// The paths it owns.
    pub owns: Globs,
}

/// Reads a task file.
///
/// # Errors
/// The file cannot be read, or is no task.
pub fn read(path: &Path) -> Result<(Task, Input), Error> {
    let bytes = file::read(path, limits::CONFIG_BYTES as u64)?;
    let name = file::shown(path);
    let task = yaml::read("task", &name, &bytes, limits::CONFIG_BYTES)?;
    Ok((task, Input::of("task", name, &bytes)))
}
