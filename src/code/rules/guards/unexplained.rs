//! Does nobody say why the code of a hit is as it is?

use super::Seen;
use crate::code::facts::Span;

/// Fewer words explain nothing.
const WORDS: usize = 3;

/// Words that are for tools: `pragma: no cover`, `type: ignore`, `noqa: BLE001`.
const FOR_TOOLS: &[&str] = &[
    "pragma", "no", "cover", "nocover", "branch", "noqa", "nosec", "type", "ignore", "pylint", "disable",
    "todo", "fixme",
];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let first = seen.file.line_of(seen.range.start);
    let last = seen
        .file
        .line_of(seen.range.end.saturating_sub(1).max(seen.range.start));
    let near = |comment: &&Span| comment.last + 1 >= first && comment.first <= last;
    let mut comments = seen.file.hunt.comments.iter().filter(near);
    !comments.any(|comment| explains(seen.file.slice(comment.start as usize..comment.end as usize)))
}

fn explains(comment: &str) -> bool {
    let is_word = |word: &&str| {
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let letters = plain.chars().filter(|c| c.is_alphabetic()).count();
        // rules have names with numbers
        letters > 1 && !plain.ends_with(|c: char| c.is_ascii_digit()) && !FOR_TOOLS.contains(&plain.as_str())
    };
    comment.split_whitespace().filter(is_word).count() >= WORDS
}
