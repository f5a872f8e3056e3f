//! What does a rule look for, what does it look at, and what has it found? Plain data that travels between processes.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash as _, Hasher as _},
};

use serde::{Deserialize, Serialize};

use crate::code::{facts::Span, languages::LanguageId, wire::Wire};

/// What the pattern of a rule reads.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Within {
    /// Each added line by itself.
    #[default]
    Line,
    /// Each run of neighbouring added lines as a whole.
    Text,
    /// Each comment, with its signs.
    Comment,
    /// Each string that documents nothing, with its quotes.
    String,
    /// Each comment or string that documents something.
    Docstring,
    /// Each comment, and each comment or string that documents something.
    Prose,
}

impl Within {
    /// Whether it can be told without knowing the language.
    pub const fn needs_no_language(self) -> bool {
        match self {
            Self::Line | Self::Text => true,
            Self::Comment | Self::String | Self::Docstring | Self::Prose => false,
        }
    }
}

/// What must be added for a hit to count.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// The line on which the hit begins.
    #[default]
    Hit,
    /// The line with the name of the function around the hit; that line is what is reported.
    Function,
}

/// A query that must be met so many times.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtLeast {
    /// A query with a capture `@scope`.
    pub query: String,
    /// How many of them there must be.
    pub n: u32,
}

/// What one rule looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Matcher {
    /// The id of the rule.
    pub id: String,
    /// The languages whose files it is for; none for every file.
    pub languages: Vec<LanguageId>,
    /// One of these stands on an added line; none where nothing is asked.
    pub words: Vec<String>,
    /// Some run of added lines holds this regular expression; nothing is asked where there is none.
    pub shape: Option<String>,
    /// A query with a capture `@hit`.
    pub query: Option<String>,
    /// A regular expression, where there is no query.
    pub pattern: Option<String>,
    /// What the expression reads.
    pub within: Within,
    /// What must be added.
    pub anchor: Anchor,
    /// Queries: the hit lies in some `@scope`.
    pub inside: Vec<String>,
    /// Queries: the hit lies in no `@scope`.
    pub outside: Vec<String>,
    /// Queries: some `@scope` lies in the hit.
    pub contains: Vec<String>,
    /// Queries: no `@scope` lies in the hit.
    pub lacks: Vec<String>,
    /// So many `@scope` lie in the hit.
    pub at_least: Option<AtLeast>,
    /// Guards of [`super::GUARDS`].
    pub guards: Vec<String>,
    /// Guards of [`super::GUARDS`] without which a hit has the quote [`Matcher::softer`].
    pub firm: Vec<String>,
    /// The name of a level.
    pub softer: String,
}

/// Rules under the numbers that travel, with a key that tells one list from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    matchers: Vec<Matcher>,
    key: u64,
}

impl RuleSet {
    /// A list of rules.
    pub fn new(matchers: Vec<Matcher>) -> Self {
        let mut hasher = DefaultHasher::new();
        matchers.hash(&mut hasher);
        Self {
            matchers,
            key: hasher.finish(),
        }
    }

    /// The rules in order.
    pub fn matchers(&self) -> &[Matcher] {
        &self.matchers
    }

    /// Appends the list as it travels.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.matchers.write(out);
    }

    /// What tells it from other lists.
    pub(crate) const fn key(&self) -> u64 {
        self.key
    }
}

/// Lines from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// 1-based.
    pub first: u32,
    /// 1-based.
    pub last: u32,
}

impl Lines {
    /// Line numbers in rising order, joined where they are neighbours.
    pub fn joined(numbers: impl IntoIterator<Item = u32>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for number in numbers {
            match runs.last_mut() {
                Some(run) if run.last.saturating_add(1) == number => run.last = number,
                Some(_) | None => runs.push(Self {
                    first: number,
                    last: number,
                }),
            }
        }
        runs
    }
}

/// What is looked at: one file, beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunt {
    /// Its language; none where it is in no language that is read.
    pub language: Option<LanguageId>,
    /// Its new lines, in rising order.
    pub added: Vec<Lines>,
    /// Its comments.
    pub comments: Vec<Span>,
    /// Its strings.
    pub strings: Vec<Span>,
    /// What documents something.
    pub docstrings: Vec<Span>,
    /// Which rules are asked, by their numbers.
    pub rules: Vec<u32>,
}

/// One place that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The number of the rule.
    pub rule: u32,
    /// The line that is reported: an added one.
    pub line: u32,
    /// The line on which it ends.
    pub last: u32,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// What the captures hold, shortened, by their names; `hit` and, inside a function, `function` are always there.
    pub quotes: Vec<(String, String)>,
}

impl Hit {
    /// What a capture holds.
    pub fn quote(&self, name: &str) -> Option<&str> {
        let found = self.quotes.iter().find(|(own, _)| own == name);
        found.map(|(_, text)| text.as_str())
    }
}

/// What all rules found in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunted {
    /// In the order of the rules, then of the file.
    pub hits: Vec<Hit>,
    /// Rules that had more half-finished matches than are kept, so that a hit may be missing.
    pub overrun: Vec<u32>,
}

/// What is wrong with a rule of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The number of the rule.
    pub rule: u32,
    /// Which key of it: `query`, `pattern`, `inside`, …
    pub key: String,
    /// The text under that key which is wrong.
    pub text: String,
    /// 0-based line inside that text.
    pub row: u32,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// The question and the text behind it.
pub(crate) fn decode(mut from: &[u8]) -> Option<(Hunt, &[u8])> {
    let hunt = Hunt::read(&mut from)?;
    Some((hunt, from))
}
