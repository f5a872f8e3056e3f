//! How long do the facts of a change of 2,000 files take, and what does the parser process cost?
//!
//! Promises: under 2 s on two cores; the process adds at most 10 %, and at most 5 ms to a run. A change of 2,000 files
//! has two sides, which makes 4,000 contents. They are the fixtures of the five languages: 2.1 KB each as they are, 6.1 KB
//! where they are repeated; of the other side, one line in twenty differs at most. A fixture holds every kind of test, so it
//! has more tokens and far more tests than a file of a project; the same bytes of real files take half the time. The side
//! that is parsed second takes over what is the same in the first, but for Rust, which `syn` reads.
//!
//! Measured on two cores, built without link-time optimisation, little else running:
//!
//! - `change`, 8.3 MB, which become 25.6 MB of facts: 1.5 to 1.9 s (2.8 to 3.7 s of processor time);
//! - `large`, 24.3 MB: 3.2 s (6.4 s), which misses the promise; `apart`, the same as added files: 3.8 s (7.4 s);
//! - `process`: 2,000 contents of 6.1 KB through one process take 21 to 22 % more processor time, 14 to 50 in ten pairs, its
//!   start included, which misses the promise; on a busy machine five pairs said 5 % less;
//! - `start`: one file of 1.7 to 2.6 KB through a new process takes 2.3 to 2.4 ms longer, best of 20.
//!
//! Busy with other work, processor time alone: `history`, both sides of the last 2,000 modified files of honojs/hono, 50.7 MB:
//! 7.7 s with the help of the other side, 10.0 s without; of jlowin/fastmcp, 100.8 MB: 9.1 s and 11.6 s.
//!
//! `cargo bench --bench facts` does all but `history` in about two minutes of processor time; `cargo bench --bench facts --
//! change`, or `large`, `apart`, `process`, `start`, does one part; `cargo bench --bench facts -- history FOLDER` the
//! history of the repository in a folder. On a busy machine only processor time tells.

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
    process::Command,
    time::{Duration, Instant},
};

use countersign::{
    code::{
        LanguageId, Packed,
        languages::parse,
        parser::{Parser, Source},
    },
    limits,
    path::RepoPath,
};

/// Both sides of 2,000 files.
const CONTENTS: usize = 4_000;
/// Contents of which the cost of the process is told.
const FEW: usize = 2_000;
const CORES: usize = 2;
/// Pairs of runs, with and without a process.
const PAIRS: usize = 5;

/// So many contents of the five languages in turn, each with at least so many bytes.
fn contents(count: usize, least: usize) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
    let names = ["all.rs", "all.py", "all.test.ts", "all_test.go", "AllTest.java"];
    let sources: Vec<Source> = names
        .iter()
        .map(|name| {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            Source {
                name: (*name).to_owned(),
                language: LanguageId::of(&RepoPath::new(name).unwrap()).unwrap(),
                bytes: filled(name, text, least).into_bytes(),
            }
        })
        .collect();
    sources.iter().cycle().take(count).cloned().collect()
}

/// The same contents as pairs of sides: a base, and a head where a number differs on one line in twenty.
fn sides(count: usize, least: usize) -> Vec<Source> {
    let bases = contents(count / 2, least);
    let both = bases.into_iter().flat_map(|base| {
        let head = Source {
            bytes: edited(std::str::from_utf8(&base.bytes).unwrap()).into_bytes(),
            ..base.clone()
        };
        [base, head]
    });
    both.collect()
}

/// A text with another number on one of each twenty lines, where one of them has a number.
fn edited(text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let blocks = lines.chunks(20).map(|block| {
        let with_number = block.iter().position(|line| line.contains('1'));
        let lines = block.iter().enumerate().map(|(at, line)| {
            if Some(at) == with_number {
                line.replacen('1', "7", 1)
            } else {
                (*line).to_owned()
            }
        });
        lines.collect::<String>()
    });
    blocks.collect()
}

/// Both sides of source files that were modified in a history, from its end.
fn history(repository: &str) -> Vec<Source> {
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-C", repository]).args(words);
        command.output().unwrap().stdout
    };
    let log = git(&[
        "log",
        "--first-parent",
        "-m",
        "--diff-filter=M",
        "--raw",
        "--no-abbrev",
        "--format=",
    ]);
    let log = String::from_utf8_lossy(&log).into_owned();
    let modified = log.lines().filter_map(|line| {
        let (ids, name) = line.split_once('\t')?;
        let language = LanguageId::of(&RepoPath::new(name).ok()?)?;
        let ids: Vec<&str> = ids.split(' ').collect();
        let side = |id: &str| Source {
            name: name.to_owned(),
            language,
            bytes: git(&["cat-file", "blob", id]),
        };
        Some([side(ids.get(2)?), side(ids.get(3)?)])
    });
    let text = |sides: &[Source; 2]| sides.iter().all(|side| side.bytes.len() < limits::SYNTAX_BYTES);
    modified.filter(text).take(CONTENTS / 2).flatten().collect()
}

