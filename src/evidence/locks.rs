//! Which exact packages did a package manager write down, from where, and with which checksums?
//!
//! Lock files are written by programs in one layout, so they are read line by line: a general TOML or YAML reader
//! would take a hundred times their size in memory.

pub mod go;
pub mod npm;
pub mod pnpm;
pub mod shifts;
pub mod tables;
pub mod yarn;

use std::collections::BTreeMap;

use super::manifests::{
    self, Ecosystem,
    document::{self, Problem},
};
use crate::{finding::Unproven, limits, path::RepoPath};

/// One locked package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locked {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it comes from, `None` where the lock does not say or it is part of the project.
    pub source: Option<Source>,
    /// Checksums by what they are of: a file name, or an algorithm.
    pub checksums: BTreeMap<String, String>,
    /// The 1-based line of its entry.
    pub line: u32,
}

/// Where a locked package comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// `registry`, `git`, `url` or `path`.
    pub kind: &'static str,
    /// The host of a registry or a file, the address of a repository without its revision, or a path.
    pub place: String,
}

impl Source {
    /// A registry or file by its address; mirrors that serve the same registry count as one.
    pub fn host(kind: &'static str, url: &str) -> Self {
        let host = url.split("://").nth(1).unwrap_or(url);
        let host = host.split(['/', '?', '#']).next().unwrap_or(host);
        let host = host.rsplit('@').next().unwrap_or(host).to_lowercase();
        let place = match host.as_str() {
            "registry.yarnpkg.com" | "registry.npmjs.org" => "registry.npmjs.org".to_owned(),
            "pypi.org" | "files.pythonhosted.org" | "pypi.python.org" => "pypi.org".to_owned(),
            _ => host,
        };
        Self { kind, place }
    }

    /// A repository by its address.
    pub fn git(url: &str) -> Self {
        let url = url.trim_start_matches("git+");
        let place = url.split(['#', '?']).next().unwrap_or(url);
        Self {
            kind: "git",
            place: place.trim_end_matches('/').trim_end_matches(".git").to_owned(),
        }
    }

    /// As a reader would name it.
    pub fn shown(&self) -> String {
        format!("{} {}", self.kind, crate::escape::line(&self.place))
    }
}

/// The format of a lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// `Cargo.lock`.
    Cargo,
    /// `uv.lock`.
    Uv,
    /// `poetry.lock`.
    Poetry,
    /// `package-lock.json` and `npm-shrinkwrap.json`.
    Npm,
    /// `yarn.lock`, both layouts.
    Yarn,
    /// `pnpm-lock.yaml`.
    Pnpm,
    /// `go.sum`.
    Go,
    /// One whose entries are not read.
    Opaque,
}

/// Every lock file by its name, in the order in which they are looked for.
pub const NAMES: [(&str, Ecosystem, Format); 12] = [
    ("Cargo.lock", Ecosystem::Cargo, Format::Cargo),
    ("uv.lock", Ecosystem::Python, Format::Uv),
    ("poetry.lock", Ecosystem::Python, Format::Poetry),
    ("pdm.lock", Ecosystem::Python, Format::Opaque),
    ("Pipfile.lock", Ecosystem::Python, Format::Opaque),
    ("package-lock.json", Ecosystem::Npm, Format::Npm),
    ("npm-shrinkwrap.json", Ecosystem::Npm, Format::Npm),
    ("yarn.lock", Ecosystem::Npm, Format::Yarn),
    ("pnpm-lock.yaml", Ecosystem::Npm, Format::Pnpm),
    ("bun.lock", Ecosystem::Npm, Format::Opaque),
    ("bun.lockb", Ecosystem::Npm, Format::Opaque),
    ("go.sum", Ecosystem::Go, Format::Go),
];

/// Which lock file a path is, `None` where it is none of this project.
pub fn format(path: &RepoPath) -> Option<(Ecosystem, Format)> {
    if manifests::is_elsewhere(path) {
        return None;
    }
    let name = path.name();
    let found = NAMES.iter().find(|(known, _, _)| *known == name);
    found.map(|(_, ecosystem, format)| (*ecosystem, *format))
}

/// Reads a lock file.
///
/// # Errors
/// It is too large, not text, or has no entry where text stands: the file, the line and the cause.
pub fn read(path: &RepoPath, format: Format, bytes: &[u8]) -> Result<Vec<Locked>, Unproven> {
    parse(format, bytes).map_err(|problem| problem.unreadable(path))
}

fn parse(format: Format, bytes: &[u8]) -> Result<Vec<Locked>, Problem> {
    let text = document::text(bytes, limits::LOCKFILE_BYTES)?;
    let entries = match format {
        Format::Cargo => tables::cargo(text),
        Format::Uv => tables::uv(text),
        Format::Poetry => tables::poetry(text),
        Format::Npm => npm::read(text)?,
        Format::Yarn => yarn::read(text),
        Format::Pnpm => pnpm::read(text),
        Format::Go => go::read(text)?,
        Format::Opaque => Vec::new(),
    };
    if entries.len() > limits::LOCKED_PACKAGES {
        let what = format!("holds more than {} packages", limits::LOCKED_PACKAGES);
        return Err(Problem::new(1, what));
    }
    Ok(entries)
}

/// Every line with its 1-based number.
pub(crate) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}

/// What stands between the first pair of double quotes after a mark.
pub(crate) fn quoted_after<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.split_once(mark)?.1.split('"').nth(1)
}

/// `sha512-…` and its like, by algorithm; several are separated by blanks.
pub(crate) fn integrity(text: &str) -> BTreeMap<String, String> {
    let parts = text.split_whitespace().filter_map(|part| part.split_once('-'));
    parts
        .map(|(algorithm, digest)| (algorithm.to_owned(), digest.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_of_one_registry_are_one_source() {
        let npm = Source::host("registry", "https://registry.npmjs.org/a/-/a-1.0.0.tgz");
        assert_eq!(
            npm,
            Source::host("registry", "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#aa")
        );
        assert_ne!(
            npm,
            Source::host("registry", "https://registry.npmjs.org.evil.example/a.tgz")
        );
        assert_ne!(
            npm,
            Source::host("registry", "https://registry.npmjs.org@evil.example/a.tgz")
        );
    }

    #[test]
    fn a_new_revision_is_the_same_repository() {
        assert_eq!(
            Source::git("git+https://example.org/a.git?rev=1#1"),
            Source::git("https://example.org/a")
        );
    }
}
