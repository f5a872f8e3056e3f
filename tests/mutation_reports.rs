//! Is every real mutation report read, or refused for the right reason?
//!
//! The counts were taken with jq and Python from the files themselves, and compared with the lists and summaries that
//! the tools wrote beside them; the positions were looked up by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a report that cannot be laid out is a failed test"
)]

use std::{collections::BTreeSet, path::Path};

use countersign::{
    checks::{Settings, mutation::survivor},
    evidence::{
        Evidence,
        change::{Mode, memory},
        mutation::{Baseline, Mutant, MutationRun, Status, read},
    },
    limits,
    path::RepoPath,
    policy::Policy,
};

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mutation")
}

fn run(patterns: &[&str]) -> MutationRun {
    let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    read::run(&data(), "mutation", &patterns).unwrap()
}

/// killed, survived, no coverage, timed out, compile error, runtime error, ignored, not run.
fn counts(run: &MutationRun) -> [usize; 8] {
    [
        Status::Killed,
        Status::Survived,
        Status::NoCoverage,
        Status::Timeout,
        Status::CompileError,
        Status::RuntimeError,
        Status::Ignored,
        Status::Pending,
    ]
    .map(|status| {
        run.mutants
            .iter()
            .filter(|mutant| mutant.status == status)
            .count()
    })
}

const ELEMENTS: &str = "mutation-testing-elements";

/// File, format, counts.
const READ: &[(&str, &str, [usize; 8])] = &[
    (
        "cargo-mutants/faktory-rs-outcomes.json",
        "cargo-mutants",
        [131, 70, 0, 10, 66, 0, 0, 0],
    ),
    ("fee/outcomes.json", "cargo-mutants", [7, 6, 0, 2, 1, 0, 0, 0]),
    (
        "mutation-testing-elements/elements__testResources__csharp-example__mutation-report.json",
        ELEMENTS,
        [2, 11, 0, 1, 2, 0, 1, 1],
    ),
    (
        "mutation-testing-elements/elements__testResources__infection-php-example__report.json",
        ELEMENTS,
        [7, 0, 6, 0, 0, 0, 0, 0],
    ),
    (
        "mutation-testing-elements/elements__testResources__realtime-reporting-example__mutation-report.json",
        ELEMENTS,
        [0, 0, 0, 0, 0, 0, 5, 10],
    ),
    (
        "mutation-testing-elements/elements__testResources__scala-example__mutation-report.json",
        ELEMENTS,
        [162, 69, 0, 0, 0, 0, 0, 0],
    ),
    (
        "mutation-testing-elements/elements__testResources__svelte-example__mutation-report.json",
        ELEMENTS,
        [13, 3, 6, 3, 0, 0, 0, 0],
    ),
    (
        "mutation-testing-elements/elements__testResources__test-files-example__mutation-report.json",
        ELEMENTS,
        [147, 7, 4, 3, 0, 0, 0, 0],
    ),
    (
        "mutation-testing-elements/report-schema__testResources__additional-properties-report.json",
        ELEMENTS,
        [1, 1, 0, 0, 0, 0, 0, 0],
    ),
    (
        "mutation-testing-elements/report-schema__testResources__data-url.json",
        ELEMENTS,
        [0; 8],
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-end-location.json",
        ELEMENTS,
        [0; 8],
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-replacement-report.json",
        ELEMENTS,
        [1, 0, 0, 0, 0, 0, 0, 0],
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-test-files.json",
        ELEMENTS,
        [0; 8],
    ),
    (
        "mutation-testing-elements/report-schema__testResources__strict-report-v1.json",
        ELEMENTS,
        [1, 1, 0, 0, 0, 0, 0, 0],
    ),
    (
        "mutation-testing-elements/report-schema__testResources__strict-report-v2.json",
        ELEMENTS,
        [0, 1, 0, 0, 0, 0, 0, 1],
    ),
    (
        "pit/pitest-full-data-mutations.xml",
        "pit",
        [1, 0, 1, 0, 0, 0, 0, 0],
    ),
    (
        "mutmut/shop/mutants/src/shop/price.py.meta",
        "mutmut",
        [6, 7, 4, 0, 0, 0, 0, 0],
    ),
    ("mutmut/shop/mutants/src/shop/__init__.py.meta", "mutmut", [0; 8]),
    (
        "mutmut/shop/mutants/mutmut-cicd-stats.json",
        "mutmut",
        [6, 7, 4, 0, 0, 0, 0, 0],
    ),
];

