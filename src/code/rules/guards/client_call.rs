//! Is a hit handed to a call that opens a connection or proves who asks?

use super::Seen;
use crate::code::rules::lists;

/// Parts of the names of such calls.
const CLIENTS: &[&str] = &[
    "client",
    "auth",
    "login",
    "connect",
    "session",
    "credential",
    "token",
    "signin",
];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    let is_client = |name: &str| {
        let name = name.to_lowercase();
        CLIENTS.iter().any(|part| name.contains(part))
    };
    lists::call_around(seen).is_some_and(is_client)
}
