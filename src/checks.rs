//! Which checks are there? One line an item; a check is a pure function from evidence to an outcome.

pub mod claims;
pub mod conventions;
pub mod dependencies;
pub mod diagnosis;
pub mod edits;
pub mod mutation;
pub mod scope;
pub mod tests;

use std::sync::Arc;

use crate::{
    companions::Companions, evidence::Evidence, finding::Judged, glob::Globs, kinds::Kinds,
    leftovers::Leftovers, policy::Policy, risk::Risks, rules::pack::Pack, runner::Runner,
};

/// What the team decided, in the form in which checks ask for it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The policy of the base.
    pub policy: Policy,
    /// What kind of file a path is.
    pub kinds: Kinds,
    /// Which changes an author must name.
    pub risks: Risks,
    /// Which files may follow an assigned one.
    pub companions: Companions,
    /// What tools leave behind.
    pub leftovers: Leftovers,
    /// Which settings make a test run more tolerant.
    pub runner: Runner,
    /// The project's own rules over added code.
    pub house: Vec<Arc<Pack>>,
}

impl Settings {
    /// Settings from a policy.
    ///
    /// # Errors
    /// A built-in table is wrong: a fault of this program.
    pub fn new(policy: Policy) -> Result<Self, crate::error::Error> {
        Ok(Self::of(policy, Tables::built_in()?))
    }

    /// Settings from a policy and tables.
    pub fn of(policy: Policy, tables: Tables) -> Self {
        Self {
            kinds: Kinds::new(&policy.paths),
            risks: tables
                .risks
                .with_protected(&policy.scope.protected)
                .with_rules(&policy.rules),
            companions: tables.companions.with_policy(&policy.scope.companions),
            leftovers: tables.leftovers,
            runner: tables.runner,
            house: Vec::new(),
            policy,
        }
    }

    /// With packs of the project's own rules.
    #[must_use]
    pub fn with_house(mut self, packs: Vec<Arc<Pack>>) -> Self {
        self.house = packs;
        self
    }
}

/// What this program knows by itself, before any policy.
#[derive(Clone, Debug)]
pub struct Tables {
    risks: Risks,
    companions: Companions,
    leftovers: Leftovers,
    runner: Runner,
}

impl Tables {
    /// The embedded tables.
    ///
    /// # Errors
    /// One is wrong: a fault of this program.
    pub fn built_in() -> Result<Self, crate::error::Error> {
        Ok(Self {
            risks: Risks::new(&Globs::none())?,
            companions: Companions::new(&[])?,
            leftovers: Leftovers::new()?,
            runner: Runner::new()?,
        })
    }
}

/// One item of the checklist.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// `group-name`, as in `rules/` and `tests/cases/`.
    pub id: &'static str,
    /// How it decides.
    pub run: fn(&Evidence, &Settings) -> Judged,
}

const fn check(id: &'static str, run: fn(&Evidence, &Settings) -> Judged) -> Check {
    Check { id, run }
}

