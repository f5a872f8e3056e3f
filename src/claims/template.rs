//! What could the author of this change truthfully claim?
//!
//! A manifest to start from: what the diff itself shows is filled in, what only the author knows is left as a comment.

use std::{collections::BTreeSet, fmt::Write as _};

use super::paths::{Reading, Written};
use crate::{
    evidence::{
        change::{Change, FileChange, Status},
        manifests,
    },
    kinds::{FileKind, Kinds},
    limits,
    path::RepoPath,
};

/// More files than this in one claim are told by their folders.
const MANY: usize = 200;

const HEAD: &str = "\
# What is claimed about this change. Keep what you mean to say, correct it, and take the rest out.
#
#   form    what kind of statement it is
#   target  a path, a package, a test suite; one, or a list
#   to      the new name, for renames
#   count   numbers: passed, failed, skipped, added, percent; of the change: files, files-added, files-deleted, lines-added,
#           lines-deleted, commits
#   scope   which part it is about: all, new, existing, a suite of the policy, a path, docs, tests
#   status  done (where absent), not-done, failed: owning up is never held against you
#   source  your own words; shown to readers, never judged
";

const TAIL: &str = "
  # What the diff does not show. Fill in what your own run said:
  #
  # - form: all-pass
  #   scope: all
  # - form: count-pass
  #   count: {passed: 0, failed: 0, skipped: 0}
  # - form: coverage
  #   scope: new
  #   count: {percent: 0}
  # - form: build-ok
  # - form: untouched
  #   target: migrations/
  # - form: all-pass
  #   target: the test that still fails
  #   status: failed
";

/// A manifest in YAML for a change. It parses, and every claim about files and packages in it holds.
pub fn write(change: &Change, kinds: &Kinds) -> String {
    let mut manifest = Manifest {
        text: HEAD.to_owned(),
        entries: 0,
        left_out: 0,
    };
    manifest.line(&format!("\n# change: {}\nclaims:", change.source()));
    files(&mut manifest, change);
    packages(&mut manifest, change);
    around(&mut manifest, change, kinds);
    if manifest.left_out > 0 {
        let count = manifest.left_out;
        manifest.line(&format!(
            "\n  # left out: {count} paths or entries beyond what a manifest holds"
        ));
    }
    if manifest.entries == 0 {
        manifest.line("  []");
        return manifest.text;
    }
    manifest.text.push_str(TAIL);
    manifest.text
}

struct Manifest {
    text: String,
    entries: usize,
    left_out: usize,
}

impl Manifest {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn entry(&mut self, form: &str, fields: &[(&str, Vec<String>)]) {
        if self.entries >= limits::CLAIMS_COUNT / 2 || self.text.len() > limits::CLAIMS_BYTES / 2 {
            self.left_out += 1;
            return;
        }
        self.entries += 1;
        self.line(&format!("  - form: {form}"));
        for (field, values) in fields {
            match values.as_slice() {
                [one] => self.line(&format!("    {field}: {}", quoted(one))),
                several => {
                    self.line(&format!("    {field}:"));
                    for value in several {
                        self.line(&format!("      - {}", quoted(value)));
                    }
                }
            }
        }
    }
}

/// A form, what its files are called, and which of them it is about.
type Wanted = (&'static str, &'static str, fn(Status) -> bool);

fn files(manifest: &mut Manifest, change: &Change) {
    let forms: [Wanted; 3] = [
        ("file-created", "new files", |status| {
            matches!(status, Status::Added | Status::Copied)
        }),
        ("file-edited", "edited files", |status| {
            matches!(status, Status::Modified | Status::TypeChanged)
        }),
        ("file-deleted", "deleted files", |status| {
            matches!(status, Status::Deleted)
        }),
    ];
    for (form, what, wanted) in forms {
        let paths = change
            .files()
            .iter()
            .filter(|file| wanted(file.status))
            .map(FileChange::path);
        let targets = targets(paths, manifest);
        if !targets.is_empty() {
            manifest.line(&format!("\n  # {what}"));
            manifest.entry(form, &[("target", targets)]);
        }
    }
    let renamed = |file: &FileChange| match (file.status, file.before(), file.after()) {
        (Status::Renamed, Some(old), Some(new)) => Some((old.path.clone(), new.path.clone())),
        _ => None,
    };
    let renames: Vec<(RepoPath, RepoPath)> = change.files().iter().filter_map(renamed).collect();
    if !renames.is_empty() {
        manifest.line("\n  # renamed files");
    }
    for (old, new) in renames {
        match (literal(&old), literal(&new)) {
            (Some(old), Some(new)) => {
                manifest.entry("file-renamed", &[("target", vec![old]), ("to", vec![new])])
            }
            (_, _) => manifest.left_out += 1,
        }
    }
}

