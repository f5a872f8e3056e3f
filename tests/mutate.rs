//! What does a mutation run become: one report, its parts, its text, and the verdict on it?
//!
//! The faults and what the tests make of them are invented here; the engines that really find and run them have tests of
//! their own.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a run that cannot be laid out is a failed test"
)]

mod common {
    pub(crate) mod repository;
}

use std::{collections::BTreeSet, fs, path::Path, process::Command, time::Duration};

use assert_cmd::cargo::CommandCargoExt as _;
use common::repository::Repository;
use countersign::{
    checks::Settings,
    code::{LanguageId, facts::Span},
    error::Error,
    evidence::{
        change::Change,
        mutation::{
            Baseline, Status, elements,
            own::{Configuration, Document},
        },
    },
    gate::{self, Inputs, Range},
    mutate::{
        Caps, Copy, Engine, Fault, Measured, Mutant, Outcome, Plan, Progress, Scope, Shard, Times, Universe,
        list, merge, mutant,
        report::{self, Sum},
        run, shard, text,
    },
    policy::Policy,
    report::State,
};

const BEFORE: &str = "pub fn total(a: u32, b: u32) -> u32 {\n    a + b\n}\n";
const AFTER: &str = "pub fn total(a: u32, b: u32) -> u32 {\n    a + b\n}\n
pub fn fee(a: u32, b: u32) -> u32 {\n    let sum = a + b;\n    sum + 2\n}\n
pub fn unused(a: u32) -> u32 {\n    a + 7\n}\n";

/// A repository with a change that adds two functions.
fn repository() -> (Repository, Range) {
    let repository = Repository::new();
    let base = repository.write("src/price.rs", BEFORE).commit("Prices");
    let head = repository
        .write("src/price.rs", AFTER)
        .write("tests/price.rs", "// tests\n")
        .commit("Fees");
    let range = Range::Commits {
        base: Some(base),
        head: Some(head),
    };
    (repository, range)
}

fn inputs(repository: &Repository, range: &Range) -> Inputs {
    Inputs::of(range.clone(), repository.root())
}

/// A fault for every ` + `, in place of a planner.
fn faults(text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut item = "";
    for (index, line) in text.lines().enumerate() {
        if let Some(rest) = line.strip_prefix("pub fn ") {
            item = rest.split('(').next().unwrap();
        }
        let number = u32::try_from(index + 1).unwrap();
        let Some(column) = line.find(" + ") else { continue };
        for replacement in ["-", "*"] {
            faults.push(Fault {
                span: Span {
                    start: 0,
                    end: 1,
                    first: number,
                    last: number,
                },
                column: u32::try_from(column + 2).unwrap(),
                end_column: u32::try_from(column + 3).unwrap(),
                item: item.to_owned(),
                operator: "BinaryOperator",
                original: "+".to_owned(),
                replacement: replacement.to_owned(),
                anchor: (number, number),
                value: false,
                noise: None,
                silenced: None,
            });
        }
    }
    faults
}

fn plan(change: &Change) -> Plan {
    let settings = Settings::new(Policy::default()).unwrap();
    let scope = Scope::changed(change, &settings);
    let named = scope
        .files
        .iter()
        .map(|file| mutant::name(&file.path, file.language, faults(&file.text)));
    let named = named.collect();
    Plan {
        universe: Universe::new(&scope, named, Caps::GATE),
        scope,
    }
}

/// Says of each mutant what a function says.
struct Told<F>(F);

