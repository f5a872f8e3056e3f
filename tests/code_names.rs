//! Are tests found again under the names that runners report?
//!
//! One table says what fits and how well, with lines that are made up where they show a form that no report at hand has.
//! The other holds lines that are looked up in real reports of nextest, pytest, unittest-xml-reporting, jest-junit, mocha,
//! go-junit-report and surefire. The code is written to match.

#![allow(clippy::unwrap_used, reason = "a table that cannot be read is a failed test")]

use std::{fs, path::Path};

use countersign::{
    code::{
        FileFacts, LanguageId,
        facts::TestDefinition,
        names::{Case, Fit, fit},
        parser::{Parser, Source},
    },
    evidence::tests::{TestId, read},
    path::RepoPath,
};

fn parse(path: &RepoPath, text: &str) -> FileFacts {
    let parser = Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into()));
    let load = |_| {
        Ok(Source {
            name: path.to_string(),
            language: LanguageId::of(path).unwrap(),
            bytes: text.as_bytes().to_vec(),
        })
    };
    parser.read(1, &load).remove(0).unwrap()
}

struct Row {
    path: &'static str,
    code: &'static str,
    /// Suite, class, name and file of the report; the test it is, and how well it fits.
    lines: &'static [(
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        Fit,
    )],
}

use Fit::{Name, Whole};

