//! How are the report files that the caller named found, told apart and read?
//!
//! The content decides what a file is, never its name. A file that cannot be read to its end stays in the run with
//! what could be read of it, beside the problem: enough to accuse, never enough to acquit.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    path::Path,
};

use super::{
    Problem, Report, Status, TestId, TestRun,
    draft::{self, Draft},
    gotest,
    junit::{self, Junit},
    nunit::Nunit,
    trx::Trx,
    xunit::Xunit,
};
use crate::{
    error::Error,
    evidence::{
        file::{self, Hashing, Input},
        xml::{self, At, Document, Element, Event, Fault},
    },
    limits,
};

/// A dialect of XML reports: it sees the elements of a document in their order.
pub(super) trait Dialect {
    /// An element opens.
    fn open(&mut self, element: &Element<'_>, draft: &mut Draft) -> Result<(), Fault>;
    /// Text in the innermost open element.
    fn text(&mut self, text: &str);
    /// The innermost open element closes.
    fn close(&mut self, draft: &mut Draft) -> Result<(), Fault>;
    /// The document ended, whole.
    fn finish(&mut self, draft: &mut Draft) -> Result<(), Fault>;
}

/// Reads every file that the patterns mean. What is wrong with a file is a [`Problem`] of the run.
///
/// # Errors
/// A pattern is no pattern, or it means too many files.
pub fn run(root: &Path, role: &'static str, patterns: &[String]) -> Result<TestRun, Error> {
    let mut run = TestRun::default();
    let mut seen = BTreeSet::new();
    for pattern in patterns {
        let files = if root.join(pattern).is_dir() {
            let help = format!(
                "`{}` is a folder; name the reports in it, as in `{}/**/*.xml`",
                crate::escape::line(pattern),
                crate::escape::line(pattern.trim_end_matches('/'))
            );
            run.problems.push(Problem::NoMatch(help));
            continue;
        } else {
            file::expand(root, pattern)?
        };
        if files.is_empty() {
            let help = format!(
                "no file matches `{}`; check the pattern and that the tests ran and wrote their reports before the gate",
                crate::escape::line(pattern)
            );
            run.problems.push(Problem::NoMatch(help));
        }
        for path in files {
            if seen.insert(path.clone()) {
                one(root, role, &path, &mut run);
            }
        }
    }
    mark_mixed_results(&mut run);
    Ok(run)
}

/// Reads one file into the run.
fn one(root: &Path, role: &'static str, path: &Path, run: &mut TestRun) {
    let name = file::shown(path);
    let file = match file::open(&root.join(path), limits::TEST_REPORT_BYTES) {
        Ok((file, _)) => file,
        Err(error) => return run.problems.push(Problem::Unreadable(unreadable(error, path))),
    };
    let mut bytes = BufReader::with_capacity(64 * 1024, Hashing::new(file, limits::TEST_REPORT_BYTES));
    let mut draft = Draft::new(run.reports.len(), run.cases.len());
    let mut format = "unknown";
    let result = content(&mut bytes, &mut format, &mut draft);
    let shown = crate::escape::line(&name);
    let drained = std::io::copy(&mut bytes, &mut std::io::sink());
    if let Err(fault) = result {
        run.problems
            .push(Problem::Unreadable(format!("`{shown}` at {fault}")));
    } else if let Err(error) = drained {
        run.problems
            .push(Problem::Unreadable(format!("`{shown}` cannot be read: {error}")));
    } else if let Some(why) = &draft.contradiction {
        run.problems.push(Problem::Contradictory(format!(
            "`{shown}` contradicts itself: {why}"
        )));
    }
    run.notes
        .extend(draft.notes.iter().map(|note| format!("`{shown}`: {note}")));
    let (sha256, size) = bytes.into_inner().finish();
    run.reports.push(Report {
        input: Input {
            role,
            file: name,
            sha256,
            bytes: size,
        },
        format,
        cases: draft.cases.len(),
        timestamp: draft.timestamp,
        commit: draft.commit,
    });
    if run.cases.is_empty() {
        // a report may list a million cases: they are not copied
        run.cases = draft.cases;
    } else {
        run.cases.append(&mut draft.cases);
    }
}

/// An error about a report, without the path that only this machine has.
fn unreadable(error: Error, path: &Path) -> String {
    match error {
        Error::Read { cause, .. } => format!(
            "cannot read `{}`: {cause}",
            crate::escape::line(&file::shown(path))
        ),
        Error::Limit { what, problem, .. } => {
            format!(
                "limit-{what}: `{}` {problem}",
                crate::escape::line(&file::shown(path))
            )
        }
        Error::Invalid { .. }
        | Error::Repository { .. }
        | Error::Usage { .. }
        | Error::Write { .. }
        | Error::Rules { .. } => error.to_string(),
    }
}

/// Tells the format by the first byte that is not white space, and reads the file with it.
fn content(
    bytes: &mut BufReader<Hashing>,
    format: &mut &'static str,
    draft: &mut Draft,
) -> Result<(), Fault> {
    let start = bytes
        .fill_buf()
        .map_err(|error| At::START.fault(format!("cannot be read: {error}")))?;
    match xml::first_byte(start) {
        Some(b'{') => {
            *format = "go test -json";
            gotest::read(bytes, draft)
        }
        Some(b'<') => document(bytes, format, draft),
        Some(_) => Err(At::START.fault(
            "neither XML nor `go test -json`; write JUnit, TRX, NUnit or xUnit.net XML, or lines of JSON",
        )),
        None => Err(At::START.fault("the file is empty: the test run wrote nothing")),
    }
}

fn document(
    bytes: &mut BufReader<Hashing>,
    format: &mut &'static str,
    draft: &mut Draft,
) -> Result<(), Fault> {
    let mut document = Document::new(bytes)?;
    draft.notes.extend(document.notes().iter().cloned());
    let mut dialect: Option<Box<dyn Dialect>> = None;
    loop {
        match (document.next()?, dialect.as_mut()) {
            (Event::Open(element), Some(dialect)) => dialect.open(&element, draft)?,
            (Event::Open(root), None) => {
                let (name, mut found) = dialect_of(&root)?;
                *format = name;
                found.open(&root, draft)?;
                dialect = Some(found);
            }
            (Event::Text(text), Some(dialect)) => dialect.text(&text),
            (Event::Close, Some(dialect)) => dialect.close(draft)?,
            (Event::End, Some(dialect)) => return dialect.finish(draft),
            // a document ends only after its root was seen
            (Event::End, None) => return Ok(()),
            (Event::Text(_) | Event::Close, None) | (Event::Ignored, _) => {}
        }
    }
}

/// Which dialect a root element begins.
fn dialect_of(root: &Element<'_>) -> Result<(&'static str, Box<dyn Dialect>), Fault> {
    let refuse = |what: &str| {
        let problem = format!("a report of {what} in its own format; let it write JUnit XML, or convert it");
        Err(root.at().fault(problem))
    };
    let namespace = root.namespace()?;
    match root.name() {
        _ if namespace.contains("check.sourceforge.net") => refuse("Check (the C library)"),
        "TestRun" if namespace.contains("TeamTest") => Ok(("trx", Box::<Trx>::default())),
        "TestRun" => refuse("CppUnit"),
        "test-results" | "test-run" => Ok(("nunit", Box::<Nunit>::default())),
        "assemblies" | "assembly" => Ok(("xunit.net", Box::<Xunit>::default())),
        name if junit::ROOTS.contains(&name.to_ascii_lowercase().as_str()) => {
            Ok(("junit", Box::<Junit>::default()))
        }
        other => Err(root.at().fault(format!(
            "the root `<{}>` is no test report; JUnit, TRX, NUnit and xUnit.net XML are read",
            crate::escape::line(&crate::escape::cut(other, 80))
        ))),
    }
}

/// A name with both a red and a green result in one report was run twice, or names two cases: the red one stands, and
/// is marked.
fn mark_mixed_results(run: &mut TestRun) {
    let red = run.red().filter(|case| *case.id.name != *draft::UNNAMED);
    let red: BTreeSet<(usize, TestId)> = red.map(|case| (case.report, case.id.clone())).collect();
    if red.is_empty() {
        return;
    }
    let passed = run.cases.iter().filter(|case| case.status == Status::Passed);
    let mixed: BTreeSet<(usize, TestId)> = passed
        .map(|case| (case.report, case.id.clone()))
        .filter(|id| red.contains(id))
        .collect();
    if mixed.is_empty() {
        return;
    }
    for case in run.cases.iter_mut().filter(|case| case.status.is_red()) {
        case.flaky |= mixed.contains(&(case.report, case.id.clone()));
    }
}
