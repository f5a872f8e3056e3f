//! Which settings make test runs and CI more tolerant? The table is data in `rules/runner.yaml`.

pub mod settings;

use std::sync::OnceLock;

use serde::Deserialize;

use crate::{error::Error, finding::Level, glob::Globs, limits, path::RepoPath, yaml};

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
    files: Globs,
    #[serde(default)]
    except: Globs,
    #[serde(default)]
    setting: Option<Expression>,
    #[serde(default)]
    unless: Option<Expression>,
    #[serde(default)]
    tests_beside: Beside,
    /// Words by which an author names it.
    #[serde(default)]
    words: Vec<Expression>,
}

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

    /// Whether a text of the author names it.
    pub fn is_named_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        text.lines()
            .any(|line| self.words.iter().any(|word| word.matches(line)))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Pack {
    test_command: Expression,
    rules: Vec<Rule>,
}

/// Every rule.
#[derive(Clone, Debug)]
pub struct Runner {
    test_command: Expression,
    rules: Vec<Rule>,
}

impl Runner {
    /// The built-in table.
    ///
    /// # Errors
    /// The embedded table is wrong: a fault of this program.
    pub fn new() -> Result<Self, Error> {
        let Pack { test_command, rules } =
            yaml::trusted("runner.yaml", include_str!("../rules/runner.yaml"))?;
        Ok(Self { test_command, rules })
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
    fn every_expression_of_the_table_compiles() {
        let runner = Runner::new().unwrap();
        let of_rules = runner
            .rules
            .iter()
            .flat_map(|rule| rule.setting.iter().chain(&rule.unless).chain(&rule.words));
        let all: Vec<&Expression> = of_rules.chain([&runner.test_command]).collect();
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
