//! Is a class final in fact: does no class of the repository extend it?

use super::Context;
use crate::{
    code::{LanguageId, facts::DefinitionKind},
    names::holds_word,
    search::Search,
};

/// A line that may name what a class extends.
const DECLARES: &[&str] = &["class ", "extends ", "implements ", "impl "];

/// Where the repository cannot be searched, the hit goes: nothing is accused on the word of one file.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let Some(language) = LanguageId::of(context.path) else {
        return false;
    };
    // what is in no class is extended by none
    let Some(class) = context.hit.quote("class").or_else(|| around(context)) else {
        return true;
    };
    let extends = |text: &str| {
        text.lines().any(|line| {
            let declares = DECLARES.iter().any(|word| line.contains(word));
            declares && holds_word(line, class) && !declares_itself(line, class)
        })
    };
    let search = Search::new(&context.evidence.change, language, |_| true);
    let found = search.and_then(|mut search| Ok(search.first(|_, text| extends(text))?.is_some()));
    found.is_ok_and(|found| !found)
}

/// The class around the hit.
fn around<'a>(context: &Context<'a>) -> Option<&'a str> {
    let definitions = context.facts?.definitions.iter();
    let classes =
        definitions.filter(|one| one.kind == DefinitionKind::Class && one.span.has_line(context.hit.line));
    classes
        .max_by_key(|one| one.span.start)
        .map(|one| one.name.as_str())
}

fn declares_itself(line: &str, class: &str) -> bool {
    let after = line.split_once("class ").map(|(_, after)| after.trim_start());
    after.is_some_and(|after| {
        let rest = after.strip_prefix(class);
        rest.is_some_and(|rest| {
            !holds_word(rest, class) && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    })
}
