//! How do the lines of a transcript add up to a session?
//!
//! A call and its result stand on different lines, bound by an id, or by their order where there is none.

use std::collections::HashMap;

use serde_json::Value;

use super::{Agent, Command, Edit, Kind, Message, Outcome, Session, tools};
use crate::limits;

/// Where a step was put.
#[derive(Clone, Copy, Debug)]
enum Slot {
    Command(usize),
    Edit(usize),
}

/// A session while it is read.
#[derive(Debug)]
pub(super) struct Log {
    session: Session,
    steps: usize,
    /// What the calls of an id became.
    calls: HashMap<String, Vec<Slot>>,
    /// Calls without an id that wait for a result, oldest first.
    nameless: Vec<Vec<Slot>>,
    /// The id of the message that was said last.
    said: Option<String>,
    /// The step before which the last message was said.
    said_at: usize,
    /// The last message is still being written, line by line.
    is_writing: bool,
    /// A session has begun.
    has_begun: bool,
    /// The last line that is no JSON, until another is read.
    is_cut: Option<u32>,
    /// The whole text, of formats that are one document.
    pub(super) source: String,
}

impl Log {
    pub(super) fn new(agent: Agent, file: &str) -> Self {
        Self {
            session: Session {
                agent,
                file: file.to_owned(),
                final_message: None,
                edits: Vec::new(),
                commands: Vec::new(),
                truncated: None,
                gap: None,
            },
            steps: 0,
            calls: HashMap::new(),
            nameless: Vec::new(),
            said: None,
            said_at: 0,
            is_writing: false,
            has_begun: false,
            is_cut: None,
            source: String::new(),
        }
    }

    /// The agent said something. Parts of one message have one id.
    pub(super) fn says(&mut self, line: u32, id: Option<&str>, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let continues = id.is_some() && self.said.as_deref() == id;
        self.said = id.map(str::to_owned);
        self.said_at = self.steps;
        match &mut self.session.final_message {
            Some(message) if continues && message.text.len() < limits::PROSE_BYTES => {
                message.text.push_str("\n\n");
                message.text.push_str(text);
            }
            Some(_) if continues => {}
            place => {
                *place = Some(Message {
                    line,
                    text: text.to_owned(),
                    concludes: true,
                });
            }
        }
    }

    /// The agent said this at the end of its turn; it may repeat what it said before.
    pub(super) fn concludes(&mut self, line: u32, text: &str) {
        self.said = None;
        self.says(line, None, text);
    }

    /// The agent writes one more line of a message in a format whose messages are plain text.
    pub(super) fn writes(&mut self, line: u32, text: &str) {
        if !self.is_writing && text.trim().is_empty() {
            return;
        }
        self.said_at = self.steps;
        match &mut self.session.final_message {
            Some(message) if self.is_writing => {
                if message.text.len() < limits::PROSE_BYTES {
                    message.text.push('\n');
                    message.text.push_str(text);
                }
            }
            place => {
                *place = Some(Message {
                    line,
                    text: text.to_owned(),
                    concludes: true,
                });
            }
        }
        self.is_writing = true;
    }

    /// Somebody else writes.
    pub(super) fn interrupts(&mut self) {
        self.is_writing = false;
    }

    /// Another session begins in the same file; what came before it is not part of it.
    pub(super) fn starts_again(&mut self) {
        let empty = Self::new(self.session.agent, &self.session.file);
        *self = empty;
    }

    /// A session begins; a second one in the same file is a fork, or a subagent's.
    pub(super) fn begins_session(&mut self) {
        if std::mem::replace(&mut self.has_begun, true) {
            self.gap("the file holds several sessions, which may have left out steps of each other");
        }
    }

    /// The agent called a tool.
    pub(super) fn calls(&mut self, line: u32, id: Option<&str>, name: &str, input: &Value) {
        if id.is_some_and(|id| self.calls.contains_key(id)) {
            return;
        }
        let steps = match tools::steps(name, input) {
            tools::Meant::Steps(steps) => steps,
            tools::Meant::Nothing => Vec::new(),
            tools::Meant::Subagent => {
                self.gap("a subagent worked too, and its steps are not in this file");
                Vec::new()
            }
            tools::Meant::Unknown => {
                self.gap(format!(
                    "the tool `{}` is not known here",
                    crate::escape::line(crate::escape::cut(name, 60).as_ref())
                ));
                Vec::new()
            }
        };
        let slots: Vec<Slot> = steps
            .into_iter()
            .filter_map(|step| self.step(line, step))
            .collect();
        match id {
            Some(id) => {
                self.calls.insert(id.to_owned(), slots);
            }
            None => self.nameless.push(slots),
        }
    }

