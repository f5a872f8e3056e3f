//! Which packages does the change add, remove or ask for differently?
//!
//! Both sides of every changed manifest are read from the trees. A package that another manifest of the base
//! already names is not new: it moved, or a second part of the project now uses it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Declared, Ecosystem, Manifest, ecosystem, identity, internal, read};
use crate::{
    evidence::change::{Change, FileChange, Status, Version},
    finding::{Side, Unproven},
    limits,
    path::RepoPath,
};

/// What happened to one package in one manifest. An entry that only moved to another section, or that another
/// manifest of the base already named, has a `before`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyChange {
    /// The manifest, by its path at head, or at base where it is gone.
    pub manifest: RepoPath,
    /// The 1-based line of the entry: at head, or at base where it is gone.
    pub line: u32,
    /// The package's real name; for Python as PEP 503 compares it.
    pub name: String,
    /// `cargo`, `python`, `npm` or `go`.
    pub ecosystem: &'static str,
    /// The requirement at base, `None` where no manifest of the base named it.
    pub before: Option<String>,
    /// The requirement at head, `None` where this manifest no longer names it.
    pub after: Option<String>,
    /// The table it stands in.
    pub section: String,
    /// It is a member of the workspace or a path inside the repository.
    pub internal: bool,
}

/// The packages that the change adds, removes or asks for differently, in the manifests that are the project's own.
///
/// # Errors
/// A changed manifest cannot be read: the file, the line and the cause.
pub fn changes(change: &Change, own: &dyn Fn(&RepoPath) -> bool) -> Result<Vec<DependencyChange>, Unproven> {
    let compared = compare(change, own);
    if let Some(problem) = compared.problems.into_iter().next() {
        return Err(problem);
    }
    let different = compared.entries.into_iter().filter(|entry| {
        let asked = |side: &Option<Declared>| {
            side.as_ref()
                .map(|side| (side.requirement.clone(), side.origin.clone()))
        };
        asked(&entry.before) != asked(&entry.after)
    });
    Ok(different.map(EntryChange::summary).collect())
}

/// What happened to one entry of one manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryChange {
    /// The manifest, by its path at head, or at base where it is gone.
    pub manifest: RepoPath,
    /// Whose packages they are.
    pub ecosystem: Ecosystem,
    /// The entry at base.
    pub before: Option<Declared>,
    /// The entry at head.
    pub after: Option<Declared>,
    /// Where this manifest did not name it at base: what another manifest of the base asked for.
    pub elsewhere: Option<String>,
    /// It is a member of the workspace or a path inside the repository.
    pub internal: bool,
}

impl EntryChange {
    /// The entry at head, or at base where it is gone.
    pub fn shown(&self) -> Option<&Declared> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Whether no manifest of the base named the package.
    pub fn is_new(&self) -> bool {
        self.before.is_none() && self.elsewhere.is_none()
    }

    fn summary(self) -> DependencyChange {
        let shown = self.shown();
        DependencyChange {
            line: shown.map_or(1, |entry| entry.line),
            name: shown.map(|entry| entry.name.clone()).unwrap_or_default(),
            section: shown.map(|entry| entry.section.clone()).unwrap_or_default(),
            ecosystem: self.ecosystem.name(),
            before: self.before.map(|entry| entry.requirement).or(self.elsewhere),
            after: self.after.map(|entry| entry.requirement),
            manifest: self.manifest,
            internal: self.internal,
        }
    }
}

/// Both sides of a changed manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its path at head, or at base where it is gone.
    pub path: RepoPath,
    /// Whose packages they are.
    pub ecosystem: Ecosystem,
    /// At base; empty where the file is new.
    pub before: Manifest,
    /// At head; empty where the file is gone.
    pub after: Manifest,
    /// Whether the file exists at head.
    pub exists: bool,
}

/// What could be read of the changed manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Both sides of each, sorted by path.
    pub pairs: Vec<Pair>,
    /// Every entry that differs, in the order of the manifests.
    pub entries: Vec<EntryChange>,
    /// What could not be read. Enough to accuse without it, never to acquit.
    pub problems: Vec<Unproven>,
}

/// Compares both sides of every changed manifest that is the project's own.
pub fn compare(change: &Change, own: &dyn Fn(&RepoPath) -> bool) -> Compared {
    let mut compared = Compared::default();
    for file in change.files().iter().filter(|file| own(file.path())) {
        match pair(change, file) {
            Ok(Some(pair)) => compared.pairs.push(pair),
            Ok(None) => {}
            Err(problem) => compared.problems.push(problem),
        }
    }
    for pair in &compared.pairs {
        compared.entries.extend(differences(pair));
    }
    if let Err(problem) = elsewhere(change, &mut compared) {
        compared.problems.push(problem);
    }
    internal::mark(change, &mut compared.entries, &compared.pairs);
    compared
}

