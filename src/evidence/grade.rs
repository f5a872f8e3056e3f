//! How far can a piece of evidence be trusted?

use serde::Deserialize;

use super::Evidence;
use crate::finding::Unproven;

/// Where evidence comes from, from the least to the most trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The author handed it in, as far as anybody knows.
    HandedIn,
    /// The same CI job made it that made the change or runs the gate. No evidence is given this grade yet: whoever can
    /// write a report can write the variables of a job beside it.
    SameJob,
    /// Another CI job made it, which the author cannot reach. No evidence is given this grade yet either: it takes an
    /// attestation of the CI system.
    OtherJob,
    /// `countersign record` saw it being made on the judged tree.
    Recorded,
}

impl Grade {
    /// Its name in a policy.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HandedIn => "handed-in",
            Self::SameJob => "same-job",
            Self::OtherJob => "other-job",
            Self::Recorded => "recorded",
        }
    }
}

/// Whether the test reports are trusted as far as a policy asks.
///
/// # Errors
/// They are not, or there are none.
pub fn met(evidence: &Evidence, least: Option<Grade>) -> Result<(), Unproven> {
    let Some(least) = least else { return Ok(()) };
    let grade = evidence.tests_as_read()?.grade();
    if grade >= least {
        return Ok(());
    }
    Err(Unproven::Insufficient(format!(
        "the policy asks for test reports of grade `{}`, and one is `{}`: make it inside `countersign record --reports` and pass `--receipt`",
        least.name(),
        grade.name()
    )))
}
