//! What does a TOML or JSON document hold, and on which line?
//!
//! Manifests are other people's formats with keys that nobody here knows: they are read as a tree with lines, and
//! each reader picks what it understands.

use super::{json, toml};
use crate::{finding::Unproven, limits, path::RepoPath};

/// A value and the 1-based line on which it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// 1-based.
    pub line: u32,
    /// What stands there.
    pub value: Value,
}

/// What can stand in a document, as far as manifests need it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string.
    Text(String),
    /// Keys and their values; a JSON key may stand twice.
    Table(Vec<Entry>),
    /// A list.
    List(Vec<Node>),
    /// `true` or `false`.
    Flag(bool),
    /// A number, a date, `null`.
    Other,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Its 1-based line.
    pub line: u32,
    /// What it holds.
    pub node: Node,
}

impl Node {
    /// Reads a TOML document.
    ///
    /// # Errors
    /// Says what is wrong, and on which line.
    pub fn of_toml(text: &str) -> Result<Self, Problem> {
        toml::read(text)
    }

    /// Reads a JSON document.
    ///
    /// # Errors
    /// Says what is wrong, and on which line.
    pub fn of_json(text: &str) -> Result<Self, Problem> {
        json::read(text)
    }

    /// The entries of a table; none where it is something else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            Value::Text(_) | Value::List(_) | Value::Flag(_) | Value::Other => &[],
        }
    }

    /// The items of a list; none where it is something else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Text(_) | Value::Table(_) | Value::Flag(_) | Value::Other => &[],
        }
    }

    /// The string, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Table(_) | Value::List(_) | Value::Flag(_) | Value::Other => None,
        }
    }

    /// What stands under a key; the last one where the key stands twice, as package managers read it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let found = self.entries().iter().rev().find(|entry| entry.key == key);
        found.map(|entry| &entry.node)
    }

    /// The string under a key.
    pub fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Whether `true` stands under a key.
    pub fn is_set(&self, key: &str) -> bool {
        self.get(key).is_some_and(|node| node.value == Value::Flag(true))
    }

    /// What stands at the end of a chain of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }
}

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 1-based.
    pub line: u32,
    /// In a few words.
    pub what: String,
}

impl Problem {
    /// A problem on a line.
    pub fn new(line: u32, what: impl Into<String>) -> Self {
        Self {
            line,
            what: what.into(),
        }
    }

    /// Why the file of this path cannot be judged: the file, the line and the cause.
    pub fn unreadable(&self, path: &RepoPath) -> Unproven {
        let what = crate::escape::cut(&self.what, limits::MESSAGE_BYTES);
        Unproven::Unreadable(format!("{path}:{}: {}", self.line, crate::escape::line(&what)))
    }
}

/// The bytes of a file as text.
///
/// # Errors
/// They are more than `most`, or no UTF-8.
pub fn text(bytes: &[u8], most: usize) -> Result<&str, Problem> {
    if bytes.len() > most {
        let what = format!("has {} bytes; the limit is {most}", bytes.len());
        return Err(Problem::new(1, what));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        Problem::new(u32::try_from(lines + 1).unwrap_or(u32::MAX), "is not UTF-8 text")
    })
}

/// Finds the line of an offset.
pub struct Lines(Vec<usize>);

impl Lines {
    /// The line starts of a text.
    pub fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The 1-based line of a byte offset.
    pub fn at(&self, offset: usize) -> u32 {
        let before = self.0.partition_point(|end| *end < offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