/// File, what the refusal says.
const REFUSED: &[(&str, &str)] = &[
    (
        "cargo-mutants/git-perf-outcomes.json",
        "42 of 48 mutants were never tested",
    ),
    ("fee/check/outcomes.json", "15 of 16 mutants were never tested"),
    (
        "mutation-testing-elements/elements__testResources__deep-dir-example__mutation-report.json",
        "missing field `schemaVersion` at line",
    ),
    (
        "mutation-testing-elements/elements__testResources__simple-example__mutation-report.json",
        "missing field `schemaVersion` at line",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-version-report.json",
        "missing field `schemaVersion` at line",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-framework-name.json",
        "missing field `name` at line 15",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-mutant-location-report.json",
        "missing field `end` at line 21",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-performance-fields.json",
        "missing field `setup` at line 8",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-system-ci.json",
        "missing field `ci` at line 8",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-system-cpu-logical-cores.json",
        "missing field `logicalCores` at line 10",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-system-os-platform.json",
        "missing field `platform` at line 10",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-system-ram-total.json",
        "missing field `total` at line 10",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-test-name.json",
        "missing field `name` at line",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__missing-tests.json",
        "missing field `tests` at line",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__thresholds__threshold-too-high-report.json",
        "threshold of 101 is not between 0 and 100 at line 4",
    ),
    (
        "mutation-testing-elements/report-schema__testResources__thresholds__threshold-too-low-report.json",
        "threshold of -1 is not between 0 and 100 at line 6",
    ),
    (
        "pit/pitest-snippet-mutation.xml",
        "the root element is `mutation`, not `mutations`",
    ),
    ("cargo-mutants/faktory-rs-missed.txt", "none of the known formats"),
    (
        "mutmut/shop/mutants/src/shop/price.py.spans",
        "none of the known formats",
    ),
];

#[test]
fn every_report_is_read_as_counted() {
    for (file, format, wanted) in READ {
        let run = run(&[file]);
        assert_eq!(run.problems, Vec::<String>::new(), "{file}");
        assert_eq!(counts(&run), *wanted, "{file}");
        let formats: Vec<&str> = run.reports.iter().map(|report| report.format).collect();
        assert_eq!(formats, [*format], "{file}");
    }
}

#[test]
fn every_other_file_is_refused_with_a_reason() {
    for (file, wanted) in REFUSED {
        let run = run(&[file]);
        let [problem] = run.problems.as_slice() else {
            panic!("{file}: {:?}", run.problems);
        };
        assert!(problem.contains(wanted), "{problem}");
        assert!(problem.contains(file), "{problem}");
        assert!(run.whole().is_err(), "{file}");
    }
}

#[test]
fn every_json_and_xml_report_of_the_folder_is_in_one_of_the_tables() {
    let known: BTreeSet<&str> = READ
        .iter()
        .map(|(file, _, _)| *file)
        .chain(REFUSED.iter().map(|(file, _)| *file))
        .collect();
    for folder in ["cargo-mutants", ELEMENTS, "pit"] {
        for entry in std::fs::read_dir(data().join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().display());
            assert!(known.contains(name.as_str()) || name.ends_with(".txt"), "{name}");
        }
    }
}

fn find<'a>(run: &'a MutationRun, file: &str, line: u32, column: u32) -> Vec<&'a Mutant> {
    let mutants = run.mutants.iter();
    mutants
        .filter(|mutant| mutant.file == file && mutant.line == Some(line) && mutant.column == Some(column))
        .collect()
}

#[test]
fn cargo_mutants_lists_agree_with_what_is_read() {
    let run = run(&["cargo-mutants/faktory-rs-outcomes.json"]);
    assert_eq!(run.baseline, Baseline::Passed);
    let lists = [
        ("caught", Status::Killed),
        ("missed", Status::Survived),
        ("timeout", Status::Timeout),
        ("unviable", Status::CompileError),
    ];
    for (list, status) in lists {
        let text =
            std::fs::read_to_string(data().join(format!("cargo-mutants/faktory-rs-{list}.txt"))).unwrap();
        let mut wanted: Vec<&str> = text
            .lines()
            .map(|line| line.split(": replace ").next().unwrap())
            .collect();
        let mut read: Vec<String> = run
            .mutants
            .iter()
            .filter(|mutant| mutant.status == status)
            .map(|mutant| {
                format!(
                    "{}:{}:{}",
                    mutant.file,
                    mutant.line.unwrap(),
                    mutant.column.unwrap()
                )
            })
            .collect();
        wanted.sort_unstable();
        read.sort();
        assert_eq!(read, wanted, "{list}");
    }
}

