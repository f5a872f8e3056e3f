//! How long does `countersign check` take, compared with `git diff --numstat -M` on the same range?
//!
//! Both run in alternating pairs in one go, so that a busy machine slows both. Aims: at most 1.5 times git's wall time
//! plus 10 ms, under 100 MB of memory, a cold start under 20 ms. `cargo bench --bench check`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement prints, and fails loudly"
)]

use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Pairs of runs of each measurement.
const PAIRS: usize = 15;
/// What a start may cost beside the work itself.
const START: Duration = Duration::from_millis(10);

fn main() {
    println!(
        "cold start (`--version`): {}",
        shown(median((0..PAIRS).map(|_| cold_start()).collect()))
    );
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    import(&small, &long_history());
    measure("one commit of 20,000 files and 5,000 commits", &small);
    let large = folder.path().join("large");
    import(&large, &large_change());
    measure("one change of 2,000 files", &large);
}

fn measure(what: &str, repository: &Path) {
    let range = ["main~1", "main"];
    let (mut ours, mut gits, mut peak) = (Vec::new(), Vec::new(), 0);
    for _ in 0..PAIRS {
        gits.push(
            timed(
                Command::new("git")
                    .args(["diff", "--numstat", "-M"])
                    .args(range)
                    .current_dir(repository),
            )
            .0,
        );
        let (time, memory) = timed(&mut check(repository, range));
        ours.push(time);
        peak = peak.max(memory);
    }
    let (ours, git) = (median(ours), median(gits));
    let ratio = ours.saturating_sub(START).as_secs_f64() / git.as_secs_f64();
    println!(
        "{what}: countersign {}, git {}, (countersign - 10 ms) / git = {ratio:.2}, peak memory {} MB",
        shown(ours),
        shown(git),
        peak / 1024
    );
}

fn check(repository: &Path, [base, head]: [&str; 2]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .args(["check", "--base", base, "--head", head, "--report", "json", "-C"])
        .arg(repository);
    command
}

fn cold_start() -> Duration {
    timed(Command::new(env!("CARGO_BIN_EXE_countersign")).arg("--version")).0
}

/// The wall time of a command and the most memory it held, in KiB; 0 where the system does not say.
fn timed(command: &mut Command) -> (Duration, u64) {
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let watch = std::thread::spawn(move || watch(&status));
    std::io::copy(&mut out, &mut std::io::sink()).unwrap();
    child.wait().unwrap();
    let time = begun.elapsed();
    (time, watch.join().unwrap())
}

/// The high-water mark of a process, read until it is gone.
fn watch(status: &str) -> u64 {
    let mut peak = 0;
    while let Ok(text) = std::fs::read_to_string(status) {
        let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let Some(mark) = mark.and_then(|mark| mark.trim().strip_suffix(" kB")?.parse().ok()) else {
            break;
        };
        peak = peak.max(mark);
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn import(folder: &Path, stream: &str) {
    std::fs::create_dir(folder).unwrap();
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(words).current_dir(folder);
        command
    };
    assert!(
        git(&["init", "-q", "--bare", "-b", "main", "."])
            .status()
            .unwrap()
            .success()
    );
    let mut child = git(&["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// 20,000 files, then commits that change one file each.
fn long_history() -> String {
    let mut stream = String::new();
    begin(&mut stream, 0);
    for file in 0..20_000 {
        put(&mut stream, &place(file), &text(file, 30));
    }
    for commit in 1..5_000 {
        begin(&mut stream, commit);
        put(
            &mut stream,
            &place(commit * 4),
            &(text(commit * 4, 30) + "one more line\n"),
        );
    }
    stream
}

/// 2,000 files in one change: edited, moved, moved and edited, added and deleted.
fn large_change() -> String {
    let mut stream = String::new();
    begin(&mut stream, 0);
    for file in 0..4_000 {
        put(&mut stream, &place(file), &text(file, 120));
    }
    begin(&mut stream, 1);
    for file in 0..2_000 {
        let edited = text(file, 120)
            .replace("statement 7 ", "expression 7 ")
            .replace("statement 90 ", "");
        let moved = format!("moved/{}", place(file));
        let renamed = format!("moved/other_{file}.rs");
        match file % 10 {
            0..=5 => put(&mut stream, &place(file), &edited),
            6 => shift(&mut stream, file, &moved, &text(file, 120)),
            7 => shift(&mut stream, file, &moved, &edited),
            8 => shift(&mut stream, file, &renamed, &edited),
            _ => shift(&mut stream, file, &renamed, &text(file + 100_000, 60)),
        }
    }
    stream
}

fn place(file: usize) -> String {
    format!(
        "crates/part_{}/src/module_{}/file_{file}.rs",
        file % 20,
        file % 200
    )
}

fn text(seed: usize, lines: usize) -> String {
    (0..lines)
        .map(|line| {
            format!(
                "    let value_{} = statement {line} of({seed});\n",
                seed.wrapping_mul(31) ^ line
            )
        })
        .collect()
}

fn begin(stream: &mut String, number: usize) {
    let time = 1_700_000_000 + number;
    write!(
        stream,
        "commit refs/heads/main\ncommitter Ada <ada@example.org> {time} +0000\ndata 4\nwork\n"
    )
    .unwrap();
}

fn put(stream: &mut String, path: &str, text: &str) {
    write!(stream, "M 644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
}

fn shift(stream: &mut String, file: usize, to: &str, text: &str) {
    writeln!(stream, "D {}", place(file)).unwrap();
    put(stream, to, text);
}
