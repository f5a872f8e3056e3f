//! Do two files of instructions for the same code order the opposite?

use std::collections::BTreeSet;

use crate::{
    checks::Settings,
    evidence::{Evidence, Supplied},
    finding::{Abstain, Finding, Judged, Place, Side},
    instructions::{self, Order},
    limits,
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No file of instructions changed, or the tree is not known.
pub fn run(evidence: &Evidence, _: &Settings) -> Judged {
    let files = evidence.change.files().iter();
    let changed = files.filter(|file| file.after().is_some() && instructions::is_one(file.path()));
    let changed: BTreeSet<&RepoPath> = changed.map(|file| file.path()).collect();
    if changed.is_empty() {
        return Err(Abstain::not_applicable("no file of instructions changed"));
    }
    let mut all = Vec::new();
    let paths = evidence
        .change
        .every_path(Side::Head)?
        .iter()
        .filter(|path| instructions::is_one(path));
    for path in paths.take(limits::NEARBY_FOLDERS) {
        all.push((path, orders(path, evidence)?));
    }
    let mut found = Vec::new();
    for (path, orders) in all.iter().filter(|(path, _)| changed.contains(path)) {
        for (other, others) in &all {
            // of two changed files, the later one is told of
            let told = changed.contains(other) && other > path;
            if overlap(path, other) && !told {
                found.extend(conflicts(path, orders, other, others, evidence));
            }
        }
    }
    Ok(found)
}

fn orders(path: &RepoPath, evidence: &Evidence) -> Supplied<Vec<Order>> {
    let version = evidence
        .change
        .entry(Side::Head, path)?
        .filter(|version| version.mode.is_file());
    version.map_or(Ok(Vec::new()), |version| {
        Ok(instructions::orders(&evidence.change.text(&version)?))
    })
}

fn overlap(one: &RepoPath, other: &RepoPath) -> bool {
    let (one, other) = (instructions::scope(one), instructions::scope(other));
    let holds = |outer: &str, inner: &str| {
        outer.is_empty() || inner == outer || inner.starts_with(&format!("{outer}/"))
    };
    holds(&one, &other) || holds(&other, &one)
}

fn conflicts(
    path: &RepoPath,
    orders: &[Order],
    other: &RepoPath,
    others: &[Order],
    evidence: &Evidence,
) -> Vec<Finding> {
    let is_new = |order: &&Order| {
        evidence
            .change
            .file(path)
            .is_some_and(|file| file.adds_line(order.line))
    };
    let mut found = Vec::new();
    for order in orders.iter().filter(is_new) {
        let opposite = |one: &&Order| {
            one.verb == order.verb && one.term == order.term && one.forbidden != order.forbidden
        };
        if let Some(one) = others.iter().find(opposite) {
            let term = crate::escape::line(&order.term).into_owned();
            let says = format!("two files of instructions order the opposite about `{term}`");
            let finding = Finding::new(Place::line(path, order.line), says)
                .because(format!("here: {}", crate::escape::line(&order.text)))
                .because(format!(
                    "{other}:{}: {}",
                    one.line,
                    crate::escape::line(&one.text)
                ));
            found.push(finding.fix("keep one of the two, or say where each of them holds"));
        }
    }
    found
}
