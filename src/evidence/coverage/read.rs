//! How are the report files that the caller named found, told apart and read?
//!
//! The content tells the format. One file that cannot be read makes the whole coverage unreadable: lines that it
//! covers would look uncovered.

use std::path::Path;

use super::{Coverage, Files, cobertura, lcov};
use crate::{
    error::Error,
    evidence::{
        Supplied,
        file::{self, Input},
        xml,
    },
    finding::Unproven,
    limits,
};

/// Reads every file that the patterns mean.
///
/// # Errors
/// A pattern is no pattern, or means too many files.
pub fn run(root: &Path, patterns: &[String]) -> Result<Supplied<Coverage>, Error> {
    let mut coverage = Coverage::default();
    for pattern in patterns {
        let files = file::expand(root, pattern)?;
        if files.is_empty() {
            return Ok(Err(Unproven::Unreadable(format!(
                "no coverage report: `{}` matches no file; run the tests with coverage first, or correct `--coverage`",
                crate::escape::line(pattern)
            ))));
        }
        for file in files {
            if let Err(why) = one(root, &file, &mut coverage) {
                let name = file::shown(&file);
                let name = crate::escape::line(&name);
                return Ok(Err(Unproven::Unreadable(format!(
                    "coverage report `{name}`: {why}"
                ))));
            }
        }
    }
    Ok(Ok(coverage))
}

fn one(root: &Path, path: &Path, coverage: &mut Coverage) -> Result<(), String> {
    let bytes = file::read(&root.join(path), limits::COVERAGE_BYTES).map_err(file::unreadable)?;
    let files = parse(&bytes)?;
    coverage
        .inputs
        .push(Input::of("coverage", file::shown(path), &bytes));
    let mut all = Files(std::mem::take(&mut coverage.files));
    let added = all.merge(files);
    coverage.files = all.0;
    added
}

fn parse(bytes: &[u8]) -> Result<Files, String> {
    let files = if xml::first_byte(bytes) == Some(b'<') {
        cobertura::read(bytes)?
    } else {
        tracefile(file::text(bytes)?)?
    };
    if files.0.is_empty() {
        return Err("it names no source file: nothing was measured".to_owned());
    }
    Ok(files)
}

fn tracefile(text: &str) -> Result<Files, String> {
    let start = text.trim_start();
    if start.starts_with("TN:") || start.starts_with("SF:") {
        return lcov::read(text);
    }
    Err("it is none of the known formats: LCOV tracefile, Cobertura XML".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &str) -> Supplied<Coverage> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("report"), content).unwrap();
        run(folder.path(), &["report".to_owned()]).unwrap()
    }

    #[test]
    fn the_content_tells_the_format() {
        assert!(of("SF:a\nDA:1,1\nend_of_record\n").is_ok());
        assert!(of("<coverage><class filename='a'><line number='1' hits='1'/></class></coverage>").is_ok());
        for other in ["", "{}", "TN:\n", "<coverage/>"] {
            assert!(matches!(of(other), Err(Unproven::Unreadable(_))), "{other}");
        }
    }

    #[test]
    fn a_pattern_without_a_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = run(folder.path(), &["no/*.info".to_owned()]).unwrap();
        assert!(
            missing
                .unwrap_err()
                .to_string()
                .contains("`no/*.info` matches no file")
        );
    }

    #[test]
    fn a_line_that_one_report_ran_is_covered() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1"), "SF:a\nDA:1,0\nDA:2,0\nend_of_record\n").unwrap();
        std::fs::write(folder.path().join("2"), "SF:a\nDA:1,2\nend_of_record\n").unwrap();
        let both = run(folder.path(), &["*".to_owned()]).unwrap().unwrap();
        assert_eq!(both.totals(), (1, 2));
        assert_eq!(both.inputs.len(), 2);
    }
}
