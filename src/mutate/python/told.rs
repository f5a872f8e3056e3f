//! What did a child find out?

use super::{
    messages::{Event, How},
    zygote::Answer,
};

/// What a child found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// All tests passed.
    Passed,
    /// One failed, after so many had run with it.
    Failed {
        name: Option<String>,
        ran: usize,
        message: String,
    },
    /// The tests could not be collected.
    Broken(String),
    /// It took more of a processor than it may.
    Timeout,
    /// It did not end in time: it waits for something, or the machine has other work.
    Late,
    /// It ended by itself, in a way that no run of tests does.
    Ended(String),
    /// The fault needs a fresh import, which may raise an error.
    Unswapped { raises: bool },
    /// The faulty file does not compile.
    Unviable(String),
    /// Nothing that could be judged.
    Nothing(String),
}

impl Told {
    /// Of the last that a child said, and of how it ended.
    pub(super) fn of(answer: Answer) -> Self {
        match (answer.said, answer.how) {
            (Some(Event::Passed { .. }), _) => Self::Passed,
            (Some(Event::Failed { ran: 0, message, .. }), _) => Self::Broken(message),
            (
                Some(Event::Failed {
                    name, ran, message, ..
                }),
                _,
            ) => Self::Failed { name, ran, message },
            (Some(Event::Unswapped { raises, .. }), _) => Self::Unswapped { raises },
            (Some(Event::Unviable { message, .. }), _) => Self::Unviable(message),
            (Some(Event::Trouble { message, .. }), _) => Self::Nothing(message),
            (_, How::Timeout) => Self::Timeout,
            (_, How::Late) => Self::Late,
            (_, How::Signal) => Self::Ended(format!("its process ended by signal {}", answer.number)),
            (_, How::Exit) if answer.number != 0 => {
                Self::Ended(format!("its process ended with exit code {}", answer.number))
            }
            (_, How::Exit | How::Told | How::Stopped) => {
                Self::Nothing("the process of its tests ended before they did".to_owned())
            }
        }
    }
}
