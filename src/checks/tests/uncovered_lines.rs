//! Did the tests run the added lines?
//!
//! Judged are added executable lines of production code, as the coverage report lists them. A line that the change
//! takes out of the measuring (`pragma: no cover` and its relatives) counts as not run; one that was out of it on
//! base does not count.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::FileChange,
        coverage::{Coverage, Lines},
    },
    executable::looks_executable,
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    kinds::FileKind,
};

/// What takes a line out of the measuring, in lower case: coverage.py, istanbul, c8, v8, LCOV, gcovr, Rust, .NET,
/// JaCoCo by annotation, PHPUnit, SimpleCov.
const PRAGMAS: &[&str] = &[
    "pragma: no cover",
    "pragma: no branch",
    "istanbul ignore",
    "c8 ignore",
    "v8 ignore",
    "node:coverage ignore",
    "node:coverage disable",
    "lcov_excl",
    "gcovr_excl",
    "gcov_excl",
    "coverage(off)",
    "no_coverage",
    "excludefromcodecoverage",
    "codecoverageignore",
    ":nocov:",
];

/// Judges the item.
///
/// # Errors
/// No report, an unreadable one, one about other code, or one that does not know the changed files.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let coverage = evidence.coverage()?;
    let files = production(evidence, settings);
    if files.is_empty() {
        return Err(Abstain::not_applicable(
            "the change adds no line of production code",
        ));
    }
    let known = coverage.of_change(&evidence.change);
    let mut sum = Sum::default();
    for file in &files {
        match known.get(file.path()) {
            Some(lines) => sum.file(evidence, file, lines)?,
            None => sum.unknown(file, coverage),
        }
    }
    sum.judge(settings.policy.coverage.minimum)
}

fn production<'a>(evidence: &'a Evidence, settings: &Settings) -> Vec<&'a FileChange> {
    let files = evidence.change.files().iter();
    let source = files.filter(|file| settings.kinds.of(file.path()) == FileKind::Source);
    source
        .filter(|file| file.after().is_some() && file.added().next().is_some())
        .collect()
}

#[derive(Default)]
struct Sum {
    covered: usize,
    executable: usize,
    findings: Vec<Finding>,
    unknown: Vec<String>,
}

impl Sum {
    fn file(&mut self, evidence: &Evidence, file: &FileChange, lines: &Lines) -> Result<(), Unproven> {
        fits(evidence, file, lines)?;
        let mut open: Option<(u32, u32, usize)> = None;
        let mut before = 0;
        for line in file.added() {
            if line.number != before + 1 {
                self.close(file, &mut open);
            }
            before = line.number;
            if let Some(pragma) = pragma(&line.text) {
                self.close(file, &mut open);
                self.executable += 1;
                self.findings.push(taken_out(file, line.number, pragma));
                continue;
            }
            let Some(hits) = lines.get(&line.number) else {
                continue;
            };
            self.executable += 1;
            if *hits > 0 {
                self.covered += 1;
                self.close(file, &mut open);
            } else {
                let (first, _, count) = open.unwrap_or((line.number, line.number, 0));
                open = Some((first, line.number, count + 1));
            }
        }
        self.close(file, &mut open);
        Ok(())
    }

    /// Ends a run of lines that no test ran.
    fn close(&mut self, file: &FileChange, open: &mut Option<(u32, u32, usize)>) {
        self.findings
            .extend(open.take().map(|lines| not_run(file, lines)));
    }

    /// A file that no report names. It was left out of the measuring, or no test loaded it; of another language, the
    /// report says nothing about it either way.
    fn unknown(&mut self, file: &FileChange, coverage: &Coverage) {
        let extension = file.path().extension();
        let same = |name: &String| {
            name.rsplit_once('.')
                .is_some_and(|(_, end)| end.to_lowercase() == extension)
        };
        let lines = file.added().filter(|line| looks_executable(&line.text)).count();
        if lines == 0 || !coverage.files.keys().any(same) {
            return;
        }
        self.unknown.push(file.path().to_string());
        let says = format!(
            "the coverage report does not name this file; {lines} of its added lines look executable"
        );
        self.findings
            .push(Finding::new(Place::File(file.path().clone()), says).at_most(Level::Warn));
    }

    fn judge(self, minimum: Option<f64>) -> Judged {
        let share = share(self.covered, self.executable);
        match minimum {
            Some(minimum) if self.executable > 0 && share < minimum => {
                let says = format!(
                    "the tests ran {} of {} added executable lines ({share:.1} %); the policy asks for {minimum} %",
                    self.covered, self.executable
                );
                let mut findings = self.findings;
                findings.push(Finding::new(Place::Change, says));
                Ok(findings)
            }
            Some(_) if !self.unknown.is_empty() => Err(Unproven::Insufficient(format!(
                "the policy asks for a share of covered lines and the coverage report does not name {}",
                self.unknown.join(", ")
            ))
            .into()),
            Some(_) | None if self.executable == 0 && self.findings.is_empty() => Err(
                Abstain::not_applicable("the coverage report lists no added line as executable"),
            ),
            Some(_) | None => Ok(self.findings),
        }
    }
}

/// Per cent, rounded down to one digit: a share below its bound is never shown as the bound.
#[expect(clippy::cast_precision_loss, reason = "lines of one change: exact in f64")]
fn share(covered: usize, executable: usize) -> f64 {
    (covered as f64 * 1000.0 / executable.max(1) as f64).floor() / 10.0
}

/// A report that names a line past the end of the file is about another state of it.
fn fits(evidence: &Evidence, file: &FileChange, lines: &Lines) -> Result<(), Unproven> {
    let (Some((last, _)), Some(version)) = (lines.last_key_value(), file.after()) else {
        return Ok(());
    };
    // of a patch the whole text is not known
    let Ok(text) = evidence.change.text(version) else {
        return Ok(());
    };
    let count = text.lines().count();
    // some tools list the line after the last
    if usize::try_from(*last).is_ok_and(|last| last <= count + 1) {
        return Ok(());
    }
    Err(Unproven::Stale(format!(
        "the coverage report names line {last} of `{}`, which has {count} lines at head: run the tests with coverage again",
        file.path()
    )))
}

fn pragma(line: &str) -> Option<&'static str> {
    let line = line.to_lowercase();
    PRAGMAS.iter().copied().find(|pragma| line.contains(pragma))
}

fn not_run(file: &FileChange, (first, last, count): (u32, u32, usize)) -> Finding {
    let says = if count == 1 {
        "no test runs this added line".to_owned()
    } else {
        format!("no test runs these {count} added lines, {first} to {last}")
    };
    Finding::new(Place::lines(file.path(), first, last), says).at_most(Level::Warn)
}

fn taken_out(file: &FileChange, line: u32, pragma: &str) -> Finding {
    let says = format!("the change takes this line out of the coverage (`{pragma}`): it counts as not run");
    Finding::new(Place::line(file.path(), line), says).at_most(Level::Warn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_below_its_bound_is_never_shown_as_the_bound() {
        assert!((share(1999, 2000) - 99.9).abs() < f64::EPSILON);
        assert!((share(2, 2) - 100.0).abs() < f64::EPSILON);
    }

    #[test]
    fn pragmas_of_every_tool_are_known() {
        for line in [
            "x  # pragma: NO COVER",
            "/* istanbul ignore next */",
            "#[coverage(off)]",
            "// LCOV_EXCL_LINE",
        ] {
            assert!(pragma(line).is_some(), "{line}");
        }
        assert_eq!(pragma("cover(no_pragma)"), None);
    }
}
