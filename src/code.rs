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
mod literals;
pub mod names;
mod packed;
mod parameters;
pub mod parser;
mod tokens;
mod tree;
mod wire;
pub mod worker;

pub use facts::FileFacts;
pub use languages::LanguageId;
pub(crate) use tree::Node;

/// Asks something of the outermost node of a Python file that a parser process has survived.
///
/// # Errors
/// The tree is deeper or larger than the limits, or the grammar itself is broken.
pub(crate) fn ask_python<T>(text: &str, ask: impl FnOnce(Node<'_>) -> T) -> Result<T, String> {
    languages::python::GRAMMAR.ask(text, |nodes| ask(nodes.root()))
}
