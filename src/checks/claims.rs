//! Does what was said agree with what is?

pub mod coverage;
pub mod dependency;
pub mod file;
pub mod missing;
pub mod omission;
pub mod only_touched;
pub mod test_results;
