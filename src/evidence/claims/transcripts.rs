//! What did an agent say at the end of its session, what did it edit, and what did it run?
//!
//! The formats belong to others and change with every version: a line, a block or a tool that is not known here is
//! passed over. What is passed over may have been a command, so it is remembered that the log is not whole: enough to
//! support a claim and to show a failure, never enough to say that something was not done.

mod aider;
mod blocks;
mod claude;
mod codex;
mod copilot;
mod cursor;
mod droid;
mod gemini;
mod log;
mod mend;
mod opencode;
mod other;
mod qwen;
mod store;
mod tools;

use std::{
    fmt,
    io::{BufRead, Read as _},
    path::Path,
};

use serde_json::Value;

use self::log::Log;
use super::document::Document;
use crate::{error::Error, evidence::file::Input, limits};

/// Whose transcript it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agent {
    /// Claude Code.
    Claude,
    /// Codex CLI and its relatives.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// Copilot CLI.
    Copilot,
    /// Cursor's agent.
    Cursor,
    /// opencode.
    Opencode,
    /// Droid.
    Droid,
    /// Qwen Code.
    Qwen,
    /// aider.
    Aider,
    /// An agent that is not known here: only its last message is read.
    Other,
}

impl fmt::Display for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Claude => "Claude Code",
            Self::Codex => "Codex CLI",
            Self::Gemini => "Gemini CLI",
            Self::Copilot => "Copilot CLI",
            Self::Cursor => "Cursor",
            Self::Opencode => "opencode",
            Self::Droid => "Droid",
            Self::Qwen => "Qwen Code",
            Self::Aider => "aider",
            Self::Other => "unknown agent",
        })
    }
}

/// What became of a command or an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ended well: exit code 0, or an edit that was made.
    Done,
    /// It failed, with its exit code where one is told.
    Failed(Option<i32>),
    /// It was never carried out: refused or interrupted by the user.
    Refused,
    /// The transcript does not tell.
    Unknown,
}

/// A command that the agent ran, as it wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// When it was begun, counted over commands and edits of the session.
    pub step: usize,
    /// The 1-based line of the transcript.
    pub line: u32,
    /// The command line.
    pub text: String,
    /// The folder it ran in, where the call names one.
    pub folder: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What an edit does to its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The file is new.
    Created,
    /// Its whole content was written, whether it was there or not.
    Written,
    /// A part of it was changed.
    Edited,
    /// It was deleted.
    Deleted,
    /// It was moved to this path.
    Moved(String),
}

/// An edit that the agent made with its own tools; commands may edit too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// When, counted over commands and edits of the session.
    pub step: usize,
    /// The 1-based line of the transcript.
    pub line: u32,
    /// The file as the agent named it; mostly an absolute path of another machine.
    pub path: String,
    /// What was done to it.
    pub kind: Kind,
    /// What became of it.
    pub outcome: Outcome,
}

/// The last message of the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The 1-based line of the transcript on which it begins.
    pub line: u32,
    /// Its text.
    pub text: String,
    /// Nothing was edited after it: it speaks of the state that was handed in.
    pub concludes: bool,
}

/// One session of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub agent: Agent,
    /// The file as the caller named it.
    pub file: String,
    /// The last thing the agent said.
    pub final_message: Option<Message>,
    /// What it edited, in order.
    pub edits: Vec<Edit>,
    /// What it ran, in order.
    pub commands: Vec<Command>,
    /// Where the file ends before the session does, and why that is believed.
    pub truncated: Option<String>,
    /// Why there may have been commands that are not listed; `None` where every step was read.
    pub gap: Option<String>,
}

