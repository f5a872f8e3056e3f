//! Is every test report read as a person reads it, and can none of them hide a failure?

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a reader that does not do as expected is a failed test"
)]

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use countersign::{
    evidence::tests::{Problem, Status, TestRun, read},
    limits,
};
use proptest::prelude::*;

/// One line a file of `tests/data/junit`: the end of its name, cases, red cases, skipped cases, flaky cases, and what
/// becomes of it: `read`, `note` (its totals disagree and hide nothing), `contradictory` (it counts failures that it does
/// not list), or `refused` and a word of the reason. Counted with another XML library, and by hand where that knows
/// nothing of the format; never printed by the reader under test.
const TABLE: &str = "
    itTests--IoM_default.xml        15    1    0    0  read
    ults__catch2__report.xml         1    1    0    0  read
    iner-structure__test.xml         3    0    0    0  note
    EST-test.CorruptTest.xml         -    -    -    -  refused CDATA
    __cunit__testFailure.xml         4    1    0    0  read
    issues__testDisabled.xml        22    6   10    0  read
    __testFailedDisabled.xml         1    1    0    0  read
    -server-test__report.xml         4    1    1    1  note
    arathon_junit_report.xml         1    0    0    1  read
    xed_flaky_and_passed.xml         3    0    0    1  read
    myTest#test_02_dummy.xml         1    0    0    0  read
    esults__mocha__mocha.xml         1    0    0    0  note
    test_multiple_errors.xml         3    2    0    0  read
    ults__nextest__basic.xml         3    1    0    0  read
    esults__perl__result.xml         1    0    0    0  read
    python__report_flaky.xml         4    2    0    0  note
    ail.EmailAddressTest.xml         9    7    0    0  read
    eport.calc.AllOkTest.xml         1    0    0    0  read
    sults__xunit__report.xml         4    1    0    0  read
    -test.PropertiesTest.xml         1    0    0    0  read
    _TEST-test.RetryTest.xml         1    1    0    0  note
    tresultsWithChildren.trx         7    4    0    0  read
    pass_suite_timestamp.xml         1    0    0    0  read
    ixtures__junit1_pass.xml         2    0    0    0  note
    pectedFailures.junit.xml        52   25    0    0  read
    test-swift-mix.junit.xml         4    2    0    0  read
    apshot-testing.junit.xml         1    1    0    0  read
    s__data__test1.junit.xml        17    0    0    0  read
    testdata__030-report.xml        17    9    0    0  read
    E__skippedTestResult.xml         1    0    1    0  read
    ks__junit__TEST-null.xml         1    1    0    0  read
    testsuite-time-attrs.xml         8    0    0    0  read
    e-various-timestamps.xml        12    0    0    0  note
    port-with-properties.xml         2    1    0    0  read
    T-org.acme.FlakyTest.xml         2    0    0    1  note
    eports__TEST-AntUnit.xml         1    0    0    0  read
    ixture-project-junit.xml         3    1    0    1  read
    not-a-report__empty.xml          -    -    -    -  refused empty
    ot-a-report__non-xml.xml         -    -    -    -  refused neither
    l__bazel__suite-logs.xml         1    1    0    0  read
    ml__jest__jest-junit.xml         2    0    0    0  read
    l__junit.multiresult.xml         4    2    1    0  read
    ocha__latex-utensils.xml       109    0    0    0  read
    t-xml__no-attributes.xml         4    2    1    0  read
    __no-cases-but-tests.xml         0    0    0    0  contradictory
    _pytest__corrupt-xml.xml         -    -    -    -  refused ends inside
    __junit.gloo.elastic.xml        14    0    4    0  read
    kins__NUnit-correct3.xml        22    0    0    0  read
    ns__NUnit-issue17521.xml         2    0    1    0  read
    __NUnit-sec1752-file.xml         -    -    -    -  refused entity
    _NUnit-sec1752-https.xml         -    -    -    -  refused entity
    _2015-10-24_04_18_59.trx        25    4   19    0  read
    s.SlotSessionTest_ES.xml        11    1    0    0  read
    empty__phpunit-empty.xml         0    0    0    0  read
    ternal__nunit-sample.xml        18    2    4    0  read
    fixtures__jest-junit.xml         6    4    1    0  read
    __tester-v1.7-report.xml        65    1    3    0  read
    es__phpunit__phpunit.xml        12    2    0    0  read
    _python-xunit-pytest.xml        10    2    2    0  note
    ython-xunit-unittest.xml         8    2    2    0  read
    aunit__testcase1__result.xml    14    2    0    0  read
    __testcase11__result.xml        40    0    0    0  read
    ck__testcase1__input.xml         -    -    -    -  refused Check
    k__testcase1__result.xml         5    0    0    0  read
    ck__testcase3__input.xml         -    -    -    -  refused Check
    ptest__testcase4__result.xml    20    0    0    0  read
    st__testcase5__result.xml       15    0    0    0  note
    t__testcase7__result.xml        20    1    0    0  read
    it__testcase2__input.xml         -    -    -    -  refused CppUnit
    it__testcase3__input.xml         -    -    -    -  refused CppUnit
    t__testcase3__result.xml         0    0    0    0  read
    ctest__testcase4__result.xml    18    0    0    0  read
    it__testcase5__result.xml        8    4    0    0  note
    r__testcase1__result.xml        15    1   11    0  read
    bunit__testcase1__result.xml     4    2    0    0  contradictory
    t__testcase6__result.xml        15    1    1    0  read
    nunit__testcase10__result.xml   14    0    0    0  read
    punit__testcase10__result.xml   22    1    0    0  read
    t__testcase11__input.xml        24    1    0    0  note
    b__testcase1__result.xml       118    0    0    0  read
    tcase1__junit-result.xml        16    0    0    0  read
    +__testcase2__result.xml         1    1    0    0  contradictory
    +__testcase3__result.xml       106    4    0    0  contradictory
    d__testcase2__result.xml         1    0    0    0  read
    d__testcase3__result.xml         1    0    0    0  read
    et__testcase4__result.xml        0    0    0    0  read
