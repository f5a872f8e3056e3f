//! How do facts and hits travel between two processes of the same build? As fields in order, without names.
//!
//! As JSON they would be ten times as long as the source, and the parser process would cost a third more time. Both ends
//! are this program, and the greeting names its version, so that nothing needs to describe itself. Facts stay as they came
//! until somebody looks at them, so they are kept short too: small numbers take one byte, and a place says how far it is.

use std::{ops::Range, sync::Arc};

use super::{
    facts::{
        Assertion, AssertionKind, Call, Definition, DefinitionKind, FileFacts, Helper, Import, Marker,
        MarkerKind, Parameter, ParseError, Span, Strength, TestDefinition, TestKind, Visibility,
    },
    languages::LanguageId,
    later::Later,
    rules::matcher::{Anchor, AtLeast, Fault, Hit, Hunt, Hunted, Lines, Matcher, Within},
};

/// A value that travels.
pub(crate) trait Wire: Sized {
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);
    /// Takes it from the front; `None` where the bytes are not such a value.
    fn read(from: &mut &[u8]) -> Option<Self>;
    /// Steps over it; `None` exactly where [`Wire::read`] gives none.
    fn check(from: &mut &[u8]) -> Option<()> {
        Self::read(from).map(drop)
    }
}

impl Wire for u8 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        Some(*byte)
    }
}

/// A hash: all of its bytes differ.
impl Wire for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let (bytes, rest) = from.split_first_chunk()?;
        *from = rest;
        Some(Self::from_le_bytes(*bytes))
    }
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
impl Wire for u32 {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        out.push(rest.to_le_bytes()[0]);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let mut number = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = u8::read(from)?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // one number has one spelling
                let is_shortest = byte > 0 || shift == 0;
                return Self::try_from(number).ok().filter(|_| is_shortest);
            }
        }
        None
    }
}

impl Wire for u16 {
    fn write(&self, out: &mut Vec<u8>) {
        u32::from(*self).write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Self::try_from(u32::read(from)?).ok()
    }
}

/// Where it begins, and how far it goes.
impl Wire for Span {
    fn write(&self, out: &mut Vec<u8>) {
        let Self {
            start,
            end,
            first,
            last,
        } = self;
        start.write(out);
        end.wrapping_sub(*start).write(out);
        first.write(out);
        last.wrapping_sub(*first).write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let start = u32::read(from)?;
        let end = start.wrapping_add(u32::read(from)?);
        let first = u32::read(from)?;
        let last = first.wrapping_add(u32::read(from)?);
        Some(Self {
            start,
            end,
            first,
            last,
        })
    }
}

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
            fn check(from: &mut &[u8]) -> Option<()> {
                $(step_over(from, |record: &Self| &record.$field)?;)*
                Some(())
            }
        }
    )*};
}

/// [`Wire::check`] of a field, whose type only a look at the field tells.
fn step_over<R, T: Wire>(from: &mut &[u8], _: fn(&R) -> &T) -> Option<()> {
    T::check(from)
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

/// Every part must be named, or the compiler refuses the pattern.
macro_rules! parts {
    ($($part:ident),*) => {
        impl Wire for FileFacts {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { lines, $($part),* } = self;
                lines.write(out);
                $(write_part(&**$part, out);)*
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                let packed = Packed::read(from)?;
                Self::of(&packed.0)
            }
            fn check(from: &mut &[u8]) -> Option<()> {
                u32::check(from)?;
                $(check_part(from, |facts| &*facts.$part)?;)*
                Some(())
            }
        }

        impl FileFacts {
            fn of(whole: &Arc<[u8]>) -> Option<Self> {
                let from = &mut &**whole;
                Some(Self {
                    lines: u32::read(from)?,
                    $($part: Later::packed(whole, place_of_part(whole.len(), from)?)),*
                })
            }
        }
    };
}

parts!(
    definitions,
    tests,
    helpers,
    markers,
    imports,
    calls,
    comments,
    strings,
    docstrings,
    errors,
    tokens
);

fn write_part<T: Wire>(part: &T, out: &mut Vec<u8>) {
    let mut bytes = Vec::new();
    part.write(&mut bytes);
    write_length(bytes.len(), out);
    out.append(&mut bytes);
}

