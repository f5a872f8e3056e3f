//! Does a test replace the very function that it is named after, and then call it?

use super::Seen;
use crate::code::{rules::lists::walk, tree::Node};

/// Needs `@name`, the name of the test, and `@target`, the text that says what is replaced.
pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let (Some(name), Some(target), Some(body)) = (seen.capture("name"), seen.capture("target"), seen.body())
    else {
        return false;
    };
    let target = seen.file.text_of(target).trim_matches(['"', '\'']);
    let (place, subject) = target.rsplit_once('.').unwrap_or(("", target));
    let test = seen.file.text_of(name);
    let owner = place.rsplit('.').next().unwrap_or(place);
    !subject.is_empty() && test.strip_prefix("test_") == Some(subject) && calls(seen, body, owner, subject)
}

/// Whether `subject()` or `owner.subject()` is called; that of anything else is another function.
fn calls(seen: &Seen<'_>, body: Node<'_>, owner: &str, subject: &str) -> bool {
    let mut found = false;
    walk(body, &mut |node| {
        let called = node
            .child_by_field_name("function")
            .filter(|_| node.kind() == "call");
        let called = called.map(|called| seen.file.text_of(called));
        found |= called.is_some_and(|called| match called.rsplit_once('.') {
            Some((object, last)) => last == subject && ends_alike(object, owner),
            None => called == subject,
        });
        !found
    });
    found
}

/// `shop.mail` and `mail` are alike; so are `mailer` and the class `Mailer`.
fn ends_alike(object: &str, owner: &str) -> bool {
    let last = object.rsplit('.').next().unwrap_or(object);
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    plain(last) == plain(owner)
}