    /// Puts one step; `None` beyond the limit.
    fn step(&mut self, line: u32, step: tools::Step) -> Option<Slot> {
        if self.steps >= limits::TRANSCRIPT_STEPS {
            self.gap(format!("only {} steps are kept", limits::TRANSCRIPT_STEPS));
            return None;
        }
        self.steps += 1;
        Some(match step {
            tools::Step::Run { text, folder } => {
                self.session.commands.push(Command {
                    step: self.steps,
                    line,
                    text,
                    folder,
                    outcome: Outcome::Unknown,
                });
                Slot::Command(self.session.commands.len() - 1)
            }
            tools::Step::Edit { path, kind } => {
                self.session.edits.push(Edit {
                    step: self.steps,
                    line,
                    path,
                    kind,
                    outcome: Outcome::Unknown,
                });
                Slot::Edit(self.session.edits.len() - 1)
            }
        })
    }

    /// A step whose call and result are told at once.
    pub(super) fn did(&mut self, line: u32, step: tools::Step, outcome: Outcome) {
        if let Some(slot) = self.step(line, step) {
            self.settle(&[slot], outcome);
        }
    }

    /// A tool answered. One whose call is not known says nothing about any.
    pub(super) fn answers(&mut self, id: Option<&str>, outcome: Outcome) {
        let slots = match id.and_then(|id| self.calls.get(id)) {
            Some(slots) => slots.clone(),
            None if !self.nameless.is_empty() => self.nameless.remove(0),
            None => return,
        };
        self.settle(&slots, outcome);
    }

    fn settle(&mut self, slots: &[Slot], outcome: Outcome) {
        for slot in slots {
            let place = match slot {
                Slot::Command(at) => self.session.commands.get_mut(*at).map(|step| &mut step.outcome),
                Slot::Edit(at) => self.session.edits.get_mut(*at).map(|step| &mut step.outcome),
            };
            if let Some(place) = place {
                *place = outcome;
            }
        }
    }

    /// Whether the calls of an id are commands, so that their result is an exit code.
    pub(super) fn is_command(&self, id: Option<&str>) -> bool {
        let slots = match id.and_then(|id| self.calls.get(id)) {
            Some(slots) => Some(slots),
            None => self.nameless.first(),
        };
        slots.is_some_and(|slots| matches!(slots.first(), Some(Slot::Command(_))))
    }

    /// A file was changed, or was not: the result of a call that may have been listed already.
    pub(super) fn patched(&mut self, line: u32, path: &str, kind: Kind, outcome: Outcome) {
        let mut edits = self.session.edits.iter_mut();
        match edits.find(|edit| edit.path == path && edit.outcome == Outcome::Unknown) {
            Some(edit) => edit.outcome = outcome,
            None => {
                let path = path.to_owned();
                self.did(line, tools::Step::Edit { path, kind }, outcome);
            }
        }
    }

    /// Something was passed over that may have been a step.
    pub(super) fn gap(&mut self, why: impl Into<String>) {
        self.session.gap.get_or_insert_with(|| why.into());
    }

    /// The session goes on where the file ends.
    pub(super) fn cut_off(&mut self, why: String) {
        self.session.truncated.get_or_insert(why);
    }

    /// A line that can be read, or cannot: the last one of all is where the file was cut off, any other is a gap.
    pub(super) fn reads(&mut self, line: u32, is_read: bool) {
        let earlier = std::mem::replace(&mut self.is_cut, (!is_read).then_some(line));
        if let Some(earlier) = earlier {
            self.gap(format!("line {earlier} cannot be read"));
        }
    }

    /// The 1-based line of a text in a format that is one document; 1 where it is not found.
    pub(super) fn line_of(&self, text: &str) -> u32 {
        let written = serde_json::to_string(text).unwrap_or_default();
        let at = self.source.rfind(written.trim_matches('"'));
        let before = at.and_then(|at| self.source.get(..at)).unwrap_or_default();
        u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
    }

    pub(super) fn finish(mut self) -> Session {
        if let Some(line) = self.is_cut {
            self.cut_off(format!("line {line}, the last one, is cut off"));
        }
        let (said_at, steps) = (self.said_at, &self.session.edits);
        let is_edited = steps
            .iter()
            .any(|edit| edit.step > said_at && matches!(edit.outcome, Outcome::Done | Outcome::Unknown));
        if let Some(message) = &mut self.session.final_message {
            message.concludes = !is_edited;
        }
        self.session
    }
}
