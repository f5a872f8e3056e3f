//! Does what was said agree with what is?

pub mod blame;
pub mod build;
pub mod change_size;
pub mod checklist;
pub mod command_run;
pub mod coverage;
pub mod dependency;
pub mod docs;
pub mod file;
pub mod hype;
pub mod identifier_nonexistent;
pub mod lint_clean;
pub mod missing;
pub mod no_breaking;
pub mod no_code_behind_fix;
pub mod omission;
pub mod only_touched;
pub mod pasted_output;
pub mod readiness;
pub mod review_addressed;
pub mod self_contradiction;
pub mod skip_rationale;
pub mod symbol;
pub mod test_results;
pub mod tests_added;
pub mod value;

use super::{CHECKS, Check, Decides, Settings};
use crate::{
    claims::{self, Standing},
    evidence::{
        Evidence,
        change::Change,
        claims::{Claim, Form, Status},
    },
    finding::{Abstain, Judged, Level, Unproven},
};

/// Claims with what each comes to; one with several targets stands once for each.
pub type Standings<'a> = Result<Vec<(&'a Claim, Standing)>, Unproven>;

/// How the claims of some forms are judged.
pub type Decide = for<'a> fn(&'a Evidence, &Settings) -> Standings<'a>;

/// What the claims come to: each is judged once, by the check that decides its form.
#[derive(Debug)]
pub struct Told<'a>(Vec<(&'static str, Standings<'a>)>);

impl<'a> Told<'a> {
    /// Judges every claim about the whole change, and those about single commits, each beside its own change.
    pub fn of(evidence: &'a Evidence, settings: &Settings) -> Self {
        let by = CHECKS.iter().filter_map(|check| match check.decides {
            Decides::Claims(_, decide) => Some((check.id, told(evidence, settings, decide))),
            Decides::Evidence(_) | Decides::Told(_) => None,
        });
        Self(by.collect())
    }

    /// Every claim that some check decides, with what it comes to, in the order of the checks.
    pub fn all(&self) -> impl Iterator<Item = (&'a Claim, &Standing)> {
        let known = self.0.iter().filter_map(|(_, standings)| standings.as_ref().ok());
        known.flatten().map(|(claim, standing)| (*claim, standing))
    }

    /// What a check makes of its claims. Where nobody gave claims, those of the commit messages accuse, and prove
    /// nothing.
    ///
    /// # Errors
    /// No claims were given, and no commit message makes one that is refuted; or none could be decided.
    pub fn sum(&self, id: &str, evidence: &Evidence) -> Judged {
        let Some((_, standings)) = self.0.iter().find(|(check, _)| *check == id) else {
            return Err(Abstain::not_applicable("it decides no claims"));
        };
        let standings = standings.as_ref().map_err(Clone::clone)?;
        let all = standings.iter().map(|(claim, standing)| (*claim, standing));
        let Err(missing) = evidence.claims() else {
            return claims::sum(all);
        };
        let accusing = all.filter(|(_, standing)| matches!(standing, Standing::Refuted(_)));
        let accusing: Vec<_> = accusing.collect();
        if accusing.is_empty() {
            return Err(missing.into());
        }
        claims::sum(accusing)
    }

    /// Every claim, those that no check decides included, in the order in which they stand.
    pub fn listed(&self, evidence: &'a Evidence) -> Vec<(&'a Claim, Standing)> {
        let all = evidence.said().map_or(&[][..], |said| said.claims.as_slice());
        let undecided = all
            .iter()
            .filter_map(|claim| undecided(claim).map(|why| (claim, Standing::Unverifiable(why))));
        let mut listed: Vec<(&Claim, Standing)> = undecided.collect();
        listed.extend(self.all().map(|(claim, standing)| (claim, standing.clone())));
        let place = |claim: &Claim| {
            all.iter()
                .position(|other| std::ptr::eq(other, claim) || other == claim)
        };
        listed.sort_by_cached_key(|(claim, _)| place(claim));
        listed
    }
}

