//! Does the change open a door?

pub mod agent_config;
pub mod ci_weakened;
pub mod credential_file;
pub mod dynamic_shell;
pub mod dynamic_sql;
pub mod hidden_unicode;
pub mod injection_text;
pub mod network_new;
pub mod permission_widened;
pub mod sast_new;
pub mod secret;
pub mod tls_off;
pub mod vendored_change;

use crate::{
    checks::Settings,
    evidence::{Evidence, change::FileChange},
    finding::{Finding, Place},
    risk::{self, Standing},
};

/// A setting that opens a door, and the words by which an author would speak of it.
struct Opened {
    line: u32,
    says: String,
    words: &'static [&'static str],
    class: &'static str,
}

/// The finding at the weight that approval, the author's words and `scope-protected-path` leave it.
fn weighed(file: &FileChange, opened: Opened, evidence: &Evidence, settings: &Settings) -> Option<Finding> {
    let task = evidence.task().ok();
    let approved = risk::approves(opened.class, evidence, &settings.policy)
        || task.is_some_and(|task| task.names(file.path()));
    let own = match approved {
        true => Standing::Approved,
        false => {
            let named = risk::declared(evidence, |text| {
                let lower = text.to_lowercase();
                opened.words.iter().any(|word| lower.contains(word))
            });
            named.map_or(Standing::Hidden, Standing::Declared)
        }
    };
    let finding = Finding::new(Place::line(file.path(), opened.line), opened.says).fix(format!(
        "take it back; or say in the claims or a commit message why it is needed; or have it approved: `{}` in the task's `allow`",
        file.path()
    ));
    let whole = risk::guarded(
        file,
        evidence,
        (&settings.risks, &settings.kinds, &settings.policy),
    );
    risk::beside(finding, own, whole)
}