impl<F: Fn(&Mutant) -> (Status, &'static [&'static str])> Engine for Told<F> {
    fn measure(
        &self,
        mutants: &[&Mutant],
        scope: &Scope,
        copy: &Copy,
        _: &dyn Progress,
    ) -> Result<Measured, Error> {
        for file in &scope.files {
            assert_eq!(fs::read_to_string(copy.place(&file.path)).unwrap(), file.text);
        }
        let names = |tests: &[&str]| tests.iter().map(|test| (*test).to_owned()).collect::<Vec<_>>();
        let outcomes = mutants.iter().map(|mutant| {
            let (status, tests) = (self.0)(mutant);
            Outcome {
                id: mutant.id.clone(),
                status,
                reason: Some(format!("in {}/src/price.rs", copy.root().display())),
                covered_by: names(tests),
                killed_by: if status == Status::Killed {
                    names(&tests[..1])
                } else {
                    Vec::new()
                },
                tests_run: tests.len(),
            }
        });
        Ok(Measured {
            outcomes: outcomes.collect(),
            baseline: Baseline::Passed,
            notes: vec!["unit tests ran".to_owned()],
            times: Times {
                build: Duration::from_secs(1),
                ..Times::default()
            },
        })
    }
}

struct Silent;

impl Progress for Silent {
    fn step(&self, _: &str, _: Option<usize>) {}
    fn advance(&self) {}
    fn note(&self, _: &str) {}
}

const TESTS: &[&str] = &["tests/price.rs::fees_add_up", "price::tests::zero"];

/// One survivor in `fee`, nothing that reaches `unused`, the rest killed.
fn weak(mutant: &Mutant) -> (Status, &'static [&'static str]) {
    match (mutant.fault.item.as_str(), mutant.fault.replacement.as_str()) {
        ("unused", _) => (Status::NoCoverage, &[]),
        ("fee", "*") if mutant.fault.span.first == 7 => (Status::Survived, TESTS),
        _ => (Status::Killed, TESTS),
    }
}

fn strong(_: &Mutant) -> (Status, &'static [&'static str]) {
    (Status::Killed, TESTS)
}

fn part<F: Fn(&Mutant) -> (Status, &'static [&'static str])>(
    change: &Change,
    of: Shard,
    told: F,
) -> Document {
    let plan = plan(change);
    let engine = Told(told);
    let copy = || Copy::of(change, None);
    let run = run::measure(&plan, of, &[(LanguageId::Rust, &engine)], &copy, &Silent).unwrap();
    report::document(change, &plan, of, Configuration::default(), &[], &run).unwrap()
}

fn whole<F: Fn(&Mutant) -> (Status, &'static [&'static str])>(change: &Change, told: F) -> Document {
    part(change, shard::WHOLE, told)
}

fn parts(change: &Change, of: usize) -> Vec<(String, Document)> {
    (1..=of)
        .map(|number| {
            (
                format!("part-{number}.json"),
                part(change, Shard { part: number, of }, weak),
            )
        })
        .collect()
}

#[test]
fn a_report_says_what_became_of_every_mutant_on_changed_lines() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let text = whole(&change, weak).text().unwrap();
    assert!(
        !text.contains("/tmp") && text.contains("in src/price.rs"),
        "{text}"
    );
    let document = Document::read(&text).unwrap();
    assert_eq!(document.text().unwrap(), text, "what is read is what was written");
    assert_eq!(
        whole(&change, weak).text().unwrap(),
        text,
        "a second run writes the same"
    );

    let read = elements::read(&text).unwrap();
    assert_eq!(
        (read.format, read.baseline, read.mutants.len()),
        ("countersign", Baseline::Passed, 6)
    );
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    assert_eq!(read.tree, Some(repository.ask(&["rev-parse", "HEAD^{tree}"])));
    assert_eq!(read.commit, Some(repository.ask(&["rev-parse", "HEAD"])));
    let survivor = read
        .mutants
        .iter()
        .find(|mutant| mutant.status == Status::Survived)
        .unwrap();
    assert_eq!((survivor.line, survivor.column), (Some(7), Some(9)));
    assert_eq!(survivor.original.as_deref(), Some("+"));
    assert_eq!(survivor.function.as_deref(), Some("fee"));
    assert_eq!(survivor.tests, TESTS);
    assert!(document.test_files.contains_key("tests/price.rs"));
}