";

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/junit")
}

fn fixture_names() -> Vec<String> {
    let entries = fs::read_dir(fixtures()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| name.ends_with(".xml") || name.ends_with(".trx"));
    names.sort();
    names
}

fn read_file(folder: &Path, name: &str) -> TestRun {
    // a name may hold characters of a pattern
    read::run(folder, "tests", &[name.to_owned()]).unwrap()
}

fn read_bytes(bytes: &[u8]) -> TestRun {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report"), bytes).unwrap();
    read_file(folder.path(), "report")
}

fn read_text(text: &str) -> TestRun {
    read_bytes(text.as_bytes())
}

/// How it went, in the words of the table.
fn figures(run: &TestRun) -> [String; 4] {
    let flaky = run.cases.iter().filter(|case| case.flaky).count();
    [
        run.cases.len(),
        run.red().count(),
        run.count(Status::Skipped),
        flaky,
    ]
    .map(|number| number.to_string())
}

fn problem(run: &TestRun) -> &str {
    match run.problems.first() {
        Some(
            Problem::Unreadable(why)
            | Problem::Contradictory(why)
            | Problem::NoMatch(why)
            | Problem::Stale(why)
            | Problem::Unbound(why),
        ) => why,
        None => "",
    }
}

fn statuses(run: &TestRun) -> Vec<(String, Status)> {
    run.cases
        .iter()
        .map(|case| (case.id.key(), case.status))
        .collect()
}

#[test]
fn every_fixture_is_read_or_refused_as_a_person_counted() {
    let names = fixture_names();
    assert_eq!(names.len(), 86);
    let mut wrong = String::new();
    let mut used = 0;
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let tail = words.next().unwrap();
        let matching: Vec<&String> = names.iter().filter(|name| name.ends_with(tail)).collect();
        let [name] = matching.as_slice() else {
            panic!("{tail} means {matching:?}")
        };
        used += 1;
        let counted: Vec<&str> = words.by_ref().take(4).collect();
        let state: Vec<&str> = words.collect();
        let run = read_file(&fixtures(), name);
        let right = match (state.as_slice(), run.problems.as_slice()) {
            (["read"], []) => run.notes.is_empty() && figures(&run) == counted.as_slice(),
            (["note"], []) => run.notes.len() == 1 && figures(&run) == counted.as_slice(),
            (["contradictory"], [Problem::Contradictory(_)]) => figures(&run) == counted.as_slice(),
            (["refused", reason @ ..], [Problem::Unreadable(why)]) => why.contains(&reason.join(" ")),
            _ => false,
        };
        if !right {
            writeln!(
                wrong,
                "{line}\n  {:?} {:?} {:?}",
                figures(&run),
                run.problems,
                run.notes
            )
            .unwrap();
        }
    }
    assert_eq!(used, 86);
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What the second reader sees: names and statuses, inner suites too.
fn second_opinion(bytes: &[u8]) -> Option<Vec<(String, String, Status)>> {
    fn walk(suite: &junit_parser::TestSuite, found: &mut Vec<(String, String, Status)>) {
        for case in &suite.cases {
            let status = match &case.status {
                junit_parser::TestStatus::Success => Status::Passed,
                junit_parser::TestStatus::Error(_) => Status::Error,
                junit_parser::TestStatus::Failure(_) => Status::Failed,
                junit_parser::TestStatus::Skipped(_) => Status::Skipped,
            };
            found.push((
                case.classname.clone().unwrap_or_default(),
                case.original_name.clone(),
                status,
            ));
        }
        for inner in &suite.suites {
            walk(inner, found);
        }
    }
    let suites = junit_parser::from_reader(bytes).ok()?;
    let mut found = Vec::new();
    for suite in &suites.suites {
        walk(suite, &mut found);
    }
    found.sort();
    Some(found)
}

fn ours(run: &TestRun) -> Vec<(String, String, Status)> {
    let case = |case: &countersign::evidence::tests::TestCase| {
        (case.id.class.to_string(), case.id.name.to_string(), case.status)
    };
    let mut found: Vec<_> = run.cases.iter().map(case).collect();
    found.sort();
    found
}

