//! Which file of the change, or of the tree, does a claim mean?
//!
//! Authors write whole paths, tails of paths, tails with gaps (`cli/run.ts` for `packages/cli/src/run.ts`), folders
//! and patterns (CHECKS 4.4). A path is matched in that order, and several readings stay several.

use std::cell::OnceCell;

use crate::{
    evidence::{
        Supplied,
        change::{Change, FileChange, Mode},
        ignored,
    },
    finding::{Side, Unproven},
    glob::Globs,
    limits,
    path::RepoPath,
};

/// Most files a name is compared with letter by letter.
const NEAR_FILES: usize = 500;

/// Changed paths that are named where none is called like the one that was written.
const BESIDE: usize = 3;

/// How a written path means a real one. Ordered from the closest to the loosest reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// It is the path.
    Exact,
    /// It is its end.
    Tail,
    /// The same file name, and the other parts in their order.
    Gapped,
    /// A folder that it lies in.
    Folder,
}

/// A path as a claim writes it.
#[derive(Clone, Debug)]
pub enum Written {
    /// A path, a part of one, or a folder.
    Path(String),
    /// A pattern with `*`.
    Pattern(Globs),
}

impl Written {
    /// Takes a target for a path: a leading `./` or `/` and a trailing line number are not part of it.
    ///
    /// # Errors
    /// It leads out of the repository, or is a pattern that does not compile.
    pub fn new(target: &str) -> Result<Self, String> {
        let text = target.trim().trim_matches('`');
        let slashed = if text.contains('/') {
            text.to_owned()
        } else {
            text.replace('\\', "/")
        };
        let text = without_line(&slashed)
            .trim_start_matches("./")
            .trim_start_matches('/');
        if text.contains('*') {
            return Globs::new([text]).map(Self::Pattern);
        }
        let text = text.trim_end_matches('/');
        let odd = text.starts_with('~') || text.contains("://");
        RepoPath::new(text)
            .ok()
            .filter(|_| !odd)
            .map(|_| Self::Path(text.to_owned()))
            .ok_or_else(|| {
                format!(
                    "`{}` is not a path inside the repository",
                    crate::escape::line(target)
                )
            })
    }

    /// How it means a path, if it does.
    pub fn means(&self, path: &RepoPath) -> Option<Reading> {
        match self {
            Self::Pattern(globs) => globs.matches(path).then_some(Reading::Exact),
            Self::Path(text) => read(text, &path.lossy()),
        }
    }
}

/// `a.rs:12` and `a.rs:12-30` mean `a.rs`.
fn without_line(text: &str) -> &str {
    match text.rsplit_once(':') {
        Some((path, line))
            if !line.is_empty() && line.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':')) =>
        {
            without_line(path)
        }
        Some(_) | None => text,
    }
}

fn read(written: &str, path: &str) -> Option<Reading> {
    if written == path {
        return Some(Reading::Exact);
    }
    if path.strip_suffix(written).is_some_and(|head| head.ends_with('/')) {
        return Some(Reading::Tail);
    }
    let (folders, name) = written.rsplit_once('/').unwrap_or(("", written));
    let (around, own_name) = path.rsplit_once('/').unwrap_or(("", path));
    if name == own_name && in_order(folders, around) {
        return Some(Reading::Gapped);
    }
    let inside = path
        .strip_prefix(written)
        .is_some_and(|rest| rest.starts_with('/'))
        || path.contains(&format!("/{written}/"));
    inside.then_some(Reading::Folder)
}

fn in_order(parts: &str, within: &str) -> bool {
    let mut rest = within.split('/');
    parts.split('/').all(|part| rest.any(|other| other == part))
}

/// What a written path means in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InTree {
    /// One file.
    One(RepoPath),
    /// Several files, none of them closer than the others.
    Several(usize),
    /// A folder with so many files.
    Folder(usize),
    /// Nothing.
    Nothing,
}

/// The change and the names of both trees, each listed at most once.
#[derive(Debug)]
pub struct Places<'a> {
    change: &'a Change,
    base: OnceCell<Supplied<Vec<RepoPath>>>,
    head: OnceCell<Supplied<Vec<RepoPath>>>,
}

impl<'a> Places<'a> {
    /// Of a change.
    pub fn of(change: &'a Change) -> Self {
        Self {
            change,
            base: OnceCell::new(),
            head: OnceCell::new(),
        }
    }

