//! What does the author say?
//!
//! One type serves the manifest and prose: form, subject, numbers, scope, source.

pub mod document;
pub mod event;
pub mod lines;
pub mod manifest;
pub mod squash;
pub mod transcripts;

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use self::{document::Document, transcripts::Session};
use super::change::ObjectId;
use super::file::{self, Hashing, Input};
use crate::{error::Error, escape, limits};

/// The kinds of checkable statements (CHECKS 4.9).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The target file is new.
    FileCreated,
    /// The target file was changed.
    FileEdited,
    /// The target file is gone.
    FileDeleted,
    /// The target file is now `to`.
    FileRenamed,
    /// The target was not touched.
    Untouched,
    /// The target symbol is new.
    SymbolAdded,
    /// The target symbol is gone.
    SymbolRemoved,
    /// The target symbol is now `to`.
    SymbolRenamed,
    /// Tests were added, `count.added` of them.
    TestsAdded,
    /// Every test of the scope passes.
    AllPass,
    /// So many tests passed, failed, were skipped.
    CountPass,
    /// The target command was run and succeeded.
    CommandRun,
    /// The linter has nothing to say about the changed lines.
    LintClean,
    /// Line coverage is `count.percent`.
    Coverage,
    /// The target package is a new dependency.
    DepAdded,
    /// The target package is a dependency no longer.
    DepRemoved,
    /// No dependency was added.
    DepNone,
    /// Nothing that others rely on was removed or narrowed.
    NoBreaking,
    /// Nothing outside the target paths was touched.
    OnlyTouched,
    /// Documentation was changed.
    DocsUpdated,
    /// The review's threads were dealt with.
    ReviewAddressed,
    /// A fault was mended.
    Fixed,
    /// The target tests, or every red one, fail for reasons that are not this change's.
    Blame,
    /// The target symbol is different.
    SymbolChanged,
    /// The target package is at version `to` now.
    DepBumped,
    /// The target constant or key has the value `to`.
    ValueSet,
    /// The build succeeds.
    BuildOk,
    /// A pasted summary of a test run: `count` of it.
    PastedOutput,
    /// It is ready, complete in every part.
    Readiness,
    /// Tests were left out, for a reason.
    SkipRationale,
    /// Something is faster or smaller by the target: `3x faster`.
    Benchmark,
    /// The change has so many files, lines or commits: `count`. Of a target, its own.
    ChangeSize,
}

impl Form {
    /// Claims that something was done to the tree.
    pub const WORK: &[Self] = &[
        Self::FileCreated,
        Self::FileEdited,
        Self::FileDeleted,
        Self::FileRenamed,
        Self::SymbolAdded,
        Self::SymbolRemoved,
        Self::SymbolRenamed,
        Self::SymbolChanged,
        Self::TestsAdded,
        Self::DepAdded,
        Self::DepRemoved,
        Self::DepBumped,
        Self::ValueSet,
        Self::DocsUpdated,
        Self::Fixed,
    ];

    /// Every form, in the order of the catalogue.
    pub const ALL: &[Self] = &[
        Self::FileCreated,
        Self::FileEdited,
        Self::FileDeleted,
        Self::FileRenamed,
        Self::Untouched,
        Self::SymbolAdded,
        Self::SymbolRemoved,
        Self::SymbolRenamed,
        Self::TestsAdded,
        Self::AllPass,
        Self::CountPass,
        Self::CommandRun,
        Self::LintClean,
        Self::Coverage,
        Self::DepAdded,
        Self::DepRemoved,
        Self::DepNone,
        Self::NoBreaking,
        Self::OnlyTouched,
        Self::DocsUpdated,
        Self::ReviewAddressed,
        Self::Fixed,
        Self::Blame,
        Self::SymbolChanged,
        Self::DepBumped,
        Self::ValueSet,
        Self::BuildOk,
        Self::PastedOutput,
        Self::Readiness,
        Self::SkipRationale,
        Self::Benchmark,
        Self::ChangeSize,
    ];

    /// The form of a name; `None` where there is none of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|form| form.name() == name)
    }

    /// Its name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::FileCreated => "file-created",
            Self::FileEdited => "file-edited",
            Self::FileDeleted => "file-deleted",
            Self::FileRenamed => "file-renamed",
            Self::Untouched => "untouched",
            Self::SymbolAdded => "symbol-added",
            Self::SymbolRemoved => "symbol-removed",
            Self::SymbolRenamed => "symbol-renamed",
            Self::TestsAdded => "tests-added",
            Self::AllPass => "all-pass",
            Self::CountPass => "count-pass",
            Self::CommandRun => "command-run",
            Self::LintClean => "lint-clean",
            Self::Coverage => "coverage",
            Self::DepAdded => "dep-added",
            Self::DepRemoved => "dep-removed",
            Self::DepNone => "dep-none",
            Self::NoBreaking => "no-breaking",
            Self::OnlyTouched => "only-touched",
            Self::DocsUpdated => "docs-updated",
            Self::ReviewAddressed => "review-addressed",
            Self::Fixed => "fixed",
            Self::Blame => "blame",
            Self::SymbolChanged => "symbol-changed",
            Self::DepBumped => "dep-bumped",
            Self::ValueSet => "value-set",
            Self::BuildOk => "build-ok",
            Self::PastedOutput => "pasted-output",
            Self::Readiness => "readiness",
            Self::SkipRationale => "skip-rationale",
            Self::Benchmark => "benchmark",
            Self::ChangeSize => "change-size",
        }
    }
}

