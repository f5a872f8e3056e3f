//! How do facts and hits travel between two processes of the same build? As fields in order, without names.
//!
//! As JSON they would be ten times as long as the source, and the parser process would cost a third more time. Both ends
//! are this program, and the greeting names its version, so that nothing needs to describe itself.

use super::{
    facts::{
        Assertion, AssertionKind, Call, Definition, DefinitionKind, FileFacts, Helper, Import, Marker,
        MarkerKind, Parameter, ParseError, Span, Strength, TestDefinition, TestKind, Visibility,
    },
    languages::LanguageId,
    rules::matcher::{Anchor, AtLeast, Fault, Hit, Hunt, Hunted, Lines, Matcher, Within},
};

/// A value that travels.
pub(crate) trait Wire: Sized {
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);
    /// Takes it from the front; `None` where the bytes are not such a value.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Wire for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_le_bytes(*bytes))
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64);

/// Every field must be named, or the compiler refuses the pattern.
macro_rules! records {
    ($($record:ident { $($field:ident),* })*) => {$(
        impl Wire for $record {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                $(let $field = Wire::read(from)?;)*
                Some(Self { $($field),* })
            }
        }
    )*};
}

/// A new variant must be listed, or the compiler refuses the match.
macro_rules! choices {
    ($($choice:ident { $($variant:ident = $code:literal),* })*) => {$(
        impl Wire for $choice {
            fn write(&self, out: &mut Vec<u8>) {
                out.push(match self { $(Self::$variant => $code),* });
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                match u8::read(from)? {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}

records! {
    Span { start, end, first, last }
    Parameter { name, required, variadic, keyword_only }
    Definition {
        name, qualified, kind, visibility, local, parameters, returns, signature, decorators, span, header, body, size
    }
    Assertion { line, last, name, kind, strength, conditional, text, hash, expected }
    Marker { kind, name, line, reason, conditional, inherited }
    TestDefinition {
        name, title, groups, package, kind, parametrised, dynamic, span, header, body, size, markers, assertions,
        expects_exception, helpers, calls
    }
    Helper { name, qualified, strength, line }
    Import { line, path, name, alias, relative }
    Call { line, callee, positional, keywords, spread }
    ParseError { line, says }
    FileFacts {
        lines, definitions, tests, helpers, markers, imports, calls, comments, strings, docstrings, errors, tokens
    }
    AtLeast { query, n }
    Matcher {
        id, languages, words, shape, query, pattern, within, anchor, inside, outside, contains, lacks, at_least, guards, firm, softer
    }
    Lines { first, last }
    Hunt { language, added, comments, strings, docstrings, rules }
    Hit { rule, line, last, start, end, quotes }
    Hunted { hits, overrun }
    Fault { rule, key, text, row, problem }
}

choices! {
    DefinitionKind {
        Function = 0, Method = 1, Class = 2, Struct = 3, Enum = 4, Variant = 5, Trait = 6, Interface = 7, Type = 8,
        Constant = 9, Field = 10, Module = 11, Macro = 12
    }
    Visibility { Private = 0, Restricted = 1, Public = 2 }
    Strength { None = 0, Truthiness = 1, Comparison = 2, Equality = 3 }
    AssertionKind { Value = 0, Exception = 1, Snapshot = 2, Mock = 3, Fail = 4, House = 5 }
    MarkerKind { Skip = 0, ExpectedFailure = 1, Only = 2, Todo = 3 }
    TestKind { Case = 0, Subtest = 1, Property = 2, Factory = 3, Example = 4 }
    Within { Line = 0, Text = 1, Comment = 2, String = 3, Docstring = 4, Prose = 5 }
    Anchor { Hit = 0, Function = 1 }
    LanguageId { Rust = 0, Python = 1, JavaScript = 2, TypeScript = 3, Tsx = 4, Go = 5, Java = 6 }
}

impl Wire for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        match u8::read(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// Values of a list that are reserved before the first was read.
const RESERVED: usize = 16;

pub(super) fn write_length(length: usize, out: &mut Vec<u8>) {
    u32::try_from(length).unwrap_or(u32::MAX).write(out);
}

pub(super) fn read_length(from: &mut &[u8]) -> Option<usize> {
    let length = usize::try_from(u32::read(from)?).ok()?;
    // every value takes a byte at least: a length beyond what is left is wrong, and reserves nothing
    (length <= from.len()).then_some(length)
}

impl Wire for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let length = read_length(from)?;
        let (bytes, rest) = from.split_at_checked(length)?;
        *from = rest;
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        for one in self {
            one.write(out);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let length = read_length(from)?;
        // no more is reserved on the word of a length than a few kilobytes; what is kept has no room to spare
        let mut list = Self::with_capacity(length.min(RESERVED));
        for _ in 0..length {
            list.push(T::read(from)?);
        }
        list.shrink_to_fit();
        Some(list)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(one) = self {
            one.write(out);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some(if bool::read(from)? {
            Some(T::read(from)?)
        } else {
            None
        })
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::languages::parse;

    fn facts() -> FileFacts {
        let text = include_str!("../../tests/facts/all.py");
        parse(LanguageId::Python, text, &|| false).unwrap()
    }

    #[test]
    fn facts_arrive_as_they_were_sent() {
        let sent = facts();
        let mut bytes = Vec::new();
        sent.write(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(FileFacts::read(&mut rest), Some(sent));
        assert!(rest.is_empty());
    }

    #[test]
    fn a_broken_message_is_refused_and_reserves_nothing() {
        let mut bytes = Vec::new();
        facts().write(&mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(FileFacts::read(&mut &bytes[..end]), None, "cut at {end}");
        }
        for at in 0..bytes.len().min(2_000) {
            let mut broken = bytes.clone();
            broken[at] ^= 0xff;
            // it may be another valid message; it must not panic or take memory
            let _ = FileFacts::read(&mut broken.as_slice());
        }
    }
}
