//! What does a claim come to?
//!
//! One type serves every form and every source of claims: supported, refuted, not to be decided by its nature, or
//! decidable and without its evidence.

pub mod anchors;
pub mod blocks;
pub mod clauses;
pub mod forms;
pub mod hype;
pub mod levels;
pub mod log;
pub mod modality;
pub mod pasted;
pub mod paths;
pub mod plain;
pub mod prose;
pub mod sections;
pub mod sessions;
pub mod suppressions;
pub mod symbols;
pub mod template;
pub mod tokens;
pub mod traces;
pub mod verbs;

use crate::{
    evidence::claims::{Claim, Claims, Form, Rank},
    finding::{Abstain, Finding, Judged, Kind, Unproven},
};

/// What the evidence says about one claim, or about one of its targets.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It is so; with what a reader should know besides.
    Supported(Option<String>),
    /// It is not so.
    Refuted(Box<Finding>),
    /// It cannot be decided here, whatever evidence is given: never a finding.
    Unverifiable(String),
    /// It could be decided, and the evidence is missing or cannot be relied on.
    Lacking(Unproven),
}

impl Standing {
    /// Supported, with something a reader should know.
    pub fn supported(note: impl Into<String>) -> Self {
        Self::Supported(Some(note.into()))
    }

    /// Not to be decided, and why.
    pub fn unverifiable(why: impl Into<String>) -> Self {
        Self::Unverifiable(why.into())
    }

    /// Its name in reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Supported(_) => "supported",
            Self::Refuted(_) => "refuted",
            Self::Unverifiable(_) => "not checked",
            Self::Lacking(_) => "unproven",
        }
    }

    /// What there is to say about it beside its name.
    pub fn why(&self) -> Option<String> {
        match self {
            Self::Supported(note) => note.clone(),
            Self::Refuted(finding) => Some(finding.says.clone()),
            Self::Unverifiable(why) => Some(why.clone()),
            Self::Lacking(unproven) => Some(unproven.to_string()),
        }
    }
}

/// A finding against a claim: at its line, quoting it. How much it weighs is for [`levels`] to say.
pub fn against(claim: &Claim, says: impl Into<String>) -> Finding {
    Finding::new(claim.place(), says).because(format!("claim: {}", claim.quote()))
}

impl From<Box<Finding>> for Standing {
    fn from(finding: Box<Finding>) -> Self {
        Self::Refuted(finding)
    }
}

impl From<Finding> for Standing {
    fn from(finding: Finding) -> Self {
        Self::Refuted(Box::new(finding))
    }
}

impl From<Unproven> for Standing {
    fn from(unproven: Unproven) -> Self {
        Self::Lacking(unproven)
    }
}

/// The claims of some forms that are said to be so, with what each comes to.
pub fn judge<'a>(
    claims: &'a Claims,
    forms: &'a [Form],
    one: impl Fn(&Claim) -> Vec<Standing>,
) -> Vec<(&'a Claim, Standing)> {
    let judged = claims.of(forms).map(|claim| (claim, one(claim)));
    judged
        .flat_map(|(claim, standings)| {
            standings
                .into_iter()
                .map(move |standing| (claim, held(claim, standing)))
        })
        .collect()
}

/// What is held against an author of prose: nothing where the claim says why not, and no want of evidence.
fn held(claim: &Claim, standing: Standing) -> Standing {
    match (standing, claim.mild(), &claim.prose) {
        (Standing::Refuted(finding), Some(why), _) => {
            Standing::unverifiable(format!("{why}: {}", finding.says))
        }
        (Standing::Lacking(Unproven::Insufficient(why)), _, Some(_)) => Standing::Unverifiable(why),
        (standing, _, _) => standing,
    }
}

