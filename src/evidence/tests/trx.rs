//! How does a TRX report of the Visual Studio test platform become a test run?
//!
//! Every result counts, inner results of data-driven tests too. A result without an outcome is an error: that is how
//! the format writes one. A run that says it failed and lists no red result is a red case of its own.

use std::collections::BTreeMap;

use super::{
    Status,
    draft::{Draft, Found, Listed, Totals, count, keep},
    moment,
    read::Dialect,
};
use crate::evidence::xml::{At, Element, Fault};

/// A TRX report while it is read.
#[derive(Debug, Default)]
pub(super) struct Trx {
    open: Vec<Frame>,
    /// The test that each case is a result of.
    tests: Vec<String>,
    /// The class of each test.
    classes: BTreeMap<String, String>,
    /// What the report declares.
    totals: Totals,
    /// The run as a whole ended badly.
    ended_badly: Option<(String, At)>,
    /// What the runner said about the run.
    run_message: String,
}

/// An open element.
#[derive(Debug)]
enum Frame {
    Result(Box<Outcome>),
    /// A test and its id.
    Test(String),
    /// The message of a failure.
    Message,
    /// What the runner says about the whole run.
    RunText,
    Other,
}

#[derive(Debug)]
struct Outcome {
    at: At,
    test: String,
    name: String,
    seconds: Option<f64>,
    status: Status,
    message: String,
}

impl Dialect for Trx {
    fn open(&mut self, element: &Element<'_>, draft: &mut Draft) -> Result<(), Fault> {
        let text = |name: &str| Ok::<_, Fault>(element.attribute(name)?.unwrap_or_default().into_owned());
        let frame = match element.name() {
            name if name.ends_with("TestResult") || name == "TestResultAggregation" => {
                draft.timestamp(&text("endTime")?);
                Frame::Result(Box::new(outcome(element)?))
            }
            "Times" => {
                draft.timestamp(&text("finish")?);
                Frame::Other
            }
            "Counters" => {
                self.totals = totals(element)?;
                Frame::Other
            }
            "ResultSummary" | "RunInfo" => {
                let outcome = text("outcome")?;
                if matches!(
                    outcome.as_str(),
                    "Failed" | "Error" | "Aborted" | "Timeout" | "Disconnected"
                ) {
                    self.ended_badly = Some((outcome, element.at()));
                }
                Frame::Other
            }
            "Text" => Frame::RunText,
            "UnitTest" => Frame::Test(text("id")?),
            "TestMethod" => {
                self.class(&text("className")?);
                Frame::Other
            }
            "Message" => Frame::Message,
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some(Frame::Message) => {
                if let Some(outcome) = self.innermost_result() {
                    keep(&mut outcome.message, text);
                }
            }
            Some(Frame::RunText) => keep(&mut self.run_message, text),
            Some(Frame::Result(_) | Frame::Test(_) | Frame::Other) | None => {}
        }
    }

    fn close(&mut self, draft: &mut Draft) -> Result<(), Fault> {
        let Some(Frame::Result(outcome)) = self.open.pop() else {
            return Ok(());
        };
        let found = Found {
            name: &outcome.name,
            status: Some(outcome.status),
            seconds: outcome.seconds,
            message: Some(&outcome.message),
            ..Found::default()
        };
        draft.add(found, outcome.at)?;
        self.tests.push(outcome.test);
        Ok(())
    }

    fn finish(&mut self, draft: &mut Draft) -> Result<(), Fault> {
        for (case, test) in draft.cases.iter_mut().zip(&self.tests) {
            if let Some(class) = self.classes.get(test) {
                case.id.class = class.as_str().into();
            }
        }
        let red = draft.red_since(0);
        let listed = Listed {
            cases: draft.cases.len(),
            own_cases: draft.cases.len(),
            red,
            red_cases: red,
        };
        draft.reconcile("the run", self.totals, listed);
        if let Some((outcome, at)) = self.ended_badly.take()
            && red == 0
        {
            let said = if self.run_message.trim().is_empty() {
                &outcome
            } else {
                &self.run_message
            };
            let found = Found {
                name: "(the run as a whole)",
                status: Some(Status::Error),
                message: Some(said),
                ..Found::default()
            };
            draft.add(found, at)?;
        }
        Ok(())
    }
}

impl Trx {
    fn innermost_result(&mut self) -> Option<&mut Outcome> {
        self.open.iter_mut().rev().find_map(|frame| match frame {
            Frame::Result(outcome) => Some(outcome.as_mut()),
            Frame::Test(_) | Frame::Message | Frame::RunText | Frame::Other => None,
        })
    }

    /// The class of the test that is open; an assembly name after it is dropped.
    fn class(&mut self, name: &str) {
        let test = self.open.iter().rev().find_map(|frame| match frame {
            Frame::Test(id) => Some(id.clone()),
            Frame::Result(_) | Frame::Message | Frame::RunText | Frame::Other => None,
        });
        let class = name.split(',').next().unwrap_or_default().trim();
        if let Some(id) = test {
            self.classes.insert(id, class.to_owned());
        }
    }
}

fn outcome(element: &Element<'_>) -> Result<Outcome, Fault> {
    let text = |name: &str| Ok::<_, Fault>(element.attribute(name)?.unwrap_or_default().into_owned());
    let word = text("outcome")?;
    let Some(status) = status(&word) else {
        let problem = format!(
            "the outcome `{}` is not known",
            crate::escape::line(&crate::escape::cut(&word, 80))
        );
        return Err(element.at().fault(problem));
    };
    Ok(Outcome {
        at: element.at(),
        test: text("testId")?,
        name: text("testName")?,
        seconds: moment::span_seconds(&text("duration")?),
        status,
        message: String::new(),
    })
}

/// The `TestOutcome` enumeration of the TRX schema. Its default, which is not written, is an error.
fn status(outcome: &str) -> Option<Status> {
    match outcome {
        "Passed" | "PassedButRunAborted" | "Completed" | "Warning" => Some(Status::Passed),
        "NotExecuted" | "Inconclusive" => Some(Status::Skipped),
        "Failed" => Some(Status::Failed),
        "" | "Error" | "Timeout" | "Aborted" | "NotRunnable" | "Disconnected" | "InProgress" | "Pending" => {
            Some(Status::Error)
        }
        _ => None,
    }
}

fn totals(element: &Element<'_>) -> Result<Totals, Fault> {
    let number = |name: &str| Ok::<_, Fault>(element.attribute(name)?.and_then(|text| count(&text)));
    let mut red = None;
    for name in [
        "failed",
        "error",
        "timeout",
        "aborted",
        "notRunnable",
        "disconnected",
    ] {
        red = match (red, number(name)?) {
            (Some(sum), Some(more)) => Some(more.saturating_add(sum)),
            (known, more) => more.or(known),
        };
    }
    Ok(Totals {
        cases: number("total")?,
        red,
    })
}
