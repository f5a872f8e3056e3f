//! Which tokens does a file have, once formatting and comments are gone? And where does it not parse?
//!
//! The leaves of the tree in order, walked without recursion. Text between leaves that is not blank becomes a token
//! too, so that nothing a grammar fails to understand is lost.

use super::{
    draft::{Draft, Range, Token},
    facts::{ParseError, hash},
    tree::{Compiled, Form, Node, Nodes, range},
};
use crate::limits;

/// Fills tokens and errors of a draft.
pub(crate) fn walk(nodes: &Nodes<'_>, compiled: &Compiled, draft: &mut Draft<'_>) {
    let mut walker = Walker {
        compiled,
        draft,
        last: 0,
        open: Vec::new(),
    };
    let mut next = 0;
    while let Some(node) = nodes.get(next) {
        walker.leave_before(next);
        next = if walker.enter(node) {
            next + 1
        } else {
            node.after()
        };
    }
    walker.leave_before(u32::MAX);
    let end = u32::try_from(walker.draft.text.len()).unwrap_or(u32::MAX);
    walker.gap(end);
}

struct Walker<'c, 'd, 's> {
    compiled: &'c Compiled,
    draft: &'d mut Draft<'s>,
    /// The end of the last token or comment.
    last: u32,
    /// Blocks around the next node: the place in the list of nodes after each, and its last byte.
    open: Vec<(u32, u32)>,
}

impl Walker<'_, '_, '_> {
    /// Ends the blocks that end before a place in the list of nodes.
    fn leave_before(&mut self, index: u32) {
        while let Some((_, end)) = self.open.pop_if(|(after, _)| *after <= index) {
            self.gap(end);
            self.mark(end, "end");
        }
    }

    /// Takes a node; `true` where its children are to be looked at.
    fn enter(&mut self, node: Node<'_>) -> bool {
        if node.is_error() || node.is_missing() {
            self.error(node);
        }
        let place = range(node);
        let form = self.compiled.form(node.kind_id());
        if form == Form::Comment && node.is_extra() {
            self.gap(place.start);
            self.last = self.last.max(place.end);
            return false;
        }
        if form != Form::Atom && node.has_children() {
            if form == Form::Block {
                self.gap(place.start);
                self.mark(place.start, "begin");
                self.open.push((node.after(), place.end));
            }
            return true;
        }
        self.gap(place.start);
        self.push(place, node.kind_id());
        false
    }

    /// Where indentation or a line end speaks, a token without text speaks for it.
    fn mark(&mut self, at: u32, what: &str) {
        self.draft.tokens.push(Token {
            range: Range { start: at, end: at },
            hash: hash(what) ^ 1,
        });
    }

    /// Text that no leaf covers.
    fn gap(&mut self, until: u32) {
        if until <= self.last {
            return;
        }
        let between = Range {
            start: self.last,
            end: until,
        };
        let text = self.draft.slice(between);
        let kept = text.trim();
        if !kept.is_empty() {
            let skipped = text.len() - text.trim_start().len();
            let start = self.last as usize + skipped;
            self.draft.tokens.push(Token {
                range: Range::new(start, start + kept.len()),
                hash: hash(kept),
            });
        }
        self.last = until;
    }

    fn push(&mut self, place: Range, kind: u16) {
        if place.end <= place.start || place.start < self.last {
            return;
        }
        let text = self.draft.slice(place);
        let known = self.compiled.word(kind, text);
        let worked_out = || (!text.trim().is_empty()).then(|| hash(text));
        if let Some(hash) = known.or_else(worked_out) {
            self.draft.tokens.push(Token { range: place, hash });
        }
        self.last = place.end;
    }

    fn error(&mut self, node: Node<'_>) {
        if self.draft.errors.len() >= limits::PARSE_ERRORS {
            return;
        }
        let line = self.draft.line(range(node).start);
        let says = if node.is_missing() {
            format!("`{}` is missing", node.kind())
        } else {
            "unexpected text".to_owned()
        };
        let known = self.draft.errors.last().is_some_and(|last| last.line == line);
        if !known {
            self.draft.errors.push(ParseError { line, says });
        }
    }
}
