//! Is a review said to be dealt with?

use super::{Draft, Found, from, holds, holds_anywhere, skip_adjectives};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why},
        tokens::{Kind, Token},
    },
    evidence::claims::Form,
};

#[rustfmt::skip]
const VERBS: &[&str] = &[
    "address", "addressed", "addresses", "addressing", "resolve", "resolved", "resolves", "resolving", "apply",
    "applied", "applies", "incorporate", "incorporated", "incorporates", "handled", "handle", "implement",
    "implemented",
];

/// Words in front of the noun that say which.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "review", "reviewer", "reviewer's", "pr", "code", "all", "remaining", "copilot", "of", "coderabbit",
    "greptile", "gemini", "bot", "inline", "minor", "follow-up",
];

const NOUNS: &[&str] = &[
    "comment",
    "comments",
    "feedback",
    "suggestion",
    "suggestions",
    "review",
    "reviews",
    "nit",
    "nits",
    "nitpicks",
];

/// The claims about reviews.
///
/// # Errors
/// A review is spoken of, and not said to be dealt with.
pub fn read(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let per = super::find(tokens, "per review")
        .or_else(|| super::find(tokens, "from review"))
        .or_else(|| super::find(tokens, "per code review"));
    let active = tokens.first().is_some_and(|token| token.is_one_of(VERBS));
    let at = 1 + skip_adjectives(from(tokens, 1));
    let at = at
        + from(tokens, at)
            .iter()
            .take_while(|token| token.number().is_some() || token.is_one_of(KINDS) && !token.is("review"))
            .count();
    let at = at
        + usize::from(
            tokens.get(at).is_some_and(|token| token.is("review"))
                && tokens.get(at + 1).is_some_and(|token| token.is_one_of(NOUNS)),
        );
    let noun = tokens.get(at).filter(|token| token.is_one_of(NOUNS));
    let passive = all_handled(tokens);
    if !(active && noun.is_some() || per.is_some() || passive) {
        return Ok(Vec::new());
    }
    if holds_anywhere(reading, &["reverted", "declined", "won't fix"]) {
        return Err(Why::Negation);
    }
    let cue = reading.cue_but(&[Why::Known, Why::Elsewhere]);
    if let Some(why) = cue {
        return Err(why);
    }
    if active
        && noun.is_some()
        && anchors::describes(tokens.get(at + 1))
        && !tokens
            .get(at + 1)
            .is_some_and(|token| token.number().is_some() || token.is_one_of(&["feedback", "comments"]))
    {
        return Err(Why::Describes);
    }
    let mut draft = Draft::new(Form::ReviewAddressed);
    draft.targets = targets(tokens);
    if draft.targets.is_empty() && holds(tokens, &["all"]) {
        draft.scope = Some("all".to_owned());
    }
    Ok(vec![draft])
}

/// "All 10 review comments are handled".
fn all_handled(tokens: &[Token]) -> bool {
    let opens = tokens.first().is_some_and(|token| token.is("all"));
    opens
        && holds(tokens, &["review comments", "review feedback", "comments"])
        && tokens
            .last()
            .is_some_and(|token| token.is_one_of(&["handled", "addressed", "resolved", "incorporated"]))
}

/// Threads by number, place or author.
fn targets(tokens: &[Token]) -> Vec<String> {
    let places = tokens
        .iter()
        .filter(|token| anchors::path(token).is_some())
        .map(|token| token.text.clone());
    let is_number = |token: &&Token| {
        token.kind == Kind::Word && token.text.len() >= 6 && token.text.chars().all(|c| c.is_ascii_digit())
    };
    let numbers = tokens.iter().filter(is_number).map(|token| token.text.clone());
    let authors = tokens.windows(2).filter_map(|pair| match pair {
        [from, name]
            if from.is_one_of(&["from", "by"])
                && name.kind == Kind::Word
                && !name.is_one_of(NOUNS)
                && !name.is_one_of(anchors::ARTICLES) =>
        {
            Some(name.text.clone())
        }
        _ => None,
    });
    places.chain(numbers).chain(authors).collect()
}
