//! Which statements does a text make?
//!
//! A clause is a bullet or a sentence, or its part between dashes and semicolons. Wrapped lines are joined, brackets
//! are cut out and kept aside, trailers are dropped.

use std::ops::Range;

use super::{
    blocks::{Block, Kind as BlockKind, Piece},
    modality,
    sections::{Section, Sections},
    tokens::{self, Kind, Token},
    verbs,
};
use crate::limits;

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its words, those in brackets left out.
    pub tokens: Vec<Token>,
    /// What its brackets hold.
    pub asides: Vec<Vec<Token>>,
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// What the section it stands in is about.
    pub section: Section,
    /// Whether the box in front of it is ticked, where it has one.
    pub ticked: Option<bool>,
    /// What kind of block it stands in.
    pub kind: BlockKind,
    /// Which block of the text it stands in, counted from 0.
    pub block: usize,
    /// Which part of that block it is, counted from 0.
    pub part: usize,
    /// It ends in a question mark.
    pub asks: bool,
    /// What a dash puts behind it: "`npm test` - fails offline". A clause of its own as well.
    pub tail: Vec<Token>,
}

/// The clauses of a text's blocks.
pub fn clauses(blocks: &[Block]) -> Vec<Clause> {
    let mut sections = Sections::default();
    let mut found = Vec::new();
    for (place, block) in blocks.iter().enumerate() {
        let Some(section) = sections.of(block) else {
            continue;
        };
        if block.kind == BlockKind::Fence {
            continue;
        }
        found.extend(of_block(block, place, section));
    }
    found
}

/// The clauses of one block.
pub fn of_block(block: &Block, place: usize, section: Section) -> Vec<Clause> {
    let mut parts = Parts::default();
    for line in lines(block) {
        if !is_trailer(&line) {
            line.into_iter().for_each(|token| parts.token(token));
            parts.wrapped = true;
        }
    }
    parts.end();
    let next = parts.done.iter().skip(1).map(|part| part.tokens.clone());
    let tails: Vec<Vec<Token>> = next.chain([Vec::new()]).collect();
    let clause = |(place_in, (part, tail)): (usize, (Part, Vec<Token>))| Clause {
        range: range(&part.tokens),
        tokens: part.tokens,
        asides: part.asides,
        section,
        ticked: block.ticked,
        kind: block.kind,
        block: place,
        part: place_in,
        asks: part.end == End::Question,
        tail: if part.end == End::Dash { tail } else { Vec::new() },
    };
    parts
        .done
        .into_iter()
        .zip(tails)
        .enumerate()
        .map(clause)
        .collect()
}

fn range(tokens: &[Token]) -> Range<usize> {
    let start = tokens.first().map_or(0, |token| token.range.start);
    let end = tokens.iter().map(|token| token.range.end).max();
    start..end.unwrap_or(start)
}

/// The tokens of each source line of a block; a visible break is a mark of its own.
fn lines(block: &Block) -> Vec<Vec<Token>> {
    let mut lines = vec![Vec::new()];
    for (piece, range) in &block.pieces {
        let Some(line) = lines.last_mut() else { break };
        match piece {
            Piece::Text(words) => tokens::words(words, range.start, line),
            Piece::Code(code) => line.push(Token::new(Kind::Code, code.trim(), range.clone())),
            Piece::Break => line.push(Token::new(Kind::Mark, "\n", range.clone())),
            Piece::Wrap => lines.push(Vec::new()),
        }
    }
    lines
}

/// `Signed-off-by: …` and its like: a word with dashes and capitals in front of a colon.
fn is_trailer(line: &[Token]) -> bool {
    let [key, colon, ..] = line else { return false };
    let is_key = key.kind == Kind::Word
        && key.text.contains('-')
        && key.text.starts_with(|c: char| c.is_ascii_uppercase())
        && key.text.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    is_key && colon.is_mark(":")
}

/// One clause as it is read.
struct Part {
    tokens: Vec<Token>,
    asides: Vec<Vec<Token>>,
    end: End,
}

/// What ends a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Question,
    Dash,
    Other,
}

impl End {
    fn of(mark: &Token) -> Self {
        match mark.text.as_str() {
            "?" | "？" => Self::Question,
            "-" | "–" | "—" | "--" | "→" => Self::Dash,
            _ => Self::Other,
        }
    }
}

/// What a reading from left to right must remember.
#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    tokens: Vec<Token>,
    asides: Vec<Vec<Token>>,
    /// Open brackets.
    depth: usize,
    /// What double quotes hold, from their opening.
    quoted: Option<Vec<Token>>,
    /// A source line ended just before this token.
    wrapped: bool,
}

/// Words whose full stop ends no sentence.
const ABBREVIATED: &[&str] = &[
    "e.g", "i.e", "etc", "vs", "cf", "approx", "resp", "incl", "no", "fig",
];

impl Parts {
    fn token(&mut self, token: Token) {
        let wrapped = std::mem::take(&mut self.wrapped);
        if self.quote(&token) || self.bracket(&token) {
            return;
        }
        if self.tokens.len() >= limits::CLAUSE_WORDS || wrapped && is_new_statement(&token) {
            self.close(End::Other);
        }
        if token.kind == Kind::Mark && self.ends(&token) {
            self.close(End::of(&token));
            return;
        }
        if self.joins(&token) {
            self.tokens.pop();
            self.close(End::Other);
        }
        self.tokens.push(token);
    }

