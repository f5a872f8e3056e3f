//! What kind of trouble is it, and whose? Advice for the reader: it never changes the verdict.

pub mod blame;

/// The group's part of an id.
pub const GROUP: &str = "diagnosis-";
