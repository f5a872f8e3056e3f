//! Which packages does the project say it needs, and where do they come from?
//!
//! Both sides of every changed manifest are read from the trees. A package that another manifest of the base
//! already names is not new: it moved, or a second part of the project now uses it.

pub mod cargo;
pub mod compare;
pub mod document;
pub mod go;
pub mod internal;
pub mod json;
pub mod npm;
pub mod python;
pub mod requirement;
pub mod requirements;
pub mod toml;

pub use self::compare::{DependencyChange, changes};
use self::document::Problem;
use crate::{finding::Unproven, limits, path::RepoPath};

/// Whose packages they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ecosystem {
    /// Rust.
    Cargo,
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    Npm,
    /// Go.
    Go,
}

impl Ecosystem {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Python => "python",
            Self::Npm => "npm",
            Self::Go => "go",
        }
    }
}

/// Where a package is taken from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The registry that is the ecosystem's default.
    Registry,
    /// A registry by its own name or address.
    OtherRegistry(String),
    /// A repository.
    Git(String),
    /// A file on the web.
    Url(String),
    /// A folder or file, as written.
    Path(String),
    /// The workspace says it.
    Workspace,
}

impl Origin {
    /// Its kind in reports.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::OtherRegistry(_) => "other registry",
            Self::Git(_) => "git",
            Self::Url(_) => "url",
            Self::Path(_) => "path",
            Self::Workspace => "workspace",
        }
    }
}

/// How a manifest uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It is needed by the project's own code, tests or build.
    Direct,
    /// It is listed because another package needs it.
    Indirect,
    /// It bounds a version without installing anything.
    Constraint,
    /// It replaces what another package asks for: `[patch]`, `overrides`, `replace`.
    Override,
}

/// One entry of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The package's real name; for Python as PEP 503 compares it.
    pub name: String,
    /// The name the code sees, where it is another one.
    pub visible: Option<String>,
    /// The version or source asked for, as written; empty where nothing is asked.
    pub requirement: String,
    /// Where it is taken from.
    pub origin: Origin,
    /// The table it stands in.
    pub section: String,
    /// Its 1-based line.
    pub line: u32,
    /// How it is used.
    pub kind: Use,
    /// Any version at all is asked for, in so many characters.
    pub wildcard: bool,
    /// A hash stands beside it.
    pub hashed: bool,
}

impl Declared {
    /// A package that is used directly and comes from the registry, under its own name and without a hash.
    fn plain(name: &str, requirement: &str, section: &str, line: u32) -> Self {
        Self {
            name: name.to_owned(),
            visible: None,
            requirement: requirement.to_owned(),
            origin: Origin::Registry,
            section: section.to_owned(),
            line,
            kind: Use::Direct,
            wildcard: false,
            hashed: false,
        }
    }
}

/// A package index that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its 1-based line.
    pub line: u32,
    /// Its address as written.
    pub url: String,
}

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The name of the package it describes.
    pub package: Option<String>,
    /// Every entry.
    pub declared: Vec<Declared>,
    /// Package indexes beside the default one.
    pub indexes: Vec<Index>,
    /// Patterns of the folders that are packages of this workspace (`package.json`).
    pub workspaces: Vec<String>,
}

/// Folders of other people's code and of test data: manifests there say nothing about what this project needs.
const ELSEWHERE: [&str; 10] = [
    "node_modules",
    "vendor",
    "third_party",
    "third-party",
    "site-packages",
    "fixtures",
    "__fixtures__",
    "testdata",
    "test-data",
    "test_data",
];

/// Whether a path lies among other people's code, test data or templates.
pub fn is_elsewhere(path: &RepoPath) -> bool {
    path.parts()
        .any(|part| ELSEWHERE.contains(&part.as_ref()) || part.contains("{{"))
}

/// Which manifest a path is, `None` where it is none of this project.
pub fn ecosystem(path: &RepoPath) -> Option<Ecosystem> {
    if is_elsewhere(path) {
        return None;
    }
    match path.name().as_ref() {
        "Cargo.toml" => Some(Ecosystem::Cargo),
        "package.json" => Some(Ecosystem::Npm),
        "go.mod" => Some(Ecosystem::Go),
        "pyproject.toml" | "Pipfile" | "setup.cfg" => Some(Ecosystem::Python),
        _ if is_requirements(path) => Some(Ecosystem::Python),
        _ => None,
    }
}

/// `requirements.txt`, `dev-requirements.in`, `requirements/test.txt`, `constraints.txt`, …
fn is_requirements(path: &RepoPath) -> bool {
    let name = path.name().to_lowercase();
    let Some(stem) = name.strip_suffix(".txt").or(name.strip_suffix(".in")) else {
        return false;
    };
    let folder = path.folder();
    let word = |word: &str| stem.split(['-', '_', '.']).any(|part| part == word);
    word("requirements") || word("constraints") || folder.rsplit('/').next() == Some("requirements")
}

/// Reads one manifest.
///
/// # Errors
/// It is too large, not text, or not what its name says: the file, the line and the cause.
pub fn read(path: &RepoPath, bytes: &[u8]) -> Result<Manifest, Unproven> {
    parse(path, bytes).map_err(|problem| problem.unreadable(path))
}

fn parse(path: &RepoPath, bytes: &[u8]) -> Result<Manifest, Problem> {
    let text = document::text(bytes, limits::MANIFEST_BYTES)?;
    match path.name().as_ref() {
        "Cargo.toml" => cargo::read(text),
        "package.json" => npm::read(text),
        "go.mod" => go::read(text),
        "pyproject.toml" => python::pyproject(text),
        "Pipfile" => python::pipfile(text),
        "setup.cfg" => python::setup_cfg(text),
        name => requirements::read(text, name.to_lowercase().contains("constraints")),
    }
}

/// What the package is to its registry: major versions of one Go module are one package.
pub fn identity(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        Ecosystem::Go => {
            let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
            let cut = [("/v", ""), (".v", "")].iter().find_map(|(mark, _)| {
                let (head, version) = name.rsplit_once(mark)?;
                digits(version).then(|| head.to_owned())
            });
            cut.unwrap_or_else(|| name.to_owned())
        }
        Ecosystem::Python => requirement::normal(name),
        Ecosystem::Cargo => name.replace('_', "-"),
        Ecosystem::Npm => name.to_owned(),
    }
}
