//! Is a new package called almost like one that everybody knows, or did no package manager ever find it?

use crate::{
    checks::Settings,
    evidence::{
        Evidence, Supplied,
        locks::{self, Format},
        manifests::{
            Ecosystem, Origin, Use,
            compare::{self, EntryChange},
            identity, internal,
        },
    },
    finding::{Abstain, Finding, Judged, Place, Side, unless_unknown},
    lookalikes::{self, Likeness},
    packages::project::Project,
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No manifest names a new package, or something cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let compared = compare::compare(&evidence.change, &|path| super::is_own(path, settings));
    let new: Vec<&EntryChange> = compared
        .entries
        .iter()
        .filter(|entry| is_candidate(entry))
        .collect();
    let problem = compared.problems.first().cloned();
    if new.is_empty() {
        return match problem {
            Some(why) => Err(why.into()),
            None => Err(Abstain::not_applicable("no manifest names a new package")),
        };
    }
    let base = Project::of(evidence, &settings.imports, Side::Base)?;
    let mut found = Vec::new();
    for entry in new {
        found.extend(judge(entry, &base, evidence, settings)?);
    }
    unless_unknown(found, problem)
}

fn is_candidate(entry: &EntryChange) -> bool {
    let fetched = entry.after.as_ref().is_some_and(|after| {
        after.kind == Use::Direct && matches!(after.origin, Origin::Registry | Origin::OtherRegistry(_))
    });
    fetched && entry.is_new() && !entry.internal
}

fn judge(
    entry: &EntryChange,
    base: &Project<'_>,
    evidence: &Evidence,
    settings: &Settings,
) -> Supplied<Option<Finding>> {
    let Some(after) = &entry.after else {
        return Ok(None);
    };
    let name = crate::escape::line(&after.name).into_owned();
    if super::is_approved(evidence, settings, entry.ecosystem, &[&after.name]) {
        return Ok(None);
    }
    let place = Place::line(&entry.manifest, after.line);
    if let Some((other, likeness)) = twin(entry.ecosystem, &after.name, base, settings) {
        let how = match likeness {
            Likeness::OneLetter => "one letter away from",
            Likeness::Separators => "but for its separators the same as",
        };
        let other = crate::escape::line(&other).into_owned();
        let finding = Finding::new(place, format!("the new package `{name}` is {how} `{other}`"));
        let finding = finding.because("names like these are registered to be mistaken for others");
        return Ok(Some(
            finding.fix(format!("make sure that `{name}` is meant, and not `{other}`")),
        ));
    }
    Ok(missing_from(entry, &after.name, evidence)?.map(|lock| {
        Finding::new(
            place,
            format!("the new package `{name}` is not in `{lock}`, which the change brings up to date"),
        )
        .because("a package that no package manager found may not exist")
        .fix(format!(
            "run the package manager, and see whether `{name}` is found"
        ))
    }))
}

/// A package of the base, or a well-known one, whose name is taken for this one at a glance.
fn twin(
    ecosystem: Ecosystem,
    name: &str,
    base: &Project<'_>,
    settings: &Settings,
) -> Option<(String, Likeness)> {
    if settings.known_packages.holds(ecosystem, name) {
        return None;
    }
    let known = settings.known_packages.of(ecosystem).iter().map(String::as_str);
    let all = base.declared(ecosystem).chain(known);
    let mut twins =
        all.filter_map(|other| Some((other.to_owned(), lookalikes::likeness(ecosystem, name, other)?)));
    twins.next()
}

/// The lock file that the change touches and that does not hold the package.
fn missing_from(entry: &EntryChange, name: &str, evidence: &Evidence) -> Supplied<Option<RepoPath>> {
    let change = &evidence.change;
    let wanted = identity(entry.ecosystem, name);
    for folder in internal::folders_above(&entry.manifest) {
        for (file, ecosystem, format) in locks::NAMES {
            let Some(lock) = internal::beside(change, Side::Head, &folder, file) else {
                continue;
            };
            if ecosystem != entry.ecosystem || change.file(&lock.path).is_none() || is_closed(format) {
                continue;
            }
            let entries = locks::read(&lock.path, format, &change.bytes(&lock)?)?;
            let held = entries
                .iter()
                .any(|locked| identity(ecosystem, &locked.name) == wanted);
            return Ok((!held && !entries.is_empty()).then_some(lock.path));
        }
    }
    Ok(None)
}

/// Formats that do not list every package by its own name.
const fn is_closed(format: Format) -> bool {
    match format {
        Format::Opaque | Format::Go | Format::Yarn => true,
        Format::Cargo | Format::Uv | Format::Poetry | Format::Npm | Format::Pnpm => false,
    }
}