fn check_part<T: Wire>(from: &mut &[u8], _: fn(&FileFacts) -> &T) -> Option<()> {
    let length = read_length(from)?;
    let (mut part, rest) = from.split_at_checked(length)?;
    *from = rest;
    T::check(&mut part)?;
    part.is_empty().then_some(())
}

fn place_of_part(whole: usize, from: &mut &[u8]) -> Option<Range<usize>> {
    let length = read_length(from)?;
    let start = whole - from.len();
    *from = from.get(length..)?;
    Some(start..start + length)
}

/// The facts of a file as they travelled, found to be in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed(Arc<[u8]>);

impl Packed {
    /// The facts of a file, packed.
    pub fn of(facts: &FileFacts) -> Self {
        let mut bytes = Vec::new();
        facts.write(&mut bytes);
        Self(bytes.into())
    }

    /// From the bytes of another, which were checked when they arrived.
    pub fn again(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// As they can be kept.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The facts, each part of which is unpacked when it is looked at.
    pub fn unpack(&self) -> FileFacts {
        FileFacts::of(&self.0).unwrap_or_else(|| FileFacts {
            // bytes that were checked have their parts; silence would still be wrong
            errors: vec![ParseError {
                line: 1,
                says: "its facts cannot be unpacked".to_owned(),
            }]
            .into(),
            ..FileFacts::default()
        })
    }
}

/// All bytes that are left.
impl Wire for Packed {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let bytes = *from;
        FileFacts::check(from)?;
        from.is_empty().then(|| Self(bytes.into()))
    }
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

    fn check(from: &mut &[u8]) -> Option<()> {
        let length = read_length(from)?;
        let (bytes, rest) = from.split_at_checked(length)?;
        *from = rest;
        std::str::from_utf8(bytes).ok().map(drop)
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

    fn check(from: &mut &[u8]) -> Option<()> {
        let length = read_length(from)?;
        (0..length).try_for_each(|_| T::check(from))
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

    fn check(from: &mut &[u8]) -> Option<()> {
        if bool::read(from)? {
            T::check(from)
        } else {
            Some(())
        }
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

    fn check(from: &mut &[u8]) -> Option<()> {
        A::check(from)?;
        B::check(from)
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
    fn facts_take_less_room_than_four_times_a_file_full_of_tests() {
        let source = include_str!("../../tests/facts/all.py").len();
        let packed = Packed::of(&facts()).bytes().len();
        assert!(packed < 4 * source, "{packed} bytes for {source}");
    }

    #[test]
    fn numbers_and_places_keep_their_values() {
        for number in [0, 1, 127, 128, 16_383, 16_384, u32::MAX - 1, u32::MAX] {
            let mut bytes = Vec::new();
            let span = Span {
                start: number,
                end: 7,
                first: 3,
                last: number,
            };
            (number, span).write(&mut bytes);
            assert_eq!(Wire::read(&mut bytes.as_slice()), Some((number, span)));
        }
        // a sixth byte, bits beyond the thirty-second, and a last byte that says nothing
        for wrong in [&[0xff; 6][..], &[0xff, 0xff, 0xff, 0xff, 0x1f], &[0x81, 0]] {
            assert_eq!(u32::read(&mut &*wrong), None);
        }
    }

    /// Looks at every part.
    fn read_through(packed: &Packed) -> bool {
        let facts = packed.unpack();
        let again = Packed::of(&facts);
        again == *packed
    }

    #[test]
    fn a_broken_message_is_refused_and_reserves_nothing() {
        let mut bytes = Vec::new();
        facts().write(&mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(Packed::read(&mut &bytes[..end]), None, "cut at {end}");
        }
        for at in 0..bytes.len().min(4_000) {
            for bits in [0xff, 0x01, 0x80] {
                let mut broken = bytes.clone();
                broken[at] ^= bits;
                // it may be another valid message; then every part of it can be read, none is silently empty
                if let Some(packed) = Packed::read(&mut broken.as_slice()) {
                    assert!(read_through(&packed), "byte {at}");
                }
            }
        }
    }
}