#[test]
fn no_failure_that_another_reader_sees_is_missed() {
    let mut compared = 0;
    for name in fixture_names() {
        let bytes = fs::read(fixtures().join(&name)).unwrap();
        let Some(theirs) = second_opinion(&bytes) else {
            continue;
        };
        let run = read_file(&fixtures(), &name);
        if matches!(run.problems.as_slice(), [Problem::Unreadable(_)]) {
            continue;
        }
        compared += 1;
        // by name alone: the other reader knows one spelling of the class
        let mut left: BTreeMap<String, usize> = BTreeMap::new();
        for case in run.red() {
            *left.entry(case.id.name.to_string()).or_default() += 1;
        }
        for (_, case, status) in theirs.into_iter().filter(|(_, _, status)| status.is_red()) {
            let case = if case.is_empty() {
                "(unnamed)".to_owned()
            } else {
                case
            };
            let count = left.get_mut(&case);
            let count = count.unwrap_or_else(|| panic!("{name}: {case} is {status:?} for the other reader"));
            assert!(
                *count > 0,
                "{name}: {case} is red more often for the other reader"
            );
            *count -= 1;
        }
    }
    assert!(compared >= 60, "only {compared} fixtures are read by both");
}

#[derive(Clone, Debug)]
struct PlainCase {
    class: String,
    name: String,
    status: Status,
    millis: u32,
}

