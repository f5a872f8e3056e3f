//! Do Python tests notice faults, whatever the tests do to the process they run in?
//!
//! A small project with the habits that have misled such tools: suites that pass only once, tests that clear the
//! environment, start other programs and leave them running, faults that never end or take all memory.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a run that cannot be laid out is a failed test"
)]

mod common {
    pub(crate) mod pytest;
    pub(crate) mod repository;
}

use std::{collections::BTreeMap, fs, process::Command};

use assert_cmd::cargo::CommandCargoExt as _;
use common::{
    pytest::{mutate, report, verdicts},
    repository::Repository,
};

const CODE: &str = r#"import functools
import mmap

LIMIT = 10


def total(prices, fee=2):
    amount = 0
    for price in prices:
        amount += price
    return amount + fee


def countdown(n):
    while n > 0:
        n -= 1
    return n


def fill(n):
    parts = []
    while n > 0:
        parts.append(mmap.mmap(-1, 1 << 26))
        n -= 1
    return len(parts)


def in_child(a):
    return a + 3


def unused(a):
    return a + 7


def weak(a):
    return a + 11


@functools.lru_cache
def cached(a):
    return a + 13


def at_import(a):
    return a + 17


TABLE = [at_import(1)]


def make(extra):
    def inner(a):
        return a + extra
    return inner


add_five = make(5)


class Basket:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item + 19)


def skipped(a):
    return a + 23  # pragma: no mutate
"#;

const TESTS: &str = r#"import os
import subprocess
import sys
import unittest

import pytest

import price

SEEN = []
CASES = [[1, 2]]


@pytest.mark.parametrize("prices", CASES)
def test_passes_only_once(prices):
    assert not SEEN
    SEEN.append(1)
    assert price.total(prices) == 5
    prices.append(3)


def test_clears_the_environment():
    os.environ.clear()
    assert price.countdown(3) == 0


def test_memory():
    assert price.fill(1) == 1


def test_starts_a_program_that_stays():
    subprocess.Popen(["sleep", "98765.25"])
    told = subprocess.run(
        [sys.executable, "-c", "import price; print(price.in_child(1))"], capture_output=True, text=True
    )
    assert told.stdout == "4\n"


def test_weak():
    assert price.weak(1) is not None


def test_cached():
    assert price.cached(1) == 14


def test_import():
    assert price.TABLE == [18]
    assert price.LIMIT == 10


def test_closure():
    assert price.add_five(1) == 6


class BasketTest(unittest.TestCase):
    def test_add(self):
        basket = price.Basket()
        basket.add(1)
        self.assertEqual(basket.items, [20])
"#;

fn project(tests: &[(&str, &str)]) -> Repository {
    let repository = Repository::new();
    repository.write("price.py", CODE);
    for (name, text) in tests {
        repository.write(name, text);
    }
    repository.commit("Prices");
    repository
}

/// The status of each fault of `price.py`, by the line it is in and what stands there instead.
fn statuses(report: &serde_json::Value) -> BTreeMap<(String, String), String> {
    let lines: Vec<&str> = CODE.lines().collect();
    let mutants = report["files"]["price.py"]["mutants"].as_array().unwrap();
    let status = |mutant: &serde_json::Value| {
        let line = mutant["location"]["start"]["line"].as_u64().unwrap();
        let text = lines[usize::try_from(line).unwrap() - 1].trim().to_owned();
        let instead = mutant["replacement"].as_str().unwrap_or_default().to_owned();
        ((text, instead), mutant["status"].as_str().unwrap().to_owned())
    };
    mutants.iter().map(status).collect()
}