fn pair(change: &Change, file: &FileChange) -> Result<Option<Pair>, Unproven> {
    let known = |version: &&Version| version.mode.is_file() && ecosystem(&version.path).is_some();
    let (old, new) = (file.before().filter(known), file.after().filter(known));
    let Some(kind) = new.or(old).and_then(|version| ecosystem(&version.path)) else {
        return Ok(None);
    };
    // a copy is a new file: what it was copied from still stands
    let old = old.filter(|old| file.status != Status::Copied || Some(&old.path) == new.map(|new| &new.path));
    let old = old.filter(|old| ecosystem(&old.path) == Some(kind));
    let read = |version: Option<&Version>| {
        version.map_or(Ok(Manifest::default()), |version| {
            read(&version.path, &change.bytes(version)?)
        })
    };
    Ok(Some(Pair {
        path: file.path().clone(),
        ecosystem: kind,
        before: read(old)?,
        after: read(new)?,
        exists: new.is_some(),
    }))
}

/// Entries that differ: equal ones are struck out, then those of one section, then those of one name are paired.
fn differences(pair: &Pair) -> Vec<EntryChange> {
    let mut old: Vec<Option<&Declared>> = pair.before.declared.iter().map(Some).collect();
    let mut new: Vec<Option<&Declared>> = pair.after.declared.iter().map(Some).collect();
    let mut found = Vec::new();
    let whole = |d: &Declared| {
        let said = format!("{:?} {:?} {} {}", d.origin, d.kind, d.requirement, d.hashed);
        [
            d.name.clone(),
            d.visible.clone().unwrap_or_default(),
            d.section.clone(),
            said,
        ]
    };
    let section = |d: &Declared| {
        let visible = d.visible.clone().unwrap_or_default();
        [d.name.clone(), visible, d.section.clone(), String::new()]
    };
    let name = |d: &Declared| {
        [
            identity(pair.ecosystem, &d.name),
            String::new(),
            String::new(),
            String::new(),
        ]
    };
    strike(&mut old, &mut new, &whole);
    for key in [&section as &dyn Fn(&Declared) -> [String; 4], &name] {
        found.extend(strike(&mut old, &mut new, key));
    }
    let gone = old.into_iter().flatten().map(|entry| (Some(entry), None));
    let added = new.into_iter().flatten().map(|entry| (None, Some(entry)));
    let all = found
        .into_iter()
        .map(|(old, new)| (Some(old), Some(new)))
        .chain(gone)
        .chain(added);
    let mut entries: Vec<EntryChange> = all
        .map(
            |(before, after): (Option<&Declared>, Option<&Declared>)| EntryChange {
                manifest: pair.path.clone(),
                ecosystem: pair.ecosystem,
                before: before.cloned(),
                after: after.cloned(),
                elsewhere: None,
                internal: false,
            },
        )
        .collect();
    entries.sort_by_key(|entry| entry.shown().map(|shown| (shown.line, shown.name.clone())));
    entries
}

