//! Is something public gone, or does it ask for more, although nothing is said to break?
//!
//! Refuted where a public name of production code stands nowhere on the head any more, or where a public function
//! requires more parameters than before. Everything else cannot be told: who calls is not known.

use crate::{
    checks::Settings,
    claims::{
        self, Standing, against,
        symbols::{mentions, whole},
    },
    code::{
        FileFacts,
        facts::{Definition, DefinitionKind, Visibility},
    },
    evidence::{
        Evidence, Supplied,
        claims::{Claim, Form},
    },
    finding::{Judged, Side},
    kinds::FileKind,
    limits,
    names::Name,
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::NoBreaking];

/// Judges the item.
///
/// # Errors
/// No claims were given, none says that nothing breaks, or a changed file cannot be parsed.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    claims::sum(super::everywhere(evidence, settings, standings)?)
}

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
    for both in evidence.changed_code() {
        let path = both.file.before().map_or(both.file.path(), |side| &side.path);
        if settings.kinds.of(path) != FileKind::Source {
            continue;
        }
        match (whole(both.before()), whole(both.after())) {
            (Ok(Some(before)), Ok(after)) => broken.extend(breaks(path, before, after, evidence)?),
            (Ok(None), Ok(_)) => {}
            (Err(why), _) | (_, Err(why)) => unread = Some(why),
        }
    }
    if broken.is_empty() {
        return match unread {
            Some(why) => Err(why),
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

fn breaks(
    path: &RepoPath,
    before: &FileFacts,
    after: Option<&FileFacts>,
    evidence: &Evidence,
) -> Supplied<Vec<String>> {
    let mut found = Vec::new();
    for old in before.definitions.iter().filter(|one| is_exported(one, before)) {
        let now = after.into_iter().flat_map(|facts| &facts.definitions);
        let now: Vec<&Definition> = now.filter(|one| one.name == old.name).collect();
        if now.is_empty() {
            if mentions(&evidence.change, Side::Head, &Name::new(&old.name))?.is_empty() {
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
