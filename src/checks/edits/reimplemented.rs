//! Was a function added that a helper at hand already has the name and the parameters of?
//!
//! Names are compared without case and underscores. Looked through are the changed files, those beside them, and those
//! whose names say that they hold helpers.

use std::collections::BTreeSet;

use crate::{
    checks::{
        Settings,
        edits::{is_own_code, understood},
    },
    code::{
        LanguageId,
        facts::{Definition, DefinitionKind, FileFacts, Span, Visibility},
    },
    evidence::{Evidence, Supplied, code::Both},
    finding::{Abstain, Finding, Judged, Place, Side, unless_unknown},
    kinds::FileKind,
    path::RepoPath,
    search::{Search, holds_identifier},
};

/// Shorter names, in letters, are given twice by chance.
const LETTERS: usize = 8;
/// Shorter bodies, in tokens, are not worth sharing.
const BODY: u32 = 20;
/// Files that are parsed for one name.
const PARSED: usize = 8;
/// Files of these names hold helpers.
const HELPERS: &[&str] = &["common", "helper", "helpers", "shared", "util", "utils"];

/// The share of their tokens, in hundredths, that makes two functions alike.
const ALIKE: usize = 65;
/// Tokens of a function that are compared.
const COMPARED: usize = 1_000;

/// Judges the item.
///
/// # Errors
/// No function was added to production code, or its files cannot all be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut findings, mut unknown, mut any) = (Vec::new(), None, false);
    for both in evidence.changed_code() {
        if !is_production(both.file.path(), settings) {
            continue;
        }
        match added(&both) {
            Ok(functions) if functions.is_empty() => {}
            Ok(functions) => {
                any = true;
                match near(&both, evidence, settings) {
                    Err(why) => unknown = Some(why),
                    Ok(search) => {
                        for one in functions {
                            match helper(&one, &both, evidence, search.clone()) {
                                Ok(found) => findings.extend(found),
                                Err(why) => unknown = Some(why),
                            }
                        }
                    }
                }
            }
            Err(why) => unknown = Some(why),
        }
    }
    if !any && unknown.is_none() {
        return Err(Abstain::not_applicable("no function was added"));
    }
    unless_unknown(findings, unknown)
}

fn is_production(path: &RepoPath, settings: &Settings) -> bool {
    is_own_code(path, &settings.kinds) && settings.kinds.of(path) == FileKind::Source
}

/// The functions that are new in a file.
fn added(both: &Both<'_>) -> Supplied<Vec<Definition>> {
    let (before, Some(after)) = (both.before()?, both.after()?) else {
        return Ok(Vec::new());
    };
    understood(both.file.path(), &after)?;
    let known = |name: &str| {
        before
            .as_ref()
            .is_some_and(|before| before.definitions.iter().any(|one| one.name == name))
    };
    let new = functions(&after).filter(|one| both.file.adds_line(one.header) && !known(&one.name));
    Ok(new
        .filter(|one| plain(&one.name).len() >= LETTERS)
        .cloned()
        .collect())
}

