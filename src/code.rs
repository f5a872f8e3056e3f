//! What is known about the code of a change?
//!
//! Everything that must be known about source files is asked here. Files are parsed in a process of their own
//! ([`parser`], [`worker`]): a hostile file ends that process, not the gate.

mod assemble;
mod assertions;
mod draft;
mod expressions;
pub mod facts;
pub mod languages;
pub mod names;
pub mod parser;
mod tokens;
mod tree;
pub mod worker;

pub use facts::FileFacts;
pub use languages::LanguageId;
