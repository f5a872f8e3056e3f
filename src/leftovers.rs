//! Which paths look like something that a tool or hurried work left behind?

use serde::Deserialize;

use crate::{
    error::Error,
    finding::Level,
    glob::{self, Globs},
    kinds::FileKind,
    path::RepoPath,
    tables::{self, table},
};

/// A kind of leftover.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Leftover {
    /// What it is, with its article.
    pub id: String,
    /// How much it weighs.
    pub level: Level,
    #[serde(deserialize_with = "glob::built_in")]
    paths: Globs,
    #[serde(default)]
    tests_too: bool,
    #[serde(default)]
    starts: Option<String>,
}

impl Leftover {
    /// Whether a path looks like one. Test data is looked at only where no test would need such a file.
    pub fn looks_like(&self, path: &RepoPath, kind: FileKind) -> bool {
        (self.tests_too || kind != FileKind::Test) && kind != FileKind::Vendored && self.paths.matches(path)
    }

    /// Whether its name alone does not tell: an ordinary file may be called `core`.
    pub fn asks_for_content(&self) -> bool {
        self.starts.is_some()
    }

    /// Whether content begins as such a file does.
    pub fn begins(&self, bytes: &[u8]) -> bool {
        let Some(starts) = &self.starts else { return true };
        let first = bytes.get(..starts.len() / 2).unwrap_or(bytes);
        crate::evidence::file::hex(first) == *starts
    }
}

/// Every kind of leftover.
#[derive(Clone, Debug)]
pub struct Leftovers {
    kinds: Vec<Leftover>,
}

impl Leftovers {
    /// The built-in table.
    ///
    /// # Errors
    /// The embedded table is wrong: a fault of this program.
    pub fn new() -> Result<Self, Error> {
        let kinds = tables::read("leftovers.yaml", table!("leftovers"))?;
        Ok(Self { kinds })
    }

    /// The kind that a path looks like.
    pub fn of(&self, path: &RepoPath, kind: FileKind) -> Option<&Leftover> {
        self.kinds.iter().find(|leftover| leftover.looks_like(path, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(path: &str, kind: FileKind) -> Option<String> {
        let leftovers = Leftovers::new().unwrap();
        leftovers
            .of(&RepoPath::new(path).unwrap(), kind)
            .map(|leftover| leftover.id.clone())
    }

    #[test]
    fn every_pattern_of_the_table_compiles() {
        let leftovers = Leftovers::new().unwrap();
        assert!(leftovers.kinds.iter().all(|kind| kind.paths.compile()));
    }

    #[test]
    fn names_tell() {
        for (path, what) in [
            ("src/a.rs.rej", "a rejected hunk of a patch"),
            ("src/a.rs.orig", "a backup copy"),
            ("src/.a.rs.swp", "a backup copy"),
            ("run/server.pid", "the id of a process"),
            ("src/__pycache__/a.cpython-312.pyc", "a cache or build product"),
            (".coverage", "coverage data"),
            ("debug_login.py", "a scratch script"),
            ("IMPLEMENTATION_SUMMARY.md", "a report about the work itself"),
            ("src/token_old.py", "a copy under another name"),
        ] {
            assert_eq!(id(path, FileKind::Other).as_deref(), Some(what), "{path}");
        }
    }

    #[test]
    fn ordinary_files_are_left_alone() {
        for path in [
            "README.md",
            "SUMMARY.md",
            "docs/ANNUAL_REPORT.md",
            "CHANGELOG.md",
            "src/debug.py",
            "scripts/tmp.sh",
            "src/threshold.py",
            "src/hold.rs",
            "src/rapid.rs",
            ".coveragerc",
            "deepcopy.py",
        ] {
            assert_eq!(id(path, FileKind::Source), None, "{path}");
        }
    }

    #[test]
    fn test_data_may_look_like_a_backup() {
        assert_eq!(id("tests/data/a.orig", FileKind::Test), None);
        assert!(id("tests/data/a.rej", FileKind::Test).is_some());
        assert_eq!(id("vendor/x/a.rej", FileKind::Vendored), None);
    }

    #[test]
    fn a_core_dump_is_known_by_its_content() {
        let leftovers = Leftovers::new().unwrap();
        let core = leftovers
            .of(&RepoPath::new("core").unwrap(), FileKind::Other)
            .unwrap();
        assert!(core.begins(b"\x7fELF\x02") && !core.begins(b"plain text") && !core.begins(b""));
    }
}