const ROWS: &[Row] = &[
    // nextest
    Row {
        path: "tests/basic.rs",
        code: "#[test] fn test_cwd() {} #[test] fn test_failure_assert() {} #[test] #[ignore] fn test_ignored() {}",
        lines: &[
            (
                "fixture-project::basic",
                "fixture-project::basic",
                "test_cwd",
                "",
                "test_cwd",
                Whole,
            ),
            (
                "fixture-project::basic",
                "fixture-project::basic",
                "test_failure_assert",
                "",
                "test_failure_assert",
                Whole,
            ),
        ],
    },
    // nextest and libtest, below src
    Row {
        path: "crates/a/src/net/http.rs",
        code: "#[cfg(test)] mod tests { #[test] fn parses() {} #[test_case(1; \"one\")] fn many(n: u8) {} }",
        lines: &[
            ("a", "a", "net::http::tests::parses", "", "parses", Whole),
            ("test", "net::http::tests", "parses", "", "parses", Whole),
            ("a", "a", "net::http::tests::many::one", "", "many", Whole),
            ("a", "a", "other::tests::parses", "", "parses", Name),
        ],
    },
    // pytest
    Row {
        path: "tests/test_lib.py",
        code: "import pytest\ndef test_always_pass(): pass\n@pytest.mark.parametrize('p', ['param1'])\ndef test_parameterized(p): pass\n",
        lines: &[
            (
                "pytest",
                "tests.test_lib",
                "test_always_pass",
                "",
                "test_always_pass",
                Whole,
            ),
            (
                "pytest",
                "tests.test_lib",
                "test_parameterized[param1]",
                "",
                "test_parameterized",
                Whole,
            ),
            (
                "pytest",
                "test_lib",
                "test_always_pass",
                "",
                "test_always_pass",
                Whole,
            ),
            (
                "pytest",
                "tests.test_other",
                "test_always_pass",
                "",
                "test_always_pass",
                Name,
            ),
        ],
    },
    Row {
        path: "test/test_spark.py",
        code: "import unittest\nclass SparkTests(unittest.TestCase):\n  def test_check_shape_compatibility(self): pass\n  def test_get_available_devices(self): pass\n",
        lines: &[
            (
                "pytest",
                "test.test_spark.SparkTests",
                "test_check_shape_compatibility",
                "test/test_spark.py",
                "test_check_shape_compatibility",
                Whole,
            ),
            (
                "pytest",
                "test.test_spark.SparkTests",
                "test_get_available_devices",
                "test/test_spark.py",
                "test_get_available_devices",
                Whole,
            ),
        ],
    },
    // unittest-xml-reporting
    Row {
        path: "tests/test_lib.py",
        code: "import unittest\nclass TestAcme(unittest.TestCase):\n  def test_always_pass(self): pass\n  @parameterized.expand([('param1',)])\n  def test_parameterized(self, p): pass\n",
        lines: &[
            (
                "TestAcme-20251114214921",
                "TestAcme",
                "test_always_pass",
                "tests/test_lib.py",
                "test_always_pass",
                Whole,
            ),
            (
                "TestAcme-20251114214921",
                "TestAcme",
                "test_parameterized_0_param1",
                "tests/test_lib.py",
                "test_parameterized",
                Whole,
            ),
        ],
    },
    // jest-junit, two settings
    Row {
        path: "__tests__/main.test.js",
        code: "describe('Test 1', () => { it('Passing test', () => {}); describe('Test 1.1', () => { it('Failing test', () => {}) }) })",
        lines: &[
            (
                "__tests__\\main.test.js",
                "Test 1",
                "Passing test",
                "",
                "Passing test",
                Whole,
            ),
            (
                "__tests__\\main.test.js",
                "Test 1 › Test 1.1",
                "Failing test",
                "",
                "Failing test",
                Whole,
            ),
        ],
    },
    Row {
        path: "web/widget.test.js",
        code: "test('Load widget via link', () => {}); test('Mount iframe', () => {});",
        lines: &[(
            "widget.test.js",
            "",
            "Load widget via link",
            "",
            "Load widget via link",
            Whole,
        )],
    },
    // mocha-junit-reporter: the name holds everything
    Row {
        path: "test/config.js",
        code: "describe('Config files', () => { describe('default config', () => { describe('projectUTCOffset', () => { it('should be a callable with current UTC offset', () => {}) }) }) })",
        lines: &[(
            "Config files > default config",
            "projectUTCOffset should be a callable with current UTC offset",
            "Config files default config projectUTCOffset should be a callable with current UTC offset",
            "/path/test/config.js",
            "should be a callable with current UTC offset",
            Whole,
        )],
    },
    // mocha's own reporter: the class holds the groups
    Row {
        path: "test/bibtex.test.ts",
        code: "suite('bibtexParser', () => { test('parse a simple bib file', () => {}); test(`parse ${x}`, () => {}) })",
        lines: &[
            (
                "Mocha Tests",
                "bibtexParser",
                "parse a simple bib file",
                "",
                "parse a simple bib file",
                Whole,
            ),
            (
                "Mocha Tests",
                "bibtexParser",
                "parse fields ending ,",
                "",
                "parse ",
                Whole,
            ),
        ],
    },
    // vitest: the class is the file
    Row {
        path: "src/sum.test.ts",
        code: "describe('sum', () => { it.each([1])('adds %i', () => {}) })",
        lines: &[(
            "src/sum.test.ts",
            "src/sum.test.ts",
            "sum > adds 1",
            "",
            "adds ",
            Whole,
        )],
    },
    // go-junit-report and gotestsum
    Row {
        path: "server/channels/api4/websocket_test.go",
        code: "package api4\nfunc TestWebSocketUpgrade(t *testing.T) { t.Run(\"first case\", func(t *testing.T) {}) }\nfunc (s *BoxSuite) TestOpens() {}\n",
        lines: &[
            (
                "github.com/example/example/server/v8/channels/api4",
                "github.com/example/example/server/v8/channels/api4",
                "TestWebSocketUpgrade",
                "",
                "TestWebSocketUpgrade",
                Whole,
            ),
            (
                "",
                "api4",
                "TestWebSocketUpgrade/first_case",
                "",
                "first_case",
                Whole,
            ),
            (
                "",
                "api4",
                "TestWebSocketUpgrade/first_case#01",
                "",
                "first_case",
                Whole,
            ),
            ("", "api4", "TestBoxSuite/TestOpens", "", "TestOpens", Whole),
            (
                "",
                "github.com/example/other",
                "TestWebSocketUpgrade",
                "",
                "TestWebSocketUpgrade",
                Name,
            ),
        ],
    },
    // surefire and Gradle
    Row {
        path: "src/test/java/org/acme/FlakyTest.java",
        code: "package org.acme; class FlakyTest { @Test void testStable() {} @ParameterizedTest void many(int n) {} @Nested class Inner { @Test @DisplayName(\"opens the box\") void opens() {} } }",
        lines: &[
            (
                "org.acme.FlakyTest",
                "org.acme.FlakyTest",
                "testStable",
                "",
                "testStable",
                Whole,
            ),
            (
                "org.acme.FlakyTest",
                "org.acme.FlakyTest",
                "testStable()",
                "",
                "testStable",
                Whole,
            ),
            (
                "org.acme.FlakyTest",
                "org.acme.FlakyTest",
                "many(int)[1]",
                "",
                "many",
                Whole,
            ),
            (
                "org.acme.FlakyTest",
                "org.acme.FlakyTest",
                "[1] 7",
                "",
                "many",
                Whole,
            ),
            (
                "org.acme.FlakyTest$Inner",
                "org.acme.FlakyTest$Inner",
                "opens",
                "",
                "opens",
                Whole,
            ),
            (
                "org.acme.FlakyTest$Inner",
                "org.acme.FlakyTest$Inner",
                "opens the box",
                "",
                "opens",
                Whole,
            ),
            (
                "org.acme.Other",
                "org.acme.Other",
                "testStable",
                "",
                "testStable",
                Name,
            ),
        ],
    },
];

