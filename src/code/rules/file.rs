//! What does a rule see of a file: its text by lines, what is new of it, and its tree where one is asked for?

use std::{cell::OnceCell, ops::Range};

use super::matcher::{Hunt, Lines};
use crate::code::{
    languages::{self, LanguageId},
    tree::{Node, Nodes},
};

/// A file under the eyes of rules.
pub(crate) struct File<'a> {
    /// The whole text.
    pub(crate) text: &'a str,
    /// What else is known.
    pub(crate) hunt: &'a Hunt,
    /// Where each line begins.
    starts: Vec<usize>,
    nodes: OnceCell<Result<Nodes<'static>, String>>,
    out_of_time: &'a dyn Fn() -> bool,
}

impl<'a> File<'a> {
    pub(crate) fn new(text: &'a str, hunt: &'a Hunt, out_of_time: &'a dyn Fn() -> bool) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self {
            text,
            hunt,
            starts,
            nodes: OnceCell::new(),
            out_of_time,
        }
    }

    /// Whether the time for this file is used up.
    pub(crate) fn is_out_of_time(&self) -> bool {
        (self.out_of_time)()
    }

    /// Its language.
    pub(crate) fn language(&self) -> Option<LanguageId> {
        self.hunt.language
    }

    /// The node of the whole text, parsed when first asked for; `None` in a language that is not read.
    ///
    /// # Errors
    /// It is too large or takes too long.
    pub(crate) fn root(&self) -> Result<Option<Node<'_>>, String> {
        let Some(grammar) = self.hunt.language.and_then(languages::grammar) else {
            return Ok(None);
        };
        let parse = || grammar.nodes(self.text, self.out_of_time);
        let nodes = self.nodes.get_or_init(parse).as_ref();
        nodes.map(|nodes| Some(nodes.root())).map_err(Clone::clone)
    }

    /// The 1-based line of a byte.
    pub(crate) fn line_of(&self, byte: usize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= byte);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The number of the last line.
    pub(crate) fn last_line(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The bytes from the first to the last line, without the last line break.
    pub(crate) fn bytes_of(&self, lines: Lines) -> Range<usize> {
        let at = |line: u32| self.starts.get((line as usize).saturating_sub(1)).copied();
        let start = at(lines.first).unwrap_or(self.text.len());
        let after = at(lines.last.saturating_add(1)).map(|next| next - 1);
        let end = after.unwrap_or(self.text.len());
        start..end.max(start)
    }

    /// The text of a range; nothing where the range is none of this text.
    pub(crate) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The text of a node.
    pub(crate) fn text_of(&self, node: Node<'_>) -> &'a str {
        self.slice(node.byte_range())
    }

    /// Whether a line is new.
    pub(crate) fn adds(&self, line: u32) -> bool {
        let after = self.hunt.added.partition_point(|run| run.first <= line);
        let run = after.checked_sub(1).and_then(|run| self.hunt.added.get(run));
        run.is_some_and(|run| line <= run.last)
    }

    /// Whether a word stands on some new line.
    pub(crate) fn adds_word(&self, word: &str) -> bool {
        let mut runs = self.hunt.added.iter();
        runs.any(|run| self.slice(self.bytes_of(*run)).contains(word))
    }

    /// Whether some run of new lines holds an expression.
    pub(crate) fn adds_shape(&self, shape: &regex::Regex) -> bool {
        let mut runs = self.hunt.added.iter();
        runs.any(|run| shape.is_match(self.slice(self.bytes_of(*run))))
    }

    /// The smallest named node around a range.
    pub(crate) fn node_around(&self, range: &Range<usize>) -> Option<Node<'_>> {
        Some(self.root().ok()??.smallest_around(range))
    }
}
