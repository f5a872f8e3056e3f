//! What does each item of the checklist say about this evidence?

use crate::{
    checks::{CHECKS, Settings, claims::Told, diagnosis},
    date::Date,
    evidence::{Evidence, grade},
    finding::{Abstain, Finding, Level, Unproven},
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
    /// Findings that a waiver silenced, with its place in the policy's list.
    pub waived: Vec<(Finding, usize)>,
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
                    match in_force(&finding) {
                        Some(place) => {
                            if let Some(flag) = used.get_mut(place) {
                                *flag = true;
                            }
                            waived.push((finding, place));
                        }
                        None => kept.push(finding),
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
    let idle = used.iter().enumerate().filter(|(_, used)| !**used);
    let idle_waivers = idle
        .map(|(place, _)| (place, waivers.get(place).is_some_and(|w| !w.in_force(today))))
        .collect();
    Checklist { items, idle_waivers }
}