#[test]
fn reported_lines_find_their_tests() {
    for row in ROWS {
        let path = RepoPath::new(row.path).unwrap();
        let language = LanguageId::of(&path).unwrap();
        let facts = parse(&path, row.code);
        assert!(facts.parses(), "{}: {:?}", row.path, facts.errors);
        for (suite, class, name, file, wanted, grade) in row.lines {
            let case = Case {
                suite,
                class,
                name,
                file,
            };
            let best = facts.tests.iter().max_by_key(|test| {
                // the longer of two fitting names is the nearer
                (fit(language, &path, test, &case), test.name.len())
            });
            let best = best.unwrap();
            assert_eq!(best.name, *wanted, "{}: {case:?}", row.path);
            assert_eq!(
                fit(language, &path, best, &case),
                *grade,
                "{}: {case:?}",
                row.path
            );
        }
    }
}

/// A real report and code that would make it: the end of the report's name in `tests/data/junit`, the file, and class and
/// name of cases beside the test that each is the run of.
struct Real {
    report: &'static str,
    path: &'static str,
    code: &'static str,
    lines: &'static [(&'static str, &'static str, &'static str)],
}

/// No report of vitest, of Gradle or of libtest is among the fixtures: their lines stand above, written after the manuals.
const REAL: &[Real] = &[
    Real {
        report: "nextest__fixtures__fixture-project-junit.xml",
        path: "tests/basic.rs",
        code: "#[test] fn test_cwd() {} #[test] fn test_failure_assert() {} #[test] fn test_flaky_mod_4() {}",
        lines: &[
            ("fixture-project::basic", "test_cwd", "test_cwd"),
            (
                "fixture-project::basic",
                "test_failure_assert",
                "test_failure_assert",
            ),
            ("fixture-project::basic", "test_flaky_mod_4", "test_flaky_mod_4"),
        ],
    },
    Real {
        report: "fixtures__python-xunit-pytest.xml",
        path: "tests/test_lib.py",
        code: "def test_always_pass(): pass\n@pytest.mark.parametrize('p', PARAMS)\ndef test_parameterized(p): pass\n\
               @pytest.mark.skip\ndef test_always_skip(): pass\ndef test_error(): boom()\n",
        lines: &[
            ("tests.test_lib", "test_always_pass", "test_always_pass"),
            (
                "tests.test_lib",
                "test_parameterized[param1]",
                "test_parameterized",
            ),
            (
                "tests.test_lib",
                "test_parameterized[param2]",
                "test_parameterized",
            ),
            ("tests.test_lib", "test_always_skip", "test_always_skip"),
            ("tests.test_lib", "test_error", "test_error"),
        ],
    },
    Real {
        report: "pytest__junit.gloo.elastic.xml",
        path: "test/integration/test_elastic_torch.py",
        code: "class ElasticTorchTests(BaseElasticTests, unittest.TestCase):\n  def test_all_hosts_blacklisted(self): pass\n  \
               def test_min_hosts_timeout(self): pass\n",
        lines: &[
            (
                "test.integration.test_elastic_torch.ElasticTorchTests",
                "test_all_hosts_blacklisted",
                "test_all_hosts_blacklisted",
            ),
            (
                "test.integration.test_elastic_torch.ElasticTorchTests",
                "test_min_hosts_timeout",
                "test_min_hosts_timeout",
            ),
        ],
    },
    Real {
        report: "fixtures__python-xunit-unittest.xml",
        path: "tests/test_lib.py",
        code: "class TestAcme(unittest.TestCase):\n  def test_always_pass(self): pass\n  \
               @parameterized.expand([('param1',), ('param2',)])\n  def test_parameterized(self, p): pass\n",
        lines: &[
            ("TestAcme", "test_always_pass", "test_always_pass"),
            ("TestAcme", "test_parameterized_0_param1", "test_parameterized"),
            ("TestAcme", "test_parameterized_1_param2", "test_parameterized"),
        ],
    },
    Real {
        report: "fixtures__jest-junit.xml",
        path: "__tests__/main.test.js",
        code: "describe('Test 1', () => { it('Passing test', f); describe('Test 1.1', () => { it('Failing test', f); \
               it('Exception in target unit', f) }) }); describe('Test 2', () => { it('Exception in test', f) })",
        lines: &[
            ("Test 1", "Passing test", "Passing test"),
            ("Test 1 › Test 1.1", "Failing test", "Failing test"),
            (
                "Test 1 › Test 1.1",
                "Exception in target unit",
                "Exception in target unit",
            ),
            ("Test 2", "Exception in test", "Exception in test"),
        ],
    },
    Real {
        report: "jest__jest-junit.xml",
        path: "web/widget.test.js",
        code: "test('Load widget via link', f); test('Mount iframe', f)",
        lines: &[
            ("", "Load widget via link", "Load widget via link"),
            ("", "Mount iframe", "Mount iframe"),
        ],
    },
    Real {
        report: "mocha__mocha.xml",
        path: "test/config.js",
        code: "describe('Config files', () => { describe('default config', () => { describe('projectUTCOffset', () => { \
               it('should be a callable with current UTC offset', f) }) }) })",
        lines: &[(
            "projectUTCOffset should be a callable with current UTC offset",
            "Config files default config projectUTCOffset should be a callable with current UTC offset",
            "should be a callable with current UTC offset",
        )],
    },
    Real {
        report: "mocha__latex-utensils.xml",
        path: "test/bibtex.test.ts",
        code: "suite('bibtexParser', () => { test('parse a simple bib file', f); test('parse bib with comments', f); \
               test('parse @comment @article @comment', f) })",
        lines: &[
            (
                "bibtexParser",
                "parse a simple bib file",
                "parse a simple bib file",
            ),
            (
                "bibtexParser",
                "parse bib with comments",
                "parse bib with comments",
            ),
            (
                "bibtexParser",
                "parse @comment @article @comment",
                "parse @comment @article @comment",
            ),
        ],
    },
    Real {
        report: "go-junit-report__testdata__030-report.xml",
        path: "package/stdout/stdout_test.go",
        code: "package stdout\nfunc TestFailWithTestOutput(t *testing.T) {}\nfunc TestSubtests(t *testing.T) { \
               t.Run(\"TestFailWithStdoutAndTestOutput\", func(t *testing.T) {}) }\n",
        lines: &[
            (
                "package/stdout",
                "TestFailWithTestOutput",
                "TestFailWithTestOutput",
            ),
            ("package/stdout", "TestSubtests", "TestSubtests"),
            (
                "package/stdout",
                "TestSubtests/TestFailWithStdoutAndTestOutput",
                "TestFailWithStdoutAndTestOutput",
            ),
        ],
    },
    Real {
        report: "junit-server-test__report.xml",
        path: "server/channels/api4/websocket_test.go",
        code: "package api4\nfunc TestWebSocketUpgrade(t *testing.T) {}\nfunc TestWebSocketReconnectRace(t *testing.T) {}\n",
        lines: &[
            (
                "github.com/example/example/server/v8/channels/api4",
                "TestWebSocketUpgrade",
                "TestWebSocketUpgrade",
            ),
            (
                "github.com/example/example/server/v8/channels/api4",
                "TestWebSocketReconnectRace",
                "TestWebSocketReconnectRace",
            ),
        ],
    },
    Real {
        report: "TEST-org.acme.FlakyTest.xml",
        path: "src/test/java/org/acme/FlakyTest.java",
        code: "package org.acme; class FlakyTest { @Test void testFlaky() {} @Test void testStable() {} }",
        lines: &[
            ("org.acme.FlakyTest", "testFlaky", "testFlaky"),
            ("org.acme.FlakyTest", "testStable", "testStable"),
        ],
    },
    Real {
        report: "TEST-action.surefire.report.email.EmailAddressTest.xml",
        path: "src/test/java/action/surefire/report/email/EmailAddressTest.java",
        code: "package action.surefire.report.email; public class EmailAddressTest { @Test public void shouldNotBeBlank() {} \
               @Test public void shouldBeStricterThanRfc2821() {} @Test public void shouldBeStricterThanRfc2822() {} }",
        lines: &[
            (
                "action.surefire.report.email.EmailAddressTest",
                "shouldNotBeBlank",
                "shouldNotBeBlank",
            ),
            (
                "action.surefire.report.email.EmailAddressTest",
                "shouldBeStricterThanRfc2821",
                "shouldBeStricterThanRfc2821",
            ),
            (
                "action.surefire.report.email.EmailAddressTest",
                "shouldBeStricterThanRfc2822",
                "shouldBeStricterThanRfc2822",
            ),
        ],
    },
];

