//! Which nodes does a syntax tree have, and how do they hang together?
//!
//! The tree of the grammar is copied once into a flat list, in the order of the file: every later question is answered
//! without leaving the program's own memory. Asking the library for a field or for the children of a node takes twenty
//! times as long, and each node is asked many times.

use std::{fmt, ops::Range};

use tree_sitter::{Tree, TreeCursor};

use super::Compiled;
use crate::limits;

/// The number of the kind of a node that stands for text that was not understood.
const ERROR: u16 = u16::MAX;

/// What is known about one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    start: u32,
    end: u32,
    parent: u32,
    /// The index after the last node inside it.
    after: u32,
    kind: u16,
    field: u16,
    named: bool,
    extra: bool,
    missing: bool,
}

/// Every node of a file, outer before inner.
#[derive(Debug)]
pub(crate) struct Nodes<'c> {
    compiled: &'c Compiled,
    entries: Vec<Entry>,
}

impl<'c> Nodes<'c> {
    /// Copies a tree.
    ///
    /// # Errors
    /// The tree is deeper or larger than the limits.
    pub(super) fn of(tree: &Tree, compiled: &'c Compiled) -> Result<Self, String> {
        let root = tree.root_node();
        let count = root.descendant_count();
        if count > limits::SYNTAX_NODES {
            return Err(format!(
                "has {count} nodes; the limit is {}",
                limits::SYNTAX_NODES
            ));
        }
        let mut nodes = Self {
            compiled,
            entries: Vec::with_capacity(count),
        };
        nodes.copy(&mut tree.walk(), root.has_error())?;
        Ok(nodes)
    }

    fn copy(&mut self, cursor: &mut TreeCursor<'_>, has_errors: bool) -> Result<(), String> {
        // indices of the nodes around the next one
        let mut around: Vec<u32> = Vec::new();
        loop {
            let index = self.add(cursor, around.last().copied().unwrap_or(0), has_errors);
            if cursor.goto_first_child() {
                around.push(index);
                if around.len() > limits::SYNTAX_DEPTH {
                    return Err(format!("nests deeper than {} levels", limits::SYNTAX_DEPTH));
                }
                continue;
            }
            self.close(index);
            while !cursor.goto_next_sibling() {
                let Some(parent) = around.pop() else {
                    return Ok(());
                };
                cursor.goto_parent();
                self.close(parent);
            }
        }
    }

    fn add(&mut self, cursor: &TreeCursor<'_>, parent: u32, has_errors: bool) -> u32 {
        let node = cursor.node();
        let index = narrow(self.entries.len());
        let kind = node.kind_id();
        self.entries.push(Entry {
            start: narrow(node.start_byte()),
            end: narrow(node.end_byte()),
            parent,
            after: index,
            kind,
            field: cursor.field_id().map_or(0, std::num::NonZero::get),
            named: self.compiled.kind(kind).named,
            extra: node.is_extra(),
            missing: has_errors && node.is_missing(),
        });
        index
    }

    fn close(&mut self, index: u32) {
        let after = narrow(self.entries.len());
        if let Some(entry) = self.entries.get_mut(index as usize) {
            entry.after = after;
        }
    }

    /// The node of the whole file.
    pub(crate) fn root(&self) -> Node<'_> {
        Node {
            nodes: self,
            index: 0,
        }
    }

    /// The node at a place of the list.
    pub(crate) fn get(&self, index: u32) -> Option<Node<'_>> {
        ((index as usize) < self.entries.len()).then_some(Node { nodes: self, index })
    }

    /// Whether some text was not understood.
    pub(crate) fn has_error(&self) -> bool {
        self.iter().any(|node| node.is_error() || node.is_missing())
    }

    /// Whether another tree has the same nodes at the same places.
    #[cfg(test)]
    pub(super) fn are_those_of(&self, other: &Self) -> bool {
        self.entries == other.entries
    }

    /// Every node in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Node<'_>> {
        (0..narrow(self.entries.len())).map(|index| Node { nodes: self, index })
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// One node of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    nodes: &'t Nodes<'t>,
    index: u32,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:?}", self.kind(), self.byte_range())
    }
}

/// Nodes of one tree are compared; those of different trees never meet.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl Eq for Node<'_> {}

impl<'t> Node<'t> {
    fn entry(self) -> Entry {
        let entry = self.nodes.entries.get(self.index as usize).copied();
        entry.unwrap_or(Entry {
            start: 0,
            end: 0,
            parent: 0,
            after: self.index,
            kind: ERROR,
            field: 0,
            named: false,
            extra: false,
            missing: false,
        })
    }

    /// The number of its kind.
    pub(crate) fn kind_id(self) -> u16 {
        self.entry().kind
    }