/// Every check, in the order in which reports list them.
pub const CHECKS: &[Check] = &[
    check("scope-outside-assignment", scope::outside_assignment::run),
    check("scope-forbidden-path", scope::forbidden_path::run),
    check("scope-protected-path", scope::protected_path::run),
    check("scope-diff-size", scope::diff_size::run),
    check("scope-spread", scope::spread::run),
    check("scope-required-area", scope::required_area::run),
    check("scope-required-name", scope::required_name::run),
    check("scope-role", scope::role::run),
    check("scope-single-owner", scope::single_owner::run),
    check("scope-existing-tests-edited", scope::existing_tests_edited::run),
    check("scope-drive-by", scope::drive_by::run),
    check("scope-public-rename", scope::public_rename::run),
    check("scope-file-kind", scope::file_kind::run),
    check("scope-leftover", scope::leftover::run),
    check("scope-history-rewrite", scope::history_rewrite::run),
    check("scope-work-lost", scope::work_lost::run),
    check("edits-empty", edits::empty::run),
    check("edits-syntax", edits::syntax::run),
    check("edits-conflict-marker", edits::conflict_marker::run),
    check("edits-truncated", edits::truncated::run),
    check("edits-in-progress", edits::in_progress::run),
    check("edits-stale-overwrite", edits::stale_overwrite::run),
    check("edits-lost-hunk", edits::lost_hunk::run),
    check("edits-stale-call", edits::stale_call::run),
    check("edits-dangling-reference", edits::dangling_reference::run),
    check("edits-unused-definition", edits::unused_definition::run),
    check("edits-null-field", edits::null_field::run),
    check("edits-duplicate-block", edits::duplicate_block::run),
    check("edits-reimplemented", edits::reimplemented::run),
    check("edits-hotspot-literal", edits::hotspot_literal::run),
    check("edits-pair-rule", edits::pair_rule::run),
    check("tests-failing", tests::failing::run),
    check("tests-report-missing", tests::report_missing::run),
    check("tests-none-executed", tests::none_executed::run),
    check("tests-required-suite", tests::required_suite::run),
    check("tests-count-drop", tests::count_drop::run),
    check("tests-flaky", tests::flaky::run),
    check("tests-implausible-time", tests::implausible_time::run),
    check("tests-uncovered-lines", tests::uncovered_lines::run),
    check("tests-skip-added", tests::skip_added::run),
    check("tests-deleted", tests::deleted::run),
    check("tests-assertions-removed", tests::assertions_removed::run),
    check("tests-new-not-executed", tests::new_not_executed::run),
    check("tests-missing", tests::missing::run),
    check("tests-expected-changed", tests::expected_changed::run),
    check("tests-snapshot-bulk", tests::snapshot_bulk::run),
    check("tests-unresolved-target", tests::unresolved_target::run),
    check("tests-weak", tests::weak::run),
    check("tests-one-value", tests::one_value::run),
    check("tests-runner-weakened", tests::runner_weakened::run),
    check("tests-no-fail-before", tests::no_fail_before::run),
    check("tests-hidden-error", tests::hidden_error::run),
    check("tests-env-mismatch", tests::env_mismatch::run),
    check("tests-module-unexercised", tests::module_unexercised::run),
    check("tests-integration-required", tests::integration_required::run),
    check("mutation-score", mutation::score::run),
    check("mutation-survivor", mutation::survivor::run),
    check("mutation-missing", mutation::missing::run),
    check("mutation-vacuous", mutation::vacuous::run),
    check("mutation-stale", mutation::stale::run),
    check("mutation-baseline-red", mutation::baseline_red::run),
    check("mutation-operators", mutation::operators::run),
    check("mutation-uncovered", mutation::uncovered::run),
    check("claims-file", claims::file::run),
    check("claims-symbol", claims::symbol::run),
    check("claims-tests-added", claims::tests_added::run),
    check("claims-only-touched", claims::only_touched::run),
    check("claims-test-results", claims::test_results::run),
    check("claims-command-run", claims::command_run::run),
    check("claims-lint-clean", claims::lint_clean::run),
    check("claims-review-addressed", claims::review_addressed::run),
    check("claims-dependency", claims::dependency::run),
    check("claims-coverage", claims::coverage::run),
    check("claims-no-breaking", claims::no_breaking::run),
    check("claims-no-code-behind-fix", claims::no_code_behind_fix::run),
    check("claims-blame", claims::blame::run),
    check("claims-docs", claims::docs::run),
    check("claims-value", claims::value::run),
    check("claims-pasted-output", claims::pasted_output::run),
    check("claims-readiness", claims::readiness::run),
    check("claims-skip-rationale", claims::skip_rationale::run),
    check("claims-checklist", claims::checklist::run),
    check("claims-self-contradiction", claims::self_contradiction::run),
    check("claims-hype", claims::hype::run),
    check("claims-missing", claims::missing::run),
    check("claims-omission", claims::omission::run),
    check("dependencies-added", dependencies::added::run),
    check("dependencies-lock-drift", dependencies::lock_drift::run),
    check("dependencies-unpinned", dependencies::unpinned::run),
    check("conventions-rules", conventions::rules::run),
    check("conventions-banned", conventions::banned::run),
    check("conventions-suppression", conventions::suppression::run),
    check("diagnosis-blame", diagnosis::blame::run),
];
