//! What does the author say?
//!
//! One type serves the manifest and prose: form, subject, numbers, scope, source.

pub mod manifest;

use serde::{Deserialize, Serialize};

use super::file::Input;

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
}

impl Form {
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
}

impl Claim {
    /// Where it stands.
    pub fn place(&self) -> crate::finding::Place {
        crate::finding::Place::Evidence {
            file: self.file.clone(),
            line: self.line,
        }
    }

    /// The claim as a reader would quote it.
    pub fn quote(&self) -> String {
        if let Some(said) = &self.said {
            return said.clone();
        }
        let mut words = vec![self.form_name.clone()];
        words.extend(self.targets.iter().cloned());
        words.extend(self.to.iter().map(|to| format!("to {to}")));
        words.extend(self.scope.iter().map(|scope| format!("in {scope}")));
        words.join(" ")
    }
}

/// Everything the author says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// The statements, in the order in which they stand.
    pub claims: Vec<Claim>,
    /// Prose given beside them: risks that it names count as declared. Title or file name, and text.
    pub texts: Vec<(String, String)>,
    /// The files read.
    pub inputs: Vec<Input>,
}

impl Claims {
    /// The statements of some forms that are said to be so.
    pub fn of<'a>(&'a self, forms: &'a [Form]) -> impl Iterator<Item = &'a Claim> {
        self.claims.iter().filter(|claim| {
            claim.status == Status::Done && claim.form.is_some_and(|form| forms.contains(&form))
        })
    }
}

/// Reads every claims file.
///
/// # Errors
/// A file cannot be read, or is neither a manifest nor text.
pub fn read(paths: &[std::path::PathBuf]) -> Result<Claims, crate::error::Error> {
    let mut all = Claims::default();
    for path in paths {
        let one = manifest::read(path)?;
        all.claims.extend(one.claims);
        all.texts.extend(one.texts);
        all.inputs.extend(one.inputs);
    }
    Ok(all)
}
