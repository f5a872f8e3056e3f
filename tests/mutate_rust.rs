//! Does `mutate` judge Rust mutants rightly where mutation testers are known to fail?
//!
//! Real crates, small and without dependencies, built and run. Each function is one trap, named by what it is.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a project that cannot be made or measured is a failed test"
)]

mod common {
    pub(crate) mod measured;
    pub(crate) mod repository;
}

use common::measured::{is_running, measure};

const TRAPS: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[package]\nname = \"traps\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nextra = []\n[[test]]\nname = \"plain\"\nharness = false\n",
    ),
    (".gitignore", "/target\n/Cargo.lock\n"),
    (
        "src/lib.rs",
        r#"//! Traps.
#![deny(warnings)]
#![forbid(unsafe_code)]

pub fn add(a: u32, b: u32) -> u32 {
    a + b
}

pub fn fee(total: u32) -> u32 {
    if total > 100 { 5 } else { 1 }
}

pub fn forgotten(a: u32) -> u32 {
    a - 1
}

pub fn count(to: u32) -> u32 {
    let mut i = 0;
    while i < to {
        i += 1;
    }
    i
}

pub fn store(total: usize, parts: usize) -> usize {
    let size = total / parts;
    vec![1_u8; size].len()
}

pub fn careful(a: u32) -> u32 {
    if a > 3 {
        std::process::abort()
    }
    a
}

pub const fn twice(a: u32) -> u32 {
    a * 2
}
pub const FOUR: u32 = twice(2);
pub const NOTHING: u32 = 0 * 5;

pub const fn thrice(a: u32) -> u32 {
    a * 3
}

pub const fn more(a: u32) -> u32 {
    thrice(a)
}

/// Only an example knows it.
/// ```
/// assert_eq!(traps::documented(3), 4);
/// ```
pub fn documented(a: u32) -> u32 {
    a + 1
}

#[cfg(feature = "extra")]
pub fn extra(a: u32) -> u32 {
    a + 1
}

pub fn started(a: u32) -> u32 {
    a + 40
}

pub fn ordered(a: u32) -> u32 {
    a * 7
}

pub fn plain(a: u32) -> u32 {
    a - 1
}

pub fn days(weeks: u32) -> u32 {
    const WEEK: u32 = 3 + 4;
    weeks * WEEK
}

mod limits {
    pub(super) const MOST: u32 = 9 - 1;
}

pub fn capped(a: u32) -> u32 {
    a.min(limits::MOST)
}

pub mod shapes {
    pub const WIDE: usize = 4 * (2 > 1) as usize;
}

pub fn doubles(to: u32) -> impl Iterator<Item = u32> {
    (1..to).map(|n| n * 2)
}

pub fn table() -> u32 {
    static TABLE: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *TABLE.get_or_init(|| 4 * 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(2, 3), 5);
        assert_eq!((FOUR, NOTHING), (4, 0));
    }

    #[test]
    fn fees() {
        assert_eq!((fee(50), fee(200)), (1, 5));
    }

    #[test]
    fn counts() {
        assert_eq!(count(5), 5);
    }

    #[test]
    fn stores() {
        assert_eq!(store(1 << 24, 1 << 12), 4_096);
    }

    #[test]
    fn is_careful() {
        assert_eq!((careful(1), careful(3)), (1, 3));
    }

    #[test]
    fn knows_the_week() {
        assert_eq!(days(2), 14);
    }

    #[test]
    fn is_capped_at_whatever_is_most() {
        assert_eq!((capped(3), capped(20)), (3, limits::MOST));
    }

    #[test]
    fn is_wide() {
        assert_eq!([0; shapes::WIDE].len(), 4);
    }

    #[test]
    fn doubles_each() {
        assert_eq!(doubles(3).collect::<Vec<_>>(), [2, 4]);
    }

    #[test]
    fn computes() {
        assert_eq!((twice(3), more(3)), (6, 9));
    }

    #[test]
    fn a_first_fills_the_table() {
        table();
    }

    #[test]
    fn b_then_looks_into_it() {
        assert_eq!(table(), 20);
    }

    #[test]
    fn leaves_a_child() {
        std::process::Command::new("sleep").arg("76543").spawn().unwrap();
        assert_eq!(add(0, 1), 1);
    }
}
"#,
    ),
    (
        "src/main.rs",
        "fn main() {\n    println!(\"{}\", traps::started(2));\n}\n",
    ),
    (
        "tests/started.rs",
        r#"#[test]
fn the_program_answers_without_an_environment() {
    let program = env!("CARGO_BIN_EXE_traps");
    let output = std::process::Command::new(program).env_clear().output().unwrap();
    assert_eq!(output.stdout, b"42\n");
}
"#,
    ),
    (
        "tests/ordered.rs",
        r#"use std::{sync::atomic::{AtomicBool, Ordering::SeqCst}, time::{Duration, Instant}};

static READY: AtomicBool = AtomicBool::new(false);

#[test]
fn a_prepares() {
    READY.store(true, SeqCst);
}

#[test]
fn b_needs_what_the_other_prepares() {
    let began = Instant::now();
    while !READY.load(SeqCst) {
        assert!(began.elapsed() < Duration::from_secs(2));
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(traps::ordered(2), 14);
}
"#,
    ),
    (
        "tests/plain.rs",
        "fn main() {\n    assert_eq!(traps::plain(3), 2);\n}\n",
    ),
];

