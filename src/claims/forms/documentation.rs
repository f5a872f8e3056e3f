//! Is documentation said to be updated?

use super::{Draft, Found, from, skip_adjectives};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why},
        verbs::{self, Deed},
    },
    evidence::claims::Form,
};

/// What a claim is about that names the changelog: the one document that a project keeps in one place.
pub const CHANGELOG: &str = "changelog";

const NOUNS: &[&str] = &[
    "docs",
    "documentation",
    "readme",
    "changelog",
    "docstrings",
    "docstring",
    "readme.md",
    "changelog.md",
    "jsdoc",
    "rustdoc",
];

/// Words in front of the noun that say which.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "api", "user", "project", "relevant", "inline", "code", "related", "existing", "english", "and",
    "developer", "cli", "module", "function", "usage", "configuration", "public", "detailed", "comprehensive",
    "reference",
];

/// The claims about documentation.
///
/// # Errors
/// Documentation is spoken of, and not said to be updated.
pub fn read(reading: &Reading<'_>) -> Found {
    let Some((deed, _)) = reading.tokens.first().and_then(verbs::read) else {
        return Ok(Vec::new());
    };
    if !matches!(deed, Deed::Make | Deed::Edit) {
        return Ok(Vec::new());
    }
    let mut at = 1 + skip_adjectives(from(reading.main, 1));
    at += from(reading.main, at)
        .iter()
        .take_while(|token| token.is_one_of(KINDS))
        .count();
    if !reading.main.get(at).is_some_and(|token| token.is_one_of(NOUNS)) {
        return Ok(Vec::new());
    }
    if let Some(why) = reading.cue_before(at + 1).filter(|why| *why != Why::Known) {
        return Err(why);
    }
    let more = from(reading.main, at + 1)
        .iter()
        .take_while(|token| {
            token.is_mark(",")
                || token.is_mark("/")
                || token.is_one_of(NOUNS)
                || token.is("and")
                || token.is_one_of(anchors::ARTICLES)
        })
        .count();
    let next = reading.main.get(at + 1 + more);
    let kind = next.filter(|token| {
        token.is_one_of(&[
            "file", "files", "section", "sections", "page", "pages", "comments", "entry", "entries",
            "strings",
        ])
    });
    if anchors::describes(next) && kind.is_none() {
        return Err(Why::Describes);
    }
    let outside = super::holds(
        reading.tokens,
        &[
            "site",
            "website",
            "wiki",
            "portal",
            "notion",
            "confluence",
            "external",
        ],
    );
    let named = reading.main.get(at..=at + more).unwrap_or_default();
    let mut draft = Draft::new(Form::DocsUpdated);
    if named
        .iter()
        .any(|token| token.is_one_of(&["changelog", "changelog.md"]))
    {
        draft = draft.about(CHANGELOG);
    }
    Ok(vec![draft.mild(
        outside.then_some("it may be kept outside of the repository"),
    )])
}
