//! Does other code call the function around a hit?

use super::Context;
use crate::{
    code::LanguageId,
    search::{Search, identifiers},
};

/// Words that stand before a name where it is defined.
const DEFINING: &[&str] = &["def", "fn", "func", "function"];

/// Where the repository cannot be searched, the hit goes: nothing is accused on the word of one file.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let (Some(function), Some(language)) = (context.hit.quote("function"), LanguageId::of(context.path))
    else {
        return false;
    };
    let search = Search::new(&context.evidence.change, language, |_| true);
    let called = |text: &str| text.lines().any(|line| calls(line, function));
    search.is_ok_and(|mut search| {
        search
            .first(|_, text| called(text))
            .is_ok_and(|found| found.is_some())
    })
}

fn calls(line: &str, function: &str) -> bool {
    identifiers(line, function).any(|(before, after)| {
        let word = before.split_whitespace().next_back().unwrap_or_default();
        after.starts_with('(') && !DEFINING.contains(&word)
    })
}