    /// The name of its kind.
    pub(crate) fn kind(self) -> &'t str {
        &self.nodes.compiled.kind(self.entry().kind).name
    }

    pub(crate) fn start_byte(self) -> usize {
        self.entry().start as usize
    }

    pub(crate) fn end_byte(self) -> usize {
        self.entry().end as usize
    }

    pub(crate) fn byte_range(self) -> Range<usize> {
        let entry = self.entry();
        entry.start as usize..entry.end as usize
    }

    /// It is no mere word or sign.
    pub(crate) fn is_named(self) -> bool {
        self.entry().named
    }

    /// It may stand anywhere: a comment.
    pub(crate) fn is_extra(self) -> bool {
        self.entry().extra
    }

    /// Text that was not understood.
    pub(crate) fn is_error(self) -> bool {
        self.entry().kind == ERROR
    }

    /// Not there, and expected.
    pub(crate) fn is_missing(self) -> bool {
        self.entry().missing
    }

    /// The place in the list after everything inside it.
    pub(crate) fn after(self) -> u32 {
        self.entry().after
    }

    /// The node around it.
    pub(crate) fn parent(self) -> Option<Self> {
        (self.index > 0).then(|| Self {
            index: self.entry().parent,
            ..self
        })
    }

    /// What stands directly inside it.
    pub(crate) fn children(self) -> Children<'t> {
        Children {
            nodes: self.nodes,
            next: self.index + 1,
            end: self.entry().after,
        }
    }

    /// As [`Node::children`], without mere words and signs.
    pub(crate) fn named_children(self) -> impl Iterator<Item = Self> {
        self.children().filter(|child| child.is_named())
    }

    /// A child by its place.
    pub(crate) fn child(self, place: usize) -> Option<Self> {
        self.children().nth(place)
    }

    pub(crate) fn has_children(self) -> bool {
        self.index + 1 < self.entry().after
    }

    pub(crate) fn has_named_children(self) -> bool {
        self.children().any(|child| child.is_named())
    }

    /// A child by its place among those that are no mere words or signs.
    pub(crate) fn named_child(self, place: usize) -> Option<Self> {
        self.named_children().nth(place)
    }

    /// The number of the name that the grammar gives it; 0 where it gives none.
    pub(crate) fn field_id(self) -> u16 {
        self.entry().field
    }

    /// Whether some child has a name that the grammar gives. Text that was not understood has none.
    pub(crate) fn has_field(self, field: u16) -> bool {
        !self.is_error() && self.children().any(|child| child.field_id() == field)
    }

    /// The children that the grammar gives a name.
    pub(crate) fn children_by_field_name(self, name: &str) -> impl Iterator<Item = Self> {
        self.children()
            .filter(move |child| child.nodes.compiled.field(child.entry().field) == Some(name))
    }

    /// The first child that the grammar gives a name. Text that was not understood has none, whatever its pieces say.
    pub(crate) fn child_by_field_name(self, name: &str) -> Option<Self> {
        let mut named = self.children_by_field_name(name);
        named.next().filter(|_| !self.is_error())
    }

    /// What comes after it inside the same node, mere words and signs left out.
    pub(crate) fn next_named_sibling(self) -> Option<Self> {
        let rest = Children {
            nodes: self.nodes,
            next: self.entry().after,
            end: self.parent()?.entry().after,
        };
        rest.into_iter().find(|sibling| sibling.is_named())
    }
}

impl<'t> Node<'t> {
    /// The one before it inside the same node, mere words and signs left out.
    pub(crate) fn prev_named_sibling(self) -> Option<Self> {
        let before = self.parent()?.children().take_while(|child| *child != self);
        before.filter(|child| child.is_named()).last()
    }

    /// It and what stands behind it inside the same node.
    pub(crate) fn and_later_siblings(self) -> Children<'t> {
        Children {
            nodes: self.nodes,
            next: self.index,
            end: self.parent().map_or(self.after(), Self::after),
        }
    }

    /// It and everything inside it, outer before inner; only what touches a range, where there is one.
    pub(crate) fn inside(self, range: Option<Range<usize>>) -> impl Iterator<Item = Self> {
        let mut next = self.index;
        let end = self.after();
        std::iter::from_fn(move || {
            while next < end {
                let node = Self { index: next, ..self };
                let touches = range.as_ref().is_none_or(|range| node.touches(range));
                next = if touches { next + 1 } else { node.after() };
                if touches {
                    return Some(node);
                }
            }
            None
        })
    }

    fn touches(self, range: &Range<usize>) -> bool {
        let own = self.byte_range();
        let ends_behind = own.end > range.start || own.is_empty() && own.end == range.start;
        ends_behind && own.start < range.end
    }

    /// The smallest node around a range that is no mere word or sign.
    pub(crate) fn smallest_around(self, range: &Range<usize>) -> Self {
        let holds = |child: &Self| {
            let own = child.byte_range();
            own.start <= range.start && range.end <= own.end && range.start < own.end
        };
        let (mut last, mut node) = (self, self);
        while let Some(child) = node.children().find(holds) {
            node = child;
            if node.is_named() {
                last = node;
            }
        }
        last
    }
}

/// The children of a node, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Children<'t> {
    nodes: &'t Nodes<'t>,
    next: u32,
    end: u32,
}

impl Children<'_> {
    /// The place in the list at which it goes on.
    pub(crate) fn place(self) -> u32 {
        self.next
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let child = self.nodes.get(self.next)?;
        self.next = child.after();
        Some(child)
    }
}
