//! How does JUnit XML become a test run?
//!
//! There is no standard, so nothing is taken on trust: a case counts wherever it stands, every result of a case is
//! kept and the worst one stands, prefixes and capitals of element names make no difference, and a failure outside
//! any case is a red case of its own.

use super::{
    Status, TestId,
    draft::{Draft, Found, Listed, Totals, count, keep},
    frames::{Frame as CodeFrame, Frames},
    moment,
    read::Dialect,
    signs::Watch,
};
use crate::{
    evidence::xml::{At, Element, Fault},
    limits,
};

/// The names a root may have, in lower case.
pub(super) const ROOTS: &[&str] = &["testsuites", "testsuite", "testrun"];

/// A JUnit report while it is read.
#[derive(Debug, Default)]
pub(super) struct Junit {
    open: Vec<Frame>,
}

/// An open element.
#[derive(Debug)]
enum Frame {
    Suite(Suite),
    Case(Box<Case>),
    /// A result, or a suite-level one: its text is the message.
    Result(Box<Outcome>),
    /// An attempt that was repeated: what is inside belongs to it.
    Attempt,
    /// What a test or a suite printed.
    Output,
    Property {
        name: String,
        value: String,
    },
    Other,
}

#[derive(Debug)]
struct Suite {
    /// Its own name, for messages.
    name: String,
    /// Names of the suites around it and its own.
    path: String,
    file: String,
    at: At,
    totals: Totals,
    listed: Listed,
    output: Option<Watch>,
}

#[derive(Debug)]
struct Case {
    at: At,
    class: String,
    name: String,
    file: String,
    seconds: Option<f64>,
    /// What its attributes say became of it.
    by_attribute: Option<Status>,
    /// The worst result inside it.
    worst: Option<Status>,
    /// Red results inside it, repeated attempts too.
    results: usize,
    flaky: bool,
    message: Option<String>,
    frames: Vec<CodeFrame>,
    output: Option<Watch>,
}

#[derive(Debug)]
struct Outcome {
    at: At,
    status: Status,
    message: String,
    text: String,
    frames: Frames,
}

impl Dialect for Junit {
    fn open(&mut self, element: &Element<'_>, draft: &mut Draft) -> Result<(), Fault> {
        let name = element.name().to_ascii_lowercase();
        let frame = match name.as_str() {
            root if ROOTS.contains(&root) => Frame::Suite(self.suite(element, draft)?),
            "testcase" => Frame::Case(Box::new(case(element, draft)?)),
            "failure" | "error" if !self.in_attempt() => result(element, &name)?,
            "skipped" | "ignored" | "disabled" | "notrun" => {
                self.mark(Status::Skipped);
                Frame::Other
            }
            repeated if repeated.starts_with("flaky") || repeated.starts_with("rerun") => {
                self.attempt(element, repeated)?;
                Frame::Attempt
            }
            "system-out" | "system-err" if !self.in_attempt() => Frame::Output,
            // a property of a case is about that case: test data may well look like a commit id
            "property" if self.innermost_case().is_none() => property(element)?,
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(Frame::Result(outcome)) => {
                outcome.frames.feed(text);
                keep(&mut outcome.text, text);
            }
            Some(Frame::Output) => self.printed(text),
            Some(Frame::Property { value, .. }) => keep(value, text),
            Some(Frame::Suite(_) | Frame::Case(_) | Frame::Attempt | Frame::Other) | None => {}
        }
    }