/// The cases of the one report whose name ends so.
fn cases(end: &str) -> Vec<TestId> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/junit");
    let names = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let named: Vec<String> = names.filter(|name| name.ends_with(end)).collect();
    assert_eq!(named.len(), 1, "reports that end with {end}");
    let run = read::run(&folder, "tests", &named).unwrap();
    run.cases.into_iter().map(|case| case.id).collect()
}

#[test]
fn the_lines_of_real_reports_find_their_tests() {
    for real in REAL {
        let path = RepoPath::new(real.path).unwrap();
        let language = LanguageId::of(&path).unwrap();
        let facts = parse(&path, real.code);
        let cases = cases(real.report);
        for (class, name, wanted) in real.lines {
            let stands = |id: &&TestId| &*id.class == *class && &*id.name == *name;
            let id = cases.iter().find(stands);
            assert!(
                id.is_some(),
                "{} has no `{class}` `{name}`: {cases:?}",
                real.report
            );
            let id = id.unwrap();
            let case = Case {
                suite: &id.suite,
                class: &id.class,
                name: &id.name,
                file: &id.file,
            };
            let fits = |test: &&TestDefinition| fit(language, &path, test, &case) == Whole;
            let found: Vec<&str> = facts
                .tests
                .iter()
                .filter(fits)
                .map(|test| test.name.as_str())
                .collect();
            assert_eq!(found, [*wanted], "{}: {case:?}", real.report);
        }
    }
}

#[test]
fn no_test_takes_the_line_of_another() {
    for row in ROWS {
        let path = RepoPath::new(row.path).unwrap();
        let language = LanguageId::of(&path).unwrap();
        let facts = parse(&path, row.code);
        for test in &facts.tests {
            for other in ["never_written", "Never written", "TestNever", ""] {
                let case = Case {
                    class: "nowhere",
                    name: other,
                    ..Case::default()
                };
                assert_eq!(
                    fit(language, &path, test, &case),
                    Fit::No,
                    "{}: {other}",
                    test.name
                );
            }
        }
    }
}
