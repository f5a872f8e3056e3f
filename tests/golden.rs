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
    evidence::{file::Input, tests::blame::Tally},
    finding::{Kind, Level, Place, Side},
    gate,
    path::RepoPath,
    report::{
        FORMATS, Look, Read, Report, Shown, ShownClaim, ShownFile, ShownFinding, Snippet, State, Summary,
        Tests,
    },
    verdict::{Exit, Verdict},
};

/// Cases whose reports are pictured: something broken, something required and missing.
const PICTURED: &[&str] = &[
    "scope-forbidden-path/broken",
    "scope-forbidden-path/unproven",
    "conventions-rules/masked-error",
    "conventions-banned/import-past-the-client",
];

/// A report of a case, with the place of its temporary folder taken out.
fn picture_of_case(name: &str, format: &str) -> String {
    let case = case::all().into_iter().find(|case| case.name == name);
    let laid = case.unwrap_or_else(|| panic!("there is no case {name}")).lay();
    let report = gate::judge(&laid.inputs).unwrap();
    let folder = laid.folder.path().display().to_string();
    picture(&report, format).replace(&folder, "FOLDER")
}

fn picture(report: &Report, format: &str) -> String {
    let format = FORMATS.iter().find(|one| one.name == format).unwrap();
    let look = Look {
        color: false,
        width: 100,
    };
    let mut bytes = Vec::new();
    (format.write)(report, look, &mut bytes).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let text = String::from_utf8(bytes).unwrap();
    text.replace(&version, "\"version\": \"VERSION\"")
}

/// A report that has something of everything.
fn everything() -> Report {
    let survivor = ShownFinding {
        level: Level::Deny,
        place: Place::Lines {
            path: RepoPath::new("parcel/price.py").unwrap(),
            side: Side::Head,
            first: 18,
            last: 19,
        },
        says: "a mutant on an added line survived every test".to_owned(),
        evidence: vec![
            "`kilograms >= HEAVY` instead of `kilograms > HEAVY`: survived".to_owned(),
            "mutation.json: 2 of 7 mutants survived".to_owned(),
        ],
        fix: "add a test that tells 20 kg from 21 kg".to_owned(),
        rule: None,
        page: None,
        snippet: Some(Snippet {
            first: 17,
            lines: [
                "    # heavy?",
                "    if kilograms > HEAVY:",
                "        return HEAVY_SURCHARGE",
                "    return 0",
            ]
            .map(str::to_owned)
            .to_vec(),
            marked_first: 18,
            marked_last: 19,
        }),
    };
    let flaky = ShownFinding {
        level: Level::Warn,
        place: Place::Test("net::retries".to_owned()),
        says: "one case failed and passed in one run".to_owned(),
        evidence: Vec::new(),
        fix: "find out why".to_owned(),
        rule: None,
        page: None,
        snippet: None,
    };
    let bytes = RepoPath::new(b"src/\xff.py").unwrap();
    let item = |id, level, state| Shown {
        id,
        level,
        state,
        why: None,
        not_supplied: None,
        says: "it is so".to_owned(),
        findings: Vec::new(),
        waived: Vec::new(),
    };
    let unproven = |id, level, kind: Kind| Shown {
        why: Some(kind.how_to_supply().to_owned()),
        not_supplied: Some(kind),
        ..item(id, level, State::Unproven)
    };
    let many = (1..=7).map(|line| ShownFinding {
        place: Place::Evidence {
            file: "claims.yaml".to_owned(),
            line: Some(line),
        },
        level: Level::Info,
        ..flaky.clone()
    });
    let items = vec![
        Shown {
            waived: vec![(
                ShownFinding {
                    place: Place::File(bytes.clone()),
                    ..flaky.clone()
                },
                "the importer needs it".to_owned(),
            )],
            ..item("scope-leftover", Level::Warn, State::Holds)
        },
        Shown {
            findings: many.collect(),
            ..item("claims-missing", Level::Info, State::Broken)
        },
        unproven("tests-failing", Level::Deny, Kind::Tests),
        unproven("tests-none-executed", Level::Deny, Kind::Tests),
        unproven("tests-uncovered-lines", Level::Warn, Kind::Coverage),
        Shown {
            findings: vec![flaky],
            ..item("tests-flaky", Level::Warn, State::Broken)
        },
        Shown {
            findings: vec![survivor],
            ..item("mutation-survivor", Level::Deny, State::Broken)
        },
        Shown {
            why: Some("no manifest was changed".to_owned()),
            ..item("dependencies-added", Level::Deny, State::NotApplicable)
        },
    ];
    let no_tests = Kind::Tests.how_to_supply();
    let lacking = ["tests", "tests-failing", "tests-none-executed"];
    Report {
        verdict: Verdict::Fail,
        exit: Exit::Fail,
        summary: Summary {
            broken: 3,
            deny: 1,
            warn: 1,
            info: 1,
            unproven: 3,
            holds: 1,
            not_applicable: 1,
            waived: 1,
            strict: false,
        },
        lacking: lacking
            .map(|what| (what.to_owned(), no_tests.to_owned()))
            .to_vec(),
        items,
        claims: vec![ShownClaim {
            place: Place::Evidence {
                file: "claims.yaml".to_owned(),
                line: Some(4),
            },
            form: "fixed".to_owned(),
            quote: "The crash is gone.".to_owned(),
            standing: "not checked",
            why: Some("no check decides `fixed` claims".to_owned()),
        }],
        read: Read {
            change: "0123456789ab..ba9876543210".to_owned(),
            base: Some("0123456789ab".repeat(4)),
            head: Some("ba9876543210".repeat(4)),
            files: vec![ShownFile {
                path: bytes.to_string(),
                path_bytes: Some("7372632fff2e7079".to_owned()),
                status: "added",
            }],
            added: 12,
            removed: 3,
            commits: Some(1),
            task: true,
            claims: Some(4),
            message_claims: None,
            tests: None,
            base_tests: Some(Tests {
                reports: 2,
                cases: 40,
                passed: 38,
                red: 1,
                skipped: 1,
                recorded: Some(1),
                blame: Some(Tally {
                    new: 1,
                    ..Tally::default()
                }),
            }),
            new_on_base: None,
            mutation: Some((1, 7)),
            coverage: None,
            policy: Some("countersign.yaml of the base".to_owned()),
        },
        inputs: vec![Input::of("task", "task.yaml", b"id: a\n")],
        notes: vec!["the waiver for `tests-flaky` (old) has expired".to_owned()],
    }
}

#[test]
fn a_report_with_everything_looks_as_it_did() {
    for format in FORMATS {
        let title = format!("everything-{}", format.name);
        insta::assert_snapshot!(title, picture(&everything(), format.name));
    }
}

#[test]
fn cases_look_as_they_did() {
    for name in PICTURED {
        for format in FORMATS {
            let title = format!("{}-{}", name.replace('/', "-"), format.name);
            insta::assert_snapshot!(title, picture_of_case(name, format.name));
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
