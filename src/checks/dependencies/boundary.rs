//! Does a new import cross a boundary between modules that the policy draws, or close a circle of them?
//!
//! Only edges between modules that the base does not have count; whoever leaves an old one alone is left alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::{Settings, edits::is_own_code},
    code::{FileFacts, LanguageId},
    evidence::{Evidence, Supplied, code::Both},
    finding::{Abstain, Finding, Judged, Place, Side, Unproven, unless_unknown},
    landing::Ground,
    limits,
    path::RepoPath,
    policy::Dependencies,
};

/// Which module uses which.
type Edges<'p> = BTreeSet<(&'p str, &'p str)>;

/// An edge of the head, and where it stands.
struct Crossing<'p> {
    edge: (&'p str, &'p str),
    place: Place,
    import: String,
}

/// Judges the item.
///
/// # Errors
/// The policy draws no boundary, no import was added inside its modules, or something cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let policy = &settings.policy.dependencies;
    if policy.modules.0.is_empty() || (policy.edges.0.is_empty() && !policy.no_cycles) {
        return Err(Abstain::not_applicable(
            "the policy draws no boundary between modules",
        ));
    }
    let (crossings, unknown) = crossings(evidence, settings)?;
    if crossings.is_empty() {
        return match unknown {
            Some(why) => Err(why.into()),
            None => Err(Abstain::not_applicable(
                "no added line imports one module of the policy from another",
            )),
        };
    }
    let suspects = crossings
        .iter()
        .any(|one| policy.no_cycles || policy.forbids(one.edge.0, one.edge.1).is_some());
    let mut found = Vec::new();
    if suspects {
        let base = graph(evidence, settings, Side::Base)?;
        let head = match policy.no_cycles {
            true => graph(evidence, settings, Side::Head)?,
            false => Edges::new(),
        };
        let mut seen = base.clone();
        for crossing in crossings {
            if seen.insert(crossing.edge) {
                found.extend(accuse(&crossing, policy, &base, &head));
            }
        }
    }
    unless_unknown(found, unknown)
}

/// The edges between modules on added lines, and in files that moved to another module.
fn crossings<'p>(
    evidence: &Evidence,
    settings: &'p Settings,
) -> Supplied<(Vec<Crossing<'p>>, Option<Unproven>)> {
    let policy = &settings.policy.dependencies;
    let ground = Ground::of(evidence, &settings.imports, Side::Head)?;
    let (mut found, mut unknown) = (Vec::new(), None);
    for both in evidence
        .changed_code()
        .filter(|both| is_own_code(both.file.path(), &settings.kinds))
    {
        let facts = match both.after() {
            Ok(Some(facts)) => facts,
            Ok(None) => continue,
            Err(why) => {
                unknown = Some(why);
                continue;
            }
        };
        let Some(from) = policy.module_of(both.file.path()) else {
            continue;
        };
        let moved = moved_here(&both, policy, from);
        let new = facts
            .imports
            .iter()
            .filter(|import| moved || both.file.adds_line(import.line));
        for import in new {
            let landed = ground.land(import, both.language, both.file.path(), &facts);
            if let Some(to) = landed
                .and_then(|path| policy.module_of(&path))
                .filter(|to| *to != from)
            {
                found.push(Crossing {
                    edge: (from, to),
                    place: Place::line(both.file.path(), import.line),
                    import: import.path.clone(),
                });
            }
        }
    }
    Ok((found, unknown))
}

fn moved_here(both: &Both<'_>, policy: &Dependencies, now: &str) -> bool {
    let before = both
        .file
        .before()
        .and_then(|before| policy.module_of(&before.path));
    both.file.before().is_some() && before != Some(now)
}

