//! How does text from outside become safe to show?
//!
//! Control characters, bidi overrides and invisible characters are written out, so that a path, a test name or
//! a branch name can neither move the cursor nor read differently from what it is. Every foreign string passes
//! here once, before any renderer.

use std::borrow::Cow;

/// The text with every character that a terminal would obey, or a reader would not see, written as `\u{…}`.
/// Line breaks and tabs become `\n` and `\t`.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unsafe(character) {
            shown.extend(character.escape_default())
        } else {
            shown.push(character)
        }
    }
    Cow::Owned(shown)
}

/// As [`line()`], with line breaks kept.
pub fn block(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.lines().map(line).collect();
    lines.join("\n")
}

/// At most `bytes` bytes of a text, cut at a character and marked with `…` when something is missing.
pub fn cut(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes {
        return Cow::Borrowed(text);
    }
    let kept = text.floor_char_boundary(bytes);
    Cow::Owned(format!("{}…", text.get(..kept).unwrap_or_default()))
}

fn is_unsafe(character: char) -> bool {
    character.is_control() || is_invisible(character)
}

/// Bidi controls, zero-width characters, fillers, line separators, tags and variation selectors
/// (security research, section 5).
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(line("src/añb.rs"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("a\u{202e}b\nc"), "a\\u{202e}b\\nc");
    }

    #[test]
    fn a_cut_falls_between_characters_and_is_marked() {
        assert_eq!(cut("aé", 2), "a…");
        assert_eq!(cut("aé", 3), "aé");
    }
}
