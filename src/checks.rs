//! Which checks are there? One line an item; a check is a pure function from evidence to an outcome.

pub mod claims;
pub mod conventions;
pub mod dependencies;
pub mod diagnosis;
pub mod edits;
pub mod mutation;
pub mod scope;
pub mod security;
pub mod tests;

use std::sync::Arc;

use self::claims::Told;
use crate::{
    claims::levels::Levels,
    companions::Companions,
    evidence::{Evidence, claims::Form},
    finding::Judged,
    glob::Globs,
    kinds::Kinds,
    leftovers::Leftovers,
    lookalikes, packages,
    policy::Policy,
    risk::Risks,
    rules::pack::Pack,
    runner::Runner,
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
    /// How much a refuted claim weighs.
    pub forms: Levels,
    /// The project's own rules over added code.
    pub house: Vec<Arc<Pack>>,
    /// Which package an import means.
    pub imports: packages::Table,
    /// Packages that everybody knows.
    pub known_packages: lookalikes::Known,
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
            forms: tables.forms,
            house: Vec::new(),
            imports: tables.imports,
            known_packages: tables.known_packages,
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
    forms: Levels,
    imports: packages::Table,
    known_packages: lookalikes::Known,
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
            forms: Levels::built_in()?,
            imports: packages::Table::new()?,
            known_packages: lookalikes::Known::new()?,
        })
    }
}

/// One item of the checklist.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// `group-name`, as in `rules/` and `tests/cases/`.
    pub id: &'static str,
    /// How it decides.
    pub decides: Decides,
}

