//! Is something public gone, or does it ask for more, although nothing is said to break?
//!
//! Refuted where a public name of production code stands nowhere on the head any more, where a public enumeration lost a
//! value, or where a public function requires more parameters than before. Supported where every public definition of
//! the changed files is what it was. Everything else cannot be told: who calls is not known.

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    claims::{
        self, Standing, against,
        symbols::{mentions, whole},
    },
    code::{
        FileFacts, LanguageId,
        facts::{Definition, DefinitionKind, Visibility},
    },
    evidence::{
        Evidence, Supplied,
        claims::{Claim, Form},
    },
    finding::Side,
    kinds::FileKind,
    limits,
    names::Name,
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::NoBreaking];

/// Every claim that nothing breaks, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| vec![told(claim, evidence, settings).unwrap_or_else(Standing::Lacking)];
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

fn told(claim: &Claim, evidence: &Evidence, settings: &Settings) -> Supplied<Standing> {
    let mut broken = Vec::new();
    let mut unread = None;
    let mut same = true;
    for file in evidence.change.files() {
        let path = file.before().map_or(file.path(), |side| &side.path);
        match settings.kinds.of(path) {
            FileKind::Docs | FileKind::Test => {}
            FileKind::Source => {
                same &= LanguageId::of(path).is_some()
                    && file
                        .before()
                        .is_some_and(|side| file.after().is_some_and(|after| after.path == side.path))
            }
            FileKind::Lock | FileKind::Generated | FileKind::Vendored | FileKind::Other => same = false,
        }
    }
    for both in evidence.changed_code() {
        let path = both.file.before().map_or(both.file.path(), |side| &side.path);
        if settings.kinds.of(path) != FileKind::Source {
            continue;
        }
        match (whole(both.before()), whole(both.after())) {
            (Ok(Some(before)), Ok(after)) => {
                broken.extend(breaks(path, &before, after.as_deref(), evidence, settings)?);
                same &= after.is_some_and(|after| keeps(&before, &after));
            }
            (Ok(None), Ok(_)) => {}
            (Err(why), _) | (_, Err(why)) => unread = Some(why),
        }
    }
    if broken.is_empty() {
        return match unread {
            Some(why) => Err(why),
            None if same => Ok(Standing::supported(
                "every public definition of the changed files is declared as before; what they do is not judged",
            )),
            None => Ok(Standing::unverifiable(
                "no public name is gone and no function requires more; who else breaks cannot be told",
            )),
        };
    }
    let says = format!(
        "nothing is said to break, and {} public definitions are gone or ask for more",
        broken.len()
    );
    let shown = broken.into_iter().take(limits::NAMED);
    Ok(shown
        .fold(against(claim, says), |finding, why| finding.because(why))
        .into())
}

/// Whether everything that others can name is declared as it was. What is new breaks nobody.
fn keeps(before: &FileFacts, after: &FileFacts) -> bool {
    declared(before).is_subset(&declared(after)) && imported(before).is_subset(&imported(after))
}

/// Each definition that others can name, with its header, and with its value where it has nothing else.
fn declared(facts: &FileFacts) -> BTreeSet<(&str, &str, u64)> {
    let shown = facts.definitions.iter();
    let shown = shown.filter(|one| one.visibility != Visibility::Private && !one.local);
    let value = |one: &Definition| {
        if one.kind.is_function() || one.kind.is_scope() {
            0
        } else {
            one.body
        }
    };
    shown
        .map(|one| (one.qualified.as_str(), one.signature.as_str(), value(one)))
        .collect()
}

/// What a file takes from elsewhere and may hand on.
fn imported(facts: &FileFacts) -> BTreeSet<(&str, Option<&str>, Option<&str>)> {
    let imports = facts.imports.iter();
    imports
        .map(|one| (one.path.as_str(), one.name.as_deref(), one.alias.as_deref()))
        .collect()
}