fn plain_case() -> impl Strategy<Value = PlainCase> {
    let status = prop_oneof![
        3 => Just(Status::Passed),
        1 => Just(Status::Failed),
        1 => Just(Status::Error),
        1 => Just(Status::Skipped)
    ];
    ("[a-z.A-Z]{1,12}", "[ -~äßñ→]{1,20}", status, 0..100_000_u32).prop_map(
        |(class, name, status, millis)| PlainCase {
            class,
            name,
            status,
            millis,
        },
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn report_of(suites: &[Vec<PlainCase>]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (place, cases) in suites.iter().enumerate() {
        writeln!(
            text,
            " <testsuite name=\"suite {place}\" tests=\"{}\">",
            cases.len()
        )
        .unwrap();
        for case in cases {
            let inside = match case.status {
                Status::Passed => "",
                Status::Failed => "<failure message=\"a &lt; b\">text &amp; more</failure>",
                Status::Error => "<error message=\"boom\"/>",
                Status::Skipped => "<skipped/>",
            };
            let (class, name) = (escaped(&case.class), escaped(&case.name));
            let seconds = f64::from(case.millis) / 1000.0;
            writeln!(
                text,
                "  <testcase classname=\"{class}\" name=\"{name}\" time=\"{seconds}\">{inside}</testcase>"
            )
            .unwrap();
        }
        text.push_str(" </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plain_reports_read_the_same_with_another_reader(
        suites in prop::collection::vec(prop::collection::vec(plain_case(), 1..8), 1..4)
    ) {
        let text = report_of(&suites);
        let run = read_text(&text);
        prop_assert_eq!(&run.problems, &vec![]);
        let mut written: Vec<_> = suites.iter().flatten().map(|case| (case.class.clone(), case.name.clone(), case.status)).collect();
        written.sort();
        prop_assert_eq!(&ours(&run), &written);
        prop_assert_eq!(second_opinion(text.as_bytes()).unwrap(), written);
        let seconds: f64 = run.cases.iter().filter_map(|case| case.seconds).sum();
        let wanted: f64 = suites.iter().flatten().map(|case| f64::from(case.millis) / 1000.0).sum();
        prop_assert!((seconds - wanted).abs() < 1e-6);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), start in 0..6_usize) {
        let starts: [&[u8]; 6] = [b"", b"<testsuite>", b"{\"Action\":", b"\xFF\xFE<\0", b"<?xml version='1.0' encoding='latin1'?><testsuite>", b"<test-run>"];
        let whole = [starts[start], &bytes].concat();
        let _ = read_bytes(&whole).whole();
    }
}

#[test]
fn a_report_that_is_cut_off_is_never_whole() {
    let text = report_of(&[vec![
        PlainCase {
            class: "a".into(),
            name: "one".into(),
            status: Status::Passed,
            millis: 1,
        },
        PlainCase {
            class: "a".into(),
            name: "two".into(),
            status: Status::Failed,
            millis: 1,
        },
    ]]);
    for end in 0..text.trim_end().len() {
        let run = read_text(&text[..end]);
        assert!(run.whole().is_err(), "cut after {end} bytes");
    }
    assert_eq!(read_text(text.trim_end()).red().count(), 1);
}

#[test]
fn go_events_that_are_cut_off_never_lose_a_failure() {
    let text = concat!(
        "{\"Action\":\"start\",\"Package\":\"p\"}\n",
        "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestA\"}\n",
        "{\"Action\":\"output\",\"Package\":\"p\",\"Test\":\"TestA\",\"Output\":\"a_test.go:3: no\\n\"}\n",
        "{\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"TestA\",\"Elapsed\":0}\n",
        "{\"Action\":\"fail\",\"Package\":\"p\",\"Elapsed\":0.1}"
    );
    for end in 0..=text.len() {
        let run = read_text(&text[..end]);
        assert!(
            run.whole().is_err() || run.red().count() >= 1,
            "cut after {end} bytes: {:?}",
            statuses(&run)
        );
    }
    let run = read_text(text);
    assert_eq!(statuses(&run), [("p::TestA".to_owned(), Status::Failed)]);
    assert_eq!(run.cases[0].message.as_deref(), Some("a_test.go:3: no"));
}

/// Shapes that have hidden a failure from some reader. Each must show one red case, or be no whole run.
const HIDING: &[(&str, &str)] = &[
    (
        "failure then skipped",
        "<testsuite><testcase name='a'><failure/><skipped/></testcase></testsuite>",
    ),
    (
        "skipped then failure",
        "<testsuite><testcase name='a'><skipped/><failure/></testcase></testsuite>",
    ),
    (
        "two failures",
        "<testsuite><testcase name='a'><failure/><failure/></testcase></testsuite>",
    ),
    (
        "a case under the root",
        "<testsuites><testcase name='a'><failure/></testcase></testsuites>",
    ),
    (
        "a nested suite",
        "<testsuite><testsuite><testsuite><testcase name='a'><error/></testcase></testsuite></testsuite></testsuite>",
    ),
    (
        "a prefix",
        "<testsuite xmlns:z='u'><testcase name='a'><z:failure/></testcase></testsuite>",
    ),
    (
        "a prefix on the case",
        "<testsuite xmlns:z='u'><z:testcase name='a'><z:failure/></z:testcase></testsuite>",
    ),
    (
        "capitals",
        "<testsuite><testcase name='a'><Failure/></testcase></testsuite>",
    ),
    (
        "an unknown wrapper",
        "<testsuite><x><testcase name='a'><y><failure/></y></testcase></x></testsuite>",
    ),
    (
        "only an attribute",
        "<testsuite><testcase name='a' status='failed'/></testsuite>",
    ),
    (
        "a disabled case that failed",
        "<testsuite><testcase name='a' status='disabled'><failure/></testcase></testsuite>",
    ),
    (
        "a passed word beside a failure",
        "<testsuite><testcase name='a' status='passed'><failure/></testcase></testsuite>",
    ),
    (
        "a rerun without a failure",
        "<testsuite><testcase name='a'><rerunFailure/></testcase></testsuite>",
    ),
    (
        "a flaky attempt and a failure",
        "<testsuite><testcase name='a'><flakyFailure/><failure/></testcase></testsuite>",
    ),
    (
        "a failure of the suite",
        "<testsuite name='a'><testcase name='b'/><failure message='setup'/></testsuite>",
    ),
    (
        "the same name twice",
        "<testsuite><testcase name='a'><failure/></testcase><testcase name='a'/></testsuite>",
    ),
    (
        "a case inside output",
        "<testsuite><system-out><testcase name='a'><failure/></testcase></system-out></testsuite>",
    ),
    (
        "a second root",
        "<testsuite/><testsuite><testcase name='a'><failure/></testcase></testsuite>",
    ),
    ("text after the root", "<testsuite/>garbage"),
    ("a CDATA after the root", "<testsuite/><![CDATA[x]]>"),
    (
        "an entity in a text",
        "<!DOCTYPE t [<!ENTITY f '<failure/>'>]><testsuite><testcase name='a'>&f;</testcase></testsuite>",
    ),
    (
        "an entity in a name",
        "<!DOCTYPE t [<!ENTITY f 'x'>]><testsuite><testcase name='&f;'/></testsuite>",
    ),
    ("an unclosed root", "<testsuite><testcase name='a'/>"),
    (
        "a wrong end",
        "<testsuite><testcase name='a'></testsuite></testcase>",
    ),
    (
        "a bare ampersand",
        "<testsuite><testcase name='a & b'/></testsuite>",
    ),
    (
        "a repeated attribute",
        "<testsuite><testcase name='a' name='b'/></testsuite>",
    ),
    ("a web page", "<html><body><testsuite/></body></html>"),
    (
        "failures that are not listed",
        "<testsuite failures='1'><testcase name='a'/></testsuite>",
    ),
    (
        "errors that are not listed, on the root",
        "<testsuites errors='2'><testsuite><testcase name='a'/></testsuite></testsuites>",
    ),
    (
        "a comment around a failure that is counted",
        "<testsuite failures='1'><testcase name='a'><!-- <failure/> --></testcase></testsuite>",
    ),
    (
        "an unknown encoding",
        "<?xml version='1.0' encoding='utf-7'?><testsuite/>",
    ),
    (
        "TRX without an outcome",
        "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results><UnitTestResult testName='a'/></Results></TestRun>",
    ),
    (
        "TRX with an unknown outcome",
        "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results><UnitTestResult testName='a' outcome='Fine'/></Results></TestRun>",
    ),
    (
        "TRX whose host died",
        "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results><UnitTestResult testName='a' outcome='Passed'/></Results><ResultSummary outcome='Aborted'/></TestRun>",
    ),
    (
        "TRX whose counters know more",
        "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results/><ResultSummary outcome='Completed'><Counters failed='1'/></ResultSummary></TestRun>",
    ),
    (
        "NUnit whose set-up failed",
        "<test-run><test-suite name='s' result='Failed' site='SetUp'><test-case name='a' result='Passed'/></test-suite></test-run>",
    ),
    (
        "NUnit whose suite failed alone",
        "<test-run><test-suite name='s' result='Failed'><test-case name='a' result='Passed'/></test-suite></test-run>",
    ),
    (
        "NUnit 2 by a flag",
        "<test-results><test-suite><results><test-case name='a' executed='True' success='False'/></results></test-suite></test-results>",
    ),
    (
        "NUnit with a failure inside a pass",
        "<test-run><test-case name='a' result='Passed'><failure/></test-case></test-run>",
    ),
    (
        "NUnit without a result",
        "<test-run><test-case name='a'/></test-run>",
    ),
    (
        "xUnit.net with a broken fixture",
        "<assemblies><assembly failed='0' errors='1'><errors><error name='clean-up'/></errors></assembly></assemblies>",
    ),
    (
        "xUnit.net without a result",
        "<assembly><collection><test name='a'/></collection></assembly>",
    ),
    (
        "go: a test that did not end",
        "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"A\"}",
    ),
    (
        "go: a package that did not end",
        "{\"Action\":\"start\",\"Package\":\"p\"}",
    ),
    (
        "go: a package that failed alone",
        "{\"Action\":\"fail\",\"Package\":\"p\"}",
    ),
    (
        "go: a build that failed",
        "{\"Action\":\"build-fail\",\"ImportPath\":\"p [p.test]\"}",
    ),
    (
        "go: a plain line that says so",
        "{\"Action\":\"pass\",\"Package\":\"q\"}\nFAIL\tp [build failed]",
    ),
    (
        "go: a line that is cut off",
        "{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"A\"}\n{\"Action\":\"fa",
    ),
];

#[test]
fn no_shape_hides_a_failure() {
    for (what, text) in HIDING {
        let run = read_text(text);
        let red: Vec<_> = run.red().map(|case| case.id.key()).collect();
        assert!(
            run.whole().is_err() || red.len() == 1,
            "{what}: {:?} {:?}",
            statuses(&run),
            run.problems
        );
    }
}

#[test]
fn red_results_are_counted_as_often_as_they_stand() {
    use Status::{Error, Failed, Passed};
    let trx = "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results><UnitTestResult testName='a'/></Results></TestRun>";
    let set_up = "<test-run><test-suite name='s' result='Failed' site='SetUp'><test-case name='a' result='Failed'/></test-suite></test-run>";
    let table: [(&str, &str, &[Status]); 5] = [
        ("TRX writes an error by leaving the outcome out", trx, &[Error]),
        (
            "a broken set-up stands beside the cases it broke",
            set_up,
            &[Failed, Failed],
        ),
        (
            "xUnit.net with a failure inside a pass",
            "<assembly><collection><test name='a' result='Pass'><failure/></test></collection></assembly>",
            &[Failed],
        ),
        (
            "a declared failure that only an attribute lists",
            "<testsuite failures='1'><testcase name='a' status='failed'/><testcase name='b'/></testsuite>",
            &[Failed, Passed],
        ),
        (
            "go: the test that did not end explains its package",
            "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"A\"}\n{\"Action\":\"fail\",\"Package\":\"p\"}",
            &[Error],
        ),
    ];
    for (what, text, statuses) in table {
        let run = read_text(text);
        assert_eq!(run.problems, [], "{what}");
        assert_eq!(
            run.cases.iter().map(|case| case.status).collect::<Vec<_>>(),
            statuses,
            "{what}"
        );
    }
}

#[test]
fn nothing_but_comments_may_stand_outside_the_one_root() {
    for text in [
        "<testsuite/><testsuite/>",
        "<testsuite/>&lt;",
        "x<testsuite/>",
        "<testsuite/><![CDATA[]]>",
    ] {
        assert!(read_text(text).whole().is_err(), "{text}");
    }
    for text in [
        "<testsuite/>\n<!-- end -->\n",
        "<?xml version='1.0'?>\n<!-- a --><?pi?>\n<testsuite/>",
    ] {
        assert_eq!(read_text(text).problems, [], "{text}");
    }
}

#[test]
fn a_case_that_failed_in_the_end_is_not_called_flaky() {
    let run = read_text("<testsuite><testcase name='a'><flakyFailure/><failure/></testcase></testsuite>");
    assert_eq!((run.cases[0].status, run.cases[0].flaky), (Status::Failed, false));
}

#[test]
fn shapes_that_are_no_failure_are_none() {
    let table = [
        (
            "a flaky attempt",
            "<testsuite><testcase name='a'><flakyFailure/></testcase></testsuite>",
            Status::Passed,
        ),
        (
            "a flaky attempt with a failure in it",
            "<testsuite><testcase name='a'><flakyFailure><failure/></flakyFailure></testcase></testsuite>",
            Status::Passed,
        ),
        (
            "not run",
            "<testsuite><testcase name='a' status='notrun'/></testsuite>",
            Status::Skipped,
        ),
        (
            "suppressed",
            "<testsuite><testcase name='a' status='notrun' result='suppressed'/></testsuite>",
            Status::Skipped,
        ),
        (
            "run and completed",
            "<testsuite><testcase name='a' status='run' result='completed'/></testsuite>",
            Status::Passed,
        ),
        (
            "a number as status",
            "<testsuite><testcase name='a' status='1'/></testsuite>",
            Status::Passed,
        ),
        (
            "a failure in a comment",
            "<testsuite failures='0'><testcase name='a'><!-- <failure/> --></testcase></testsuite>",
            Status::Passed,
        ),
        (
            "a failure in CDATA",
            "<testsuite><testcase name='a'><system-out><![CDATA[<failure/>]]></system-out></testcase></testsuite>",
            Status::Passed,
        ),
        (
            "odd totals",
            "<testsuite tests='-1' failures='' errors='x'><testcase name='a' time='1,234.5'/></testsuite>",
            Status::Passed,
        ),
        (
            "NUnit inconclusive",
            "<test-run><test-case name='a' result='Inconclusive'/></test-run>",
            Status::Skipped,
        ),
        (
            "xUnit.net skip",
            "<assembly><collection><test name='a' result='Skip'/></collection></assembly>",
            Status::Skipped,
        ),
        (
            "go skip",
            "{\"Action\":\"skip\",\"Package\":\"p\",\"Test\":\"A\"}",
            Status::Skipped,
        ),
        (
            "go benchmark",
            "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"B\"}\n{\"Action\":\"bench\",\"Package\":\"p\",\"Test\":\"B\"}",
            Status::Passed,
        ),
    ];
    for (what, text, status) in table {
        let run = read_text(text);
        assert_eq!(run.problems, [], "{what}");
        assert_eq!(
            run.cases.iter().map(|case| case.status).collect::<Vec<_>>(),
            [status],
            "{what}"
        );
    }
}

#[test]
fn references_are_resolved_and_encodings_are_decoded() {
    let text = "<testsuite><testcase name='Größe &lt;&#x41;&gt;'><failure>a &lt; b &amp;&amp; c &#x41;</failure></testcase></testsuite>";
    let wide =
        |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let declared = |name: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\"?>{text}");
    let latin: Vec<u8> = declared("ISO-8859-1")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("plain", text.into()),
        ("marked", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("UTF-8 declared", declared("UTF-8").into()),
        ("UTF-16 declared over UTF-8", declared("UTF-16").into()),
        ("ISO-8859-1", latin),
        (
            "UTF-16LE",
            [vec![0xFF, 0xFE], wide(&declared("UTF-16"), u16::to_le_bytes)].concat(),
        ),
        (
            "UTF-16BE",
            [vec![0xFE, 0xFF], wide(&declared("UTF-16"), u16::to_be_bytes)].concat(),
        ),
        (
            "UTF-16LE without a mark",
            wide(&declared("UTF-16"), u16::to_le_bytes),
        ),
    ];
    for (what, bytes) in forms {
        let run = read_bytes(&bytes);
        assert_eq!(run.problems, [], "{what}");
        assert_eq!(
            statuses(&run),
            [("Größe <A>".to_owned(), Status::Failed)],
            "{what}"
        );
        assert_eq!(run.cases[0].message.as_deref(), Some("a < b && c A"), "{what}");
    }
    let broken = read_bytes(b"<testsuite><testcase name='\xFF'/></testsuite>");
    assert!(problem(&broken).contains("line 1"), "{broken:?}");
}

#[test]
fn a_problem_names_file_line_and_column() {
    let run = read_text("<testsuite>\n  <testcase name='a'/>\n  <testcase name='&who;'/>\n</testsuite>");
    assert_eq!(
        problem(&run),
        "`report` at line 3 column 3: the entity `&who;` is not known; entities of a DOCTYPE are never resolved"
    );
    assert_eq!(run.cases.len(), 1, "what was read before stays, to accuse");
    let run = read_text("<testsuite>\n<testcase>");
    assert_eq!(
        problem(&run),
        "`report` at line 2 column 11: the file ends inside `<testcase>`"
    );
}

#[test]
fn limits_hold_at_and_above() {
    let nested = |depth: usize| "<testsuite>".repeat(depth) + &"</testsuite>".repeat(depth);
    let named = |bytes: usize| format!("<testsuite><testcase name='{}'/></testsuite>", "n".repeat(bytes));
    let attributes = |count: usize| {
        let list: String = (0..count).map(|place| format!(" a{place}=''")).collect();
        format!("<testsuite{list}/>")
    };
    let output = |bytes: usize| {
        format!(
            "<testsuite><system-out>{}</system-out></testsuite>",
            "o".repeat(bytes)
        )
    };
    let line = |bytes: usize| {
        let frame = "{\"Action\":\"output\",\"Output\":\"\"}".len();
        format!(
            "{{\"Action\":\"output\",\"Output\":\"{}\"}}",
            "o".repeat(bytes - frame)
        )
    };
    type Case<'a> = (&'a str, usize, Box<dyn Fn(usize) -> String + 'a>);
    let table: [Case<'_>; 5] = [
        ("limit-xml-depth", limits::XML_DEPTH, Box::new(nested)),
        ("limit-xml-value", limits::XML_VALUE_BYTES, Box::new(named)),
        (
            "limit-xml-attributes",
            limits::XML_ATTRIBUTES,
            Box::new(attributes),
        ),
        ("limit-xml-token", limits::XML_TOKEN_BYTES - 1, Box::new(output)),
        ("limit-line", limits::REPORT_LINE_BYTES, Box::new(line)),
    ];
    for (name, most, text) in table {
        assert_eq!(read_text(&text(most - 1)).problems, [], "{name}, below");
        assert_eq!(read_text(&text(most)).problems, [], "{name}, at");
        let above = read_text(&text(most + 1));
        assert!(
            problem(&above).contains(name),
            "{name}, above: {:?}",
            above.problems
        );
    }
}

#[test]
fn hostile_shapes_are_refused_soon() {
    let deep = "<a>".repeat(1_000_000);
    let wide = format!("<testsuite {}/>", "a=''  ".repeat(200_000));
    let bomb = "<!DOCTYPE l [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;&a;'>]><testsuite><testcase name='a'>&b;</testcase></testsuite>";
    for text in [format!("<testsuite>{deep}"), wide, bomb.to_owned()] {
        assert!(read_text(&text).whole().is_err());
    }
}

#[test]
fn long_messages_are_cut_and_long_names_are_not() {
    let text = format!(
        "<testsuite><testcase name='a'><failure message='{}&amp;'/></testcase></testsuite>",
        "ä".repeat(100_000)
    );
    let run = read_text(&text);
    assert_eq!(run.problems, []);
    let message = run.cases[0].message.as_deref().unwrap();
    assert!(message.len() <= limits::KEPT_TEXT_BYTES && message.len() > limits::KEPT_TEXT_BYTES - 4);
}

#[test]
fn patterns_that_match_nothing_are_problems_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    for (pattern, words) in [
        ("out", "out/**/*.xml"),
        ("none/*.xml", "no file matches `none/*.xml`"),
        ("gone.xml", "no file matches"),
    ] {
        let run = read_file(folder.path(), pattern);
        assert!(
            matches!(run.problems.as_slice(), [Problem::NoMatch(why)] if why.contains(words)),
            "{:?}",
            run.problems
        );
    }
    fs::write(
        folder.path().join("out/a.xml"),
        "<testsuite><testcase name='a'/></testsuite>",
    )
    .unwrap();
    let twice = ["out/*.xml".to_owned(), "out/a.xml".to_owned()];
    let run = read::run(folder.path(), "tests", &twice).unwrap();
    assert_eq!(
        (run.reports.len(), run.cases.len()),
        (1, 1),
        "a file that two patterns mean is read once"
    );
}