#[test]
fn the_parts_of_a_run_make_the_same_report_as_the_whole() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    for of in [1, 2, 3, 6, 9] {
        let merged = merge::merge(parts(&change, of)).unwrap();
        assert_eq!(merged, whole(&change, weak), "{of} parts");
        let mut backwards = parts(&change, of);
        backwards.reverse();
        assert_eq!(merge::merge(backwards).unwrap(), merged, "in whatever order");
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let refused = |parts: Vec<(String, Document)>, why: &str| {
        let error = merge::merge(parts).unwrap_err();
        assert!(error.contains(why), "{error}");
    };
    refused(Vec::new(), "there is no part");
    let mut missing = parts(&change, 3);
    missing.remove(1);
    refused(missing, "missing: 2/3");
    let mut doubled = parts(&change, 2);
    doubled.push(doubled[0].clone());
    refused(doubled, "`part-1.json` and `part-1.json` are both part 1 of 2");
    let mut mixed = parts(&change, 2);
    mixed[1] = parts(&change, 3).remove(1);
    refused(mixed, "another number of parts");
    let mut forged = parts(&change, 2);
    forged[1].1.config.countersign.universe.hash = "0".repeat(64);
    refused(forged, "another universe");
    let mut otherwise = parts(&change, 2);
    otherwise[1].1.config.countersign.configuration.noise = true;
    refused(otherwise, "another configuration");
    let mut twice = parts(&change, 2);
    let file = twice[0].1.files["src/price.rs"].clone();
    let details = twice[0].1.config.countersign.mutants.clone();
    twice[1].1.files.insert("src/price.rs".to_owned(), file);
    twice[1].1.config.countersign.mutants = details;
    refused(twice, "is in another part too");

    repository.write("README.md", "more\n").commit("Later");
    let later = Range::Commits {
        base: Some(change.source().base_commit().unwrap().to_string()),
        head: None,
    };
    let other = gate::change(&inputs(&repository, &later)).unwrap();
    let mut of_two_heads = parts(&change, 2);
    of_two_heads[1] = parts(&other, 2).remove(1);
    refused(of_two_heads, "another head");
}

#[test]
fn a_hostile_part_is_refused_at_once_and_moves_no_cursor() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let refused = |edit: &dyn Fn(&mut Document)| {
        let mut document = part(&change, Shard { part: 1, of: 2 }, weak);
        edit(&mut document);
        let read = Document::read(&document.text().unwrap());
        read.and_then(|document| merge::merge(vec![("part.json".to_owned(), document)]))
            .unwrap_err()
    };
    let huge = |document: &mut Document| {
        document.config.countersign.shard.of = usize::MAX;
        document.config.countersign.universe.mutants = usize::MAX;
    };
    assert!(refused(&huge).contains("must list 1"), "{}", refused(&huge));
    let many = |document: &mut Document| document.config.countersign.shard.of = usize::MAX;
    assert!(!refused(&many).is_empty());
    let none = |document: &mut Document| document.config.countersign.shard.of = 0;
    assert!(refused(&none).contains("there is no part 1 of 0"));
    let later = |document: &mut Document| document.config.countersign.version = 2;
    assert!(refused(&later).contains("reads version 1"));

    let mut document = whole(&change, weak);
    for file in document.files.values_mut() {
        for mutant in &mut file.mutants {
            mutant.mutator_name = "\u{1b}[2J".to_owned();
            mutant.description = "\u{202e}x".to_owned();
            mutant.location.start.column = u32::MAX;
            mutant.location.end.line = u32::MAX;
        }
    }
    let told = text::report(&document, &BTreeSet::new());
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told}");
}

#[test]
fn a_part_without_a_verdict_on_one_of_its_mutants_is_not_read() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let mut document = part(&change, Shard { part: 1, of: 2 }, weak);
    document.files.get_mut("src/price.rs").unwrap().mutants.pop();
    let error = Document::read(&document.text().unwrap()).unwrap_err();
    assert!(error.contains("lists 2 mutants and must list 3"), "{error}");

    let mut document = whole(&change, weak);
    document.files.get_mut("src/price.rs").unwrap().mutants[0].id = "0123456789abcdef".to_owned();
    let error = Document::read(&document.text().unwrap()).unwrap_err();
    assert!(error.contains("not those that it was to measure"), "{error}");
}