/// Whether the author says that it is so, or owns up that it is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is so.
    #[default]
    Done,
    /// It was left undone: never refuted.
    NotDone,
    /// It was tried and failed: an honest failure, never refuted.
    Failed,
}

/// Numbers of a claim.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Counts {
    /// Tests that passed.
    #[serde(default)]
    pub passed: Option<u64>,
    /// Tests that failed.
    #[serde(default)]
    pub failed: Option<u64>,
    /// Tests that were skipped.
    #[serde(default)]
    pub skipped: Option<u64>,
    /// Things that were added.
    #[serde(default)]
    pub added: Option<u64>,
    /// A percentage.
    #[serde(default)]
    pub percent: Option<f64>,
    /// Files that the change touches in whatever way.
    #[serde(default)]
    pub files: Option<u64>,
    /// Files that are new.
    #[serde(default)]
    pub files_added: Option<u64>,
    /// Files that are gone.
    #[serde(default)]
    pub files_deleted: Option<u64>,
    /// Lines that are new, as git counts them.
    #[serde(default)]
    pub lines_added: Option<u64>,
    /// Lines that are gone.
    #[serde(default)]
    pub lines_deleted: Option<u64>,
    /// Commits of the range.
    #[serde(default)]
    pub commits: Option<u64>,
}

/// Where a claim was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// A structured manifest: may deny.
    Manifest,
    /// A pull-request text or final message.
    Text,
    /// A commit message.
    Commit,
}

/// One checkable statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed; `None` where the manifest names a form that is not known here.
    pub form: Option<Form>,
    /// The form's name as written.
    pub form_name: String,
    /// Paths, symbols, packages, suites or commands it is about.
    pub targets: Vec<String>,
    /// The new name or version.
    pub to: Option<String>,
    /// Its numbers.
    pub count: Counts,
    /// Which part of the whole it is about: a glob, a suite, `new`, `existing`, `all`.
    pub scope: Option<String>,
    /// Said to be so, or owned up not to be.
    pub status: Status,
    /// The author's words, shown and never judged.
    pub said: Option<String>,
    /// The file it stands in.
    pub file: String,
    /// Its 1-based line there.
    pub line: Option<u32>,
    /// How far it is trusted to be meant literally.
    pub rank: Rank,
    /// What else is known of one that was read from prose.
    pub prose: Option<Prose>,
}

/// What is known of a claim that was read from prose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// Why it is never held against its author, where it is not.
    pub mild: Option<&'static str>,
    /// It names a whole path in code quotes.
    pub strict: bool,
    /// It is an item with a ticked box.
    pub ticked: bool,
    /// Its text joins those of several commits, or more was said after it: it may speak of what was undone.
    pub joined: bool,
    /// The bytes of its document in which it stands, and which of the documents that is; a title is counted as none.
    pub span: Option<(usize, std::ops::Range<usize>)>,
    /// The commit whose own diff it is judged against.
    pub commit: Option<ObjectId>,
}

impl Claim {
    /// The commit whose own change it is judged against; `None` for the change from base to head.
    pub fn commit(&self) -> Option<&ObjectId> {
        self.prose.as_ref().and_then(|prose| prose.commit.as_ref())
    }

