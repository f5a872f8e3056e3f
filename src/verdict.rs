//! What do the outcomes add up to?

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    checklist::{Item, Outcome},
    finding::{Kind, Level, Unproven},
};

/// Ordered from best to worst.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything that could be judged holds, and what is required was judged.
    Pass,
    /// Nothing is broken, but something required could not be proven.
    Unproven,
    /// At least one item at level deny is broken.
    Fail,
}

impl Verdict {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unproven => "unproven",
            Self::Fail => "fail",
        }
    }
}

/// How the program ends. The same for every report format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every required item held.
    Pass = 0,
    /// At least one item at level deny is broken.
    Fail = 1,
    /// Bad arguments, unreadable or invalid input, a report that cannot be written: there is no verdict.
    NotJudged = 2,
    /// Nothing is broken, but a required item lacks its evidence.
    Unproven = 3,
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Fail => Self::Fail,
            Verdict::Unproven => Self::Unproven,
        }
    }
}

/// What must be proven for a pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Required {
    /// Evidence that the policy requires or the caller named.
    pub kinds: BTreeSet<Kind>,
    /// Checks that the policy requires.
    pub checks: BTreeSet<String>,
    /// Warnings fail the gate too.
    pub strict: bool,
}

/// The verdict, and why it is not a pass where nothing is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// What it adds up to.
    pub verdict: Verdict,
    /// What could not be proven and is required: the evidence or the check, and the cause.
    pub lacking: Vec<(String, String)>,
}

/// Adds up the outcomes. The worst item decides; a checklist that judged nothing proves nothing.
pub fn judge(items: &[Item], missing: &[(Kind, Unproven)], required: &Required) -> Sum {
    let mut lacking: Vec<(String, String)> = Vec::new();
    for (kind, why) in missing.iter().filter(|(kind, _)| required.kinds.contains(kind)) {
        lacking.push((kind.name().to_owned(), why.to_string()));
    }
    for item in items {
        if let Outcome::Unproven(why) = &item.outcome
            && weighs(item, why, required)
        {
            lacking.push((item.id.to_owned(), why.to_string()));
        }
    }
    let judged = items
        .iter()
        .any(|item| matches!(item.outcome, Outcome::Holds | Outcome::Broken(_)));
    if !judged && lacking.is_empty() {
        lacking.push(("change".to_owned(), "no check had anything to judge".to_owned()));
    }
    let fails = items
        .iter()
        .any(|item| item.weight() >= if required.strict { Level::Warn } else { Level::Deny });
    let verdict = match (fails, lacking.is_empty()) {
        (true, _) => Verdict::Fail,
        (false, false) => Verdict::Unproven,
        (false, true) => Verdict::Pass,
    };
    Sum { verdict, lacking }
}

/// Whether an unproven item keeps the run from passing: required by name; or it would deny, and its evidence was
/// given but is unreadable, stale, contradictory or too little.
fn weighs(item: &Item, why: &Unproven, required: &Required) -> bool {
    if required.checks.contains(item.id) {
        return true;
    }
    match why {
        Unproven::NotSupplied(kind) | Unproven::PassedOver(kind, _) => {
            required.kinds.contains(kind) && item.level == Level::Deny
        }
        Unproven::Unreadable(_)
        | Unproven::Stale(_)
        | Unproven::Contradictory(_)
        | Unproven::Insufficient(_) => item.level == Level::Deny,
        // whether a file became unreadable is judged by `edits-syntax`; templates and new syntax must not stop the rest
        Unproven::Unparsed(..) => false,
    }
}