    /// The change.
    pub fn change(&self) -> &'a Change {
        self.change
    }

    /// The changed files that a path means by their old or their new name, the closest reading first.
    pub fn touched(&self, written: &Written) -> Vec<(Reading, &'a FileChange)> {
        let reading = |file: &FileChange| file.touched().filter_map(|path| written.means(path)).min();
        let mut found: Vec<(Reading, &FileChange)> = self
            .change
            .files()
            .iter()
            .filter_map(|file| reading(file).map(|reading| (reading, file)))
            .collect();
        found.sort_by_key(|(reading, _)| *reading);
        found
    }

    /// What a path means in the tree of a side.
    ///
    /// # Errors
    /// That tree is not known.
    pub fn in_tree(&self, side: Side, written: &Written) -> Supplied<InTree> {
        if let Written::Path(text) = written
            && let Ok(path) = RepoPath::new(text)
            && self.change.entry(side, &path)?.is_some()
        {
            return Ok(InTree::One(path));
        }
        let mut found: Vec<(Reading, &RepoPath)> = self
            .paths(side)?
            .iter()
            .filter_map(|path| written.means(path).map(|reading| (reading, path)))
            .collect();
        found.sort();
        let Some((closest, first)) = found.first() else {
            return Ok(InTree::Nothing);
        };
        let as_close = found.iter().filter(|(reading, _)| reading == closest).count();
        Ok(match (closest, as_close) {
            (Reading::Folder, _) => InTree::Folder(as_close),
            (Reading::Exact | Reading::Tail | Reading::Gapped, 1) => InTree::One((*first).clone()),
            (Reading::Exact | Reading::Tail | Reading::Gapped, _) => InTree::Several(as_close),
        })
    }

    fn paths(&self, side: Side) -> Result<&[RepoPath], Unproven> {
        let cell = match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        };
        cell.get_or_init(|| self.change.paths(side))
            .as_deref()
            .map_err(Clone::clone)
    }

    /// The submodule that a path lies in: its files are not part of this repository.
    pub fn submodule(&self, written: &Written) -> Option<RepoPath> {
        let Written::Path(text) = written else { return None };
        text.match_indices('/')
            .filter_map(|(end, _)| RepoPath::new(text.get(..end)?).ok())
            .find(|folder| {
                let entry = self.change.entry(Side::Head, folder);
                entry.is_ok_and(|entry| entry.is_some_and(|entry| entry.mode == Mode::Submodule))
            })
    }

    /// Why a path may be missing: an ignore rule, or another name among the changed files.
    pub fn hints(&self, written: &Written) -> Vec<String> {
        let Written::Path(text) = written else {
            return Vec::new();
        };
        let ignored = RepoPath::new(text)
            .ok()
            .and_then(|path| ignored::by(self.change, &path));
        let ignored =
            ignored.map(|rule| format!("an ignore rule of the head keeps it out of commits: {rule}"));
        let near = self
            .nearest(text)
            .map(|(path, how)| format!("nearest changed path: `{path}` ({how})"));
        ignored
            .into_iter()
            .chain(near.or_else(|| self.beside(text)))
            .collect()
    }

    /// What did change, where nothing is called like a path: what lies nearest to it comes first.
    fn beside(&self, text: &str) -> Option<String> {
        let shared = |path: &RepoPath| {
            let path = path.lossy();
            let parts = path.split('/').zip(text.split('/'));
            parts.take_while(|(one, other)| one == other).count()
        };
        let mut paths: Vec<&RepoPath> = self.change.files().iter().map(FileChange::path).collect();
        paths.sort_by_key(|path| std::cmp::Reverse(shared(path)));
        let first: Vec<String> = paths
            .iter()
            .take(BESIDE)
            .map(|path| format!("`{path}`"))
            .collect();
        let more = if paths.len() > BESIDE { " …" } else { "" };
        (!first.is_empty()).then(|| format!("changed, and not called like it: {}{more}", first.join(", ")))
    }

    /// The changed path that the author may have meant, where one is called almost the same.
    pub fn near(&self, text: &str) -> Option<&'a RepoPath> {
        self.nearest(text).map(|(path, _)| path)
    }

    /// The changed path that the author most likely meant, and how it differs.
    pub fn nearest(&self, text: &str) -> Option<(&'a RepoPath, &'static str)> {
        let name = text.rsplit('/').next().unwrap_or(text).to_lowercase();
        let candidates = self.change.files().iter().take(NEAR_FILES).map(FileChange::path);
        let ranked = candidates.filter_map(|path| difference(text, &name, path).map(|how| (how, path)));
        ranked.min().map(|((_, how), path)| (path, how))
    }
}

