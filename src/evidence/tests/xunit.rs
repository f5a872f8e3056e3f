//! How does an xUnit.net report, of version 1, 2 or 3, become a test run?

use super::{
    Status,
    draft::{Draft, Found, Listed, Totals, class_and_name, count, keep},
    moment,
    read::Dialect,
};
use crate::evidence::xml::{At, Element, Fault};

/// An xUnit.net report while it is read.
#[derive(Debug, Default)]
pub(super) struct Xunit {
    open: Vec<Frame>,
}

/// An open element.
#[derive(Debug)]
enum Frame {
    /// What an assembly declares, and how many cases came before it.
    Assembly(Totals, usize),
    Case(Box<Case>),
    /// A message belongs to the case around it.
    Message,
    Other,
}

#[derive(Debug)]
struct Case {
    at: At,
    class: String,
    name: String,
    status: Option<Status>,
    seconds: Option<f64>,
    message: String,
}

impl Dialect for Xunit {
    fn open(&mut self, element: &Element<'_>, draft: &mut Draft) -> Result<(), Fault> {
        let text = |name: &str| Ok::<_, Fault>(element.attribute(name)?.unwrap_or_default().into_owned());
        let frame = match element.name() {
            "assemblies" | "assembly" => {
                for name in ["finish-rtf", "start-rtf", "timestamp"] {
                    draft.timestamp(&text(name)?);
                }
                Frame::Assembly(totals(element)?, draft.cases.len())
            }
            "test" => Frame::Case(Box::new(case(element)?)),
            // an error of the assembly itself: a fixture, a clean-up
            "error" => Frame::Case(Box::new(Case {
                at: element.at(),
                class: text("type")?,
                name: text("name")?,
                status: Some(Status::Error),
                seconds: None,
                message: String::new(),
            })),
            "failure" => {
                if let Some(Frame::Case(case)) = self.open.last_mut() {
                    case.status = case.status.max(Some(Status::Failed));
                }
                Frame::Other
            }
            "message" => Frame::Message,
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if !matches!(self.open.last(), Some(Frame::Message)) {
            return;
        }
        let case = self.open.iter_mut().rev().find_map(|frame| match frame {
            Frame::Case(case) => Some(case),
            Frame::Assembly(..) | Frame::Message | Frame::Other => None,
        });
        if let Some(case) = case {
            keep(&mut case.message, text);
        }
    }

    fn close(&mut self, draft: &mut Draft) -> Result<(), Fault> {
        match self.open.pop() {
            Some(Frame::Case(case)) => {
                let found = Found {
                    class: &case.class,
                    name: &case.name,
                    status: case.status,
                    seconds: case.seconds,
                    message: Some(&case.message),
                    ..Found::default()
                };
                draft.add(found, case.at)
            }
            Some(Frame::Assembly(totals, first)) => {
                let cases = draft.cases.len() - first;
                let red = draft.red_since(first);
                let listed = Listed {
                    cases,
                    own_cases: cases,
                    red,
                    red_cases: red,
                };
                draft.reconcile("an assembly", totals, listed);
                Ok(())
            }
            Some(Frame::Message | Frame::Other) | None => Ok(()),
        }
    }

    fn finish(&mut self, _: &mut Draft) -> Result<(), Fault> {
        Ok(())
    }
}

fn case(element: &Element<'_>) -> Result<Case, Fault> {
    let text = |name: &str| Ok::<_, Fault>(element.attribute(name)?.unwrap_or_default().into_owned());
    let full = text("name")?;
    let class = text("type")?;
    // the display name usually begins with the class
    let own = full
        .strip_prefix(class.as_str())
        .and_then(|rest| rest.strip_prefix('.'));
    let (class, name) = match (class.as_str(), own) {
        ("", _) => class_and_name(&full),
        (class, Some(name)) => (class, name),
        (class, None) => (class, full.as_str()),
    };
    let result = text("result")?;
    let status = match result.to_ascii_lowercase().as_str() {
        "pass" => Some(Status::Passed),
        "fail" => Some(Status::Failed),
        "skip" | "notrun" => Some(Status::Skipped),
        "" => None,
        _ => {
            let word = crate::escape::cut(&result, 80).into_owned();
            let problem = format!("the result `{}` is not known", crate::escape::line(&word));
            return Err(element.at().fault(problem));
        }
    };
    Ok(Case {
        at: element.at(),
        class: class.to_owned(),
        name: name.to_owned(),
        status,
        seconds: moment::span_seconds(&text("time")?),
        message: String::new(),
    })
}

fn totals(element: &Element<'_>) -> Result<Totals, Fault> {
    let number = |name: &str| Ok::<_, Fault>(element.attribute(name)?.and_then(|text| count(&text)));
    let (failed, errors) = (number("failed")?, number("errors")?);
    Ok(Totals {
        // errors of the assembly are listed beside its cases and not counted among them
        cases: None,
        red: failed.map_or(errors, |failed| {
            Some(failed.saturating_add(errors.unwrap_or_default()))
        }),
    })
}