/// Every claim with what it comes to, those that no check decides included, in the order in which they stand.
///
/// # Errors
/// No claims were given, and no commit message makes one.
pub fn standings<'a>(evidence: &'a Evidence, settings: &Settings) -> Standings<'a> {
    evidence.said()?;
    Ok(Told::of(evidence, settings).listed(evidence))
}

/// The change that a claim is about: that of its commit, or that from base to head.
pub fn own_change<'a>(evidence: &'a Evidence, claim: &Claim) -> &'a Change {
    let Some(commit) = claim.commit() else {
        return &evidence.change;
    };
    let is_own = |own: &&Evidence| {
        own.claims()
            .is_ok_and(|claims| claims.commit.as_ref() == Some(commit))
    };
    let own = evidence.apart().iter().find(is_own);
    own.map_or(&evidence.change, |own| &own.change)
}

fn told<'a>(evidence: &'a Evidence, settings: &Settings, decide: Decide) -> Standings<'a> {
    evidence.said()?;
    // messages speak of single commits only
    let mut found = match evidence.claims() {
        Ok(_) => decide(evidence, settings)?,
        Err(_) => Vec::new(),
    };
    for own in evidence.apart() {
        found.extend(decide(own, settings)?);
    }
    let weighed = found
        .into_iter()
        .map(|(claim, standing)| (claim, weighed(claim, standing, settings)));
    Ok(weighed.collect())
}

/// A refutation weighs what the table says for its form and for where the claim was made.
fn weighed(claim: &Claim, standing: Standing, settings: &Settings) -> Standing {
    let Standing::Refuted(finding) = standing else {
        return standing;
    };
    match settings.forms.of(claim) {
        Level::Off => Standing::unverifiable(format!(
            "its text may speak of what was undone since: {}",
            finding.says
        )),
        Level::Deny => finding.into(),
        level @ (Level::Warn | Level::Info) => finding.at_most(level).into(),
    }
}

/// Why no check looks at a claim: it owns up to something undone, or its form is not known or not decided here.
fn undecided(claim: &Claim) -> Option<String> {
    match (claim.status, claim.form) {
        (Status::NotDone, _) => Some("said to be not done".to_owned()),
        (Status::Failed, _) => Some("said to have failed".to_owned()),
        (Status::Done, None) => {
            let names = Form::ALL.iter().map(|form| form.name());
            let shown = crate::escape::line(&claim.form_name);
            Some(crate::policy::unknown("form", &shown, names))
        }
        (Status::Done, Some(Form::Benchmark)) => {
            Some("a number without proof: no result of a benchmark is read".to_owned())
        }
        (Status::Done, Some(form)) if Check::of_form(form).is_none() => {
            Some(format!("no check decides `{}` claims", form.name()))
        }
        (Status::Done, Some(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_checked_says_why() {
        let claims = claims::tests::claims(
            "- form: file-edit\n  target: a\n- form: benchmark\n- form: all-pass\n  status: failed\n- form: all-pass\n",
        );
        let why: Vec<Option<String>> = claims.claims.iter().map(undecided).collect();
        assert!(why[0].as_deref().unwrap().contains("did you mean `file-edited`?"));
        assert!(why[1].is_some() && why[2].is_some() && why[3].is_none());
    }

    #[test]
    fn a_claim_in_a_manifest_weighs_what_its_check_weighs() {
        let words = crate::rules::Catalogue::built_in().unwrap();
        for weight in crate::claims::levels::Levels::built_in().unwrap().all() {
            if let Some(check) = Check::of_form(weight.form) {
                let level = words.get(check.id).map(|rule| rule.level);
                assert_eq!(
                    weight.from(claims::levels::Source::Manifest),
                    level,
                    "{}",
                    weight.form.name()
                );
            }
        }
    }

    #[test]
    fn no_form_is_decided_twice() {
        for form in Form::ALL {
            let deciders = CHECKS.iter().filter(|check| check.forms().contains(form)).count();
            assert!(deciders <= 1, "{}", form.name());
        }
    }
}
