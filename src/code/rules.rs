//! How do rules find their places in one file? The side of the rules that runs in the parser process.
//!
//! What travels is in [`matcher`]: what to look for goes to a process once, what to look at with every file, and only hits
//! come back. A query is read when the words of its rule occur.

mod compiled;
mod file;
mod guards;
mod hunter;
mod lists;
mod predicates;
mod query;

pub mod matcher;

pub(crate) use self::hunter::Hunter;
#[cfg(test)]
pub(crate) use self::query::oracle;
pub use self::{guards::GUARDS, predicates::PREDICATES};