#[test]
fn every_report_is_digested_whole_even_when_it_is_refused() {
    let bytes = [b"<testsuite></wrong>".as_slice(), &[b' '; 200_000]].concat();
    let run = read_bytes(&bytes);
    assert!(run.whole().is_err());
    let input = &run.reports[0].input;
    assert_eq!(
        (input.bytes, input.sha256.as_str()),
        (
            bytes.len() as u64,
            countersign::evidence::file::digest(&bytes).as_str()
        )
    );
}

#[test]
fn subtests_builds_and_times_of_go_are_read() {
    let text = concat!(
        "{\"Time\":\"2024-01-09T07:50:12Z\",\"Action\":\"start\",\"Package\":\"p\"}\n",
        "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestA\"}\n",
        "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestA/x=1\"}\n",
        "{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"TestA/x=1\",\"Elapsed\":0.5}\n",
        "{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"TestA\",\"Elapsed\":1.5}\n",
        "{\"Action\":\"output\",\"Package\":\"p\",\"Output\":\"PASS\\n\"}\n",
        "{\"Action\":\"pass\",\"Package\":\"p\",\"Elapsed\":2}\n",
        "{\"ImportPath\":\"q [q.test]\",\"Action\":\"build-output\",\"Output\":\"q/a_test.go:3: undefined: x\\n\"}\n",
        "{\"ImportPath\":\"q [q.test]\",\"Action\":\"build-fail\"}\n",
        "{\"Action\":\"start\",\"Package\":\"q\"}\n",
        "{\"Action\":\"fail\",\"Package\":\"q\",\"Elapsed\":0,\"FailedBuild\":\"q [q.test]\"}\n"
    );
    let run = read_text(text);
    assert_eq!(run.problems, []);
    let expected = [
        ("p::TestA/x=1".to_owned(), Status::Passed),
        ("p::TestA".to_owned(), Status::Passed),
        ("q::(package)".to_owned(), Status::Error),
    ];
    assert_eq!(statuses(&run), expected);
    assert_eq!(run.cases[1].seconds, Some(1.5));
    assert_eq!(
        run.cases[2].message.as_deref(),
        Some("q/a_test.go:3: undefined: x")
    );
    assert_eq!(run.reports[0].timestamp, Some(1_704_786_612));
}

