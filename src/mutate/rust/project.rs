//! Which packages does a Cargo workspace have, and which of them do tests of a changed file belong to?

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use crate::{
    error::Error,
    mutate::process::{Environment, Limits, Task},
};

/// What `cargo metadata` may write; that of a workspace of 400 packages is 3 MB.
const OUTPUT: usize = 256 * 1024 * 1024;
/// It may have to fetch the index of the registry.
const PATIENCE: Duration = Duration::from_secs(600);

/// What Cargo says about a workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Project {
    /// Its folder.
    #[serde(rename = "workspace_root")]
    pub(super) root: PathBuf,
    /// Where Cargo would build it.
    #[serde(rename = "target_directory")]
    pub(super) target: PathBuf,
    /// Its members.
    pub(super) packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    /// Its name.
    pub(super) name: String,
    /// What Cargo tells it by from others of its name.
    id: String,
    manifest_path: PathBuf,
    /// The edition of its code.
    pub(super) edition: String,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
    src_path: PathBuf,
    doctest: bool,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
}

impl Package {
    /// The folder of its manifest.
    pub(super) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    /// Why faults in a file of it cannot be switched on while tests run, if so.
    pub(super) fn compiles_only(&self, file: &Path) -> Option<&'static str> {
        let is = |kind: &str| {
            self.targets
                .iter()
                .any(|target| target.kind.iter().any(|own| own == kind))
        };
        let is_script = self
            .targets
            .iter()
            .any(|target| target.src_path == file && target.kind.iter().any(|kind| kind == "custom-build"));
        if is_script {
            return Some("it is a build script: it runs when the project is built, not when its tests run");
        }
        is("proc-macro")
            .then_some("it is a procedural macro: it runs when the project is built, not when its tests run")
    }
}

impl Project {
    /// Asks Cargo.
    ///
    /// # Errors
    /// Cargo is missing, or the manifests cannot be read.
    pub(super) fn read(folder: &Path, environment: &Environment) -> Result<Self, Error> {
        let task = Task::new("cargo", folder, environment, Limits::of(PATIENCE, OUTPUT));
        let ended = task
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .run()?;
        if !ended.succeeded() {
            let says = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
            return Err(Error::usage(
                format!("cargo cannot read the project: {says}"),
                "make `cargo metadata` work in the project",
            ));
        }
        serde_json::from_slice(&ended.stdout).map_err(|why| {
            Error::usage(
                format!("the answer of `cargo metadata` is not understood: {why}"),
                "use a stable version of Cargo",
            )
        })
    }

    /// Refuses what cannot be built in a copy of the repository.
    ///
    /// # Errors
    /// A package needs another one that lies outside.
    pub(super) fn refuse_outside(&self, root: &Path) -> Result<(), Error> {
        for package in &self.packages {
            let outside = package.dependencies.iter().find(|dependency| {
                let path = dependency.path.as_ref();
                path.is_some_and(|path| !path.starts_with(root))
            });
            if let Some(dependency) = outside {
                return Err(Error::usage(
                    format!(
                        "`{}` needs `{}` by a path that leads out of the repository, and its tests run in a copy of the repository",
                        package.name, dependency.name
                    ),
                    "move it into the repository, or name it by version or by git",
                ));
            }
        }
        Ok(())
    }

    /// Whether examples in documentation can run.
    pub(super) fn has_examples(&self) -> bool {
        let targets = self.packages.iter().flat_map(|package| &package.targets);
        targets.clone().any(|target| target.doctest)
    }

    /// The package that a file belongs to.
    pub(super) fn package_of(&self, file: &Path) -> Option<&Package> {
        let around = self
            .packages
            .iter()
            .filter(|package| file.starts_with(package.folder()));
        around.max_by_key(|package| package.folder().as_os_str().len())
    }

    /// What Cargo tells these members by: a dependency may have the name of one.
    pub(super) fn ids(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        let members = self
            .packages
            .iter()
            .filter(|package| names.contains(&package.name));
        members.map(|package| package.id.clone()).collect()
    }

    /// The packages named, and every member that depends on one of them.
    pub(super) fn with_dependents(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        let folders: BTreeMap<&Path, &str> = self
            .packages
            .iter()
            .map(|package| (package.folder(), package.name.as_str()))
            .collect();
        let mut found = names.clone();
        loop {
            let before = found.len();
            for package in &self.packages {
                let needs = package.dependencies.iter().filter_map(|one| one.path.as_deref());
                if needs
                    .filter_map(|path| folders.get(path))
                    .any(|name| found.contains(*name))
                {
                    found.insert(package.name.clone());
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }
}
