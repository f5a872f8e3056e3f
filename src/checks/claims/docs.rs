//! Is documentation said to be updated, and none changed?
//!
//! A changed documentation file, comment or docstring is enough, and so is a name that sounds like one.

use crate::{
    checks::Settings,
    claims::{self, Standing, against, forms::documentation},
    evidence::{
        Evidence,
        change::{FileChange, Line, weight},
        claims::{Claim, Form},
    },
    finding::Side,
    kinds::FileKind,
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::DocsUpdated];

/// Parts of a path by which a file documents something.
#[rustfmt::skip]
const TRACES: &[&str] = &[
    "doc", "readme", "guide", "changelog", "manual", "help", "man/", "wiki", "example", "tutorial", "site",
    "changes", "changeset", "news", "history", "release",
];

/// Names of text files that document nothing.
const NO_DOCS: &[&str] = &["requirements", "cmakelists", "constraints", "robots.txt"];

/// Beginnings of a line that documents something in one language or another.
const COMMENTS: &[&str] = &[
    "//",
    "#",
    "/*",
    "*",
    "\"\"\"",
    "'''",
    "<!--",
    "--",
    ";",
    "%",
    "@doc",
    "@param",
    "@return",
    "r\"\"\"",
    "description",
];

/// Every claim about documentation, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![told(claim, evidence, settings)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, evidence: &Evidence, settings: &Settings) -> Standing {
    let files = evidence.change.files();
    let is_doc = |path: &RepoPath| {
        let lower = path.lossy().to_lowercase();
        if NO_DOCS
            .iter()
            .any(|name| path.name().to_lowercase().starts_with(name))
        {
            return false;
        }
        settings.kinds.of(path) == FileKind::Docs || TRACES.iter().any(|trace| lower.contains(trace))
    };
    if let Some(kept) = untouched_changelog(claim, evidence) {
        return against(
            claim,
            format!("the changelog is said to be updated, and the change does not touch `{kept}`"),
        )
        .fix("update the changelog, or take the claim back")
        .into();
    }
    if files.iter().any(|file| file.touched().any(is_doc)) {
        return Standing::Supported(None);
    }
    let documents = |line: &str, extension: &str| {
        let line = line.trim_start();
        weight::is_comment(line, extension)
            || COMMENTS.iter().any(|start| line.starts_with(start))
            || line.contains("\"\"\"")
            || line.contains("//")
    };
    let comments = files.iter().any(|file| {
        let name = file.path().name().into_owned();
        let extension = name.rsplit('.').next().unwrap_or_default().to_owned();
        let mut lines = file.added().chain(file.removed());
        lines.any(|line| documents(&line.text, &extension)) || is_in_prose(evidence, file)
    });
    if comments {
        return Standing::supported("a comment is different, and no documentation file");
    }
    let prose = files
        .iter()
        .any(|file| settings.kinds.of(file.path()) == FileKind::Other);
    if prose && claim.prose.is_some() {
        return Standing::unverifiable("a file that is neither code nor documentation may hold it");
    }
    against(
        claim,
        "documentation is said to be updated, and the change touches none",
    )
    .because(format!(
        "{} files changed, without a documentation file or a comment",
        files.len()
    ))
    .fix("update the documentation, or take the claim back")
    .into()
}

/// Whether a changed line lies in a comment or a docstring, on either side: of one over several lines only the first shows
/// what it is.
fn is_in_prose(evidence: &Evidence, file: &FileChange) -> bool {
    let head = file
        .after()
        .zip(file.added().next())
        .map(|(version, _)| (version, Side::Head));
    let base = file
        .before()
        .zip(file.removed().next())
        .map(|(version, _)| (version, Side::Base));
    head.into_iter().chain(base).any(|(version, side)| {
        let Ok(facts) = evidence.code(&version.path, side) else {
            return false;
        };
        let lines: Vec<&Line> = match side {
            Side::Head => file.added().collect(),
            Side::Base => file.removed().collect(),
        };
        let mut spans = facts.comments.iter().chain(&facts.docstrings);
        spans.any(|span| lines.iter().any(|line| span.has_line(line.number)))
    })
}

/// Parts of a path by which a file tells what changed from release to release.
const CHANGELOGS: &[&str] = &["change", "history", "news", "release", "whatsnew", "whats-new"];

/// Names of a changelog that people write.
const KEPT: &[&str] = &[
    "changelog",
    "changelog.md",
    "changelog.mdx",
    "changelog.rst",
    "changelog.adoc",
    "changelog.txt",
];

/// The changelog that the project keeps, where the claim names it and the change touches nothing like one.
fn untouched_changelog(claim: &Claim, evidence: &Evidence) -> Option<RepoPath> {
    let is_like = |path: &RepoPath| {
        let lower = path.lossy().to_lowercase();
        CHANGELOGS.iter().any(|trace| lower.contains(trace))
    };
    let named = claim
        .targets
        .iter()
        .any(|target| target == documentation::CHANGELOG);
    let mut touched = evidence.change.files().iter().flat_map(FileChange::touched);
    if !named || touched.any(is_like) {
        return None;
    }
    let kept = evidence.change.paths(Side::Head).ok()?;
    let is_kept = |path: &RepoPath| KEPT.contains(&path.name().to_lowercase().as_str());
    kept.into_iter().find(is_kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    fn told(path: &str, line: &str) -> &'static str {
        let file = |text: String| -> memory::Files {
            [(RepoPath::new(path).unwrap(), (Mode::File, text.into_bytes()))].into()
        };
        let change = memory::change(
            file("let a = 1;\n".to_owned()),
            file(format!("let a = 1;\n{line}\n")),
        );
        let evidence =
            Evidence::of(change).with_claims(Ok(crate::claims::tests::claims("- form: docs-updated\n")));
        let settings = Settings::new(crate::policy::Policy::default()).unwrap();
        standings(&evidence, &settings).unwrap()[0].1.name()
    }

    #[test]
    fn a_document_or_a_comment_is_enough() {
        assert_eq!(told("docs/a.md", "x"), "supported");
        assert_eq!(told("src/a.rs", "/// What it is."), "supported");
        assert_eq!(told("src/a.rs", "let b = 2;"), "refuted");
    }
}
