//! Which lines of which files may be given a fault?

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    code::LanguageId,
    evidence::change::{Change, FileChange, Version},
    finding::{Side, Unproven},
    kinds::{self, FileKind},
    path::RepoPath,
};

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// Every line.
    All,
    /// These, 1-based.
    Some(BTreeSet<u32>),
}

impl Lines {
    /// Whether one of the lines `first` to `last` is among them.
    pub fn meet(&self, (first, last): (u32, u32)) -> bool {
        match self {
            Self::All => true,
            Self::Some(lines) => lines.range(first..=last.max(first)).next().is_some(),
        }
    }
}

/// A file of production code.
#[derive(Clone, Debug)]
pub struct ScopedFile {
    /// Its path at head.
    pub path: RepoPath,
    /// Its language.
    pub language: LanguageId,
    /// Its text at head.
    pub text: String,
    /// Lines in which a fault may stand.
    pub lines: Lines,
    /// The lines of it that the change adds, 1-based.
    pub added: BTreeSet<u32>,
    /// Its text at base; `None` for a file that base does not have. Silences count only where they stand here.
    pub before: Option<String>,
}

/// What is to be measured.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Files with lines in scope, sorted by path.
    pub files: Vec<ScopedFile>,
    /// Production files in scope in which mutants are expected and cannot be made, and why: they cannot be read.
    pub unplanned: Vec<(RepoPath, String)>,
    /// Production files in scope that are in other languages.
    pub elsewhere: Vec<RepoPath>,
}

/// Whether faults can be made in a language here; others come in through reports.
pub fn is_mutated(language: LanguageId) -> bool {
    matches!(language, LanguageId::Rust | LanguageId::Python)
}

impl Scope {
    /// The added and changed lines of a change.
    pub fn changed(change: &Change, settings: &Settings) -> Self {
        let mut scope = Self::default();
        for file in change.files() {
            let Some(after) = file.after().filter(|after| after.mode.is_file()) else {
                continue;
            };
            let added = added(file);
            if !added.is_empty() {
                let lines = Lines::Some(added.clone());
                scope.add(change, settings, after, lines, added, file.before());
            }
        }
        scope
    }

    /// Every line of the head.
    ///
    /// # Errors
    /// The tree of the head is not known.
    pub fn whole(change: &Change, settings: &Settings) -> Result<Self, Unproven> {
        let mut scope = Self::default();
        for path in change.every_path(Side::Head)? {
            let Some(version) = change
                .entry(Side::Head, path)?
                .filter(|version| version.mode.is_file())
            else {
                continue;
            };
            let changed = change.file(path);
            let added = changed.map(added).unwrap_or_default();
            let same = change.entry(Side::Base, path)?;
            let before = changed.and_then(FileChange::before).or(same.as_ref());
            scope.add(change, settings, &version, Lines::All, added, before);
        }
        Ok(scope)
    }

    /// Keeps the files whose path is wanted.
    pub fn keep(&mut self, is_wanted: impl Fn(&RepoPath) -> bool) {
        self.files.retain(|file| is_wanted(&file.path));
        self.unplanned.retain(|(path, _)| is_wanted(path));
        self.elsewhere.retain(&is_wanted);
    }

    fn add(
        &mut self,
        change: &Change,
        settings: &Settings,
        head: &Version,
        lines: Lines,
        added: BTreeSet<u32>,
        base: Option<&Version>,
    ) {
        if settings.kinds.of(&head.path) != FileKind::Source || !kinds::is_run_by_tests(&head.path) {
            return;
        }
        let Some(language) = LanguageId::of(&head.path).filter(|language| is_mutated(*language)) else {
            self.elsewhere.push(head.path.clone());
            return;
        };
        match change.text(head) {
            Ok(text) => self.files.push(ScopedFile {
                path: head.path.clone(),
                language,
                text,
                lines,
                added,
                before: base.and_then(|base| change.text(base).ok()),
            }),
            Err(why) => self.unplanned.push((head.path.clone(), why.to_string())),
        }
    }
}

fn added(file: &FileChange) -> BTreeSet<u32> {
    file.added().map(|line| line.number).collect()
}
