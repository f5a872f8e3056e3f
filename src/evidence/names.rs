//! Which changed file does a file name in a report mean?
//!
//! Tools name files from the root of the repository, from the root of a package, from a source folder, or by an
//! absolute path on the machine that ran them. A name that could mean two files means none.

use std::collections::BTreeMap;

use super::change::{Change, FileChange};
use crate::{finding::Side, path::RepoPath};

/// What a name means.
#[derive(Clone, Copy, Debug)]
pub enum Meaning<'a> {
    /// This changed file.
    Changed(&'a FileChange),
    /// A file that the change leaves alone, or none of this repository.
    Elsewhere,
    /// One of several files, at least one of them changed.
    Ambiguous,
}

/// The names of one report, looked up once each.
#[derive(Debug)]
pub struct Names<'a> {
    change: &'a Change,
    side: Side,
    changed: BTreeMap<&'a RepoPath, &'a FileChange>,
    known: BTreeMap<String, Meaning<'a>>,
    all: Option<Vec<RepoPath>>,
}

impl<'a> Names<'a> {
    /// The names of a report on one side of a change.
    pub fn new(change: &'a Change, side: Side) -> Self {
        let version = |file: &'a FileChange| match side {
            Side::Base => file.before(),
            Side::Head => file.after(),
        };
        let files = change.files().iter();
        Self {
            change,
            side,
            changed: files
                .filter_map(|file| Some((&version(file)?.path, file)))
                .collect(),
            known: BTreeMap::new(),
            all: None,
        }
    }

    /// What a name means.
    pub fn meaning(&mut self, name: &str) -> Meaning<'a> {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let meaning = self.look_up(name);
        self.known.insert(name.to_owned(), meaning);
        meaning
    }

    fn look_up(&mut self, name: &str) -> Meaning<'a> {
        let slashed = name.replace('\\', "/");
        let absolute = slashed.starts_with('/') || slashed.get(1..3) == Some(":/");
        let name = slashed.trim_start_matches("./").trim_start_matches('/');
        if let Ok(path) = RepoPath::new(name)
            && let Some(meaning) = self.exact(&path)
        {
            return meaning;
        }
        if absolute {
            return self.longest_end(name);
        }
        self.only_owner(name)
    }

    /// The file at this very path.
    fn exact(&self, path: &RepoPath) -> Option<Meaning<'a>> {
        let changed = self.changed.get(path).map(|file| Meaning::Changed(file));
        let there = || matches!(self.change.entry(self.side, path), Ok(Some(_)));
        changed.or_else(|| there().then_some(Meaning::Elsewhere))
    }

    /// An absolute path ends in the path of the file: the longest such path is meant.
    fn longest_end(&self, name: &str) -> Meaning<'a> {
        let mut rest = name;
        while let Some((_, shorter)) = rest.split_once('/') {
            rest = shorter;
            if let Ok(path) = RepoPath::new(rest)
                && let Some(meaning) = self.exact(&path)
            {
                return meaning;
            }
        }
        Meaning::Elsewhere
    }

    /// A path from some folder inside the repository: meant is the only file whose path ends so.
    fn only_owner(&mut self, name: &str) -> Meaning<'a> {
        let (change, side) = (self.change, self.side);
        let owned = self.changed.iter().filter(|(path, _)| ends_in(path, name));
        let changed: Vec<&FileChange> = owned.map(|(_, file)| *file).collect();
        let Some(first) = changed.first() else {
            return Meaning::Elsewhere;
        };
        let all = self
            .all
            .get_or_insert_with(|| change.paths(side).unwrap_or_default());
        let owners = all.iter().filter(|path| ends_in(path, name)).count();
        if changed.len() > 1 || owners > 1 {
            return Meaning::Ambiguous;
        }
        Meaning::Changed(first)
    }
}

/// Whether a path ends in whole parts of another.
fn ends_in(path: &RepoPath, name: &str) -> bool {
    let path = path.lossy();
    let head = path.strip_suffix(name);
    !name.is_empty() && head.is_some_and(|head| head.is_empty() || head.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn change(unchanged: &[&str], changed: &[&str]) -> Change {
        let files = |text: &str| {
            let own = changed.iter().map(|path| (path, text));
            let other = unchanged.iter().map(|path| (path, "same"));
            own.chain(other)
                .map(|(path, text)| {
                    (
                        RepoPath::new(path).unwrap(),
                        (Mode::File, text.as_bytes().to_vec()),
                    )
                })
                .collect()
        };
        memory::change(files("old"), files("new"))
    }

    fn meaning(change: &Change, name: &str) -> String {
        match Names::new(change, Side::Head).meaning(name) {
            Meaning::Changed(file) => file.path().to_string(),
            Meaning::Elsewhere => "elsewhere".to_owned(),
            Meaning::Ambiguous => "ambiguous".to_owned(),
        }
    }

    #[test]
    fn a_name_means_the_file_at_that_path_before_any_other() {
        let change = change(&["src/lib.rs"], &["lib.rs", "crates/a/src/lib.rs"]);
        assert_eq!(meaning(&change, "lib.rs"), "lib.rs");
        assert_eq!(meaning(&change, "./lib.rs"), "lib.rs");
        assert_eq!(meaning(&change, "src/lib.rs"), "elsewhere");
        assert_eq!(
            meaning(&change, "/ci/build/crates/a/src/lib.rs"),
            "crates/a/src/lib.rs"
        );
        assert_eq!(meaning(&change, "/ci/build/src/lib.rs"), "elsewhere");
        assert_eq!(
            meaning(&change, "C:\\ci\\crates\\a\\src\\lib.rs"),
            "crates/a/src/lib.rs"
        );
    }

    #[test]
    fn a_path_from_a_source_folder_means_the_only_file_that_ends_so() {
        let one = change(&["b/Other.java"], &["a/src/main/java/org/x/A.java"]);
        assert_eq!(meaning(&one, "org/x/A.java"), "a/src/main/java/org/x/A.java");
        assert_eq!(meaning(&one, "x/Missing.java"), "elsewhere");
        let two = change(
            &["b/src/main/java/org/x/A.java"],
            &["a/src/main/java/org/x/A.java"],
        );
        assert_eq!(meaning(&two, "org/x/A.java"), "ambiguous");
        assert_eq!(meaning(&two, "A.jav"), "elsewhere");
    }
}
