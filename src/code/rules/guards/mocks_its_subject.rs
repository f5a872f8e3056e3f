//! Does a test replace the very function that it is named after, and then call it?

use tree_sitter::Node;

use super::Seen;
use crate::code::rules::lists::walk;

/// Needs `@name`, the name of the test, and `@target`, the text that says what is replaced.
pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let (Some(name), Some(target), Some(body)) = (seen.capture("name"), seen.capture("target"), seen.body())
    else {
        return false;
    };
    let target = seen.file.text_of(target).trim_matches(['"', '\'']);
    let subject = target.rsplit('.').next().unwrap_or(target);
    let test = seen.file.text_of(name);
    !subject.is_empty() && test.strip_prefix("test_") == Some(subject) && calls(seen, body, subject)
}

fn calls(seen: &Seen<'_>, body: Node<'_>, subject: &str) -> bool {
    let mut found = false;
    walk(body, &mut |node| {
        let called = node
            .child_by_field_name("function")
            .filter(|_| node.kind() == "call");
        let last = called.and_then(|called| seen.file.text_of(called).rsplit('.').next());
        found |= last == Some(subject);
        !found
    });
    found
}
