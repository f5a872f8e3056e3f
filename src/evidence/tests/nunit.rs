//! How does an NUnit report, of version 2 or 3, become a test run?
//!
//! A suite that failed for a reason of its own (set-up, tear-down), or that failed and lists no red case, is a red
//! case that is named after it.

use super::{
    Status,
    draft::{Draft, Found, Listed, Totals, class_and_name, count, keep},
    moment,
    read::Dialect,
};
use crate::evidence::xml::{At, Element, Fault};

/// An NUnit report while it is read.
#[derive(Debug, Default)]
pub(super) struct Nunit {
    open: Vec<Frame>,
}

/// An open element.
#[derive(Debug)]
enum Frame {
    /// The root, with what it declares.
    Run(Totals),
    Suite(Box<Part>),
    Case(Box<Part>),
    Failure,
    Message,
    Other,
}

/// A suite or a case.
#[derive(Debug)]
struct Part {
    at: At,
    class: String,
    name: String,
    status: Status,
    /// It failed by itself, not through what is inside it.
    by_itself: bool,
    seconds: Option<f64>,
    message: String,
    /// Cases of the report before it.
    first_case: usize,
}

impl Dialect for Nunit {
    fn open(&mut self, element: &Element<'_>, draft: &mut Draft) -> Result<(), Fault> {
        let frame = match element.name() {
            "test-run" | "test-results" if self.open.is_empty() => {
                timestamps(element, draft)?;
                Frame::Run(totals(element)?)
            }
            "test-suite" => {
                timestamps(element, draft)?;
                Frame::Suite(Box::new(part(element, draft)?))
            }
            "test-case" => Frame::Case(Box::new(part(element, draft)?)),
            // a property of a case is about that case: test data may well look like a commit id
            "property" if !self.open.iter().any(|frame| matches!(frame, Frame::Case(_))) => {
                let text = |name: &str| Ok::<_, Fault>(element.kept_text(name)?.unwrap_or_default());
                draft.property(&text("name")?, &text("value")?);
                Frame::Other
            }
            "failure" => {
                // a case with a failure is red, whatever its attributes say
                if let Some(Frame::Case(case)) = self.open.last_mut() {
                    case.status = case.status.max(Status::Failed);
                }
                Frame::Failure
            }
            "message" if matches!(self.open.last(), Some(Frame::Failure)) => Frame::Message,
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if !matches!(self.open.last(), Some(Frame::Message)) {
            return;
        }
        let owner = self.open.iter_mut().rev().find_map(|frame| match frame {
            Frame::Suite(part) | Frame::Case(part) => Some(part),
            Frame::Run(_) | Frame::Failure | Frame::Message | Frame::Other => None,
        });
        if let Some(part) = owner {
            keep(&mut part.message, text);
        }
    }

    fn close(&mut self, draft: &mut Draft) -> Result<(), Fault> {
        match self.open.pop() {
            Some(Frame::Case(case)) => add(&case, draft),
            Some(Frame::Suite(suite)) => {
                let hides = suite.status.is_red() && draft.red_since(suite.first_case) == 0;
                if hides || suite.by_itself {
                    add(&suite, draft)
                } else {
                    Ok(())
                }
            }
            Some(Frame::Run(totals)) => {
                let red = draft.red_since(0);
                let cases = draft.cases.len();
                let listed = Listed {
                    cases,
                    own_cases: cases,
                    red,
                    red_cases: red,
                };
                draft.reconcile("the run", totals, listed);
                Ok(())
            }
            Some(Frame::Failure | Frame::Message | Frame::Other) | None => Ok(()),
        }
    }

    fn finish(&mut self, _: &mut Draft) -> Result<(), Fault> {
        Ok(())
    }
}

fn add(part: &Part, draft: &mut Draft) -> Result<(), Fault> {
    let found = Found {
        class: &part.class,
        name: &part.name,
        status: Some(part.status),
        seconds: part.seconds,
        message: Some(&part.message),
        ..Found::default()
    };
    draft.add(found, part.at)
}

fn timestamps(element: &Element<'_>, draft: &mut Draft) -> Result<(), Fault> {
    for name in ["end-time", "start-time"] {
        if let Some(moment) = element.attribute(name)? {
            draft.timestamp(&moment);
        }
    }
    Ok(())
}

fn part(element: &Element<'_>, draft: &Draft) -> Result<Part, Fault> {
    let text = |name: &str| Ok::<_, Fault>(element.attribute(name)?.unwrap_or_default().into_owned());
    let (full, short) = (text("fullname")?, text("name")?);
    let (mut class, mut name) = (text("classname")?, short.clone());
    if class.is_empty() {
        // version 2 has only the full name
        let (owner, rest) = class_and_name(if full.is_empty() { &short } else { &full });
        (class, name) = (owner.to_owned(), rest.to_owned());
    }
    let status = status(element)?;
    let seconds = [text("duration")?, text("time")?];
    Ok(Part {
        at: element.at(),
        class,
        name,
        status,
        by_itself: status.is_red() && matches!(text("site")?.as_str(), "SetUp" | "TearDown" | "Test"),
        seconds: seconds.iter().find_map(|text| moment::span_seconds(text)),
        message: String::new(),
        first_case: draft.cases.len(),
    })
}

/// What the attributes say: `result` and `label` of version 3, `result`, `executed` and `success` of version 2. The
/// worst of them stands.
fn status(element: &Element<'_>) -> Result<Status, Fault> {
    let text = |name: &str| Ok::<_, Fault>(element.attribute(name)?.unwrap_or_default().into_owned());
    let (result, label) = (text("result")?, text("label")?);
    let says_no = |name: &str| text(name).map(|word| word.eq_ignore_ascii_case("false"));
    let by_result = match result.to_ascii_lowercase().as_str() {
        "passed" | "success" | "warning" => Some(Status::Passed),
        "failed" | "failure" if label.eq_ignore_ascii_case("error") => Some(Status::Error),
        "failed" | "failure" => Some(Status::Failed),
        "error" | "cancelled" => Some(Status::Error),
        "skipped" | "ignored" | "inconclusive" | "notrunnable" | "invalid" => Some(Status::Skipped),
        "" => None,
        _ => {
            let word = crate::escape::cut(&result, 80).into_owned();
            let problem = format!("the result `{}` is not known", crate::escape::line(&word));
            return Err(element.at().fault(problem));
        }
    };
    let (not_run, not_well) = (says_no("executed")?, says_no("success")?);
    let by_flags = match (not_run, not_well) {
        (true, _) => Some(Status::Skipped),
        // an inconclusive case of version 2 has no success either
        (false, true) if by_result != Some(Status::Skipped) => Some(Status::Failed),
        (false, true) => None,
        (false, false) => element.attribute("success")?.map(|_| Status::Passed),
    };
    Ok(by_result.max(by_flags).unwrap_or(Status::Error))
}

fn totals(element: &Element<'_>) -> Result<Totals, Fault> {
    let number = |name: &str| Ok::<_, Fault>(element.attribute(name)?.and_then(|text| count(&text)));
    let mut red = None;
    for name in ["failed", "failures", "errors"] {
        if let Some(more) = number(name)? {
            red = Some(more.saturating_add(red.unwrap_or_default()));
        }
    }
    Ok(Totals {
        cases: number("total")?,
        red,
    })
}
