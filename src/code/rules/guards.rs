//! Which questions may a rule ask of a hit that a query cannot ask, from the file alone?
//!
//! One small function each and one line in the table; a guard answers whether the hit stays. Guards that need more than the
//! file (other files, base, manifests) are in `src/rules/guards.rs`, and a rule names both kinds alike.

mod client_call;
mod entry_point;
mod literal_name;
mod log_call;
mod mocks_its_subject;
mod mostly_logs;
mod no_shebang;
mod not_compared;
mod parses_as_code;
mod redundant_regex;
mod stub_position;
mod unexplained;
mod unused_parameter;
mod value_in_sql;

use std::ops::Range;

use super::file::File;
use crate::code::tree::Node;

/// A hit under the eyes of a guard.
pub(crate) struct Seen<'a> {
    /// The file.
    pub(crate) file: &'a File<'a>,
    /// The bytes of the hit.
    pub(crate) range: Range<usize>,
    /// Its node; of a pattern, the smallest one around it. None in a language that is not read.
    pub(crate) node: Option<Node<'a>>,
    /// The captures of the query, in the order of the file.
    pub(crate) captures: Vec<(&'a str, Node<'a>)>,
}

impl<'a> Seen<'a> {
    /// The first node that a capture holds.
    pub(crate) fn capture(&self, name: &str) -> Option<Node<'a>> {
        let found = self.captures.iter().find(|(own, _)| *own == name);
        found.map(|(_, node)| *node)
    }

    /// What `contains`, `lacks` and `at-least` look into: `@body` where there is one, else the hit.
    pub(crate) fn body(&self) -> Option<Node<'a>> {
        self.capture("body").or(self.node)
    }
}

/// A question of a rule that is written here.
pub struct Guard {
    /// Its name in `guards:`.
    pub name: &'static str,
    /// When the hit stays.
    pub what: &'static str,
    pub(super) keeps: fn(&Seen<'_>) -> bool,
}

const fn guard(name: &'static str, what: &'static str, keeps: fn(&Seen<'_>) -> bool) -> Guard {
    Guard { name, what, keeps }
}

/// Every guard that reads one file.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    guard("in-client-call", "the hit is handed to a call that opens a connection or proves who asks", client_call::keeps),
    guard("in-log-call", "the hit is handed to a call that prints or logs", log_call::keeps),
    guard("mocks-its-subject", "the test `@name` replaces the function it is named after (`@target` names it) and calls it in `@body`", mocks_its_subject::keeps),
    guard("mostly-logs", "a third of the statements of `@body` are calls of a logger", mostly_logs::keeps),
    guard("no-shebang", "the file does not begin with `#!`", no_shebang::keeps),
    guard("not-compared", "the hit is no side of a comparison and no pattern of a match", not_compared::keeps),
    guard("not-entry-point", "the function around the hit is no `main`, is not decorated, and the hit is not below `if __name__ == \"__main__\"`", entry_point::keeps),
    guard("not-literal-name", "`@command` is no name that the function around it binds to plain texts alone", literal_name::keeps),
    guard("parses-as-code", "the hit begins a block of at least two comment lines that is code without its comment signs", parses_as_code::keeps),
    guard("redundant-regex", "the call with the literal `@text` builds an expression in a loop, repeats one of the function, or is its fourth different one", redundant_regex::keeps),
    guard("stub-position", "the comment is all that a function does, or stands directly above a return of a constant or a raised error that is all it does", stub_position::keeps),
    guard("unexplained", "no comment of three words or more stands on the line of the hit, above it, or in it", unexplained::keeps),
    guard("unused-parameter", "`@function`, or the function around the hit, has parameters, none of them begins with an underscore, and its body names none", unused_parameter::keeps),
    guard("value-in-sql", "`@sql` writes a value into a statement at a place where a parameter could stand", value_in_sql::keeps),
];

/// The guard of a name.
pub(super) fn find(name: &str) -> Option<&'static Guard> {
    GUARDS.iter().find(|guard| guard.name == name)
}
