//! What does a parser see, before anything is worked out?
//!
//! Both parsers of Rust and the grammars of all other languages fill the same draft: byte ranges and short texts. What a
//! test is and what it proves is worked out from here, so that a parser can be replaced.

use super::facts::{
    AssertionKind, DefinitionKind, Import, Parameter, ParseError, Span, Strength, Visibility, hash_all,
};

/// Bytes `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Range {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Range {
    /// A range from positions; a source of more than 4 GiB never gets here.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: narrow(start),
            end: narrow(end),
        }
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// One token: no comment, no formatting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) range: Range,
    pub(crate) hash: u64,
}

/// What a condition proves when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) strength: Strength,
    pub(crate) expected: Option<String>,
}

impl Condition {
    pub(crate) const fn of(strength: Strength) -> Self {
        Self {
            strength,
            expected: None,
        }
    }
}

/// The text of a string literal, as far as it is known before the program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) value: String,
    /// Something computed follows.
    pub(crate) open: bool,
}

/// One argument of a call, an attribute or a decorator.
#[derive(Clone, Debug, Default)]
pub(crate) struct Argument {
    pub(crate) range: Range,
    pub(crate) keyword: Option<String>,
    /// The argument as written, where it is a literal or made of literals only.
    pub(crate) literal: Option<String>,
    /// Its value, where it is a string.
    pub(crate) text: Option<Text>,
    /// What it calls, where it is a call.
    pub(crate) calls: Option<String>,
    /// Several arguments come out of it.
    pub(crate) spread: bool,
    /// What it proves as a condition; filled in for assertions only.
    pub(crate) condition: Option<Condition>,
}

/// A call or a macro.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    pub(crate) range: Range,
    pub(crate) callee: String,
    pub(crate) arguments: Vec<Argument>,
    /// The first argument of the innermost call of the chain: `x` in `expect(x).not.toBe(1)`.
    pub(crate) subject: Option<Argument>,
    /// Where the call must not be listed among the calls of the file: an assertion written as a property.
    pub(crate) hidden: bool,
}

impl Call {
    pub(crate) fn name(&self) -> &str {
        super::facts::last_part(&self.callee)
    }

    /// The first part of what is called, `()` included where it is itself a call.
    pub(crate) fn root(&self) -> &str {
        let end = self.callee.find(['.', ':']).unwrap_or(self.callee.len());
        self.callee.get(..end).unwrap_or_default()
    }

    pub(crate) fn positional(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().filter(|one| one.keyword.is_none())
    }

    pub(crate) fn keyword(&self, name: &str) -> Option<&Argument> {
        self.arguments
            .iter()
            .find(|one| one.keyword.as_deref() == Some(name))
    }

    /// The first string among the arguments.
    pub(crate) fn first_text(&self) -> Option<&Text> {
        self.arguments.iter().find_map(|one| one.text.as_ref())
    }
}

/// An attribute, a decorator or an annotation.
#[derive(Clone, Debug)]
pub(crate) struct Decorator {
    pub(crate) at: u32,
    pub(crate) name: String,
    /// Everything between the brackets, as written.
    pub(crate) inside: String,
    pub(crate) arguments: Vec<Argument>,
}

impl Decorator {
    pub(crate) fn last(&self) -> &str {
        super::facts::last_part(&self.name)
    }

    pub(crate) fn keyword(&self, name: &str) -> Option<&Argument> {
        self.arguments
            .iter()
            .find(|one| one.keyword.as_deref() == Some(name))
    }

    /// The reason given: a named argument, else the first string.
    pub(crate) fn reason(&self) -> Option<String> {
        let named = ["reason", "value", "disabledReason"]
            .iter()
            .find_map(|name| self.keyword(name));
        let text = named
            .and_then(|one| one.text.as_ref())
            .or_else(|| self.arguments.iter().find_map(|one| one.text.as_ref()));
        text.map(|text| text.value.clone())
    }
}

/// A definition as parsed.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) kind: DefinitionKind,
    pub(crate) name: String,
    pub(crate) name_at: u32,
    pub(crate) visibility: Visibility,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Option<String>,
    /// Without decorators.
    pub(crate) range: Range,
    pub(crate) body: Option<Range>,
    pub(crate) decorators: Vec<Decorator>,
    /// The type it belongs to, where it does not stand inside it: the receiver of a Go method.
    pub(crate) owner: Option<String>,
    /// What a class extends or implements.
    pub(crate) bases: Vec<String>,
}

impl Definition {
    /// With its decorators.
    pub(crate) fn whole(&self) -> Range {
        let first = self.decorators.iter().map(|one| one.at).min();
        Range {
            start: first.map_or(self.range.start, |at| at.min(self.range.start)),
            end: self.range.end,
        }
    }
}

/// A block that names what is inside without defining it: `impl Type`.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) range: Range,
    pub(crate) name: String,
    /// What is inside is as visible as the trait it implements.
    pub(crate) of_trait: bool,
}

/// Code that runs only sometimes.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) range: Range,
    /// What is proven by failing here, where a condition decides.
    pub(crate) failing: Option<Condition>,
}

