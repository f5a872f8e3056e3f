//! Does a call still pass what a function took before the change?
//!
//! Only a name that one function has, and only a call that fits the old parameters and not the new ones. Calls are looked
//! for in the changed files; what takes any number of arguments or may be overloaded is left alone.

use std::collections::HashMap;

use crate::{
    checks::{Settings, edits::is_own_code},
    code::{
        LanguageId,
        facts::{Call, Definition, FileFacts, Parameter},
    },
    evidence::{
        Evidence,
        code::{Both, Facts},
    },
    finding::{Abstain, Finding, Judged, Place},
    path::RepoPath,
};

/// Decorators that leave the parameters as they are written.
const HARMLESS: &[&str] = &["staticmethod", "classmethod", "Override", "inline", "must_use"];
/// The first parameter of a method, which a call does not pass between its brackets.
const RECEIVERS: &[&str] = &["self", "cls", "this"];
/// How a method calls another of its own type.
const OWN: &[&str] = &["self", "cls", "this", "Self"];

/// Judges the item.
///
/// # Errors
/// No function got other parameters, or a file could not be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let (mut changed, mut unread) = (Vec::new(), None);
    let judged = || {
        let all = evidence.changed_code();
        all.filter(|both| is_own_code(both.file.path(), &settings.kinds))
    };
    for both in judged() {
        match (both.before(), both.after()) {
            (Ok(Some(before)), Ok(Some(after))) => changed.extend(changed_in(&both, &before, &after)),
            (Ok(_), Ok(_)) => {}
            (Err(why), _) | (_, Err(why)) => unread = Some(why),
        }
    }
    changed = unmistakable(changed, judged());
    let findings = if changed.is_empty() {
        Vec::new()
    } else {
        stale(&changed, judged())
    };
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if changed.is_empty() => Err(Abstain::not_applicable("no function got other parameters")),
        Some(_) | None => Ok(findings),
    }
}

/// A file of the head.
struct Known<'e> {
    path: &'e RepoPath,
    language: LanguageId,
    after: Facts,
}

/// A function whose parameters are different.
struct Changed<'e> {
    path: &'e RepoPath,
    language: LanguageId,
    old: Definition,
    new: Definition,
}

fn changed_in<'e>(both: &Both<'e>, before: &FileFacts, after: &FileFacts) -> Vec<Changed<'e>> {
    // plain JavaScript lets a call leave out what it likes
    if both.language == LanguageId::JavaScript {
        return Vec::new();
    }
    let functions = after.definitions.iter();
    let functions = functions.filter(|one| one.kind.is_function() && !one.local);
    let pairs = functions.filter_map(|new| {
        let mut old = before.definitions.iter();
        let old = old.find(|old| old.qualified == new.qualified)?;
        is_comparable(old, new, both.language).then(|| Changed {
            path: both.file.path(),
            language: both.language,
            old: old.clone(),
            new: new.clone(),
        })
    });
    pairs.collect()
}

/// Those whose name is the only one of its kind, before and after.
fn unmistakable<'e>(
    mut changed: Vec<Changed<'e>>,
    files: impl Iterator<Item = Both<'e>>,
) -> Vec<Changed<'e>> {
    if changed.is_empty() {
        return changed;
    }
    let names = changed.iter().map(|one| (one.new.name.clone(), [0_usize; 2]));
    let mut counts: HashMap<String, [usize; 2]> = names.collect();
    for both in files {
        let (Ok(before), Ok(Some(after))) = (both.before(), both.after()) else {
            continue;
        };
        for (side, facts) in [before, Some(after)].into_iter().enumerate() {
            for one in facts.iter().flat_map(|facts| &facts.definitions) {
                let count = counts.get_mut(&one.name).and_then(|both| both.get_mut(side));
                if let Some(count) = count {
                    *count += 1;
                }
            }
        }
    }
    changed.retain(|one| counts.get(&one.new.name) == Some(&[1, 1]));
    changed
}

fn is_comparable(old: &Definition, new: &Definition, language: LanguageId) -> bool {
    let plain = |one: &Definition| {
        let decorators = one.decorators.iter();
        let mut odd = decorators.filter(|name| !HARMLESS.contains(&name.as_str()));
        !one.parameters.iter().any(|parameter| parameter.variadic)
            && (odd.next().is_none() || language == LanguageId::Rust)
    };
    old.parameters != new.parameters && old.kind == new.kind && plain(old) && plain(new)
}

/// The calls that fit the old parameters only, function by function.
fn stale<'e>(changed: &[Changed<'_>], files: impl Iterator<Item = Both<'e>>) -> Vec<Finding> {
    let mut found: Vec<(usize, Finding)> = Vec::new();
    for both in files {
        let (Ok(_), Ok(Some(after))) = (both.before(), both.after()) else {
            continue;
        };
        let file = Known {
            path: both.file.path(),
            language: both.language,
            after,
        };
        for (number, function) in changed.iter().enumerate() {
            if sees(&file, function) {
                found.extend(stale_in(&file, function).map(|finding| (number, finding)));
            }
        }
    }
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, finding)| finding).collect()
}

