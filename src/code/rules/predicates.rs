//! What may a query of a rule ask of its nodes beside what the library answers itself (`#eq?`, `#match?`, `#any-of?`)?
//!
//! One line a predicate. `#not-NAME?` is the opposite of each. A predicate over a capture that holds no node is true: a
//! pattern whose optional part is absent decides by its other parts.

use super::{
    file::File,
    lists::{self, ancestors, has_inside, parts},
};
use crate::code::tree::Node;

/// A question that a query may ask.
pub struct Predicate {
    /// As written in a query, with its question mark.
    pub name: &'static str,
    /// What stands behind the name.
    pub arguments: &'static str,
    /// When it is true.
    pub what: &'static str,
    holds: fn(&File<'_>, &[Node<'_>], &[&str]) -> bool,
}

const fn predicate(
    name: &'static str,
    arguments: &'static str,
    what: &'static str,
    holds: fn(&File<'_>, &[Node<'_>], &[&str]) -> bool,
) -> Predicate {
    Predicate {
        name,
        arguments,
        what,
        holds,
    }
}

/// Every predicate of ours. The first argument is a capture, the others are texts or further captures.
#[rustfmt::skip]
pub const PREDICATES: &[Predicate] = &[
    predicate("statements?", "@body N [MORE]", "the node has N (to MORE) named children, not counting comments", |_, nodes, words| counts(nodes, words, false)),
    predicate("body-statements?", "@body N [MORE]", "as `statements?`, not counting a docstring at the start either", |_, nodes, words| counts(nodes, words, true)),
    predicate("only?", "@body KIND…", "every named child is of these kinds; comments are not asked", |_, nodes, words| every(nodes, |node| parts(node).iter().all(|part| words.contains(&part.kind())))),
    predicate("bare?", "@body", "it holds nothing, not even a comment", |_, nodes, _| every(nodes, |node| !node.has_named_children())),
    predicate("commented?", "@body", "a comment stands directly in it", |_, nodes, _| every(nodes, has_comment)),
    predicate("has-parent?", "@x KIND…", "the node stands directly in one of these kinds", |_, nodes, words| every(nodes, |node| node.parent().is_some_and(|parent| words.contains(&parent.kind())))),
    predicate("has-ancestor?", "@x KIND…", "the node stands somewhere in one of these kinds", |_, nodes, words| every(nodes, |node| ancestors(node).skip(1).any(|outer| words.contains(&outer.kind())))),
    predicate("has-child?", "@x KIND…", "one of these kinds stands directly in it", |_, nodes, words| every(nodes, |node| has_child(node, words))),
    predicate("has-inside?", "@x KIND…", "one of these kinds stands somewhere in it", |_, nodes, words| every(nodes, |node| has_inside(node, &|inner| words.contains(&inner.kind())))),
    predicate("first?", "@x", "no sibling that is no comment stands before it", |_, nodes, _| every(nodes, |node| !siblings(node, Node::prev_named_sibling).any(|one| !lists::is_comment(one)))),
    predicate("last?", "@x", "no sibling that is no comment stands behind it", |_, nodes, _| every(nodes, |node| !siblings(node, Node::next_named_sibling).any(|one| !lists::is_comment(one)))),
    predicate("behind?", "@x KIND…", "the sibling before it that is no comment is one of these kinds", |_, nodes, words| every(nodes, |node| neighbour(node, Node::prev_named_sibling).is_some_and(|one| words.contains(&one.kind())))),
    predicate("before-old?", "@x", "a sibling that is no comment stands behind it, on a line that is not new", |file, nodes, _| every(nodes, |node| neighbour(node, Node::next_named_sibling).is_some_and(|one| !file.adds(file.line_of(one.start_byte()))))),
    predicate("in-function?", "@x", "it stands in a function", |_, nodes, _| every(nodes, |node| ancestors(node).skip(1).any(lists::is_function))),
    predicate("awaitable?", "@x", "the function around it is `async`", |_, nodes, _| every(nodes, |node| lists::functions_around(node).next().is_some_and(|function| has_child(function, &["async"])))),
    predicate("same-shape?", "@x @y", "both have the same tokens, whatever the white space", |file, nodes, _| same(file, nodes)),
    predicate("at-least?", "@number N", "the text is a number of at least N; `_` and a suffix do not matter", |file, nodes, words| every(nodes, |node| at_least(file.text_of(node), words))),
];

/// How a predicate is found: itself, or its opposite behind `not-`.
pub(super) fn find(name: &str) -> Option<(&'static Predicate, bool)> {
    let by_name = |name: &str| PREDICATES.iter().find(|one| one.name == name);
    by_name(name)
        .map(|one| (one, true))
        .or_else(|| Some((by_name(name.strip_prefix("not-")?)?, false)))
}

/// Whether a predicate, or its opposite, holds.
pub(super) fn holds(found: (&Predicate, bool), file: &File<'_>, nodes: &[Node<'_>], words: &[&str]) -> bool {
    let (predicate, wanted) = found;
    nodes.is_empty() || (predicate.holds)(file, nodes, words) == wanted
}

fn every<'t>(nodes: &[Node<'t>], holds: impl Fn(Node<'t>) -> bool) -> bool {
    nodes.iter().all(|node| holds(*node))
}

fn counts(nodes: &[Node<'_>], words: &[&str], after_docstring: bool) -> bool {
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<usize>().ok());
    let Some(least) = number(0) else { return false };
    let most = number(1).unwrap_or(least);
    every(nodes, |node| {
        let parts = parts(node);
        let documented = after_docstring && parts.first().is_some_and(|first| is_text(*first));
        let count = parts.len() - usize::from(documented);
        least <= count && count <= most
    })
}

/// A statement that is only a string.
fn is_text(statement: Node<'_>) -> bool {
    let inner = parts(statement);
    matches!(inner.as_slice(), [only] if only.kind() == "string")
}

fn has_comment(node: Node<'_>) -> bool {
    node.named_children().any(lists::is_comment)
}

fn has_child(node: Node<'_>, kinds: &[&str]) -> bool {
    node.children().any(|child| kinds.contains(&child.kind()))
}

fn siblings<'t>(node: Node<'t>, next: fn(Node<'t>) -> Option<Node<'t>>) -> impl Iterator<Item = Node<'t>> {
    std::iter::successors(next(node), move |node| next(*node))
}

/// The next sibling in a direction that is no comment.
fn neighbour<'t>(node: Node<'t>, next: fn(Node<'t>) -> Option<Node<'t>>) -> Option<Node<'t>> {
    siblings(node, next).find(|one| !lists::is_comment(*one))
}

fn same(file: &File<'_>, nodes: &[Node<'_>]) -> bool {
    let leaves = |node: &Node<'_>| {
        let mut texts = Vec::new();
        lists::walk(*node, &mut |inner| {
            if !inner.has_children() {
                texts.push(file.text_of(inner));
            }
            true
        });
        texts
    };
    let [first, rest @ ..] = nodes else { return true };
    let first = leaves(first);
    rest.iter().all(|one| leaves(one) == first)
}

fn at_least(text: &str, words: &[&str]) -> bool {
    let digits: String = text
        .chars()
        .filter(|c| *c != '_')
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let least = words.first().and_then(|word| word.parse::<f64>().ok());
    matches!((digits.parse::<f64>(), least), (Ok(number), Some(least)) if number >= least)
}
