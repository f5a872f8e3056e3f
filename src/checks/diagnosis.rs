//! What kind of trouble is it, and whose? Advice for the reader: it never changes the verdict.

pub mod blame;
pub mod ignored_file;
pub mod near_miss;

/// The group's part of an id.
pub const GROUP: &str = "diagnosis-";