#[test]
fn commits_and_suites_are_kept() {
    let text = "<testsuites name='run'><testsuite name='outer' file='a.py' timestamp='2024-01-09T07:50:12Z'><properties>\
                <property name='git.commit' value='0123456789abcdef0123456789abcdef01234567'/></properties>\
                <testsuite name='inner'><testcase classname='c' name='n[1]' file='b.py'/></testsuite>\
                <testcase name='m'/></testsuite></testsuites>";
    let run = read_text(text);
    assert_eq!(
        run.reports[0].commit.as_deref(),
        Some("0123456789abcdef0123456789abcdef01234567")
    );
    let (first, second) = (&run.cases[0].id, &run.cases[1].id);
    assert_eq!(
        (first.full().as_str(), first.definition().as_str(), &*first.file),
        ("outer > inner > c::n[1]", "c::n", "b.py")
    );
    assert_eq!((second.key().as_str(), &*second.file), ("outer::m", "a.py"));
}

#[test]
fn a_property_of_a_case_is_no_commit_of_the_run() {
    let text = "<testsuite><testcase name='a'><properties><property name='sha' value='deadbeef'/></properties></testcase>\
                <properties><property name='java.version' value='17000000'/></properties></testsuite>";
    assert_eq!(read_text(text).reports[0].commit, None);
}