fn breaks(
    path: &RepoPath,
    before: &FileFacts,
    after: Option<&FileFacts>,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Vec<String>> {
    let mut found = after.map_or_else(Vec::new, |after| values_gone(path, before, after));
    for old in before.definitions.iter().filter(|one| is_exported(one, before)) {
        let now = after.into_iter().flat_map(|facts| &facts.definitions);
        let now: Vec<&Definition> = now.filter(|one| one.name == old.name).collect();
        if now.is_empty() {
            let known = mentions(&evidence.change, Side::Head, &Name::new(&old.name))?;
            // that a document speaks of it does not keep it
            if known.iter().all(|path| settings.kinds.of(path) == FileKind::Docs) {
                found.push(format!(
                    "`{}` of {path}:{} is gone",
                    crate::escape::line(&old.qualified),
                    old.header
                ));
            }
            continue;
        }
        let same = |one: &&Definition| one.qualified == old.qualified && one.kind == old.kind;
        let twins = before.definitions.iter().filter(same).count();
        let now: Vec<&Definition> = now.into_iter().filter(same).collect();
        if let ([new], 1) = (now.as_slice(), twins)
            && old.kind.is_function()
            && is_called_as_written(new, path)
            && required(new) > required(old)
        {
            found.push(format!(
                "`{}` of {path} requires {} parameters, {} before",
                crate::escape::line(&old.qualified),
                required(new),
                required(old)
            ));
        }
    }
    Ok(found)
}

/// Values that public enumerations had and have no more.
fn values_gone(path: &RepoPath, before: &FileFacts, after: &FileFacts) -> Vec<String> {
    let enums = before
        .definitions
        .iter()
        .filter(|one| one.kind == DefinitionKind::Enum && is_exported(one, before));
    let mut found = Vec::new();
    for one in enums {
        let same =
            |other: &&Definition| other.kind == DefinitionKind::Enum && other.qualified == one.qualified;
        if before.definitions.iter().filter(same).count() != 1
            || after.definitions.iter().filter(same).count() != 1
        {
            continue;
        }
        let values = before
            .definitions
            .iter()
            .filter(|value| value.kind == DefinitionKind::Variant && one.span.contains(&value.span));
        let gone = values.filter(|value| {
            !after
                .definitions
                .iter()
                .any(|now| now.qualified == value.qualified)
        });
        found.extend(gone.map(|value| {
            format!(
                "`{}` of {path}:{} is gone",
                crate::escape::line(&value.qualified),
                value.header
            )
        }));
    }
    found
}

/// Whether others can name it: public, not inside a function, and nothing around it is private.
fn is_exported(one: &Definition, file: &FileFacts) -> bool {
    let public = |one: &Definition| one.visibility == Visibility::Public && !one.name.starts_with('_');
    let hidden =
        |outer: &Definition| outer.span.contains(&one.span) && outer.span != one.span && !public(outer);
    let kind = !matches!(
        one.kind,
        DefinitionKind::Module | DefinitionKind::Field | DefinitionKind::Variant
    );
    let is_test = file.tests.iter().any(|test| test.span.contains(&one.span));
    kind && public(one)
        && !one.local
        && one.name != "main"
        && !is_test
        && !file.definitions.iter().any(hidden)
}

/// Whether calls pass its parameters themselves: a decorator of Python may fill them in.
fn is_called_as_written(function: &Definition, path: &RepoPath) -> bool {
    let plain = |name: &String| matches!(name.as_str(), "staticmethod" | "classmethod");
    LanguageId::of(path) != Some(LanguageId::Python) || function.decorators.iter().all(plain)
}

/// Parameters that a call must pass, the receiver left out.
fn required(function: &Definition) -> usize {
    let is_receiver = |name: &str| {
        matches!(
            name.trim_start_matches(['&', '*']).trim(),
            "self" | "mut self" | "cls" | "this"
        )
    };
    let must = function
        .parameters
        .iter()
        .filter(|one| one.required && !one.variadic);
    must.filter(|one| !is_receiver(&one.name)).count()
}
