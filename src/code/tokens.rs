//! Which tokens does a file have, once formatting and comments are gone? And where does it not parse?
//!
//! The leaves of the tree in order, walked without recursion. Text between leaves that is not blank becomes a token
//! too, so that nothing a grammar fails to understand is lost.

use tree_sitter::{Node, Tree, TreeCursor};

use super::{
    draft::{Draft, Range, Token},
    facts::{ParseError, hash},
    tree::{Form, range},
};
use crate::limits;

/// Fills tokens and errors of a draft.
///
/// # Errors
/// The tree is deeper or larger than the limits.
pub(crate) fn walk(tree: &Tree, forms: &[Form], draft: &mut Draft<'_>) -> Result<(), String> {
    let nodes = tree.root_node().descendant_count();
    if nodes > limits::SYNTAX_NODES {
        return Err(format!(
            "has {nodes} nodes; the limit is {}",
            limits::SYNTAX_NODES
        ));
    }
    let mut walker = Walker {
        forms,
        draft,
        last: 0,
        has_errors: tree.root_node().has_error(),
    };
    let mut cursor = tree.walk();
    let mut depth = 0_usize;
    loop {
        let enters = walker.enter(cursor.node());
        if enters && cursor.goto_first_child() {
            depth += 1;
            if depth > limits::SYNTAX_DEPTH {
                return Err(format!("nests deeper than {} levels", limits::SYNTAX_DEPTH));
            }
            continue;
        }
        if !walker.next(&mut cursor, &mut depth) {
            return Ok(());
        }
    }
}

struct Walker<'f, 'd, 's> {
    forms: &'f [Form],
    draft: &'d mut Draft<'s>,
    /// The end of the last token or comment.
    last: u32,
    has_errors: bool,
}

impl Walker<'_, '_, '_> {
    /// Goes to the next node that was not seen; `false` at the end.
    fn next(&mut self, cursor: &mut TreeCursor<'_>, depth: &mut usize) -> bool {
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                let end = u32::try_from(self.draft.text.len()).unwrap_or(u32::MAX);
                self.gap(end);
                return false;
            }
            *depth = depth.saturating_sub(1);
            self.leave(cursor.node());
        }
        true
    }

    fn form(&self, node: Node<'_>) -> Form {
        let known = self.forms.get(usize::from(node.kind_id()));
        known.copied().unwrap_or(Form::Plain)
    }

    /// Takes a node; `true` where its children are to be looked at.
    fn enter(&mut self, node: Node<'_>) -> bool {
        if self.has_errors && (node.is_error() || node.is_missing()) {
            self.error(node);
        }
        let place = range(&node);
        let form = self.form(node);
        if form == Form::Comment && node.is_extra() {
            self.gap(place.start);
            self.last = self.last.max(place.end);
            return false;
        }
        if form != Form::Atom && node.child_count() > 0 {
            if form == Form::Block {
                self.gap(place.start);
                self.mark(place.start, "begin");
            }
            return true;
        }
        self.gap(place.start);
        self.push(place);
        false
    }

    fn leave(&mut self, node: Node<'_>) {
        if self.form(node) == Form::Block {
            let end = range(&node).end;
            self.gap(end);
            self.mark(end, "end");
        }
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
            self.push(Range::new(start, start + kept.len()));
        }
        self.last = until;
    }

    fn push(&mut self, place: Range) {
        if place.end <= place.start || place.start < self.last {
            return;
        }
        let text = self.draft.slice(place);
        if !text.trim().is_empty() {
            self.draft.tokens.push(Token {
                range: place,
                hash: hash(text),
            });
        }
        self.last = place.end;
    }

    fn error(&mut self, node: Node<'_>) {
        if self.draft.errors.len() >= limits::PARSE_ERRORS {
            return;
        }
        let line = self.draft.line(range(&node).start);
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