#[test]
fn each_trap_is_judged_rightly() {
    let measured = measure(TRAPS, &[]);
    let lib = "src/lib.rs";
    let killed = ["0 Killed", "1 Killed"];
    measured.expect(lib, "fn add(", &["* Killed", "- Killed", killed[0], killed[1]]);
    measured.expect(
        lib,
        "fn fee(",
        &["0 Killed", "1 Killed", "< Killed", "== Killed", ">= Survived"],
    );
    measured.expect(
        lib,
        "fn forgotten(",
        &["+ NoCoverage", "/ NoCoverage", "0 NoCoverage", "1 NoCoverage"],
    );
    measured.expect(
        lib,
        "fn count(",
        &[
            "*= Timeout",
            "-= Killed",
            "0 Killed",
            "1 Killed",
            "<= Killed",
            "== Killed",
            "> Killed",
        ],
    );
    measured.expect(
        lib,
        "fn store(",
        &["% Killed", "* Killed", "0 Killed", "1 Killed"],
    );
    measured.expect(
        lib,
        "fn careful(",
        &["0 Killed", "1 Killed", "< Killed", "== Killed", ">= Killed"],
    );
    measured.expect(
        lib,
        "fn twice(",
        &["+ Killed", "/ Killed", "0 Killed", "1 Killed"],
    );
    measured.expect(
        lib,
        "fn thrice(",
        &["+ Killed", "/ Killed", "0 Killed", "1 Killed"],
    );
    measured.expect(lib, "fn more(", &killed);
    measured.expect(
        lib,
        "fn documented(",
        &["* Killed", "- Killed", "0 Killed", "1 Killed"],
    );
    measured.expect(
        lib,
        "fn extra(",
        &["* Pending", "- Pending", "0 Pending", "1 Pending"],
    );
    measured.expect(
        lib,
        "fn started(",
        &["* Killed", "- Killed", "0 Killed", "1 Killed"],
    );
    measured.expect(
        lib,
        "fn ordered(",
        &["+ Killed", "/ Killed", "0 Killed", "1 Killed"],
    );
    measured.expect(
        lib,
        "fn plain(",
        &["+ Killed", "/ Killed", "0 Killed", "1 Killed"],
    );
    // a constant that only runs use is switched; what it cannot be, the compiler says
    measured.expect(
        lib,
        "fn days(",
        &[
            "* Killed",
            "+ Killed",
            "- CompileError",
            "/ Killed",
            "0 Killed",
            "1 Killed",
        ],
    );
    // tests see the fault as runs do: both sides of what they compare change
    measured.expect(lib, "mod limits", &["+ Survived", "/ Survived"]);
    assert_switched(&measured.of(lib, "mod limits"));
    measured.expect(lib, "fn capped(", &killed);
    // two of them make it 0: what the tests say of one they say of the other
    measured.expect(
        lib,
        "mod shapes",
        &["+ Killed", "/ Survived", "< Killed", "== Killed", ">= Survived"],
    );
    measured.expect(
        lib,
        "fn doubles(",
        &[
            "+ Killed",
            "/ Killed",
            "::std::iter::empty() Killed",
            "::std::iter::once(0) Killed",
            "::std::iter::once(1) Killed",
        ],
    );
    assert_switched(&measured.of(lib, "fn doubles("));
    measured.expect(
        lib,
        "fn table(",
        &["+ Killed", "/ Killed", "0 Killed", "1 Killed"],
    );
    measured.expect("src/main.rs", "fn main(", &["() Killed"]);
    // published, so it has no switch: the compiler says which fault leaves the value as it is
    let nothing = TRAPS[2]
        .1
        .lines()
        .position(|line| line.starts_with("pub const NOTHING"))
        .unwrap()
        + 1;
    let mutants = measured.report["files"][lib]["mutants"].as_array().unwrap();
    let told = mutants
        .iter()
        .filter(|one| one["location"]["start"]["line"] == nothing);
    let mut told: Vec<(&str, &str, bool)> = told
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default();
            (
                text("replacement"),
                text("status"),
                text("statusReason").contains("the same value"),
            )
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("+", "Killed", false), ("/", "Survived", true)]);
    let by = &measured.of(lib, "fn documented(")[0]["killedBy"];
    let line = TRAPS[2].1.lines().position(|line| line == "/// ```").unwrap() + 1;
    assert_eq!(
        by,
        &serde_json::json!([format!("src/lib.rs - documented (line {line})")])
    );
    assert!(!is_running("76543"), "a child of a test lives on");
}

