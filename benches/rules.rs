//! What do the rules over added code cost beside what a run costs anyway?
//!
//! Promises: all rules over 100,000 added lines in under 3 s on two cores, and a few milliseconds for one commit. Both are
//! measured as the difference between a run that parses the change and one that asks the rules too, in alternating pairs,
//! so that a busy machine slows both.
//!
//! Measured on two cores, built without link-time optimisation: 103 rules are read in 1.1 ms; 100,010 lines with 2,876 hits
//! take 0.6 s more than their facts; one file of 100 lines, in which the words of nearly every rule of its language occur,
//! 6 to 12 ms more (with the library's compiled queries 2.5 s and 17 to 100 ms).
//!
//! `cargo bench --bench rules`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when it cannot be set up"
)]

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use countersign::{
    code::parser::Parser,
    evidence::{
        Evidence,
        change::{Change, Mode, memory},
    },
    kinds::Kinds,
    path::RepoPath,
    policy::Paths,
    rules::{
        pack::Pack,
        packs::{self, BUILT_IN},
        sightings::{self, Asked},
    },
};

const LINES: usize = 100_000;
const CORES: usize = 2;
const PAIRS: usize = 7;
/// Files of the five languages, and where a copy of each stands.
const SOURCES: &[(&str, &str)] = &[
    ("all.rs", "src/part/m.rs"),
    ("all.py", "shop/part/m.py"),
    ("all.test.ts", "web/part/m.ts"),
    ("all_test.go", "pkg/part/m.go"),
    ("AllTest.java", "src/main/java/part/M.java"),
];

/// New files with so many lines between them.
fn files(lines: usize) -> memory::Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
    let texts: Vec<(String, &str)> = SOURCES
        .iter()
        .map(|(from, to)| (fs::read_to_string(folder.join(from)).unwrap(), *to))
        .collect();
    let mut files = memory::Files::new();
    let (mut count, mut copy) = (0, 0);
    for (text, place) in texts.iter().cycle() {
        if count >= lines {
            break;
        }
        let path = place.replace("part", &format!("part{copy}"));
        files.insert(
            RepoPath::new(path).unwrap(),
            (Mode::File, text.as_bytes().to_vec()),
        );
        count += text.lines().count();
        copy += 1;
    }
    files
}

/// A run up to the facts; with the rules where packs are given.
fn run(change: &Change, packs: &[Arc<Pack>]) -> (Duration, usize) {
    let parser = Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into())).with_processes(CORES);
    let evidence = Evidence::of(change.clone()).with_parser(parser);
    let kinds = Kinds::new(&Paths::default());
    let began = Instant::now();
    let parsed = evidence
        .changed_code()
        .filter(|both| both.after().is_ok())
        .count();
    if packs.is_empty() {
        return (began.elapsed(), parsed);
    }
    let asked = Asked {
        packs,
        kinds: &kinds,
        wanted: &|rule, _, role| sightings::weighs(rule, role),
    };
    let found = sightings::of(&evidence, asked);
    let time = began.elapsed();
    assert!(found.unknown.is_empty(), "{:?}", found.unknown.first());
    (time, found.found.len())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap()
}

fn measure(what: &str, files: memory::Files, packs: &[Arc<Pack>]) {
    let lines: usize = files
        .values()
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).lines().count())
        .sum();
    let change = memory::change(memory::Files::new(), files);
    let (mut without, mut with, mut hits) = (Vec::new(), Vec::new(), 0);
    for _ in 0..PAIRS {
        without.push(run(&change, &[]).0);
        let (time, found) = run(&change, packs);
        with.push(time);
        hits = found;
    }
    let (without, with) = (median(without), median(with));
    println!(
        "{what}: {lines} lines, {hits} hits: facts {without:.1?}, with rules {with:.1?}, rules {:.1?}",
        with.saturating_sub(without)
    );
}

fn main() {
    let began = Instant::now();
    let packs = packs::all().unwrap();
    let rules: usize = packs.iter().map(|pack| pack.rules.len()).sum();
    println!(
        "{rules} rules of {} packs are read in {:.2?}",
        BUILT_IN.len(),
        began.elapsed()
    );
    for one in files(1_000).into_iter().take(SOURCES.len()) {
        let name = one.0.to_string();
        measure(&format!("one file ({name})"), [one].into(), &packs);
    }
    measure("a large change", files(LINES), &packs);
}