    /// Takes what stands in double quotes as one token.
    fn quote(&mut self, token: &Token) -> bool {
        let is_quote = token.kind == Kind::Mark && matches!(token.text.as_str(), "\"" | "“" | "”");
        match (self.quoted.take(), is_quote) {
            (None, false) => false,
            (None, true) => {
                self.quoted = Some(vec![token.clone()]);
                true
            }
            (Some(mut held), false) => {
                held.push(token.clone());
                self.quoted = Some(held);
                true
            }
            (Some(held), true) => {
                let words: Vec<&str> = held.iter().skip(1).map(|token| token.text.as_str()).collect();
                let start = held.first().map_or(token.range.start, |open| open.range.start);
                let quoted = Token::new(Kind::Quoted, &words.join(" "), start..token.range.end);
                self.token(quoted);
                true
            }
        }
    }

    /// Takes what stands in brackets aside.
    fn bracket(&mut self, token: &Token) -> bool {
        if token.is_mark("(") {
            self.depth += 1;
            if self.depth == 1 {
                self.asides.push(Vec::new());
            }
            return true;
        }
        if token.is_mark(")") && self.depth > 0 {
            self.depth -= 1;
            return true;
        }
        if self.depth > 0 {
            if let Some(aside) = self.asides.last_mut() {
                aside.push(token.clone());
            }
            return true;
        }
        false
    }

    fn ends(&self, mark: &Token) -> bool {
        match mark.text.as_str() {
            "." | "…" => !self.tokens.last().is_some_and(|word| word.is_one_of(ABBREVIATED)),
            "!" | "?" | ";" | "-" | "–" | "—" | "--" | "→" | "/" | "\n" | "|" | "。" | "！" | "？" | "；"
            | "•" => true,
            _ => false,
        }
    }

    /// Whether "and" joins a second deed, told in the same form as the first and not as a purpose of it.
    fn joins(&self, token: &Token) -> bool {
        let Some((_, tense)) = verbs::read(token) else {
            return false;
        };
        let is_and = self
            .tokens
            .last()
            .is_some_and(|last| last.is_one_of(&["and", "then"]) || last.is_mark("&"));
        let first = self.tokens.iter().find_map(verbs::read);
        is_and
            && first.is_some_and(|(_, first)| first == tense)
            && modality::main_end(&self.tokens) == self.tokens.len()
    }

    fn close(&mut self, end: End) {
        let tokens = std::mem::take(&mut self.tokens);
        let asides = std::mem::take(&mut self.asides);
        if tokens.iter().any(|token| token.kind != Kind::Mark) {
            self.done.push(Part { tokens, asides, end });
        } else if let Some(before) = self.done.last_mut() {
            before.asides.extend(asides);
        }
    }

    fn end(&mut self) {
        if let Some(held) = self.quoted.take() {
            // a quote that nobody closes is none
            held.into_iter().skip(1).for_each(|token| self.token(token));
            self.quoted = None;
        }
        self.close(End::Other);
    }
}

/// Whether a wrapped line begins a statement of its own: "Added a\nUpdated b".
fn is_new_statement(token: &Token) -> bool {
    token.text.starts_with(|c: char| c.is_uppercase()) && verbs::read(token).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::blocks::blocks;

    fn said(text: &str) -> Vec<String> {
        let clauses = clauses(&blocks(text));
        let words = |clause: &Clause| {
            let words: Vec<&str> = clause.tokens.iter().map(|token| token.text.as_str()).collect();
            words.join(" ")
        };
        clauses.iter().map(words).collect()
    }

    #[test]
    fn sentences_dashes_and_semicolons_split() {
        assert_eq!(
            said("Added a. Updated b; dropped c - as planned"),
            ["Added a", "Updated b", "dropped c", "as planned"]
        );
        assert_eq!(
            said("Uses e.g. `a.b` for v1.2.3 files"),
            ["Uses e.g . a.b for v1.2.3 files"]
        );
        assert_eq!(said("- one\n- two"), ["one", "two"]);
        assert_eq!(
            said("Before: 3 pass / After: 5 pass"),
            ["Before : 3 pass", "After : 5 pass"]
        );
    }

    #[test]
    fn wrapped_lines_are_joined_unless_they_begin_anew() {
        assert_eq!(said("Added a\nto b"), ["Added a to b"]);
        assert_eq!(said("Added a\nUpdated b"), ["Added a", "Updated b"]);
    }

    #[test]
    fn two_deeds_are_two_clauses_and_a_purpose_is_none() {
        assert_eq!(said("Added `a` and updated `b`"), ["Added a", "updated b"]);
        assert_eq!(
            said("Add a script to create and remove `b`"),
            ["Add a script to create and remove b"]
        );
        assert_eq!(
            said("Added create and update endpoints"),
            ["Added create and update endpoints"]
        );
    }

    #[test]
    fn brackets_are_set_aside_and_quotes_are_one_word() {
        let clauses = clauses(&blocks("Added `a` (see `b` (c)) with \"two words\" now"));
        assert_eq!(clauses[0].asides[0].len(), 3);
        assert_eq!(clauses[0].tokens[3].kind, Kind::Quoted);
        assert_eq!(clauses[0].tokens.len(), 5);
    }

    #[test]
    fn trailers_are_dropped() {
        assert_eq!(
            said("Added a\n\nSigned-off-by: A B\nCo-authored-by: C"),
            ["Added a"]
        );
    }

    #[test]
    fn a_clause_knows_its_bytes() {
        let text = "# H\n\nFirst. Added `a.rs` now.";
        let clauses = clauses(&blocks(text));
        assert_eq!(text.get(clauses[1].range.clone()), Some("Added `a.rs` now"));
    }
}
