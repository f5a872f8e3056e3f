//! What does each item of the checklist say about this evidence?

use crate::{
    checks::{CHECKS, Settings, claims::Told, diagnosis},
    date::Date,
    evidence::{Evidence, grade},
    finding::{Abstain, Finding, Level, Place, Unproven},
    rules::Catalogue,
};

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was judged and nothing was found.
    Holds,
    /// The change gives it nothing to judge.
    NotApplicable(String),
    /// It was judged and this was found.
    Broken(Vec<Finding>),
    /// Its evidence does not allow a judgement.
    Unproven(Unproven),
}

/// One item of the checklist after judging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The check's id.
    pub id: &'static str,
    /// What a broken item weighs here.
    pub level: Level,
    /// What became of it.
    pub outcome: Outcome,
    /// Findings that were silenced, and by what.
    pub waived: Vec<(Finding, Silence)>,
}

/// What silences a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// A waiver, by its place in the policy's list.
    Waiver(usize),
    /// A comment in the code, with its reason.
    Comment(String),
}

impl Item {
    /// What its heaviest finding weighs; [`Level::Off`] where it is not broken.
    pub fn weight(&self) -> Level {
        match &self.outcome {
            Outcome::Broken(findings) => findings
                .iter()
                .map(|finding| self.level_of(finding))
                .max()
                .unwrap_or(Level::Off),
            Outcome::Holds | Outcome::NotApplicable(_) | Outcome::Unproven(_) => Level::Off,
        }
    }

    /// What one of its findings weighs.
    pub fn level_of(&self, finding: &Finding) -> Level {
        finding.at_most.map_or(self.level, |most| self.level.min(most))
    }
}

/// The checklist and what became of the policy's waivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// Every item that is not switched off, in the order of the table.
    pub items: Vec<Item>,
    /// Waivers that silenced nothing: their place in the policy's list, and whether they had expired.
    pub idle_waivers: Vec<(usize, bool)>,
}

/// Runs every check; `told` is what the claims come to.
pub fn run(evidence: &Evidence, settings: &Settings, told: &Told<'_>, words: &Catalogue) -> Checklist {
    let today = evidence.change.time().map(Date::of_seconds);
    let waivers = &settings.policy.waivers;
    let mut used = vec![false; waivers.len()];
    let mut items = Vec::new();
    for check in CHECKS {
        let built_in = words.get(check.id).map_or(Level::Deny, |rule| rule.level);
        let level = settings
            .policy
            .levels
            .0
            .get(check.id)
            .copied()
            .unwrap_or(built_in);
        // advice stays advice, whatever a policy says
        let level = if check.id.starts_with(diagnosis::GROUP) {
            level.min(Level::Info)
        } else {
            level
        };
        if level == Level::Off {
            continue;
        }
        let mut waived = Vec::new();
        let outcome = match check.judge(evidence, settings, told) {
            Err(Abstain::NotApplicable(why)) => Outcome::NotApplicable(why.into_owned()),
            Err(Abstain::Unproven(why)) => Outcome::Unproven(why),
            Ok(mut findings) => {
                findings.sort();
                findings.dedup();
                let in_force = |finding: &Finding| {
                    waivers
                        .iter()
                        .position(|waiver| waiver.matches(check.id, finding) && waiver.in_force(today))
                };
                let mut kept = Vec::new();
                for finding in findings {
                    let silenced = finding.rule.as_ref().and_then(|rule| rule.silenced.clone());
                    match (in_force(&finding), silenced) {
                        (Some(place), _) => {
                            if let Some(flag) = used.get_mut(place) {
                                *flag = true;
                            }
                            waived.push((finding, Silence::Waiver(place)));
                        }
                        (None, Some(reason)) => waived.push((finding, Silence::Comment(reason))),
                        (None, None) => kept.push(finding),
                    }
                }
                let least = settings.policy.grades.0.get(check.id).copied();
                if kept.is_empty() {
                    grade::met(evidence, least).map_or_else(Outcome::Unproven, |()| Outcome::Holds)
                } else {
                    Outcome::Broken(kept)
                }
            }
        };
        items.push(Item {
            id: check.id,
            level,
            outcome,
            waived,
        });
    }
    drop_twins(&mut items, evidence, settings);
    let idle = used.iter().enumerate().filter(|(_, used)| !**used);
    let idle_waivers = idle
        .map(|(place, _)| (place, waivers.get(place).is_some_and(|w| !w.in_force(today))))
        .collect();
    Checklist { items, idle_waivers }
}

/// One place is not accused twice: where a rule names a check that accuses the same line, the check's finding stays.
fn drop_twins(items: &mut [Item], evidence: &Evidence, settings: &Settings) {
    let accused: Vec<(&'static str, Place)> = items
        .iter()
        .flat_map(|item| places(item).map(|place| (item.id, place.clone())))
        .collect();
    let is_told = |finding: &Finding| {
        let Some((rule, twin)) = finding
            .rule
            .as_ref()
            .and_then(|rule| Some((rule, rule.twin.as_deref()?)))
        else {
            return false;
        };
        let mut places = accused.iter().filter(|(id, _)| *id == twin);
        places.any(|(_, place)| meet(place, &finding.place.until(rule.last)))
    };
    for item in items {
        item.waived.retain(|(finding, _)| !is_told(finding));
        let Outcome::Broken(findings) = &mut item.outcome else {
            continue;
        };
        findings.retain(|finding| !is_told(finding));
        if findings.is_empty() {
            let least = settings.policy.grades.0.get(item.id).copied();
            item.outcome = grade::met(evidence, least).map_or_else(Outcome::Unproven, |()| Outcome::Holds);
        }
    }
}

/// Every place that an item accuses, or would without a waiver.
fn places(item: &Item) -> impl Iterator<Item = &Place> {
    let broken = match &item.outcome {
        Outcome::Broken(findings) => findings.as_slice(),
        Outcome::Holds | Outcome::NotApplicable(_) | Outcome::Unproven(_) => &[],
    };
    let waived = item.waived.iter().map(|(finding, _)| &finding.place);
    broken.iter().map(|finding| &finding.place).chain(waived)
}

/// Whether two places share a line; a file as a whole shares each of its lines.
fn meet(one: &Place, other: &Place) -> bool {
    let lines = |place: &Place| match place {
        Place::Lines { first, last, .. } => Some((*first, *last)),
        Place::File(_) => Some((0, u32::MAX)),
        Place::Test(_) | Place::Evidence { .. } | Place::Commit(_) | Place::Change => None,
    };
    let (Some((first, last)), Some((start, end))) = (lines(one), lines(other)) else {
        return false;
    };
    one.path() == other.path() && first <= end && start <= last
}