/// The free functions of a file that are no tests.
fn functions(facts: &FileFacts) -> impl Iterator<Item = &Definition> {
    facts.definitions.iter().filter(|one| {
        one.kind == DefinitionKind::Function
            && !one.local
            && one.size >= BODY
            && one.decorators.is_empty()
            && one.qualified == one.name
            && facts.test_at(one.header).is_none()
    })
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

fn arity(one: &Definition) -> usize {
    one.parameters
        .iter()
        .filter(|parameter| parameter.required)
        .count()
}

/// The files in which a helper for a function of this one may stand.
fn near<'e>(both: &Both<'_>, evidence: &'e Evidence, settings: &Settings) -> Supplied<Search<'e>> {
    let path = both.file.path();
    let near = |other: &RepoPath| {
        // the cheap questions first: this is asked of every file of the language
        other != path
            && (other.folder() == path.folder() || holds_helpers(other))
            && !are_platforms(path, other)
            && is_production(other, settings)
    };
    Search::new(&evidence.change, both.language, near)
}

/// The helper that does what an added function is called after; none where every module has such a function.
fn helper(
    one: &Definition,
    both: &Both<'_>,
    evidence: &Evidence,
    mut search: Search<'_>,
) -> Supplied<Option<Finding>> {
    let path = both.file.path();
    let names = spellings(&one.name);
    let holds = |_: &RepoPath, text: &str| {
        names
            .iter()
            .any(|name| text.contains(name.as_str()) && holds_identifier(text, name))
    };
    let paths: Vec<RepoPath> = search.some(PARSED, holds)?.into_iter().cloned().collect();
    let (mut found, own) = (Vec::new(), both.after()?);
    for (other, facts) in paths.iter().zip(evidence.code_of(Side::Head, &paths)) {
        let Ok(facts) = facts else { continue };
        // modules side by side give one name to what each of them does in its own way
        let helps = |two: &Definition| {
            holds_helpers(other)
                || own
                    .as_deref()
                    .is_some_and(|own| are_alike((own, one), (&facts, two)))
        };
        let same = functions(&facts)
            .find(|two| is_same(one, two, both.language) && helps(two) && is_old(two, other, evidence));
        found.extend(same.map(|two| (other.clone(), two.header, two.name.clone())));
    }
    let [(other, line, name)] = found.as_slice() else {
        return Ok(None);
    };
    let says = format!(
        "`{}` has the name and the {} parameters of `{name}`, which `{other}` has already",
        one.name,
        arity(one)
    );
    let finding = Finding::new(Place::line(path, one.header), says);
    Ok(Some(finding.because(format!("the helper is at {other}:{line}"))))
}

/// Whether two functions share most of their tokens.
fn are_alike((facts, one): (&FileFacts, &Definition), (others, two): (&FileFacts, &Definition)) -> bool {
    let (one, mut two) = (tokens(facts, &one.span), tokens(others, &two.span));
    let most = one.len().max(two.len());
    let shared = one.iter().filter(|token| {
        let place = two.iter().position(|other| other == *token);
        place.map(|place| two.swap_remove(place)).is_some()
    });
    shared.count() * 100 >= most * ALIKE
}

fn tokens(facts: &FileFacts, span: &Span) -> Vec<u64> {
    let all = facts.tokens.lines().zip(facts.tokens.hashes());
    let own = all.filter(|(line, _)| span.has_line(*line)).map(|(_, hash)| hash);
    own.take(COMPARED).collect()
}

/// `aes.ts` and `aes.web.ts`, `a_linux.go` and `a_windows.go`: a build takes one of them.
fn are_platforms(one: &RepoPath, other: &RepoPath) -> bool {
    let stem = |path: &RepoPath| {
        let name = path.name();
        name.split(['.', '_', '-']).next().unwrap_or_default().to_owned()
    };
    one.folder() == other.folder() && stem(one) == stem(other)
}

fn holds_helpers(path: &RepoPath) -> bool {
    let name = path.name();
    let stem = name.split('.').next().unwrap_or_default();
    path.parts().any(|part| HELPERS.contains(&&*part)) || HELPERS.contains(&stem)
}

/// How a name may be written in the languages that are read.
fn spellings(name: &str) -> BTreeSet<String> {
    let bare = name.trim_matches('_');
    let mut snake = String::new();
    for c in bare.chars() {
        if c.is_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    let words: Vec<String> = snake.split('_').map(capital).collect();
    let pascal = words.concat();
    let camel: String = pascal
        .chars()
        .enumerate()
        .flat_map(|(place, c)| {
            if place == 0 {
                c.to_lowercase().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect();
    let private = format!("_{bare}");
    [bare.to_owned(), private, snake, pascal, camel]
        .into_iter()
        .collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn is_same(one: &Definition, two: &Definition, language: LanguageId) -> bool {
    // a package of Go holds one name twice only for two platforms
    let is_platform = language == LanguageId::Go && one.name == two.name;
    let is_private = match language {
        LanguageId::Rust | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => {
            two.visibility == Visibility::Private
        }
        LanguageId::Python | LanguageId::Go | LanguageId::Java => false,
    };
    !is_platform && !is_private && plain(&one.name) == plain(&two.name) && arity(one) == arity(two)
}

/// Whether a function stood there before the change.
fn is_old(one: &Definition, path: &RepoPath, evidence: &Evidence) -> bool {
    match evidence.change.file(path) {
        Some(file) => !file.adds_line(one.header),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_in_every_spelling() {
        let all = spellings("parse_token");
        for name in ["parse_token", "parseToken", "ParseToken", "_parse_token"] {
            assert!(all.contains(name), "{name}");
        }
        assert_eq!(spellings("parseToken"), spellings("parseToken"));
        assert!(spellings("parseToken").contains("parse_token"));
    }
}
