//! countersign: a merge gate for changes written by coding agents.
//!
//! Evidence goes in at one end, bytes and an exit code come out at the other; nothing flows back:
//!
//! ```text
//! evidence ─► facts ─► checks ─► checklist ─► verdict ─► report
//! ```
//!
//! The layers, from ground to roof: errors, limits and words ([`error`], [`limits`], [`path`], [`finding`], …);
//! [`code`]; [`evidence`]; [`rules`] and [`claims`]; [`checks`]; [`checklist`] and [`verdict`]; [`report`]; [`cli`].
//! A file names only its own layer and those below; `tests/architecture.rs` holds this.

pub mod checklist;
pub mod checks;
pub mod claims;
pub mod cli;
pub mod code;
pub mod comments;
pub mod companions;
pub mod date;
pub mod demo;
pub mod error;
pub mod escape;
pub mod evidence;
pub mod executable;
pub mod finding;
pub mod fixtures;
pub mod foreign;
pub mod gate;
pub mod glob;
pub mod held;
pub mod imports;
pub mod instructions;
pub mod kinds;
pub mod landing;
pub mod leftovers;
pub mod limits;
pub mod lint;
pub mod lookalikes;
pub mod moved;
pub mod mutate;
pub mod names;
pub mod operands;
pub mod own_modules;
pub mod packages;
pub mod pairs;
pub mod path;
pub mod policy;
pub mod production;
pub mod proving;
pub mod report;
pub mod risk;
pub mod routes;
pub mod rows;
pub mod rules;
pub mod runner;
pub mod same_proof;
pub mod search;
pub mod substitution;
mod tables;
pub mod tolerance;
pub mod tools;
pub mod verdict;
pub mod waiver;
pub mod words;
pub mod yaml;
