//! Which tokens, comments and strings does a Rust file have, whether it parses or not?
//!
//! Linear and without recursion. Punctuation is one character a token, as formatting may not split what the compiler
//! joins. Agreement with the compiler's own lexer is held by a test.

use crate::code::{
    draft::{Draft, Range, Token},
    facts::hash,
};

/// Fills tokens, comments, strings and documentation of a draft.
pub(super) fn lex(draft: &mut Draft<'_>) {
    let text = draft.text;
    let bytes = text.as_bytes();
    let mut at = prologue(text, draft);
    while let Some(byte) = bytes.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let (end, what) = match byte {
            byte if byte.is_ascii_whitespace() => (at + 1, What::Blank),
            b'/' if rest.starts_with("//") => (at + rest.find('\n').unwrap_or(rest.len()), What::Comment),
            b'/' if rest.starts_with("/*") => (at + block_comment(rest), What::Comment),
            b'"' => (at + quoted(rest, '"', 1), What::String),
            b'\'' => lifetime_or_character(rest, at),
            byte if byte.is_ascii_digit() => (at + number(rest), What::Token),
            _ => word(rest, at),
        };
        let end = end.clamp(at + 1, bytes.len());
        let end = (end..=bytes.len())
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(bytes.len());
        let place = Range::new(at, end);
        keep(draft, place, what);
        at = end;
    }
}

enum What {
    Blank,
    Comment,
    String,
    Token,
}

fn keep(draft: &mut Draft<'_>, place: Range, what: What) {
    let text = draft.slice(place);
    match what {
        What::Blank => {}
        What::Comment => {
            let line = text.starts_with("///") && !text.starts_with("////") || text.starts_with("//!");
            let block = text.starts_with("/**") && !text.starts_with("/***") && text.len() > 4;
            if line || block || text.starts_with("/*!") {
                draft.docstrings.push(place);
            }
            draft.comments.push(place);
        }
        What::String => {
            draft.strings.push(place);
            draft.tokens.push(Token {
                range: place,
                hash: hash(text),
            });
        }
        What::Token => {
            if !text.trim().is_empty() {
                draft.tokens.push(Token {
                    range: place,
                    hash: hash(text),
                });
            }
        }
    }
}

/// A byte order mark and a `#!` line are no tokens; `#![…]` is.
fn prologue(text: &str, draft: &mut Draft<'_>) -> usize {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let rest = text.get(start..).unwrap_or_default();
    let attribute = rest
        .strip_prefix("#!")
        .is_some_and(|rest| rest.trim_start().starts_with('['));
    if !rest.starts_with("#!") || attribute {
        return start;
    }
    let end = start + rest.find('\n').unwrap_or(rest.len());
    draft.comments.push(Range::new(start, end));
    end
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0_usize);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => {
                depth += 1;
                at += 2;
            }
            Some(b"*/") => {
                depth = depth.saturating_sub(1);
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            Some(_) | None => at += 1,
        }
    }
    bytes.len()
}

/// The length of a quoted literal whose opening part has `skip` bytes.
fn quoted(rest: &str, quote: char, skip: usize) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip_while(|(at, _)| *at < skip) {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == quote {
            return at + 1;
        }
    }
    rest.len()
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn lifetime_or_character(rest: &str, at: usize) -> (usize, What) {
    let mut letters = rest.chars().skip(1);
    let (first, second) = (letters.next(), letters.next());
    let is_lifetime =
        first.is_some_and(|letter| is_name(letter) && !letter.is_ascii_digit()) && second != Some('\'');
    if is_lifetime {
        let name = rest.char_indices().skip(1).find(|(_, letter)| !is_name(*letter));
        return (at + name.map_or(rest.len(), |(end, _)| end), What::Token);
    }
    let line = rest.find('\n').unwrap_or(rest.len());
    let length = quoted(rest, '\'', 1);
    // a quote without its pair is a token of its own, so that the rest of the file is not swallowed
    if length > line && first != Some('\n') {
        return (at + 1, What::Token);
    }
    (at + length, What::Token)
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    let mut point = false;
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        let hexadecimal = rest.starts_with("0x") || rest.starts_with("0b") || rest.starts_with("0o");
        let sign = matches!(byte, b'+' | b'-')
            && !hexadecimal
            && at > 0
            && matches!(bytes.get(at - 1), Some(b'e' | b'E'))
            && next.is_some_and(u8::is_ascii_digit);
        let dot = *byte == b'.'
            && !point
            && !hexadecimal
            && !next.is_some_and(|next| *next == b'.' || *next == b'_' || next.is_ascii_alphabetic());
        if dot {
            point = true;
        } else if !(byte.is_ascii_alphanumeric() || *byte == b'_' || sign) {
            break;
        }
        at += 1;
    }
    at
}

/// A name, a string with letters before its quotes, or one character of punctuation.
fn word(rest: &str, at: usize) -> (usize, What) {
    let length = rest
        .char_indices()
        .find(|(_, letter)| !is_name(*letter))
        .map_or(rest.len(), |(end, _)| end);
    if length == 0 {
        return (at + rest.chars().next().map_or(1, char::len_utf8), What::Token);
    }
    let (name, after) = rest.split_at(length);
    if matches!(name, "b" | "c") && after.starts_with('"') {
        return (at + quoted(rest, '"', length + 1), What::String);
    }
    if name == "b" && after.starts_with('\'') {
        return (at + quoted(rest, '\'', length + 1), What::Token);
    }
    if matches!(name, "r" | "br" | "cr") {
        let hashes = after.len() - after.trim_start_matches('#').len();
        let opens = after.get(hashes..).is_some_and(|rest| rest.starts_with('"'));
        if opens {
            let close = format!("\"{}", "#".repeat(hashes));
            let start = length + hashes + 1;
            let end = rest.get(start..).and_then(|rest| rest.find(&close));
            return (
                at + end.map_or(rest.len(), |end| start + end + close.len()),
                What::String,
            );
        }
        if name == "r" && hashes == 1 {
            let raw = after.get(1..).unwrap_or_default();
            let end = raw.find(|letter| !is_name(letter)).unwrap_or(raw.len());
            return (at + length + 1 + end, What::Token);
        }
    }
    (at + length, What::Token)
}