    /// Why it is never held against its author, where it is not.
    pub fn mild(&self) -> Option<&'static str> {
        self.prose.as_ref().and_then(|prose| prose.mild)
    }

    /// Whether it was read from prose, and names a whole path in code quotes there.
    pub fn is_strict(&self) -> bool {
        self.prose.as_ref().is_some_and(|prose| prose.strict)
    }

    /// Whether its text may speak of what was undone since.
    pub fn is_joined(&self) -> bool {
        self.prose.as_ref().is_some_and(|prose| prose.joined)
    }

    /// Whether it is an item with a ticked box.
    pub fn is_ticked(&self) -> bool {
        self.prose.as_ref().is_some_and(|prose| prose.ticked)
    }

    /// Where it stands.
    pub fn place(&self) -> crate::finding::Place {
        if let Some(commit) = self.commit() {
            return crate::finding::Place::Commit(commit.0.to_string());
        }
        crate::finding::Place::Evidence {
            file: self.file.clone(),
            line: self.line,
        }
    }

    /// Its scope in words: `in tests`, `without warnings`.
    pub fn in_scope(&self) -> Option<String> {
        let scope = self.scope.as_ref()?;
        let told = scope.starts_with("without ");
        Some(if told {
            scope.clone()
        } else {
            format!("in {scope}")
        })
    }

    /// The claim as a reader would quote it, safe to show.
    pub fn quote(&self) -> String {
        let said = self.said.clone().unwrap_or_else(|| {
            let mut words = vec![self.form_name.clone()];
            words.extend(self.targets.iter().cloned());
            words.extend(self.to.iter().map(|to| format!("to {to}")));
            words.extend(self.count.words());
            words.extend(self.in_scope());
            words.join(" ")
        });
        escape::cut(&escape::line(said.trim()), limits::MESSAGE_BYTES).into_owned()
    }
}

impl Counts {
    /// Whether one of the numbers is about how large the change is.
    pub fn has_size(&self) -> bool {
        let files = [self.files, self.files_added, self.files_deleted];
        let rest = [self.lines_added, self.lines_deleted, self.commits];
        files.iter().chain(&rest).any(Option::is_some)
    }

    /// The numbers that are given, in words.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let counted = [
            (self.passed, "passed"),
            (self.failed, "failed"),
            (self.skipped, "skipped"),
            (self.added, "added"),
            (self.files, "files"),
            (self.files_added, "new files"),
            (self.files_deleted, "deleted files"),
            (self.lines_added, "new lines"),
            (self.lines_deleted, "deleted lines"),
            (self.commits, "commits"),
        ];
        let counted = counted
            .into_iter()
            .filter_map(|(count, word)| count.map(|count| format!("{count} {word}")));
        counted.chain(self.percent.map(|percent| format!("{percent} %")))
    }
}

/// Everything the author says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// The statements, in the order in which they stand.
    pub claims: Vec<Claim>,
    /// Prose given beside them: risks that it names count as declared.
    pub documents: Vec<Document>,
    /// The sessions whose transcripts were given.
    pub sessions: Vec<Session>,
    /// The files read.
    pub inputs: Vec<Input>,
    /// The text of each manifest by the name of its file: what a reader is shown of a claim.
    pub sources: BTreeMap<String, String>,
    /// The commit whose own change stands beside them; `None` for the change from base to head.
    pub commit: Option<ObjectId>,
}

impl Claims {
    /// The statements of some forms that are said to be so, and are about the change beside which they stand.
    pub fn of<'a>(&'a self, forms: &'a [Form]) -> impl Iterator<Item = &'a Claim> {
        let here = |claim: &&Claim| claim.commit() == self.commit.as_ref();
        self.claims.iter().filter(here).filter(|claim| {
            claim.status == Status::Done && claim.form.is_some_and(|form| forms.contains(&form))
        })
    }
}

/// Reads every claims file: manifests become claims, transcripts sessions with their last message, other text is kept.
///
/// # Errors
/// A file cannot be read, passes a limit, or looks like a manifest and is none.
pub fn read(paths: &[PathBuf]) -> Result<Claims, Error> {
    let mut all = Claims::default();
    for path in paths {
        one(path, &mut all)?;
    }
    Ok(all)
}

/// Bytes of a file by which a transcript is told from other files.
const HEAD_BYTES: usize = 256 * 1024;

fn one(path: &Path, all: &mut Claims) -> Result<(), Error> {
    let name = file::shown(path);
    let (opened, _) = file::open(path, limits::TRANSCRIPT_BYTES)?;
    let unread = |error: std::io::Error| Error::Read {
        path: path.to_owned(),
        cause: error.to_string(),
    };
    let mut bytes = BufReader::with_capacity(HEAD_BYTES, Hashing::new(opened, limits::TRANSCRIPT_BYTES));
    let known = transcripts::recognise(bytes.fill_buf().map_err(unread)?);
    if let Some(known) = known {
        let (session, beside) = transcripts::read(known, &name, path, &mut bytes)?;
        std::io::copy(&mut bytes, &mut std::io::sink()).map_err(unread)?;
        let (sha256, size) = bytes.into_inner().finish();
        all.inputs.push(Input {
            role: "claims",
            file: name,
            sha256,
            bytes: size,
        });
        all.inputs.extend(beside);
        all.documents.extend(session.document());
        all.sessions.push(session);
        return Ok(());
    }
    let mut text = Vec::new();
    let most = limits::CLAIMS_BYTES as u64;
    bytes.take(most + 1).read_to_end(&mut text).map_err(unread)?;
    if text.len() > limits::CLAIMS_BYTES {
        return Err(Error::Limit {
            what: "claims-bytes",
            file: name,
            problem: format!("is no transcript and has more than {most} bytes"),
        });
    }
    let bytes = text;
    all.inputs.push(Input::of("claims", name.clone(), &bytes));
    match sort(path, &name, &bytes)? {
        Content::Manifest => {
            all.claims.extend(manifest::parse(&name, &bytes)?);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            all.sources.insert(name, text);
        }
        Content::Text(text) => all.documents.push(Document::text(name, &text)),
    }
    Ok(())
}

