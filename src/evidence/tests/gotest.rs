//! How does `go test -json` output become a test run?
//!
//! One event a line (`go doc test2json`). A test that began and did not end is an error, and so is a package that
//! failed without a failing test: it did not build, it panicked, it was stopped.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read as _},
};

use serde::Deserialize;

use super::{
    Status,
    draft::{Draft, Found, keep},
    signs::Watch,
};
use crate::{
    evidence::xml::{At, Fault},
    limits,
};

/// One line. Fields that are not needed are not read; new ones of later versions do no harm.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(default)]
    time: String,
    action: String,
    #[serde(default)]
    package: String,
    #[serde(default)]
    test: String,
    elapsed: Option<f64>,
    #[serde(default)]
    output: String,
    #[serde(default)]
    import_path: String,
}

/// What is open: tests by package and name, packages under an empty name.
#[derive(Debug, Default)]
struct Run {
    open: BTreeMap<(String, String), Open>,
    /// Packages and how many of their results are red.
    red: BTreeMap<String, usize>,
    /// What the compiler said, by import path.
    builds: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Open {
    line: u64,
    output: String,
    printed: Watch,
}

/// Reads the events of one file.
///
/// # Errors
/// A line is no event, or passes [`limits::REPORT_LINE_BYTES`].
pub(super) fn read(mut bytes: impl BufRead, draft: &mut Draft) -> Result<(), Fault> {
    let mut run = Run::default();
    let mut text = Vec::new();
    for number in 1.. {
        let at = At::line(number);
        text.clear();
        let most = limits::REPORT_LINE_BYTES as u64 + 1;
        let read = bytes.by_ref().take(most).read_until(b'\n', &mut text);
        read.map_err(|error| at.fault(format!("cannot be read: {error}")))?;
        if text.is_empty() {
            break;
        }
        if text.len() > limits::REPORT_LINE_BYTES {
            return Err(at.fault(format!(
                "limit-line: a line of more than {} bytes",
                limits::REPORT_LINE_BYTES
            )));
        }
        let line = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text).trim_ascii();
        if line.first() == Some(&b'{') {
            let event = serde_json::from_slice(line)
                .map_err(|error| at.fault(format!("no event of `go test -json`: {error}")))?;
            run.event(event, number, draft)?;
        } else if !line.is_empty() {
            plain(&String::from_utf8_lossy(line), at, draft)?;
        }
    }
    run.interrupted(draft)
}

/// A line that is no event: what the go command itself printed when both outputs went to one file.
fn plain(line: &str, at: At, draft: &mut Draft) -> Result<(), Fault> {
    let mut words = line.split_whitespace();
    if words.next() != Some("FAIL") {
        return Ok(());
    }
    let package = words.next().unwrap_or("(unnamed)");
    package_case(package, line, at, draft)
}

fn package_case(package: &str, message: &str, at: At, draft: &mut Draft) -> Result<(), Fault> {
    let found = Found {
        class: package,
        name: "(package)",
        status: Some(Status::Error),
        message: Some(message),
        ..Found::default()
    };
    draft.add(found, at)
}

