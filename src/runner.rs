//! Which settings make test runs and CI more tolerant? The table is data in `rules/runner.yaml`.

pub mod settings;

use std::{ops::Range, sync::OnceLock};

use serde::Deserialize;

use crate::{
    error::Error,
    finding::Level,
    glob::{self, Globs},
    limits,
    path::RepoPath,
    tables::{self, table},
};

use self::settings::Setting;

/// What a rule compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// There are more such settings than before.
    Added,
    /// A setting of this kind has a text that it did not have.
    Changed,
    /// There are fewer than before.
    Gone,
    /// The number in it is higher than it was; a setting that was not there counts.
    Raised,
    /// The number in it is lower than it was.
    Lowered,
    /// The whole file is new.
    NewFile,
}

/// Where a command that runs tests must stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Beside {
    /// Nowhere.
    #[default]
    Anywhere,
    /// In the same step, target or job.
    Block,
    /// In the same line.
    Line,
    /// In the same file.
    File,
}

/// A kind of setting.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// What the change of it does, as the end of a sentence.
    pub says: String,
    /// What is compared.
    pub when: When,
    /// How much it weighs.
    pub level: Level,
    #[serde(deserialize_with = "glob::built_in")]
    files: Globs,
    #[serde(default, deserialize_with = "glob::built_in")]
    except: Globs,
    #[serde(default)]
    setting: Option<Expression>,
    #[serde(default)]
    unless: Option<Expression>,
    /// How much it weighs at most in a file that the change adds.
    #[serde(default)]
    pub in_new_file: Option<Level>,
    #[serde(default)]
    tests_beside: Beside,
    /// Words that say it all.
    #[serde(default)]
    names: Vec<Expression>,
    /// Words for what it is about; they say it only near one of `acts`.
    #[serde(default)]
    words: Vec<Expression>,
    /// Words for what is done to it.
    #[serde(default)]
    acts: Option<Expression>,
}

/// How many bytes before a word may take it back: `no longer allowed to fail`.
const NEGATION_BYTES: usize = 28;
/// How many bytes may stand between what is done and what it is done to.
const NEAR_BYTES: usize = 60;

/// A regular expression of ours, compiled when somebody first asks: all of them together take longer than a run that
/// judges one commit, and most runs ask for none.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
struct Expression {
    written: String,
    #[serde(skip)]
    compiled: OnceLock<Option<regex::Regex>>,
}

impl Expression {
    /// Nothing where it is no regular expression; that there is none such is held by a test of the table.
    fn compiled(&self) -> Option<&regex::Regex> {
        let compile = || {
            regex::RegexBuilder::new(&self.written)
                .size_limit(limits::REGEX_COMPILED_BYTES)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    fn number(&self, text: &str) -> Option<f64> {
        let number = self.compiled()?.captures(cut(text))?.get(1)?.as_str();
        number.replace('_', "").parse().ok()
    }

    fn matches(&self, text: &str) -> bool {
        self.compiled().is_some_and(|regex| regex.is_match(cut(text)))
    }

    /// Where it stands without a word before it that takes it back.
    fn said<'t>(&'t self, statement: &'t str, negation: &'t Self) -> impl Iterator<Item = Range<usize>> + 't {
        let statement = cut(statement);
        let found = self
            .compiled()
            .into_iter()
            .flat_map(move |regex| regex.find_iter(statement));
        let found = found.map(|found| found.range());
        found.filter(move |range| {
            let start = statement.ceil_char_boundary(range.start.saturating_sub(NEGATION_BYTES));
            let before = statement.get(start..range.start).unwrap_or_default();
            !negation.matches(before)
        })
    }

    /// Whether it stands near a place.
    fn is_near(&self, statement: &str, place: &Range<usize>) -> bool {
        let found = self.compiled().into_iter();
        found
            .flat_map(|regex| regex.find_iter(cut(statement)))
            .any(|found| {
                let gap = found.start().saturating_sub(place.end);
                gap.max(place.start.saturating_sub(found.end())) <= NEAR_BYTES
            })
    }
}

fn cut(text: &str) -> &str {
    let end = text.floor_char_boundary(limits::REGEX_LINE_BYTES.min(text.len()));
    text.get(..end).unwrap_or(text)
}

impl Rule {
    /// Whether it looks at a file.
    pub fn covers(&self, path: &RepoPath) -> bool {
        self.files.matches(path) && !self.except.matches(path)
    }

    /// Where it asks for a command that runs tests.
    pub fn tests_beside(&self) -> Beside {
        self.tests_beside
    }