#[test]
fn xunit_net_of_every_version_is_read() {
    let two = "<assemblies timestamp='02/02/2026 10:00:00'><assembly name='a.dll' total='3' passed='1' failed='1' skipped='1' errors='0'>\
               <errors/><collection><test name='Shop.Totals.Adds' type='Shop.Totals' method='Adds' time='0.5' result='Pass'/>\
               <test name='Shop.Totals.Rounds(x: 1.5)' type='Shop.Totals' method='Rounds' time='0.1' result='Fail'>\
               <failure exception-type='X'><message><![CDATA[1 is not 2]]></message></failure></test>\
               <test name='a display name' type='Shop.Totals' method='Named' time='0' result='Skip'><reason/></test>\
               </collection></assembly></assemblies>";
    let run = read_text(two);
    assert_eq!(
        (run.problems.as_slice(), run.reports[0].format),
        (&[][..], "xunit.net")
    );
    let expected = [
        ("Shop.Totals::Adds".to_owned(), Status::Passed),
        ("Shop.Totals::Rounds(x: 1.5)".to_owned(), Status::Failed),
        ("Shop.Totals::a display name".to_owned(), Status::Skipped),
    ];
    assert_eq!(statuses(&run), expected);
    assert_eq!(run.cases[1].message.as_deref(), Some("1 is not 2"));
    let one = "<assembly failed='0'><class name='Shop.Totals'><test name='Shop.Totals.Adds' type='Shop.Totals' result='Pass'/></class></assembly>";
    assert_eq!(
        statuses(&read_text(one)),
        [("Shop.Totals::Adds".to_owned(), Status::Passed)]
    );
}

