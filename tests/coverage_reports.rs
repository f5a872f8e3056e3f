//! Is every real coverage report read as a person reads its sources?
//!
//! The lines were counted by hand in `tests/data/coverage/shop`: what is executable, and what its two tests run.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a report that cannot be laid out is a failed test"
)]

use std::{collections::BTreeMap, fs, path::Path};

use countersign::{
    evidence::{
        change::{Change, Mode, memory},
        coverage::{Coverage, read},
    },
    path::RepoPath,
};

/// Reports of one run, and the folder from which each names its files.
const REPORTS: &[(&str, &str)] = &[("coverage.lcov", "src/shop/"), ("coverage.xml", "shop/")];

/// File, lines that the tests run, lines that they do not run.
const COUNTED: &[(&str, &[u32], &[u32])] = &[
    ("__init__.py", &[], &[]),
    (
        "price.py",
        &[4, 5, 7, 9, 12, 17, 18, 19, 21, 22, 24, 25],
        &[6, 8, 13, 14],
    ),
    ("unused.py", &[], &[4, 5]),
];

fn shop() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/coverage/shop")
}

fn coverage(folder: &Path, files: &[&str]) -> Coverage {
    let patterns: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    read::run(folder, &patterns).unwrap().unwrap()
}

fn split(lines: &BTreeMap<u32, u64>) -> (Vec<u32>, Vec<u32>) {
    let (run, not_run): (Vec<_>, Vec<_>) = lines.iter().partition(|(_, hits)| **hits > 0);
    let numbers = |lines: Vec<(&u32, &u64)>| lines.into_iter().map(|(line, _)| *line).collect();
    (numbers(run), numbers(not_run))
}

#[test]
fn every_report_is_read_as_counted() {
    for (report, prefix) in REPORTS {
        let coverage = coverage(&shop(), &[report]);
        assert_eq!(coverage.files.len(), COUNTED.len(), "{report}");
        for (file, run, not_run) in COUNTED {
            let lines = &coverage.files[&format!("{prefix}{file}")];
            assert_eq!(split(lines), (run.to_vec(), not_run.to_vec()), "{report} {file}");
        }
        assert_eq!(coverage.totals(), (12, 18), "{report}");
    }
}

#[test]
fn every_report_of_the_folder_is_in_the_table() {
    let known: Vec<&str> = REPORTS.iter().map(|(report, _)| *report).collect();
    for entry in fs::read_dir(shop()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            !name.starts_with("coverage.") || known.contains(&name.as_str()),
            "{name}"
        );
    }
}

/// The project inside a repository, each of its files changed.
fn change(folder: &str) -> Change {
    let files = |end: &str| -> memory::Files {
        let file = |(file, _, _): &(&str, &[u32], &[u32])| {
            let text = fs::read_to_string(shop().join("src/shop").join(file)).unwrap() + end;
            let path = RepoPath::new(format!("{folder}src/shop/{file}")).unwrap();
            (path, (Mode::File, text.into_bytes()))
        };
        COUNTED.iter().map(file).collect()
    };
    memory::change(files("# old\n"), files(""))
}

#[test]
fn both_reports_mean_the_same_changed_files() {
    for folder in ["", "python/"] {
        let change = change(folder);
        for (report, _) in REPORTS {
            let coverage = coverage(&shop(), &[report]);
            let known = coverage.of_change(&change);
            assert_eq!(known.len(), COUNTED.len(), "{report} in `{folder}`");
            for (file, run, not_run) in COUNTED {
                let path = RepoPath::new(format!("{folder}src/shop/{file}")).unwrap();
                assert_eq!(split(&known[&path]), (run.to_vec(), not_run.to_vec()), "{path}");
            }
        }
    }
}

#[test]
fn a_report_that_is_cut_short_is_refused_or_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for (report, _) in REPORTS {
        let whole = fs::read(shop().join(report)).unwrap();
        let full = coverage(&shop(), &[report]);
        for end in 0..whole.len() {
            fs::write(folder.path().join("cut"), &whole[..end]).unwrap();
            let read = read::run(folder.path(), &["cut".to_owned()]).unwrap();
            // a tracefile is a list of records: one that ends after a record is whole
            let Ok(read) = read else { continue };
            for (file, lines) in &read.files {
                assert_eq!(lines, &full.files[file], "{report} cut after {end} bytes");
            }
        }
    }
}

#[test]
fn a_report_in_a_wide_encoding_is_read_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(shop().join("coverage.xml")).unwrap();
    let wide = std::iter::once(0xFEFF).chain(text.encode_utf16());
    let bytes: Vec<u8> = wide.flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("wide.xml"), bytes).unwrap();
    let wide = coverage(folder.path(), &["wide.xml"]);
    assert_eq!(wide.files, coverage(&shop(), &["coverage.xml"]).files);
}