/// Paths as a manifest can write them; their top folders where they are many.
fn targets<'a>(paths: impl Iterator<Item = &'a RepoPath>, manifest: &mut Manifest) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for path in paths {
        match literal(path) {
            Some(path) => all.push(path),
            None => manifest.left_out += 1,
        }
    }
    if all.len() > MANY {
        tops(all.iter().map(String::as_str))
    } else {
        all
    }
}

/// A path as text that means this very path and no other.
fn literal(path: &RepoPath) -> Option<String> {
    let text = String::from_utf8(path.as_bytes().to_vec()).ok()?;
    let written = Written::new(&text).ok()?;
    (written.means(path) == Some(Reading::Exact)).then_some(text)
}

/// Top folders with their slash, and files of the root.
fn tops<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<String> {
    let top = |path: &str| {
        path.split_once('/')
            .map_or_else(|| path.to_owned(), |(top, _)| format!("{top}/"))
    };
    let all: BTreeSet<String> = paths.map(top).collect();
    all.into_iter().collect()
}

fn packages(manifest: &mut Manifest, change: &Change) {
    let changes = match manifests::changes(change, &|_| true) {
        Ok(changes) => changes,
        Err(why) => {
            let why = crate::escape::line(&why.to_string()).into_owned();
            return manifest.line(&format!("\n  # packages are left out: {why}"));
        }
    };
    let added = changes
        .iter()
        .filter(|entry| entry.before.is_none() && entry.after.is_some() && !entry.internal);
    let added: BTreeSet<String> = added.map(|entry| entry.name.clone()).collect();
    let kept: BTreeSet<&str> = changes
        .iter()
        .filter(|entry| entry.after.is_some())
        .map(|entry| entry.name.as_str())
        .collect();
    let gone = changes
        .iter()
        .filter(|entry| entry.after.is_none() && !kept.contains(entry.name.as_str()));
    let gone: BTreeSet<String> = gone.map(|entry| entry.name.clone()).collect();
    manifest.line("\n  # packages");
    if added.is_empty() {
        manifest.entry("dep-none", &[]);
    } else {
        manifest.entry("dep-added", &[("target", added.into_iter().collect())]);
    }
    if !gone.is_empty() {
        manifest.entry("dep-removed", &[("target", gone.into_iter().collect())]);
    }
}

/// Tests, and the folders that the whole change stays in.
fn around(manifest: &mut Manifest, change: &Change, kinds: &Kinds) {
    let is_test = |file: &&FileChange| {
        kinds.of(file.path()) == FileKind::Test
            && kinds.is_source_by_name(file.path())
            && file.added().next().is_some()
    };
    if change.files().iter().any(|file| is_test(&file)) {
        manifest.line("\n  # say how many with `count: {added: …}`");
        manifest.entry("tests-added", &[]);
    }
    let paths: Option<Vec<String>> = change
        .files()
        .iter()
        .flat_map(FileChange::touched)
        .map(literal)
        .collect();
    if let Some(paths) = paths.filter(|paths| !paths.is_empty()) {
        manifest.line("\n  # nothing outside these was touched");
        manifest.entry(
            "only-touched",
            &[("target", tops(paths.iter().map(String::as_str)))],
        );
    }
}

