//! How long do the facts of a change of 2,000 files take, and what does the parser process cost?
//!
//! Promises: under 2 s on two cores; the process adds at most 10 %, and at most 5 ms to a run. A change of 2,000 files
//! has two sides, which makes 4,000 contents; those of the fixtures have 6.4 KB each and more tests than most real files.
//!
//! On a busy machine, compare processor time: `time facts own 1` and `time facts processes 1` do the work once.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark prints, and stops when it cannot be set up"
)]

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use countersign::{
    code::{
        LanguageId,
        languages::parse,
        parser::{Parser, Source},
    },
    limits,
    path::RepoPath,
};

/// Both sides of 2,000 files.
const FILES: usize = 4_000;
const CORES: usize = 2;
const ROUNDS: usize = 5;

/// Files of the five languages, each about 5 KB: the fixtures, twice over where they are short.
fn files() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
    let names = ["all.rs", "all.py", "all.test.ts", "all_test.go", "AllTest.java"];
    let texts: Vec<(&str, String)> = names
        .iter()
        .map(|name| (*name, fs::read_to_string(folder.join(name)).unwrap()))
        .collect();
    let one = |index: usize| {
        let (name, text) = &texts[index % texts.len()];
        // what may stand only at the top of a file is not repeated
        let body = text.find("\n\n").map_or("", |at| &text[at..]);
        let body = if name.ends_with("go") {
            text.split_once(")\n").unwrap().1
        } else {
            body
        };
        let body = if name.ends_with("java") {
            text.split_once(".*;\n").unwrap().1
        } else {
            body
        };
        let copies = 5_000_usize.saturating_sub(text.len()).div_ceil(body.len());
        Source {
            name: (*name).to_owned(),
            language: LanguageId::of(&RepoPath::new(name).unwrap()).unwrap(),
            bytes: (text.clone() + &body.repeat(copies)).into_bytes(),
        }
    };
    (0..FILES).map(one).collect()
}

fn in_process(files: &[Source], cores: usize) -> Duration {
    let began = Instant::now();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..cores {
            let work = || {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let text = std::str::from_utf8(&file.bytes).unwrap();
                    parse(file.language, text, &|| false).unwrap();
                }
            };
            thread::Builder::new()
                .stack_size(limits::PARSER_STACK)
                .spawn_scoped(scope, work)
                .unwrap();
        }
    });
    began.elapsed()
}

fn through_processes(files: &[Source], cores: usize) -> Duration {
    let parser = Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into())).with_processes(cores);
    let began = Instant::now();
    let parsed = parser.read(files.len(), &|index| Ok(files[index].clone()));
    let time = began.elapsed();
    assert!(parsed.iter().all(Result::is_ok));
    time
}

/// The best of some rounds: the machine may be busy with something else.
fn best(mut measure: impl FnMut() -> Duration) -> Duration {
    (0..ROUNDS).map(|_| measure()).min().unwrap()
}

fn main() {
    let files = files();
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    println!("{FILES} contents, {:.1} MB", bytes as f64 / 1e6);
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if let [what, cores] = words.as_slice() {
        let cores = cores.parse().unwrap();
        let time = match what.as_str() {
            "own" => in_process(&files, cores),
            "start" => through_processes(&files[..1], cores),
            _ => through_processes(&files, cores),
        };
        println!("{what} {cores}: {time:.2?}");
        return;
    }
    in_process(&files[..5], 1);
    for cores in [1, CORES] {
        let own = best(|| in_process(&files, cores));
        let processes = best(|| through_processes(&files, cores));
        let cost = 100.0 * (processes.as_secs_f64() / own.as_secs_f64() - 1.0);
        println!(
            "{cores} core(s): in this process {own:.2?}, through parser processes {processes:.2?}: {cost:+.1} %"
        );
    }
    for file in &files[..5] {
        let one = std::slice::from_ref(file);
        let own = best(|| in_process(one, 1));
        let process = best(|| through_processes(one, 1));
        println!(
            "one {} file: in this process {own:.2?}, through a new process {process:.2?}",
            file.language.name()
        );
    }
}
