//! What are the words of a clause?
//!
//! Words, numbers, code spans and the marks between them, each with its place in the source.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word, with whatever joins its letters: `don't`, `pre-existing`, `src/a.rs`.
    Word,
    /// A code span.
    Code,
    /// Text in double quotes: somebody else's words, or a label.
    Quoted,
    /// A mark between words: `,`, `:`, `(`…
    Mark,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// As written, without quotes.
    pub text: String,
    /// In lower case, straight quotes for curly ones.
    pub lower: String,
    /// Its bytes in the source.
    pub range: Range<usize>,
}

impl Token {
    /// A token of the source.
    pub fn new(kind: Kind, text: &str, range: Range<usize>) -> Self {
        Self {
            kind,
            text: text.to_owned(),
            lower: text.to_lowercase().replace('’', "'"),
            range,
        }
    }

    /// Whether it is a word, and this one.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.lower == word
    }

    /// Whether it is this mark.
    pub fn is_mark(&self, mark: &str) -> bool {
        self.kind == Kind::Mark && self.text == mark
    }

    /// Whether it is a word, and one of these.
    pub fn is_one_of(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.contains(&self.lower.as_str())
    }

    /// The whole number that it is: with thousands separators, or one of the words up to ten. Approximations are none.
    pub fn number(&self) -> Option<u64> {
        if self.kind == Kind::Mark {
            return None;
        }
        let named = NUMBERS.iter().position(|name| *name == self.lower);
        if let Some(value) = named {
            return u64::try_from(value + 1).ok();
        }
        let grouped = self.text.contains(',');
        let is_group = |(place, part): (usize, &str)| place == 0 || part.len() == 3;
        if grouped && !self.text.split(',').enumerate().all(is_group) {
            return None;
        }
        let digits = self.text.replace(',', "");
        let plain =
            !digits.is_empty() && digits.len() <= DIGITS && digits.chars().all(|c| c.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    }
}

/// Longest number that is read.
const DIGITS: usize = 12;

const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// Marks that end a word.
const AFTER: &[char] = &[
    ',', ':', ';', '!', '?', '.', ')', ']', '…', '。', '，', '、', '！', '？', '；', '：',
];

/// Splits running text into tokens, beginning at a byte of the source.
pub fn words(text: &str, start: usize, into: &mut Vec<Token>) {
    let mut rest = text;
    let mut at = start;
    while let Some(skip) = rest.find(|c: char| !c.is_whitespace()) {
        let chunk_on = rest.get(skip..).unwrap_or_default();
        let end = chunk_on.find(char::is_whitespace).unwrap_or(chunk_on.len());
        let (chunk, after) = chunk_on.split_at_checked(end).unwrap_or((chunk_on, ""));
        chunk_of(chunk, at + skip, into);
        at += skip + end;
        rest = after;
    }
}

/// Opening marks, a word, closing marks.
fn chunk_of(chunk: &str, start: usize, into: &mut Vec<Token>) {
    let (mut word, mut at) = (chunk, start);
    while let Some(first) = word
        .chars()
        .next()
        .filter(|c| matches!(c, '(' | '[' | '"' | '“' | '”' | '*' | '\''))
    {
        let (mark, rest) = word.split_at_checked(first.len_utf8()).unwrap_or((word, ""));
        push_mark(mark, at, into);
        at += mark.len();
        word = rest;
    }
    let core = trimmed(word);
    let (core, after) = word.split_at_checked(core.len()).unwrap_or((word, ""));
    if !core.is_empty() {
        let is_word = core.chars().any(char::is_alphanumeric) || is_path_like(core);
        let kind = if is_word { Kind::Word } else { Kind::Mark };
        into.push(Token::new(kind, core, at..at + core.len()));
        at += core.len();
    }
    // the mark of a breaking change in a conventional subject: `feat!: …`
    let after = if after == "!:" {
        at += 1;
        ":"
    } else {
        after
    };
    for mark in after.chars() {
        let end = at + mark.len_utf8();
        push_mark(mark.encode_utf8(&mut [0; 4]), at, into);
        at = end;
    }
}

fn push_mark(mark: &str, at: usize, into: &mut Vec<Token>) {
    if mark != "*" && mark != "'" {
        into.push(Token::new(Kind::Mark, mark, at..at + mark.len()));
    }
}

fn is_path_like(core: &str) -> bool {
    core.contains('/') && core.len() > 1
}

/// A word without the marks behind it; brackets that it opens itself are its own: `parse()`, `[id]`.
fn trimmed(word: &str) -> &str {
    let mut core = word;
    while let Some(last) = core.chars().next_back() {
        let opens = |open: char, close: char| core.matches(open).count() >= core.matches(close).count();
        let own = (last == ')' && opens('(', ')')) || (last == ']' && opens('[', ']'));
        let ends = AFTER.contains(&last) || matches!(last, '"' | '“' | '”' | '*' | '\'');
        if own || !ends {
            break;
        }
        core = core.get(..core.len() - last.len_utf8()).unwrap_or_default();
    }
    core
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        words(text, 0, &mut tokens);
        for token in &tokens {
            assert_eq!(text.get(token.range.clone()), Some(token.text.as_str()));
        }
        tokens.into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_keep_what_joins_them_and_lose_what_surrounds_them() {
        assert_eq!(
            read("Added src/a.rs, and (also) b.rs."),
            ["Added", "src/a.rs", ",", "and", "(", "also", ")", "b.rs", "."]
        );
        assert_eq!(
            read("call parse() or app/[id]/p.tsx!"),
            ["call", "parse()", "or", "app/[id]/p.tsx", "!"]
        );
        assert_eq!(read("14/14 pass - done…"), ["14/14", "pass", "-", "done", "…"]);
        assert_eq!(read("“so” don’t"), ["“", "so", "”", "don’t"]);
    }

    #[test]
    fn numbers_are_whole_and_exact() {
        let number = |text: &str| Token::new(Kind::Word, text, 0..0).number();
        assert_eq!(number("1,312"), Some(1312));
        assert_eq!(number("three"), Some(3));
        for none in ["~30", "1,2", "3.5", "10k", "30+", "", "99999999999999"] {
            assert_eq!(number(none), None, "{none}");
        }
    }
}