/// From what a check decides.
#[derive(Clone, Copy, Debug)]
pub enum Decides {
    /// From the evidence.
    Evidence(fn(&Evidence, &Settings) -> Judged),
    /// From what each claim of its forms comes to.
    Claims(&'static [Form], claims::Decide),
    /// From what all claims came to.
    Told(fn(&Evidence, &Settings, &Told<'_>) -> Judged),
}

impl Check {
    /// Judges the item; `told` is what the claims of the same evidence come to.
    ///
    /// # Errors
    /// Its evidence is missing, or the change gives it nothing to judge.
    pub fn judge(&self, evidence: &Evidence, settings: &Settings, told: &Told<'_>) -> Judged {
        match self.decides {
            Decides::Evidence(run) => run(evidence, settings),
            Decides::Claims(..) => told.sum(self.id, evidence),
            Decides::Told(run) => run(evidence, settings, told),
        }
    }

    /// The forms of claims that it decides.
    pub const fn forms(&self) -> &'static [Form] {
        match self.decides {
            Decides::Claims(forms, _) => forms,
            Decides::Evidence(_) | Decides::Told(_) => &[],
        }
    }

    /// The check that decides the claims of a form; `None` where none does.
    pub fn of_form(form: Form) -> Option<&'static Self> {
        CHECKS.iter().find(|check| check.forms().contains(&form))
    }
}

const fn check(id: &'static str, run: fn(&Evidence, &Settings) -> Judged) -> Check {
    let decides = Decides::Evidence(run);
    Check { id, decides }
}

const fn claim(id: &'static str, forms: &'static [Form], decide: claims::Decide) -> Check {
    let decides = Decides::Claims(forms, decide);
    Check { id, decides }
}

const fn told(id: &'static str, run: fn(&Evidence, &Settings, &Told<'_>) -> Judged) -> Check {
    let decides = Decides::Told(run);
    Check { id, decides }
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
    check("edits-degradation", edits::degradation::run),
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
    check("tests-cases-removed", tests::cases_removed::run),
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
    claim("claims-file", claims::file::FORMS, claims::file::standings),
    claim("claims-symbol", claims::symbol::FORMS, claims::symbol::standings),
    claim(
        "claims-tests-added",
        claims::tests_added::FORMS,
        claims::tests_added::standings,
    ),
    claim(
        "claims-only-touched",
        claims::only_touched::FORMS,
        claims::only_touched::standings,
    ),
    claim(
        "claims-test-results",
        claims::test_results::FORMS,
        claims::test_results::standings,
    ),
    claim(
        "claims-command-run",
        claims::command_run::FORMS,
        claims::command_run::standings,
    ),
    claim(
        "claims-change-size",
        claims::change_size::FORMS,
        claims::change_size::standings,
    ),
    claim("claims-build", claims::build::FORMS, claims::build::standings),
    claim(
        "claims-lint-clean",
        claims::lint_clean::FORMS,
        claims::lint_clean::standings,
    ),
    claim(
        "claims-review-addressed",
        claims::review_addressed::FORMS,
        claims::review_addressed::standings,
    ),
    claim(
        "claims-dependency",
        claims::dependency::FORMS,
        claims::dependency::standings,
    ),
    claim(
        "claims-coverage",
        claims::coverage::FORMS,
        claims::coverage::standings,
    ),
    claim(
        "claims-no-breaking",
        claims::no_breaking::FORMS,
        claims::no_breaking::standings,
    ),
    claim(
        "claims-no-code-behind-fix",
        claims::no_code_behind_fix::FORMS,
        claims::no_code_behind_fix::standings,
    ),
    claim("claims-blame", claims::blame::FORMS, claims::blame::standings),
    claim("claims-docs", claims::docs::FORMS, claims::docs::standings),
    claim("claims-value", claims::value::FORMS, claims::value::standings),
    claim(
        "claims-pasted-output",
        claims::pasted_output::FORMS,
        claims::pasted_output::standings,
    ),
    claim(
        "claims-readiness",
        claims::readiness::FORMS,
        claims::readiness::standings,
    ),
    claim(
        "claims-skip-rationale",
        claims::skip_rationale::FORMS,
        claims::skip_rationale::standings,
    ),
    told("claims-checklist", claims::checklist::run),
    check("claims-self-contradiction", claims::self_contradiction::run),
    check("claims-hype", claims::hype::run),
    check("claims-missing", claims::missing::run),
    check("claims-omission", claims::omission::run),
    told(
        "claims-identifier-nonexistent",
        claims::identifier_nonexistent::run,
    ),
    check("dependencies-added", dependencies::added::run),
    check("dependencies-lock-drift", dependencies::lock_drift::run),
    check("dependencies-unpinned", dependencies::unpinned::run),
    check(
        "dependencies-undeclared-import",
        dependencies::undeclared_import::run,
    ),
    check("dependencies-removed-in-use", dependencies::removed_in_use::run),
    check("dependencies-new-import-root", dependencies::new_import_root::run),
    check("dependencies-suspicious-name", dependencies::suspicious_name::run),
    check("dependencies-install-script", dependencies::install_script::run),
    check("dependencies-tool-server", dependencies::tool_server::run),
    check("dependencies-boundary", dependencies::boundary::run),
    check("conventions-rules", conventions::rules::run),
    check("conventions-banned", conventions::banned::run),
    check("conventions-suppression", conventions::suppression::run),
    check("conventions-lint-new", conventions::lint_new::run),
    check("conventions-instruction-size", conventions::instruction_size::run),
    check(
        "conventions-instruction-conflict",
        conventions::instruction_conflict::run,
    ),
    check(
        "conventions-instruction-missing",
        conventions::instruction_missing::run,
    ),
    check("security-sast-new", security::sast_new::run),
    check("security-permission-widened", security::permission_widened::run),
    check("security-ci-weakened", security::ci_weakened::run),
    check("security-credential-file", security::credential_file::run),
    check("security-vendored-change", security::vendored_change::run),
    check("security-secret", security::secret::run),
    check("security-hidden-unicode", security::hidden_unicode::run),
    check("security-injection-text", security::injection_text::run),
    check("security-dynamic-sql", security::dynamic_sql::run),
    check("security-dynamic-shell", security::dynamic_shell::run),
    check("security-tls-off", security::tls_off::run),
    check("security-agent-config", security::agent_config::run),
    check("security-network-new", security::network_new::run),
    check("diagnosis-blame", diagnosis::blame::run),
    told("diagnosis-ignored-file", diagnosis::ignored_file::run),
    told("diagnosis-near-miss", diagnosis::near_miss::run),
];
