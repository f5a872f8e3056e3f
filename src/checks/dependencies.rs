//! Which packages does the change bring in?

pub mod added;
pub mod lock_drift;
pub mod unpinned;
