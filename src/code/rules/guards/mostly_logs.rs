//! Is a third of what a function does logging?

use super::Seen;
use crate::code::{
    rules::lists::{is_function, parts, walk},
    tree::Node,
};

/// One of so many statements.
const SHARE: usize = 3;

/// Methods of loggers.
const METHODS: &[&str] = &[
    "debug",
    "info",
    "warn",
    "warning",
    "error",
    "exception",
    "critical",
    "fatal",
    "trace",
    "log",
];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let Some(body) = seen.body() else { return false };
    let (mut statements, mut logs) = (0_usize, 0_usize);
    walk(body, &mut |node| {
        if node.parent().is_some_and(|parent| parent.kind() == "block") && !is_function(node) {
            statements += 1;
            logs += usize::from(is_log(seen, node));
        }
        true
    });
    logs * SHARE >= statements
}

/// Whether a statement is one call of a logger.
fn is_log(seen: &Seen<'_>, statement: Node<'_>) -> bool {
    let parts = parts(statement);
    let [call] = parts.as_slice() else { return false };
    let called = call
        .child_by_field_name("function")
        .filter(|_| call.kind() == "call");
    let Some((object, method)) = called.and_then(|called| seen.file.text_of(called).rsplit_once('.')) else {
        return false;
    };
    METHODS.contains(&method) && object.to_lowercase().contains("log")
}