impl Run {
    fn event(&mut self, event: Event, line: u64, draft: &mut Draft) -> Result<(), Fault> {
        draft.timestamp(&event.time);
        let key = (event.package.clone(), event.test.clone());
        match event.action.as_str() {
            "start" | "run" => {
                let began = Open {
                    line,
                    output: String::new(),
                    printed: Watch::default(),
                };
                // a second `run` without a result in between is a new attempt: the first one never ended
                if let Some(before) = self.open.insert(key, began)
                    && !event.test.is_empty()
                {
                    let said = (before.output.as_str(), None);
                    self.add(&event, Status::Error, said, before.line, draft)?;
                }
                Ok(())
            }
            "output" => {
                self.keep(key, line, &event.output);
                Ok(())
            }
            "build-output" => {
                keep(self.builds.entry(event.import_path).or_default(), &event.output);
                Ok(())
            }
            "build-fail" => {
                let said = self.builds.remove(&event.import_path).unwrap_or_default();
                // `example.org/a [example.org/a.test]` is the package built for its tests
                let package = event.import_path.split(' ').next().unwrap_or_default().to_owned();
                *self.red.entry(package.clone()).or_default() += 1;
                package_case(&package, &said, At::line(line), draft)
            }
            // a benchmark that ran ends with its figures
            "pass" | "bench" => self.end(&event, Status::Passed, line, draft),
            "skip" => self.end(&event, Status::Skipped, line, draft),
            "fail" => self.end(&event, Status::Failed, line, draft),
            "pause" | "cont" | "attr" | "artifacts" => Ok(()),
            other => {
                let word = crate::escape::cut(other, 80).into_owned();
                Err(At::line(line).fault(format!(
                    "the action `{}` is not known",
                    crate::escape::line(&word)
                )))
            }
        }
    }

    fn keep(&mut self, key: (String, String), line: u64, output: &str) {
        // a frame of the runner's own (`=== RUN`, `--- FAIL`) says nothing that the event does not say
        let frame = ["=== ", "--- ", "PASS", "FAIL", "ok "];
        if frame.iter().any(|start| output.trim_start().starts_with(start)) {
            return;
        }
        let fresh = || Open {
            line,
            output: String::new(),
            printed: Watch::default(),
        };
        if key.1.is_empty() {
            keep(&mut self.open.entry(key).or_insert_with(fresh).output, output);
        } else if let Some(open) = self.open.get_mut(&key) {
            open.printed.feed(output);
            keep(&mut open.output, output);
        }
    }

    fn end(&mut self, event: &Event, status: Status, line: u64, draft: &mut Draft) -> Result<(), Fault> {
        let open = self.open.remove(&(event.package.clone(), event.test.clone()));
        let (output, printed) = open.map(|open| (open.output, open.printed)).unzip();
        let output = output.unwrap_or_default();
        if !event.test.is_empty() {
            return self.add(event, status, (&output, printed), line, draft);
        }
        let red = self.red.get(&event.package).copied().unwrap_or_default();
        if status.is_red() && red == 0 && !self.has_open_test(&event.package) {
            return package_case(&event.package, &output, At::line(line), draft);
        }
        Ok(())
    }

    fn has_open_test(&self, package: &str) -> bool {
        self.open
            .keys()
            .any(|(owner, test)| owner == package && !test.is_empty())
    }

    fn add(
        &mut self,
        event: &Event,
        status: Status,
        (output, printed): (&str, Option<Watch>),
        line: u64,
        draft: &mut Draft,
    ) -> Result<(), Fault> {
        if status.is_red() {
            *self.red.entry(event.package.clone()).or_default() += 1;
        }
        let found = Found {
            class: &event.package,
            name: &event.test,
            status: Some(status),
            seconds: event
                .elapsed
                .filter(|seconds| seconds.is_finite() && *seconds >= 0.0),
            message: Some(output),
            output: printed,
            ..Found::default()
        };
        draft.add(found, At::line(line))
    }

    /// What began and did not end.
    fn interrupted(self, draft: &mut Draft) -> Result<(), Fault> {
        let tests: Vec<_> = self
            .open
            .iter()
            .filter(|((_, test), _)| !test.is_empty())
            .collect();
        for ((package, test), open) in &tests {
            let said = format!("began and did not end\n{}", open.output);
            let found = Found {
                class: package,
                name: test,
                status: Some(Status::Error),
                message: Some(&said),
                ..Found::default()
            };
            draft.add(found, At::line(open.line))?;
        }
        for ((package, test), open) in &self.open {
            let named = tests.iter().any(|((owner, _), _)| owner == package);
            if test.is_empty() && !named && !package.is_empty() {
                package_case(package, "began and did not end", At::line(open.line), draft)?;
            }
        }
        Ok(())
    }
}
