//! Is the change what an honest edit looks like?

pub mod conflict_marker;
pub mod empty;
pub mod in_progress;
pub mod pair_rule;
pub mod truncated;