#[test]
fn classes_of_trx_come_from_its_definitions_and_messages_from_its_results() {
    let run = read_file(
        &fixtures(),
        "allure2__plugins__trx-plugin__src__test__resources__trxdata__testresultsWithChildren.trx",
    );
    let child = run
        .cases
        .iter()
        .find(|case| &*case.id.name == "UnitTest_Three (Child One)")
        .unwrap();
    assert_eq!(
        (&*child.id.class, child.status, child.message.as_deref()),
        ("Test", Status::Failed, Some("Some Message."))
    );
    assert_eq!(child.seconds, Some(51.891_445_2));
}

#[test]
fn a_report_over_the_limit_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("report")).unwrap();
    file.set_len(limits::TEST_REPORT_BYTES + 1).unwrap();
    let run = read_file(folder.path(), "report");
    assert!(problem(&run).contains("limit-file-bytes"), "{:?}", run.problems);
}

/// The size of the report that crates fail on: 200 MB, two thirds of a million cases.
const LARGE: usize = 200 * 1024 * 1024;

#[test]
fn a_report_of_200_megabytes_is_read_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.xml");
    write_large(&file);
    // memory is measured in a process of its own
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "child_reads_the_large_report",
            "--nocapture",
        ])
        .env("LARGE_REPORT", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(
        child.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&child.stderr)
    );
    assert!(said.contains("peak "), "{said}");
}

fn write_large(file: &Path) {
    use std::io::Write as _;
    let mut out = std::io::BufWriter::new(fs::File::create(file).unwrap());
    let output = "a line that the test printed ".repeat(4);
    out.write_all(b"<testsuites>\n").unwrap();
    let mut written = 0;
    for suite in 0.. {
        let mut text = format!("<testsuite name=\"suite {suite}\" tests=\"100\">\n");
        for case in 0..100 {
            writeln!(text, "<testcase classname=\"com.example.project.module{suite}.SomeTestClass\" name=\"a_test_with_a_long_name_{suite}_{case}\" time=\"0.01\"><system-out>{output}</system-out></testcase>").unwrap();
        }
        text.push_str("</testsuite>\n");
        out.write_all(text.as_bytes()).unwrap();
        written += text.len();
        if written > LARGE {
            break;
        }
    }
    out.write_all(b"<testcase name=\"the red one\"><failure/></testcase></testsuites>\n")
        .unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "run by a_report_of_200_megabytes_is_read_in_bounded_memory, in a process of its own"]
fn child_reads_the_large_report() {
    let Some(folder) = std::env::var_os("LARGE_REPORT") else {
        return;
    };
    let run = read_file(Path::new(&folder), "large.xml");
    assert_eq!((run.problems.len(), run.red().count()), (0, 1));
    assert!(run.cases.len() > 600_000, "{}", run.cases.len());
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?
            .trim()
            .strip_suffix(" kB")?
            .parse::<usize>()
            .ok()
    });
    // the file is never held: what remains is a name and a few numbers for each case
    let peak = peak.unwrap_or_default();
    assert!(peak < 256 * 1024, "{peak} kB for {} cases", run.cases.len());
    println!("peak {peak} kB");
}