    fn close(&mut self, draft: &mut Draft) -> Result<(), Fault> {
        match self.open.pop() {
            Some(Frame::Suite(suite)) => self.close_suite(suite, draft),
            Some(Frame::Case(case)) => self.close_case(*case, draft)?,
            Some(Frame::Result(outcome)) => self.close_result(*outcome, draft)?,
            Some(Frame::Property { name, value }) => draft.property(&name, &value),
            // what comes next, on the other stream, is another line
            Some(Frame::Output) => self.printed("\n"),
            Some(Frame::Attempt | Frame::Other) | None => {}
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Draft) -> Result<(), Fault> {
        Ok(())
    }
}

fn text_of(element: &Element<'_>, names: &[&str]) -> Result<String, Fault> {
    for name in names {
        if let Some(value) = element.attribute(name)? {
            return Ok(value.into_owned());
        }
    }
    Ok(String::new())
}

fn case(element: &Element<'_>, draft: &mut Draft) -> Result<Case, Fault> {
    if let Some(moment) = element.attribute("timestamp")? {
        draft.timestamp(&moment);
    }
    Ok(Case {
        at: element.at(),
        class: text_of(element, &["classname", "class"])?,
        name: text_of(element, &["name"])?,
        file: text_of(element, &["file"])?,
        seconds: element
            .attribute("time")?
            .and_then(|time| moment::span_seconds(&time)),
        by_attribute: by_attributes(element)?,
        worst: None,
        results: 0,
        flaky: false,
        message: None,
        frames: Vec::new(),
        output: None,
    })
}

/// What the attributes of a case say became of it: googletest writes `status="notrun"` and `result="suppressed"`,
/// others `status="disabled"`, and neither adds an element for it. The worst of the two stands.
fn by_attributes(element: &Element<'_>) -> Result<Option<Status>, Fault> {
    let mut worst = None;
    for name in ["status", "result"] {
        if let Some(word) = element.attribute(name)? {
            worst = worst.max(status_word(&word));
        }
    }
    Ok(worst)
}

fn status_word(word: &str) -> Option<Status> {
    match word.trim().to_ascii_lowercase().as_str() {
        "failed" | "failure" | "fail" | "ko" | "broken" => Some(Status::Failed),
        "error" | "errored" | "crashed" | "aborted" | "timeout" | "timedout" => Some(Status::Error),
        "skipped" | "skip" | "ignored" | "disabled" | "notrun" | "not run" | "not_run" | "pending"
        | "suppressed" | "todo" => Some(Status::Skipped),
        _ => None,
    }
}

fn result(element: &Element<'_>, name: &str) -> Result<Frame, Fault> {
    let status = if name == "error" {
        Status::Error
    } else {
        Status::Failed
    };
    Ok(Frame::Result(Box::new(Outcome {
        at: element.at(),
        status,
        message: element.kept_text("message")?.unwrap_or_default(),
        text: String::new(),
        frames: Frames::default(),
    })))
}

fn property(element: &Element<'_>) -> Result<Frame, Fault> {
    // a value is often a class path: only what may be a commit id is of use, so it is cut, not refused
    Ok(Frame::Property {
        name: element.kept_text("name")?.unwrap_or_default(),
        value: element.kept_text("value")?.unwrap_or_default(),
    })
}

impl Junit {
    fn suite(&self, element: &Element<'_>, draft: &mut Draft) -> Result<Suite, Fault> {
        let number = |name: &str| Ok(element.attribute(name)?.and_then(|text| count(&text)));
        let (failures, errors): (Option<usize>, Option<usize>) = (number("failures")?, number("errors")?);
        if let Some(moment) = element.attribute("timestamp")? {
            draft.timestamp(&moment);
        }
        let name = text_of(element, &["name"])?;
        let is_root = element.name().eq_ignore_ascii_case("testsuites");
        let outer = self
            .suites()
            .next_back()
            .map(|suite| suite.path.as_str())
            .unwrap_or_default();
        let path = match (outer, name.as_str()) {
            // the name of the whole run is no suite
            _ if is_root && self.open.is_empty() => String::new(),
            ("", name) => name.to_owned(),
            (outer, "") => outer.to_owned(),
            (outer, name) => format!("{outer} > {name}"),
        };
        Ok(Suite {
            name,
            path,
            file: text_of(element, &["file"])?,
            at: element.at(),
            totals: Totals {
                cases: number("tests")?,
                red: failures.map_or(errors, |failures| {
                    Some(failures.saturating_add(errors.unwrap_or_default()))
                }),
            },
            listed: Listed::default(),
            output: None,
        })
    }

    fn suites(&self) -> impl DoubleEndedIterator<Item = &Suite> {
        self.open.iter().filter_map(|frame| match frame {
            Frame::Suite(suite) => Some(suite),
            Frame::Case(_)
            | Frame::Result(_)
            | Frame::Attempt
            | Frame::Output
            | Frame::Property { .. }
            | Frame::Other => None,
        })
    }

    fn innermost_suite(&mut self) -> Option<&mut Suite> {
        self.open.iter_mut().rev().find_map(|frame| match frame {
            Frame::Suite(suite) => Some(suite),
            Frame::Case(_)
            | Frame::Result(_)
            | Frame::Attempt
            | Frame::Output
            | Frame::Property { .. }
            | Frame::Other => None,
        })
    }

    /// The case that an element here belongs to: none where a suite opened inside it.
    fn innermost_case(&mut self) -> Option<&mut Case> {
        let owner = self
            .open
            .iter_mut()
            .rev()
            .find(|frame| matches!(frame, Frame::Suite(_) | Frame::Case(_)));
        match owner {
            Some(Frame::Case(case)) => Some(case),
            Some(
                Frame::Suite(_)
                | Frame::Result(_)
                | Frame::Attempt
                | Frame::Output
                | Frame::Property { .. }
                | Frame::Other,
            )
            | None => None,
        }
    }

