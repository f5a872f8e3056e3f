//! Do the laws hold on the cases? A law beats ten examples.
//!
//! Every case is judged by one law, which the hash of its name chooses, so that the laws end in about two minutes on two cores and see
//! the same cases on every machine. `COUNTERSIGN_LAWS=all cargo test --test laws` judges every case by every law, which takes five times
//! as long.

#![allow(
    clippy::unwrap_used,
    reason = "a case that cannot be laid out is a failed test"
)]

#[path = "common/case.rs"]
mod case;

use std::{fs, path::Path};

use case::Case;
use countersign::{
    gate::{self, Inputs, Range},
    report::{FORMATS, Look, Report},
    verdict::Verdict,
};

/// The laws, each under the number that shares out the cases.
#[derive(Clone, Copy)]
enum Law {
    Withheld,
    Emptied,
    SameBytes,
    AnyOrder,
    EmptyChange,
}

const LAWS: [Law; 5] = [
    Law::Withheld,
    Law::Emptied,
    Law::SameBytes,
    Law::AnyOrder,
    Law::EmptyChange,
];

/// The cases that one law judges.
fn share(law: Law) -> impl Iterator<Item = Case> {
    let whole = std::env::var_os("COUNTERSIGN_LAWS").is_some_and(|wish| wish == "all");
    case::all()
        .into_iter()
        .filter(move |case| whole || judged_by(&case.name) == law as usize)
}

/// FNV-1a, which no release of Rust changes, unlike the hash of the standard library. The upper half is taken: the lower bits of a
/// product know the lower bits of its factors only.
fn judged_by(name: &str) -> usize {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(hash >> 32).unwrap() % LAWS.len()
}

#[test]
fn every_law_judges_at_least_150_cases() {
    for law in LAWS {
        let cases = share(law).count();
        assert!(cases >= 150, "law {} judges {cases}", law as usize);
    }
}

fn bytes(report: &Report) -> Vec<u8> {
    let mut out = Vec::new();
    for format in FORMATS {
        (format.write)(
            report,
            Look {
                color: false,
                width: 100,
            },
            &mut out,
        )
        .unwrap();
    }
    out
}

/// Every part of the evidence that a case names, and how it disappears while the caller still names it.
fn without_one_part(inputs: &Inputs, folder: &Path) -> Vec<&'static str> {
    let parts = [
        ("reports", !inputs.tests.is_empty()),
        ("base-reports", !inputs.base_tests.is_empty()),
        ("new-on-base", !inputs.new_on_base.is_empty()),
        ("mutation", !inputs.mutation.is_empty()),
        ("coverage", !inputs.coverage.is_empty()),
        ("task.yaml", inputs.task.is_some()),
        ("claims.yaml", folder.join("claims.yaml").exists()),
        ("earlier.json", inputs.earlier.is_some()),
    ];
    parts
        .into_iter()
        .filter(|(_, named)| *named)
        .map(|(part, _)| part)
        .collect()
}

#[test]
fn withholding_evidence_never_earns_a_pass() {
    let mut wrong = Vec::new();
    for case in share(Law::Withheld) {
        let laid = case.lay();
        let Ok(whole) = gate::judge(&laid.inputs) else {
            continue;
        };
        if whole.verdict == Verdict::Pass {
            continue;
        }
        for part in without_one_part(&laid.inputs, &laid.inputs.folder) {
            let poorer = case.lay();
            let place = poorer.inputs.folder.join(part);
            if place.is_dir() {
                fs::remove_dir_all(&place).unwrap()
            } else {
                fs::remove_file(&place).unwrap()
            }
            // a file that the caller names and that is gone is an error: no verdict at all
            if gate::judge(&poorer.inputs).is_ok_and(|report| report.verdict == Verdict::Pass) {
                wrong.push(format!("{}: passes without {part}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn emptied_reports_never_earn_a_pass() {
    let mut wrong = Vec::new();
    for case in share(Law::Emptied) {
        for part in ["reports", "base-reports", "mutation", "coverage"] {
            if !case.folder.join(part).is_dir() {
                continue;
            }
            let laid = case.lay();
            let folder = laid.inputs.folder.join(part);
            for file in fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.is_file())
            {
                fs::write(file, "").unwrap();
            }
            if gate::judge(&laid.inputs).is_ok_and(|report| report.verdict == Verdict::Pass) {
                wrong.push(format!("{}: passes with empty {part}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    for case in share(Law::SameBytes) {
        let laid = case.lay();
        let Ok(first) = gate::judge(&laid.inputs) else {
            continue;
        };
        let again = gate::judge(&laid.inputs).unwrap();
        assert_eq!(bytes(&first), bytes(&again), "{}", case.name);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let alone = alone.install(|| gate::judge(&laid.inputs)).unwrap();
        assert_eq!(bytes(&first), bytes(&alone), "{} on one thread", case.name);
    }
}

#[test]
fn the_order_in_which_reports_are_named_changes_no_judgement() {
    for case in share(Law::AnyOrder) {
        let laid = case.lay();
        let mut turned = laid.inputs.clone();
        for patterns in [
            &mut turned.tests,
            &mut turned.base_tests,
            &mut turned.new_on_base,
            &mut turned.mutation,
            &mut turned.coverage,
        ] {
            let Some(pattern) = patterns.first().cloned() else {
                continue;
            };
            let mut files: Vec<String> = countersign::evidence::file::expand(&laid.inputs.folder, &pattern)
                .unwrap()
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            files.reverse();
            *patterns = files;
        }
        if [
            &turned.tests,
            &turned.base_tests,
            &turned.new_on_base,
            &turned.mutation,
            &turned.coverage,
        ]
        .iter()
        .all(|patterns| patterns.len() < 2)
        {
            continue;
        }
        let Ok(report) = gate::judge(&laid.inputs) else {
            continue;
        };
        let other = gate::judge(&turned).unwrap();
        let outline = |report: &Report| -> Vec<String> {
            let line = |item: &countersign::report::Shown| {
                let places: Vec<String> = item
                    .findings
                    .iter()
                    .map(|finding| finding.place.to_string())
                    .collect();
                format!("{} {:?} {places:?}", item.id, item.state)
            };
            report.items.iter().map(line).collect()
        };
        assert_eq!(outline(&report), outline(&other), "{}", case.name);
    }
}

#[test]
fn an_empty_change_is_never_accused_of_anything_but_being_empty() {
    for case in share(Law::EmptyChange) {
        let laid = case.lay();
        let Range::Commits { base: Some(base), .. } = &laid.inputs.range else {
            continue;
        };
        let range = Range::Commits {
            base: Some(base.clone()),
            head: Some(base.clone()),
        };
        let inputs = Inputs {
            range,
            claims: Vec::new(),
            ..laid.inputs.clone()
        };
        let Ok(report) = gate::judge(&inputs) else {
            continue;
        };
        for item in report.items.iter().filter(|item| !item.findings.is_empty()) {
            let about_the_change = ["edits-", "dependencies-", "claims-omission"]
                .iter()
                .any(|group| item.id.starts_with(group))
                || item
                    .findings
                    .iter()
                    .any(|finding| finding.place.path().is_some() && !item.id.starts_with("tests-"));
            assert!(
                !about_the_change || item.id == "edits-empty",
                "{}: {} {:?}",
                case.name,
                item.id,
                item.findings
            );
        }
    }
}
