//! Do the reports look as they did? Pictures, not judgements: `INSTA_UPDATE=always cargo test --test golden` takes
//! them anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up is a failed test"
)]

#[path = "common/case.rs"]
mod case;

use std::process::Command;

use assert_cmd::cargo::CommandCargoExt as _;
use countersign::{
    gate,
    report::{FORMATS, Look},
};

/// Cases whose reports are pictured: something broken, something required and missing.
const PICTURED: &[&str] = &["scope-forbidden-path/broken", "scope-forbidden-path/unproven"];

/// A report of a case, with the place of its temporary folder taken out.
fn picture(name: &str, format: &str) -> String {
    let case = case::all().into_iter().find(|case| case.name == name);
    let laid = case.unwrap_or_else(|| panic!("there is no case {name}")).lay();
    let report = gate::judge(&laid.inputs).unwrap();
    let format = FORMATS.iter().find(|one| one.name == format).unwrap();
    let look = Look {
        color: false,
        width: 100,
    };
    let mut bytes = Vec::new();
    (format.write)(&report, look, &mut bytes).unwrap();
    let folder = laid.folder.path().display().to_string();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let text = String::from_utf8(bytes).unwrap();
    text.replace(&folder, "FOLDER")
        .replace(&version, "\"version\": \"VERSION\"")
}

#[test]
fn cases_look_as_they_did() {
    for name in PICTURED {
        for format in FORMATS {
            let title = format!("{}-{}", name.replace('/', "-"), format.name);
            insta::assert_snapshot!(title, picture(name, format.name));
        }
    }
}

#[test]
fn the_demo_looks_as_it_did() {
    let run = |words: &[&str]| {
        let mut command = Command::cargo_bin("countersign").unwrap();
        let output = command.args(words).args(["--color", "never"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    insta::assert_snapshot!("demo", run(&["demo"]));
    insta::assert_snapshot!("explain", run(&["explain", "scope-forbidden-path"]));
}
