//! How are faults of Rust code made and measured?
//!
//! ```text
//! sites ─► render ─► compile ─► suite ─► trial ─► alone
//! (room)   (switches) (blame)   (reach)  (run)    (what has no switch)
//! ```
//!
//! All faults of a workspace are compiled into one set of test programs and switched on one at a time by a variable.

mod alone;
mod attributes;
mod bench;
mod blame;
mod compile;
mod compiled;
mod conditions;
mod constants;
mod examples;
mod harness;
mod jobs;
mod messages;
mod nextest;
mod operators;
mod project;
mod reach;
mod reader;
mod render;
mod rooms;
mod schema;
mod seed;
mod sites;
mod suite;
mod trial;
mod twins;
mod uses;
mod values;
mod verdicts;
mod work;
mod workspace;
pub mod wrap;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use self::{
    project::Project,
    sites::Sites,
    workspace::{Found, Task},
};
use super::{Copy, Engine, Fault, Measured, Mutant, Orders, Outcome, Progress, Scope};
use crate::{code::parser, error::Error, evidence::mutation::Baseline};

/// Every fault that the operators of this language find room for, in the order of the file.
///
/// # Errors
/// The text cannot be parsed.
pub fn faults(text: &str) -> Result<Vec<Fault>, String> {
    Sites::read(text).map(|sites| sites.faults)
}

/// What the user may say about how Rust tests run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Features to switch on, as `cargo test --features` takes them.
    pub features: Vec<String>,
    /// `cargo test --all-features`.
    pub all_features: bool,
    /// `cargo test --no-default-features`.
    pub no_default_features: bool,
    /// Packages whose tests run; where none is named, those that hold mutants and those that depend on them.
    pub packages: Vec<String>,
    /// `cargo nextest` chooses the tests: each runs in a process of its own, and no examples in documentation do.
    pub nextest: bool,
    /// Examples in documentation are not run.
    pub no_examples: bool,
    /// This program; where it is not named, it is looked for as the parser does.
    pub program: Option<PathBuf>,
}

impl Options {
    fn program(&self) -> Result<PathBuf, Error> {
        self.program.clone().or_else(parser::found).ok_or_else(|| {
            Error::usage(
                "the program `countersign` is not found beside this one",
                "build it first",
            )
        })
    }
}

/// Measures Rust mutants.
#[derive(Clone, Debug)]
pub struct Rust {
    /// What every engine is told.
    pub orders: Orders,
    /// What the user says.
    pub options: Options,
}

impl Rust {
    /// Where the project itself is built; read only.
    fn target_of(&self, project: &Project, copy: &Copy) -> Option<PathBuf> {
        let own = match project.target.strip_prefix(copy.root()) {
            Ok(below) => self.orders.root.join(below),
            Err(_) => project.target.clone(),
        };
        own.is_dir().then_some(own)
    }
}

/// The innermost folder with a manifest around a file.
fn manifest_folder<'p>(file: &'p Path, root: &Path) -> Option<&'p Path> {
    let around = file.ancestors().skip(1);
    let inside = around.take_while(|folder| folder.starts_with(root));
    inside
        .into_iter()
        .find(|folder| folder.join("Cargo.toml").is_file())
}

impl Engine for Rust {
    fn measure(
        &self,
        mutants: &[&Mutant],
        scope: &Scope,
        copy: &Copy,
        progress: &dyn Progress,
    ) -> Result<Measured, Error> {
        let mut all = Found::default();
        let mut tasks: BTreeMap<PathBuf, Task<'_>> = BTreeMap::new();
        let mut known: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        for mutant in mutants {
            let place = copy.place(&mutant.path);
            let Some(folder) = manifest_folder(&place, copy.root()) else {
                all.outcomes.push(Outcome::not_measured(
                    mutant.id.clone(),
                    "no `Cargo.toml` stands above it",
                ));
                continue;
            };
            let root = match known.get(folder) {
                Some(root) => root.clone(),
                None => {
                    let project = Project::read(folder, &self.orders.environment)?;
                    project.refuse_outside(copy.root())?;
                    let root = project.root.clone();
                    known.insert(folder.to_owned(), root.clone());
                    tasks.entry(root.clone()).or_insert_with(|| Task::new(project));
                    root
                }
            };
            if let Some(task) = tasks.get_mut(&root) {
                task.mutants.push(mutant);
            }
        }
        for (number, task) in tasks.into_values().enumerate() {
            all.join(task.measure(self, scope, copy, &format!("rust-{number}"), progress)?);
        }
        all.outcomes.sort_by(|a, b| a.id.cmp(&b.id));
        if all.baseline == Baseline::Unknown && mutants.is_empty() {
            all.notes.push("nothing to measure".to_owned());
        }
        Ok(Measured {
            outcomes: all.outcomes,
            baseline: all.baseline,
            notes: all.notes,
            times: all.times,
        })
    }
}