/// What has a build of its own is not known to be reached by single tests.
#[track_caller]
fn assert_switched(mutants: &[&serde_json::Value]) {
    for mutant in mutants {
        assert_ne!(mutant["coveredBy"], serde_json::json!([]), "{mutant}");
    }
}

const WORKSPACE: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"bare\", \"old\", \"app\", \"derive\"]\n",
    ),
    (".gitignore", "/target\n/Cargo.lock\n"),
    (
        "bare/Cargo.toml",
        "[package]\nname = \"bare\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    ),
    (
        "bare/src/lib.rs",
        "#![no_std]\n\npub fn half(a: u32) -> u32 {\n    a / 2\n}\n\npub fn first<T: Copy>(all: &[T], rest: T) -> T {\n    match all.len() {\n        0 => rest,\n        _ => all[0],\n    }\n}\n\npub fn evens(to: u32) -> impl Iterator<Item = u32> {\n    (0..to).filter(|n| n % 2 == 0)\n}\n",
    ),
    (
        "old/Cargo.toml",
        "[package]\nname = \"old\"\nversion = \"0.1.0\"\n",
    ),
    (
        "old/src/lib.rs",
        "pub mod inner {\n    pub fn less(a: u32) -> u32 {\n        a - 1\n    }\n}\n",
    ),
    (
        "derive/Cargo.toml",
        "[package]\nname = \"derive\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n",
    ),
    (
        "derive/src/lib.rs",
        "#[proc_macro]\npub fn nothing(given: proc_macro::TokenStream) -> proc_macro::TokenStream {\n    given\n}\n",
    ),
    (
        "app/Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nbare = { path = \"../bare\" }\nold = { path = \"../old\" }\nderive = { path = \"../derive\" }\n",
    ),
    (
        "app/src/lib.rs",
        "//! Uses the others.\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn halves() {\n        assert_eq!(bare::half(8), 4);\n        assert_eq!(old::inner::less(8), 7);\n        derive::nothing!();\n    }\n\n    #[test]\n    fn finds_the_first() {\n        assert_eq!(bare::first(&[3, 4], 9), 3);\n        assert_eq!(bare::first(&[], 9), 9);\n    }\n\n    #[test]\n    fn counts_evens() {\n        assert_eq!(bare::evens(5).collect::<Vec<_>>(), [0, 2, 4]);\n    }\n}\n",
    ),
];

#[test]
fn tests_of_one_package_notice_faults_of_another() {
    let measured = measure(WORKSPACE, &["--test-tool", "nextest"]);
    measured.expect(
        "bare/src/lib.rs",
        "fn half(",
        &["% Killed", "* Killed", "0 Killed", "1 Killed"],
    );
    // the arm, and a value that the type does not have
    measured.expect(
        "bare/src/lib.rs",
        "fn first<",
        &[" Killed", "Default::default() CompileError"],
    );
    let evens = measured.verdicts("bare/src/lib.rs", "fn evens(");
    for verdict in ["!= Killed", "+ Killed", "/ Killed"] {
        assert!(evens.iter().any(|found| found == verdict), "{evens:?}");
    }
    // one unnamed type: each value needs a build of its own, and is no `Filter`, or it is noticed
    assert!(evens.iter().all(|found| !found.contains("Survived")), "{evens:?}");
    let less = measured.verdicts("old/src/lib.rs", "pub mod inner");
    assert_eq!(less, ["+ Killed", "/ Killed", "0 Killed", "1 Killed"]);
    let macros = measured.verdicts("derive/src/lib.rs", "fn nothing(");
    assert_eq!(macros, ["Default::default() Pending"]);
    assert!(
        measured
            .printed
            .contains("it runs no examples in the documentation"),
        "{}",
        measured.printed
    );
}
