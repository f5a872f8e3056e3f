//! What do the rules over added code say? The part that every check with rules shares.

pub mod rules;

use std::sync::Arc;

use super::Settings;
use crate::{
    code::LanguageId,
    evidence::Evidence,
    finding::{Abstain, Finding, Judged, Level, Place, Unproven, unless_unknown},
    path::RepoPath,
    rules::{
        pack::{BANNED, Pack, RULES, Role, Rule},
        packs::BUILT_IN,
        sightings::{self, Asked, Sighting, Sightings},
    },
};

/// The packs that a change asks for, and what they found.
struct Looked {
    packs: Vec<Arc<Pack>>,
    sightings: Sightings,
}

/// What the rules of one check found.
///
/// # Errors
/// The change adds nothing that is read, or nothing was found and a file could not be looked at.
pub(super) fn judge(evidence: &Evidence, settings: &Settings, check: &str) -> Judged {
    let looked = evidence.once(&settings.kinds, || look(evidence, settings));
    let Sightings {
        found,
        unknown,
        looked: files,
    } = &looked.sightings;
    if *files == 0 && unknown.is_empty() {
        return Err(Abstain::not_applicable(
            "the change adds no line to a file that people write",
        ));
    }
    let findings = found.iter().filter_map(|sighting| {
        let pack = looked.packs.get(sighting.pack)?;
        let rule = pack.rules.get(sighting.rule)?;
        (check_of(pack, rule) == check).then(|| finding(rule, sighting, settings))
    });
    unless_unknown(findings.collect(), unknown.first().cloned())
}

/// The check that a rule belongs to.
fn check_of<'r>(pack: &Pack, rule: &'r Rule) -> &'r str {
    let usual = if pack.built_in { RULES } else { BANNED };
    rule.check.as_deref().unwrap_or(usual)
}

/// What the rules found; every check with rules asks for the same.
fn look(evidence: &Evidence, settings: &Settings) -> Looked {
    let (packs, unknown) = packs(evidence);
    let asked = Asked {
        packs: &packs,
        kinds: &settings.kinds,
        wanted: &|rule, path, role| level(settings, rule, path, role) > Level::Off,
    };
    let mut sightings = sightings::of(evidence, asked);
    sightings.unknown.extend(unknown);
    Looked { packs, sightings }
}

/// The built-in packs for the languages that the change touches.
fn packs(evidence: &Evidence) -> (Vec<Arc<Pack>>, Option<Unproven>) {
    let mut languages: Vec<Option<LanguageId>> = evidence
        .change
        .files()
        .iter()
        .filter_map(|file| file.after())
        .map(|version| LanguageId::of(&version.path))
        .collect();
    languages.sort_unstable();
    languages.dedup();
    let (mut packs, mut unknown) = (Vec::new(), None);
    for built_in in &BUILT_IN {
        if languages.iter().any(|language| built_in.reads(*language)) {
            match built_in.pack() {
                Ok(pack) => packs.push(pack),
                Err(fault) => unknown = Some(Unproven::Unreadable(fault.to_string())),
            }
        }
    }
    (packs, unknown)
}

/// What a hit of a rule weighs at a place.
fn level(_settings: &Settings, rule: &Rule, _path: &RepoPath, role: Role) -> Level {
    rule.level_in(role)
}

fn finding(rule: &Rule, sighting: &Sighting, settings: &Settings) -> Finding {
    let place = Place::line(&sighting.path, sighting.line);
    let mut says = rule.says.clone();
    for (name, text) in &sighting.hit.quotes {
        says = says.replace(&format!("{{{name}}}"), text);
    }
    let quoted = sighting.hit.quote("hit").unwrap_or_default();
    Finding::new(place, says)
        .because(format!("`{quoted}` (rule {})", rule.id))
        .fix(rule.fix.clone())
        .at_most(level(settings, rule, &sighting.path, sighting.role))
}