impl Session {
    /// Every command of the session is listed: what is not there was not run in it.
    ///
    /// # Errors
    /// Why that cannot be said.
    pub fn is_whole(&self) -> Result<(), &str> {
        match self.truncated.as_ref().or(self.gap.as_ref()) {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    /// The step of the last edit that was made or may have been.
    pub fn last_edit(&self) -> Option<usize> {
        let made = |edit: &&Edit| matches!(edit.outcome, Outcome::Done | Outcome::Unknown);
        self.edits.iter().filter(made).map(|edit| edit.step).max()
    }

    /// The last message as a text of the author. One that was followed by edits speaks of an earlier state.
    pub fn document(&self) -> Option<Document> {
        let message = self.final_message.as_ref()?;
        let document = Document::message(&self.file, message.line, &message.text);
        let mut document = document.cut_off(self.truncated.is_some());
        document.squash = !message.concludes;
        Some(document)
    }
}

/// How the transcripts of a format are laid out.
#[derive(Clone, Copy)]
enum Shape {
    /// One JSON object a line.
    Lines(fn(&mut Log, u32, &Value)),
    /// One JSON document.
    Document(fn(&mut Log, &Value)),
}

/// A format of JSON.
struct Format {
    agent: Agent,
    /// Whether a line, or the document, is of this format.
    knows: fn(&Value) -> bool,
    shape: Shape,
}

const fn lines(agent: Agent, knows: fn(&Value) -> bool, read: fn(&mut Log, u32, &Value)) -> Format {
    let shape = Shape::Lines(read);
    Format { agent, knows, shape }
}

const fn document(agent: Agent, knows: fn(&Value) -> bool, read: fn(&mut Log, &Value)) -> Format {
    let shape = Shape::Document(read);
    Format { agent, knows, shape }
}

/// Every format, one line each. The first that knows a line decides; the looser the later.
const FORMATS: &[Format] = &[
    document(Agent::Gemini, gemini::knows_document, gemini::document),
    document(Agent::Opencode, opencode::knows, opencode::document),
    document(Agent::Other, other::knows_document, other::document),
    lines(Agent::Copilot, copilot::knows, copilot::line),
    lines(Agent::Codex, codex::knows, codex::line),
    lines(Agent::Gemini, gemini::knows, gemini::line),
    lines(Agent::Qwen, qwen::knows, qwen::line),
    lines(Agent::Droid, droid::knows, droid::line),
    lines(Agent::Claude, claude::knows, claude::line),
    lines(Agent::Cursor, cursor::knows, cursor::line),
    lines(Agent::Other, other::knows, other::line),
];

impl Format {
    const fn is_document(&self) -> bool {
        matches!(self.shape, Shape::Document(_))
    }
}

/// A format that the beginning of a file belongs to.
#[derive(Clone, Copy)]
pub struct Known(Layout);

#[derive(Clone, Copy)]
enum Layout {
    Json(&'static Format),
    Aider,
}

/// Lines that are looked at to tell whose transcript it is: sessions begin with a few lines about themselves.
const HEAD_LINES: usize = 64;

/// Tells whose transcript a file is from its first bytes; `None` where it is none.
pub fn recognise(head: &[u8]) -> Option<Known> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if aider::knows(text) {
        return Some(Known(Layout::Aider));
    }
    if !text.starts_with('{') {
        return None;
    }
    let first = |value: &Value, documents: bool| {
        let mut formats = FORMATS.iter().filter(|format| format.is_document() == documents);
        formats.find(|format| (format.knows)(value))
    };
    let values = objects(text);
    // the first line of a document that has several is no value by itself
    let begins_with_value = text.lines().next().and_then(first_of).is_some();
    if (values.len() < 2 || !begins_with_value)
        && let Some(whole) = mend::read(text)
        && let Some(format) = first(&whole, true)
    {
        return Some(Known(Layout::Json(format)));
    }
    // one object alone, or one that goes over several lines, may be a manifest
    let is_log = begins_with_value && values.len() >= 2;
    let mut found = values.iter().filter_map(|value| first(value, false));
    let by_agent = found.clone().find(|format| format.agent != Agent::Other);
    let format = by_agent.or_else(|| found.next().filter(|_| is_log));
    format.map(|format| Known(Layout::Json(format)))
}

/// The objects of the first lines; the last line may be cut off.
fn objects(text: &str) -> Vec<Value> {
    let lines = text.lines().map(str::trim).filter(|line| line.starts_with('{'));
    let lines: Vec<&str> = lines.take(HEAD_LINES).collect();
    let (last, whole) = match lines.split_last() {
        Some((last, whole)) => (mend::read(last), whole),
        None => return Vec::new(),
    };
    let whole = whole.iter().filter_map(|line| first_of(line));
    whole.chain(last.or_else(|| first_of(lines.last()?))).collect()
}

fn first_of(line: &str) -> Option<Value> {
    let mut values = serde_json::Deserializer::from_str(line).into_iter();
    values.next()?.ok()
}

/// Reads a transcript of a format that was recognised, with the other files that belong to it. What is wrong inside the
/// file is part of the session.
///
/// # Errors
/// The file cannot be read, or passes a limit.
pub fn read(
    known: Known,
    name: &str,
    place: &Path,
    bytes: &mut dyn BufRead,
) -> Result<(Session, Vec<Input>), Error> {
    let agent = match known.0 {
        Layout::Json(format) => format.agent,
        Layout::Aider => Agent::Aider,
    };
    let mut log = Log::new(agent, name);
    let mut beside = Vec::new();
    match known.0 {
        Layout::Aider => each_line(&mut log, place, bytes, &mut |log, number, line| {
            aider::line(log, number, &String::from_utf8_lossy(line));
        })?,
        Layout::Json(Format {
            shape: Shape::Lines(read),
            ..
        }) => each_line(&mut log, place, bytes, &mut |log, number, line| {
            json_line(log, number, line, *read);
        })?,
        Layout::Json(Format {
            shape: Shape::Document(read),
            ..
        }) => {
            let value = whole(&mut log, place, bytes)?;
            if agent == Agent::Opencode && opencode::is_session(&value) {
                beside = store::session(&mut log, &value, place)?;
            } else {
                read(&mut log, &value);
            }
            log.source.clear();
        }
    }
    Ok((log.finish(), beside))
}

fn json_line(log: &mut Log, number: u32, line: &[u8], read: fn(&mut Log, u32, &Value)) {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return;
    }
    // two writers at once may leave several objects on one line
    for value in serde_json::Deserializer::from_slice(line).into_iter::<Value>() {
        log.reads(number, value.is_ok());
        match value {
            Ok(value) => read(log, number, &value),
            Err(_) => return,
        }
    }
}

/// Hands over every line; one that is too long is passed over, and so is everything beyond the limit of lines.
fn each_line(
    log: &mut Log,
    place: &Path,
    bytes: &mut dyn BufRead,
    take: &mut dyn FnMut(&mut Log, u32, &[u8]),
) -> Result<(), Error> {
    let mut line = Vec::new();
    for number in 1_u32.. {
        if number as usize > limits::TRANSCRIPT_LINES {
            log.cut_off(format!("only {} lines are read", limits::TRANSCRIPT_LINES));
            return Ok(());
        }
        match one_line(bytes, &mut line).map_err(|error| unread(place, &error))? {
            Line::End => return Ok(()),
            Line::Whole => take(log, number, &line),
            Line::TooLong => log.gap(format!(
                "line {number} has more than {} bytes and is not read",
                limits::TRANSCRIPT_LINE_BYTES
            )),
        }
    }
    Ok(())
}

enum Line {
    Whole,
    TooLong,
    End,
}

fn one_line(bytes: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<Line> {
    line.clear();
    let (mut read, mut is_long) = (0_usize, false);
    loop {
        let ready = bytes.fill_buf()?;
        if ready.is_empty() {
            break;
        }
        let end = ready.iter().position(|byte| *byte == b'\n');
        let part = ready
            .get(..end.map_or(ready.len(), |end| end + 1))
            .unwrap_or(ready);
        read += part.len();
        is_long |= read > limits::TRANSCRIPT_LINE_BYTES;
        if !is_long {
            line.extend_from_slice(part);
        }
        let used = part.len();
        bytes.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match read {
        0 => Line::End,
        _ if is_long => Line::TooLong,
        _ => Line::Whole,
    })
}

/// The one document of a file, as far as it goes.
fn whole(log: &mut Log, place: &Path, bytes: &mut dyn BufRead) -> Result<Value, Error> {
    let mut text = Vec::new();
    let most = limits::TRANSCRIPT_DOCUMENT_BYTES as u64;
    bytes
        .take(most + 1)
        .read_to_end(&mut text)
        .map_err(|error| unread(place, &error))?;
    if text.len() as u64 > most {
        return Err(Error::Limit {
            what: "transcript-document-bytes",
            file: crate::evidence::file::shown(place),
            problem: format!("is one JSON document of more than {most} bytes"),
        });
    }
    let text = String::from_utf8_lossy(&text);
    let text = text.trim_start_matches('\u{feff}');
    let value = serde_json::from_str(text).ok().or_else(|| {
        log.cut_off("the JSON document ends early".to_owned());
        mend::read(text)
    });
    log.source = text.to_owned();
    Ok(value.unwrap_or(Value::Null))
}

fn unread(place: &Path, error: &std::io::Error) -> Error {
    Error::Read {
        path: place.to_owned(),
        cause: error.to_string(),
    }
}