enum Content {
    Manifest,
    Text(String),
}

/// What a claims file is, by its name where that tells and by its content otherwise.
fn sort(path: &Path, name: &str, bytes: &[u8]) -> Result<Content, Error> {
    let text =
        String::from_utf8(bytes.to_vec()).map_err(|_| Error::invalid("claims", name, "is not UTF-8 text"))?;
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("md" | "markdown" | "txt" | "rst" | "adoc") => return Ok(Content::Text(text)),
        Some("yaml" | "yml" | "json") => return Ok(Content::Manifest),
        Some(_) | None => {}
    }
    if matches!(extension.as_deref(), Some("jsonl" | "ndjson")) {
        return Err(Error::invalid(
            "claims",
            name,
            "holds no line of a transcript; pass a manifest (`countersign claims template` writes one) or the final message as Markdown",
        ));
    }
    let manifest = significant(&text).is_some_and(|line| {
        let word = line.trim_start_matches(['"', '\'', '-', '{', ' ']);
        let list = line.strip_prefix('[').map(str::trim_start);
        line.starts_with('{')
            || list.is_some_and(|rest| rest.is_empty() || rest.starts_with(['{', ']']))
            || word.starts_with("claims:")
            || word.starts_with("claims\":")
            || line.starts_with('-') && word.starts_with("form:")
    });
    Ok(if manifest {
        Content::Manifest
    } else {
        Content::Text(text)
    })
}

/// The first line that is neither blank nor a comment nor a document mark, without its margin.
fn significant(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(['#', '%']) && *line != "---")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(name: &str, text: &str) -> Result<Claims, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&[path])
    }

    #[test]
    fn content_tells_a_manifest_from_text() {
        for (name, text) in [
            ("claims.yaml", "claims: []\n"),
            ("claims", "# mine\nclaims:\n- form: dep-none\n"),
            ("claims", "- form: dep-none\n"),
            ("claims", "{\"claims\": []}"),
            ("claims", "[]"),
        ] {
            assert!(read_as(name, text).unwrap().documents.is_empty(), "{text}");
        }
        for (name, text) in [
            ("pr.md", "# Claims\n\nclaims: none\n"),
            ("message", "Adds a retry.\n\n- form validation\n"),
            ("message", "- formatting only\n"),
            ("message", ""),
            ("message", "[!NOTE]\nNothing to see\n"),
            ("message", "[the issue](https://example.org) is fixed\n"),
        ] {
            let claims = read_as(name, text).unwrap();
            assert_eq!((claims.documents.len(), claims.claims.len()), (1, 0), "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_manifest_must_be_one() {
        for (name, text) in [
            ("claims.yaml", "I added a retry"),
            ("claims.json", "[1]"),
            ("claims", "claims:\n- fom: dep-none\n"),
            ("claims", "claims: [\n"),
        ] {
            assert!(
                matches!(read_as(name, text), Err(Error::Invalid { .. })),
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn a_transcript_is_told_from_a_manifest_by_its_content() {
        let lines = "{\"type\": \"user\"}\n{\"type\": \"assistant\", \"content\": \"Done.\"}\n";
        for name in ["session.jsonl", "session", "session.json"] {
            let claims = read_as(name, lines).unwrap();
            assert_eq!((claims.sessions.len(), claims.documents.len()), (1, 1), "{name}");
            assert_eq!(claims.documents[0].body, "Done.");
        }
        let problem = read_as("session.jsonl", "oops\n").unwrap_err().to_string();
        assert!(problem.contains("transcript"), "{problem}");
        let entry = "{\"form\": \"dep-none\"}";
        for manifest in [
            "{\"claims\": []}".to_owned(),
            format!("{{\n\"claims\": [\n{entry},\n{entry}\n]\n}}"),
            format!("[\n{entry},\n{entry}\n]"),
        ] {
            let read = read_as("claims", &manifest).unwrap();
            assert!(
                read.sessions.is_empty() && read.documents.is_empty(),
                "{manifest}"
            );
        }
    }

    #[test]
    fn a_quote_is_safe_to_show() {
        let claims = read_as("c.yaml", "- form: fixed\n  source: \"a\\e[2Jb\"\n").unwrap();
        assert_eq!(claims.claims[0].quote(), "a\\u{1b}[2Jb");
    }
}