    /// Whether a setting is of its kind.
    pub fn is_about(&self, setting: &Setting) -> bool {
        let of_kind = self
            .setting
            .as_ref()
            .is_some_and(|own| own.matches(&setting.full));
        of_kind && !self.unless.as_ref().is_some_and(|not| not.matches(&setting.full))
    }

    /// The number in a setting of its kind.
    pub fn number(&self, setting: &Setting) -> Option<f64> {
        self.setting.as_ref()?.number(&setting.full)
    }

    /// Whether a statement names it.
    fn is_named_by(&self, statement: &str, negation: &Expression) -> bool {
        let named = self
            .names
            .iter()
            .any(|name| name.said(statement, negation).next().is_some());
        named
            || self.acts.iter().any(|acts| {
                let mut done = acts.said(statement, negation);
                done.any(|act| self.words.iter().any(|word| word.is_near(statement, &act)))
            })
    }
}

/// The statements of a text in lower case: the first line, then sentences, which may be wrapped, and items of lists.
/// Lines that tell a machine something are none.
fn statements(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut goes_on = false;
    for (index, line) in text.lines().enumerate() {
        let line = line
            .trim()
            .to_lowercase()
            .replace("[skip ci]", "")
            .replace("[ci skip]", "");
        let item = line.starts_with(['-', '*', '#', '|']) || line.starts_with(|c: char| c.is_ascii_digit());
        let machine = line
            .split_once(": ")
            .is_some_and(|(key, _)| key.ends_with("-by") || key.ends_with("-on"));
        match found.last_mut() {
            _ if machine || line.is_empty() => goes_on = false,
            Some(last) if goes_on && !item => {
                last.push(' ');
                last.push_str(&line);
            }
            Some(_) | None => {
                found.push(line);
                goes_on = index > 0;
            }
        }
    }
    let sentences = found.iter().flat_map(|one| one.split(". "));
    sentences.map(str::to_owned).collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Pack {
    test_command: Expression,
    negation: Expression,
    rules: Vec<Rule>,
}

/// Every rule.
#[derive(Clone, Debug)]
pub struct Runner {
    test_command: Expression,
    negation: Expression,
    rules: Vec<Rule>,
}

impl Runner {
    /// The built-in table.
    ///
    /// # Errors
    /// The embedded table is wrong: a fault of this program.
    pub fn new() -> Result<Self, Error> {
        Self::of(table!("runner"))
    }

    /// A table in the form of the built-in one.
    ///
    /// # Errors
    /// It is no such table.
    pub fn of(text: &str) -> Result<Self, Error> {
        let Pack {
            test_command,
            negation,
            rules,
        } = tables::read("runner.yaml", text)?;
        Ok(Self {
            test_command,
            negation,
            rules,
        })
    }

    /// Whether a text of the author names a rule's change.
    pub fn is_named(&self, rule: &Rule, text: &str) -> bool {
        let mut statements = statements(text).into_iter();
        statements.any(|statement| rule.is_named_by(&statement, &self.negation))
    }

    /// Every rule, in the order of the table.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether a line runs tests.
    pub fn runs_tests(&self, line: &str) -> bool {
        self.test_command.matches(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules that a text of a file falls under, line by line.
    fn named(path: &str, text: &str) -> Vec<String> {
        let runner = Runner::new().unwrap();
        let path = RepoPath::new(path).unwrap();
        let settings = settings::read(&path, text);
        let covering = runner.rules().iter().filter(|rule| rule.covers(&path));
        let about = covering.filter(|rule| settings.iter().any(|setting| rule.is_about(setting)));
        about.map(|rule| rule.id.clone()).collect()
    }

    #[test]
    fn every_expression_and_pattern_of_the_table_compiles() {
        let runner = Runner::new().unwrap();
        assert!(
            runner
                .rules
                .iter()
                .all(|rule| rule.files.compile() && rule.except.compile())
        );
        let of_rules = runner.rules.iter().flat_map(|rule| {
            let settings = rule.setting.iter().chain(&rule.unless).chain(&rule.acts);
            settings.chain(&rule.words).chain(&rule.names)
        });
        let all: Vec<&Expression> = of_rules.chain([&runner.test_command, &runner.negation]).collect();
        assert!(all.len() > 40, "{} expressions", all.len());
        for one in all {
            assert!(one.compiled().is_some(), "{}", one.written);
        }
    }

    #[test]
    fn settings_of_every_runner_are_known() {
        for (path, text, id) in [
            (
                ".github/workflows/ci.yml",
                "jobs:\n  t:\n    continue-on-error: true\n",
                "job-may-fail",
            ),
            ("Makefile", "test:\n\t-cargo test\n", "recipe-ignores-exit"),
            ("ci/test.sh", "set +e\npytest\n", "errors-let-through"),
            (
                "package.json",
                "{\n\"scripts\": {\n\"test\": \"echo ok\"\n}\n}\n",
                "test-command-replaced",
            ),
            (
                "jest.config.js",
                "module.exports = {\n  passWithNoTests: true,\n};\n",
                "passes-without-tests",
            ),
            (
                "pytest.ini",
                "[pytest]\naddopts = -q\n  --co\n",
                "pytest-runs-less",
            ),
            (
                "setup.cfg",
                "[tool:pytest]\npython_files = a.py\n",
                "pytest-looks-elsewhere",
            ),
            (
                "jest.config.js",
                "module.exports = {\n  testRegex: 'x',\n};\n",
                "js-regex-changed",
            ),
            (
                "pyproject.toml",
                "[tool.coverage.report]\nfail_under = 80\n",
                "coverage-lowered",
            ),
            ("Cargo.toml", "[package]\nautotests = false\n", "rust-tests-off"),
            (
                "Cargo.toml",
                "[profile.test]\noverflow-checks = false\n",
                "rust-tests-off",
            ),
            (
                ".cargo/config.toml",
                "[build]\nrustc-wrapper = \"./w\"\n",
                "cargo-runner",
            ),
            (
                ".config/nextest.toml",
                "[profile.ci]\nretries = 3\n",
                "nextest-retries",
            ),
            (
                ".config/nextest.toml",
                "[profile.ci]\nslow-timeout = { period = \"60s\", on-timeout = \"pass\" }\n",
                "nextest-lets-through",
            ),
            (
                "tox.ini",
                "[testenv]\nignore_outcome = true\n",
                "tox-lets-through",
            ),
            (
                "noxfile.py",
                "session.run(\"pytest\", success_codes=[0, 1])\n",
                "nox-lets-through",
            ),
            (
                "setup.cfg",
                "[tool:pytest]\naddopts = --reruns 3\n",
                "pytest-reruns",
            ),
            (
                "pytest.ini",
                "[pytest]\nfilterwarnings =\n    error\n",
                "warnings-not-errors",
            ),
            (
                "vitest.config.ts",
                "export default {\n  test: {\n    dangerouslyIgnoreUnhandledErrors: true,\n  },\n};\n",
                "js-lets-through",
            ),
            (
                "playwright.config.ts",
                "export default {\n  grepInvert: /slow/,\n};\n",
                "js-grep",
            ),
            (
                "package.json",
                "{\n\"scripts\": {\n\"test\": \"jest --onlyChanged\"\n}\n}\n",
                "js-command-narrowed",
            ),
            ("test/setup.ts", "jest.retryTimes(3);\n", "js-retries-in-code"),
            (".npmrc", "script-shell=./sh\n", "package-manager-own-code"),
            ("Makefile", "test:\n\tgo test -short ./...\n", "go-runs-less"),
            (
                "pom.xml",
                "<properties>\n<maven.test.failure.ignore>true</maven.test.failure.ignore>\n</properties>\n",
                "java-lets-through",
            ),
            (
                "pom.xml",
                "<plugin>\n<artifactId>maven-surefire-plugin</artifactId>\n<configuration>\n<skip>true</skip>\n</configuration>\n</plugin>\n",
                "java-lets-through",
            ),
            (
                "build.gradle",
                "test {\n    ignoreFailures = true\n}\n",
                "java-lets-through",
            ),
            (
                "build.gradle.kts",
                "tasks.withType<Test> {\n    enabled = false\n}\n",
                "java-lets-through",
            ),
            (
                "build.gradle",
                "jacocoTestCoverageVerification {\n  violationRules { rule { limit {\n    minimum = 0.8\n  } } }\n}\n",
                "java-coverage-lowered",
            ),
            (
                ".github/workflows/ci.yml",
                "jobs:\n  t:\n    steps:\n      - run: pytest | tee log.txt\n",
                "exit-code-of-a-pipe",
            ),
            (
                ".github/workflows/ci.yml",
                "on:\n  pull_request:\n",
                "trigger-gone",
            ),
            (
                ".pre-commit-config.yaml",
                "repos:\n- repo: local\n  hooks:\n  - id: pytest\n",
                "hook-of-git-gone",
            ),
            (
                "rust-toolchain.toml",
                "[toolchain]\npath = \"./rust\"\n",
                "toolchain-from-a-folder",
            ),
            (
                ".cargo/config.toml",
                "[env]\nINSTA_FORCE_PASS = \"1\"\n",
                "cargo-environment",
            ),
            (
                "codecov.yml",
                "coverage:\n  status:\n    project:\n      default:\n        threshold: 5%\n",
                "coverage-drop-allowed",
            ),
        ] {
            let found = named(path, text);
            assert!(found.iter().any(|one| one == id), "{path} {text:?}: {found:?}");
        }
    }

    #[test]
    fn ordinary_settings_are_left_alone() {
        for (path, text) in [
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = \"-ra -q --strict-markers\"\nasyncio_mode = \"auto\"\n",
            ),
            (
                "Cargo.toml",
                "[[bench]]\nname = \"b\"\nharness = false\n\n[profile.release]\npanic = \"abort\"\n",
            ),
            (
                ".cargo/config.toml",
                "[target.wasm32-unknown-unknown]\nrunner = \"wasm-bindgen-test-runner\"\n",
            ),
            (
                "jest.config.js",
                "module.exports = {\n  testPathIgnorePatterns: ['/node_modules/'],\n};\n",
            ),
            (
                "package.json",
                "{\n\"scripts\": {\n\"test\": \"jest --ci\",\n\"build\": \"echo ok\"\n}\n}\n",
            ),
            (
                "tests/conftest.py",
                "import pytest\n\n@pytest.fixture\ndef report():\n    return []\n",
            ),
        ] {
            assert_eq!(named(path, text), Vec::<String>::new(), "{path} {text:?}");
        }
    }

    #[test]
    fn a_rule_covers_something_and_its_name_stands_once() {
        let runner = Runner::new().unwrap();
        let mut ids: Vec<&str> = runner.rules().iter().map(|rule| rule.id.as_str()).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(
            runner
                .rules()
                .iter()
                .all(|rule| (rule.when == When::NewFile) == rule.setting.is_none())
        );
    }

    /// Whether a text of the author names what a rule is about.
    fn is_declared(id: &str, text: &str) -> bool {
        let runner = Runner::new().unwrap();
        let rule = runner.rules().iter().find(|rule| rule.id == id).unwrap();
        runner.is_named(rule, text)
    }

    #[test]
    fn an_author_who_says_what_was_loosened_declares_it() {
        for (id, text) in [
            (
                "job-may-fail",
                "ci: let the nightly job fail without failing the build",
            ),
            ("job-may-fail", "Mark the Windows suite as non-blocking"),
            ("failure-swallowed", "ci: ignore failures of the flaky e2e run"),
            ("coverage-lowered", "Lower the coverage threshold to 70"),
            (
                "coverage-lowered",
                "chore: coverage floor 80 -> 75, relax\nit for now",
            ),
            (
                "pytest-runs-less",
                "Fix export\n\n- skip the slow benchmark tests by default",
            ),
            ("test-suite-left-ci", "ci: Remove test-docs job (#3634)"),
            ("js-runs-less", "exclude the e2e specs from the unit run"),
            ("passes-without-tests", "do not fail on packages without tests"),
            ("rust-tests-off", "gate the cli tests behind a feature"),
            (
                "only-sometimes",
                "Release notes\n\nThis also turns off the nightly\nworkflow until the runner is back.",
            ),
        ] {
            assert!(is_declared(id, text), "{id}: {text}");
        }
    }

    #[test]
    fn words_around_the_matter_declare_nothing() {
        for (id, text) in [
            ("job-may-fail", "ci: cache the build"),
            ("job-may-fail", "chore: update CI workflow"),
            ("job-may-fail", "the build is no longer allowed to fail"),
            ("failure-swallowed", "fix: report the error of the export"),
            ("failure-swallowed", "stop ignoring failures of the tests"),
            ("coverage-lowered", "test: improve coverage of the parser"),
            ("pytest-runs-less", "fix: export [skip ci]"),
            ("pytest-runs-less", "add tests for the collector"),
            ("test-suite-left-ci", "ci: bump actions/checkout"),
            (
                "js-runs-less",
                "feat: exclude archived projects from the list\n\nCo-authored-by: Tests <t@example.org>",
            ),
            ("hook-rewrites-outcome", "fix totals"),
            (
                "only-sometimes",
                "Remove the legacy exporter, which nobody has used since the spring release and that cost us time. Speeds up CI",
            ),
        ] {
            assert!(!is_declared(id, text), "{id}: {text}");
        }
    }

    #[test]
    fn commands_that_run_tests_are_told_from_others() {
        let runner = Runner::new().unwrap();
        for line in [
            "cargo test --all",
            "run: uv run pytest -q",
            "npm test",
            "go test ./...",
            "make check",
        ] {
            assert!(runner.runs_tests(line), "{line}");
        }
        for line in [
            "cargo build",
            "name: tests of the week",
            "echo test",
            "rm -rf tests/out || true",
        ] {
            assert!(!runner.runs_tests(line), "{line}");
        }
    }
}