#[test]
fn a_mutant_keeps_its_place_its_function_and_its_replacement() {
    let run = run(&["cargo-mutants/faktory-rs-outcomes.json"]);
    let there = find(&run, "src/proto/single/ent/mod.rs", 46, 36);
    let replacements: BTreeSet<&str> = there
        .iter()
        .filter_map(|mutant| mutant.replacement.as_deref())
        .collect();
    assert_eq!(replacements, BTreeSet::from(["*", "-"]));
    for mutant in there {
        assert_eq!(mutant.function.as_deref(), Some("JobBuilder::expires_in"));
        assert_eq!(mutant.operator, "BinaryOperator");
    }
}

#[test]
fn what_no_test_noticed_is_placed_where_the_source_has_it() {
    let run = run(&["fee"]);
    assert_eq!(run.baseline, Baseline::Passed);
    let open = run
        .mutants
        .iter()
        .filter(|mutant| mutant.status == Status::Survived);
    let places: Vec<_> = open
        .map(|mutant| (mutant.line.unwrap(), mutant.column.unwrap()))
        .collect();
    assert_eq!(places, [(10, 18), (10, 18), (15, 5), (15, 5), (15, 12), (20, 5)]);
    assert_eq!(find(&run, "src/lib.rs", 21, 16).len(), 2);
}

#[test]
fn a_folder_means_the_reports_in_it() {
    let run = run(&["mutmut/shop/mutants"]);
    assert_eq!(run.problems, Vec::<String>::new());
    assert_eq!(counts(&run), [6, 7, 4, 0, 0, 0, 0, 0]);
    assert_eq!(run.reports.len(), 2);
}

#[test]
fn the_place_of_a_mutmut_mutant_follows_from_the_files_beside_it() {
    let run = run(&["mutmut/shop/mutants/**/*.meta"]);
    let of = |function: &str| -> Vec<&Mutant> {
        let mutants = run.mutants.iter();
        mutants
            .filter(|mutant| mutant.function.as_deref() == Some(function))
            .collect()
    };
    let first = of("discount")[0];
    assert_eq!(first.file, "src/shop/price.py");
    assert_eq!((first.status, first.below_function), (Status::Survived, Some(2)));
    assert_eq!(first.original.as_deref(), Some("if percent > 100:"));
    assert_eq!(first.replacement.as_deref(), Some("if percent >= 100:"));
    let method = of("Basket.total");
    assert_eq!(method.len(), 3);
    assert!(method.iter().all(|mutant| mutant.below_function == Some(1)));
    assert!(
        of("label")
            .iter()
            .all(|mutant| mutant.status == Status::NoCoverage)
    );
}

#[test]
fn pit_names_are_put_together() {
    let run = run(&["pit/pitest-full-data-mutations.xml"]);
    let [killed, open] = &run.mutants[..] else {
        panic!("two mutants are there");
    };
    assert_eq!(killed.file, "com/mycompany/OrderedWeightedValueSampler.java");
    assert_eq!(
        killed.function.as_deref(),
        Some("com.mycompany.OrderedWeightedValueSampler.<init>")
    );
    assert_eq!((killed.line, open.line), (Some(77), Some(202)));
    assert_eq!(killed.tests.len(), 1);
    assert!(open.tests.is_empty());
}

#[test]
fn tests_are_named_and_not_numbered() {
    let run = run(&["mutation-testing-elements/report-schema__testResources__strict-report-v2.json"]);
    assert_eq!(run.mutants[0].tests, ["baz should qux"]);
    assert_eq!(run.sources.len(), 1);
    assert!(run.sources[0].is("function add(a, b) {\r\n  return a + b;\r\n}\r\n"));
    assert!(!run.sources[0].is("function add(a, b) {\n  return a - b;\n}"));
}