/// Takes out of both lists what has the same key, and returns the pairs.
fn strike<'a>(
    old: &mut [Option<&'a Declared>],
    new: &mut [Option<&'a Declared>],
    key: &dyn Fn(&Declared) -> [String; 4],
) -> Vec<(&'a Declared, &'a Declared)> {
    let mut places: BTreeMap<[String; 4], Vec<&mut Option<&'a Declared>>> = BTreeMap::new();
    for slot in old.iter_mut().rev() {
        if let Some(entry) = slot {
            places.entry(key(entry)).or_default().push(slot);
        }
    }
    let mut pairs = Vec::new();
    for slot in new {
        let Some(entry) = *slot else { continue };
        let known = places.get_mut(&key(entry)).and_then(Vec::pop);
        if let Some(before) = known.and_then(Option::take) {
            pairs.push((before, entry));
            *slot = None;
        }
    }
    pairs
}

/// Names by ecosystem, with what was asked for.
type Known = BTreeMap<(Ecosystem, String), String>;

/// Looks for added names in the base: first among the changed manifests, then, where one is still unknown, in the
/// rest of the base tree.
fn elsewhere(change: &Change, compared: &mut Compared) -> Result<(), Unproven> {
    let mut known = Known::new();
    for pair in &compared.pairs {
        learn(pair.ecosystem, &pair.before, &mut known);
    }
    fill(&mut compared.entries, &known);
    let open: BTreeSet<Ecosystem> = compared
        .entries
        .iter()
        .filter(|entry| entry.is_new())
        .map(|entry| entry.ecosystem)
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    fill(&mut compared.entries, &base(change, &open)?);
    Ok(())
}

fn learn(ecosystem: Ecosystem, manifest: &Manifest, known: &mut Known) {
    for entry in &manifest.declared {
        let key = (ecosystem, identity(ecosystem, &entry.name));
        known.entry(key).or_insert_with(|| entry.requirement.clone());
    }
}

fn fill(entries: &mut [EntryChange], known: &Known) {
    for entry in entries.iter_mut().filter(|entry| entry.is_new()) {
        let name = entry
            .after
            .as_ref()
            .map(|after| identity(entry.ecosystem, &after.name));
        entry.elsewhere = name.and_then(|name| known.get(&(entry.ecosystem, name)).cloned());
    }
}

/// What every manifest of the base names. One that cannot be read adds no name.
fn base(change: &Change, wanted: &BTreeSet<Ecosystem>) -> Result<Known, Unproven> {
    let mut known = Known::new();
    let paths = change.paths(Side::Base)?;
    let manifests = paths
        .iter()
        .filter_map(|path| Some((path, ecosystem(path).filter(|kind| wanted.contains(kind))?)));
    for (path, kind) in manifests.take(limits::MANIFESTS) {
        let Some(version) = change
            .entry(Side::Base, path)?
            .filter(|version| version.mode.is_file())
        else {
            continue;
        };
        if let Ok(manifest) = change.bytes(&version).and_then(|bytes| read(path, &bytes)) {
            learn(kind, &manifest, &mut known);
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn files(list: &[(&str, &str)]) -> memory::Files {
        let one = |(path, text): &(&str, &str)| {
            (
                RepoPath::new(path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )
        };
        list.iter().map(one).collect()
    }

    type Seen = (String, Option<String>, Option<String>, bool);

    fn seen(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<Seen> {
        let found = changes(&memory::change(files(before), files(after)), &|_| true).unwrap();
        found
            .into_iter()
            .map(|d| (d.name, d.before, d.after, d.internal))
            .collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_move_into_the_workspace_table_adds_nothing() {
        let found = seen(
            &[
                ("Cargo.toml", "[workspace]\n"),
                ("a/Cargo.toml", "[dependencies]\nserde = '1'\n"),
            ],
            &[
                ("Cargo.toml", "[workspace.dependencies]\nserde = '1'\n"),
                ("a/Cargo.toml", "[dependencies]\nserde.workspace = true\n"),
            ],
        );
        assert!(
            found.iter().all(|(_, before, _, _)| before.is_some()),
            "{found:?}"
        );
    }

    #[test]
    fn a_new_member_brings_in_only_what_no_manifest_of_the_base_names() {
        let found = seen(
            &[("a/Cargo.toml", "[dependencies]\nserde = '1'\n")],
            &[
                ("a/Cargo.toml", "[dependencies]\nserde = '1'\n"),
                (
                    "b/Cargo.toml",
                    "[dependencies]\nserde = '1'\ntoml = '1'\na = { path = '../a' }\n",
                ),
            ],
        );
        assert_eq!(
            found,
            [
                ("serde".to_owned(), some("1"), some("1"), false),
                ("toml".to_owned(), None, some("1"), false),
                ("a".to_owned(), None, some("path ../a"), true),
            ]
        );
    }

    #[test]
    fn a_member_of_an_npm_workspace_is_internal() {
        let root = "{\"workspaces\": [\"packages/*\"]}";
        let found = seen(
            &[
                ("package.json", root),
                ("packages/a/package.json", "{\"name\": \"@x/a\"}"),
            ],
            &[
                ("package.json", root),
                ("packages/a/package.json", "{\"name\": \"@x/a\"}"),
                (
                    "packages/b/package.json",
                    "{\"dependencies\": {\"@x/a\": \"*\", \"c\": \"1\"}}",
                ),
            ],
        );
        assert_eq!(
            found,
            [
                ("@x/a".to_owned(), None, some("*"), true),
                ("c".to_owned(), None, some("1"), false)
            ]
        );
    }

    #[test]
    fn a_new_major_version_of_a_go_module_is_the_same_package() {
        let found = seen(
            &[("go.mod", "module m\nrequire gopkg.in/yaml.v2 v2.4.0\n")],
            &[("go.mod", "module m\nrequire gopkg.in/yaml.v3 v3.0.1\n")],
        );
        assert_eq!(
            found,
            [(
                "gopkg.in/yaml.v3".to_owned(),
                some("v2.4.0"),
                some("v3.0.1"),
                false
            )]
        );
    }

    #[test]
    fn a_removed_package_has_no_after() {
        let found = seen(&[("requirements.txt", "a\nb\n")], &[("requirements.txt", "a\n")]);
        assert_eq!(found, [("b".to_owned(), some(""), None, false)]);
    }

    #[test]
    fn an_unreadable_side_is_never_empty() {
        let change = memory::change(
            files(&[("package.json", "{}")]),
            files(&[("package.json", "{\n\"dependencies\": {\n")]),
        );
        let problem = changes(&change, &|_| true).unwrap_err().to_string();
        assert!(problem.starts_with("package.json:"), "{problem}");
    }

    #[test]
    fn manifests_are_read_up_to_their_limit() {
        for (bytes, good) in [
            (limits::MANIFEST_BYTES - 1, true),
            (limits::MANIFEST_BYTES, true),
            (limits::MANIFEST_BYTES + 1, false),
        ] {
            let path = RepoPath::new("requirements.txt").unwrap();
            assert_eq!(read(&path, " ".repeat(bytes).as_bytes()).is_ok(), good, "{bytes}");
        }
    }
}