/// An assertion before its place is known.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) range: Range,
    pub(crate) name: String,
    pub(crate) kind: AssertionKind,
    pub(crate) strength: Strength,
    pub(crate) expected: Option<String>,
}

/// A whole file as parsed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft<'s> {
    pub(crate) text: &'s str,
    line_starts: Vec<u32>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) calls: Vec<Call>,
    pub(crate) assertions: Vec<Assertion>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) imports: Vec<Import>,
    pub(crate) comments: Vec<Range>,
    pub(crate) strings: Vec<Range>,
    pub(crate) docstrings: Vec<Range>,
    pub(crate) errors: Vec<ParseError>,
    pub(crate) package: Option<String>,
    /// Names that the file gives out by a list of its own: `export { a }`, `__all__`.
    pub(crate) exported: Vec<String>,
}

impl<'s> Draft<'s> {
    pub(crate) fn new(text: &'s str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = breaks.map(|(at, _)| Range::new(at + 1, at + 1).start);
        Self {
            text,
            line_starts: std::iter::once(0).chain(starts).collect(),
            ..Self::default()
        }
    }

    /// The 1-based line of a byte.
    pub(crate) fn line(&self, at: u32) -> u32 {
        let before = self.line_starts.partition_point(|start| *start <= at);
        u32::try_from(before.max(1)).unwrap_or(u32::MAX)
    }

    /// As [`Draft::line`], for a byte on a known line or after it: quick where places come in order.
    pub(crate) fn line_from(&self, known: u32, at: u32) -> u32 {
        let mut line = known;
        while self
            .line_starts
            .get(line as usize)
            .is_some_and(|next| *next <= at)
        {
            line += 1;
        }
        line
    }

    /// The number of lines.
    pub(crate) fn lines(&self) -> u32 {
        let ends_in_break = self.text.is_empty() || self.text.ends_with('\n');
        let starts = u32::try_from(self.line_starts.len()).unwrap_or(u32::MAX);
        starts - u32::from(ends_in_break)
    }

    pub(crate) fn span(&self, range: Range) -> Span {
        Span {
            start: range.start,
            end: range.end,
            first: self.line(range.start),
            last: self.line(range.end.saturating_sub(1).max(range.start)),
        }
    }

    pub(crate) fn slice(&self, range: Range) -> &'s str {
        self.text
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    /// The tokens inside a range.
    pub(crate) fn tokens_in(&self, range: Range) -> &[Token] {
        let first = self.tokens.partition_point(|one| one.range.start < range.start);
        let end = self.tokens.partition_point(|one| one.range.start < range.end);
        self.tokens.get(first..end.max(first)).unwrap_or_default()
    }

    /// The hash and the number of the tokens inside a range.
    pub(crate) fn digest(&self, range: Range) -> (u64, u32) {
        let tokens = self.tokens_in(range);
        let hash = hash_all(tokens.iter().map(|one| one.hash));
        (hash, u32::try_from(tokens.len()).unwrap_or(u32::MAX))
    }

    /// A range without formatting and comments, cut to what a report shows.
    pub(crate) fn normal(&self, range: Range) -> String {
        let mut text = String::new();
        for token in self.tokens_in(range) {
            let word = self.slice(token.range);
            if text.len() + word.len() > crate::limits::MESSAGE_BYTES {
                break;
            }
            let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'');
            let apart = text.ends_with(joins) && word.starts_with(joins) || text.ends_with([',', ';']);
            if apart {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// The calls that begin inside a range. Only after [`Draft::sort`].
    pub(crate) fn calls_in(&self, range: Range) -> &[Call] {
        let first = self.calls.partition_point(|one| one.range.start < range.start);
        let end = self.calls.partition_point(|one| one.range.start < range.end);
        self.calls.get(first..end.max(first)).unwrap_or_default()
    }

    /// Whether a place stands in a branch that begins inside a range.
    pub(crate) fn is_conditional(&self, at: Range, inside: Range) -> bool {
        self.branches_around(at, inside).next().is_some()
    }

    /// The branches around a place that begin inside a range, innermost first.
    pub(crate) fn branches_around(&self, at: Range, inside: Range) -> impl Iterator<Item = &Branch> {
        let end = self.branches.partition_point(|one| one.range.start <= at.start);
        let before = self.branches.get(..end).unwrap_or_default();
        before
            .iter()
            .rev()
            .take_while(move |one| one.range.start >= inside.start)
            .filter(move |one| one.range.contains(at) && inside.contains(one.range))
    }

    /// Puts everything in the order of the file: outer before inner.
    pub(crate) fn sort(&mut self) {
        let order = |range: Range| (range.start, std::cmp::Reverse(range.end));
        self.definitions.sort_by_key(|one| order(one.whole()));
        self.scopes.sort_by_key(|one| order(one.range));
        self.calls.sort_by_key(|one| order(one.range));
        self.assertions.sort_by_key(|one| order(one.range));
        self.branches.sort_by_key(|one| order(one.range));
        self.imports.sort();
        self.imports.dedup();
        for ranges in [&mut self.comments, &mut self.strings, &mut self.docstrings] {
            ranges.sort();
            ranges.dedup();
        }
    }
}