#[test]
fn what_matches_nothing_or_is_cut_short_is_a_problem_that_names_it() {
    let nothing = run(&["no-such/*.json"]);
    assert!(nothing.problems[0].contains("`no-such/*.json` matches no file"));
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(data().join("cargo-mutants/faktory-rs-outcomes.json")).unwrap();
    for length in [0, 1, 1000, whole.len() / 2, whole.len() - 3] {
        std::fs::write(folder.path().join("cut.json"), &whole[..length]).unwrap();
        let run = read::run(folder.path(), "mutation", &["cut.json".to_owned()]).unwrap();
        assert_eq!(run.problems.len(), 1, "{length}");
        assert!(run.mutants.is_empty(), "{length}");
    }
}

#[test]
fn the_same_report_under_two_patterns_counts_once() {
    let twice = run(&["pit/pitest-full-data-mutations.xml", "pit/*full*"]);
    assert_eq!(twice.mutants.len(), 2);
}

/// What is found where the head is the fixture and one line of it is new.
fn survivors_where_a_line_is_new(line: &str, before: &str) -> Vec<String> {
    let path = RepoPath::new("src/shop/price.py").unwrap();
    let head = std::fs::read_to_string(data().join("mutmut/shop/src/shop/price.py")).unwrap();
    let base = head.replace(line, before);
    assert_ne!(head, base);
    let files = |text: String| [(path.clone(), (Mode::File, text.into_bytes()))].into();
    let change = memory::change(files(base), files(head));
    let evidence = Evidence::of(change).with_mutation(Ok(run(&["mutmut/shop/mutants"])));
    let settings = Settings::new(Policy::default()).unwrap();
    let found = survivor::run(&evidence, &settings).unwrap();
    found
        .iter()
        .map(|finding| format!("{} {}", finding.place, finding.says))
        .collect()
}

#[test]
fn only_the_mutants_on_the_new_line_of_a_function_accuse() {
    assert_eq!(
        survivors_where_a_line_is_new("if percent > 100:", "if percent > 200:"),
        [
            "src/shop/price.py:6 no test noticed `if percent >= 100:` instead of `if percent > 100:` in `discount`",
            "src/shop/price.py:6 no test noticed `if percent > 101:` instead of `if percent > 100:` in `discount`",
        ]
    );
    let total = survivors_where_a_line_is_new("return sum(self.prices) + 0", "return sum(self.prices)");
    assert_eq!(
        total,
        [
            "src/shop/price.py:20 no test noticed `return sum(self.prices) - 0` instead of `return sum(self.prices) + 0` in `Basket.total`"
        ]
    );
}

#[test]
fn a_report_may_have_so_many_bytes_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(folder.path().join("large.json")).unwrap();
    for (bytes, wanted) in [
        (limits::MUTATION_BYTES, "none of the known formats"),
        (limits::MUTATION_BYTES + 1, "the limit is"),
    ] {
        file.set_len(bytes).unwrap();
        let run = read::run(folder.path(), "mutation", &["large.json".to_owned()]).unwrap();
        assert!(run.problems[0].contains(wanted), "{bytes}: {}", run.problems[0]);
    }
}

#[test]
fn all_reports_together_may_list_so_many_mutants_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let stats = |count: usize| {
        format!(
            r#"{{"killed": {count}, "survived": 0, "total": {count}, "no_tests": 0, "skipped": 0, "suspicious": 0,
            "timeout": 0, "check_was_interrupted_by_user": 0, "segfault": 0}}"#
        )
    };
    std::fs::write(folder.path().join("1.json"), stats(limits::MUTANTS - 1)).unwrap();
    for (more, problems) in [(1, 0), (2, 1)] {
        std::fs::write(folder.path().join("2.json"), stats(more)).unwrap();
        let run = read::run(folder.path(), "mutation", &["*.json".to_owned()]).unwrap();
        assert_eq!(run.problems.len(), problems, "{more}: {:?}", run.problems);
    }
}

#[test]
fn a_report_that_ends_too_early_never_looks_whole() {
    let folder = tempfile::tempdir().unwrap();
    for file in [
        "pit/pitest-full-data-mutations.xml",
        "mutation-testing-elements/report-schema__testResources__strict-report-v2.json",
        "mutmut/shop/mutants/mutmut-cicd-stats.json",
    ] {
        let whole = std::fs::read(data().join(file)).unwrap();
        let end = whole.trim_ascii_end().len();
        for length in (0..end).step_by(7) {
            std::fs::write(folder.path().join("cut"), &whole[..length]).unwrap();
            let run = read::run(folder.path(), "mutation", &["cut".to_owned()]).unwrap();
            assert_eq!(run.problems.len(), 1, "{file} cut after {length} bytes");
        }
    }
}