#[test]
fn a_person_reads_where_what_who_and_what_to_assert() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let document = whole(&change, weak);
    let mut told = text::report(&document, &BTreeSet::new());
    for id in document.ids() {
        told = told.replace(id, "ID");
    }
    assert_eq!(
        told,
        "survived: `*` instead of `+`
  --> src/price.rs:7:9 in `fee`
   |
 7 |     sum + 2
   |         ^
   = reached by `tests/price.rs::fees_add_up`, `price::tests::zero`, and none failed
   = assert the very value that comes of `+`, with operands for which `*` gives another one (neither 0 nor 1)
   = BinaryOperator ID

not covered: 2 mutants in `unused`
  --> src/price.rs:11
   = no test reaches line 11
   = add a test that calls `unused` so that this line runs, and assert what comes of it
   = ID ID

note: unit tests ran
6 mutants: 3 noticed, 1 survived, 2 not covered; score 50.0 %
"
    );
}

#[test]
fn what_an_engine_forgets_or_measures_on_red_tests_was_not_measured() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let plan = plan(&change);
    let copy = || Copy::of(&change, None);
    struct Forgetful(Baseline);
    impl Engine for Forgetful {
        fn measure(
            &self,
            mutants: &[&Mutant],
            scope: &Scope,
            copy: &Copy,
            progress: &dyn Progress,
        ) -> Result<Measured, Error> {
            let mut measured = Told(strong).measure(mutants, scope, copy, progress)?;
            measured.outcomes.truncate(2);
            measured.outcomes[1].id = mutant::Id("another".into());
            measured.baseline = self.0;
            Ok(measured)
        }
    }
    for (baseline, noticed) in [(Baseline::Passed, 1), (Baseline::Failed, 0)] {
        let engine = Forgetful(baseline);
        let run = run::measure(
            &plan,
            shard::WHOLE,
            &[(LanguageId::Rust, &engine)],
            &copy,
            &Silent,
        )
        .unwrap();
        let document =
            report::document(&change, &plan, shard::WHOLE, Configuration::default(), &[], &run).unwrap();
        let sum = Sum::of(&document, &BTreeSet::new());
        assert_eq!((sum.noticed(), sum.pending), (noticed, 6 - noticed));
    }
    let run = run::measure(&plan, shard::WHOLE, &[], &copy, &Silent).unwrap();
    assert_eq!(run.not_measured().into_values().sum::<usize>(), 6);
}

/// The verdict on a report, and what became of one check.
fn judged(
    repository: &Repository,
    range: &Range,
    text: &str,
    check: &str,
) -> (countersign::verdict::Exit, State) {
    let mut inputs = inputs(repository, range);
    inputs.measured = Some(text.to_owned());
    let report = gate::judge(&inputs).unwrap();
    let item = report.items.iter().find(|item| item.id == check).unwrap();
    (report.exit, item.state)
}

#[test]
fn the_gate_judges_our_own_report() {
    use countersign::verdict::Exit;
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let strong = whole(&change, strong).text().unwrap();
    let weak = whole(&change, weak).text().unwrap();
    assert_eq!(
        judged(&repository, &range, &strong, "mutation-score"),
        (Exit::Pass, State::Holds)
    );
    assert_eq!(
        judged(&repository, &range, &strong, "mutation-stale"),
        (Exit::Pass, State::Holds)
    );
    assert_eq!(
        judged(&repository, &range, &strong, "mutation-baseline-red").1,
        State::Holds
    );
    assert_eq!(
        judged(&repository, &range, &weak, "mutation-survivor"),
        (Exit::Fail, State::Broken)
    );
    assert_eq!(
        judged(&repository, &range, &weak, "mutation-uncovered").1,
        State::Broken
    );
}