#[test]
fn what_tests_do_to_their_process_does_not_change_a_verdict() {
    let repository = project(&[("test_price.py", TESTS)]);
    let output = mutate(&repository, &[]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    let found = statuses(&report(&repository));
    let is = |line: &str, instead: &str| {
        let key = (line.to_owned(), instead.to_owned());
        found
            .get(&key)
            .unwrap_or_else(|| panic!("{line} {instead}: {found:#?}"))
            .as_str()
    };
    assert_eq!(is("amount += price", "-="), "Killed");
    assert_eq!(is("def total(prices, fee=2):", "3"), "Killed", "a default value");
    assert_eq!(
        is("n -= 1", "+="),
        "Killed",
        "of the two such lines, this is that of `fill`: too much memory"
    );
    assert_eq!(is("while n > 0:", "not (n > 0)"), "Killed");
    assert_eq!(is("return a + 3", "-"), "Killed", "only another program runs it");
    assert_eq!(is("return a + 7", "-"), "NoCoverage");
    assert_eq!(is("return a + 11", "-"), "Survived");
    assert_eq!(is("return a + 13", "-"), "Killed");
    assert_eq!(
        is("return a + 17", "-"),
        "Killed",
        "it runs while the file is imported"
    );
    assert_eq!(is("LIMIT = 10", "11"), "Killed");
    assert_eq!(
        is("return a + extra", "-"),
        "Killed",
        "the function was made at import"
    );
    assert_eq!(is("self.items.append(item + 19)", "-"), "Killed");
    assert!(!found.contains_key(&("return a + 23  # pragma: no mutate".to_owned(), "-".to_owned())));
    assert!(found.values().all(|status| status != "Pending"), "{found:#?}");
    assert_eq!(left_behind("98765.25"), 0);
    assert_eq!(
        repository.ask(&["status", "--porcelain"]),
        "",
        "the tree is as it was"
    );
}

/// Processes with a word in their command line.
fn left_behind(word: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines
        .filter(|line| line.split(|byte| *byte == 0).any(|part| part == word.as_bytes()))
        .count()
}

#[test]
fn a_loop_that_never_ends_is_noticed_in_time() {
    let tests = "import price\n\ndef test_it():\n    assert price.countdown(3) == 0\n";
    let repository = project(&[("test_price.py", tests)]);
    let output = mutate(&repository, &[]);
    assert_eq!(output.status.code(), Some(1));
    let report = report(&repository);
    let mutants = report["files"]["price.py"]["mutants"].as_array().unwrap();
    let line = CODE.lines().position(|line| line.trim() == "n -= 1").unwrap() + 1;
    let endless = mutants
        .iter()
        .find(|mutant| mutant["location"]["start"]["line"] == line && mutant["replacement"] == "+=")
        .unwrap();
    assert_eq!(endless["status"], "Timeout");
}

#[test]
fn tests_that_fail_anyway_measure_nothing() {
    let repository = project(&[("test_price.py", "def test_red():\n    assert False, 'red'\n")]);
    let output = mutate(&repository, &[]);
    assert_eq!(output.status.code(), Some(3));
    let report = report(&repository);
    let notes = report["config"]["countersign"]["notes"].to_string();
    assert!(notes.contains("test_price.py::test_red"), "{notes}");
    assert!(statuses(&report).values().all(|status| status == "Pending"));
}

#[test]
fn a_suite_that_cannot_be_collected_measures_nothing() {
    let repository = project(&[("test_price.py", "import no_such_module\n")]);
    assert_eq!(mutate(&repository, &[]).status.code(), Some(3));
}

#[test]
fn no_tests_and_no_interpreter_are_errors_with_a_way_out() {
    let repository = project(&[]);
    let output = mutate(&repository, &[]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("pytest finds no tests"), "{told}");
    let none = Command::cargo_bin("countersign")
        .unwrap()
        .current_dir(repository.root())
        .args(["mutate", "--all", "--python", "/bin/false"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&none.stderr).into_owned();
    assert_eq!(none.status.code(), Some(2), "{told}");
    assert!(told.contains("--python"), "{told}");
}

#[test]
fn a_fault_at_import_is_judged_by_all_that_the_import_makes() {
    let code = "def double(a):\n    return a * 2\n\n\nTABLE = {3: double(3)}\nWIDTH = 4\n";
    let tests = "import table\nfrom table import TABLE, WIDTH\n\n\nWIDE = [WIDTH] * 2\n\n\ndef test_agree():\n    assert TABLE[3] == table.double(3)\n\n\ndef test_width():\n    assert WIDE == [4, 4]\n";
    let (_, found) = verdicts(&[("table.py", code), ("test_table.py", tests)], &[]);
    assert_eq!(
        found["table.py:2 /"], "Survived",
        "both sides of the test have the fault"
    );
    assert_eq!(found["table.py:2 3"], "Survived");
    assert_eq!(found["table.py:5 4"], "Killed", "there is no such key");
    assert_eq!(
        found["table.py:6 5"], "Killed",
        "the test module took the value when it was imported"
    );
    assert!(found.values().all(|status| status != "Pending"), "{found:#?}");
}

#[test]
fn faults_that_break_or_never_end_an_import_are_noticed() {
    let code = "import os\n\n\ndef count(n):\n    while n > 0:\n        n -= 1\n    return n\n\n\nLEFT = count(3)\nNAMES = ['a', 'b']\nFIRST = NAMES[1]\n";
    let tests = "def test_it():\n    import counted\n\n    assert counted.LEFT == 0\n";
    let eager = "import counted\n\n\ndef test_it():\n    assert counted.LEFT == 0\n";
    for test in [tests, eager] {
        let (_, found) = verdicts(&[("counted.py", code), ("test_counted.py", test)], &[]);
        assert_eq!(found["counted.py:6 +="], "Timeout", "{test}");
        assert_eq!(found["counted.py:12 2"], "Killed", "{test}");
        assert_eq!(found["counted.py:11 'XXaXX'"], "Survived", "{test}");
        assert!(found.values().all(|status| status != "Pending"), "{found:#?}");
    }
}

#[test]
fn threads_that_run_when_the_tests_are_collected_are_in_no_child() {
    let conftest =
        "import threading\n\nGO = threading.Event()\nthreading.Thread(target=GO.wait, daemon=True).start()\n";
    let code = "LIMIT = 3\n\n\ndef more(a):\n    return a + LIMIT\n\n\ndef weak(a):\n    return a + 9\n";
    let tests = "import threading\n\nimport more\n\n\ndef test_more():\n    assert more.more(1) == 4\n    assert threading.active_count() == 2\n\n\ndef test_weak():\n    assert more.weak(1)\n";
    let files = [
        ("conftest.py", conftest),
        ("more.py", code),
        ("test_more.py", tests),
    ];
    let (_, found) = verdicts(&files, &[]);
    assert_eq!(found["more.py:1 4"], "Killed");
    assert_eq!(found["more.py:5 -"], "Killed");
    assert_eq!(found["more.py:9 -"], "Survived");
    assert_eq!(found["more.py:9 None"], "Killed");
    assert!(found.values().all(|status| status != "Pending"), "{found:#?}");
}

const SHOP: &str = "def shipping(weight, fast=False):\n    if weight < 10:\n        price = 4\n    else:\n        price = 7\n    if fast:\n        price += 5\n    return price\n";

#[test]
fn weak_tests_leave_faults_with_their_place_and_strong_tests_none() {
    let weak = "from shop import shipping\n\n\ndef test_light():\n    assert shipping(1) == 4\n\n\ndef test_heavy():\n    assert shipping(20) == 7\n\n\ndef test_fast():\n    assert shipping(1, fast=True)\n";
    let strong = "from shop import shipping\n\n\ndef test_light():\n    assert [shipping(9), shipping(10)] == [4, 7]\n\n\ndef test_fast():\n    assert shipping(1, fast=True) == 9\n    assert shipping(10, True) == 12\n";
    let (output, found) = verdicts(&[("shop.py", SHOP), ("test_shop.py", weak)], &[]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    let survived: Vec<&str> = found
        .iter()
        .filter(|(_, status)| *status == "Survived")
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        survived,
        [
            "shop.py:2 11",
            "shop.py:2 <=",
            "shop.py:7 -=",
            "shop.py:7 6",
            "shop.py:7 ="
        ],
        "{told}"
    );
    assert!(told.contains("shop.py:2:15 in `shipping`"), "{told}");
    assert!(told.contains("both sides of `<` are equal"), "{told}");
    assert!(told.contains("there already: `+=`"), "{told}");
    let (output, found) = verdicts(&[("shop.py", SHOP), ("test_shop.py", strong)], &[]);
    assert_eq!(output.status.code(), Some(0), "{found:#?}");
}

#[test]
fn what_an_import_leaves_elsewhere_is_made_anew_too() {
    let registry = "KNOWN = []\n\n\ndef register(name):\n    KNOWN.append(name)\n    return name\n";
    let code = "from registry import register\n\nONE = register('one')\nTWO = register('two')\nTHREE = register('six')\n";
    let tests = "import plugins\nimport registry\n\n\ndef test_all():\n    assert len(registry.KNOWN) == 3\n    assert plugins.ONE in registry.KNOWN\n\n\ndef test_last():\n    assert registry.KNOWN[-1] == 'six'\n";
    let files = [
        ("registry.py", registry),
        ("plugins.py", code),
        ("test_plugins.py", tests),
    ];
    let (_, found) = verdicts(&files, &[]);
    assert_eq!(
        found["plugins.py:3 'XXoneXX'"], "Survived",
        "one more would be in the list if the file only ran again"
    );
    assert_eq!(found["plugins.py:4 'XXtwoXX'"], "Survived");
    assert_eq!(found["plugins.py:5 'XXsixXX'"], "Killed");
    assert!(found.values().all(|status| status != "Pending"), "{found:#?}");
}

#[test]
fn whoever_has_taken_something_gets_what_is_new() {
    let rates = "LOW = 2\nHIGH = 3\n_HIDDEN = 4\nTABLE = {'a': LOW}\n\n\ndef rate(a):\n    return a * HIGH + _HIDDEN\n";
    let shop = "from .rates import *\nfrom .rates import LOW as SMALL\nfrom . import rates\n";
    let guarded =
        "try:\n    from shop import rates\n    FAST = rates.LOW > 0\nexcept TypeError:\n    FAST = False\n";
    let tests = "import guarded\nimport shop\nfrom shop import TABLE, SMALL, rate\n\n\ndef test_all():\n    assert SMALL == shop.LOW == shop.rates.LOW == TABLE['a']\n    assert guarded.FAST\n\n\ndef test_rate():\n    assert rate(2) == 10\n";
    let files = [
        ("shop/__init__.py", shop),
        ("shop/rates.py", rates),
        ("guarded.py", guarded),
        ("test_shop.py", tests),
    ];
    let (_, found) = verdicts(&files, &[]);
    assert_eq!(
        found["shop/rates.py:1 3"], "Survived",
        "everybody sees the same value"
    );
    assert_eq!(
        found["shop/rates.py:1 None"], "Killed",
        "the guard sees it while it is imported"
    );
    assert_eq!(found["shop/rates.py:2 4"], "Killed");
    assert_eq!(found["shop/rates.py:3 5"], "Killed");
    assert_eq!(
        found["shop/rates.py:4 None"], "Killed",
        "the name that a test has taken is None"
    );
    assert!(found.values().all(|status| status != "Pending"), "{found:#?}");
}

#[test]
fn warnings_parts_of_tests_and_logs_fail_plain_tests_as_they_fail_others() {
    let configuration = "[tool.pytest.ini_options]\nfilterwarnings = ['error']\n";
    let code = "import logging\nimport warnings\n\n\ndef warn(a):\n    if a > 3:\n        warnings.warn('much')\n    return a\n\n\ndef log(a):\n    logging.getLogger('x').warning('%d parts', a + 1)\n\n\ndef parts(a):\n    return [a + 5, a]\n";
    let tests = "import unittest\n\nimport pytest\n\nimport loud\n\n\n@pytest.mark.parametrize('a', [1, 3])\ndef test_warn(a):\n    loud.warn(a)\n\n\ndef test_log():\n    loud.log(1)\n\n\nclass Parts(unittest.TestCase):\n    def test_parts(self):\n        for one, part in zip((6, 1), loud.parts(1)):\n            with self.subTest(one):\n                self.assertEqual(one, part)\n";
    let files = [
        ("pyproject.toml", configuration),
        ("loud.py", code),
        ("test_loud.py", tests),
    ];
    let (_, found) = verdicts(&files, &[]);
    assert_eq!(found["loud.py:6 >="], "Killed", "only a warning shows it");
    assert_eq!(found["loud.py:6 4"], "Survived");
    assert_eq!(
        found["loud.py:12 None"], "Killed",
        "only the handler of logs shows it"
    );
    assert_eq!(found["loud.py:12 -"], "Survived");
    assert_eq!(found["loud.py:16 -"], "Killed", "only a part of a test shows it");
}

#[test]
fn imports_beyond_the_budget_are_not_measured_and_said_to_be_so() {
    let code = "A = 1\nB = 2\nC = 3\nD = 4\nE = 5\n";
    // a test file that is made of the values: each fault needs a collection of its own
    let tests = "import time\n\nimport slow\n\ntime.sleep(0.4)\nALL = [slow.A, slow.B, slow.C, slow.D, slow.E]\n\n\ndef test_all():\n    assert ALL == [1, 2, 3, 4, 5]\n";
    let repository = Repository::new();
    repository.write("slow.py", code).write("test_slow.py", tests);
    repository.commit("A project");
    let output = mutate(&repository, &["--budget", "1"]);
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(
        told.contains("not measured") && told.contains("--budget"),
        "{told}"
    );
    let text = report(&repository).to_string();
    assert!(
        text.contains("\"Pending\"") && !text.contains("\"Survived\""),
        "{text}"
    );
    let whole = mutate(&repository, &["--budget", "0"]);
    assert_eq!(whole.status.code(), Some(0), "no limit");
}
