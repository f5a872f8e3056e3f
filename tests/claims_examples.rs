//! Is every example of the claim grammar read as it should be?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up is a failed test")]

use countersign::{
    claims::{
        plain,
        prose::{self, Templates},
    },
    evidence::claims::{Status, document::Document},
};

/// What a text claims: each claim in words, with a mark where it is owned up to have failed.
fn read(text: &str) -> Vec<String> {
    let document = Document::text("pr.md", text);
    let told = prose::read(&document, &Templates::default());
    let claims = prose::claims(&document, 0, &told);
    let said = |claim: &countersign::evidence::claims::Claim| match claim.status {
        Status::Done => plain::said(claim),
        Status::NotDone | Status::Failed => format!("failed: {}", plain::said(claim)),
    };
    claims.iter().map(said).collect()
}

fn all_read(table: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let found = read(text);
        if found != *expected {
            wrong.push(format!("{text:?}: {found:?}, and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files() {
    all_read(&[
        (
            "Added `src/export/csv_writer.rs` with the streaming writer",
            &["file-created src/export/csv_writer.rs"],
        ),
        (
            "Updated `web/src/api/client.ts` to send the page token",
            &["file-edited web/src/api/client.ts"],
        ),
        (
            "Deleted `scripts/legacy_sync.sh`.",
            &["file-deleted scripts/legacy_sync.sh"],
        ),
        (
            "Renamed `lib/util.py` to `lib/textutil.py`",
            &["file-renamed lib/util.py to lib/textutil.py"],
        ),
        (
            "## Files changed\n\n- `server/routes/export.go` - new handler",
            &["file-edited server/routes/export.go"],
        ),
        (
            "- [x] Removed the retry loop from `pkg/queue/worker.go`",
            &["file-edited pkg/queue/worker.go"],
        ),
        (
            "This PR moves the parser from `core/parse.rs` into `core/parse/mod.rs`",
            &["file-edited core/parse.rs", "file-edited core/parse/mod.rs"],
        ),
        (
            "Also touched `Makefile` so that `make export` works",
            &["file-edited Makefile"],
        ),
        (
            "No changes were made to `migrations/0007_init.sql`",
            &["untouched migrations/0007_init.sql"],
        ),
    ]);
}

#[test]
fn what_is_said_about_files_in_passing_is_no_claim_about_them() {
    all_read(&[
        ("Add `settings.toml` option `retries`", &[]),
        (
            "Added `dist/` and `.env.local` to `.gitignore`",
            &["file-edited .gitignore"],
        ),
        (
            "Removed `old.css` from the bundle list in `webpack.config.js`",
            &[],
        ),
        ("See `docs/design.md` for the reasoning", &[]),
        (
            "Uses the same retry shape as `api/users.ts` (see also `api/teams.ts`)",
            &[],
        ),
        ("Next: split `app.py` into modules", &[]),
        ("`state.json` is now written atomically", &[]),
        ("Handles `schema.rb` and Node.js style inputs", &[]),
        ("Updated `index.ts`", &["file-edited index.ts"]),
        (
            "Unified `load.go/save.go`",
            &["file-edited load.go", "file-edited save.go"],
        ),
        ("Updated `cli/run.test.ts`", &["file-edited cli/run.test.ts"]),
        ("Fix `api.md` links in the sidebar", &[]),
    ]);
}

#[test]
fn symbols() {
    all_read(&[
        (
            "Added a `parse_retry_after()` function that reads the header",
            &["symbol-added parse_retry_after"],
        ),
        (
            "Introduce `ExportFormat` enum (csv, jsonl)",
            &["symbol-added ExportFormat"],
        ),
        (
            "Removed the unused `LegacyClient` class",
            &["symbol-removed LegacyClient"],
        ),
        (
            "Rename `fetchAll` to `streamPages`",
            &["symbol-renamed fetchAll to streamPages"],
        ),
        (
            "Adds `max_rows` parameter to `export_customers`",
            &["symbol-added max_rows"],
        ),
        (
            "Implemented the `useExportJob` hook",
            &["symbol-added useExportJob"],
        ),
        (
            "Dropped `is_beta` column from the users table",
            &["symbol-removed is_beta"],
        ),
        (
            "`CsvWriter::flush` method now returns `Result`",
            &["symbol-changed CsvWriter::flush"],
        ),
    ]);
}

#[test]
fn what_is_said_about_symbols_in_passing_is_no_claim_about_them() {
    all_read(&[
        ("Add validation in `create_user()`", &[]),
        ("Add tests for `deriveName`", &["tests-added"]),
        ("Removed `user_id` parameter checks", &[]),
        ("Support for `OAuth`", &[]),
    ]);
}

#[test]
fn added_tests() {
    all_read(&[
        ("Added unit tests for the CSV escaping rules", &["tests-added"]),
        ("Add 5 new tests covering pagination", &["tests-added 5 added"]),
        (
            "Includes a regression test (`tests/export_empty.rs`)",
            &["tests-added", "file-edited tests/export_empty.rs"],
        ),
        (
            "Wrote integration tests for the export endpoint",
            &["tests-added"],
        ),
        (
            "Created `export.spec.ts` with 12 tests",
            &["file-created export.spec.ts", "tests-added 12 added"],
        ),
        ("- [x] Add tests", &["tests-added"]),
        (
            "New test `rejects_negative_limit` verifies the guard",
            &["symbol-added rejects_negative_limit"],
        ),
        ("Three regression tests added", &["tests-added 3 added"]),
    ]);
}

#[test]
fn other_words_about_tests_are_no_added_tests() {
    all_read(&[
        ("Add 9 test cases covering tier combinations", &["tests-added"]),
        ("Add test plan", &[]),
        ("Add test data", &[]),
        ("Add test fixtures", &[]),
        ("Add test script", &[]),
        ("Added `test=true` parameter", &[]),
        ("100% test coverage for the new module", &["coverage 100 %"]),
        ("Tests will be added in a follow-up", &[]),
        ("Existing tests already cover this", &[]),
        ("Added test credentials to the docs", &[]),
        ("Added a benchmark directory with test cases", &[]),
        ("Adds tests", &["tests-added"]),
    ]);
}

#[test]
fn results() {
    all_read(&[
        ("All tests pass", &["all-pass"]),
        (
            "All 312 unit tests pass",
            &["all-pass in unit", "count-pass 312 passed in unit"],
        ),
        (
            "`pytest -q`: 48 passed, 2 skipped",
            &["count-pass 48 passed 2 skipped", "command-run pytest -q"],
        ),
        ("Existing tests continue to pass", &["all-pass in existing"]),
        (
            "14/14 tests passing in `export.test.ts`",
            &["count-pass 14 passed 0 failed in export.test.ts"],
        ),
        ("Verified that the full suite is green", &["all-pass"]),
        ("All new tests pass", &["all-pass in new"]),
        (
            "Tests: 47 passed, 1 failed (flaky upload test)",
            &["count-pass 47 passed 1 failed", "blame"],
        ),
    ]);
}

#[test]
fn what_is_no_pass_is_not_read_as_one() {
    all_read(&[
        (
            "# Testing\n\n- `npm test` (fails: module not found)",
            &["failed: command-run npm test"],
        ),
        (
            "All tests pass except the three that need credentials",
            &["all-pass"],
        ),
        ("All manual tests pass", &["all-pass in manual"]),
        ("All 33 test suites pass", &["all-pass"]),
        ("23/24 packages pass lint", &[]),
        (
            "Before: 13/17 passing. After: 17/17 passing",
            &["count-pass 17 passed 0 failed"],
        ),
        ("All tests should pass once the fixture lands", &[]),
        ("# Problem\n\nTest runs fail even though all tests pass", &[]),
        ("All parser tests pass", &["all-pass in parser"]),
        ("SDK platform 35 failed to install", &[]),
    ]);
}

#[test]
fn commands() {
    all_read(&[
        (
            "Ran `cargo test --workspace`",
            &["command-run cargo test --workspace"],
        ),
        ("# Testing\n\n- `go vet ./...`", &["command-run go vet ./..."]),
        ("`ruff check .` - passed", &["command-run ruff check ."]),
        ("Verified with `make e2e`", &["command-run make e2e"]),
        (
            "`pnpm lint` (fails: config missing)",
            &["failed: command-run pnpm lint"],
        ),
        (
            "Executed `python -m pytest tests/api`",
            &["command-run python -m pytest tests/api"],
        ),
        ("Type check: `tsc --noEmit` clean", &["command-run tsc --noEmit"]),
        (
            "Built with `cargo build --release` without warnings",
            &["command-run cargo build --release"],
        ),
    ]);
}

#[test]
fn commands_that_nobody_says_to_have_run_are_left_alone() {
    all_read(&[
        ("Run `pnpm install` after pulling", &[]),
        ("When users run `tool export`, a log line appears", &[]),
        ("Added `npm run perf` script", &[]),
        (
            "`make test` could not be run offline",
            &["failed: command-run make test"],
        ),
        ("To reproduce: `cargo run -- x.csv`", &[]),
        ("CI runs `pytest` on every push", &[]),
        ("`git add -A && git commit`", &[]),
        ("Ran `cargo test`", &["command-run cargo test"]),
    ]);
}

#[test]
fn dependencies() {
    all_read(&[
        ("Added `csv-core` dependency", &["dep-added csv-core"]),
        ("No new dependencies", &["dep-none"]),
        (
            "Bumped `serde` from 1.0.200 to 1.0.219",
            &["dep-bumped serde to 1.0.219"],
        ),
        ("Removed `left-pad` from package.json", &["dep-removed left-pad"]),
        ("Installed `zod` for input validation", &["dep-added zod"]),
        ("Uses only the standard library", &["dep-none"]),
        (
            "Replaced `request` with `undici`",
            &["dep-removed request", "dep-added undici"],
        ),
        (
            "Adds `pytest-xdist` as a dev dependency",
            &["dep-added pytest-xdist in dev"],
        ),
    ]);
}

#[test]
fn other_dependencies_are_no_packages() {
    all_read(&[
        ("Add missing `status` dependency to the effect hook", &[]),
        ("Remove dependency on the user service", &[]),
        ("Update job dependencies in the workflow", &[]),
        ("Output file has no external dependencies", &[]),
        ("Works without the optional `numpy`", &[]),
        ("Upgraded the lockfile", &[]),
    ]);
}

#[test]
fn limits_of_the_change() {
    all_read(&[
        ("No breaking changes", &["no-breaking"]),
        ("Fully backward compatible", &["no-breaking"]),
        ("Documentation-only change", &["only-touched in docs, comments"]),
        ("Only touches `pkg/export`", &["only-touched pkg/export"]),
        (
            "No functional changes, formatting only",
            &["only-touched in formatting"],
        ),
        ("No changes outside the test folder", &["only-touched in tests"]),
        ("Public API is unchanged", &["no-breaking"]),
        (
            "Updated `a/b.rs`. No other files were modified",
            &["file-edited a/b.rs", "only-touched a/b.rs"],
        ),
    ]);
}

#[test]
fn other_words_about_limits_are_no_claims() {
    all_read(&[
        ("Keeps a backward compatibility mode for v1 tokens", &[]),
        ("- [ ] Breaking change", &[]),
        ("Added tests for backward compatibility", &["tests-added"]),
        ("Only affects users on Windows", &[]),
        ("Minor releases contain no breaking changes", &[]),
        ("Only one file changed, plus the lockfile", &[]),
        ("Minimal change", &[]),
    ]);
}

#[test]
fn reviews() {
    all_read(&[
        ("Addressed all review comments", &["review-addressed in all"]),
        (
            "Address feedback from dana: rename the option",
            &["review-addressed dana"],
        ),
        (
            "Applied the suggestion in `export.go:120`",
            &["review-addressed export.go:120"],
        ),
        ("Resolves comment 2145525", &["review-addressed 2145525"]),
        (
            "Incorporated review feedback on error handling",
            &["review-addressed"],
        ),
        ("- [x] Fix the off-by-one from review", &["review-addressed"]),
        ("Fixed per review: header row comes first", &["review-addressed"]),
        (
            "All 10 review comments from the earlier PR are handled",
            &["review-addressed in all"],
        ),
    ]);
}

#[test]
fn other_words_about_reviews_are_no_claims() {
    all_read(&[
        ("Improves the comments in the parser", &[]),
        ("Adds a feedback form", &[]),
        ("Will address the remaining comments later", &[]),
        ("Replied to the question about naming", &[]),
        ("Addresses the issue reported by users", &["fixed"]),
        ("Comment is outdated because the file was removed", &[]),
        ("Reverted the suggestion after discussion", &[]),
        ("Review tooling configuration added", &[]),
    ]);
}
