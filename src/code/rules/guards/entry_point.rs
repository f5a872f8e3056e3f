//! Is a hit in code that nothing else calls: a `main`, a command, a script?

use super::Seen;
use crate::code::{
    rules::lists::{ancestors, functions_around},
    tree::Node,
};

/// Names of functions that start a program.
const STARTS: &[&str] = &["main", "_main", "__main__", "cli", "run_cli", "init"];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let Some(node) = seen.node else { return true };
    let name = |function: Node<'_>| {
        let name = function.child_by_field_name("name");
        name.map_or("", |name| seen.file.text_of(name)).to_owned()
    };
    let starts = functions_around(node).any(|function| STARTS.contains(&name(function).as_str()));
    let decorated = ancestors(node).any(|outer| outer.kind() == "decorated_definition");
    let script = ancestors(node).any(|outer| {
        let condition = outer.child_by_field_name("condition");
        outer.kind() == "if_statement"
            && condition.is_some_and(|condition| seen.file.text_of(condition).contains("__name__"))
    });
    !starts && !decorated && !script
}
