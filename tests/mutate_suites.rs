//! Does `mutate` judge rightly where the tests themselves are difficult?
//!
//! Real crates, small and without dependencies, built and run. Each is one habit of test suites that misleads tools which
//! run tests many times, in another order, or beside each other.

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

use std::process::Command;

use common::measured::{measure, run};

const MANIFEST: (&str, &str) = (
    "Cargo.toml",
    "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
);
const IGNORED: (&str, &str) = (".gitignore", "/target\n/Cargo.lock\n");

/// A crate with one function, and these tests of it.
fn fee_with<'a>(library: &'a mut String, tests: &str) -> [(&'a str, &'a str); 3] {
    *library = format!(
        "pub fn fee(total: u32) -> u32 {{\n    if total > 100 {{ 5 }} else {{ 1 }}\n}}\n\n#[cfg(test)]\nmod tests {{\n    use super::*;\n\n{tests}}}\n"
    );
    [MANIFEST, IGNORED, ("src/lib.rs", library)]
}

const ALL_BUT_THE_BOUND: [&str; 5] = ["0 Killed", "1 Killed", "< Killed", "== Killed", ">= Survived"];
const NONE: [&str; 5] = ["0 Pending", "1 Pending", "< Pending", "== Pending", ">= Pending"];

#[test]
fn what_one_run_leaves_in_the_temporary_folder_does_not_meet_the_next() {
    let mut library = String::new();
    let project = fee_with(
        &mut library,
        r#"    #[test]
    fn leaves_a_file() {
        let place = std::env::temp_dir().join("shop-was-here");
        std::fs::File::options().write(true).create_new(true).open(place).unwrap();
        assert_eq!((fee(50), fee(200)), (1, 5));
    }
"#,
    );
    measure(&project, &[]).expect("src/lib.rs", "fn fee(", &ALL_BUT_THE_BOUND);
}

#[test]
fn a_suite_that_passes_only_once_measures_nothing() {
    let mut library = String::new();
    let project = fee_with(
        &mut library,
        r#"    #[test]
    fn passes_once() {
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/was-here");
        std::fs::File::options().write(true).create_new(true).open(place).unwrap();
        assert_eq!((fee(50), fee(200)), (1, 5));
    }
"#,
    );
    let measured = measure(&project, &[]);
    measured.expect("src/lib.rs", "fn fee(", &NONE);
    assert_eq!(measured.code, Some(3), "{}", measured.printed);
    assert!(
        measured.printed.contains("the tests fail without any mutant"),
        "{}",
        measured.printed
    );
}

#[test]
fn tests_that_bear_no_company_kill_nothing_by_it() {
    let mut library = String::new();
    let project = fee_with(
        &mut library,
        r#"    #[test]
    fn needs_the_port_for_itself() {
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/port");
        std::fs::File::options().write(true).create_new(true).open(place).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(60));
        let fees = (fee(50), fee(200));
        std::fs::remove_file(place).unwrap();
        assert_eq!(fees, (1, 5));
    }
"#,
    );
    measure(&project, &[]).expect("src/lib.rs", "fn fee(", &ALL_BUT_THE_BOUND);
}

#[test]
fn cheap_tests_run_before_slow_and_random_ones() {
    let mut library = String::new();
    let project = fee_with(
        &mut library,
        r#"    /// Another number each time, for a quarter of a second.
    #[test]
    fn a_slow_random_one() {
        use std::hash::{BuildHasher, Hasher};
        let began = std::time::Instant::now();
        while began.elapsed().as_millis() < 250 {
            let number = std::hash::RandomState::new().build_hasher().finish() as u32 % 1_000;
            assert_eq!(fee(number), if number > 100 { 5 } else { 1 });
        }
    }

    #[test]
    fn z_cheap() {
        assert_eq!((fee(50), fee(200)), (1, 5));
    }
"#,
    );
    let measured = measure(&project, &[]);
    for mutant in measured.of("src/lib.rs", "fn fee(") {
        let slow = mutant["replacement"] == ">=";
        let by = if slow { "a_slow_random_one" } else { "z_cheap" };
        // the slow one meets the bound in thousands of tries, if it is asked at all
        assert_eq!(mutant["status"], "Killed", "{mutant}");
        assert_eq!(
            mutant["killedBy"],
            serde_json::json!([format!("src/lib.rs::tests::{by}")])
        );
        assert_eq!(mutant["testsCompleted"], if slow { 2 } else { 1 });
    }
}

