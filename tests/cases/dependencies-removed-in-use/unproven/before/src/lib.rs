//! Words.

use regex::Regex;

/// Whether a text is one word.
pub fn is_word(text: &str) -> bool {
    Regex::new(r"^\w+$").is_ok_and(|regex| regex.is_match(text))
}