    fn in_attempt(&self) -> bool {
        self.open
            .iter()
            .rev()
            .any(|frame| matches!(frame, Frame::Attempt))
    }

    /// What the innermost test or suite printed.
    fn printed(&mut self, text: &str) {
        let owner = self.open.iter_mut().rev().find_map(|frame| match frame {
            Frame::Case(case) => Some(&mut case.output),
            Frame::Suite(suite) => Some(&mut suite.output),
            Frame::Result(_) | Frame::Attempt | Frame::Output | Frame::Property { .. } | Frame::Other => None,
        });
        if let Some(output) = owner {
            output.get_or_insert_default().feed(text);
        }
    }

    fn mark(&mut self, status: Status) {
        if let Some(case) = self.innermost_case() {
            case.worst = case.worst.max(Some(status));
        }
    }

    /// A repeated attempt: `flaky…` passed in the end, `rerun…` stands beside a final failure. One that stands alone
    /// still is a failure.
    fn attempt(&mut self, element: &Element<'_>, name: &str) -> Result<(), Fault> {
        let message = element.kept_text("message")?;
        let Some(case) = self.innermost_case() else {
            return Ok(());
        };
        case.results += 1;
        case.message = case.message.take().or(message);
        if name.starts_with("flaky") {
            case.flaky = true;
        } else {
            let status = if name.ends_with("error") {
                Status::Error
            } else {
                Status::Failed
            };
            case.worst = case.worst.max(Some(status));
        }
        Ok(())
    }

    fn close_result(&mut self, outcome: Outcome, draft: &mut Draft) -> Result<(), Fault> {
        let frames = outcome.frames.finish();
        let message = if outcome.message.trim().is_empty() {
            outcome.text
        } else {
            outcome.message
        };
        if let Some(case) = self.innermost_case() {
            case.worst = case.worst.max(Some(outcome.status));
            case.results += 1;
            case.message = case.message.take().or(Some(message));
            case.frames.extend(frames);
            case.frames.truncate(limits::FRAMES);
            return Ok(());
        }
        // a failure of the suite itself, a broken set-up for one: a red case that is named after it
        let Some(suite) = self.innermost_suite() else {
            return Ok(());
        };
        suite.listed.red += 1;
        suite.listed.red_cases += 1;
        let name = if suite.name.is_empty() {
            "(suite)"
        } else {
            suite.name.as_str()
        };
        let found = Found {
            suite: &suite.path,
            name,
            file: &suite.file,
            status: Some(outcome.status),
            message: Some(&message),
            frames,
            ..Found::default()
        };
        draft.add(found, outcome.at)
    }

    fn close_case(&mut self, case: Case, draft: &mut Draft) -> Result<(), Fault> {
        let status = case.worst.max(case.by_attribute).unwrap_or(Status::Passed);
        let Some(suite) = self.innermost_suite() else {
            return Ok(());
        };
        suite.listed.cases += 1;
        suite.listed.own_cases += 1;
        suite.listed.red += case.results.max(usize::from(status.is_red()));
        suite.listed.red_cases += usize::from(status.is_red());
        let file = if case.file.is_empty() {
            &suite.file
        } else {
            &case.file
        };
        let found = Found {
            suite: &suite.path,
            class: &case.class,
            name: &case.name,
            file,
            status: Some(status),
            flaky: case.flaky && !status.is_red(),
            seconds: case.seconds,
            message: case.message.as_deref(),
            frames: case.frames,
            output: case.output,
        };
        draft.add(found, case.at)
    }

    fn close_suite(&mut self, suite: Suite, draft: &mut Draft) {
        let line = suite.at.fault("").line;
        let part = match suite.name.as_str() {
            "" => format!("the suite at line {line}"),
            name => format!(
                "suite `{}` at line {line}",
                crate::escape::line(&crate::escape::cut(name, 120))
            ),
        };
        draft.reconcile(&part, suite.totals, suite.listed);
        if let Some(output) = suite.output
            && suite.listed.red == 0
        {
            let id = TestId {
                suite: suite.path.as_str().into(),
                name: "(output of the suite)".into(),
                file: suite.file.as_str().into(),
                ..TestId::default()
            };
            draft.printed(output, &id);
        }
        if let Some(outer) = self.innermost_suite() {
            outer.listed.cases += suite.listed.cases;
            outer.listed.red += suite.listed.red;
            outer.listed.red_cases += suite.listed.red_cases;
        }
    }
}