/// A YAML scalar: plain where nobody can take it for anything but a path or a name, else between double quotes.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains(['/', '.']);
    if begins && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut shown = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => shown.extend(['\\', c]),
            ' '..='~' => shown.push(c),
            _ if c.is_alphanumeric() => shown.push(c),
            _ => {
                let _ = write!(shown, "\\U{:08X}", u32::from(c));
            }
        }
    }
    shown.push('"');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::{self, Settings},
        evidence::{
            Evidence,
            change::{Mode, memory},
            claims::{Claims, Form, manifest},
        },
        policy::Policy,
    };

    fn files(list: &[(&str, &str)]) -> memory::Files {
        let file = |(path, text): &(&str, &str)| {
            (
                RepoPath::new(path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )
        };
        list.iter().map(file).collect()
    }

    /// Every claim of the template with what the checks make of it.
    fn told(before: memory::Files, after: memory::Files) -> (String, Vec<(Form, &'static str)>) {
        let change = memory::change(before, after);
        let settings = Settings::new(Policy::default()).unwrap();
        let text = write(&change, &settings.kinds);
        let claims =
            manifest::parse("claims.yaml", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let evidence = Evidence::of(change).with_claims(Ok(Claims {
            claims,
            ..Claims::default()
        }));
        let standings = checks::claims::standings(&evidence, &settings).unwrap();
        let told = standings
            .iter()
            .map(|(claim, standing)| (claim.form.unwrap(), standing.name()))
            .collect();
        (text, told)
    }

    #[test]
    fn every_claim_of_a_template_holds() {
        let body = "one line\nand two lines\nand three lines\nand four\n";
        let before = [
            (
                "Cargo.toml",
                "[package]\nname = \"a\"\n[dependencies]\nrand = \"0.9\"\n",
            ),
            ("mod.rs", body),
            ("src/mod.rs", "other\n"),
            ("lib/mod.rs", "another\n"),
            ("src/gone.rs", "fn gone() {}\n"),
            ("src/a.rs", "fn a() {}\n"),
            ("tests/a.rs", "fn t() {}\n"),
        ];
        let after = [
            (
                "Cargo.toml",
                "[package]\nname = \"a\"\n[dependencies]\nserde = \"1\"\n",
            ),
            ("moved/there.rs", body),
            ("src/mod.rs", "other\n"),
            ("lib/mod.rs", "another\n"),
            ("src/a.rs", "fn a() { b() }\n"),
            ("tests/a.rs", "fn t() { a() }\n"),
            ("app/[id]/a page, \"quoted\".tsx", "x\n"),
            ("no", "x\n"),
            ("1.0", "x\n"),
            ("a\u{7f}\u{202e}é.md", "x\n"),
            ("*.md", "x\n"),
        ];
        let (text, told) = told(files(&before), files(&after));
        for (form, name) in &told {
            assert!(
                *name == "supported" || *form == Form::TestsAdded,
                "{form:?} {name}\n{text}"
            );
        }
        let forms: BTreeSet<&str> = told.iter().map(|(form, _)| form.name()).collect();
        let wanted = [
            "dep-added",
            "dep-removed",
            "file-created",
            "file-deleted",
            "file-edited",
            "file-renamed",
            "only-touched",
            "tests-added",
        ];
        assert_eq!(forms, wanted.into(), "{text}");
    }

    #[test]
    fn paths_that_cannot_be_written_are_counted() {
        let odd = RepoPath::new(b"a\xff").unwrap();
        let after = [
            (odd, (Mode::File, b"x".to_vec())),
            (RepoPath::new("b:12").unwrap(), (Mode::File, b"x".to_vec())),
        ];
        let (text, told) = told([].into(), after.into());
        assert!(text.contains("left out: 2"), "{text}");
        assert!(told.iter().all(|(form, _)| *form == Form::DepNone), "{told:?}");
    }

    #[test]
    fn a_large_change_is_told_by_its_folders() {
        let many: Vec<(String, String)> = (0..3000)
            .map(|n| (format!("src/{}/{n}.rs", n % 7), "x\n".to_owned()))
            .collect();
        let many: Vec<(&str, &str)> = many
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let (text, told) = told([].into(), files(&many));
        assert!(text.contains("target: src/\n"), "{text}");
        assert!(told.iter().all(|(_, name)| *name == "supported"));
    }

    #[test]
    fn an_empty_change_has_nothing_to_claim_but_that() {
        let (_, told) = told([].into(), [].into());
        assert_eq!(told, [(Form::DepNone, "supported")]);
    }
}
