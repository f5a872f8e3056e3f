//! Which packages does the project say it needs, and where do they come from?

pub mod cargo;
pub mod go;
pub mod npm;
pub mod python;
