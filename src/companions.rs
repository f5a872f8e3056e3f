//! Which files may follow an assigned one without being assigned themselves?
//!
//! A lock file follows its manifest, a snapshot the code it shows, a module file the module it names. The table
//! is data; a team's own companions stand beside it in the policy.

use serde::Deserialize;

use crate::{
    error::Error,
    evidence::change::{FileChange, Status},
    glob::{self, Globs},
    path::RepoPath,
    policy::Companion,
    tables::{self, table},
    words::Words,
};

/// One kind of follower.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Kind {
    #[serde(deserialize_with = "glob::built_in")]
    of: Globs,
    #[serde(deserialize_with = "glob::built_in")]
    files: Globs,
    #[serde(rename = "where")]
    place: Place,
    #[serde(default)]
    lines: Option<Words>,
    #[serde(default)]
    new_only: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    Above,
    Below,
    Folder,
    Any,
}

/// Every kind of follower.
#[derive(Clone, Debug)]
pub struct Companions {
    built_in: Vec<Kind>,
    policy: Vec<Companion>,
}

impl Companions {
    /// The built-in kinds beside a policy's.
    ///
    /// # Errors
    /// The embedded table is wrong: a fault of this program.
    pub fn new(policy: &[Companion]) -> Result<Self, Error> {
        Ok(Self {
            built_in: tables::read("companions.yaml", table!("companions"))?,
            policy: policy.to_vec(),
        })
    }

    /// With a policy's own.
    #[must_use]
    pub fn with_policy(self, policy: &[Companion]) -> Self {
        Self {
            policy: policy.to_vec(),
            ..self
        }
    }

    /// Whether a touched path of a file may follow an assigned and touched one.
    pub fn may_follow(&self, file: &FileChange, path: &RepoPath, assigned: &RepoPath) -> bool {
        let built_in = self.built_in.iter().any(|kind| kind.allows(file, path, assigned));
        let policy = &self.policy;
        built_in
            || policy
                .iter()
                .any(|companion| companion.of.matches(assigned) && companion.may_touch.matches(path))
    }
}

impl Kind {
    fn allows(&self, file: &FileChange, path: &RepoPath, assigned: &RepoPath) -> bool {
        self.of.matches(assigned)
            && self.lies_right(path, assigned)
            && (!self.new_only || file.status == Status::Added)
            && self.lines_fit(file)
    }

    fn lies_right(&self, path: &RepoPath, assigned: &RepoPath) -> bool {
        let folder = assigned.folder();
        match self.place {
            Place::Any => self.files.matches(path),
            Place::Below => {
                let below = folder.is_empty() || path.lossy().starts_with(&format!("{folder}/"));
                below && self.files.matches(path)
            }
            Place::Above => {
                let at = path.folder();
                let above = at.is_empty() || folder == at || folder.starts_with(&format!("{at}/"));
                let name = RepoPath::new(path.name().as_bytes());
                above && name.is_ok_and(|name| self.files.matches(&name))
            }
            Place::Folder => {
                let name = format!("{folder}.{}", path.extension());
                path.as_bytes() == name.as_bytes() && self.files.matches(path)
            }
        }
    }

    fn lines_fit(&self, file: &FileChange) -> bool {
        let fits = |words: &Words| {
            file.added()
                .chain(file.removed())
                .all(|line| words.match_in(&line.text))
        };
        self.lines.as_ref().is_none_or(fits)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::evidence::change::{Mode, memory};

    /// Whether `path`, from `before` to `after`, may follow `assigned`.
    fn follows(path: &str, before: &str, after: &str, assigned: &str) -> bool {
        let path = RepoPath::new(path).unwrap();
        let files = |text: &str| BTreeMap::from([(path.clone(), (Mode::File, text.as_bytes().to_vec()))]);
        let change = memory::change(files(before), files(after));
        let companions = Companions::new(&[]).unwrap();
        companions.may_follow(&change.files()[0], &path, &RepoPath::new(assigned).unwrap())
    }

    #[test]
    fn a_lock_file_follows_a_manifest_at_or_below_its_folder() {
        assert!(follows("Cargo.lock", "a\n", "b\n", "crates/x/Cargo.toml"));
        assert!(follows("web/package-lock.json", "a\n", "b\n", "web/package.json"));
        assert!(!follows(
            "web/package-lock.json",
            "a\n",
            "b\n",
            "api/package.json"
        ));
        assert!(!follows("Cargo.lock", "a\n", "b\n", "src/lib.rs"));
    }

    #[test]
    fn a_module_file_follows_with_module_lines_only() {
        for (path, line, assigned) in [
            ("src/lib.rs", "pub mod token;", "src/token.rs"),
            ("src/auth.rs", "mod token;", "src/auth/token.rs"),
            ("src/auth/mod.rs", "pub use token::Token;", "src/auth/token.rs"),
            ("pkg/__init__.py", "from .token import Token", "pkg/token.py"),
            (
                "src/index.ts",
                "export * from './auth/token';",
                "src/auth/token.ts",
            ),
        ] {
            assert!(follows(path, "", &format!("{line}\n"), assigned), "{path}");
        }
        for (path, line, assigned) in [
            ("src/lib.rs", "pub fn run() {}", "src/token.rs"),
            ("src/lib.rs", "static mut X: u8 = 0;", "src/token.rs"),
            ("pkg/__init__.py", "os.system('x')", "pkg/token.py"),
            (
                "src/index.ts",
                "export const open = () => eval(code);",
                "src/auth/token.ts",
            ),
            ("other/lib.rs", "pub mod token;", "src/token.rs"),
        ] {
            assert!(!follows(path, "", &format!("{line}\n"), assigned), "{path}");
        }
    }

    #[test]
    fn a_changelog_fragment_follows_anything_when_it_is_new() {
        assert!(!follows(".changeset/brave-cat.md", "a\n", "b\n", "src/a.ts"));
        assert!(follows("CHANGELOG.md", "a\n", "a\nb\n", "src/a.ts"));
    }

    #[test]
    fn every_expression_and_pattern_of_the_table_compiles() {
        let companions = Companions::new(&[]).unwrap();
        assert!(
            companions
                .built_in
                .iter()
                .flat_map(|kind| &kind.lines)
                .all(Words::compile)
        );
        assert!(
            companions
                .built_in
                .iter()
                .all(|kind| kind.of.compile() && kind.files.compile())
        );
    }
}