/// Every edge between the modules on one side.
fn graph<'p>(evidence: &Evidence, settings: &'p Settings, side: Side) -> Supplied<Edges<'p>> {
    let policy = &settings.policy.dependencies;
    let all = evidence.change.every_path(side)?.iter();
    let paths: Vec<RepoPath> = all
        .filter(|path| {
            LanguageId::of(path).is_some()
                && is_own_code(path, &settings.kinds)
                && policy.module_of(path).is_some()
        })
        .cloned()
        .collect();
    if paths.len() > limits::SEARCHED_FILES {
        let why = format!(
            "the modules have {} files; at most {} are read",
            paths.len(),
            limits::SEARCHED_FILES
        );
        return Err(Unproven::Insufficient(why));
    }
    let ground = Ground::of(evidence, &settings.imports, side)?;
    let mut edges = Edges::new();
    for (path, facts) in paths.iter().zip(evidence.code_of(side, &paths)) {
        // a file that was not readable before this change accuses nobody
        if let Ok(facts) = facts {
            edges.extend(edges_of(path, &facts, policy, &ground));
        }
    }
    Ok(edges)
}

fn edges_of<'p>(path: &RepoPath, facts: &FileFacts, policy: &'p Dependencies, ground: &Ground) -> Edges<'p> {
    let (Some(language), Some(from)) = (LanguageId::of(path), policy.module_of(path)) else {
        return Edges::new();
    };
    let landed = facts
        .imports
        .iter()
        .filter_map(|import| ground.land(import, language, path, facts));
    let modules = landed.filter_map(|path| policy.module_of(&path));
    modules.filter(|to| *to != from).map(|to| (from, to)).collect()
}

fn accuse(
    crossing: &Crossing<'_>,
    policy: &Dependencies,
    base: &Edges<'_>,
    head: &Edges<'_>,
) -> Option<Finding> {
    let (from, to) = crossing.edge;
    let import = crate::escape::line(&crossing.import).into_owned();
    if let Some(rule) = policy.forbids(from, to) {
        let finding = Finding::new(
            crossing.place.clone(),
            format!("`{from}` now uses `{to}`: `{import}` is imported"),
        );
        return Some(
            finding
                .because(format!("the policy says `{rule}: deny`"))
                .because("no file of that module used the other one before")
                .fix(format!(
                    "keep `{to}` out of `{from}`, or change the rule in the policy first"
                )),
        );
    }
    let way = way(to, from, head).filter(|_| policy.no_cycles)?;
    if closed(from, to, base) {
        return None;
    }
    let circle: Vec<String> = std::iter::once(from)
        .chain(way)
        .map(|module| format!("`{module}`"))
        .collect();
    let finding = Finding::new(
        crossing.place.clone(),
        format!("`{from}` now uses `{to}`, which closes a circle of modules"),
    );
    Some(
        finding
            .because(circle.join(" -> "))
            .fix("take one of the edges out, or move what both need to a third module"),
    )
}

/// Whether both modules were on one circle before.
fn closed(from: &str, to: &str, edges: &Edges<'_>) -> bool {
    way(from, to, edges).is_some() && way(to, from, edges).is_some()
}

/// The modules on a shortest way from one to another, both included.
fn way<'p>(from: &'p str, to: &'p str, edges: &Edges<'p>) -> Option<Vec<&'p str>> {
    let mut came: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = vec![from];
    while !open.is_empty() && !came.contains_key(to) {
        let mut next = Vec::new();
        for (start, end) in edges.iter().filter(|(start, _)| open.contains(start)) {
            if !came.contains_key(end) {
                came.insert(end, start);
                next.push(*end);
            }
        }
        open = next;
    }
    let mut way = vec![to];
    let mut at = *came.get(to)?;
    while at != from {
        way.push(at);
        at = came.get(at)?;
    }
    way.push(from);
    way.reverse();
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_modules_is_a_shortest_one() {
        let edges: Edges<'_> = [("a", "b"), ("b", "c"), ("c", "d"), ("b", "d"), ("d", "a")].into();
        assert_eq!(way("a", "d", &edges), Some(vec!["a", "b", "d"]));
        assert_eq!(way("a", "a", &edges), Some(vec!["a", "b", "d", "a"]));
        assert_eq!(way("d", "x", &edges), None);
    }
}
