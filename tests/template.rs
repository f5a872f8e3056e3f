//! Does a manifest that `countersign claims template` writes hold, and is nothing ever written over?

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a case that cannot be laid out is a failed test"
)]

#[path = "common/case.rs"]
mod case;

use std::{fs, path::Path, process::Command};

use assert_cmd::cargo::CommandCargoExt as _;
use countersign::{
    checks::{Settings, claims},
    evidence::{Evidence, claims as said},
    gate::{self, Range},
    policy::Policy,
};

#[test]
fn every_claim_about_files_in_a_template_holds() {
    let settings = Settings::new(Policy::default()).unwrap();
    let mut wrong = Vec::new();
    let cases = case::all()
        .into_iter()
        .filter(|case| case.name.starts_with("claims-") || case.name.starts_with("edits-"));
    for case in cases {
        let laid = case.lay();
        let Ok(change) = gate::change(&laid.inputs) else {
            continue;
        };
        let file = laid.inputs.folder.join("template.yaml");
        fs::write(
            &file,
            countersign::claims::template::write(&change, &settings.kinds),
        )
        .unwrap();
        let claims = said::read(&[file]).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let evidence = Evidence::of(change).with_claims(Ok(claims));
        for decide in [claims::file::standings, claims::only_touched::standings] {
            for (claim, standing) in decide(&evidence, &settings).unwrap() {
                if standing.name() != "supported" {
                    wrong.push(format!(
                        "{}: {} is {}: {:?}",
                        case.name,
                        claim.quote(),
                        standing.name(),
                        standing.why()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn template(repository: &Path, base: &str, output: &Path) -> std::process::Output {
    let mut program = Command::cargo_bin("countersign").unwrap();
    program
        .args(["claims", "template", "--base", base, "-C"])
        .arg(repository)
        .arg("--output")
        .arg(output);
    program.output().unwrap()
}

#[test]
fn the_program_writes_a_template_once_and_the_gate_reads_it() {
    let case = case::all()
        .into_iter()
        .find(|case| case.name == "claims-file/renamed")
        .unwrap();
    let laid = case.lay();
    let Range::Commits { base: Some(base), .. } = laid.inputs.range.clone() else {
        panic!("a range")
    };
    let file = laid.inputs.folder.join("mine.yaml");
    let first = template(&laid.inputs.repository, &base, &file);
    assert!(first.status.success(), "{first:?}");
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("target: src/util.rs\n    to: src/text.rs"),
        "{text}"
    );
    let again = template(&laid.inputs.repository, &base, &file);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("it is there already"),
        "{again:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    let mut inputs = laid.inputs.clone();
    inputs.claims = vec![file];
    let report = gate::judge(&inputs).unwrap();
    let item = report.items.iter().find(|item| item.id == "claims-file").unwrap();
    assert_eq!(
        item.state,
        countersign::report::State::Holds,
        "{:?}",
        item.findings
    );
}