#[test]
fn faults_inside_futures_and_before_question_marks_are_switched() {
    let project = [
        MANIFEST,
        IGNORED,
        (
            "src/lib.rs",
            r#"pub async fn later(a: u32) -> u32 {
    let one = std::future::ready(a).await + 1;
    if one > 10 { return 10; }
    one
}

pub fn twice(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number = text.parse::<u32>()?;
    Ok(number * 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};

    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("pending"),
        }
    }

    #[test]
    fn comes_later() {
        assert_eq!((now(later(3)), now(later(9)), now(later(30))), (4, 10, 10));
    }

    #[test]
    fn doubles() {
        assert_eq!(twice("21"), Ok(42));
        assert!(twice("x").is_err());
    }
}
"#,
        ),
    ];
    let measured = measure(&project, &[]);
    measured.expect(
        "src/lib.rs",
        "fn later(",
        &[
            "* Killed",
            "- Killed",
            "0 Killed",
            "1 Killed",
            "< Killed",
            "== Killed",
            ">= Survived",
        ],
    );
    measured.expect(
        "src/lib.rs",
        "fn twice(",
        &["+ Killed", "/ Killed", "Ok(0) Killed", "Ok(1) Killed"],
    );
}

/// Tests of which one process may run only one, and one that the settings leave out.
const APART: &str = r#"    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    static TAKEN: AtomicBool = AtomicBool::new(false);

    #[test]
    fn small_ones_are_cheap() {
        assert!(!TAKEN.swap(true, SeqCst));
        assert_eq!(fee(50), 1);
    }

    #[test]
    fn large_ones_are_dear() {
        assert!(!TAKEN.swap(true, SeqCst));
        assert_eq!(std::env::var("NEXTEST").as_deref(), Ok("1"));
        assert_eq!(fee(200), 5);
    }

    #[test]
    fn the_bound_is_cheap() {
        assert_eq!(fee(100), 1);
    }
"#;

#[test]
fn nextest_chooses_the_tests_and_each_has_a_process_of_its_own() {
    let found = Command::new("cargo").args(["nextest", "--version"]).output();
    assert!(
        found.is_ok_and(|found| found.status.success()),
        "this test needs nextest: `cargo install --locked cargo-nextest`"
    );
    let mut library = String::new();
    let mut project = fee_with(&mut library, APART).to_vec();
    project.push((
        ".config/nextest.toml",
        "[profile.default]\ndefault-filter = \"not test(the_bound)\"\n",
    ));
    let measured = measure(&project, &["--test-tool", "nextest"]);
    measured.expect("src/lib.rs", "fn fee(", &ALL_BUT_THE_BOUND);
    assert!(
        measured.printed.contains("cargo nextest chose the tests"),
        "{}",
        measured.printed
    );
    // together they fail, and nothing is measured
    measure(&project, &[]).expect("src/lib.rs", "fn fee(", &NONE);
}

#[test]
fn what_a_budget_leaves_out_is_not_measured_and_said() {
    let constants: String = (1..=12)
        .map(|number| format!("pub const N{number}: u32 = {number} * 3;\n"))
        .collect();
    let library =
        format!("{constants}\n#[test]\nfn multiplies() {{\n    assert_eq!((N1, N2), (3, 6));\n}}\n");
    let project = [MANIFEST, IGNORED, ("src/lib.rs", &library)];
    let measured = measure(&project, &["--budget", "1"]);
    let mutants = measured.report["files"]["src/lib.rs"]["mutants"]
        .as_array()
        .unwrap();
    let open = mutants
        .iter()
        .filter(|mutant| mutant["status"] == "Pending")
        .count();
    assert!(open > 0 && open < mutants.len(), "{open} of {}", mutants.len());
    assert!(
        measured
            .printed
            .contains("the time for those was over (`--budget` gives more)"),
        "{}",
        measured.printed
    );
    let measured = measure(&project, &[]);
    let mutants = measured.report["files"]["src/lib.rs"]["mutants"]
        .as_array()
        .unwrap();
    let noticed = mutants
        .iter()
        .filter(|mutant| mutant["status"] == "Killed")
        .count();
    assert_eq!((mutants.len(), noticed), (24, 4), "{}", measured.printed);
}

#[test]
fn a_dependency_outside_the_repository_is_named() {
    let project = [
        (
            "Cargo.toml",
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nscale = { path = \"../scale\" }\n",
        ),
        IGNORED,
        (
            "src/lib.rs",
            "pub fn fee(total: u32) -> u32 {\n    total + 1\n}\n",
        ),
    ];
    let (output, report) = run(&project, &[]);
    let says = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), report), (Some(2), None), "{says}");
    assert!(
        says.contains("`shop` needs `scale` by a path that leads out of the repository"),
        "{says}"
    );
}