#[test]
fn one_part_never_passes() {
    use countersign::verdict::Exit;
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let part = part(&change, Shard { part: 1, of: 2 }, strong).text().unwrap();
    assert_eq!(
        judged(&repository, &range, &part, "mutation-score"),
        (Exit::Unproven, State::Unproven)
    );
}

#[test]
fn what_was_not_measured_never_passes() {
    use countersign::verdict::Exit;
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let open = whole(&change, |mutant| match mutant.fault.replacement.as_str() {
        "*" => (Status::Pending, &[]),
        _ => (Status::Killed, TESTS),
    });
    let open = open.text().unwrap();
    assert_eq!(
        judged(&repository, &range, &open, "mutation-score"),
        (Exit::Unproven, State::Unproven)
    );
}

#[test]
fn a_report_about_another_tree_is_stale_even_where_the_sources_are_the_same() {
    use countersign::verdict::Exit;
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let old = whole(&change, strong).text().unwrap();
    repository
        .write("tests/price.rs", "// no tests any more\n")
        .commit("Fewer tests");
    let Range::Commits { base, .. } = range else {
        panic!()
    };
    let later = Range::Commits { base, head: None };
    assert_eq!(
        judged(&repository, &later, &old, "mutation-stale"),
        (Exit::Fail, State::Broken)
    );
    assert_eq!(
        judged(&repository, &later, &old, "mutation-score").1,
        State::Unproven
    );
}

#[test]
fn the_base_may_accept_a_mutant_by_its_id() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let document = whole(&change, weak);
    let open: Vec<String> = document
        .mutants()
        .filter(|(_, mutant)| !mutant.status.0.detected())
        .map(|(_, mutant)| format!("    - {{id: {}, reason: nobody can notice}}\n", mutant.id))
        .collect();
    assert_eq!(open.len(), 3);
    let text = document.text().unwrap();
    let with = |accepted: &str| {
        let policy = repository.beside("policy.yaml");
        fs::write(&policy, format!("mutation:\n  accepted:\n{accepted}")).unwrap();
        let mut inputs = inputs(&repository, &range);
        inputs.measured = Some(text.clone());
        inputs.policy = Some(policy);
        gate::judge(&inputs).unwrap().exit
    };
    assert_eq!(with(&open.concat()), countersign::verdict::Exit::Pass);
    assert_eq!(with(&open[1..].concat()), countersign::verdict::Exit::Fail);
    let expired = open.concat().replace("notice}", "notice, until: 2001-01-01}");
    assert_eq!(with(&expired), countersign::verdict::Exit::Fail);
}

#[test]
fn mutants_are_listed_by_place() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let plan = plan(&change);
    let told = list::text(&plan, shard::WHOLE);
    assert!(
        told.starts_with("src/price.rs:6:17: `-` instead of `+` in `fee` (BinaryOperator, "),
        "{told}"
    );
    assert!(told.ends_with("6 mutants\n"), "{told}");
    let json: serde_json::Value = serde_json::from_str(&list::json(&plan, Shard { part: 1, of: 2 })).unwrap();
    assert_eq!(json["mutants"].as_array().unwrap().len(), 3);
    assert_eq!(json["universe"]["mutants"], 6);
}

