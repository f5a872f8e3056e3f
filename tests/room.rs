//! Is memory for code facts bounded, whatever the change, and does a report not depend on how much there is?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "common/case.rs"]
mod case;

use countersign::{
    checks::{CHECKS, Decides, Settings},
    code::parser::Parser,
    evidence::{
        Evidence,
        change::{
            Mode,
            memory::{self, Files},
        },
        shelf::{Holding, Room},
    },
    gate,
    path::RepoPath,
    policy::Policy,
    report::{FORMATS, Look, Report},
};

/// Every file in the temporary file, and none unpacked for longer than it takes to ask for the next few.
const NONE: Room = Room {
    packed: 0,
    unpacked: 0,
};

/// One case in so many is judged twice.
const SAMPLE: usize = 8;

fn bytes(report: &Report) -> Vec<u8> {
    let format = FORMATS.iter().find(|format| format.name == "json").unwrap();
    let mut out = Vec::new();
    let look = Look {
        color: false,
        width: 100,
    };
    (format.write)(report, look, &mut out).unwrap();
    out
}

#[test]
fn a_report_does_not_depend_on_the_room_for_facts() {
    let of_code = |name: &str| {
        ["claims-", "dependencies-", "edits-", "scope-", "tests-"]
            .iter()
            .any(|group| name.starts_with(group))
    };
    let cases = case::all().into_iter().filter(|case| of_code(&case.name));
    let mut different = Vec::new();
    for case in cases.step_by(SAMPLE) {
        let mut laid = case.lay();
        let Ok(whole) = gate::judge(&laid.inputs) else {
            continue;
        };
        laid.inputs.room = NONE;
        let without = gate::judge(&laid.inputs).unwrap();
        if bytes(&whole) != bytes(&without) {
            different.push(case.name.clone());
        }
    }
    assert!(different.is_empty(), "{different:?}");
}

/// A change of so many files of production code and of tests: most are edited, some are new, gone or moved.
fn change(files: usize) -> Evidence {
    let (mut before, mut after) = (Files::new(), Files::new());
    let path = |name: String| RepoPath::new(&name).unwrap();
    let content = |text: String| (Mode::File, text.into_bytes());
    for number in 0..files {
        let code = |factor: usize| {
            let one = |part: usize| {
                format!(
                    "def area_{number}_{part}(width, height):\n    if width < {part}:\n        return 0\n    return width * height * {factor}\n\n\n"
                )
            };
            (0..12).map(one).collect::<String>()
        };
        let test = |expected: usize| {
            format!(
                "from shop.area_{number} import area_{number}_1\n\n\ndef test_area_{number}():\n    assert area_{number}_1(2, 3) == {expected}\n"
            )
        };
        let (source, tests) = (
            format!("shop/area_{number}.py"),
            format!("tests/test_area_{number}.py"),
        );
        if number % 7 != 0 {
            before.insert(path(source.clone()), content(code(1)));
            before.insert(path(tests.clone()), content(test(6)));
        }
        match number % 7 {
            1 => {}
            2 => {
                after.insert(path(format!("moved/area_{number}.py")), content(code(1)));
                after.insert(path(tests), content(test(6)));
            }
            _ => {
                after.insert(path(source), content(code(2)));
                after.insert(path(tests), content(test(12)));
            }
        }
    }
    let parser = Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into()));
    Evidence::of(memory::change(before, after)).with_parser(parser)
}

/// What the facts hold after every check that reads evidence alone has run, and what the checks said.
fn judged(evidence: &Evidence) -> (Holding, Vec<String>) {
    let settings = Settings::new(Policy::default()).unwrap();
    let mut said = Vec::new();
    for check in CHECKS {
        if let Decides::Evidence(run) = check.decides {
            said.push(format!("{}: {:?}", check.id, run(evidence, &settings)));
        }
    }
    (evidence.holding(), said)
}

#[test]
fn memory_does_not_grow_with_the_change() {
    let room = Room {
        packed: 20_000,
        unpacked: 5_000,
    };
    let [(small, _), (large, said)] = [30, 120].map(|files| judged(&change(files).with_room(room)));
    assert!(large.files > 3 * small.files, "{small:?} {large:?}");
    for holding in [small, large] {
        assert!(holding.in_memory <= room.packed, "{holding:?}");
        assert!(holding.unpacked <= 20, "{holding:?}");
        assert!(holding.on_disk > 0, "{holding:?}");
    }
    let (ample, same) = judged(&change(120));
    assert_eq!(said, same);
    assert_eq!((ample.on_disk, ample.unpacked), (0, ample.files));
}

#[test]
fn the_checks_ask_for_each_file_a_bounded_number_of_times() {
    let (holding, _) = judged(&change(60).with_room(NONE));
    // one pass over the files for each check that reads code, and a few that pass twice
    let most = 60 * holding.files;
    assert!(holding.unpackings < most, "{holding:?}");
}
