//! Which nodes does a query of a rule find?
//!
//! The queries are tree-sitter's. The library compiles each before it asks it, and works out by every state of the grammar
//! what a pattern can never meet: 1 to 40 ms a query, which a run that judges one commit would wait for. Here a query is
//! read in microseconds and held against the copied tree. The library stays the measure: it compiles the queries of every
//! pack that is tried, and a test holds what is found here against what it finds.

mod read;
mod search;

use std::cell::OnceCell;

use regex::bytes::Regex;

pub(super) use self::search::{Found, matches};

use super::predicates::{self, Predicate};
use crate::code::tree::Node;

/// A query that was read.
pub(super) struct Query {
    patterns: Vec<Pattern>,
    /// The names of its captures; elsewhere a capture is its place in this list.
    captures: Vec<String>,
}

impl Query {
    /// Whether some node can be captured under a name.
    pub(super) fn captures(&self, name: &str) -> bool {
        self.captures.iter().any(|own| own == name)
    }
}

/// What a query does not say in words that are read, and on which of its lines, counted from 0.
pub(super) struct Unread {
    pub(super) row: usize,
    pub(super) problem: String,
}

/// One alternative of a query: nodes side by side, nearly always one.
struct Pattern {
    row: Vec<Item>,
    tests: Vec<Test>,
}

impl Pattern {
    /// Whether it is about one node and what stands in it.
    fn is_rooted(&self) -> bool {
        matches!(self.row.as_slice(), [only] if !only.times.may_be_many())
    }
}

/// One place of a row of siblings.
struct Item {
    part: Part,
    times: Times,
    /// Nothing may stand before it that the row does not name: `.`
    anchored: bool,
}

enum Part {
    Node(Step),
    /// Any of these rows: `[…]`, or a group that may come several times.
    Either(Vec<Vec<Item>>),
}

impl Item {
    /// Whether some node in it is captured.
    fn captures(&self) -> bool {
        match &self.part {
            Part::Node(step) => !step.captures.is_empty() || step.inside.iter().any(Self::captures),
            Part::Either(rows) => rows.iter().flatten().any(Self::captures),
        }
    }
}

/// How often a place is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    /// `?`
    AtMostOnce,
    /// `+`
    Often,
    /// `*`
    AnyNumber,
}

impl Times {
    const fn may_be_none(self) -> bool {
        matches!(self, Self::AtMostOnce | Self::AnyNumber)
    }

    const fn may_be_many(self) -> bool {
        matches!(self, Self::Often | Self::AnyNumber)
    }
}

/// One node.
struct Step {
    kind: Kind,
    /// The name that the grammar gives it; 0 where none is asked for.
    field: u16,
    captures: Vec<u16>,
    /// Names that none of its children has.
    lacks: Vec<u16>,
    /// What stands in it.
    inside: Vec<Item>,
    /// Nothing with a name stands behind the last of these.
    closed: bool,
    /// It was expected and is not there.
    missing: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `_`
    Any,
    /// `(_)`
    Named,
    Is(u16),
}

impl Step {
    const fn new(kind: Kind) -> Self {
        Self {
            kind,
            field: 0,
            captures: Vec::new(),
            lacks: Vec::new(),
            inside: Vec::new(),
            closed: false,
            missing: false,
        }
    }
}

/// What is asked of the captures of a match.
enum Test {
    /// `#eq?` between captures.
    Same(Mode, u16, u16),
    /// `#eq?` with a text.
    Equals(Mode, u16, String),
    /// `#match?`
    Matches(Mode, u16, Late),
    /// `#any-of?`
    AnyOf(Mode, u16, Vec<String>),
    /// One of ours, or its opposite.
    Own(&'static Predicate, bool, Vec<u16>, Vec<String>),
}

/// How the answers of several nodes under one capture are put together.
#[derive(Clone, Copy)]
struct Mode {
    /// The answer that is wanted.
    wanted: bool,
    /// Of every node; else of one.
    all: bool,
}

/// A regular expression that is compiled when a node is held against it.
struct Late {
    text: String,
    compiled: OnceCell<Option<Regex>>,
}

impl Late {
    /// Whether a text holds it. Compiled as by the library, which refuses what does not compile when a pack is tried; it
    /// holds nowhere.
    fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(&self.text).ok());
        compiled
            .as_ref()
            .is_some_and(|regex| regex.is_match(text.as_bytes()))
    }
}

/// What a match captured, in the order of the file.
type Captured<'t> = [(u16, Node<'t>)];

impl Test {
    /// Whether it holds of a match.
    fn holds(&self, captured: &Captured<'_>, file: &super::file::File<'_>) -> bool {
        let nodes = |wanted: u16| {
            let of = captured.iter().filter(move |(name, _)| *name == wanted);
            of.map(|(_, node)| *node)
        };
        let texts = |wanted: u16| nodes(wanted).map(|node| file.text_of(node));
        match self {
            Self::Same(mode, one, other) => {
                let (mut one, mut other) = (texts(*one), texts(*other));
                loop {
                    match (one.next(), other.next()) {
                        (Some(one), Some(other)) => {
                            if let Some(decided) = mode.decides(one == other) {
                                return decided;
                            }
                        }
                        (None, None) => return true,
                        (Some(_), None) | (None, Some(_)) => return false,
                    }
                }
            }
            Self::Equals(mode, name, wanted) => mode.over(texts(*name), |text| text == wanted),
            Self::Matches(mode, name, regex) => mode.over(texts(*name), |text| regex.is_match(text)),
            Self::AnyOf(mode, name, words) => {
                mode.over(texts(*name), |text| words.iter().any(|word| word == text))
            }
            Self::Own(predicate, wanted, names, words) => {
                let nodes: Vec<Node<'_>> = names.iter().flat_map(|name| nodes(*name)).collect();
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                predicates::holds((predicate, *wanted), file, &nodes, &words)
            }
        }
    }
}

impl Mode {
    /// The answer for all nodes, once one node is enough for it.
    fn decides(self, holds: bool) -> Option<bool> {
        match (holds == self.wanted, self.all) {
            (false, true) => Some(false),
            (true, false) => Some(true),
            (true, true) | (false, false) => None,
        }
    }

    /// As the library: a capture that holds no node is no obstacle.
    fn over<'a>(self, mut texts: impl Iterator<Item = &'a str>, holds: impl Fn(&str) -> bool) -> bool {
        texts.find_map(|text| self.decides(holds(text))).unwrap_or(true)
    }
}

#[cfg(test)]
pub(crate) mod oracle;
