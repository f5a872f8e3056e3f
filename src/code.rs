//! What is known about the code of a change?
//!
//! Everything that must be known about source files is asked here. Files are parsed in a process of their own
//! ([`parser`], [`worker`]): a hostile file ends that process, not the gate.

mod assemble;
mod assertions;
mod conditions;
mod draft;
mod expressions;
pub mod facts;
pub mod languages;
pub mod later;
mod literals;
pub mod names;
mod packed;
mod parameters;
pub mod parser;
pub mod rules;
mod tokens;
mod tree;
mod wire;
pub mod worker;

pub use facts::FileFacts;
pub use languages::LanguageId;
pub(crate) use languages::ask_python;
pub(crate) use tree::Node;
pub use wire::Packed;