fn stale_in<'a>(file: &'a Known<'_>, function: &'a Changed<'_>) -> impl Iterator<Item = Finding> + 'a {
    let calls = file.after.calls.iter().filter(|call| means(call, file, function));
    let stale = calls.filter(|call| {
        !call.spread && fits(call, &function.old.parameters) && !fits(call, &function.new.parameters)
    });
    stale.map(|call| accuse(call, file.path, function))
}

fn accuse(call: &Call, path: &RepoPath, function: &Changed<'_>) -> Finding {
    let (old, new) = (&function.old, &function.new);
    let place = Place::line(path, call.line);
    let says = format!(
        "the call of `{}` fits the parameters it had, not those it has",
        new.name
    );
    Finding::new(place, says)
        .because(format!("before: {}", crate::escape::line(&old.signature)))
        .because(format!("now: {}", crate::escape::line(&new.signature)))
}

/// Whether a bare name in a file can mean the function.
fn sees(file: &Known<'_>, function: &Changed<'_>) -> bool {
    let home = function;
    if file.path == home.path {
        return true;
    }
    let name = function.new.name.as_str();
    let stem = home.path.name().into_owned();
    let stem = stem.split('.').next().unwrap_or_default();
    let imported = || {
        file.after.imports.iter().any(|import| match &import.name {
            Some(taken) => taken == name && import.alias.is_none() && import.path.contains(stem),
            None => import.path.ends_with(&format!("{stem}::{name}")),
        })
    };
    let is_free = !function.new.qualified.contains(['.', ':']);
    match home.language {
        LanguageId::Go => {
            is_free && file.language == LanguageId::Go && file.path.folder() == home.path.folder()
        }
        LanguageId::Java => false,
        LanguageId::Rust
        | LanguageId::Python
        | LanguageId::JavaScript
        | LanguageId::TypeScript
        | LanguageId::Tsx => is_free && imported(),
    }
}

/// Whether a call means the function: by its bare name, or by `self` from inside its own type.
fn means(call: &Call, file: &Known<'_>, function: &Changed<'_>) -> bool {
    let name = function.new.name.as_str();
    let owner = |qualified: &str| {
        let cut = qualified.rfind(['.', ':']);
        cut.and_then(|cut| qualified.get(..cut)).map(str::to_owned)
    };
    let home = owner(&function.new.qualified);
    if home.is_none() {
        return call.callee == name;
    }
    let around = file.after.definition_at(call.line);
    let same_type = around.is_some_and(|around| owner(&around.qualified) == home);
    let bare = call.callee == name && file.language == LanguageId::Java;
    let by_self = OWN.iter().any(|own| {
        let rest = call.callee.strip_prefix(own);
        let rest = rest.and_then(|rest| rest.strip_prefix("::").or_else(|| rest.strip_prefix('.')));
        rest == Some(name) && !(call.callee.contains("::") && has_receiver(function))
    });
    same_type && (bare || by_self)
}

fn has_receiver(function: &Changed<'_>) -> bool {
    let first = function.new.parameters.first();
    first.is_some_and(is_receiver)
}

fn is_receiver(parameter: &Parameter) -> bool {
    let name = parameter
        .name
        .trim_start_matches(['&', ' '])
        .trim_start_matches("mut ");
    RECEIVERS.contains(&name)
}

/// Whether a call passes exactly what parameters ask for.
fn fits(call: &Call, parameters: &[Parameter]) -> bool {
    let skipped = usize::from(parameters.first().is_some_and(is_receiver));
    let rest = parameters.get(skipped..).unwrap_or_default();
    let passed = usize::from(call.positional);
    let by_place = rest.iter().filter(|one| !one.keyword_only).count();
    let known = |keyword: &String| {
        let place = rest.iter().position(|one| one.name == *keyword);
        place.is_some_and(|place| place >= passed)
    };
    let given = |(place, one): (usize, &Parameter)| {
        !one.required || (place < passed && !one.keyword_only) || call.keywords.contains(&one.name)
    };
    passed <= by_place && call.keywords.iter().all(known) && rest.iter().enumerate().all(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, required: bool) -> Parameter {
        Parameter {
            name: name.to_owned(),
            required,
            variadic: false,
            keyword_only: false,
        }
    }

    fn call(positional: u16, keywords: &[&str]) -> Call {
        Call {
            line: 1,
            callee: "f".to_owned(),
            positional,
            keywords: keywords.iter().map(|word| (*word).to_owned()).collect(),
            spread: false,
        }
    }

    #[test]
    fn a_call_fits_by_place_and_by_name() {
        let two = [
            parameter("self", true),
            parameter("a", true),
            parameter("b", false),
        ];
        assert!(fits(&call(1, &[]), &two));
        assert!(fits(&call(1, &["b"]), &two));
        assert!(fits(&call(0, &["a"]), &two));
        assert!(!fits(&call(0, &[]), &two));
        assert!(!fits(&call(3, &[]), &two));
        assert!(!fits(&call(1, &["a"]), &two));
        assert!(!fits(&call(1, &["c"]), &two));
    }
}