fn difference(text: &str, name: &str, path: &RepoPath) -> Option<(usize, &'static str)> {
    if path.lossy().to_lowercase() == text.to_lowercase() {
        return Some((0, "differs in case"));
    }
    let other = path.name().to_lowercase();
    if other == name {
        return Some((1, "lies elsewhere"));
    }
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    if stem(&other) == stem(name) {
        return Some((2, "has another extension"));
    }
    if name.len().max(other.len()) > limits::NEAR_NAME_BYTES {
        return None;
    }
    let distance = strsim::damerau_levenshtein(name, &other);
    (distance <= name.len() / 4).then_some((2 + distance, "has a similar name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::memory;

    fn means(written: &str, path: &str) -> Option<Reading> {
        Written::new(written)
            .unwrap()
            .means(&RepoPath::new(path).unwrap())
    }

    #[test]
    fn a_path_is_read_from_closest_to_loosest() {
        let table = [
            ("a/b.rs", "a/b.rs", Some(Reading::Exact)),
            ("./a/b.rs:12-14", "a/b.rs", Some(Reading::Exact)),
            ("a\\b.rs", "a/b.rs", Some(Reading::Exact)),
            ("b.rs", "a/b.rs", Some(Reading::Tail)),
            (
                "cli/run.test.ts",
                "packages/cli/src/run.test.ts",
                Some(Reading::Gapped),
            ),
            ("src/", "src/a/b.rs", Some(Reading::Folder)),
            ("llms.txt", "app/llms.txt/route.ts", Some(Reading::Folder)),
            ("src/*.rs", "src/a.rs", Some(Reading::Exact)),
            ("b.rs", "a/bb.rs", None),
            ("run/cli.ts", "cli/run/x/cli2.ts", None),
            ("src/cli/run.ts", "cli/src/run.ts", None),
            ("app/[id]/page.tsx", "app/[id]/page.tsx", Some(Reading::Exact)),
        ];
        for (written, path, reading) in table {
            assert_eq!(means(written, path), reading, "{written} {path}");
        }
    }

    #[test]
    fn a_path_outside_the_repository_is_no_path() {
        for target in ["../a", "~/a", "https://example.org/a", "", "/"] {
            assert!(Written::new(target).is_err(), "{target}");
        }
    }

    fn change(before: &[&str], after: &[&str]) -> Change {
        let files = |paths: &[&str]| -> memory::Files {
            let file = |path: &&str| {
                (
                    RepoPath::new(path).unwrap(),
                    (Mode::File, path.as_bytes().to_vec()),
                )
            };
            paths.iter().map(file).collect()
        };
        memory::change(files(before), files(after))
    }

    #[test]
    fn a_tree_may_hold_one_several_or_none() {
        let tree = ["a/mod.rs", "b/mod.rs", "b/one.rs", "mod.rs"];
        let change = change(&tree, &tree);
        let places = Places::of(&change);
        let found = |target: &str| {
            places
                .in_tree(Side::Head, &Written::new(target).unwrap())
                .unwrap()
        };
        assert_eq!(found("mod.rs"), InTree::One(RepoPath::new("mod.rs").unwrap()));
        assert_eq!(found("one.rs"), InTree::One(RepoPath::new("b/one.rs").unwrap()));
        assert_eq!(found("b"), InTree::Folder(2));
        assert_eq!(found("*/mod.rs"), InTree::Several(2));
        assert_eq!(found("two.rs"), InTree::Nothing);
    }

    #[test]
    fn hints_name_the_nearest_change_and_the_ignore_rule() {
        let change = change(
            &[],
            &["src/Retry.ts", "src/config.yaml", "lib/parser.py", "a/util.go"],
        );
        let places = Places::of(&change);
        let hint = |target: &str| places.hints(&Written::new(target).unwrap()).join("; ");
        assert!(hint("src/retry.ts").contains("`src/Retry.ts` (differs in case)"));
        assert!(hint("src/config.yml").contains("another extension"));
        assert!(hint("lib/parsers.py").contains("similar name"));
        assert!(hint("b/util.go").contains("lies elsewhere"));
        assert_eq!(
            hint("lib/guide.md"),
            "changed, and not called like it: `lib/parser.py`, `a/util.go`, `src/Retry.ts` …"
        );
    }
}
