//! How do rules find their places in one file? The side of the rules that runs in the parser process.
//!
//! What travels is in [`matcher`]: what to look for goes to a process once, what to look at with every file, and only hits
//! come back. A query takes a millisecond to compile on a large grammar, so each is compiled when its words occur.

mod compiled;
mod file;
mod guards;
mod hunter;
mod lists;
mod predicates;

pub mod matcher;

pub(crate) use self::hunter::Hunter;
pub use self::{guards::GUARDS, predicates::PREDICATES};