fn countersign(words: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let done = Command::cargo_bin("countersign")
        .unwrap()
        .args(words)
        .current_dir(folder)
        .env_remove("CI_NODE_INDEX")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

#[test]
fn parts_on_disk_are_joined_by_the_command() {
    let (repository, range) = repository();
    let change = gate::change(&inputs(&repository, &range)).unwrap();
    let folder = repository.beside("parts");
    fs::create_dir(&folder).unwrap();
    for (name, document) in parts(&change, 2) {
        fs::write(folder.join(name), document.text().unwrap()).unwrap();
    }
    let (code, out, _) = countersign(
        &["mutate", "merge", "part-1.json", "part-2.json", "-o", "all.json"],
        &folder,
    );
    assert_eq!(code, Some(1), "{out}");
    assert!(out.ends_with("score 50.0 %\n"), "{out}");
    let written = fs::read_to_string(folder.join("all.json")).unwrap();
    assert_eq!(Document::read(&written).unwrap(), whole(&change, weak));
    let (code, _, error) = countersign(&["mutate", "merge", "part-1.json"], &folder);
    assert_eq!(code, Some(2));
    assert!(error.contains("missing: 2/2"), "{error}");
    fs::write(folder.join("odd.json"), "{}").unwrap();
    let (code, _, error) = countersign(&["mutate", "merge", "odd.json"], &folder);
    assert_eq!(code, Some(2));
    assert!(error.contains("mutation report `odd.json`"), "{error}");
}

#[test]
fn a_change_without_code_has_nothing_to_measure() {
    let repository = Repository::new();
    repository.write("src/price.rs", BEFORE).commit("Prices");
    repository.write("README.md", "# Prices\n").commit("Words");
    let (code, out, error) = countersign(
        &["mutate", "--base", "HEAD~1", "-o", "report.json"],
        repository.root(),
    );
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(
        out,
        "nothing to measure: no line of production code was added or changed in which a fault could be made\n"
    );
    let written = fs::read_to_string(repository.root().join("report.json")).unwrap();
    assert_eq!(Document::read(&written).unwrap().ids().count(), 0);
}

#[test]
fn code_in_another_language_is_named_and_not_taken_for_measured() {
    let repository = Repository::new();
    repository.write("src/a.go", "package a\n").commit("A");
    repository
        .write("src/a.go", "package a\n\nvar B = 1 + 1\n")
        .commit("B");
    let (code, out, _) = countersign(&["mutate", "--base", "HEAD~1"], repository.root());
    assert_eq!(code, Some(0));
    assert!(
        out.contains("src/a.go") && out.contains("nothing to measure"),
        "{out}"
    );
}

#[test]
fn a_file_that_does_not_parse_keeps_the_run_from_passing() {
    let repository = Repository::new();
    repository.write("src/lib.rs", "").commit("A");
    repository.write("src/lib.rs", "pub fn a( -> u32 {\n").commit("B");
    let (code, out, _) = countersign(&["mutate", "--base", "HEAD~1"], repository.root());
    assert_eq!(code, Some(3), "{out}");
    assert!(
        out.contains("not measured: src/lib.rs: it does not parse at line 1"),
        "{out}"
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (repository, _) = repository();
    for (words, why) in [
        (&["mutate", "--shard", "3/2"][..], "`3/2` is no part of a run"),
        (&["mutate", "--shard", "auto"], "no variable of the CI system"),
        (
            &["mutate", "--diff", "x.patch"],
            "a patch has no files on which tests could run",
        ),
        (
            &["mutate", "--base", "HEAD~1", "-o", "no/such/folder/x.json"],
            "there is no folder",
        ),
        (&["mutate", "--base", "HEAD~1", "--file", "a{"], "--file"),
        (&["check", "--base", "HEAD~1", "--jobs", "2"], "add `--mutate`"),
    ] {
        let (code, out, error) = countersign(words, repository.root());
        assert_eq!(code, Some(2), "{words:?}: {out}");
        assert!(error.contains(why), "{words:?}: {error}");
    }
}

/// A crate whose second commit adds two functions and these tests of them.
fn crate_with(tests: &str) -> Repository {
    let repository = Repository::new();
    repository
        .write(
            "Cargo.toml",
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        )
        .write(".gitignore", "target\nCargo.lock\n")
        .write("src/lib.rs", "pub fn one() -> u32 { 1 }\n")
        .commit("One");
    repository
        .write("src/lib.rs", SHOP)
        .write("tests/shop.rs", tests)
        .commit("Shipping");
    repository
}

const SHOP: &str = "pub fn one() -> u32 { 1 }

pub fn shipping(total: u32, weight: u32) -> u32 {
    if total >= 5_000 {
        return 0;
    }
    400 + weight / 10 * 50
}

pub fn is_heavy(weight: u32) -> bool {
    weight > 100
}
";

/// Runs every line and looks at next to nothing.
const WEAK: &str = "use shop::{is_heavy, shipping};

#[test]
fn parcels_cost_something() {
    assert!(shipping(100, 20) > 0);
    assert_eq!(shipping(6_000, 20), 0);
}

#[test]
fn heavy_is_heavy() {
    let _ = is_heavy(200);
}
";

/// Looks at the values, and at both sides of each bound.
const STRONG: &str = "use shop::{is_heavy, shipping};

#[test]
fn parcels_cost_by_their_weight() {
    assert_eq!(shipping(100, 25), 500);
    assert_eq!(shipping(5_000, 25), 0);
}

#[test]
fn heavy_begins_above_a_hundred() {
    assert!(!is_heavy(100));
    assert!(is_heavy(101));
}
";

/// `path:line:column` of every survivor that a text names.
fn places(out: &str) -> Vec<&str> {
    let places = out.lines().filter_map(|line| line.strip_prefix("  --> "));
    places.map(|place| place.split(' ').next().unwrap()).collect()
}

#[test]
fn weak_tests_let_faults_survive_at_the_places_where_nobody_looks() {
    let repository = crate_with(WEAK);
    let words = [
        "mutate",
        "--base",
        "HEAD~1",
        "--per-line",
        "0",
        "--per-function",
        "0",
    ];
    let (code, out, error) = countersign(&words, repository.root());
    assert_eq!(code, Some(1), "{out}{error}");
    let survived: BTreeSet<&str> = places(&out).into_iter().collect();
    let expected = [
        "src/lib.rs:7:9",
        "src/lib.rs:7:18",
        "src/lib.rs:7:23",
        "src/lib.rs:11:5",
        "src/lib.rs:11:12",
    ];
    assert_eq!(survived, BTreeSet::from(expected), "{out}");
    assert!(
        out.contains("reached by `tests/shop.rs::heavy_is_heavy`"),
        "{out}"
    );
    assert_eq!(
        repository.ask(&["status", "--porcelain", "--ignored"]),
        "",
        "the user's tree is not written"
    );

    let (code, out, error) = countersign(&["check", "--base", "HEAD~1", "--mutate"], repository.root());
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(
        out.contains("mutation-survivor") && out.contains("src/lib.rs:7"),
        "{out}"
    );
}

#[test]
fn strong_tests_leave_nothing() {
    let repository = crate_with(STRONG);
    let words = [
        "mutate",
        "--base",
        "HEAD~1",
        "--per-line",
        "0",
        "--per-function",
        "0",
    ];
    let (code, out, error) = countersign(&words, repository.root());
    assert_eq!((code, places(&out)), (Some(0), Vec::new()), "{out}{error}");
    assert!(out.contains(" 0 survived, 0 not covered; score 100.0 %"), "{out}");
    let (code, out, error) = countersign(&["check", "--base", "HEAD~1", "--mutate"], repository.root());
    assert_eq!(code, Some(0), "{out}{error}");
}

#[test]
fn real_parts_make_the_same_report_as_the_whole() {
    let repository = crate_with(WEAK);
    let folder = repository.beside("reports");
    fs::create_dir(&folder).unwrap();
    let report = |name: &str| folder.join(name).display().to_string();
    let measure = |more: &[&str], name: &str| {
        let place = report(name);
        let mut words = vec!["mutate", "--base", "HEAD~1", "--output", &place];
        words.extend(more);
        countersign(&words, repository.root())
    };
    assert_eq!(measure(&[], "whole.json").0, Some(1));
    assert_eq!(measure(&["--shard", "1/2"], "1.json").0, Some(0));
    assert_eq!(measure(&["--shard", "2/2"], "2.json").0, Some(0));
    let words = [
        "mutate",
        "merge",
        &report("2.json"),
        &report("1.json"),
        "-o",
        &report("merged.json"),
    ];
    assert_eq!(countersign(&words, repository.root()).0, Some(1));
    let read = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let mut document = Document::read(&text).unwrap();
        // which of several tests noticed a mutant first may differ from run to run
        for mutant in document.files.values_mut().flat_map(|file| &mut file.mutants) {
            mutant.killed_by.clear();
            mutant.tests_completed = 0;
        }
        document
    };
    assert_eq!(read("merged.json"), read("whole.json"));
}

#[test]
fn a_silence_that_the_change_adds_is_reported_and_not_heeded() {
    let repository = crate_with(STRONG);
    let silenced = SHOP.replace(
        "pub fn is_heavy",
        "#[cfg_attr(any(), mutants::skip)]\npub fn is_heavy",
    );
    repository
        .write("src/lib.rs", silenced.replace("> 100", "> 99"))
        .commit("Less");
    let (code, out, error) = countersign(&["mutate", "--base", "HEAD~1", "--list"], repository.root());
    assert!(out.contains("in `is_heavy`"), "{code:?} {out}{error}");
    let (_, out, _) = countersign(&["mutate", "--base", "HEAD~1"], repository.root());
    assert!(
        out.contains("src/lib.rs:10 asks for no mutants and is added by this change"),
        "{out}"
    );

    repository
        .write("src/lib.rs", silenced.replace("> 100", "> 98"))
        .commit("Still less");
    let (code, out, error) = countersign(&["mutate", "--base", "HEAD~1", "--list"], repository.root());
    assert_eq!(code, Some(0), "{error}");
    assert!(
        out.contains("left out: the source says not to mutate it") && !out.contains("in `is_heavy`"),
        "{out}"
    );
}

#[test]
fn the_policy_of_the_base_says_how_many_mutants_are_made() {
    let repository = crate_with(WEAK);
    let policy = "mutation: { per-line: 1, per-function: 1 }\n";
    repository.write("countersign.yaml", policy).commit("Policy");
    repository
        .write(
            "src/lib.rs",
            SHOP.replace("> 100", "> 99").replace("* 50", "* 51"),
        )
        .commit("Less");
    let count = |words: &[&str]| {
        let mut all = vec!["mutate", "--base", "HEAD~1", "--list", "--json"];
        all.extend(words);
        let (code, out, error) = countersign(&all, repository.root());
        assert_eq!(code, Some(0), "{error}");
        let list: serde_json::Value = serde_json::from_str(&out).unwrap();
        list["mutants"].as_array().unwrap().len()
    };
    // two lines and two functions with a changed line
    assert_eq!(count(&[]), 4);
    assert_eq!(count(&["--most", "3"]), 3);
    assert!(count(&["--per-line", "0"]) > 6);
    assert_eq!(count(&["--file", "nowhere/**"]), 0);
    let all = ["mutate", "--all", "--list"];
    let (_, out, _) = countersign(&all, repository.root());
    assert!(out.contains("src/lib.rs:1:") && out.contains("in `one`"), "{out}");
}

#[test]
fn evidence_on_disk_is_no_part_of_the_tree_that_was_measured() {
    let repository = crate_with(STRONG);
    repository.write("src/lib.rs", SHOP.replace("weight > 100", "weight >= 101"));
    let inner = repository.root().join("src");
    let (code, out, error) = countersign(&["mutate", "--worktree", "-o", "../report.json"], &inner);
    assert_eq!(code, Some(0), "{out}{error}");
    repository.write("claims.yaml", "claims:\n  - form: dep-none\n");
    let words = [
        "check",
        "--worktree",
        "--mutation",
        "../report.json",
        "--claims",
        "../claims.yaml",
    ];
    let (code, out, error) = countersign(&words, &inner);
    assert_eq!(code, Some(0), "{out}{error}");
    repository.write("tests/shop.rs", WEAK);
    let (code, out, _) = countersign(&words, &inner);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("mutation-stale"), "{out}");
}