/// What a check makes of its claims: a refuted one breaks it, one whose evidence is missing leaves it unproven, and
/// without one that could be decided there is nothing to judge.
///
/// # Errors
/// No claim could be decided, or the evidence for one is missing.
pub fn sum<'c>(standings: impl IntoIterator<Item = (&'c Claim, &'c Standing)>) -> Judged {
    let mut findings = Vec::new();
    let (mut supported, mut lacking, mut undecided) = (false, None, None);
    // a ticked item is told by `claims-checklist`
    for (claim, standing) in standings.into_iter().filter(|(claim, _)| !claim.is_ticked()) {
        match standing {
            Standing::Refuted(finding) => findings.push((**finding).clone()),
            Standing::Supported(_) => supported = true,
            Standing::Lacking(unproven) => lacking = lacking.or(Some((claim, unproven))),
            Standing::Unverifiable(why) => undecided = undecided.or(Some((claim, why))),
        }
    }
    if !findings.is_empty() {
        return Ok(findings);
    }
    if let Some((claim, unproven)) = lacking {
        return Err(Abstain::Unproven(about(claim, unproven.clone())));
    }
    match undecided {
        Some((claim, why)) if !supported => Err(Abstain::not_applicable(format!(
            "no claim of this kind can be decided: {}: {why}",
            claim.place()
        ))),
        None if !supported => Err(Abstain::not_applicable("no claim of this kind is made")),
        Some(_) | None => Ok(findings),
    }
}

/// What few who are asked to judge have at hand: a claim does not call for it by itself.
const fn is_rare(kind: Kind) -> bool {
    matches!(kind, Kind::Reviews | Kind::Sarif | Kind::Transcripts)
}

/// A statement in a manifest calls for its evidence: where that is missing, too little was handed in.
fn about(claim: &Claim, unproven: Unproven) -> Unproven {
    let why = |why: &str| format!("{}: `{}` cannot be judged: {why}", claim.place(), claim.quote());
    match unproven {
        Unproven::NotSupplied(kind) => match claim.rank {
            Rank::Manifest if !is_rare(kind) => Unproven::Insufficient(why(kind.how_to_supply())),
            Rank::Manifest | Rank::Text | Rank::Commit => Unproven::NotSupplied(kind),
        },
        Unproven::Unreadable(cause) => Unproven::Unreadable(why(&cause)),
        Unproven::Stale(cause) => Unproven::Stale(why(&cause)),
        Unproven::Contradictory(cause) => Unproven::Contradictory(why(&cause)),
        Unproven::Insufficient(cause) => Unproven::Insufficient(why(&cause)),
        Unproven::PassedOver(kind, cause) => match claim.rank {
            Rank::Manifest => Unproven::Insufficient(why(&cause)),
            Rank::Text | Rank::Commit => Unproven::PassedOver(kind, cause),
        },
        Unproven::Unparsed(..) => Unproven::Insufficient(why(&unproven.to_string())),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::evidence::claims::manifest;

    /// The claims of a manifest.
    pub(crate) fn claims(text: &str) -> Claims {
        Claims {
            claims: manifest::parse("claims.yaml", text.as_bytes()).unwrap(),
            ..Claims::default()
        }
    }

    fn outcome(standings: Vec<Standing>) -> Judged {
        let claims = claims("- form: all-pass\n");
        sum(standings.iter().map(|standing| (&claims.claims[0], standing)))
    }

    #[test]
    fn a_refuted_claim_outweighs_missing_evidence_and_that_outweighs_support() {
        let refuted = || Standing::from(against(&claims("- form: all-pass\n").claims[0], "no"));
        let lacking = || Standing::Lacking(Unproven::NotSupplied(crate::finding::Kind::Tests));
        assert_eq!(outcome(vec![lacking(), refuted()]).unwrap().len(), 1);
        assert!(matches!(
            outcome(vec![Standing::Supported(None), lacking()]),
            Err(Abstain::Unproven(Unproven::Insufficient(why))) if why.contains("claims.yaml:1")
        ));
        assert_eq!(
            outcome(vec![Standing::unverifiable("x"), Standing::Supported(None)]),
            Ok(Vec::new())
        );
        for nothing in [Vec::new(), vec![Standing::unverifiable("x")]] {
            assert!(matches!(outcome(nothing), Err(Abstain::NotApplicable(_))));
        }
    }
}
