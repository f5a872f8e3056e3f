//! Does added code keep to what the team agreed on?

pub mod instruction_conflict;
pub mod instruction_missing;
pub mod instruction_size;
pub mod lint_new;
