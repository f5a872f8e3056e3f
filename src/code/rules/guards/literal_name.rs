//! Is a name only another word for a text that is written out in the same function?

use super::Seen;
use crate::code::{
    rules::lists::{functions_around, has_inside, walk},
    tree::Node,
};

/// The hit stays unless `@command` is a name that is bound here, and to plain texts alone.
pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let Some(command) = seen.capture("command").filter(|node| node.kind() == "identifier") else {
        return true;
    };
    let Some(function) = functions_around(command).next() else {
        return true;
    };
    let name = seen.file.text_of(command);
    let (mut bound, mut plain) = (0_usize, 0_usize);
    walk(function, &mut |node| {
        let left = node.child_by_field_name("left");
        if left.is_some_and(|left| seen.file.text_of(left) == name) {
            bound += 1;
            plain += usize::from(node.child_by_field_name("right").is_some_and(is_plain));
        }
        true
    });
    bound == 0 || plain < bound
}

/// Whether a node is a text in which nothing is put.
fn is_plain(node: Node<'_>) -> bool {
    matches!(node.kind(), "string" | "concatenated_string")
        && !has_inside(node, &|inner| inner.kind() == "interpolation")
}