/// A text with its body repeated; what may stand only at the top of a file is not.
fn filled(name: &str, text: String, least: usize) -> String {
    let body = match name.rsplit_once('.').unwrap().1 {
        "go" => text.split_once(")\n").unwrap().1,
        "java" => text.split_once(".*;\n").unwrap().1,
        _ => text.find("\n\n").map_or("", |at| &text[at..]),
    };
    let copies = least.saturating_sub(text.len()).div_ceil(body.len());
    let more = body.repeat(copies);
    text + &more
}

/// Wall time, and processor time of this process and its children.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    processor: Duration,
}

impl Took {
    fn of(work: impl FnOnce()) -> Self {
        let (began, before) = (Instant::now(), processor_time());
        work();
        Self {
            wall: began.elapsed(),
            processor: processor_time().saturating_sub(before),
        }
    }
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2?} ({:.2?} of processor time)", self.wall, self.processor)
    }
}

/// Of this process and of the children that it waited for, in hundredths of a second; zero where the system does not say.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks: u64 = fields
        .split(' ')
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

fn in_process(contents: &[Source]) {
    let work = || {
        for content in contents {
            let text = std::str::from_utf8(&content.bytes).unwrap();
            parse(content.language, text, &|| false).unwrap();
        }
    };
    let thread = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(limits::PARSER_STACK)
            .spawn_scoped(scope, work)
            .unwrap()
            .join()
    });
    thread.unwrap();
}

/// Gives the bytes of packed facts.
fn through_processes(contents: &[Source], cores: usize) -> usize {
    let parser = Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into())).with_processes(cores);
    let load = |index: usize| Ok(contents[index].clone());
    let follows = |index: usize| index % 2 == 1;
    let sizes = parser.pack(contents.len(), &load, &follows, |packed: Packed| {
        packed.bytes().len()
    });
    sizes.into_iter().map(Result::unwrap).sum()
}

/// One round: it is long enough to tell.
fn change(what: &str, contents: &[Source]) {
    let bytes: usize = contents.iter().map(|content| content.bytes.len()).sum();
    let mut packed = 0;
    let took = Took::of(|| packed = through_processes(contents, CORES));
    println!(
        "{what}: {} contents of {:.1} KB, {CORES} processes: {took}; {:.1} MB of source, {:.1} MB of facts",
        contents.len(),
        bytes as f64 / 1e3 / contents.len() as f64,
        bytes as f64 / 1e6,
        packed as f64 / 1e6
    );
}

/// With and without a process, in alternating pairs; the median of what the process adds.
fn process(contents: &[Source]) {
    in_process(&contents[..5]);
    let mut more: Vec<f64> = (0..PAIRS)
        .map(|_| {
            let own = Took::of(|| in_process(contents));
            let other = Took::of(|| {
                through_processes(contents, 1);
            });
            100.0 * (other.processor.as_secs_f64() / own.processor.as_secs_f64() - 1.0)
        })
        .collect();
    more.sort_by(f64::total_cmp);
    println!(
        "{} contents through one process: {:+.1} % of processor time, its start included (of {PAIRS} pairs: {more:.1?})",
        contents.len(),
        more[PAIRS / 2]
    );
}

/// The best of some rounds: the machine may be busy with something else.
fn start(contents: &[Source]) {
    for content in contents {
        let one = std::slice::from_ref(content);
        let best = |work: &dyn Fn()| (0..4 * PAIRS).map(|_| Took::of(work).wall).min().unwrap();
        let own = best(&|| in_process(one));
        let other = best(&|| {
            through_processes(one, 1);
        });
        println!(
            "one file of {}, {:.1} KB: {own:.2?} in this process, {other:.2?} through a new one",
            content.language.name(),
            content.bytes.len() as f64 / 1e3
        );
    }
}

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if let [part, repository] = asked.as_slice()
        && part == "history"
    {
        let sides = history(repository);
        let (bases, heads): (Vec<_>, Vec<_>) = sides
            .chunks(2)
            .map(|both| (both[0].clone(), both[1].clone()))
            .unzip();
        for _ in 0..PAIRS {
            change("one side after the other", &sides);
            change(
                "all bases, then all heads",
                &[bases.clone(), heads.clone()].concat(),
            );
        }
        return;
    }
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|word| word == part);
    let parts: [(&str, &dyn Fn()); 5] = [
        ("start", &|| start(&contents(5, 0))),
        ("process", &|| process(&contents(FEW, 5_000))),
        ("change", &|| {
            change("a change of 2,000 files", &sides(CONTENTS, 0))
        }),
        ("large", &|| {
            change("the same with larger files", &sides(CONTENTS, 5_000))
        }),
        ("apart", &|| {
            change(
                "larger files that were not there before",
                &contents(CONTENTS, 5_000),
            )
        }),
    ];
    for (_, run) in parts.iter().filter(|(part, _)| is_asked(part)) {
        run();
    }
}
